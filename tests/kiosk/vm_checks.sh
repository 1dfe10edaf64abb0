# shellcheck shell=sh
#
# What tests/vm looks at in its machine; sourced by it.  Each check_ is a part, and
# leaves the kiosk at its first screen, without a card.

: "${vm_source:?}" "${vm_cards:?}" "${vm_run_dir:=}"
check_n=0
first='Check my card'
first_pl='Sprawdź moją kartę'

# ok WHAT COMMAND...: a result.
ok() {
	check_n=$((check_n + 1))
	check_what=$1
	shift
	if check_said=$("$@" 2>&1); then
		echo "ok $check_n - $check_what"
	else
		printf '%s\n' "$check_said" | sed 's/^/# /'
		echo "not ok $check_n - $check_what"
	fi
}

# there WHAT SCRIPT: root there says that it is so.
there() {
	ok "$1" vm_run "$2"
}

# shows WHAT TEXT...: the screen comes to hold it.
shows() {
	shows_what=$1
	shift
	ok "$shows_what" wait_until 20 vm_holds "$@"
	vm_holds "$@" || vm_report
}

lacks() {
	lacks_what=$1
	shift
	ok "$lacks_what" wait_until 20 vm_lacks "$@"
}

vm_report() {
	vm_screen | sed -E 's/.{160}/&\n/g' | sed 's/ *$//; s/^/# /'
}

# --- what is there ---------------------------------------------------------------

# Processes of the kiosk's unit, the launcher first; and its desk.
unit_pids='cat /sys/fs/cgroup/system.slice/okienko-kiosk.service/cgroup.procs'
desk_pid="pgrep -P \$(systemctl show -P MainPID okienko-kiosk.service)"

desk_now() {
	vm_run "$desk_pid"
}

# Its first screen, and another process than the one that was marked.
mark() {
	marked=$(desk_now)
}

is_other() {
	now=$(desk_now) && [ -n "$now" ] && [ "$now" != "$marked" ] &&
	    vm_holds "$first"
}

is_same() {
	[ "$(desk_now)" = "$marked" ]
}

# another WHAT [SECONDS]
another() {
	ok "$1" wait_until "${2:-20}" is_other
	is_other || {
		vm_report
		vm_run 'systemctl status okienko-kiosk.service; journalctl -n 20 \
		    -u okienko-kiosk.service' | sed 's/^/# /'
	}
}

# --- kiosk/README -------------------------------------------------------------------

# The same settings for everybody but the editor's.
editor='editor() { cat >>/etc/okienko/okienko.conf <<EOT
[kiosk]
idle_seconds = 600
staff = /etc/okienko/staff/staff.pem
[card]
opensc_tuning = no
EOT
}'

readme() {
	there "kiosk/README, line $1" \
	    "cd $vm_source; $editor; set -e; $(readme_line "$1")"
}

check_readme() {
	ok 'a bare Debian starts' vm_boots
	there 'it has no okienko yet' '! command -v okienko'
	readme 4
	readme 5
	readme 6
	vm_put "$vm_cards/certs/qualified.pem" /etc/okienko/staff/staff.pem
	# This reader says that it has keys of its own, which it has not; OpenSC's
	# own settings count where the desk does not tune it.
	vm_run "mkdir -p /etc/opensc; cat >/etc/opensc/opensc.conf <<'EOT'
app default {
	reader_driver pcsc {
		enable_pinpad = false;
	}
}
EOT"
	readme 7
	readme 8
	vm_run 'cat /proc/sys/kernel/random/boot_id' >"$vm_run_dir/boot"
	vm_run "$(readme_line 9)" >/dev/null
	ok 'kiosk/README, line 9: it starts anew' starts_anew
}

starts_anew() {
	wait_until 120 other_boot
}

other_boot() {
	VM_PATIENCE=15 \
	    vm_run 'cat /proc/sys/kernel/random/boot_id' >"$vm_run_dir/now" &&
	    ! cmp -s "$vm_run_dir/boot" "$vm_run_dir/now"
}

# --- what runs -------------------------------------------------------------------------

check_runs() {
	ok 'the kiosk is on the console' wait_until 60 vm_holds "$first"
	vm_holds "$first" || vm_report
	there 'its unit is active' 'systemctl is-active okienko-kiosk.service'
	there 'nothing has failed' '[ -z "$(systemctl --failed --plain --no-legend | tee /dev/stderr)" ]'
	there 'no getty, no login' '! pgrep -l "getty|login$|sulogin"'
	there 'the console is the desk'\''s' \
	    "[ \"\$(ps -o tty= -p \$($desk_pid))\" = tty1 ]"
	there 'nobody else has one open' '
	    for pid in $(find /proc/[0-9]*/fd -lname "/dev/tty[0-9]*" \
		2>/dev/null | cut -d / -f 3 | sort -u); do
		echo $pid $(cat /proc/$pid/comm)
	    done >/run/vm-out; cat /run/vm-out; ! grep -v okienko /run/vm-out'
}

