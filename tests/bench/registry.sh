# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # shared with the bench: bin, key, floor_ms
#
# The part of the bench that is about the registry: a made-up population, and
# each figure beside its peer or floor in the same run.
#
#	BENCH_ROWS	certificates (1000000)
#	BENCH_WORDS	rare surnames more, one a row (400000)
#	BENCH_FILES	certificates to import, a file each (20000)
#	BENCH_ENTRIES	of a revocation list (1000000)
#	BENCH_PG	no: without PostgreSQL, which takes most of the time
#	BENCH_CLOCK	cpu: time questions by the processor's clock
#	BENCH_DIR	where the files lie meanwhile (the build folder); some
#			700 bytes a row are needed, three times that for PostgreSQL
#
# tests/all runs it small (part bench); a million rows cost some minutes, and ten
# million an hour:
#	BENCH_ROWS=10000000 make bench BENCH=registry

rows=${BENCH_ROWS:-1000000}
words=${BENCH_WORDS:-400000}
files=${BENCH_FILES:-20000}
entries=${BENCH_ENTRIES:-1000000}

registry_head() {
	echo
	echo "$1"
}

# wall_us COMMAND...: one whole run, in microseconds.
wall_us() {
	start=$(date +%s%N)
	"$@" >/dev/null 2>&1
	echo $((($(date +%s%N) - start) / 1000))
}

# wall_ms COMMAND...: median of five whole runs, in milliseconds and a fraction.
wall_ms() {
	for _ in 1 2 3 4 5; do
		wall_us "$@"
	done | median | awk '{ printf "%.1f", $1 / 1000 }'
}

# quickest_ms FILE: of the runs in it, likewise.
quickest_ms() {
	sort -n "$1" | awk 'NR == 1 { printf "%.1f", $1 / 1000 }'
}

# --- what grep finds ----------------------------------------------------------

registry_grep() {
	"$bin/regbench" "$scratch/r.db" "$rows" 0 1 export >"$scratch/export"
	some=$(sed -n "$((rows / 2)),+200{/^.\{32\}/{s/^.\{9\}\(.\{8\}\).*/\1/p;q}}" \
	    "$scratch/export")
	grep=$(wall_ms env LC_ALL=C grep -c "$some" "$scratch/export")
	ours=$(sed -n 's/^serial, 8 digits[^%]*% *\([0-9.]*\) .*/\1/p' \
	    "$scratch/serial")
	echo "grep of 8 digits over the text export in memory, whole process:" \
	    "$grep ms; $(awk -v a="$grep" -v b="$ours" \
	    'BEGIN { if (b > 0) printf "%.0f", 1000 * a / b; else print "-" }' \
	    ) times our median"
}

# --- PostgreSQL -----------------------------------------------------------------

# pg COMMAND...: as somebody who may start a server.
pg() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
	else
		"$@"
	fi
}

pg_sql() {
	pg psql -X -q -A -t -h "$scratch/pg" -d postgres "$@"
}

pg_start() {
	mkdir "$scratch/pg"
	[ "$(id -u)" != 0 ] || {
		chmod 711 "$scratch"
		chown nobody:nogroup "$scratch/pg"
	}
	(
		cd "$scratch/pg" || exit 1
		pg "$pgbin/initdb" -D data -A trust -E UTF8 --locale=C.UTF-8 &&
		    pg "$pgbin/pg_ctl" -D data -l log -w -o "-h '' -k '$PWD' \
			-c shared_buffers=1GB -c maintenance_work_mem=512MB \
			-c jit=off -c max_parallel_workers_per_gather=0 \
			-c fsync=off" start
	) >/dev/null 2>&1
}

pg_stop() {
	[ -f "$scratch/pg/data/postmaster.pid" ] || return 0
	pg "$pgbin/pg_ctl" -D "$scratch/pg/data" -m immediate stop >/dev/null 2>&1
}

pg_load() {
	pg_sql -c 'CREATE TABLE cert (serial text, holder text)'
	cut -d'|' -f1,2 "$scratch/export" | pg_sql -c \
	    "COPY cert FROM STDIN (DELIMITER '|')"
	pg_sql -c "CREATE EXTENSION pg_trgm" -c "CREATE TABLE folded AS SELECT
	    serial, translate(lower(holder), 'ąćęłńóśźż', 'acelnoszz') AS name
	    FROM cert" -c "CREATE INDEX ON folded USING gin (name gin_trgm_ops)" \
	    -c 'ANALYZE folded'
}

# One rule's queries through one session, and its own clock.
pg_rule() {
	"$bin/regbench" "$scratch/r.db" "$rows" 0 1 queries |
	    grep "^$1|" | head -n 40 |
	    sed 'y/ąćęłńóśźżĄĆĘŁŃÓŚŹŻ/acelnoszzacelnoszz/; s/./\L&/g' >"$scratch/q"
	awk -F'|' -v quote="'" 'BEGIN { print "\\timing on" } {
		gsub(quote, "", $2)
		print "\\echo @" $3 "|" $4
		print "SELECT name FROM folded WHERE name % " quote $2 quote \
		    " ORDER BY name <-> " quote $2 quote " LIMIT 10;"
	}' "$scratch/q" | pg_sql 2>&1 | awk -v rule="$1" '
	/^@/ { n++; split(substr($0, 2), want, "|"); hit = 0; next }
	/^Time: / { print $2 > times; found += hit; next }
	!hit { hit = index(" " $0 " ", " " want[1] " ") > 0 &&
	    index(" " $0 " ", " " want[2] " ") > 0 }
	BEGIN { times = "'"$scratch/times"'" }
	END { close(times); printf "PostgreSQL pg_trgm, %s, %.1f %%", rule,
	    100 * found / n }'
	sort -n "$scratch/times" | awk '{ v[NR] = $1 } END {
		printf "  %10.1f %9.1f us\n", 1000 * v[int((NR + 1) / 2)],
		    1000 * v[int(NR * 99 / 100)] }'
}

