# shellcheck shell=sh
# shellcheck disable=SC2154 # the bench's: bin, runs, abs_top_srcdir
#
# The part of the bench that is about asking by CMP: a suspension and its lifting
# against the pretend authority over TLS, beside openssl's client with the same
# officer and the same server.  Wall time: most of it is waiting.

# One request by openssl's client: its milliseconds.
cmp_peer() {
	start=$(date +%s%N)
	openssl cmp -cmd rr -server "$OFFICE_CMP" -no_proxy 127.0.0.1 \
	    -tls_used -tls_trusted "$OFFICE_ROOT" -trusted "$OFFICE_ROOT" \
	    -untrusted "$OFFICE_CA" -cert "$OFFICE_OFFICER" \
	    -key "$OFFICE_OFFICER_KEY" \
	    -oldcert "$OFFICE_DIR/issued/peer.pem" -revreason "$1" \
	    >"$scratch/peer.log" 2>&1 || echo "openssl cmp failed" >&2
	echo $((($(date +%s%N) - start) / 1000))
}

cmp_peers() {
	i=0
	while [ "$i" -lt "$runs" ]; do
		cmp_peer 6
		cmp_peer 8
		i=$((i + 1))
	done | median | awk '{ printf "%.1f", $1 / 1000 }'
}

cmp_rows() {
	peer=$(cmp_peers)
	# shellcheck disable=SC2046 # two numbers
	set -- $("$bin/cmptime" "$scratch/desk/okienko.conf" \
	    "$OFFICE_DIR/issued/ours.pem" "$abs_top_builddir/okienko-net" \
	    "$runs")
	echo
	echo "A request by CMP over TLS, answer verified: wall, ratio"
	printf '%-46s %8s ms\n' 'openssl cmp -cmd rr' "$peer"
	printf '%-46s %8s ms %8s\n' 'the first, which starts okienko-net' "$1" \
	    "$(ratio "$1" "$peer")"
	printf '%-46s %8s ms %8s\n' 'the next ones' "$2" "$(ratio "$2" "$peer")"
}

bench_cmp() {
	have openssl && have curl || return
	# shellcheck source=tests/office/office.sh
	. "$abs_top_srcdir/tests/office/office.sh"
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'office_stop; rm -rf "$scratch"; rig_stop' EXIT
	mkdir "$scratch/desk"
	office_start "$scratch/office" && office_issue peer &&
	    office_issue ours && office_conf "$scratch/desk" cmp && cmp_rows
	office_stop
	rm -rf "$scratch"
	trap rig_stop EXIT
}
