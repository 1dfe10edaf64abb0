#!/bin/sh
#
# A card of the staff opens the whole desk on a kiosk, after it has signed for
# its PIN, and locks it by leaving; a wrong PIN, another card and one with a copy
# of the certificate open nothing.  With a real pcscd, OpenSC and SoftHSM.

# shellcheck source=tests/tui/real.sh
. "${abs_top_srcdir:?}/tests/tui/real.sh"

first='Check my card'
TUI_DEADLINE=30
umask 022

# kiosk MODULE: with that card software, and the staff's certificate in a file.
kiosk() {
	tui_conf '[kiosk]' "staff = $tui_dir/staff.pem" 'idle_seconds = 600' \
	    '[card]' "module = $1"
	tui_start 80x24 OKIENKO_MODE=kiosk "SOFTHSM2_CONF=${SOFTHSM2_CONF:-}"
	tui_until tui_holds "$first"
}

ended_with() {
	[ "$(cat "$tui_dir/status" 2>/dev/null)" = "$1" ]
}

# --- the card itself ------------------------------------------------------------

cp "${rig_cards:?}/certs/qualified.pem" "$tui_dir/staff.pem"
kiosk "$opensc"
tui_until tui_holds "Put the card in"
rig_insert "$other"
tui_wait "another card is a customer's" "The card is in the reader"
tui_keys 1
tui_until shows 'IsoApplet'
tui_keys Escape
tui_until tui_holds "$first"
tui_keys F12
tui_ok "and F12 is not there for it" tui_lacks F12
tui_stop

chmod 666 "$tui_dir/staff.pem"
rig_pull
kiosk "$opensc"
tui_until tui_holds "Put the card in"
put_in
tui_until tui_holds "The card is in the reader"
tui_keys 1
tui_until tui_holds 'qualified'
tui_keys Escape
tui_until tui_holds "$first"
tui_ok "a certificate that anybody could have written is nobody's" tui_lacks F12
tui_stop

chmod 644 "$tui_dir/staff.pem"
put_in
kiosk "$opensc"
tui_wait "a card that is there already is nobody's" "A card was left here"
tui_keys 1
tui_wait "nothing of it is read" "has been left in"
tui_ok "not what it is" tui_lacks "IsoApplet"
tui_keys Escape
rig_pull
tui_until tui_holds "Put the card in"
put_in
tui_wait "the staff's is known by its certificate" "F12 opens the desk"
tui_keys F12
may_type
tui_type 9999
tui_keys Enter
tui_wait "a wrong PIN opens nothing" "2 tries left"
may_type
tui_type 1234
tui_keys Enter
tui_wait "the right one opens the desk" "F6 Cases"
tui_wait "which says whose it is" "locked when the card is taken out"
tui_keys F3
tui_wait "with all that a desk has" "in the registry"
tui_keys F4
tui_until tui_holds "document:"
tui_type "$tui_dir/staf"
tui_keys Tab Enter
tui_wait "but documents from a stick alone" "a kiosk reads documents from"
tui_ok "and no names from elsewhere" tui_lacks "/staff.pem"
rig_pull
tui_ok "it is over when the card leaves" tui_until ended_with 20
tui_ok "and nothing of it is on the terminal" tui_lacks "search:"

# --- a copy -----------------------------------------------------------------------

softhsm=/usr/lib/softhsm/libsofthsm2.so

# A token with the staff's certificate and a key of its own.
copy() {
	mkdir "$tui_dir/tokens"
	echo "directories.tokendir = $tui_dir/tokens" >"$tui_dir/softhsm.conf"
	export SOFTHSM2_CONF="$tui_dir/softhsm.conf"
	openssl x509 -in "$tui_dir/staff.pem" -outform DER \
	    -out "$tui_dir/staff.der" &&
	    openssl genpkey -algorithm RSA -outform DER \
	    -out "$tui_dir/own.key" 2>/dev/null &&
	    softhsm2-util --init-token --free --label Copy --pin 4711 \
	    --so-pin 12345678 >/dev/null &&
	    token -w "$tui_dir/own.key" -y privkey &&
	    token -w "$tui_dir/staff.der" -y cert
}

token() {
	pkcs11-tool --module "$softhsm" --login --pin 4711 --id 0f "$@" \
	    >"$tui_dir/tool.log" 2>&1
}

if [ -e "$softhsm" ] && command -v softhsm2-util >/dev/null && copy; then
	kiosk "$softhsm"
	tui_until tui_holds "F12 opens the desk"
	tui_keys F12
	may_type
	tui_type 4711
	tui_keys Enter
	tui_wait "a copy of the certificate opens nothing" "did not prove"
	tui_keys Escape
	tui_wait "and the kiosk is one" "$first"
	tui_ok "without a desk" tui_lacks "F6"
else
	echo "# SoftHSM is not installed: no copy is tried"
fi

tui_done
