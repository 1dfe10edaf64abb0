#!/bin/sh
#
# okienko doctor network: whatever is broken on the way to a server, that step is
# named as the first, what is before it is fine, and nothing is said of the rest.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"
PATH=$PATH:/usr/sbin

command -v gojq >/dev/null || {
	echo "1..0 # SKIP no gojq here"
	exit 0
}
{
	here=DNS:localhost,IP:127.0.0.1
	authority ca && authority other && leaf ca here $here &&
	    authority elder 19900101000000Z 20991231235959Z &&
	    leaf elder past $here 19940101000000Z 19950101000000Z &&
	    leaf elder later $here 19960101000000Z 19970101000000Z &&
	    leaf ca elsewhere DNS:elsewhere.example && leaf other strange $here
} >log 2>&1 || {
	sed 's/^/# /' log
	echo "Bail out! the keys could not be made"
	exit 99
}
printf '%s\n' jan haslo >right
printf '%s\n' jan zle >wrong
chmod 600 right wrong
mkdir authorities.d

# desk URL [LINE...]: an order service there, and of [network].
desk() {
	printf '%s\n' '[authority]' 'name = Office' '[recognise]' \
	    'key_id = 0102030405060708' '[orders]' "url = $1" \
	    "ca_file = $scratch/ca.pem" "api_key = $scratch/right" \
	    >authorities.d/office.conf
	shift
	printf '%s\n' '[network]' >okienko.conf
	for line; do
		printf '%s\n' "$line"
	done >>okienko.conf
}

# look [URL]: into "answer".
look() {
	within 60 "$abs_top_builddir/okienko" doctor network --json --lang en \
	    --conf "$scratch/okienko.conf" ${1:+"$1"} >json 2>err
	code=$?
	cat json err >answer
}

# at STEP [ERROR]: it is the first that is broken; null for none.
at() {
	gojq -e --arg step "$1" --arg id "${2:-}" '.ways | length == 1 and
	    (.[0] | (.broken // "null") == $step and
	    ([.steps[] | select(.verdict == "wrong")] | length) ==
		(if $step == "null" then 0 else 1 end) and
	    ($step == "null" or (.steps as $s |
		($s | map(.step) | index($step)) as $i |
		($s[$i].error.id == $id) and
		([$s[$i + 1:][] | select(.verdict != "unknown")] |
		length) == 0)))' json >/dev/null &&
	    case $1 in
	    null)	[ $code -eq 0 ] ;;
	    *)		[ $code -eq 1 ] ;;
	    esac
}

# of STEP FILTER: what is said of it.
of() {
	gojq -e --arg step "$1" ".ways[0].steps[] | select(.step == \$step) |
	    $2" json >/dev/null
}

# --- without a proxy --------------------------------------------------------------

server here -c here.pem -k here.key || exit 99
tls=$port
server plain || exit 99
plain=$port
server elsewhere -c elsewhere.pem -k elsewhere.key || exit 99
elsewhere=$port
server strange -c strange.pem -k strange.key || exit 99
strange=$port

desk https://nosuch.invalid/v1
look
at name NET-NAME
result "the name is not found"
desk https://127.0.0.1:1/v1
look
at route NET-CONNECT
result "nothing listens there"
desk "https://127.0.0.1:$strange/v1"
look
at tls NET-TLS && of tls '.inspected and .saw == "other"'
result "a certificate that nobody trusted has signed, and who did"
desk "https://127.0.0.1:$elsewhere/v1"
look
at tls NET-TLS-NAME && of tls '.inspected | not'
result "another host's certificate"
desk "https://127.0.0.1:$plain/v1"
look
at tls NET-TLS-TALK
result "no TLS there"
desk "https://127.0.0.1:$tls/ok"
look "http://127.0.0.1:$plain/ok"
at null && of clock '.verdict == "warning" and .error.id == "NET-CLOCK"'
result "any address; its clock is years behind"
look "http://127.0.0.1:$plain/404"
at null && of http '.saw | startswith("HTTP 404")'
result "an address that has no page is there all the same"

for option in '--save report' --all '--email a@b.pl'; do
	# shellcheck disable=SC2086 # words
	within 60 "$abs_top_builddir/okienko" doctor network $option --lang en \
	    --conf "$scratch/okienko.conf" >answer 2>&1
	[ $? -eq 2 ] && [ ! -e report ]
	result "${option%% *} is not for it, and is not passed over in silence"
done

# --- a clock that is years off -----------------------------------------------------

# The server's is of 1994, and its certificate is of then: ours must be wrong.
server past -c past.pem -k past.key || exit 99
past=$port
desk "https://127.0.0.1:$past/v1"
sed -i "s,ca_file = .*,ca_file = $scratch/elder.pem," authorities.d/office.conf
look
at tls NET-CLOCK && gojq -e '.ways[0].clock_off < -900000000' json >/dev/null
result "a certificate that counts by the server's clock: ours is wrong"
grep -q '^HEAD / ' past.log && ! grep -q '^GET' past.log
result "which was asked for the time and for nothing else"
XDG_DATA_HOME=$scratch/data timeout 60 "$abs_top_builddir/okienko" order \
    ZP47819977 --json --lang pl --conf "$scratch/okienko.conf" >answer 2>&1
