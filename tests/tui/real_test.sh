#!/bin/sh
#
# The desk as it is used: a real pcscd, cards that speak APDUs, OpenSC, a
# terminal.  What a card's coming and going shows, and when: a change is timed
# from the card's own move, of which the reader here takes up to 400 ms to
# notice anything.  A second is what we promise; a busy machine has two, one
# where three or more wait for each processor has four, and one that is said to
# be slow so many times that.

# shellcheck source=tests/tui/real.sh
. "${abs_top_srcdir:?}/tests/tui/real.sh"

now_ms() {
	date +%s%3N
}

# card ORDER...: the card in the first reader moves, and the clock starts.
card() {
	began=$(now_ms)
	rig_tell 0 "$@" >/dev/null
}

# timely WHAT COMMAND...: it comes to succeed in time.
timely() {
	timely_what=$1
	shift
	tui_until "$@"
	took=$(($(now_ms) - began))
	most=$(time_given)
	tui_ok "$timely_what ($took of $most ms)" [ "$took" -le "$most" ]
	[ "$took" -le "$most" ] || tui_report
}

time_given() {
	read -r load _ </proc/loadavg
	if [ "${load%.*}" -ge $((3 * $(nproc))) ]; then
		echo $((4000 * TEST_SLOWNESS))
	else
		echo $((2000 * TEST_SLOWNESS))
	fi
}

# A row of the list that says both: whose state is meant is on its line.
row_says() {
	tui_look
	printf '%s\n' "$tui_shown" | grep -F "$1" | grep -qF "$2"
}

row() {
	tui_ok "$1 is $2" tui_until row_says "$1" "$2"
	row_says "$1" "$2" || tui_report
}

# --- what it shows, in both languages and two sizes ----------------------------

english() {
	no_card='No card' orphan='key without a certificate'
	row '▸ qualified signature' 'valid'
	row 'qualified signature' 'not yet valid'
	row 'qualified signature' 'expired'
	row 'log-on' 'no key'
	row 'authority (CA)' 'valid'
	row 'e-mail' 'days left'
	row 'PIN' '3 tries left'
}

polish() {
	no_card='Nie ma karty' orphan='klucz bez certyfikatu'
	row '▸ podpis kwalifikowany' 'ważny'
	row 'podpis kwalifikowany' 'jeszcze nieważny'
	row 'podpis kwalifikowany' 'wygasł'
	row 'logowanie' 'brak klucza'
	row 'urząd (CA)' 'ważny'
	row 'e-mail' 'zostało'
	row 'PIN' '3 próby'
}

# The last day of a certificate that ready cards carry, as openssl reads it.
last_day() {
	date -u -d "$(openssl x509 -noout -enddate \
	    -in "${rig_cards:?}/certs/$1.pem" | cut -d = -f 2)" +%Y-%m-%d
}

in_words() {
	put_in
	desk "$1" "$2"
	"$3"
	tui_wait "a key that waits, $2 $1" "$orphan"
	tui_ok "and whose they are" shows 'Łucja Przyk' \
	    "$(last_day qualified)"
	card pull
	timely "pulled, $2 $1" shows "$no_card"
	tui_ok "and its names are gone" tui_lacks 'Łucja'
	rig_wait 5 rig_shows 0 No
	card insert
	timely "put back, $2 $1" shows 'Łucja Przyk' "$orphan"
	rig_pull 0
	cp "$other" "$RIG_DIR/swapped"
	card insert "$RIG_DIR/swapped"
	timely "another in its place, $2 $1" shows 'Stefan'
	tui_ok "and nothing of the first" tui_lacks 'Łucja'
	tui_stop
}

part_words() {
	in_words 80x24 en english
	in_words 80x24 pl polish
	in_words 200x60 en english
	in_words 200x60 pl polish
}

# --- from any state -------------------------------------------------------------

# from STATE SEEN KEY...: with that open, out and in again.  What is in front
# stays, says itself that the card is gone, or lets the desk say it.
from() {
	state=$1
	seen=$2
	says=$3
	shift 3
	tui_keys "$@"
	tui_until tui_holds "$seen"
	tui_ok "open: $state" tui_holds "$seen"
	card pull
	rig_wait 5 rig_shows 0 No
	case $says in
	behind)	tui_keys Escape ;;
	esac
	timely "pulled behind: $state" one_of 'card removed' 'No card'
	card insert
	timely "put back behind: $state" back
	tui_keys Escape
	tui_keys Escape
	timely "the desk is whole after: $state" shows 'Łucja Przyk' \
	    'Certificates' '1 key without'
}

one_of() {
	tui_holds "$1" || tui_holds "$2"
}

