#!/bin/sh
#
# What a visit leaves behind: nothing on the terminal and what scrolled off it,
# in the memory of what runs afterwards, in the folder at run time, in a
# registry; however the visit ended.

# shellcheck source=tests/kiosk/kiosk.sh
. "${abs_top_srcdir:?}/tests/kiosk/kiosk.sh"

memfind=$abs_top_builddir/tests/bin/memfind
holder=Zawistowska-Hejnał	# on the card
pin=73190528
order=ZAM/2026/11/00417-X
query=zgubionymaszynopis
email=ewa.zolc@przyklad.example

seen_in() {
	"$memfind" "$1" "$2"
}

# Everything is done once that leaves something, and is there to be found.
visit() {
	kiosk_start 80x24 "$@"
	kiosk_card
	tui_say "number $kiosk_reader $holder"
	tui_keys 1
	tui_until tui_holds "$holder"
	tui_keys l
	tui_until tui_holds 'PIN ━'
	tui_type "$pin"
	tui_until seen_in "$kiosk_before" "$pin"
	tui_keys Escape
	tui_until tui_lacks 'PIN ━'
	tui_keys Escape
	tui_until tui_holds "$kiosk_first"
	tui_keys 3
	tui_until tui_holds "order number:"
	tui_type "$order"
	tui_until tui_holds "$order"
	tui_keys C-u
	tui_type "$email"
	tui_until tui_holds "$email"
	tui_keys Escape Escape
	tui_until tui_holds "$kiosk_first"
	tui_keys 4
	tui_until tui_holds "your question:"
	tui_type "$query"
	tui_until tui_holds "$query"
	tui_ok "$ending: it was all there" there
}

there() {
	seen_in "$kiosk_before" "$holder" && seen_in "$kiosk_before" "$query"
}

back() {
	tui_keys Escape
	tui_until tui_holds "$kiosk_first"
}

# --- looking -----------------------------------------------------------------------

words() {
	printf '%s\n' "$holder" "$pin" "$order" "$query" "$email"
}

on_terminal() {
	words >"$tui_dir/words"
	tui_tmux capture-pane -p -S - -t desk | grep -F -f "$tui_dir/words"
}

# The launcher, whatever it has started, and what that has started.
in_memory() {
	for pid in $(tui_pid) $(kiosk_pid) $(pgrep -P "$(kiosk_pid)"); do
		words | while read -r word; do
			seen_in "$pid" "$word"
			[ $? -eq 1 ] || echo "$pid has $word"
		done
	done | grep .
}

in_files() {
	words >"$tui_dir/words"
	grep -rlaF -f "$tui_dir/words" "$kiosk_home" | grep .
	find "$tui_dir" -name 'registry.db*' | grep .
}

nowhere() {
	tui_ok "$ending: nothing on the terminal" not on_terminal
	tui_ok "$ending: nothing in memory" not in_memory
	tui_ok "$ending: nothing in a file, and no registry" not in_files
}

not() {
	! "$@"
}

# Where no desk comes by itself, as after a signal, the unit starts another.
gone() {
	tui_until [ -e "$tui_dir/status" ]
	tui_until tui_holds 'ended with'
	tui_ok "$ending: nothing on the terminal" not on_terminal
	tui_ok "$ending: nothing in a file, and no registry" not in_files
	tui_ok "$ending: the process is gone" \
	    not kill -0 "$kiosk_before" 2>/dev/null
}

# --- the ways to end -------------------------------------------------------------------

ending=Esc
visit
back
tui_keys Escape
kiosk_ended "$ending ends the visit"
nowhere

ending=idle
visit 'idle_seconds = 5'
TUI_DEADLINE=20 kiosk_ended "$ending ends the visit"
nowhere

ending='the card taken out'
visit 'leave_seconds = 1'
tui_say "pull $kiosk_reader"
kiosk_ended "$ending ends the visit"
nowhere

ending=SIGHUP
visit
kill -HUP "$kiosk_before"
gone

ending=SIGSEGV
visit
tui_say segv
gone

tui_done
