# shellcheck shell=sh
# shellcheck disable=SC2154 # the bench's: bin, runs
#
# The part of the bench that is about proofs of a status: judging an OCSP answer
# and looking up a revocation list of a million entries, beside OpenSSL's program
# for the same and the floor, which is to read the file.  Processor time: what
# else the machine does shall not count.
#
#	BENCH_ENTRIES	entries of the list (1000000)
#	BENCH_DIR	where the files lie meanwhile (the build folder); 51 bytes
#			an entry

entries=${BENCH_ENTRIES:-1000000}
# 2026-11-22 12:00 UTC, when the list holds.
moment=1795348800

proof_row() {	# NAME FLOOR COMMAND...: FLOOR - makes this row the floor
	row=$1 floor=$2
	shift 2
	# shellcheck disable=SC2046 # two numbers
	set -- $("$bin/cputime" "$runs" "$@")
	[ "$floor" != - ] || floor=$1
	printf '%-46s %8.1f ms %8s %8.1f MiB\n' "$row" "$1" \
	    "$(ratio "$1" "$floor")" "$(awk -v k="$2" 'BEGIN { print k / 1024 }')"
	last=$1
}

proof_list() {
	"$bin/mkcrl" "$scratch/list" "$entries" 1 1 2>/dev/null
	set -- "$scratch/list.issuer" 7F000001 "$scratch/list" "$moment"
	echo
	echo "A revocation list of $entries entries ($(stat -c %s "$3") bytes): processor, ratio, peak"
	proof_row 'read() in blocks of 64 KiB' - "$bin/askproof" read - - "$3"
	proof_row 'looked up, signature not verified' "$last" \
	    "$bin/askproof" walk "$@"
	proof_row 'openssl dgst -sha256' - openssl dgst -sha256 "$3"
	proof_row 'looked up, signature verified' "$last" \
	    "$bin/askproof" crl "$@"
	proof_row 'openssl crl -noout -lastupdate' "$last" openssl crl -inform DER \
	    -in "$3" -noout -lastupdate
}

proof_authority() {
	cat >"$scratch/ca.cnf" <<-END
	[ca]
	default_ca = main
	[main]
	database = $scratch/index.txt
	new_certs_dir = $scratch
	certificate = $scratch/ca.pem
	private_key = $scratch/ca.key
	serial = $scratch/serial
	default_md = sha256
	default_days = 400
	policy = any
	[any]
	commonName = supplied
	[root]
	basicConstraints = critical,CA:TRUE
	subjectKeyIdentifier = hash
	[user]
	extendedKeyUsage = OCSPSigning
	[req]
	distinguished_name = dn
	[dn]
	END
	: >"$scratch/index.txt"
	echo 9A01 >"$scratch/serial"
	openssl req -new -x509 -nodes -newkey rsa:2048 -days 800 \
	    -keyout "$scratch/ca.key" -out "$scratch/ca.pem" \
	    -config "$scratch/ca.cnf" -extensions root -subj /CN=Office
	openssl req -new -nodes -newkey rsa:2048 -keyout "$scratch/user.key" \
	    -out "$scratch/user.csr" -config "$scratch/ca.cnf" -subj /CN=User
	openssl ca -config "$scratch/ca.cnf" -batch -notext -extensions user \
	    -in "$scratch/user.csr" -out "$scratch/user.pem"
	"$bin/askproof" request "$scratch/ca.pem" 9A01 >"$scratch/ask"
	openssl ocsp -index "$scratch/index.txt" -CA "$scratch/ca.pem" \
	    -rsigner "$scratch/user.pem" -rkey "$scratch/user.key" -ndays 1 \
	    -reqin "$scratch/ask" -respout "$scratch/answer"
}

proof_ocsp() {
	proof_authority >"$scratch/log" 2>&1
	set -- "$scratch/ca.pem" 9A01 "$scratch/answer" now
	echo
	echo "An OCSP answer by a named responder (RSA-2048), judged: processor, ratio, peak"
	proof_row 'openssl ocsp -respin' - openssl ocsp -issuer "$1" \
	    -serial 0x9A01 -respin "$3" -CAfile "$1" -no_nonce
	proof_row 'ours, whole process' "$last" "$bin/askproof" ocsp "$@"
	"$bin/askproof" time "$@" | awk 'NR == 1 { printf \
	    "one of many in a process: %.0f us; by OCSP_basic_verify %.0f us; %.2fx\n", \
	    $1, $2, $1 / $2 }'
}

bench_proof() {
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'rm -rf "$scratch"; rig_stop' EXIT
	proof_ocsp
	proof_list
	rm -rf "$scratch"
	trap rig_stop EXIT
}
