# shellcheck shell=sh
#
# Signed documents as people have them, made by the tools that people use.  To
# be sourced in an empty folder; needs $bin, the folder of the test programs.
# Two persons: ewa, who signs, and jan.
: "${bin:?}"

doc_certs() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem \
	    -subj '/C=PL/O=Urząd, Testowy/CN=CA Próbne' -utf8 -days 3650
	for who in ewa jan; do
		openssl req -newkey rsa:2048 -nodes -keyout $who.key \
		    -out $who.csr -utf8 -subj "/C=PL/CN=$who Próbna"
		printf 'basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n' \
		    >ext
		openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key \
		    -CAcreateserial -extfile ext -out $who.pem -days 365
		openssl x509 -in $who.pem -outform DER -out $who.der
	done
	openssl x509 -in ca.pem -outform DER -out ca.der
	# Whose key is on a curve, and who stamps the time.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout ola.key -out ola.pem -utf8 -subj '/C=PL/CN=ola Próbna'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem \
	    -subj '/C=PL/CN=Zegar' -utf8 -addext keyUsage=digitalSignature \
	    -addext extendedKeyUsage=critical,timeStamping
}

# sign IN OUT OPTION...: CMS by ewa.
doc_sign() {
	in=$1 out=$2
	shift 2
	openssl cms -sign -in "$in" -out "$out" -binary -signer ewa.pem \
	    -inkey ewa.key "$@"
}

doc_cms() {
	echo 'Umowa.' >umowa.txt
	doc_sign umowa.txt detached.p7s -certfile ca.pem -outform DER
	doc_sign umowa.txt whole.p7m -nodetach -outform DER
	doc_sign umowa.txt two.p7m -nodetach -outform DER -signer jan.pem \
	    -inkey jan.key
	doc_sign umowa.txt ber.p7m -nodetach -stream -outform DER
	doc_sign umowa.txt cades.p7m -nodetach -nocerts -cades -outform PEM
	doc_sign umowa.txt keyid.p7m -nodetach -nocerts -keyid -outform DER
	openssl base64 -in detached.p7s -out base64.p7s
	openssl cms -encrypt -in umowa.txt -outform DER -out envelope.p7m \
	    ewa.pem jan.pem
	openssl crl2pkcs7 -nocrl -certfile ewa.pem -certfile ca.pem \
	    -outform DER -out certs.p7b
	cat ewa.pem ca.pem jan.pem >several.pem
	openssl pkcs12 -export -in ewa.pem -inkey ewa.key -certfile ca.pem \
	    -passout pass:tajne -out new.p12
	openssl pkcs12 -export -legacy -in ewa.pem -inkey ewa.key \
	    -certfile ca.pem -passout pass:tajne -out old.p12
}

doc_mail() {
	doc_sign umowa.txt signed.eml -certfile ca.pem -subject Umowa \
	    -from ewa@example.org -to jan@example.org
	doc_sign umowa.txt opaque.eml -nodetach -subject Umowa
	openssl cms -encrypt -in umowa.txt -out encrypted.eml -subject Umowa \
	    -from ewa@example.org jan.pem
	{
		printf 'From ewa Mon Jan  5 10:00:00 2026\n'
		cat signed.eml
		printf '\nFrom jan Mon Jan  5 11:00:00 2026\n'
		cat encrypted.eml
	} >box.mbox
	{
		printf 'From: a@example.org\nMIME-Version: 1.0\n'
		printf 'Content-Type: multipart/mixed;\n boundary="=_x"\n\n'
		printf -- '--=_x\nContent-Type: text/plain\n\nForwarded.\n'
		printf -- '--=_x\nContent-Type: message/rfc822\n\n'
		cat signed.eml
		printf -- '\n--=_x--\n'
	} >forwarded.eml
}

# fill NAME.pdf SIGNER: put a signature over all of it into its last place.
doc_pdf_fill() {
	"$bin/mkpdf" bytes "$1" >covered
	openssl cms -sign -in covered -binary -noattr -signer "$2.pem" \
	    -inkey "$2.key" -outform DER -out covered.p7s
	"$bin/mkpdf" fill "$1" covered.p7s filled && mv filled "$1"
}

doc_pdf() {
	"$bin/mkpdf" new one.pdf Podpis1 && doc_pdf_fill one.pdf ewa
	"$bin/mkpdf" add one.pdf two.pdf Podpis2 && doc_pdf_fill two.pdf jan
	"$bin/mkpdf" drop one.pdf dropped.pdf
	"$bin/mkpdf" new rsa.pdf Stary rsa ewa.der
	"$bin/mkpdf" packed packed.pdf Podpis1 detached.p7s
	qpdf --check packed.pdf
	qpdf --encrypt '' owner 256 -- one.pdf open.pdf
	qpdf --encrypt user owner 256 -- one.pdf locked.pdf
}

