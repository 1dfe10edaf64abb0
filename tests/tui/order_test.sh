#!/bin/sh
#
# Orders on the desk itself, against a pretend order service, with keys only:
# where one stands, its form, its link again, a question without a network or a
# service, a link out of a mail.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

command -v curl >/dev/null || {
	echo "1..0 # SKIP curl is not installed"
	exit 0
}
trap 'office_stop; tui_end' EXIT
TUI_DEADLINE=15
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp
tui_filled=yes			# what is remembered stays from start to start

# desk LANGUAGE: the desk, with the cursor in the order's field.
desk() {
	tui_conf '[desk]' "language = $1" '[network]' 'allow = 127.0.0.1' \
	    '[print]' 'printer = not-of-this-test'
	tui_start 80x24
	tui_until tui_holds "$2"
	tui_keys Tab
}

# ask NUMBER: asked, after whatever stood there.
ask() {
	tui_keys C-u
	tui_type "$1"
	tui_keys Enter
}

# opens NUMBER: asked, and its page opened once it is that one's answer.
opens() {
	ask "$1"
	tui_until tui_holds "Order $1"
	tui_keys Enter
	tui_until tui_holds 'Ask again'
}

# stands NAME WORDS END LINE: the order of that name comes to stand so, with the
# next step to its END, where the day is; and, where there is room, on one LINE.
stands() {
	ask "$(office_number "$1")"
	tui_wait "$1 ($language): $2" "$2"
	tui_wait "$1 ($language): to the end, $3" "$3"
	tui_tmux resize-window -t desk -x 200 -y 60
	tui_wait "$1 ($language), 200x60: $4" "$4"
	tui_tmux resize-window -t desk -x 80 -y 24
	tui_until tui_lacks "$4"
	tui_keys Escape
}

# asked_since COUNT: a question has come to the service since it counted so many.
asked_since() {
	[ "$(office_count asked orders)" -gt "$1" ]
}

# puts QUESTION: a question is written, up to what concerns the law.
puts() {
	tui_keys F4
	tui_until tui_holds 'You may ask to see them'
	tui_keys Enter
	tui_until tui_holds 'Who asks?'
	tui_type 'Ewa Inna'
	tui_keys Enter
	tui_until tui_holds 'How can the answer'
	tui_type '600 000 000'
	tui_keys Enter
	tui_until tui_holds 'What is the question?'
	tui_type "$1"
	tui_keys Tab
	tui_until tui_holds 'Does it concern a contract'
}

# A question from an answer, up to all that would be sent; and back again.
writes() {
	puts 'Kiedy?'
	tui_type 2
	tui_keys Enter
	tui_until tui_holds 'This is what will be sent'
}
is_another() {
	tui_look
	[ "$tui_shown" != "$tui_was" ]
}
leaves() {
	while tui_lacks 'What to do'; do
		tui_was=$tui_shown
		tui_keys Escape
		tui_until is_another || return
	done
}

# F1 beside an order, and what changes when that goes on.
answered() {
	placed=$(office_number placed)
	ask "$placed"
	tui_until tui_holds 'is not confirmed'
	tui_keys F1
	tui_wait 'F1 stands at the question that the order raises' \
	    'There is no confirmed order in'
	tui_keys Enter
	tui_wait 'it is answered for that order' 'is not confirmed yet'
	office_order "$placed" confirmed
	tui_type a
	tui_wait 'and otherwise once it is confirmed' 'is confirmed;'
	office_fault orders stall 1 0
	office_order "$placed" request-made
	asked=$(office_count asked orders)
	tui_type a
	tui_until asked_since "$asked"
	writes
	tui_ok 'a question written while it hangs is about the order' \
	    tui_holds "about order"
	leaves
	tui_type a
	tui_wait 'one more press gives up what hangs, and looks anew' \
	    'The request was made already'
	office_order "$placed" placed
	tui_keys Escape Escape
	tui_until tui_lacks 'your question:'
	tui_keys Escape
}

