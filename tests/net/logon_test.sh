#!/bin/sh
#
# Proxies of an office's domain: NTLM, and Negotiate by a Kerberos of this
# test's own (realm, keys and tickets lie in its folder).  What is right gets
# through, what is wrong is told for what it is and not repeated.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"
PATH=$PATH:/usr/sbin

for program in squid krb5kdc kdb5_util kadmin.local kinit; do
	command -v $program >/dev/null || {
		echo "1..0 # SKIP $program is not here"
		exit 0
	}
done

# --- the domain -----------------------------------------------------------------

# Nothing of the machine's own Kerberos is read or written.
KRB5_CONFIG=$scratch/krb5.conf
KRB5_KDC_PROFILE=$scratch/kdc.conf
KRB5RCACHENAME=none:
KRB5CCNAME=FILE:$scratch/none
export KRB5_CONFIG KRB5_KDC_PROFILE KRB5RCACHENAME KRB5CCNAME

write_realm() {
	cat >krb5.conf <<-EOF
	[libdefaults]
		default_realm = BIURO.TEST
		dns_lookup_kdc = false
		dns_lookup_realm = false
		dns_canonicalize_hostname = false
		rdns = false
	[realms]
		BIURO.TEST = {
			kdc = 127.0.0.1:$port
		}
	[domain_realm]
		localhost = BIURO.TEST
	EOF
	cat >kdc.conf <<-EOF
	[kdcdefaults]
		kdc_listen = 127.0.0.1:$port
		kdc_tcp_listen = 127.0.0.1:$port
	[realms]
		BIURO.TEST = {
			database_name = $scratch/principal
			key_stash_file = $scratch/stash
			acl_file = $scratch/acl
			supported_enctypes = aes256-cts:normal
		}
	[logging]
		kdc = FILE:$scratch/kdc.log
	EOF
}

# The realm at $port: one person, and the proxy as "localhost" alone.
kdc_start() {
	for try in 1 2 3 4 5; do
		server free
		kill $!
		wait $! 2>/dev/null
		write_realm
		[ -f stash ] || kdb5_util create -s -P domena || return 1
		: >kdc.log
		krb5kdc -n &
		kdc=$!
		pids="$pids $kdc"
		wait_until 20 grep -qE 'commencing|annot|rror' kdc.log
		grep -q commencing kdc.log && return 0
	done
	return 1
}

{
	kdc_start && kadmin.local -q 'addprinc -pw haslo jan' &&
	    kadmin.local -q 'addprinc -randkey HTTP/localhost' &&
	    kadmin.local -q "ktadd -k $scratch/keytab HTTP/localhost" &&
	    chmod 644 keytab && authority ca &&
	    leaf ca here DNS:localhost,IP:127.0.0.1 &&
	    printf haslo | iconv -t UTF-16LE | openssl dgst -md4 -r \
		-provider legacy -provider default | cut -d ' ' -f 1 >md4
} >log 2>&1 || {
	sed 's/^/# /' log kdc.log
	echo "Bail out! the domain could not be made"
	exit 99
}

# ticket FILE LIFE: of the person.
ticket() {
	echo haslo | kinit -c "FILE:$scratch/$1" -l "$2" jan >>log 2>&1
}
login() {
	printf '%s\n' jan "$2" >"$1"
	chmod 600 "$1"
}
login right haslo
login wrong zle

server plain || exit 99
plain=http://127.0.0.1:$port
server tls -c here.pem -k here.key || exit 99
tls=https://localhost:$port

negotiate="auth_param negotiate program /usr/lib/squid/negotiate_kerberos_auth -s HTTP/localhost@BIURO.TEST -k $scratch/keytab -t none"
one='children 1 startup=1 idle=1'

# knows FIELD VALUE: of what is known of the login at the end.
knows() {
	[ "$(tail -n 1 answer | cut -f "$1")" = "$2" ]
}
first() {
	[ "$(head -n 1 answer | cut -f 1)" = "$1" ]
}
# by NAME TIMES: as whom the proxy let something through.
by() {
	[ "$(grep -cE "(/200|TUNNEL)[^/]* .* $1 HIER_DIRECT" access.log)" -eq "$2" ]
}
in_realm() {
	ask -R "$scratch/krb5.conf" "$@"
}

# --- NTLM and Negotiate offered -----------------------------------------------------

cp "$abs_top_srcdir/tests/net/ntlm.py" ntlm.py && chmod 644 ntlm.py md4
squid_with "$negotiate" "auth_param negotiate $one" \
    "auth_param ntlm program /usr/bin/python3 $scratch/ntlm.py jan $scratch/md4" \
    "auth_param ntlm $one" || exit 99
proxy=http://localhost:$port
nowhere=http://127.0.0.1:$port	# a name that the realm has no key of

in_realm -V -p "$proxy" "$plain/ok"
first NET-PROXY-LOGIN && knows 4 c && knows 5 4 && knows 6 wanted &&
    knows 10 "Negotiate needs a Kerberos ticket, and there is none: get one with kinit, or name its file in okienko.conf, [network] ticket."