# A template for xmlsec1: REFERENCE, KEYINFO, what XAdES says of the signer, and
# one more object.
doc_signature() {
	cat <<-EOT
	<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="podpis">
	<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>
	<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
	<ds:Reference $1<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>
	<ds:SignatureValue/>
	<ds:KeyInfo><ds:X509Data>$2</ds:X509Data></ds:KeyInfo>
	<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#podpis">
	<xades:SignedProperties><xades:SignedSignatureProperties>
	<xades:SigningTime>2026-01-02T03:04:05.678+01:00</xades:SigningTime>
	$3
	</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>${4-}
	</ds:Signature>
	EOT
}

# Within its document: KEYINFO, and what XAdES says of the signer.
doc_template() {
	cat <<-EOT
	<?xml version="1.0" encoding="UTF-8"?>
	<Deklaracja><Podatnik>Próbny</Podatnik>
	$(doc_signature 'URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms>' "$1" "$2")</Deklaracja>
	EOT
}

# pem_text FILE: the base64 alone.
pem_text() {
	openssl x509 -in "$1" -outform DER | openssl base64
}

# cert_ref V1-OR-V2-MEMBER: one Cert with ewa's digest.
cert_ref() {
	printf '<xades:Cert><xades:CertDigest><ds:DigestMethod '
	printf 'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
	printf '<ds:DigestValue>%s</ds:DigestValue></xades:CertDigest>%s' \
	    "$(openssl dgst -sha256 -binary ewa.der | openssl base64)" "$1"
	printf '</xades:Cert>'
}

# decimal_of HEX: by long multiplication, a digit a place.
decimal_of() {
	printf '%s\n' "$1" | awk '{
		n = 1
		for (i = 1; i <= length($0); i++) {
			carry = index("0123456789ABCDEF", substr($0, i, 1)) - 1
			for (k = 1; k <= n; k++) {
				carry += d[k] * 16
				d[k] = carry % 10
				carry = int(carry / 10)
			}
			for (; carry > 0; carry = int(carry / 10))
				d[++n] = carry % 10
		}
		for (k = n; k > 0; k--)
			if (d[k] > 0 || seen || k == 1) {
				seen = 1
				printf "%d", d[k]
			}
	}'
}

doc_xml() {
	serial=$(openssl x509 -in ewa.pem -noout -serial | sed 's/.*=//')
	decimal=$(decimal_of "$serial")
	# As signing programs write it: turned round, another comma, an OID.
	issuer='2.5.4.3=CA Próbne,O="Urząd, Testowy",C=PL'
	v1="<xades:IssuerSerial><ds:X509IssuerName>$issuer</ds:X509IssuerName>
	    <ds:X509SerialNumber>$decimal</ds:X509SerialNumber></xades:IssuerSerial>"
	own="<ds:X509Certificate>$(pem_text ewa.pem)</ds:X509Certificate>"
	others="<ds:X509Certificate>$(pem_text jan.pem)</ds:X509Certificate>
	    <ds:X509Certificate>$(pem_text ca.pem)</ds:X509Certificate>"
	# The signer's certificate is the last: only XAdES tells which it is.
	doc_template "$others$own" "<xades:SigningCertificate>$(cert_ref "$v1")
	    </xades:SigningCertificate>" >xades.tmpl
	xmlsec1 --sign --privkey-pem ewa.key --output xades.xml xades.tmpl
	doc_template "$own" '' >plain.xml
	doc_template '<ds:X509SKI>AAAA</ds:X509SKI>' \
	    "<xades:SigningCertificate>$(cert_ref "$v1")
	    </xades:SigningCertificate>" >nocert.xml
	doc_template '<ds:X509SKI>AAAA</ds:X509SKI>' '' >ski.xml
	{
		printf '<?xml version="1.0"?><KEDU><Podpis>'
		openssl base64 -in whole.p7m
		printf '</Podpis><Zalacznik>'
		openssl base64 -in two.pdf
		printf '</Zalacznik></KEDU>'
	} >kedu.xml
	sed 's/UTF-8/ISO-8859-2/' xades.xml | iconv -t ISO-8859-2 >latin2.xml
	sed 's/UTF-8/UTF-16/' xades.xml | iconv -t UTF-16 >utf16.xml
	mkdir -p META-INF && cp xades.xml META-INF/signatures.xml
	zip -q xades.asice umowa.txt META-INF/signatures.xml
}

doc_zip() {
	mkdir -p META-INF
	cp detached.p7s META-INF/signature.p7s
	zip -q asic.asice umowa.txt META-INF/signature.p7s
	zip -q outer.zip asic.asice one.pdf
}

doc_make() {
	doc_certs && doc_cms && doc_mail && doc_pdf && doc_zip && doc_xml
}
