#!/bin/sh
# The card process as a whole: a real pcscd, virtual cards, real and bad card
# software, and the desk's door in front.  TAP.

# shellcheck source=tests/card/rig.sh
. "${abs_top_srcdir:?}/tests/card/rig.sh"

helper=${abs_top_builddir:?}/okienko-card
opensc=$(find /usr/lib -name opensc-pkcs11.so 2>/dev/null | head -n 1)
count=0
fresh=
shared=		# where card software may write

ok()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$state" "$RIG_DIR/answers"
	fi
}

# --- the desk -----------------------------------------------------------------

# desk MODULE...: a desk whose configuration names these, silent ones given up
# after two seconds.
desk()
{
	state=$RIG_DIR/state
	{
		printf '[card]\nmodule_timeout = %d\n' $((2 * TEST_SLOWNESS))
		printf 'module = %s\n' "$@"
		[ -z "$shared" ] || printf 'writes = %s\n' "$shared"
	} >"$RIG_DIR/okienko.conf"
	rm -f "$state" "$RIG_DIR/orders"
	: >"$RIG_DIR/answers"
	mkfifo "$RIG_DIR/orders"
	"${rig_bin:?}/askcard" --helper "$helper" --conf "$RIG_DIR/okienko.conf" \
	    $fresh "$state" <"$RIG_DIR/orders" >"$RIG_DIR/answers" \
	    2>"$RIG_DIR/desk.err" &
	desk=$!
	exec 7>"$RIG_DIR/orders"
}

desk_end()
{
	echo quit >&7
	exec 7>&-
	wait "$desk"
	ok $? "the desk ends, and with it all it had started"
}

# expect SECONDS REGEX WHAT: a line of the state comes to match.
expect()
{
	rig_wait "$1" grep -qsE "$2" "$state"
	ok $? "$3"
}

settled()
{
	grep -q '^settled 1' "$state" && ! grep -q '^helper [A-Z]' "$state"
}

# serial READER: of the card there.
serial()
{
	sed -n "s/^card \[[^]]* $1\] .* serial=\([0-9]*\) .*/\1/p" "$state"
}

reader_name()
{
	sed -n "s/^card \[\([^]]* $1\)\].*/\1/p" "$state"
}

answered()
{
	grep -c "^answer $1" "$RIG_DIR/answers"
}

# order ORDER...: and wait for its answer, which is left in $answer.
order()
{
	had=$(answered "$1")
	echo "$*" >&7
	rig_wait 20 more_answers "$1" "$had"
	answer=$(grep "^answer $1" "$RIG_DIR/answers" | tail -n 1)
}

more_answers()
{
	[ "$(answered "$1")" -gt "$2" ]
}

child_of()
{
	pgrep -P "$1" | head -n 1
}

fake()
{
	fake=$RIG_DIR/$1.so
	cp "$rig_bin/fakemodule.so" "$fake"
	shift
	printf '%s\n' "$@" >"$fake.conf"
}

# --- readers and cards --------------------------------------------------------

coming_and_going()
{
	rig_insert "$(rig_image ready)"
	desk "$opensc"
	expect 20 '00 00\] ready tokens=[1-9].* err=- .*problems=$' \
	    "a card that was there is read"
	expect 5 '^card .*00 01\] absent ' "an empty reader is shown"
	rig_wait 5 settled
	ok $? "and then all is quiet"
	first=$(serial '00 00')
	certs=$(sed -n 's/^card .*00 00\].* certs=\([0-9]*\) .*/\1/p' "$state")

	rig_pull
	expect 5 '00 00\] absent tokens=0 certs=0' "when it leaves it is gone"
	rig_put
	expect 10 "00 00\] ready .*certs=$certs " "back in, it is read again"
	[ "$(serial '00 00')" != "$first" ]
	ok $? "as another insertion"

	rig_swap "$(rig_image empty)"
	expect 10 '00 00\] ready .*certs=0 ' "swapped, the other card is read"

	rig_insert "$(rig_image other)" 1
	expect 10 '00 01\] ready .*certs=[1-9]' "a card in each reader"

	order reread "$(reader_name '00 01')"
	[ "$answer" = "answer reread -" ]
	ok $? "read afresh when asked"
	rig_remove 1
	order reread "No such reader"
	[ "$answer" = "answer reread READER-GONE" ]
	ok $? "no reader of that name"
	rig_pull
	rig_swap "$(rig_image ready)"
}

