#!/bin/sh
#
# Cases against an authority that really revokes: killed at every step, answers
# lost, the network gone, two desks at once; each time the authority has one
# change on its books, and openssl's own client says so too.

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
LC_ALL=C.UTF-8
no_proxy=127.0.0.1
export LC_ALL abs_top_srcdir abs_top_builddir no_proxy

# shellcheck source=tests/office/office.sh
. "$abs_top_srcdir/tests/office/office.sh"

for tool in "$office_bin" "$abs_top_builddir/tests/bin/walk" openssl curl; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP no $tool here"
		exit 0
	fi
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/revocation.XXXXXX") || exit 99
finish()
{
	office_stop
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT PIPE TERM
cd "$scratch" || exit 99
XDG_CACHE_HOME=$scratch/cache
export XDG_CACHE_HOME

number=0

# check WHAT COMMAND...: its output is shown when it fails.
check()
{
	what=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number - $what"
	else
		echo "not ok $number - $what"
		tail -n 20 said | sed 's/^/# /'
	fi
}

equal()
{
	[ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }
}

walk()
{
	"$abs_top_builddir/tests/bin/walk" --conf "$desk/okienko.conf" \
	    --registry "$scratch/registry.db" \
	    --helper "$abs_top_builddir/okienko-net" "$@"
}

# begin NAME ACTION: a new certificate and its case.
begin()
{
	office_issue "$1" && case=$(walk begin "$2" \
	    "$OFFICE_DIR/issued/$1.pem")
}

# goes PATTERN [OPTION...]: as far as it goes, and how it then stands.
goes()
{
	goes_to=$1
	shift
	stands=$(walk "$@" go "$case") || return
	# shellcheck disable=SC2254 # a pattern is meant
	case $stands in
	$goes_to) ;;
	*)	echo "'$stands' is not '$goes_to'"
		return 1 ;;
	esac
}

# On the authority's books once, and told to the world.
once()
{
	equal "$(office_count "$1" "$OFFICE_SERIAL")" 1 &&
	    openssl ocsp -issuer "$OFFICE_CA" -serial "0x$OFFICE_SERIAL" \
	    -url "$OFFICE_OCSP" -CAfile "$OFFICE_ROOT" >ocsp.out 2>&1 &&
	    grep -q ": revoked" ocsp.out
}

proved()
{
	goes 'published OK *' && once revoked
}

# --- killed at every step ---------------------------------------------------------

# Ends where the step is behind the last one: nobody was killed.  What is on the
# books is counted once for all.
killed_everywhere()
{
	point=0
	cases=0
	while :; do
		point=$((point + $3))
		cases=$((cases + 1))
		begin "$1-$point" revoke || return
		if (KILL_AT=$point walk go "$case") >/dev/null 2>&1; then
			break
		fi
		goes 'published OK *' ||
		    { echo "killed at step $point"; return 1; }
	done
	[ "$point" -gt "$2" ] || { echo "only $point steps"; return 1; }
	office_count | awk -v n="$cases" '
	$1 == "revoked"		{ all++ }
	$1 == "revoked" && $3 != 1	{ print; odd = 1 }
	END			{ exit odd || all < n }' && once revoked
}

# --- what goes wrong on the way ------------------------------------------------------

# trouble SERVICE FAULT STATE: that way once, then all is well.
trouble()
{
	begin "$1-$2" revoke && office_fault "$1" "$2" && goes "$3" --passes 1 &&
	    office_fault "$1" none && proved
}

# The answer is lost and no status is to be had: sent again, and it was so already.
already()
{
	begin already revoke && office_fault cmp answer-lost 1 &&
	    goes 'sent NET-* 1 -' --passes 1 && office_fault ocsp 500 &&
	    office_fault crl 500 && office_fault cmp forget &&
	    goes 'accepted * 2 -' --passes 1 && office_fault ocsp none &&
	    office_fault crl none && office_fault cmp none && proved
}

offline()
{
	begin offline revoke && office_cut &&
	    goes 'queued NET-* 2 -' --passes 2 && office_mend && proved
}

