#!/bin/sh
#
# The ways of a request for renewal against an authority that really issues:
# through its order service, by EST, by CMP.  What is lost on the way is had again
# by the same request, and never makes a second certificate.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/../office/lib.sh"
askway=$abs_top_builddir/tests/bin/askway
needs "$office_bin" "$askway" openssl curl gojq

# way WAY WHAT [OPTIONS...]: what came of it is in ./answer, a certificate in ./got.
way()
{
	way_of=$1
	way_what=$2
	shift 2
	rm -f got
	"$askway" --conf "$scratch/desk/okienko.conf" \
	    --helper "$abs_top_builddir/okienko-net" --out got \
	    --request new.csr --transaction "$transaction" "$@" "$way_of" \
	    "$way_what" >answer
}

# says FILTER: of the last answer, by gojq.
says()
{
	gojq -e "$1" answer >/dev/null || { cat answer; return 1; }
}

# A key of its own and a request for it in a name; a transaction of its own.
turn=0
fresh()
{
	turn=$((turn + 1))
	transaction=$(printf '%032x' "$turn")
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout new.key -subj "$1" -utf8 -outform DER -out new.csr \
	    2>/dev/null
}

holder=/C=PL/serialNumber=PNOPL-85010112345/CN=Łucja
anna='/C=PL/O=Przykładowy Urząd Certyfikacji/CN=anna'

# Of whatever came, the certificates as PEM in ./certs, the first in ./cert.
open_got()
{
	if grep -q 'BEGIN CERTIFICATE' got; then
		cp got certs
	elif openssl x509 -inform DER -in got -out certs 2>/dev/null; then
		:
	else
		openssl pkcs7 -inform DER -in got -print_certs -out certs
	fi && openssl x509 -in certs -out cert
}

is_ours()
{
	open_got && equal "$(openssl x509 -in cert -noout -pubkey)" \
	    "$(openssl pkey -in new.key -pubout)"
}

# issued [FILTER]: the last answer brought what we asked for.
issued()
{
	says ".result == \"issued\" and ${1:-true}" && is_ours
}

count()
{
	equal "$(office_count issued all)" "$1"
}

# --- the order service -----------------------------------------------------------------

order()
{
	way order "$@" --order "$renewal"
}
# Back to where it takes a request.
reopen()
{
	office_order "$renewal" confirmed && fresh "$holder"
}

sends()
{
	reopen && order send && says '.result == "sent" and .retry > 0' &&
	    order send && says '.result == "sent"' && order ask &&
	    says '.result == "sent" and .error == ""'
}

# Another desk's, or ours that was forgotten: the order is asked.
sends_after_all()
{
	turn=$((turn + 1))
	transaction=$(printf '%032x' "$turn")
	order send && says '.result == "sent"'
}

verified()
{
	office_order "$renewal" verified && order ask &&
	    says '.result == "verified"'
}

collects()
{
	office_order "$renewal" ready && order ask && issued &&
	    equal "$(grep -c BEGIN certs)" 2 || return
	for form in pem der; do
		office_fault orders "as-$form" 1
		order ask && issued || return
	done
	count 1
}

tells()
{
	serial=$(openssl x509 -in cert -noout -serial)
	order told --serial 0123 && says '.result == "refused"' || return
	order told --serial "${serial#*=}" && says '.result == "sent"' &&
	    order told --serial "${serial#*=}" && says '.result == "sent"'
}

# What the authority does not want, it says in words.
refused_order()
{
	reopen && fresh '/C=PL/serialNumber=PNOPL-77030355556/CN=Inny' &&
	    order send && says '.result == "refused" and
	    .error == "WAY-REFUSED" and (.words | test("name"))' || return
	fresh "$holder" && printf x >>new.csr && order send &&
	    says '.result == "refused" and (.words | test("signed"))' ||
	    return
	transaction=$(printf '%032x' 999)
	openssl req -new -key old.key -subj "$holder" -utf8 -outform DER \
	    -out new.csr && order send &&
	    says '.result == "refused" and (.words | test("before"))' ||
	    return
	office_order "$renewal" rejected 'Bo nie.' && order ask &&
	    says '.result == "refused" and .words == "Bo nie."'
}

lost_order()
{
	reopen && office_fault orders answer-lost 1 && order send &&
	    says '.result == "failed" and .retry == 0' && order send &&
	    says '.result == "sent" and .error == ""' || return
	before=$(office_count issued all)
	office_order "$renewal" ready && office_fault orders answer-lost 1 &&
	    order ask && says '.result == "failed"' && order ask && issued &&
	    count $((before + 1)) || return
	serial=$(openssl x509 -in cert -noout -serial)
	order told --serial "${serial#*=}" && says '.result == "sent"'
}

# A page of some other server ends no renewal; the service's own word does.
another_page()
{
	sed -i "s|^url = $OFFICE_ORDERS\$|&-not-here|" \
	    desk/authorities.d/office.conf
	order ask && says '.result == "failed" and .error == "NET-STATUS"' &&
	    order send && says '.result == "failed"'
	rc=$?
	cp kept desk/authorities.d/office.conf
	[ $rc -eq 0 ] && reopen && transaction=short && order send && says \
	    '.result == "refused" and .error == "ORDER-WRONG" and .words != ""'
}