for language in en pl; do
	if [ "$language" = en ]; then
		desk en 'Order'
		stands placed 'is not confirmed' 'day for that is 2' \
		    'is missing. The last day for that is 2'
		stands confirmed 'was confirmed on' 'day for that is 2' \
		    'by the link that the authority mailed.'
		stands renewal 'was confirmed on' '│ 2026-' \
		    'here (Enter, c) or by the link that the authority mailed.'
		stands late 'no longer works' 'day for that is 2' \
		    'have it sent again. The last day for that is 2'
		stands request 'has not checked' 'in working days.' \
		    'and issues the certificate. Expected by 2'
		stands verified 'The authority checked' 'in working days.' \
		    'issues the certificate. Expected by 2'
		stands issued 'cannot be collected' 'in working days.' \
		    'and sends word. Expected by 2'
		stands ready 'waiting to be' 'day for that is 2' \
		    'onto the card. The last day for that is 2'
		stands collected 'Nothing is left' 'to be done.' \
		    '● issued  ● to collect  ● collected'
		stands cancelled 'was cancelled on' 'order.' \
		    'a certificate places a new order.'
		stands expired 'lapsed' 'order.' \
		    'a certificate places a new order.'
		stands rejected 'rejected' 'may be possible.' \
		    'Podpis na zamówieniu nie zgadza się z dokumentem.'
		stands strange 'not known here' 'what that means.' \
		    'not known here. Still missing: a-leaf.'
		ask ZZ00000000
		tui_wait "one that nobody knows" 'check digit is wrong'
	else
		desk pl 'Zamówienie'
		stands placed 'Zamówienie złożono' '│ 2026-' \
		    'czego brakuje. Ostatni dzień na to: 2'
		stands confirmed 'potwierdzono' 'na to: 2' \
		    'z wiadomości urzędu. Ostatni dzień na to: 2'
		stands renewal 'potwierdzono' 'na to: 2' \
		    'tutaj (Enter, c) albo linkiem z wiadomości urzędu. Ostatni'
		stands late 'już nie działa' '│ to: 2' \
		    'wyślij go ponownie. Ostatni dzień na to: 2'
		stands request 'jeszcze go nie' 'w dniach roboczych.' \
		    'tego oczekiwać do 2026'
		stands verified 'nie jest jeszcze' 'w dniach roboczych.' \
		    'to szacunek w dniach roboczych.'
		stands issued 'jeszcze odebrać' 'w dniach roboczych.' \
		    'Można tego oczekiwać do 2'
		stands ready 'czeka na odbiór' '│ 2026-' \
		    'na kartę. Ostatni dzień na to: 2'
		stands collected 'Nic już nie' '● gotowy ● odebrany' \
		    '● wydany  ● gotowy  ● odebrany'
		stands cancelled 'odwołano' 'zamówienie.' \
		    'certyfikat, składa nowe zamówienie.'
		stands expired 'wygasło' 'zamówienie.' \
		    'certyfikat, składa nowe zamówienie.'
		stands rejected 'odrzucił' '│ zamówienie.' \
		    'Podpis na zamówieniu nie zgadza się z dokumentem.'
		stands strange 'nieznan' 'co to znaczy.' \
		    'Brakuje jeszcze: a-leaf.'
		ask ZZ00000000
		tui_wait "one that nobody knows" 'cyfra kontrolna'
	fi
	tui_stop
done

# --- one order -----------------------------------------------------------------

language=en
desk en 'Order'
answered

# A barcode reader does not wait: what it types is the next number.  The first is
# one that nobody has asked about yet, so that its answer is not at hand.
fresh=$(office_number other-card)
placed=$(office_number placed)
confirmed=$(office_number confirmed)
office_fault orders stall -1 0
ask "$fresh"
tui_until tui_holds "Asking about $fresh"
tui_type "$placed"
tui_until tui_holds "NIP: $placed"
office_fault orders none
tui_keys Enter
tui_wait "a number that is scanned while another is asked about is asked" \
    "Order $placed"
tui_type "${confirmed%???}"
printf %s "${confirmed#"${confirmed%???}"}" >"$tui_dir/part"
tui_paste "$tui_dir/part"
tui_keys Enter
tui_wait "a number that is pasted in part is the whole one" "Order $confirmed"
printf %s "$placed" >"$tui_dir/part"
tui_paste "$tui_dir/part"
tui_until tui_holds "NIP: $placed"
tui_keys Enter Enter
tui_wait "Enter before the answer opens the order with it" 'Ask again'
tui_ok "the right one" tui_holds "$placed"
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'

