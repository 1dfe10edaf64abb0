#!/bin/sh
#
# The pretend order service: who may ask, what is sent once whatever happens,
# what a state brings with it, and that each fault is what it says.  That its
# answers are as the contract wants them is tests/order/contract_test.sh's.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/lib.sh"
needs "$office_bin" curl gojq pdftotext

# ask PATH OPTIONS...: by nobody in particular; its status, the body in answer.
ask()
{
	ask_path=$1
	shift
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -D head \
	    --max-time $((2 * ${TEST_SLOWNESS:-1})) -o answer \
	    -w '%{http_code}' "$@" "$OFFICE_ORDERS$ask_path"
}

# As a desk that is let in.
desk()
{
	desk_path=$1
	shift
	ask "$desk_path" -H "X-API-Key: $(cat "$OFFICE_API_KEY")" "$@"
}

# answers STATUS COMMAND...
answers()
{
	answers_status=$1
	shift
	equal "$("$@")" "$answers_status" || { cat answer; return 1; }
}

# says FILTER: of the last answer, by gojq.
says()
{
	gojq -e "$1" answer >/dev/null || { cat answer; return 1; }
}

# --- who may ask ------------------------------------------------------------------

token()
{
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" "$@" \
	    -d grant_type=client_credentials "$OFFICE_TOKEN" |
	    gojq -r '.access_token // .error'
}
bearer()
{
	ask "/orders/$ready" -H "Authorization: Bearer $1"
}
basic()
{
	token -u "$OFFICE_CLIENT:$(cat "$OFFICE_CLIENT_SECRET")"
}
in_body()
{
	token -d "client_id=$OFFICE_CLIENT" \
	    --data-urlencode "client_secret=$(cat "$OFFICE_CLIENT_SECRET")"
}
# by NAME: with that certificate.
by()
{
	ask "/orders/$ready" --cert "$OFFICE_DIR/$1.pem" \
	    --key "$OFFICE_DIR/$1.key"
}

office_start "$scratch/office" || exit 99
ready=$(office_number ready)

check "anybody may ask what it is" answers 200 ask /
check "nobody is told of an order" answers 401 ask "/orders/$ready"
check "... in problem details" says '.type == "not-allowed"'
check "the key lets in" answers 200 desk "/orders/$ready"
check "another does not" answers 403 ask "/orders/$ready" -H 'X-API-Key: 1'
check "a token lets in" answers 200 bearer "$(basic)"
check "its client named in the body, too" answers 200 bearer "$(in_body)"
check "none is given for a wrong secret" equal \
    "$(token -u "$OFFICE_CLIENT:wrong")" invalid_client
check "a made-up token does not let in" answers 401 bearer 0123
check "... and is said to be wrong" grep -q 'error="invalid_token"' head
check "the officer's certificate lets in" answers 200 by officer
check "one that has expired does not" answers 401 by expired
check "another of the authority's does not" answers 403 by ocsp

office_stop
office_again --access token || exit 99
check "told so, it takes no key" answers 403 desk "/orders/$ready"
check "... and no certificate" answers 403 by officer
office_stop
office_again --token-seconds 1 || exit 99
brief=$(basic)
has_run_out()
{
	answers 401 bearer "$brief"
}
check "a token is good" answers 200 bearer "$brief"
check "... and runs out" wait_until 10 has_run_out
for cert in expired other strange; do
	office_stop
	office_again --tls-cert "tls-$cert" || exit 99
	check "a server's certificate that is not right: $cert" \
	    answers 000 desk "/orders/$ready"
done
office_stop
office_again || exit 99

# --- once -----------------------------------------------------------------------------

key1=11111111111111111111111111111111
key2=22222222222222222222222222222222
resend()
{
	desk "/orders/$ready/resend" -H "Idempotency-Key: $1" -d "$2"
}
question()
{
	desk /questions -H "Idempotency-Key: $key2" -d \
	    '{"name":"Zofia Próbna-Jeżyna","contact":"zofia@poczta.example",
	    "text":"Kiedy?","contract":'"$1"',"consent":'"$2"',
	    "clause":"2026-01","language":"pl"}'
}
counted()
{
	equal "$(office_count "$1" "$2")" "$3"
}

office_order "$ready" expired "Nie odebrano w terminie."
desk "/orders/$ready" >/dev/null
check "a state brings its reason" says \
    '.history[-1].reason == "Nie odebrano w terminie."'
check "... and no link leads anywhere" says \
    '[.links[] | select(.state == "live")] == []'