gojq -e '.why == "not-asked" and .error.id == "NET-CLOCK" and
    (.error.sentence | test("Zegary tego komputera"))' answer >/dev/null &&
    ! grep -q '^GET' past.log
result "whoever asks for an order is told that, in Polish too"
server later -c later.pem -k later.key || exit 99
sed -i "s,^url = .*,url = https://127.0.0.1:$port/v1," authorities.d/office.conf
look
at tls NET-TLS
result "one that does not count by the server's clock either: it is to blame"

# --- while it is looked at ---------------------------------------------------------

server silent -c here.pem -k here.key -w /silent || exit 99
silent=$!
desk "https://127.0.0.1:$port/v1"
timeout 60 "$abs_top_builddir/okienko" doctor network --lang en \
    --conf "$scratch/okienko.conf" >answer 2>&1 &
looking=$!
wait_until 20 grep -q 'issued by ca' answer && ! grep -q HTTP answer &&
    kill -0 $looking
result "each step is told as it ends, while the next one hangs"
kill $silent
wait $looking
[ $? -eq 1 ] && grep -q '^ *HTTP *wrong' answer &&
    [ "$(grep -c 'TLS' answer)" -eq 1 ]
result "and then what that one broke with"

# --- an order service -------------------------------------------------------------

# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"
office_start "$scratch/office" >log 2>&1 || {
	sed 's/^/# /' log
	exit 99
}
pids="$pids $OFFICE_PID"
cp "$OFFICE_ROOT" ca.pem
desk "$OFFICE_ORDERS"
look
at null && of tls '.verdict == "ok" and (.inspected | not)' &&
    of version '.verdict == "ok" and (.saw | startswith("1."))' &&
    of clock '.verdict == "ok"' && of proxy '.verdict == "not-needed"'
result "all is well"
printf '[est]\nurl = %s\nca_file = %s\n' "$OFFICE_EST" "$OFFICE_ROOT" \
    >>authorities.d/office.conf
look
gojq -e '[.ways[] | .service, .broken] == ["orders", null, "est", null]' json \
    >/dev/null
result "a service of EST beside that of orders"
desk "$OFFICE_ORDERS"
broken() {
	office_fault orders "$1"
	look
	at "$2" "$3"
}
broken redirect http NET-PORTAL && of http .portal
result "sent on to another host"
broken wrong-type http NET-PORTAL && of http .portal
result "a web page instead"
broken 500 http NET-STATUS
result "a server in trouble"
broken version version NET-VERSION
result "another version"
office_fault orders clock
look
at null && of clock '.verdict == "warning"' &&
    gojq -e '.ways[0].clock_off > 172000' json >/dev/null
result "two clocks, and by how much"
office_fault orders none

# --- a proxy ----------------------------------------------------------------------

desk "$OFFICE_ORDERS" 'proxy = http://127.0.0.1:1'
look
at proxy NET-PROXY && of name '.verdict == "not-needed"'
result "the proxy is down"
if command -v tinyproxy >/dev/null; then
	tinyproxy_with 'BasicAuth jan haslo' || exit 99
	proxy="proxy = http://127.0.0.1:$port"
	desk "$OFFICE_ORDERS" "$proxy"
	look
	at proxy-login NET-PROXY-LOGIN && of proxy-login '.saw == "Basic"'
	result "the proxy wants a login"
	# The same way as one chain of links: it ends where it is broken.
	within 60 "$abs_top_builddir/okienko" doctor proxy-407 --json \
	    --lang en --conf "$scratch/okienko.conf" >json 2>err
	[ $? -eq 1 ] && gojq -e '.broken == "proxy-login" and (.findings |
	    map(.check) == ["clock", "name", "route", "proxy",
		"proxy-login"] and (.[-1] | .error == "NET-PROXY-LOGIN" and
		.mend != "" and .turn != "nobody"))' json >/dev/null
	result "it is the broken link of its chain"
	within 60 "$abs_top_builddir/okienko" doctor proxy-407 --lang en \
	    --conf "$scratch/okienko.conf" >answer 2>&1
	[ "$(grep -c '^ *proxy login' answer)" -eq 1 ] &&
	    grep -q '^ *proxy login *wrong: .*Basic' answer &&
	    ! grep -q '^ *TLS' answer
	result "and is told once, with what the proxy takes"
	desk "$OFFICE_ORDERS" "$proxy" "proxy_login = $scratch/wrong"
	look
	at proxy-login NET-PROXY-REFUSED
	result "the proxy does not take it"
	desk "$OFFICE_ORDERS" "$proxy" "proxy_login = $scratch/right"
	look
	at null && of proxy '.verdict == "ok"'
	result "all is well behind it"
else
	skip "tinyproxy" "it is not here"
fi

echo "1..$n"
