#!/bin/sh
#
# The desk behind a proxy that wants a user name and password: the 407 explained
# and answered on the screen, after which what waited goes on through it.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

for program in tinyproxy curl; do
	command -v $program >/dev/null || {
		echo "1..0 # SKIP $program is not here"
		exit 0
	}
done
proxy_pid=
domain_pid=
# shellcheck disable=SC2086 # numbers, one a word
trap 'kill $proxy_pid $domain_pid 2>/dev/null; office_stop; tui_end' EXIT
TUI_DEADLINE=30
tui_command="$abs_top_builddir/okienko --conf $tui_dir/conf"

# A port that was free a moment ago, and another if it is not so any more.
proxy_start() {
	for proxy_port in 28471 29471 30471 31471 32471; do
		printf '%s\n' "Port $proxy_port" 'Listen 127.0.0.1' \
		    'Allow 127.0.0.1' 'BasicAuth jan haslo' \
		    >"$tui_dir/proxy.conf"
		: >"$tui_dir/proxy.log"
		tinyproxy -d -c "$tui_dir/proxy.conf" >"$tui_dir/proxy.log" 2>&1 &
		proxy_pid=$!
		tui_until grep -qiE 'accepting connections|could not|error' \
		    "$tui_dir/proxy.log" &&
		    grep -qi 'accepting connections' "$tui_dir/proxy.log" &&
		    return 0
	done
	return 1
}
proxy_start || exit 99

office_start "$tui_dir/office" || exit 99
office_conf "$tui_dir" cmp telephone
tui_conf '[network]' 'allow = 127.0.0.1' \
    "proxy = http://127.0.0.1:$proxy_port" "proxy_login = $tui_dir/login"
office_issue jan || exit 99
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" import \
    "$tui_dir/office/issued/jan.pem" >/dev/null 2>&1
tui_filled=yes

look_up() {
	tui_keys F3
	tui_until tui_holds 'search:'
	tui_type "$OFFICE_SERIAL"
	tui_until tui_holds '1 of 1'
	tui_keys Enter
	tui_until tui_holds 'How it is known'
	tui_type s
}

tui_start 80x24
look_up
tui_wait "the 407 is explained by itself" 'wants a user name and password'
tui_wait "with the realm" 'Tinyproxy'
tui_wait "and the scheme" 'It offers: Basic'
tui_type jan
tui_keys Tab
tui_type zle
tui_keys Enter
tui_until tui_holds 'Status'
tui_keys Escape
tui_until tui_holds 'How it is known'
tui_type s
tui_wait "a wrong one is said to be refused" 'It refused what was typed'
tui_keys F9
tui_wait "and so in Polish" 'Odrzucił wpisane dane 1 raz'
tui_keys F9
tui_until tui_holds 'It refused what was typed'
tui_ok "what was typed is nowhere to be read" tui_lacks zle
tui_type haslo
tui_keys Tab
tui_type ' '
tui_wait "it may be kept in a file" '[x] keep it'
tui_keys Enter
kept() {
	[ "$(stat -c %a "$tui_dir/login" 2>/dev/null)" = 600 ]
}
tui_ok "a file of its owner's alone" tui_until kept
tui_until tui_holds 'Status'
tui_keys Escape
tui_until tui_holds 'How it is known'
tui_type s
tui_wait "and the question goes through" 'Not revoked'
tui_stop

# --- an order ------------------------------------------------------------------

rm "$tui_dir/login"
ready=$(office_number ready)
tui_start 80x24
tui_until tui_holds 'number, e-mail or NIP'
tui_keys Tab
tui_type "$ready"
tui_keys Enter
tui_wait "an order is asked for: the 407 again" 'It offers: Basic'
tui_type jan
tui_keys Tab
tui_type haslo
tui_keys Enter
tui_until tui_holds 'number, e-mail or NIP'
tui_keys Enter
tui_wait "and answered, it stands there" 'waiting to be collected'
tui_stop

# --- the question ---------------------------------------------------------------

tui_start 80x24
tui_until tui_holds 'number, e-mail or NIP'
tui_keys F1
tui_until tui_holds ' of 20 '
tui_type 407
tui_until tui_holds '1 of '
tui_keys Enter
tui_wait "its answer looks at the way itself" \
    'wants a user name and password before'
tui_type 1
tui_until tui_holds 'user name:'
tui_type jan
tui_keys Tab
tui_type haslo
tui_keys Enter
tui_wait "with them the answer is another" 'lets this desk through'
tui_stop

# --- a proxy that wants a ticket -------------------------------------------------

