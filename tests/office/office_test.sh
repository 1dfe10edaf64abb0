#!/bin/sh
#
# The pretend authority against its real peers: what openssl's own OCSP, CRL
# and CMP clients and a plain HTTP client make of it; that it really revokes,
# once; and that each fault is what it says.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/lib.sh"
needs "$office_bin" openssl curl gojq

refuses()
{
	! "$@"
}

# --- the peers -----------------------------------------------------------------

# What OCSP says of a certificate of ours: good, revoked REASON, unknown, or why
# there is nothing to believe.
ocsp()
{
	openssl ocsp -issuer "$OFFICE_CA" -cert "$OFFICE_DIR/issued/$1.pem" \
	    -url "$OFFICE_OCSP" -CAfile "$OFFICE_ROOT" >ocsp.out 2>&1
	if ! grep -q '^Response verify OK' ocsp.out; then
		sed -nE 's/^(Responder Error|.*:)(.*)/\2/p' ocsp.out | head -n 1
		return
	fi
	if grep -q 'WARNING: Status times invalid' ocsp.out; then
		echo "times invalid"
	else
		sed -n "s|^$OFFICE_DIR/issued/.*: ||p; s/.*Reason: //p" \
		    ocsp.out | paste -sd' '
	fi
}

is_ocsp()
{
	equal "$(ocsp "$1")" "$2"
}

fetch()
{
	curl -s --noproxy '*' -f -o "$2" "$1"
}

# The list says so: "good" or the error of openssl verify; options go to it.
crl()
{
	crl_name=$1
	shift
	fetch "$OFFICE_CRL" ca.crl && fetch "$OFFICE_DELTA" delta.crl &&
	    openssl crl -inform DER -in ca.crl -out ca.crl.pem &&
	    openssl crl -inform DER -in delta.crl -out delta.crl.pem || return
	openssl verify -CAfile "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
	    -CRLfile ca.crl.pem -crl_check "$@" \
	    "$OFFICE_DIR/issued/$crl_name.pem" >crl.out 2>&1 &&
	    echo good && return
	sed -n 's/^error [0-9]* at 0 depth lookup: //p' crl.out
}

is_crl()
{
	is_crl_what=$2
	is_crl_name=$1
	shift 2
	equal "$(crl "$is_crl_name" "$@")" "$is_crl_what"
}

# rr NAME REASON OPTIONS...: by openssl's CMP client; what it was told.
rr()
{
	rr_name=$1
	rr_reason=$2
	shift 2
	within 20 openssl cmp -cmd rr -server "$OFFICE_CMP" \
	    -no_proxy 127.0.0.1 -tls_used -tls_trusted "$OFFICE_ROOT" \
	    -trusted "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
	    -oldcert "$OFFICE_DIR/issued/$rr_name.pem" \
	    -revreason "$rr_reason" "$@" >rr.out 2>&1
}

officer()
{
	rr "$@" -cert "$OFFICE_OFFICER" -key "$OFFICE_OFFICER_KEY"
}

password()
{
	password_of=$1
	shift
	rr "$@" -ref "$(eval "echo \$serial_$password_of")" \
	    -secret "pass:$(eval "echo \$password_$password_of")"
}

# Refused, and with these words.
told()
{
	told_what=$1
	shift
	"$@" && return 1
	grep -qF "$told_what" rr.out || { cat rr.out; return 1; }
}

# gojq writes a space as in a form.
issuer()
{
	openssl x509 -in "$OFFICE_CA" -noout -subject \
	    -nameopt RFC2253,-esc_msb,utf8 | sed 's/^subject=//' |
	    gojq -Rr '@uri | gsub("[+]"; "%20")'
}

# rest METHOD SERIAL WHAT [OPTIONS...]: body in rest.out; the status is said.
rest()
{
	rest_method=$1
	rest_url=$OFFICE_EJBCA/certificate/$(issuer)/$2/$3
	shift 3
	curl -s --noproxy '*' -o rest.out -w '%{http_code}' \
	    --max-time $((10 * TEST_SLOWNESS)) -X "$rest_method" \
	    --cacert "$OFFICE_ROOT" "$@" "$rest_url"
}

