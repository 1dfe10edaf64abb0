#!/bin/sh
#
# Search on the screen: results while one types, filters, a remembered
# certificate's page, documents, a person's rights; two desks on one registry.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'
ln -s "$abs_top_builddir/okienko-extract" "$tui_dir/okienko-extract"
tui_conf '[desk]' 'point = Point 17'

tui_start 80x24
tui_say up
tui_keys F3
tui_wait "F3 opens the search over an empty registry" "0 in the registry"
tui_type "kowalski"
tui_wait "nothing found, and what was tried" "Nothing found. Looked for: name"
tui_wait "and what else could help" "F4: a document"
tui_keys Escape

tui_fill
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_wait "a card that was read is remembered" "remembered 12:00"
tui_keys F3
tui_wait "search knows the card's certificates too" "11 in the registry"
tui_type kowal
tui_wait "results come while one types" "1 of 3"
tui_screen "found: two of one name told apart" find-80x24
tui_keys F9
tui_screen "the same in Polish" find-80x24-pl
tui_keys F9 C-u
tui_type 'zolc lukasz'
tui_wait "without diacritics, in any order" "Łukasz Żółć"
tui_wait "and how it stands" "revoked 2026-11-14"
tui_keys C-u
tui_type 'kowalsky'
tui_wait "misspelt" "Jan Kowalski"
tui_wait "and it says so" "kowalsky"
tui_keys C-u
tui_type '0D3177F0AA01'
tui_wait "a whole serial number" "PESEL 90"
tui_keys Enter
tui_wait "Enter opens its page" "14506 11681 9457"
tui_screen "a remembered certificate" record-80x24
tui_ok "whose bar has the key for its holder's rights" tui_holds "F12 Privacy"
tui_type c
tui_wait "the QR code" "QR code: serial"
tui_keys Escape Escape
tui_wait "Esc is back in the list" "search:"
tui_keys C-u
tui_type '515140288494'
tui_wait "a serial number in decimal" "Łukasz Żółć"
tui_keys C-u
# As a scanner types: the number and Enter, faster than any answer.
tui_tmux send-keys -t desk -l "19C20E44$(printf '\r')"
tui_wait "a number and Enter in one go open its page" "43214 8036"
tui_keys Escape C-u
# Pasted from a printout of two lines.
printf '2129 AFF2 4BF8 E36A\n598C 8425 7682 3911' |
    tui_tmux load-buffer -b printout -
tui_tmux paste-buffer -p -b printout -t desk
tui_wait "pasted lines are one number" "1 of 1"
tui_wait "that finds its certificate" "COPE PRZYK"
tui_keys C-u
tui_type 'owtsjepen'
tui_wait "hostile names are made fit to print" "[31mObcy"
tui_keys C-u
tui_type 'lecka'
tui_wait "which card it was on" "card SampleCard S1"
tui_keys C-u
tui_type 'urzad'
tui_keys C-u
tui_type 'kowalski'
tui_wait "all of them" "1 of 3"
tui_keys Tab
tui_wait "a filter" "valid ones"
tui_wait "shows only such" "1 of 2"
tui_keys Tab Tab
tui_wait "another" "revoked ones"
tui_wait "under which nothing is left" "Nothing found among those shown"
tui_keys C-u
tui_type 'kowalski 1980'
tui_wait "a year is one too, and that is said" "begin or end at the date"
tui_keys C-u
tui_type 'kowalski'
tui_until tui_lacks "begin or end at the date"
tui_keys BTab BTab BTab
tui_wait "and back" "1 of 3"
tui_keys BTab
tui_wait "before the first filter, the last issuer" "issuer: Urząd Inny"
tui_wait "whose certificates alone are left" "1 of 1"
tui_keys Tab
tui_wait "and all again" "1 of 3"

# Moments before an answer: a case goes on, somebody presses on.  A row whose
# answer is there can be erased.
answered() (
	tui_keys F12
	tui_until tui_holds "find restricted ones"
	now=1
	! tui_holds "erase everything kept" || now=0
	tui_keys Escape
	tui_until tui_lacks "find restricted ones"
	return $now
)
tui_keys Down
tui_until tui_holds "2 of 3"
tui_say hold round
tui_keys Down
tui_until tui_holds "3 of 3"
tui_keys Enter
tui_gone "the same line is asked anew: Enter opens the row that is shown" \
    "search:"
