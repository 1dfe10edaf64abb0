#!/bin/sh
# The desk itself, whole, in a terminal: what goes wrong around it is told on
# its screen in one sentence with the next step, and it goes on.

# shellcheck source=tests/fault/lib.sh
. "${abs_top_srcdir:?}/tests/fault/lib.sh"

# --- a terminal ---------------------------------------------------------------

# Each window has a server of its own: one on its way out, because its last window
# went, would take the next one with it.
window=0

term()
{
	env -u TMUX tmux -S "$RIG_DIR/tmux.$window" -f /dev/null -u "$@"
}

# desk_start [NAME=VALUE...]: the desk at 80x24; its exit code into ended.
desk_start()
{
	rm -f ended
	term kill-server 2>/dev/null
	window=$((window + 1))
	term new-session -d -s desk -x 80 -y 24 \
	    "env -u NO_COLOR LC_ALL=C.UTF-8 LANGUAGE=en TERM=screen-256color \
	    $* '$okienko' --conf '$RIG_DIR/okienko.conf'; echo \$? >ended; cat"
}

# Spaces, ends of lines and the panels' frames are not what is asked about.
screen()
{
	term capture-pane -p -t desk 2>/dev/null | sed 's/[│║┃|]/ /g' |
	    tr -s ' \n' '  '
}

shows()
{
	screen | grep -qaF -e "$1"
}

shows_not()
{
	! shows "$1"
}

see()
{
	rig_wait 20 shows "$2"
	is "$1" $? || term capture-pane -p -t desk | sed 's/^/# /'
}

press()
{
	term send-keys -t desk "$1"
}

# Panels stand side by side, so a sentence is looked for by how it begins.
first_words()
{
	sed 's/\\//g' | cut -d' ' -f1-"$1"
}

# sentence ID LANGUAGE; next_step the same.
sentence()
{
	fault_pattern "$1" "$2" | sed -n 1p | first_words 3
}

next_step()
{
	fault_pattern "$1" "$2" | sed -n 2p | first_words 3
}

# sees NAME ID: in English; then F9, in Polish; and back.
sees()
{
	see "$1" "$(sentence "$2" en)"
	see "$1: and the next step" "$(next_step "$2" en)"
	press F9
	see "$1: in Polish" "$(sentence "$2" pl)"
	see "$1: and the next step" "$(next_step "$2" pl)"
	press F9
	see "$1: and back" "$(sentence "$2" en)"
}

child_of()
{
	pgrep -P "$1" | head -n 1
}

desk_pid()
{
	child_of "$(term list-panes -t desk -F '#{pane_pid}')"
}

# --- the service ----------------------------------------------------------------

service()
{
	rig_pcscd_kill
	desk_start
	sees "no pcscd" PCSC-DOWN
	rig_pcscd_start
	rig_insert "$(rig_image ready)"
	see "it comes: the card is shown" "of 7"
	rig_pcscd_kill
	see "pcscd dies" "$(sentence PCSC-LOST en)"
	shows_not "of 7"
	is "and no card is shown that nobody sees" $?
	rig_pcscd_start
	rig_insert "$(rig_image ready)"
	see "it returns: so does the card" "of 7"
}

# --- its own processes ----------------------------------------------------------

# It is back within moments, the first times: so it is killed until it is seen
# to have gone, which takes the longer to mend the oftener it happens.
killed_and_seen()
{
	helper=$(child_of "$desk")
	[ -z "$helper" ] || kill -KILL "$helper" 2>/dev/null
	shows "$(sentence HELPER-DIED en)"
}

processes()
{
	desk=$(desk_pid)
	rig_wait 20 killed_and_seen
	is "the card process is killed" $?
	see "it is started again, and shows the card" "of 7"
	rig_wait 10 shows_not "$(sentence HELPER-DIED en)"
	is "and the sentence goes" $?
	kill -STOP "$(child_of "$desk")"
	see "the card process is stopped" "$(sentence HELPER-STUCK en)"
	see "another shows the card" "of 7"
	[ "$(desk_pid)" = "$desk" ]
	is "it was one desk all the time" $?
}

# --- cards ------------------------------------------------------------------------

# Only what changed of a label may be drawn: so all of it is drawn anew.
drawn_whole()
{
	press C-l
	grep -q zła raw
}

# Of the card's bytes none reaches the terminal but letters: no sequence that
# the desk does not send itself, no character that turns or hides text.
hostile()
{
	term pipe-pane -t desk "cat >'$RIG_DIR/raw'"
	rig_swap "$(rig_image hostile)"
	see "a card with names made to do harm" "of 5"
	for key in Enter PPage NPage Escape Down Enter NPage Escape Down Enter \
	    NPage Escape End Enter NPage Escape; do
		press $key
	done
	press F1
	rig_wait 10 shows Esc
	press Escape
	see "its certificates opened and closed" "of 5"
	# Where a model is known, the token's label stands where its PIN is typed.
	press l
	see "its PIN would be typed" "Esc Back"
	rig_wait 10 drawn_whole
	is "the card's label was shown" $?
	press Escape
	rig_wait 10 shows_not "Esc Back"
	is "and nobody typed it" $?
	term pipe-pane -t desk
	# Titles and other strings to the terminal; colours by the card; text
	# turned, hidden, cut; bytes that are no UTF-8.
	! LC_ALL=C grep -qaE "$(printf '\033')[]PX^_]" raw
	is "no string for the terminal" $?
	! LC_ALL=C grep -qaF "$(printf '\033')[31mz" raw
	is "no colour of the card's choosing" $?
	! grep -qaP '[\x{80}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{feff}]' \
	    raw
	is "no control or turning of text" $?
	iconv -f UTF-8 -t UTF-8 raw >/dev/null
	is "nothing but UTF-8" $?
	[ "$(term display-message -p -t desk '#{pane_title}')" != etykieta ]
	is "and the terminal has its own title" $?
	rig_swap "$(rig_image ready)"
	see "a good card afterwards" "of 7"
}

# --- terminals ---------------------------------------------------------------------

has_ended()
{
	[ -s ended ]
}

terminals()
{
	term resize-window -t desk -x 1 -y 1
	press Down
	term resize-window -t desk -x 80 -y 24
	see "made 1x1 and whole again" "of 7"
	press q
	rig_wait 10 has_ended
	[ "$(cat ended)" = 0 ]
	is "q leaves" $?
	desk_start TERM=no-such-terminal
	rig_wait 10 has_ended
	[ "$(cat ended)" -ne 0 ] && rig_wait 10 shows TERM
	is "TERM unknown: said, and ended" $?
	for lang in en pl; do
		"$okienko" --lang $lang --conf ./okienko.conf </dev/null \
		    >out.$lang 2>$lang
	done
	told "standard output is no terminal" TERMINAL
	[ ! -s out.en ] && [ ! -s out.pl ]
	is "and nothing is written there" $?
	term kill-server
}

command -v tmux >/dev/null || {
	echo "1..0 # SKIP tmux is not installed"
	exit 0
}
fault_start
# However it ends, no terminal stays behind.
trap 'term kill-server 2>/dev/null; rig_stop' EXIT
service
processes
hostile
terminals
fault_done