fast()
{
	before=$(serial '00 00')
	i=0
	while [ $i -lt 20 ]; do
		rig_tell 0 pull >/dev/null
		rig_tell 0 insert >/dev/null
		i=$((i + 1))
	done
	rig_wait 20 fast_over
	ok $? "twenty times in and out: at the end it is there and read"
}

fast_over()
{
	settled && grep -qE "00 00\] ready .*certs=$certs .*problems=$" \
	    "$state" && [ "$(serial '00 00')" -ge "$before" ]
}

# A card that bounces in its contacts: the reader, which looks every 400 ms,
# does not see it go, and no event comes.
clumsy()
{
	rig_tell 0 pull >/dev/null
	expect 5 '00 00\] absent' "out"
	before=$(serial '00 00')
	rig_tell 0 fault "$1" >/dev/null
	rig_tell 0 insert >/dev/null
	rig_wait 20 back_from "$before"
	ok $? "$2: it is read all the same"
	grep -q 'BOUNCE$' "$RIG_DIR/apdu0"
	ok $? "and it had been lost ($1)"
	: >"$RIG_DIR/apdu0"
	rig_tell 0 clear >/dev/null
}

back_from()
{
	settled && [ "$(serial '00 00')" -gt "$1" ] &&
	    grep -qE "00 00\] ready .*certs=$certs .*problems=$" "$state"
}

mute()
{
	rig_tell 0 pull >/dev/null
	expect 5 '00 00\] absent' "out"
	rig_tell 0 fault mute@3 >/dev/null
	rig_tell 0 insert >/dev/null
	expect 40 '00 00\] (failed|ready .*problems=[A-Z])' \
	    "a card that falls silent ends in a sentence"
	rig_wait 20 settled
	ok $? "and in quiet"
	rig_tell 0 pull >/dev/null
	expect 5 '00 00\] absent' "taken out"
	rig_tell 0 clear >/dev/null
	rig_tell 0 insert >/dev/null
	expect 20 "00 00\] ready .*certs=$certs .*problems=$" \
	    "put back in its senses it is read"
}

pins()
{
	reader=$(reader_name '00 00')
	order login "$reader" 9999
	[ "$answer" = "answer login PIN-WRONG" ]
	ok $? "a wrong PIN is told as such"
	order login "$reader" 1234
	[ "$answer" = "answer login -" ]
	ok $? "the right one opens"
	expect 5 '^token .*verified=1' "and what is private was listed"
	order sign "$reader" 02 1234
	openssl x509 -in "$rig_cards/certs/email.pem" -noout -pubkey \
	    >"$RIG_DIR/pub.pem"
	echo "${answer##* }" | basenc -d --base16 >"$RIG_DIR/sig"
	printf hello | openssl dgst -sha256 -verify "$RIG_DIR/pub.pem" \
	    -signature "$RIG_DIR/sig" >"$RIG_DIR/verify.log"
	ok $? "its key signs"
	order sign "$reader" 02 9999
	[ "$answer" = "answer sign PIN-WRONG " ]
	ok $? "but not with a wrong PIN"
	order sign "$reader" 99 1234
	[ "$answer" = "answer sign CARD-KEY " ]
	ok $? "nor one that is not there"
	grep -qaE '1234|9999' /proc/"$(child_of "$desk")"/cmdline \
	    /proc/"$(child_of "$desk")"/environ
	[ $? = 1 ]
	ok $? "no PIN in arguments or environment"
}

