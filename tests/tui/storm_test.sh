#!/bin/sh
#
# Keys, sizes and events that nobody would think of, in any order: the desk goes
# on, and in the end it is whole and leaves when told to.  The same every time;
# STORM_SEED and STORM_STEPS give another, longer walk.

# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

reader='Sample_Reader_00_00'
seed=${STORM_SEED:-20261122}
ln -s "$abs_top_builddir/okienko-extract" "$tui_dir/okienko-extract"
# Named from here, for the rest of the path may have a letter that leaves.
cd "$tui_dir" && mkdir docs && head -c 3000 desk >docs/noise.pdf || exit 99

# One step a line: a word that says what, and what to do it with.  No key that
# leaves the desk, which ends the walk.
steps() {
	awk -v seed="$seed" -v n="${STORM_STEPS:-120}" -v reader="$reader" '
	function any(list,	words, count) {
		count = split(list, words, "|")
		return words[1 + int(rand() * count)]
	}
	BEGIN {
		srand(seed)
		keys = "Enter|Enter|Escape|Escape|Tab|BTab|F1|F2|F3|F3|F4|F5|F6|" \
		    "F7|F8|F9|F12|Up|Down|Left|Right|Home|End|PPage|NPage|BSpace|" \
		    "DC|C-u|C-l|c|l|r|s|/|[|]|a|1|0|?|ł|Space|-"
		events = "pull R|insert R full|insert R two|insert R hostile|" \
		    "insert R again|insert R unknown|insert R mute|" \
		    "insert R locked|plug Other|insert Other memory|" \
		    "unplug Other|down|up|died|crash sample-pkcs11.so"
		texts = "kowalski|zolc|0D31|1234|art. 17|docs|%s%n|" \
		    "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
		while (n-- > 0) {
			die = rand()
			if (die < 0.15) {
				event = any(events)
				sub(/ R/, " " reader, event)
				print "say", event
			} else if (die < 0.2)
				print "size", any("1|20|40|80|81|200"), \
				    any("1|3|12|24|60")
			else if (die < 0.25)
				print "type", any(texts)
			else
				print "keys", any(keys), any(keys), any(keys)
		}
	}'
}

still_there() {
	[ ! -e "$tui_dir/status" ]
}

# Every view has a way back, however deep it lies.
leads_back() {
	tui_keys Escape
	tui_holds "NIP:" && tui_lacks "Esc "
}

walk() {
	while still_there && read -r what with; do
		case $what in
		say)	tui_say "$with" ;;
		type)	tui_type "$with" ;;
		size)	tui_tmux resize-window -t desk -x "${with% *}" \
			    -y "${with#* }" ;;
		keys)	# shellcheck disable=SC2086 # several
			tui_keys $with ;;
		esac
	done
}

tui_fill
tui_start 80x24
tui_say up "plug $reader" "insert $reader full"
tui_until tui_holds "1 of 6"
steps >"$tui_dir/steps"
walk <"$tui_dir/steps"
tui_ok "$(wc -l <"$tui_dir/steps") steps at random (seed $seed): it is there" \
    still_there
still_there || sed 's/^/# /' "$tui_dir/stderr"
tui_tmux resize-window -t desk -x 80 -y 24
tui_say "plug $reader" up "insert $reader full"
tui_ok "from everywhere Esc leads back to the desk" tui_until leads_back
tui_keys F10
tui_wait "and F10 out of it" "ended with 0"
tui_done
