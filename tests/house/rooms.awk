# Who may include what: reads the lines of code.awk, prints the breaches.

BEGIN {
	# A room may include itself and whatever has a lower number.
	n = split("base=0 launch=1 cert=1 card=2 extract=2 registry=2 net=2 " \
	    "revocation=3 order=3 renewal=4 answers=5", rooms, /[ =]/)
	for (i = 1; i < n; i += 2)
		floor[rooms[i]] = rooms[i + 1] + 0

	# Libraries have one door: header, where it may be included, and in how
	# many files of each place at most (0: any number).
	door("^(winscard|reader|pcsclite|wintypes)[.]h$|^PCSC/", "^src/card/", 0)
	door("^(libp11|pkcs11)[.]h$|^p11-kit/", "^src/card/", 0)
	door("^sqlite3[.]h$", "^src/registry/", 0)
	door("^curl/", "^src/net/", 1)
	door("^cups/", "^src/net/", 1)
	door("^gssapi", "^src/net/", 1)
	door("^hpdf[.]h$", "^src/revocation/", 1)
	door("^qpdf/", "^src/extract/", 0)
	door("^libxml/", "^src/extract/", 0)
	door("^zip[.]h$", "^src/extract/", 1)
	door("curses[.]h$|^term[.]h$", "^ui/", 3)
	door("^openssl/", "^src/", 0)
	door("^qrencode[.]h$", "^src/revocation/", 1)
	door("^seccomp[.]h$", "^src/", 1)
}

function door(header, where, most) {
	doors++
	door_header[doors] = header
	door_where[doors] = where
	door_most[doors] = most
}

function breach(what) {
	print place ": " what
}

function check_own(path, target,    from, to) {
	if (target ~ /^\.\.?\//) {
		breach("includes by a way round: " target)
		return
	}
	if (path !~ /^src\//)
		return
	split(path, part, "/")
	from = part[2]
	if (target ~ /^(ui|tests|kiosk)\//)
		breach("src/ never includes " target)
	if (split(target, part, "/") < 2 || target ~ /^(ui|tests|kiosk)\//)
		return
	to = part[1]
	if (!(from in floor))
		breach("room " from " has no place in the order")
	else if (!(to in floor))
		breach("there is no room " to)
	else if (to != from && floor[to] >= floor[from])
		breach(from " may not include " to)
}

# Which of a door's places a file lies in; 0: none.
function place_of(path, where,    n, i, places) {
	n = split(where, places, " ")
	for (i = 1; i <= n; i++)
		if (path ~ places[i])
			return i
	return 0
}

function only_for(where) {
	gsub(/\^/, "", where)
	gsub(/ /, " and ", where)
	return where
}

function check_library(path, target,    i, at) {
	for (i = 1; i <= doors; i++) {
		if (target !~ door_header[i])
			continue
		at = place_of(path, door_where[i])
		if (!at)
			breach(target " is only for " only_for(door_where[i]))
		else if (door_most[i] && !((i, path) in through)) {
			through[i, path] = 1
			if (++passed[i, at] > door_most[i])
				breach(target " in more than " door_most[i] \
				    " file(s)")
		}
	}
}

/^[^:]*:[0-9]*: [ \t]*#[ \t]*include/ {
	match($0, /^[^:]*:[0-9]*/)
	place = substr($0, 1, RLENGTH)
	path = place
	sub(/:[0-9]*$/, "", path)
	target = $0
	sub(/^[^:]*:[0-9]*: [ \t]*#[ \t]*include[ \t]*/, "", target)
	quoted = target ~ /^"/
	gsub(/["<>]/, "", target)
	if (quoted)
		check_own(path, target)
	else if (path ~ /^(src|ui)\//)
		check_library(path, target)
}
