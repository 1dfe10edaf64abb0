# Files of at most max_file lines, functions of at most max_function: what is
# longer cannot be read in one go.  House style puts a function's braces in the
# first column, so they are found without a parser.  allow names, between
# blanks, what may be longer: files, and FILE:FUNCTION.

function breach(place, what, key) {
	if (index(allow, " " key " ") == 0)
		print place ": " what
}

function end_of_file() {
	if (lines > max_file)
		breach(file ":" lines, lines " lines, at most " max_file, file)
}

FNR == 1 {
	end_of_file()
	file = FILENAME
	started = 0
	name = ""
}

{ lines = FNR }

/^[A-Za-z_].*\(/ {
	name = $0
	sub(/[ \t]*\(.*/, "", name)
	sub(/^.*[ \t*]/, "", name)
}

/^\{/ || /^[A-Za-z_].*\)[ \t]*\{$/ { started = FNR }

/^\}/ {
	if (started && FNR - started - 1 > max_function)
		breach(file ":" started, name "() has " FNR - started - 1 \
		    " lines, at most " max_function, file ":" name)
	started = 0
}

END { end_of_file() }
