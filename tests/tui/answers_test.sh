#!/bin/sh
#
# The questions on the screen: F1 opens them at the one that fits, words find
# one, each of them is answered once in both languages, and the answer changes
# with the card.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'

# All of them as the program has them: id and how it is asked, cut to what stands
# on the first line of a page.
asked() {
	"$abs_top_builddir/okienko" answers --json --lang "$1" \
	    --conf /dev/null | sed -n \
	    's/^ *"id": "\(.*\)",$/\1/p; s/^ *"question": "\(.*\)",$/\1/p' |
	    sed 's/\\".*//' | paste - - | cut -c 1-60
}
asked en >"$tui_dir/en"
asked pl >"$tui_dir/pl"

# The question that F1 stands at: its sentence is under the list.
fits() {
	tui_keys F1
	tui_wait "$1" "$2"
	tui_keys Escape
	tui_until tui_lacks 'your question:'
}

tui_start 80x24
tui_say up "plug $reader"
tui_until tui_holds 'No card'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_type 'lost serial'
tui_until tui_lacks ' 20 of 20 '
tui_ok 'nothing is remembered, so there is nothing to search' \
    tui_lacks 'search here'
tui_say "insert $reader full"
tui_wait 'once the first card is remembered there is' 'search here'
tui_keys Escape Escape
tui_until tui_lacks 'your question:'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_screen 'the questions, with badges' answers-80x24
tui_keys F9
tui_screen 'in Polish' answers-80x24-pl
tui_keys F9 F1
tui_wait 'F1 once more shows the keys' 'Write a question to the authority.'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_type 'sign mial'
tui_wait 'a few words, one misspelt, find it' '1 of '
tui_keys Enter
tui_until tui_holds 'What was looked at'
tui_screen 'an answer: verdict, why, what to do' answer-80x24
tui_keys F9
tui_screen 'in Polish' answer-80x24-pl
tui_keys F9 NPage
tui_say "pull $reader"
# Whoever had read on stands at the new verdict.
tui_wait 'the card is pulled: it answers in general and says so' \
    'There is no card in the reader, so this answer is a general one.'
tui_say "insert $reader full"
tui_gone 'it is back, and so is the verdict' 'a general one'
tui_keys Escape Escape

# The clock goes on while nothing else does: an answer goes by that of now.
tui_until tui_lacks 'your question:'
tui_keys Down F1
tui_until tui_holds 'Begin '
tui_say 'ahead 5187600'
later() {
	tui_keys Down Up
	tui_holds "$1"
}
tui_until later ' 13:00'
tui_keys Enter
tui_wait 'two months later: the answer goes by the clock of then' \
    'has expired, so nothing can be signed with it'
tui_say 'ahead 0' "insert $reader full"
tui_gone 'and by that of today again' 'has expired, so'
tui_keys Escape Escape
tui_until tui_lacks 'your question:'
tui_keys Home

# What is on the screen chooses the question.
tui_until tui_lacks 'your question:'
tui_keys Down
fits 'a certificate that ends soon' 'When do I have to begin'
tui_keys Down Down
fits 'one that has ended' 'that has expired be renewed'
tui_keys F3
tui_until tui_holds 'search:'
fits 'a search' 'The serial number need not be known'
tui_keys Escape
tui_say "insert $reader locked"
tui_until tui_holds 'locked'
tui_keys Home
fits 'a locked PIN' 'Card read error'
tui_say down
tui_until tui_holds 'not running'
fits 'no card service' 'Card read error'

tui_say up "plug $reader" "insert $reader full"

# Every one of them, in both languages.
tui_keys F1
tui_until tui_holds ' of 20 '
tui_keys Home
tab=$(printf '\t')
while IFS=$tab read -r id first; do
	second=$(sed -n "s/^$id$tab//p" "$tui_dir/pl")
	tui_keys Enter
	tui_until tui_lacks ' of 20 '
	tui_wait "$id is answered" "$first"
	tui_keys F9
	tui_wait "$id is answered in Polish" "$second"
	tui_keys F9 Escape
	tui_until tui_holds ' of 20 '
	tui_keys Down
done <"$tui_dir/en"
tui_keys Escape

# A step by its digit, fifty years later: this program was made after the moment
# at which these cards are.
tui_start 80x24 CANNED_AHEAD=1577836800
tui_say up "plug $reader" down
tui_until tui_holds 'not running'
tui_keys F1 Enter
tui_wait 'Enter before the list is read opens when it is' 'What to do'
tui_type 1
tui_wait 'the chain of checks stops where it is broken, and says whose turn' \
    'It is the turn of whoever looks after this desk.'
tui_wait 'and its report can be saved' 's Save report'
tui_type s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/report.txt"
tui_keys Enter
tui_wait 'it is saved' 'Saved.'
tui_ok 'for support' grep -q 'Broken at' "$tui_dir/report.txt"

# Each change begins it anew; what the one before it had found is not told again.
set -- up "plug $reader"
for _ in 1 2 3 4 5 6 7 8; do
	set -- "$@" "insert $reader full"
done
again=
for round in 1 2 3 4 5; do
	tui_say "$@" down
	tui_until tui_holds 's Save report'
	[ "$(printf '%s\n' "$tui_shown" | grep -c ' clock   ')" = 1 ] ||
		again=$again$round
done
tui_ok 'what one that was given up had found is not told of the next' \
    test -z "$again"

# A card that is lost is in no reader: the file stands for it.
"$abs_top_builddir/tests/bin/certmake" qualified >"$tui_dir/lost.der"
tui_start 80x24
tui_say up "plug $reader"
tui_until tui_holds 'No card'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_type 'lost serial'
tui_until tui_lacks ' 20 of 20 '
tui_keys Enter
tui_until tui_holds 'What to do'
tui_type f
tui_until tui_holds 'Which file is it about'
tui_type "$tui_dir/lost.der"
tui_keys Enter
tui_wait 'the file of a lost card holds its certificate' \
    'The file holds the certificate'
tui_type 1
tui_wait 'which can be revoked without the card' 'What is to be done'
tui_start 200x60
tui_say up "plug $reader" "insert $reader full"
tui_until tui_holds 'SampleCard S1'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_keys Home
tui_until tui_holds ' 1 of 20'
tui_screen 'wide: the answer stands beside' answers-200x60
tui_keys Enter
tui_wait 'what was looked at stands apart' 'What was looked at'
tui_start 40x12
tui_say up "plug $reader" "insert $reader full"
tui_until tui_holds 'qualified'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_screen '40x12 has room for the list' answers-40x12

tui_done
