#!/bin/sh
#
# Networks that are not as they should be, made of the kernel's own pieces: an IPv6
# that leads nowhere, a proxy that looks into TLS with an authority which this
# machine trusts or does not, proxies whose logins cannot work here; and a server
# that speaks HTTP/2.  In namespaces of its own, where all of that can be had.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
PATH=$PATH:/usr/sbin:/sbin

for program in ip gojq unshare; do
	command -v $program >/dev/null || {
		echo "1..0 # SKIP $program is not here"
		exit 0
	}
done
if [ -z "${FAR_INSIDE:-}" ]; then
	unshare -rmn true 2>/dev/null || {
		echo "1..0 # SKIP no namespaces can be had here"
		exit 0
	}
	FAR_INSIDE=1 exec unshare -rmn sh "$0"
fi
# shellcheck source=tests/net/lib.sh
. "$abs_top_srcdir/tests/net/lib.sh"

certs=/etc/ssl/certs
local=/usr/local/share/ca-certificates

# What is there already is covered for those in here alone.
{
	ip link set lo up && ip address add 192.0.2.1/32 dev lo &&
	    ip address add 2001:db8::1/128 dev lo &&
	    ip route add 2001:db8::/64 dev lo &&
	    printf '%s\n' '127.0.0.1 localhost' '2001:db8::2 two.example' \
		'127.0.0.1 two.example' >hosts &&
	    mount --bind hosts /etc/hosts &&
	    authority ca && authority inspector &&
	    leaf ca here DNS:localhost,DNS:two.example,IP:127.0.0.1 &&
	    leaf inspector made DNS:orders.example
} >log 2>&1 || {
	sed 's/^/# /' log
	echo "1..0 # SKIP no network of its own can be had here"
	exit 0
}

# look URL [LINE...]: into "json"; lines are of [network].
look() {
	url=$1
	shift
	printf '%s\n' '[network]' "$@" >okienko.conf
	within 60 "$abs_top_builddir/okienko" doctor network "$url" --json \
	    --lang en --conf "$scratch/okienko.conf" >json 2>err
	cat json err >answer
}

# of STEP FILTER: what is said of it.
of() {
	gojq -e --arg step "$1" ".ways[0].steps[] | select(.step == \$step) |
	    $2" json >/dev/null
}

# --- HTTP/2 -----------------------------------------------------------------------

if command -v nghttpd >/dev/null; then
	server free
	kill $!
	wait $! 2>/dev/null
	mkdir pages
	echo two >pages/one.html
	nghttpd -v -a 127.0.0.1 -d pages "$port" here.key here.pem >>h2.log 2>&1 &
	pids="$pids $!"
	page=https://localhost:$port/one.html
	h2_is_up() {
		ask -C "$scratch/ca.pem" "$page" && status 200
	}
	wait_until 20 h2_is_up || sed 's/^/# /' h2.log
	: >h2.log
	ask -C "$scratch/ca.pem" "$page" "$page" &&
	    [ "$(grep -c '^200' answer)" -eq 2 ] && [ "$(cat body)" = "two
two" ] && grep -q 'negotiated protocol: h2' h2.log &&
	    [ "$(grep -c 'negotiated protocol' h2.log)" -eq 1 ] &&
	    [ "$(grep -c 'recv.*HEADERS' h2.log)" -eq 2 ]
	result "HTTP/2: one connection serves one question after the other"
else
	skip "HTTP/2" "nghttpd is not here"
fi

# --- IPv6 that leads nowhere ----------------------------------------------------------

server plain || exit 99
ask "http://two.example:$port/ok" && status 200
result "where nobody answers by IPv6, IPv4 does"
look "http://two.example:$port/ok"
of route '.verdict == "warning" and .error.id == "NET-ONE-ADDRESS" and
    (.error.sentence | test("\\[2001:db8::2\\]"))' &&
    of http '.verdict == "ok"'
result "and the address that is dead is named"

# --- a proxy that looks into TLS ------------------------------------------------------

server looks -i -c made.pem -k made.key || exit 99
proxy="proxy = http://127.0.0.1:$port"
look https://orders.example/ok "$proxy"
gojq -e '.ways[0].broken == "tls"' json >/dev/null &&
    of tls '.error.id == "NET-TLS" and .inspected and .saw == "inspector"'
result "a proxy that looks into TLS, of an authority that is not trusted"
mkdir -p trust by-hand
cp inspector.pem by-hand/inspector.crt
cp inspector.pem trust/ca-certificates.crt
[ -d $local ] || mkdir -p $local 2>/dev/null
if mount --bind trust $certs && mount --bind by-hand $local; then
	ln -s $local/inspector.crt \
	    "$certs/$(openssl x509 -in inspector.pem -noout -hash).0"
	look https://orders.example/ok "$proxy"
	gojq -e '.ways[0].broken == null' json >/dev/null &&
	    of tls '.verdict == "ok" and .inspected and .saw == "inspector"'
	result "of one that was added to those of this machine"
	within 60 "$abs_top_builddir/okienko" doctor network --lang en \
	    https://orders.example/ok --conf "$scratch/okienko.conf" >answer 2>&1
	grep -q 'TLS-inspecting proxy' answer
	result "which is said in words"
else
	skip "an authority of this machine's own" "nothing can be mounted there"
	skip "in words" "nothing can be mounted there"
fi

# --- logins that cannot work here -----------------------------------------------------

# Nobody is logged on here with Kerberos.
KRB5CCNAME=/nonexistent
export KRB5CCNAME
look https://ntlm.example/ok "$proxy"
of proxy-login '.error.id == "NET-PROXY-LOGIN" and
    .saw == "NTLM, Negotiate" and (.no_scheme | not)'
result "NTLM and Negotiate are offered: a password helps with one of them"
look https://negotiate.example/ok "$proxy"
of proxy-login '.error.id == "NET-PROXY-LOGIN" and .saw == "Negotiate" and
    .no_scheme'
result "Negotiate alone is offered: none helps, which is told"

echo "1..$n"
