#!/bin/sh
# A module process on its own: what it reads, what it says of modules that fail,
# and how many commands and PIN tries it spends.  TAP.

# The rig sets what this uses; shellcheck sees that only beside it.
# shellcheck disable=SC1091,SC2154
# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"

softhsm=/usr/lib/softhsm/libsofthsm2.so
opensc=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
ask=$rig_bin/askmodule
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

skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# Frames of one conversation into $RIG_DIR/out.
ask()
{
	within 30 "$ask" "$@" >"$RIG_DIR/out" 2>"$RIG_DIR/ask.err"
}

read_request()
{
	echo "{\"req\":\"read\",\"id\":1,\"reader\":\"$1\",\"atr\":\"${2:-}\"}"
}

# The last card told, or all whose gojq expression $1 holds for it.
card()
{
	grep '"ev":"card"' "$RIG_DIR/out" | tail -n 1 | gojq -r "$1"
}

holds()
{
	grep '"ev":"card"' "$RIG_DIR/out" | tail -n 1 | gojq -e "$1" >/dev/null
	ok $? "$2"
}

module_err()
{
	gojq -r 'select(.ev == "module") | .err.code // "OK"' "$RIG_DIR/out"
}

answer()
{
	gojq -r 'select(.ev == "answer") | .err.code // "OK"' "$RIG_DIR/out" |
	    tail -n 1
}

# A misbehaving module with these orders, one an argument.
fake()
{
	cp "$rig_bin/fakemodule.so" "$RIG_DIR/fake.so"
	printf '%s\n' "$@" >"$RIG_DIR/fake.so.conf"
}

# --- modules that fail --------------------------------------------------------

failing_modules()
{
	ask "$RIG_DIR/none.so"
	[ "$(module_err)" = MODULE-MISSING ]
	ok $? "a module that is not there"

	echo text >"$RIG_DIR/text.so"
	ask "$RIG_DIR/text.so"
	[ "$(module_err)" = MODULE-BAD ]
	ok $? "a file that is no library"

	ask "$(find /lib /usr/lib -name 'libm.so.6' | head -n 1)"
	[ "$(module_err)" = MODULE-BAD ]
	ok $? "a library that is no module"

	fake 'fail C_Initialize 5'
	ask "$RIG_DIR/fake.so"
	[ "$(module_err)" = MODULE-REFUSED ] && grep -q CKR_GENERAL_ERROR "$RIG_DIR/out"
	ok $? "C_Initialize that fails is told by its name"

	fake 'crash C_Initialize'
	ask "$RIG_DIR/fake.so"
	grep -q 'signal 11' "$RIG_DIR/out"
	ok $? "a crash in C_Initialize ends the process and nothing else"

	fake 'reader R 00' 'crash C_FindObjects'
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '.state == "reading" and (.tokens | length) == 1' \
	    "what was read before a crash has been told"
}

# --- what a misbehaving module shows --------------------------------------------

odd_tokens()
{
	fake 'reader R 00' 'tokens 2' "cert $RIG_DIR/some.der"
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '(.tokens | length) == 2 and (.certs | length) == 1 and
	    .certs[0].tokens == [0, 1]' \
	    "two tokens of one card hold one certificate once"

	ask "$RIG_DIR/fake.so" "$(read_request 'R 01')"
	holds '.state == "ready" and (.tokens | length) == 0' \
	    "another reader's card is not this module's"

	fake 'reader R 00' "cert $RIG_DIR/some.der" 'certs 200' 'free 100000'
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '(.certs | length) == 200 and .cut == false and
	    .tokens[0].free_public == 100000' "200 certificates, and free memory"

	fake 'reader R 00' 'free 0'
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '.tokens[0] | .free_public == null and .total_public == null' \
	    "of a memory of no bytes nothing is told"

	fake 'reader R 00' "cert $RIG_DIR/some.der" 'certs 300'
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '(.certs | length) == 256 and .cut == true' \
	    "300 certificates are cut to 256, and it is said"

	fake 'reader R 00' "cert $RIG_DIR/some.der" 'claim 4000000000'
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '(.certs | length) == 1 and .certs[0].cert == null and
	    .problems[0].code == "TOO-BIG"' "a certificate that claims 4 GB"

	head -c 300 "$RIG_DIR/some.der" >"$RIG_DIR/damaged.der"
	fake 'reader R 00' "cert $RIG_DIR/damaged.der" "cert $RIG_DIR/some.der"
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '(.certs | length) == 2 and .certs[0].cert == null and
	    .certs[0].size == 300 and .certs[1].cert != null' \
	    "a damaged certificate is listed, and the others are read"

	fake 'reader R 00' blank
	ask "$RIG_DIR/fake.so" "$(read_request 'R 00')"
	holds '.err.code == "CARD-BLANK"' "a card that is not initialised"
}