by_officer()
{
	rest "$@" --cert "$OFFICE_OFFICER" --key "$OFFICE_OFFICER_KEY"
}

is_count()
{
	equal "$(office_count "$1" "$2")" "$3"
}

# An answer that comes whole: curl's own exit code otherwise.
get()
{
	rm -f got
	curl -s --noproxy '*' -o got -w '%{http_code}' \
	    --max-time $((5 * TEST_SLOWNESS)) "$@"
}

# --- an authority from nothing ----------------------------------------------------

issue()
{
	office_issue "$1" || return 1
	eval "serial_$1=\$OFFICE_SERIAL; password_$1=\$OFFICE_PASSWORD"
}

office_start "$scratch/one" || { echo "Bail out! no office"; exit 1; }
for name in anna ewa jan ola piotr; do
	issue "$name" || { echo "Bail out! no certificate"; exit 1; }
done
: "${serial_anna:?}" "${serial_ewa:?}" "${serial_jan:?}" "${serial_ola:?}"
: "${OFFICE_CER:?}" "${OFFICE_EXPIRED:?}" "${OFFICE_FORGER:?}"

check "its members are of one family" \
    openssl verify -CAfile "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
    "$OFFICE_DIR/ocsp.pem" "$OFFICE_DIR/cmp.pem" "$OFFICE_DIR/tls.pem" \
    "$OFFICE_OFFICER"
check "the expired officer is expired" refuses \
    openssl verify -CAfile "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
    "$OFFICE_EXPIRED"
check "a certificate names its office" sh -c \
    "openssl x509 -in one/issued/anna.pem -noout -ocsp_uri |
    grep -qx '$OFFICE_OCSP'"
check "the issuer is where it is said to be" sh -c \
    "curl -sf --noproxy '*' '$OFFICE_CER' | openssl x509 -inform DER |
    cmp -s - '$OFFICE_CA'"
check "OCSP: good" is_ocsp anna good
check "CRL: good" is_crl anna good

# --- CMP ------------------------------------------------------------------------------

check "the officer suspends" officer anna 6
check "OCSP says so" is_ocsp anna "revoked certificateHold"
check "CRL says so" is_crl anna "certificate revoked"
check "suspended twice: already so" told certRevoked officer anna 6
check "the officer lifts it" officer anna 8
check "OCSP: good again" is_ocsp anna good
check "CRL: good again" is_crl anna good
check "lifted twice: there is nothing to lift" told badRequest officer anna 8
check "the officer revokes" officer anna 1
check "OCSP: why" is_ocsp anna "revoked keyCompromise"
check "revoked twice: already" told certRevoked officer anna 1
check "lifted when revoked: no" told certRevoked officer anna 8
check "counted: revoked once" is_count revoked "$serial_anna" 1
check "counted: held once" is_count held "$serial_anna" 1
check "counted: lifted once" is_count lifted "$serial_anna" 1

check "a holder revokes by password" password ewa ewa 0
check "without a reason none is told" is_ocsp ewa revoked
check "another's password: not authorised" told notAuthorized \
    password ewa jan 1
check "a wrong password" told badMessageCheck \
    rr jan 1 -ref "$serial_jan" -secret pass:zgaduje
check "a password of nobody" told badMessageCheck \
    rr jan 1 -ref 00 -secret pass:zgaduje
check "an officer who has expired" told badMessageCheck \
    rr jan 1 -cert "$OFFICE_EXPIRED" -key "$OFFICE_EXPIRED_KEY"
check "one of another family" told badMessageCheck \
    rr jan 1 -cert "$OFFICE_FORGER" -key "$OFFICE_FORGER_KEY"
check "a holder's signature: not authorised" told notAuthorized \
    rr jan 1 -cert one/issued/ola.pem -key one/issued/ola.key
cp "$OFFICE_DIR/issued/jan.pem" kept.pem
cp "$OFFICE_ROOT" "$OFFICE_DIR/issued/root.pem"
check "a certificate of another issuer" told badCertId officer root 1
check "nobody's certificate changed by that" is_ocsp jan good

