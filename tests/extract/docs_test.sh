#!/bin/sh
#
# Documents as people have them name the certificates that they were signed
# with, each by real tools: who signed, when, where in the document.
# shellcheck source=tests/extract/lib.sh
. "${abs_top_srcdir:?}/tests/extract/lib.sh"

{ doc_make && doc_make_rare; } >log 2>&1 || {
	sed 's/^/# /' log
	echo "Bail out! the documents could not be made"
	exit 99
}
ewa=$(serial_of ewa.pem) jan=$(serial_of jan.pem) ca=$(serial_of ca.pem)

# signs FILE SERIAL cert|named WHEN NUMBER FIELD PLACE
signs() {
	has signer "$2" "$3" "$4" whole "$5" "$6" "$7" && ended OK
}

ask detached.p7s
signs detached.p7s "$ewa" cert claimed 1 - detached.p7s && lines signer 1 &&
    has chain "$ca"
result "a detached signature, its issuer told apart"
ask whole.p7m && signs whole.p7m "$ewa" cert claimed 1 - whole.p7m
result "a signature around its document"
ask two.p7m
signs two.p7m "$ewa" cert claimed '*' - two.p7m &&
    signs two.p7m "$jan" cert claimed '*' - two.p7m && lines signer 2
result "two signers"
ask ber.p7m && signs ber.p7m "$ewa" cert claimed 1 - ber.p7m
result "lengths that are not known beforehand"
ask cades.p7m && signs cades.p7m "$ewa" named claimed 1 - cades.p7m &&
    grep -q 'CN=CA Próbne$' answer
result "issuer and serial number where no certificate is inside"
ask keyid.p7m
ended SIGNER-UNNAMED
result "a signer by key identifier alone is said to be so"
ask base64.p7s && signs base64.p7s "$ewa" cert claimed 1 - base64.p7s
result "base64 without armour"
ask envelope.p7m
has recipient "$ewa" named && has recipient "$jan" named && ended OK
result "an encrypted message names whom it is for"
ask certs.p7b
has holder "$ewa" cert && has issuer "$ca" cert && lines holder 1 && ended OK
result "a PKCS#7 file of certificates has a holder and an issuer"
ask several.pem
has holder "$ewa" && has holder "$jan" && has issuer "$ca" && ended OK
result "several certificates in one PEM file"
ask ewa.der && has holder "$ewa" cert none whole 0 - ewa.der
result "one certificate in DER"

for file in new.p12 old.p12; do
	ask $file -p zle -p tajne
	has holder "$ewa" && has issuer "$ca" && lines password 2 && ended OK
	result "$file: a wrong password, then the right one"
done
ask new.p12 -p a -p b -p c -p tajne
ended WRONG-PASSWORD && lines password 3
result "a wrong password three times is an answer"
ask new.p12
ended WRONG-PASSWORD && lines password 1
result "no password is an answer too"

ask signed.eml && signs signed.eml "$ewa" cert claimed 1 - signed.eml/smime.p7s
result "mail with a signature beside it"
ask opaque.eml && signs opaque.eml "$ewa" cert claimed 1 - opaque.eml/smime.p7m
result "mail inside its signature"
ask encrypted.eml && has recipient "$jan" named
result "encrypted mail"
ask forwarded.eml &&
    signs forwarded.eml "$ewa" cert claimed 1 - forwarded.eml/2/smime.p7s
result "mail within mail"
ask box.mbox
signs box.mbox "$ewa" cert claimed 1 - box.mbox/1/smime.p7s &&
    has recipient "$jan" named none whole 0 - box.mbox/2/smime.p7m
result "a folder of a mail program"

ask one.pdf && signs one.pdf "$ewa" cert claimed 1 Podpis1 one.pdf
result "a signed PDF"
ask two.pdf
signs two.pdf "$ewa" cert claimed 1 Podpis1 two.pdf &&
    signs two.pdf "$jan" cert claimed 2 Podpis2 two.pdf && lines signer 2
result "a second signature in an incremental update"
ask dropped.pdf && signs dropped.pdf "$ewa" cert claimed 1 Podpis1 dropped.pdf
result "a signature that a later revision took away"
ask rsa.pdf && signs rsa.pdf "$ewa" cert claimed 1 Stary rsa.pdf
result "an old PDF signature with its certificate beside it"
qpdf --check packed.pdf >/dev/null && qpdf --show-xref packed.pdf |
    grep -q '^5/0: compressed' && ask packed.pdf &&
    signs packed.pdf "$ewa" cert claimed 1 Podpis1 packed.pdf