# Asked again while it waits there, it is refused as a second one.
approval()
{
	begin approval revoke && office_fault ejbca waiting &&
	    goes 'sent OK 1 -' --passes 1 && goes 'sent OK 2 -' --passes 1 &&
	    goes 'sent OK 3 -' --passes 1 && office_fault ejbca none && proved
}

# shellcheck disable=SC2119 # as it was started
office_dies()
{
	begin dies revoke && office_fault cmp answer-lost 1 &&
	    goes 'sent NET-* 1 -' --passes 1 && office_kill &&
	    goes 'sent NET-* * -' --passes 1 && office_again && proved
}

unknown()
{
	office_issue unknown && case=$(walk begin revoke \
	    "$OFFICE_DIR/issued/unknown.pem" other) &&
	    goes 'refused CHANNEL-CERT 1 -'
}

officer()
{
	begin "$2" revoke && sed "s|^$1 = .*|$1 = $3|" \
	    "$desk/authorities.d/office.conf" >conf.new &&
	    mv conf.new "$desk/authorities.d/office.conf" && goes "$4"
	officer_rc=$?
	office_conf "$desk" cmp
	return $officer_rc
}

# --- the holder's password --------------------------------------------------------------

password()
{
	begin password revoke && sed '/^key = /d; /^certificate = .*officer/d' \
	    "$desk/authorities.d/office.conf" >conf.new &&
	    mv conf.new "$desk/authorities.d/office.conf" &&
	    goes 'queued CHANNEL-PASSWORD 0 -' --passes 1 &&
	    goes 'refused CHANNEL-AUTH 1 -' --passes 1 --password wrong &&
	    goes 'accepted OK 2 -' --passes 1 --password "$OFFICE_PASSWORD" &&
	    proved &&
	    ! grep -rqF "$OFFICE_PASSWORD" registry.db*
	password_rc=$?
	office_conf "$desk" cmp
	return $password_rc
}

# --- suspended, lifted, revoked ------------------------------------------------------------

another()
{
	case=$(walk begin "$1" "$OFFICE_DIR/issued/three.pem")
}

three()
{
	begin three suspend && goes 'published *' && once held &&
	    another lift && goes 'published *' &&
	    equal "$(office_count lifted "$OFFICE_SERIAL")" 1 &&
	    another revoke && proved
}

# --- two desks on one registry ---------------------------------------------------------------

two_desks()
{
	begin two revoke || return
	walk --by another go "$case" >one.out 2>&1 &
	first=$!
	walk go "$case" >two.out 2>&1
	wait "$first"
	proved && equal "$(walk show "$case" | cut -d' ' -f3)" 1
}

# --- all of it -----------------------------------------------------------------------------------

office_start "$scratch/office" || exit 99
desk=$scratch/desk
mkdir -p "$desk"
office_conf "$desk" cmp

check "CMP: killed at every step" killed_everywhere cmp 20 1
for fault in answer-lost drop garbage redirect 500 try-later \
    wrong-signature waiting no-poll; do
	check "CMP: $fault" trouble cmp "$fault" 'sent * 1 -'
done
check "CMP: sent again, it was so already" already
check "no network, then there is" offline
check "the authority dies and comes back" office_dies
check "a serial number that is not there" unknown
check "an officer of last year" officer certificate expired "$OFFICE_EXPIRED" \
    'queued OFFICER-EXPIRED 0 -'
check "a key that is not there" officer key nokey "$scratch/none.key" \
    'queued OFFICER-KEY 0 -'
check "a server that is not trusted" officer ca_file tls "$OFFICE_FORGER" \
    'queued NET-TLS *'
check "by the holder's password, which is nowhere afterwards" password
check "suspended, lifted, revoked" three
check "two desks, one sending" two_desks

office_conf "$desk" ejbca
check "EJBCA: killed at every step" killed_everywhere ejbca 20 1
for fault in answer-lost drop garbage 500 waiting; do
	check "EJBCA: $fault" trouble ejbca "$fault" 'sent * 1 -'
done
check "EJBCA: somebody there approves it in their own time" approval

echo "1..$number"