# A hand that corrects one goes on with what stands there.
digit=${confirmed#"${confirmed%?}"}
ask "${confirmed%?}$(((digit + 1) % 10))"
tui_until tui_holds 'check digit is wrong'
tui_keys BSpace
tui_type "$digit"
tui_keys Enter
tui_wait "a number that is corrected is the one that is asked about" \
    "Order $confirmed"
tui_keys Left
tui_wait "one that is being corrected opens no order" "Enter Ask"
tui_ok "and stands there whole" tui_holds "NIP: $confirmed"
tui_keys Escape

# Nor does it know which panel has the keys.
tui_keys Tab
tui_type "$confirmed"
tui_keys Enter
tui_wait "a number that is scanned at another panel is asked about" \
    "Order $confirmed"
tui_keys Tab
printf %s "$placed" >"$tui_dir/part"
tui_paste "$tui_dir/part"
tui_wait "one that is pasted there stands in the order's field" "NIP: $placed"

opens "$(office_number renewal)"
tui_wait "its page says with which key it goes on" 'here (c) or by'
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'
opens "$(office_number other-holder)"
tui_wait "what renews nothing is not offered to be collected here" \
    'r Send link'
tui_ok "by any key" tui_lacks 'c Collect'
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'
ready=$(office_number ready)
opens "$ready"
tui_wait "its page" 'It is the person'
tui_ok "what it renews can be put on its card here" tui_holds 'c Collect'
tui_keys f
tui_wait "the form is fetched" 'The form is here'
tui_wait "and can be read" 'Dowód tożsamości'
tui_keys s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/form.pdf"
tui_keys Enter
tui_wait "and saved" 'Saved.'
tui_ok "as a PDF that names the order" sh -c \
    "pdftotext '$tui_dir/form.pdf' - | grep -q '$ready'"
tui_keys s
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/left.pdf"
tui_keys Enter Escape
tui_until tui_holds 'It is the person'
tui_ok "and also when its page is left at once" \
    tui_until test -s "$tui_dir/left.pdf"
tui_keys f
tui_until tui_holds 'The form is here'
tui_type d
tui_wait "to be printed it goes to CUPS and the printer that is set up" \
    'There is no printer not-of-this-test.'
tui_ok "and what to do where there is none is told" tui_holds \
    'save the page and print it elsewhere'
tui_keys Escape
tui_until tui_holds 'It is the person'
tui_keys r
tui_until tui_holds 'A new link goes to'
tui_ok "nothing is sent on one key" test "$(office_count resent all)" -eq 0
tui_keys Enter
tui_wait "the link is sent again" 'The link is sent again to'
tui_ok "once" test "$(office_count resent all)" -eq 1

# Another program collected it and its service keeps it no longer, or so.
office_order "$ready" gone
tui_keys a
tui_wait "one that the service knows no longer: so it is said" \
    "No order $ready is known"
tui_ok "and from when what is shown is" tui_holds 'What follows is from 2'
tui_ok "which can neither be collected nor sent a link for" sh -c \
    '! printf "%s\n" "$1" | grep -e Collect -e "Send link"' - "$tui_shown"
office_order "$ready" ready
tui_keys a
tui_gone "until it is known again" 'What follows is'

# rows WORDS...: each step so marked stands on the screen.
rows() {
	tui_look
	for row; do
		printf '%s\n' "$tui_shown" | grep -q "$row" || return 1
	done
}
office_fault orders wrong-type 1
tui_keys n
tui_wait "a page of the network's own instead: what to do" \
    'Open a browser on this network'
tui_ok "and that it is to be done here" tui_holds 'To be mended here: log on'
tui_keys Escape
tui_until tui_holds 'The link is sent again to'
office_fault orders stall 1 0
tui_keys n
tui_ok "the way to the service, step by step while the last one hangs" \
    tui_until rows '✓ route' '✓ TLS' 'HTTP  *being looked at'
tui_keys Escape
tui_until tui_holds 'The link is sent again to'
tui_keys n
tui_wait "and to its last step" '✓ clock'
tui_keys Escape
tui_until tui_holds 'The link is sent again to'

# --- too busy ------------------------------------------------------------------

# busy: so it is at the next question, for two hours from then on.
busy() {
	office_fault orders 429 1 7200000
	busy_from=$(date +%s)
}

# over WORDS FORMAT: they stand there, and when that is over: two hours behind some
# moment from then until now, or the minute that has begun then is over.
over() {
	tui_holds "$1$(date -u -d "@$((busy_from + 7200))" "+$2")" ||
	    tui_holds "$1$(date -u -d '+7259 seconds' "+$2")"
}
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'
busy
ask "$ready"
tui_wait "of one that is known the panel tells that it is remembered" \
    'Remembered from 2'
tui_ok "and until when the service is too busy" over 'busy until ' %H:
busy
ask ZZ00000000
tui_ok "of another, when the service wants to be asked again" \
    tui_until over 'again from ' '%F %H:'
opens "$ready"
busy
tui_keys r
tui_until tui_holds 'A new link goes to'
tui_keys Enter
tui_ok "and of what waits, when it is sent" \
    tui_until over 'by itself at ' %F

# --- off line ------------------------------------------------------------------

office_cut
tui_keys a
tui_wait "without the network what is remembered is shown" 'Remembered from'
tui_keys n
tui_wait "the way there is looked at: where it ends" 'No secure connection'
tui_wait "and who can mend it" 'To be mended by: who runs this network'
tui_keys Escape
tui_until tui_holds 'Remembered from'
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'
ask "$ready"
tui_until tui_holds 'Network'
tui_keys F2
tui_wait "of all services there, those of one server as one" \
    'orders, CMP, EJBCA, EST'
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'

# --- a question ------------------------------------------------------------------

awk 'BEGIN { for (i = 0; i < 600; i++) printf "zażółć%d ", i
    print "ostatnie słowo" }' >>"$tui_dir/authorities.d/office-clause.en"
