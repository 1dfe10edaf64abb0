#!/bin/sh
#
# A revocation on the screen: question by question, what is kept when somebody
# leaves or the desk is killed, wrong digits, one case a certificate, the list of
# cases, the telephone, a number typed by hand, a colleague's case.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'
tui_conf '[desk]' 'point = Point 17'
# The key of COPE PRZYKŁAD in the registry of made-up people.
tui_authority '[authority]' 'name = Urząd Próbny' '[recognise]' \
    'key_id = 434F50452050525A594BC5814144000000000000' '[revocation]' \
    'channel = telephone' 'channel = form' 'suspension = yes' \
    'suspension_days = 7' 'without_proof = suspend' '[telephone]' \
    'number = 22 100 00 00' 'hours = daily 00:00-24:00' \
    'say = the order number' '[form]' 'email = urzad@example.org'

# find NUMBER: its remembered certificate is under the cursor.
find_it() {
	tui_keys F3
	tui_until tui_holds 'search:'
	tui_keys C-u
	tui_type "$1"
	tui_until tui_holds '1 of 1'
}

tui_fill
tui_start 80x24
tui_keys F6
tui_wait "F6 shows that no case is open" "No case is open"
tui_keys Escape

# Its status does not make one forget which it is.
find_it 2129AFF24BF8E36A598C842576823911
tui_keys Enter
tui_until tui_holds 'in decimal'
tui_type s
tui_until tui_lacks 'in decimal'
tui_keys F5
tui_wait "F5 on the page of a status is of that certificate" \
    "What is to be done"
tui_keys Escape
tui_until tui_lacks "What is to be done"
tui_keys Escape
tui_until tui_holds 'in decimal'
tui_keys Escape
tui_until tui_holds 'search:'
tui_keys Escape

# Question by question.
find_it 2129AFF24BF8E36A598C842576823911
tui_keys F5
tui_wait "F5 on what was found asks what to do with it" "What is to be done"
tui_wait "with the holder in sight" "PESEL 72"
tui_screen "the first question" revoke-what-80x24
tui_keys Enter
tui_wait "nothing is chosen by itself" "nothing is chosen yet"
tui_wait "and nothing written" "Nothing has been written down yet"
tui_type 2
tui_keys Enter
tui_wait "an answer is a case, and the next question" "Who asks for it"
tui_wait "with its number" "Case 2026/0001"
tui_type 1
tui_keys Enter
tui_wait "then how that person was checked" "How was that person checked"
tui_type 4
tui_keys Enter
tui_wait "nobody checked: suspension is offered" "suspend it instead"
tui_gone "and no revocation, as the authority would have it" "all the same"
tui_type 2
tui_keys Enter
tui_wait "or checking after all" "How was that person checked"
tui_type 1
tui_keys Enter
tui_wait "then why" "in the person's words"
tui_keys Escape
tui_wait "Esc goes a question back" "How was that person checked"
tui_keys Enter
tui_wait "where the answer stands" "in the person's words"
tui_type 1
tui_keys Enter
tui_wait "then when" "Since when"
tui_type '2026-11-31 10:00'
tui_keys Enter
tui_wait "no such day" "there is no such day or hour"
tui_keys C-u
tui_type '2027-01-01'
tui_keys Enter
tui_wait "nor one to come" "still to come"
tui_keys C-u
tui_type '9:30'
tui_keys Enter
tui_wait "at last all of it, and the digits" "Type the last four digits"
tui_wait "with the hour of today" "2026-11-22 09:30"
tui_keys Escape
tui_until tui_holds "Since when"
tui_keys C-u Enter
tui_wait "a date that was wrong is taken back" 'since           not known'
tui_keys Escape
tui_until tui_holds "Since when"
tui_type '9:30'
tui_keys Enter
tui_until tui_holds "2026-11-22 09:30"
tui_screen "before it is done" revoke-sure-80x24
tui_keys F9
tui_screen "the same in Polish" revoke-sure-80x24-pl
tui_keys F9
tui_type 0000
tui_keys Enter
tui_wait "wrong digits start nothing" "not the last four digits"