# --- the PIN ---------------------------------------------------------------------

login_request()
{
	echo "{\"req\":\"login\",\"id\":2,\"reader\":\"$1\",\"module\":\"m\",\"slot\":$2,\"serial\":\"$3\",\"pinpad\":${4:-false},\"last\":${5:-false}}"
}

# sign_request READER SLOT SERIAL KEY BY HASH: of "hello".
sign_request()
{
	digest=$(printf hello | openssl dgst "-$6" -binary |
	    od -An -tx1 | tr -d ' \n' | tr a-f A-F)
	login_request "$1" "$2" "$3" | gojq -c --arg key "$4" --arg by "$5" \
	    --arg hash "$6" --arg digest "$digest" '. + { req: "sign",
	    key: $key, by: $by, hash: $hash, digest: $digest }'
}

# signed KEY.pem HASH: the last answer has the signature of "hello".
signed()
{
	gojq -r 'select(.ev == "answer") | .signature // ""' "$RIG_DIR/out" |
	    tail -n 1 | basenc -d --base16 >"$RIG_DIR/sig"
	printf hello >"$RIG_DIR/hello"
	openssl dgst "-$2" -verify "$1" -signature "$RIG_DIR/sig" \
	    "$RIG_DIR/hello" >"$RIG_DIR/verify.log" 2>&1
}

logins()
{
	[ -e "$RIG_DIR/logins" ] || { echo 0; return; }
	wc -l <"$RIG_DIR/logins"
}

# What becomes of a PIN, and how many logins it came to.
try_pin()
{
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(login_request 'R 00' 0 "$2")" "pin:$1"
	[ "$(answer) $(logins)" = "$3" ]
	ok $? "$4"
}

pins()
{
	fake 'reader R 00' "cert $RIG_DIR/some.der" "count $RIG_DIR/logins"
	try_pin 1234 FA4E 'OK 1' "the right PIN is used once"
	holds '.tokens[0].pin.verified and .certs[0].key == "missing"' \
	    "and then a key that is not there is known to be missing"
	try_pin 4321 FA4E 'PIN-WRONG 1' "a wrong PIN is used once"
	try_pin 123 FA4E 'PIN-LENGTH 0' "a PIN too short is not sent"
	try_pin 123456789 FA4E 'PIN-LENGTH 0' "a PIN too long is not sent"
	try_pin 1234 FA4F 'PIN-CARD-CHANGED 0' "another card's PIN is not sent"
	fake 'reader R 00' "count $RIG_DIR/logins" 'flags 40000'
	try_pin 1234 FA4E 'PIN-LOCKED 0' "a locked PIN is not sent"
	fake 'reader R 00' "count $RIG_DIR/logins" 'fail C_Login a4'
	try_pin 1234 FA4E 'PIN-LOCKED 1' "the try that locks it is told so"
	fake 'reader R 00' "count $RIG_DIR/logins" 'fail C_Login a3'
	try_pin 1234 FA4E 'PIN-EXPIRED 1' "one that is over is told so"
	fake 'reader R 00' "count $RIG_DIR/logins" 'label  '
	try_pin 9999 FA4E 'PIN-WRONG 1' \
	    "a wrong PIN is not the software's fault where a token has no label"
	fake 'reader R 00' "count $RIG_DIR/logins" \
	    "serial $(printf '\377\001')x"
	try_pin 1234 FF0178 'OK 1' \
	    "a serial number that is no text is known by its bytes"
	fake 'reader R 00' "count $RIG_DIR/logins"
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(login_request 'R 00' 0 FA4E true)"
	[ "$(answer) $(logins)" = 'PIN-CANCELLED 0' ]
	ok $? "no pinpad, no try"
	# Made up, since the virtual readers have no pad: vpcd's driver answers
	# each IFDHControl that it does not support it, so no feature of PC/SC
	# part 10 is told, and OpenSC asks for a PIN to be typed.
	fake 'reader R 00' "count $RIG_DIR/logins" 'flags 100'
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(login_request 'R 00' 0 FA4E true)"
	[ "$(answer) $(logins)" = 'OK 1' ]
	ok $? "a pinpad is asked once"
	! grep -q 4321 "$RIG_DIR/out" "$RIG_DIR/ask.err"
	ok $? "a PIN is in no frame and no log"
}