result "a signature in an object stream"
ask open.pdf && signs open.pdf "$ewa" cert claimed 1 Podpis1 open.pdf
result "an encrypted PDF that opens without a password"
ask locked.pdf
has signer "$ewa" cert && has problem PART-LOCKED locked.pdf && ended OK
result "one that does not still says who signed"

ask xades.xml
signs xades.xml "$ewa" cert claimed 1 podpis xades.xml && has chain "$jan" &&
    lines signer 1
result "XAdES: which of three certificates is the signer's"
for file in latin2.xml utf16.xml; do
	ask "$file" && signs "$file" "$ewa" cert claimed 1 podpis "$file"
	result "$file: another encoding"
done
ask nocert.xml && signs nocert.xml "$ewa" named claimed 1 podpis nocert.xml
result "XAdES: issuer and decimal number without a certificate"
ask ski.xml
ended SIGNER-UNNAMED
result "XML that names a key alone is said to"
ask kedu.xml
signs kedu.xml "$ewa" cert claimed 1 - kedu.xml/Podpis &&
    signs kedu.xml "$jan" cert claimed 2 Podpis2 kedu.xml/Zalacznik
result "signatures and documents in base64 inside XML"
ask xades.asice &&
    signs xades.asice "$ewa" cert claimed 1 podpis \
	xades.asice/META-INF/signatures.xml
result "ASiC with XAdES"
ask outer.zip
has signer "$ewa" cert claimed whole 1 - \
    outer.zip/asic.asice/META-INF/signature.p7s && lines signer 1
result "met twice, listed once"

# --- the rarer makes -----------------------------------------------------------

ola=$(serial_of ola.pem) tsa=$(serial_of tsa.pem)

ask stamped.p7s
signs stamped.p7s "$ewa" cert stamped 1 - stamped.p7s && lines signer 1 &&
    has chain "$tsa" cert
result "a time stamp: who stamped has not signed"
ask counter.p7s
signs counter.p7s "$ewa" cert stamped 1 - counter.p7s && lines signer 3 &&
    signs counter.p7s "$jan" named none 1 - counter.p7s &&
    signs counter.p7s "$ola" named none 1 - counter.p7s && has chain "$tsa"
result "two countersignatures beside a time stamp"
ask curve.eml
has recipient "$ola" named none whole 0 - curve.eml/smime.p7m && ended OK
result "encrypted mail for a key on a curve"
ask mixed.p7m
has recipient "$ola" named && has recipient "$ewa" named && lines recipient 2
result "a message for keys of both kinds"
ask keyids.p7m
ended SIGNER-UNNAMED
result "recipients by key identifier alone are said to be so"

ask kept.pdf
signs kept.pdf "$ewa" cert claimed 1 Podpis1 kept.pdf && lines signer 1 &&
    has chain "$tsa" cert '*' whole 2 Zegar1 && has chain "$ca" cert none
result "a PDF with a time stamp and what is kept to check it"
for file in attached.pdf attached-packed.pdf; do
	ask "$file"
	signs "$file" "$ewa" cert claimed 1 Podpis1 "$file"/umowa.pdf &&
	    signs "$file" "$jan" cert claimed 2 Podpis2 "$file"/umowa.pdf &&
	    has chain "$ca" cert none whole 1 podpis "$file/żądanie.xml"
	result "$file: signed documents attached"
done
ask hung.pdf
signs hung.pdf "$ewa" cert claimed 1 - hung.pdf/aneks.p7s &&
    has holder "$jan" cert none whole 0 - hung.pdf
result "a file at a page of a PDF, and one that nothing names"

for file in detached.xml beside.xml bare.xml cp1250.xml; do
	ask "$file"
	signs "$file" "$ewa" cert claimed 1 podpis "$file" && lines signer 1 &&
	    has chain "$jan" && has chain "$ca"
	result "$file: XAdES"
done
ask around.xml
signs around.xml "$jan" cert claimed 1 podpis around.xml &&
    signs around.xml "$ewa" cert claimed 1 podpis around.xml/Object &&
    lines signer 2
result "XAdES around a document that is signed itself"
ask v2.xml
signs v2.xml "$ewa" named claimed 1 podpis v2.xml &&
    grep -q 'CN=CA Próbne$' answer
