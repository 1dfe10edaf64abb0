#!/bin/sh
#
# A status asked of the pretend authority as the desk asks: by its network process,
# at the addresses that the certificate names, kept in a real registry.  What is
# said agrees with openssl ocsp and openssl verify at each point; what the office
# does wrong is told apart and proves nothing.

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
LC_ALL=C.UTF-8
no_proxy=127.0.0.1
export LC_ALL abs_top_srcdir abs_top_builddir no_proxy

# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

ask=$abs_top_builddir/tests/bin/askstatus
for tool in "$office_bin" "$ask" openssl curl gojq; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP no $tool here"
		exit 0
	fi
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/status.XXXXXX") || exit 99
finish()
{
	office_stop
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT PIPE TERM
cd "$scratch" || exit 99
mkdir cache

number=0

check()
{
	what=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		cat said out 2>/dev/null | tail -n 20 | sed 's/^/# /'
	fi
}

# asked OPTIONS WORDS...: lines of out begin so, each of them.
asked()
{
	# shellcheck disable=SC2086 # an option or none
	"$ask" $1 r.db cache "$OFFICE_DIR/issued/$name.pem" >out 2>&1 || return 1
	shift
	for words; do
		grep -q "^$words" out || return 1
	done
}

# What OpenSSL's programs say: "good", "revoked certificateHold" ...
ocsp_says()
{
	openssl ocsp -issuer "$OFFICE_CA" -cert "$OFFICE_DIR/issued/$name.pem" \
	    -url "$OFFICE_OCSP" -CAfile "$OFFICE_ROOT" 2>/dev/null |
	    sed -n "s|^$OFFICE_DIR/issued/.*: ||p; s/.*Reason: //p" |
	    paste -sd' '
}

list_says()
{
	curl -s --noproxy '*' -f -o ca.crl "$OFFICE_CRL" &&
	    openssl crl -inform DER -in ca.crl -out ca.crl.pem &&
	    openssl verify -CAfile "$OFFICE_ROOT" -untrusted "$OFFICE_CA" \
		-CRLfile ca.crl.pem -crl_check \
		"$OFFICE_DIR/issued/$name.pem" 2>&1 |
	    sed -n 's/^.*: OK$/good/p; s/^error .* lookup: certificate //p'
}

agree()		# STATUS OCSP LIST
{
	asked -bf "$1 .* registry $1 " "ocsp answered $1 " "crl answered $1 " &&
	    [ "$(ocsp_says)" = "$2" ] && [ "$(list_says)" = "$3" ]
}

# gojq writes a space as in a form.
issuer()
{
	openssl x509 -in "$OFFICE_CA" -noout -subject \
	    -nameopt RFC2253,-esc_msb,utf8 | sed 's/^subject=//' |
	    gojq -Rr '@uri | gsub("[+]"; "%20")'
}

# The authority does it, for its officer: CERTIFICATE_HOLD, REMOVE_FROM_CRL ...
does()
{
	curl -s --noproxy '*' -f -o /dev/null -X PUT --cacert "$OFFICE_ROOT" \
	    --cert "$OFFICE_OFFICER" --key "$OFFICE_OFFICER_KEY" \
	    "$OFFICE_EJBCA/certificate/$(issuer)/$OFFICE_SERIAL/revoke?reason=$1"
}

# wrong SERVICE FAULT ERROR: told so, and nothing is learnt by that way.  No list
# is at hand, else it would only be asked whether it has changed.
wrong()
{
	rm -f cache/*
	office_fault "$1" "$2" || return 1
	asked -bf "$1 refused $3 "
	wrong_rc=$?
	office_fault "$1" none
	return $wrong_rc
}

office_start "$scratch/one" || { echo "Bail out! no office"; exit 1; }
name=anna
office_issue "$name" || { echo "Bail out! no certificate"; exit 1; }

# --- from the first question to the last ------------------------------------------

check "good, by both" agree good good good
check "its row alone is enough by now" asked -s "good ocsp"
does CERTIFICATE_HOLD
check "suspended, by both" agree suspended "revoked certificateHold" revoked
does REMOVE_FROM_CRL
check "lifted, by both" agree good good good

# --- what goes wrong ------------------------------------------------------------------

while read -r service fault error; do
	check "$service: $fault" wrong "$service" "$fault" "$error"
done <<END
ocsp wrong-signature STATUS-FORGED
ocsp other-serial STATUS-OTHER
ocsp stale STATUS-OLD
ocsp future STATUS-CLOCK
ocsp try-later OCSP-REFUSED
ocsp 500 NET-STATUS
ocsp drop NET-CUT
ocsp garbage BAD-DATA
ocsp huge TOO-BIG
ocsp endless TOO-BIG
ocsp redirect NET-REDIRECT
crl wrong-signature STATUS-FORGED
crl stale STATUS-OLD
crl future STATUS-CLOCK
crl 500 NET-STATUS
crl drop NET-CUT
crl garbage BAD-DATA
crl huge TOO-BIG
crl endless TOO-BIG
crl redirect NET-REDIRECT
END

office_fault ocsp unknown
check "never heard of it: the list is asked, and good is not unknown" \
    asked -f "good crl" "ocsp answered unknown" "crl answered good"
office_fault ocsp no-nonce
check "without our nonce it still counts" asked -f "good ocsp"
office_fault ocsp clock
check "the server's clock is two days on" asked -f "good crl .* clock 172[78]" \
    "ocsp refused STATUS-CLOCK"
office_fault ocsp none

office_cut
check "nobody gets through" asked -bf "unknown NET-[A-Z]* .* registry good"
office_mend

# --- lists that are kept, and deltas ---------------------------------------------------

office_fault ocsp 500
asked -f "good crl" && check "the same list again: not fetched" \
    asked '' "good crl" "crl answered good kept 1"
office_fault crl frozen
does CERTIFICATE_HOLD
check "the whole list is silent, its delta tells" asked -f \
    "suspended crl" "crl answered good" "delta answered suspended"
office_fault crl none
does SUPERSEDED
office_fault ocsp none
check "revoked, by both" agree revoked "revoked superseded" revoked

echo "1..$number"
