#!/bin/sh
#
# What stands before the desk: nothing of what surrounds it reaches the desk but
# eight names with values that are in order, and a session leaves nothing to the
# next.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/okienko-launch.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
cd "$scratch" || exit 99
rig=$abs_top_builddir/tests/bin/launchrig
number=0

ok() {
	number=$((number + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		sed 's/^/# /' report out 2>/dev/null
	fi
}

# orders LINE...: what the desk does at its starts to come.
orders() {
	rm -f report
	printf '%s\n' "$@" >orders
}

# bare [NAME=VALUE...] COMMAND...: with an environment of these alone.
bare() {
	env -i "HOME=$scratch" TERM=xterm "$@"
}

# given NAME: what the desk was given of it.
given() {
	sed -n "s/^environment $1=//p" report
}

says() {
	grep -qxF "$1" report
}

counts() {	# NUMBER LINES-THAT-BEGIN-SO
	[ "$(grep -c "^$2" report)" -eq "$1" ]
}

# --- the word, and the terminal -----------------------------------------------

# refused STATUS SENTENCE COMMAND...: it, once, and no desk.
refused() {
	expected=$1 sentence=$2
	shift 2
	orders exit:0
	"$@" >out 2>&1
	[ $? -eq "$expected" ] && [ ! -e report ] &&
	    [ "$(wc -l <out)" -eq 1 ] && grep -q "$sentence" out
}

for word in '' --help 'desk kiosk' Kiosk ../desk -c; do
	# shellcheck disable=SC2086 # words
	ok "the word is '$word'" refused 2 'say one of' bare "$rig" $word
done
long=$(printf '%4096s' '' | tr ' ' x)
for term in '' "$long" ../../tmp/evil /etc/passwd no-such-terminal xterm/ \
    'xterm;id' XTERM; do
	ok "TERM=$(printf '%.20s' "$term")" refused 2 'does not know this' \
	    bare TERM="$term" "$rig" desk
done
ok "no TERM at all" refused 2 'does not know this' \
    env -i HOME="$scratch" "$rig" desk

# --- eight names ------------------------------------------------------------------

mkdir folder
orders exit:7
bare LANG=pl_PL.UTF-8 LC_ALL=C.UTF-8 TZ=Europe/Warsaw \
    NOTIFY_SOCKET=/run/systemd/notify CREDENTIALS_DIRECTORY="$scratch/folder" \
    OKIENKO_MODE=kiosk "$rig" agent
ok "the desk's status is passed on" [ $? -eq 7 ]
ok "eight names go on" counts 8 environment
for pair in TERM=xterm LANG=pl_PL.UTF-8 LC_ALL=C.UTF-8 TZ=Europe/Warsaw \
    "HOME=$scratch" NOTIFY_SOCKET=/run/systemd/notify \
    "CREDENTIALS_DIRECTORY=$scratch/folder"; do
	ok "${pair%%=*} is as it was" says "environment $pair"
done
ok "the mode is by the word, whatever was said" [ "$(given OKIENKO_MODE)" = agent ]

# Values that are not in order: the name is left out, or what is harmless said.
dropped() {
	orders exit:0
	bare "$1" "$rig" desk
	case $1 in
	LANG=*) [ "$(given LANG)" = C.UTF-8 ] ;;
	*) ! grep -q "^environment ${1%%=*}=" report ;;
	esac
}

for pair in 'LANG=../../tmp' 'LANG=' 'LANG=de_DE.UTF-8' 'LC_ALL=x;touch y' \
    'LC_ALL=/tmp' 'TZ=../../etc/passwd' 'TZ=/etc/passwd' 'TZ=:/etc/passwd' \
    'TZ=$(id)' 'NOTIFY_SOCKET=relative' 'NOTIFY_SOCKET=@' \
    'NOTIFY_SOCKET=/run/../x' "NOTIFY_SOCKET=/$long" 'NOTIFY_SOCKET=' \
    'CREDENTIALS_DIRECTORY=folder' 'CREDENTIALS_DIRECTORY=/no/such' \
    'CREDENTIALS_DIRECTORY=/etc/passwd' 'CREDENTIALS_DIRECTORY=/tmp/../etc'; do
	ok "$(printf '%.40s' "$pair") is not" dropped "$pair"
