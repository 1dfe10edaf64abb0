#!/bin/sh
# The command line: every command's answer for people and for programs, its exit
# codes, and what it makes of bad files, bad words and bad places to write to.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
cli_conf=/dev/null cli_seconds=60
# shellcheck source=tests/cli.sh
. "$abs_top_srcdir/tests/cli.sh"
scratch=$(mktemp -d) || exit 99
socket=
trap 'tidy' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 99
HOME=$scratch
LC_ALL=C.UTF-8
export HOME LC_ALL
unset LANGUAGE

tidy() {
	[ -z "$socket" ] || tmux -L "$socket" kill-server 2>/dev/null
	rm -rf "$scratch"
}

# --- certificates to look at ---------------------------------------------------

# make NAME FROM TO COMMON-NAME: NAME.pem of a made-up person, its days as in
# `date -d`.
make() {
	cat >req.cnf <<EOF
[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
C = PL
CN = $4
serialNumber = PNOPL-44051401359
[ext]
keyUsage = critical, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:ewa@example.org, dirName:beside
[beside]
CN = Ewa Inna
serialNumber = PNOPL-44051401359
emailAddress = inna@example.org
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
countryName = optional
commonName = optional
serialNumber = optional
EOF
	: >index.txt
	openssl req -new -key key.pem -out req.csr -config req.cnf \
	    2>openssl.log &&
	    openssl ca -batch -config req.cnf -cert ca.pem -keyfile key.pem \
		-in req.csr -out "$1.pem" -notext -utf8 -extensions ext \
		-startdate "$(date -u -d "$2" +%Y%m%d%H%M%SZ)" \
		-enddate "$(date -u -d "$3" +%Y%m%d%H%M%SZ)" \
		2>>openssl.log ||
	    echo "Bail out! openssl: $(cat openssl.log)"
}

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
    -out key.pem 2>/dev/null || echo 'Bail out! no openssl'
openssl req -x509 -key key.pem -out ca.pem -days 1000 \
    -subj '/CN=Made-up Authority' 2>openssl.log ||
    echo "Bail out! openssl: $(cat openssl.log)"
make good -1day +100days 'Ewa Żółć-Łęcka'
make expired -10days -1day 'Jan Przykładowy'
make hostile -1day +100days "$(printf 'Zły\033]0;x\007\302\233\342\200\256 Jan')"
openssl x509 -in good.pem -outform DER -out good.der
openssl crl2pkcs7 -nocrl -certfile good.pem -certfile expired.pem -out two.p7b
openssl pkcs12 -export -in good.pem -inkey key.pem -out good.p12 \
    -passout pass:tajne
openssl pkcs12 -export -in good.pem -nokeys -out empty.p12 -passout pass:
cat good.pem expired.pem >both.pem
"$abs_top_builddir/tests/bin/certmake" date-month-13 >bad-dates.der
head -c 300 good.der >cut.der
head -c 5000 /dev/urandom >noise
: >nothing
sed 's/^M/\n\n%/' good.pem >broken.pem

# --- words ------------------------------------------------------------------------

run 0 'help' help
says out 'help names every command' doctor
run 0 '--help of a command' cert --help
says out 'it tells its options' --whole
run 0 'help in Polish' help cert --lang pl
says out 'it is Polish' 'użycie: okienko cert PLIK...'
# In /usr/bin stands a program of that name.
mkdir bin && cp "${okienko:?}" bin/okienko && : >bin/locale
if LANGUAGE=pl strace -f -qq -o calls -e trace=openat bin/okienko help \
    >out 2>err; then
	grep -q okienko.mo calls && ! grep -q bin/locale/ calls
	is 'a file called locale beside it is no folder of languages' $?
else
	skip 'a file called locale beside it' 'no strace'
fi
run 0 '--version' --version
says out 'it is a version' 'okienko '
run 2 'an unknown command' frobnicate
says err 'and is named' frobnicate
run 2 'an unknown option' cert --frobnicate good.pem
export OKIENKO_MODE=kiosk
run 2 'a command in a kiosk' help
export OKIENKO_MODE=agent
run 2 'a command in the screen of an agent' readers
export OKIENKO_MODE=desk
run 0 'a command in a desk that is said to be one' help
export OKIENKO_MODE='kiosk '
run 2 'a mode that is none' help
says err 'and is named' 'no mode'
unset OKIENKO_MODE
if [ -e /usr/lib/systemd/system/okienko-kiosk.service ]; then
	skip 'doctor kiosk where there is none' 'this machine is one'
else
	run 3 'doctor kiosk where there is none' doctor kiosk
	says err 'that is said' 'This machine is no kiosk'
	says err 'and how to make it one' 'make install-kiosk'
	run 1 'and every item when it is wanted' doctor kiosk --all
	says out 'it is a list' 'okienko-kiosk.service is not installed'
fi
run 2 'an option of another command' help --whole
run 2 'a short option' -j
run 2 'a value too many' help --tables=yes
run 2 'a missing value' cert good.pem --lang
run 2 'a language we do not speak' cert good.pem --lang de
run 2 'a log level that is none' cert good.pem --log loud
run 2 'no file' cert
run 2 'a word too many' help cert cert
run 2 'help for what is not there' help frobnicate
run 3 'a configuration that is not there' help --conf ./nowhere
printf '[desk]\ntheme = pink\n' >bad.conf
run 0 'a configuration with a mistake' help --conf ./bad.conf
says err 'it is told with its line' 'bad.conf:2:'
run 2 'hostile words' "$(printf '\033[31m\302\233\342\200\256red')"
harmless 'they do not reach the terminal' out err
run 0 'the language of the environment' --lang pl help
LC_ALL=C LANGUAGE=pl timeout 60 "$okienko" help >out 2>err
says out 'an ASCII terminal gets plain letters' 'uzycie: okienko'

# --- cert -------------------------------------------------------------------------

for form in good.pem good.der two.p7b both.pem; do
	case $form in good.*) code=0 ;; *) code=1 ;; esac
	run "$code" "cert $form" cert "$form"
	says out "$form: the holder" 'Ewa Żółć-Łęcka'
