# shellcheck shell=sh
#
# For tests against the pretend authority: its tools, a folder to work in, TAP.
# Source it first of all, then:
#
#	needs TOOL...			skips everything where one is not there
#	check WHAT COMMAND...		a result; its output is shown when it fails
#	equal ONE OTHER			whether they are, with a word if not
#	checked				last of all: how many results there were

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
LC_ALL=C.UTF-8
no_proxy=127.0.0.1
export LC_ALL abs_top_srcdir abs_top_builddir no_proxy

# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/office.XXXXXX") || exit 99
finish()
{
	office_stop
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT PIPE TERM
cd "$scratch" || exit 99

number=0

needs()
{
	for tool; do
		if ! command -v "$tool" >/dev/null; then
			echo "1..0 # SKIP no $tool here"
			exit 0
		fi
	done
}

check()
{
	what=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		tail -n 20 said | sed 's/^/# /'
	fi
}

equal()
{
	[ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }
}

checked()
{
	echo "1..$number"
}