# Killed here, it goes on there.
kill -KILL "$(tui_pid)"
tui_wait "the desk is killed" "ended with 137"
tui_start 80x24
tui_wait "the next one says that a case is open" "cases 1"
tui_keys F6
tui_wait "it is in the list" "2026/0001"
tui_keys Enter
tui_wait "as a draft" "questions are open"
tui_keys Enter
tui_wait "that goes on where it stood" "Since when"
tui_wait "with what was answered" "2026-11-22 09:30"
tui_keys Enter
tui_wait "up to the digits" "Type the last four digits"
tui_type 3911
tui_keys Enter
tui_wait "the right ones complete it" "four digits confirmed"
tui_screen "a case" case-80x24
tui_keys F9
tui_screen "the same in Polish" case-80x24-pl
tui_keys F9

# By telephone.
tui_type t
tui_wait "what to read aloud" "Read this aloud"
tui_type b
tui_wait "nobody answered: noted" "Nobody answered the telephone"
tui_type t
tui_until tui_holds "Read this aloud"
tui_type a
tui_wait "accepted: by whom" "Who answered there"
tui_type 'Pani Maria'
tui_keys Enter
tui_wait "is written down" "● accepted there"
tui_type n
tui_wait "a note" "What is to be noted"
tui_type 'karta w tramwaju'
tui_keys Enter
tui_wait "is on the page" "note            karta w tramwaju"
tui_type p
tui_wait "a receipt, as text first" "Receipt: revocation"
tui_type s
tui_wait "saved to a file that is asked for" "Into which new file"
tui_keys C-u
tui_type "$tui_dir/receipt.pdf"
tui_keys Enter
tui_wait "is saved" "Saved."
tui_ok "and is a page" grep -q '^%PDF' "$tui_dir/receipt.pdf"
tui_type s
tui_until tui_holds "Into which new file"
tui_keys C-u
tui_type "$tui_dir/receipt.pdf"
tui_keys Enter
tui_wait "and is not written over" "is there already"
tui_keys Escape Escape Escape Escape

# One case a certificate.
find_it 2129AFF24BF8E36A598C842576823911
tui_keys F5
tui_wait "the same certificate again: no second case" "no second one was made"
tui_keys Escape
tui_wait "the open one is shown" "karta w tramwaju"
tui_keys Escape Escape Escape

# It is shown where the question was, not over what is typed by then.  What the
# search asks again holds up the look; the list of cases comes after it.
find_it 2129AFF24BF8E36A598C842576823911
tui_keys Enter
tui_until tui_holds "How it is known"
tui_say hold round
tui_keys F5
tui_until tui_lacks "How it is known"
tui_keys F1
tui_until tui_holds "your question:"
tui_type kow
tui_until tui_holds "your question: kow"
tui_say let
tui_keys F6
tui_until tui_holds "open: "
tui_keys Escape
tui_wait "an open case comes over nothing that is typed" "your question: kow"
tui_keys Escape
tui_wait "but waits where the question was" "no second one was made"
tui_keys Escape
tui_until tui_lacks "no second one"
tui_ok "with the case under it" tui_holds "karta w tramwaju"
tui_keys Escape Escape Escape

# Left on the way, it is a draft.
find_it 0D3177F0AA01
tui_keys F5
tui_until tui_holds "What is to be done"
tui_type 1
tui_keys Enter
tui_wait "a suspension of another" "Who asks for it"
tui_keys Escape
tui_until tui_holds "What is to be done"
tui_keys Escape
tui_wait "Esc from the first question keeps the draft and says so" \
    "kept as a draft"
tui_keys Escape F6
tui_wait "two are open" "open: 2"
tui_screen "the list" cases-80x24
tui_keys F9
tui_screen "the same in Polish" cases-80x24-pl
tui_keys F9 Down Enter
tui_until tui_holds "questions are open"
tui_type w
tui_wait "withdrawing asks why" "Why is it given up"
tui_type 'znalazla sie'
tui_keys Enter
tui_wait "and is said" "withdrawn"
tui_keys Escape
tui_wait "one is open" "open: 1"
tui_keys Tab
tui_wait "Tab shows what ended too" "all: 2"
tui_keys Escape

