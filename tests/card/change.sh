# shellcheck shell=sh
# Changes of cards, for tests: source rig.sh first.
#
#	change_of READER SLOT SERIAL	whose card it is from here on
#	change KIND [ID [LABEL [KEY]]]	a request, on standard output
#	write_cert ID LABEL FILE.der	of a certificate; ID "" is an authority's
#	of_cert KIND FILE.der		of one that is there
#	send REQUEST [PIN]		to $module; frames in $RIG_DIR/out
#	answer, der FILE		what came of it
#	issue SPKI.der OUT.der		a certificate for that key

# shellcheck disable=SC2154 # rig.sh, which comes first, has it
ask=$rig_bin/askmodule

# Frames of one conversation into $RIG_DIR/out.
ask()
{
	within 60 "$ask" "$@" >"$RIG_DIR/out" 2>"$RIG_DIR/ask.err"
}

change_of()
{
	change_reader=$1 change_slot=$2 change_serial=$3
}

hex()
{
	od -An -v -tx1 "$@" | tr -d ' \n' | tr a-f A-F
}

change()
{
	gojq -cn --arg reader "$change_reader" --argjson slot "$change_slot" \
	    --arg serial "$change_serial" --arg change "$1" \
	    --arg key "${2:-}" --arg name "${3:-}" --arg kind "${4:-none}" \
	    --arg none "$(printf '%064d' 0)" \
	    '{ req: "change", id: 3, reader: $reader, module: "m",
	    slot: $slot, serial: $serial, pinpad: false, last: false, change: $change,
	    key: $key, label: $name, kind: $kind, ca: false, sha256: $none }'
}

write_cert()
{
	change write "$1" "$2" | gojq -c --arg der "$(hex "$3")" \
	    '. + { der: $der, ca: (.key == "") }'
}

of_cert()
{
	change "$1" | gojq -c --arg sha256 \
	    "$(openssl dgst -sha256 -binary "$2" | hex)" \
	    '. + { sha256: $sha256 }'
}

send()
{
	ask "${module:?}" "$1" "pin:${2:-1234}"
}

# Without a PIN, for what only looks.
send_bare()
{
	ask "${module:?}" "$(echo "$1" | gojq -c '.pinpad = true')"
}

answer()
{
	gojq -r 'select(.ev == "answer") | .err.code // "OK"' "$RIG_DIR/out" |
	    tail -n 1
}

der()
{
	gojq -r 'select(.ev == "answer") | .der // ""' "$RIG_DIR/out" |
	    tail -n 1 | basenc -d --base16 >"$1"
}

make_authority()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -keyout "$RIG_DIR/ca.key" -out "$RIG_DIR/ca.pem" \
	    -subj '/C=PL/O=Urząd/CN=Urząd próbny' -utf8 2>/dev/null
	openssl x509 -in "$RIG_DIR/ca.pem" -outform DER -out "$RIG_DIR/ca.der"
	openssl req -new -key "$RIG_DIR/ca.key" -utf8 \
	    -subj '/C=PL/CN=Jan Żółć' -out "$RIG_DIR/any.csr"
}

issue()
{
	openssl pkey -pubin -inform DER -in "$1" -out "$1.pem"
	openssl x509 -req -in "$RIG_DIR/any.csr" \
	    -force_pubkey "$1.pem" -CA "$RIG_DIR/ca.pem" \
	    -CAkey "$RIG_DIR/ca.key" -CAcreateserial -days 30 \
	    -outform DER -out "$2" 2>/dev/null
}
