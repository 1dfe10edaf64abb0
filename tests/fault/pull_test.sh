#!/bin/sh
# A card is pulled at every single command of a read: it is said to have gone,
# and the same card put back is read whole.  One session sees it all.

# shellcheck source=tests/fault/lib.sh
. "${abs_top_srcdir:?}/tests/fault/lib.sh"

# Both readers at a time, each with every second n: half the time is spent in
# waiting for pcscd to look.

reader()
{
	echo "Virtual PCD 00 0$1"
}

# happened READER EVENT: how often.
happened()
{
	grep -c "\"event\": *\"$2\", *\"where\": *\"$(reader "$1")\"" lines
}

has_happened()
{
	[ "$(happened "$1" "$2")" -ge "$3" ]
}

# The last card read there has all that is on it.
is_whole()
{
	grep "\"event\": *\"card-read\", *\"where\": *\"$(reader "$1")\"" lines |
	    tail -n 1 | gojq -e '.card | .state == "ready" and .problems == [] and
	    (.certs | length == 2 and all(.cert != null)) and
	    (.tokens | length) == 1' >/dev/null 2>&1
}

# pull_at N READER ROUND: a card never seen before, whose read is cut short at
# the N-th command; then itself again.
pull_at()
{
	"$rig_bin/mkcard" --card other --serial "00A1B2C3D4E6$(printf %04X "$1")" \
	    --out "$RIG_DIR/round$1" "$rig_cards" >/dev/null || return 1
	rig_tell "$2" clear >/dev/null
	rig_tell "$2" fault "pull@$1" >/dev/null
	rig_tell "$2" insert "$RIG_DIR/round$1" >/dev/null
	rig_wait 20 has_happened "$2" card-removed $((2 * $3 - 1)) || return 1
	grep -q " $1 .* < PULLED" "$RIG_DIR/apdu$2" || return 1
	reads=$(happened "$2" card-read)
	rig_tell "$2" clear >/dev/null
	rig_tell "$2" insert >/dev/null
	# Its line may still be being written.
	rig_wait 20 has_happened "$2" card-read $((reads + 1)) &&
	    rig_wait 5 is_whole "$2" || return 1
	rig_tell "$2" pull >/dev/null
	rig_wait 20 has_happened "$2" card-removed $((2 * $3))
}

# every_other FIRST LAST READER: results as lines for the one who counts.
every_other()
{
	round=1
	n=$1
	while [ "$n" -le "$2" ]; do
		pull_at "$n" "$3" $round
		echo "$? pulled at command $n of $2, gone; back, read whole"
		n=$((n + 2))
		round=$((round + 1))
	done >"results$3"
}

fault_start
rig_insert "$(rig_image other)" 0
json card
count=$(rig_apdus 0)
[ "$count" -ge 20 ]
is "a whole read takes $count commands" $?
rig_pull 0
rig_insert "$(rig_image other)" 1
rig_pull 1

watching
rig_wait 20 has_told 1 service-up
: >apdu0
: >apdu1
every_other 1 "$count" 0 &
others=$!
every_other 2 "$count" 1
wait $others
for result in results0 results1; do
	while read -r code what; do
		is "$what" "$code"
	done <$result
done
[ "$(events module-stopped)" -eq 0 ] && [ "$(events helper-failed)" -eq 0 ]
is "no card software and no card process was lost over it" $?
watching_ends
fault_done
