#!/bin/sh
#
# The PIN leaves the desk for the card and stays nowhere; the log names nobody,
# however much it tells; and while nothing happens nothing runs.  All are looked
# at from outside: the memory of the processes, what they write, and what they
# ask of the kernel.

# shellcheck source=tests/tui/real.sh
. "${abs_top_srcdir:?}/tests/tui/real.sh"

pin=73190528			# like nothing else in memory

# The desk, the card process and the one in which OpenSC runs.
processes() {
	desk_pid=$(tui_pid)
	card_pid=$(pgrep -P "$desk_pid" -f okienko-card)
	module_pid=$(pgrep -P "$card_pid" -f okienko-card | head -n 1)
	[ -n "$module_pid" ]
}

in_memory() {
	"${rig_bin:?}/memfind" "$1" "$pin"
}

# Looked into, and not there: what cannot be looked into is no proof.
forgotten() {
	in_memory "$1"
	[ $? -eq 1 ]
}

# The allocator of a sanitizer keeps what was freed as it was, to look at it.
keeps_freed() {
	grep -qa __asan_init "$abs_top_builddir/okienko-card"
}

forgotten_by_all() {
	for pid in "$desk_pid" "$card_pid" "$module_pid"; do
		if [ "$pid" = "$module_pid" ] && keeps_freed; then
			tui_ok "$1: OpenSC # SKIP freed memory is kept" true
			continue
		fi
		tui_ok "$1: $(tr '\0' ' ' <"/proc/$pid/cmdline" |
		    sed 's,[^ ]*/,,g; s/ *--log.*//')" forgotten "$pid"
	done
}

attached() {
	[ "$(grep -c 'attached' "$tui_dir/strace.err")" -ge "$1" ]
}

# traced OPTION...: the system calls of all three from now on.
traced() {
	strace -f -s 8192 -o "$tui_dir/trace" "$@" -p "$desk_pid" \
	    -p "$card_pid" -p "$module_pid" 2>"$tui_dir/strace.err" &
	strace=$!
	tui_until attached 3
}

untraced() {
	kill -INT "$strace" 2>/dev/null
	wait "$strace" 2>/dev/null
}

# --- the PIN ----------------------------------------------------------------------

sent_by() {
	grep "^$1 " "$tui_dir/trace" | grep -cF "$pin"
}

sent_once() {
	[ "$(sent_by "$1")" -eq 1 ]
}

part_pin() {
	put_in
	pkcs11-tool --module "$opensc" --login --pin 1234 --change-pin \
	    --new-pin "$pin" >/dev/null 2>&1
	cp "$(rig_copy)" "$RIG_DIR/own"
	rig_insert "$RIG_DIR/own"
	desk 80x24
	processes
	prompt
	tui_type "$pin"
	tui_ok "typed, the desk has it: so it can be seen" \
	    tui_until in_memory "$desk_pid"
	traced -e trace=write,writev,pwrite64,sendto,sendmsg,sendmmsg
	tui_keys Enter
	tui_gone "it is the right one" 'PIN ━'
	tui_ok "the card was asked once" verified 1
	untraced
	tui_ok "the desk told it once" sent_once "$desk_pid"
	tui_ok "the card process told it once" sent_once "$card_pid"
	tui_ok "OpenSC told it the card once" sent_once "$module_pid"
	forgotten_by_all "forgotten after the right PIN"
	prompt
	pin=73190529
	tui_type "$pin"
	tui_ok "a wrong one is there while it is typed" \
	    tui_until in_memory "$desk_pid"
	tui_keys Enter
	tui_wait "it is a wrong one" '2 tries left'
	may_type
	forgotten_by_all "forgotten after a wrong PIN"
	tui_type "$pin"
	tui_keys Escape
	tui_gone "given up" 'PIN ━'
	forgotten_by_all "forgotten when given up"
	tui_ok "nothing of it in the log" no_trace_in_files
	tui_stop
}

no_trace_in_files() {
	! grep -rlF -e 73190528 -e 73190529 --exclude=trace \
	    --exclude='apdu*' --exclude='card*' "$tui_dir" "$RIG_DIR" \
	    2>/dev/null | grep .
}

# --- the log ----------------------------------------------------------------------

log_pin=61840273
pesel=85010112345		# of the ready card's qualified certificate
email=lucja@poczta.example

# What the desk or a command said is what people asked for; the log is lines
# that begin with a level.
logged() {
	grep -E '^(error|warn|info|debug): ' "$1" >>"$tui_dir/log"
}

command_logged() {
	# shellcheck disable=SC2086 # words
	timeout 60 $tui_command "$@" >"$tui_dir/said" 2>"$tui_dir/stderr"
	logged "$tui_dir/stderr"
}

# ended: the desk by a signal, which it logs; its log goes to the others.
ended() {
	kill -TERM "$(tui_pid)"
	tui_until [ -e "$tui_dir/status" ]
	logged "$tui_dir/stderr"
	tui_stop
}

