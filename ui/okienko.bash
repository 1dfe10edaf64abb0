# bash completion for okienko(1).  tests/man_test.sh compares it with the
# program's own tables.

# What an option wants: nothing, one of some words, or a file.
_okienko_value()
{
	case $1 in
	--lang) COMPREPLY=($(compgen -W 'pl en' -- "$2")) ;;
	--log) COMPREPLY=($(compgen -W 'error warn info debug' -- "$2")) ;;
	--conf) COMPREPLY=($(compgen -f -- "$2")) ;;
	--reader | --timeout) COMPREPLY=() ;;
	*) return 1 ;;
	esac
}

_okienko()
{
	local commands='card readers watch cert doctor help'
	local common='--json --lang --conf --log --help --version'
	local word=${COMP_WORDS[COMP_CWORD]} command= own= i

	COMPREPLY=()
	if ((COMP_CWORD > 1)) &&
	    _okienko_value "${COMP_WORDS[COMP_CWORD - 1]}" "$word"; then
		return
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--lang | --log | --conf | --reader | --timeout) ((i++)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $command in
	card) own='--reader --details --timeout' ;;
	readers) own='--timeout' ;;
	cert) own='--whole' ;;
	help) own='--tables' ;;
	esac
	case $command:$word in
	*:-*) COMPREPLY=($(compgen -W "$common $own" -- "$word")) ;;
	:* | help:*) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
	cert:*) COMPREPLY=($(compgen -f -- "$word")) ;;
	esac
}

complete -o filenames -F _okienko okienko
