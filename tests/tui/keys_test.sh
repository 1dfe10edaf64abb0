#!/bin/sh
#
# What keys and the mouse do: moving, finding, masking, several cards, the PIN.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'

at_row() {
	tui_look
	printf '%s\n' "$tui_shown" | grep -q "▸ $1"
}

on_row() {
	tui_ok "$1" tui_until at_row "$2"
}

tui_conf '[desk]' 'mouse = yes' 'point = Point 17'
tui_start 80x24
tui_say up "plug $reader"
tui_type l
tui_wait "l without a card says so" "There is no card to enter a PIN for."
tui_keys F9
tui_wait "and says it in the other language too" "Nie ma karty"
tui_keys F9 Escape
tui_gone "Esc puts it away" "There is no card to enter a PIN for."
tui_say "insert $reader full"
tui_wait "a card" "1 of 6"
tui_wait "the point's name" "okienko · Point 17"
tui_keys Down
on_row "Down" "e-mail"
tui_keys End
on_row "End" "key without"
tui_keys Home
on_row "Home" "qualified"

tui_type /
tui_wait "/ opens the find field" "find:"
tui_type zwykly
tui_wait "letters without their accents find, in the issuer too" "1 of 6"
on_row "the row that matches" "e-mail"
tui_wait "the bar names what the keys do while finding" \
    "Enter Done  Esc Show all "
tui_ok "and none that would be typed" tui_lacks "l PIN"
tui_keys Enter
tui_wait "Enter leaves those that were found" "l PIN  Esc Show all "
on_row "under the cursor" "e-mail"
tui_keys Escape
tui_wait "Esc shows all again" "authority (CA)"
tui_gone "and is named no longer" "Esc Show all"
tui_type /
tui_type 'no such thing'
tui_wait "nothing matches, and it says so" "Nothing matches."
tui_keys Escape
tui_gone "Esc again" "find:"

tui_keys Enter
tui_wait "identifiers are masked" "PNOPL-44******359"
tui_keys F8
tui_wait "F8 shows them" "PNOPL-44051401359"
tui_wait "and the first line says so" "personal data shown"
tui_keys F8
tui_gone "F8 masks again" "44051401359"

# For a braille display: the arrows lead over every line, scrolled or not.
at_line() {
	[ "$(tui_cursor)" = "$1" ]
}

tui_keys End
tui_wait "the end of a page" "issuing certificates"
tui_ok "the cursor is on its first line in sight" tui_until at_line 2
tui_keys Down Down
tui_ok "Down goes on where nothing scrolls" tui_until at_line 4
tui_keys Up
tui_ok "and Up back" tui_until at_line 3
tui_keys NPage
tui_ok "PgDn leads to the last line" tui_until at_line 21
tui_keys Home
tui_ok "Home to the first" tui_until at_line 2
tui_wait "when to renew, by the desk's own settings" "Renew from 2027-02-12"
tui_keys Escape
tui_keys Down Down Down Down Enter
tui_wait "an authority's certificate" "┍━ Urząd Przykładowy"
tui_ok "has no key on a card, so none is missed" tui_lacks "private key"
tui_keys Escape

# click ROW COLUMN, from 0; as screen-256color reports it.
click() {
	click_x=$(printf %x $(($2 + 33)))
	click_y=$(printf %x $(($1 + 33)))
	tui_tmux send-keys -t desk -H 1b 5b 4d 20 "$click_x" "$click_y" \
	    1b 5b 4d 23 "$click_x" "$click_y"
}

click 13 4
on_row "a click chooses a row" "qualified signature .* to 2028"
click 13 4
tui_wait "a second one opens it" "not yet valid: from"
click 23 2
tui_wait "a click in the bar is that key" "3 of 6"
click 2 4
tui_wait "a click chooses a panel" "Read again"
tui_keys Tab Tab

# Not every terminal keeps such bytes out of a paste.
tui_tmux send-keys -t desk -H 1b 5b 32 30 30 7e
click 2 4
tui_tmux send-keys -t desk -H 1b 5b 32 30 31 7e
tui_type /
tui_wait "a mouse that is pasted clicks nothing" "find:"
tui_keys Escape
tui_until tui_lacks "find:"

tui_say "plug Other_Reader" "insert Other_Reader empty"
tui_wait "a second card makes tabs" "[1 SampleCard S1]"
tui_type ']'
tui_wait "] shows the other card" "There are no certificates on this card."
tui_wait "capacity is honest about what is unknown" "neither card nor model tells"
tui_say "unplug Other_Reader"
tui_wait "its reader goes, the first one is shown" " of 6"

tui_type l
tui_wait "l asks for the PIN and says the tries first" "PIN: 3 tries left"
tui_until tui_holds " characters"
tui_type żółw
tui_keys Enter
tui_wait "Polish letters are spoken of before they are sent" \
    "letters that cards seldom take"
tui_keys Escape
tui_type l
tui_until tui_holds ' characters'
tui_type 12
tui_keys Enter
tui_wait "one too short is not sent" "No try was spent."
tui_type 9999
tui_gone "nothing of a PIN is shown" "9999"
tui_keys Enter
tui_wait "a wrong one" "is wrong"
tui_wait "costs a try" "PIN: 2 tries left"
tui_keys F11
tui_wait "F11 shows what is behind an error" "CKR_PIN_INCORRECT"
tui_wait "whose turn it is" "It is your turn."
tui_wait "and the raw number" "pkcs11 0xa0"
tui_keys F9
tui_wait "in the other language too" "Teraz kolej na ciebie."
tui_keys F9 Escape
tui_gone "Esc leads back" "CKR_PIN_INCORRECT"
tui_until tui_holds 'PIN: 2 tries left'
tui_type 9999
tui_keys Enter
tui_wait "and another" "the last one!"
tui_type 1234
tui_keys Enter
tui_wait "the last try is asked about" "This is the last try"
tui_keys Enter
tui_wait "the right one" "was entered"