tui_keys Escape
tui_until tui_holds "search:"
tui_keys F5
tui_until tui_lacks "search:"
tui_ok "F5 is of that row" tui_lacks "issuer:"
tui_keys Escape
tui_until tui_holds "search:"
tui_ok "and so is F12" answered
# What is looked up after it is there: so is the answer.
tui_say let
tui_keys F6
tui_until tui_holds "No case is open"
tui_keys Escape
tui_wait "asked anew, the cursor stays where it is by now" "3 of 3"
tui_keys BTab
tui_until tui_holds "1 of 1"
tui_say hold
tui_keys Tab
tui_until tui_holds "all ·"
tui_say round let
tui_until answered
tui_wait "what else is asked for begins at its top all the same" "1 of 3"
tui_keys Down Down
tui_until tui_holds "3 of 3"
tui_say hold
tui_type " jan"
tui_until tui_holds "kowalski jan"
tui_keys F5
tui_wait "the old line's answer is not revoked meanwhile" "issuer:"
tui_keys Escape
tui_until tui_holds "kowalski jan"
tui_ok "nor its holder's data erased" eval '! answered'
# What is seen of it is the language, which comes after it.
tui_keys Enter F9
tui_until tui_holds "szukaj:"
tui_keys F9
tui_until tui_holds "search:"
tui_say let
tui_until tui_holds "1 of 2"
tui_keys C-u
tui_type 'kowalski'
tui_until tui_holds "1 of 3"

# An answer that comes while somebody types elsewhere does not take the keys.  The
# list of cases is asked for behind it, so that it has come when that is there.
tui_keys C-u
tui_say hold
tui_type 19C20E44
tui_keys Enter F1
tui_until tui_holds "your question:"
tui_type kow
tui_until tui_holds "your question: kow"
tui_say let
tui_keys F6
tui_until tui_holds "No case is open"
tui_keys Escape
tui_wait "what is found opens over nothing that is typed" "your question: kow"
tui_keys Escape
tui_until tui_lacks "your question:"
tui_until tui_holds "1 of 1"
tui_keys C-u
tui_type 'kowalski'
tui_until tui_holds "1 of 3"

# The rights of a person: nothing is done on one key.
tui_keys F12
tui_wait "what can be done" "erase everything kept of this person"
tui_keys Enter Enter
tui_wait "no reason, no access" "A reason is needed"
tui_type 'art. 15'
tui_keys Enter
tui_wait "with one, all that is kept" "ZAM-2026-0147"
tui_keys Escape
tui_until tui_lacks "ZAM-2026-0147"
# What was done is a change, for which the list is asked again.
tui_until answered
tui_keys F12 Up Up Up Up Enter
tui_wait "erasing asks why" "Reason"
tui_type 'art. 17'
tui_keys Enter
tui_wait "then for the digits" "This cannot be undone"
tui_type '0000'
tui_keys Enter
tui_wait "wrong ones do nothing" "not the last four"
tui_keys Escape
tui_wait "nothing has gone" "1 of 3"
tui_keys F12 Up Up Up Up Enter
tui_until tui_holds "Reason"
tui_type 'art. 17'
tui_keys Enter
tui_until tui_holds "This cannot be undone"
tui_type 'AA01'
tui_keys Enter
tui_wait "the wrong row's digits do nothing either" "not the last four"
tui_type '3911'
tui_keys Enter
tui_wait "the right ones erase" "noted in the journal"
tui_keys Escape
tui_wait "and the list knows" "1 of 2"
tui_wait "and the count of all" "10 in the registry"

# Documents.
mkdir "$tui_dir/docs"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tui_dir/key" -days 3650 \
    -out "$tui_dir/docs/osoba.pem" -subj '/CN=Osoba Z Dokumentu' \
    -addext basicConstraints=CA:FALSE 2>/dev/null
openssl pkcs12 -export -in "$tui_dir/docs/osoba.pem" -inkey "$tui_dir/key" \
    -passout pass:tajne -out "$tui_dir/docs/z.p12"
# At once, so that it is there before what could be typed has been looked for.
tui_keys F4 "$tui_dir/doc"
tui_wait "F4 asks for a document" "document:"
tui_keys Tab
tui_wait "Tab completes" "docs/"
tui_keys Enter
tui_wait "a locked file asks for its password" "locked with a password"
tui_type zle
tui_keys Enter
tui_wait "a wrong one is said" "does not open it"
tui_type tajne
tui_keys Enter
tui_wait "all are read" "files: 2 of 2, certificates: 2"
tui_until tui_lacks "reading..."
tui_keys F5
tui_wait "F5 goes on to its revocation" "What is to be done"
tui_wait "of that very one" "Osoba Z Dokumentu"
tui_keys Escape
tui_until tui_holds "files: 2 of 2"
tui_type r
tui_wait "one is remembered" "Remembered."
tui_keys Enter
tui_wait "Enter opens its page" "in document"
tui_keys Escape Escape Escape
tui_until tui_lacks "Osoba Z Dokumentu"
tui_keys C-u
tui_type 'dokumentu osoba'
tui_wait "and it is found from now on" "Osoba Z Dokumentu"