# What somebody looks at stays under the cursor when a case goes on.
tui_keys Escape Escape F3
tui_until tui_holds 'search:'
tui_keys C-u
tui_type kowalski
tui_until tui_holds '1 of 3'
tui_keys Down
tui_until tui_holds '2 of 3'
tui_keys F5
tui_until tui_holds "What is to be done"
tui_type 1
tui_keys Enter
tui_until tui_holds "Who asks"
tui_keys Escape
tui_until tui_holds "What is to be done"
tui_keys Escape
tui_until tui_holds "kept as a draft"
tui_keys Escape
tui_wait "the search stays where it was" "2 of 3"

# A number that nobody has seen.
tui_keys Escape Escape F5
tui_wait "F5 with nothing selected asks for the issuer" "issuer:"
tui_until tui_holds "Urząd Inny"
tui_type inny
tui_keys Enter
tui_wait "and for the number" "serial number, in hex"
tui_type '12 34 ab cd'
tui_wait "shown in groups" "1234 ABCD"
tui_keys Enter
tui_wait "it says that it was typed" "never seen here"
tui_keys Escape

# One that is typed and known after all, as suspended: what can be done is another
# list then, and nobody chose what stands where the choice was.
tui_keys F3
tui_until tui_holds "search:"
tui_keys C-u
tui_type qqqq
tui_until tui_holds "Nothing found"
tui_keys F5
tui_until tui_holds "Urząd Inny"
tui_type inny
tui_keys Enter
tui_until tui_holds "serial number, in hex"
tui_type A1B2C3D4E5F6
tui_until tui_holds "A1B2 C3D4 E5F6"
tui_say hold round
tui_keys Enter
tui_until tui_holds "never seen here"
tui_type 2
tui_until tui_holds "▸ 2  suspend"
tui_say let
tui_until tui_lacks "never seen here"
tui_keys Enter
tui_wait "a choice does not become another under the cursor" \
    "nothing is chosen yet"
tui_keys Escape
tui_until tui_lacks "What is to be done"
tui_keys Escape

# A certificate of the card in the reader.
tui_say up "plug $reader" "insert $reader full"
tui_wait "a card" "Ewa"
tui_keys F5
tui_wait "F5 on the desk is of the row under the cursor" "39D1"
tui_keys Escape

# Its page stays when the card goes, and the card that comes then is another.
tui_until tui_holds "remembered 12:00"
tui_keys Enter
tui_until tui_holds "What it is good for"
tui_say "insert $reader other"
tui_keys F5
tui_wait "F5 on its page is of the card that it was read from" \
    "SampleCard S1, 9021"
tui_ok "and not of the one that is there now" tui_lacks "OtherCard"
tui_keys Escape
tui_say "pull $reader"
tui_until tui_holds "card removed"
tui_keys F5
tui_wait "and so when none is there" "SampleCard S1, 9021"
tui_keys Escape

tui_start 200x60
tui_keys F6
tui_until tui_holds '2026/0001'
tui_keys Enter
tui_wait "200x60" "History"
tui_wait "with all that happened" "note: karta w tramwaju"
tui_keys Escape
tui_screen "200x60: the list" cases-200x60
tui_keys Escape
find_it A1B2C3D4E5F6
tui_keys F5
tui_until tui_holds "What is to be done"
tui_screen "200x60: the first question" revoke-what-200x60

# A colleague's: another point on the same registry.
tui_conf '[desk]' 'point = Point 18'
tui_start 80x24
tui_keys F6
tui_until tui_holds '2026/0001'
tui_keys Enter
tui_wait "whose it is" "in the hands of Point 17"
tui_type o
tui_gone "is taken over" "in the hands of"

