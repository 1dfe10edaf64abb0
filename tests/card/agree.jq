# A certificate as okienko card --json gives it, a field a line: see agree.awk.

def hex2: "0123456789ABCDEF"[. / 16 | floor:(. / 16 | floor) + 1] +
    "0123456789ABCDEF"[. % 16:. % 16 + 1];
# Control characters and the backslash as openssl writes them.
def escaped: explode | map(if . < 32 or . == 127 then "\\" + hex2
    elif . == 92 then "\\\\" else [.] | implode end) | add // "";

def usage: {
	digitalSignature: "Digital Signature", nonRepudiation: "Non Repudiation",
	keyEncipherment: "Key Encipherment",
	dataEncipherment: "Data Encipherment", keyAgreement: "Key Agreement",
	keyCertSign: "Certificate Sign", cRLSign: "CRL Sign",
	encipherOnly: "Encipher Only", decipherOnly: "Decipher Only",
	emailProtection: "E-mail Protection",
	clientAuth: "TLS Web Client Authentication",
	serverAuth: "TLS Web Server Authentication",
	msSmartcardLogin: "Microsoft Smartcard Login" }[.] // .;
def attributes(key): .attributes[] | key + " " + .oid + " = " + (.value | escaped);

"serial " + .serial, "serial_decimal " + .serial_decimal,
"not_before " + .not_before, "not_after " + .not_after,
"sha256 " + .sha256, "version \(.version)",
"signature " + .signature_algorithm,
(.issuer | attributes("issuer")), (.subject | attributes("subject")),
"key \(.key_type) \(.key_bits)",
(.key_curve // empty | "curve " + .),
(.subject_key_id // empty | "subject-key-id " + .),
(.authority_key_id // empty | "authority-key-id " + .),
(select(.basic_constraints) | "constraints CA:" + (.ca | tostring |
    ascii_upcase) + (if .path_length >= 0 then ", pathlen:\(.path_length)"
    else "" end)),
(select(.key_usage_critical) | "key-usage critical"),
(.key_usage // empty | .[] | "key-usage " + usage),
(select(.extended_key_usage_critical) | "extended critical"),
(.extended_key_usage // empty | .[] | "extended " + usage),
(.alternative_names[] | "name " + .kind + ":" + .value),
(.policies[] | "policies " + .), (.crl_addresses[] | "crl " + .),
(.ocsp_addresses[] | "ocsp " + .), (.issuer_addresses[] | "issuer-address " + .),
(.qualified_statements // empty | "qc 0.4.0.1862.1." + (
    (select(.compliance) | "1"), (select(.sscd) | "4"),
    (select(.disclosure != []) | "5"), (select(.types != []) | "6"),
    (.types[] | "6." + {esign: "1", eseal: "2", web: "3"}[.]))),
(.qualified_statements // empty | .disclosure[] |
    "qc " + (split(" ") | .[1:] | join(" ")))
