#!/bin/sh
#
# Everything that can be pressed or pasted before a kiosk, and signals: what
# stands there is the kiosk, of the same visit or of a new one; nothing was
# started but our own programs, no file opened outside the list below, nothing
# connected to.  KIOSK_SEEDS seeds of KIOSK_BYTES random bytes; tests/soak has
# many more.

# shellcheck source=tests/kiosk/kiosk.sh
. "${abs_top_srcdir:?}/tests/kiosk/kiosk.sh"

: "${KIOSK_SEEDS:=2}" "${KIOSK_BYTES:=10000}"

strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace cannot be used here"
	exit 0
}
# What the unit does where the launcher ends: Restart=always.  No key of the
# terminal's reaches it, not even between two visits.
cat >"$tui_dir/unit" <<SH
#!/bin/sh
trap : INT QUIT TSTP
while :; do $tui_command; done
SH
chmod 755 "$tui_dir/unit"
launcher=${tui_command% *}
calls=execve,execveat,openat,open,creat,connect
tui_command="strace -I4 -f -qq -s 256 -o $tui_dir/trace -e trace=$calls $tui_dir/unit"

# strace, the unit, the launcher, the desk.
kiosk_pid() {
	kiosk_top=$(tui_pid) && [ -n "$kiosk_top" ] &&
	    kiosk_unit=$(pgrep -P "$kiosk_top") &&
	    kiosk_launcher=$(pgrep -P "$kiosk_unit") &&
	    pgrep -P "$kiosk_launcher"
}

# --- what is thrown at it ---------------------------------------------------------

# throw FILE: its bytes as a keyboard would bring them.
throw() {
	tui_tmux load-buffer -b thrown "$1" &&
	    tui_tmux paste-buffer -r -d -b thrown -t desk
}

# It is a kiosk, awake, and its first screen is a few Escs away.
alive() {
	tui_until awake
}

awake() {
	home && kiosk_now=$(kiosk_pid) && grep -q '^State:.*[RSD] ' \
	    "/proc/$kiosk_now/status" 2>/dev/null
}

home() {
	tui_look
	case $tui_shown in
	*'Check my card'* | *'Sprawdź moją kartę'*) return 0 ;;
	esac
	tui_keys Escape
	return 1
}

thrown() {
	throw "$tui_dir/thrown"
	tui_ok "$1" alive
}

every_byte() {
	LC_ALL=C awk -v before="$1" 'BEGIN {
		for (i = 0; i < 256; i++)
			for (n = 0; n < 3; n++)
				printf "%s%c", before, i
	}'
}

# F-keys and arrows as terminals send them with Shift, Alt and Ctrl.
modified() {
	awk 'BEGIN {
		for (m = 2; m <= 16; m++) {
			for (n = 1; n <= 34; n++)
				printf "\033[%d;%d~", n, m
			for (n = 1; n <= 6; n++)
				printf "\033[1;%d%c", m, substr("ABCDHF", n, 1)
			for (n = 1; n <= 4; n++)
				printf "\033[1;%d%c\033O%d%c", m,
				    substr("PQRS", n, 1), m, substr("PQRS", n, 1)
		}
	}'
}

sequences() {
	printf '\033[\033O\033[1;\033[200\033[?\033[>\033P\033]\033^\033_\033X'
	printf '\033]0;title\007\033]52;c;Y2F0\007\033P+q544e\033\\\033[6n\033[c'
	printf '\033[!p\033c\033[?1049l\033[?25l\033#8\033(0\033%%@'
	awk 'BEGIN { printf "\033["; for (i = 0; i < 5000; i++) printf "9"
		printf ";1~\033O"; for (i = 0; i < 3000; i++) printf "1"
		printf "P" }'
}

# shellcheck disable=SC2016 # a shell's words, and none is to read them
pasted() {
	printf '\033[200~%s\n%s\n%s\n\033[201~' '$(id > /tmp/out)' \
	    '`sh`; !sh | less; :!sh' "\033[201~'; exec sh -i; #"
	printf '\033[200~%s' 'never ended: exec sh'
	printf '\033[201~\033[201~\033[200~\033[200~\033[201~'
}

mouse() {
	for button in 0 1 2 3 32 35 64 65 66 128 999; do
		printf '\033[<%s;10;10M\033[<%s;10;10m\033[<%s;999;9999M' \
		    $button $button $button
		printf '\033[M %s \033[%s;5;5M' "$button" "$button"
	done
}

