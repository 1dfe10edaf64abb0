#!/bin/sh
#
# The order service's contract is what it should be, and the pretend authority
# and the desk keep to it: what they say to each other is recorded and compared.
# That a breach is noticed is tried with planted ones.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/../office/lib.sh"

contract=$abs_top_srcdir/src/order/orders.yaml
here=$abs_top_srcdir/tests/order
python=/usr/bin/python3
okienko=$abs_top_builddir/okienko

needs "$office_bin" "$okienko" curl gojq openssl "$python"
if ! $python -c 'import jsonschema, yaml' 2>/dev/null; then
	echo "1..0 # SKIP no python3-jsonschema or python3-yaml here"
	exit 0
fi

compare()
{
	$python "$here/contract.py" "$@"
}

conforms()
{
	compare --covers "$contract" "$here/openapi-3.1.json" exchanges
}

# --- what is said --------------------------------------------------------------

ask()
{
	ask_path=$1
	shift
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -o answer \
	    -H "X-API-Key: $(cat "$OFFICE_API_KEY")" "$@" \
	    "$OFFICE_ORDERS$ask_path"
}

post()
{
	post_path=$1
	post_body=$2
	shift 2
	ask "$post_path" -H 'Content-Type: application/json' -d "$post_body" "$@"
}

once()
{
	once_key=$(printf '%032x' "$1")
	shift
	post "$@" -H "Idempotency-Key: $once_key"
}

# What a card's owner would send: in ./request, and as it is in ./request.csr.
renew_request()
{
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout request.key -outform DER -out request.csr -utf8 -subj \
	    /C=PL/serialNumber=PNOPL-85010112345/CN=Łucja 2>/dev/null
	printf '{"request":"%s"}' "$(base64 -w 0 request.csr)" >request
}

# Every operation, every order, and what is refused.
ask_all()
{
	ask / || return 1
	while IFS='	' read -r order name _; do
		case $name in
		crowd-*) continue ;;
		esac
		ask "/orders/$order" || return 1
	done <"$OFFICE_LIST"
	ready=$(office_number ready)
	ask "/orders/$ready" -D headers
	ask "/orders/$ready" -H "$(tr -d '\r' <headers |
	    sed -n 's/^ETag: /If-None-Match: /p')"
	ask /orders/ZP00000000
	ask "/orders/$ready/form"
	ask "/orders/$ready/form" -H 'Accept: text/plain'
	ask "/orders/$(office_number other-card)/form" -H 'Accept: text/plain'
	ask "/orders/$(office_number no-form)/form"
	ask "/orders/$ready" -H 'X-API-Key: wrong'
	post /orders/search '{"nip":"7740001454"}'
	post /orders/search '{"pesel":"85010112345"}'
	post /orders/search "{\"numbers\":[\"$ready\",\"ZP00000000\"]}"
	once 1 "/orders/$ready/resend" '{"what":"collect"}'
	once 1 "/orders/$ready/resend" '{"what":"collect"}'
	once 2 "/orders/$ready/resend" '{"what":"request"}'
	once 3 /questions '{"name":"Zofia Próbna-Jeżyna",
	    "contact":"zofia@poczta.example","text":"Kiedy będzie gotowe?",
	    "contract":false,"consent":true,"clause":"2026-01",
	    "language":"pl"}'
	once 3 /questions '{"name":"?","contact":"?","text":"?",
	    "contract":true,"consent":false,"clause":"1","language":"en"}'
	renewal=$(office_number renewal)
	renew_request
	once 4 "/orders/$renewal/request" '{"request":"AAAA"}'
	once 5 "/orders/$renewal/request" "$(cat request)"
	ask "/orders/$renewal/certificate"
	once 6 "/orders/$renewal/collected" '{"serial":"00"}'
	office_order "$renewal" ready
	for type in pkcs7-mime pem-certificate-chain pkix-cert json; do
		ask "/orders/$renewal/certificate" -H "Accept: application/$type"
	done
	once 7 "/orders/$renewal/collected" "{\"serial\":\"$(
	    ask "/orders/$renewal" && gojq -r .certificate.serial answer)\"}"
	office_fault orders 429 1 && ask "/orders/$ready"
	office_fault orders try-later 1 && ask "/orders/$ready"
	office_fault orders 500 1 && ask "/orders/$ready"
	# Wrong on purpose: of these the request alone counts.
	office_fault orders wrong-schema 1 && ask "/orders/$ready"
}

# --- what the desk says -------------------------------------------------------------

okienko()
{
	okienko_verb=$1
	shift
	HOME=$scratch timeout $((20 * ${TEST_SLOWNESS:-1})) "$okienko" "$okienko_verb" \
	    --conf "$scratch/desk/okienko.conf" "$@" >>okienko.said 2>&1
}

# Everything that it asks for, by itself.
desk_asks()
{
	ready=$(office_number ready)
	office_conf "$scratch/desk" || return 1
	okienko order "$ready" && okienko order "$ready" &&
	    okienko order lucja@poczta.example &&
	    okienko order "$ready" --form form.pdf &&
	    okienko order "$ready" --resend collect --confirm ||
	    return 1
	okienko order "$(echo "$ready" | tr 9 8)"
	printf '%s\n' 'Name: Zofia Próbna-Jeżyna' \
	    'Contact: zofia@poczta.example' '' 'Kiedy będzie gotowe?' |
	    okienko ask - --consent --confirm
	renewal=$(office_number renewal)
	renew_request
	way send && office_order "$renewal" ready && way ask && way told
}

