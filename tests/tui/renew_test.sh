#!/bin/sh
#
# A certificate renewed on its card, with keys only, against a pretend authority
# that issued it: the card is pulled twice and the desk killed once in between.
# Other programs then find the new certificate beside its key and sign with it.

# shellcheck source=tests/tui/real.sh
. "${abs_top_srcdir:?}/tests/tui/real.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

for need in curl gojq openssl; do
	command -v "$need" >/dev/null || {
		echo "1..0 # SKIP $need is not installed"
		exit 0
	}
done
trap 'office_stop; tui_end; rig_stop' EXIT
TUI_DEADLINE=40
tui_filled=yes			# what is remembered stays from start to start

office_start "$tui_dir/office" --issue-seconds 1 || exit 99
office_conf "$tui_dir"
mkdir "$tui_dir/cards" && ln -s "$office_keys" "$tui_dir/cards/keys" &&
    ln -s "$OFFICE_DIR" "$tui_dir/cards/authority" &&
    "$rig_bin/mkcard" --card ready "$tui_dir/cards" >/dev/null || exit 99

desk_conf() {
	tui_conf '[desk]' "language = $1" '[network]' 'allow = 127.0.0.1' \
	    '[card]' "module = $opensc"
}

# desk_begins LANGUAGE: until the card that is in has been read.
desk_begins() {
	desk_conf "$1"
	tui_start 80x24
	tui_until shows 'IsoApplet' 'e-mail' ||
	    tui_ok "the card is read" false
}

okienko() {
	within 60 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" \
	    --lang en "$@" >"$tui_dir/said" 2>&1
}

says() {
	tr -s ' \n' ' ' <"$tui_dir/said" | grep -qF -e "$1" ||
	    ! sed 's/^/# /' "$tui_dir/said"
}

# F7 on the first certificate for mail, whichever row of the panel that is.
renew() {
	tui_keys Home
	tui_until first_is_chosen
	# shellcheck disable=SC2046 # a Down for each row before it
	tui_keys $(rows | sed '/e-mail/,$d' | sed 's/.*/Down/')
	tui_until row_is_chosen
	tui_keys F7
}

rows() {
	tui_look
	printf '%s\n' "$tui_shown" | sed -n '/Certificates/,/┕\|└/p' |
	    sed -n '2,/┕\|└/p'
}

first_is_chosen() {
	rows | head -n 1 | grep -q '▸'
}

row_is_chosen() {
	tui_look
	printf '%s\n' "$tui_shown" | grep -q '▸ e-mail'
}

card() {
	rig_tell 0 "$1" >/dev/null
}

# pin WHAT: the prompt says what it is for, and gets the PIN.
pin() {
	tui_wait "the PIN is asked for: $1" "$1"
	may_type
	tui_type 1234
	tui_keys Enter
}

token() {
	pkcs11-tool --module "$opensc" --login --pin 1234 "$@" \
	    2>"$tui_dir/tool.log"
}

private_keys() {
	token -O --type privkey | grep -c '^Private Key'
}

# --- with keys only ---------------------------------------------------------------

rig_insert "$tui_dir/cards/ready.card" 0
keys_before=$(private_keys)
desk_begins en
renew
tui_wait "first everything is checked" 'It can be renewed here, now'
tui_ok "with its order" tui_holds "$(office_number renewal) takes a request"
tui_keys F7
tui_wait "F7 once more: all renewals" 'No renewal is open'
tui_keys Escape
tui_until tui_holds 'Enter begins'
tui_keys F9
tui_wait "what was found is told in the other language" 'przyjmuje wniosek'
tui_keys F9
tui_until tui_holds 'Enter begins'
tui_ok "and nothing is written" sh -c "! '$abs_top_builddir/okienko' \
    --conf '$tui_dir/conf' --json renewals --all | grep -q state"
tui_keys Enter
pin 'For the new key'
tui_wait "the request is shown before it is signed" 'This request will be signed'
tui_ok "without the holder's number" tui_lacks '85010112345'
tui_keys F7
tui_until tui_holds 'open: 1'
tui_keys Enter
tui_until tui_holds 'R2026/'
tui_wait "whoever comes back by the list is asked on" \
    'This request will be signed'
card pull
tui_wait "the card is pulled: that is told, and no Enter needed" 'put it in'
card insert
tui_wait "it is back: the request is shown again" 'This request will be signed'
tui_keys Enter
pin 'For the '
tui_wait "the request is sent" 'The authority has the request'
kill -KILL "$(tui_pid)"
tui_wait "the desk is killed" 'ended with 137'

