#!/bin/sh
#
# Customers, one after the other: card in, three choices, card out.  Nothing
# grows: not the launcher's memory, not the descriptors, not the processes; and
# no visit is in the process of another.  KIOSK_SESSIONS says how many; tests/soak
# has thousands.

# shellcheck source=tests/kiosk/kiosk.sh
. "${abs_top_srcdir:?}/tests/kiosk/kiosk.sh"

: "${KIOSK_SESSIONS:=20}"

visit() {
	kiosk_mark
	kiosk_card || return 1
	tui_keys 1
	tui_until tui_holds 'qualified signature' || return 1
	tui_keys Escape
	tui_until tui_holds "$kiosk_first" || return 1
	tui_keys 3
	tui_until tui_holds 'order number:' || return 1
	tui_keys Escape
	tui_until tui_holds "$kiosk_first" || return 1
	tui_keys 4
	tui_until tui_holds 'your question:' || return 1
	desk_now="$(size_of "$kiosk_before")"
	tui_say "pull $kiosk_reader"
	tui_until kiosk_other
}

# Descriptors and resident memory, in pages of 256 KiB: less is noise.
size_of() {
	size_fds=0
	for size_fd in /proc/"$1"/fd/*; do
		size_fds=$((size_fds + 1))
	done
	awk -v fds=$size_fds '/^VmRSS:/ { print fds, int($2 / 256) }' \
	    "/proc/$1/status"
}

zombies() {
	for zombie in $(pgrep -P "$(tui_pid)") $(tui_pid); do
		grep -l '^State:.*Z' "/proc/$zombie/status" 2>/dev/null
	done | grep .
}

not() {
	! "$@"
}

# same FIRST LAST: as many descriptors, and at most a quarter more memory.
same() {
	echo "# $1 then, $2 now (descriptors, 256 KiB)"
	[ "${1% *}" -eq "${2% *}" ] &&
	    [ "${2#* }" -le $((${1#* } + ${1#* } / 4 + 1)) ]
}

kiosk_start 80x24 'leave_seconds = 1'
visit && launcher_then=$(size_of "$(tui_pid)") && desk_then=$desk_now
done_visits=1
while [ "$done_visits" -lt "$KIOSK_SESSIONS" ] && visit; do
	done_visits=$((done_visits + 1))
done
tui_ok "$KIOSK_SESSIONS visits" test "$done_visits" -eq "$KIOSK_SESSIONS"
tui_ok "the launcher is as it was" same "$launcher_then" \
    "$(size_of "$(tui_pid)")"
tui_ok "so is the desk of the last one" same "$desk_then" "$desk_now"
tui_ok "nobody waits to be buried" not zombies
tui_ok "one process, and no other" test "$(pgrep -P "$(tui_pid)" | wc -l)" -eq 1

tui_done
