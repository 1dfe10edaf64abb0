#!/bin/sh
#
# A card of the staff opens the whole desk on a kiosk, after it has signed for
# its PIN, and locks it by leaving; a wrong PIN, another card and one with a copy
# of the certificate open nothing.  What lies on a stick, the only files that such
# a desk sees, can be made to do harm and does none.  With a real pcscd, OpenSC and
# SoftHSM.

# A stick is a mount, and a line of sysfs: in a namespace of the test's own.
own='unshare --mount'
if [ -z "${STAFF_MOUNTS+set}" ]; then
	STAFF_MOUNTS=
	if [ "$(id -u)" -eq 0 ] && $own mount -t tmpfs none /sys/block 2>/dev/null
	then
		STAFF_MOUNTS=yes
		export STAFF_MOUNTS
		exec $own sh "$0" "$@"
	fi
fi

# shellcheck source=tests/tui/real.sh
. "${abs_top_srcdir:?}/tests/tui/real.sh"

first='Check my card'
TUI_DEADLINE=30
umask 022

# kiosk MODULE: with that card software, and the staff's certificate in a file.
kiosk() {
	tui_conf '[kiosk]' "staff = $tui_dir/staff.pem" 'idle_seconds = 600' \
	    '[card]' "module = $1"
	tui_start 80x24 OKIENKO_MODE=kiosk "SOFTHSM2_CONF=${SOFTHSM2_CONF:-}"
	tui_until tui_holds "$first"
}

ended_with() {
	[ "$(cat "$tui_dir/status" 2>/dev/null)" = "$1" ]
}

# --- a stick made to do harm -----------------------------------------------------

pen=$tui_dir/media/$(printf 'PEN\033]0;HARM\007\n\342\200\256')
trap 'umount -l "$pen" 2>/dev/null; tui_end; rig_stop' EXIT

# put NAME, as printf has it: a certificate with that name.
put() {
	# shellcheck disable=SC2059 # its bytes
	cp "$tui_dir/staff.pem" "$pen/$(printf -- "$1")"
}

# Eleven files that are some; everything else is none.
make_stick() {
	mkdir -p "$pen" "$tui_dir/sys/sdz" &&
	    mount -t tmpfs none "$pen" &&
	    mount --bind "$tui_dir/sys" /sys/block &&
	    echo 1 >"$tui_dir/sys/sdz/removable" &&
	    mountpoint -d "$pen" >"$tui_dir/sys/sdz/dev" || return 1
	put 'a\nnew\033]0;HARM\007\033[6nline.pem'
	put 'b\342\200\256mep.pem'
	put 'c\377\300\355\240\200.pem'
	put '$(touch harm).pem'
	put '`touch harm`'
	put '%%s%%n%%99999d'
	put '-rf'
	put '; touch harm'
	put "$(head -c 251 /dev/zero | tr '\0' x).pem"
	mkdir "$pen/$(printf 'f\033[31m\n\302\233')"
	put 'f\033[31m\n\302\233/\302\2335n.pem'
	put plain.pem
	ln -s /etc/shadow "$pen/shadow.pem"
	ln -s .. "$pen/up"
	ln -s / "$pen/root"
	ln -s . "$pen/loop"
	ln -s self "$pen/self"
	ln -s plain.pem "$pen/inside.pem"
	mkfifo "$pen/pipe.pem"
	mknod "$pen/zero.pem" c 1 5
}

# name TEXT: typed, where one is asked for.
name() {
	tui_keys Escape
	tui_until tui_holds "Sticks that are in"
	tui_keys C-u
	tui_type "$1"
}

# document NAME TEXT: what comes of it.
document() {
	name "$1"
	tui_keys Enter
	tui_until tui_holds "$2"
}

# completed NAME END: it is made whole, and is one file with a certificate.
completed() {
	name "$1"
	tui_keys Tab
	tui_until tui_holds "$2"
	tui_keys Enter
	tui_until tui_holds 'files: 1 of 1, certificates: 1'
}

