#!/bin/sh
# What okienko says of a card is what others say: object by object pkcs11-tool,
# field by field openssl, on every kind of virtual card and on a SoftHSM token
# that is in no reader.  TAP.

# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"
LC_ALL=C.UTF-8
export LC_ALL
unset LANGUAGE

here=$abs_top_srcdir/tests/card
opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)
softhsm=/usr/lib/softhsm/libsofthsm2.so
pin=1234
count=0

for tool in gojq openssl pkcs11-tool pcscd iconv; do
	if ! PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done

# ok STATUS WHAT [FILE...]: a result; the files tell why it is bad.
ok()
{
	count=$((count + 1))
	ok_status=$1
	ok_what=$2
	shift 2
	if [ "$ok_status" -eq 0 ]; then
		echo "ok $count - $ok_what"
	else
		echo "not ok $count - $ok_what"
		[ $# -eq 0 ] || head -n 40 "$@" | sed 's/^/# /'
	fi
}

# same WHAT: the files ours and theirs, neither of them empty.
same()
{
	diff ours theirs >difference
	[ -s ours ] && [ ! -s difference ]
	ok $? "$1 ($(wc -l <ours))" difference err
}

# --- what okienko says ----------------------------------------------------------

conf()
{
	printf '[card]\nmodule = %s\nmodule_timeout = %s\nwrites = %s\n' "$1" \
	    $((20 * TEST_SLOWNESS)) "$RIG_DIR/tokens" >okienko.conf
	module=$1
}

okienko_card()
{
	within 60 "${abs_top_builddir:?}/okienko" --conf ./okienko.conf card \
	    --timeout $((60 * TEST_SLOWNESS)) --json >out 2>err </dev/null
	case $? in
	0) true ;;
	1) gojq -e '.cards[0].cut' out >/dev/null ;;	# more than is shown
	*) false ;;
	esac
	ok $? "okienko reads it" err
	gojq '.cards[] | select(.state == "ready")' out >card.json
}

# Both in one look: what was settled before is so until the reading that follows
# a PIN begins.
read_with_pin()
{
	awk '/verified=1/ { verified = 1 } /^settled 1/ { settled = 1 }
	END { exit !(verified && settled) }' state
}

# The same through the door that the desk uses, with the PIN given there.
desk_card()
{
	rm -f state orders
	mkfifo orders
	within 60 "${rig_bin:?}/askcard" --helper "$abs_top_builddir/okienko-card" \
	    --conf ./okienko.conf state <orders >answers 2>err &
	desk=$!
	exec 7>orders
	rig_wait 30 grep -qs '^settled 1' state
	echo "login $1 $pin" >&7
	rig_wait 30 grep -q '^answer login' answers
	ok $? "it takes the PIN: $(grep '^answer' answers)" err
	rig_wait 30 read_with_pin
	echo json >&7
	rig_wait 30 grep -q '^{' answers
	echo quit >&7
	exec 7>&-
	reap 30 "$desk"
	grep '^{' answers | gojq '.cards[] | select(.state == "ready")' >card.json
}

# Letters that are none are left out on both sides: each program has its own way
# to show them.
readable()
{
	iconv -c -f UTF-8 -t UTF-8 | sed 's/\xef\xbf\xbd//g' | sort
}

our_certs()
{
	gojq -r '.certs[] | "cert \(.id) \(.cert.serial) " + (.label |
	    gsub("[[:cntrl:]]"; "?"))' card.json | readable >ours
}

# Card software lists a public half once for each certificate that holds it, and
# okienko each half once: there the certificate tells under which id.
our_keys()
{
	gojq -r '. as $card | .keys[] | . as $key | .bits as $bits |
	    "\(.id) \(.type) \(if .bits > 0 then .bits else
		$card.certs[.cert].cert.key_bits end)",
	    ($card.certs[] | select($key.has_spki and
		.cert.spki_sha256 == $key.spki_sha256) |
	    "\(.id) \($key.type) \($key.bits)")' card.json | sort -u >ours
}

our_private_keys()
{
	gojq -r '.keys[] | select(.private) | "\(.id) \(.type)"' card.json |
	    sort >ours
}

# --- what the others say ----------------------------------------------------------

their_objects()
{
	pkcs11-tool --module "$module" -O "$@" 2>err |
	    awk -f "$here/objects.awk" >objects
}

their_certs()
{
	sed -n '/^cert /p' objects | readable >theirs
}

their_keys()
{
	awk '$1 == "public" { print $2, $3, $4 }' objects | sort >theirs
}

their_private_keys()
{
	awk '$1 == "private" { print $2, $3 }' objects | sort >theirs
}

# --- one certificate, field by field -----------------------------------------------

openssl_says()
{
	openssl x509 -inform DER -in "$1" -noout -serial -dates \
	    -dateopt iso_8601 -fingerprint -sha256 -text \
	    -certopt ext_parse,no_sigdump \
	    -nameopt utf8,esc_ctrl,sep_multiline,oid,space_eq 2>>err |
	    awk -f "$here/agree.awk"
}

spki_hash()
{
	openssl x509 -inform DER -in "$1" -noout -pubkey 2>>err |
	    openssl pkey -pubin -outform DER 2>>err | sha256sum |
	    cut -d ' ' -f 1 | tr a-f A-F
}

