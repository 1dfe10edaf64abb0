#!/bin/sh
# shellcheck disable=SC2119,SC2120 # the number of a reader may be left out
#
# The virtual cards behave like cards: unchanged OpenSC makes, reads, writes
# and signs with them through a real pcscd; PINs are counted; they go in and
# out, and misbehave when told to.

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
LC_ALL=C.UTF-8
export LC_ALL

# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"

for tool in /usr/sbin/pcscd pkcs11-tool pkcs15-init opensc-tool openssl; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP no $tool here"
		exit 0
	fi
done
module=
for dir in /usr/lib/*/opensc-pkcs11.so /usr/lib*/opensc-pkcs11.so \
    /usr/lib*/pkcs11/opensc-pkcs11.so; do
	[ -e "$dir" ] && module=$dir && break
done

number=0

# check WHAT COMMAND...: its output is shown when it fails.
check()
{
	what=$1
	shift
	number=$((number + 1))
	[ -z "${RIG_TIMES:-}" ] || echo "# $(date +%s.%N)"
	if "$@" >"$RIG_DIR/said" 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		tail -n 20 "$RIG_DIR/said" | sed 's/^/# /'
	fi
}

p11()
{
	within 20 pkcs11-tool --module "$module" "$@"
}

p15()
{
	within 20 pkcs15-init "$@"
}

# Objects of a kind that the card in the first reader shows.
count()
{
	p11 -O 2>/dev/null | grep -ac "^$1"
}

equal()
{
	[ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }
}

refuses()
{
	! "$@"
}

# The status words of raw commands, one session.
status_words()
{
	within 10 opensc-tool "$@" | sed -n 's/.*SW1=0x\(..\), SW2=0x\(..\).*/\1\2/p' |
	    tr '\n' ' '
}

tries_left()
{
	sed -n "s/^pin $1 [0-9]* \([0-9]*\) .*/\1/p" "$(rig_copy)"
}

printf 'to be signed' >"${TMPDIR:-/tmp}/rig-text.$$"
rig_start
text=$RIG_DIR/text
mv "${TMPDIR:-/tmp}/rig-text.$$" "$text"

# --- a blank card becomes a card ---------------------------------------------

create()
{
	p15 --create-pkcs15 --pin 1234 --puk 1234567890123456 --so-pin 1234 \
	    --so-puk 1234567890123456 --label "Nowa" --serial 0123456789AB &&
	    p11 -L | grep -q 'serial num *: 0123456789ab'
}

generate_rsa()
{
	p15 -G rsa/2048 --auth-id ff --id 01 --label Klucz --pin 1234 &&
	    equal "$(count 'Public Key')" 1
}

generate_ec()
{
	p11 -l --pin 1234 --keypairgen --key-type EC:prime256v1 --id 02 &&
	    equal "$(count 'Public Key')" 2
}

write_certificate()
{
	p15 -X "$rig_cards/certs/email.pem" --id 01 --auth-id ff --pin 1234 &&
	    pkcs15-tool --read-certificate 01 >"$RIG_DIR/back.pem" &&
	    cmp "$RIG_DIR/back.pem" "$rig_cards/certs/email.pem"
}

# sign_rsa ID: with the card, and checked without it.
sign_rsa()
{
	p11 -l --pin 1234 -s -m SHA256-RSA-PKCS --id "$1" -i "$text" \
	    -o "$RIG_DIR/sig" &&
	    pkcs15-tool --read-public-key "$1" -o "$RIG_DIR/key.pem" &&
	    openssl dgst -sha256 -verify "$RIG_DIR/key.pem" \
	    -signature "$RIG_DIR/sig" "$text"
}

change_pin()
{
	p11 -l --pin 1234 --change-pin --new-pin 654321 &&
	    refuses p11 -l --pin 1234 -O && p11 -l --pin 654321 -O
}

ready=$(rig_image ready) || exit 99
rig_insert "$RIG_DIR/none"
check "a blank card is made a PKCS#15 card" create
check "an RSA key is made on it" generate_rsa
check "an EC key is made on it" generate_ec
check "a certificate is written and comes back unchanged" write_certificate
check "it signs" sign_rsa 01
check "its PIN is changed, and the old one refused" change_pin

# --- the ready card -----------------------------------------------------------

same_certificates()
{
	while read -r id kind name _; do
		[ "$kind" != key ] || continue
		pkcs15-tool --read-certificate "$id" >"$RIG_DIR/back.pem" &&
		    cmp "$RIG_DIR/back.pem" "$rig_cards/certs/$name.pem" ||
		    return 1
	done <"$rig_cards/ready.list"
}

objects()
{
	equal "$(count 'Certificate Object')" 6 &&
	    equal "$(count 'Public Key')" 7 &&
	    equal "$(p11 -l --pin 1234 -O | grep -c '^Private Key')" 5
}