# Where the old certificate has to sign, too: one of that serial number does.
by_old()
{
	signed=$(office_number renewal-signed)
	stefan=/C=PL/serialNumber=PNOPL-77030355556/CN=Stefan
	serial=$(curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -H "X-API-Key: $(
	    cat "$OFFICE_API_KEY")" "$OFFICE_ORDERS/orders/$signed" |
	    gojq -r .renews.serial)
	openssl req -new -key old.key -subj "$stefan" -utf8 -out stefan.csr &&
	    openssl x509 -req -in stefan.csr -CA "$OFFICE_CA" -CAkey \
	    "$OFFICE_DIR/ca.key" -set_serial "0x$serial" -days 10 \
	    -out stefan.pem 2>/dev/null || return
	fresh "$stefan" && way order send --order "$signed" &&
	    says '.result == "refused" and (.words | test("renewed"))' ||
	    return
	turn=$((turn + 1))
	transaction=$(printf '%032x' "$turn")
	openssl cms -sign -binary -nodetach -in new.csr -signer stefan.pem \
	    -inkey old.key -outform DER -out new.cms &&
	    way order send --order "$signed" --cms new.cms &&
	    says '.result == "sent"'
}

# Faults of the certificate: it comes, and is what it should not be.
wrong()
{
	office_fault orders "$1" 1
	order ask && says '.result == "issued"' && open_got
}
wrong_orders()
{
	reopen && order send && office_order "$renewal" ready || return
	wrong wrong-key && ! is_ours >/dev/null || return
	wrong other-holder && openssl x509 -in cert -noout -subject |
	    grep -q Inny || return
	wrong ended && ! openssl x509 -in cert -noout -checkend 0 || return
	wrong no-chain && ! openssl verify -CAfile "$OFFICE_ROOT" -untrusted \
	    "$OFFICE_CA" -untrusted certs cert 2>/dev/null || return
	order ask && issued && cp cert once &&
	    openssl verify -CAfile "$OFFICE_ROOT" -untrusted certs cert || return
	wrong issued-twice && is_ours && ! cmp -s cert once
}

# --- EST -----------------------------------------------------------------------------

enrols()
{
	before=$(office_count issued all)
	fresh "$anna" && way est send && issued && equal \
	    "$(grep -c BEGIN certs)" 3 && way est ask && issued &&
	    count $((before + 1))
}

enrols_later()
{
	fresh "$anna" && office_fault est waiting 1 && way est send &&
	    says '.result == "sent" and .retry == 1 and .error == ""' &&
	    way est ask && issued || return
	fresh "$anna" && office_fault est try-later 1 7000 && way est send &&
	    says '.result == "failed" and .retry == 7' && way est ask && issued
}

lost_est()
{
	before=$(office_count issued all)
	fresh "$anna" && office_fault est answer-lost 1 && way est send &&
	    says '.result == "failed"' && way est ask && issued &&
	    count $((before + 1))
}

refused_est()
{
	fresh /C=PL/CN=Nikt && way est send &&
	    says '.result == "refused" and (.words | test("Nobody"))' ||
	    return
	fresh "$anna" && printf '%s\n' ktos inny >login && chmod 600 login &&
	    cp desk/authorities.d/office.conf kept &&
	    sed -i "/^\[est\]/,\$s|^login = .*|login = $scratch/login|" \
	    desk/authorities.d/office.conf && way est send &&
	    says '.result == "failed" and .error == "WAY-LOGIN"' &&
	    chmod 644 login && way est send &&
	    says '.result == "failed" and .error == "LOOSE-MODE"'
	rc=$?
	cp kept desk/authorities.d/office.conf
	return $rc
}

# By the desk's own certificate instead of a name and password.
est_by_tls()
{
	sed -i "/^\[est\]/,\$s|^login = .*|certificate = $OFFICE_OFFICER\nkey = $OFFICE_OFFICER_KEY|" \
	    desk/authorities.d/office.conf
	fresh "$anna" && way est send && issued
	rc=$?
	cp kept desk/authorities.d/office.conf
	return $rc
}

bad_est()
{
	fresh "$anna"
	for pair in garbage:WAY-TALK 500:NET-STATUS drop:NET-CUT huge:TOO-BIG \
	    redirect:NET-REDIRECT; do
		office_fault est "${pair%%:*}" 1
		way est send
		says ".result == \"failed\" and .error == \"${pair#*:}\"" || {
			echo "with $pair"
			return 1
		}
	done
	office_fault est none
}

# --- CMP --------------------------------------------------------------------------------

update()
{
	way cmp "$@" --old anna.der --old-key anna.key --new-key new.key
}

updates()
{
	fresh "$anna" && update send &&
	    issued '.by_old == 1 and .by_new == 1' &&
	    openssl verify -CAfile "$OFFICE_ROOT" -untrusted certs cert
}

