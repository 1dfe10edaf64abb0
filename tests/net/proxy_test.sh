#!/bin/sh
#
# Proxies that want a user name and password, real ones: what is asked for is
# told, what is right works by each scheme, what is wrong is not repeated, and
# nothing secret is to be seen from outside.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"
PATH=$PATH:/usr/sbin

{
	authority ca && leaf ca here DNS:localhost,IP:127.0.0.1
} >log 2>&1 || {
	sed 's/^/# /' log
	echo "Bail out! the keys could not be made"
	exit 99
}
ca=$scratch/ca.pem
server plain || exit 99
plain=$port
server tls -c here.pem -k here.key || exit 99
tls=$port

login() {
	printf '%s\n' jan "$2" >"$1"
	chmod 600 "$1"
}
login right haslo
login wrong zle

# knows FIELD VALUE: of what is known of the login at the end.
knows() {
	[ "$(tail -n 1 answer | cut -f "$1")" = "$2" ]
}
first() {
	[ "$(head -n 1 answer | cut -f 1)" = "$1" ]
}

# --- the file -----------------------------------------------------------------

login loose haslo
chmod 640 loose
ask -L loose "http://127.0.0.1:$plain/ok"
first LOOSE-MODE
result "a file that others can read is not used"
printf 'jan\n' >half
chmod 600 half
ask -L nosuch "http://127.0.0.1:$plain/ok"
first NO-FILE
result "no file"
ln -s right link
ask -L link "http://127.0.0.1:$plain/ok"
first NO-FILE
result "a link to a file"

# --- who is asked without -----------------------------------------------------

dead=http://127.0.0.1:1
for direct in 127.0.0.1 127.0.0.0/8 0.0.0.0/0; do
	ask -p $dead -D $direct "http://127.0.0.1:$plain/ok" && status 200
	result "round the proxy: $direct"
done
ask -p $dead -D localhost -C "$ca" "https://localhost:$tls/ok" && status 200
result "round the proxy: a name"
for direct in 10.0.0.0/8 host 127.0.0.0/33 127.0.0.1/8x .0.0.1.2; do
	ask -p $dead -D $direct "http://127.0.0.1:$plain/ok"
	said NET-PROXY
	result "not round the proxy: $direct"
done
http_proxy=$dead https_proxy=http://127.0.0.1:2 no_proxy=localhost \
    ask -p system "http://127.0.0.1:$plain/ok" "https://127.0.0.1:$tls/ok" \
    "http://localhost:$plain/ok"
[ "$(cut -f 1,2 answer | tr '\n\t' '  ')" = "NET-PROXY $dead NET-PROXY http://127.0.0.1:2 200 text/plain " ]
result "what the environment says, where it may"

# --- what the server says, behind one -------------------------------------------

server inside -i -c here.pem -k here.key || exit 99
for way in 401 407; do
	ask -V -p "http://127.0.0.1:$port" -L right -C "$ca" \
	    "https://localhost:$tls/$way" "https://localhost:$tls/$way" \
	    "https://localhost:$tls/ok"
	[ "$(cut -f 1 answer | tr '\n' ' ')" = "$way $way 200 login " ] &&
	    knows 4 0 && knows 6 - && knows 8 0
	result "a $way out of a tunnel is the server's"
done
for url in "https://localhost:$tls/basic" "http://localhost:$plain/basic"; do
	ask -V -p "http://127.0.0.1:$port" -L right -C "$ca" "$url" && first 200 &&
	    knows 4 0
	result "what a proxy wants, its own 407 alone says: ${url%%:*}"
done

# --- tinyproxy: Basic, and 401 for what is wrong --------------------------------