# The request that the authority has, by OpenSSL's own word.
request_is_right() {
	okienko --json renewals && okienko request "$(gojq -r \
	    '.renewals[0].renewal' "$tui_dir/said")" --save "$tui_dir/csr" &&
	    openssl req -in "$tui_dir/csr" -verify -noout 2>/dev/null
}
tui_ok "its request is right by OpenSSL's own word" request_is_right

# A case of the signature's certificate beside it, whose clock runs.
case_begun() {
	sign=$(openssl x509 -in "$tui_dir/cards/certs/qualified.pem" -noout \
	    -serial | cut -d = -f 2)
	okienko revoke --who holder --proof document --reason lost \
	    --channel form --confirm "${sign#"${sign%????}"}" "$sign" ||
	    ! sed 's/^/# /' "$tui_dir/said"
}

# both CASE RENEWAL: on the first line.
both() {
	tui_look
	printf '%s\n' "$tui_shown" | head -n 1 | grep -q "$1 .*$2 .*:"
}
tui_ok "a case is begun" case_begun
desk_begins en
tui_until shows 'renewals 1'
tui_ok "the next one says that a renewal is open, and a case" \
    tui_until both 'cases 1, next in 2[34] h' 'renewals 1'
tui_keys F9 F8
tui_ok "in Polish too, and with more to tell" tui_until both \
    'sprawy 1, pilna za 2[34] h' 'odnowienia 1 .*dane osobowe widoczne'
tui_keys F9 F8
tui_until both cases renewals
renew
tui_wait "and goes on" 'To write the new certificate'
card pull
tui_wait "the card is pulled again: it is waited for" 'put it in'

# It is asked for on its own page, by itself or by a key.
asked() {
	tui_holds 'To write the new certificate' || tui_holds 'Enter PIN'
}

# The card has been asked all that it is asked before a PIN: five looks the same.
quiet_was='' quiet=0
is_quiet() {
	quiet_now=$(rig_apdus 0)
	[ "$quiet_now" = "$quiet_was" ] && quiet=$((quiet + 1)) || quiet=0
	quiet_was=$quiet_now
	[ "$quiet_now" -gt 0 ] && [ "$quiet" -ge 5 ]
}
tui_keys F3
tui_until tui_holds 'search:'
tui_type Kowal
: >"$RIG_DIR/apdu0"
card insert
tui_until is_quiet
tui_type ski
tui_wait "no PIN is asked for over what is being typed" 'search: Kowalski'
tui_keys Escape
tui_until asked
tui_lacks 'Enter PIN' || tui_keys Enter
pin 'To write the new certificate'
tui_wait "the certificate is on the card and proved" 'The new certificate works'
tui_ok "the old one is not removed without a word" \
    tui_holds 'old mail may never open again'
tui_keys Enter
tui_wait "and done" 'Renewed: the new certificate works'
tui_gone "it is open no more" 'renewals 1'
tui_keys r
tui_wait "what registering it means" 'can mean three things'
tui_wait "the system's own p11-kit knows the card's software" '✓ p11-kit'
tui_keys 2
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/left.cer"
tui_keys Enter Escape
tui_until tui_holds 'Renewed:'
tui_ok "its file is written although the page is left at once" \
    tui_until test -s "$tui_dir/left.cer"
tui_keys F7
tui_wait "no renewal is open any more" 'No renewal is open'
tui_keys Tab
tui_wait "of all of them it is the only one" 'all: 1'
tui_keys F9
tui_wait "and so in Polish" 'wszystkie: 1'
tui_stop

# --- what others say -----------------------------------------------------------------

tui_ok "the authority certified one request" \
    test "$(office_count issued all)" -eq 1
tui_ok "no second key was made" test "$(private_keys)" -eq "$keys_before"
okienko --json renewals --all
tui_ok "the journal says that it is done" says '"state": "done"'
number=$(gojq -r '.renewals[0].renewal' "$tui_dir/said")
okienko --json renew "$number"
serial=$(gojq -r .issued.serial "$tui_dir/said")

