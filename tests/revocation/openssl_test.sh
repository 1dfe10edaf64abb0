#!/bin/sh
#
# What OpenSSL's own responder and authority say of a certificate is what we read
# out of it: good, revoked, suspended, never issued; by the authority itself and by
# a responder it named, over RSA and over a curve; and what openssl verify makes of
# the list.  No server: questions and answers are files.
set -u

bin=${abs_top_builddir:-.}/tests/bin
dir=$(mktemp -d "${TMPDIR:-/tmp}/proof-test.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
command -v openssl >/dev/null || { echo '1..0 # SKIP no openssl'; exit 0; }
cd "$dir" || exit 99
n=0

ok() {		# NAME: the last command's end
	if [ $? -eq 0 ]; then r=ok; else r='not ok'; fi
	n=$((n + 1))
	echo "$r $n - $1"
	[ "$r" = ok ] || sed 's/^/# /' out log
}

cat >ca.cnf <<'END'
[ca]
default_ca = main
[main]
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
serial = serial
crlnumber = crlnumber
default_md = sha256
default_days = 400
default_crl_days = 30
policy = any
unique_subject = no
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical,CA:TRUE
subjectKeyIdentifier = hash
keyUsage = critical,keyCertSign,cRLSign
[user]
authorityKeyIdentifier = keyid
[responder]
extendedKeyUsage = OCSPSigning
[req]
distinguished_name = dn
[dn]
END

ca() {
	openssl ca -config ca.cnf -batch -notext "$@" 2>>log
}

# authority KEY-OPTIONS: one with four certificates and a responder.
authority() {
	rm -f index.txt* ./*.pem
	: >index.txt
	echo 9A01 >serial
	echo 01 >crlnumber
	openssl req -new -x509 -nodes -newkey "$@" -keyout ca.key -out ca.pem \
	    -days 800 -config ca.cnf -extensions root -subj /CN=Office 2>log
	for who in good revoked held responder; do
		openssl req -new -nodes -newkey ec -pkeyopt \
		    ec_paramgen_curve:P-256 -keyout $who.key -out user.csr \
		    -config ca.cnf -subj /CN=$who 2>>log
		[ $who = responder ] && use=responder || use=user
		ca -extensions "$use" -in user.csr -out $who.pem
	done
	ca -revoke revoked.pem -crl_reason superseded
	ca -revoke held.pem -crl_hold holdInstructionReject
	ca -gencrl -out list.pem
}

# answer SERIAL SIGNER [HASH]: what OpenSSL's responder says to our question.
answer() {
	"$bin/askproof" request ca.pem "$1" ${3:+"$3"} >ask.der &&
	    openssl ocsp -index index.txt -CA ca.pem -rsigner "$2.pem" \
		-rkey "$2.key" -ndays 1 -reqin ask.der -respout answer.der \
		>>log 2>&1
}

# theirs SERIAL: what openssl ocsp makes of that answer, in our words.
theirs() {
	openssl ocsp -issuer ca.pem -serial "0x$1" -respin answer.der \
	    -CAfile ca.pem -no_nonce >out 2>>log || return 1
	if grep -q 'Reason: certificateHold' out; then
		echo suspended
	else
		sed -n 's/^0x[^:]*: *//p' out
	fi
}

# agree SERIAL SIGNER WANT [HASH]
agree() {
	answer "$1" "$2" "${4:-}" || return 1
	"$bin/askproof" ocsp ca.pem "$1" answer.der now >out 2>>log || return 1
	read -r state _ rest <out
	case $2,$rest in
	ca,nonce | responder,'nonce delegated') ;;
	*) return 1 ;;
	esac
	# OpenSSL finds an answer by a SHA-1 name alone here.
	[ "$state" = "$3" ] && { [ -n "${4:-}" ] || [ "$(theirs "$1")" = "$3" ]; }
}

# on_list SERIAL FILE WANT: ours; and by openssl verify.
on_list() {
	"$bin/askproof" crl ca.pem "$1" list.pem now >out 2>>log || return 1
	read -r found _ <out
	openssl verify -CAfile ca.pem -CRLfile list.pem -crl_check "$2.pem" \
	    >verified 2>&1
	if grep -q 'certificate revoked' verified; then
		by_verify=listed
	elif grep -q OK verified; then
		by_verify=absent
	else
		by_verify='?'
	fi
	[ "$found" = "$3" ] && [ "$by_verify" = "$3" ]
}

for key in rsa:2048 ec; do
	if [ $key = ec ]; then
		authority ec -pkeyopt ec_paramgen_curve:P-384
	else
		authority $key
	fi
	for signer in ca responder; do
		agree 9A01 $signer good && agree 9A02 $signer revoked &&
		    agree 9A03 $signer suspended &&
		    agree 4242 $signer unknown &&
		    agree 9A02 $signer revoked sha256
		ok "$key: the states by $signer"
	done
	on_list 9A01 good absent && on_list 9A02 revoked listed &&
	    on_list 9A03 held listed
	ok "$key: the list"
done

# The responder's certificate without its use: OpenSSL and we refuse alike.
answer 9A01 good
! theirs 9A01 >out && ! "$bin/askproof" ocsp ca.pem 9A01 answer.der now \
    >out 2>>log && grep -q STATUS-FORGED out
ok 'an answer signed by whoever has a certificate'

# Lifted: off the index and off the next list.
sed -i 's/^R\(.*\)	[^	]*holdInstruction[^	]*	/V\1		/' index.txt
ca -gencrl -out list.pem
agree 9A03 ca good && on_list 9A03 held absent
ok 'a suspension that was lifted'

echo "1..$n"
