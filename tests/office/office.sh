# shellcheck shell=sh
# The pretend authority for tests written in sh.  Source it, then:
#
#	office_start DIR [OPTIONS]	an office in that folder, made there if it is
#					not yet; its own options: office --help; with
#					OFFICE_RECORD, a file, it records there
#	office_use DIR			that one is meant from now on, of several
#	office_stop, office_kill	it ends; it is killed
#	office_again [OPTIONS]		it is back, at the same address
#	office_cut, office_mend		nobody gets through to it; they do again
#	office_issue NAME		a certificate DIR/issued/NAME.pem, .key:
#					OFFICE_SERIAL, OFFICE_PASSWORD of the holder
#	office_fault SERVICE FAULT [TIMES [N]]	what goes wrong from now on with
#					ocsp, crl, delta, cmp, ejbca, orders, token, est;
#					"none" ends it
#	office_count [WHAT SERIAL]	all it has counted, or how often a certificate
#					was "revoked", "held", "lifted", or a
#					service "asked" (its name for SERIAL); "resent",
#					"question": effects of an idempotency key, or of
#					all; "came": how often that key did; "issued"
#					all: certificates for requests
#	office_number NAME		the number of an order, by the name that it has
#					in DIR/orders.list
#	office_order NUMBER STATE [REASON]	it comes into that state; "gone":
#					nobody knows it any more
#	office_conf FOLDER [CHANNEL...]	a desk's settings for it: okienko.conf gets
#					its network's, authorities.d/office.conf all
#					(channels: cmp ejbca telephone form); asks for
#					orders by OFFICE_ACCESS: key, token, certificate;
#					renews by OFFICE_WAYS ("order cmp est file")
#
# Needs abs_top_builddir and abs_top_srcdir, and curl for faults and counts.
# OFFICE_URL and others are set (DIR/env).  Who starts one stops it: it is tied
# to the shell, so that it ends at the latest with that.

# shellcheck source=tests/wait.sh
. "${abs_top_srcdir:?}/tests/wait.sh"

office_bin=${abs_top_builddir:?}/tests/bin/office
office_keys=${abs_top_builddir:?}/tests/bin/cards/keys

office_use()
{
	OFFICE_DIR=$1
	[ -e "$1/env" ] || return 1
	# shellcheck source=/dev/null
	. "$1/env"
}

office_start()
{
	OFFICE_DIR=$1
	shift
	mkdir -p "$OFFICE_DIR" "$office_keys"
	rm -f "$OFFICE_DIR/env"
	"$office_bin" --dir "$OFFICE_DIR" --keys "$office_keys" --tied \
	    ${OFFICE_RECORD:+--record "$OFFICE_RECORD"} "$@" \
	    >"$OFFICE_DIR/said" 2>&1 &
	OFFICE_PID=$!
	wait_until 15 office_is_up || return 1
	office_use "$OFFICE_DIR" || {
		cat "$OFFICE_DIR/said" >&2
		return 1
	}
}

# Up, or given up: no use to wait for one that ended.
office_is_up()
{
	[ -e "$OFFICE_DIR/env" ] || ! kill -0 "$OFFICE_PID" 2>/dev/null
}

office_again()
{
	office_start "$OFFICE_DIR" "$@"
}

office_stop()
{
	[ -n "${OFFICE_PID:-}" ] || return 0
	kill "$OFFICE_PID" 2>/dev/null
	wait "$OFFICE_PID" 2>/dev/null
	OFFICE_PID=
}

office_kill()
{
	kill -9 "$OFFICE_PID" 2>/dev/null
	wait "$OFFICE_PID" 2>/dev/null
	OFFICE_PID=
	rm -f "$OFFICE_DIR/env"
}

# Once they return it is so: a signal alone may be late.
office_cut()
{
	kill -USR1 "$OFFICE_PID"
	wait_until 15 [ -e "$OFFICE_DIR/cut" ]
}

office_mend()
{
	kill -USR2 "$OFFICE_PID"
	wait_until 15 [ ! -e "$OFFICE_DIR/cut" ]
}

office_issue()
{
	"$office_bin" --dir "$OFFICE_DIR" --issue "$1" \
	    >"$OFFICE_DIR/issued.said" || return 1
	# shellcheck disable=SC2034 # for the test
	read -r OFFICE_SERIAL OFFICE_PASSWORD <"$OFFICE_DIR/issued.said"
}

office_control()
{
	curl -s --noproxy '*' -f "$OFFICE_URL/control?$1"
}

office_fault()
{
	office_control \
	    "service=$1&fault=$2${3:+&times=$3}${4:+&n=$4}" >/dev/null
}

