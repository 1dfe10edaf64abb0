#!/bin/sh
#
# Renewals from the command line on tokens without a reader, with RSA and EC keys,
# by each way that needs no order: a dry run first, then the whole of it.  What is
# made is judged by OpenSSL, what is on the token by pkcs11-tool.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/../office/lib.sh"
softhsm=/usr/lib/softhsm/libsofthsm2.so
okienko=$abs_top_builddir/okienko
needs "$office_bin" "$okienko" "$softhsm" softhsm2-util pkcs11-tool openssl \
    curl gojq sqlite3

HOME=$scratch
SOFTHSM2_CONF=$scratch/softhsm.conf
export HOME SOFTHSM2_CONF
unset XDG_DATA_HOME XDG_STATE_HOME XDG_CONFIG_HOME
mkdir tokens desk
echo "directories.tokendir = $scratch/tokens" >softhsm.conf
softhsm2-util --init-token --free --label Próba --pin 1234 --so-pin 12345678 \
    >tool.log 2>&1 || { cat tool.log; exit 99; }

token()
{
	pkcs11-tool --module "$softhsm" --login --pin 1234 "$@" 2>tool.log
}

# on_token NAME ID: a certificate of the authority's and its key, brought there.
on_token()
{
	office_issue "$1" || return 1
	openssl pkcs8 -topk8 -nocrypt -in "$OFFICE_DIR/issued/$1.key" -out key &&
	    softhsm2-util --import key --token Próba --label "$1" --id "$2" \
	    --pin 1234 >tool.log 2>&1 &&
	    openssl x509 -in "$OFFICE_DIR/issued/$1.pem" -outform DER -out der &&
	    token -w der -y cert --id "$2" --label "$1" >/dev/null
	serial=$OFFICE_SERIAL
}

office_start "$scratch/office" --issue-seconds 0 || exit 99
OFFICE_WAYS="cmp est file"
office_conf "$scratch/desk"
printf '\n[card]\nmodule = %s\nwrites = %s\n[registry]\npath = %s\n' \
    "$softhsm" "$scratch/tokens" \
    "$scratch/desk/registry.db" >>desk/okienko.conf

# run CODE ARGUMENTS...: with the PIN; what it says is JSON in ./out.
pin=1234
run()
{
	want=$1
	shift
	printf '%s\n' "$pin" >pin-typed
	within 60 "$okienko" --conf desk/okienko.conf --lang en --json "$@" \
	    >out 2>err 3<pin-typed
	got=$?
	equal "$got" "$want" || { cat out err; equal "$got" "$want"; }
}

says()
{
	gojq -e "$1" out >/dev/null || { cat out; return 1; }
}

keys()
{
	equal "$(token -O --type privkey | grep -c '^Private Key')" "$1"
}

# The new certificate's key signs, and its certificate is the authority's.
works()
{
	id=$(gojq -r .key_id out) &&
	    token -r --type cert --id "$id" -o new.der >/dev/null &&
	    openssl x509 -inform DER -in new.der -out new.pem &&
	    openssl verify -CAfile "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
	    new.pem &&
	    openssl x509 -in new.pem -noout -pubkey >new.pub &&
	    echo text >text &&
	    openssl dgst -sha256 -binary text >digest &&
	    if grep -q 'BEGIN PUBLIC' new.pub && openssl pkey -pubin \
	    -in new.pub -noout -text | grep -q 'Public-Key: (256'; then
		token --sign --mechanism ECDSA --signature-format openssl \
		    --id "$id" -i digest -o sig >/dev/null
	    else
		token --sign --mechanism SHA256-RSA-PKCS --id "$id" -i text \
		    -o sig >/dev/null
	    fi && openssl dgst -sha256 -verify new.pub -signature sig text
}

# issue SERIAL CA KEY OUT: what the saved request asks for, as that authority.
issue()
{
	openssl x509 -req -in new.csr -CA "$2" -CAkey "$3" -set_serial "0x$1" \
	    -days 30 -out "$4"
}

# asked_for NAME: what came to the authority last, by OpenSSL's own word.
asked_for()
{
	openssl req -inform DER -in "$OFFICE_DIR/request.der" -verify -noout &&
	    equal "$(openssl req -inform DER -in "$OFFICE_DIR/request.der" \
	    -noout -subject)" "$(openssl x509 -in "$OFFICE_DIR/issued/$1.pem" \
	    -noout -subject)" && rm "$OFFICE_DIR/request.der"
}

done_with()
{
	says '.state == "done" and .open == false and '"$1"
}

# --- by CMP and by EST, RSA and EC ------------------------------------------------------

check "a certificate with an RSA key lies on the token" on_token anna 01
check "a dry run tells what would be" run 0 renew "$serial" --way cmp \
    --key rsa2048
check "by which way and with which key" \
    says '.go and .dry and .plan.way == "cmp" and .plan.key == "rsa2048"'