if command -v tinyproxy >/dev/null; then
	tinyproxy_with 'BasicAuth jan haslo' || exit 99
	proxy=http://127.0.0.1:$port
	ask -V -p "$proxy" -L right "http://127.0.0.1:$plain/ok" \
	    "http://127.0.0.1:$plain/ok"
	first 200 && knows 4 1 && knows 3 Tinyproxy && knows 8 0
	result "tinyproxy: right, by Basic"
	ask -p "$proxy" -L right -C "$ca" "https://localhost:$tls/ok" && status 200
	result "tinyproxy: right, TLS through it"
	ask -V -p "$proxy" -L wrong "http://127.0.0.1:$plain/ok" \
	    "http://127.0.0.1:$plain/ok" "http://127.0.0.1:$plain/ok"
	[ "$(grep -c ^NET-PROXY-REFUSED answer)" -eq 3 ] && knows 8 1 &&
	    knows 6 wanted
	result "tinyproxy: wrong, and tried once, though it says 401"
	ask -V -p "$proxy" -L wrong -C "$ca" "https://localhost:$tls/ok" \
	    "https://localhost:$tls/ok"
	[ "$(grep -c ^NET-PROXY-REFUSED answer)" -eq 2 ] && knows 8 1
	result "tinyproxy: wrong, for TLS"
	ask -p "$proxy" -L right "http://127.0.0.1:$plain/404" && status 404
	result "a server's own answer behind it"
else
	skip "tinyproxy" "it is not here"
fi

# --- squid: Basic and Digest ----------------------------------------------------

# squid_by SCHEME...: at $port.
squid_by() {
	for scheme; do
		case $scheme in
		digest)	helper=digest_file_auth\ -c ;;
		*)	helper=basic_ncsa_auth ;;
		esac
		set -- "$@" "auth_param $scheme program /usr/lib/squid/$helper $scratch/$scheme" \
		    "auth_param $scheme children 1 startup=1 idle=1" \
		    "auth_param $scheme realm biuro"
		shift
	done
	squid_with "$@"
}

if command -v squid >/dev/null; then
	printf 'jan:biuro:%s\n' "$(printf 'jan:biuro:haslo' | md5sum |
	    cut -d ' ' -f 1)" >digest
	printf 'jan:%s\n' "$(openssl passwd -apr1 haslo)" >basic
	chmod 644 digest basic
	squid_by digest basic || exit 99
	proxy=http://127.0.0.1:$port
	ask -V -p "$proxy" "http://127.0.0.1:$plain/ok"
	first NET-PROXY-LOGIN
	result "squid: none given"
	ask -V -p "$proxy" -L right "http://127.0.0.1:$plain/ok" \
	    "http://127.0.0.1:$plain/ok" && first 200 && knows 4 3 &&
	    knows 5 3 && knows 3 biuro && knows 8 0
	result "squid: right, offered Basic and Digest"
	ask -p "$proxy" -L right -C "$ca" "https://localhost:$tls/ok" && status 200
	result "squid: right, TLS through it"
	ask -p "$proxy" -L right -P right "http://127.0.0.1:$plain/echo" &&
	    status 200 && grep -q '^jan$' body
	result "squid: a body that has to go twice"
	: >access.log
	ask -V -p "$proxy" -L wrong "http://127.0.0.1:$plain/ok" \
	    "http://127.0.0.1:$plain/ok" "https://localhost:$tls/ok"
	[ "$(grep -c ^NET-PROXY-REFUSED answer)" -eq 3 ] && knows 8 1 &&
	    knows 6 wanted && [ "$(grep -c ' jan ' access.log)" -le 1 ]
	result "squid: wrong, and tried once"
	kill "$squid"
	wait "$squid" 2>/dev/null
	squid_by digest || exit 99
	ask -V -p "http://127.0.0.1:$port" -L right \
	    "http://127.0.0.1:$plain/ok" && first 200 && knows 4 2
	result "squid: right, by Digest alone"
else
	skip "squid" "it is not here"
fi

# --- what can be seen from outside ------------------------------------------------

child() {
	helper=$(pgrep -P "$1" -f okienko-net)
}
printf 'Bearer tajny-token' >token
: >plain.log
"$bin/asknet" -p "http://127.0.0.1:$plain" -L right -S 'X-Key: token' \
    "http://ocsp.example/silent" >/dev/null 2>&1 &
desk=$!
wait_until 20 child $desk && wait_until 20 grep -q '^GET /silent' plain.log &&
    ! grep -qaE 'haslo|tajny' "/proc/$helper/cmdline" "/proc/$helper/environ" \
	"/proc/$desk/cmdline" plain.log
result "no secret stands in an argument or the environment"
kill $desk
wait $desk 2>/dev/null

echo "1..$n"