# A certificate may be valid where the signature is not.
echo umowa | openssl cms -sign -signer "$tui_dir/docs/osoba.pem" -inkey \
    "$tui_dir/key" -outform DER -nodetach -out "$tui_dir/umowa.p7m"
tui_keys F4 "$tui_dir/umowa.p7m" Enter
tui_wait "who signed is told, and that the signature was not checked" \
    "signatures themselves are right is not checked"
tui_keys Escape Escape
tui_until tui_holds "search:"

# Of a folder that holds too much it is said that a part was left out.
mkdir -p "$tui_dir/deep$(printf '/%s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)"
tui_keys F4 "$tui_dir/deep" Enter
tui_wait "what lies too deep is not left out without a word" \
    "holds more than is looked at"
tui_keys Escape Escape
tui_until tui_holds "search:"
# Five times 494 certificates, whose serial numbers differ.
mkdir "$tui_dir/many"
openssl req -x509 -key "$tui_dir/key" -days 3650 -subj '/CN=Ktoś' -set_serial \
    0x414141414141414141414141414141414141 2>/dev/null |
    grep -v -e ---- | tr -d '\n' | awk '{
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	match($0, /UFBQUFBQUFB/)
	for (i = 1; i <= 26; i++)
		for (k = 1; k <= 19; k++)
			print "-----BEGIN CERTIFICATE-----\n" \
			    substr($0, 1, RSTART + 3) substr(letters, i, 1) \
			    substr(letters, k, 1) substr($0, RSTART + 6) \
			    "\n-----END CERTIFICATE-----"
    }' >"$tui_dir/many/1.pem"
for i in 2 3 4 5; do
	cp "$tui_dir/many/1.pem" "$tui_dir/many/$i.pem"
done
tui_keys F4 "$tui_dir/many" Enter
tui_wait "so many are listed" "files: 5 of 5, certificates: 2000"
tui_ok "and that there are more is said once" \
    tui_until tui_holds "holds more than is looked at"
tui_ok "and nothing else" tui_lacks "more that could not be read"
tui_keys Escape Escape
tui_until tui_holds "search:"

# A card that comes again, before and after it has been read.
tui_keys Escape
tui_say "pull $reader" "insert $reader again"
tui_wait "what was on it stands at once, with its day" "as of 2026-11-22"
tui_screen "a card that is known, being read" again-80x24
tui_say "insert $reader renewed"
tui_wait "then what changed is said" "1 renewed"

# A second desk on the same registry finds what the first one wrote.
tui_tmux new-session -d -s other -x 80 -y 24 "env CANNED='$tui_dir/fifo' \
    LC_ALL=C.UTF-8 LANGUAGE=en TZ=UTC TERM=screen-256color $tui_command"
other() {
	tui_tmux capture-pane -p -t other | grep -q "$1"
}
tui_ok "a second desk" tui_until other okienko
tui_tmux send-keys -t other F3
tui_tmux send-keys -t other -l 'dokumentu'
tui_ok "finds what the first one remembered" tui_until other 'Osoba Z'
tui_tmux kill-session -t other

# Who issued to himself stands as the issuer too; numbers and addresses of persons
# stand where they belong and where they do not.
openssl req -x509 -key "$tui_dir/key" -days 3650 -out "$tui_dir/self.pem" \
    -addext basicConstraints=CA:FALSE -subj "/serialNumber=PNOPL-85021456786\
/UID=91020344441/emailAddress=samo@sekret.example/CN=Jan Sam 79010123454" \
    2>/dev/null
masked() (
	now=0
	for secret in 85021456786 91020344441 79010123454 samo@; do
		! tui_holds "$secret" || now=1
	done
	return $now
)
tui_start 120x60
tui_keys F3 F4 "$tui_dir/self.pem" Enter
tui_until tui_holds "certificates: 1"
tui_until tui_lacks "reading..."
tui_ok "in a list of what was found all of them are masked" masked
tui_keys Enter
tui_until tui_holds "Issuer, as it stands"
tui_ok "and on a certificate's page" masked
tui_keys F8
tui_wait "until they are asked for" "samo@sekret.example"
tui_ok "wherever they stand" eval 'tui_holds 85021456786 &&
    tui_holds 91020344441 && tui_holds "Jan Sam 79010123454"'

