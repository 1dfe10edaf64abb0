# shellcheck shell=sh
#
# Running the command line and judging what it says, for tests written in sh.
# Source it with these set, then call from a folder of the test's own:
#
#	cli_conf	the configuration that each command is run with
#	cli_seconds	how long it may take
#
#	run CODE NAME ARGUMENTS...	into out and err; the exit code is a result
#	is NAME CODE			a result: by an exit code
#	says FILE NAME TEXT		a result: FILE has TEXT in it
#	asks NAME FILTER		a result: gojq finds FILTER true of out
#	harmless NAME FILE...		a result: no byte of it acts on a terminal
#	good NAME, bad NAME, skip NAME WHY
#	cli_done			last of all: how many results there were

: "${cli_conf:?}" "${cli_seconds:?}"
okienko=${abs_top_builddir:?}/okienko
cli_number=0

good() {
	cli_number=$((cli_number + 1))
	echo "ok $cli_number - $1"
}

bad() {
	cli_number=$((cli_number + 1))
	echo "not ok $cli_number - $1"
	head -c 2000 out err 2>/dev/null | sed 's/^/# /'
}

skip() {
	good "$1 # SKIP $2"
}

is() {
	if [ "$2" -eq 0 ]; then good "$1"; else bad "$1"; fi
}

run() {
	cli_want=$1
	cli_name=$2
	shift 2
	timeout "$cli_seconds" "$okienko" --conf "$cli_conf" "$@" >out 2>err \
	    </dev/null
	cli_got=$?
	if [ "$cli_got" -eq "$cli_want" ]; then
		good "$cli_name ends with $cli_want"
	else
		bad "$cli_name ends with $cli_got, not $cli_want"
	fi
}

says() {
	if grep -qF -e "$3" "$1"; then good "$2"; else bad "$2"; fi
}

asks() {
	if gojq -e "$2" out >/dev/null 2>&1; then good "$1"; else bad "$1"; fi
}

# Neither a control character nor one that turns the direction of what follows.
harmless() {
	cli_name=$1
	shift
	if cat "$@" | LC_ALL=C tr -d '\n\040-\176\200-\377' | grep -q . ||
	    cat "$@" | grep -qP '[\x{80}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{feff}]'; then
		bad "$cli_name"
	else
		good "$cli_name"
	fi
}

cli_done() {
	echo "1..$cli_number"
}
