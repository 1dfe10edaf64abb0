#!/bin/sh
#
# Orders against an authority that tells of them: every state in words, what goes
# wrong on the way, off-line, numbers that were misread; and what is sent, killed
# at every step, has one effect.

# shellcheck source=tests/office/lib.sh
. "$(dirname "$0")/../office/lib.sh"
needs "$office_bin" curl gojq sqlite3

XDG_DATA_HOME=$scratch/data
XDG_STATE_HOME=$scratch/state
XDG_CACHE_HOME=$scratch/cache
export XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME

# Its exit code is in $code, its answer in ./answer; by the settings in $desk.
desk=conf
okienko()
{
	within 60 "$abs_top_builddir/okienko" "$@" --lang en \
	    --conf "$scratch/$desk/okienko.conf" >answer 2>complaint
	code=$?
}

# says CODE JQ-CONDITION: of the last answer.
says()
{
	if [ "$code" -ne "$1" ] || ! gojq -e "$2" answer >/dev/null; then
		echo "exit $code"
		cat answer complaint
		return 1
	fi
}

# state NAME CODE JQ-CONDITION
state()
{
	okienko order "$(office_number "$1")" --json
	says "$2" ".why == \"found\" and (.orders[0].kept | not) and ($3)"
}

states()
{
	state placed 0 '.orders[0].turn == "person"' &&
	    state confirmed 0 '.orders[0].stands | test("confirmed on")' &&
	    state late 0 '.orders[0].next | test("no longer works")' &&
	    state request 0 '.orders[0].by_is_estimate' &&
	    state verified 0 '.orders[0].turn == "authority"' &&
	    state issued 0 '.orders[0].turn == "authority"' &&
	    state ready 0 '.orders[0].next | test("collected onto the card")' &&
	    state collected 0 '.orders[0].turn == "nobody"' &&
	    state cancelled 1 '.orders[0].stands | test("Reason given")' &&
	    state expired 1 '.orders[0].stands | test("lapsed")' &&
	    state rejected 1 '.orders[0].stands | test("rejected")' &&
	    state strange 0 '.orders[0].stands | test("not known here")'
}

in_polish()
{
	within 60 "$abs_top_builddir/okienko" order "$ready" --lang pl \
	    --conf "$scratch/conf/okienko.conf" >answer &&
	    grep -q 'Certyfikat czeka na odbiór' answer
}

hostile()
{
	okienko order "$(office_number hostile)"
	[ "$code" -eq 0 ] && ! LC_ALL=C grep -q "$(printf '\033')" answer &&
	    ! grep -q "$(printf '\342\200\256')" answer
}

# By what a person is; typed in, or read from where ps does not look.
by_person()
{
	okienko order 5260001246 --json
	says 0 '.by == "nip" and (.orders | length) > 1' || return
	printf '7740001454' >in
	okienko order - --json <in
	says 0 '.more and (.orders | length) == 50'
}

misread()
{
	swapped=$(echo "$ready" | sed -E 's/(.*)(.)(.)(.)$/\1\3\2\4/')
	okienko order "$swapped" --json
	says 3 ".why == \"check-digit\" and (.near | index(\"$ready\"))" ||
	    return
	okienko order ZZ00000000 --json
	says 3 '.why != "found" and .near == []' || return
	# What is right as a PESEL is no misread number.
	printf '44051401359' >in
	okienko order - --json <in
	says 3 '.by == "pesel" and .why == "unknown"'
}

# fault NAME ID [N]: told as that error, and what is remembered is shown.
fault()
{
	okienko order "$ready" --json && office_fault orders "$1" 1 "${3:-0}" &&
	    okienko order "$ready" --json
	says 0 ".orders[0].kept and .error.id == \"$2\"" || {
		echo "with $1"
		return 1
	}
}

# What was remembered and cannot be read any more is told anew.
unreadable()
{
	rm -rf "$scratch/data"
	okienko order "$ready" --json
	outbox "UPDATE orders SET json = '{}'" || return
	for _ in 1 2; do
		okienko order "$ready" --json
		says 0 '.orders | length == 1 and (.[0].kept | not)' || return
	done
}

