# What openssl x509 says of a certificate, a field a line, as agree.jq puts what
# okienko says.  Input: -serial -dates -fingerprint -text, names by their OIDs.

function one_line(key, value)
{
	print key " " value
}

# A heading ends in "critical" or not; of two extensions okienko tells that.
function heading(key)
{
	section = key
	if (/ critical$/ && (key == "key-usage" || key == "extended"))
		one_line(key, "critical")
}

# A number of any length, from hexadecimal, nine digits a place.
function decimal(hex,    i, j, n, place, carry, text)
{
	n = 1
	place[1] = 0
	for (i = 1; i <= length(hex); i++) {
		carry = index("0123456789ABCDEF", substr(hex, i, 1)) - 1
		for (j = 1; j <= n; j++) {
			carry += place[j] * 16
			place[j] = carry % 1000000000
			carry = int(carry / 1000000000)
		}
		if (carry > 0)
			place[++n] = carry
	}
	text = place[n] ""
	for (j = n - 1; j >= 1; j--)
		text = text sprintf("%09d", place[j])
	return text
}

function value()
{
	sub(/^[^=]*=/, "")
	return $0
}

/^serial=/ {
	one_line("serial", value())
	one_line("serial_decimal", decimal($0))
	next
}
/^notBefore=/ { sub(/ /, "T"); one_line("not_before", value()); next }
/^notAfter=/ { sub(/ /, "T"); one_line("not_after", value()); next }
/^sha256 Fingerprint=/ { gsub(/:/, ""); one_line("sha256", value()); next }

/^        Version: / { one_line("version", $2); next }
/^        Signature Algorithm: / { one_line("signature", $3); next }
/^        Issuer:/ { section = "issuer"; next }
/^        Subject:/ { section = "subject"; next }
/^        Validity/ || /^        Subject Public Key/ { section = ""; next }
/^        X509v3 extensions:/ { extensions = 1; next }
/^            Public Key Algorithm: / {
	kind = $4 == "rsaEncryption" ? "rsa" : \
	    $4 == "id-ecPublicKey" ? "ec" : tolower($4)
	section = ""
	next
}
/^                Public-Key: / {
	bits = $2
	gsub(/[^0-9]/, "", bits)
	one_line("key", kind " " bits)
	next
}
/^                NIST CURVE: / { one_line("curve", $3); next }

/^            X509v3 Subject Key Identifier:/ { heading("subject-key-id"); next }
/^            X509v3 Authority Key Identifier:/ {
	heading("authority-key-id")
	next
}
/^            X509v3 Basic Constraints:/ { heading("constraints"); next }
/^            X509v3 Key Usage:/ { heading("key-usage"); next }
/^            X509v3 Extended Key Usage:/ { heading("extended"); next }
/^            X509v3 Subject Alternative Name:/ { heading("name"); next }
/^            X509v3 Certificate Policies:/ { heading("policies"); next }
/^            X509v3 CRL Distribution Points:/ { heading("crl"); next }
/^            Authority Information Access:/ { heading("access"); next }
/^            qcStatements:/ { heading("qualified"); next }
/^            [^ ]/ && extensions {
	section = "other"
	one_line("unknown-extension", $0)
	next
}

section == "issuer" || section == "subject" {
	sub(/^ */, "")
	gsub(/\\00/, "\357\277\275")
	one_line(section, $0)
}
section == "subject-key-id" || section == "authority-key-id" {
	gsub(/[ :]/, "")
	one_line(section, $0)
	section = ""
}
section == "constraints" {
	sub(/^ */, "")
	one_line(section, $0)
	section = ""
}
section == "key-usage" || section == "extended" || section == "name" {
	n = split($0, list, /, */)
	for (i = 1; i <= n; i++) {
		sub(/^ */, "", list[i])
		one_line(section, list[i])
	}
	section = ""
}
section == "policies" && / Policy: / { one_line(section, $2) }
section == "crl" && / URI:/ { sub(/^.*URI:/, ""); one_line(section, $0) }
section == "access" && / - URI:/ {
	where = / OCSP / ? "ocsp" : "issuer-address"
	sub(/^.*URI:/, "")
	one_line(where, $0)
}
# Identifiers of statements and of types, and where the terms are to be read.
section == "qualified" && / OBJECT / { sub(/^.*:/, ""); one_line("qc", $0) }
section == "qualified" && / IA5STRING / {
	sub(/^.*IA5STRING *:/, "")
	one_line("qc", $0)
}
