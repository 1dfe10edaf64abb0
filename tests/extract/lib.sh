# shellcheck shell=sh
#
# For the tests of okienko-extract: a folder to work in, TAP, and questions to
# the program.  To be sourced.
: "${abs_top_builddir:?}" "${abs_top_srcdir:?}"
bin=$abs_top_builddir/tests/bin
LC_ALL=C.UTF-8
export LC_ALL
n=0

scratch=$(mktemp -d "${TMPDIR:-/tmp}/extract.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
cd "$scratch" || exit 99
# shellcheck source=tests/extract/docs.sh
. "$abs_top_srcdir/tests/extract/docs.sh"
# shellcheck source=tests/extract/docs_rare.sh
. "$abs_top_srcdir/tests/extract/docs_rare.sh"

for tool in openssl pgrep pidwait qpdf xmlsec1 zip; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP $tool is not here"
		exit 0
	}
done

# result WHAT: by the status before; shows the answer when it is not well.
result() {
	status=$?
	n=$((n + 1))
	if [ "$status" -eq 0 ]; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' answer
		echo "not ok $n - $1"
	fi
}

# ask FILE OPTION...: its answer in the file "answer".  In a session of its own,
# so that its processes can be told from those of tests that run beside this.
ask() {
	file=$1
	shift
	# shellcheck disable=SC2016 # for the other shell
	timeout 60 setsid -w sh -c 'echo $$ >session; exec "$@"' ask \
	    "$bin/askextract" "$@" "$file" >answer 2>&1
}

# has FIELD...: one line of the answer has these first fields (- for any).
has() {
	printf '%s\t' "$@" >wanted
	awk -F '\t' '
	NR == FNR { n = NF - 1; for (i = 1; i <= n; i++) want[i] = $i; next }
	{
		for (i = 1; i <= n && (want[i] == "*" || want[i] == $i); i++)
			;
		if (i > n)
			found = 1
	}
	END { exit !found }' wanted answer
}

# ended ID: how the whole came out.
ended() {
	has 'done' "$1"
}

# lines KIND NUMBER: so many lines begin with that.
lines() {
	[ "$(grep -c "^$1	" answer)" -eq "$2" ]
}

serial_of() {
	openssl x509 -in "$1" -noout -serial | sed 's/.*=//'
}

# No process of ours is left behind.  One that was killed may be on its way out
# still, as the leak checker's own helper is; one that stays is told of.
none_left() {
	timeout 20 pidwait -x -s "$(cat session)" okienko-extract >/dev/null
	[ $? -eq 1 ] || ! pgrep -x -s "$(cat session)" -r R,S,D,T \
	    okienko-extract >/dev/null
}
