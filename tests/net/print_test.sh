#!/bin/sh
#
# okienko-print: a page to a CUPS of our own, whose printer writes a file, and to
# what only looks like one.
# shellcheck source=tests/net/lib.sh
. "${abs_top_srcdir:?}/tests/net/lib.sh"

printf '%%PDF-1.4\n' >page.pdf
head -c 300000 /dev/zero >>page.pdf
printf '%%%%EOF\n' >>page.pdf

# print OPTION...: what is said of it in "answer".
print() {
	within 60 "$bin/askprint" "$@" >answer 2>&1
}

# --- where there is none ------------------------------------------------------

print -S "$scratch/nosuch.sock" page.pdf
said PRINT-NONE '(CUPS)'
result "no CUPS"
print -S "$scratch/nosuch.sock" -p Druk page.pdf
said PRINT-NONE Druk
result "no CUPS, a printer by name"
for way in 404 garbage hangup endless heads; do
	server "$way" -w "/$way" || exit 99
	print -S "127.0.0.1:$port" -d 500 -t Wniosek page.pdf
	said PRINT-NONE || said PRINT-FAILED Wniosek
	result "no CUPS, but a server: $way"
done
server silent -w /silent || exit 99
print -S "127.0.0.1:$port" -d 300 -t Wniosek page.pdf
said PRINT-FAILED Wniosek && grep -q NET-TIMEOUT answer
result "a server that says nothing"

# --- a CUPS of our own --------------------------------------------------------

# Its backend, the last step to a printer, is a script that keeps the page.
prepare() {
	mkdir root cache state tmp spool out bin bin/backend bin/filter &&
	    ln -s "$1/daemon" bin/daemon
	# shellcheck disable=SC2016 # for the script
	printf '%s\n' '#!/bin/sh' '[ $# -gt 0 ] || exit 0' \
	    'to=${DEVICE_URI#keep:}' \
	    'if [ $# -gt 5 ]; then cat "$6"; else cat; fi >"$to.new" &&' \
	    'mv "$to.new" "$to"' >bin/backend/keep
	chmod 700 bin/backend/keep
	printf '%s\n' "Listen $scratch/cups.sock" 'Browsing No' \
	    'DefaultAuthType None' 'WebInterface No' \
	    '<Location />' 'Allow all' '</Location>' '<Policy default>' \
	    'JobPrivateAccess default' 'JobPrivateValues default' \
	    'SubscriptionPrivateAccess default' \
	    'SubscriptionPrivateValues default' \
	    '<Limit All>' 'Allow all' '</Limit>' '</Policy>' >cupsd.conf
	printf '%s\n' "ServerRoot $scratch/root" "CacheDir $scratch/cache" \
	    "StateDir $scratch/state" "TempDir $scratch/tmp" \
	    "RequestRoot $scratch/spool" "ServerBin $scratch/bin" \
	    "ErrorLog $scratch/error.log" "AccessLog $scratch/access.log" \
	    "PageLog $scratch/page.log" >cups-files.conf
	printf '%s\n' '<DefaultPrinter Druk>' "DeviceURI keep:$scratch/out/one" \
	    'State Idle' 'Accepting Yes' '</DefaultPrinter>' \
	    '<Printer Drugi>' "DeviceURI keep:$scratch/out/two" \
	    'State Idle' 'Accepting Yes' '</Printer>' \
	    '<Printer Pelny>' "DeviceURI keep:$scratch/out/full" \
	    'State Idle' 'Accepting No' '</Printer>' >root/printers.conf
}

# where CUPS has its programs: the one that starts backends is one of them.
for dir in /usr/lib/cups /usr/libexec/cups; do
	[ ! -x "$dir/daemon/cups-exec" ] || serverbin=$dir
done
PATH=$PATH:/usr/sbin
if [ -n "${serverbin:-}" ] && command -v cupsd >/dev/null; then
	prepare "$serverbin" || exit 99
	: >error.log
	cupsd -f -c "$scratch/cupsd.conf" -s "$scratch/cups-files.conf" \
	    >cupsd.log 2>&1 &
	pids="$pids $!"
	wait_until 20 [ -S cups.sock ] || sed 's/^/# /' cupsd.log error.log
	socket=$scratch/cups.sock
	print -S "$socket" -t 'Wniosek o unieważnienie' page.pdf &&
	    wait_until 20 cmp -s page.pdf out/one
	result "a page to the default printer"
	print -S "$socket" -p Drugi page.pdf &&
	    wait_until 20 cmp -s page.pdf out/two
	result "a page to another one"
	print -S "$socket" -p Nikt page.pdf
	said PRINT-NONE Nikt
	result "a page to none"
	print -S "$socket" -p Pelny -t Wniosek page.pdf
	said PRINT-FAILED Wniosek && [ ! -e out/full ]
	result "a page to one that takes none"
	: >empty.pdf
	print -S "$socket" -t Wniosek empty.pdf
	said PRINT-FAILED Wniosek
	result "no page at all"
	print -S "$socket" -t Wniosek /dev/zero
	said PRINT-FAILED Wniosek
	result "no file"
else
	skip "pages to a CUPS of our own" "cupsd is not here"
fi

echo "1..$n"
