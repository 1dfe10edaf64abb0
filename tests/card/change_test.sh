#!/bin/sh
# Keys made on a card, certificates written to it and read back, both removed;
# what a card is like after it was pulled in the middle; refusals; PIN tries.
# CHANGE_STEP: how many commands lie between two pulls (67).  TAP.

# The rig sets what this uses; shellcheck sees that only beside it.
# shellcheck disable=SC1091,SC2154
# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"
# shellcheck source=tests/card/change.sh
. "$abs_top_srcdir/tests/card/change.sh"
# shellcheck source=tests/card/pulls.sh
. "$abs_top_srcdir/tests/card/pulls.sh"

softhsm=/usr/lib/softhsm/libsofthsm2.so
opensc=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
reader='Virtual PCD 00 00'
step=${CHANGE_STEP:-67}
count=0

ok()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$RIG_DIR/out" | cut -c1-600
	fi
}

# answers CODE WHAT: the last request's, as it should be.
answers()
{
	[ "$(answer)" = "$1" ]
	ok $? "$2"
}

# find_token READER: its slot and serial number, and requests are for it.
find_token()
{
	ask "$module" "$(gojq -cn --arg reader "$1" \
	    '{ req: "read", id: 1, reader: $reader, atr: "" }')"
	grep '"ev":"card"' "$RIG_DIR/out" | tail -n 1 |
	    gojq -r '.tokens[0] | .slot, .serial, (.makes | join(" "))' \
	    >"$RIG_DIR/token"
	change_of "$1" "$(sed -n 1p "$RIG_DIR/token")" \
	    "$(sed -n 2p "$RIG_DIR/token")"
}

# makes KINDS WHAT: all that the token of find_token says that it makes.
makes()
{
	[ "$(sed -n 3p "$RIG_DIR/token")" = "$1" ]
	ok $? "$2"
}

tool()
{
	within 30 pkcs11-tool --module "$module" "$@" 2>/dev/null
}

# A key of the kind, and what can be done with it.
makes_key()
{
	send "$(change generate "$1" Klucz "$2")"
	answers OK "a key is made: $2"
	der "$RIG_DIR/$1.der"
	send_bare "$(change read-public "$1")"
	der "$RIG_DIR/again.der"
	cmp -s "$RIG_DIR/$1.der" "$RIG_DIR/again.der" &&
	    openssl pkey -pubin -inform DER -in "$RIG_DIR/$1.der" -noout
	ok $? "its public half is told, and read again without a PIN"
	send "$(change generate "$1" Klucz "$2")"
	answers CARD-ID-TAKEN "no other is made of that id"
}

# The key of that id gets a certificate, which is read as it was written.
gets_certificate()
{
	issue "$RIG_DIR/$1.der" "$RIG_DIR/$1.cert"
	send "$(write_cert "$1" 'Certyfikat próbny' "$RIG_DIR/$1.cert")"
	answers OK "its certificate is written"
	send "$(write_cert "$1" 'Certyfikat próbny' "$RIG_DIR/$1.cert")"
	[ "$(answer) $(certificates "$1")" = 'OK 1' ]
	ok $? "and not a second time"
	tool --read-object --type cert --id "$1" -o "$RIG_DIR/read.cert" \
	    >/dev/null
	cmp -s "$RIG_DIR/$1.cert" "$RIG_DIR/read.cert"
	ok $? "other software reads it byte by byte the same"
	send_bare "$(of_cert read-cert "$RIG_DIR/$1.cert")"
	der "$RIG_DIR/read.cert"
	cmp -s "$RIG_DIR/$1.cert" "$RIG_DIR/read.cert"
	ok $? "and so do we, without a PIN"
}

certificates()
{
	tool -O --type cert | grep -c "ID: *$1\$"
}

