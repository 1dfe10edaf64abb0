#!/bin/sh
# The registry on the command line: finding, documents, bringing in and out,
# keeping the file, persons' rights; their answers, exit codes and bad cases.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
okienko=$abs_top_builddir/okienko
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"
scratch=$(mktemp -d) || exit 99
open=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch" "$open"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 99
HOME=$scratch
LC_ALL=C.UTF-8
export HOME LC_ALL
unset LANGUAGE XDG_DATA_HOME
printf '[registry]\npath = %s/r.db\n' "$scratch" >conf

n=0
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -c 2000 out err 2>/dev/null | sed 's/^/# /'
	fi
}

# run CODE NAME ARGUMENTS...: the exit code is the test; input from "in".
: >in
run() {
	want=$1
	name=$2
	shift 2
	timeout 60 "$okienko" --conf conf "$@" >out 2>err <in
	got=$?
	[ "$got" -eq "$want" ]
	result $? "$name ends with $want (was $got)"
	: >in
}

# says FILE NAME TEXT; lacks likewise.
says() {
	grep -qF -e "$3" "$1"
	result $? "$2"
}

lacks() {
	! grep -qF -e "$3" "$1"
	result $? "$2"
}

# json NAME FILTER: the answer is JSON of which the filter is true.
json() {
	gojq -e "$2" out >/dev/null 2>&1
	result $? "$1"
}

chmod 755 "$open"
for tool in gojq script setpriv; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	}
done

run 3 'find without a registry' find kowalski
says err 'says that there is none' NO-REGISTRY
[ ! -e r.db ]
result $? 'and makes none'
timeout 60 "$abs_top_builddir/tests/bin/fillreg" "$scratch/r.db" || exit 99

# --- finding
run 0 'a name' find kowalski
says out 'with its serial number' '2129 AFF2 4BF8 E36A 598C 8425 7682 3911'
says out 'in decimal too' '14506 11681 9457'
says out 'the identifier masked' 'PESEL 90******836'
run 0 'a name as JSON' find --json kowalski
json 'has hits, each with a row and why' '.hits | length >= 2 and
    all(.[]; .row > 0 and .why != "" and .serial != "")'
json 'says what the line was taken for' '.taken_for | index("name")'
printf '90090515836\n' >in
run 0 'a PESEL on standard input' find --json -
json 'finds its one certificate' '[.hits[].serial] == ["0D3177F0AA01"]'
lacks out 'and does not say it' 90090515836
run 0 'a fragment of a number' find --json C0FFEE
run 0 'a filter' find --json --revoked zolc
json 'keeps the revoked one' '.hits[0].state == "revoked"'
run 3 'a filter that leaves nothing' find --valid zolc
says out 'which is said' 'Nothing found'
says out 'with the filter' 'fit this: --valid.'
says out 'and where else it may be' 'The mail program or browser'
run 3 'an issuer that is none' find --suspended --issuer 'nie ma' kowalski
says out 'is named' 'fit this: --suspended, --issuer nie ma.'
run 3 'a year of no certificate' find 'kowalski 1980'
says out 'is said to be one' 'fit this: the date or year among the words.'
run 3 'nobody of that name' find qqqq
lacks out 'is not for a filter' 'fit this'
run 2 'find without words' find

# --- documents
openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out c.pem -days 30 \
    -subj '/CN=Osoba Z Dokumentu' -addext basicConstraints=CA:FALSE 2>/dev/null
echo umowa | openssl cms -sign -signer c.pem -inkey key -outform DER \
    -nodetach -out umowa.p7m
serial=$(openssl x509 -in c.pem -noout -serial | cut -d= -f2)
run 0 'find --in' find --in --json umowa.p7m
json 'tells the signer' ".files[0].scraps[0].role == \"signer\" and
    .files[0].scraps[0].serial == \"$serial\""
run 0 'and remembers it if told to' find --in --remember umowa.p7m
says out 'says so' 'Remembered.'
awk '/^1[.] Osoba/ { name = NR } /^ *place / { place = NR }
    /Remembered/ { said = NR } END { exit !(name && place && said > place) }' out
