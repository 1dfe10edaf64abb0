#!/bin/sh
#
# What a customer can do with an authority from a kiosk: an order by its number
# and nothing else, a question, a lost card with the revocation password or for a
# clerk; and that of all this only the lost card is written down.

# shellcheck source=tests/tui/lib.sh
. "${abs_top_srcdir:?}/tests/tui/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

command -v curl >/dev/null || {
	echo "1..0 # SKIP curl is not installed"
	exit 0
}
trap 'office_stop; tui_end' EXIT
TUI_DEADLINE=30
umask 022	# what anybody could write is not believed
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"
first='Check my card'

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp
# No officer speaks for this kiosk.
sed -i '/^\[cmp\]/,/^\[/{/^certificate = /d;/^key = /d;}' \
    "$tui_dir/authorities.d/office.conf"
tui_conf '[network]' 'allow = 127.0.0.1' '[kiosk]' 'idle_seconds = 600'

kept() {
	[ -e "$tui_registry" ]
}

not() {
	! "$@"
}

visit_over() {
	tui_holds 'ended with' && [ "$(cat "$tui_dir/status")" = 20 ]
}

asked() {
	[ "$(office_count question all)" -eq 1 ]
}

home() {
	tui_keys "$@"
	tui_until tui_holds "$first"
}

# --- an order ------------------------------------------------------------------

tui_start 80x24 OKIENKO_MODE=kiosk
tui_until tui_holds "$first"
tui_keys 3
tui_until tui_holds 'order number:'
placed=$(office_number placed)
tui_type "$placed"
tui_keys Enter
tui_wait "an order stands where it stands" "is not confirmed yet"
tui_keys Enter
tui_wait "all that is known of it" "Ask again"
tui_ok "without what only a desk does" tui_lacks "PDF form"
tui_keys Escape
tui_until tui_holds 'order number:'
tui_keys C-u
tui_type ewa@example.org
tui_keys Enter
tui_wait "nobody looks for others by their e-mail" "That is no order number"
tui_keys Escape
tui_until tui_lacks "That is no"
home Escape Escape

# --- a question ------------------------------------------------------------------

tui_keys 4
tui_until tui_holds 'your question:'
tui_keys F4
tui_until tui_holds 'The pretend authority processes'
tui_keys Enter
tui_until tui_holds 'Who asks?'
tui_type 'Ewa Próbna'
tui_keys Enter
tui_until tui_holds 'How can the answer'
tui_type 'ewa.probna@poczta.example'
tui_keys Enter
tui_until tui_holds 'What is the question?'
tui_type 'Kiedy odbior?'
tui_keys Tab
tui_until tui_holds 'Does it concern a contract'
tui_type 1
tui_keys Enter
tui_until tui_holds 'May your data'
tui_type 2
tui_keys Enter
tui_until tui_holds 'This is what will be sent'
office_fault orders 500 1
tui_keys Enter
tui_wait "a question that does not get through is told so" "too much to do"
office_fault orders answer-lost 9
tui_keys Enter
tui_wait "as one whose answer is lost" "broke off"
office_fault orders none
tui_keys Enter
tui_wait "the next Enter gets it" "PYT-"
tui_ok "and it was asked once, however often it was sent" asked
tui_wait "and gets its number" "PYT-0001"
tui_keys Enter
tui_until tui_holds 'your question:'
home Escape
tui_ok "none of this is written down" not kept

# --- a lost card -------------------------------------------------------------------

# lost NAME PASSWORD: reported, as far as the last Enter.
lost() {
	[ "$1" = again ] || office_issue "$1" || exit 99
	tui_keys 2
	tui_until tui_holds 'serial number, in hex'
	tui_type "$OFFICE_SERIAL"
	tui_keys Enter
	tui_until tui_holds 'revocation password'
	case $2 in
	right) tui_type "$OFFICE_PASSWORD" ;;
	wrong) tui_type nieprawda-7Q ;;
	esac
	tui_keys Enter
	tui_until tui_holds 'to be revoked, for good'
	[ "$1" != jan ] || small
	tui_keys Enter
}