tui_start 200x60
tui_keys F3
tui_type kowal
tui_screen "200x60 has columns" find-200x60
tui_start 40x12
tui_keys F3
tui_type kowal
tui_screen "40x12" find-40x12

# What is asked before all is in memory is asked once more when it is, and not
# only because renewals have been looked at.
tui_fill renewal
tui_start 80x24 CANNED_LOADING=1
tui_until tui_holds "renewals 1"
tui_keys F3
tui_until tui_holds "6 in the registry"
tui_type kowalsky
tui_wait "before all has been read, not all is found" "still being read"
tui_say let
tui_gone "and is as soon as it has" "still being read"
tui_keys C-u
tui_until tui_lacks "1 of 3"
tui_type kowalski
tui_until tui_holds "1 of 3"
tui_keys Down
tui_until tui_holds "2 of 3"
within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" privacy erase \
    --row 2 --confirm AA01 --reason 'art. 17' >/dev/null 2>&1
tui_say round
tui_wait "the row under the cursor has gone: its place stays" "2 of 2"
for row in 1 3 4 5 6; do
	within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" privacy \
	    restrict --row $row --reason 'art. 18' >/dev/null 2>&1
done
tui_keys Enter
tui_wait "restricted since it was found, it opens with a reason alone" \
    "only with a reason"
tui_ok "and nothing of it is shown" tui_lacks "in decimal"

# A reason is written down for what it shows, once: not again as often as the
# registry changes behind the screen.  What is looked up after the search is there
# when the search is.
showings() {
	within 30 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" \
	    registry journal --json >"$tui_dir/journal" &&
	    [ "$(jq '[.entries[] | select(.action == "reveal")] | length' \
	    "$tui_dir/journal")" = "$1" ]
}
tui_keys Escape
tui_say round
tui_wait "what was left out is said, and the key for it" \
    "Restricted entries were left out. F12 shows them"
tui_keys F12 Up Enter
tui_until tui_holds "Reason"
tui_type 'art. 18'
tui_keys Enter
tui_wait "restricted ones for a reason" "of 2"
tui_ok "which is written down" showings 2
tui_say round
tui_keys F6
tui_until tui_holds "No case is open"
tui_keys Escape
tui_until tui_holds "of 2"
tui_ok "and not again when it is asked by itself" showings 2
tui_screen "a reason in force is seen" find-reason-80x24
tui_keys F9
tui_screen "and in Polish" find-reason-80x24-pl
tui_keys F9 F3
tui_gone "come to anew, the search has no reason any more" "for the reason given"
tui_wait "and shows nobody for it" "Restricted entries were left out"
tui_keys F12 Up Enter
tui_until tui_holds "Reason"
tui_type 'art. 18'
tui_keys Enter
tui_until tui_holds "for the reason given"
tui_until showings 4
tui_type 'x'
tui_gone "nor has another line" "for the reason given"
tui_keys BSpace
tui_wait "which counts for the same one typed anew" \
    "Restricted entries were left out"
tui_ok "so that nothing was shown for it" showings 4
tui_keys C-u F12 Up Enter
tui_wait "for nobody no reason is taken" "First type whom you look for"
tui_keys Escape
tui_until tui_lacks "First type"
tui_keys F12
tui_until tui_holds "withdraw the consent"
tui_keys Enter
tui_until tui_lacks "erase a question"
tui_type 7
tui_keys Enter
tui_until tui_holds "Reason"
tui_keys Enter
tui_wait "where nobody is meant, it is said for what one is needed" \
    'A reason is needed for "withdraw the consent'
tui_keys Escape
tui_until tui_lacks "A reason is needed"

# What ended long ago is forgotten by itself, and that is said.
tui_fill
printf '[registry]\nretention_days = 30\npath = %s\n' "$tui_registry" \
    >"$tui_dir/conf"
tui_start 80x24
tui_keys F3
tui_wait "from the start on the rule of retention is kept" \
    "1 certificate has been forgotten since the start"
tui_wait "and what has ended is gone" "5 in the registry"
tui_type kowalski
tui_until tui_holds "1 of 2"
tui_ok "also from the count beside an answer" tui_holds "5 in the registry"

printf '[registry]\nremember = no\npath = %s\n' "$tui_dir/none.db" \
    >"$tui_dir/conf"
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_wait "where nothing is to be remembered, it says so" "turned off here"
tui_ok "and no registry is made" test ! -e "$tui_dir/none.db"

tui_fill
printf '[registry]\nremember = no\npath = %s\n' "$tui_registry" \
    >"$tui_dir/conf"
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_wait "where there is one, nothing comes to it either" "turned off here"
tui_keys F3
tui_wait "which has what it had" "6 in the registry"

tui_done
