# shellcheck shell=sh
# The card rig for tests written in sh.  Source it, then:
#
#	rig_start [VREADER OPTIONS]	a pcscd, two readers and a HOME of one's own
#	rig_insert IMAGE [0|1] [VCARD OPTIONS]	a copy of the card into a reader
#					(with --out: ready, and not yet in it)
#	rig_pull [0|1]			out with it; it stays ready
#	rig_put [0|1]			back in
#	rig_swap IMAGE [0|1]		another card in its place
#	rig_tell 0|1 ORDER...		any other order (vcard --help)
#	rig_remove [0|1]		the card's program ends
#	rig_pcscd_kill, rig_pcscd_start	pcscd dies; it comes back
#	rig_wait SECONDS COMMAND...	until the command succeeds
#	rig_apdus [0|1] [NAME]		exchanges so far, or those of a name
#	rig_image NAME			path of a ready card (mkcard --help)
#	rig_copy [0|1]			path of the card's own copy
#	rig_stop			ends and removes all; done on exit anyway
#
# Needs abs_top_builddir and abs_top_srcdir, as make check sets them.  RIG_DIR is a folder for the
# test's own files.  A card works on a copy of its image, kept over rig_pull.

# shellcheck source=tests/wait.sh
. "${abs_top_srcdir:?}/tests/wait.sh"

rig_bin=${abs_top_builddir:?}/tests/bin
rig_cards=$rig_bin/cards

rig_fail()
{
	echo "rig: $*" >&2
	exit 99
}

rig_wait()
{
	wait_until "$@"
}

rig_start()
{
	RIG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/rig.XXXXXX") || rig_fail "no folder"
	chmod 711 "$RIG_DIR"
	mkdir -m 700 "$RIG_DIR/home"
	HOME=$RIG_DIR/home
	XDG_CONFIG_HOME=$HOME/.config
	XDG_CACHE_HOME=$HOME/.cache
	export RIG_DIR HOME XDG_CONFIG_HOME XDG_CACHE_HOME
	trap rig_stop EXIT
	trap 'exit 1' HUP INT PIPE TERM
	rig_ended=
	"$rig_bin/vreader" --dir "$RIG_DIR" --tied "$@" 2>"$RIG_DIR/vreader.err" &
	rig_vreader=$!
	rig_wait 15 rig_is_up || rig_fail "no reader: $(cat "$RIG_DIR/vreader.err" "$RIG_DIR/pcscd.log" 2>&1)"
	rig_read_env
}

# Up, or given up: no use to wait for one that ended.
rig_is_up()
{
	[ -e "$RIG_DIR/env" ] || ! kill -0 "$rig_vreader" 2>/dev/null
}

rig_read_env()
{
	[ -e "$RIG_DIR/env" ] || return 1
	# shellcheck source=/dev/null
	. "$RIG_DIR/env"
	export PCSCLITE_CSOCK_NAME
}

rig_stop()
{
	[ -z "$rig_ended" ] || return 0
	rig_ended=yes
	rig_remove 0
	rig_remove 1
	kill "$rig_vreader" 2>/dev/null
	wait "$rig_vreader" 2>/dev/null
	rm -rf "$RIG_DIR"
}

rig_tell()
{
	rig_ctl=$RIG_DIR/ctl$1
	shift
	# Its word is what is wanted: not worth looking for leaks each time.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 \
	    "$rig_bin/vcard" --tell "$rig_ctl" "$@"
}

# Whether the reader shows a card ("Yes" or "No" in OpenSC's list).
rig_shows()
{
	opensc-tool -l 2>/dev/null | grep -q "^$1 *$2 "
}

rig_insert()
{
	rig_from=$1
	rig_slot=${2:-0}
	shift
	[ $# -eq 0 ] || shift
	rig_remove "$rig_slot"
	if [ -e "$rig_from" ]; then
		cp "$rig_from" "$RIG_DIR/card$rig_slot"
	else
		rm -f "$RIG_DIR/card$rig_slot"
	fi
	# shellcheck disable=SC2153
	if [ "$rig_slot" = 0 ]; then
		rig_port=$VREADER_PORT0
	else
		rig_port=$VREADER_PORT1
	fi
	: >"$RIG_DIR/apdu$rig_slot"
	"$rig_bin/vcard" --tied --port "$rig_port" \
	    --image "$RIG_DIR/card$rig_slot" --log "$RIG_DIR/apdu$rig_slot" \
	    --ctl "$RIG_DIR/ctl$rig_slot" "$@" &
	eval "rig_card$rig_slot=$!"
	case " $* " in
	*" --out "*)
		rig_wait 10 test -S "$RIG_DIR/ctl$rig_slot" ||
		    rig_fail "the card does not come up"
		return ;;
	esac
	rig_wait 10 rig_shows "$rig_slot" Yes || rig_fail "the card does not go in"
}

rig_remove()
{
	eval "rig_pid=\${rig_card$1:-}"
	[ -n "$rig_pid" ] || return 0
	kill "$rig_pid" 2>/dev/null
	wait "$rig_pid" 2>/dev/null
	eval "rig_card$1="
	[ -n "$rig_ended" ] || rig_wait 10 rig_shows "$1" No
}

rig_pull()
{
	rig_tell "${1:-0}" pull >/dev/null
	rig_wait 10 rig_shows "${1:-0}" No
}

rig_put()
{
	rig_tell "${1:-0}" insert >/dev/null
	rig_wait 10 rig_shows "${1:-0}" Yes
}

# Out first, and seen to be: a reader cannot tell a swap within one look.
rig_swap()
{
	rig_slot=${2:-0}
	rig_swaps=$((${rig_swaps:-0} + 1))
	cp "$1" "$RIG_DIR/card$rig_slot.$rig_swaps"
	rig_pull "$rig_slot"
	rig_tell "$rig_slot" insert "$RIG_DIR/card$rig_slot.$rig_swaps" >/dev/null
	rig_wait 10 rig_shows "$rig_slot" Yes
}

rig_copy()
{
	rig_tell "${1:-0}" status | sed 's/.* image=//'
}

rig_apdus()
{
	grep -c " ${2:-[A-Z]*} > " "$RIG_DIR/apdu${1:-0}"
}

rig_pcscd_kill()
{
	kill -USR1 "$rig_vreader"
	rig_wait 10 rig_is_down || rig_fail "pcscd does not end"
}

rig_is_down()
{
	[ ! -e "$PCSCLITE_CSOCK_NAME" ]
}

rig_pcscd_start()
{
	kill -USR2 "$rig_vreader"
	rig_wait 15 rig_is_up
	rig_read_env || rig_fail "pcscd does not come back"
}

# Cards are dated from now, so they are made again when they are hours old.
rig_cards_are_fresh()
{
	[ -n "$(find "$rig_cards/made" -mmin -300 2>/dev/null)" ]
}

# One makes them, and others that begin at the same moment wait for that.
rig_image()
{
	rig_cards_are_fresh || {
		flock 9
		rig_cards_are_fresh || "$rig_bin/mkcard" "$rig_cards" >&2 9>&- ||
			rig_fail "no cards"
	} 9>"$rig_cards.lock"
	[ -e "$rig_cards/$1.card" ] || rig_fail "no card is called $1"
	echo "$rig_cards/$1.card"
}