# The stick itself is chosen with Enter, since nobody can type its name; what is on
# it by a way that can be.
hostile_stick() {
	make_stick || return
	ln -s "$pen" "$tui_dir/way"
	tui_record
	: >"$tui_dir/traced"
	strace -f -qq -o "$tui_dir/trace" -p "$(tui_pid)" \
	    -e trace=open,openat,openat2,execve,execveat 2>"$tui_dir/traced" &
	tracer=$!
	tui_until traced
	tui_keys Escape C-u Tab
	tui_wait "a stick with a name made to do harm" "Sticks that are in"
	tui_keys Enter
	tui_wait "its files are all read, and nothing else" \
	    "files: 11 of 11, certificates: 11"
	tui_ok "a name with lines and a title is one of a file" \
	    completed "$tui_dir/way/a" line.pem
	tui_ok "so is one that runs backwards" \
	    completed "$tui_dir/way/b" mep.pem
	tui_ok "one that is no UTF-8" completed "$tui_dir/way/c" �.pem
	tui_ok "one as long as can be" completed "$tui_dir/way/x" xx.pem
	tui_ok "one for a shell" completed "$tui_dir/way/\$" 'harm).pem'
	tui_ok "one like an option" completed "$tui_dir/way/-" -rf
	for name in shadow.pem up up/staff.pem root/etc/passwd root/etc self; do
		tui_ok "no way out: $name" document "$tui_dir/way/$name" \
		    'is on no stick'
	done
	tui_ok "no way into what they have in /proc" document /proc/self/mem \
	    'is on no stick'
	tui_ok "a link that stays is followed" document \
	    "$tui_dir/way/inside.pem" 'files: 1 of 1, certificates: 1'
	tui_ok "a folder in itself is one" document \
	    "$tui_dir/way/loop/loop/loop" 'files: 11 of 11'
	for name in pipe.pem zero.pem; do
		tui_ok "what is no file is none: $name" document \
		    "$tui_dir/way/$name" 'is damaged or not'
	done
	name "$tui_dir/way/"
	tui_keys Tab
	tui_wait "names are listed" "plain.pem"
	tui_ok "without a word about where links lead" tui_lacks 'root/'
	tui_harmless "nothing of them reaches the terminal"
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	tui_ok "nothing elsewhere was opened" not opened_elsewhere
	tui_ok "nothing was started but our own" not started_others
}

traced() {
	grep -q attached "$tui_dir/traced" || [ -s "$tui_dir/trace" ] ||
	    grep -q "^TracerPid:.*$tracer" "/proc/$(tui_pid)/status"
}

# But where sticks are looked for, what the helper that reads needs to start, the
# registry, and the tests' own programs.
opened_elsewhere() {
	{
		grep -E ' open(at2?)?\(' "$tui_dir/trace" | grep -v ENOENT |
		    grep -vE -e '"/(usr/)?lib(32|64)?/' -e '"/etc/ld\.so' \
		    -e '"/proc/self/' -e '"/sys/' -e '"/dev/(null|urandom)"' \
		    -e '"/etc/(localtime|passwd|ssl/)' -e '"/usr/share/' \
		    -e '"/proc/[0-9]+/stat"' |
		    grep -vF -e "$tui_dir/media" -e "$abs_top_builddir/" \
		    -e "\"$tui_registry" -e "AT_FDCWD, \"$tui_dir/way" |
		    grep -v 'openat([0-9]*, '
		grep -E ' open.*"(.*/)?(zero|pipe|shadow)\.pem"' "$tui_dir/trace"
	} | head -n 5 | sed 's/^/# /' | grep .
}

started_others() {
	grep 'execve' "$tui_dir/trace" |
	    grep -v "\"$abs_top_builddir/okienko-extract\"" | grep .
}

not() {
	! "$@"
}

# --- the card itself ------------------------------------------------------------

