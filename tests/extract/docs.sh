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
	"$bin/mkpdf" bytes "$1" >bytes
	openssl cms -sign -in bytes -binary -noattr -signer "$2.pem" \
	    -inkey "$2.key" -outform DER -out bytes.p7s
	"$bin/mkpdf" fill "$1" bytes.p7s filled && mv filled "$1"
}

doc_pdf() {
	"$bin/mkpdf" new one.pdf Podpis1 && doc_pdf_fill one.pdf ewa
	"$bin/mkpdf" add one.pdf two.pdf Podpis2 && doc_pdf_fill two.pdf jan
	"$bin/mkpdf" drop one.pdf dropped.pdf
	"$bin/mkpdf" new rsa.pdf Stary rsa ewa.der
	qpdf --object-streams=generate one.pdf packed.pdf
	qpdf --encrypt '' owner 256 -- one.pdf open.pdf
	qpdf --encrypt user owner 256 -- one.pdf locked.pdf
}

doc_zip() {
	mkdir -p META-INF
	cp detached.p7s META-INF/signature.p7s
	zip -q asic.asice umowa.txt META-INF/signature.p7s
	zip -q outer.zip asic.asice one.pdf
}

doc_make() {
	doc_certs && doc_cms && doc_mail && doc_pdf && doc_zip
}
