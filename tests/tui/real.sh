# shellcheck shell=sh
#
# The desk itself in a window, a real pcscd behind it and a ready card in its
# first reader.  A test sources this file, and has rig.sh and lib.sh with it:
#
#	put_in				the ready card, fresh, into the reader
#	desk SIZE [LANGUAGE [NAME=VALUE...]]	starts the desk and waits
#	shows TEXT...			all of it is seen and nothing being read
#	prompt				opens the prompt for the PIN
#	may_type			it takes letters: not while a card is asked
#	verified N			so many PINs the card was asked to check

# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"
# shellcheck source=tests/tui/lib.sh
. "$abs_top_srcdir/tests/tui/lib.sh"

for tool in pcscd pkcs11-tool; do
	if ! PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done

opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)
ready=$(rig_image ready) || exit 99
# shellcheck disable=SC2034 # for the tests that source this
other=$(rig_image other) || exit 99
rig_start
trap 'tui_end; rig_stop' EXIT
tui_command="${abs_top_builddir:?}/okienko --conf $tui_dir/conf"

# Everything is on the screen, and nothing is being read any more.
shows() {
	tui_look
	for shows_text; do
		case $tui_shown in
		*"$shows_text"*) ;;
		*) return 1 ;;
		esac
	done
	case $tui_shown in
	*'reading the card'* | *'czytanie karty'*) return 1 ;;
	esac
}

put_in() {
	rig_insert "$ready"
}

# A card that is silent for good is looked at as long as the machine is slow: its
# software must not be given up before that.
desk_conf() {
	tui_conf '[desk]' "language = $1" 'mouse = yes' '[card]' \
	    "module = $opensc" "module_timeout = $((20 * TEST_SLOWNESS))"
}

# desk SIZE [LANGUAGE [NAME=VALUE...]]: with the ready card in.
desk() {
	desk_size=$1
	desk_conf "${2:-en}"
	shift
	[ $# -eq 0 ] || shift
	tui_start "$desk_size" "$@"
	tui_until shows 'IsoApplet'
}

verifies() {
	rig_apdus 0 VERIFY
}

# prompt: open, with the card's state beside it.
prompt() {
	tui_keys l
	tui_until tui_holds 'PIN: 3 tries' || tui_until tui_holds 'the last one'
	may_type
}

# What the card says of its tries may be seen before its answer is, and until
# that the prompt takes no letter: so its field has to be there.
may_type() {
	tui_until tui_holds ' characters'
}

verified() {
	[ "$(verifies)" -eq "$1" ]
}