# What another program has spent is seen before the last try is.
last_try()
{
	fake 'reader R 00' "count $RIG_DIR/logins" "spent $RIG_DIR/spent"
	printf xx >"$RIG_DIR/spent"
	try_pin 4321 FA4E 'PIN-LAST 0' \
	    "the last try is not spent where nobody knew that it is one"
	holds '.tokens[0].pin.tries == 1' "and now it is shown as the last"
	try_sign 4321 FA4E 'PIN-LAST 0' "nor is it to sign"
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(login_request 'R 00' 0 FA4E false true)" \
	    pin:4321
	[ "$(answer) $(logins) $(cat "$RIG_DIR/spent")" = 'PIN-WRONG 1 xxx' ]
	ok $? "who knows it may spend it"
	holds '.tokens[0].pin.locked' "and sees it locked"
}

# What becomes of a PIN that is to sign, and how many logins it came to.
try_sign()
{
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(sign_request 'R 00' 0 "$2" 01 ecdsa sha256)" \
	    "pin:$1"
	[ "$(answer) $(logins)" = "$3" ]
	ok $? "$4"
}

signing_pins()
{
	fake 'reader R 00' "count $RIG_DIR/logins"
	try_sign 4321 FA4E 'PIN-WRONG 1' "to sign, a wrong PIN is used once"
	try_sign 1234 FA4F 'PIN-CARD-CHANGED 0' \
	    "and another card's is not sent"
	try_sign 1234 FA4E 'CARD-KEY 1' "no key of that id, no signature"
	rm -f "$RIG_DIR/logins"
	ask "$RIG_DIR/fake.so" "$(sign_request 'R 00' 0 FA4E 01 ecdsa sha256 |
	    gojq -c '.hash = "sha512"')" pin:1234
	[ "$(answer) $(logins)" = 'HELPER-TALK 0' ]
	ok $? "a digest of the wrong length spends no try"
}

# --- SoftHSM ----------------------------------------------------------------------

soft_tool()
{
	pkcs11-tool --module "$softhsm" --login --pin 1234 "$@" \
	    >"$RIG_DIR/tool.log" 2>&1
}

soft_token()
{
	mkdir -p "$RIG_DIR/tokens"
	echo "directories.tokendir = $RIG_DIR/tokens" >"$RIG_DIR/softhsm.conf"
	SOFTHSM2_CONF=$RIG_DIR/softhsm.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label 'Żeton' --pin 1234 \
	    --so-pin 12345678 >"$RIG_DIR/tool.log" 2>&1
	soft_tool --keypairgen --key-type EC:prime256v1 --id 0a --label para
	soft_tool --keypairgen --key-type rsa:2048 --id 0b --label sama
	soft_tool -w "$RIG_DIR/some.der" -y cert --id 0c --label obcy
}

softhsm()
{
	soft_token
	ask "$softhsm" "$(read_request '')"
	holds '.reader == "" and .tokens[0].label == "Żeton" and
	    .certs[0].id == "0C" and .certs[0].key == "not-seen" and
	    (.keys | length) == 2 and (.keys | all(.private == false))' \
	    "a token without a reader is read without a PIN"
	slot=$(card '.tokens[0].slot')
	serial=$(card '.tokens[0].serial')
	ask "$softhsm" "$(login_request '' "$slot" "$serial")" pin:1234
	holds '.certs[0].key == "missing" and
	    (.keys | length) == 2 and (.keys | all(.private))' \
	    "with its PIN private keys are seen, and a foreign certificate's is not"
	ask "$softhsm" "$(read_request '')"
	holds '.keys | all(.private == false)' "and nothing stays logged in"
	soft_signs
}

soft_sign()
{
	ask "$softhsm" "$(sign_request '' "$slot" "$serial" "$1" "$2" "$3")" \
	    pin:1234
}