decrypt()
{
	openssl x509 -in "$rig_cards/certs/email.pem" -pubkey -noout \
	    >"$RIG_DIR/key.pem" &&
	    openssl pkeyutl -encrypt -pubin -inkey "$RIG_DIR/key.pem" \
	    -in "$text" -out "$RIG_DIR/secret" &&
	    p11 -l --pin 1234 --decrypt -m RSA-PKCS --id 02 \
	    -i "$RIG_DIR/secret" -o "$RIG_DIR/plain" &&
	    cmp "$text" "$RIG_DIR/plain"
}

ages()
{
	( cd "$rig_cards/certs" &&
	    openssl x509 -in email.pem -noout -checkend $((9 * 86400)) &&
	    refuses openssl x509 -in email.pem -noout -checkend $((11 * 86400)) &&
	    refuses openssl x509 -in expired.pem -noout -checkend 0 &&
	    openssl verify -CAfile root.pem qualified.pem &&
	    refuses openssl verify -CAfile root.pem future.pem )
}

# One wrong PIN costs one try, the right one gives it back; nothing else asks.
wrong_pin()
{
	before=$(rig_apdus 0 VERIFY)
	refuses p11 -l --pin 9999 -O && equal "$(tries_left 01)" 2 &&
	    equal "$(rig_apdus 0 VERIFY)" $((before + 1)) &&
	    p11 -l --pin 1234 -O && equal "$(tries_left 01)" 3
}

lock_and_unlock()
{
	for _ in 1 2 3; do
		refuses p11 -l --pin 9999 -O || return 1
	done
	refuses p11 -l --pin 1234 -O && equal "$(tries_left 01)" 0 &&
	    pkcs15-tool --unblock-pin --auth-id ff --puk 1234567890123456 \
	    --new-pin 1234 && equal "$(tries_left 01)" 3 && p11 -l --pin 1234 -O
}

rig_swap "$ready"
check "the ready card shows 6 certificates and 5 keys" objects
check "each is, byte for byte, what was meant to be on it" same_certificates
check "they are as old as they are said to be" ages
check "a key that was put there signs" sign_rsa 01
check "another deciphers" decrypt
check "a wrong PIN costs one try" wrong_pin
check "three lock it and the PUK unlocks it" lock_and_unlock
check "OpenSC goes on writing this card" p15 -G rsa/2048 --auth-id ff --id 0a \
    --label Dalej --pin 1234

# --- in and out ----------------------------------------------------------------

pulled()
{
	rig_pull && equal "$(count 'Certificate Object')" 0 && rig_put &&
	    equal "$(count 'Certificate Object')" 6
}

swapped()
{
	rig_swap "$(rig_image other)" && p11 -L | grep -q 'Karta Stefana' &&
	    equal "$(count 'Certificate Object')" 2
}

both_readers()
{
	rig_insert "$ready" 1 && p11 -L | grep -q 'Karta Stefana' &&
	    p11 -L | grep -q 'Karta Łucji' && rig_remove 1
}

has_certificates()
{
	[ "$(count 'Certificate Object')" = "$1" ]
}

# Its readers come back one after the other, so the first look may be too early.
pcscd_returns()
{
	rig_pcscd_kill && refuses p11 -L && rig_pcscd_start &&
	    rig_wait 10 has_certificates 2
}

# The second reader's pcscd goes with its owner, though that cannot tell it.
owner_killed()
{
	mkdir -m 711 "$RIG_DIR/second" &&
	    "$rig_bin/vreader" --dir "$RIG_DIR/second" --tied &
	owner=$!
	rig_wait 15 test -e "$RIG_DIR/second/env" || return 1
	theirs=$(sed -n 's/^PCSCD_PID=//p' "$RIG_DIR/second/env")
	kill -0 "$theirs" && equal "$(count 'Certificate Object')" 2 &&
	    kill -KILL "$owner" && rig_wait 5 refuses kill -0 "$theirs"
}

check "a card is pulled and put back" pulled
check "it is swapped for another" swapped
check "two readers hold two cards" both_readers
check "pcscd dies and comes back" pcscd_returns
check "a second rig runs beside; its pcscd ends with its owner" owner_killed

# --- cards of every kind ----------------------------------------------------------

no_room()
{
	rig_swap "$(rig_image full)" &&
	    refuses p15 -X "$rig_cards/certs/other-email.pem" --id 09 \
	    --auth-id ff --pin 1234 && grep -q ' CREATE .* < 6A84$' "$RIG_DIR/apdu0"
}

odd_cards()
{
	rig_swap "$(rig_image hostile)" &&
	    equal "$(count 'Certificate Object')" 5 &&
	    rig_swap "$(rig_image empty)" &&
	    equal "$(count 'Certificate Object')" 0 &&
	    rig_swap "$(rig_image damaged)" &&
	    equal "$(count 'Certificate Object')" 1
}

check "a card that is nearly full takes no certificate more" no_room
check "hostile, empty and damaged cards are read as far as they can be" odd_cards

# --- PIV -----------------------------------------------------------------------------

rig_swap "$(rig_image piv)"

# Asked twice: the answer stays, and no PIN was ever sent.
counter()
{
	before=$(rig_apdus 0 VERIFY)
	equal "$(status_words -s 00:20:00:80 -s 00:20:00:80)" "63C3 63C3 " &&
	    equal "$(rig_apdus 0 VERIFY)" "$before" &&
	    refuses p11 -l --pin 9999 -O &&
	    equal "$(status_words -s 00:20:00:80)" "63C2 "
}