result $? 'below the certificate that it is about'
run 0 'once more, as JSON' find --in --remember --json umowa.p7m
json 'it is known' '.files[0].scraps[0].remembered == "known"'
run 0 'for people' find --in umowa.p7m
says out 'it is said that the signature was not checked' \
    'whether the signatures themselves are right was not checked'
says out 'and how it is remembered' 'With --remember what was found'
says out 'and revoked' 'okienko revoke and the serial number'
run 0 'what nobody signed' find --in --remember c.pem
lacks out 'has no signature to be checked' 'signatures themselves'
lacks out 'and is not offered to be remembered once more' 'With --remember'
run 0 'then it is found by name' find --json 'osoba dokumentu'
json 'out of a document' '.hits[0].how == "document"'
openssl pkcs12 -export -in c.pem -inkey key -passout pass:tajne -out z.p12
run 6 'a locked file without a terminal' find --in z.p12
says err 'says that it is locked' PASSWORD-NEEDED
lacks err 'and not that a password was wrong' WRONG-PASSWORD
run 6 'the same as JSON' find --in --json z.p12
json 'says the same' '[.files[0].problems[].id] == ["PASSWORD-NEEDED"]'
for command in 'find --in' cert; do
	# shellcheck disable=SC2086 # words
	run 3 "$command with an empty name" $command ''
	says err 'says which is not there' 'There is no file "".'
done
run 3 'a document that is not there' find --in none.pdf
printf 'nothing' >plain.txt
run 1 'a document that names nobody' find --in plain.txt
says err 'says so' NO-SCRAP
run 3 'one that is not there, as JSON' find --in --json none.pdf umowa.p7m
json 'is told beside the other' '(.files | length) == 1 and
    [.problems[].id] == ["NO-FILE"]'
for filter in --valid --qualified '--issuer COPE' '--reason court'; do
	# shellcheck disable=SC2086 # words
	run 2 "find --in with $filter" find --in $filter umowa.p7m
done
run 2 'find --remember without --in' find --remember kowalski

# Who issued to himself stands as the issuer too; numbers and addresses of persons
# stand where they belong and where they do not.
openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem \
    -days 30 -subj "/serialNumber=PNOPL-85021456786/UID=91020344441\
/emailAddress=samo@sekret.example/CN=Jan Sam 79010123454" \
    -addext basicConstraints=CA:FALSE 2>/dev/null
secrets='85021456786|91020344441|79010123454|samo@'
for command in 'find --in' cert; do
	# shellcheck disable=SC2086 # words
	timeout 60 "$okienko" --conf conf $command self.pem >out 2>err <in
	says out "$command tells whose it is" 'Jan Sam'
	! grep -E "$secrets" out err
	result $? "$command shows no number or address of a person"
done
timeout 60 "$okienko" --conf conf cert --whole self.pem >out 2>err <in
[ "$(grep -cE "$secrets" out)" -ge 3 ]
result $? 'cert --whole shows them'

# A folder of somebody else's is not to be opened: not by root, who opens all.
as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
mkdir -p "$open/docs/closed"
cp umowa.p7m "$open/docs"
: >"$open/conf"
chmod 000 "$open/docs/closed"
if as_nobody test -x "$okienko"; then
	(cd "$open" && HOME=$open && as_nobody timeout 60 "$okienko" --conf \
	    conf find --in --json docs) >out 2>err </dev/null
	says err 'a folder that cannot be opened is told' \
	    'folders in it that cannot be opened: 1'
	json 'in the JSON too, beside what was found' '[.problems[].id] ==
	    ["IO"] and (.files | length) == 1'
else
	for name in told 'in the JSON too'; do
		n=$((n + 1))
		echo "ok $n - $name # SKIP nobody else may run $okienko"
	done
fi

