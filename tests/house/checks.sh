# shellcheck shell=sh
#
# The rules of the house, each a function that is run in the folder holding
# src/, ui/ and the rest, and prints one line a breach: "file:line: what".
# Nothing printed means that the rule is kept.  src/HACKING tells the rules.
#
# $house is the folder of this file, $scratch one for what is made on the way.
: "${house:?}" "${scratch:?}"

# Every file of ours with one of these endings (as find knows them).
house_files() {
	for ending; do
		find src ui kiosk tests -name "*.$ending" -type f \
		    2>/dev/null
	done | LC_ALL=C sort
}

house_code() {
	house_files c h def | xargs awk -f "$house/code.awk" /dev/null
}

# grep over that code: FOLDERS, a regular expression of extended grep, what to
# say.  Names are whole words, and no members of a structure.
house_grep() {
	house_code | grep -E "^($1)[^:]*:[0-9]+: " |
	    grep -E "^[^:]*:[0-9]+: (.*[^A-Za-z0-9_.>])?($2)" |
	    sed -E "s|^([^:]*:[0-9]+): (.*)|\\1: $3: \\2|"
}

# Who may include what.
house_rooms() {
	house_code | awk -f "$house/rooms.awk"
}

# Each header compiles alone, and twice.
house_headers() {
	house_files h | while read -r header; do
		seen=${header#src/}
		printf '#include "%s"\n#include "%s"\n' "$seen" "$seen" \
		    >"$scratch/header.c"
		# shellcheck disable=SC2086 # a command and its arguments
		${TEST_CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only \
		    -Isrc -I. ${TEST_INCLUDES:-} "$scratch/header.c" \
		    >"$scratch/header.log" 2>&1 ||
		    echo "$header:1: does not compile alone:" \
			"$(grep -m 1 error "$scratch/header.log")"
	done
}

# A header opens with its contract, and its guard is made of its path.
house_guards() {
	house_files h | while read -r header; do
		guard=$(printf '%s' "${header#src/}" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#ifndef $guard\$" "$header" ||
		    echo "$header:1: its guard is not $guard"
		head -n 1 "$header" | grep -q '^/\*' ||
		    echo "$header:1: does not open with a comment"
	done
}

# What may be longer than that, and why:
# (nothing yet)
house_long=' '

house_sizes() {
	house_files c h def sh awk | xargs awk -v max_file=800 \
	    -v max_function=100 -v allow="$house_long" \
	    -f "$house/sizes.awk" /dev/null
}

# src/ neither prints nor ends the program; but helpers have a main, panic has
# last words, and the log may be told to speak.
house_silence() {
	house_grep src/ '(v?printf|puts|putchar|perror|v?errx?|v?warnx?|exit|abort|quick_exit)[ ]*\(|(fputs|putc|fputc|v?fprintf|fwrite|fflush)[ ]*\(.*(stdout|stderr)|v?dprintf[ ]*\([ ]*(STD|[012])' \
	    'src/ neither prints nor ends the program' |
	    grep -vE '^src/(base/(mem|log|mkfilter)|[a-z]+/main)\.c:'
}

# Functions with a safe sister; and those that start a shell or search PATH,
# which only tests may.
house_unsafe='strcpy|strcat|v?sprintf|gets|strtok|tmpnam|tempnam|mktemp|alloca'
house_forbidden="$house_unsafe|system|popen|wordexp|execlp|execvp|execvpe|posix_spawnp"

house_banned() {
	house_grep 'src/|ui/|kiosk/' "($house_forbidden)[ ]*\\(" \
	    'a function that is not used here'
	house_grep 'tests/' "($house_unsafe)[ ]*\\(" \
	    'a function that is not used here'
}

# Strings come into JSON by base/jstring.h alone, which any bytes go through:
# where jansson is asked by itself, those that are no UTF-8 are left out.
house_json() {
	house_grep 'src/|ui/' 'json_(v?sprintf|stringn?(_nocheck|_set[a-z_]*)?)[ ]*\(' \
	    'a string into JSON by base/jstring.h' |
	    grep -v '^src/base/jstring\.c:'
	house_files c h | grep -E '^(src|ui)/' |
	    xargs grep -nE 'json_v?pack(_ex)?[ ]*\(.*"[[{][^"]*(:s|ss)' \
	    /dev/null |
	    sed -E 's/^([^:]*:[0-9]+):/\1: a string into JSON by base\/jstring.h:/'
}

# Tests wait for a condition, never for a time.  A wait has to let time pass
# between two looks, so the few functions that do it are listed.
house_naps='^tests/(wait\.sh|card/vreader\.c|tui/lib\.sh):'

house_sleeps() {
	{
		house_grep tests/ '(u|nano|clock_nano)?sleep[ ]*\(' \
		    'wait for the condition'
		house_files sh | grep '^tests/' | xargs grep -nE \
		    '(^|[^A-Za-z0-9_"#-])sleep +[0-9.$]' /dev/null |
		    sed -E 's/^([^:]*:[0-9]+):/\1: wait for the condition:/'
	} | grep -vE "$house_naps"
}

# Authorities are configuration: no provider's name stands in the code.
house_providers() {
	house_files c h def | xargs grep -nE \
	    '(^|[^A-Za-z])KIR([^A-Za-z]|$)|[Ss]zafir|[Cc]ertum|[Cc]en[Cc]ert|[Ee]uro[Cc]ert|[Ss]igillum|Krajowa Izba' \
	    /dev/null | sed -E 's/^([^:]*:[0-9]+):/\1: a name for the configuration:/'
}

# Nothing knows the machine it was written on.
house_paths() {
	for name in *.md *.am *.ac .ci m4 po src ui kiosk tests; do
		[ ! -e "$name" ] || grep -rnIE '/(wor[k]|roo[t]|tmp/[w])/' \
		    --exclude='*.log' --exclude='*.trs' --exclude='*.mo' \
		    --exclude-dir=.deps /dev/null "$name"
	done | sed -E 's/^([^:]*:[0-9]+):/\1: a path of one machine:/'
}

# What is there works, or is not there.
house_stubs() {
	house_files c h def sh | grep -v ^tests/house |
	    xargs grep -nwE 'TODO|FIXME|XXX|not implemented' /dev/null |
	    sed -E 's/^([^:]*:[0-9]+):/\1: finish it:/'
}

# Makefile.am: lists sorted, and no file of ours forgotten.
house_lists() {
	awk -f "$house/lists.awk" Makefile.am
	{
		house_files c h def sh awk '[1-8]'
		find tests/tui/screens -type f 2>/dev/null
	} | while read -r file; do
		grep -qE "(^|[[:space:]/])$file([[:space:]]|\$)" Makefile.am ||
		    echo "$file:1: not in Makefile.am"
	done
}

# --- what was built: these look at the libraries and programs named ----------

# No mutable globals but panic's hook (and the sanitizer's own): a global is an
# argument that nobody sees.
house_globals() {
	for library; do
		objdump -t "$library" | awk -v library="$library" '
		$2 ~ /^[gu]/ && $(NF - 2) ~ /^\.(data|bss)|^[*]COM/ &&
		    $(NF - 2) !~ /^\.data\.rel\.ro/ && $NF != "panic_hook" &&
		    $NF !~ /^__odr_asan/ {
			print library ":0: a global that can change: " $NF
		}'
	done
}

# lacks PROGRAM WHAT READELF-OPTION PATTERN
lacks() {
	readelf -W "$3" "$1" | grep -qE "$4" || echo "$1:0: lacks $2"
}

# Our objects are marked for control-flow enforcement.  The programs are not
# where the C library's start files are not (Debian 12's), so ask the libraries.
house_marked() {
	for library; do
		readelf -W -n "$library" | awk -v library="$library" '
		function judge() {
			if (object != "" && !marked)
				print library ":0: lacks control-flow marks: " \
				    object
			marked = 0
		}
		/^File: /	{ judge(); object = $2 }
		/IBT, SHSTK/	{ marked = 1 }
		END		{ judge() }'
	done
}

# What configure found the compiler to take must be in the program.
house_hardened() {
	case $TEST_HARDENING in
	*-pie*-z,relro,-z,now* | *-z,relro,-z,now*-pie*) ;;
	*) echo "configure:0: left out -pie or -z,relro,-z,now" ;;
	esac
	for program; do
		lacks "$program" "position independence" -h 'Type: +DYN'
		lacks "$program" "immediate binding" -d 'BIND_NOW|FLAGS.*NOW'
		lacks "$program" "a read-only GOT" -l GNU_RELRO
		lacks "$program" "a stack that cannot be run" -l \
		    'GNU_STACK.* RW '
		lacks "$program" "stack protection" -s __stack_chk_fail
		case $TEST_HARDENING in
		*_FORTIFY_SOURCE*)
			lacks "$program" "fortified functions" -s '_chk(@|$)' ;;
		esac
		readelf -W -d "$program" | grep -E 'R(UN)?PATH' |
		    sed "s|^|$program:0: carries a library path: |"
	done
}

