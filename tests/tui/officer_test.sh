#!/bin/sh
#
# The desk with an officer's card, a token of SoftHSM's: nothing goes to the
# pretend authority before the card has signed, a wrong PIN sends nothing, the
# right one revokes.  The same from the command line.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

softhsm=/usr/lib/softhsm/libsofthsm2.so
for need in curl gojq pkcs11-tool softhsm2-util; do
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
tui_conf '[network]' 'allow = 127.0.0.1' '[card]' "module = $softhsm" \
    "writes = $tui_dir/tokens"
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

# --- the command line: the PIN by a descriptor, and typed

tui_stop
office_issue ewa || exit 99
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" import \
    "$tui_dir/office/issued/ewa.pem" >/dev/null || exit 99
digits=$(printf %s "$OFFICE_SERIAL" | tail -c 4)
said=$tui_dir/said
before=$(asked)

# command_line VERB [OPTION...]: about ewa's certificate.
command_line() {
	verb=$1
	shift
	set -- "$verb" --who holder --proof document --reason lost \
	    --confirm "$digits" --wait $((30 * TEST_SLOWNESS)) "$@" \
	    "$OFFICE_SERIAL"
	printf '%s ' timeout --foreground $((60 * TEST_SLOWNESS)) \
	    "$abs_top_builddir/okienko" --conf "$tui_dir/conf"
	printf "'%s' " "$@"
}

# with_pin PIN COMMAND...: what was said is in $said.
with_pin() {
	pin=$1
	shift
	printf '%s\n' "$pin" |
	    sh -c "$* 3<&0 </dev/null" >"$said" 2>&1
}

says() {
	tr -s ' \n' ' ' <"$said" | grep -qF -e "$1" || ! sed 's/^/# /' "$said"
}

with_pin 4711 "env SOFTHSM2_CONF=/dev/null" \
    "$(command_line suspend --officer-card --pin-fd 3)"
tui_ok "without the card a command says which card it needs" \
    says 'signed with the officer'
tui_ok "and begins nothing" sh -c "! '$abs_top_builddir/okienko' --conf \
    '$tui_dir/conf' --json cases | grep -q $digits"
with_pin 9999 "$(command_line suspend --officer-card --pin-fd 3)"
tui_ok "a wrong PIN is told" says 'is wrong'
tui_ok "and sends nothing" test "$(asked)" -eq "$before"
number=$("$abs_top_builddir/okienko" --conf "$tui_dir/conf" --json cases |
    gojq -r '[.cases[].number] | max')
with_pin 4711 "timeout $((60 * TEST_SLOWNESS)) '$abs_top_builddir/okienko' \
    --conf '$tui_dir/conf' case $number --ask --officer-card --pin-fd 3"
tui_ok "the right one sends the case" says 'The authority said yes'
tui_ok "by one request" test "$(asked)" -eq $((before + 1))

# proved: case --ask tells by its status.
proved() {
	"$abs_top_builddir/okienko" --conf "$tui_dir/conf" case "$number" \
	    --ask >"$said" 2>&1
}
tui_ok "which is proved" tui_until proved

tui_tmux new-session -d -s desk -x 80 -y 24 \
    "$(command_line lift --officer-card); echo ended with \$?; exec cat"
tui_wait "typed on the terminal, it is asked for" 'PIN of Operator'
tui_type 4711
tui_keys Enter
tui_wait "and lifts" 'ended with 0'
tui_ok "unseen" tui_lacks 4711
tui_ok "once" test "$(office_count lifted "$OFFICE_SERIAL")" -eq 1

tui_done