soft_signs()
{
	for key in 0a 0b; do
		soft_tool --read-object --type pubkey --id $key \
		    -o "$RIG_DIR/$key.der"
		openssl pkey -pubin -inform DER -in "$RIG_DIR/$key.der" \
		    -out "$RIG_DIR/$key.pem"
	done
	soft_sign 0A ecdsa sha256
	signed "$RIG_DIR/0a.pem" sha256
	ok $? "an EC key signs"
	for hash in sha256 sha384 sha512; do
		soft_sign 0B rsa-pkcs1 $hash
		signed "$RIG_DIR/0b.pem" $hash
		ok $? "an RSA key signs by $hash"
	done
	holds '.keys | all(.private)' "and what the PIN opens is shown"
	soft_sign 0A rsa-pkcs1 sha256
	[ "$(answer)" = CARD-KEY ]
	ok $? "a key of another kind does not"
	soft_tool --keypairgen --key-type EC:prime256v1 --id 0a --label druga
	soft_sign 0A ecdsa sha256
	[ "$(answer)" = CARD-KEY ]
	ok $? "nor does either of two with one id"
}

# --- cards ------------------------------------------------------------------------

isoapplet=3B800181
piv=3B8680014F4B504956317D
reader='Virtual PCD 00 00'

ready_card()
{
	rig_insert "$(rig_image ready)"
	ask "$opensc" "$(read_request "$reader" $isoapplet)"
	holds '.state == "ready" and (.certs | length) == 6' \
	    "the ready card is read"
	[ "$(rig_apdus)" -le 75 ]
	ok $? "with $(rig_apdus) commands"
	holds '[.certs[] | select(.key == "private")] | length == 4' \
	    "its own directory tells of the private keys without a PIN"
	holds '[.certs[] | select(.id == "07")][0].key == "missing"' \
	    "and of the one that is missing"
	holds '.tokens[0].pin.tries == 3 and .tokens[0].pin.tries_by == "card"' \
	    "it tells the tries left"
	holds '.capacity.free_bytes == 24576 and .capacity.bytes_by == "card"' \
	    "it tells the bytes free"
	[ "$(rig_apdus 0 VERIFY)" = 0 ]
	ok $? "no PIN try was spent"
	slot=$(card '.tokens[0].slot')
	ask "$opensc" "$(login_request "$reader" "$slot" 00a1b2c3d4e50001)" pin:4321
	holds '.tokens[0].pin.tries == 2' "after a wrong PIN it tells one less"
	[ "$(answer)" = PIN-WRONG ]
	ok $? "and the PIN is said to be wrong"
	ask "$opensc" "$(login_request "$reader" "$slot" 00a1b2c3d4e50001)" pin:1234
	holds '.tokens[0].pin.verified and .tokens[0].pin.tries == 3 and
	    .capacity.free_bytes == 24576' "with the PIN nothing is lost of it"
	[ "$(rig_apdus 0 VERIFY)" = 2 ]
	ok $? "and two PINs were two tries"
	[ -z "$(find "$XDG_RUNTIME_DIR" -type f)" ]
	ok $? "nothing of it is left in the runtime folder"
	# Another desk may be about to put its own into it.
	[ -d "$XDG_RUNTIME_DIR/okienko" ]
	ok $? "which stands for whoever shares it"
	ready_signs
}

# card_sign PIN SERIAL KEY BY
card_sign()
{
	verifies=$(rig_apdus 0 VERIFY)
	ask "$opensc" "$(sign_request "$reader" "$slot" "$2" "$3" "$4" sha256)" \
	    "pin:$1"
	verifies=$(($(rig_apdus 0 VERIFY) - verifies))
}

# The public key of a ready card's certificate.
pubkey()
{
	openssl x509 -in "$rig_cards/certs/$1.pem" -noout -pubkey \
	    >"$RIG_DIR/pub.pem"
}

ready_signs()
{
	pubkey email
	card_sign 1234 00a1b2c3d4e50001 02 rsa-pkcs1
	signed "$RIG_DIR/pub.pem" sha256
	ok $? "its key signs, as its certificate says"
	[ "$verifies" = 1 ]
	ok $? "with one try of the PIN"
	card_sign 4321 00a1b2c3d4e50001 02 rsa-pkcs1
	[ "$(answer) $verifies" = 'PIN-WRONG 1' ]
	ok $? "a wrong PIN is one try"
	holds '.tokens[0].pin.tries == 2' "which is seen to be spent"
	card_sign 1234 00a1b2c3d4e50001 99 rsa-pkcs1
	[ "$(answer)" = CARD-KEY ]
	ok $? "a key that is not there is said not to be"
	rig_swap "$(rig_image other)"
	card_sign 1234 00a1b2c3d4e50001 02 rsa-pkcs1
	[ "$(answer) $verifies" = 'PIN-CARD-CHANGED 0' ]
	ok $? "swapped for another card, the PIN is not sent to that"
}

