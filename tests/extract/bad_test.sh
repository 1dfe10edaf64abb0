#!/bin/sh
#
# What bad input gets: each ends in one sentence, within its deadline, with
# nothing left running, and the desk goes on.
# shellcheck source=tests/extract/lib.sh
. "${abs_top_srcdir:?}/tests/extract/lib.sh"

{ doc_make && doc_make_rare; } >log 2>&1 || {
	sed 's/^/# /' log
	echo "Bail out! the documents could not be made"
	exit 99
}
ewa=$(serial_of ewa.pem) jan=$(serial_of jan.pem)

# told: it came to an end, and not by a crash.
told() {
	lines 'done' 1 && ! grep -q '^done	EXTRACT' answer
}

# --- bombs --------------------------------------------------------------------

head -c 100000000 /dev/zero >zeros
zip -q -9 flat.zip zeros umowa.txt META-INF/signature.p7s
qpdf --empty --add-attachment zeros -- --add-attachment umowa.txt -- \
    --add-attachment detached.p7s -- bomb.pdf
rm zeros
ask flat.zip
told && has problem PART-LEFT-OUT && has signer "$ewa"
result "a zip bomb costs one sentence, what lies beside it is read"
zip -q 1.zip one.pdf
for i in 1 2 3; do
	zip -q $((i + 1)).zip $i.zip
done
ask 4.zip
told && ended PART-LEFT-OUT
result "containers nested too deep"
ask 3.zip
told && has signer "$ewa" cert claimed whole 1 Podpis1 3.zip/2.zip/1.zip/one.pdf
result "containers nested as deep as they may be"
ask attached4.pdf
told && ended PART-LEFT-OUT
result "files attached to attached files too deep"
ask bomb.pdf
told && has problem PART-LEFT-OUT bomb.pdf && has signer "$ewa"
result "a bomb attached to a PDF costs one sentence"

{
	printf '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">'
	i=0
	while [ $i -lt 30 ]; do
		r="&l$i;"
		printf '<!ENTITY l%d "%s">' $((i + 1)) "$r$r$r$r$r$r$r$r$r$r"
		i=$((i + 1))
	done
	printf ']><l>&l30;</l>'
} >laughs.xml
ask laughs.xml
told
result "a billion laughs"

# --- what points elsewhere -----------------------------------------------------

echo "$ewa" >secret
cat >entity.xml <<-EOT
	<?xml version="1.0"?>
	<!DOCTYPE x SYSTEM "file://$scratch/secret.dtd" [
	<!ENTITY a SYSTEM "file://$scratch/secret">
	<!ENTITY b SYSTEM "http://127.0.0.1:9/secret">
	<!ENTITY % c SYSTEM "file://$scratch/secret"> %c; ]>
	<x xmlns:xi="http://www.w3.org/2001/XInclude">&a;&b;
	<xi:include href="file://$scratch/secret" parse="text"/></x>
