# shellcheck shell=sh
# A card pulled at a command of a change, put back, and the change made again;
# source rig.sh and change.sh first.
#
#	pulls IMAGE STEP REQUEST AGAIN
#
# For every STEPth command of REQUEST: the card in IMAGE is pulled there, put
# back, and the function AGAIN has to bring it about.  pulls_bad says at which
# commands it did not; pulls_n how often it was pulled.

pulls_slot=0

# A fresh card whose contact is lost at command $2.
pulls_insert()
{
	rig_insert "$1" $pulls_slot
	rig_tell $pulls_slot fault "pull@$2" >/dev/null
	rig_tell $pulls_slot recount >/dev/null
}

pulls_back()
{
	rig_tell $pulls_slot clear >/dev/null
	rig_wait 10 rig_shows $pulls_slot No
	rig_put $pulls_slot
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
		pulls_back
		"$4" || pulls_bad="$pulls_bad $pulls_at:$(answer)"
		pulls_at=$((pulls_at + $2))
	done
}
