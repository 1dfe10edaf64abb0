#!/bin/sh
# A revocation on the command line: a dry run that leaves everything as it was,
# doing it, one case a certificate, numbers that were typed, refusals, papers,
# statuses that cannot be had; their answers, exit codes and bad cases.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 99
HOME=$scratch
LC_ALL=C.UTF-8
export HOME LC_ALL
unset LANGUAGE XDG_DATA_HOME XDG_CACHE_HOME
cli_conf=conf
cli_seconds=60
# shellcheck source=tests/cli.sh
. "$abs_top_srcdir/tests/cli.sh"
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"

for tool in gojq sqlite3; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	}
done

printf '[registry]\npath = %s/r.db\n' "$scratch" >conf
mkdir authorities.d
# The key of COPE PRZYKŁAD in the registry of made-up people.
cat >authorities.d/sample.conf <<'CONF'
[authority]
name = Urząd Próbny
[recognise]
key_id = 434F50452050525A594BC5814144000000000000
[revocation]
channel = telephone
channel = form
suspension = yes
suspension_days = 7
without_proof = suspend
[telephone]
number = 22 100 00 00
hours = daily 00:00-24:00
[form]
email = urzad@example.org
CONF
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout key -out ca.pem -days 30 -subj '/C=PL/CN=Urzad Nieznany' \
    2>/dev/null

serial=2129AFF24BF8E36A598C842576823911
all="--who holder --proof document --reason lost"

# --- a dry run
run 3 'a number without a registry' revoke $serial
[ ! -e r.db ]
is 'makes none' $?
timeout 60 "$abs_top_builddir/tests/bin/fillreg" "$scratch/r.db" || exit 99
cp -p r.db before.db
run 1 'a dry run that lacks answers' revoke $serial
says out 'tells the holder' 'Jan Kowalski'
says out 'tells what is still to be said' --who
# shellcheck disable=SC2086 # words
run 0 'a dry run' revoke $all $serial
says out 'tells which way it would go' telephone
says out 'and that nothing was done' 'Nothing has been done'
# shellcheck disable=SC2086
run 0 'the same as JSON' revoke --json $all "2129 AFF2 4BF8 E36A" 598C 8425 7682 3911
asks 'with channel and certificate' '.dry and .channel == "telephone" and
    .certificate.serial == "2129AFF24BF8E36A598C842576823911" and
    .obstacle == null'
# shellcheck disable=SC2086
run 0 'a dry run by another way' revoke --json $all --channel form $serial
asks 'tells that one' '.dry and .channel == "form"'
run 1 'a way that this authority has not' revoke --channel cmp $serial
says err 'is said' CASE-STATE
run 2 'a way that is none' revoke --channel pigeon $serial
cmp -s r.db before.db && [ "$(stat -c %Y r.db)" = "$(stat -c %Y before.db)" ]
is 'a dry run writes not a byte' $?
run 0 'the list of cases' cases --json
asks 'is empty' '.cases == []'

# --- refusals
# shellcheck disable=SC2086
run 2 'wrong digits' revoke $all --confirm 0000 $serial
says err 'are said' LAST-FOUR
run 2 'digits without answers' revoke --confirm 3911 $serial
# shellcheck disable=SC2086
run 2 'an unknown reason' revoke --reason bored $serial
run 2 'a day to come' revoke --lost '2999-01-01' $serial
run 2 'a day that is none' revoke --lost '2026-02-30' $serial
run 2 'no certificate' revoke
run 3 'a number nobody knows' revoke 123456789A
says err 'is not known' NOT-FOUND
run 0 'nothing was begun by all that' cases --json
asks 'not even a draft' '.cases == []'
# --- given up
# What came to a process has been taken by it.
taken() {
	! grep -q '^ShdPnd:.*[4-7c-f]...$' "/proc/$1/status"
}

# Its work, a thread of its own, has come to the lock: it sleeps again and again.
waits() {
	for task in "/proc/$1/task"/*; do
		[ "${task##*/}" = "$1" ] || ! grep -qsE \
		    '^voluntary_ctxt_switches:.*[1-9][0-9]$' "$task/status" ||
		    return 0
	done
	return 1
}

