#!/bin/sh
#
# The desk with an officer's card, a token of SoftHSM's: nothing goes to the
# pretend authority before the card has signed, a wrong PIN sends nothing, the
# right one revokes.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

softhsm=/usr/lib/softhsm/libsofthsm2.so
for need in curl pkcs11-tool softhsm2-util; do
	if ! command -v "$need" >/dev/null || ! [ -e "$softhsm" ]; then
		echo "1..0 # SKIP $need or SoftHSM is not installed"
		exit 0
	fi
done
trap 'office_stop; tui_end' EXIT
TUI_DEADLINE=30
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"

# The key leaves its file for the card, and the authority's settings say so.
officer_card() {
	mkdir "$tui_dir/tokens"
	echo "directories.tokendir = $tui_dir/tokens" >"$tui_dir/softhsm.conf"
	SOFTHSM2_CONF=$tui_dir/softhsm.conf
	export SOFTHSM2_CONF
	conf=$tui_dir/authorities.d/office.conf
	cert=$(sed -n '/^\[cmp\]/,/^\[/s/^certificate = //p' "$conf")
	key=$(sed -n '/^\[cmp\]/,/^\[/s/^key = //p' "$conf")
	openssl x509 -in "$cert" -outform DER -out "$tui_dir/officer.der" &&
	    openssl pkey -in "$key" -outform DER -out "$tui_dir/officer.key" &&
	    softhsm2-util --init-token --free --label Operator --pin 4711 \
	    --so-pin 12345678 >/dev/null &&
	    token -w "$tui_dir/officer.key" -y privkey &&
	    token -w "$tui_dir/officer.der" -y cert || exit 99
	sed -i "/^\[cmp\]/,/^\[/s/^key = .*/key_on_card = yes/" "$conf"
	rm "$tui_dir/officer.key"
}

token() {
	pkcs11-tool --module "$softhsm" --login --pin 4711 --id 0f "$@" \
	    >"$tui_dir/tool.log" 2>&1
}

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp
officer_card
tui_conf '[network]' 'allow = 127.0.0.1' '[card]' "module = $softhsm"
office_issue jan || exit 99
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" import \
    "$tui_dir/office/issued/jan.pem" >/dev/null || exit 99
tui_filled=yes

asked() {
	office_count asked cmp
}

pin() {
	tui_until tui_holds 'is signed in the officer'
	tui_type "$1"
	tui_keys Enter
}

tui_start 80x24
tui_until tui_holds "Inspektor"
tui_keys F3
tui_until tui_holds 'search:'
tui_type "$OFFICE_SERIAL"
tui_until tui_holds '1 of 1'
tui_keys F5
tui_until tui_holds 'What is to be done'
tui_type 2
tui_keys Enter
for question in 'Who asks' 'was that person checked' "in the person's words"; do
	tui_until tui_holds "$question"
	tui_type 1
	tui_keys Enter
done
tui_until tui_holds 'Since when'
tui_keys Enter
tui_until tui_holds 'Type the last four'
tui_type "$(printf %s "$OFFICE_SERIAL" | tail -c 4)"
tui_keys Enter
tui_wait "the PIN of the officer's card is asked for" "is signed in the officer"
pin 9999
tui_wait "a wrong one is told" "is wrong"
tui_ok "and nothing was sent" test "$(asked)" -eq 0
tui_type e
pin 4711
tui_wait "with the right one it is signed and proved" \
    "The certificate is revoked"
tui_ok "once" test "$(office_count revoked "$OFFICE_SERIAL")" -eq 1
tui_ok "by one request" test "$(asked)" -eq 1
tui_ok "and no PIN is on the screen or in the registry" \
    sh -c "! grep -aqE '4711|9999' '$tui_dir/stderr' '$tui_registry'"

tui_done