# What the next key does stands there in the smallest window, in the longer words.
small() {
	tui_keys F9
	tui_tmux resize-window -t desk -x 40 -y 12
	tui_wait "in few rows too: what Enter does" 'pracownika.'
	tui_tmux resize-window -t desk -x 80 -y 24
	tui_keys F9
	tui_until tui_holds 'to be revoked, for good'
}

lost jan none
tui_wait "without a password a request waits for a clerk" 'waits for a clerk'
tui_wait "with a number to tell" '/0001'
tui_ok "which is all that is written down" kept
tui_ok "for the account alone" test "$(stat -c %a "$tui_registry")" = 600
tui_ok "and nobody was asked" test "$(office_count asked cmp)" -eq 0
home Enter
lost again none
tui_wait "nor is it written down twice" 'such a request already'
home Enter
lost ewa right
tui_wait "with the password the authority accepts it" 'has accepted'
tui_ok "and revokes" test "$(office_count revoked "$OFFICE_SERIAL")" -eq 1
home Enter
lost piotr wrong
tui_wait "with a wrong one it refuses" 'has refused'
tui_ok "and does not" test "$(office_count revoked "$OFFICE_SERIAL")" -eq 0
home Enter
lost again wrong
tui_until tui_holds 'at the counter'
home Enter
lost again wrong
tui_wait "a visit has five tries, however many passwords it knows" \
    'as many as one visit may leave'
tui_wait "and is told where to go" 'people at the counter'
tui_stop
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" cases --all \
    >"$tui_dir/cases" 2>&1
tui_ok "a clerk finds them all" test "$(grep -c 2026/ "$tui_dir/cases")" -eq 3

# What was typed for one authority is no proof for another, which takes none.
mkdir "$tui_dir/paper"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tui_dir/paper/key" -days 30 \
    -subj '/CN=Urząd Papierowy' -utf8 -out "$tui_dir/paper/ca.pem" 2>/dev/null
cat >"$tui_dir/authorities.d/paper.conf" <<-EOT
	[authority]
	name = Urząd Papierowy

	[recognise]
	common_name = Urząd Papierowy
	organization_id = VATPL-0000000000

	[trust]
	certificate = $tui_dir/paper/ca.pem

	[revocation]
	channel = telephone

	[telephone]
	number = 000 000 000
	hours = daily 00:00-24:00
	say = hasło do odwołania
	checked_on = $(date +%F)
EOT

# issued_by NAME: chosen, when it is on the list.
issued_by() {
	tui_until tui_holds 'Who issued the certificate?'
	tui_type "$(printf '%s\n' "$tui_shown" | sed -n \
	    "s/.* \([1-9]\)  .*$1.*/\1/p" | head -n 1)"
	tui_keys Enter
	tui_until tui_holds 'serial number, in hex'
}
tui_filled=yes	# what is there stays there
tui_start 80x24 OKIENKO_MODE=kiosk
tui_until tui_holds "$first"
tui_keys 2
issued_by pośredni
tui_type 0A0B0C0D
tui_keys Enter
tui_until tui_holds 'revocation password'
tui_type nieprawda-7Q
tui_keys Escape
tui_until tui_lacks 'revocation password'
tui_keys Escape
issued_by Papierowy
tui_keys Enter
tui_wait "a password for another authority goes nowhere" \
    'Enter leaves it for a clerk'
home Escape Escape Escape
rm "$tui_dir/authorities.d/paper.conf"
tui_stop

# A day's worth, as if left one after the other.
python3 - "$tui_registry" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    for i in range(97):
        case = db.execute(
            "INSERT INTO cases SELECT NULL, printf('%032x', ?1), year, 1000 + ?1,"
            " cert, action, state, 0, due, deadline, opened_at, NULL, 0, changed"
            " FROM cases ORDER BY id LIMIT 1", (i,)).lastrowid
        db.execute("INSERT INTO case_event SELECT ?1, seq, at, origin, kind, data"
            " FROM case_event WHERE seq = 1 ORDER BY case_id LIMIT 1", (case,))