# What another program writes to a card that stays in, no event tells.
written_meanwhile()
{
	rig_insert "$(rig_image empty)" 1
	expect 20 '00 01\] ready .*certs=0 ' "an empty card beside it"
	rig_wait 20 settled
	openssl x509 -in "$rig_cards/certs/email.pem" -outform DER \
	    -out "$RIG_DIR/meanwhile.der"
	within 30 pkcs11-tool --module "$opensc" --slot 4 -l --pin 1234 \
	    --write-object "$RIG_DIR/meanwhile.der" --type cert --id 77 \
	    --label Obcy >"$RIG_DIR/tool.log" 2>&1
	ok $? "another program writes a certificate to it"
	order reread "$(reader_name '00 01')"
	expect 1 '00 01\] ready .*certs=1 ' "read again, it is there"
	order reread "$(reader_name '00 00')"
	order login "$(reader_name '00 00')" 1234
	[ "$answer" = "answer login -" ] && grep -q "00 00\] .*certs=$certs " \
	    "$state"
	ok $? "and the card in the other reader is as it was"
	rig_remove 1
}

# --- the service --------------------------------------------------------------

service()
{
	rig_pcscd_kill
	expect 5 '^pcsc gone PCSC-(LOST|DOWN)' "a service that dies is missed"
	expect 5 '^settled 1' "and waited for in quiet"
	! grep -q '^card ' "$state"
	ok $? "readers went with it"
	rig_pcscd_start
	expect 10 '^pcsc up -' "back, it is noticed"
	rig_insert "$(rig_image ready)"
	expect 20 "00 00\] ready .*certs=$certs .*problems=$" \
	    "and cards are read as before"
}

# --- processes ----------------------------------------------------------------

processes()
{
	super=$(child_of "$desk")
	module=$(child_of "$super")

	kill -KILL "$module"
	expect 5 '^module .* stopped MODULE-CRASHED' \
	    "a module's process that dies is told by name"
	expect 10 '^module .* ready -' "and started again"
	grep -qE "00 00\] (ready|reading) .*certs=$certs " "$state"
	ok $? "what it had read stays"

	module=$(child_of "$super")
	kill -STOP "$module"
	order reread "$(reader_name '00 00')"
	[ "$answer" = "answer reread MODULE-HUNG" ]
	ok $? "one that is silent is given up"
	expect 20 "00 00\] ready .*certs=$certs .*problems=$" \
	    "and its successor reads the card"

	kill -KILL "$super"
	expect 5 '^helper HELPER-DIED' "a card process that is killed is missed"
	rig_wait 20 settled
	ok $? "and started again"
	expect 20 "00 00\] ready .*certs=$certs " "and reads"
	kill -STOP "$(child_of "$desk")"
	expect 10 '^helper HELPER-STUCK' "one that is stopped is ended"
	rig_wait 20 settled
	expect 20 "00 00\] ready .*certs=$certs " "and its successor reads"
}

