#!/bin/sh
#
# What the desk answers for orders, links of mails, the way to the service, and
# certificates whose authority can be asked, situation by situation
# (tests/answers/situations); cards alone are in card_test.sh.

# The rig and the office set what this uses; shellcheck sees that only beside them.
# shellcheck disable=SC1091,SC2154
# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"
# shellcheck source=tests/answers/lib.sh
. "$abs_top_srcdir/tests/answers/lib.sh"
PATH=$PATH:/usr/sbin
for tool in curl gojq openssl opensc-tool pcscd tinyproxy; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	}
done
unset http_proxy https_proxy
no_proxy=127.0.0.1
export no_proxy

opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)
pids=
rig_start --name Counter
# shellcheck disable=SC2086 # numbers, one a word
trap 'kill $pids 2>/dev/null; office_stop; rig_stop' EXIT
cd "$RIG_DIR" || exit 99
office_start "$RIG_DIR/office" --issue-seconds never || exit 99
mkdir cards && ln -s "$office_keys" cards/keys &&
    ln -s "$OFFICE_DIR" cards/authority || exit 99
for name in ready other; do
	"$rig_bin/mkcard" --card $name cards || exit 99
done

# settings FOLDER [LINE...]: a desk that the office knows, with these of [network].
settings()
{
	mkdir -p "$1"
	: >"$1/okienko.conf"
	office_conf "$RIG_DIR/$1"
	settings_of=$1
	shift
	for line; do
		echo "$line"
	done >>"$settings_of/okienko.conf"
	printf '%s\n' '[card]' "module = $opensc" '[registry]' \
	    "path = $RIG_DIR/$settings_of/r.db" >>"$settings_of/okienko.conf"
}

# turn FOLDER SED: in the authority's file of that desk.
turn()
{
	sed "$2" "$1/authorities.d/office.conf" >turned &&
	    mv turned "$1/authorities.d/office.conf"
}

# server NAME OPTION...: one that misbehaves, its port in $port.
server()
{
	server_log=$1.log
	shift
	"$rig_bin/badserver" "$@" >"$server_log" 2>&1 &
	pids="$pids $!"
	rig_wait 20 grep -q ^port "$server_log"
	port=$(sed -n 's/^port //p' "$server_log")
}

# proxy [LINE...]: a real one, at $port.
proxy()
{
	for proxy_port in 28473 29473 30473 31473 32473; do
		printf '%s\n' "Port $proxy_port" 'Listen 127.0.0.1' \
		    'Allow 127.0.0.1' 'BasicAuth jan haslo' >proxy.conf
		: >proxy.log
		tinyproxy -d -c proxy.conf >proxy.log 2>&1 &
		pids="$pids $!"
		rig_wait 20 grep -qiE 'accepting connections|could not|error' \
		    proxy.log &&
		    grep -qi 'accepting connections' proxy.log && return 0
	done
	rig_fail "no proxy"
}

# revoke NAME REASON: a certificate of the card, by the authority's officer.
revoke()
{
	openssl cmp -cmd rr -server "$OFFICE_CMP" -no_proxy 127.0.0.1 -tls_used \
	    -tls_trusted "$OFFICE_ROOT" -trusted "$OFFICE_ROOT" \
	    -untrusted "$OFFICE_CA" -oldcert "cards/certs/$1.pem" \
	    -revreason "$2" -cert "$OFFICE_OFFICER" -key "$OFFICE_OFFICER_KEY" \
	    >revoke.out 2>&1 || cat revoke.out >&2
}

# misread NUMBER: two figures of it changed places, such as are not the same.
misread()
{
	echo "$1" | sed -E 's/(.*)([0-9])([0-9])(.*)/\1 \2 \3 \4/' | awk '
	{ print $2 != $3 ? $1 $3 $2 $4 : $1 ($2 + 1) % 10 $3 $4 }'
}

# --- every state of an order, beside the card of the first holder ------------------------

settings desk
desk=desk
rig_insert cards/ready.card
for name in placed confirmed late request verified issued ready collected \
    cancelled expired rejected strange renewal other-card other-holder \
    other-serial too-late no-form; do
	at order-$name --order "$(office_number $name)"
done
ready=$(office_number ready)
at order-unknown --order ZP00000044
at order-misread --order "$(misread "$ready")"
at order-by-email --order harm@poczta.example
at orders-by-email --order lucja@poczta.example
at orders-by-nip --order 5260001246

# What changes it: another card, none, and time.
rig_swap cards/other.card
at order-card-swapped --order "$ready"
rig_pull
at order-card-pulled --order "$ready"
placed=$(office_number placed)
at order-unconfirmed --order "$placed"
office_order "$placed" confirmed
at order-confirmed-now --order "$placed"
office_order "$placed" ready
at order-ready-now --order "$placed"
office_order "$placed" cancelled
at order-cancelled-now --order "$placed"