# Asked for again, the new key is not troubled, and the old one once.
updates_later()
{
	fresh "$anna" && office_fault cmp waiting 4 && update send &&
	    says '.result == "sent" and .retry > 0 and .reference != ""' ||
	    return
	update ask --reference "$(gojq -r .reference answer)" &&
	    says '.result == "sent" and .by_old == 1 and .by_new == 0' ||
	    return
	reference=$(gojq -r .reference answer)
	office_fault cmp none
	update ask --reference "$reference" &&
	    issued '.by_old == 1 and .by_new == 0'
}

# Where that cannot be asked, the request is repeated.
updates_unpolled()
{
	fresh "$anna" && office_fault cmp no-poll && update send &&
	    says '.result == "sent" and .reference == ""' || return
	office_fault cmp waiting
	update ask && says '.result == "sent" and .reference != ""' || return
	reference=$(gojq -r .reference answer)
	office_fault cmp no-poll
	update ask --reference "$reference" &&
	    says '.result == "sent" and .reference == ""' || return
	office_fault cmp none
	update ask && issued
}

# Seen there before: it is asked for by what was answered, not sent again.
updates_known()
{
	fresh "$anna" && office_fault cmp in-use 1 && update send &&
	    says '.result == "sent" and .error == "" and .retry > 0 and
	    .reference != ""'
}

lost_cmp()
{
	before=$(office_count issued all)
	fresh "$anna" && office_fault cmp answer-lost 1 && update send &&
	    says '.result == "failed"' && update send && issued &&
	    count $((before + 1))
}

# One more signature of the old key says that it was taken.
confirms()
{
	fresh "$anna" && office_fault cmp confirm 2 && update send &&
	    issued '.by_old == 2 and .by_new == 1'
}

# What was not confirmed may be taken back: it is none, and is had again.
unconfirmed()
{
	before=$(office_count issued all)
	fresh "$anna" && office_fault cmp unconfirmed 2 && update send &&
	    says '.result == "failed" and .error == "WAY-UNCONFIRMED"' ||
	    return
	[ ! -e got ] && update send && issued && count $((before + 1))
}

requests()
{
	sed -i 's/^\[cmp\]$/&\nrenewal = p10cr/' desk/authorities.d/office.conf
	fresh "$anna" && update send && issued '.by_old == 1 and .by_new == 0' &&
	    fresh "$anna" && office_fault cmp waiting 2 && update send &&
	    says '.result == "sent"' && update ask --reference \
	    "$(gojq -r .reference answer)" && issued
	rc=$?
	cp kept desk/authorities.d/office.conf
	return $rc
}

refused_cmp()
{
	fresh "$anna" && update send && issued || return
	transaction=$(printf '%032x' 888)
	update send && says '.result == "refused" and
	    .error == "WAY-REFUSED" and (.words | test("before"))' || return
	fresh "$anna" && office_fault cmp wrong-signature 1 && update send &&
	    says '.result == "failed" and .error == "STATUS-FORGED"' &&
	    office_fault cmp garbage 1 && update send &&
	    says '.result == "failed" and .error == "WAY-TALK"'
}

# What was certified wrongly is brought all the same: others judge that.
wrong_cmp()
{
	fresh "$anna" && office_fault cmp wrong-key 1 && update send &&
	    says '.result == "issued"' && ! is_ours >/dev/null
}

office_start "$scratch/office" --issue-seconds never || exit 99
office_conf "$scratch/desk"
office_issue anna
renewal=$(office_number renewal)
openssl x509 -in office/issued/anna.pem -outform DER -out anna.der
cp office/issued/anna.key anna.key
# A key that has been certified: the officer's.
cp "$OFFICE_DIR/issued/anna.key" old.key
cp desk/authorities.d/office.conf kept

check 'the order takes a request, however often' sends
check '... and one that it has is asked for' sends_after_all
check '... until it is verified' verified
check 'the certificate comes in each form' collects
check 'that it is on the card is told' tells
check 'what is refused is refused in words' refused_order
check 'an answer that is lost makes no second certificate' lost_order
check 'a page that is not the service'\''s ends nothing' another_page
check 'the old certificate signs where it has to' by_old
check 'a wrong certificate comes as it is' wrong_orders
check 'EST enrols, with what is above it' enrols
check '... later, when it says so' enrols_later
check '... once, when its answer is lost' lost_est
check '... not everybody, nor for anybody' refused_est
check '... a desk by its own certificate' est_by_tls
check '... and what it says is not believed at once' bad_est
check 'CMP updates a key: each signs once' updates
check '... later, with one signature more' updates_later
check '... where it cannot be asked, too' updates_unpolled
check '... asked for where it is known already' updates_known
check '... once, when the answer is lost' lost_cmp
check '... confirmed where it has to be' confirms
check '... none as long as it is not' unconfirmed
check 'CMP takes a PKCS #10' requests
check 'CMP refuses, and who lies is not believed' refused_cmp
check 'CMP brings a wrong certificate as it is' wrong_cmp
checked