goes_again()
{
	send "$(change remove-key "$1")"
	answers CARD-IN-USE "a key with a certificate is not removed"
	send "$(of_cert remove-cert "$RIG_DIR/$1.cert")"
	[ "$(answer) $(certificates "$1")" = 'OK 0' ]
	ok $? "the certificate is removed"
	send "$(of_cert remove-cert "$RIG_DIR/$1.cert")"
	answers OK "one that is not there is removed already"
	send_bare "$(of_cert read-cert "$RIG_DIR/$1.cert")"
	answers CARD-KEY "and cannot be read"
	send "$(change remove-key "$1")"
	[ "$(answer)" = OK ] &&
	    ! tool -l --pin 1234 -O | grep -q "ID: *$1\$"
	ok $? "then the key is"
}

# --- SoftHSM ----------------------------------------------------------------------

soft_token()
{
	mkdir -p "$RIG_DIR/tokens"
	echo "directories.tokendir = $RIG_DIR/tokens" >"$RIG_DIR/softhsm.conf"
	SOFTHSM2_CONF=$RIG_DIR/softhsm.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label 'Żeton' --pin 1234 \
	    --so-pin 12345678 >"$RIG_DIR/tool.log" 2>&1
	module=$softhsm
	find_token ''
}

softhsm()
{
	soft_token
	makes 'rsa2048 rsa3072 rsa4096 p256 p384 p521' \
	    "which kinds of keys it makes, a token tells"
	makes_key 51 rsa2048
	makes_key 52 p256
	makes_key 53 p384
	gets_certificate 52
	send "$(write_cert 51 x "$RIG_DIR/52.cert")"
	answers CERT-OTHER-KEY "a certificate goes beside its own key alone"
	send "$(write_cert 5A x "$RIG_DIR/52.cert")"
	answers CARD-KEY "and nowhere without a key"
	send "$(write_cert '' Urząd "$RIG_DIR/ca.der")"
	[ "$(answer)" = OK ] && tool -O --type cert | grep -q 'Urząd'
	ok $? "an authority's needs none"
	tool -l --pin 1234 --keypairgen --key-type EC:prime256v1 --id 52 \
	    >/dev/null
	send "$(write_cert 52 x "$RIG_DIR/52.cert")"
	answers CARD-KEY "of two keys of one id nobody knows which is meant"
	gets_certificate 53
	goes_again 53
	send "$(change generate 54 Klucz rsa2048)" 4321
	answers PIN-WRONG "nothing is done with a wrong PIN"
	send "$(change generate 54 Klucz none)"
	answers HELPER-TALK "nor what is not said whole"
}

# --- software that refuses, and a card that forgets ---------------------------------

# A misbehaving module with these orders, one an argument.
fake()
{
	rm -f "$RIG_DIR/logins"
	module=$RIG_DIR/fake.so
	cp "$rig_bin/fakemodule.so" "$module"
	printf '%s\n' 'reader R 00' "count $RIG_DIR/logins" "$@" \
	    >"$RIG_DIR/fake.so.conf"
}

logins()
{
	[ -e "$RIG_DIR/logins" ] || { echo 0; return; }
	wc -l <"$RIG_DIR/logins"
}

# What comes of a request when the module behaves so, and of how many logins.
when()
{
	fake "$4" "${5:-}"
	send "$1"
	[ "$(answer) $(logins)" = "$2" ]
	ok $? "$3"
}

