#!/bin/sh
# okienko-console on a console that is a file (fakevt.c): which keys go, in which
# order it is locked, what it says where it may not; and how long a kiosk that
# fails has to wait.
: "${abs_top_builddir:?}"
console=$abs_top_builddir/okienko-console
fake=$abs_top_builddir/tests/bin/fakevt.so
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99
unset SERVICE_RESULT

n=0
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' said
		echo "not ok $n - $2"
	fi
}

on_fake() {
	timeout 20 env LD_PRELOAD="$fake" "$@" 2>said
}

true >./tty
on_fake "$console" lock ./tty
ok $? 'a console can be locked'
cat >wanted <<'EOT'
unlock
activate 7
wait 7
lock
key 0/70 = 0x200
key 4/119 = 0x200
key 8/59 = 0x200
key 8/70 = 0x200
key 8/103 = 0x200
key 8/105 = 0x200
key 8/106 = 0x200
key 12/60 = 0x200
key 12/111 = 0x200
EOT
cmp -s wanted said
ok $? 'in front, locked, then without the keys that lead away, and no other'
tail -c 4 tty | od -An -c | tr -d ' ' >said
grep -qF '033[3J' said
ok $? 'nothing of before is on it'

# 0x560B: VT_LOCKSWITCH; 0x4B47: KDSKBENT
for request in 560B 4B47; do
	on_fake env FAKEVT_REFUSE=$request "$console" lock ./tty
	[ $? -eq 1 ] && grep -q '^okienko-console: .*not permitted' said
	ok $? "what it may not do ($request) ends it, with a sentence"
done
"$console" lock /dev/null 2>said
[ $? -eq 1 ] && [ "$(wc -l <said)" -eq 1 ]
ok $? 'what is no console is not locked'
"$console" lock 2>said
[ $? -eq 2 ] && grep -q '^usage:' said
ok $? 'its words are told'

# How long it would wait: the counter is all that is looked at, with the waiting
# itself cut off.
fault() {
	SERVICE_RESULT=$1 timeout -s KILL 20 strace -qq -o calls \
	    -e trace=clock_nanosleep -e inject=clock_nanosleep:retval=0 \
	    "$console" end ./tty ./faults 2>said
	sed -n 's/.*next start in \([0-9]*\) s$/\1/p' said
}
if strace -qq -e inject=clock_nanosleep:retval=0 true 2>said; then
	waits=
	for _ in 1 2 3 4 5 6 7 8; do
		waits="$waits $(fault exit-code)"
	done
	echo "$waits" >said
	[ "$waits" = ' 1 2 4 8 16 32 60 60' ]
	ok $? 'each fault in a row waits longer, up to a minute'
	grep -q 'tv_sec=60' calls
	ok $? '... and truly waits'
	touch -d '11 minutes ago' faults
	[ "$(fault signal)" = 1 ]
	ok $? 'after a while without one it begins anew'
	echo '999' >faults
	[ "$(fault watchdog)" = 60 ]
	ok $? 'what stands in the counter is bounded'
else
	for _ in 1 2 3 4; do
		n=$((n + 1))
		echo "ok $n - back-off # SKIP no strace"
	done
fi
SERVICE_RESULT=success on_fake "$console" end ./tty ./faults &&
    grep -qx unlock said && [ ! -e faults ]
ok $? 'stopped by somebody: consoles are back, and nothing is counted'
ln -s tty faults
SERVICE_RESULT=signal on_fake "$console" end ./tty ./faults
[ $? -eq 1 ] && ! grep -q unlock said
ok $? 'a link in the place of the counter is not followed, nor does it unlock'
echo "1..$n"