# Something else each time it is asked, so that "as before" is no answer.
faults()
{
	fault 429 ORDER-BUSY 1000 && says 0 '.again_at != null' &&
	    fault 500 ORDER-BUSY && says 0 '.again_at == null' &&
	    fault redirect NET-REDIRECT || return
	for pair in drop:NET-CUT garbage:ORDER-ANSWER not-json:ORDER-ANSWER \
	    wrong-type:ORDER-ANSWER wrong-schema:ORDER-ANSWER \
	    other-number:ORDER-OTHER huge:TOO-BIG; do
		rm -rf "$scratch/data"
		office_fault orders "${pair%%:*}" 1
		okienko order "$ready" --json
		gojq -e ".why == \"not-asked\" and .error.id == \"${pair#*:}\"" \
		    answer >/dev/null || {
			echo "with $pair"
			cat answer complaint
			return 1
		}
	done
	office_fault orders none
}

# What comes late, or does not stop, is given up in time; what is only old-fashioned
# is an answer all the same.
held_up()
{
	office_conf "$scratch/brief"
	echo 'timeout = 1' >>"$scratch/brief/okienko.conf" # of [network]
	for way in slow:NET-TIMEOUT:300 stall:NET-TIMEOUT:0 \
	    stall:NET-TIMEOUT:400 endless:TOO-BIG:0 reset:NET-CUT:0 \
	    gzip-bomb:TOO-BIG:0 http-1.0::0; do
		fault=${way%%:*}
		way=${way#*:}
		rm -rf "$scratch/data"
		[ "${way%%:*}" = NET-TIMEOUT ] && desk=brief || desk=conf
		office_fault orders "$fault" 1 "${way#*:}"
		okienko order "$ready" --json
		gojq -e --arg id "${way%%:*}" 'if $id == "" then
		    .why == "found" and (.orders[0].kept | not) else
		    .why == "not-asked" and .error.id == $id and
		    (.error.sentence | test("Urząd Próbny|127.0.0.1")) end' \
		    answer >/dev/null || {
			echo "with $fault"
			cat answer complaint
			return 1
		}
	done
	desk=conf
	office_fault orders none
}

# clocks SECONDS WORDS: the service's clock is so much ahead.
clocks()
{
	office_fault orders clock -1 "$1"
	okienko order "$ready" --json
	gojq -e --argjson off "$1" '.orders[0] | .kept == false and
	    (.clock_off - $off | -60 < . and . < 60)' answer >/dev/null &&
	    okienko order "$ready" && grep -q "$2" answer ||
	    { cat answer complaint; false; }
}

# A year off, here or there: it is told which way, and that days are told by it.
other_times()
{
	clocks 31536060 'behind the servers by 365 d' &&
	    grep -q 'reckoned by it' answer &&
	    clocks -31536060 'ahead of the servers by 365 d' || return
	office_fault orders none
	okienko order "$ready"
	! grep -q 'the servers by' answer
}

form()
{
	okienko order "$ready" --form form.pdf
	[ "$code" -eq 0 ] && [ "$(head -c 5 form.pdf)" = %PDF- ] || return
	okienko order "$(office_number no-form)" --form none.pdf
	[ "$code" -eq 3 ] && [ ! -e none.pdf ]
}

# Each of the three ways in; a token that is taken back is asked for anew.
ways_in()
{
	for way in token certificate key; do
		rm -rf conf
		OFFICE_ACCESS=$way office_conf "$scratch/conf"
		okienko order "$ready" --json
		says 0 '.orders[0].kept | not' || return
	done
	rm -rf conf "$scratch/data"
	OFFICE_ACCESS=token office_conf "$scratch/conf"
	office_fault token harm 1
	okienko order "$ready" --json
	gojq -e '.error.id == "ORDER-ANSWER"' answer >/dev/null ||
	    { cat answer; return 1; }
	rm -rf conf
	office_conf "$scratch/conf"
	okienko order "$ready" --json
	chmod 644 "$OFFICE_API_KEY"
	okienko order "$ready" --json
	chmod 600 "$OFFICE_API_KEY"
	says 0 '.orders[0].kept and .error.id == "LOOSE-MODE"'
}