fakes()
{
	change_of 'R 00' 0 FA4E
	write=$(write_cert '' Urząd "$RIG_DIR/ca.der")
	make=$(change generate 51 Klucz p256)
	when "$write" 'CARD-READ-BACK 1' \
	    "a certificate that was not kept is missed" ''
	when "$make" 'CARD-READ-BACK 1' "and a key" ''
	when "$(of_cert remove-cert "$RIG_DIR/ca.der")" 'CARD-READ-BACK 1' \
	    "one that stays though removed is seen" "cert $RIG_DIR/ca.der"
	when "$write" 'CARD-FULL 1' "a full card" 'fail C_CreateObject 31'
	when "$write" 'CARD-FULL 1' "one that calls it something else" \
	    'fail C_CreateObject 30' 'free 100'
	when "$write" 'MODULE-FAILED 1' "nor is a memory of no bytes a full one" \
	    'fail C_CreateObject 5' 'free 0'
	when "$write" 'MODULE-FAILED 1' "a fault with room enough is none" \
	    'fail C_CreateObject 5' 'free 100000'
	when "$write" 'CARD-READ-ONLY 0' \
	    "a token that nobody can write to costs no PIN" 'flags 2'
	when "$write" 'PIN-LAST 0' "nor does a last try that nobody knew of" \
	    'flags 20000'
	when "$write" 'CARD-READ-ONLY 0' "nor does a session that may not" \
	    'fail C_OpenSession e2'
	when "$write" 'CARD-READ-ONLY 1' "a session that turns out to be so" \
	    'fail C_CreateObject b5'
	when "$make" 'CARD-FULL 1' "no room for a key" \
	    'fail C_GenerateKeyPair 31'
	for rv in 70 13 140 d1; do
		when "$make" 'CARD-KEY-KIND 1' \
		    "a kind of key is refused by 0x$rv" \
		    "fail C_GenerateKeyPair $rv"
	done
	when "$write" 'CARD-REMOVED 1' "taken out" 'fail C_CreateObject 32'
	fake 'crash C_CreateObject'
	send "$write"
	grep -q 'signal 11' "$RIG_DIR/out"
	ok $? "software that crashes ends alone"
}

# --- a card -----------------------------------------------------------------------

empty_card()
{
	unset SOFTHSM2_CONF
	module=$opensc
	rig_insert "$(rig_image empty)"
	find_token "$reader"
	makes rsa2048 "none whose signatures nobody takes today are among them"
	makes_key 45 rsa2048
	cp "$(rig_copy)" "$RIG_DIR/keyed"
	gets_certificate 45
	send "$(change generate 46 Klucz p256)"
	answers CARD-HASH "EC keys that sign SHA-1 alone are refused, and why"
	send "$(change generate 46 Klucz rsa4096)"
	answers CARD-KEY-KIND "keys that the card does not make are refused"
	tool -l --pin 1234 --sign --id 45 -m SHA256-RSA-PKCS \
	    -i "$RIG_DIR/ca.der" -o "$RIG_DIR/sig" >/dev/null
	openssl dgst -sha256 -verify "$RIG_DIR/45.der.pem" \
	    -signature "$RIG_DIR/sig" "$RIG_DIR/ca.der" >/dev/null
	ok $? "the key signs for its certificate"
	pin_tries
	goes_again 45
}

# How often any PIN was found wrong.
wrong_pins()
{
	grep -c ' VERIFY .* < 63C' "$RIG_DIR/apdu0"
}

pin_tries()
{
	[ "$(wrong_pins)" = 0 ]
	ok $? "no try of the PIN was spent so far"
	before=$(rig_apdus 0 VERIFY)
	send "$(change remove-key 45)" 4321
	[ "$(answer) $(wrong_pins) $(($(rig_apdus 0 VERIFY) - before))" = \
	    'PIN-WRONG 1 1' ]
	ok $? "a wrong one is sent once"
	send "$(change remove-key 45)" 123
	[ "$(answer) $(wrong_pins)" = 'PIN-LENGTH 1' ]
	ok $? "and one too short never"
	send "$(change remove-key 45)" 1234
	answers CARD-IN-USE "the right one is right again"
}

# --- pulled -----------------------------------------------------------------------

# What is true on the card, and what it takes from there.
key_again()
{
	send "$(change generate 45 Klucz rsa2048)"
	case $(answer) in
	OK) ;;
	CARD-ID-TAKEN)
		send_bare "$(change read-public 45)"
		if [ "$(answer)" != OK ]; then
			send "$(change remove-key 45)"
			[ "$(answer)" = OK ] || return 1
			send "$(change generate 45 Klucz rsa2048)"
		fi ;;
	*) return 1 ;;
	esac
	[ "$(answer)" = OK ] && der "$RIG_DIR/pulled.der" &&
	    issue "$RIG_DIR/pulled.der" "$RIG_DIR/pulled.cert" &&
	    send "$(write_cert 45 Nowy "$RIG_DIR/pulled.cert")" &&
	    [ "$(answer) $(keys)" = 'OK 1' ]
}