sign_ec()
{
	p11 -l --pin 1234 -s -m ECDSA-SHA256 --signature-format openssl \
	    --id 01 -i "$text" -o "$RIG_DIR/sig" &&
	    openssl x509 -in "$rig_cards/certs/piv-9a.pem" -pubkey -noout \
	    >"$RIG_DIR/key.pem" &&
	    openssl dgst -sha256 -verify "$RIG_DIR/key.pem" \
	    -signature "$RIG_DIR/sig" "$text"
}

# 9C signs once after a PIN, 9A as often as it likes.
always_pin()
{
	hash=81:20:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f
	hash=$hash:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f
	pin=00:20:00:80:08:31:32:33:34:ff:ff:ff:ff
	c=00:87:11:9c:26:7c:24:82:00:$hash
	a=00:87:11:9a:26:7c:24:82:00:$hash
	equal "$(status_words -s $pin -s $c -s $c -s $a -s $a)" \
	    "9000 9000 6982 9000 9000 "
}

# piv-tool cannot make a PEM of the key with OpenSSL 3, and ends with the number
# of bytes written: so the card is looked at, not the exit status.
administer()
{
	echo 01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08 \
	    >"$RIG_DIR/admin"
	PIV_EXT_AUTH_KEY=$RIG_DIR/admin
	export PIV_EXT_AUTH_KEY
	equal "$(status_words -s 00:47:00:9e:05:ac:03:80:01:11)" "6982 " || return 1
	within 20 piv-tool -A M:9B:03 -G 9E:11
	grep -q ' GENERATE > 0047009E.* < 7F49438641.*9000$' "$RIG_DIR/apdu0" ||
	    return 1
	within 20 piv-tool -A M:9B:03 -C 9E -i "$rig_cards/certs/many.pem"
	pkcs15-tool --read-certificate 04 >"$RIG_DIR/back.pem" &&
	    cmp "$RIG_DIR/back.pem" "$rig_cards/certs/many.pem"
}

many_places()
{
	rig_swap "$(rig_image piv-full)" &&
	    equal "$(count 'Certificate Object')" 24 &&
	    rig_swap "$(rig_image piv-big)" && p11 -r -y cert --id 01 \
	    -o "$RIG_DIR/big" && [ "$(wc -c <"$RIG_DIR/big")" -gt 64000 ]
}

check "PIV: 7 certificates" equal "$(count 'Certificate Object')" 7
check "PIV: the counter is asked without spending a try" counter
check "PIV: an EC key signs" sign_ec
check "PIV: the signature key wants the PIN each time" always_pin
check "PIV: the management key lets a key be made, a certificate written" administer
check "PIV: 24 certificates; one of 64 KiB" many_places

# --- misbehaviour ----------------------------------------------------------------------

# faulty SPEC: this fault alone, counting from now.
faulty()
{
	rig_tell 0 clear && rig_tell 0 fault "$1" && rig_tell 0 recount
}

spoilt()
{
	for fault in badlen=-1@3 badlen=300@3 garbage@3 endless61@3 sw=6F00@3; do
		faulty "$fault" || return 1
		within 10 opensc-tool -n
		[ $? -ne 124 ] || equal "$fault" "an end"
	done
	grep -q ' 3 .* < 6F00$' "$RIG_DIR/apdu0"
}

slow()
{
	faulty slow=20 && begun=$(date +%s%N) && n=$(rig_apdus) &&
	    within 20 opensc-tool -n && n=$(($(rig_apdus) - n)) &&
	    [ $((($(date +%s%N) - begun) / 1000000)) -ge $((n * 20)) ]
}

other_later()
{
	p11 -L | grep -q 'Karta Łucji' &&
	    faulty "other=$(rig_image other)" &&
	    within 10 opensc-tool --reset && p11 -L | grep -q 'Karta Stefana'
}

pulled_at()
{
	faulty pull@20 && refuses within 10 pkcs15-tool -c &&
	    grep -q ' 20 .* < PULLED$' "$RIG_DIR/apdu0" && rig_wait 5 rig_shows 0 No
}

mute_at()
{
	rig_put && faulty mute@9 || return 1
	within 20 opensc-tool -n &
	asking=$!
	rig_wait 10 grep -q ' 9 .* < MUTE$' "$RIG_DIR/apdu0" &&
	    kill -0 "$asking" && rig_tell 0 pull || return 1
	wait "$asking"
	true
}

no_image()
{
	echo nonsense >"$RIG_DIR/bad" &&
	    refuses "$rig_bin/vcard" --port "$VREADER_PORT1" --image "$RIG_DIR/bad"
}

rig_swap "$ready"
check "a card answers nonsense, and the reader goes on" spoilt
check "a card is slow" slow
check "a card is another after a power-up" other_later
check "a card is pulled at the twentieth command" pulled_at
check "a card falls silent" mute_at
check "what is no image is refused" no_image

echo "1..$number"
