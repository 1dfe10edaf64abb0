#!/bin/sh
#
# The terminal: refused where it is none, given back after every end, followed
# when it changes its size, spoken to in its own characters and colours.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'

restored() {
	tui_look
	[ "$(wc -l <"$tui_dir/stty.before")" -gt 0 ] &&
	    cmp -s "$tui_dir/stty.before" "$tui_dir/stty.after" &&
	    [ "$(tui_tmux display-message -p -t desk \
		'#{alternate_on} #{mouse_any_flag} #{keypad_cursor_flag}')" = \
		"0 0 0" ]
}

desk_is_there() {
	tui_pid=$(tui_pid) && [ -n "$tui_pid" ]
}

# An end of the desk by a signal, and the terminal after it.
ends() {
	tui_start 80x24
	tui_say up "plug $reader" "insert $reader full"
	tui_until tui_holds "1 of 6"
	tui_until desk_is_there
	tui_signal "$1"
	tui_wait "$1 ends it" "ended with $2"
	tui_ok "and gives the terminal back" restored
}

refused() {
	tui_wait "$1: refused" "ended with 2"
	tui_wait "$1: says why" "$2"
}

# --- no terminal to speak of ----------------------------------------------------

tui_start 80x24 TERM=no-such-terminal
refused "unknown TERM" "TERM names no known terminal"
tui_start 80x24 TERM=../../evil
refused "TERM that is a path" "TERM names no known terminal"
tui_start 80x24 TERM=vt52
refused "TERM that is described, and not ours" "TERM names no known terminal"
tui_start 80x24 TERM=dumb
refused "TERM=dumb" "This terminal cannot show a full screen: dumb"
tui_start 1x1
tui_tmux resize-window -t desk -x 80 -y 24
refused "1x1" "1x1"
CANNED="$tui_dir/fifo" LC_ALL=C.UTF-8 LANGUAGE=en "$tui_dir/desk" \
    </dev/null >"$tui_dir/out" 2>"$tui_dir/err"
tui_ok "no terminal: exit code" [ $? -eq 2 ]
tui_ok "no terminal: one sentence" grep -q "are not a terminal" "$tui_dir/err"
tui_ok "no terminal: nothing on standard output" [ ! -s "$tui_dir/out" ]

# --- given back -----------------------------------------------------------------

ends TERM 0
ends HUP 0
ends SEGV 139
ends ABRT 134

# A fault of the desk's own: as by the signal, and a sanitizer has its say.
faulted() {
	tui_holds "ended with 139" || { tui_holds "ended with 1" &&
	    grep -q "AddressSanitizer: SEGV" "$tui_dir/stderr"; }
}
if tui_valgrind; then
	tui_ok "a fault # SKIP valgrind would find it, as it should" true
else
	tui_start 80x24
	tui_say up segv
	tui_ok "a fault of its own ends it, and is told as one" \
	    tui_until faulted
	tui_ok "and gives the terminal back" restored
fi

# --- stopped and continued ------------------------------------------------------

tui_start 80x24
tui_until desk_is_there
kill -s TSTP "$tui_pid"
tui_stopped "SIGTSTP gives the terminal back"
tui_keys Enter
tui_wait "continued, it takes it again" "Looking for readers"
tui_keys C-z
tui_stopped "Ctrl-Z does the same"
tui_keys Enter
tui_wait "and back" "Looking for readers"

# --- its size -------------------------------------------------------------------

tui_say up "plug $reader" "insert $reader full"
for size in 1x1 400x100 3x40 200x2 40x12 20x5 81x25 17x17 500x1; do
	tui_tmux resize-window -t desk -x "${size%x*}" -y "${size#*x}"
	tui_keys Down
done
tui_tmux resize-window -t desk -x 80 -y 24
tui_keys Home
tui_screen "after a storm of sizes the screen is whole" desk-80x24
printf '\033[10;10Hforeign words' >"$(tui_tmux display-message -p -t desk \
    '#{pane_tty}')"
tui_wait "another program wrote on it" "foreign words"
tui_keys C-l
tui_screen "Ctrl-L makes it whole" desk-80x24

