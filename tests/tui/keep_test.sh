#!/bin/sh
#
# What a person said is done, although the page on which it was said is left at
# once: a renewal given up, a certificate brought, a report saved.  And what is
# being written is not thrown away by a look at something else.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

renewals() {
	within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" --json \
	    renewals --all >"$tui_dir/said" 2>&1
}
stopped() {
	renewals && grep -q '"state": "stopped"' "$tui_dir/said"
}

# --- a renewal ---------------------------------------------------------------------

# renewal: the made-up one, on its page.
renewal() {
	tui_fill renewal
	tui_start 80x24
	tui_until tui_holds 'renewals 1'
	tui_keys F7
	tui_until tui_holds 'open: 1'
	tui_keys Enter
	tui_until tui_holds 'f From file'
}

renewal
tui_type w
tui_until tui_holds 'Why is the renewal given up'
tui_say hold
tui_type 'karta oddana'
tui_keys Enter Escape
tui_wait "given up, and its page left at once" 'open: 1'
tui_say let
tui_wait "that is not lost" 'No renewal is open'
tui_ok "and stands in the journal" stopped

renewal
tui_type w
tui_until tui_holds 'Why is the renewal given up'
tui_say hold
tui_type 'karta oddana'
tui_keys Enter
tui_until tui_lacks 'Why is the renewal given up'
tui_say round let
tui_wait "nor when another case goes on meanwhile" 'karta oddana'
tui_ok "it stands in the journal too" stopped

# The card of the first one is away: the second one's turn comes all the same.
tui_fill due
tui_start 80x24
looked() {
	renewals && grep -q '"next": null' "$tui_dir/said"
}
tui_ok "no renewal waits for the card of another" tui_until looked

# The one whose certificate has come is only looked at while the other one runs.
other() {
	tui_keys F7
	tui_until tui_holds 'open: 2'
	tui_keys "$@"
	tui_until tui_holds 'R2026/'
}
tui_say hold
other Down Enter
tui_until tui_holds 'Enter Go on'
tui_keys Enter
tui_until tui_lacks 'Enter Go on'
other Home Enter
tui_wait "a look at another renewal is no more than that" 'Enter Go on'
tui_say let

# As when another program has the file for a moment.
renewal
sqlite3 "$tui_registry" 'PRAGMA foreign_keys = OFF; UPDATE renewals SET id = 77'
tui_say round
tui_wait "a renewal that cannot be read is told" 'There is no renewal'
sqlite3 "$tui_registry" 'PRAGMA foreign_keys = OFF; UPDATE renewals SET id = 1'
tui_say round
tui_gone "until it can be" 'There is no renewal'

# What is in it is no certificate: that is told when it has come where it should.
echo 'dzień dobry' >"$tui_dir/letter"
brings() {
	tui_type f
	tui_until tui_holds 'Which file holds'
	tui_say hold
	tui_type "$tui_dir/letter"
	tui_keys Enter
	tui_until tui_lacks 'Which file holds'
}
renewal
brings
tui_wait "a file is read, and that is said" 'being read...'
tui_keys Enter
tui_say let
tui_wait "Enter meanwhile does not lose it" 'no certificate'
renewal
brings
tui_keys Escape
tui_until tui_holds 'open: 1'
tui_say let
tui_keys Enter
tui_wait "nor does leaving" 'no certificate'

# --- a report ----------------------------------------------------------------------

# reported NAME: its path is typed, and the page left at once.
reported() {
	tui_until tui_holds 'What to do'
	tui_type 1
	tui_until tui_holds 's Save report'
	tui_type s
	tui_until tui_holds 'Into which new file'
	tui_keys C-u
	tui_type "$tui_dir/$1"
	tui_keys Enter
	tui_until tui_lacks 'Into which new file'
	tui_keys Escape
}

# Fifty years on: this program was made after the moment of the made-up cards.
tui_start 80x24 CANNED_AHEAD=1577836800
tui_say up down
tui_until tui_holds 'not running'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_keys Enter
tui_say hold
reported one.txt
reported two.txt
tui_until tui_holds 'What to do'
tui_say let
tui_ok "a report is saved whatever is looked at next" \
    tui_until grep -qs 'Broken at' "$tui_dir/one.txt"
tui_ok "also one that waits for another" \
    tui_until grep -qs 'Broken at' "$tui_dir/two.txt"

# A card that goes while the name is typed is looked at first.
tui_until tui_holds 'What to do'
tui_type 1
tui_until tui_holds 's Save report'
tui_type s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/three.txt"
tui_say still "plug Another_Reader_00"
tui_keys Enter
tui_until tui_lacks 'Into which new file'
tui_until tui_holds 'being looked at...'
tui_ok "everything can be looked at anew while it is" tui_holds 'a Look again'
tui_say go
tui_wait "what is saved is the report that comes of it" 'Saved.'
tui_ok "and it is there" grep -qs 'Broken at' "$tui_dir/three.txt"

# --- a question --------------------------------------------------------------------

echo 'Administratorem danych jest Urząd Próbny.' >"$tui_dir/clause"
tui_authority '[authority]' 'name = Urząd Próbny' '[recognise]' \
    'key_id = 434F50452050525A594BC5814144000000000000' '[question]' \
    "clause = $tui_dir/clause" 'clause_version = 1'
tui_start 80x24
for tui_key in F6 F7 F3; do
	tui_keys "$tui_key"
done
tui_until tui_holds 'search:'
tui_keys F1
tui_until tui_holds 'your question:'
tui_keys F4
tui_until tui_holds 'Urząd Próbny'
tui_keys Enter
tui_until tui_holds 'Who asks?'
tui_type 'Ewa Pisząca'
for tui_key in 'F3 search:' 'F6 case' 'F7 renewal'; do
	tui_keys "${tui_key%% *}"
	tui_until tui_lacks 'Ewa Pisząca'
	tui_until tui_holds "${tui_key#* }"
done
tui_keys F1
tui_until tui_holds 'your question:'
tui_keys F4
tui_wait "a question that is being written is there whatever was looked at" \
    'Ewa Pisząca'
tui_keys F3
tui_until tui_holds 'search:'
tui_keys Escape
tui_wait "and lies under it" 'Ewa Pisząca'

tui_done