tui_gone "no error, no code" "F11"
tui_say "insert $reader mute"
tui_wait "an error on the desk itself offers its code" "F11 Code"
tui_type !
tui_wait "! is F11 where nothing is typed" "SCARD_W_UNRESPONSIVE_CARD"
tui_keys Escape
tui_gone "Esc closes it" "SCARD_W_UNRESPONSIVE_CARD"

tui_say "insert $reader locked"
tui_wait "a locked card" "PIN: locked"
tui_type l
tui_wait "says what to do" "Unlock it with the PUK"
tui_keys Escape
tui_say "insert $reader full"
tui_wait "a fresh card" "PIN: 3 tries left"
tui_type l
tui_until tui_holds ' characters'
tui_type 5555
tui_keys Enter
tui_wait "one that is over is to be changed" "has to be changed"
tui_wait "in another program" "in the issuer's program"
tui_ok "and is not asked for again" tui_lacks ' characters'
tui_keys Enter
tui_gone "nothing is left to do there" "has to be changed"
tui_type l
tui_until tui_holds ' characters'
tui_type 7777
tui_keys Enter
tui_wait "tries that another program spent are seen" "the last one!"
tui_wait "and none more was" "No try was spent."
tui_type 1234
tui_keys Enter
tui_wait "now the last one is asked about" "This is the last try"
tui_keys Escape
tui_say "insert $reader full"
tui_wait "a fresh one" "PIN: 3 tries left"
tui_type l
tui_until tui_holds ' characters'
tui_type 1234
tui_until tui_holds '●○●○'
tui_say "insert $reader full"
tui_wait "swapped under the prompt: the PIN goes nowhere" "was taken out"
# Its rest neither puts the message away nor reaches what lies under it, where q
# leaves.
tui_type 56q!
tui_keys F9
tui_wait "nor does the rest of it, over what is said" "Kartę wyjęto"
tui_keys F9
tui_until tui_holds "was taken out"
tui_keys Enter
tui_gone "which Enter puts away" "was taken out"

# A module that has its say later puts a token in front of the one that is meant.
tui_until tui_lacks "was taken out"
tui_type l
tui_until tui_holds ' characters'
tui_type 99
tui_until tui_holds '●○●○'
tui_say "change $reader front"
tui_type 99
tui_keys Enter
tui_wait "a PIN that is being typed stays the same token's" \
    "PIN for Sample (User PIN) is wrong"
tui_keys Escape
tui_until tui_lacks "is wrong"
tui_type l
tui_until tui_holds "Whose PIN?"
tui_keys Down
tui_until tui_holds "▸ Sample (User PIN)"
tui_say "change $reader two"
tui_until tui_holds "▸ Sample (User PIN)"
tui_keys Enter
tui_until tui_holds ' characters'
tui_type 1234
tui_until tui_holds '●○●○'
tui_say "change $reader unknown"
tui_wait "and goes nowhere when that is shown no longer" "no longer shows"
tui_keys Escape
tui_say "insert $reader full"

tui_say "crash other-pkcs11.so" "insert $reader mute"
tui_until tui_holds 'does not answer'
tui_type !
tui_wait "of two errors on the screen the first" " 1 of 2 "
tui_keys F11
tui_wait "F11 goes on to the next" "MODULE-CRASHED"
tui_keys Left
tui_wait "and an arrow back" "SCARD_W_UNRESPONSIVE_CARD"
tui_keys Escape
tui_gone "both are closed" "SCARD_W_UNRESPONSIVE_CARD"

tui_type q
tui_wait "q leaves" "ended with 0"

tui_authority '[authority]' 'name = Sample Authority' '[recognise]' \
    'key_id = 00112233445566778899AABBCCDDEEFF00112233' \
    'organization_id = VATPL-0000000000' \
    'common_name = COPE PRZYKŁAD - Zwykły' '[renewal]' 'renew_days = 120'
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_wait "the authority's time to renew, in the list" "112 days left"
tui_keys Enter
tui_wait "its name on the page" "authority        Sample Authority "
tui_wait "and its window" "Renew from 2026-11-14"
tui_keys Escape Down Enter
tui_wait "known by its name only" "Sample Authority (by its name only)"
tui_keys End
tui_wait "a reason quotes an address masked" "It holds the e-mail address e*"

# A page that stands beside the list follows the cursor, over what is damaged too.
tui_start 200x60
tui_say up "plug $reader" "insert $reader worn"
tui_until tui_holds 'damaged'
tui_keys Home Enter
tui_until tui_holds 'authority        Sample Authority'
tui_keys Tab Tab Tab Down Down Down Down Down

on_row "the cursor beside a page is led over a damaged certificate" 'key without'
tui_keys Escape Home
tui_until at_row qualified

# What is opened once more comes to the front, from wherever it lay.
tui_type '?'
tui_until tui_holds 'This page: all keys.'
tui_keys F6
tui_until tui_lacks 'This page: all keys.'
tui_type '?'
tui_wait "help about another page comes to the front" 'This page: all keys.'
for key in F7 F3 F1 F6; do
	tui_keys $key
done
tui_type '?'
tui_until tui_holds 'This page: all keys.'
tui_type q

# Who still waits for a card's answer at the end is told in time.
tui_start 80x24
tui_say up "plug $reader" "insert $reader full" keep
tui_until tui_holds "1 of 6"
click 2 4
tui_until tui_holds "Read again"
tui_type r
tui_keys F10
tui_wait "while a card is asked one can leave" "ended with 0"

tui_done
