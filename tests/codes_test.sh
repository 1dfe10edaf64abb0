#!/bin/sh
# Every code of the libraries' own headers has an entry, under the library's own
# number, and no entry stands for a code that is none.  The compiler lists the
# names, and a program of them tells the numbers.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
cli_conf=/dev/null cli_seconds=60
# shellcheck source=tests/cli.sh
. "$abs_top_srcdir/tests/cli.sh"
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 99
HOME=$scratch
LC_ALL=C.UTF-8
export HOME LC_ALL
unset LANGUAGE

# Codes younger than the headers of the oldest system that this is built on.
younger='CKR_AEAD_DECRYPT_FAILED CKR_TOKEN_RESOURCE_EXCEEDED
	CKR_OPERATION_CANCEL_FAILED CKR_KEY_EXHAUSTED X509_V_ERR_RPK_UNTRUSTED
	CURLE_TOO_LARGE CURLE_ECH_REQUIRED SQLITE_IOERR_IN_PAGE
	SQLITE_NOTICE_RBU'

compile() {
	# shellcheck disable=SC2086 # a command and its arguments
	${TEST_CC:-cc} ${TEST_INCLUDES:-} "$@"
}

# listed HEADER: what the preprocessor makes of it; macros HEADER: their names.
listed() {
	echo "#include <$1>" | compile -E -
}

macros() {
	echo "#include <$1>" | compile -E -dM - | awk '$1 == "#define" { print $2 }'
}

# A family's names, one a line.  SQLite's stand in one part of its header among
# other macros of that prefix, and libcurl's are an enumeration.
names_pkcs11() {
	macros p11-kit/pkcs11.h | grep -x 'CKR_[A-Z0-9_]*'
}

names_pcsc() {
	macros winscard.h | grep -x 'SCARD_[SFEPW]_[A-Z0-9_]*'
}

names_x509() {
	macros openssl/x509_vfy.h | grep -xE 'X509_V_(OK|ERR_[A-Z0-9_]*)'
}

names_curl() {
	listed curl/curl.h | tr '{},=' '\n' | grep -oE '\<CURLE_[A-Z0-9_]+' |
	    sort -u
}

names_sqlite() {
	header=$(echo '#include <sqlite3.h>' | compile -M -x c - | tr ' ' '\n' |
	    grep 'sqlite3\.h$')
	sed -n '/^#define SQLITE_OK /,/CAPI3REF: Flags For File Open/p' \
	    "$header" | awk '$1 == "#define" { print $2 }'
}

header_of() {
	case $1 in
	pkcs11) echo p11-kit/pkcs11.h ;;
	pcsc) echo winscard.h ;;
	x509) echo openssl/x509_vfy.h ;;
	curl) echo curl/curl.h ;;
	sqlite) echo sqlite3.h ;;
	esac
}

{
	echo '#include <stdio.h>'
	for family in pkcs11 pcsc x509 curl sqlite; do
		echo "#include <$(header_of $family)>"
	done
	echo 'int main(void) {'
	for family in pkcs11 pcsc x509 curl sqlite; do
		"names_$family" | awk -v family=$family '{
			printf "printf(\"%s %s %%lu\\n\", ", family, $1
			printf "(unsigned long)(%s) & 0xffffffffUL);\n", $1
		}'
	done
	echo 'return 0; }'
} >names.c
: >out
compile -o names names.c 2>err && ./names | LC_ALL=C sort >theirs
is 'the headers tell their codes' $?

run 0 'all errors' error --json
gojq -r '.codes[] | select(.family != "sw" and .family != "okienko") |
    "\(.family) \(.name) \(.number)"' out | LC_ALL=C sort >ours
: >out

# p11-kit before 0.25 numbers five of them from 0x1c0, the standard from 0x1b5.
awk '$1 == "pkcs11" && $3 >= 448 && $3 <= 452 { $3 -= 11 } { print }' theirs |
    LC_ALL=C sort >standard
for family in pkcs11 pcsc x509 curl sqlite; do
	n=$(grep -c "^$family " standard)
	[ "$n" -ge 60 ]
	is "$family: $n codes in the header" $?
	grep "^$family " standard | LC_ALL=C comm -23 - ours >err
	[ ! -s err ]
	is "$family: each has an entry" $?
	grep "^$family " ours | LC_ALL=C comm -13 standard - |
	    grep -vwE "$(echo $younger | tr ' ' '|')" >err
	[ ! -s err ]
	is "$family: no entry for a code that is none" $?
done

# The answer to a number, in whichever way it is written.
run 0 'a name' error ckr_pin_locked
says out 'says what happened' 'The PIN is locked'
run 0 'a name without its beginning' error device-memory --json
asks 'the same one' '.codes[0].name == "CKR_DEVICE_MEMORY" and
    .codes[0].turn == "person" and .codes[0].answer == "capacity"'
run 0 'a number with its family' error pkcs11 0xa4 --json
asks 'the same one by number' '.codes[0].name == "CKR_PIN_LOCKED"'
run 0 'a bare number' error 19 --json
asks 'each family that has it' '[.codes[].family] ==
    ["pkcs11", "x509", "curl", "sqlite"]'
run 0 'an error of ours in Polish' error card-full --lang pl
says out 'in Polish' 'Na karcie'
run 3 'no code' error 0x7ffffff1
says err 'says so' NO-CODE
cli_done