# typed TEXT COMMAND...: in a terminal, the keys once it asks; its end in $got.
typed() {
	keys=$1
	shift
	rm -f keys seen
	mkfifo keys
	timeout 20 script -qefc "'$okienko' --conf conf $*" seen <keys \
	    >/dev/null 2>err &
	exec 9>keys
	[ -z "$keys" ] || wait_until 15 grep -qs 'Password for' seen
	# shellcheck disable=SC2059 # its escapes are meant
	printf "$keys" >&9
	wait $!
	got=$?
	exec 9>&-
	cp seen out
}
cp z.p12 y.p12
typed '\003' find --in y.p12 z.p12
[ "$got" -eq 6 ] && [ "$(grep -c 'Password for' seen)" -eq 1 ]
result $? 'Ctrl-C at a password is the end of all questions'

# --- in and out
run 2 'an export without a reason' export
says err 'asks for one' REASON-NEEDED
run 0 'an export' export --reason 'yearly check' list.csv
says list.csv 'holds the serial numbers' 77F0C0FFEE
lacks list.csv 'and no identifier in clear' 90090515836
[ "$(stat -c %a list.csv)" = 600 ]
result $? 'and is for its maker alone'
run 5 'the same file again' export --reason x list.csv
says err 'is left alone' EXISTS
echo half >again.csv.part
run 0 'an export after one that was killed' export --reason x again.csv
cmp -s list.csv again.csv && [ ! -e again.csv.part ]
result $? 'is whole, and nothing is left of the other'
rm -f again.csv
run 0 'an export as JSON' export --json --reason x
[ "$(head -n 1 out | gojq -r .serial)" != null ]
result $? 'is an object a line'
run 2 'an export as JSON and CSV' export --json --format csv --reason x
typed '' export --reason x
[ "$got" -eq 2 ] && grep -q 'give a FILE' seen && ! grep -q 77F0C0FFEE seen
result $? 'an export does not go to a terminal'
run 0 'an import of what was exported' import --json list.csv
json 'changes nothing' '.files[0].added == 0 and .files[0].records > 0'
printf 'serial,issuer\nZZ,CN=Urzad\n' >bad.csv
run 1 'a list with a bad line' import bad.csv
says err 'names file and line' 'bad.csv:2:'
echo 01 >crlnumber
cat >ca.cnf <<'END'
[ca]
default_ca = main
[main]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 1
END
printf 'R\t300101120000Z\t260101120000Z\t0A02\tunknown\t/CN=X\n' >index.txt
openssl ca -config ca.cnf -gencrl -keyfile key -cert c.pem -out list.crl \
    -crl_lastupdate 20250101000000Z -crl_nextupdate 20250102000000Z 2>err
result $? 'a revocation list that is outdated'
run 0 'its import' import list.crl
says out 'says that its signature was not checked' 'was not checked, since'
says out 'that a newer one should be out' 'A newer list should be out by now.'
says out 'and that it concerns nothing here' \
    'list.crl: 1 entry concerns nothing in the registry'
run 0 'the same as JSON' import --json list.crl
json 'says so too' '.files[0].notes == ["not-verified", "old"] and
    .files[0].elsewhere == 1'
mkdir -p "deep$(printf '/%s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)"
run 1 'a folder that is too deep' import --json deep
says err 'is told' 'deep: Some folders lie too deep and were left out.'
json 'in the JSON too' '.files[0].notes == ["deep"]'
mkdir linked && ln -s ../list.csv linked/a && ln -s / linked/b
run 1 'a folder of links' import --json linked
says err 'they are told' 'linked: 2 links were left out; links in a folder are not followed'
json 'and counted in the JSON' '.files[0].links == 2 and .files[0].records == 0'

