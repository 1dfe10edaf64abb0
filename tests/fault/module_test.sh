#!/bin/sh
# Card software that fails: named, said in both languages, and never in the way
# of software that works.

# shellcheck source=tests/fault/lib.sh
. "${abs_top_srcdir:?}/tests/fault/lib.sh"

# beside NAME ID MODULE: with a module that fails in that way beside one that
# works, it is said and the card is read all the same.
beside()
{
	modules "module = $3" "module = $opensc" "module_timeout = $((2 * TEST_SLOWNESS))"
	both
	told "$1" "$2" &&
	    grep -qF "$(basename "$3")" en && grep -qF "$(basename "$3")" pl
	is "$1: by its name" $?
	json card
	asks "$1: the card is read by the other" '[.cards[] |
	    select(.state == "ready") | .certs | length] == [6]'
}

modules_that_fail()
{
	beside "a module that is not there" MODULE-MISSING "$RIG_DIR/none.so"
	echo text >text.so
	beside "a file that is no module" MODULE-BAD "$RIG_DIR/text.so"
	fake dies 'crash C_Initialize'
	beside "a crash in C_Initialize" MODULE-CRASHED "$RIG_DIR/dies.so"
	fake sticks "reader $reader" 'hang C_FindObjects'
	beside "a hang in C_FindObjects" MODULE-HUNG "$RIG_DIR/sticks.so"
	fake breaks "reader $reader" 'fail C_FindObjects 6'
	beside "a fault in C_FindObjects" MODULE-FAILED "$RIG_DIR/breaks.so"
	fake never 'fail C_Initialize 5'
	beside "a refusal of C_Initialize" MODULE-REFUSED "$RIG_DIR/never.so"
}