# --- certificates whose authority is asked ---------------------------------------------------

rig_swap cards/ready.card
at status-good

# The certificate of the answer about e-mail leads to the authority's own root.
to_root()
{
	gojq -e '.answers[] | select(.id == "email") | .looked[] |
	    select(.what == "issuer") | .mark == "yes" and
	    (.saw | test("verified up to .*korzeń"))' answers/status-good
}
ok "the issuer is verified up to the authority's root" to_root
revoke qualified 6
revoke email 6
at status-suspended
revoke qualified 1
revoke email 1
at status-revoked
office_fault ocsp unknown
office_fault crl 500
at status-unknown
office_fault ocsp none
office_fault crl none
"$rig_bin/mkcard" --card other --only 02 --out mail.card cards || exit 99
rig_swap mail.card
at status-mail-good
revoke other-email 1
at status-mail-revoked
rig_swap cards/ready.card

# --- a request with its order; the key waits on the card ----------------------------------------

openssl req -new -key cards/keys/orphan.pem -subj /CN=Proba -out waiting.csr
at request-unconfirmed --file waiting.csr --order "$(office_number late)"
at request-sent --file waiting.csr --order "$(office_number request)"
at request-ready --file waiting.csr --order "$ready"
rig_remove 0

# --- what an authority can do for a lost card ---------------------------------------------------

settings people
turn people '/^channel = \(cmp\|ejbca\)/d'
settings paper
turn paper '/^channel = \(cmp\|ejbca\|telephone\)/d
s/^suspension = yes/suspension = no/'
settings nobody
turn nobody '/^channel =/d'
desk=people
at by-people
desk=paper
at by-paper
desk=nobody
at no-way
desk=desk
at by-machine
"$abs_top_builddir/okienko" import cards/certs/qualified.pem \
    --conf desk/okienko.conf >/dev/null 2>complaint || cat complaint
at remembered
at in-file --file cards/certs/other-qualified.pem

# --- links of mails ------------------------------------------------------------------------------

host=https://zamowienia.urzad.example
id=AbCd1234_-efGHij
printf 'Dzień dobry,\n%s/o/%s\n' $host $id >whole
printf '> %s/o/AbCd12\n> 34_-efGHij\n' $host >broken
printf '%s\n' "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzamowienia.urzad.example%2Fo%2F$id&data=1" >rewritten
printf '%s/o/\n' $host >"cut"
printf 'https://zamowienia.example/o/%s\n' $id >foreign
printf 'https://zamowienia.urzad.example.co/o/%s\n' $id >alike
printf 'https://xn--zamwienia-f7a.urzad.example.net/o/%s\n' $id >coded
printf 'bez odnosnika\n' >none
for name in whole broken rewritten cut foreign alike coded none; do
	at link-$name --file $name
done
at link-and-order --file broken --order "$ready"
at link-late --file whole --order "$(office_number late)"

# --- the way to the service ----------------------------------------------------------------------

printf '%s\n' jan haslo >right
printf '%s\n' jan zle >wrong
chmod 600 right wrong
proxy
settings proxied "proxy = http://127.0.0.1:$proxy_port"
settings refused "proxy = http://127.0.0.1:$proxy_port" \
    "proxy_login = $RIG_DIR/wrong"
settings let "proxy = http://127.0.0.1:$proxy_port" \
    "proxy_login = $RIG_DIR/right"
settings down 'proxy = http://127.0.0.1:1'
server kerberos
settings kerberos "proxy = http://127.0.0.1:$port"
turn kerberos 's,^url = https://[^/]*\(.*/v1\),url = https://negotiate.example\1,'
settings nameless
turn nameless 's,^url = https://[^/]*\(.*/v1\),url = https://nosuch.invalid\1,'
settings strange
turn strange "/^\[orders\]/,/^\[/s,^ca_file = .*,ca_file = $OFFICE_CA,"
number_of=$(office_number confirmed)

at way-open --order "$number_of"
"$abs_top_builddir/okienko" order "$number_of" --conf desk/okienko.conf \
    >/dev/null 2>complaint || cat complaint
for name in proxied refused let down kerberos nameless strange; do
	desk=$name
	at way-$name --order "$number_of"
done
desk=desk
office_fault orders clock
at way-clock --order "$number_of"
settings fresh
desk=fresh
for fault in redirect wrong-type 500 version; do
	office_fault orders $fault
	at way-$fault --order "$number_of"
done
office_fault orders none
office_cut
at way-cut --order "$number_of"
desk=desk
at way-cut-kept --order "$number_of"
office_mend
at way-mended --order "$number_of"
told