cp "${rig_cards:?}/certs/qualified.pem" "$tui_dir/staff.pem"
kiosk "$opensc"
tui_until tui_holds "Put the card in"
rig_insert "$other"
tui_wait "another card is a customer's" "The card is in the reader"
tui_keys 1
tui_until shows 'IsoApplet'
tui_keys Escape
tui_until tui_holds "$first"
tui_keys F12
tui_ok "and F12 is not there for it" tui_lacks F12
tui_stop

chmod 666 "$tui_dir/staff.pem"
rig_pull
kiosk "$opensc"
tui_until tui_holds "Put the card in"
put_in
tui_until tui_holds "The card is in the reader"
tui_keys 1
tui_until tui_holds 'qualified'
tui_keys Escape
tui_until tui_holds "$first"
tui_ok "a certificate that anybody could have written is nobody's" tui_lacks F12
tui_stop

chmod 644 "$tui_dir/staff.pem"
put_in
kiosk "$opensc"
tui_wait "a card that is there already is nobody's" "A card was left here"
tui_keys 1
tui_wait "nothing of it is read" "has been left in"
tui_ok "not what it is" tui_lacks "IsoApplet"
tui_keys Escape
rig_pull
tui_until tui_holds "Put the card in"
put_in
tui_wait "the staff's is known by its certificate" "F12 opens the desk"
tui_keys F12
may_type
tui_type 9999
tui_keys Enter
tui_wait "a wrong PIN opens nothing" "2 tries left"
may_type
tui_type 1234
tui_keys Enter
tui_wait "the right one opens the desk" "F6 Cases"
tui_wait "which says whose it is" "locked when the card is taken out"
tui_keys F3
tui_wait "with all that a desk has" "in the registry"
tui_keys F4
tui_until tui_holds "document:"
tui_type "$tui_dir/staf"
tui_keys Tab Enter
tui_wait "but documents from a stick alone" "a kiosk reads documents from"
tui_ok "and no names from elsewhere" tui_lacks "/staff.pem"
if [ -n "$STAFF_MOUNTS" ] && command -v strace >/dev/null; then
	hostile_stick
else
	echo "# no mounts or no strace: no stick is tried"
fi
rig_pull
tui_ok "it is over when the card leaves" tui_until ended_with 20
tui_ok "and nothing of it is on the terminal" tui_lacks "search:"

# --- a copy -----------------------------------------------------------------------

softhsm=/usr/lib/softhsm/libsofthsm2.so

# A token with the staff's certificate and a key of its own.
copy() {
	mkdir "$tui_dir/tokens"
	echo "directories.tokendir = $tui_dir/tokens" >"$tui_dir/softhsm.conf"
	export SOFTHSM2_CONF="$tui_dir/softhsm.conf"
	openssl x509 -in "$tui_dir/staff.pem" -outform DER \
	    -out "$tui_dir/staff.der" &&
	    openssl genpkey -algorithm RSA -outform DER \
	    -out "$tui_dir/own.key" 2>/dev/null &&
	    softhsm2-util --init-token --free --label Copy --pin 4711 \
	    --so-pin 12345678 >/dev/null &&
	    token -w "$tui_dir/own.key" -y privkey &&
	    token -w "$tui_dir/staff.der" -y cert
}

token() {
	pkcs11-tool --module "$softhsm" --login --pin 4711 --id 0f "$@" \
	    >"$tui_dir/tool.log" 2>&1
}

if [ -e "$softhsm" ] && command -v softhsm2-util >/dev/null && copy; then
	kiosk "$softhsm"
	tui_until tui_holds "F12 opens the desk"
	tui_keys F12
	may_type
	tui_type 4711
	tui_keys Enter
	tui_wait "a copy of the certificate opens nothing" "did not prove"
	tui_keys Escape
	tui_wait "and the kiosk is one" "$first"
	tui_ok "without a desk" tui_lacks "F6"
else
	echo "# SoftHSM is not installed: no copy is tried"
fi

tui_done
