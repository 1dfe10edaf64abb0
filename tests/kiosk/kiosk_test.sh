#!/bin/sh
#
# A customer's visit: what there is to choose, what is not there, and all the
# ways in which it ends.

# shellcheck source=tests/kiosk/kiosk.sh
. "${abs_top_srcdir:?}/tests/kiosk/kiosk.sh"

# --- what it looks like --------------------------------------------------------

kiosk_start 40x20
tui_screen "the first screen at 40 columns" kiosk-40x20
kiosk_term=vt220
kiosk_start 200x60
kiosk_term=
tui_screen "the first screen at 200x60" kiosk-200x60
kiosk_resize 80x24
tui_painted "on a terminal without colours" kiosk-80x24-mono
kiosk_language=pl kiosk_first='Sprawdź moją kartę'
kiosk_start 200x60
tui_screen "and in Polish" kiosk-200x60-pl
kiosk_resize 80x24
tui_screen "the first screen in Polish" kiosk-80x24-pl
kiosk_resize 40x12
tui_screen "and at 40 columns and 12 rows" kiosk-40x12-pl
tui_say up "insert $kiosk_reader left"
tui_keys 1
tui_screen "a card that was left, in all words that it takes" \
    kiosk-left-40x12-pl
tui_say "pull $kiosk_reader" "insert $kiosk_reader full"
tui_screen "certificates are told apart there" kiosk-card-40x12-pl

# A Linux console has a font of few characters, which the kernel tells.
case ${TEST_SANITIZED:-} in
'')
	cp "$tui_dir/kiosk" "$tui_dir/kiosk.kept"
	sed -i "2i export LD_PRELOAD=$abs_top_builddir/tests/bin/fakefont.so" \
	    "$tui_dir/kiosk"
	kiosk_first='Sprawdz moja karte'
	kiosk_start 200x60
	tui_ok "letters that a console's font lacks lose their marks" \
	    tui_lacks 'ź'
	tui_ok "and what is drawn with halves of a letter is not" \
	    tui_lacks '▄'
	mv "$tui_dir/kiosk.kept" "$tui_dir/kiosk"
	;;
esac
kiosk_language=en kiosk_first='Check my card'
kiosk_start 80x24
tui_screen "the first screen" kiosk-80x24
tui_painted "in high contrast" kiosk-80x24-contrast
tui_keys F9
tui_wait "F9 speaks Polish" "Co chcesz zrobi"
tui_wait "and a visit has begun that ends by itself" "za 600 s"
tui_keys F9
tui_keys Down Down Enter
tui_wait "arrows choose too" "order number:"
tui_keys Escape
kiosk_card
tui_keys 1
tui_wait "the card's certificates" "qualified signature"
tui_wait "and how its PIN stands" "PIN: 3 tries"
tui_keys Enter
tui_wait "one of them" "2129 AFF2"
tui_ok "whose holder is masked" tui_lacks 44051401359

# --- what is not there ------------------------------------------------------------

# Keys of the desk, one by one: the screen stays as it is.
tui_keys F8
# shellcheck disable=SC1003 # Ctrl and a backslash
tui_keys F3 F5 F6 F7 F10 F11 F2 F4 C-c C-z 'C-\' q '!'
tui_keys F9
tui_wait "keys that a kiosk lacks do nothing" "numer seryjny"
tui_ok "no data is unmasked" tui_lacks 44051401359
kiosk_stays "and nothing has ended or stopped"
tui_keys F9 '?'
tui_wait "help has the keys that are there" "Go back to where you were"
tui_ok "and no other" tui_lacks "Revoke or suspend"
tui_keys Escape Escape Escape
tui_wait "back at the first screen" "$kiosk_first"

# --- names made to do harm ---------------------------------------------------------

for kind in hostile worse; do
	kiosk_start 80x24
	tui_record
	tui_say up "plug $kiosk_reader" "insert $kiosk_reader $kind"
	tui_until tui_holds 'The card is in the reader'
	tui_keys 1
	tui_until tui_holds 'PIN: 3 tries'
	tui_keys Enter
	tui_wait "a name made to do harm: $kind" 'hidden or broken characters'
	kiosk_stays "and it is the same kiosk"
