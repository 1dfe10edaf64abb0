#!/bin/sh
#
# The desk itself behind its launcher, in a terminal: nothing that somebody laid
# out for its libraries is read or run, and what it starts, opens and asks the
# kernel for is what it is there for.  The same desk without the launcher shows
# that all of it would have been.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"

if grep -q '^#define SANITIZED' "$abs_top_builddir/config.h"; then
	echo "1..0 # SKIP built without a sandbox"
	exit 0
fi
for tool in strace script "${TEST_CC%% *}"; do
	[ -z "$tool" ] || command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP no $tool here"
		exit 0
	}
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/okienko-desk.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
cd "$scratch" || exit 99
bait=$scratch/bait
number=0

ok() {
	number=$((number + 1))
	what=$1
	shift
	if "$@" >said 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		head -n 20 said | sed 's/^/# /'
	fi
}

# --- what is laid out ---------------------------------------------------------

mkfifo silence
mkdir -p bait/gconv bait/terminfo/x bait/locale home
cat >marker.c <<EOT
#include <fcntl.h>
#include <unistd.h>

static void __attribute__((constructor))
mark(void)
{
	close(open("$scratch/marked", O_WRONLY | O_CREAT, 0600));
}

unsigned la_version(unsigned v) { return v; }
EOT
# shellcheck disable=SC2086 # a command and its arguments
${TEST_CC:-cc} -shared -fPIC -o bait/marker.so marker.c || {
	echo "Bail out! no marker"
	exit 99
}
# With OpenSSL's own provider beside it, or the desk could reckon no hash.
printf '%s\n' 'openssl_conf = init' '[init]' 'providers = all' '[all]' \
    'default = own' 'bait = one' '[own]' 'activate = 1' \
    '[one]' "module = $bait/marker.so" 'activate = 1' >bait/openssl.cnf
printf '%s\n' 'app default {' 'card_drivers = bait, internal;' \
    'card_driver bait {' "module = $bait/marker.so;" '}' '}' >bait/opensc.conf
echo "directories.tokendir = $bait" >bait/softhsm2.conf
echo 'module BAIT// INTERNAL marker 1' >bait/gconv/gconv-modules
head -c 2000 /dev/urandom >bait/terminfo/x/xterm-256color

{
	for pair in OPENSSL_CONF=openssl.cnf OPENSC_CONF=opensc.conf \
	    SOFTHSM2_CONF=softhsm2.conf GCONV_PATH=gconv LOCPATH=locale \
	    TERMINFO=terminfo TERMINFO_DIRS=terminfo PCSCLITE_CSOCK_NAME=pcscd \
	    OPENSSL_MODULES=modules OPENSSL_ENGINES=engines \
	    SSL_CERT_FILE=certs.pem SSL_CERT_DIR=certs XDG_CONFIG_HOME=config \
	    XDG_DATA_HOME=data XDG_CACHE_HOME=cache XDG_RUNTIME_DIR=runtime \
	    TMPDIR=tmp SQLITE_TMPDIR=tmp TZDIR=zones HOSTALIASES=hosts \
	    SSLKEYLOGFILE=keys KRB5CCNAME=ticket NLSPATH=catalogue \
	    LD_LIBRARY_PATH=libraries LD_PRELOAD=marker.so LD_AUDIT=marker.so; do
		printf ' -E %s=%s/%s' "${pair%%=*}" "$bait" "${pair#*=}"
	done
	printf ' -E %s' LANGUAGE=pl "HOME=$scratch/home" LC_ALL=C.UTF-8 \
	    TERM=xterm-256color
} >options

# --- in a terminal ------------------------------------------------------------

# A file for each process: in one for all, calls of several are written over each
# other when the machine is busy.
desk_runs() {
	pid=$(grep -lE '^execve\("[^"]*/okienko",.* = 0$' trace.* 2>&1 |
	    sed -n 's/^trace\.//p')
	[ -n "$pid" ]
}

# Its card software has been loaded, so all libraries have had their turn.
modules_run() {
	desk_runs && grep -qE '^openat\(.*pkcs11[^/]*\.so.*= [0-9]' trace.*
}

# The desk's calls, and then those of what it started, each with its process.
traced() {
	for process in "$pid" $(echo trace.* | sed "s/trace\.$pid\b//; s/trace\.//g"); do
		sed "s/^/$process /" "trace.$process"
	done
}

# in_terminal NAME COMMAND: until its modules are there; into NAME.  What script
# reads must not end: it would type an end of file, and the desk would take its
# terminal for gone.
in_terminal() {
	name=$1
	rm -f trace.* marked
	# shellcheck disable=SC2046 # words
	script -qefc "strace -ff -qq -s 300 -o trace -e \
trace=execve,execveat,open,openat,connect,landlock_restrict_self,seccomp \
$(cat options) $2" screen <>silence >/dev/null 2>&1 &
	script=$!
	wait_until 30 modules_run
	stty -a -F "$(readlink "/proc/$pid/fd/0")" >"$name.modes" 2>&1
	kill -s TERM "$pid"
	reap 20 "$script"
	traced >"$name"
}

in_terminal bare "$abs_top_builddir/okienko"
ok "without the launcher a marker runs" [ -e marked ]
baits() {
	grep -o "$bait/[a-z]*" "$1" | sort -u | wc -l
}
ok "and much of what is laid out is opened" [ "$(baits bare)" -ge 5 ]

in_terminal behind "$abs_top_builddir/tests/bin/launch agent"
ok "behind the launcher none does" [ ! -e marked ]
nothing_of() {
	! grep "$bait" "$1" | grep -v ' execve("[^"]*/launch", '
}
ok "and nothing of it is touched" nothing_of behind

for mode in isig icanon iexten ixon echo; do
	ok "the terminal is raw: -$mode" grep -qw -e "-$mode" behind.modes
done

# --- what it does --------------------------------------------------------------

programs() {
	sed -nE 's|.* execve(at)?\("[^"]*/([^/"]*)".* = 0$|\2|p' behind |
	    sort -u | tr '\n' ' '
}
ok "it starts its card process and nothing else" \
    [ "$(programs)" = 'launch okienko okienko-card ' ]

filtered() {
	grep -qE "^$pid +seccomp\(SECCOMP_SET_MODE_FILTER.* = 0" behind
}
ok "its calls are those of a list" filtered

# Where it opens anything to be written to, once it is the desk.
writes() {
	sed -n '/execve("[^"]*\/okienko"/,$p' behind |
	    grep -E 'open(at)?\(.*(O_WRONLY|O_RDWR|O_CREAT)' | grep -v ' = -1 ' |
	    grep -vE "\"(/dev/null|$scratch/home/|/tmp/okienko-)"
}
nowhere_else() {
	! writes
}
ok "it writes where it keeps its own, and nowhere else" nowhere_else

ok "it has its registry there" \
    [ -s home/.local/share/okienko/registry.db ]

if "$abs_top_builddir/okienko" doctor --conf /dev/null --lang en </dev/null |
    grep -q 'Landlock'; then
	fenced() {
		grep -qE "^$pid +landlock_restrict_self\(.* = 0" behind
	}
	ok "and can nowhere else" fenced
else
	number=$((number + 1))
	echo "ok $number - and can nowhere else # SKIP no Landlock here"
fi

echo "1..$number"
