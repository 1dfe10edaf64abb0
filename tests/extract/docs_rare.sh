# shellcheck shell=sh
#
# Signed documents of the rarer makes, by the same means; docs.sh goes before.
: "${bin:?}" "${v1:=}" "${own:=}" "${others:=}"

# --- time stamps, countersignatures, keys on a curve --------------------------

# doc_stamp IN OUT: a token for it, with the certificate of who stamped.
doc_stamp() {
	cat >tsa.cnf <<-EOF
	[tsa]
	default_tsa = it
	[it]
	serial = tsa.serial
	default_policy = 1.2.3.4
	digests = sha256
	signer_digest = sha256
	EOF
	openssl ts -query -data "$1" -sha256 -cert -no_nonce -out stamp.tsq &&
	    openssl ts -reply -config tsa.cnf -queryfile stamp.tsq -inkey tsa.key \
	        -signer tsa.pem -token_out -out "$2" &&
	    openssl ts -verify -in "$2" -token_in -data "$1" -CAfile tsa.pem
}

# element FILE PATTERN OUT: the last one whose line of a listing is like that.
element() {
	at=$(openssl asn1parse -inform DER -in "$1" |
	    awk -v like="$2" '$0 ~ like { at = $0 } END { print at + 0 }')
	openssl asn1parse -inform DER -in "$1" -strparse "$at" -noout -out "$3"
}

doc_unsigned() {
	element detached.p7s 'd=5 .*prim: OCTET STRING' value
	doc_stamp value token.tst
	"$bin/mkcms" detached.p7s 1.2.840.113549.1.9.16.2.14 token.tst stamped.p7s
	# A countersignature is one over the value of another (RFC 5652 11.4).
	cp stamped.p7s counter.p7s
	for who in jan ola; do
		openssl cms -sign -in value -binary -noattr -signer $who.pem \
		    -inkey $who.key -outform DER -out over.p7s
		element over.p7s "d=4 .*cons: SEQUENCE" over
		"$bin/mkcms" counter.p7s 1.2.840.113549.1.9.6 over more.p7s &&
		    mv more.p7s counter.p7s || return 1
	done
	for file in stamped counter; do
		openssl cms -verify -inform DER -in $file.p7s -binary \
		    -content umowa.txt -CAfile ca.pem -out /dev/null || return 1
	done
	openssl cms -encrypt -in umowa.txt -out curve.eml -subject Umowa \
	    -from ewa@example.org ola.pem
	openssl cms -encrypt -in umowa.txt -outform DER -out mixed.p7m \
	    ewa.pem ola.pem
	openssl cms -encrypt -in umowa.txt -outform DER -keyid -out keyids.p7m \
	    ewa.pem ola.pem
}

# Long-term: a stamp over all of it, and what is needed to check it one day.
doc_pdf_kept() {
	"$bin/mkpdf" stamp one.pdf kept.pdf Zegar1 &&
	    "$bin/mkpdf" bytes kept.pdf >covered && doc_stamp covered covered.tst &&
	    "$bin/mkpdf" fill kept.pdf covered.tst filled &&
	    "$bin/mkpdf" dss filled kept.pdf ca.der && qpdf --check kept.pdf
}

doc_attached() {
	qpdf --empty --add-attachment two.pdf --filename=umowa.pdf -- \
	    --add-attachment xades.xml --filename=żądanie.xml -- attached.pdf
	qpdf --object-streams=generate attached.pdf attached-packed.pdf
	qpdf --empty --add-attachment attached.pdf -- attached2.pdf
	qpdf --empty --add-attachment attached2.pdf -- attached3.pdf
	qpdf --empty --add-attachment attached3.pdf -- attached4.pdf
	# At a page, and one that nothing leads to; qpdf makes the table.
	cat >hung <<-EOF
	%PDF-1.7
	1 0 obj << /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >> endobj
	2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
	3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] >> endobj
	4 0 obj << /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9]
	/FS << /F (aneks.p7s) /EF << /F 6 0 R >> >> >> endobj
	5 0 obj << /Type /EmbeddedFile /Length $(wc -c <jan.pem) >>
	stream
	$(cat jan.pem)
	endstream endobj
	6 0 obj << /Length $(wc -c <base64.p7s) >>
	stream
	$(cat base64.p7s)
	endstream endobj
	trailer << /Root 1 0 R /Size 7 >>
	EOF
	qpdf --warning-exit-0 hung hung.pdf
}

# --- XML of other makes -------------------------------------------------------

# xml_sign KEY TEMPLATE OUT OPTION...: and see that it is a signature.
xml_sign() {
	key=$1 template=$2 out=$3
	shift 3
	xmlsec1 --sign --privkey-pem "$key.key" "$@" --output "$out" "$template" &&
	    openssl x509 -in "$key.pem" -noout -pubkey >"$key.pub" &&
	    xmlsec1 --verify --pubkey-pem "$key.pub" \
	        --enabled-key-data key-name,rsa "$@" "$out"
}