# --- EJBCA ------------------------------------------------------------------------------

hold='revoke?reason=CERTIFICATE_HOLD'
check "status of a good one" equal 200 \
    "$(by_officer GET "$serial_jan" revocationstatus)"
check "... says so" gojq -e '.revoked == false and
    .revocation_reason == "NOT_REVOKED"' rest.out
check "suspended" equal 200 "$(by_officer PUT "$serial_jan" "$hold")"
# shellcheck disable=SC2016 # gojq's own variable
check "... says so" gojq -e --arg s "$serial_jan" '.revoked == true and
    .revocation_reason == "CERTIFICATE_HOLD" and .serial_number == $s and
    (.revocation_date | test("Z$"))' rest.out
check "OCSP agrees" is_ocsp jan "revoked certificateHold"
check "suspended twice: a conflict" equal 409 \
    "$(by_officer PUT "0x$serial_jan" "$hold")"
check "... with its number in the body" gojq -e '.error_code == 409' rest.out
check "lifted" equal 200 \
    "$(by_officer PUT "$serial_jan" 'revoke?reason=REMOVE_FROM_CRL')"
check "OCSP: good again" is_ocsp jan good
check "revoked, with a date" equal 200 "$(by_officer PUT "$serial_jan" \
    'revoke?reason=SUPERSEDED&date=2026-01-01T00:00:00Z')"
check "CMP knows of it" told certRevoked officer jan 1
check "a date to come" equal 400 "$(by_officer PUT "$serial_ola" \
    'revoke?reason=SUPERSEDED&date=2999-01-01T00:00:00Z')"
check "no such reason" equal 400 \
    "$(by_officer PUT "$serial_ola" 'revoke?reason=LOST')"
check "no number at all" equal 400 "$(by_officer PUT xyz "$hold")"
check "no such certificate" equal 404 "$(by_officer PUT 0ABC "$hold")"
check "no certificate of the client's" equal 403 \
    "$(rest PUT "$serial_ola" "$hold")"
check "the client is no officer" equal 403 "$(rest PUT "$serial_ola" "$hold" \
    --cert one/issued/ola.pem --key one/issued/ola.key)"
check "the client has expired" equal 403 "$(rest PUT "$serial_ola" "$hold" \
    --cert "$OFFICE_EXPIRED" --key "$OFFICE_EXPIRED_KEY")"
check "nobody's certificate changed by that" is_ocsp ola good
check "TLS: not by the system's trust" refuses \
    curl -s --noproxy '*' "$OFFICE_TLS_URL/cmp"

# --- faults: what is said -----------------------------------------------------------------

fault()
{
	office_fault "$@" || echo "# fault $* was not taken"
}

fault ocsp wrong-signature
check "OCSP signed by another" refuses is_ocsp ola good
fault ocsp other-serial
check "OCSP about another" is_ocsp ola "No Status found."
fault ocsp stale
check "OCSP of last week" is_ocsp ola "times invalid"
fault ocsp future
check "OCSP of days to come" is_ocsp ola "times invalid"
fault ocsp unknown
check "OCSP: never heard of it" is_ocsp ola unknown
fault ocsp no-nonce
check "OCSP without our nonce" sh -c "openssl ocsp -issuer '$OFFICE_CA' \
    -cert one/issued/ola.pem -url '$OFFICE_OCSP' -CAfile '$OFFICE_ROOT' 2>&1 |
    grep -q 'no nonce in response'"
fault ocsp try-later
check "OCSP: later" sh -c "openssl ocsp -issuer '$OFFICE_CA' \
    -cert one/issued/ola.pem -url '$OFFICE_OCSP' 2>&1 | grep -qi trylater"
fault ocsp unknown 1
is_ocsp ola unknown >/dev/null
check "a fault that happens once is over" is_ocsp ola good
fault ocsp none