sends_after_asking()
{
	okienko order "$ready" --resend collect
	[ "$code" -eq 0 ] && [ "$(office_count resent all)" -eq 0 ] || return
	okienko order "$ready" --resend collect --confirm --json
	says 0 '.sent.state == "done"' &&
	    [ "$(office_count resent all)" -eq 1 ]
}

# However often it was asked for while nobody answered, one mail goes.
resends_once()
{
	before=$(office_count resent all)
	okienko order "$ready" --json
	office_stop
	for _ in 1 2 3; do
		okienko order "$ready" --resend collect --confirm --json
		says 4 '.sent.state == "waiting"' || break
	done
	rc=$?
	office_again && [ $rc -eq 0 ] && equal "$(outbox "SELECT count(*)
	    FROM outbox WHERE kind = 'resend' AND state = 0")" 1 && arrives &&
	    equal "$(office_count resent all)" $((before + 1)) || return
	okienko order "$ready" --resend collect --confirm --json
	says 0 '.sent.state == "done"' &&
	    equal "$(office_count resent all)" $((before + 2))
}

# The clause first; without consent, nothing; nobody's name in the file.
asks()
{
	printf 'Name: Żaneta Wyjątkowa\nContact: %s\n\nGdzie jest?\n' \
	    zw@poczta.example >question
	okienko ask question
	[ "$code" -eq 0 ] && grep -q 'pretend authority processes' answer &&
	    [ "$(office_count question all)" -eq 0 ] || return
	okienko ask question --confirm
	[ "$code" -eq 2 ] && [ "$(office_count question all)" -eq 0 ] || return
	printf 'Name: A\nContact: a@b.pl\n\nGdzie\0 jest?\n' >torn
	okienko ask torn
	[ "$code" -eq 2 ] && grep -q 'zero byte' complaint || return
	office_stop
	okienko ask question --confirm --consent --json
	says 4 '.sent.state == "waiting"' || return
	! grep -rq Wyjątkowa "$scratch/data" &&
	    ! grep -rq zw@poczta "$scratch/data" || return
	office_again
	arrives
}

# Not a word of it is left out, however long a line is.
whole_clause()
{
	clause=conf/authorities.d/office-clause.en
	cp "$clause" kept
	awk 'BEGIN { for (i = 0; i < 900; i++) printf "zażółć%d ", i
	    print "koniec"
	    for (i = 0; i < 900; i++) printf "zażółć%d", i
	    print "" }' >lines
	cat lines >>"$clause"
	okienko ask question
	cp kept "$clause"
	sed 's/^/  /' lines >wanted
	[ "$code" -eq 0 ] && grep -qxF "$(sed -n 1p wanted)" answer &&
	    grep -qxF "$(sed -n 2p wanted)" answer
}

# One that knows the order and one that is not there: both are told of.
one_of_two()
{
	cp -r conf/. two
	sed -e 's/^name = .*/name = Urząd Niemy/' \
	    -e 's/^key_id = .*/key_id = 0102030405060708/' \
	    -e '/^\[orders]/,/^\[/s|^url = .*|url = https://127.0.0.1:9/|' \
	    conf/authorities.d/office.conf >two/authorities.d/silent.conf
	desk=two
	okienko order 5260001246
	desk=conf
	[ "$code" -eq 0 ] && grep -q 'Urząd Próbny' answer &&
	    grep -q NET-CONNECT complaint || {
		echo "exit $code"
		cat answer complaint
		return 1
	}
}

# not_collected CODE WHAT OPTIONS...
not_collected()
{
	want=$1
	why=$2
	shift 2
	okienko collect "$ready" --confirm "$@"
	[ "$code" -eq "$want" ] && grep -q "$why" complaint || {
		echo "exit $code"
		cat answer complaint
		return 1
	}
}

# One number of two authorities is nobody's until one is named.
of_two()
{
	cp -r conf/. both
	sed -e 's/^name = .*/name = Urząd Drugi/' \
	    -e 's/^key_id = .*/key_id = 0102030405060708/' \
	    conf/authorities.d/office.conf >both/authorities.d/second.conf
	printf '[card]\nmodule = /usr/lib/softhsm/libsofthsm2.so\n' \
	    >>both/okienko.conf
	desk=both
	not_collected 1 'Urząd Próbny (office), Urząd Drugi (second).*ORDER-AM' &&
	    not_collected 2 USAGE --authority third &&
	    not_collected 3 "$ready.*RENEWED-AWAY" --authority second
	is=$?
	desk=conf
	return "$is"
}

