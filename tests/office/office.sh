# shellcheck shell=sh
# The pretend authority for tests written in sh.  Source it, then:
#
#	office_start DIR [OPTIONS]	an office in that folder, made there if it is
#					not yet; its own options: office --help
#	office_use DIR			that one is meant from now on, of several
#	office_stop, office_kill	it ends; it is killed
#	office_again [OPTIONS]		it is back, at the same address
#	office_cut, office_mend		nobody gets through to it; they do again
#	office_issue NAME		a certificate DIR/issued/NAME.pem, .key:
#					OFFICE_SERIAL, OFFICE_PASSWORD of the holder
#	office_fault SERVICE FAULT [TIMES [MS]]	what goes wrong from now on with
#					ocsp, crl, delta, cmp or ejbca; "none" ends it
#	office_count [WHAT SERIAL]	all it has counted, or how often a certificate
#					was "revoked", "held", "lifted", or a
#					service "asked" (its name for SERIAL)
#	office_conf FOLDER [CHANNEL...]	a desk's settings for it: okienko.conf gets
#					its network's, authorities.d/office.conf all
#					(channels: cmp ejbca telephone form)
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
	"$office_bin" --dir "$OFFICE_DIR" --keys "$office_keys" --tied "$@" \
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

office_cut()
{
	kill -USR1 "$OFFICE_PID"
}

office_mend()
{
	kill -USR2 "$OFFICE_PID"
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
	    "service=$1&fault=$2${3:+&times=$3}${4:+&ms=$4}" >/dev/null
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
	} >"$office_to/authorities.d/office.conf"
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
	certificate = $OFFICE_CA

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
