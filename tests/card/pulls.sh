# shellcheck shell=sh
# A card pulled at a command of a change, put back, and the change made again;
# source rig.sh and change.sh first.
#
#	pulls IMAGE STEP REQUEST AGAIN [OTHER]
#
# For every STEPth command of REQUEST: the card in IMAGE is pulled there, put
# back, and the function AGAIN has to bring it about.  Where there is an image
# OTHER, that card lies in the reader meanwhile, and REQUEST has to leave it alone.
# pulls_bad says at which commands it did not; pulls_n how often it was pulled.

pulls_slot=0

# A fresh card whose contact is lost at command $2.
pulls_insert()
{
	rig_insert "$1" $pulls_slot
	rig_tell $pulls_slot fault "pull@$2" >/dev/null
	rig_tell $pulls_slot recount >/dev/null
}

# Into the reader; once more where it does not see that.
pulls_in()
{
	rig_tell $pulls_slot insert "$1" >/dev/null
	rig_wait 10 rig_shows $pulls_slot Yes && return
	rig_pull $pulls_slot
	rig_tell $pulls_slot insert "$1" >/dev/null
	rig_wait 10 rig_shows $pulls_slot Yes
}

pulls_out()
{
	pulls_first=$(rig_copy $pulls_slot)
	rig_tell $pulls_slot clear >/dev/null
	rig_wait 10 rig_shows $pulls_slot No
}

# Another card in its place is asked the same: no PIN goes to it, no byte.
pulls_other()
{
	pulls_verified=$(rig_apdus $pulls_slot VERIFY)
	cp "$1" "$RIG_DIR/other"
	pulls_in "$RIG_DIR/other"
	send "$2"
	[ "$(answer)" = PIN-CARD-CHANGED ] && cmp -s "$1" "$RIG_DIR/other" &&
	    [ "$(rig_apdus $pulls_slot VERIFY)" = "$pulls_verified" ]
	pulls_left=$?
	rig_pull $pulls_slot
	return $pulls_left
}

# Whether the card was still there at the end.
pulls_whole()
{
	rig_tell $pulls_slot status | grep -q '^in=1'
}

pulls()
{
	pulls_bad='' pulls_n=0 pulls_at=$2
	while :; do
		pulls_insert "$1" "$pulls_at"
		send "$3"
		if pulls_whole; then
			break
		fi
		pulls_n=$((pulls_n + 1))
		pulls_out
		[ -z "${5:-}" ] || pulls_other "$5" "$3" ||
		    pulls_bad="$pulls_bad $pulls_at:other:$(answer)"
		pulls_in "$pulls_first"
		"$4" || pulls_bad="$pulls_bad $pulls_at:$(answer)"
		pulls_at=$((pulls_at + $2))
	done
}