office_count()
{
	if [ $# -eq 0 ]; then
		office_control count
	else
		office_control count | awk -v what="$1" -v serial="$2" '
		$1 == what && $2 == serial	{ n = $3 }
		END				{ print n + 0 }'
	fi
}

office_number()
{
	awk -F '\t' -v name="$1" '
	$2 == name	{ print $1; found = 1 }
	END		{ exit !found }' "$OFFICE_LIST"
}

office_order()
{
	curl -s --noproxy '*' -f -G -o /dev/null "$OFFICE_URL/control" \
	    --data-urlencode "order=$1" --data-urlencode "state=$2" \
	    ${3:+--data-urlencode "reason=$3"}
}

office_conf()
{
	office_to=$1
	shift
	[ $# -gt 0 ] || set -- cmp ejbca telephone form
	mkdir -p "$office_to/authorities.d"
	{
		office_conf_is
		printf '\n[revocation]\n'
		printf 'channel = %s\n' "$@"
		office_conf_ways
		office_conf_orders
		office_conf_renewal
	} >"$office_to/authorities.d/office.conf"
	office_clause pl "Państwa dane przetwarza Urząd Próbny, żeby" \
	    "odpowiedzieć na pytanie." "Mogą Państwo żądać dostępu do nich," \
	    "ich poprawienia i usunięcia."
	office_clause en "The pretend authority processes your data in order" \
	    "to answer the question." "You may ask to see them, to have them" \
	    "corrected and to have them erased."
	printf '\n[network]\nallow = 127.0.0.1\n' >>"$office_to/okienko.conf"
}

office_conf_is()
{
	cat <<-EOT
	[authority]
	name = Urząd Próbny

	[recognise]
	key_id = $OFFICE_KEY_ID

	[trust]
	certificate = ${OFFICE_CA%.pem}.p?m
	certificate = $OFFICE_ROOT

	[status]
	ocsp = $OFFICE_OCSP
	cdp = $OFFICE_CRL
	EOT
}

office_conf_ways()
{
	cat <<-EOT
	suspension = yes
	suspension_days = 7
	without_proof = suspend

	[telephone]
	number = 000 000 000
	hours = daily 00:00-24:00
	say = imię i nazwisko posiadacza
	say = hasło do odwołania
	checked_on = $(date +%F)

	[form]
	email = odwolania@urzad.example
	address = Urząd Próbny
	address = ul. Przykładowa 1, 00-000 Warszawa
	attach = kopia pełnomocnictwa, jeśli podpisuje ktoś inny
	checked_on = $(date +%F)

	[cmp]
	url = $OFFICE_CMP
	ca_file = $OFFICE_ROOT
	trusted = $OFFICE_CHAIN
	certificate = $OFFICE_OFFICER
	key = $OFFICE_OFFICER_KEY
	password = yes

	[ejbca]
	url = $OFFICE_EJBCA
	ca_file = $OFFICE_ROOT
	certificate = $OFFICE_OFFICER
	key = $OFFICE_OFFICER_KEY
	EOT
}

office_conf_renewal()
{
	printf '\n[renewal]\n'
	# shellcheck disable=SC2086 # a word each
	printf 'way = %s\n' ${OFFICE_WAYS:-order cmp est file}
	cat <<-EOT

	[est]
	url = $OFFICE_EST
	ca_file = $OFFICE_ROOT
	login = $OFFICE_EST_LOGIN
	EOT
}

# office_clause LANGUAGE WORDS...: the information clause, a line for each.
office_clause()
{
	office_clause_to=$office_to/authorities.d/office-clause.$1
	shift
	printf '%s\n' "$@" >"$office_clause_to"
}

office_conf_orders()
{
	printf '\n[orders]\nurl = %s\nca_file = %s\n' \
	    "$OFFICE_ORDERS" "$OFFICE_ROOT"
	case ${OFFICE_ACCESS:-key} in
	key) printf 'api_key = %s\n' "$OFFICE_API_KEY" ;;
	token)
		printf 'token_url = %s\nclient_id = %s\nclient_secret = %s\n' \
		    "$OFFICE_TOKEN" "$OFFICE_CLIENT" "$OFFICE_CLIENT_SECRET"
		;;
	certificate)
		printf 'certificate = %s\nkey = %s\n' "$OFFICE_OFFICER" \
		    "$OFFICE_OFFICER_KEY"
		;;
	esac
	cat <<-EOT
	number = [A-Z]{2}[0-9]{8}
	check_digit = mod97
	confirm_days = 2
	issue_days = 3
	link_host = zamowienia.urzad.example
	checked_on = $(date +%F)

	[question]
	clause = $office_to/authorities.d/office-clause
	clause_version = 2026-01
	EOT
}