tui_keys F4
tui_wait "the clause comes first" 'You may ask to see them'
tui_keys End
tui_wait "to its last word, however long a line is" 'zażółć599 ostatnie słowo'
tui_keys Home
tui_until tui_holds 'You may ask to see them'
tui_keys F9
tui_wait "in the language of the desk" 'Mogą Państwo żądać'
tui_keys F9
tui_until tui_holds 'You may ask to see them'
tui_keys Enter
tui_until tui_holds 'Who asks?'
tui_type 'Ewa Próbna'
tui_keys Enter
tui_until tui_holds 'How can the answer'
tui_type 'ewa.probna@poczta.example'
tui_keys Enter
tui_until tui_holds 'What is the question?'
tui_type 'Kiedy odbior?'
tui_keys F1
tui_until tui_holds 'your question:'
tui_keys F4
tui_wait "one that is being written comes back, and is not begun anew" \
    'Kiedy odbior?'
tui_keys Tab
tui_until tui_holds 'Does it concern a contract'
tui_keys Enter
tui_ok "nothing is ticked beforehand" tui_holds 'Does it concern a contract'
tui_type 1
tui_keys Enter
tui_until tui_holds 'May your data'
tui_type 2
tui_keys Enter
tui_until tui_holds 'This is what will be sent'
tui_keys Enter
tui_wait "without the network it waits, on disk" 'waits to be sent'
tui_ok "and what was written is sealed there" sh -c \
    "! cat '$tui_registry'* | grep -aqF -e ewa.probna -e 'Kiedy odbior'"
kill -KILL "$(tui_pid)"
tui_wait "the desk is killed" 'ended with 137'
office_mend
desk en 'Order'
asked() {
	[ "$(office_count question all)" -eq 1 ]
}
TUI_DEADLINE=60			# it was tried just before
tui_ok "the next desk sends it, once" tui_until asked
TUI_DEADLINE=15

# --- a link out of a mail -----------------------------------------------------------