# Wake-ups of the card process and its modules so far: how often each thread went
# back to sleep, and not how often another took the processor from it.
wakeups()
{
	super=$(child_of "$desk")
	for pid in "$super" $(pgrep -P "$super"); do
		cat "/proc/$pid"/task/*/status
	done | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'
}

# Ten seconds pass without anybody's doing; nothing else can show idleness.
idle()
{
	rig_wait 10 settled
	had=$(wakeups)
	TEST_SLOWNESS=1 rig_wait 10 false
	[ "$(wakeups)" -le $((had + 2)) ]
	ok $? "idle for ten seconds, nothing wakes ($had, $(wakeups))"
}

# --- a new visitor ------------------------------------------------------------

# For another desk, which finds it in its senses and reads it.
read_by_another()
{
	"${abs_top_builddir:?}/okienko" --conf "$RIG_DIR/okienko.conf" card \
	    --json 2>/dev/null |
	    gojq -e '.cards | any(.state == "ready")' >/dev/null
}

has_no_power()
{
	grep -q 'BOUNCE$' "$RIG_DIR/apdu0"
}

# Whoever left it pushed it in clumsily: it had no power at first.
left_behind()
{
	desk "$opensc"
	rig_tell 0 pull >/dev/null
	expect 20 '00 00\] absent' "out, as the reader has noticed"
	desk_end
	: >"$RIG_DIR/apdu0"
	rig_tell 0 fault nopower=1 >/dev/null
	rig_tell 0 insert >/dev/null
	rig_wait 20 has_no_power
	fresh=--fresh
	desk "$opensc"
	fresh=
	expect 20 '00 00\] failed .*err=CARD-LEFT' "a card that was left"
	rig_wait 20 read_by_another
	ok $? "that gets its power only now"
	order reread "$(reader_name '00 00')"
	rig_wait 20 settled && grep -q '00 00\] failed .*err=CARD-LEFT' "$state"
	ok $? "is read for nobody who comes after"
	rig_tell 0 pull >/dev/null
	expect 5 '00 00\] absent' "taken out"
	rig_tell 0 clear >/dev/null
	rig_tell 0 insert >/dev/null
	expect 20 '00 00\] ready ' "and put in again it is"
	desk_end
}

# --- card software ------------------------------------------------------------

# While a module tries to start, at one look.
read_beside()
{
	cp "$state" "$RIG_DIR/look" 2>/dev/null &&
	    grep -q "^module $1 starting" "$RIG_DIR/look" &&
	    grep -q '^card .*00 00\] ready' "$RIG_DIR/look" &&
	    grep -q '^settled 1' "$RIG_DIR/look"
}

bad_modules()
{
	name=$(reader_name '00 00')
	echo text >"$RIG_DIR/text.so"
	fake open
	chmod o+w "$RIG_DIR/open.so"
	fake dies 'crash C_Initialize'
	fake sticks 'hang C_Initialize'
	fake drops "reader $name" 'crash C_FindObjects'
	fake fine 'label Bez czytnika'
	desk "$RIG_DIR/none.so" "$RIG_DIR/text.so" "$RIG_DIR/open.so" \
	    "$RIG_DIR/dies.so" "$RIG_DIR/sticks.so" "$RIG_DIR/drops.so" \
	    "$RIG_DIR/fi*.so" "$opensc"
	expect 5 '^module none.so stopped MODULE-MISSING' "no such file"
	expect 5 '^module text.so stopped MODULE-BAD' "no card software"
	expect 5 '^module open.so stopped MODULE-BAD' "others may write to it"
	expect 5 '^module dies.so stopped MODULE-CRASHED' "dies at its start"
	expect 10 '^module sticks.so stopped MODULE-HUNG' "hangs at its start"
	expect 10 '^module fine.so ready -' "one named by a pattern is fine"
	expect 20 "00 00\] ready .*certs=$certs .*MODULE-CRASHED" \
	    "one that dies over a card does not keep others from it"
	expect 5 '^card \[fine.so#[0-9A-F]*\] ready' \
	    "a token without a reader is shown"
	rig_wait 20 grep -qE '^module drops.so ready' "$state"
	ok $? "and is itself back in the end"
	rig_wait 40 read_beside sticks.so
	ok $? "nobody waits for one that sticks at each start"
	order reread ' '
	[ "$answer" = "answer reread -" ]
	ok $? "tokens without a reader are read afresh"
	desk_end
	! pgrep -f "^[^ ]*okienko-card.*$RIG_DIR" >/dev/null
	ok $? "no process is left"
}

# In the module's own dialog, or on the reader's keys.
cancelled_pin()
{
	fake asks "reader $(reader_name '00 00')" 'fail C_Login 50'
	desk "$RIG_DIR/asks.so"
	expect 20 '00 00\] ready .*problems=$' "a card whose software asks"
	for turn in first second; do
		order login "$(reader_name '00 00')" 1234
		[ "$answer" = "answer login CANCELLED" ]
		ok $? "a PIN that is not given, the $turn time"
	done
	rig_wait 20 settled && grep -q '00 00\] ready .*problems=$' "$state"
	ok $? "is no fault of the software"
	desk_end
}

# What is done through one module's software, the other's does not know of.
two_views()
{
	shared=$RIG_DIR/shared
	mkdir "$shared"
	openssl x509 -in "$rig_cards/certs/email.pem" -outform DER \
	    -out "$shared/cert"
	name=$(reader_name '00 00')
	for view in one two; do
		fake $view "reader $name" "label $view" 'serial 77' removes \
		    "spent $shared/spent" "cert $shared/cert"
	done
	desk "$RIG_DIR/one.so" "$RIG_DIR/two.so"
	shared=
	expect 20 '00 00\] ready tokens=2 certs=1 ' "two modules show one card"
	order login "$name" 9999
	order login "$name" 9999
	expect 10 '^token one.so .* tries=1$' "through one a PIN was wrong twice"
	expect 10 '^token two.so .* tries=1$' "and the other tells it too"
	rig_wait 20 settled
	order login "$name" 1234
	expect 10 '^token two.so .* tries=-1$' "as it tells that it was right"
	rig_wait 20 settled
	order remove "$name" 1234
	[ "$answer" = "answer remove -" ]
	ok $? "a certificate is removed through one"
	rig_wait 20 settled && grep -q '00 00\] ready tokens=2 certs=0 ' "$state"
	ok $? "and the other does not bring it back"
	desk_end
}

# The record is of before; another program spends tries, and no reader tells it.
last_try()
{
	: >"$RIG_DIR/spent"
	fake counts "reader $(reader_name '00 00')" "spent $RIG_DIR/spent"
	desk "$RIG_DIR/counts.so"
	expect 20 '00 00\] ready .*problems=$' "a card with three tries left"
	printf xx >"$RIG_DIR/spent"
	order login "$(reader_name '00 00')" 9999
	[ "$answer" = "answer login PIN-LAST" ]
	ok $? "the last one is not spent without a word"
	expect 5 '^token .*tries=1$' "and before it is, it is shown as such"
	order login "$(reader_name '00 00')" 9999
	[ "$answer" = "answer login PIN-WRONG" ]
	ok $? "whoever saw that may spend it"
	desk_end
}

loose_serials()
{
	sed -n 's/^card \[loose.so#[^]]*\] ready .* serial=\([0-9]*\) .*/\1/p' "$state"
}

