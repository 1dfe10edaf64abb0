#!/bin/sh
#
# The card process, or its module's, is killed while a certificate is put on its
# card, at each KILL_STEPth exchange (15) from the KILL_FROMth (150: the card has
# been read by then) to the KILL_TOth (225: all is written).  What was begun comes
# to its end, with the key that was there, no certificate lost, and no try of the
# PIN spent.  TAP.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/../office/lib.sh"
# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"
okienko=$abs_top_builddir/okienko
module=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
needs "$office_bin" "$okienko" "$module" pkcs11-tool openssl curl gojq pgrep
step=${KILL_STEP:-15}
at=${KILL_FROM:-150}
to=${KILL_TO:-225}
end=100000				# more exchanges than there ever are

rig_start
trap 'rig_stop; finish' EXIT
office_start "$scratch/office" || exit 99
mkdir cards desk
ln -s "$office_keys" cards/keys
ln -s "$OFFICE_DIR" cards/authority
"$rig_bin/mkcard" --card ready cards >made 2>&1 || { cat made; exit 99; }
OFFICE_WAYS="file" office_conf "$scratch/desk"
printf '\n[card]\nmodule = %s\n[registry]\npath = %s\n' "$module" \
    "$scratch/desk/registry.db" >>desk/okienko.conf
echo 1234 >pin

desk()
{
	"$okienko" --conf desk/okienko.conf --lang en --json "$@" >out 2>err
}

token()
{
	pkcs11-tool --module "$module" --login --pin 1234 "$@" 2>tool.log
}

keys()
{
	token -O --type privkey | grep -c '^Private Key'
}

serials()
{
	token -O --type cert | awk '/serial:/ { print $2 }' | sort
}

# --- up to the request, once ------------------------------------------------------------

# A renewal whose certificate has come in a file, and is not on the card yet.
asked()
{
	rig_insert cards/ready.card
	desk card
	old=$(gojq -r '[.cards[].certs[] | select(.id == "02")][0] |
	    .cert.serial' out)
	desk request "$old" --confirm --pin-fd 3 --save new.csr 3<pin || return
	renewal=$(gojq -r .number out)
	openssl x509 -req -in new.csr -CA "$OFFICE_CA" \
	    -CAkey "$OFFICE_DIR/ca.key" -set_serial 0x0B09 -days 30 \
	    -out new.pem 2>tool.log || return
	keys_before=$(keys)
	serials >serials.want
	echo 0B09 >>serials.want
	sort -o serials.want serials.want
	cp "$(rig_copy)" asked.card
	cp -R desk asked
}

# --- and from there, again and again ----------------------------------------------------

collect()
{
	desk collect "$renewal" new.pem --confirm --pin-fd 3 3<pin
}

exchanges()
{
	rig_tell 0 status | sed 's/.* apdus=\([0-9]*\).*/\1/'
}

# So many exchanges were begun, or there are no more of them.
has_come()
{
	[ "$(exchanges)" -ge "$at" ] || ! kill -0 "$collecting" 2>/dev/null
}

child()
{
	pgrep -P "$1" -f "$2" | head -n 1
}

# The module's process at one round, the card process at the next: of this desk,
# which the shell that waits for it has started.
kill_one()
{
	victim=$(child "$(child "$collecting" okienko)" okienko-card)
	if [ $((killed % 2)) = 0 ]; then
		victim=$(child "${victim:-0}" okienko-card)
	fi
	[ -n "$victim" ] && kill -KILL "$victim"
}

# So many commands wrote to the directory of the private keys: cut off between two
# of them it would lose the key for good.
key_writes()
{
	awk '/ SELECT / { keys = /0450154402/; seen += keys }
	    / UPDATE / && keys { n++ }
	    END { print seen ? n + 0 : "not even selected" }' "$RIG_DIR/apdu0"
}

# Killed at exchange $at; whether the writing had come that far.
cut()
{
	rm -rf desk
	cp -R asked desk
	rig_insert asked.card
	rig_tell 0 fault "slow=600@$at" >/dev/null
	rig_tell 0 recount >/dev/null
	collect &
	collecting=$!
	rig_wait 60 has_come
	cut=no
	if kill -0 "$collecting" 2>/dev/null && kill_one; then
		cut=yes killed=$((killed + 1))
	fi
	rig_tell 0 clear >/dev/null
	wait "$collecting"
}

# A PIN goes with each command; the card's software may send a right one again
# while it writes, up to five times.
goes_on()
{
	typed=1
	if ! [ "$(gojq -r .state out)" = "done" ]; then
		typed=2
		collect
		[ "$(gojq -r .state out)" = "done" ] || return
	fi
	verified=$(rig_apdus 0 VERIFY)
	! grep -q ' VERIFY .* < 63C' "$RIG_DIR/apdu0" &&
	    [ "$verified" -ge 1 ] && [ "$verified" -le $((typed * 6)) ] &&
	    [ "$(keys)" = "$keys_before" ] &&
	    serials >serials.now && cmp -s serials.now serials.want
}

# For whoever has to find out: state, error, PINs typed and sent, keys, what
# differs of the certificates.
how_it_stands()
{
	gojq -j '"\(.state)/\(.error.id)"' out
	echo "/$typed/${verified:-}/$(keys)/$(serials | diff - serials.want |
	    tr -d '\n')"
}

check "a certificate has come for a key on the card" asked
killed=0 bad=
while cut; [ $cut = yes ]; do
	goes_on || bad="$bad $at:$(how_it_stands)"
	at=$((at + step))
	[ "$at" -le "$to" ] || at=$end
done
check "killed $killed times, it came to its end each time:${bad:- yes}" \
    equal "$bad" ''
check "and was killed at all" [ "$killed" -gt 0 ]
check "the last one was not, and came to its end too" goes_on
check "the directory of the keys is left alone meanwhile" \
    equal "$(key_writes)" 0
checked
