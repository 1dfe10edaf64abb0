#!/bin/sh
#
# The desk where only the holder can revoke: the revocation password is asked,
# never shown, told to be wrong in one sentence, and with the right one the case
# goes through to its proof.  It stays nowhere.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

command -v curl >/dev/null || {
	echo "1..0 # SKIP curl is not installed"
	exit 0
}
trap 'office_stop; tui_end' EXIT
TUI_DEADLINE=30
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"
wrong=nieprawda-7Q

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp
# No officer speaks for this desk.
sed -i '/^\[cmp\]/,/^\[/{/^certificate = /d;/^key = /d;}' \
    "$tui_dir/authorities.d/office.conf"
tui_conf '[network]' 'allow = 127.0.0.1'
office_issue jan || exit 99
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" import \
    "$tui_dir/office/issued/jan.pem" >/dev/null || exit 99
tui_filled=yes

asked() {
	office_count asked cmp
}

# The desk and what it started.
processes() {
	desk_pid=$(tui_pid)
	echo "$desk_pid"
	pgrep -P "$desk_pid"
}

# Neither password is in any of those files; files that are not there are no
# proof.
lacks() {
	for file; do
		[ -r "$file" ] || return 1
		if grep -aqF -e "$OFFICE_PASSWORD" -e "$wrong" "$file"; then
			echo "# $file"
			return 1
		fi
	done
}

unseen_in_processes() {
	for pid in $(processes); do
		lacks "/proc/$pid/cmdline" "/proc/$pid/environ" || return 1
	done
}

unseen_in_files() {
	lacks "$tui_registry"* "$tui_dir/stderr"
}

# typed PASSWORD WHAT: into the box, and the screen shows marks instead.
typed() {
	tui_until tui_holds 'holder types'
	tui_type "$1"
	tui_wait "$2: marks are shown" '●'
	tui_ok "$2: and not the letters" tui_lacks "$1"
	tui_keys Enter
}

tui_start 80x24
tui_keys F3
tui_until tui_holds 'search:'
tui_type "$OFFICE_SERIAL"
tui_until tui_holds '1 of 1'
tui_keys F5
tui_until tui_holds 'What is to be done'
tui_type 2
tui_keys Enter
for question in 'Who asks' 'was that person checked' 'the person'; do
	tui_until tui_holds "$question"
	tui_type 1
	tui_keys Enter
done
tui_until tui_holds 'Since when'
tui_keys Enter
tui_until tui_holds 'Type the last four'
tui_type "$(printf %s "$OFFICE_SERIAL" | tail -c 4)"
tui_keys Enter
tui_wait "the holder's password is asked for" 'holder types'
tui_ok "before anything is sent" test "$(asked)" -eq 0
typed "$wrong" 'a wrong one'
tui_wait "it is told who is not accepted" "does not accept who asks"
tui_wait "and what to do" "Check the password"
tui_wait "the case says that it was refused" "refused"
tui_ok "nothing was revoked" test "$(office_count revoked "$OFFICE_SERIAL")" -eq 0
tui_type k
typed "$OFFICE_PASSWORD" 'the right one'
tui_wait "with it the case is proved" "The certificate is revoked"
tui_ok "once" test "$(office_count revoked "$OFFICE_SERIAL")" -eq 1
tui_ok "by a request for each password" test "$(asked)" -eq 2
tui_ok "no process was told it where others can read" unseen_in_processes
tui_ok "and it is in no file" unseen_in_files

tui_done