keys()
{
	tool -l --pin 1234 -O --type privkey | grep -c '^Private'
}

cert_again()
{
	send "$(write_cert 45 Nowy "$RIG_DIR/45.cert")"
	[ "$(answer) $(certificates 45) $(keys)" = 'OK 1 1' ]
}

removed_again()
{
	send "$(of_cert remove-cert "$RIG_DIR/45.cert")"
	[ "$(answer) $(certificates 45) $(keys)" = 'OK 0 1' ]
}

# Pull it wherever a change can be cut, and say what came of it.
# pull_everywhere IMAGE REQUEST AGAIN WHILE TRUE [OTHER]
pull_everywhere()
{
	pulls "$1" "$step" "$2" "$3" "${6:-}"
	[ "$pulls_n" -gt 0 ] && [ -z "$pulls_bad" ]
	ok $? "pulled $pulls_n times while $4: ${pulls_bad:-$5}"
}

pulled_writing()
{
	pull_everywhere "$RIG_DIR/keyed" "$(write_cert 45 Nowy "$RIG_DIR/45.cert")" \
	    cert_again "a certificate is written, another card put in between" \
	    "it is there once at last" "$(rig_image other)"
}

pulled_removing()
{
	rig_insert "$RIG_DIR/keyed"
	send "$(write_cert 45 Nowy "$RIG_DIR/45.cert")"
	cp "$(rig_copy)" "$RIG_DIR/written"
	pull_everywhere "$RIG_DIR/written" "$(of_cert remove-cert "$RIG_DIR/45.cert")" \
	    removed_again "one is removed" "it is gone, and nothing else"
}

all_certs()
{
	tool -O --type cert | grep -c '^Certificate'
}

# Pulled at a command of a request, and put back: how many certificates others
# see then, and once it was asked again.
seen_between()
{
	pulls_insert "$1" "$2"
	send "$3"
	pulls_out
	pulls_in "$pulls_first"
	between=$(all_certs)
	send "$3"
	echo "$(answer) $between $(all_certs)"
}

# The first one goes, and more moves up in the directory than one command holds:
# an entry that is stretched for a while is read by others too.
pulled_among_others()
{
	module=$opensc
	full=$RIG_DIR/full
	rig_insert "$(rig_image ready)"
	find_token "$reader"
	send "$(write_cert '' 'Urząd próbny' "$RIG_DIR/ca.der")"
	cp "$(rig_copy)" "$full"
	rig_insert "$full"
	tool --read-object --type cert --id 01 -o "$RIG_DIR/01.cert" >/dev/null
	request=$(of_cert remove-cert "$RIG_DIR/01.cert")
	all=$(all_certs)
	rig_tell 0 recount >/dev/null
	send "$request"
	[ "$(answer) $(all_certs)" = "OK $((all - 1))" ]
	ok $? "the first of several certificates is removed"
	sed -n 's/^[0-9]* \([0-9]*\) UPDATE .*/\1/p' "$RIG_DIR/apdu0" \
	    >"$RIG_DIR/updates"
	[ "$(wc -l <"$RIG_DIR/updates")" -gt 5 ] &&
	    [ "$(seen_between "$full" "$(sed -n 4p "$RIG_DIR/updates")" \
	    "$request")" = "OK $all $((all - 1))" ] &&
	    [ "$(seen_between "$full" "$(tail -n 1 "$RIG_DIR/updates")" \
	    "$request")" = "OK $((all - 1)) $((all - 1))" ]
	ok $? "pulled in between, it takes no other with it"
}

pulled_making()
{
	pull_everywhere "$(rig_image empty)" "$(change generate 45 Klucz rsa2048)" \
	    key_again "a key is made" "there is one, and its certificate"
}

# ------------------------------------------------------------------------------------

rig_start
XDG_RUNTIME_DIR=$RIG_DIR/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
make_authority
for part in ${CHANGE_PARTS:-fakes softhsm empty_card pulled_writing
    pulled_removing pulled_making pulled_among_others}; do
	$part
done
echo "1..$count"