# A renewal's part: the way alone, as no card is here.
way()
{
	"$abs_top_builddir/tests/bin/askway" --conf desk/okienko.conf \
	    --helper "$abs_top_builddir/okienko-net" --order "$renewal" \
	    --transaction 0123456789abcdef0123456789abcdef \
	    --serial 0123 --request request.csr order "$1" >>okienko.said 2>&1
}

# Each of the paths, and as the contract wants it.
desk_conforms()
{
	for path in "/orders/$ready" /orders/search "/orders/$ready/form" \
	    "/orders/$ready/resend" /questions "/orders/$renewal/request" \
	    "/orders/$renewal/certificate" "/orders/$renewal/collected"; do
		gojq -e -n --arg path "/v1$path" \
		    'any(inputs; .path == $path)' desk.said >/dev/null ||
		    { echo "never asked: $path"; cat okienko.said; return 1; }
	done
	compare "$contract" "$here/openapi-3.1.json" desk.said
}

# What is remembered is asked for by its ETag, and not sent again.
desk_spares()
{
	gojq -e -n --arg path "/v1/orders/$ready" '[inputs |
	    select(.path == $path) | .status] | .[:2] == [200, 304]' desk.said
}

# --- breaches that must be noticed ----------------------------------------------

# As a whole: what is wrong, by sed, and how that is said.
bad_form='
s/^openapi: .*/openapi: 3.0.0/	/openapi:
s/^    get:/    fetch:/	/paths
s/schemas.Summary/schemas\/Sumary/	refers to nothing
'
# In what it says, where its form is right.
bad_sense='
s/operationId: form/operationId: order/	no operationId of its own
s/type: integer, minimum: 1,/type: whole, minimum: 1,/	schema Product
s/^      name: number/      name: numero/	parameters of another path
'

# noticed BREACHES: in one document, each is told of.
noticed()
{
	printf '%s\n' "$1" | sed '/^$/d' >breaches
	cut -f 1 breaches >bad.sed
	sed -f bad.sed "$contract" >bad.yaml
	! compare bad.yaml "$here/openapi-3.1.json" >told 2>&1 || return 1
	cut -f 2 breaches | while read -r words; do
		grep -qF "$words" told || { echo "unnoticed: $words"; return 1; }
	done
}

documents_noticed()
{
	noticed "$bad_form" && noticed "$bad_sense"
}

# What is wrong with each exchange: which of them, and how it is changed.
bad_exchanges='
.path == "/v1/"			.answer.version = "2.0"
.path == "/v1/"			.answer.time = "yesterday"
.path == "/v1/"			.path = "/v1/elsewhere"
.path == "/v1/"			.said["Content-Type"] = "text/html"
.path == "/v1/"			.request = {"email": "in the wrong place"}
.answer.state == "placed"	del(.answer.history)
.answer.state == "placed"	.answer.history[0].at = "2026-13-01T00:00:00Z"
.answer.state == "placed"	.answer.product.months = 1000
.answer.state == "placed"	del(.asked["X-API-Key"])
.status == 304			.answer = {"bytes": 5}
.status == 404			del(.answer.title)
.request.pesel			.request.nip = "5260001246"
.request.pesel			.request.pesel = "8501011234"
.request.what			del(.asked["Idempotency-Key"])
.request.what			.asked["Idempotency-Key"] = "1"
.request.what			.request.email = "elsewhere@poczta.example"
.status == 201			.request.consent = "yes"
.status == 201			.answer.reference = "no\nreference"
.answer.request			.answer.request.keys = ["RSA"]
.answer.request			.answer.request.extended_key_usage = ["mail"]
.request.request?		.request.request = "no base64!"
.request.request?		.request.other = "x"
.request.serial? == "00"	.request.serial = "xx"
.said["Content-Type"] == "application/pkix-cert"	.answer = {"bytes": 0}
'

# One line of exchanges for each; each is noticed.
exchanges_noticed()
{
	printf '%s\n' "$bad_exchanges" | sed '/^$/d' >breaches
	# shellcheck disable=SC2016 # gojq's own variable
	{
		echo '[inputs | select(.fault == "none")] as $all | empty'
		sed 's/\(.*[^	]\)	*	\(.*\)/, (first($all[] | select(\1)) | \2)/' \
		    breaches
	} >bad.jq
	gojq -c -n -f bad.jq exchanges >bad || return 1
	[ "$(wc -l <bad)" -eq "$(wc -l <breaches)" ] || { wc -l bad breaches; return 1; }
	! compare "$contract" "$here/openapi-3.1.json" bad >told 2>&1 || return 1
	seq "$(wc -l <bad)" | while read -r line; do
		grep -q "^bad:${line}[: ]" told || {
			echo "unnoticed: $(sed -n "${line}p" breaches)"
			return 1
		}
	done
}

nothing_secret()
{
	! grep -qF -e "$(cat "$OFFICE_API_KEY")" exchanges
}

echo 1..9
OFFICE_RECORD=$scratch/exchanges
check "the office starts" office_start "$scratch/office"
check "every operation is asked" ask_all
check "the contract is OpenAPI, and the office keeps to it" conforms
check "no secret is in the record" nothing_secret
office_stop
OFFICE_RECORD=$scratch/desk.said
office_start "$scratch/office" || exit 99
check "the desk asks" desk_asks
check "the desk keeps to the contract" desk_conforms
check "what it remembers is not sent to it again" desk_spares
check "a document with a breach is noticed" documents_noticed
check "an exchange with a breach is noticed" exchanges_noticed