tui_start 40x12
tui_keys F6
tui_wait "40x12" "2026/0001"
tui_keys Enter
tui_wait "a case" "2026/0001"
tui_keys Escape Escape
find_it 19C20E44
tui_keys F5
tui_until tui_holds "What is to be done"
tui_type 1
tui_keys Enter
tui_until tui_holds "Who asks"
tui_type 1
tui_keys Enter
tui_until tui_holds "was that person"
tui_type 1
tui_keys Enter
tui_until tui_holds "the person's words"
tui_gone "seven reasons have no room" "reason not given"
tui_keys Up
tui_wait "but the chosen one is in sight" "reason not given"
# In the other language by then, all that was typed has been read.
tui_say hold
tui_keys Enter
tui_until tui_holds "written down"
tui_type 9:30
tui_keys F9
tui_until tui_lacks "written down"
tui_keys F9
tui_until tui_holds "written down"
tui_say let
tui_until tui_holds "Since when"
tui_wait "what is typed while an answer is written is not lost" "9:30"
tui_keys Enter
tui_until tui_holds "Type the last four"
tui_type 0E44
tui_wait "and so are the digits" "0E44 "
tui_keys Enter
tui_wait "which complete it" "2026/0004"

# An end that nears is told at the top in words, and stands out there.
red_top() {
	tui_tmux capture-pane -e -p -t desk | head -n 1 | grep -q '41m'
}
tui_filled=yes
tui_start 80x24 CANNED_AHEAD=64800
tui_wait "eighteen hours on, how long still" "next in 6 h"
tui_ok "which does not stand out" eval '! red_top'
tui_start 80x24 CANNED_AHEAD=75600
tui_wait "twenty-one hours on" "next in 3 h"
tui_ok "it stands out" tui_until red_top
tui_start 80x24 CANNED_AHEAD=90000
tui_wait "and then it is late" "late by 1 h"
tui_ok "which stands out too" tui_until red_top

# What was said on leaving is written, however busy the registry: also that for
# which something else has to be written first.
noted() {
	for tui_case in 2026/0001 2026/0002 2026/0003 2026/0004; do
		within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" \
		    case "$tui_case"
	done >"$tui_dir/said" 2>&1
	grep -q "$1" "$tui_dir/said"
}
note() {
	tui_until tui_holds "Note"
	tui_type n
	tui_until tui_holds "What is to be noted"
	tui_type "$1"
	tui_keys Enter
	tui_until tui_lacks "What is to be noted"
}
tui_start 80x24
tui_keys F6
tui_until tui_holds '2026/0001'
tui_say hold
tui_keys Enter
note 'jedno zdanie'
tui_keys Escape Down Enter
note 'drugie zdanie'
tui_keys F10
tui_wait "F10 while the registry is busy" "ended with 0"
tui_ok "what was being written down is" noted 'jedno zdanie'
tui_ok "and so is what waited for it" noted 'drugie zdanie'

# What a command begins beside it the desk follows too, from the next minute on:
# ten seconds from its start.
tui_fill
tui_start 80x24 CANNED_AHEAD=$(((110 - $(date +%s) % 60) % 60))
tui_keys F6
tui_until tui_holds "No case is open"
within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" revoke \
    --who holder --proof document --reason lost --channel form \
    --confirm 3911 2129AFF24BF8E36A598C842576823911 >"$tui_dir/said" 2>&1
TUI_DEADLINE=75 tui_wait "a case that a command began is one of the desk's" \
    "cases 1"

# What comes first meanwhile moves nothing from under the cursor: a draft of ten
# days later, and then one of today by another desk.
tui_fill
tui_start 80x24 CANNED_AHEAD=864000
find_it A1B2C3D4E5F6
tui_keys F5
tui_until tui_holds "What is to be done"
tui_type 1
tui_keys Enter
tui_until tui_holds "Who asks"
tui_keys Escape
tui_until tui_holds "What is to be done"
tui_keys Escape
tui_until tui_holds "kept as a draft"
tui_keys Escape F6
tui_until tui_holds '▸ 2026/0001'
other() {
	tui_tmux capture-pane -p -t other | grep -q "$1"
}
tui_tmux new-session -d -s other -x 80 -y 24 "env CANNED='$tui_dir/fifo' \
    LC_ALL=C.UTF-8 LANGUAGE=en TZ=UTC TERM=screen-256color $tui_command"