: >"$tui_dir/domain.log"
"$abs_top_builddir/tests/bin/badserver" >>"$tui_dir/domain.log" 2>&1 &
domain_pid=$!
tui_until grep -q ^port "$tui_dir/domain.log"
# Nobody outside is asked where its realm would be.
printf '%s\n' '[libdefaults]' 'default_realm = BIURO.TEST' \
    'dns_lookup_kdc = false' '[realms]' 'BIURO.TEST = {' \
    'kdc = 127.0.0.1:1' '}' >"$tui_dir/krb5.conf"
tui_conf '[network]' 'allow = 127.0.0.1' "ticket = $tui_dir/none" \
    "kerberos = $tui_dir/krb5.conf" \
    "proxy = http://127.0.0.1:$(sed -n 's/^port //p' "$tui_dir/domain.log")"
cp "$tui_dir/authorities.d/office.conf" "$tui_dir/office.conf"
sed -i "s,$OFFICE_ORDERS,https://negotiate.example/v1," \
    "$tui_dir/authorities.d/office.conf"
tui_start 80x24
tui_until tui_holds 'number, e-mail or NIP'
tui_keys Tab
tui_type "$ready"
tui_keys Enter
tui_wait "no password helps with a ticket" 'None of these works here'
tui_ok "what it wants is told" tui_holds 'wants a Kerberos ticket.'
tui_ok "and that there is none" tui_holds 'a Kerberos ticket, and there is'
tui_keys F9
tui_wait "and so in Polish" 'biletu Kerberos, a tu go nie ma'
tui_keys F9

# A file of tickets as Kerberos writes it: numbers, texts, who somebody is.
bytes() {
	for byte; do
		# shellcheck disable=SC2059 # a byte by its number
		printf "\\$(printf %03o "$byte")"
	done
}
u32() {
	bytes $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) \
	    $(($1 & 255))
}
text() {
	u32 ${#1}
	printf %s "$1"
}
whose() {
	u32 1
	u32 $#
	text BIURO.TEST
	for part; do
		text "$part"
	done
}
# ticket END: one that lets its owner ask for others, until then.
ticket() {
	{
		bytes 5 4 0 0
		whose jan
		whose jan
		whose krbtgt BIURO.TEST
		bytes 0 18
		text 0123456789abcdef0123456789abcdef
		u32 1000000000
		u32 1000000000
		u32 "$1"
		u32 0
		bytes 0
		u32 0
		u32 0
		u32 0
		text ticket
		text ''
	} >"$tui_dir/none"
}
# again ORDER WHAT WORDS: it is asked for with the ticket that is there now.
again() {
	tui_keys Escape
	tui_until tui_lacks 'It offers:'
	tui_keys C-u
	tui_type "$(office_number "$1")"
	tui_keys Enter
	tui_wait "$2" "$3"
}
ticket 1000036000
again placed "a ticket that has expired is said to be" 'here has expired'
tui_ok "and how to get another" tui_holds 'kinit.'
ticket $(($(date +%s) + 36000))
again verified "so is one that the proxy does not take" 'does not open this proxy'
tui_stop
mv "$tui_dir/office.conf" "$tui_dir/authorities.d/office.conf"
tui_conf '[network]' 'allow = 127.0.0.1' \
    "proxy = http://127.0.0.1:$proxy_port" "proxy_login = $tui_dir/login"

# --- everything else -------------------------------------------------------------

printf '%s\n' jan haslo >"$tui_dir/login"
chmod 600 "$tui_dir/login"
before=$(grep -c 'CONNECT' "$tui_dir/proxy.log")
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" revoke --who holder \
    --proof document --reason lost --wait $((30 * TEST_SLOWNESS)) \
    --confirm "$(printf %s "$OFFICE_SERIAL" | tail -c 4)" "$OFFICE_SERIAL" \
    >"$tui_dir/said" 2>&1
tui_ok "a revocation goes through it by CMP, and is proved" \
    test $? -eq 0 -a "$(office_count revoked "$OFFICE_SERIAL")" -eq 1 -a \
    "$(grep -c 'CONNECT' "$tui_dir/proxy.log")" -gt "$before"
# shellcheck disable=SC2154 # of lib.sh
[ "$(office_count revoked "$OFFICE_SERIAL")" -eq 1 ] ||
    sed 's/^/# /' "$tui_dir/said"
before=$(grep -cF "$OFFICE_CRL" "$tui_dir/proxy.log")
"$abs_top_builddir/okienko" --conf "$tui_dir/conf" status --list --fresh --json \
    "$OFFICE_SERIAL" >"$tui_dir/said" 2>&1
tui_ok "so is its list of revoked ones" \
    test "$(grep -cF "$OFFICE_CRL" "$tui_dir/proxy.log")" -gt "$before"
tui_ok "which says that it is" grep -q revoked "$tui_dir/said"
tui_done
