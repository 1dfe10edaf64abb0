# The objects of pkcs11-tool -O, one a line: "cert ID SERIAL LABEL" and
# "private|public ID TYPE BITS LABEL".  Control characters in labels as "?".

function show()
{
	gsub(/[[:cntrl:]]/, "?", label)
	if (kind == "cert")
		print kind, id, serial, label
	else if (kind != "")
		print kind, id, type, bits, label
	kind = label = ""
	labelled = 0
}

/^[A-Z][A-Za-z]+( Key)? [Oo]bject/ {
	show()
	id = serial = bits = "-"
	if ($1 == "Certificate")
		kind = "cert"
	else if ($1 == "Private" || $1 == "Public")
		kind = tolower($1)
	type = tolower($4)
	if ($0 ~ / bits$/)
		bits = $(NF - 1)
	next
}
/^  label:/ { sub(/^  label: */, ""); label = $0; labelled = 1; next }
/^  [A-Za-z_]+:/ { labelled = 0 }
labelled { label = label "\n" $0; next }
/^  ID:/ { id = toupper($2) }
/^  serial:/ { serial = toupper($2) }
END { show() }