check "and what was looked at, in sentences" says '.checks | length > 3 and
    any(.[]; .sentence != null) and all(.[]; has("words") | not)'
check "and makes nothing" keys 1
check "it is renewed by CMP" run 0 renew "$serial" --way cmp --key rsa2048 \
    --confirm --wait $((30 * TEST_SLOWNESS)) --pin-fd 3
check "and the old one is kept" done_with .old_kept
check "with one key more" keys 2
check "its certificate works, by others' word" works

check "a certificate with an EC key lies there too" on_token jan 02
# kept_back ID COMMAND...: it ends so, and the card has seen no try.
kept_back()
{
	id=$1
	shift
	within 60 "$@" "$okienko" --conf desk/okienko.conf --lang en --json \
	    renew "$serial" --way est --key p256 --confirm $pin_from \
	    >out 2>err 3<pin-typed
	equal $? 6 && says ".error.id == \"$id\"" &&
	    ! pkcs11-tool --module "$softhsm" -L 2>tool.log |
	    grep -q 'PIN count low'
}
pin_from='--pin-fd 3'
printf '12\0034\n' >pin-typed
check "a PIN with a control character never goes to the card" kept_back \
    PIN-LETTERS env
printf '12ł4\n' >pin-typed
check "nor one with a Polish letter" kept_back PIN-LETTERS env
pin_from=
check "where nobody can type it, it is the PIN that was not given" kept_back \
    PIN-CANCELLED setsid -w
pin=4321
check "a wrong PIN is told" run 6 renew "$serial" --way est --key p256 \
    --confirm --wait $((30 * TEST_SLOWNESS)) --pin-fd 3
check "and has spent nothing but itself" keys 3
# As a file of the other kind of machine has it.
pin=$(printf '1234\r')
check "the renewal goes on from there, by EST" run 0 renew "$serial" \
    --confirm --wait $((30 * TEST_SLOWNESS)) --pin-fd 3 --old remove
pin=1234
check "the old one is removed, since it was asked for" \
    done_with '(.old_kept | not)'
check "and is on the token no more" sh -c "! '$okienko' --conf \
    desk/okienko.conf --json card | grep -q '$serial'"
check "OpenSSL accepts the request that was sent" asked_for jan
check "its certificate works too" works

# --- by a file that is carried there and back -------------------------------------------

check "one for a request on paper" on_token ewa 03
check "the request is made and saved" run 0 request "$serial" --key rsa2048 \
    --confirm --pin-fd 3 --save "$scratch/new.csr"
number_of=$(gojq -r '.number // .renewal.number' out)
check "OpenSSL accepts it" openssl req -in new.csr -verify -noout
check "so does the desk, which finds its key on the token" run 0 request \
    --check new.csr
check "where it waits" says '.proof == "right" and .key_has_certificate == false'

# A person's addresses in a request are masked as those in a certificate are.
masks()
{
	openssl req -new -key "$OFFICE_DIR/issued/ewa.key" -subj /CN=Ewa \
	    -addext subjectAltName=email:ewa.nowak@poczta.example,DNS:a.example \
	    -out named.csr &&
	    within 60 "$okienko" --conf desk/okienko.conf --lang en request \
	    --check named.csr >out 2>err &&
	    grep -q a.example out && grep -q @poczta.example out &&
	    ! grep -q ewa.nowak out &&
	    within 60 "$okienko" --conf desk/okienko.conf --lang en request \
	    --check named.csr --whole >out 2>err &&
	    grep -q ewa.nowak@poczta.example out
}
check "a person's address in it is masked, unless it is wanted whole" masks

issue 0B02 "$OFFICE_CA" "$OFFICE_DIR/ca.key" good.pem 2>tool.log &&
    openssl x509 -in good.pem -outform DER -out good.der &&
    openssl crl2pkcs7 -nocrl -certfile good.pem -certfile "$OFFICE_CA" \
    -outform DER -out good.p7
issue 0B01 "$OFFICE_DIR/forger.pem" "$OFFICE_DIR/forger.key" forged.pem \
    2>tool.log
openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key \
    -subj /CN=Ewa -days 9 -out stranger.pem 2>/dev/null
refuses()
{
	run 1 collect "$number_of" "$1" --confirm --pin-fd 3 &&
	    says ".error.id == \"$2\""
}
check "a certificate of another key is refused" refuses stranger.pem \
    CERT-OTHER-KEY
check "one without the authority's signature is" refuses forged.pem \
    CERT-NO-CHAIN
head -c 300 good.der >torn.der
check "half of one is" refuses torn.der NOT-A-CERTIFICATE
check "another plan for it is refused" run 2 renew "$number_of" --way est
check "with another key too" run 2 renew "$number_of" --key p256 --confirm
check "the dry run tells what the right one is" run 0 collect "$number_of" \
    good.p7
check "and writes nothing" sh -c "'$okienko' --conf desk/okienko.conf \
    --json card | gojq -e '[.. | .serial? // empty] | index(\"0B02\") == null'"
