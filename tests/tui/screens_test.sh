#!/bin/sh
#
# What the desk looks like: empty, with a card, on small and large terminals,
# in both languages, in ASCII; whole screens against saved ones.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'

shows_card() {
	tui_holds "SampleCard S1" && tui_holds "PIN: 3 tries left"
}

tui_start 80x24
tui_wait "the first frame comes before any card" "Looking for readers"
tui_screen "the empty desk" empty-80x24
tui_say up
tui_wait "no reader is said, with the next step" "No card reader is connected."
tui_say "plug $reader"
tui_wait "a reader shows by itself" "Put a card into the reader."
tui_say "insert $reader full"
tui_wait "a card shows by itself" "SampleCard S1"
tui_screen "the desk with a card" desk-80x24
tui_keys F9
tui_wait "F9 switches to Polish at once" "Certyfikaty"
tui_screen "the desk in Polish" desk-80x24-pl
tui_keys Enter
tui_screen "a certificate in Polish" cert-80x24-pl
tui_keys F9
tui_screen "a certificate" cert-80x24
tui_keys Escape
tui_say "insert $reader memory"
tui_screen "free bytes and no total" memory-80x24
tui_say "crash sample-pkcs11.so"
tui_wait "software that stopped, and what happens now" "starts it again"
tui_ok "and still what the card is, and its PIN" shows_card
tui_say "insert $reader full"
tui_wait "another card" "5 of 7 qualified"
tui_keys Enter
tui_say "pull $reader"
tui_wait "its page stays and says that the card has gone" "card removed"
tui_keys Escape
tui_say "insert $reader full"
tui_keys c
tui_until tui_holds "SampleCard S1"
tui_keys Enter
tui_until tui_holds "What it is good for"
tui_say "change $reader again"
tui_keys c
tui_wait "a card that is read again" "QR code: "
tui_ok "has not gone from its reader, says the code" tui_lacks "card removed"
tui_keys Escape
tui_until tui_holds "What it is good for"
tui_ok "nor from its page" tui_lacks "card removed"
tui_say "change $reader mute"
tui_wait "one that cannot be read again has not either" "is in the reader, but"
tui_ok "and is not said to" tui_lacks "card removed"
tui_say "change $reader full" died
tui_gone "which is not said any more when it can" "is in the reader, but"
tui_say up "plug Other_Reader" "insert $reader again" settled
tui_keys c
tui_wait "nor did it go with the card process" "QR code: "
tui_ok "which has come back" tui_lacks "card removed"
tui_keys Escape
tui_say "pull $reader"
tui_wait "then it is taken out" "card removed"
tui_say "insert $reader full" died
tui_gone "it is in again" "card removed"
tui_say up "plug $reader" settled
tui_wait "taken out while nobody looked" "card removed"
tui_keys Escape
tui_wait "behind it the desk has noticed too" "Put a card into the reader."
tui_say "insert $reader full"
tui_keys c
tui_wait "the card is back" "SampleCard S1"
tui_keys Enter c
tui_screen "the QR code" qr-80x24
tui_say "pull $reader"
tui_wait "it too says that the card has gone" "card removed"
tui_say "insert $reader full"
tui_gone "and that it is back" "card removed"
tui_keys Escape Escape
tui_say "change $reader again"
tui_keys Tab Tab Enter
tui_wait "the card's page while it is read" "sample table"
tui_keys End
tui_wait "tells of no capacity yet" "reading..."
tui_ok "and what is to be cleaned up" tui_lacks "to clean up"
tui_say "change $reader half"
tui_wait "nor where it was read in part" "could not be read whole"
tui_ok "which was not all" tui_lacks "to clean up"
tui_say "change $reader full"
tui_keys End
tui_wait "of a whole card it does" "to clean up"
tui_keys Escape
tui_say "change $reader partly"
tui_wait "where one module could not read its part nothing is counted" \
    "the card could not be read whole"
tui_say "change $reader full"
tui_keys Tab Tab '?'
tui_until tui_holds "This page: all keys."
tui_screen "help on the certificates" help-80x24
tui_keys Escape

# While a card is read, what stands first is under the cursor, whichever was read
# first: it is the one that is mostly meant.  Once somebody chose, that stays.
tui_say "pull $reader" "insert $reader second"
tui_until tui_holds "1 of 1"
tui_say "insert $reader full"
tui_wait "the first of a card is under the cursor, in whatever order it is read" \
    "1 of 6"
tui_keys Down Down Down
tui_until tui_holds "4 of 6"
tui_say "plug Other_Reader" "insert Other_Reader second"
tui_keys Right
tui_until tui_holds "1 of 1"
tui_keys Left
tui_wait "what was chosen is chosen still behind a look at another card" "4 of 6"

# 80x24 less one line, as under a status line of tmux.
tui_start 80x23
tui_say up "plug $reader" "insert $reader full"
tui_screen "80x23" desk-80x23
tui_start 200x60
tui_say up "plug $reader" "insert $reader two" "plug Other_Reader"
tui_screen "200x60, two readers" desk-200x60
tui_keys Enter
tui_screen "200x60, a certificate beside the list" cert-200x60
tui_keys Tab
tui_keys Tab
tui_keys Tab
tui_start 40x12
tui_say up "plug $reader" "insert $reader full"
tui_screen "40x12 has one panel" desk-40x12
tui_keys Tab
tui_keys Tab
tui_screen "40x12, two panels on" reader-40x12
tui_keys Tab
tui_keys Tab
tui_keys Enter
tui_screen "40x12, a certificate" cert-40x12
tui_keys c
tui_screen "40x12, the serial number where no code fits" qr-40x12
tui_start 400x100
tui_say up "plug $reader" "insert $reader full"
tui_wait "400x100" "Sample (User PIN)"

tui_start 80x24 LC_ALL=C LANGUAGE=pl
tui_say up "plug $reader" "insert $reader full"
tui_screen "an ASCII terminal, in Polish" desk-80x24-ascii
tui_keys Enter
tui_screen "a certificate in ASCII" cert-80x24-ascii

# What a card may hold must not reach the terminal as it is.
tui_start 80x24
tui_say up "plug $reader" "insert $reader hostile"
tui_screen "names full of escapes" hostile-80x24
tui_keys Enter
tui_wait "the page warns of them" "hidden or broken characters"
tui_keys Escape Down Enter
tui_wait "and of look-alike letters" "letters of several alphabets"
tui_keys Escape
tui_say "insert $reader unknown"
tui_wait "a card nobody knows" "No card software here knows the card"
tui_say "insert $reader mute"
tui_wait "a card that does not answer" "does not answer"

tui_done
