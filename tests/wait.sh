# shellcheck shell=sh
#
# Waiting for a condition, for tests written in sh.
#
#	wait_until SECONDS COMMAND...	until the command succeeds; 1: too late
#	$wait_vain			what never came, of those that were waited for
#	within SECONDS COMMAND...	runs a program, which is ended after that
#	reap SECONDS PID	what a child ends with; one that does not is ended
#
# TEST_SLOWNESS says how many times longer than on an idle machine all of that
# may take (1): the one place to tell of a busy one, of sanitizers, of valgrind.
#
# Starting programs is what looking costs, so the clock is read without one and
# the pause between two looks grows, as far as nobody minds who times the test.

: "${TEST_SLOWNESS:=1}"
wait_vain=

within()
{
	within_seconds=$(($1 * TEST_SLOWNESS))
	shift
	timeout "$within_seconds" "$@"
}

wait_clock()
{
	read -r wait_now _ </proc/uptime
	wait_now=${wait_now%.*}
}

wait_until()
{
	wait_clock
	wait_end=$((wait_now + $1 * TEST_SLOWNESS))
	wait_pause=0.05
	shift
	until "$@"; do
		wait_clock
		[ "$wait_now" -le "$wait_end" ] || {
			wait_vain="$wait_vain; $*"
			echo "# in vain: $*" >&2
			return 1
		}
		sleep $wait_pause
		case $wait_pause in
		0.05) wait_pause=0.1 ;;
		0.1) wait_pause=0.2 ;;
		esac
	done
}

ended()
{
	! kill -0 "$1" 2>/dev/null
}

reap()
{
	wait_until "$1" ended "$2" || kill -s KILL "$2"
	wait "$2"
}