doc_xml_placed() {
	by="<xades:SigningCertificate>$(cert_ref "$v1")</xades:SigningCertificate>"
	doc_signature 'URI="umowa.txt">' "$others$own" "$by" >detached.tmpl
	xml_sign ewa detached.tmpl detached.xml || return 1
	{
		echo '<Koperta><Dane Id="dane">Umowa.</Dane>'
		doc_signature 'URI="#dane">' "$others$own" "$by"
		echo '</Koperta>'
	} >beside.tmpl
	xml_sign ewa beside.tmpl beside.xml --id-attr:Id Dane || return 1
	# What is inside is signed by another, and begins with a mark.
	jan_own="<ds:X509Certificate>$(pem_text jan.pem)</ds:X509Certificate>"
	doc_signature 'URI="#tresc">' "$jan_own" '' "<ds:Object Id=\"tresc\"
	    Encoding=\"http://www.w3.org/2000/09/xmldsig#base64\">$(
	    { printf '\357\273\277' && cat xades.xml; } |
	    openssl base64)</ds:Object>" >around.tmpl
	xml_sign jan around.tmpl around.xml --id-attr:Id Object || return 1
	# Without a prefix, as some write it.
	sed 's/ds:Signature/Signature/; s/ds://g; s/xmlns:ds/xmlns/' \
	    xades.tmpl >bare.tmpl
	xml_sign ewa bare.tmpl bare.xml
}

doc_xml_named() {
	openssl cms -sign -in umowa.txt -binary -cades -nocerts -signer ewa.pem \
	    -inkey ewa.key -outform DER -out named.p7s
	# signing-certificate-v2's last member is what XAdES has in base64.
	element named.p7s 'd=11 .*cons: SEQUENCE' both.der
	v2="<xades:IssuerSerialV2>$(openssl base64 -in both.der
	    )</xades:IssuerSerialV2>"
	doc_template '<ds:X509SKI>AAAA</ds:X509SKI>' \
	    "<xades:SigningCertificateV2>$(cert_ref "$v2")
	    </xades:SigningCertificateV2>" >v2.tmpl
	xml_sign ewa v2.tmpl v2.xml || return 1
	# Nothing but the name tells whose it is, in two encodings of old.
	for code in WINDOWS-1250 ISO-8859-2; do
		sed "s/UTF-8/$code/" nocert.xml | iconv -t $code >$code.xml
	done
	sed 's/<?xml.*?>/<?xml version="1.0" encoding="windows-1250"?>/' \
	    xades.xml | iconv -t WINDOWS-1250 >cp1250.xml
	# The authority, named where revocation is spoken of, has not signed.
	sed "s|</xades:QualifyingProperties>|<xades:UnsignedProperties>\
<xades:CompleteCertificateRefs><xades:IssuerSerial><ds:X509IssuerName>CN=CA\
</ds:X509IssuerName><ds:X509SerialNumber>77</ds:X509SerialNumber>\
</xades:IssuerSerial></xades:CompleteCertificateRefs>\
</xades:UnsignedProperties>&|" ski.xml >refs.xml
}

# As the offices' own programs wrap signatures.
doc_xml_wrapped() {
	{
		echo '<?xml version="1.0" encoding="windows-1250"?><KEDU>'
		echo '<naglowek.KEDU>ą</naglowek.KEDU><podpis>'
		openssl base64 -in whole.p7m | sed 's/^/	/; s/$/\&#13;/'
		echo '</podpis></KEDU>'
	} | iconv -t WINDOWS-1250 >kedu2.xml
	{
		echo '<JPK><Podpis>'
		openssl cms -cmsout -inform DER -in whole.p7m -outform PEM
		echo '</Podpis><Zalacznik><![CDATA['
		openssl base64 -in two.pdf
		echo ']]></Zalacznik></JPK>'
	} >jpk.xml
	printf '<Koperta><Dokument><![CDATA[%s]]></Dokument></Koperta>' \
	    "$(cat xades.xml)" >cdata.xml
	doc_template "$(printf %s "$own" | sed 's/$/\&#13;/')" '' >returns.tmpl
	xml_sign ewa returns.tmpl returns.xml
}

# --- ASiC (ETSI EN 319 162-1) -------------------------------------------------

# doc_asic FILE TYPE MEMBER...: the type first and not compressed.
doc_asic() {
	file=$1
	printf 'application/vnd.etsi.%s+zip' "$2" >mimetype
	shift 2
	rm -f "$file" && zip -q -0 -X "$file" mimetype && zip -q "$file" "$@"
}

doc_asics() {
	rm -rf META-INF && mkdir META-INF
	cp detached.p7s META-INF/signature.p7s
	doc_asic simple.asics asic-s umowa.txt META-INF/signature.p7s
	cp detached.xml META-INF/signatures0.xml
	doc_asic xades-e.asice asic-e umowa.txt META-INF/signatures0.xml
	cat >META-INF/ASiCManifest1.xml <<-EOF
	<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"
	    xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
	<asic:SigReference URI="META-INF/signature1.p7s"/>
	<asic:DataObjectReference URI="umowa.txt"><ds:DigestMethod
	    Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>$(
	    openssl dgst -sha256 -binary umowa.txt | openssl base64
	    )</ds:DigestValue></asic:DataObjectReference>
	</asic:ASiCManifest>
	EOF
	doc_sign META-INF/ASiCManifest1.xml META-INF/signature1.p7s -cades \
	    -outform DER
	doc_asic cades-e.asice asic-e umowa.txt META-INF/ASiCManifest1.xml \
	    META-INF/signature1.p7s
	openssl cms -verify -inform DER -in META-INF/signature1.p7s -binary \
	    -content META-INF/ASiCManifest1.xml -CAfile ca.pem -out /dev/null
}

doc_make_rare() {
	doc_unsigned && doc_pdf_kept && doc_attached && doc_xml_placed &&
	    doc_xml_named && doc_xml_wrapped && doc_asics
}
