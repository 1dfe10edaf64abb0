# shellcheck shell=sh
# shellcheck disable=SC2154 # the bench's and change.sh's: bin, okienko, module
# shellcheck disable=SC2034 # floor_a is change_row's
#
# The part of the bench that is about changes, its second table: a whole renewal
# but for the making of the key, which waits on the card already.  The request is
# signed, sent, the certificate written, read back and proved by a signature; beside
# the sum of what pkcs11-tool needs for each of these, which sends nothing.

renewal_ask() {
	timeout 60 "$okienko" --conf "$scratch/desk/okienko.conf" --json "$@"
}

# A card of the office's, and which of its things are used: the key that waits, a
# certificate for it, and the one to renew.
renewal_card() {
	mkdir "$scratch/cards" "$scratch/desk" &&
	    ln -s "$office_keys" "$scratch/cards/keys" &&
	    ln -s "$OFFICE_DIR" "$scratch/cards/authority" &&
	    "$bin/mkcard" --card ready "$scratch/cards" >/dev/null &&
	    OFFICE_WAYS=est office_conf "$scratch/desk" || return 1
	printf '\n[card]\nmodule = %s\n[registry]\npath = %s\n' "$module" \
	    "$scratch/registry.db" >>"$scratch/desk/okienko.conf"
	rig_insert "$scratch/cards/ready.card" 0
	renewal_ask card >"$scratch/card.json"
	renewal_key=$(gojq -r '[.cards[].keys[] | select(.cert == null)][0].id' \
	    "$scratch/card.json")
	renewal_serial=$(gojq -r '[.cards[].certs[] | select(.id == "02")][0] |
	    .cert.serial' "$scratch/card.json")
	pkcs11-tool --module "$module" -r --type pubkey --id "$renewal_key" \
	    -o "$RIG_DIR/waiting.spki" >/dev/null 2>&1
	issue "$RIG_DIR/waiting.spki" "$RIG_DIR/new.der"
}

renewal_tool() {
	timeout 60 pkcs11-tool --module "$module" --id "$renewal_key" "$@"
}

renewal_peer() {
	renewal_tool -l --pin 1234 --sign -m SHA256-RSA-PKCS \
	    -i "$RIG_DIR/new.der" -o "$RIG_DIR/signature"
	renewal_tool -l --pin 1234 --write-object "$RIG_DIR/new.der" \
	    --type cert --label Nowy
	renewal_tool -r --type cert -o "$RIG_DIR/back.der"
	renewal_tool -l --pin 1234 --sign -m SHA256-RSA-PKCS \
	    -i "$RIG_DIR/new.der" -o "$RIG_DIR/signature"
	cmp "$RIG_DIR/new.der" "$RIG_DIR/back.der" || echo "not as written" >&2
}

# The whole command, from its first look at a card never seen.
renewal_ours() {
	rm -rf "$HOME/.cache"
	echo 1234 >"$scratch/pin"
	renewal_ask renew "$renewal_serial" --way est --confirm --wait 30 \
	    --pin-fd 3 3<"$scratch/pin" >"$scratch/said"
	[ "$(gojq -r .state "$scratch/said")" = "done" ] || echo "not renewed" >&2
}

# The card of the peer's turn, as it was.
renewal_rows() {
	floor_a=
	rig_insert "$scratch/cards/ready.card" 0 --delay-ms 20
	change_row 'pkcs11-tool, each of it alone' renewal_peer
	rig_insert "$scratch/cards/ready.card" 0 --delay-ms 20
	change_row 'okienko renew' renewal_ours
}

bench_renewal() {
	echo
	echo "A renewal but for its key (20 ms an exchange): exchanges, wall time"
	# shellcheck source=tests/office/office.sh
	. "$abs_top_srcdir/tests/office/office.sh"
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'office_stop; rm -rf "$scratch"; rig_stop' EXIT
	office_start "$scratch/office" --issue-seconds 0 && renewal_card &&
	    renewal_rows
	office_stop
	rm -rf "$scratch"
	trap rig_stop EXIT
}