tui_until other okienko
tui_tmux send-keys -t other F3
tui_tmux send-keys -t other -l 0D3177F0AA01
tui_until other '1 of 1'
tui_tmux send-keys -t other F5
tui_until other 'What is to be done'
tui_tmux send-keys -t other 1 Enter
tui_until other 'Who asks'
tui_tmux kill-session -t other
tui_say round
tui_until tui_holds 'open: 2'
tui_wait "the cursor stays on the case that was there" '▸ 2026/0001'
tui_ok "although another is the first" eval \
    'printf "%s\n" "$tui_shown" | grep -m 1 -o "2026/[0-9]*" | grep -q 2026/0002'

# More than a list holds are not told as if they were all.
tui_fill
sqlite3 "$tui_registry" "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1
    FROM k WHERE i < 501) INSERT INTO cases (uid, year, n, cert, action, state,
    open, due, deadline, opened_at, lease_until, changed) SELECT 'many' || i,
    2026, i, (SELECT min(id) FROM cert), 'revoke', 'closed', 0, 0, 0, 1, 0, i
    FROM k"
tui_start 80x24
tui_keys F6
tui_until tui_holds "No case is open"
tui_keys Tab
tui_wait "of more than five hundred the first are shown" "all: 500+"
tui_screen "and how others are found" cases-cut-80x24
tui_keys F9
tui_screen "in Polish" cases-cut-80x24-pl
tui_keys F9
sqlite3 "$tui_registry" "DELETE FROM cases WHERE n = 1"
tui_say round
tui_wait "five hundred are all" "all: 500 "
tui_ok "of which nothing more is said" tui_lacks "There are more"

# The most that is said of one, and of what is wrong with it, over all reasons.
tui_fill
sqlite3 "$tui_registry" "INSERT INTO model VALUES (1, 'Sample 1');
    INSERT INTO card (id, number, model, origin, first_seen, last_seen,
    changed) VALUES (1, '99990001', 1, 1, 1, 1, 1);
    UPDATE cert SET card = 1 WHERE id = 1" || exit 99
tui_start 80x24 CANNED_AHEAD=7776000
find_it 2129AFF24BF8E36A598C842576823911
tui_keys F5
tui_until tui_holds "What is to be done"
tui_type 2
tui_keys Enter
tui_until tui_holds "Who asks for it"
tui_type 1
tui_keys Enter
tui_until tui_holds "How was that person checked"
tui_type 1
tui_keys Enter
tui_until tui_holds "in the person's words"
tui_stop
tui_filled=yes
tui_start 80x24 CANNED_AHEAD=7776000
tui_keys F6
tui_until tui_holds '2027/0001'
tui_keys Enter
tui_until tui_holds "questions are open"
tui_keys Enter
tui_until tui_holds "Going on with the draft"
tui_keys Up
tui_wait "the last of the reasons is in sight when it is chosen" '▸ 7  '
tui_screen "with all that is said above them" revoke-why-80x24
tui_keys F9
tui_screen "in Polish" revoke-why-80x24-pl

# A number alone does not tell whose it is, where that is restricted.
tui_fill
within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" privacy \
    restrict --row 5 --reason 'art. 18' >/dev/null 2>&1
tui_start 80x24
tui_keys F5
tui_until tui_holds "Urząd Inny"
tui_type inny
tui_keys Enter
tui_until tui_holds "serial number, in hex"
tui_type A1B2C3D4E5F6
tui_keys Enter
tui_wait "of a restricted one that was typed it is said that it is" \
    "not told: processing"
tui_ok "and not whose it is" tui_lacks "Zawieszona"
tui_keys Down Enter
tui_wait "it can be revoked all the same" "Who asks for it"
tui_ok "by its number" tui_lacks "Zawieszona"

tui_done