# Each item is a result of its own.  In a machine without a network nobody tells
# the time.
check_doctor() {
	vm_run "$(readme_line 10)" >"$vm_run_dir/doctor"
	ok 'kiosk/README, line 10: doctor is content' [ $? -eq 0 ]
	sed -n 's/^  \([^ ].*\)/\1/p' "$vm_run_dir/doctor" |
	    grep -v 'no time server' >"$vm_run_dir/items"
	while IFS= read -r line; do
		ok "doctor: $line" is_fine "$line"
	done <"$vm_run_dir/items"
}

is_fine() {
	case $1 in
	*' wrong: '* | *' warning: '* | *' cannot tell: '*) return 1 ;;
	esac
}

# --- walls -------------------------------------------------------------------------------

check_walls() {
	there 'AppArmor holds each of its processes' "for pid in \$($unit_pids); do
		echo \$pid \$(cat /proc/\$pid/attr/current)
	    done >/run/vm-out; cat /run/vm-out
	    [ -s /run/vm-out ] && ! grep -v 'okienko-kiosk (enforce)' /run/vm-out"
	there 'they may take no right, and calls are filtered' \
	    "for pid in \$($unit_pids); do
		grep -qx 'NoNewPrivs:	1' /proc/\$pid/status &&
		    grep -qx 'Seccomp:	2' /proc/\$pid/status &&
		    grep -qx 'CapBnd:	0000000000000000' /proc/\$pid/status || exit 1
	    done"
	there 'the desk has a filter more than its launcher' "
	    filters() { sed -n 's/^Seccomp_filters:	//p' /proc/\$1/status; }
	    launcher=\$(systemctl show -P MainPID okienko-kiosk.service)
	    desk=\$($desk_pid); echo \$(filters \$launcher) \$(filters \$desk)
	    [ \$(filters \$desk) -gt \$(filters \$launcher) ]"
	there 'this kernel has Landlock' 'grep -q landlock /sys/kernel/security/lsm'
	there 'the card service is closed in' 'systemctl start pcscd.service
	    pid=$(systemctl show -P MainPID pcscd.service)
	    grep -qx "NoNewPrivs:	1" /proc/$pid/status &&
		grep -qx "Seccomp:	2" /proc/$pid/status'
	there 'the card process is an account of its own, without network' '
	    pid=$(pgrep -o okienko-card)
	    [ "$(stat -c %U /proc/$pid)" = okienko-card ] &&
		[ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/1/ns/net)" ] &&
		cat /proc/$pid/attr/current &&
		grep -qx "okienko-card (enforce)" /proc/$pid/attr/current'
}

# --- keys --------------------------------------------------------------------------------

check_keys() {
	mark
	vm_key f9
	shows 'F9 speaks Polish, with its letters' "$first_pl"
	vm_shot first-pl
	vm_key f9
	shows 'and English again' "$first"
	vm_shot first
	vm_key 3
	shows 'a digit chooses' 'order number:'
	vm_type zam
	shows 'letters are typed' 'zam'
	vm_key ctrl-c ctrl-z ctrl-backslash ctrl-s ctrl-q
	vm_type x
	shows 'Ctrl-C, Z, \ and S are keys like others' 'zamx'
	ok 'and it is the same desk' is_same
	vm_run 'cat /sys/class/tty/tty0/active; cat /proc/sys/kernel/random/boot_id' \
	    >"$vm_run_dir/before"
	vm_key ctrl-alt-f2 alt-f2 alt-f3 alt-left alt-right alt-up ctrl-alt-f7 \
	    ctrl-alt-delete ctrl-alt-delete ctrl-alt-delete ctrl-alt-delete \
	    ctrl-alt-delete ctrl-alt-delete ctrl-alt-delete ctrl-alt-delete \
	    alt-sysrq-h alt-sysrq-k alt-sysrq-e alt-sysrq-i alt-sysrq-b \
	    shift-pgup ctrl-scroll_lock shift-scroll_lock alt-scroll_lock \
	    scroll_lock
	vm_key esc
	vm_type well
	shows 'keys of consoles, of reboots and of the kernel do nothing' well
	ok 'the console in front is the first, in a machine that still runs' \
	    same_machine
	ok 'with the same desk' is_same
	vm_key esc esc esc
	shows 'back at the first screen' "$first"
}

same_machine() {
	vm_run 'cat /sys/class/tty/tty0/active; cat /proc/sys/kernel/random/boot_id' \
	    >"$vm_run_dir/now" && cmp "$vm_run_dir/before" "$vm_run_dir/now"
}

# ready: a card that is put in now is somebody's of this visit.
ready() {
	shows 'a card is waited for' "$first" 'Put the card in'
}