fault crl wrong-signature
check "CRL signed by another" is_crl ola "CRL signature failure"
fault crl stale
check "CRL of last week" is_crl ola "CRL has expired"
fault crl future
check "CRL of days to come" is_crl ola "CRL is not yet valid"

# The whole list stays, and the difference tells.
fault crl frozen
officer ola 6
check "frozen: the whole list is silent" is_crl ola good
check "... and the difference tells" is_crl ola "certificate revoked" \
    -CRLfile delta.crl.pem -use_deltas
fault crl none
check "thawed, it tells as well" is_crl ola "certificate revoked"
fault crl frozen
officer ola 8
check "lifted: the difference takes it off" is_crl ola good \
    -CRLfile delta.crl.pem -use_deltas
check "... by its reason" sh -c "openssl crl -in delta.crl.pem -noout -text |
    grep -q 'Remove From CRL'"
fault crl none
check "the list has a tag" sh -c "curl -sf --noproxy '*' -D heads -o tagged \
    '$OFFICE_CRL' && grep -qi '^etag:' heads"
tag=$(sed -n 's/^[Ee][Tt]ag: *\(.*\)/\1/p' heads | tr -d '\r')
check "with it, it is not sent again" equal 304 \
    "$(get -H "If-None-Match: $tag" "$OFFICE_CRL")"
officer ola 6
check "but a new one is" equal 200 \
    "$(get -H "If-None-Match: $tag" "$OFFICE_CRL")"
officer ola 8

fault cmp wrong-signature
check "CMP signed by another" told "CMP error" officer ola 1
check "... who has acted all the same" is_ocsp ola "revoked keyCompromise"
fault cmp waiting 1
check "CMP: waiting" told "waiting" officer piotr 6
check "... nothing was done" is_ocsp piotr good
check "... and decided when asked again" officer piotr 6

# The request's own bytes again: one transaction, whatever the way did to it.
issue marek
: "${serial_marek:?}"
resend()
{
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -o again.der \
	    -H 'Content-Type: application/pkixcmp' --data-binary @req.der \
	    --max-time 10 "$OFFICE_CMP"
}
status_of()
{
	# PKIBody rp [12], RevRepContent, PKIStatusInfo, PKIStatus
	openssl asn1parse -inform DER -in again.der | awk '
	/cont \[ 12 \]/	{ rp = 1 }
	rp && /INTEGER/	{ sub(/.*:/, ""); print; exit }'
}
fault cmp answer-lost 1
check "the answer is lost" refuses officer marek 1 -reqout req.der
check "... but it was done" is_ocsp marek "revoked keyCompromise"
check "the same again" resend
check "... is accepted" equal "$(status_of)" 00
check "... and was done once" is_count revoked "$serial_marek" 1
fault cmp forget 1
check "by one who forgets" resend
check "... it is refused" equal "$(status_of)" 02
check "... and was done once" is_count revoked "$serial_marek" 1

issue nina
: "${serial_nina:?}"
for nothing in 500 redirect try-later; do
	fault cmp "$nothing" 1
	check "$nothing: no answer" refuses officer nina 1
	check "... and nothing is done" is_count revoked "$serial_nina" 0
done
for acted in drop garbage; do
	fault cmp "$acted" 1
	check "$acted: no answer" refuses officer nina 6
	check "... but it was done" is_ocsp nina "revoked certificateHold"
	officer nina 8
done

# --- faults: on the way -----------------------------------------------------------------------

code()
{
	equal "$(get "$OFFICE_CRL")" "$1"
}
days_on()
{
	days_date=$(sed -n 's/^[Dd]ate: *//p' "$1" | tr -d '\r')
	[ "$(date -d "$days_date" +%s)" -gt $(($(date +%s) + 86400)) ]
}
fault crl 500
check "500" code 500
fault crl try-later
check "later" code 503
fault crl redirect
check "elsewhere" code 302
fault crl garbage
check "garbage comes whole" code 200
check "... and is none of ours" refuses \
    openssl crl -inform DER -in got -noout
