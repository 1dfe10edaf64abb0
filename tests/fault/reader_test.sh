#!/bin/sh
# The card service and readers: not there, refusing, gone in the middle of a
# read, and more cards than readers.

# shellcheck source=tests/fault/lib.sh
. "${abs_top_srcdir:?}/tests/fault/lib.sh"

# --- the service --------------------------------------------------------------

no_service()
{
	real_socket=$PCSCLITE_CSOCK_NAME
	PCSCLITE_CSOCK_NAME=$RIG_DIR/nobody.sock
	both
	told "no pcscd" PCSC-DOWN
	PCSCLITE_CSOCK_NAME=$real_socket
}

# pcscd hangs up on whom polkit refuses; and may let one in, but to no card.
refused()
{
	PCSCLITE_CSOCK_NAME=$RIG_DIR/refuser.sock
	"$rig_bin/refuser" "$PCSCLITE_CSOCK_NAME" &
	refuser=$!
	rig_wait 10 test -S "$PCSCLITE_CSOCK_NAME"
	both
	told "polkit refuses the service" PCSC-REFUSED
	watching
	rig_wait 10 has_told 1 service-gone
	is "watching, it is told" $?
	kill "$refuser"
	wait "$refuser" 2>/dev/null
	rm "$PCSCLITE_CSOCK_NAME"
	ln "$real_socket" "$PCSCLITE_CSOCK_NAME"
	rig_wait 10 has_told 1 service-up
	is "let in after all, it goes on by itself" $?
	watching_ends
	PCSCLITE_CSOCK_NAME=$real_socket

	rig_insert "$(rig_image ready)"
	: >"$shim/refuse"
	with_shim both
	told "polkit refuses the card" CARD-REFUSED
	rm "$shim/refuse"
	with_shim json card
	asks "no longer refused, it is read" '[.cards[] |
	    select(.state == "ready") | .certs | length] == [6]'
}

# A command with our library before libpcsclite.
with_shim()
{
	LD_LIBRARY_PATH=$shim
	export LD_LIBRARY_PATH
	"$@"
	unset LD_LIBRARY_PATH
}

# --- readers --------------------------------------------------------------------

read_begun()
{
	[ "$(rig_apdus 0)" -ge 10 ]
}

unplugged()
{
	rig_pull 0
	with_shim watching
	rig_wait 10 has_told 2 reader-added
	rig_insert "$(rig_image ready)" 0 --out --delay-ms 50
	rig_tell 0 insert >/dev/null
	rig_wait 10 read_begun
	: >"$shim/unplugged"
	rig_wait 10 has_told 2 reader-removed
	is "its reader unplugged in the middle of a read: it has gone" $?
	[ "$(events card-read)" -eq 0 ]
	is "and nobody says that the card was read" $?
	rig_tell 0 delay 0 >/dev/null
	rm "$shim/unplugged"
	rig_wait 20 has_told 1 card-read
	is "plugged in again, the card in it is read" $?
	gojq -s -e 'map(select(.event == "card-read")) | last | .card |
	    (.certs | length == 6) and .problems == []' lines >/dev/null
	is "whole" $?
	watching_ends

	: >"$shim/unplugged"
	with_shim both
	told "no reader" NO-READER
	rm "$shim/unplugged"
}

# Four cards by their labels, two at a time, each seen as itself.
shows_labels()
{
	gojq -s -e --arg one "$1" --arg two "$2" '
	    map(select(.event == "card-read")) | [(map(select(.where
	    == "Virtual PCD 00 00")) | last), (map(select(.where
	    == "Virtual PCD 00 01")) | last)] | map(.card.tokens[0].label) |
	    (.[0] | startswith($one)) and (.[1] | startswith($two))' lines \
	    >/dev/null 2>&1
}

swapped()
{
	rig_insert "$(rig_image ready)" 0
	watching
	rig_insert "$(rig_image other)" 1
	rig_wait 20 shows_labels 'Karta Łucji' 'Karta Stefana'
	is "two readers, two cards" $?
	rig_swap "$(rig_image full)" 0
	rig_wait 20 shows_labels 'Karta pełna' 'Karta Stefana'
	is "a third in the first" $?
	rig_swap "$(rig_image empty)" 1
	rig_wait 20 shows_labels 'Karta pełna' 'Karta pusta'
	is "a fourth in the second" $?
	rig_swap "$(rig_image other)" 0
	rig_swap "$(rig_image ready)" 1
	rig_wait 20 shows_labels 'Karta Stefana' 'Karta Łucji'
	is "the first two come back, changed over" $?
	[ "$(events card-failed)" -eq 0 ] && [ "$(events card-read)" -ge 6 ]
	is "none was missed, none failed" $?
	watching_ends
}

fault_start
# Another's folder, so that pcscd's library is found there by its name alone.
shim=$RIG_DIR/shim
mkdir "$shim" && cp "$rig_bin/shim/libpcsclite.so.1" "$shim/" || exit 99
no_service
refused
unplugged
swapped
fault_done
