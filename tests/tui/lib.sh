# shellcheck shell=sh
#
# Running the desk in a terminal of its own (tmux on a private socket) and
# looking at its screen.  A test sources this file, then:
#
#	tui_start WxH [NAME=VALUE...]	the desk with made-up cards in a window
#	tui_conf LINE...		its configuration from the next start on
#	tui_authority LINE...		one authority's, likewise
#	tui_fill [renewal]		a registry of made-up people, from the
#					next start on; and a renewal
#	tui_say LINE...			lines for tests/tui/desk.c; returns when
#					they were carried out
#	tui_keys KEY...			as tmux send-keys knows them
#	tui_type TEXT			the same, letter by letter
#	tui_paste FILE			what is in it, as a terminal pastes it
#	tui_wait WHAT TEXT		a result: the screen comes to hold TEXT
#	tui_gone WHAT TEXT		a result: TEXT comes to leave the screen
#	tui_screen WHAT NAME		a result: the screen is as saved in
#					tests/tui/screens/NAME (GENERATE=1 renews)
#	tui_record			the bytes that the terminal gets, from now on
#	tui_harmless WHAT		a result: there are none among them that only
#					a text made to do harm can have brought
#	tui_painted WHAT NAME		the same with its colours and attributes
#	tui_stop			end the window
#	tui_ok WHAT COMMAND...		a result: the command succeeds
#	tui_done			last of all: how many results there were
#
# tui_command is what runs there: a test of the real thing names another.
# Nothing waits for a time: everything waits for a condition, with a deadline.

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
: "${TUI_DEADLINE:=10}"			# seconds

# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"

tui_dir=$(mktemp -d "${TMPDIR:-/tmp}/tui.XXXXXX") || exit 99
tui_number=0
tui_shown=
tui_paint=

tmux -V >/dev/null 2>&1 || {
	echo "1..0 # SKIP tmux is not installed"
	rmdir "$tui_dir"
	exit 0
}

# The program finds its catalogues and the list of questions beside itself.
cp "$abs_top_builddir/tests/bin/desk" "$tui_dir/desk" &&
    ln -s "$abs_top_builddir/locale" "$tui_dir/locale" &&
    ln -s "$abs_top_builddir/questions.conf" "$tui_dir/questions.conf" &&
    mkfifo "$tui_dir/fifo" && true >"$tui_dir/fifo.did" || exit 99

tui_command="$tui_dir/desk $tui_dir/conf"

# A registry of its own: nothing of a test may reach the account's.
tui_registry=$tui_dir/registry.db
tui_filled=

# shellcheck disable=SC2120 # the tests that source this pass lines
tui_conf() {
	printf '%s\n' "$@" '[registry]' "path = $tui_registry" >"$tui_dir/conf"
}
# shellcheck disable=SC2119
tui_conf

# Each window has a server of its own, with the environment of its time: one on
# its way out, because its last window went, would take the next one with it.
tui_window=0

tui_tmux() {
	# The harness's own terminal is UTF-8 whatever the test's is.
	env -u TMUX LC_ALL=C.UTF-8 HOME="$tui_dir" \
	    tmux -S "$tui_dir/tmux.$tui_window" -f /dev/null -u "$@"
}

tui_end() {
	tui_tmux kill-server 2>/dev/null
	rm -rf "$tui_dir"
}
trap tui_end EXIT
trap 'exit 99' HUP INT TERM

# What was waited for and never came is a failure, whatever came after it.
tui_done() {
	[ -z "$wait_vain" ] || tui_ok "waited in vain${wait_vain#;}" false
	echo "1..$tui_number"
}

tui_ok() {
	tui_what=$1
	shift
	tui_number=$((tui_number + 1))
	if "$@"; then
		echo "ok $tui_number - $tui_what"
	else
		echo "not ok $tui_number - $tui_what"
	fi
}

# Look until COMMAND... succeeds or the deadline is over.
tui_until() {
	wait_until "$TUI_DEADLINE" "$@"
}

tui_look() {
	# shellcheck disable=SC2086 # an option, or none
	tui_shown=$(tui_tmux capture-pane $tui_paint -p -t desk 2>/dev/null)
}