back() {
	tui_lacks 'card removed' && tui_lacks 'No card'
}

part_states() {
	put_in
	desk 80x24
	from 'a certificate' 'What it is good for' itself Enter
	from 'its QR code' 'QR code: serial' itself Enter c
	from 'help' 'This page: all keys.' behind '?'
	from 'the questions' 'your question:' behind F1
	from 'find' 'find:' itself /
	tui_keys F1
	tui_until tui_holds 'your question:'
	tui_keys Escape
	tui_tmux resize-window -t desk -x 50 -y 14
	tui_until tui_lacks 'F3 Search'
	tui_tmux resize-window -t desk -x 200 -y 60
	tui_until tui_holds 'F3 Search'
	from 'a new size' 'Order' itself Home
	tui_stop
}

# --- two readers ------------------------------------------------------------------

part_readers() {
	put_in
	rig_insert "$other" 1
	desk 80x24
	tui_ok "two cards, two tabs" tui_until shows '1 IsoApplet' '2 IsoApplet'
	tui_ok "the first is in front" tui_until tui_holds 'Łucja'
	tui_keys ']'
	tui_ok "the other" tui_until shows '[2 IsoApplet]' 'Stefan'
	tui_ok "alone" tui_lacks 'Łucja'
	began=$(now_ms)
	rig_tell 1 pull >/dev/null
	timely "pulled, the one that is left comes to the front" shows \
	    '[1 IsoApplet]' 'Łucja'
	rig_remove 1
	tui_stop
}

# --- a card that is being read ------------------------------------------------------

# However often it was begun: the fifth of its certificates is asked for in vain.
half_shown() {
	tui_holds 'reading the card' && tui_holds 'Łucja Przyk' &&
	    grep -q '< MUTE' "$RIG_DIR/apdu0"
}

# What OpenSC reads of a card while it starts, nobody would see: it starts when it is
# asked for one, and until then talks to nobody but us.
waits() {
	waits_for=$(pgrep -P "$(pgrep -P "$(tui_pid)" -f okienko-card)" -f opensc)
	[ "$(find "/proc/$waits_for/fd" -lname "socket:*" | wc -l)" -eq 1 ]
}

# half WHAT: the card fell silent in the middle; what it had told stands there.
half() {
	tui_ok "$1" tui_until half_shown
	half_shown || { tui_report; cut -c 1-60 "$RIG_DIR/apdu0" | sed 's/^/# /'; }
	tui_stop
	rig_remove 0
}

part_reading() {
	put_in
	card fault silent=3404
	desk_conf en
	tui_start 80x24
	half "a card found there: certificates are shown while others are read"
	rig_insert "$ready" 0 --out --fault silent=3404
	tui_start 80x24
	tui_until tui_holds 'No card'
	tui_until tui_lacks "starting..."
	tui_ok "with no card in, its software has not begun" waits
	card insert
	half "and so of a card that comes"
}

# --- the PIN ----------------------------------------------------------------------

leads_back() {
	tui_keys Escape
	tui_holds 'Certificates' && tui_lacks 'Esc '
}

part_pin() {
	put_in
	desk 80x24
	prompt
	tui_type 1234
	card pull
	timely "the prompt of a card that went closes" tui_lacks 'characters'
	tui_keys Enter
	card insert
	tui_until shows 'Łucja Przyk' 'Certificates'
	tui_ok "and no PIN is sent to it" verified 0
	prompt
	tui_type 1234
	rig_pull 0
	cp "$other" "$RIG_DIR/swapped"
	card insert "$RIG_DIR/swapped"
	tui_keys Enter
	tui_until tui_holds Stefan
	# What the prompt said, if Enter came first, may be in front still.
	tui_until leads_back
	tui_ok "nor to one put in its place" verified 0

	rig_insert "$ready"
	tui_until shows 'Łucja Przyk' 'Certificates'
	prompt
	tui_type 9999
	tui_ok "typing asks the card nothing" verified 0
	tui_keys Enter
	tui_wait "a wrong one: how many tries are left" '2 tries left'
	tui_ok "one VERIFY for it" verified 1
	may_type
	tui_type 9998
	tui_keys Enter
	tui_wait "the next: the last try is told" 'the last one'
	tui_ok "one VERIFY more" verified 2
	may_type
	tui_type 1234
	tui_keys Enter
	tui_wait "the last is asked for twice" 'This is the last try'
	tui_ok "and not yet sent" verified 2
	tui_keys Enter
	tui_gone "the right one closes the prompt" 'This is the last try'
	tui_wait "and gives three tries back" '3 tries left'
	tui_ok "three VERIFYs for three PINs" verified 3
	tui_stop
}

# --- the terminal -----------------------------------------------------------------

