# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # the bench's: bin, runs, key, abs_top_srcdir
#
# The part of the bench that is about orders: one looked up again and again on a
# connection that is there, beside curl fetching the same address as often.

order_times=1000
order_rounds="1 2 3 4 5"

# Microseconds of one of curl's many on one connection: the median, as curl
# itself takes the time of each.
order_peer() {
	i=0
	while [ "$i" -lt "$order_times" ]; do
		printf 'url = "%s/orders/%s"\noutput = "/dev/null"\n' \
		    "$OFFICE_ORDERS" "$order_number"
		i=$((i + 1))
	done >"$scratch/urls"
	printf 'X-API-Key: %s\n' "$(cat "$OFFICE_API_KEY")" >"$scratch/key"
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -H "@$scratch/key" \
	    -w '%{time_total}\n' -K "$scratch/urls" |
	    awk '{ printf "%d\n", $1 * 1000000 }' | median
}

# The same by libcurl, which also reads each answer as the desk does.
order_reader() {
	"$bin/curltime" "$OFFICE_ORDERS/orders/$order_number" "$OFFICE_ROOT" \
	    "$OFFICE_API_KEY" "$order_times"
}

# Runs in turn, so that a busy moment meets all of them; the median of each.
order_runs() {
	for _ in $order_rounds; do
		echo "$(order_peer) $(order_reader)" \
		    "$("$bin/ordertime" "$scratch/desk/okienko.conf" \
		    "$order_number" "$abs_top_builddir/okienko-net" \
		    "$order_times")"
	done >"$scratch/runs"
	for column in 1 2 3 4 5; do
		awk -v c="$column" '{ print $c }' "$scratch/runs" | median
	done
}

# A part of the table: what lies between is said in words.
order_part() {
	# shellcheck disable=SC2046 # five numbers
	set -- "$1" $(order_runs)
	echo
	echo "An order looked up $order_times times over TLS, $1: wall, ratio"
	printf '%-46s %8s us\n' 'curl, one connection' "$2"
	printf '%-46s %8s us %8s\n' 'libcurl, and the answer read' "$3" \
	    "$(ratio "$3" "$2")"
	printf '%-46s %8s us %8s\n' 'the first, which starts okienko-net' "$4" \
	    "$(ratio "$4" "$2")"
	printf '%-46s %8s us %8s  %s of libcurl and reading\n' 'the next ones' \
	    "$5" "$(ratio "$5" "$2")" "$(ratio "$5" "$3")"
	printf '%-46s %8s kB\n' 'memory that was added by them' "$6"
}

# On loopback all is work and waking; a line, however good, takes milliseconds.
order_rows() {
	order_number=$(office_number ready)
	order_part 'no line between'
	order_times=110 order_rounds="1 2 3"
	for ms in 5 20; do
		office_fault orders late 1000000 "$ms"
		order_part "a line of $ms ms"
	done
	office_fault orders none
}

# Keys while an order is asked for and nothing comes; and from Enter to the answer
# on the screen, of which the look-up is a part.
order_screen() {
	desk="$okienko --conf $scratch/desk/okienko.conf"
	PTYTIME_FIRST=$(printf '\t%s' "$order_number")
	export PTYTIME_FIRST
	echo
	echo "A key (a letter) at the order's number, and Enter"
	screen_head
	floor_ms=
	key=T
	# shellcheck disable=SC2086 # a command and its options
	screen_row 'okienko, not asking' '80 24' $desk
	office_fault orders stall 1000000 0
	PTYTIME_FIRST=$(printf '\t%s\r' "$order_number")
	# shellcheck disable=SC2086 # the same
	screen_row 'the service hangs' '80 24' $desk
	office_fault orders none
	PTYTIME_FIRST=$(printf '\t%s' "$order_number")
	# shellcheck disable=SC2046,SC2086 # the same; eight numbers
	set -- $("$bin/ptytime" 80 24 "$runs" E $desk)
	printf '%-36s %7s ms   %s of a frame (a sixtieth of a second)\n' \
	    'Enter, to the answer on the screen' "$5" "$(ratio "$5" 16.7)"
	unset PTYTIME_FIRST
}

bench_order() {
	have curl || return
	# shellcheck source=tests/office/office.sh
	. "$abs_top_srcdir/tests/office/office.sh"
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'office_stop; rm -rf "$scratch"; rig_stop' EXIT
	mkdir "$scratch/desk"
	office_start "$scratch/office" && office_conf "$scratch/desk" &&
	    order_rows && order_screen
	office_stop
	rm -rf "$scratch"
	trap rig_stop EXIT
}
