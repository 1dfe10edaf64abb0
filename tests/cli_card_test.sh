#!/bin/sh
# The commands that look at cards, on virtual readers and cards: what they say is
# compared with what pkcs11-tool and openssl say of the same card.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
cli_conf=./okienko.conf cli_seconds=100
for tool in gojq openssl opensc-tool pkcs11-tool pcscd; do
	if ! PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done
# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"
# shellcheck source=tests/cli.sh
. "$abs_top_srcdir/tests/cli.sh"
LC_ALL=C.UTF-8
export LC_ALL
unset LANGUAGE

opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)
ready=$(rig_image ready) || exit 99
other=$(rig_image other) || exit 99
hostile=$(rig_image hostile) || exit 99
damaged=$(rig_image damaged) || exit 99
rig_start
cd "$RIG_DIR" || exit 99
printf '[card]\nmodule = %s\n' "$opensc" >okienko.conf

# --- readers without a card -------------------------------------------------------

run 0 'readers' readers
says out 'both readers' 'Virtual PCD 00 01'
run 0 'readers --json' readers --json
asks 'name, state, card' '.readers | length == 2 and
    all(.state == "absent" and .card == null and .pinpad == null) and
    (map(.reader) | index("Virtual PCD 00 00") != null)'
run 3 'card without a card' card
run 3 'card --reader of none' card --reader 'no such reader'
says err 'it says which' 'no such reader'
run 2 'card --timeout of nonsense' card --timeout soon
run 2 'card --timeout of nothing' card --timeout 0

# --- a card ------------------------------------------------------------------------

rig_insert "$ready"
run 0 'card' card
says out 'a certificate' 'qualified signature'
says out 'an expired one' 'expired'
says out 'a key without a certificate' 'key without a certificate'
says out 'the PIN' 'tries left'
run 0 'card --lang pl' card --lang pl --reader '00 00'
says out 'Polish' 'podpis kwalifikowany'
says out 'Polish labels' 'certyfikaty'
if grep -q 'PCD 00 01' out; then bad 'one reader'; else good 'one reader'; fi
run 0 'card --details' card --details
says out 'all fields' 'in decimal'
run 0 'card --json' card --json
cp out card.json
asks 'the contract has its version' '.version == 1 and .pcsc.state == "up"'
asks 'modules' '.modules[0] | .state == "ready" and .name == "opensc-pkcs11.so"'
asks 'two readers, one card' '.cards | length == 2 and
    (map(.state) | sort) == ["absent", "ready"]'

# Object by object with pkcs11-tool.
pkcs11-tool --module "$opensc" -O >objects 2>/dev/null
awk '/^[^ ]/ { on = /^Certificate Object/ } on && $1 == "ID:" { print $2 }' \
    objects | tr a-f A-F | sort >ids.theirs
gojq -r '.cards[].certs[].id' card.json | sort >ids.ours
[ -s ids.theirs ] && cmp -s ids.ours ids.theirs
is 'the certificates that pkcs11-tool lists' $?
differ=
while read -r id; do
	pkcs11-tool --module "$opensc" -r -y cert --id "$id" -o "$id.der" \
	    >/dev/null 2>&1
	openssl x509 -inform DER -in "$id.der" -out "$id.pem" || differ="$differ $id"
	gojq -r --arg id "$id" '.cards[].certs[] | select(.id == $id) |
	    .sha256, .cert.serial, .cert.validity.state' card.json >ours
	{
		sha256sum <"$id.der" | cut -d' ' -f1 | tr a-f A-F
		openssl x509 -in "$id.pem" -noout -serial | cut -d= -f2
		now=$(date +%s)
		from=$(date -d "$(openssl x509 -in "$id.pem" -noout -startdate |
		    cut -d= -f2)" +%s)
		to=$(date -d "$(openssl x509 -in "$id.pem" -noout -enddate |
		    cut -d= -f2)" +%s)
		if [ "$from" -gt "$now" ]; then
			echo not-yet-valid
		elif [ "$to" -lt "$now" ]; then
			echo expired
		else
			sed -n 3p ours | grep -xE 'valid|ending'
		fi
	} >theirs
	cmp -s ours theirs || differ="$differ $id"
done <ids.theirs
[ -z "$differ" ]
is "each is the one that openssl reads$differ" $?
asks 'keys without a certificate are orphans' '[.cards[].keys[] |
    select(.cert == null or .cert == -1)] | length == 1'