done

# What the libraries behind the desk would read, one by one.
while read -r name; do
	orders exit:0
	bare "$name=/nowhere/marker" "$rig" desk >out
	ok "$name does not go on" [ "$(grep '^environment ' report | sort |
	    tr '\n' ' ')" = "environment HOME=$scratch environment \
LANG=C.UTF-8 environment OKIENKO_MODE=desk environment TERM=xterm " ]
done <<-EOT
	TERMINFO
	TERMINFO_DIRS
	TERMCAP
	TERMPATH
	LINES
	COLUMNS
	ESCDELAY
	NCURSES_NO_PADDING
	NCURSES_NO_UTF8_ACS
	NCURSES_ASSUMED_COLORS
	NCURSES_TRACE
	OPENSSL_CONF
	OPENSSL_CONF_INCLUDE
	OPENSSL_ENGINES
	OPENSSL_MODULES
	OPENSSL_ia32cap
	SSL_CERT_FILE
	SSL_CERT_DIR
	CTLOG_FILE
	http_proxy
	https_proxy
	HTTP_PROXY
	HTTPS_PROXY
	all_proxy
	ALL_PROXY
	no_proxy
	NO_PROXY
	SSLKEYLOGFILE
	NETRC
	CURL_SSL_BACKEND
	CURL_HOME
	KRB5CCNAME
	PCSCLITE_CSOCK_NAME
	PCSCLITE_DEBUG
	PCSCLITE_NO_BLOCKING
	LIBPCSCLITE_DELEGATE
	OPENSC_CONF
	OPENSC_DRIVER
	OPENSC_DEBUG
	DBUS_SESSION_BUS_ADDRESS
	G_DEBUG
	SOFTHSM2_CONF
	P11_KIT_STRICT
	P11_KIT_DEBUG
	P11_KIT_SERVER_ADDRESS
	XDG_CONFIG_HOME
	XDG_DATA_HOME
	XDG_CACHE_HOME
	XDG_RUNTIME_DIR
	SQLITE_TMPDIR
	TMPDIR
	GNUTLS_SYSTEM_PRIORITY_FILE
	CUPS_SERVER
	GCONV_PATH
	LOCPATH
	NLSPATH
	LANGUAGE
	LC_EVIL
	LC_MESSAGES
	TZDIR
	HOSTALIASES
	LOCALDOMAIN
	RES_OPTIONS
	RESOLV_HOST_CONF
	MALLOC_CHECK_
	MALLOC_TRACE
	GLIBC_TUNABLES
	LD_LIBRARY_PATH
	LD_BIND_NOW
	LD_SHOW_AUXV
	SHELL
	PATH
	PAGER
	EDITOR
	BROWSER
	BASH_ENV
	ENV
	IFS
	SSH_ORIGINAL_COMMAND
	EOT

# --- what else is inherited -------------------------------------------------------

clean() {
	counts 3 'fd ' && says 'fd 0' && says 'fd 1' && says 'fd 2' &&
	    says 'umask 077' && says 'folder /' && says 'core 0' &&
	    says 'files enough' && says 'privileges none' && says 'alarm 0' &&
	    counts 1 argument && ! grep -qE '^(ignored|blocked)' report
}

orders exit:0
bare "$rig" desk <&-
ok "descriptor 0 is closed" clean
orders exit:0
bare "$rig" desk <&- >&- 2>&-
ok "all three are closed" clean
orders exit:0
# shellcheck disable=SC2016 # for that shell
bare prlimit --nofile=1200 bash -c 'for ((i = 10; i < 1010; i++)); do
	eval "exec $i</dev/null"
