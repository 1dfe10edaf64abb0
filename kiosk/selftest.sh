# shellcheck shell=sh
#
# kiosk/try --selftest: a newcomer's first minutes, played in a terminal that
# can be looked at (a tmux around the one that kiosk/try starts).  Sourced by
# kiosk/try, for its list of cards and its words.

# What a person may wait for: the whole of kiosk/try, and a key.
self_start=${TRY_SECONDS:-180}
self_answer=20
: "${me:?}"

self_tmux() {
	tmux -S "$self/tmux" "$@"
}

self_screen() {
	self_tmux capture-pane -p -t try 2>/dev/null
}

shows() {
	self_screen | grep -qF -- "$1"
}

shows_not() {
	! shows "$1"
}

# step WHAT SECONDS COMMAND...: wait for it; without it the rest is no use.
step() {
	what=$1
	shift
	if rig_wait "$@"; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		{ cat "$self/complaint"; self_screen; } | sed 's/^/# /'
		exit 1
	fi
}

press() {
	self_tmux send-keys -t try "$1"
}

# How the holder's name in a certificate of the ready cards begins: a column of
# the screen has no room for all of it.
holder() {
	openssl x509 -in "$RIG_DIR/cards/certs/$1.pem" -noout \
	    -subject -nameopt utf8,sep_multiline,lname |
	    LC_ALL=C.UTF-8 sed -nE 's/.*commonName=(.{12}).*/\1/p'
}

# What the authority says of a certificate: "good".
status_is() {
	openssl ocsp -issuer "$OFFICE_CA" -CAfile "$OFFICE_ROOT" \
	    -url "$OFFICE_OCSP" -cert "$RIG_DIR/cards/certs/$1.pem" \
	    >"$self/ocsp" 2>&1 && grep -q "\.pem: $2\$" "$self/ocsp"
}

not_answered() {
	! status_is "$1" good
}

# From another home, so that nobody's registry is touched.
finds_order() {
	HOME=$RIG_DIR/home "${build:?}/okienko" order "$1" \
	    --conf "$RIG_DIR/okienko.conf" >"$self/order" 2>&1 &&
	    grep -qF "$1" "$self/order"
}

has_ended() {
	[ -s "$self/code" ]
}

is_gone() {
	for process; do
		! kill -0 "$process" 2>/dev/null || return 1
	done
}

# start LANGUAGE [OPTION]: kiosk/try as a person with this LANG would, at 80x24 and two
# rows for the orders and the keys.
start() {
	rm -f "$self/code"
	self_tmux -u -f /dev/null new-session -d -s try -x 80 -y 26 \
	    "LANG=$1 LC_ALL= TMPDIR='$self' '$me' ${2:-} 2>'$self/complaint'; \
	    echo \$? >'$self/code'"
}

# The one in the terminal sees it go, and clears up after itself.
self_end() {
	self_tmux kill-server 2>/dev/null
	rig_wait 10 no_rig
	rm -rf "$self"
}

no_rig() {
	[ -z "$(find "$self" -name 'rig.*')" ]
}

# A service of the machine's own, before and after: the same socket.
service() {
	ls -di /run/pcscd/pcscd.comm 2>/dev/null
}

selftest() {
	unset TMUX LANGUAGE LC_MESSAGES
	# What is asked here is on this machine.
	no_proxy=127.0.0.1
	export no_proxy
	self=$(mktemp -d "${TMPDIR:-/tmp}/okienko-self.XXXXXX") || exit 1
	chmod 711 "$self"
	trap self_end EXIT
	trap 'exit 1' HUP INT TERM
	before=$(service)
	# The terminal around it is a tmux too.
	packages_install "$self/apt.log" build try || exit 1
	# It stays: one on its way out would take the next terminal with it.
	self_tmux start-server \; set-option -s exit-empty off || exit 1

	start en_GB.UTF-8
	step "the keys for the cards are shown" "$self_start" \
	    shows "Alt-i in"
	RIG_DIR=$(echo "$self"/rig.*)
	# shellcheck source=/dev/null
	. "$RIG_DIR/env"
	# shellcheck source=/dev/null
	. "$RIG_DIR/office/env"
	first=$(holder qualified)
	step "the card's holder is on the screen" "$self_answer" shows "$first"
	step "the authority knows the card" "$self_answer" \
	    status_is qualified good
	press M-n
	step "the network is out" "$self_answer" shows "no network"
	step "nobody gets through to the authority" "$self_answer" \
	    not_answered qualified
	press M-n
	step "the network is back" "$self_answer" status_is qualified good
	step "... and the row says so" "$self_answer" shows_not "no network"
	ready=$(office_number ready)
	step "an order to try is shown" 1 shows "$ready ready"
	step "... and found from the command line" "$self_answer" \
	    finds_order "$ready"
	press M-o
	step "all of them can be chosen from" "$self_answer" \
	    shows "$(office_number hostile)  texts made"
	press Escape
	step "... or none" "$self_answer" shows_not "texts made"
	press M-p
	step "the card is out" "$self_answer" shows_not "$first"
	press M-i
	step "the card is back" "$self_answer" shows "$first"
	press M-s
	step "the next card is made" "$self_answer" \
	    test -e "$RIG_DIR/cards/other.card"
	step "the next card is in" "$self_answer" \
	    shows "$(holder other-qualified)"
	# As while the same key is at work.
	flock -o "$RIG_DIR/proxy.lock" "$me" --key proxy "$RIG_DIR"
	step "a key that is held is not obeyed twice" 1 \
	    test ! -e "$RIG_DIR/proxy.pid"
	press M-x
	step "a proxy that wants a password is there" "$self_answer" \
	    shows "proxy: jan, haslo"
	step "... and the desk, with new settings" "$self_answer" \
	    shows "$(holder other-qualified)"
	press M-x
	step "... and is not" "$self_answer" shows_not "proxy: jan"
	step "... and the desk is as it was" "$self_answer" \
	    shows "$(holder other-qualified)"
	press F10
	step "the desk is left" "$self_answer" has_ended
	step "without an error" 1 grep -qx 0 "$self/code"
	step "the reader has ended" "$self_answer" \
	    is_gone "${VREADER_PID:?}" "${PCSCD_PID:?}"
	step "the authority has ended" "$self_answer" is_gone "${OFFICE_PID:?}"
	step "no file is left" 1 no_rig

	start pl_PL.UTF-8
	step "in Polish: the keys" "$self_start" shows "Alt-i włóż"
	step "in Polish: the desk" "$self_answer" shows "Certyfikaty"
	press F10
	step "in Polish: left" "$self_answer" has_ended

	start en_GB.UTF-8 --kiosk
	step "a kiosk: the keys" "$self_start" shows "Alt-i in"
	press M-q
	step "a kiosk: left by Alt-q" "$self_answer" has_ended
	step "a kiosk: without an error" 1 grep -qx 0 "$self/code"
	step "a kiosk: nothing is said about it" 1 test ! -s "$self/complaint"

	step "the machine's own service is as it was" 1 \
	    test "$before" = "$(service)"
	"$me" </dev/null >"$self/said" 2>&1
	step "without a terminal: one sentence" 1 \
	    test "$(wc -l <"$self/said")" -eq 1
}