# Where there is no service: a page, and nothing of what was written is kept; by
# its number the consent is withdrawn and the question erased.
on_paper()
{
	mkdir -p "$scratch/paper/authorities.d"
	cp "$scratch/conf/okienko.conf" "$scratch/paper"
	sed -e "/^\\[orders]/,/^\\[/{/^url/d;}" -e "/^way = order/d" \
	    "$scratch/conf/authorities.d/office.conf" \
	    >"$scratch/paper/authorities.d/office.conf"
	desk=paper
	okienko ask question --confirm --consent
	[ "$code" -eq 2 ] && grep -q 'no order service' complaint || return
	okienko ask question --confirm --consent --save page.txt --json
	says 0 '.sent.question | .paper and .basis == "consent" and
	    .clause != "" and .agreed != null' || return
	given=$(gojq -r .sent.question.number answer)
	grep -q "$given" page.txt && grep -q Wyjątkowa page.txt &&
	    grep -q 'Gdzie jest?' page.txt || return
	[ "$(stat -c %a page.txt)" = 600 ] &&
	    ! grep -rq Wyjątkowa "$scratch/data" || return
	okienko privacy withdraw --question "$given" --reason phone --json
	says 0 '.authority_has_it' || return
	okienko orders --all --json
	says 0 "[.outbox[] | select(.question.number == \"$given\" and
	    .question.withdrawn != null)] | length == 1" || return
	okienko privacy erase --question "$given" --reason phone
	[ "$code" -eq 0 ] || return
	okienko privacy withdraw --question "$given" --reason phone
	[ "$code" -ne 0 ] && grep -q "$given" complaint
}

outbox()
{
	sqlite3 -cmd '.timeout 5000' "$scratch/data/okienko/registry.db" "$1"
}

sees()
{
	[ "$(outbox "$1")" = 1 ]
}

# What waits is due at once.
due()
{
	outbox 'UPDATE outbox SET next = 0, lease_until = 0 WHERE state = 0'
}

arrives()
{
	due || return
	okienko orders --all --json
	says 0 '[.outbox[] | select(.state != "done")] == []'
}

# The answer is lost: sent again with the same key, one effect.
answer_lost()
{
	before=$(office_count question all)
	office_fault orders answer-lost 1
	okienko ask question --confirm --contract --json
	says 4 '.sent.state == "waiting"' && arrives &&
	    [ "$(office_count question all)" -eq $((before + 1)) ]
}

# stays ID: a question waits on with this error.
stays()
{
	rm -rf "$scratch/data"
	okienko ask question --confirm --contract --json
	says 4 ".sent.state == \"waiting\" and .sent.error.id == \"$1\""
}

# Whoever else says no on the way has not refused what was written: a proxy, a
# page of another server, who gives tokens.
not_the_service()
{
	before=$(office_count question all)
	"$abs_top_builddir/tests/bin/badserver" >port &
	bad=$!
	wait_until 20 grep -q ^port port
	mkdir -p bad && cp -r conf/. bad
	desk=bad
	echo "proxy = http://127.0.0.1:$(sed -n 's/^port //p' port)" \
	    >>bad/okienko.conf # of [network]
	stays NET-STATUS
	rc=$?
	kill $bad
	[ $rc -eq 0 ] || return
	cp conf/okienko.conf bad
	sed -i "s|^url = $OFFICE_ORDERS\$|&-not-here|" \
	    bad/authorities.d/office.conf
	stays NET-STATUS || return
	OFFICE_ACCESS=token office_conf "$scratch/bad"
	for pair in 429:ORDER-BUSY try-later:ORDER-BUSY 500:NET-STATUS; do
		office_fault token "${pair%%:*}" 1
		stays "${pair#*:}" || { echo "with $pair"; return 1; }
	done
	sed -i 's|^token_url = .*|&-not-here|' bad/authorities.d/office.conf
	stays ORDER-REFUSED || return
	desk=conf
	equal "$(office_count question all)" "$before" && arrives
}