# signed: by the key beside the new certificate, which others find by its id.
signed() {
	id=$("$abs_top_builddir/okienko" --conf "$tui_dir/conf" --json card |
	    gojq -r --arg serial "$serial" '.cards[].certs[]? |
	    select(.cert.serial == $serial or
	    .cert.serial_hex == $serial) | .id' | head -n 1)
	echo "signed by the new key" >"$tui_dir/text"
	[ -n "$id" ] &&
	    token -r --type cert --id "$id" -o "$tui_dir/new.der" &&
	    token --sign --mechanism SHA256-RSA-PKCS --id "$id" \
	    -i "$tui_dir/text" -o "$tui_dir/signature" >/dev/null &&
	    openssl x509 -in "$tui_dir/new.der" -inform DER -pubkey -noout \
	    >"$tui_dir/new.pub" &&
	    openssl dgst -sha256 -verify "$tui_dir/new.pub" -signature \
	    "$tui_dir/signature" "$tui_dir/text" >/dev/null
}
tui_ok "pkcs11-tool signs with it, and OpenSSL agrees" signed
tui_ok "it leads to the authority" sh -c "openssl x509 -inform DER \
    -in '$tui_dir/new.der' | openssl verify -CAfile '$OFFICE_ROOT' \
    -untrusted '$OFFICE_CA' >/dev/null"

# --- a key and a request of another program's --------------------------------------------

# As by another program: a key, its request, and nothing that this desk follows.
# requested SERIAL
requested() {
	rm -f "$tui_dir/made.csr"
	printf '1234\n' >"$tui_dir/pin"
	{ token --keypairgen --key-type rsa:2048 --id 77 --label made \
	    >/dev/null || ! sed 's/^/# /' "$tui_dir/tool.log"; } &&
	    { okienko --json request "$1" --confirm --pin-fd 3 \
	    --save "$tui_dir/made.csr" 3<"$tui_dir/pin" ||
	    ! sed 's/^/# /' "$tui_dir/said"; } &&
	    okienko renew "$(gojq -r .number "$tui_dir/said")" --give-up test
}

made_elsewhere() {
	requested "$serial" &&
	    certified made 0B04
}

# certified NAME SERIAL: NAME.pem for NAME.csr, and with its issuer, in PKCS#7.
certified() {
	openssl x509 -req -in "$tui_dir/$1.csr" -CA "$OFFICE_CA" \
	    -CAkey "$OFFICE_DIR/ca.key" -set_serial "0x$2" -days 90 \
	    -out "$tui_dir/$1.pem" 2>/dev/null &&
	    openssl crl2pkcs7 -nocrl -certfile "$tui_dir/$1.pem" \
	    -certfile "$OFFICE_CA" -out "$tui_dir/$1.p7"
}

# refuses WHAT TEXT SAYING: pasted, it is not taken, in a sentence.
refuses() {
	printf '%s' "$2" >"$tui_dir/hostile"
	tui_paste "$tui_dir/hostile"
	tui_wait "$1" "$3"
}

# What somebody may paste by mistake, wherever a certificate is waited for.
mistakes() {
	refuses "pasted letters are none" 'Dzień dobry, oto certyfikat.' \
	    'The pasted text holds no certificate'
	refuses "a private key is told to be one" "$(cat "$tui_dir/weak.key")" \
	    'The pasted text holds a private key'
	refuses "control characters are none" \
	    "$(printf '\002\010\177\200\377\t%s' MIIB)" \
	    'The pasted text holds no certificate'
	refuses "a key without its armour is told too" \
	    "$(grep -v -e - "$tui_dir/weak.key" | fold -w 33)" \
	    'The pasted text holds a private key'
}
openssl req -new -newkey rsa:1024 -nodes -keyout "$tui_dir/weak.key" \
    -subj '/CN=Jan Próbny' -utf8 -out "$tui_dir/weak.pem" 2>/dev/null
tui_ok "a certificate comes for a key that waits on the card" made_elsewhere
desk_begins en
renew
tui_wait "before a renewal it can be brought" 'f From file'
tui_keys f
tui_wait "from a file" 'Which file holds'
tui_type "$tui_dir/made.pem"
# Once too often: nothing begins while it is being read.
tui_keys Enter Enter
tui_wait "whose key is found" 'its key waits on the card'
tui_keys Escape
tui_until tui_lacks 'its key waits'
renew
tui_until tui_holds 'Enter begins'
mistakes
refuses "too much is not taken" "$(head -c 270000 /dev/zero | tr '\0' A)" \
    'larger than anything'
grep -v -e - "$tui_dir/made.p7" | fold -w 41 >"$tui_dir/bare"
tui_paste "$tui_dir/bare"
tui_wait "or it is pasted, without its armour" 'its key waits on the card'
tui_until tui_holds 'Enter begins'
tui_keys Enter
pin 'To write the new certificate'
tui_wait "it is put beside it and proved" 'The new certificate works'
tui_keys Enter
tui_until tui_holds 'Renewed:'
tui_keys Escape

# --- a request that somebody carries, and what comes is pasted -----------------------------

renew
tui_until tui_holds 'd Way'
tui_keys d
tui_wait "another way can be chosen" 'How is the request to get'
tui_keys F9 3 Enter
tui_until tui_holds 'Enter zaczyna'
tui_keys F9
tui_wait "what is chosen while all is looked at anew is what its row says" \
    'by EST'
tui_until tui_holds 'Enter begins'
tui_keys d
tui_until tui_holds 'How is the request to get'
tui_type "$(printf '%s\n' "$tui_shown" | sed -n \
    's/.*\([0-9]\).* by a file that is carried.*/\1/p')"
tui_keys Enter
tui_until tui_lacks 'How is the request to get'
tui_wait "that of a file" 'which way         by a file'
tui_until tui_holds 'Enter begins'
tui_keys Enter
pin 'For the new key'
tui_until tui_holds 'This request will be signed'
tui_keys Enter
tui_wait "the request is signed" 's saves the request'
tui_keys s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/carried.csr"
tui_keys Enter
tui_wait "and saved" 'Saved:'
tui_ok "the authority certifies it" certified carried 0B05
mistakes
tui_paste "$tui_dir/carried.pem"
tui_wait "its certificate is pasted" 'A certificate was pasted; Enter takes it'
tui_keys Enter
pin 'To write the new certificate'
tui_wait "it is written and proved" 'The new certificate works'
tui_paste "$tui_dir/carried.pem"
tui_wait "where none is waited for that is told" 'waits for none now'
tui_stop

# On the card byte by byte, by another program's word.
is_on_card() {
	openssl x509 -in "$1" -outform DER -out "$tui_dir/want.der" &&
	    id=$("$abs_top_builddir/okienko" --conf "$tui_dir/conf" --json \
	    card | gojq -r --arg serial "$2" '.cards[].certs[]? |
	    select(.cert.serial == $serial) | .id' | head -n 1) &&
	    token -r --type cert --id "$id" -o "$tui_dir/got.der" >/dev/null &&
	    cmp "$tui_dir/want.der" "$tui_dir/got.der"
}
tui_ok "and is on the card, byte by byte" \
    is_on_card "$tui_dir/carried.pem" 0B05

# --- one that was sent to the order service, and its certificate is there -----------------

# der COMMAND...: what it gives, as JSON takes it.
der() {
	"$@" -outform DER | base64 -w 0
}

order_asked() {
	requested "$(openssl x509 -in "$1" -noout -serial | cut -d = -f 2)" &&
	    gojq -n --arg request "$(der openssl req -in "$tui_dir/made.csr")" \
	    --arg cms "$(openssl req -in "$tui_dir/made.csr" -outform DER |
	    der openssl cms -sign -binary -nodetach -signer "$1" -inkey "$2")" \
	    '{ request: $request, signed_by_old: $cms }' |
	    curl -s --noproxy '*' -f --cacert "$OFFICE_ROOT" -o /dev/null \
	    -H "X-API-Key: $(cat "$OFFICE_API_KEY")" --data-binary @- \
	    -H 'Content-Type: application/json' \
	    -H 'Idempotency-Key: 00112233445566778899aabbccddeeff' \
	    "$OFFICE_ORDERS/orders/$order/request" &&
	    office_order "$order" ready
}

order=$(office_number renewal-signed)
"$rig_bin/mkcard" --card other "$tui_dir/cards" >/dev/null
rig_insert "$tui_dir/cards/other.card" 0
tui_ok "another program has sent a request for an order" order_asked \
    "$tui_dir/cards/certs/other-email.pem" "$office_keys/other-email.pem"
keys_before=$(private_keys)
okienko collect "$order"
tui_ok "the desk sees that its key waits on the card" \
    says 'has the certificate for a key that waits on the card'
desk_begins en
renew
tui_wait "and tells so before it begins" 'has been issued: Enter fetches it'
tui_keys Enter
pin 'To write the new certificate'
tui_wait "without a request it is fetched, written and proved" \
    'The new certificate works'
tui_keys Enter
tui_wait "and done" 'Renewed: the new certificate works'
tui_stop
okienko --json order "$order"
tui_ok "the service has been told" says '"state": "collected"'
tui_ok "with no key more" test "$(private_keys)" -eq "$keys_before"

# --- an order whose card is not there yet ----------------------------------------------

order=$(office_number renewal)
office_order "$order" ready
card pull
tui_start 80x24
tui_until tui_holds 'Order'
tui_keys Tab
tui_until tui_holds 'number, e-mail or NIP'
tui_type "$order"
tui_keys Enter
tui_until tui_holds "Order $order"
tui_keys Enter
tui_until tui_holds 'c Collect'
tui_keys c
tui_wait "what it renews is on no card here" \
    "No card here has the certificate that order $order"
rig_insert "$tui_dir/cards/ready.card" 0
tui_wait "the card is put in: everything is checked" 'Card of the order'
tui_stop

# --- a request that somebody brought ---------------------------------------------------

okienko request --check "$tui_dir/weak.pem"
tui_ok "a weak request is refused" test $? -eq 1
tui_ok "and why" says 'too weak today'
tui_ok "its key is looked for" says 'on no card that is in a reader'
okienko request --check "$tui_dir/conf"
tui_ok "what is none is told" says 'holds no certificate request'

tui_done