asks 'purposes and validity inside each certificate' \
    '[.cards[].certs[].cert] | length > 4 and
    all((.purposes | length) == 6 and .validity.state != "" and
    .listed_as != "" and has("authority"))'

run 0 'readers --json with a card' readers --json
asks 'the card is named' '.readers | map(select(.card != null)) | length == 1'

# --- an order beside it ----------------------------------------------------------------

# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"
if command -v curl >/dev/null && office_start "$RIG_DIR/office"; then
	mkdir orders
	office_conf "$RIG_DIR/orders"
	printf '[card]\nmodule = %s\n[registry]\nremember = no\n' "$opensc" \
	    >>orders/okienko.conf
	cli_conf=orders/okienko.conf
	run 0 'order --card' order "$(office_number ready)" --card
	says out 'it fits' 'fits this card'
	run 1 'order --card --json' order "$(office_number other-card)" --card \
	    --json
	asks 'an order of another card and holder' '.orders[0].cards |
	    length == 1 and (.[0].fits | not) and .[0].differences ==
	    ["other-card", "other-holder", "other-serial"]'
	run 1 'order --reader' order "$(office_number other-serial)" \
	    --reader '00 00'
	says out 'the renewed one is not there' 'that the order renews is not on'
	run 3 'order --reader of none' order "$(office_number ready)" \
	    --reader 'no such reader'
	says out 'it is told all the same' 'to be collected'
	office_stop
	cli_conf=./okienko.conf
else
	skip 'an order beside it' 'curl is not installed'
fi

rig_insert "$hostile"
run 0 'a card made to do harm' card --details
harmless 'it does not reach the terminal' out err
run 0 'the same in JSON' card --json
harmless 'nor does it there' out err
rig_insert "$damaged"
run 1 'a card with a damaged certificate' card
says out 'shows those that are whole' 'Dobry'
says out 'and that there are others' 'there is more on it'

# --- watch ---------------------------------------------------------------------------

rig_insert "$ready"
"$okienko" --conf ./okienko.conf watch >out 2>err </dev/null &
watch=$!
"$okienko" --conf ./okienko.conf watch --json >lines 2>errs </dev/null &
watch_json=$!
# told N TEXT: watch has said it N times, in words and in JSON.
told() {
	[ "$(grep -c "$2" out)" -ge "$1" ] && [ "$(grep -c "$3" lines)" -ge "$1" ]
}
rig_wait 30 told 1 'card read' '"card-read"'
is 'watch begins with what is there' $?
rig_pull
rig_wait 30 told 1 'card taken out' '"card-removed"'
is 'watch sees a card go' $?
rig_put
rig_wait 30 told 2 'card read' '"card-read"'
is 'watch sees it come back' $?
rig_swap "$other"
rig_wait 30 told 3 'card read' '"card-read"'
is 'watch sees another card' $?
rig_pcscd_kill
rig_wait 30 told 1 'card service missing' '"service-gone"'
is 'watch sees pcscd die' $?
rig_pcscd_start
rig_wait 30 told 2 'card service found' '"service-up"'
is 'watch sees pcscd return' $?
kill -INT "$watch"
wait "$watch"
is 'Ctrl-C is its ordinary end' $?
kill -TERM "$watch_json"
wait "$watch_json"
[ $? -eq 143 ]
is 'SIGTERM is seen by the shell' $?
gojq -s -e 'all(.time != "" and .event != "" and has("where")) and
    all(select(.event == "card-read") | .card.certs | length > 0)' lines \
    >/dev/null
is 'each line is an object' $?

# It ends at the first thing that happens after its reader has gone.
{
	within 60 "$okienko" --conf ./okienko.conf watch 2>err
	echo $? >code
} | head -n 1 >out &
rig_wait 30 test -s out
rig_insert "$ready"
rig_pull
rig_wait 30 test -s code && [ "$(cat code)" = 5 ] && [ ! -s err ]
is 'watch ends quietly when nobody reads' $?

# Two tokens in no reader, called the same; and then the card process ends.
for soft in soft1 soft2; do
	cp "$rig_bin/fakemodule.so" $soft.so
	echo 'label Bez czytnika' >$soft.so.conf
	printf '[card]\nmodule = %s\n' "$RIG_DIR/$soft.so"