PY
tui_start 80x24 OKIENKO_MODE=kiosk
tui_until tui_holds "$first"
lost zofia none
tui_wait "nor does a day take more than a hundred" 'as many as a day may bring'
home Escape Escape

# --- texts made to do harm ------------------------------------------------------------

# order NUMBER SCREEN: asked for, and what comes of it.
order() {
	tui_keys C-u
	tui_type "$1"
	tui_keys Enter
	tui_until tui_holds "$2"
}

# All that is shown of it, in both languages.
whole_order() {
	order "$1" "$2" && tui_keys Enter &&
	    tui_until tui_holds 'Ask again' || return 1
	tui_keys NPage F9
	tui_until tui_holds 'Zapytaj znów' || return 1
	tui_keys NPage F9
	tui_until tui_holds 'Ask again' || return 1
	tui_keys Escape
	tui_until tui_holds 'order number:'
}

tui_record
desk=$(tui_pid)
tui_keys 3
tui_until tui_holds 'order number:'
tui_ok "as bad as the contract lets an order be" \
    whole_order "$(office_number hostile)" 'was confirmed'
for harm in 'control characters' 'what a terminal obeys' \
    'what stands elsewhere' '10,000 letters'; do
	office_fault orders harm 100 "${nth:=0}"
	tui_ok "$harm in every text" whole_order "$placed" 'not confirmed yet'
	nth=$((nth + 1))
done
for harm in 'bytes that are no UTF-8' 'a terminal'"'"'s commands for words'; do
	office_fault orders harm 100 $nth
	tui_ok "$harm: no order, and that is said" order "$placed" 'cannot be an order'
	tui_keys Escape
	tui_until tui_lacks 'cannot be an order'
	nth=$((nth + 2))
done
office_fault orders harm 100 1
tui_ok "nor does a refusal do any" order "$(echo "$placed" | tr 0-8 1-9)" 'No order'
tui_ok "and nobody is told to look by what a kiosk does not take" tui_lacks NIP
tui_ok "it is the same kiosk" test "$(tui_pid)" = "$desk"
office_fault orders none
tui_keys Escape
tui_until tui_lacks 'No order'
home Escape
tui_harmless "nothing of them reached the terminal"
tui_keys Escape
tui_ok "and the visit ends" tui_until visit_over
tui_ok "clean" [ "$(tui_tmux capture-pane -p -S - -t desk)" = 'ended with 20' ]
tui_stop

# --- more issuers than there are digits, and rows -------------------------------------

openssl ecparam -name prime256v1 -genkey -noout -out "$tui_dir/many.key"
for i in $(seq 11 35); do
	openssl req -x509 -key "$tui_dir/many.key" -days 30 \
	    -subj "/CN=Wystawca $i" 2>/dev/null
done >"$tui_dir/many.pem"
printf '%s\n' '[authority]' 'name = Wielu' '[recognise]' 'key_id = 00112233' \
    '[trust]' "certificate = $tui_dir/many.pem" \
    >"$tui_dir/authorities.d/wielu.conf"
tui_start 80x24 OKIENKO_MODE=kiosk
tui_until tui_holds "$first"
tui_keys 2
tui_wait "all issuers can be chosen" "1 of 26"
tui_keys 9
tui_wait "the ninth by its digit" "▸ 9  Wystawca 18"
for i in $(seq 17); do
	tui_keys Down
done
tui_wait "the last by arrows" "26 of 26"
tui_ok "which is seen" tui_holds "▸    Wystawca 35"
tui_screen "among those before it" lost-many-80x24
tui_keys F9
tui_screen "in Polish" lost-many-80x24-pl
tui_keys F9 Enter
tui_until tui_holds 'serial number, in hex'
tui_ok "and is what the number is of" tui_holds 'Wystawca 35'
tui_keys Escape 1
tui_wait "back at the first" "▸ 1  "
tui_keys Escape Escape
tui_ok "where the visit ends" tui_until visit_over
tui_stop

tui_done