# stopped NAME COMMAND...: asked to stop while another desk writes.
stopped() {
	name=$1
	shift
	mkfifo words
	sqlite3 r.db <words >held &
	writer=$!
	exec 9>words
	echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
	wait_until 20 grep -q 1 held
	"$okienko" --conf conf "$@" >out 2>err 9>&- &
	pid=$!
	wait_until 20 waits $pid
	kill -TERM $pid
	wait_until 20 taken $pid
	exec 9>&-
	wait $writer
	reap 20 $pid
	[ $? -eq 143 ]
	is "$name ends by that signal" $?
	rm words held
}
# shellcheck disable=SC2086
stopped 'a revocation' revoke $all --confirm 3911 $serial
run 0 'the list of cases' cases --all --json
asks 'has none of it, not even a draft' '.cases == []'
stopped 'an erasure' privacy erase --row 1 --confirm 3911 --reason 'art. 17'
run 0 'the certificate' find $serial

# --- what would not be done
run 1 'a dry run for somebody who was not checked' revoke --json --who holder \
    --proof none --reason lost $serial
asks 'tells that this authority minds' '.obstacle | test("was checked")'
# shellcheck disable=SC2086
run 1 'a dry run of lifting what was never suspended' lift --json $all $serial
asks 'tells so' '.obstacle | test("is not suspended")'
# shellcheck disable=SC2086
run 1 'a dry run of suspending what is revoked' suspend --json $all 77F0C0FFEE
asks 'tells that too' '.obstacle | test("is revoked already")'
run 1 'nobody checked, where the authority minds' revoke --who holder \
    --proof none --reason lost --lost 2026-01-01 --confirm 3911 $serial
says err 'is refused, with what to do instead' PROOF-NEEDED
run 0 'the draft that this left' cases --json
number=$(gojq -r '.cases[0].number' out)
run 0 'has' case --json "$number"
asks 'what was said' '.state == "draft" and
    (.answers.lost_at | test("^2026-01-01|^2025-12-31"))'
run 1 'the same again, and not since when' revoke --who holder \
    --proof none --reason lost --confirm 3911 $serial
run 0 'leaves' case --json "$number"
asks 'that to be not known' '.state == "draft" and .answers.lost_at == null'
# shellcheck disable=SC2086
run 0 'a dry run beside the draft that this left' revoke --json $all $serial
asks 'has nothing in its way' '.obstacle == null'

# --- doing it
# shellcheck disable=SC2086
run 0 'with the right digits' revoke --json $all --lost '2026-01-02 10:00' \
    --note 'in the tram' --confirm 3911 $serial
asks 'a case, complete' '.number == "2026/0001" or (.number | length) > 5'
number=$(gojq -r .number out)
run 0 'another way, for this one case' case --channel form --json "$number"
asks 'is kept in it' '.channel.id == "form" and .state == "queued"'
run 1 'one that is not configured' case --channel ejbca "$number"
run 0 'the list of cases' cases --json
asks 'has it, queued' '[.cases[] | select(.state == "queued" and
    .action == "revoke" and .holder == "Jan Kowalski")] | length == 1'
run 0 'registry info' registry info --json
asks 'counts it' '.open_cases == 1'
run 0 'cases for people' cases
says out 'with its number' "$number"
# shellcheck disable=SC2086
run 1 'once more' revoke --json $all --confirm 3911 $serial
asks 'is the same case' ".existing and .number == \"$number\""
run 0 'a case' case "$number"
says out 'with what was noted' 'in the tram'
run 0 'a case as JSON' case --json "$number"
asks 'has its history' '.events | length >= 3'
run 3 'another that is not there' case 2001/9999
says err 'is not there' NO-CASE

# --- after a suspension
# shellcheck disable=SC2086
run 0 'a suspension' suspend --json $all --confirm AA01 0D3177F0AA01
suspension=$(gojq -r .number out)
run 0 'which people accept' case --told accepted "$suspension"
# shellcheck disable=SC2086
run 1 'a dry run of revoking it' revoke --json $all 0D3177F0AA01
asks 'tells of that case' '.obstacle | test("is open already")'
# As an answer of the authority's would have it.
sqlite3 r.db "INSERT INTO case_event SELECT case_id, max(seq) + 1, max(at),
    origin, 'status', '{\"status\":\"suspended\",\"by\":\"crl\"}'
    FROM case_event WHERE case_id = (SELECT max(id) FROM cases);
    UPDATE cases SET state = 'published' WHERE id =
    (SELECT max(id) FROM cases)" || bad 'the suspension is proved'
# shellcheck disable=SC2086
run 0 'a dry run of revoking what is suspended, and proved' revoke --json \
    $all 0D3177F0AA01