random() {	# SEED BYTES
	LC_ALL=C awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		while (n-- > 0)
			printf "%c", int(rand() * 256)
	}'
}

# --- looking -------------------------------------------------------------------------

# Programs that were started and are not ours.
others_started() {
	sed -n 's/^[0-9]* execve\(at\)*("\([^"]*\)".*/\2/p' "$tui_dir/trace" |
	    sort -u | grep -vxF -e "$launcher" -e "$tui_dir/unit" \
	    -e "$abs_top_builddir/tests/bin/rigdesk" -e "$tui_dir/kiosk" \
	    -e "$tui_dir/desk" -e "$abs_top_builddir/okienko-net" | grep .
}

# Files, with what a program of ours needs to start, to speak and to draw.
others_opened() {
	sed -n 's/^[0-9]* open[at]*(\([A-Z_]*, \)*"\([^"]*\)".*/\2/p' \
	    "$tui_dir/trace" | sort -u | grep -vE \
	    -e '^/(usr/)?lib(32|64)?/' -e '^/usr/share/(locale|zoneinfo)/' \
	    -e '/terminfo/' -e '/locale/(pl|en)' \
	    -e '^/etc/(ld\.so\.(cache|preload)|localtime|nsswitch\.conf|passwd)$' \
	    -e '^/dev/(tty|null|urandom|pts/[0-9]+)$' -e '^/proc/(self|[0-9]+)/' \
	    -e '^/sys/devices/system/cpu/' |
	    grep -vxF -e "$tui_dir/conf" -e "$tui_dir/answers.conf" \
	    -e "$tui_dir/questions.conf" -e "$tui_dir/questions.d" \
	    -e "$tui_dir/authorities.d" -e "$tui_dir/fifo" -e "$tui_dir/fifo.did" \
	    -e "$tui_dir/kiosk" -e "$tui_dir/unit" -e "$kiosk_home/env" \
	    -e "$kiosk_home/orders" -e "$kiosk_home/report" | grep .
}

# Nothing is asked here of anybody; the system's log is nobody's business.
connected() {
	grep ' connect(' "$tui_dir/trace" | grep -v '"/dev/log"' | grep .
}

not() {
	! "$@"
}

# nothing_but WHAT COMMAND: the command finds nothing besides.
nothing_but() {
	if tui_valgrind; then
		tui_ok "$1 # SKIP valgrind is there too" true
	else
		tui_ok "$1" not "$2"
	fi
}

# --- throwing -------------------------------------------------------------------------

kiosk_start 80x24
for n in 1 2 3 4 5 6 7 8 9 10; do
	for signal in TSTP QUIT INT WINCH; do
		kill -s $signal "$kiosk_before"
	done
	tui_tmux resize-window -t desk -x $((n * 20)) -y $((n * 5))
done
tui_tmux resize-window -t desk -x 80 -y 24
tui_ok "a storm of signals and sizes" alive
kiosk_stays "and it is the same process"
tui_say up "insert $kiosk_reader hostile"
every_byte '' >"$tui_dir/thrown"
thrown "every byte, three times"
every_byte "$(printf '\033')" >"$tui_dir/thrown"
thrown "every byte behind Esc, three times"
every_byte "$(printf '\033[')" >"$tui_dir/thrown"
thrown "every byte behind Esc [, three times"
modified >"$tui_dir/thrown"
thrown "F-keys and arrows with Shift, Alt and Ctrl"
sequences >"$tui_dir/thrown"
thrown "sequences without an end, too long, or for another"
pasted >"$tui_dir/thrown"
thrown "text for a shell, pasted"
mouse >"$tui_dir/thrown"
thrown "a mouse"
seed=0
while [ "$seed" -lt "$KIOSK_SEEDS" ]; do
	seed=$((seed + 1))
	left=$KIOSK_BYTES
	random $seed "$KIOSK_BYTES" >"$tui_dir/bytes"
	while [ "$left" -gt 0 ]; do
		tail -c "$left" "$tui_dir/bytes" | head -c 1000 \
		    >"$tui_dir/thrown"
		throw "$tui_dir/thrown"
		tui_until home
		left=$((left - 1000))
	done
	tui_ok "$KIOSK_BYTES random bytes, seed $seed" alive
done
nothing_but "nothing was started but our own" others_started
nothing_but "no file was opened but our own and the system's" others_opened
tui_ok "nothing was connected to" not connected

tui_done
