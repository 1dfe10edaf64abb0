# Read C as a reader of rules needs it: "file:line: code", comments gone,
# strings and characters emptied; "#include" keeps what it names.

FNR == 1 { in_comment = 0 }

{
	if (!in_comment && $0 ~ /^[ \t]*#[ \t]*include/) {
		sub(/[ \t]*\/[\/*].*/, "")
		code = $0
	} else
		code = strip($0)
	if (code ~ /[^ \t]/)
		print FILENAME ":" FNR ": " code
}

function strip(s,    out, two) {
	out = ""
	while (s != "") {
		if (in_comment) {
			if (!match(s, /\*\//))
				return out
			in_comment = 0
			s = substr(s, RSTART + 2)
			continue
		}
		if (!match(s, /\/\*|\/\/|"|'/))
			return out s
		out = out substr(s, 1, RSTART - 1)
		two = substr(s, RSTART, 2)
		s = substr(s, RSTART + 1)
		if (two == "//")
			return out
		if (two == "/*") {
			in_comment = 1
			s = substr(s, 2)
		} else if (two ~ /^"/) {
			match(s, /^([^"\\]|\\.)*"/)
			s = RLENGTH > 0 ? substr(s, RLENGTH + 1) : ""
			out = out "\"\""
		} else {
			match(s, /^([^'\\]|\\.)+'/)
			s = RLENGTH > 0 ? substr(s, RLENGTH + 1) : ""
			out = out "' '"
		}
	}
	return out
}