# --- a visit ------------------------------------------------------------------------------

# What only the card can have told.
of_card='qualified signature'

check_card() {
	ready
	mark
	vm_card "$vm_cards/ready.card"
	shows 'a card in a USB reader is seen' 'The card is in the reader'
	vm_key 1
	shows 'and read, letters with their marks' "$of_card" 'Łucja'
	vm_shot card
	vm_key ret
	shows 'one of its certificates' 'valid'
	vm_shot certificate
	vm_pull
	shows 'taken out: that is told' 'card taken out'
	another 'and the visit is over' 30
	there 'the console holds nothing of it' '! for n in "" 1; do
		cat /dev/vcs$n; iconv -f UTF-32LE -t UTF-8 /dev/vcsu$n
	    done | grep -a "qualified\|PIN"'
	vm_key shift-pgup shift-pgup
	lacks 'nor is there a way back' "$of_card"
	vm_put_in
	shows 'put in again it is a new visit' 'The card is in the reader'
	mark
	vm_pull
	another 'which ends alike' 30
}

# --- faults -------------------------------------------------------------------------------

check_faults() {
	mark
	vm_run "kill -9 \$($desk_pid)"
	another 'a desk that is killed is back' 30
	mark
	vm_run "kill -9 \$($desk_pid)"
	another 'and a second time' 30
	there 'each time later' 'journalctl -b -o cat -u okienko-kiosk.service |
	    grep -o "fault [0-9]* in a row.*next start in [0-9]* s" |
	    tee /dev/stderr | grep -q "fault 2 in a row.*in 2 s"'
	mark
	vm_run "kill -STOP \$($desk_pid)"
	another 'one that hangs is ended, and is back' 120
	there 'by the watchdog' 'journalctl -b -o cat -u okienko-kiosk.service |
	    grep -qi watchdog'
	vm_run 'systemctl kill -s KILL pcscd.service'
	ready
	vm_card "$vm_cards/ready.card"
	shows 'the card service is killed: a card is seen all the same' \
	    'The card is in the reader'
	vm_key 1
	shows 'and read' "$of_card"
	vm_card_ends
	wait_until 30 vm_holds "$first"
	vm_run 'cat /proc/sys/kernel/random/boot_id' >"$vm_run_dir/boot"
	vm_monitor system_reset
	ok 'power is cut: the machine starts again' starts_anew
	shows 'with its kiosk' "$first"
	there 'whole' '[ -z "$(systemctl --failed --plain --no-legend)" ]'
}

# --- staff ---------------------------------------------------------------------------------

check_staff() {
	ready
	vm_card "$vm_cards/ready.card"
	shows 'the staff'\''s card is known' 'F12'
	vm_key f12
	shows 'F12 asks for its PIN' 'PIN:'
	vm_type 1234
	vm_key ret
	shows 'which opens the desk' 'locked when the card is taken out'
	vm_shot staff
	mark
	vm_pull
	another 'and the card'\''s leaving locks it' 30
	vm_card_ends
}

# --- rights --------------------------------------------------------------------------------

# Debian 12's pcscd asks no polkit; the rule is asked by polkit's own program, for an
# action as a pcscd built with it would bring.
policy='/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy'

check_polkit() {
	vm_run "cat >$policy <<'EOT'
<?xml version='1.0' encoding='UTF-8'?>
<policyconfig>
<action id='org.debian.pcsc-lite.access_pcsc'>
<description>cards</description><message>cards</message>
<defaults><allow_any>no</allow_any><allow_inactive>no</allow_inactive>
<allow_active>yes</allow_active></defaults>
</action>
</policyconfig>
EOT
useradd -M somebody; systemctl restart polkit"
	may='may() { setpriv --reuid "$1" --regid "$1" --clear-groups sh -c \
	    '\''exec pkcheck -a org.debian.pcsc-lite.access_pcsc -p $$'\''; }'
	there 'polkit lets the kiosk to cards' "$may; may okienko-kiosk"
	there 'and the card process' "$may; may okienko-card"
	there 'and nobody else' "$may; ! may somebody && ! may nobody"
	vm_run "rm $policy; userdel somebody"
}

# Last of all: whatever was done above.
check_log() {
	there 'AppArmor had nothing to refuse' '! journalctl -k -o cat | grep -E \
	    "apparmor=\"DENIED\".*okienko"'
	# clone3 (435) is refused on purpose: the C library has another.
	there 'nor the filters of calls' '! journalctl -k -o cat |
	    grep -E "type=1326.*okienko" | grep -v "syscall=435 "'
}

check_all() {
	check_readme
	check_runs
	check_doctor
	check_walls
	check_keys
	check_card
	check_staff
	check_faults
	check_polkit
	check_log
	echo "1..$check_n"
}