tui_holds() {
	tui_look
	case $tui_shown in
	*"$1"*) return 0 ;;
	esac
	return 1
}

tui_lacks() {
	! tui_holds "$1"
}

tui_report() {
	printf '%s\n' "$tui_shown" | sed 's/^/# /'
}

tui_wait() {
	tui_ok "$1" tui_until tui_holds "$2"
	tui_holds "$2" || tui_report
}

tui_gone() {
	tui_ok "$1" tui_until tui_lacks "$2"
	tui_lacks "$2" || tui_report
}

# The shell stays when the desk has ended, so that what it left can be seen.  It
# has job control, or the kernel would not let the desk be stopped.
tui_start() {
	tui_size=$1
	shift
	tui_stop
	rm -f "$tui_dir/status"
	# No card has been here yet, unless a test filled the registry.
	[ -n "$tui_filled" ] || rm -f "$tui_registry"*
	cat >"$tui_dir/run" <<-RUN
	stty -a >"$tui_dir/stty.before"
	set -m
	env -u NO_COLOR CANNED="$tui_dir/fifo" LC_ALL=C.UTF-8 LANGUAGE=en TZ=UTC \\
	    TERM=screen-256color $* $tui_command \\
	    2>"$tui_dir/stderr"
	status=\$?
	while [ \$status -eq 148 ]; do
		echo "stopped; Enter continues"
		read -r line
		fg
		status=\$?
	done
	echo "\$status" >"$tui_dir/status"
	stty -a >"$tui_dir/stty.after"
	cat "$tui_dir/stderr"
	echo "ended with \$(cat "$tui_dir/status")"
	exec cat
	RUN
	tui_tmux new-session -d -s desk -x "${tui_size%x*}" -y "${tui_size#*x}" \
	    "exec sh $tui_dir/run"
	tui_until tui_started
	case $tui_command in
	"$tui_dir"/desk*) tui_until tui_listens ;;
	esac
}

# Its first frame is there, or it has ended, which a tiny window cannot show.
tui_started() {
	[ -e "$tui_dir/status" ] || tui_holds okienko
}

# The made-up cards' desk has opened its ears, which comes after its first frame:
# what is said before is said to nobody.
tui_listens() {
	[ -e "$tui_dir/status" ] ||
	    find "/proc/$(tui_pid)/fd" -lname "$tui_dir/fifo" 2>/dev/null |
	    grep -q .
}

tui_authority() {
	mkdir -p "$tui_dir/authorities.d" &&
	    printf '%s\n' "$@" >"$tui_dir/authorities.d/sample.conf"
}

tui_fill() {
	tui_filled=yes
	rm -f "$tui_registry"*
	within 30 "$abs_top_builddir/tests/bin/fillreg" "$tui_registry" "$@" ||
	    exit 99
}

tui_record() {
	tui_tmux pipe-pane -t desk "cat >>$tui_dir/raw"
}

# What a terminal would do, answer to or cannot show, and curses never says: in
# front what is no CSI of its own, then control characters, C1, bidi and what has
# no width, last the questions and modes of the tests' own texts.
tui_harm="$(printf '%b' '\0033[]P_^X]|[\0001-\0007\0013\0014\0020-\0032\0034-\0037\0177]|\0302[\0200-\0237]|\0342\0200[\0213-\0217\0250-\0256]|\0342\0201[\0246-\0251]|\0357\0273\0277|\0357\0277\0271|\0363\0240|\0033\\[(5n|6n|21t|c|\\?1000h|31m.*\0033\\[2J)')"

tui_unharmed() {
	[ -s "$tui_dir/raw" ] && ! LC_ALL=C grep -aqE "$tui_harm" "$tui_dir/raw" &&
	    iconv -f UTF-8 -t UTF-8 "$tui_dir/raw" >/dev/null
}

tui_harmless() {
	tui_ok "$1" tui_unharmed
	tui_unharmed 2>/dev/null || LC_ALL=C grep -aoE ".{0,20}($tui_harm).{0,20}" \
	    "$tui_dir/raw" | head -n 3 | cat -v | sed 's/^/# /'
}