asks 'has nothing in its way' '.obstacle == null'
# shellcheck disable=SC2086
run 0 'and the revocation' revoke --json $all --confirm AA01 0D3177F0AA01
asks 'goes on' '(.existing | not) and .action == "revoke"'
run 0 'and is withdrawn' case --withdraw test "$(gojq -r .number out)"

# --- with people
run 0 'what to read aloud' case --script "$number"
says out 'has the number to call' '22 100 00 00'
run 0 'a note' case --note 'called twice' "$number"
run 0 'nobody answered' case --told nobody "$number"
run 0 'the form' case --form form.pdf "$number"
head -c 4 form.pdf | grep -q %PDF
is 'is a page' $?
[ "$(stat -c %a form.pdf)" = 600 ]
is 'for its maker alone' $?
run 0 'cases for people' cases
says out 'do not say that anybody has it' "3911  a form was made"
run 0 'cases in Polish' --lang pl cases
says out 'neither' 'sporządzono formularz'
run 5 'the form again' case --form form.pdf "$number"
run 0 'accepted by telephone' case --told accepted --whom 'Pani Maria' \
    --json "$number"
asks 'is accepted' '.state == "accepted"'
run 2 'another outcome' case --told perhaps "$number"
run 1 'asked now' case --ask --json "$number"
asks 'is not proved: nothing says where to ask' '.state == "accepted"'
run 1 'closing what is not proved' case --close "$number"
says err 'cannot be done' CASE-STATE

# --- typed
# shellcheck disable=SC2086
run 1 'a number with its issuer' suspend --json $all --issuer ca.pem 1234ABCD
asks 'is taken as typed' '.typed and .certificate.how == "typed" and
    .channel == null'
# shellcheck disable=SC2086
run 0 'and suspended' suspend --json $all --issuer ca.pem --confirm ABCD \
    1234ABCD
number=$(gojq -r .number out)
run 0 'withdrawn again' case --withdraw 'found it' --json "$number"
asks 'is withdrawn' '.state == "withdrawn"'
run 0 'all cases' cases --all --json
asks 'are four, three of them over' \
    '[.cases[] | .open] == [true, false, false, false]'
run 0 'a row' revoke --json --row 2 --who holder --proof document \
    --reason lost
asks 'is its certificate' '.certificate.row == 2'

# --- a number alone does not tell whose it is, where that is restricted
run 0 'a restricted certificate' privacy restrict --row 5 --reason 'art. 18'
for which in '--row 5' A1B2C3D4E5F6; do
	# shellcheck disable=SC2086 # words
	run 1 "a dry run of $which" revoke $all $which
	says out 'has its number' 'A1B2 C3D4 E5F6'
	says out 'says why it has no name' 'processing of this person'
	! grep -q Zawieszona out
	is 'and has none' $?
	# shellcheck disable=SC2086 # words
	run 1 'as JSON' revoke --json $all $which
	asks 'the same' '.certificate | .serial == "A1B2C3D4E5F6" and
	    .restricted and .holder == null and .identifier == null'
done
# shellcheck disable=SC2086 # words
run 0 'its revocation' revoke --json $all --confirm E5F6 --row 5
asks 'is begun all the same, and has the name' '.certificate.holder == "Ewa Zawieszona"'
run 0 'its case' case --withdraw 'a test' "$(gojq -r .number out)"

# --- more than are told
run 0 'as many cases as are told' cases --all --json
asks 'are all there are' '.cut == false'
sqlite3 r.db "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k
    WHERE i < 10000) INSERT INTO cases (uid, year, n, cert, action, state, open,
    due, deadline, opened_at, lease_until, changed) SELECT 'many' || i, 1999, i,
    cert, action, 'closed', 0, 0, 0, opened_at, 0, changed FROM k, (SELECT * FROM
    cases WHERE open = 0 LIMIT 1);"
run 0 'too many cases' cases --all --json
asks 'are cut, which is said' '.cut and (.cases | length) == 10000'
run 0 'too many cases for people' cases --all
says err 'are more than are told' 'There are more than are told'

# --- statuses
run 1 'a status that nobody can be asked for' status $serial
says err 'says so' NO-STATUS
run 3 'the status of a number nobody knows' status 123456789A
mv r.db.key away.key
run 5 'a status without the registry that knows the number' status $serial
says err 'says what is wrong with that' REGISTRY-KEY
mv away.key r.db.key

cli_done
