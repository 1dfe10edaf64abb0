# shellcheck shell=sh
#
# For the tests of okienko-net: a folder to work in, TAP, servers on loopback,
# questions to them, and keys.  To be sourced.
: "${abs_top_builddir:?}" "${abs_top_srcdir:?}"
bin=$abs_top_builddir/tests/bin
LC_ALL=C.UTF-8
export LC_ALL
n=0
pids=

scratch=$(mktemp -d "${TMPDIR:-/tmp}/net.XXXXXX") || exit 99
# shellcheck disable=SC2086 # numbers, one a word
trap 'kill $pids 2>/dev/null; wait; rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
cd "$scratch" || exit 99
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"

command -v openssl >/dev/null || {
	echo "1..0 # SKIP openssl is not here"
	exit 0
}

# result WHAT: by the status before; shows the answer when it is not well.
result() {
	status=$?
	n=$((n + 1))
	if [ "$status" -eq 0 ]; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' answer
		echo "not ok $n - $1"
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# server NAME OPTION...: a bad server; what it says is in NAME.log, $port its
# port.
server() {
	name=$1
	shift
	: >"$name.log"
	"$bin/badserver" "$@" >>"$name.log" 2>&1 &
	pids="$pids $!"
	wait_until 20 grep -q ^port "$name.log" || return 1
	# shellcheck disable=SC2034 # for whoever sources this
	port=$(sed -n 's/^port //p' "$name.log")
}

# tinyproxy_with LINE...: at $port.  It cannot be told to choose one itself, so
# it gets one that was free a moment ago, and another if that is not so any more.
tinyproxy_with() {
	for try in 1 2 3 4 5; do
		server free
		kill $!
		wait $! 2>/dev/null
		printf '%s\n' "Port $port" 'Listen 127.0.0.1' 'Timeout 20' \
		    'Allow 127.0.0.1' "$@" >tinyproxy.conf
		: >"tinyproxy$try.log"
		tinyproxy -d -c tinyproxy.conf >>"tinyproxy$try.log" 2>&1 &
		pids="$pids $!"
		wait_until 20 grep -qiE 'accepting connections|could not|error' \
		    "tinyproxy$try.log" &&
		    grep -qi 'accepting connections' "tinyproxy$try.log" &&
		    return 0
	done
	sed 's/^/# /' tinyproxy*.log
	return 1
}

# squid_with LINE...: at $port; the lines say how one logs on.
squid_with() {
	# What it is told of is read by an account of its own.
	chmod 711 "$scratch"
	for try in 1 2 3 4 5; do
		server free
		kill $!
		wait $! 2>/dev/null
		printf '%s\n' "http_port 127.0.0.1:$port" "pid_filename none" \
		    "cache_log $scratch/cache.log" \
		    "access_log stdio:$scratch/access.log" 'cache deny all' \
		    'cache_mem 0' 'shutdown_lifetime 0 seconds' \
		    'pinger_enable off' "coredump_dir $scratch" "$@" \
		    'acl ok proxy_auth REQUIRED' 'http_access allow ok' \
		    'http_access deny all' >squid.conf
		: >cache.log
		: >access.log
		chmod 666 cache.log access.log
		squid -N -f "$scratch/squid.conf" >squid.log 2>&1 &
		squid=$!
		pids="$pids $squid"
		wait_until 20 grep -qE 'Accepting HTTP|FATAL|annot' cache.log squid.log
		grep -q 'Accepting HTTP' cache.log && return 0
	done
	sed 's/^/# /' squid.log cache.log
	return 1
}

# ask OPTION... URL...: what is said of the answers in "answer", bodies in "body".
ask() {
	within 60 "$bin/asknet" "$@" >body 2>answer
}

# said ID [WHAT]: the only line is this error.
said() {
	[ "$(wc -l <answer)" -eq 1 ] &&
	    [ "$(cut -f 1 answer)" = "$1" ] &&
	    { [ $# -eq 1 ] || [ "$(cut -f 2 answer)" = "$2" ]; }
}

# status CODE: the only line is this answer.
status() {
	said "$1"
}

# --- keys ---------------------------------------------------------------------

# certified NAME EXTENSION OPTION...: a key of that name, and "openssl ca".
certified() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" &&
	    printf '%s\n' '[ca]' 'default_ca = d' '[d]' 'new_certs_dir = .' \
		"database = $1.index" 'default_md = sha256' 'policy = p' \
		'rand_serial = yes' 'x509_extensions = e' 'unique_subject = no' \
		'[p]' 'commonName = supplied' '[e]' "$2" \
		>"$1.conf" && : >"$1.index" || return
	made=$1
	shift 2
	openssl ca -config "$made.conf" -batch -notext -in "$made.csr" \
	    -out "$made.pem" "$@"
}

# authority NAME [START END]: NAME.pem, NAME.key.
authority() {
	certified "$1" 'basicConstraints = critical,CA:true' -selfsign \
	    -keyfile "$1.key" -startdate "${2:-20200101000000Z}" \
	    -enddate "${3:-20991231235959Z}"
}

# leaf AUTHORITY NAME ALTNAMES [START END]: signed by it.
leaf() {
	certified "$2" "subjectAltName = $3" -cert "$1.pem" \
	    -keyfile "$1.key" -startdate "${4:-20200101000000Z}" \
	    -enddate "${5:-20991231235959Z}"
}
