# shellcheck shell=sh
#
# What bad input gets: each thing that goes wrong ends in one sentence with the
# next step, in both languages, and leaves the program of use.  The scripts here
# go through the real program; where each item of that promise is proved:
#
#	no pcscd			reader_test.sh, screen_test.sh
#	pcscd dies and returns		screen_test.sh, card/super_test.sh
#	polkit refuses			reader_test.sh
#	no reader			reader_test.sh
#	reader pulled during a read	reader_test.sh
#	card pulled at every APDU	pull_test.sh
#	mute card			card_test.sh, card/super_test.sh
#	20 fast in/outs			card/super_test.sh
#	two readers, four cards		reader_test.sh
#	unknown ATR			card_test.sh
#	no module claims the card	module_test.sh
#	module missing, not a module	module_test.sh
#	crash in C_Initialize		module_test.sh
#	hang in C_FindObjects		module_test.sh
#	every CKR code			card/module_test.sh, unit/token_test.c
#	token with 200 certificates	module_test.sh
#	64 KiB certificate		card_test.sh, module_test.sh
#	damaged DER			module_test.sh, unit/der_test.c
#	names made to do harm		screen_test.sh, cli_card_test.sh
#	label cut inside a character	card_test.sh
#	locked PIN, last try		card_test.sh, tui/keys_test.sh
#	terminal 1x1, TERM unknown	screen_test.sh, tui/terminal_test.sh
#	stdout not a terminal		screen_test.sh, tui/terminal_test.sh
#	card process SIGKILL, SIGSTOP	screen_test.sh, card/super_test.sh
#	other answers on a second read	card_test.sh
#	endless 61xx, random bytes,
#	wrong lengths			card_test.sh
#
# A script sources this file, which sources the rig, calls fault_start, and then:
#
#	is NAME CODE			a result: by an exit code
#	modules LINE...			okienko.conf has these lines under [card]
#	both [ARGUMENTS]		okienko card in English into en, Polish: pl
#	told NAME ID			a result: both say ID's sentence and next step
#	json ARGUMENTS			okienko ARGUMENTS --json, into json
#	asks NAME EXPRESSION		a result: json is so
#	watching, watching_ends		okienko watch --json, into lines
#	events WHAT			how many of a kind it has told
#	reads_whole NAME CERTS		a result: now the card is read as it should
#	fault_done			last of all
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
LC_ALL=C.UTF-8
TEXTDOMAINDIR=$abs_top_builddir/locale
export LC_ALL TEXTDOMAINDIR
unset LANGUAGE
okienko=$abs_top_builddir/okienko

# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"

fault_number=0
opensc=$(find /usr/lib* /usr/local/lib* -name opensc-pkcs11.so 2>/dev/null |
    head -n 1)

# fault_start [VREADER OPTIONS]: the rig, and its folder as the present one.
fault_start()
{
	for fault_need in gojq gettext openssl opensc-tool pcscd; do
		if ! PATH=$PATH:/usr/sbin command -v "$fault_need" >/dev/null ||
		    [ -z "$opensc" ]; then
			echo "1..0 # SKIP $fault_need or OpenSC is not installed"
			exit 0
		fi
	done
	rig_image ready >/dev/null || exit 99
	rig_start "$@"
	cd "$RIG_DIR" || exit 99
	modules "module = $opensc"
}

fault_done()
{
	echo "1..$fault_number"
}

is()
{
	fault_number=$((fault_number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $fault_number - $1"
		return 0
	fi
	echo "not ok $fault_number - $1"
	for fault_file in en pl json; do
		head -c 1500 "$fault_file" 2>/dev/null | sed "s/^/# $fault_file: /"
	done
	tail -n 5 lines 2>/dev/null | cut -c1-600 | sed 's/^/# lines: /'
	return 1
}

fault_skip()
{
	fault_number=$((fault_number + 1))
	echo "ok $fault_number - $1 # SKIP $2"
}

modules()
{
	{
		printf '[card]\n'
		printf '%s\n' "$@"
		# Where all is slow, so is what a module does in its time.
		case $TEST_SLOWNESS:$* in
		1:* | *module_timeout*) ;;
		*) echo "module_timeout = $((20 * TEST_SLOWNESS))" ;;
		esac
	} >okienko.conf
}

# A module that misbehaves to these orders, one an argument, as NAME.so.
fake()
{
	fault_fake=$RIG_DIR/$1.so
	shift
	cp "$rig_bin/fakemodule.so" "$fault_fake"
	printf '%s\n' "$@" >"$fault_fake.conf"
}

# --- what is said -------------------------------------------------------------

both()
{
	for fault_lang in en pl; do
		within 60 "$okienko" --conf ./okienko.conf card \
		    --lang $fault_lang "$@" >$fault_lang 2>&1 </dev/null
	done
}

# Sentence and next step of an error, as a pattern, from the only list of them.
fault_pattern()
{
	sed -nE "s/^ERR\([A-Z_0-9]+, \"$1\", N_\(\"(.*)\"\), N_\(\"(.*)\"\)\)\$/\1\n\2/p" \
	    "$abs_top_srcdir/src/base/err.def" |
	    while IFS= read -r fault_said; do
		if [ "$2" = pl ]; then
			fault_said=$(LANGUAGE=pl gettext okienko "$fault_said")
		fi
		printf '%s\n' "$fault_said"
	    done | sed -E 's/[][\.*^$+?(){}|]/\\&/g; s/%s/.*/g'
}

# Said on one line or folded to several: spaces are all the same.
fault_says()
{
	fault_all=$(tr -s ' \n' '  ' <"$1")
	fault_n=0
	while IFS= read -r fault_wanted; do
		fault_n=$((fault_n + 1))
		printf '%s' "$fault_all" | grep -qE -e "$fault_wanted" ||
			return 1
	done <<-WANTED
	$(fault_pattern "$2" "$1")
	WANTED
	[ $fault_n -eq 2 ] && printf '%s' "$fault_all" | grep -qF "$2"
}

told()
{
	fault_says en "$2" && fault_says pl "$2" && ! cmp -s en pl
	is "$1" $?
}

json()
{
	within 60 "$okienko" --conf ./okienko.conf "$@" --json >json 2>err \
	    </dev/null
	fault_code=$?
	[ $fault_code -lt 124 ] || is "okienko $* ends by itself" $fault_code
}

asks()
{
	gojq -e "$2" json >/dev/null 2>&1
	is "$1" $?
}

reads_whole()
{
	json card
	asks "$1" "[.cards[] | select(.state == \"ready\")] | length == 1 and
	    (.[0].certs | length == $2 and all(.cert != null)) and
	    .[0].problems == []"
}

# --- watching -----------------------------------------------------------------

watching()
{
	"$okienko" --conf ./okienko.conf watch --json >lines 2>errs </dev/null &
	fault_watch=$!
}

# Ended as a person ends it, and of its own.
watching_ends()
{
	kill -INT "$fault_watch"
	wait "$fault_watch"
	is "${1:-watching went on to the end}" $?
}

events()
{
	grep -c "\"event\": *\"$1\"" lines
}

# has_told COUNT WHAT
has_told()
{
	[ "$(events "$2")" -ge "$1" ]
}
