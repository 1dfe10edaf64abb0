# shellcheck shell=sh
# shellcheck disable=SC2154 # the bench's: abs_top_srcdir
#
# The part of the bench that is about changes: a certificate written beside its
# key and read back, by a module process that has read the card as a desk's has,
# beside pkcs11-tool that writes it and reads it again.

# shellcheck source=tests/card/change.sh
. "$abs_top_srcdir/tests/card/change.sh"

change_reader='Virtual PCD 00 00'

change_count() {
	[ "$(grep -c "\"ev\":\"$1\"" "$RIG_DIR/frames")" -ge "$2" ]
}

# A card with a key, and the certificate for it.
change_card() {
	make_authority
	rig_insert "$(rig_image empty)" 0
	ask "$module" "$(gojq -cn --arg reader "$change_reader" \
	    '{ req: "read", id: 1, reader: $reader, atr: "" }')"
	change_of "$change_reader" 0 "$(grep '"ev":"card"' "$RIG_DIR/out" |
	    tail -n 1 | gojq -r '.tokens[0].serial')"
	send "$(change generate 45 Klucz rsa2048)"
	der "$RIG_DIR/spki.der"
	issue "$RIG_DIR/spki.der" "$RIG_DIR/new.der"
	cp "$(rig_copy)" "$RIG_DIR/keyed"
	rig_insert "$RIG_DIR/keyed" 0 --delay-ms 20
}

change_peer() {
	rm -rf "$HOME/.cache"
	timeout 60 pkcs11-tool --module "$module" -l --pin 1234 \
	    --write-object "$RIG_DIR/new.der" --type cert --id 45 --label Nowy
	timeout 60 pkcs11-tool --module "$module" -r --type cert --id 45 \
	    -o "$RIG_DIR/back.der"
	cmp "$RIG_DIR/new.der" "$RIG_DIR/back.der"
}

# Its module process has the card already; the rest is what is measured.
change_ours() {
	write_cert 45 Nowy "$RIG_DIR/new.der" >&9
	echo pin:1234 >&9
	rig_wait 60 change_count answer 2
	grep '"ev":"answer"' "$RIG_DIR/frames" | tail -n 1 |
	    gojq -e '.err == null' >/dev/null || echo "not written" >&2
}

change_begin() {
	mkfifo "$RIG_DIR/requests"
	timeout 120 "$ask" "$module" - <"$RIG_DIR/requests" \
	    >"$RIG_DIR/frames" 2>/dev/null &
	exec 9>"$RIG_DIR/requests"
	gojq -cn --arg reader "$change_reader" --arg atr 3B800181 \
	    '{ req: "read", id: 1, reader: $reader, atr: $atr }' >&9
	rig_wait 60 change_count answer 1
}

change_row() {
	before=$(rig_apdus 0)
	start=$(now_ms)
	"$2" >/dev/null 2>"$RIG_DIR/row.err"
	w=$(($(now_ms) - start))
	a=$(($(rig_apdus 0) - before))
	[ -n "${floor_a:-}" ] || { floor_a=$a floor_w=$w; }
	printf '%-34s %6s %8s ms   %8s %8s\n' "$1" "$a" "$w" \
	    "$(ratio "$a" "$floor_a")" "$(ratio "$w" "$floor_w")"
	grep '^not ' "$RIG_DIR/row.err"
}

bench_change() {
	have pkcs11-tool || return
	module=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)
	echo
	echo "A certificate written and read back (20 ms an exchange): exchanges, wall time"
	floor_a=
	change_card
	change_row 'pkcs11-tool -w, then -r' change_peer
	rig_insert "$RIG_DIR/keyed" 0 --delay-ms 20
	change_begin
	change_row 'okienko-card' change_ours
	exec 9>&-
	bench_renewal
	rig_insert "$(rig_image "${BENCH_CARD:-ready}")" 0 --delay-ms 20
}
