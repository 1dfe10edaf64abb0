#!/bin/sh
# shellcheck disable=SC2088 # a tilde is the desk's to expand
#
# What an agent from afar has, and what is not there for one: files but those in
# the session's own folder, sticks, the printer, the programs of this machine.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

own=$tui_dir/data/okienko/files-$(id -u)

agent() {
	tui_start 80x24 OKIENKO_MODE=agent "XDG_DATA_HOME=$tui_dir/data"
	tui_until tui_holds 'Looking for readers'
	tui_keys F3
	tui_until tui_holds 'search:'
	tui_keys F4
	tui_until tui_holds 'document:'
}

# outside NAME: looked into, it is said to be none of this session's.
outside() {
	tui_keys C-u
	tui_type "$1"
	tui_keys Enter
	tui_wait "not of this session: $1" 'Give a name that begins with ~/'
	tui_keys Escape
	tui_until tui_lacks 'Give a name'
}

mkdir -p "$tui_dir/data"
agent
outside /etc/passwd
tui_ok "the session has a folder, for the account alone" \
    test "$(stat -c %a "$own")" = 700
echo nothing >"$own/only-this.txt"
echo nothing >"$tui_dir/secret.txt"
ln -s "$tui_dir" "$own/out"
ln -s "$tui_dir/secret.txt" "$own/one"
outside /no/such/file
outside "$tui_dir/secret.txt"
outside '~/../registry.db'
outside '../../../secret.txt'
outside '~/out/secret.txt'
outside '~/out'
outside one
tui_keys C-u
tui_type '~/on'
tui_keys Tab
tui_wait "Tab knows what is there" 'only-this.txt'
tui_keys C-u
tui_type '~/only'
tui_keys Tab
tui_until tui_holds '~/only-this.txt'
tui_keys Enter
tui_wait "and it is looked into" 'files: 1 of 1'
tui_keys Escape
tui_until tui_lacks 'files: 1 of 1'
tui_keys C-u
tui_type "$tui_dir/sec"
tui_keys Tab
tui_keys End
tui_type '?'
tui_wait "Tab knows nothing of elsewhere" "/sec?"
tui_keys Escape

# What was begun when a line was cut.
tui_stop
tui_filled=yes
stand=$tui_registry.stand-$(id -u)
(umask 077 && echo 'typed 12AB' >"$stand")
touch -d 2026-11-22T11:59:00Z "$stand"
tui_start 80x24 OKIENKO_MODE=agent "XDG_DATA_HOME=$tui_dir/data"
tui_wait "a question whether to go on" 'you were typing a serial number'
tui_keys F9
tui_wait "goes on in the other language" 'wpisywaniu numeru seryjnego'
tui_keys F9 Escape

tui_done
