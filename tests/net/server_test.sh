#!/bin/sh
#
# okienko-net against a server that misbehaves: each way ends in one sentence,
# within its deadline and its memory, with nothing fetched beyond.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"

server web || exit 99
base=http://127.0.0.1:$port

# Long ones, looked at in the end.
server slow || exit 99
"$bin/asknet" -d 60000 "http://127.0.0.1:$port/think" >/dev/null 2>thought &
thinks=$!
"$bin/asknet" -d 60000 "http://127.0.0.1:$port/drip" >/dev/null 2>dripped &
drips=$!
port=${base##*:}

# asked PATH NUMBER: the server was asked for it so many times.
asked() {
	[ "$(grep -c "^GET $1 " web.log)" -eq "$2" ]
}

# Sanitizers need more of everything, and no filter.
sanitized() {
	grep -q '^#define SANITIZED 1' "$abs_top_builddir/config.h"
}

# small: the process never needed more than 64 MiB.
small() {
	sanitized || awk '/^VmHWM:/ { kb = $2 }
	    END { exit !(kb > 0 && kb < 65536) }' answer
}

ask "$base/ok" && [ "$(cat answer)" = "200	text/plain	\"one\"	784111777	784025377	0	0	3" ] &&
    [ "$(cat body)" = ok ]
result "an answer, its head understood"

# --- connections --------------------------------------------------------------

: >web.log
ask "$base/ok" "$base/404" "$base/ok" && [ "$(wc -l <answer)" -eq 3 ] &&
    [ "$(grep -c '^connection' web.log)" -eq 1 ]
result "one connection serves one question after the other"
: >web.log
echo order >order
ask -P order "$base/echo" "$base/echo" &&
    [ "$(grep -c '^connection' web.log)" -eq 2 ]
result "what is to be done is asked on a connection of its own"

# --- the question -------------------------------------------------------------

ask -T application/x -A application/y -P order "$base/echo" &&
    grep -q '^POST /echo HTTP/1.1' body &&
    grep -q '^Content-Type: application/x.$' body &&
    grep -q '^Accept: application/y.$' body &&
    grep -q '^User-Agent: okienko/' body &&
    [ "$(tail -n 1 body)" = order ] &&
    ! grep -qiE '^(Accept-Encoding|Cookie|Authorization|Expect):' body
result "a POST says what it was told to, and no more"
printf 'Bearer tajny-token' >token
ask -H 'X-Asked: once' -H 'Idempotency-Key: k-1' -S "Authorization: token" \
    -P order "$base/echo" && grep -q '^X-Asked: once.$' body &&
    grep -q '^Authorization: Bearer tajny-token.$' body
result "further headers, and a secret one"
for bad in 'Host: elsewhere' 'A b: c' 'Transfer-Encoding: chunked' ': x'; do
	: >web.log
	ask -H "$bad" "$base/echo"
	said NET-TALK && [ ! -s web.log ]
	result "a header that is not ours to say: $bad"
done
: >web.log
ask -H 'Idempotency-Key: k-1' -P order "$base/echo" "$base/echo" &&
    [ "$(grep -c '^connection' web.log)" -eq 1 ]
result "what may be said twice needs no connection of its own"
ask -U order "$base/echo" && grep -q '^PUT /echo ' body
result "a PUT"
head -c 8388608 /dev/zero >large
ask -m 9000000 -P large "$base/echo" && status 200 &&
    [ "$(wc -c <body)" -gt 8388608 ]
result "a body of 8 MiB there and back"
ask -e '"one"' "$base/etag" && status 304 && [ ! -s body ] &&
    awk -F '\t' '{ exit !($6 > 1700000000) }' answer
result "not modified since that ETag; fresh for a while"
ask -t 784025377 "$base/etag" && status 304
result "not modified since that time"
ask -e '"two"' -t 784025376 "$base/etag" && status 200
result "modified"
http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 \
    ALL_PROXY=http://127.0.0.1:1 HOME=$scratch ask "$base/ok" && status 200
result "the environment names no proxy"

# --- statuses -----------------------------------------------------------------

ask "$base/404" && status 404 && [ ! -s body ]
result "the page of a 404 is not taken for what was asked"
ask "$base/500" && status 500 && [ "$(cut -f 7 answer)" = 120 ]
result "a 500, and when to come again"
: >web.log
ask "$base/redirect" && status 302 && asked /ok 0
result "a redirect is not followed"
: >web.log
ask -F "$base/redirect" && status 200 && [ "$(cat body)" = ok ] && asked /ok 1
result "a redirect is followed at home, where that is asked for"
ask -F "$base/away" && status 302 && [ ! -s body ]
result "one that leads away is not"
: >web.log
ask -F "$base/loop" && status 307 && asked /loop 5
result "nor one without end"
ask "$base/continue" && status 200 && [ "$(cut -f 3 answer)" = '"one"' ]
result "100 Continue before the answer"
ask "$base/407" && status 407
result "a 407 where there is no proxy is an answer"

# --- too much -----------------------------------------------------------------

for way in endless huge chunks; do
	ask -M -m 1000000 "$base/$way"
	head -n 1 answer | grep -q '^TOO-BIG	127.0.0.1:' &&
	    [ "$(wc -c <body)" -le 1000000 ] &&
	    small
	result "too much: $way"
done
for way in heads longhead; do
	ask -M "$base/$way"
	head -n 1 answer | grep -qE '^(TOO-BIG|NET-CUT)	' &&
	    small
	result "a head without end: $way"
done
ask -M -m 60000000 "$base/big?52428800" &&
    [ "$(wc -c <body)" -eq 52428800 ] &&
    small
result "50 MiB go by in little memory"
ask "$base/bomb" && status 200 && [ "$(wc -c <body)" -eq 4 ]
result "nothing is unpacked"

# --- too little, too slow -----------------------------------------------------

for way in cut reset hangup badchunk; do
	ask "$base/$way"
	said NET-CUT
	result "broken off: $way"
done
ask "$base/999"
said NET-ANSWER "127.0.0.1:$port"
result "a status that there is not"
ask "$base/garbage"
said NET-ANSWER
result "not HTTP"
for way in drip driphead silent; do
	ask -d 300 "$base/$way"
	said NET-TIMEOUT
	result "too slow: $way"
done

# --- who cannot be reached ----------------------------------------------------

ask http://127.0.0.1:1/
said NET-CONNECT 127.0.0.1:1
result "nobody listens"
ask http://nosuch.invalid/x
said NET-NAME nosuch.invalid
result "no such name"
for url in "http://me:secret@127.0.0.1:$port/ok" "http://127.0.0.1:99999/" \
    "http:///ok" "http://[::1/"; do
	ask "$url"
	said NET-URL
	result "no address: ${url%%:"$port"*}"
done

# --- what strangers say -------------------------------------------------------

: >web.log
for host in 127.0.0.1 localhost 127.1 2130706433 0x7f000001 0 '[::1]' \
    '[::ffff:127.0.0.1]' 169.254.169.254; do
	ask -s "http://$host:$port/ok"
	said NET-ADDRESS
	result "a stranger sends to $host"
done
ask -s "http://127.0.0.1:22/"
said NET-URL
result "a stranger sends to a port that is not for him"
[ ! -s web.log ]
result "and nobody was asked"
ask "$base/ok" "stranger:$base/ok"
[ "$(cut -f 1 answer | tr '\n' ' ')" = '200 NET-ADDRESS ' ]
result "a connection to where strangers may not send is not lent to one"
ask -s -a 127.0.0.1 "$base/ok" && status 200
result "an address that is allowed"
ask -s -a "127.0.0.1:$port" "http://localhost:$port/ok" && status 200
result "an address that is allowed with its port"
ask -s -a "127.0.0.1:1" "$base/ok"
said NET-ADDRESS "127.0.0.1:$port"
result "an address that is allowed with another port"

# --- the process itself -------------------------------------------------------

ask -M "$base/ok" && grep -q '^NoNewPrivs:	1$' answer &&
    { sanitized || grep -q '^Seccomp:	2$' answer; }
result "it has given up what it does not need"

gone() {
	! kill -0 "$1" 2>/dev/null
}
child() {
	helper=$(pgrep -P "$1" -f okienko-net)
}
: >web.log
"$bin/asknet" "$base/silent" >/dev/null 2>&1 &
desk=$!
wait_until 20 child $desk && wait_until 20 grep -q '^GET /silent' web.log &&
    kill -9 $desk && wait_until 20 gone "$helper"
result "it does not outlive the desk, even in the middle of a question"
wait $desk 2>/dev/null

# --- what takes its time ------------------------------------------------------

reap 60 $thinks && grep -q '^200' thought
result "a server may think for longer than it may dawdle"
reap 60 $drips
grep -q '^NET-TIMEOUT.*too slow' dripped
result "one that dawdles is given up before the deadline"

echo "1..$n"