done
says out 'each certificate is numbered' 'both.pem, certificate 2 of 2'
run 0 'cert good.pem' cert good.pem
says out 'a person is masked' 'PNOPL-44******359'
if grep -q 44051401359 out; then bad 'everywhere'; else good 'everywhere'; fi
says out 'an e-mail address is masked' 'email:e*****@example.org'
says out 'and so they are in a name beside the holder' "$(printf '%s' \
    'CN=Ewa Inna, serialNumber=PN************359, ' \
    'emailAddress=i*****@example.org')"
run 0 'cert --whole' cert --whole good.pem
says out 'but whole when it is asked for' 'email:ewa@example.org'
says out 'and there' 'emailAddress=inna@example.org'
says out 'a person is shown when asked' 'PNOPL-44051401359'
serial=$(openssl x509 -in good.pem -noout -serial | sed 's/serial=//')
grep 'serial number' out | tr -d ' ' | grep -q "$serial"
is 'the serial number is that of openssl' $?
run 0 'cert --lang pl' cert --lang pl good.pem
says out 'Polish labels' 'numer seryjny'
says out 'Polish verdicts' 'Nadaje się do'
timeout 60 "$okienko" --conf /dev/null cert - <good.der >out 2>err
is 'standard input' $?
says out 'it says so' 'standard input'

run 1 'an expired certificate' cert expired.pem
says out 'it says so' expired
run 3 'a missing file' cert ./nowhere.pem
says err 'the error has its id' NO-FILE
run 3 'of several the largest counts' cert expired.pem ./nowhere.pem good.pem
says out 'the others are shown' 'Ewa Żółć-Łęcka'
run 1 'a certificate whose dates cannot be read' cert bad-dates.der
says out 'they are not made up' '? to 2027-01-01'
run 1 'a file of noise' cert noise
run 1 'an empty file' cert nothing
run 1 'a certificate cut short' cert cut.der
run 1 'a broken PEM' cert broken.pem
run 1 'a private key' cert key.pem
run 5 'a folder' cert .
mkfifo pipe
run 5 'a named pipe is not waited for' cert pipe
truncate -s 5M big
run 1 'a file too large' cert big
says err 'it says so' TOO-BIG
cp good.pem -- '-strange'
run 0 'a file that looks like an option' cert -- -strange
strange=$(printf 'a\033[2Jb\nc\342\200\256d')
cp good.pem "$strange"
run 0 'a file with a hostile name' cert "$strange"
harmless 'its name does not reach the terminal' out err
run 0 'the same in JSON' cert --json "$strange"
harmless 'nor does it there' out err
run 0 'a certificate with a hostile name' cert hostile.pem
harmless 'it does not reach the terminal' out err

# --- JSON ---------------------------------------------------------------------------

