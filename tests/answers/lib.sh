# shellcheck shell=sh
#
# Questions in situations, through the command line.  The table tests/answers/situations
# has a line for each: question, situation, verdict expected, its reason.  Source
# this, set these, then call from a folder of the test's own:
#
#	desk		the folder with the settings that are asked by
#
#	at SITUATION [OPTION...]	now it is so: what the table asks there, in one run
#	ok WHAT COMMAND...		a result, as any; its output is shown when it fails
#	told				last of all: each answer beside the table's

: "${abs_top_srcdir:?}" "${abs_top_builddir:?}" "${desk:=.}"
situations=$abs_top_srcdir/tests/answers/situations
LC_ALL=C.UTF-8
export LC_ALL
unset LANGUAGE
number=0

# rows [SITUATION]: of the table, in columns.
rows()
{
	awk -v at="${1:-}" 'NF == 4 && $1 !~ /^#/ && (at == "" || $2 == at)' \
	    "$situations"
}

ok()
{
	ok_what=$1
	shift
	number=$((number + 1))
	if "$@" >ok.said 2>&1; then
		echo "ok $number - $ok_what"
	else
		echo "not ok $number - $ok_what"
		tail -n 20 ok.said | sed 's/^/# /'
	fi
}

at()
{
	situation=$1
	shift
	mkdir -p answers
	# shellcheck disable=SC2046 # a word each
	timeout $((60 * ${TEST_SLOWNESS:-1})) "$abs_top_builddir/okienko" answer \
	    $(rows "$situation" | awk '{ print $1 }') --json --lang en \
	    --conf "$desk/okienko.conf" "$@" >"answers/$situation" \
	    2>complaint </dev/null
	code=$?
	[ -s "answers/$situation" ] || sed "s/^/# $situation: /" complaint
	rows "$situation" >>asked
	echo "$situation $code" >>codes
}

# One line for each answer, as it came.
answers_told()
{
	# shellcheck disable=SC2016 # gojq's own
	(cd answers && gojq -r 'input_filename as $at | .answers[] |
	    [.id, $at, .verdict, .reason, (.says | length), (.general | length),
	    (.next | length), (.lacked | length)] | map(tostring) |
	    join(" ")' -- *)
}

# In the order in which it was asked; a reason alone may be wrong, too.
compare()
{
	answers_told >told.list
	awk -v n="$number" '
	NR == FNR	{ have[$1 " " $2] = $3 " " $4; next }
	{
		got = have[$1 " " $2]
		good = got == $3 " " $4
		n++
		print (good ? "" : "not ") "ok " n " - " $1 ", " $2 ": " $3 \
		    ", " $4
		if (!good)
			print "# " (got == "" ? "no answer" : got)
	}' told.list asked
	number=$((number + $(wc -l <asked)))
}

# A verdict alone is no answer: words, the general text, and a next step where
# something is in the way.
whole()
{
	awk '$5 == 0 || $6 == 0 || ($3 != "yes" && $7 == 0) {
		print; bad = 1 }
	END	{ exit bad }' told.list
}

# The worst of what was asked.
codes_fit()
{
	awk '
	NR == FNR {
		c = $3 == "yes" ? 0 : $3 == "cannot-tell" ? 3 : 1
		if (c > worst[$2] + 0)
			worst[$2] = c
		next
	}
	worst[$1] + 0 != $2 {
		print $1 " ended with " $2 ", not " worst[$1] + 0; bad = 1
	}
	END	{ exit bad }' told.list codes
}

# What stands on the cards and in the orders of persons.
impersonal()
{
	! grep -lE -e '85010112345|77030355556|02271409867' \
	    -e 'Łucj|Stefan|Zofi' -e '(lucja|stefan|zofia|jan)@' answers/*
}

unprintable()
{
	! LC_ALL=C grep -l "$(printf '[\001-\010\013-\037\177]')" answers/*
}

told()
{
	compare
	ok "each says why, and what to do" whole
	ok "the exit code is that of the worst" codes_fit
	ok "nothing of a person stands in any" impersonal
	ok "nor what a terminal would obey" unprintable
	echo "1..$number"
}