# One that cannot be opened is put far back, and the others go on.
unopened()
{
	rm -rf "$scratch/data"
	before=$(office_count question all)
	office_stop
	for _ in 1 2; do
		okienko ask question --confirm --contract
	done
	outbox "UPDATE outbox SET body = zeroblob(99) WHERE id =
	    (SELECT min(id) FROM outbox)"
	office_again && due || return
	okienko orders --all --json
	says 0 '[.outbox[] | .state] | sort == ["done", "waiting"]' &&
	    equal "$(office_count question all)" $((before + 1)) &&
	    equal "$(outbox "SELECT count(*) FROM outbox WHERE state = 0 AND
	    next > strftime('%s') + 1800 AND err = 'REGISTRY-BROKEN'")" 1
}

# Of many to an authority that is not there, one alone waits for it in a round.
one_of_many()
{
	rm -rf "$scratch/data"
	office_stop
	for _ in 1 2 3; do
		okienko ask question --confirm --contract
	done
	# Each was tried as it was put in; again, too, where that took so long.
	tried=$(outbox 'SELECT sum(tries) FROM outbox')
	due && okienko orders --all
	equal "$(outbox "SELECT sum(tries), sum(next > strftime('%s'))
	    FROM outbox")" "$((tried + 1))|3"
	rc=$?
	office_again && [ $rc -eq 0 ] && arrives
}

# A service may take its time, and ask for some, but not for a month.
takes_its_time()
{
	rm -rf "$scratch/data"
	cp -r conf/. long && echo 'timeout = 600' >>long/okienko.conf
	office_fault orders late 1 3000
	desk=long
	okienko ask question --confirm --contract &
	wait_until 20 sees "SELECT 1 FROM outbox WHERE
	    lease_until > strftime('%s') + 500"
	rc=$?
	wait $!
	desk=conf
	[ $rc -eq 0 ] && office_fault orders 429 1 2592000000 || return
	okienko ask question --confirm --contract --json
	says 4 '.sent.error.id == "ORDER-BUSY"' &&
	    sees "SELECT 1 FROM outbox WHERE state = 0 AND next BETWEEN
	    strftime('%s') + 86000 AND strftime('%s') + 86401" && arrives
}

# Killed after more and more milliseconds, each time sent on by the next.
killed()
{
	before=$(office_count question all)
	for ms in 05 10 15 20 25 30 40 50 60 80 100 150; do
		timeout -s KILL "0.$ms" "$abs_top_builddir/okienko" ask \
		    question --confirm --contract \
		    --conf "$scratch/conf/okienko.conf" >/dev/null 2>&1
	done
	arrives || return
	put=$(gojq '.outbox | map(select(.what == "question")) | length' answer)
	[ "$put" -eq "$(office_count question all)" ] || {
		echo "$put put in, $(office_count question all) arrived"
		return 1
	}
}

office_start "$scratch/office" || exit 99
office_conf "$scratch/conf"
ready=$(office_number ready)

check 'every state is put into words' states
check 'in Polish too' in_polish
check 'escapes do not get through' hostile
check 'orders are found by NIP, also by standard input' by_person
check 'a misread number is told, with what it was' misread
check 'what goes wrong is told, and what is remembered' faults
check 'what cannot be read any more is asked for anew' unreadable
check 'a clock a year off is told of, and which way' other_times
check 'a server that holds up is given up, in time' held_up
check 'the form is saved, or told that there is none' form
check 'a token, a certificate, a key let in; a key for all eyes does not' ways_in
check 'a link is sent again once, and only when confirmed' sends_after_asking
check '... and once for however many that waited' resends_once
check 'a question survives a dead network, sealed, and arrives' asks
check 'the whole of a clause is shown, however long' whole_clause
check 'an authority that cannot be asked is told beside the other' one_of_two
check 'no order is collected of whichever has its number' of_two
check 'without a service it goes on paper, and can be taken back' on_paper
desk=conf
check 'an answer that is lost does not make two of one question' answer_lost
check 'nor does being killed' killed
check 'one that cannot be opened keeps no other back' unopened
check 'of many to who is not there, one waits' one_of_many
check 'a service may take its time, not a month' takes_its_time
check 'nobody but the service itself refuses it for good' not_the_service
checked
