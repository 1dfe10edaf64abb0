#!/bin/sh
# Cards that misbehave or are in a bad way.  Whatever a card answers, the read
# ends, what is wrong is said, and a good card after it is read whole.

# shellcheck source=tests/fault/lib.sh
. "${abs_top_srcdir:?}/tests/fault/lib.sh"

# The ready card, in its senses, in the first reader.
good_card()
{
	rig_insert "$(rig_image ready)"
	reads_whole "$1" 6
}

# --- what a card answers ------------------------------------------------------

# settles FAULT...: with these faults the card comes to an end: read, or failed
# with a sentence and a next step; and nobody was lost over it.
settles()
{
	rig_insert "$(rig_image other)" 0 --out
	for fault; do
		rig_tell 0 fault "$fault" >/dev/null
	done
	before=$(events card-read)$(events card-failed)
	rig_tell 0 insert >/dev/null
	rig_wait 20 has_ended "$before" &&
	    gojq -s -e 'map(select(.event == "card-read" or
	    .event == "card-failed")) | last | if .event == "card-failed" then
	    .error.sentence != "" and .error.next != "" else
	    .card.state == "ready" end' lines >/dev/null &&
	    [ "$(events module-stopped)" -eq 0 ]
	is "$* comes to an end" $?
}

has_ended()
{
	[ "$(events card-read)$(events card-failed)" != "$1" ]
}

nonsense()
{
	watching
	for spec in garbage@1 garbage@7 garbage@20 endless61@1 endless61@7 \
	    endless61@25 badlen=-1@2 badlen=-2@9 badlen=-100@30 badlen=1@12 \
	    badlen=300@30 sw=6F00@8 sw=6982@30; do
		settles $spec
	done
	settles badlen=-1@6 badlen=1@10 badlen=-1@20 badlen=2@30
	rig_insert "$(rig_image other)" 0
	gojq -s -e 'map(select(.event == "card-read")) | last | .card |
	    (.certs | length == 2) and .problems == []' lines >/dev/null ||
	    rig_wait 20 last_read_whole
	is "after all that the same card is read whole" $?
	watching_ends
}

last_read_whole()
{
	gojq -s -e 'map(select(.event == "card-read")) | last | .card |
	    (.certs | length == 2) and .problems == []' lines >/dev/null 2>&1
}

# Powered up again it is another card: no mixture of the two is shown.
other_card()
{
	rig_insert "$(rig_image ready)"
	watching
	rig_wait 20 has_told 1 card-read
	rig_pull
	rig_tell 0 fault "other=$(rig_image other)" >/dev/null
	rig_tell 0 insert >/dev/null
	rig_wait 20 has_told 2 card-read
	gojq -s -e 'map(select(.event == "card-read")) | last | .card |
	    (.tokens[0].label | startswith("Karta Stefana")) and
	    (.certs | length == 2 and all(.cert != null))' lines >/dev/null
	is "other answers on a second read: only those are shown" $?
	watching_ends
}

mute()
{
	rig_insert "$(rig_image ready)" 0 --out --fault mute@5
	modules "module = $opensc" "module_timeout = $((2 * TEST_SLOWNESS))"
	rig_tell 0 insert >/dev/null
	rig_wait 10 grep -q ' ON$' apdu0
	both
	told "a card that falls silent" MODULE-HUNG
	rig_tell 0 pull >/dev/null
	modules "module = $opensc"
	good_card "and then one that speaks"
}

# --- what is on a card --------------------------------------------------------

unknown()
{
	rig_remove 0
	rig_insert "$RIG_DIR/none" 0 --atr 3B8480014F4B4F3F3F
	both
	told "an ATR that nobody knows" CARD-UNKNOWN
	json card
	asks "it is shown, and no model is made up" '.cards[0] |
	    .atr == "3B8480014F4B4F3F3F" and .model.id == "" and
	    .capacity.rule == "unknown"'
	good_card "and then a known one"
}

big_and_damaged()
{
	rig_insert "$(rig_image piv-big)"
	json card
	asks "a certificate of 64 KiB is read" '[.cards[0].certs[] |
	    select(.size > 64000)] | length == 1 and .[0].cert != null'
	asks "a damaged one beside it takes no other with it" \
	    '[.cards[0].certs[] | select(.cert != null)] | length >= 2'
	rig_insert "$(rig_image damaged)"
	json card
	asks "nor one that claims more than there is" '.cards[0] |
	    .state == "ready" and ([.certs[] | select(.cert != null)] |
	    length == 1)'
	asks "what is left out is missed" '.cards[0].cut'
	rig_insert "$(rig_image many)"
	json card
	asks "and so is what is too much for the card's software" '.cards[0] |
	    .cut and (.certs | length < 200)'
	rig_insert "$(rig_image ready)"
	json card
	asks "a card that was read whole is not said to hold more" \
	    '.cards[0].cut == false'
}

# The label's last byte begins a character that never comes.
cut_label()
{
	rig_insert "$(rig_image hostile)"
	json card
	iconv -f UTF-8 -t UTF-8 json >/dev/null
	is "a label cut inside a character: what is said is UTF-8" $?
	asks "with a sign in the place of what was cut" '[.cards[0].certs[] |
	    .label | select(startswith("Etykieta urwana w"))] == ["Etykieta urwana w \ufffd"]'
}

# --- PINs ------------------------------------------------------------------------

wrong_pin()
{
	! within 20 pkcs11-tool --module "$opensc" -l --pin 9999 -O \
	    >/dev/null 2>&1
}

# pin_line TEXT-EN TEXT-PL: both say so of the PIN.
pin_line()
{
	grep -q "PIN .*$2" en && grep -q "PIN .*$3" pl
	is "$1" $?
}

pins()
{
	rig_insert "$(rig_image ready)"
	wrong_pin && wrong_pin
	both
	pin_line "the last try is said to be the last" 'the last one' 'ostatnia'
	json card
	asks "by the card's own counter" '.cards[0].tokens[0].pin |
	    .tries == 1 and .final and .tries_by == "card"'
	wrong_pin
	both
	pin_line "locked is said to be locked" 'locked' 'zablokowany'
	json card
	asks "and all the rest is read" '.cards[0] | .state == "ready" and
	    .tokens[0].pin.locked and (.certs | length == 6)'
}

fault_start
nonsense
other_card
mute
unknown
big_and_damaged
cut_label
pins
good_card "in the end a good card is read whole"
fault_done
