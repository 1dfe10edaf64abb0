# Makefile.am's lists are sorted, one file a line: so two people adding files
# do not meet in one line, and a file is found where one looks.

/\+?=[ \t]*\\$/ { in_list = 1; last = ""; next }

in_list {
	item = $1
	if (NF > (/\\$/ ? 2 : 1))
		print FILENAME ":" FNR ": more than one file in a line"
	else if (item ~ /\// && item !~ /^-/) {
		if (last != "" && item < last)
			print FILENAME ":" FNR ": " item " comes before " last
		last = item
	}
	if (!/\\$/)
		in_list = 0
}
