# shellcheck shell=sh
#
# The kiosk in a terminal, started by the launcher as the unit would, with
# made-up cards.  A test sources this file (lib.sh comes with it), then:
#
#	kiosk_start WxH [LINE...]	a kiosk; LINEs are for [kiosk] of its settings
#	kiosk_pid			the desk's process of this visit
#	kiosk_mark			remember that process
#	kiosk_ended WHAT		a result: it has ended, and another stands there
#	kiosk_stays WHAT		a result: it is still the same, and awake

# shellcheck source=tests/tui/lib.sh
. "${abs_top_srcdir:?}/tests/tui/lib.sh"

# Settings are believed when nobody else could have written them.
umask 022
kiosk_home=$tui_dir/home
kiosk_first='Check my card'
kiosk_reader=Sample_Reader_00_00
mkdir -m 700 "$kiosk_home" || exit 99
cat >"$tui_dir/kiosk" <<SH
#!/bin/sh
exec $tui_dir/desk $tui_dir/conf
SH
chmod 755 "$tui_dir/kiosk"
echo "exec:$tui_dir/kiosk" >"$kiosk_home/orders"
tui_command="${abs_top_builddir:?}/tests/bin/launchrig kiosk"

kiosk_pid() {
	kiosk_launcher=$(tui_pid) && [ -n "$kiosk_launcher" ] &&
	    pgrep -P "$kiosk_launcher"
}

kiosk_mark() {
	kiosk_before=$(kiosk_pid)
}

kiosk_other() {
	kiosk_now=$(kiosk_pid) && [ "$kiosk_now" != "$kiosk_before" ] &&
	    ! kill -0 "$kiosk_before" 2>/dev/null && kiosk_ready
}

# It hears what is said of cards, and its first screen is there.
kiosk_ready() {
	find "/proc/$(kiosk_pid)/fd" -lname "$tui_dir/fifo" 2>/dev/null |
	    grep -q . && tui_holds "$kiosk_first"
}

kiosk_ended() {
	tui_ok "$1" tui_until kiosk_other
	kiosk_other || tui_report
}

# Its answer to a key comes, from the same process.
kiosk_same() {
	[ "$(kiosk_pid)" = "$kiosk_before" ] &&
	    ! grep -q '^State:.*stopped' "/proc/$kiosk_before/status"
}

kiosk_stays() {
	tui_ok "$1" kiosk_same
}

# shellcheck disable=SC2120 # the tests that source this pass lines
kiosk_start() {
	kiosk_size=$1
	shift
	case "$*" in
	*idle_seconds*) ;;
	*) set -- "$@" 'idle_seconds = 600' ;;
	esac
	tui_conf '[kiosk]' "$@"
	{
		echo "CANNED=$tui_dir/fifo"
		echo "XDG_RUNTIME_DIR=$tui_dir/home"
		echo "LC_ALL=C.UTF-8"
		echo "LANGUAGE=${kiosk_language:-en}"
	} >"$kiosk_home/env"
	tui_start "$kiosk_size" "HOME=$kiosk_home" \
	    "TERM=${kiosk_term:-screen-256color}"
	tui_until kiosk_ready
	kiosk_mark
}

# The same kiosk in a window of another size.
kiosk_resize() {
	tui_tmux resize-window -t desk -x "${1%x*}" -y "${1#*x}"
}

kiosk_card() {
	tui_say up "insert $kiosk_reader full"
	tui_until tui_holds 'The card is in the reader'
}