restored() {
	cmp -s "$tui_dir/stty.before" "$tui_dir/stty.after" &&
	    [ "$(tui_tmux display-message -p -t desk \
	    '#{alternate_on} #{mouse_any_flag}')" = '0 0' ]
}

childless() {
	! pgrep -P "$helper" >/dev/null && ! kill -0 "$helper" 2>/dev/null
}

# ends HOW CODE COMMAND...
ends() {
	put_in
	desk 80x24
	tui_pid=$(tui_pid)
	helper=$(pgrep -P "$tui_pid" -f okienko-card)
	ends_how=$1
	ends_code=$2
	shift 2
	"$@"
	tui_wait "$ends_how ends it" "ended with $ends_code"
	tui_ok "and gives the terminal back" restored
	tui_ok "and the card's processes end too" tui_until childless
}

part_terminal() {
	ends F10 0 tui_keys F10
	ends SIGTERM 0 tui_signal TERM
	ends SIGSEGV 139 tui_signal SEGV
	desk 80x24
	tui_keys C-z
	tui_stopped "Ctrl-Z gives the terminal back"
	card pull
	rig_wait 5 rig_shows 0 No
	tui_keys Enter
	tui_wait "continued, it knows what happened" 'No card'
	card insert
	tui_until shows 'Łucja Przyk' 'Certificates'
	# Where the desk has nothing to draw of its own accord.
	printf '\033[21;50Hforeign words' >"$(tui_tmux display-message -p \
	    -t desk '#{pane_tty}')"
	tui_wait "another program wrote on it" 'foreign words'
	tui_keys C-l
	tui_gone "Ctrl-L makes it whole" 'foreign words'
	tui_stop
}

# --- its letters and colours --------------------------------------------------------

# raw: all bytes of a screen drawn anew.
raw() {
	# The part of a name that is the same in every character set.
	tui_until shows 'Przyk'
	: >"$tui_dir/raw"
	tui_tmux pipe-pane -t desk "cat >>$tui_dir/raw"
	tui_keys C-l
	tui_until grep -qa 'F10' "$tui_dir/raw"
	tui_tmux pipe-pane -t desk
}

has_bytes() {
	LC_ALL=C grep -qaP "$1" "$tui_dir/raw"
}

lacks_bytes() {
	[ -s "$tui_dir/raw" ] && ! has_bytes "$1"
}

colour='\033\[([0-9;]*;)?[349][0-7][;m]'

latin2() {
	mkdir "$tui_dir/locales"
	localedef -i pl_PL -f ISO-8859-2 "$tui_dir/locales/pl_PL" 2>/dev/null
	if [ ! -d "$tui_dir/locales/pl_PL" ]; then
		tui_ok "ISO-8859-2 # SKIP localedef cannot make a locale" true
		return
	fi
	desk 80x24 pl LC_ALL=pl_PL LOCPATH="$tui_dir/locales" TERM=vt100
	raw
	tui_ok "ISO-8859-2: Łucja Przykładowa" has_bytes '\xa3ucja Przyk\xb3adowa'
	tui_ok "and nothing in UTF-8" lacks_bytes '[\xc4\xc5][\x80-\xbf]'
}

part_letters() {
	put_in
	latin2
	desk 80x24 en LC_ALL=C
	raw
	tui_ok "ASCII: nothing else" lacks_bytes '[\x80-\xff]'
	tui_ok "and names stay readable" has_bytes 'Lucja Przykladowa-Z'
	tui_ok "in colours" has_bytes "$colour"
	desk 80x24 en LC_ALL=C TERM=vt100
	raw
	tui_ok "vt100 in ASCII" has_bytes 'qualified signature'
	tui_ok "no other letters, no colours" lacks_bytes \
	    "[\\x80-\\xff]|$colour"
	desk 80x24 en NO_COLOR=1
	raw
	tui_ok "NO_COLOR: names" has_bytes 'Łucja'
	tui_ok "and no colours" lacks_bytes "$colour"
	tui_stop
}

# A click where the list holds an expired certificate.
part_mouse() {
	put_in
	desk 80x24
	tui_until tui_holds expired
	line=$(printf '%s\n' "$tui_shown" | grep -n 'to 20.* expired' | head -n 1 |
	    cut -d : -f 1)
	# As xterm tells it: button, column and line, each 32 above; then up.
	line=$(printf '\\%o' $((32 + line)))
	tui_type "$(printf "\033[M *$line\033[M#*$line")"
	tui_wait "a click goes to its row" '5 of 7'
	tui_stop
}

[ $# -gt 0 ] || set -- words states readers reading pin terminal letters mouse
for part; do
	echo "# $part"
	"part_$part"
done
tui_done