two_loose()
{
	loose_serials | sort -u | grep -c . | grep -qx 2
}

# Several tokens that are in no reader: each is a card of its own.
no_reader()
{
	fake loose 'tokens 2'
	desk "$RIG_DIR/loose.so"
	rig_wait 20 settled && two_loose
	ok $? "tokens in no reader are told from each other"
	before=$(loose_serials)
	order reread ' '
	[ "$answer" = "answer reread -" ] && [ "$(loose_serials)" = "$before" ]
	ok $? "and are the same when they are read again"
	desk_end
}

no_module()
{
	fake stranger
	desk "$RIG_DIR/stranger.so"
	expect 20 '00 00\] failed .*err=CARD-UNKNOWN' "nobody knows the card"
	desk_end
	desk "$RIG_DIR/none.so"
	expect 20 '00 00\] failed .*err=MODULE-MISSING' "nobody could be asked"
	desk_end
}

for need in "$opensc" "$rig_bin/fakemodule.so"; do
	[ -e "$need" ] || {
		echo "1..0 # SKIP no OpenSC, or no bad card software"
		exit 0
	}
done
rig_start
coming_and_going
fast
clumsy bounce@1 "contact lost at the first command"
clumsy bounce@3 "contact lost in the middle of a read"
clumsy nopower=2 "no contact when it was to get power"
pins
written_meanwhile
idle
mute
service
processes
desk_end
left_behind
bad_modules
cancelled_pin
two_views
last_try
no_reader
no_module
echo "1..$count"