done; exec "$0" desk' "$rig"
ok "a thousand are open" clean
orders exit:0
(
	trap '' PIPE CHLD HUP TERM
	umask 0
	bare "$rig" desk
)
ok "signals are ignored, and nothing is masked" clean
orders exit:0
bare prlimit --nofile=16:1024 "$rig" desk
ok "few descriptors, and more to be had" clean
ok "no more than 16 descriptors" refused 4 'nothing to start the desk on' \
    bare prlimit --nofile=16 "$rig" desk

# One that never ends is ended, and that is its status.
kiosk() {
	bare timeout -k 1 $((30 * TEST_SLOWNESS)) "$rig" kiosk
}

# --- the kiosk's sessions ---------------------------------------------------------

orphan() {
	sed -n 's/^orphan //p' report | tail -n 1
}

orders exit:20 'orphan exit:20' exit:9
kiosk
ok "another end than a session's is passed on" [ $? -eq 9 ]
ok "sessions that are over are followed by others" counts 3 start
ok "what one left running is ended" ended "$(orphan)"
orders kill:11
kiosk
ok "a crash is passed on" [ $? -eq 139 ]
orders exit:20
kiosk
ok "sessions that nobody can have had are a fault" [ $? -eq 20 ]
ok "after twenty of them" counts 20 start

waits() {
	says 'waits 0' 2>/dev/null
}

for signal in 15:TERM 1:HUP; do
	code=${signal%:*} signal=${signal#*:}
	orders 'orphan wait exit:20'
	env -i HOME="$scratch" TERM=xterm "$rig" kiosk &
	pid=$!
	ok "a session, and SIG$signal" wait_until 10 waits
	kill -s INT $pid
	kill -s TSTP $pid
	kill -s "$signal" $pid
	reap 20 $pid
	ok "it is the desk's to act on, and no fault" [ $? -eq 0 ]
	ok "and its last" counts 1 start
	ok "it has had it" says "signal $code"
	ok "and nothing runs any more" ended "$(orphan)"
done

# The desk has not taken them yet: it dies of it, and that is what was asked for.
mkfifo never
begun() {
	[ -s report ]
}
for signal in TERM HUP; do
	orders until:never
	env -i HOME="$scratch" TERM=xterm "$rig" kiosk &
	pid=$!
	ok "a session that has only begun, and SIG$signal" wait_until 10 begun
	kill -s "$signal" $pid
	reap 20 $pid
	ok "is no fault" [ $? -eq 0 ]
done

orders 'wait exit:0'
env -i HOME="$scratch" TERM=xterm "$rig" kiosk 2>/dev/null &
pid=$!
ok "a session, and no launcher" wait_until 10 waits
kill -s KILL $pid
ok "ends as on a line that is cut" wait_until 10 says 'signal 1'

# The screen and the keyboard: a terminal whose master we hold.  What nobody has
# read of it when the session ends is thrown away.
mkfifo seen
orders 'keys say:Kowalska until:seen exit:20' 'keys exit:0'
{
	ready() {
		grep -q Kowalska out
	}
	printf 'typed before'
	wait_until 10 ready
	: >seen
} | script -qec "env -i HOME='$scratch' TERM=xterm '$rig' kiosk; stty -a" /dev/null \
    >out 2>&1
ok "the next session finds nothing typed" [ "$(grep -c '^keys 0' report)" -ge 1 ]
ok "and a terminal whose keys do nothing yet" \
    [ "$(grep -c '^echo 0' report)" -eq 2 ]
ok "afterwards the terminal is as it was" \
    grep -qE '(^| )isig ' out
# After the last thing said: the screen is cleared, and what has scrolled off.
wiped() {
	tr -d '\r\n' <out | grep -q "Kowalska.*$(printf '\033c.*\033')\\[3J"
}
ok "what was on the screen is wiped" wiped

echo "1..$number"