EOT
# Sanitizers need calls that the sandbox forbids, so there is none with them.
if command -v strace >/dev/null &&
    ! grep -q '^#define SANITIZED' "$abs_top_builddir/config.h"; then
	# calls FILE OPTION...: those of the reader after its list is in force.
	calls() {
		strace -f -qq -o trace timeout 60 "$bin/askextract" "$@" \
		    >answer 2>&1
		awk '
		!reader && /SECCOMP_SET_MODE_FILTER, 0, \{/ {
			reader = $1
			next
		}
		reader && $1 == reader' trace >calls
		[ -s calls ]
	}
	openers='open[a-z0-9]*\(|connect\(|socket\(|exec[a-z]*\(|clone|fork|EPERM'
	for doc in entity.xml xades.xml latin2.xml two.pdf packed.pdf \
	    open.pdf outer.zip box.mbox two.p7m stamped.p7s curve.eml \
	    cp1250.xml WINDOWS-1250.xml kept.pdf attached-packed.pdf; do
		calls $doc && ! grep -E "$openers" calls >>answer
		result "$doc: nothing is opened or asked for behind the sandbox"
	done
	calls -p tajne old.p12 && ! grep -E "$openers" calls >>answer
	result "old.p12: nothing is loaded behind the sandbox"
	ask entity.xml
	told && none_left
	result "entities that point elsewhere cost nothing"
fi

# --- times that nobody can write down ------------------------------------------

# Each is one by the day alone, and none by its zone; the third is the second
# that stands for none with us.
openssl cms -sign -in umowa.txt -binary -signer jan.pem -inkey jan.key \
    -outform DER -out one-jan.p7s
for time in 9999-12-31T23:59:59-14:00 0000-01-01T00:00:00+14:00 \
    0000-01-01T00:00:59+00:01; do
	sed "s/2026-01-02T03:04:05.678+01:00/$time/" xades.xml >time.xml
	rm -f times.zip
	zip -q times.zip time.xml one-jan.p7s
	ask times.zip
	told && has signer "$ewa" cert none whole 1 podpis times.zip/time.xml &&
	    has signer "$jan" cert claimed
	result "signed at $time: no time, and what follows is read"
done
LC_ALL=C sed "s/D:20260102030405+01'00'/D:99991231235959-14'00'/" rsa.pdf \
    >time.pdf
rm times.zip
zip -q times.zip time.pdf one-jan.p7s
ask times.zip
told && has signer "$ewa" cert none whole 1 Stary times.zip/time.pdf &&
    has signer "$jan" cert claimed
result "a PDF likewise"

# --- damage ----------------------------------------------------------------------

# Every fiftieth of each kind, by one program that has the readers inside it;
# then one of each the whole way, since a cut can also cost a process its end.
for doc in two.pdf packed.pdf open.pdf rsa.pdf xades.xml kedu.xml outer.zip \
    xades.asice two.p7m ber.p7m envelope.p7m signed.eml box.mbox new.p12 \
    several.pem counter.p7s mixed.p7m kept.pdf attached.pdf hung.pdf around.xml \
    cdata.xml jpk.xml cades-e.asice; do
	timeout 120 "$bin/cutextract" $doc >answer 2>&1 &&
	    [ "$(cut -f 1 answer)" = $doc ] && [ "$(cut -f 2 answer)" -gt 0 ]
	result "$doc, cut at every fiftieth"
done
for doc in two.pdf xades.xml outer.zip two.p7m signed.eml; do
	head -c $(($(wc -c <$doc) * 3 / 5)) $doc >part
	ask part
	told && none_left
	result "$doc, cut at three fifths, the whole way"
done
sed 's/startxref/startxxxx/' two.pdf >noxref.pdf
ask noxref.pdf
told && has signer "$ewa" && has problem BAD-DATA
result "a PDF without its table is mended, and that is said"
size=$(wc -c <two.pdf)
head -c $((size * 2 / 5)) two.pdf | sed 's/ obj/ xxx/' >cut.pdf
ask cut.pdf
told && has signer "$ewa" cert '*' damaged
result "what is no PDF any more still shows a signature"
{
	printf '<a><b>%s</b>' "$(base64 -w 0 xades.xml)"
	yes '<d/>' | head -n 20000
	printf '<c></a>'
} >torn.xml
ask torn.xml
told && has signer "$ewa" &&
    grep -q '^problem	BAD-DATA	torn.xml	XML: line 20001' answer
result "XML that is torn behind one that it carries: the line is told"
"$bin/cutextract" torn.xml >cuts 2>answer && [ ! -s answer ]
result "... and nothing of it is written anywhere"
head -c 2200 detached.p7s >cut.p7s
ask cut.p7s
told
result "a signature cut short"

{
	printf '%%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R'
	printf ' /DSS 5 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [2 0 R]'
	printf ' /Count 1 /Parent 2 0 R >> endobj\n4 0 obj << /Fields [6 0 R]'
	printf ' >> endobj\n5 0 obj 5 0 R endobj\n6 0 obj << /T (a)'
	printf ' /Kids [6 0 R 6 0 R] /V 6 0 R >> endobj\n'
	printf 'trailer << /Root 1 0 R /Size 7 /Prev 0 >>\nstartxref\n0\n%%%%EOF\n'
} >loop.pdf
ask loop.pdf
told
result "a PDF that refers to itself"
{
	printf '%%PDF-1.7\n'
	awk 'BEGIN { for (i = 1; i <= 100000; i++)
		printf "%d 0 obj << /A %d 0 R >> endobj\n", i, i + 1 }'
	printf 'trailer << /Root 1 0 R /Size 100001 >>\nstartxref\n0\n%%%%EOF\n'
} >many.pdf
ask many.pdf
told
result "a PDF of a hundred thousand objects"

# signedData whose length is not known, and the like in it, on and on.
{
	printf '\060\200\006\011\052\206\110\206\367\015\001\007\002\240\200'
	i=0
	while [ $i -lt 10000 ]; do
		printf '\060\200'
		i=$((i + 1))
	done
} >deep.p7m
ask deep.p7m
told
result "ten thousand lengths within each other"

# --- what happens to the process -----------------------------------------------

ask new.p12 -k 11 -p tajne
ended EXTRACT-CRASHED && lines 'done' 1 && none_left
result "a crash is one sentence"
ask new.p12 -k 19 -d 500 -p tajne
ended EXTRACT-HUNG && lines 'done' 1 && none_left
result "a hang is one sentence"
ask nosuch
ended NO-FILE
result "no such file"
mkfifo pipe
ask pipe
ended BAD-DATA
result "a pipe is not waited for"
truncate -s 300M large
ask large
ended TOO-BIG
result "a file too large is not opened"
ask new.p12 -p tajne
ended OK
result "the next document is read as ever"

echo "1..$n"