if command -v gojq >/dev/null; then
	run 3 'cert --json' cert --json both.pem ./nowhere.pem
	asks 'a file, its certificates, its errors' '.files | length == 2 and
	    .[0].file == "both.pem" and .[0].damaged == 0 and
	    (.[0].cut | not) and (.[0].certificates | length == 2) and
	    (.[0] | has("error") | not) and
	    .[1].error.id == "NO-FILE" and .[1].certificates == []'
	asks 'an error in sentences' '.files[1].error |
	    .sentence != "" and .next != "" and (.detail | type) == "string" and
	    .turn == "person" and .answer == ""'
	asks 'validity' '[.files[0].certificates[].validity.state] ==
	    ["valid", "expired"] and
	    (.files[0].certificates[0].validity |
	    .days_left > 90 and .renewable == true and
	    (.renew_from < .last_safe) and (.last_safe | length == 10))'
	asks 'purposes with reasons' '.files[0].certificates[0].purposes |
	    map(.purpose) == ["qualified-signature", "qualified-seal",
	    "email-signing", "log-on", "encryption", "authority"] and
	    (map(.verdict) | all(. == "yes" or . == "no" or . == "maybe" or
	    . == "unknown")) and .[2].verdict == "yes" and
	    .[5].verdict == "no"
	    and all(.reasons | all(.rule != "" and .sentence != ""))'
	asks 'no authority is configured' \
	    '.files[0].certificates[0].authority == null'
	[ "$(gojq -r '.files[0].certificates[0].serial' out)" = "$serial" ]
	is 'the serial number of openssl' $?
	asks 'Polish letters as they are' '.files[0].certificates[0].subject |
	    tostring | contains("Żółć-Łęcka")'
	says out 'and unescaped' 'Żółć-Łęcka'
	run 1 'noise in JSON' cert --json noise
	asks 'is an error, not a certificate' '.files[0] |
	    .certificates == [] and .error.id == "NOT-A-CERTIFICATE"'

	run 1 'unreadable dates in JSON' cert --json bad-dates.der
	asks 'are null, and no day follows from them' \
	    '.files[0].certificates[0] | .not_before == null and
	    (.validity | .state == "bad-dates" and .renewable == false and
	    .days_left == null and .renew_from == null and .last_safe == null)'

	mkdir authorities.d
	keyid=$(openssl x509 -in ca.pem -noout -ext subjectKeyIdentifier |
	    sed -n 's/^ *\([0-9A-F:]*\)$/\1/p')
	printf '[authority]\nname = Urząd\n[recognise]\nkey_id = %s\n' \
	    "$keyid" >authorities.d/mine.conf
	printf '[renewal]\nrenew_days = 99\nworking_days = 0\n' \
	    >>authorities.d/mine.conf
	: >okienko.conf
	run 0 'with an authority' cert --json --conf ./okienko.conf good.pem
	asks 'it is recognised by its key' '.files[0].certificates[0].authority
	    == {"id": "mine", "name": "Urząd", "recognised_by": "key-id"}'
	from=$(date -d "$(openssl x509 -in good.pem -noout -enddate |
	    sed 's/notAfter=//') -99 days" +%Y-%m-%d)
	asks 'its renewal window counts' \
	    ".files[0].certificates[0].validity.renew_from == \"$from\""
else
	skip 'JSON' 'no gojq'
fi

# --- places to write to ---------------------------------------------------------------

timeout 60 "$okienko" cert good.pem >/dev/full 2>err
[ $? -eq 5 ]
is 'a full disk is noticed' $?
says err 'and told' 'errno 28'
timeout 60 "$okienko" cert --json good.pem >&- 2>err
[ $? -eq 5 ]
is 'a closed output is noticed' $?
timeout 60 "$okienko" cert ./nowhere >out 2>&-
[ $? -eq 3 ]
is 'a closed error output changes nothing' $?
timeout 60 "$okienko" cert good.pem <&- >out 2>err
is 'a closed input neither' $?

# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"

# The answer is held back until its reader has gone.
{
	rig_wait 20 test -e gone
	cat good.pem
} | {
	timeout 60 "$okienko" cert - 2>err
	echo $? >code
} | {
	exec <&-
	: >gone
}
[ "$(cat code)" = 5 ] && [ ! -s err ]
is 'a reader that has gone ends it quietly' $?

# --- a library that is loaded late ------------------------------------------------------

# What is called of libcrypto loads it; here there is none that can be.
mkdir lacking
: >lacking/libcrypto.so.3
lacking() {
	LD_LIBRARY_PATH=$scratch/lacking prlimit --core=0 "$@" >out 2>err \
	    </dev/null
}
if readelf -d "$okienko" | grep -q "NEEDED.*libcrypto"; then
	skip "libcrypto is loaded by its first call" "linked in the usual way"