cat >"$tui_dir/mail" <<MAIL
Dzień dobry,
> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example
> %2Fcollect%2FAbCdEfGhIj&amp;data=05
MAIL
tui_paste "$tui_dir/mail"
tui_keys Enter
tui_wait "a link is put together" 'https://evil.example/collect/AbCdEfGhIj'
tui_wait "and told whose it is not" 'does not lead to an authority'
tui_keys Escape
tui_until tui_holds 'number, e-mail or NIP'

# --- a form that is nothing but a PDF -------------------------------------------------

opens "$(office_number other-card)"
tui_keys f
tui_wait "a form without words of its own: how to view it" \
    'any PDF viewer opens it'

# --- a registry that opens later -------------------------------------------------------

tui_stop
kept=$tui_registry
tui_registry=$tui_dir/shut/registry.db
: >"$tui_dir/shut"		# where its folder should be
desk en 'Order'
writes
tui_keys Enter
tui_wait "what cannot be kept is not sent, and why is told" 'Check the disk and the permissions'
tui_ok "nor is it" test "$(office_count question all)" -eq 1
rm "$tui_dir/shut"
mkdir -m 700 "$tui_dir/shut"
tui_keys Enter
asked_now() {
	[ "$(office_count question all)" -eq 2 ]
}
tui_ok "once it can be it is, by the same desk" tui_until asked_now
tui_stop

# --- a question given away, and the desk is left ----------------------------------------

# holds, lets_go: another program writes to the registry.
mkfifo "$tui_dir/words"
holds() {
	sqlite3 "$tui_registry" <"$tui_dir/words" >"$tui_dir/held" &
	exec 4>"$tui_dir/words"
	writer=$!
	echo 'BEGIN IMMEDIATE; SELECT 1;' >&4
	tui_until grep -q 1 "$tui_dir/held"
}
lets_go() {
	exec 4>&-
	wait "$writer"
}
gives_away() {
	tui_keys Enter
	tui_until tui_holds 'being sent'
	tui_keys Escape
	tui_until tui_lacks 'being sent'
}
tui_registry=$tui_dir/left.db
desk en 'Order'
opens "$ready"
writes
holds
gives_away
tui_wait "one that could not be kept is told although its page is left" \
    'Another desk has been'
lets_go
tui_keys Enter
tui_until tui_holds 'Ask again'

# What is on disk is sent by itself, and its page says so.
office_cut
tui_keys r
tui_until tui_holds 'A new link goes to'
tui_keys Enter
tui_until tui_holds 'by itself'
writes
tui_keys Enter
tui_until tui_holds 'waits to be sent'
office_mend
TUI_DEADLINE=60
tui_wait "once it was sent its page says so" 'The question has arrived as'
tui_ok "and keeps no number of our own" tui_lacks 'number is Q-'
tui_keys Enter
tui_wait "likewise that of the link" 'The link is sent again to'
TUI_DEADLINE=15

# What waits before it hangs when the desk is left.
asked=$(office_count asked orders)
given=$(office_count question all)
office_fault orders stall -1 0
office_cut
tui_keys r
tui_until tui_holds 'A new link goes to'
tui_keys Enter
tui_until tui_holds 'by itself'
writes
office_mend
TUI_DEADLINE=60			# it was tried just before
tui_until asked_since "$asked"
TUI_DEADLINE=15
gives_away
tui_keys F10
tui_wait "whoever leaves does not wait for a service that hangs" 'ended with 0'
office_fault orders none
given_once() {
	within 60 "$abs_top_builddir/okienko" --conf "$tui_dir/conf" orders \
	    >/dev/null && [ "$(office_count question all)" -eq $((given + 1)) ]
}
tui_ok "and what was given away is sent by the next one" given_once

# The line is cut before it is on disk.
mkdir -p "$tui_dir/data"
from_afar() {
	tui_start 80x24 OKIENKO_MODE=agent "XDG_DATA_HOME=$tui_dir/data"
}
from_afar
tui_until tui_holds 'Order'
tui_keys Tab
writes
holds
tui_keys Enter
tui_until tui_holds 'being sent'
tui_signal HUP
tui_until tui_holds 'ended with'
lets_go
from_afar
tui_wait "what was not kept when the line was cut is offered again" \
    'you were writing a question'
