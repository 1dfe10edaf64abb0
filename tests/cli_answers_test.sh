#!/bin/sh
# okienko answers and okienko answer: the list, what is looked for, several
# questions at once, and how they end, without a card and without a network.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
printf '[registry]\npath = %s\n[card]\n' "$scratch/registry.db" >"$scratch/conf"
PCSCLITE_CSOCK_NAME=$scratch/no.socket
export PCSCLITE_CSOCK_NAME

n=0
ok() {
	n=$((n + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' "$scratch/out" "$scratch/err"
	fi
}

# ends CODE ARGUMENTS...
ends() {
	want=$1
	shift
	timeout 60 "$abs_top_builddir/okienko" "$@" --conf "$scratch/conf" \
	    --lang "${language:-en}" >"$scratch/out" 2>"$scratch/err"
	code=$?
	[ "$code" -eq "$want" ] || echo "# ended with $code" >>"$scratch/err"
	[ "$code" -eq "$want" ]
}
said() {
	grep -qF -e "$1" "$scratch/out"
}

# In three words, misspelt, without diacritics: the one that is meant comes first.
first() {
	ends 0 answers --search "$2" &&
	    head -n 1 "$scratch/out" | grep -q "^ *$1 "
}

ok 'the questions are listed' ends 0 answers
ok 'under headings' said 'Card and certificate'
ok 'all twenty' test "$(grep -c '^  [a-z]' "$scratch/out")" -eq 20
ok 'for programs too' ends 0 answers --json
ok 'with what each is called' said '"id": "capacity"'
ok 'words find one' first email 'sign e-mail qualified'
language=pl
ok 'in Polish, misspelt and without diacritics' first lost-card \
    'zgubilem karte certfikatem'
language=en
ok 'what is like none of them' ends 3 answers --search 'xyzzyx qwrtpq'
ok 'and says so' said 'No question is like that.'

ok 'a question that is not there' ends 3 answer nosuch
ok 'is told with what to do' grep -q 'okienko answers shows' "$scratch/err"
ok 'with no card service nothing can be told' ends 3 answer capacity obtain
ok 'and both are answered in general' test \
    "$(grep -c 'In general:' "$scratch/out")" -eq 2
ok 'for programs' ends 3 answer capacity --json
ok 'with the verdict' said '"verdict": "cannot-tell"'
ok 'and what was lacking' said '"lacked"'
ok 'a reader that is not there' ends 3 answer capacity --card nosuch
ok 'no question at all' ends 2 answer
echo "1..$n"