check "nothing is sent of what has ended" answers 409 \
    resend $key1 '{"what":"collect"}'
check "... which says so" says '.type == "wrong-state"'
office_order "$ready" ready
check "without a key nothing is sent" answers 400 \
    desk "/orders/$ready/resend" -d '{"what":"collect"}'
office_fault orders answer-lost 1
check "the answer is lost" answers 000 resend $key1 '{"what":"collect"}'
office_kill
office_again || exit 99
check "after its end it knows the key" answers 202 \
    resend $key1 '{"what":"collect"}'
check "... sends to the order's address alone" says \
    '.email == "l****@poczta.example"'
check "... and has sent once" counted resent $key1 1
check "the key is no other's" answers 422 resend $key1 '{"what":"request"}'
desk "/orders/$ready" >/dev/null
check "its link is live, the former are not" says \
    '[.links[] | select(.what == "collect") | .state] ==
    ["expired", "expired", "live"]'
check "no question without a contract or consent" answers 400 \
    question false false
check "a question" answers 201 question false true
check "... has a number" says '.reference == "PYT-0001"'
question false true >/dev/null
check "... and is one" counted question $key2 1
check "... of two that came" counted came $key2 2

# --- answers ----------------------------------------------------------------------------

form()
{
	answers 200 desk "/orders/$ready/form" && pdftotext answer form.txt &&
	    grep -qF "$ready" form.txt && grep -qF "Zamawiający" form.txt &&
	    grep -qF "tożsamości" form.txt
}
check "the form is a page with Polish letters" form
words()
{
	answers 200 desk "/orders/$ready/form" -H 'Accept: text/plain' &&
	    cp answer form.words && grep -qF "$ready" answer &&
	    grep -qF "Zamawiający" answer || return
	answers 406 desk "/orders/$(office_number other-card)/form" \
	    -H 'Accept: text/plain'
}
check "its words can be had alone, where it has them" words
check "more than one answer may hold" answers 200 desk /orders/search \
    -d '{"nip":"7740001454"}'
check "... is said to be more" says '(.orders | length) == 50 and .more'
check "a card's certificate is found by its number" answers 200 \
    desk /orders/search -d '{"serial":"40CAEB2D30D310096CA4E1F9373DED66"}'
check "... in its renewal" says ".orders[0].number == \"$ready\""

# A digit wrong, two swapped: the check digits tell, so no such order is there.
checks()
{
	cut -f 1 "$OFFICE_LIST" | awk '
	{
		n = 0
		for (i = 1; i <= length($0); i++) {
			c = index("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			    substr($0, i, 1)) - 1
			n = (n * (c > 9 ? 100 : 10) + c) % 97
		}
		if (n != 1) { print; bad = 1 }
	}
	END { exit bad || NR == 0 }'
}
check "the numbers' check digits are right" checks

# --- faults ------------------------------------------------------------------------------

look()
{
	desk "/orders/$ready"
}
# way CODE FAULT...: what curl ends with.
way()
{
	way_code=$1
	shift
	office_fault orders "$@"
	look >/dev/null
	set -- $?
	office_fault orders none
	equal "$1" "$way_code"
}

check "it stalls" way 28 stall -1 100
check "... after so many bytes" equal "$(wc -c <answer)" 100
check "it is reset" way 56 reset
check "it is cut" way 18 drop
check "it is packed" way 0 gzip-bomb
check "... and much" equal \
    "$(gzip -dc answer 2>/dev/null | head -c 50000000 | wc -c)" 50000000
office_fault orders 429 1 7000
check "too many" answers 429 look
check "... come again later" grep -qi '^retry-after: 7' head
office_fault orders try-later 1
check "closed" answers 503 look
office_fault orders redirect-here
check "it is to be had at the same host" answers 200 desk "/orders/$ready" -L
office_fault orders redirect
check "it is elsewhere" answers 302 look
office_fault orders http-1.0
look >/dev/null
check "HTTP/1.0" grep -q '^HTTP/1.0 200' head
office_fault orders other-number
look >/dev/null
check "about another order" says ".number != \"$ready\" and .state"
office_fault orders wrong-schema
look >/dev/null
check "of another schema" says '.history == "harm"'
office_fault orders not-json
look >/dev/null
check "no JSON" sh -c '! gojq -e . answer'
office_fault orders wrong-type
look >/dev/null
check "called HTML" grep -qi '^content-type: text/html' head
office_fault orders version
check "another version" answers 200 desk /
check "... is said" says '.version == "2.0"'
office_fault orders none

checked