# The same list as in the sources, asked of the program: macros hide nothing.
house_imports() {
	for program; do
		nm -D --undefined-only "$program" 2>/dev/null |
		    sed -E 's/^ *U //; s/@.*//' |
		    grep -xE "$house_forbidden" |
		    sed "s|^|$program:0: imports |"
	done
}

# What stands before the desk loads nothing: a library would have read the
# environment before there is anybody to clean it, and what loads libraries has
# names of its own there.  (The sanitizers' build does, and is no way into
# anything.)
house_alone() {
	for program; do
		readelf -W -d "$program" |
		    sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' |
		    sed "s|^|$program:0: needs |"
		readelf -W -l "$program" |
		    sed -nE "s|.*program interpreter: (.*)\]|$program:0: is loaded by \1|p"
	done
}

# --- the languages ------------------------------------------------------------

# po_ids WHAT: each msgid of the catalogue on standard input, where it is said,
# and WHAT about it.
po_ids() {
	msgcat --no-wrap - 2>/dev/null | awk -v what="$1" '
	/^#: /	{ where = $2 }
	/^$/	{ where = "" }
	/^(#~ )?msgid ".+"/ {
		sub(/^(#~ )?msgid "/, "")
		sub(/"$/, "")
		print (where ? where : "po:0") ": " what ": " $0
	}'
}

# Every sentence has its Polish, checked and one only; nothing is left over.
house_polish() {
	pot=$scratch/house.pot
	all=$scratch/house.po
	rm -f "$pot" "$all"
	house_files c h def | grep -E '^(src|ui)/' |
	    xargs xgettext -L C --from-code=UTF-8 -k -k_ -kN_ -kP_:1,2 \
		--no-wrap --force-po -o "$pot" 2>&1
	msgcat --use-first --no-wrap -o "$all" po/pl-*.po 2>&1
	msgmerge -q -N --no-wrap -o "$all.new" "$all" "$pot" 2>&1
	msgattrib --untranslated --no-obsolete "$all.new" |
	    po_ids "has no Polish"
	msgattrib --only-fuzzy "$all.new" | po_ids "is fuzzy"
	msgattrib --only-obsolete "$all.new" | po_ids "is no longer said"
	for catalogue in po/pl-*.po; do
		msgfmt --check-format --check-domain -o /dev/null \
		    "$catalogue" 2>&1 |
		    sed -nE 's/^([^:]+:[0-9]+):/\1:/p'
	done
	# The same English in two catalogues must have the same Polish.
	msgcat --more-than=1 --no-wrap po/pl-*.po 2>&1 | awk -v RS= '
	/#-#-#-#-#/ && !/msgid ""\nmsgstr/ {
		match($0, /msgid "[^\n]*/)
		print "po:0: has two translations: " \
		    substr($0, RSTART + 6, RLENGTH - 6)
	}'
}
