# shellcheck shell=sh
# shellcheck disable=SC2154 # the bench's: bin, runs, abs_top_srcdir
#
# The part of the bench that is about orders: one looked up again and again on a
# connection that is there, beside curl fetching the same address as often.

order_times=1000

# Microseconds of one of curl's many, on one connection, its start among them.
order_peer() {
	i=0
	while [ "$i" -lt "$order_times" ]; do
		printf 'url = "%s/orders/%s"\noutput = "/dev/null"\n' \
		    "$OFFICE_ORDERS" "$order_number"
		i=$((i + 1))
	done >"$scratch/urls"
	printf 'X-API-Key: %s\n' "$(cat "$OFFICE_API_KEY")" >"$scratch/key"
	start=$(date +%s%N)
	curl -s --noproxy '*' --cacert "$OFFICE_ROOT" -H "@$scratch/key" \
	    -K "$scratch/urls" || echo "curl failed" >&2
	echo $((($(date +%s%N) - start) / 1000 / order_times))
}

order_rows() {
	order_number=$(office_number ready)
	peer=$(order_peer)
	# shellcheck disable=SC2046 # three numbers
	set -- $("$bin/ordertime" "$scratch/desk/okienko.conf" "$order_number" \
	    "$abs_top_builddir/okienko-net" "$order_times")
	echo
	echo "An order looked up $order_times times over TLS: wall, ratio"
	printf '%-46s %8s us\n' 'curl, one connection' "$peer"
	printf '%-46s %8s us %8s\n' 'the first, which starts okienko-net' "$1" \
	    "$(ratio "$1" "$peer")"
	printf '%-46s %8s us %8s\n' 'the next ones' "$2" "$(ratio "$2" "$peer")"
	printf '%-46s %8s kB\n' 'memory that was added by them' "$3"
}

bench_order() {
	have curl || return
	# shellcheck source=tests/office/office.sh
	. "$abs_top_srcdir/tests/office/office.sh"
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'office_stop; rm -rf "$scratch"; rig_stop' EXIT
	mkdir "$scratch/desk"
	office_start "$scratch/office" && office_conf "$scratch/desk" &&
	    order_rows
	office_stop
	rm -rf "$scratch"
	trap rig_stop EXIT
}
