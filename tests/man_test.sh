#!/bin/sh
# The manual and the completion against the program's own tables, both ways:
# what the program has and they do not say, and what they say and it has not.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
program=$abs_top_builddir/okienko
main=$abs_top_srcdir/ui/okienko.1
conf=$abs_top_srcdir/src/base/okienko.conf.5
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C
export LC_ALL

n=0
# result NAME: by the lines on standard input, each one a difference.
result() {
	n=$((n + 1))
	sed 's/^/# /' >"$scratch/diff"
	if [ -s "$scratch/diff" ]; then
		cat "$scratch/diff"
		echo "not ok $n - $1"
	else
		echo "ok $n - $1"
	fi
}

# same NAME: the facts of both sides, in files "program" and "manual".
same() {
	sort "$scratch/program" >"$scratch/a"
	sort "$scratch/manual" >"$scratch/b"
	[ -s "$scratch/a" ] || echo "the program's table is empty" >>"$scratch/b"
	diff "$scratch/a" "$scratch/b" | sed -n \
	    -e 's/^< /only in the program: /p' \
	    -e 's/^> /only in the text: /p' >"$scratch/found"
	result "$1" <"$scratch/found"
}

timeout 20 "$program" help --tables --lang en --conf /dev/null \
    >"$scratch/tables" || echo "Bail out! no tables"

# section FILE NAME: the lines of one .Sh of a page.
section() {
	awk -v want="$2" '$1 == ".Sh" { on = substr($0, 5) == want; next } on' "$1"
}

# Options: a verb's own stand below its .It Cm, those of all in DESCRIPTION.
page_options() {
	{
		section "$main" DESCRIPTION
		section "$main" COMMANDS
	} | awk '
	$1 == ".It" && $2 == "Cm" { verb = $3; print "verb " verb }
	$1 == ".It" && $2 == "Fl" {
		print "option " (verb ? verb : "-") " -" $3 ($4 == "Ar" ? "=" : "")
	}'
}
grep -E '^(verb|option) ' "$scratch/tables" >"$scratch/program"
page_options >"$scratch/manual"
same 'okienko(1) has the commands and their options'

# The synopsis: all commands, each with its own options.
section "$main" SYNOPSIS | awk '
$1 == ".Cm" { verb = $2; print "verb " verb }
$1 == ".Op" && $2 == "Fl" {
	print "option " verb " -" $3 ($4 == "Ar" ? "=" : "")
}' >"$scratch/manual"
grep -E '^(verb|option) ' "$scratch/tables" | grep -v '^option - ' \
    >"$scratch/program"
same 'its synopsis has them too'

sed -n 's/^exit //p' "$scratch/tables" >"$scratch/program"
section "$main" 'EXIT STATUS' | sed -n 's/^\.It //p' >"$scratch/manual"
same 'okienko(1) has the exit codes'

sed -n 's/^error //p' "$scratch/tables" >"$scratch/program"
section "$main" DIAGNOSTICS | sed -n 's/^\.It Li //p' >"$scratch/manual"
same 'okienko(1) has the errors'

# Keys with their sections and defaults.
page_keys() {
	section "$conf" "$1" | awk -v kind="$2" '
	$1 == ".Ss" { part = $3; gsub(/[][]/, "", part) }
	$1 == ".It" { key = $3 }
	$1 == "Default:" {
		value = $2
		sub(/[.,]$/, "", value)
		print kind, part, key, (value == "none" ? "-" : value)
		key = ""
	}'
}
grep '^conf ' "$scratch/tables" >"$scratch/program"
page_keys SETTINGS conf >"$scratch/manual"
same 'okienko.conf(5) has the settings and their defaults'

grep '^authority ' "$scratch/tables" >"$scratch/program"
page_keys AUTHORITIES authority >"$scratch/manual"
same "okienko.conf(5) has the authorities' keys and their defaults"

grep '^questions ' "$scratch/tables" >"$scratch/program"
page_keys QUESTIONS questions >"$scratch/manual"
same "okienko.conf(5) has the questions' keys and their defaults"

sed -n 's/^fact //p' "$scratch/tables" >"$scratch/program"
section "$conf" QUESTIONS | sed -n 's/^\.It Li //p' >"$scratch/manual"
same 'okienko.conf(5) has the facts that stand in braces'

# The completion is asked as bash would ask it.
if command -v bash >/dev/null; then
	grep -E '^(verb|option) ' "$scratch/tables" | sed 's/=$//' \
	    >"$scratch/program"
	bash -c '
	. "$1"
	ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _okienko; }
	ask okienko ""
	verbs=("${COMPREPLY[@]}")
	ask okienko --
	common=" ${COMPREPLY[*]} "
	printf "verb %s\n" "${verbs[@]}"
	printf "option - %s\n" "${COMPREPLY[@]}"
	for verb in "${verbs[@]}"; do
		ask okienko "$verb" --
		for option in "${COMPREPLY[@]}"; do
			[[ $common == *" $option "* ]] ||
			    echo "option $verb $option"
		done
	done' sh "$abs_top_srcdir/ui/okienko.bash" >"$scratch/manual"
	same 'the completion has the commands and their options'

	# Of those that some command has without a value it cannot know.
	grep '^option ' "$scratch/tables" | cut -d' ' -f3 | sort -u >"$scratch/all"
	sed 's/=$//' "$scratch/all" | sort | uniq -d >"$scratch/either"
	sed -n 's/=$//p' "$scratch/all" | grep -vxFf "$scratch/either" \
	    >"$scratch/program"
	# shellcheck disable=SC2016 # bash expands it
	xargs bash -c '
	. "$1"
	ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _okienko; }
	shift
	for option; do
		_okienko_value "$option" "" || continue
		ask okienko "$option" value registry ""
		[[ " ${COMPREPLY[*]} " == *" journal "* ]] && echo "$option"
	done' sh "$abs_top_srcdir/ui/okienko.bash" <"$scratch/program" \
	    >"$scratch/manual"
	same 'and knows which of them take a value'

	: >"$scratch/a file"
	(cd "$scratch" && bash -c '
	. "$1"
	ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _okienko; }
	ask okienko registry --max 5 back
	[[ ${COMPREPLY[*]} == backup ]] || echo "no registry backup"
	for verb in backup restore; do
		ask okienko registry $verb "a"
		[[ " ${COMPREPLY[*]} " == *" a file "* ]] ||
		    echo "registry $verb: no file"
	done
	ask okienko registry info ""
	[[ ${#COMPREPLY[@]} -eq 0 ]] || echo "registry info: ${COMPREPLY[*]}"
	ask okienko privacy access ""
	[[ ${#COMPREPLY[@]} -eq 0 ]] || echo "privacy access: ${COMPREPLY[*]}"
	' sh "$abs_top_srcdir/ui/okienko.bash") >"$scratch/found"
	result 'and what comes behind the first word' <"$scratch/found"
else
	for what in completion 'values' 'first word'; do
		n=$((n + 1))
		echo "ok $n - the completion: $what # SKIP no bash"
	done
fi

# Lint knows nothing of pages that are not installed yet.
for page in "$main" "$conf"; do
	if command -v mandoc >/dev/null; then
		mandoc -T lint -W warning "$page" >"$scratch/found" 2>&1
		result "mandoc has no warning for ${page##*/}" <"$scratch/found"
	else
		n=$((n + 1))
		echo "ok $n - lint of ${page##*/} # SKIP no mandoc"
	fi
done
echo "1..$n"
