#!/bin/sh
#
# The rules of the house (src/HACKING) are kept; and each check is shown to
# find what it is there for, in a small house planted with breaches.

: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${abs_top_builddir:=$abs_top_srcdir}"
: "${TEST_HARDENING:=}" "${TEST_PROGRAMS:=}" "${TEST_LIBRARIES:=}"
: "${TEST_SANITIZED:=}"
LC_ALL=C.UTF-8
export LC_ALL

house=$abs_top_srcdir/tests/house
scratch=$(mktemp -d "${TMPDIR:-/tmp}/house.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
# shellcheck source=tests/house/checks.sh
. "$house/checks.sh"

in_sources='rooms headers guards sizes silence banned json sleeps providers
    paths stubs lists polish'
number=0

# result ok|"not ok" WHAT
result() {
	number=$((number + 1))
	echo "$1 $number - $2"
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# kept RULE ARGUMENT...: run the check, show what it found.
kept() {
	rule=$1
	shift
	"house_$rule" "$@" >"$scratch/found" 2>&1
	if [ -s "$scratch/found" ]; then
		sed 's/^/# /' "$scratch/found"
		result "not ok" "the rule of $rule is kept"
	else
		result ok "the rule of $rule is kept"
	fi
}

# --- planting -----------------------------------------------------------------

# Reads the planted house: "! FILE|LINE" is a line that breaks the rule,
# ". FILE|LINE" one that does not, "= TEXT" how a finding begins that belongs
# to no line.
plant() {
	rm -rf "$scratch/planted"
	mkdir -p "$scratch/planted" && cd "$scratch/planted" || exit 99
	: >"$scratch/expected"
	while IFS= read -r line; do
		mark=${line%% *}
		line=${line#? }
		if [ "$mark" = = ]; then
			printf '%s\n' "$line" >>"$scratch/expected"
			continue
		fi
		file=${line%%|*}
		mkdir -p "$(dirname "$file")"
		printf '%s\n' "${line#*|}" >>"$file"
		[ "$mark" = . ] || echo "$file:$(wc -l <"$file"):" \
		    >>"$scratch/expected"
	done
}

# finds RULE ARGUMENT...: exactly the planted breaches, no other line.
finds() {
	rule=$1
	shift
	"house_$rule" "$@" >"$scratch/found" 2>&1
	awk '
	NR == FNR { expected[$0] = 1; next }
	{
		for (e in expected)
			if (index($0, e) == 1) {
				seen[e] = 1
				next
			}
		print "# found for nothing: " $0
	}
	END {
		for (e in expected)
			if (!(e in seen))
				print "# overlooked: " e
	}' "$scratch/expected" "$scratch/found" >"$scratch/wrong"
	if [ -s "$scratch/wrong" ] || [ ! -s "$scratch/expected" ]; then
		cat "$scratch/wrong"
		result "not ok" "a breach of $rule is found"
	else
		result ok "a breach of $rule is found"
	fi
}

planted_rooms() {
	plant <<-'EOT'
	. src/base/err.h|/* #include "ui/app.h" in a comment */
	! src/base/one.c|#include "cert/cert.h"
	! src/base/two.c|#include "../cert/cert.h"
	. src/cert/one.c|#include "base/err.h"
	. src/cert/one.c|#include "cert/der.h"
	! src/cert/one.c|#include "card/card.h"
	! src/card/one.c|#include "registry/store.h"
	! src/card/one.c|  #  include "ui/app.h"
	. src/card/one.c|#include <winscard.h>
	. src/order/one.c|#include "net/https.h"
	! src/order/one.c|#include "revocation/case.h"
	. src/answers/one.c|#include "order/order.h"
	! src/attic/one.c|#include "base/err.h"
	! src/cert/two.c|#include <p11-kit/pkcs11.h>
	! src/base/three.c|#include <sqlite3.h>
	. src/net/one.c|#include <curl/curl.h>
	! src/net/two.c|#include <curl/curl.h>
	. ui/app.c|#include "card/client.h"
	! ui/app.c|#include <openssl/x509.h>
	! ui/app.c|#include <winscard.h>
	. ui/a.c|#include <curses.h>
	. ui/b.c|#include <ncurses.h>
	. ui/b.c|#include <term.h>
	. ui/c.c|#include <curses.h>
	! ui/d.c|#include <curses.h>
	! src/base/four.c|#include <curses.h>
	. src/extract/one.c|#include <zip.h>
	! src/extract/two.c|#include <zip.h>
	. src/extract/two.c|#include <libxml/parser.h>
	! src/cert/three.c|#include <libxml/parser.h>
	! ui/e.c|#include <qpdf/qpdf-c.h>
	! ui/e.c|#include <qrencode.h>
	. src/revocation/one.c|#include <qrencode.h>
	. src/revocation/one.c|#include <hpdf.h>
	! src/revocation/two.c|#include <qrencode.h>
	! src/revocation/two.c|#include <hpdf.h>
	! src/cert/four.c|#include <qrencode.h>
	EOT
}

planted_headers() {
	plant <<-'EOT'
	. src/base/good.h|#ifndef BASE_GOOD_H
	. src/base/good.h|#define BASE_GOOD_H
	. src/base/good.h|#include <stddef.h>
	. src/base/good.h|size_t good(void);
	. src/base/good.h|#endif
	. src/base/needy.h|size_t needy(void);
	= src/base/needy.h:1: does not compile alone
	. ui/twice.h|struct twice { int x; };
	= ui/twice.h:1: does not compile alone
	EOT
}

planted_guards() {
	plant <<-'EOT'
	. src/base/good.h|/* What it owns. */
	. src/base/good.h|#ifndef BASE_GOOD_H
	. ui/bare.h|#ifndef UI_BARE_H
	= ui/bare.h:1: does not open
	. src/cert/other.h|/* What it owns. */
	. src/cert/other.h|#ifndef OTHER_H
	= src/cert/other.h:1: its guard
	EOT
}

planted_sizes() {
	plant <<-'EOT'
	= src/base/long.c:801: 801 lines
	= ui/deep.c:2: deep() has 101 lines
	EOT
	mkdir -p src/base ui
	awk 'BEGIN { for (i = 0; i < 801; i++) print "" }' >src/base/long.c
	awk 'BEGIN { for (i = 0; i < 800; i++) print "" }' >src/base/full.c
	awk 'BEGIN {
		print "int deep(int a)\n{"
		for (i = 0; i < 101; i++) print ";"
		print "}\nstatic int\nfits(int a,\n    int b)\n{"
		for (i = 0; i < 100; i++) print ";"
		print "}"
	}' >ui/deep.c
}

planted_silence() {
	plant <<-'EOT'
	. src/base/mem.c|	fprintf(stderr, "last words"); abort();
	. src/base/one.c|	/* printf( */ snprintf(b, n, "puts(");
	! src/base/one.c|	printf("x");
	! src/base/one.c|	if (x) puts ("x");
	! src/base/one.c|	exit(1);
	! src/base/one.c|	fprintf(stderr, "x");
	. src/base/one.c|	fprintf(file, "x");
	! src/cert/one.c|	abort();
	. src/cert/one.c|	my_exit(1); x.exit(1); _exit(1);
	. src/card/main.c|	exit(1);
	. ui/one.c|	printf("x");
	EOT
}

planted_banned() {
	plant <<-'EOT'
	! src/base/one.c|	strcpy(a, b);
	! ui/one.c|	sprintf(a, "x");
	. ui/one.c|	snprintf(a, n, "strcpy(");
	. ui/one.c|	strtok_r(a, b, &c); file_system(a);
	! tests/one.c|	x = strcat (a, b);
	. tests/one.c|	execvp(a, b);
	! ui/two.c|	x = system ("x");
	! src/base/one.c|	return popen(a, b);
	! src/base/one.h|#define RUN(x) execvp(x)
	EOT
}

planted_json() {
	plant <<-'EOT'
	! src/base/one.c|	j = json_string(name);
	! ui/one.c|	return json_stringn (name, n);
	! ui/one.c|	json_string_set(j, name);
	! src/card/one.c|	j = json_sprintf("%s", name);
	! src/card/one.c|	j = json_pack("{s:i, s:s}", "n", n, "name", name);
	! src/card/one.c|	j = json_pack("{ss}", "name", name);
	. src/card/one.c|	j = json_pack("{s:i, s:o}", "class", n, "a", jstring(a));
	. src/card/one.c|	n = json_string_length(j); s = json_string_value(j);
	. src/base/jstring.c|	j = json_stringn(s, n);
	. tests/one.c|	j = json_string(name);
	EOT
}

planted_sleeps() {
	nap="sleep"
	plant <<-EOT
	! tests/one.c|	${nap}(1);
	! tests/one.c|	x = u${nap} (10);
	. tests/one.c|	/* ${nap}(1) */ poll(&p, 1, 100);
	! tests/one.sh|${nap} 1
	! tests/one.sh|start && ${nap} 0.1
	. tests/one.sh|a${nap} 1
	. tests/wait.sh|	${nap} 0.05
	. ui/one.c|	${nap}(1);
	EOT
}

planted_providers() {
	plant <<-'EOT'
	! src/cert/one.c|	"Certum"
	! ui/one.h|/* as KIR does */
	. ui/one.h|/* KIRK, acertain */
	! src/base/err.def|ERR(X, "Szafir")
	. src/card/models/x.conf|name = Certum
	EOT
}

planted_paths() {
	work=wor root=roo own=w
	plant <<-EOT
	! src/base/one.c|	"/${work}k/x"
	! README.md|see /${root}t/x
	! Makefile.am|x = /tmp/$own/x
	. tests/one.sh|cd "\$top/network/x" /tmp/wide
	EOT
}

planted_stubs() {
	later=TODO
	plant <<-EOT
	! src/base/one.c|	/* $later: more */
	! ui/one.c|	say("not implemented");
	. ui/one.c|	${later}S = 1;
	EOT
}

planted_lists() {
	plant <<-'EOT'
	. Makefile.am|a_SOURCES = \
	. Makefile.am|	src/base/a.c \
	. Makefile.am|	src/base/c.c \
	! Makefile.am|	src/base/b.c
	. Makefile.am|EXTRA_DIST += \
	. Makefile.am|	ui/a.h \
	! Makefile.am|	ui/b.h ui/c.h
	. src/base/a.c|
	. src/base/c.c|
	. src/base/b.c|
	. tests/orphan.c|
	= tests/orphan.c:1: not in Makefile.am
	. tests/tui/screens/lone|
	= tests/tui/screens/lone:1: not in Makefile.am
	EOT
}

planted_polish() {
	plant <<-'EOT'
	. src/base/a.c|	say(_("Translated."), N_("Left out."));
	. src/base/a.c|	say(P_("%d card", "%d cards", n), _("Guessed."));
	. src/base/a.c|	say(_("Of %s, badly."), _("Twice."));
	= src/base/a.c:1: has no Polish: Left out.
	= src/base/a.c:2: is fuzzy: Guessed.
	= po:0: is no longer said: Forgotten.
	= po:0: is no longer said: Gone.
	= po:0: has two translations: "Twice."
	= po/pl-a.po:
	. po/pl-a.po|msgid ""
	. po/pl-a.po|msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n!=1;\n"
	. po/pl-a.po|
	. po/pl-a.po|msgid "Translated."
	. po/pl-a.po|msgstr "Przetłumaczone."
	. po/pl-a.po|
	. po/pl-a.po|#, c-format
	. po/pl-a.po|msgid "%d card"
	. po/pl-a.po|msgid_plural "%d cards"
	. po/pl-a.po|msgstr[0] "%d karta"
	. po/pl-a.po|msgstr[1] "%d karty"
	. po/pl-a.po|
	. po/pl-a.po|#, c-format
	. po/pl-a.po|msgid "Of %s, badly."
	. po/pl-a.po|msgstr "Źle %d."
	. po/pl-a.po|
	. po/pl-a.po|#, fuzzy
	. po/pl-a.po|msgid "Guessed."
	. po/pl-a.po|msgstr "Zgadnięte."
	. po/pl-a.po|
	. po/pl-a.po|msgid "Twice."
	. po/pl-a.po|msgstr "Dwa razy."
	. po/pl-a.po|
	. po/pl-a.po|#~ msgid "Gone."
	. po/pl-a.po|#~ msgstr "Nie ma."
	. po/pl-b.po|msgid ""
	. po/pl-b.po|msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n!=1;\n"
	. po/pl-b.po|
	. po/pl-b.po|msgid "Forgotten."
	. po/pl-b.po|msgstr "Zapomniane."
	. po/pl-b.po|
	. po/pl-b.po|msgid "Twice."
	. po/pl-b.po|msgstr "Po dwakroć."
	EOT
}

# A program built without care breaks every rule for what is built.
planted_programs() {
	plant <<-'EOT'
	. bad.c|#include <stdlib.h>
	. bad.c|int counter;
	. bad.c|int *pointer = &counter;
	. bad.c|const int *const table[] = { &counter };
	. bad.c|static int hidden;
	. bad.c|int (*panic_hook)(void);
	. bad.c|int main(int c, char **v) { hidden = c; return system(v[0]); }
	EOT
	# shellcheck disable=SC2086 # a command and its arguments
	${TEST_CC:-cc} -w -O1 -c -o bad.o bad.c && ar cr bad.a bad.o &&
	    ${TEST_CC:-cc} -w -no-pie -fno-stack-protector -Wl,-z,norelro \
		-Wl,-z,lazy -Wl,-z,execstack -Wl,-rpath,/lib -o bad bad.o \
		-Wl,--no-as-needed -lm
}

expect() {
	printf '%s\n' "$@" >"$scratch/expected"
}

# --- all of them ----------------------------------------------------------------

for rule in $in_sources; do
	if [ "$rule" = polish ] && ! command -v xgettext >/dev/null; then
		skip "the rule of polish is kept" "xgettext is not here"
		skip "a breach of polish is found" "xgettext is not here"
		continue
	fi
	cd "$abs_top_srcdir" || exit 99
	kept "$rule"
	"planted_$rule"
	finds "$rule"
done

cd "$abs_top_builddir" || exit 99
# shellcheck disable=SC2086 # names of programs and libraries, one a word
{
	kept globals $TEST_LIBRARIES
	kept imports $TEST_PROGRAMS
	case $TEST_SANITIZED in
	'') kept alone okienko-launch ;;
	*) skip "the rule of alone is kept" "built with sanitizers" ;;
	esac
	if [ -n "$TEST_HARDENING" ]; then
		kept hardened $TEST_PROGRAMS
	else
		skip "the rule of hardened is kept" "built without hardening"
	fi
	case $TEST_HARDENING in
	*-fcf-protection*) kept marked $TEST_LIBRARIES ;;
	*) skip "the rule of marked is kept" "no control-flow protection here" ;;
	esac
}

planted_programs || echo "# the bad program could not be built"
expect "bad.o:0: a global that can change: counter" \
    "bad.o:0: a global that can change: pointer"
finds globals bad.o
expect "bad:0: imports system"
finds imports bad
expect "bad:0: needs libm.so.6" "bad:0: needs libc.so.6" \
    "bad:0: is loaded by"
finds alone bad
expect "bad.a:0: lacks control-flow marks: bad.a(bad.o)"
finds marked bad.a
TEST_HARDENING=_FORTIFY_SOURCE
expect "configure:0: left out" "bad:0: lacks position" \
    "bad:0: lacks immediate" "bad:0: lacks a read-only GOT" \
    "bad:0: lacks a stack" "bad:0: lacks stack protection" \
    "bad:0: lacks fortified" "bad:0: carries a library path"
finds hardened bad

echo "1..$number"