fault crl answer-lost
get "$OFFICE_CRL" >/dev/null
check "no answer" equal "$?" 52
fault crl drop
get "$OFFICE_CRL" >/dev/null
check "cut half-way" equal "$?" 18
check "... half of it came" test -s got
fault crl slow -1 100
get --max-time $((1 + TEST_SLOWNESS)) "$OFFICE_CRL" >/dev/null
check "slow: not here within seconds" equal "$?" 28
check "... but some of it" test -s got
fault crl huge
get --max-filesize 1000000 "$OFFICE_CRL" >/dev/null
check "huge: it says so" equal "$?" 63
fault crl endless
check "endless: no size is told" sh -c "curl -s --noproxy '*' -D heads \
    '$OFFICE_CRL' | head -c 100000 | wc -c | grep -qx 100000 &&
    ! grep -qi content-length heads"
fault crl clock
get -D heads "$OFFICE_CRL" >/dev/null
check "the server's clock is off" days_on heads
fault crl none
get -D heads "$OFFICE_CRL" >/dev/null
check "all well again" refuses days_on heads

no_answer()
{
	get "$OFFICE_CRL" >/dev/null
	case $? in
	52 | 56) ;;	# nothing said, or reset
	*) return 1 ;;
	esac
}
office_cut
check "the line is cut" wait_until 10 no_answer
check "... for everybody" told "CMP error" officer marek 1
office_mend
check "it is mended" wait_until 10 code 200

# --- two of them, and again ------------------------------------------------------------------------

count=$(office_count revoked "$serial_anna")
url=$OFFICE_URL
first=$OFFICE_PID
office_start "$scratch/two" || echo "# no second office"
second=$OFFICE_PID
issue zofia
check "another beside it" is_ocsp zofia good
check "... is another" refuses cmp -s "$scratch/one/ca.pem" "$OFFICE_CA"
cp "$scratch/one/issued/jan.pem" "$OFFICE_DIR/issued/foreign.pem"
check "... and knows nothing of the first one's" told badCertId \
    officer foreign 1
office_stop
check "it ends when told" refuses kill -0 "$second"
office_use "$scratch/one"
check "the first one is still there" is_ocsp jan "revoked superseded"
office_kill
check "killed" refuses kill -0 "$first"
office_again || echo "# it does not come back"
check "back at the same address" equal "$OFFICE_URL" "$url"
check "it remembers" is_ocsp anna "revoked keyCompromise"
check "... and how often" is_count revoked "$serial_anna" "$count"
check "... and transactions" resend
check "... as done" equal "$(status_of)" 00
office_stop

# --- publication ---------------------------------------------------------------------------------------

# Half a day between publications: whatever happens is not told yet.
office_again --publish-seconds 43200 || echo "# it does not come back"
issue late
officer late 1
check "revoked, and not published yet" is_ocsp late good
check "... nor on the list" is_crl late good
check "... but it is done" told certRevoked officer late 1
office_stop
office_again --publish-seconds 1 || echo "# it does not come back"
check "a second's rhythm: published" \
    wait_until 10 is_ocsp late "revoked keyCompromise"
check "it ends by itself with who started it" sh -c "
    . '$abs_top_srcdir/tests/office/office.sh'
    office_start '$scratch/three' && cp '$scratch/three/env' '$scratch/pid'"
gone()
{
	! kill -0 "$(sed -n 's/^OFFICE_PID=//p' "$scratch/pid")" 2>/dev/null
}
check "... soon" wait_until 10 gone

# --- cards ------------------------------------------------------------------------------------------------

mkdir cards
ln -s "$office_keys" cards/keys
mkcard=$abs_top_builddir/tests/bin/mkcard
check "it issues a card's certificates" \
    "$mkcard" --authority "$OFFICE_DIR" --card other cards
cp cards/certs/other-email.pem "$OFFICE_DIR/issued/card.pem"
check "... whose status it knows" wait_until 10 is_ocsp card good
check "... and can revoke" officer card 4
check "the settings for a desk" office_conf "$scratch/desk"
check "... are for this one" grep -qx "key_id = $OFFICE_KEY_ID" \
    "$scratch/desk/authorities.d/office.conf"

checked