tui_painted() {
	tui_paint=-e
	tui_screen "$@"
	tui_paint=
}

# The row of the window, from 0, that the terminal's cursor stands on.
tui_cursor() {
	tui_tmux display-message -p -t desk '#{cursor_y}'
}

# Returns when the desk has ended: one on its way out would read what the next
# one is told, and write to the registry that the next one begins with.
tui_stop() {
	tui_old=$(tui_pid 2>/dev/null)
	tui_tmux kill-server 2>/dev/null
	tui_window=$((tui_window + 1))
	[ -z "$tui_old" ] || tui_until tui_ended
}

# Whether the desk runs under it.
tui_valgrind() {
	grep -q '^#define UNDER_VALGRIND 1' "$abs_top_builddir/config.h"
}

# The desk has done nothing since the look before.
tui_rests() {
	tui_was=${tui_spent:-}
	tui_spent=$(sed 's/.*) //' "/proc/$(tui_pid)/stat" |
	    awk '{ print $12 + $13 }')
	[ "$tui_spent" = "$tui_was" ]
}

# tui_signal SIGNAL: sent to the desk.  In a process that dies of one, valgrind takes
# what only another thread's registers hold for lost: so it is at rest.
tui_signal() {
	if tui_valgrind; then
		tui_until tui_rests
	fi
	kill -s "$1" "$(tui_pid)"
}

# tui_stopped WHAT: the desk has stopped, as it was told to.
tui_stopped() {
	if tui_valgrind; then
		tui_ok "$1 # SKIP valgrind stops for no signal" true
	else
		tui_wait "$1" "stopped; Enter continues"
	fi
}

tui_ended() {
	! kill -0 "$tui_old" 2>/dev/null
}

# Opened for both ways, so that a desk that ended cannot hold us up.  Nothing else
# orders a line by the FIFO and a key by the terminal.
tui_say() {
	tui_said=$(($(wc -c <"$tui_dir/fifo.did") + $#))
	for tui_line; do
		printf '%s\n' "$tui_line" 1<>"$tui_dir/fifo"
	done
	tui_until tui_did
}

tui_did() {
	[ "$(wc -c <"$tui_dir/fifo.did")" -ge "$tui_said" ] ||
	    [ -e "$tui_dir/status" ]
}

tui_keys() {
	tui_tmux send-keys -t desk "$@"
}

tui_type() {
	tui_tmux send-keys -t desk -l "$1"
}

tui_paste() {
	tui_tmux load-buffer "$1"
	tui_tmux paste-buffer -p -t desk
}

# Under valgrind it is that program, with the desk's own name further on.
tui_pid() {
	tui_program=${tui_command%% *}
	tui_words=${tui_command#"$tui_program"}
	tui_tmux list-panes -t desk -F '#{pane_pid}' | head -n 1 |
	    xargs -r pgrep -f -x \
	    "($tui_program|.*valgrind.*/${tui_program##*/}\.real)$tui_words" -P
}

tui_same() {
	tui_look
	# What a search took is never the same twice, nor how long a visit has left.
	printf '%s\n' "$tui_shown" | tr '\033' '\001' |
	    sed -E 's/ *$//; s/[0-9]+ ms +│/# ms │/; s/\x01/^[/g;
	    s/(ends in|kończy się za) [0-9]+ s$/\1 # s/' \
	    >"$tui_dir/now"
	cmp -s "$tui_dir/now" "$abs_top_srcdir/tests/tui/screens/$1"
}

tui_screen() {
	if [ -n "${GENERATE:-}" ]; then
		# Nothing may be under way: two looks the same, a while apart.
		tui_same "$2"
		until cp "$tui_dir/now" "$tui_dir/before"; sleep 0.2
		    tui_same "$2"; cmp -s "$tui_dir/now" "$tui_dir/before"; do :
		done
		cp "$tui_dir/now" "$abs_top_srcdir/tests/tui/screens/$2"
	fi
	tui_ok "$1" tui_until tui_same "$2"
	tui_same "$2" ||
	    diff "$abs_top_srcdir/tests/tui/screens/$2" "$tui_dir/now" |
	    sed 's/^/# /'
}
