#!/bin/sh
#
# okienko-net and TLS: whom it trusts, what it asks of a server, what it shows
# of the officer, and proxies.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"

{
	here=DNS:localhost,IP:127.0.0.1
	authority ca && authority other && leaf ca here $here &&
	    leaf ca elsewhere DNS:elsewhere.example &&
	    leaf ca old $here 20200101000000Z 20200201000000Z &&
	    leaf ca officer email:officer@example.org &&
	    leaf ca gone email:gone@example.org 20200101000000Z \
		20200201000000Z &&
	    leaf other stranger email:stranger@example.org &&
	    openssl ec -in officer.key -aes128 -passout pass:haslo \
		-out locked.key
} >log 2>&1 || {
	sed 's/^/# /' log
	echo "Bail out! the keys could not be made"
	exit 99
}
ca=$scratch/ca.pem

# --- servers ------------------------------------------------------------------

server here -c here.pem -k here.key || exit 99
tls=$port
ask -C "$ca" "https://localhost:$tls/ok" "https://127.0.0.1:$tls/ok" &&
    [ "$(grep -c '^200' answer)" -eq 2 ]
result "a server that is trusted, by name and by address"
: >here.log
ask -C "$ca" "https://localhost:$tls/ok" "https://localhost:$tls/ok" &&
    [ "$(grep -c '^connection' here.log)" -eq 1 ]
result "its connection is kept"
ask -C "$scratch/other.pem" "https://localhost:$tls/ok"
said NET-TLS "localhost:$tls"
result "another authority's"
ask "https://localhost:$tls/ok"
said NET-TLS
result "not one of the system's"
ask -C "$scratch/nosuch.pem" "https://localhost:$tls/ok"
said NO-FILE "$scratch/nosuch.pem"
result "the file of whom to trust is not there"
ask -C "$scratch/log" "https://localhost:$tls/ok"
said NET-TLS
result "the file of whom to trust is none"
ask "http://localhost:$tls/ok"
said NET-CUT || said NET-ANSWER
result "plain words to a server that speaks TLS"

server elsewhere -c elsewhere.pem -k elsewhere.key || exit 99
ask -C "$ca" "https://localhost:$port/ok"
said NET-TLS-NAME "localhost:$port"
result "a certificate for another name"
server old -c old.pem -k old.key || exit 99
ask -C "$ca" "https://localhost:$port/ok"
said NET-TLS
result "a certificate that has expired"
server tls11 -1 -c here.pem -k here.key || exit 99
ask -C "$ca" "https://localhost:$port/ok"
said NET-TLS-TALK
result "TLS 1.1"
server plain || exit 99
plain=$port
ask -C "$ca" "https://localhost:$plain/ok"
said NET-TLS-TALK
result "TLS to a server that speaks plain words"
! grep -q ^GET elsewhere.log old.log tls11.log plain.log
result "none of these was asked anything"
ask -s -a 127.0.0.1 -C "$ca" "https://localhost:$tls/ok" && status 200
result "a stranger's address, allowed"
ask -s -C "$ca" "https://localhost:$tls/ok"
said NET-ADDRESS
result "a stranger's address, not allowed"

# --- the officer --------------------------------------------------------------

server client -c here.pem -k here.key -A ca.pem || exit 99
url=https://localhost:$port/ok
ask -C "$ca" -c "$scratch/officer.pem" -k "$scratch/officer.key" "$url" &&
    status 200
result "the officer's certificate is taken"
cat officer.pem officer.key >both.pem
ask -C "$ca" -c "$scratch/both.pem" "$url" && status 200
result "certificate and key in one file"
ask -C "$ca" "$url"
said NET-CLIENT-CERT
result "no certificate where one is wanted"
ask -C "$ca" -c "$scratch/stranger.pem" -k "$scratch/stranger.key" "$url"
said NET-CLIENT-CERT
result "another authority's certificate"
ask -C "$ca" -c "$scratch/gone.pem" -k "$scratch/gone.key" "$url"
said NET-CLIENT-CERT
result "an expired certificate"
ask -C "$ca" -c "$scratch/officer.pem" -k "$scratch/gone.key" "$url"
said NET-CLIENT-CERT
result "a key that does not fit"
ask -C "$ca" -c "$scratch/officer.pem" -k "$scratch/locked.key" "$url"
said NET-CLIENT-CERT
result "a key with a pass phrase, which nobody is asked for"
ask -C "$ca" -c "$scratch/nosuch.pem" "$url"
said NET-CLIENT-CERT
result "no such certificate"

# --- proxies ------------------------------------------------------------------

proxy=http://127.0.0.1:$plain
ask -p "$proxy" http://ocsp.example/ok && status 200 &&
    grep -q '^GET /ok' plain.log
result "through a proxy, which looks up the name itself"
ask -s -p "$proxy" http://ocsp.example/ok && status 200
result "a stranger's address through a proxy"
ask -s -p "$proxy" http://10.0.0.1/ok
said NET-ADDRESS 10.0.0.1
result "a stranger's private address through a proxy"
ask -s -p "$proxy" "https://localhost:$tls/"
said NET-ADDRESS localhost
result "a stranger sends a proxy to itself"
ask -p "$proxy" http://ocsp.example/407
said NET-PROXY-LOGIN ocsp.example
result "a proxy that wants a login"
ask -p "$proxy" https://login.example/
said NET-PROXY-LOGIN login.example
result "a proxy that wants a login, for TLS"
ask -p "$proxy" https://down.example/
said NET-CONNECT down.example
result "a proxy that cannot get there"
ask -p "$proxy" https://forbidden.example/
said NET-STATUS "$proxy"
result "a proxy that will not go there"
ask -p http://127.0.0.1:1 http://ocsp.example/
said NET-PROXY http://127.0.0.1:1
result "no proxy there"
ask -p http://nosuch.invalid:1 http://ocsp.example/
said NET-PROXY http://nosuch.invalid:1
result "no such proxy"
for odd in socks5://127.0.0.1:1 "http://me:secret@127.0.0.1:$plain"; do
	ask -p "$odd" http://ocsp.example/
	said NET-PROXY && ! grep -q secret answer
	result "no proxy that is spoken to: ${odd%%:*}"
done

if command -v tinyproxy >/dev/null; then
	tinyproxy_with
	ask -p "http://127.0.0.1:$port" "http://127.0.0.1:$plain/ok" &&
	    status 200
	result "tinyproxy"
	ask -p "http://127.0.0.1:$port" -C "$ca" "https://localhost:$tls/ok" &&
	    status 200
	result "tinyproxy, TLS through it"
	tinyproxy_with 'BasicAuth jan haslo'
	ask -p "http://127.0.0.1:$port" "http://127.0.0.1:$plain/ok"
	said NET-PROXY-LOGIN
	result "tinyproxy wants a login"
	ask -p "http://127.0.0.1:$port" -C "$ca" "https://localhost:$tls/ok"
	said NET-PROXY-LOGIN
	result "tinyproxy wants a login, for TLS"
else
	skip "tinyproxy, plain, TLS and with a login" "tinyproxy is not here"
fi

echo "1..$n"