else
	lacking "$okienko" --version
	is "nothing of libcrypto is needed to tell the version" $?
	! lacking "$okienko" --conf /dev/null cert good.pem
	is "without it no certificate is read" $?
	says err "which library it was is told" "libcrypto.so.3: file too short"
	printf "[registry]\npath = %s/late.db\n" "$scratch" >late.conf
	TERM=xterm lacking timeout "$cli_seconds" script -qec \
	    "stty rows 24 cols 80; exec \"$okienko\" --conf late.conf" /dev/null
	awk -v RS="okienko: /" "NR == 1" out >before
	says out "the desk lacks it, too" "libcrypto.so.3: file too short"
	says before "but its first frame comes before that" "Looking for readers"
	says before "and the terminal is put right" "$(printf "\033[?1049l")"
fi

# --- passwords --------------------------------------------------------------------------

timeout 60 setsid "$okienko" cert good.p12 >out 2>err </dev/null
[ $? -eq 6 ]
is 'without a terminal no password is asked for' $?
says err 'and that is told' PASSWORD-NEEDED
run 0 'an empty password is tried unasked' cert empty.p12

# shown TEXT: the terminal shows it.
shown() {
	tmux -L "$socket" capture-pane -p -t t 2>/dev/null | grep -qF -e "$1"
}

# terminal COMMAND-LINE: in a terminal of its own; it says "ended N".
terminal() {
	socket=okienko-cli-$$-$cli_number	# one that has not just been left
	tmux -L "$socket" -f /dev/null new-session -d -s t -x "${cols:-100}" \
	    -y 60 "HOME=$scratch PCSCLITE_CSOCK_NAME=$scratch/none TERM=${term:-screen} LC_ALL=C.UTF-8 '$okienko' $1; echo ended \$? \$(stty -a | grep -o '[-]*echo '); read -r _" ||
	    echo 'Bail out! no tmux'
}

# types KEYS...: once the terminal shows the first word.
types() {
	rig_wait 20 shown "$1" || bad "the terminal never showed $1"
	shift
	tmux -L "$socket" send-keys -t t "$@"
}

# ended NAME CODE: and the terminal is as it was.
ended() {
	if rig_wait 20 shown "ended $2 echo"; then
		good "$1"
	else
		tmux -L "$socket" capture-pane -p -t t >out
		bad "$1"
	fi
	tmux -L "$socket" capture-pane -p -t t >screen
	tmux -L "$socket" kill-server 2>/dev/null
	socket=
}

# asked TEXT N: the question stands there N times.
asked() {
	[ "$(tmux -L "$socket" capture-pane -p -t t 2>/dev/null |
	    grep -cF -e "$1")" -eq "$2" ]
}

if command -v tmux >/dev/null; then
	terminal "cert good.p12"
	types 'Password for good.p12' tajnx BSpace e Enter
	ended 'the right password opens' 0
	says screen 'and the certificate is shown' 'Ewa Żółć-Łęcka'
	if grep -q tajn screen; then bad 'no echo'; else good 'no echo'; fi

	terminal "cert --lang pl good.p12"
	types 'Hasło do good.p12' zle Enter
	rig_wait 20 asked 'Hasło do' 2
	is 'a wrong password is asked again' $?
	types 'Hasło do' C-u tajne Enter
	ended 'and the right one then opens' 0

	terminal "cert good.p12"
	for try in 1 2 3; do
		rig_wait 20 asked 'Password for' "$try"
		types 'Password for' zle Enter
	done
	ended 'three wrong passwords are enough' 6
	says screen 'and it says why' WRONG-PASSWORD

	terminal "cert good.p12"
	types 'Password for' C-c
	ended 'Ctrl-C gives up' 6
	terminal "cert good.p12"
	types 'Password for' Enter
	rig_wait 20 asked 'Password for' 2
	is 'an empty answer is a wrong password' $?
	types 'Password for' C-d
	ended 'Ctrl-D gives up' 6

	# Doctor in a terminal, where there is no card service.
	printf '[network]\nallow = 10.0.0.7:80\nallow = intranet:80\n' \
	    >allow.conf
	terminal "doctor --conf ./allow.conf"
	ended 'doctor without a card service' 1
	says screen 'what is no address is told with its line' \
	    'allow.conf:3: allow = intranet:80: it is not an address'
	says screen 'a good terminal' 'ok: screen, 100 columns by 60 lines'
	says screen 'the missing socket' "$scratch/none is not there"
	term=no-such-terminal
	terminal "doctor --conf /dev/null"
	ended 'doctor in an unknown terminal' 1
	says screen 'it is named' no-such-terminal
	term=../screen
	terminal "doctor --conf /dev/null"
	ended 'doctor with a path for a terminal' 1
	says screen 'it is refused' 'no description of the terminal ../screen'
	term=screen
	cols=42
	terminal "doctor --conf /dev/null --lang pl"
	ended 'doctor in a narrow terminal' 1
	grep -qxE '  oprogramowanie kart *' screen
	is 'labels stand above what belongs to them' $?
else
	skip 'passwords and doctor in a terminal' 'no tmux'
fi

cli_done