done
tui_wait "printf's words are letters" '%s%n%99999d'
tui_harmless "nothing of them reaches the terminal"
kiosk_start 80x24
tui_keys Down
tui_until tui_holds "ends in"

# --- how it ends ------------------------------------------------------------------

tui_keys Escape
kiosk_ended "Esc ends the visit"
kiosk_mark
tui_keys Escape
tui_keys Escape
tui_keys Down
tui_wait "no visit, no end of one" "ends in"
kiosk_stays "so Esc alone began none"

kiosk_start 80x24 'leave_seconds = 1'
kiosk_card
tui_keys 1
tui_until tui_holds "qualified signature"
tui_say "pull $kiosk_reader"
tui_wait "what was of the card leaves with it" "card taken out"
kiosk_ended "and then the visit is over"
kiosk_mark
kiosk_card
tui_keys 3
tui_until tui_holds "order number:"
tui_type "ZAM"
tui_say "pull $kiosk_reader"
tui_wait "who types something is told" "a key goes on"
tui_keys Down
tui_wait "a key goes on" "ends in"
tui_wait "with what was typed" "order number: ZAM"
kiosk_stays "in the same visit"

kiosk_start 80x24 'leave_seconds = 60'
kiosk_card
tui_say "pull $kiosk_reader"
tui_until tui_holds "card taken out"
tui_say "insert $kiosk_reader two"
kiosk_ended "another card is another visit"
kiosk_mark
kiosk_card
tui_say "change $kiosk_reader two"
kiosk_stays "a card that is read again is none"
tui_say "insert $kiosk_reader two"
kiosk_ended "one that was swapped too quickly to be missed is"
kiosk_mark
kiosk_card
tui_say "pull $kiosk_reader"
tui_until tui_holds "card taken out"
tui_keys 1
kiosk_ended "and so is a key of whoever is there then"

# --- the card process ends -------------------------------------------------------

kiosk_start 80x24 'leave_seconds = 60'
kiosk_card
tui_keys 1
tui_until tui_holds "qualified signature"
tui_keys Enter
tui_until tui_holds "What it is good for"
tui_say died
tui_keys F9
tui_wait "when the card process ends, no card has left" "Do czego"
tui_ok "and none is said to" tui_lacks "karta wyjęta"
tui_keys F9
tui_say up "plug Other_Reader" "insert $kiosk_reader left" settled
tui_wait "nor when it is there again" "is in the reader, but"
tui_ok "and that is no other's visit" tui_lacks "card taken out"
kiosk_stays "which goes on"
tui_say "pull $kiosk_reader"
tui_wait "until the card is taken out" "card taken out"

# --- a card that somebody left ---------------------------------------------------

kiosk_start 80x24
tui_say up "plug $kiosk_reader" "insert $kiosk_reader left"
tui_wait "a card from before is nobody's" "A card was left here"
tui_ok "and no visit" tui_lacks "ends in"
tui_keys 1
tui_wait "the next one sees nothing of it" "give it to the staff"
tui_ok "and is asked for no PIN" tui_lacks "l PIN"
tui_keys Escape
tui_say "pull $kiosk_reader"
tui_wait "it is taken out" "Put the card in"
tui_ok "which ends nothing" tui_lacks "taken out"
tui_say "insert $kiosk_reader full"
tui_wait "a card that is put in is read" "The card is in the reader"

kiosk_start 80x24 'idle_seconds = 5'
tui_keys 3
tui_wait "the last seconds are said in the middle" "│ ends in"
kiosk_start 80x24 'idle_seconds = 5'
kiosk_mark
tui_keys 4
tui_until tui_lacks "$kiosk_first"
TUI_DEADLINE=20 kiosk_ended "who has gone is gone after a while"

# --- signals -----------------------------------------------------------------------

kiosk_start 80x24
for signal in INT QUIT TSTP WINCH; do
	kill -s $signal "$kiosk_before"
done
tui_keys 3
tui_wait "signals of keys do nothing" "order number:"
kiosk_stays "to the process"

tui_done