# The bytes that pkcs11-tool fetches are those okienko read, and openssl's every
# field is okienko's.  What openssl itself refuses is left at the bytes.
field_by_field()
{
	pkcs11-tool --module "$module" -r -y cert --id "$1" -o cert.der \
	    >tool.log 2>&1
	gojq --arg id "$1" '.certs[] | select(.id == ($id | ascii_upcase))' \
	    card.json >one.json
	[ "$(gojq -r .sha256 one.json)" = \
	    "$(sha256sum <cert.der | cut -d ' ' -f 1 | tr a-f A-F)" ] &&
	    [ "$(gojq -r .size one.json)" -eq "$(wc -c <cert.der)" ] || {
		echo "$1: other bytes" >>differences
		return
	}
	if ! openssl x509 -inform DER -in cert.der -noout -text >/dev/null 2>&1
	then
		refused=$((refused + 1))
		return
	fi
	{
		gojq -r '.cert' one.json | gojq -r -f "$here/agree.jq"
		gojq -r '"spki " + .cert.spki_sha256' one.json
	} | sort >ours
	{
		openssl_says cert.der
		echo "spki $(spki_hash cert.der)"
	} | sort >theirs
	# Twelve that every certificate has, and two of its own.
	[ "$(wc -l <theirs)" -gt 13 ] || echo "$1: few fields" >>differences
	fields=$((fields + $(wc -l <theirs)))
	diff ours theirs >difference || sed "s/^/$1: /" difference >>differences
}

# every N: all certificates of the card, or one in N of them and the last.
every()
{
	: >differences
	fields=0 refused=0 certs=0
	gojq -r --argjson n "$1" '[.certs[].id] | to_entries |
	    .[] | select(.key % $n == 0 or .value == $last) | .value' \
	    --arg last "$(gojq -r '.certs[-1].id' card.json)" card.json >ids
	while read -r id; do
		certs=$((certs + 1))
		field_by_field "$id"
	done <ids
	[ "$certs" -gt 0 ] && [ ! -s differences ] && [ "$refused" -eq "${2:-0}" ]
	ok $? "field by field what openssl says ($fields fields of $certs\
 certificates, $refused that openssl refuses)" differences
}

# --- the cards --------------------------------------------------------------------

compare_objects()
{
	their_objects
	our_certs
	their_certs
	same "each certificate that pkcs11-tool lists, by id, serial and label"
	our_keys
	their_keys
	same "each key, by id, kind and size"
}

# With the PIN pkcs11-tool lists private keys; so does okienko.
compare_private()
{
	their_objects --login --pin "$pin"
	our_private_keys
	their_private_keys
	same "each private key, by id and kind"
}

# compare NAME [N [REFUSED]]
compare()
{
	echo "# the card called $1"
	rig_insert "$(rig_image "$1")"
	conf "$opensc"
	okienko_card
	compare_objects
	every "${2:-1}" "${3:-0}"
	[ "$(rig_apdus 0 VERIFY)" -eq 0 ]
	ok $? "and no PIN was tried"
	desk_card 'Virtual PCD 00 00'
	compare_private
}

soft_tool()
{
	pkcs11-tool --module "$softhsm" --login --pin "$pin" "$@" \
	    >>tool.log 2>&1
}

soft_token()
{
	mkdir tokens
	echo "directories.tokendir = $RIG_DIR/tokens" >softhsm.conf
	SOFTHSM2_CONF=$RIG_DIR/softhsm.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label 'Żeton próbny' --pin "$pin" \
	    --so-pin 12345678 >tool.log 2>&1 || return 1
	for name in email qualified keyless; do
		openssl x509 -in "$rig_cards/certs/$name.pem" -outform DER \
		    -out "$name.der" || return 1
	done
	softhsm2-util --import "$rig_cards/keys/email.pem" --token 'Żeton próbny' \
	    --pin "$pin" --id 0a --label Poczta >>tool.log 2>&1 &&
	    soft_tool -w email.der -y cert --id 0a --label Poczta &&
	    soft_tool -w qualified.der -y cert --id 0b --label 'Podpis Łucji' &&
	    soft_tool -w keyless.der -y cert --id 0c --label obcy &&
	    soft_tool --keypairgen --key-type EC:prime256v1 --id 0d --label para
}

token_without_reader()
{
	echo "# a SoftHSM token"
	rig_remove 0
	soft_token
	ok $? "a token is made" tool.log
	conf "$softhsm"
	okienko_card
	gojq -e '.reader == "" and (.tokens | length) == 1 and
	    .tokens[0].label == "Żeton próbny"' card.json >/dev/null
	ok $? "it is one that is in no reader" card.json
	compare_objects
	every 1
	desk_card ''
	compare_private
	gojq -e '[.certs[] | select(.id == "0A")][0].key == "private" and
	    ([.certs[] | select(.id == "0B")][0].key == "missing")' \
	    card.json >/dev/null
	ok $? "a certificate has its key, another has none" card.json
}

image=$(rig_image ready) || exit 99
rig_start
cd "$RIG_DIR" || exit 99
[ -n "$opensc" ] && [ -n "$image" ] || rig_fail "no OpenSC"
compare ready
compare other
compare hostile 1 1
compare many 10
compare piv
compare piv-full 3
if [ -e "$softhsm" ]; then
	token_without_reader
else
	count=$((count + 1))
	echo "ok $count # SKIP SoftHSM is not installed"
fi
echo "1..$count"