desk_that_logs() {
	put_in
	desk 80x24
	prompt
	tui_type $log_pin
	tui_keys Enter
	tui_wait "a wrong PIN" '2 tries left'
	tui_keys Escape
	tui_gone "put aside" 'PIN ━'
	tui_keys F3
	for sought in $pesel $email 'przykładowa łucja'; do
		tui_wait "the search is ready for $sought" 'in the registry'
		tui_keys C-u
		tui_type "$sought"
		tui_ok "$sought is found" tui_until row_found
	done
	ended
}

row_found() {
	tui_holds "$sought" && tui_holds 'Łucja'
}

# No PIN, no number, no address, no part of a name.
nobody_in() {
	! grep -iE "$log_pin|$pesel|$email|poczta|lucja|łucja|przykładow" "$1"
}

part_log() {
	: >"$tui_dir/log"
	quiet=$tui_command
	tui_command="$abs_top_builddir/okienko --log debug --conf $tui_dir/conf"
	desk_that_logs
	command_logged find $pesel
	tui_ok "a command finds the holder" \
	    grep -q 'Przykładowa' "$tui_dir/said"
	serial=$(openssl x509 -noout -serial \
	    -in "${rig_cards:?}/certs/qualified.pem" | cut -d = -f 2)
	command_logged revoke --who holder --proof document --reason lost \
	    --note "$email" "$serial"
	tui_ok "a revocation is drafted for her" \
	    grep -q 'Przykładowa' "$tui_dir/said"
	# A registry that is none: what goes wrong is logged with its object.
	echo "no registry, but $email" >"$tui_registry"
	rm -f "$tui_registry"-*
	tui_filled=yes
	desk 80x24
	ended
	command_logged find $pesel
	tui_filled='' tui_command=$quiet
	tui_ok "what went wrong is in the log" \
	    grep -q '^warn: opening the registry' "$tui_dir/log"
	tui_ok "as is what a most talkative log tells" \
	    grep -q '^info: leaving: signal 15' "$tui_dir/log"
	tui_ok "and nobody's data" nobody_in "$tui_dir/log"
}

# --- idle -------------------------------------------------------------------------

# Its last line begins with the machine's uptime then, in milliseconds.
left_alone() {
	read -r uptime _ </proc/uptime
	last=$(tail -n 1 "$RIG_DIR/apdu0" | cut -d ' ' -f 1)
	[ $((${uptime%.*} * 1000 - last)) -ge 8000 ]
}

# Not in its first seconds: a busy desk may have its clock still to draw.
early_in_minute() {
	second=$(date +%-S)
	[ "$second" -ge 5 ] && [ "$second" -lt 38 ]
}

# No thread of it did anything but wait in the call that strace found it in; a
# wait for a lock is told as begun, and would be told as resumed.
idle() {
	[ -e "$tui_dir/trace" ] || return 1
	for idle_thread in $(cd "/proc/$1/task" && echo *); do
		! grep "^$idle_thread " "$tui_dir/trace" |
		    grep -vE -e 'resuming interrupted|--- SIGSTOP|--- stopped' \
		    -e 'futex\(.*FUTEX_WAIT.*<(unfinished|detached) \.\.\.>$' ||
		    return 1
	done
}

# libpcsclite's own wait of a minute came to its end and began anew.
renewed() {
	grep -q 'poll(.*, 60000 <' "$tui_dir/trace" &&
	    grep -q 'restart_syscall resumed>) *= 0' "$tui_dir/trace"
}

# pcscd takes the power from a card that nobody holds for five seconds, and
# tells; libpcsclite renews its wait a minute after the last thing it was told;
# and the desk draws its clock each minute.  Ten seconds lie between.
part_idle() {
	put_in
	desk 80x24
	processes
	TUI_DEADLINE=30 tui_until left_alone
	# A busy machine may take its time, and the minute turn all the same.
	for again in 1 2 3; do
		TUI_DEADLINE=40 tui_until early_in_minute
		minute=$(date +%M)
		traced
		began=$(date +%s)
		TUI_DEADLINE=12 tui_until ten_seconds
		untraced
		[ "$(date +%M)" != "$minute" ] || renewed || break
		echo "# the minute turned or a wait was renewed in trial $again"
	done
	tui_ok "ten seconds without a call: desk" idle "$desk_pid"
	tui_ok "ten seconds without a call: card process" idle "$card_pid"
	tui_ok "ten seconds without a call: OpenSC's process" idle "$module_pid"
	tui_keys Down
	tui_wait "it was awake all the time" '2 of 7'
	tui_stop
}

ten_seconds() {
	[ "$(date +%s)" -ge $((began + 10)) ]
}

if ! strace -o /dev/null true 2>/dev/null; then
	echo "1..0 # SKIP strace cannot be used here"
	exit 0
fi
[ $# -gt 0 ] || set -- pin log idle
for part; do
	echo "# $part"
	"part_$part"
done
tui_done
