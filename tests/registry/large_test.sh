#!/bin/sh
#
# Imports of more than fits anywhere: memory stays as it is, others are let in,
# how far it has come is told, and whoever has had enough is heard at once.
#
# usage: large_test.sh [MIB]	a list of that many MiB through a pipe (16); ten
#				thousand take some minutes and 1.5 GB of disk.
#				Between some hundred and four thousand SQLite's
#				cache is seen to be filled.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
for tool in gojq pgrep script; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP $tool is not here"
		exit 0
	}
done
# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"
okienko=$abs_top_builddir/okienko
bin=$abs_top_builddir/tests/bin
dir=$(mktemp -d "${TMPDIR:-/tmp}/large-test.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
HOME=$dir
LC_ALL=C.UTF-8
export HOME LC_ALL
unset LANGUAGE XDG_DATA_HOME
printf '[registry]\npath = %s/r.db\n' "$dir" >conf
mib=${1:-16}
n=0

result() {
	if [ $? -eq 0 ]; then r=ok; else r='not ok'; fi
	n=$((n + 1))
	echo "$r $n - $1"
	[ "$r" = ok ] || tail -c 2000 out | tr '\r' '\n' | sed 's/^/# /'
}

# rows FROM NUMBER [BYTES]: a list with a column that nobody wants, 4 KiB a row.
rows() {
	awk -v from="$1" -v n="$2" -v width="${3:-4040}" 'BEGIN {
		while (length(pad) < 4040)
			pad = pad "nobody wants this "
		print "serial,issuer,holder,notes"
		for (i = from; i < from + n; i++)
			printf "%016X,CN=Urzad,Osoba %d,%.*s\n", i + 4096,
			    i % 1000, width, pad
	}'
}

same() {	# TEXT: what was said holds it
	grep -qF -e "$1" out
}

# --- memory ---------------------------------------------------------------------

# peak_of MIB: KiB that it took at most.
peak_of() {
	rm -f p.db*
	rows 0 $(($1 * 256)) | "$bin/askimport" p.db -k csv - >out 2>&1 &&
	    same "records $(($1 * 256)) added $(($1 * 256)) " &&
	    sed -n 's/^took .* ms \([0-9]*\) KiB$/\1/p' out
}

little=$(peak_of $((mib / 4))) && large=$(peak_of "$mib")
result "$mib MiB through a pipe come in whole"
[ "$large" -lt $((little + 1536)) ]
result "in no more memory than a part of them ($little, $large KiB)"
rm -f p.db*

# list_of ENTRIES: KiB that marking by a signed list of so many took at most.
list_of() {
	"$bin/mkcrl" list.crl "$1" 1000 100 >/dev/null 2>&1 &&
	    "$bin/askimport" l.db -i list.crl.issuer list.crl >out 2>&1 &&
	    same "records $1 " && same 'notes verified' &&
	    sed -n 's/^took .* ms \([0-9]*\) KiB$/\1/p' out
}

some=$(list_of 10000) && many=$(list_of 400000) &&
    [ "$many" -lt $((some + 1024)) ]
result "nor does a revocation list's length ($some, $many KiB)"

# A line of 1 GB that is nowhere on the disk, between two that are well.
rows 0 1 >hole.csv && truncate -s 1G hole.csv && echo >>hole.csv &&
    rows 1 1 | sed 1d >>hole.csv
"$bin/askimport" h.db -k csv hole.csv >out 2>&1 && same 'RECORD-LONG' &&
    same 'records 3 added 2 ' && [ "$(sed -n \
    's/^took .* ms \([0-9]*\) KiB$/\1/p' out)" -lt $((little + 1536)) ]
result "a line of 1 GB costs that line alone"

# --- a pipe that says nothing -------------------------------------------------------

mkfifo pipe
"$okienko" --conf conf import --kind csv - <pipe >out 2>&1 &
pid=$!
exec 3>pipe
rows 0 200 >&3		# the last of them are waited for more behind
others() {
	rows 1000 1 | within 4 "$okienko" --conf conf import --kind csv - \
	    >other 2>&1
}
wait_until 20 test -e r.db.key
others
result "while it waits for more, others may write"
kill -s TERM $pid	# the shell has made it deaf to the other
reap 5 $pid
[ $? -eq 143 ] && same 'What was read so far is kept'
result "and it ends when it is told to, with nobody at the other end"
exec 3>&-
"$okienko" --conf conf registry info --json >out &&
    gojq -e '.certificates > 100' out >/dev/null
result "with what it had read"
rm -f r.db*

# --- on a terminal -------------------------------------------------------------------

# So many that a quick machine too is still at it when it is told to stop.
many=160000
rows 0 $many 200 >list.csv
: >out
script -qefc "exec '$okienko' --conf conf import --kind csv list.csv" out \
    >/dev/null 2>&1 &
script=$!
told() {
	grep -qE 'a second, [0-9]+ %, [0-9]+ s left' out
}
wait_until 20 told
result "on a terminal, how much, how fast and how long still"
kill -s INT "$(pgrep -P $script)"
reap 10 $script
[ $? -eq 130 ] && same 'The same command goes on where it stood.'
result "which can be stopped"
"$okienko" --conf conf registry info --json >out
some=$(gojq .certificates out)
[ "$some" -gt 0 ] && [ "$some" -lt $many ] && "$okienko" --conf conf import \
    --kind csv --json list.csv >out &&
    gojq -e ".files[0] | .added == $many - $some and .records < $many" \
    out >/dev/null
result "and goes on where it stood ($some)"
"$okienko" --conf conf registry check >out 2>&1
result "in a file that is sound"

echo "1..$n"
