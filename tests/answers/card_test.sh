#!/bin/sh
#
# What the desk answers for cards, certificates and files, situation by situation
# (tests/answers/situations); orders and the network are in order_test.sh.

# The rig sets what this uses; shellcheck sees that only beside it.
# shellcheck disable=SC1091,SC2154
# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"
# shellcheck source=tests/answers/lib.sh
. "$abs_top_srcdir/tests/answers/lib.sh"
# shellcheck source=tests/spoil.sh
. "$abs_top_srcdir/tests/spoil.sh"
PATH=$PATH:/usr/sbin
for tool in gojq openssl opensc-tool pcscd; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	}
done

opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)
ready=$(rig_image ready) || exit 99
rig_start --name Counter
cd "$RIG_DIR" || exit 99

# settings FOLDER [LINE...]: a desk that nobody knows and that reaches nobody.
settings()
{
	mkdir -p "$1/authorities.d"
	printf '%s\n' "[registry]" "path = $RIG_DIR/$1/r.db" '[network]' \
	    'proxy = http://127.0.0.1:1' '[card]' >"$1/okienko.conf"
	settings_of=$1
	shift
	[ $# -gt 0 ] || set -- "module = $opensc"
	printf '%s\n' "$@" >>"$settings_of/okienko.conf"
}

# card NAME OBJECTS: an image with nothing but those objects of a ready card.
card()
{
	"$rig_bin/mkcard" --card "$1" --only "$2" --out "$RIG_DIR/$1-$2" \
	    "$rig_cards" || rig_fail "no card"
	image=$RIG_DIR/$1-$2
}

# in_reader IMAGE
in_reader()
{
	if [ -e "$RIG_DIR/ctl0" ]; then
		rig_swap "$1"
	else
		rig_insert "$1"
	fi
}

# tries N: of the card's PIN, on a copy of the ready card.
tries()
{
	sed "s/^\(pin 01 [0-9]*\) [0-9]* /\1 $1 /" "$ready" >"tries-$1"
}

# --- the table itself ---------------------------------------------------------

six_each()
{
	rows | awk '
	{ n[$1]++; all++; if (seen[$1 " " $2]++) twice = 1 }
	!($1 " " $3 in verdict) { verdict[$1 " " $3]; kinds[$1]++ }
	END {
		for (q in n) {
			questions++
			if (n[q] < 6 || kinds[q] < 2) {
				print q ": " n[q] ", " kinds[q]
				bad = 1
			}
		}
		print all " of " questions " questions"
		exit bad || twice || all < 150 || questions != 20
	}'
}

# Each situation is set up by one of the tests; of many the first word is in a loop.
none_forgotten()
{
	cat "$abs_top_srcdir"/tests/answers/*_test.sh | tr -c 'a-z0-9-' '\n' |
	    sort -u >words
	rows | awk '
	NR == FNR	{ word[$1]; next }
	{ first = $2; sub(/^(card|order|link|way)-/, "", first) }
	!($2 in word) && !(first in word) { print $2; bad = 1 }
	END		{ exit bad }' words -
}

ok "six situations of each question and two verdicts, 150 in all" six_each
ok "each is set up" none_forgotten

# --- nothing to look at -----------------------------------------------------------

settings bare
settings soft "module = $RIG_DIR/nosuch.so"
settings quick "module = $opensc" '[renewal]' 'working_days = 2'
settings hasty "module = $opensc" 'module_timeout = 1'
desk=bare
at nothing
says_general()
{
	gojq -e '.answers | length == 20 and all((.lacked | length > 0) or
	    (.says | test("This desk (knows|remembers) no")))' answers/nothing
}
ok "with nothing at hand each says so" says_general

mkdir readerless && chmod 711 readerless
"$rig_bin/vreader" --dir "$RIG_DIR/readerless" --name None --readers 0 \
    --tied 2>readerless/err &
readerless=$!
rig_wait 15 [ -e readerless/env ]
# shellcheck source=/dev/null
. readerless/env
at no-reader
kill $readerless
# shellcheck source=/dev/null
. ./env

keys=$rig_cards/keys

# --- one certificate, of each kind ---------------------------------------------------

while read -r situation of objects; do
	card "$of" "$objects"
	in_reader "$image"
	at "$situation"
done <<'END'
qualified	ready	01
expired		ready	03
future		ready	04
no-certificate	ready	05
orphan		ready	06
no-key		ready	07
logon		piv	0
bare-use	piv	3
expired-mail	piv	4
END

# known FOLDER [LINE...]: a desk that knows the card's authority, and that of it.
known()
{
	known_file=$1/authorities.d/office.conf
	shift
	{
		printf '[authority]\nname = Urząd\n[recognise]\nkey_id = '
		openssl x509 -in "$rig_cards/certs/email.pem" -noout -ext \
		    authorityKeyIdentifier | tail -n 1 | tr -d ' :'
		printf '%s\n' "$@"
	} >"$known_file"
}

# trusting FOLDER FILE...: one that trusts those.
trusting()
{
	desk=$1
	shift
	settings "$desk"
	known "$desk" '[trust]'
	printf 'certificate = %s\n' "$@" >>"$desk/authorities.d/office.conf"
}

card ready 02
in_reader "$image"
at ending --email lucja@poczta.example
at other-address --email lucja@praca.example
at capitals --email LUCJA@poczta.example
# Its authority takes a renewal by machine; of the others nobody knows whether.
known quick '[renewal]' 'way = est' '[est]' 'url = https://ca.example.org/est'
desk=quick
at ending-quick
desk=bare
at other-reader --card '00 01'

# issuer SITUATION WORDS: what was seen of the issuer.
issuer()
{
	gojq -e --arg words "$2" '.answers[0].looked[] |
	    select(.what == "issuer") | .saw | contains($words)' "answers/$1"
}

# Its issuer's certificate lies on no card of these: the file alone has it.
openssl x509 -in "$rig_cards/certs/card-ca.pem" -signkey \
    "$keys/card-ca.pem" -days 9 -clrext -out no-ca.pem 2>/dev/null
trusting to-root "$rig_cards/certs/root.pem" "$rig_cards/certs/card-ca.pem"
at issuer-trusted
ok "up to the root" issuer issuer-trusted 'verified up to Urząd Próbny - korzeń'
trusting root-alone "$rig_cards/certs/root.pem"
at issuer-above
ok "not further than the certificate itself, where its issuer's is lacking" \
    issuer issuer-above 'breaks at the certificate itself'
trusting no-ca "$RIG_DIR/no-ca.pem"
at issuer-no-authority
ok "the issuer that is no authority" issuer issuer-no-authority 'no authority'
desk=bare

# --- whole cards, and what is done to them ----------------------------------------------

for name in other full empty blank damaged hostile piv piv-full piv-empty; do
	in_reader "$(rig_image $name)"
	at "card-$name"
done

tries 1
tries 0
in_reader tries-1
at pin-last
in_reader tries-0
at pin-locked

in_reader "$ready"
at ready
desk=soft
at no-software
desk=bare
rig_pull
at pulled
rig_put 0
at put-back
in_reader "$(rig_image other)"
at swapped

# --- a file beside the card, which is the ready one ------------------------------------------

# request NAME KEY [OPTION...]
request()
{
	request_to=$1
	request_key=$2
	shift 2
	openssl req -new -key "$request_key" -subj /CN=Proba -out \
	    "$request_to.csr" "$@" 2>request.err || cat request.err
}

in_reader "$ready"
request waiting "$keys/orphan.pem"
request issued "$keys/qualified.pem"
request elsewhere "$keys/other-qualified.pem"
openssl genrsa -out small.pem 1024 2>/dev/null
request small small.pem
openssl req -in waiting.csr -outform DER -out waiting.der
# The last byte is the signature's.
cp waiting.der changed.csr
spoil changed.csr $(($(wc -c <changed.csr) - 1))
head -c 400 waiting.der >cut.csr
openssl x509 -req -in waiting.csr -signkey "$keys/orphan.pem" -days 30 \
    -out fits.pem 2>/dev/null
openssl x509 -req -in issued.csr -signkey "$keys/qualified.pem" -days 30 \
    -out same-key.pem 2>/dev/null
printf '%%PDF-1.4 no more than that\n' >junk.pdf

at request-waiting --file waiting.csr
at request-der --file waiting.der
at request-issued --file issued.csr
at request-elsewhere --file elsewhere.csr
at request-changed --file changed.csr
at request-weak --file small.csr
at request-cut --file cut.csr
at certificate-fits --file fits.pem
at certificate-issued --file "$rig_cards/certs/qualified.pem"
at certificate-same-key --file same-key.pem
at certificate-elsewhere --file "$rig_cards/certs/other-email.pem"
at authority-alone --file "$rig_cards/certs/card-ca.pem"
at junk --file junk.pdf
at no-such-file --file nosuch.csr
rig_pull
at request-no-card --file waiting.csr
at certificate-no-card --file fits.pem
rig_put 0

# --- a card that does not answer as it should ---------------------------------------------

desk=hasty
rig_tell 0 fault mute >/dev/null
at mute
rig_tell 0 clear >/dev/null
desk=bare
rig_pcscd_kill
at no-service
told