# A paste goes on over a new size: the rest of it is no keys.
bar_at() {
	tui_look
	printf '%s\n' "$tui_shown" | sed -n "$1p" | grep -q 'F10'
}
tui_until bar_at 24
tui_keys Tab
tui_tmux send-keys -t desk -H 1b 5b 32 30 30 7e 61 62
tui_until tui_holds "NIP: ab"
tui_tmux resize-window -t desk -x 80 -y 40
tui_until bar_at 40
tui_tmux send-keys -t desk -H 0d 71 1b 5b 32 30 31 7e
tui_type z
tui_wait "a paste goes on over a new size" "qz"
tui_ok "and nothing in it is a key" tui_lacks "This desk cannot ask"
tui_keys C-u
tui_until tui_lacks "qz"
tui_tmux send-keys -t desk -H 1b 5b 32 30 30 7e 61 62 \
    1b 5b 31 39 7e 1b 4f 53 0d 71 1b 5b 32 30 31 7e
tui_type z
tui_wait "F8 and F4 in a paste are none, and it goes on" "qz"
tui_ok "so what follows them is no key either" tui_lacks "personal data shown"
tui_keys C-u
tui_until tui_lacks "qz"

# Pressed now and then, until it is.
presses=0
pressed() {
	tui_holds "personal data shown" && return 0
	presses=$((presses + 1))
	[ $((presses % 8)) -ne 0 ] || tui_keys F8
	return 1
}
tui_tmux send-keys -t desk -H 1b 5b 32 30 30 7e 63 64
tui_until tui_holds "NIP: cd"
tui_ok "where the end of a paste was lost, a key is one after a while" \
    tui_until pressed
tui_keys F8 C-u
tui_gone "and so are others" "NIP: cd"
tui_tmux resize-window -t desk -x 80 -y 24
tui_until bar_at 24
tui_keys BTab

# --- only what changed: a thin line has 960 bytes a second -----------------------

# The screen emptied, to be drawn from nothing, as terminfo has it for tmux's.
wiped() {
	grep -qaF "$(printf '\033[H\033[J')" "$tui_dir/sent" ||
	    grep -qaF "$(printf '\033[2J')" "$tui_dir/sent"
}

true >"$tui_dir/sent"
tui_tmux pipe-pane -t desk "cat >>$tui_dir/sent"
tui_keys Down Tab Enter
tui_until tui_holds "Esc"
tui_keys Escape F3
tui_until tui_holds "search:"
tui_keys Escape F9
tui_until tui_holds "Certyfikaty"
tui_keys F9 Home
tui_until tui_holds "Certificates"
tui_say "pull $reader"
tui_until tui_lacks "of 6"
tui_say "insert $reader full"
tui_until tui_holds "of 6"
tui_ok "pages, cards and languages come and go" [ -s "$tui_dir/sent" ]
tui_ok "... and the screen is never drawn anew" eval '! wiped'
tui_keys C-l
tui_ok "... but on demand" tui_until wiped
tui_tmux pipe-pane -t desk

# --- colours --------------------------------------------------------------------

# Some part of the screen has a colour: SGR 30-37 or 40-47.
coloured() {
	tui_tmux capture-pane -p -e -t desk |
	    grep -q "$(printf '\033')\\[[0-9;]*[34][0-7][;m]"
}

plain() {
	tui_holds "1 of 6" && ! coloured
}

tui_ok "colours" tui_until coloured
tui_start 80x24 NO_COLOR=1
tui_say up "plug $reader" "insert $reader full"
tui_ok "NO_COLOR" tui_until plain
tui_screen "which says the same without them" desk-80x24

# White on black, which no other theme paints.
painted() {
	tui_tmux capture-pane -p -e -t desk |
	    grep -qF "$(printf '\033[37m\033[40m')"
}

tui_conf '[desk]' 'theme = contrast'
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_ok "high contrast" tui_until painted
tui_screen "which says the same" desk-80x24
tui_conf '[desk]' 'theme = mono'
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_ok "one colour" tui_until plain
tui_screen "which says the same too" desk-80x24

tui_done
