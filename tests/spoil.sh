# shellcheck shell=sh
#
#	spoil FILE OFFSET	the byte there, from 0, becomes another
#
# A byte that is merely written may be the one that stands there: one time in 256
# a signature would go on being right.

spoil()
{
	spoil_byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	spoil_byte=$(printf %03o $(((spoil_byte + 1) % 256)))
	printf '%b' "\\0$spoil_byte" |
	    dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