has_answers()
{
	[ "$(grep -c '"ev":"answer"' "$RIG_DIR/out")" -ge "$1" ]
}

# A certificate before anything is known of the token.
told_early()
{
	grep '"ev":"card"' "$RIG_DIR/out" | head -n 1 | gojq -e '.state == "reading"
	    and (.certs | length) == 1 and (.tokens | length) == 0' >/dev/null
}

# The same card again in one session, then another.
seen_before()
{
	: >"$RIG_DIR/out"
	rig_insert "$(rig_image ready)" 0 --delay-ms 5
	mkfifo "$RIG_DIR/in"
	within 60 "$ask" "$opensc" - <"$RIG_DIR/in" >>"$RIG_DIR/out" &
	exec 9>"$RIG_DIR/in"
	read_request '' '' >&9
	rig_wait 20 has_answers 1
	[ "$(rig_apdus)" = 0 ]
	ok $? "for tokens in no reader OpenSC reads no card"
	read_request "$reader" $isoapplet >&9
	rig_wait 20 has_answers 2
	told_early
	ok $? "a card found there: its first certificate is told early"
	rig_pull 0
	rig_put 0
	before=$(rig_apdus)
	read_request "$reader" $isoapplet >&9
	rig_wait 20 has_answers 3
	spent=$(($(rig_apdus) - before))
	[ "$spent" -le 11 ]
	ok $? "a card seen before costs $spent commands"
	holds '(.certs | length) == 6 and .capacity.free_bytes == 24576' \
	    "and is read as whole"
	rig_swap "$(rig_image other)"
	: >"$RIG_DIR/out"
	read_request "$reader" $isoapplet >&9
	rig_wait 20 has_answers 1
	holds '(.certs | length) == 2' "another card is read as itself"
	told_early
	ok $? "its first certificate is told before it is read whole"
	exec 9>&-
	wait $!
}

piv_card()
{
	rig_insert "$(rig_image piv)"
	ask "$opensc" "$(read_request "$reader" $piv)"
	holds '.state == "ready" and (.certs | length) == 7 and
	    .tokens[0].pin.tries == 3' "a PIV card is read"
	[ "$(rig_apdus 0 VERIFY)" = 0 ]
	ok $? "and no try was spent"
	slot=$(card '.tokens[0].slot')
	serial=$(card '.tokens[0].serial')
	pubkey piv-9c
	card_sign 1234 "$serial" 02 ecdsa
	signed "$RIG_DIR/pub.pem" sha256
	ok $? "its signature key signs"
	[ "$verifies" = 2 ]
	ok $? "and was given the PIN once more for that, as it wants"
	card_sign 4321 "$serial" 02 ecdsa
	[ "$(answer) $verifies" = 'PIN-WRONG 1' ]
	ok $? "and a wrong PIN is one try there too"
	rig_insert "$(rig_image hostile)"
	ask "$opensc" "$(read_request "$reader" $isoapplet)"
	holds '.state == "ready" and (.certs | length) > 0' \
	    "names made to do harm come through the pipe"
	rig_insert "$(rig_image blank)"
	ask "$opensc" "$(read_request "$reader" $isoapplet)"
	holds '(.tokens | length) == 0' "a blank card has no token"
}

rig_start
XDG_RUNTIME_DIR=$RIG_DIR/home/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
export XDG_RUNTIME_DIR
rig_image ready >/dev/null
openssl x509 -in "$rig_cards/certs/email.pem" -outform DER \
    -out "$RIG_DIR/some.der"

failing_modules
odd_tokens
pins
signing_pins
last_try
if [ -e "$softhsm" ]; then softhsm; else skip SoftHSM "not installed"; fi
if [ -n "$opensc" ]; then
	ready_card
	seen_before
	piv_card
else
	skip cards "OpenSC is not installed"
fi
echo "1..$count"