done >soft.conf
"$okienko" --conf ./soft.conf watch --json >lines 2>errs </dev/null &
watch=$!
# loose N EVENT: of tokens without a reader that has been told N times.
loose() {
	[ "$(gojq -r 'select(.where == "Bez czytnika") | .event' lines |
	    grep -cx "$2")" -ge "$1" ]
}
rig_wait 30 loose 2 card-read
is 'watch sees both of two tokens that are called the same' $?
kill -KILL "$(pgrep -P "$watch" -f okienko-card)"
rig_wait 30 loose 2 card-removed
is 'and sees both go' $?
! loose 1 reader-removed && gojq -s -e 'any(.event == "reader-removed")' lines \
    >/dev/null
is 'but no reader unplugged that was none' $?
kill -INT "$watch"
wait "$watch"

# --- trouble ---------------------------------------------------------------------------

rig_insert "$ready"
run 0 'doctor' doctor
says out 'the card' 'certificates'
run 0 'doctor --json' doctor --json
asks 'every check has a verdict and a sentence' '.findings |
    (map(.check) | unique | length) == 26 and all(.sentence != "" and
    (.verdict == "ok" or .mend != null))'
asks 'service, access, module, reader, card are well' '.findings |
    map(select(.check == "service" or .check == "access" or
    .check == "modules" or .check == "readers" or .check == "cards")) |
    length >= 5 and all(.verdict == "ok")'
run 0 'doctor of one chain' doctor card-read-error --json --save ./report.txt
asks 'nothing on it is broken' '.broken == null and
    (.findings | map(.check) | index("key") > index("pin"))'
[ "$(stat -c %a report.txt)" = 600 ] && grep -q 'Virtual PCD' report.txt &&
    ! grep -qiE 'kowalsk|łęck|@' report.txt
is 'a report for support names nobody' $?
run 5 'the report is not written over' doctor card-read-error \
    --save ./report.txt
says err 'since it is there' EXISTS
run 2 'doctor of no chain' doctor everything
run 0 'doctor in Polish' doctor --lang pl
says out 'it is Polish' 'usługa kart'
printf '[desk]\ntheme = pink\n[card]\nmodule = %s\n' "$opensc" >mistake.conf
run 1 'doctor with a mistake in the settings' doctor --conf ./mistake.conf
says out 'the line is named' 'mistake.conf:2:'
cp okienko.conf open.conf
chmod o+w open.conf
run 1 'doctor with settings open to others' doctor --conf ./open.conf
says out 'it is named' 'can be changed by others'

printf '[card]\nmodule = %s\nmodule = /nowhere/module.so\n' "$opensc" \
    >missing.conf
run 4 'card with a module that is not there' card --conf ./missing.conf
says err 'it is named' '/nowhere/module.so'
says out 'the other goes on' 'qualified signature'

run 0 'readers with a card' readers --json
asks 'none is said to have keys' '.readers[] |
    select(.reader == "Virtual PCD 00 00") | .pinpad == false'
cp "$rig_bin/fakemodule.so" keys.so
printf '%s\n' 'reader Virtual PCD 00 00' 'flags 100' >keys.so.conf
printf '[card]\nmodule = %s\n' "$RIG_DIR/keys.so" >keys.conf
run 0 'readers with keys' readers --json --conf ./keys.conf
asks 'it is said of that one alone' '[.readers[] | .pinpad] | sort == [null, true]'

rig_tell 0 delay 700 >/dev/null
rig_pull
rig_put
run 4 'a card slower than we wait' card --timeout "$TEST_SLOWNESS"
says err 'that is told' TIMEOUT
says out 'what is known is shown' 'Virtual PCD 00 00'
"$okienko" --conf ./okienko.conf card >out 2>err </dev/null &
slow=$!
# Its signals are its own once the card process runs.
rig_wait 30 pgrep -P "$slow" >/dev/null
kill -INT "$slow"
wait "$slow"
[ $? -eq 130 ]
is 'Ctrl-C while a card is read' $?
rig_tell 0 delay 0 >/dev/null

rig_pcscd_kill
run 4 'card without pcscd' card
says err 'that is told' PCSC-
run 4 'readers without pcscd' readers
run 4 'card --json without pcscd' card --json
asks 'its state is told' '.pcsc.state == "gone" and (.pcsc.err.code |
    startswith("PCSC-")) and .cards == []'
run 1 'a chain without pcscd' doctor card-read-error --json
asks 'it ends where it is broken' '.broken == "service" and
    (.findings[-1] | .check == "service" and .verdict == "wrong" and
    .turn == "keeper")'
run 1 'doctor without pcscd' doctor --json
asks 'the service is wrong, the rest cannot be told' '.findings |
    any(.check == "service" and .verdict == "wrong" and .mend != "") and
    all(select(.check == "readers" or .check == "access") |
    .verdict == "unknown")'

cli_done
