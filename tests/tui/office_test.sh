#!/bin/sh
#
# The desk itself against a pretend authority, with keys only: suspended, lifted,
# revoked with the network pulled and the desk killed in between, proved, receipt.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

command -v curl >/dev/null || {
	echo "1..0 # SKIP curl is not installed"
	exit 0
}
trap 'office_stop; tui_end' EXIT
TUI_DEADLINE=30
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp ejbca telephone
tui_conf '[network]' 'allow = 127.0.0.1'
office_issue jan || exit 99
digits=$(printf %s "$OFFICE_SERIAL" | tail -c 4)
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" import \
    "$tui_dir/office/issued/jan.pem" >/dev/null || exit 99
tui_filled=yes

# answers FIRST: what to do, then the holder, a document, lost, since nobody
# knows when; up to the digits.
answers() {
	tui_until tui_holds 'What is to be done'
	tui_type "$1"
	tui_keys Enter
	for question in 'Who asks' 'was that person checked' \
	    "in the person's words"; do
		tui_until tui_holds "$question"
		tui_type 1
		tui_keys Enter
	done
	tui_until tui_holds 'Since when'
	tui_keys Enter
	tui_until tui_holds 'Type the last four'
	tui_type "$digits"
	tui_keys Enter
}

tui_start 80x24
tui_keys F3
tui_until tui_holds 'search:'
tui_type "$OFFICE_SERIAL"
tui_until tui_holds '1 of 1'
tui_keys F5
answers 1
tui_wait "suspended: proved by the authority's own answer" \
    "The certificate is suspended"
tui_keys F5
answers 1
tui_wait "lifted from the case's own page" "valid again"
tui_until tui_holds "◐ closed"
tui_gone "and the top line has nothing to say of it" "next in"

# Without the network it waits; killed meanwhile, it goes on.
asked=$(office_count asked cmp)
office_cut
tui_keys F5
answers 2
tui_wait "without the network it waits" "tried again by itself"
tui_type d
tui_wait "another way may be chosen meanwhile" "A machine is asked at once"
tui_keys Escape
tui_until tui_lacks "A machine is asked at once"
tui_ok "a form is made beside it" within 30 "$abs_top_builddir/okienko" \
    --conf "$tui_dir/conf" case --form "$tui_dir/form.pdf" \
    "$(within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" cases \
    --json | gojq -r '.cases[0].number')"
tui_keys Escape F6
tui_until tui_holds 'open: 1'
tui_keys Enter
tui_until tui_holds 'four digits confirmed'
tui_type d
tui_wait "nobody was told by that" "A form was made already"
tui_type 2
tui_keys Enter
tui_until tui_lacks "A form was made already"
tui_wait "and is the case's then" "by EJBCA"
kill -KILL "$(tui_pid)"
tui_wait "the desk is killed" "ended with 137"
office_mend
tui_start 80x24
tui_wait "the next desk knows" "cases 1"
tui_keys F6
tui_until tui_holds 'open: 1'
tui_keys Enter
tui_until tui_holds 'four digits confirmed'
tui_type s
tui_wait "and goes on to the proof" "The certificate is revoked"
tui_ok "the authority did it once" \
    test "$(office_count revoked "$OFFICE_SERIAL")" -eq 1
tui_ok "by the way that was chosen" test "$(office_count asked ejbca)" -ge 1
tui_ok "and no other" test "$(office_count asked cmp)" -eq "$asked"
tui_type p
tui_wait "the receipt" "Receipt: revocation"
tui_keys F9
tui_wait "changes its language with the desk" "Pokwitowanie: uniewa"
tui_keys F9
tui_until tui_holds "Receipt: revocation"
tui_type s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/receipt.pdf"
tui_keys Enter
tui_wait "is saved" "Saved."
tui_keys Escape
tui_wait "which closes the case" "● closed"

# Asked by hand.
tui_keys Escape F3
tui_until tui_holds 'search:'
tui_keys C-u
tui_type "$OFFICE_SERIAL"
tui_until tui_holds '1 of 1'
tui_keys Enter
tui_until tui_holds 'How it is known'
tui_type s
tui_wait "the status, asked now" "Revoked, says"
tui_wait "by OCSP" "OCSP"
tui_screen_rows=$(tui_tmux capture-pane -p -t desk | grep -c SHA-256)
tui_ok "with the answer's hash" test "$tui_screen_rows" -ge 1

tui_done