# Paths that lead to what is no module, all in one list beside one that works:
# a sentence each, and the card is read.
hostile_paths()
{
	mkdir -p folder.so open
	mkfifo fifo.so
	echo text >text.so
	ln -sf /dev/zero device.so
	ln -sf /no/such/module.so dangling.so
	ln -sf "$RIG_DIR/open/../text.so" around.so
	cp "$rig_bin/fakemodule.so" open/loose.so
	chmod 777 open
	# The other class of ELF: its fifth byte.
	{
		head -c 4 "$rig_bin/fakemodule.so"
		printf '\001'
		tail -c +6 "$rig_bin/fakemodule.so"
	} >class.so
	set --
	for fault_name in folder fifo device dangling around open/loose class
	do
		set -- "$@" "module = $RIG_DIR/$fault_name.so"
	done
	modules "$@" "module = $opensc" "module_timeout = $((5 * TEST_SLOWNESS))"
	json card
	for fault_name in folder.so:BAD fifo.so:BAD device.so:BAD open:BAD \
	    dangling.so:MISSING text.so:BAD class.so:BAD; do
		asks "a module that is ${fault_name%:*}" "[.modules[] |
		    select(.err.what // \"\" |
		    endswith(\"/${fault_name%:*}\")) | .err.code] ==
		    [\"MODULE-${fault_name#*:}\"]"
	done
	asks "the card is read by what is in order" '[.cards[] |
	    select(.state == "ready") | .certs | length] == [6]'
}

# What a module process tried, and what came of it.
tried()
{
	grep -qx "tries $1 $2" err
	is "a module's process: $1 is $2" $?
}

# A module that wants out: no network, no other process, no program, and no file
# but those of its session.
wants_out()
{
	if grep -q '^#define SANITIZED' "$abs_top_builddir/config.h"; then
		fault_skip "a module that wants out" "built without a sandbox"
		return
	fi
	mkdir -p outside given
	echo kept >outside/file
	echo kept >given/file
	fake wants "tries $RIG_DIR/outside"
	modules "module = $RIG_DIR/wants.so" "writes = $RIG_DIR/given"
	within 60 "$okienko" --conf ./okienko.conf card >out 2>err </dev/null
	for fault_call in inet inet6 netlink packet ptrace memory unshare \
	    mount bpf uring keys terminal exec; do
		tried $fault_call EPERM
	done
	tried unix OK
	tried read OK
	case $("$okienko" doctor --json | gojq -r '.findings[] |
	    select(.check == "fence") | .sentence') in
	*'(Landlock'*) ;;
	*)	fault_skip "files outside" "no Landlock here"
		return ;;
	esac
	for fault_call in write create folder rename link remove truncate; do
		tried $fault_call EACCES
	done
	if "$okienko" doctor | grep -qE '\(Landlock ([6-9]|[1-9][0-9])\)'; then
		tried signal EPERM
	fi
	[ "$(cat outside/file)" = kept ] && [ ! -e outside/other ]
	is "nothing outside has changed" $?
	fake wants "tries $RIG_DIR/given"
	within 60 "$okienko" --conf ./okienko.conf card >out 2>err </dev/null
	tried write OK
	tried create OK
}

nobody_knows()
{
	fake stranger 'reader Another reader'
	modules "module = $RIG_DIR/stranger.so"
	both
	told "no module claims the card" CARD-UNKNOWN
	modules "module = $RIG_DIR/none*.so"
	both
	told "no module at all" MODULE-MISSING
}

# What one certificate, given as DER in $1, makes of the card's record: $3 of it
# has to hold.
one_certificate()
{
	fake token "reader $reader" "cert $1" "cert $good"
	json card
	asks "$2" ".cards[] | select(.state == \"ready\") | $3"
}

many_and_odd()
{
	modules "module = $RIG_DIR/token.so"
	fake token "reader $reader" "cert $good" 'certs 200' 'free 100000'
	json card
	asks "a token with 200 certificates" '.cards[] |
	    select(.state == "ready") | .cut == false and (.certs |
	    length == 200 and all(.cert != null))'
	fake token "reader $reader" "cert $good" 'certs 250'
	json card
	asks "and one with 250 after it" '[.cards[].certs | length] |
	    add == 250'

	openssl x509 -in "$rig_cards/certs/big.pem" -outform DER -out big.der
	one_certificate "$RIG_DIR/big.der" "a certificate of 64 KiB" \
	    '.certs[0].cert != null and .certs[0].size > 64000 and
	    .problems == []'
	head -c 300 "$good" >cut.der
	one_certificate "$RIG_DIR/cut.der" "damaged DER: cut" \
	    '.certs[0].cert == null and .certs[1].cert != null'
	{ head -c 100 "$good"; head -c 64 /dev/zero; tail -c +165 "$good"; } \
	    >zeros.der
	one_certificate "$RIG_DIR/zeros.der" "damaged DER: zeros in it" \
	    '.certs[0].cert == null and .certs[1].cert != null'
	printf '\060\204\377\377\377\377' >length.der
	one_certificate "$RIG_DIR/length.der" "damaged DER: 4 GB long" \
	    '.certs[0].cert == null and .certs[1].cert != null'
	# Of a key a size is told, and nothing of it: too much, or none (of 32 bits).
	for size in 9000 4294967295; do
		fake token "reader $reader" "cert $good" "modulus $size"
		json card
		asks "a key that claims $size bytes" '.cards[] |
		    select(.state == "ready") | .problems == [] and
		    .certs[0].cert != null and .keys[0].type == "rsa"'
	done
	one_certificate "$RIG_DIR/length.der" "and again" \
	    '.certs[0].cert == null and .certs[1].cert != null'
	within 60 "$okienko" --conf ./okienko.conf card --lang en >en
	within 60 "$okienko" --conf ./okienko.conf card --lang pl >pl
	grep -q 'damaged, no certificate' en &&
	    grep -q "$(LANGUAGE=pl gettext okienko '    %s · damaged, no certificate' | sed 's/.*%s//')" pl
	is "it is shown as damaged, in both languages" $?
}

fault_start
reader='Virtual PCD 00 00'
good=$RIG_DIR/good.der
openssl x509 -in "$rig_cards/certs/email.pem" -outform DER -out "$good"
rig_insert "$(rig_image ready)"
modules_that_fail
hostile_paths
wants_out
nobody_knows
many_and_odd
modules "module = $opensc"
reads_whole "in the end the card is read whole by software that works" 6
fault_done