tui_stop
tui_registry=$kept
tui_conf '[network]' 'allow = 127.0.0.1'

# --- one number at two authorities -------------------------------------------------

first=$OFFICE_PID
office_start "$tui_dir/second" || exit 99
second=$OFFICE_PID
office_order "$ready" cancelled
office_to=$tui_dir
{
	printf '[authority]\nname = Urząd Drugi\n[recognise]\n'
	printf 'key_id = %s\n' "$OFFICE_KEY_ID"
	office_conf_orders
} >"$tui_dir/authorities.d/second.conf"
OFFICE_PID=$first
office_use "$tui_dir/office"
office_cut
tui_registry=$tui_dir/two.db
desk en 'Order'
opens "$ready"
tui_until tui_holds 'was cancelled on'
office_mend
office_use "$tui_dir/second"
asked=$(office_count asked orders)
tui_keys a
tui_ok "one that two have a number of is asked of its own authority" \
    tui_until asked_since "$asked"
tui_until tui_lacks 'being asked'
tui_ok "and stays that one's" tui_holds 'was cancelled on'
tui_stop
tui_registry=$kept
OFFICE_PID=$second
office_stop
OFFICE_PID=$first
office_use "$tui_dir/office"
rm "$tui_dir/authorities.d/second.conf"

# --- a question without a service --------------------------------------------------

# Up to the page that stands to be printed or saved.
question_on_paper() {
	tui_until tui_holds 'Order'
	tui_keys Tab
	puts 'Kiedy odbior?'
	tui_type 2
	tui_keys Enter
	tui_until tui_holds 'what will stand on the page'
}

sed -i -e '/^\[orders]/,/^\[/{/^url/d;}' -e '/^way = order/d' \
    "$tui_dir/authorities.d/office.conf"
tui_stop
tui_start 80x24
question_on_paper
tui_type 2
tui_keys Enter
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/asked.pdf"
tui_keys Enter
tui_wait "without a service it is a page, with a number" 'with question Q-'
tui_ok "which is there" sh -c "head -c 5 '$tui_dir/asked.pdf' | grep -q %PDF-"
given=$(printf '%s\n' "$tui_shown" | sed -n 's/.*\(Q-[0-9A-F]*-[0-9A-F]*\).*/\1/p' | head -n 1)
tui_keys Enter
tui_keys F3
tui_until tui_holds 'in the registry'
tui_keys F12
tui_until tui_holds 'erase a question'
tui_keys Down
tui_keys Enter
tui_until tui_holds "question's number"
tui_type "$given"
tui_keys Enter
tui_until tui_holds 'Reason'
tui_type 'wniosek'
tui_keys Enter
tui_wait "by which the privacy screen erases it" 'noted in the journal'
tui_stop

# --- the same from afar --------------------------------------------------------------

mkdir -p "$tui_dir/data"
tui_start 80x24 OKIENKO_MODE=agent "XDG_DATA_HOME=$tui_dir/data"
question_on_paper
tui_ok "an agent has no printer here to choose" tui_lacks 'print it'
tui_type 1
tui_keys Enter
tui_until tui_holds 'Into which new file'
tui_keys C-u
tui_type "$tui_dir/away.pdf"
tui_keys Enter
tui_wait "and no file but in the session's folder" \
    'Give a name that begins with ~/'
tui_ok "so there is none elsewhere" test ! -e "$tui_dir/away.pdf"
tui_keys Enter
tui_until tui_holds 'Into which new file'
tui_keys C-u
# shellcheck disable=SC2088 # the desk's to expand
tui_type '~/../files-0/../'
tui_keys Enter
tui_until tui_lacks 'Into which new file'
tui_wait "nor by the way up" 'Give a name that begins with ~/'
tui_keys Enter
tui_until tui_holds 'Into which new file'
tui_keys Enter
tui_wait "there it is saved" 'with question Q-'
tui_ok "as a page" sh -c "head -c 5 '$tui_dir/data/okienko/files-$(id -u)/'*.pdf |
    grep -q %PDF-"

tui_done