result "XAdES: issuer and number in DER, without a certificate"
for file in WINDOWS-1250.xml ISO-8859-2.xml; do
	ask "$file"
	signs "$file" "$ewa" named claimed 1 podpis "$file" &&
	    grep -q 'CA Próbne,O="Urząd, Testowy"' answer
	result "$file: an issuer's Polish name in another encoding"
done
ask refs.xml
ended SIGNER-UNNAMED
result "an authority that is only spoken of has not signed"
ask kedu2.xml && signs kedu2.xml "$ewa" cert claimed 1 - kedu2.xml/podpis
result "indented base64 with line ends spelled out"
ask jpk.xml
signs jpk.xml "$ewa" cert claimed 1 - jpk.xml/Podpis &&
    signs jpk.xml "$jan" cert claimed 2 Podpis2 jpk.xml/Zalacznik
result "PEM and CDATA inside XML"
ask cdata.xml && signs cdata.xml "$ewa" cert claimed 1 podpis cdata.xml/Dokument
result "XML as a text inside XML"
ask returns.xml && signs returns.xml "$ewa" cert claimed 1 podpis returns.xml
result "a certificate with line ends spelled out"

ask simple.asics
signs simple.asics "$ewa" cert claimed 1 - simple.asics/META-INF/signature.p7s
result "ASiC-S"
ask xades-e.asice
signs xades-e.asice "$ewa" cert claimed 1 podpis \
    xades-e.asice/META-INF/signatures0.xml && lines signer 1
result "ASiC-E with detached XAdES"
ask cades-e.asice
signs cades-e.asice "$ewa" cert claimed 1 - \
    cades-e.asice/META-INF/signature1.p7s
result "ASiC-E with a manifest and CAdES"

# By the program itself: each has the signer's number, or the holder's.
HOME=$scratch "$abs_top_builddir/okienko" find --in --json detached.p7s \
    whole.p7m cades.p7m certs.p7b several.pem ewa.der signed.eml opaque.eml \
    box.mbox one.pdf two.pdf packed.pdf xades.xml nocert.xml kedu.xml jpk.xml \
    xades.asice simple.asics cades-e.asice outer.zip >answer 2>&1 &&
    tr -d ' \n' <answer | sed 's/"scraps":/\n&/g' | awk -v want="\"serial\":\"$ewa\"" '
    NR > 1 { n++; if (index($0, want) == 0) exit 1 } END { if (n != 20) exit 1 }'
result "okienko find --in names them, whatever the document"

# On the screen: FILE, HOLDER as its row has it, and the end of the number.
screen_finds() {
	tui_keys Escape
	tui_until tui_lacks 'files: ' || return
	tui_keys C-u
	tui_type "$scratch/$1"
	tui_keys Enter
	tui_until tui_holds 'files: 1 of 1' && tui_until tui_holds "$2" &&
	    tui_until tui_holds "${ewa#"${ewa%????????}"}" && return
	tui_report
	return 1
}

if command -v tmux >/dev/null; then
	# shellcheck source=tests/tui/lib.sh
	. "$abs_top_srcdir/tests/tui/lib.sh"
	trap 'tui_end; rm -rf "$scratch"' EXIT
	ln -s "$abs_top_builddir/okienko-extract" "$tui_dir/okienko-extract"
	tui_start 80x24
	tui_keys F3
	tui_until tui_holds 'search:'
	tui_keys F4
	tui_until tui_holds 'document:'
	tui_type "$scratch/umowa.txt"
	tui_keys Enter
	tui_until tui_holds 'names a certificate'
	result "on the screen, a text names nobody"
	for file in detached.p7s whole.p7m certs.p7b several.pem ewa.der \
	    signed.eml opaque.eml box.mbox one.pdf packed.pdf xades.xml kedu.xml \
	    jpk.xml xades.asice simple.asics outer.zip; do
		screen_finds "$file" 'ewa Próbna'
		result "on the screen, $file"
	done
	for file in cades.p7m nocert.xml; do
		screen_finds "$file" 'holder not named'
		result "on the screen, $file: the number alone"
	done
	goes_on() {
		tui_look
		printf '%s\n' "$tui_shown" |
		    grep -q "search: .*${ewa#"${ewa%????????}"}"
	}
	tui_keys Enter
	tui_until goes_on
	result "on the screen, that number is looked for in the registry"
	tui_stop
fi

ask umowa.txt
ended NO-SCRAP && none_left
result "a text names nobody"

echo "1..$n"