result "neither a ticket nor a login: what lacks is told"
in_realm -V -p "$proxy" -L right "$plain/ok" "$plain/ok" && first 200 &&
    knows 8 0 && by jan 2
result "NTLM: right"
in_realm -p "$proxy" -L right -C "$scratch/ca.pem" "$tls/ok" && status 200
result "NTLM: right, TLS through it"
in_realm -p "$proxy" -L right -P right "$plain/echo" && status 200 &&
    grep -q '^jan$' body
result "NTLM: a body that has to go more than once"
in_realm -V -p "$proxy" -L wrong "$plain/ok" "$plain/ok" "$plain/ok"
[ "$(grep -c ^NET-PROXY-REFUSED answer)" -eq 3 ] && knows 8 1 &&
    knows 6 wanted
result "NTLM: wrong, and tried once"

ticket good 1h || exit 99
: >access.log
in_realm -V -p "$proxy" -K "$scratch/good" "$plain/ok" "$plain/ok" &&
    first 200 && knows 4 c && knows 5 c && knows 6 - && by jan@BIURO.TEST 2
result "Negotiate: a ticket is enough, nothing is asked for"
in_realm -p "$proxy" -K "$scratch/good" -C "$scratch/ca.pem" "$tls/ok" && status 200
result "Negotiate: TLS through it"
KRB5CCNAME=FILE:$scratch/good in_realm -p "$proxy" "$plain/ok" && status 200
result "Negotiate: the ticket that the environment names"
KRB5CCNAME=FILE:$scratch/good in_realm -l -p "$proxy" "$plain/ok"
said NET-PROXY-LOGIN
result "Negotiate: but not in a kiosk"
: >access.log
in_realm -V -p "$nowhere" -K "$scratch/good" -L right "$plain/ok" \
    "$plain/ok" && first 200 && knows 8 0 && by jan 2
result "a ticket that does not open it, and a login that does"
in_realm -V -p "$nowhere" -K "$scratch/good" "$plain/ok"
first NET-PROXY-LOGIN && knows 5 4 &&
    knows 10 "The Kerberos ticket that is here does not open this proxy."
result "a ticket that does not open it, and no login"

# --- Negotiate alone ----------------------------------------------------------------

kill "$squid"
wait "$squid" 2>/dev/null
squid_with "$negotiate" "auth_param negotiate $one" || exit 99
proxy=http://localhost:$port
nowhere=http://127.0.0.1:$port

in_realm -p "$nowhere" -K "$scratch/good" "$plain/ok"
said NET-PROXY-TICKET "$nowhere" && grep -q 'not found in Kerberos' answer
result "the realm does not know the proxy: in Kerberos' own words"
ticket old 1s || exit 99
wait_until 20 sh -c "! klist -s -c 'FILE:$scratch/old'"
in_realm -V -p "$proxy" -K "$scratch/old" -L right "$plain/ok"
first NET-PROXY-LOGIN && knows 5 0 &&
    knows 10 "Negotiate needs a Kerberos ticket, and the one that is here has expired: get a new one with kinit."
result "a ticket that has expired"

# What a clerk is told: by the doctor, in both languages.
cat >okienko.conf <<EOF
[network]
proxy = $proxy
ticket = $scratch/none
kerberos = $scratch/krb5.conf
allow = 127.0.0.1
EOF
doctor() {
	within 60 "$abs_top_builddir/okienko" doctor network --lang "$1" \
	    --conf "$scratch/okienko.conf" ${2:+"$2"} "$plain/ok" >answer 2>&1
}
doctor en
grep -q 'no password helps' answer && grep -q 'get one with kinit' answer
result "the doctor: no password helps, but kinit does"
doctor pl
grep -q 'hasło nie pomoże' answer && grep -q 'zdobądź go poleceniem kinit' answer
result "the same in Polish"
sed -i "s,^ticket.*,ticket = $scratch/good," okienko.conf
doctor en --json
gojq -e '.ways[0].steps[] | select(.step == "proxy-login") |
    .verdict == "ok" and .saw == "Negotiate"' answer >/dev/null
result "the doctor: by Negotiate"

# One that swallows what it is asked is not the fault of who was to be reached.
kill -STOP "$kdc"
in_realm -d 1000 -p "$proxy" -K "$scratch/good" "$plain/ok"
said NET-TICKET-LATE "$proxy"
result "the realm's server does not answer: it is named, in time"
echo 'timeout = 1' >>okienko.conf
doctor pl
grep -q '^ *logowanie.*serwer Kerberos\|Serwer Kerberos, który ma' answer &&
    grep -q 'Powiedz administratorowi sieci' answer
result "and by the doctor, with whom to tell"
kill -CONT "$kdc"

# With the realm's server gone a ticket for the proxy cannot be had any more.
kill "$kdc"
wait "$kdc" 2>/dev/null
in_realm -p "$proxy" -K "$scratch/good" "$plain/ok"
said NET-PROXY-TICKET "$proxy" && grep -q 'Cannot contact any KDC' answer
result "the realm's server is down"

echo "1..$n"
