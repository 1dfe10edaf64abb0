# bash completion for okienko(1).  tests/man_test.sh compares it with the
# program's own tables.

# What an option wants: nothing, one of some words, or a file.
_okienko_value()
{
	case $1 in
	--lang) COMPREPLY=($(compgen -W 'pl en' -- "$2")) ;;
	--log) COMPREPLY=($(compgen -W 'error warn info debug' -- "$2")) ;;
	--who) COMPREPLY=($(compgen -W 'holder entity authority' -- "$2")) ;;
	--proof)
		COMPREPLY=($(compgen -W 'document password mail none' -- "$2"))
		;;
	--told)
		COMPREPLY=($(compgen -W 'accepted refused nobody' -- "$2"))
		;;
	--way) COMPREPLY=($(compgen -W 'order cmp est file' -- "$2")) ;;
	--key)
		COMPREPLY=($(compgen -W 'rsa2048 rsa3072 rsa4096 p256 p384 p521' \
		    -- "$2"))
		;;
	--old) COMPREPLY=($(compgen -W 'keep remove' -- "$2")) ;;
	--channel)
		COMPREPLY=($(compgen -W 'cmp ejbca form telephone' -- "$2"))
		;;
	--by)
		COMPREPLY=($(compgen -W 'number email nip pesel card serial' \
		    -- "$2"))
		;;
	--resend) COMPREPLY=($(compgen -W 'request collect' -- "$2")) ;;
	--print) COMPREPLY=($(compgen -W 'form receipt' -- "$2")) ;;
	--conf | --issuer | --form | --receipt | --check | --save | --file)
		COMPREPLY=($(compgen -f -- "$2"))
		;;
	--kind)
		COMPREPLY=($(compgen -W \
		    'auto certificates index csv ldif crl' -- "$2"))
		;;
	--format) COMPREPLY=($(compgen -W 'csv json' -- "$2")) ;;
	--encoding) COMPREPLY=($(compgen -W 'UTF-8 CP1250' -- "$2")) ;;
	--reader | --timeout | --mapping | --reason | --max | --row | \
	    --holder | --organisation | --confirm | --days | --lost | \
	    --note | --wait | --password-fd | --password-ref | --pin-fd | --whom | \
	    --withdraw | --drop | --authority | --order | --give-up | \
	    --search | --email | --question)
		COMPREPLY=()
		;;
	*) return 1 ;;
	esac
}

# A command's first word says what is done, and of some what comes behind it.
_okienko_part()
{
	case $1:$2 in
	registry:)
		COMPREPLY=($(compgen -W 'check info backup restore journal' -- "$3"))
		;;
	registry:backup | registry:restore)
		COMPREPLY=($(compgen -f -- "$3"))
		;;
	privacy:)
		COMPREPLY=($(compgen -W 'access export rectify restrict
		    unrestrict withdraw erase retention' -- "$3"))
		;;
	esac
}

_okienko()
{
	local commands='card readers watch cert find import export registry privacy
	    revoke suspend lift renew request collect renewals order orders ask answers answer cases case status doctor error help'
	local common='--json --lang --conf --log --help --version'
	local word=${COMP_WORDS[COMP_CWORD]} command= sub= own= i

	COMPREPLY=()
	if ((COMP_CWORD > 1)) &&
	    _okienko_value "${COMP_WORDS[COMP_CWORD - 1]}" "$word"; then
		return
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--lang | --log | --conf | --reader | --timeout | --kind | \
		    --mapping | --encoding | --issuer | --reason | --max | \
		    --format | --row | --holder | --organisation | --confirm | \
		    --days | --who | --proof | --lost | --note | --wait | \
		    --password-fd | --password-ref | --pin-fd | --told | --whom | \
		    --form | --receipt | --print | --withdraw | --channel | \
		    --by | --resend | --drop | --authority | --order | --way | \
		    --key | --old | --check | --save | --give-up | \
		    --email | --search | --file | --question)
			((i++))
			;;
		-*) ;;
		*)
			if [[ -n $command ]]; then
				sub=${COMP_WORDS[i]}
				break
			fi
			command=${COMP_WORDS[i]}
			;;
		esac
	done
	case $command in
	card) own='--reader --details --timeout' ;;
	readers) own='--timeout' ;;
	cert) own='--whole' ;;
	find)
		own='--in --valid --expired --revoked --suspended --qualified'
		own+=' --issuer --reason --remember'
		;;
	import) own='--kind --mapping --encoding --issuer --restart' ;;
	registry) own='--with-key --max' ;;
	export) own='--format --reason' ;;
	privacy)
		own='--row --question --reason --holder --organisation --confirm --days'
		own+=' --dry'
		;;
	revoke | suspend | lift)
		own='--row --issuer --who --proof --reason --lost --note'
		own+=' --channel --confirm --wait --password-fd --password-ref'
		own+=' --officer-card --pin-fd'
		;;
	renew)
		own='--order --way --key --confirm --wait --old --pin-fd --give-up'
		;;
	request) own='--check --whole --save --key --confirm --wait --old --pin-fd' ;;
	collect) own='--authority --confirm --wait --old --pin-fd' ;;
	renewals) own='--all' ;;
	order) own='--by --card --reader --timeout --form --resend --confirm' ;;
	orders) own='--all --drop' ;;
	ask) own='--authority --contract --consent --print --save --confirm' ;;
	answers) own='--search' ;;
	answer) own='--card --order --file --email --timeout' ;;
	cases) own='--all' ;;
	case)
		own='--ask --channel --script --told --whom --form --receipt --print'
		own+=' --note --take --withdraw --close --password-fd'
		own+=' --password-ref --officer-card --pin-fd'
		;;
	status) own='--issuer --list --fresh' ;;
	doctor) own='--all --email --save' ;;
	help) own='--tables' ;;
	esac
	case $command:$word in
	*:-*) COMPREPLY=($(compgen -W "$common $own" -- "$word")) ;;
	registry:* | privacy:*)
		_okienko_part "$command" "$sub" "$word"
		;;
	:* | help:*) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
	cert:* | find:* | import:* | export:* | status:* | ask:* | collect:*)
		COMPREPLY=($(compgen -f -- "$word"))
		;;
	answer:*)
		COMPREPLY=($(compgen -W "$(okienko answers --json 2>/dev/null |
		    sed -n 's/^ *"id": "\([a-z0-9-]*\)".*/\1/p')" -- "$word"))
		;;
	doctor:*)
		COMPREPLY=($(compgen -W 'card-read-error email proxy-407
		    client-does-not-start kiosk network' -- "$word"))
		;;
	esac
}

complete -o filenames -F _okienko okienko