known() {
	timeout 60 "$okienko" --conf conf find --json "$1" >seen 2>&1
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out pipe.pem -days 30 \
    -subj '/CN=Rura Przerwana' 2>/dev/null
mkfifo pipe
timeout 60 "$okienko" --conf conf import - <pipe >out 2>err &
exec 9>pipe
{ cat pipe.pem; yes 'nothing of note' | head -n 20000; } >&9
wait_until 15 known 'rura przerwana' && kill $!
wait $!
got=$?
exec 9>&-
grep -qx 'What was read so far is kept.' err && known 'rura przerwana'
result $? 'a pipe that is interrupted: what was read is kept and no more promised'
run 2 'an unknown kind' import --kind frobnicate list.csv
run 3 'an import of nothing' import none.csv

# --- the file
run 0 'registry check' registry check --json
json 'finds all of it good' '.findings | length >= 4 and all(.[]; .good)'
run 0 'registry info' registry info --json
json 'counts' '.certificates == 8 and .journal > 0 and .open_cases == 0'
run 0 'registry backup' registry backup b.db
run 5 'a second one of that name' registry backup b.db
run 2 'registry backup without a file' registry backup
run 2 'registry with another word' registry frobnicate
for max in abc 0 -1 5x 99999999999999999999; do
	run 2 "$max entries of the journal" registry journal --max $max
done
run 0 'registry journal' registry journal --json
json 'has the export with its reason' '[.entries[] |
    select(.action == "export" and .why == "yearly check")] | length == 1'

# --- rights
run 0 'the row to act on' find --json 0D3177F0AA01
row=$(gojq '.hits[0].row' out)
run 2 'access without a reason' privacy access --row "$row"
run 0 'access' privacy access --row "$row" --reason 'art. 15' --json
says out 'shows the certificate' 0D3177F0AA01
printf '90090515836\n' >in
run 0 'access by a PESEL that was read' privacy access --reason 'art. 15'
says out 'shows the same' 0D3177F0AA01
run 0 'access in Polish' privacy access --row "$row" --reason 'art. 15' \
    --lang pl
says out 'speaks so that the person understands' 'numer seryjny: 0D3177F0AA01'
says out 'of what was done too' 'co zrobiono: wgląd'
! grep -E '^ *(first|last|not|known|account|issuer|journal|entry|what|action)' out
result $? 'and says no name that is for programs'
run 0 'the journal in Polish' registry journal --lang pl
says out 'says what was done' '  wgląd  '
run 2 'access to nobody' privacy access --reason 'art. 15'
run 0 'rectify' privacy rectify --row "$row" --holder 'Jan Kowalski-Nowy' \
    --reason 'art. 16'
run 0 'the new name' find --json 'kowalski-nowy'
json 'is found' ".hits[0].row == $row"
run 0 'restrict' privacy restrict --row "$row" --reason 'art. 18'
run 3 'restricted: not found' find 0D3177F0AA01
says out 'how it is found is said' 'With --reason TEXT'
run 0 'but with a reason' find --reason 'court' 0D3177F0AA01
run 0 'exported: left out' export --reason 'art. 18'
lacks out 'it is not in the list' 0D3177F0AA01
says err 'and that is told' '1 certificate whose processing is restricted'
run 0 'unrestrict' privacy unrestrict --row "$row" --reason 'art. 18'
run 0 'found again' find 0D3177F0AA01
run 2 'erase without its digits' privacy erase --row "$row" --reason 'art. 17'
run 2 'erase with wrong digits' privacy erase --row "$row" --confirm 0000 \
    --reason 'art. 17'
for what in 'erase --confirm aa01' restrict unrestrict 'rectify --holder X'; do
	# shellcheck disable=SC2086 # words
	run 2 "only counting, with $what," privacy $what --row "$row" --dry \
	    --reason 'art. 17'
	says err 'is refused' '--dry, for anything but retention'
done
run 0 'and nothing was done' find --json 'kowalski-nowy'
json 'to the row' ".hits[0].row == $row and (.hits[0].restricted | not)"
run 0 'erase' privacy erase --row "$row" --confirm aa01 --reason 'art. 17'
lacks out 'where no copy is left, none is told of' copies
run 3 'erased: not found' find 0D3177F0AA01
run 0 'a restored backup' --lang en registry restore b.db
says out 'leaves a copy, of which it tells what is in it' \
    'keep what is erased from it: r.db.2'
run 0 'what is there' registry info --json
json 'is told with its copies' '.copies | length == 1 and
    (.[0] | test("^r\\.db\\.[-0-9]+$"))'
run 3 'erases again' find 0D3177F0AA01
run 0 'and is sound' registry check
run 0 'retention, counted' privacy retention --days 1 --dry --json
json 'counts the expired' '.certificates >= 1 and .dry'
for days in 0 -1 36501 3000000000 4294967297 99999999999999999999; do
	run 2 "retention after $days days" privacy retention --days $days --dry