registry_pg() {
	[ "${BENCH_PG:-yes}" != no ] || return 0
	pgbin=$(find /usr/lib/postgresql -name bin -type d 2>/dev/null | tail -n 1)
	[ -n "$pgbin" ] || {
		echo "(PostgreSQL is not installed: left out)"
		return
	}
	pg_start || {
		echo "(PostgreSQL does not start: left out)"
		return
	}
	pg_load
	for rule in plain typo typos sound; do
		pg_rule "$rule"
	done
	pg_stop
}

# --- imports --------------------------------------------------------------------

# figures of the quickest of three runs: seconds, processor seconds, and more
quickest() {
	for _ in 1 2 3; do
		rm -f "$scratch/i.db" "$scratch/i.db-wal" "$scratch/i.db-shm"
		"$@"
	done | sort -n | head -n 1
}

registry_ders() {
	"$bin/mkders" "$scratch/ders" "$files"
	# shellcheck disable=SC2046 # numbers
	set -- $(quickest "$bin/importtime" "$scratch/i.db" "$scratch/ders") \
	    $(quickest "$bin/d2iload" "$scratch/ders" "$scratch/i.db")
	[ $# = 9 ] || lacking=yes
	echo "import of $files DER files: $1 s ($2 of processor), $5 KiB;" \
	    "by d2i_X509: $6 s ($7), $9 KiB; $(ratio "$6" "$1") faster"
}

# The first marks what is known; the others are the same walk, with nothing to
# write.  Both programs whole, from start to end, one after the other: two threads
# suffer more than one does from whatever else the machine has to do, so it is the
# quickest of eleven turns that is compared.
registry_crl() {
	"$bin/mkcrl" "$scratch/crl" "$entries" "$rows" 100 2>/dev/null
	cp "$scratch/r.db" "$scratch/m.db"
	cp "$scratch/r.db.key" "$scratch/m.db.key"
	set -- "$bin/importtime" "$scratch/m.db" "$scratch/crl" \
	    "$scratch/crl.issuer"
	first=$("$@" | cut -d ' ' -f 1)
	for _ in 1 2 3 4 5 6 7 8 9 10 11; do
		wall_us "$@" >>"$scratch/ours"
		wall_us openssl dgst -sha256 "$scratch/crl" >>"$scratch/theirs"
	done
	wall=$(quickest_ms "$scratch/ours")
	digest=$(quickest_ms "$scratch/theirs")
	# shellcheck disable=SC2046 # numbers
	set -- $("$bin/cputime" 5 "$@") \
	    $("$bin/cputime" 5 openssl dgst -sha256 "$scratch/crl")
	[ $# = 4 ] || lacking=yes
	echo "CRL of $entries entries, signed: $wall ms ($1 of processor)," \
	    "$2 KiB; openssl dgst: $digest ms ($3), $4 KiB;" \
	    "$(ratio "$wall" "$digest"); the first time $first s"
	rm -f "$scratch/m.db"*
}

# --- the desk ---------------------------------------------------------------------

# desk_with FOLDER: the desk with whatever registry lies there.
desk_with() {
	# shellcheck disable=SC2154 # the bench's
	XDG_DATA_HOME=$1 screen_row "$2" '80 24' "$okienko"
}

registry_desk() {
	mkdir -p "$scratch/none" "$scratch/full/okienko"
	ln "$scratch/r.db" "$scratch/full/okienko/registry.db"
	ln "$scratch/r.db.key" "$scratch/full/okienko/registry.db.key"
	screen_head
	floor_ms=
	key=D
	# On its last line: what the registry tells soon after is another frame.
	PTYTIME_LAST=Quit
	export PTYTIME_LAST
	desk_with "$scratch/none" 'no registry yet'
	desk_with "$scratch/full" "$rows certificates"
	# F3, then a letter and its taking back: the last byte is the last result.
	key=T
	PTYTIME_FIRST=$(printf '\033ORkowalsk')
	export PTYTIME_FIRST
	desk_with "$scratch/full" 'a letter in Find'
	unset PTYTIME_FIRST PTYTIME_LAST
}

registry_end() {
	[ ! -d "$scratch/pg/data" ] || pg_stop
	rm -rf "$scratch"
}

bench_registry() {
	scratch=$(mktemp -d "${BENCH_DIR:-$abs_top_builddir}/bench.XXXXXX")
	trap 'registry_end; rig_stop' EXIT
	registry_head "The registry: $rows certificates of the made-up population"
	regbench() {
		"$bin/regbench" "$scratch/r.db" "$rows" "$@" || lacking=yes
	}
	regbench 0 1 fill sizes
	registry_head "A line that is a number: p50, p99; bare SQLite beside it"
	regbench 0 1 exact
	regbench 0 1 serial >"$scratch/serial"
	cat "$scratch/serial"
	registry_grep
	registry_head "Names as people type them: p50, p99, found in the first ten"
	regbench 0 1 names recall
	registry_pg
	registry_head "Writing"
	regbench 0 1 durable case
	registry_ders
	registry_crl
	registry_head "The desk: first frame, settled; a key (one frame of 60 Hz: 16.7 ms)"
	registry_desk
	registry_head "The same names among $words rare ones"
	regbench "$words" 1 more names
	registry_end
	trap rig_stop EXIT
}
