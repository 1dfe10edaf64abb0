#!/bin/sh
#
# Requests and receipts as PDF: sound by another library's judgement, one page,
# fonts embedded, and the letters that come out are the ones that went in.

: "${abs_top_builddir:=$(cd "$(dirname "$0")/../.." && pwd)}"
LC_ALL=C.UTF-8
TZ=CET-1CEST,M3.5.0,M10.5.0/3
export LC_ALL TZ

mkform=$abs_top_builddir/tests/bin/mkform
scratch=$(mktemp -d "${TMPDIR:-/tmp}/pdf.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM

for tool in qpdf pdffonts pdfinfo pdftoppm pdftotext; do
	command -v "$tool" >/dev/null && continue
	echo "1..0 # SKIP $tool is not installed"
	exit 0
done

number=0

# ok WHAT COMMAND...: what it said is shown when it fails.
ok() {
	number=$((number + 1))
	what=$1
	shift
	if "$@" >"$scratch/said" 2>&1; then
		echo "ok $number - $what"
	else
		sed 's/^/# /' "$scratch/said"
		echo "not ok $number - $what"
	fi
}

# lines_in FILE: each line of standard input is somewhere in FILE.
lines_in() {
	missing=0
	while IFS= read -r line; do
		grep -qF -e "$line" "$1" && continue
		echo "not there: $line"
		missing=1
	done
	[ "$missing" -eq 0 ] || { cat "$1" && return 1; }
}

# made PDF WHAT CASE [FONT]
made() {
	pdf=$1
	what_page=$2
	of_case=$3
	shift 3
	"$mkform" "$what_page" "$of_case" revoke pl "$@" >"$pdf"
}

# libharu writes a table that poppler complains about and then reads.
text_of() {
	pdftotext -layout "$1" "$1.txt" 2>/dev/null
}

sound() {
	qpdf --check "$1" &&
	    [ "$(qpdf --show-npages "$1")" = 1 ] &&
	    pdfinfo "$1" 2>/dev/null | grep -q 'Page size:.*A4'
}

# Every font is embedded, in part, and knows its letters (ToUnicode).
embedded() {
	pdffonts "$1" 2>/dev/null | awk '
	{ print }
	NR > 2 && !/ yes +yes +yes +[0-9]+ +[0-9]+$/ { bad = 1 }
	END { exit bad || NR < 3 }'
}

# written_in FONT PDF
written_in() {
	pdffonts "$2" 2>/dev/null | grep -q "$1"
}

# Nothing stands within 10 mm of the paper's edge, where printers do not print.
within_margins() {
	pdftotext -bbox "$1" "$scratch/box" 2>/dev/null
	awk -F '"' '
	/<word / {
		words++
		if ($2 < 28 || $4 < 28 || $6 > 567 || $8 > 814) {
			print
			bad = 1
		}
	}
	END { exit bad || words < 50 }' "$scratch/box"
}

# No word lies over another one: their boxes do not meet in the middle.
apart() {
	pdftotext -bbox "$1" "$scratch/box" 2>/dev/null
	awk -F '"' '
	/<word / {
		n++
		x1[n] = $2 + 1; y1[n] = $4 + ($8 - $4) * 0.3
		x2[n] = $6 - 1; y2[n] = $8 - ($8 - $4) * 0.3
		said[n] = $9
	}
	END {
		for (i = 1; i <= n; i++)
			for (j = i + 1; j <= n; j++)
				if (x1[i] < x2[j] && x1[j] < x2[i] &&
				    y1[i] < y2[j] && y1[j] < y2[i]) {
					print said[i] " over " said[j]
					bad = 1
				}
		exit bad
	}' "$scratch/box"
}

seen() {
	"$abs_top_builddir/tests/bin/seesquares" "$1" "$2" "$3" "$4"
}

for case in sent proved long; do
	for page in form receipt; do
		pdf=$scratch/$page-$case.pdf
		ok "$page, $case: it is made" made "$pdf" "$page-pdf" "$case"
		ok "$page, $case: one sound page of A4" sound "$pdf"
		ok "$page, $case: fonts are embedded" embedded "$pdf"
		ok "$page, $case: nothing at the edge" within_margins "$pdf"
		ok "$page, $case: nothing over anything" apart "$pdf"
	done
done

text_of "$scratch/form-sent.pdf"
ok "a request's text comes out" lines_in "$scratch/form-sent.pdf.txt" <<-'EOT'
	Wniosek o unieważnienie certyfikatu
	Łucja Przykładowa-Żółć
	2129 AFF2 4BF8 E36A
	2389634532488307562
	PESEL 440*****359
	keyCompromise (1)
	ul. Źdźbła 1, 00-000 Warszawa
	kopia pełnomocnictwa, jeśli podpisuje kto inny
	data i podpis wnioskodawcy
	2026-11-22 10:14:02 CET (09:14:02 UTC)
	2026/0147
EOT
text_of "$scratch/receipt-proved.pdf"
ok "a receipt's text comes out" lines_in "$scratch/receipt-proved.pdf.txt" <<-'EOT'
	Pokwitowanie: unieważnienie certyfikatu
	Potwierdzone: sam urząd podaje
	Łucja Przykładowa-Żółć
	2129 AFF2 4BF8 E36A
	(OCSP)
	http://ocsp.przyklad.pl/
	2026-11-22 10:45:22 CET (09:45:22 UTC)
	0123456789abcdef0123456789abcdef
EOT
text_of "$scratch/receipt-sent.pdf"
ok "what is not proved says so" lines_in "$scratch/receipt-sent.pdf.txt" <<-'EOT'
	Jeszcze niepotwierdzone
EOT
# A serial number is never cut, however long (these are 64 bytes of FE).
text_of "$scratch/form-long.pdf"
tr -d ' \n' <"$scratch/form-long.pdf.txt" >"$scratch/joined"
longest=1335522829100164573839922490017366633874415262129595261
longest=${longest}9379547477275796327994827184735984595036837139738306243
longest=${longest}056342968301386220526409524574094693519785726
ok "the longest serial number is whole" grep -qF "$longest" "$scratch/joined"

# Four pixels a point: the code is 112 points wide, 429 from the left and 47.89
# from the top.
for case in sent proved long; do
	pdftoppm -gray -r 288 "$scratch/receipt-$case.pdf" \
	    >"$scratch/page.pgm" 2>/dev/null
	ok "$case: the QR code on paper is the receipt's" seen \
	    "$("$mkform" qr "$case" revoke pl)" 1716 191.6 448 \
	    <"$scratch/page.pgm"
done

# A font of one's own, without a bold sister.
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
if [ -r "$font" ]; then
	made "$scratch/mono.pdf" receipt-pdf proved "$font"
	ok "a configured font is used" written_in DejaVuSansMono \
	    "$scratch/mono.pdf"
	ok "and the page is sound" sound "$scratch/mono.pdf"
else
	number=$((number + 2))
	echo "ok $((number - 1)) - a configured font is used # SKIP none"
	echo "ok $number - and the page is sound # SKIP none"
fi
refused() {
	"$mkform" form-pdf sent revoke pl "$1" 2>&1 >/dev/null |
	    grep -q "^FONT $1"
}
ok "a font that is not there is said" refused /nonexistent/font.ttf
ok "a file that is no font is said" refused "$mkform"
if [ -r "$font" ]; then
	for bytes in 20 300 5000 100000; do
		head -c "$bytes" "$font" >"$scratch/cut.ttf"
		ok "a font cut after $bytes bytes is said" refused \
		    "$scratch/cut.ttf"
	done
fi

echo "1..$number"