check "the right one is put on the token" run 0 collect "$number_of" good.p7 \
    --confirm --pin-fd 3
check "read back and proved" done_with '.issued.serial == "0B02"'
check "by others' word too" works

# --- the request of an EC key ----------------------------------------------------------------

# With what openssl req says of each kind of key.
ec_request()
{
	run 0 request "$serial" --key "$1" --confirm --pin-fd 3 \
	    --save "$scratch/$1.csr" &&
	    renewal=$(gojq -r .number out) &&
	    openssl req -in "$1.csr" -verify -noout &&
	    openssl req -in "$1.csr" -noout -text | grep -q "$2" &&
	    run 0 renew "$renewal" --give-up test
}
check "one more for requests of EC keys" on_token ola 06
check "OpenSSL accepts that of P-256" ec_request p256 'NIST CURVE: P-256'
check "and that of P-384" ec_request p384 'NIST CURVE: P-384'
sed -i 's/^\[cmp\]$/&\nrenewal = p10cr/' desk/authorities.d/office.conf
check "it is renewed by CMP with PKCS#10" run 0 renew "$serial" --way cmp \
    --key p384 --confirm --wait $((30 * TEST_SLOWNESS)) --pin-fd 3
check "for the key of a try before" done_with '.old_kept'
check "OpenSSL accepts the request that was sent" asked_for ola

# --- a key that another program made, and the certificate for it ---------------------------

check "one more, whose renewal was begun elsewhere" on_token piotr 04
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out made.key \
    2>/dev/null
subject=$(openssl x509 -in "$OFFICE_DIR/issued/piotr.pem" -noout -subject \
    -nameopt multiline,utf8,-esc_msb | sed -n 's/^ *[a-zA-Z]* *= /&/p' |
    sed 's/countryName *= */\/C=/; s/organizationName *= */\/O=/;
    s/commonName *= */\/CN=/; s/^ *//' | tr -d '\n')
openssl req -new -key made.key -utf8 -subj "$subject" -out new.csr
issue 0B03 "$OFFICE_CA" "$OFFICE_DIR/ca.key" elsewhere.pem 2>tool.log
check "without the key nothing is begun" run 1 collect "$serial" elsewhere.pem \
    --confirm --pin-fd 3
softhsm2-util --import made.key --token Próba --label made --id 05 --pin 1234 \
    >tool.log 2>&1
before=$(token -O --type privkey | grep -c '^Private Key')
check "a key waits for it: a dry run" run 0 collect "$serial" elsewhere.pem
check "says that it can be done" says .go
check "and it is put beside that key" run 0 collect "$serial" elsewhere.pem \
    --confirm --pin-fd 3
check "proved" done_with '.issued.serial == "0B03" and .key_id == "05"'
check "by others' word too" works
check "without another key" keys "$before"
issue 0B04 "$OFFICE_CA" "$OFFICE_DIR/ca.key" again.pem 2>tool.log
check "a second one for that key" run 1 collect 0B03 again.pem --confirm \
    --pin-fd 3
check "is refused as that" grep -q CERT-KEY-TAKEN err
check "and is not there" sh -c "'$okienko' --conf desk/okienko.conf \
    --json card | gojq -e '[.. | .serial? // empty] | index(\"0B04\") == null'"

check "all of them are listed" run 0 renewals --all
check "and done" says '[.renewals[].state] | map(select(. != "stopped")) |
    length == 5 and all(. == "done")'

# --- two renewals by orders of one number, at two authorities ------------------------------

both_under_way()
{
	on_token maria 07 && run 0 request "$serial" --confirm --pin-fd 3 &&
	    mine=$(gojq -r .number out) &&
	    on_token zofia 08 && run 0 request "$serial" --confirm --pin-fd 3 &&
	    others=$(gojq -r .number out) || return
	sed -e 's/^name = .*/name = Urząd Drugi/' \
	    -e 's/^key_id = .*/key_id = 0102030405060708/' \
	    desk/authorities.d/office.conf >desk/authorities.d/second.conf
	sqlite3 desk/registry.db "UPDATE renewals SET for_order = 'ZM-1'
	    WHERE open = 1;
	    DROP TRIGGER renewal_event_stays; UPDATE renewal_event SET data = replace(data, '\"office\"',
	    '\"second\"') WHERE renewal = (SELECT max(id) FROM renewals)"
}
names_both()
{
	run 1 collect ZM-1 && grep -q "$mine: Urząd Próbny (office), \
$others: Urząd Drugi (second).*ORDER-AMBIGUOUS" err
}
# named NUMBER AUTHORITY
named()
{
	run 0 collect ZM-1 --authority "$2" && says ".number == \"$1\""
}
check "two authorities have an order of one number" both_under_way
check "whose is collected has to be told" names_both
check "that of one is" named "$mine" office
check "or of the other" named "$others" second
check "its own number needs no more" run 0 collect "$mine"
check "but is no other's" run 3 collect "$mine" --authority second

checked