done
run 0 'retention after a hundred years' privacy retention --days 36500 --dry \
    --json
json 'forgets nobody' '.certificates == 0'
run 0 'retention' privacy retention --days 1
run 3 'which are gone' find 19C20E44

run 0 'what came out of a document' find --json "$serial"
run 0 'is erased' privacy erase --row "$(gojq '.hits[0].row' out)" \
    --confirm "$(printf %s "$serial" | tail -c 4)" --reason 'art. 17' --json
json 'with the copies that it did not reach' '.copies | length == 1'
run 0 'after that' find --in --remember --json umowa.p7m
json 'it is refused' '.files[0].scraps[0] | .remembered == "refused" and
    .error.id == "ERASED"'
run 0 'what is refused' registry journal --json --max 1
json 'is nothing done' '.entries[0].action != "remember"'

# --- doctor
run_doctor() {
	timeout 60 "$okienko" --conf conf doctor --json >out 2>err </dev/null
	[ -s out ]
	result $? "doctor answers"
}
run_doctor
json 'the registry is in order' '[.findings[] | select(.check == "registry") |
    .verdict] | length > 0 and all(.[]; . == "ok")'
chmod 644 r.db.key
run_doctor
json 'a key that others may read is wrong' '[.findings[] |
    select(.check == "registry" and .verdict == "wrong")] | length == 1'
chmod 600 r.db.key

# --- read-only for a while
# nobody_runs CODE NAME ARGUMENTS...: in a folder that a group shares.
nobody_runs() {
	want=$1
	name=$2
	shift 2
	(cd "$open/shared" && HOME=$open/shared && as_nobody timeout 60 \
	    "$okienko" --conf conf "$@") >out 2>err </dev/null
	got=$?
	[ "$got" -eq "$want" ]
	result $? "$name ends with $want (was $got)"
}
if as_nobody test -x "$okienko"; then
	mkdir "$open/shared"
	[ "$(id -u)" -ne 0 ] || chown 65534:65534 "$open/shared"
	chmod 2770 "$open/shared"
	printf '[registry]\npath = %s\n' "$open/shared/r.db" >"$open/shared/conf"
	printf 'serial,issuer,holder\n0A01,"CN=X CA, C=PL",Zenon Bez\n' \
	    >"$open/shared/c.csv"
	chmod 644 "$open/shared/conf" "$open/shared/c.csv"
	nobody_runs 0 'a first import' import c.csv
	as_nobody chmod 440 "$open/shared/r.db"
	nobody_runs 0 'a look while it may only be read' find zenon
	as_nobody chmod 660 "$open/shared/r.db"
	nobody_runs 0 'an import after that' import c.csv
	as_nobody chmod 440 "$open/shared/r.db"
	nobody_runs 0 'another look' find zenon
	as_nobody chmod 660 "$open/shared/r.db"
	if [ "$(id -u)" -eq 0 ]; then
		chown 0 "$open/shared/r.db-shm"
		nobody_runs 5 'an import past what a colleague left' import c.csv
		says err 'names that' "$open/shared/r.db-shm may be read here"
	fi
	rm -rf "$open/shared"
else
	n=$((n + 1))
	echo "ok $n - read-only for a while # SKIP nobody else may run $okienko"
fi

# --- bad files
rm -f r.db-wal r.db-shm
printf 'this is no database, whatever it is called' >r.db
run 1 'a registry that is none' find kowalski
says err 'is said in a sentence' REGISTRY-BROKEN
: >r.db
run 1 'one that was emptied' find kowalski
says err 'is no new one' REGISTRY-BROKEN
rm -f r.db
touch -d '2026-01-01' r.db.key
printf 'serial,issuer,holder\n0D01,"CN=X CA, C=PL",Ewa\n' >one.csv
run 0 'one that is missing is made anew' --lang en import one.csv
says err 'which is told, since its key is there' 'The registry was missing'
run 0 'once' --lang en import one.csv
lacks err 'and no more' 'The registry was missing'

echo "1..$n"
