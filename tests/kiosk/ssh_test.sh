#!/bin/sh
# Over SSH there is the desk and nothing else: a real sshd on loopback with the
# configuration that make install-kiosk brings, and a client that tries everything
# that an SSH client can.  Accounts, network and processes are the test's own, in
# namespaces: the machine's are as they were, and nothing outlives it.
#
# usage: ssh_test.sh [CUTS]	how often the line is cut (10)
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
PATH=$PATH:/usr/sbin:/sbin
export PATH

for tool in sshd ssh unshare ip ss tmux pcscd; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done
if [ -z "${KIOSK_SSH:-}" ]; then
	own='unshare --mount --pid --net --fork --kill-child --mount-proc'
	if [ "$(id -u)" -ne 0 ] || ! $own true 2>/dev/null; then
		echo '1..0 # SKIP a machine of its own: only as root'
		exit 0
	fi
	exec $own env KIOSK_SSH=1 "$0" "$@"
fi

# shellcheck source=tests/wait.sh
. "$abs_top_srcdir/tests/wait.sh"
cuts=${1:-10}
uid=28471
dir=$(mktemp -d /tmp/kiosk-ssh.XXXXXX) || exit 99
chmod 711 "$dir"
cd "$dir" || exit 99
LC_ALL=C
export LC_ALL
unset SSH_AUTH_SOCK DISPLAY XAUTHORITY TMUX

n=0
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		grep -v '^[│ ]*$' said 2>/dev/null | head -n 12 | sed 's/^/# /'
	fi
}

# try WHAT COMMAND...
try() {
	what=$1
	shift
	"$@"
	ok $? "$what"
}

# --- the machine ------------------------------------------------------------------

# Whoever is in the second group may bring a reader.
accounts() {
	cp /etc/passwd /etc/group /etc/shadow . || return 1
	grep -q '^sshd:' passwd ||
	    echo 'sshd:x:28470:65534::/run/sshd:/usr/sbin/nologin' >>passwd
	cat >>passwd <<-EOT
	agent:x:$uid:$uid::$dir/home:/bin/dash
	reader:x:$((uid + 1)):$uid::$dir/home2:/bin/dash
	EOT
	cat >>group <<-EOT
	agent:x:$uid:
	okienko-agents:x:$((uid + 1)):agent,reader
	okienko-readers:x:$((uid + 2)):reader
	EOT
	printf '%s:*:19000:0:99999:7:::\n' agent reader >>shadow
	for file in passwd group shadow; do
		mount --bind "$dir/$file" "/etc/$file" || return 1
	done
	mount -t tmpfs -o mode=755 none /run &&
	    mkdir -p /run/sshd /run/user/$uid /run/user/$((uid + 1)) &&
	    chown $uid /run/user/$uid && chown $((uid + 1)) /run/user/$((uid + 1)) &&
	    chmod 700 /run/user/*
}

# What is theirs is full of what a shell or sshd could run.
homes() {
	mkdir traces && chmod 1777 traces
	for home in home home2; do
		mkdir -p $home/.ssh $home/.local/share/okienko
		for file in .bashrc .profile .bash_profile .bash_login .login \
		    .shrc .ssh/rc; do
			echo "touch $dir/traces/${file##*/}" >$home/$file
			chmod 755 $home/$file
		done
		printf 'ENV=%s\nBASH_ENV=%s\nLD_PRELOAD=/x\n' "$dir/home/.shrc" \
		    "$dir/home/.shrc" >$home/.ssh/environment
	done
	chown -R $uid:$uid home
	chown -R $((uid + 1)):$uid home2
	chmod 700 home home2
}

keys() {
	ssh-keygen -q -t ed25519 -N '' -f host &&
	    ssh-keygen -q -t ed25519 -N '' -f key || return 1
	printf 'environment="EVIL=1" %s\n' "$(cat key.pub)" >authorized
}

# The snippet as it is installed, but for who is started; around it what Debian's
# own file says, and what an administrator may have allowed to the others.
configuration() {
	mkdir -p snippets
	sed "s,/[^ ]*/okienko-launch,$dir/launch," \
	    "$abs_top_builddir/kiosk/system/sshd.conf" >snippets/10-okienko.conf
	# A line that stands still is not waited for as long in a test.
	printf '%s\n' 'Match User reader' 'ClientAliveInterval 1' \
	    'ClientAliveCountMax 2' >snippets/05-test.conf
	cat >sshd_config <<-EOT
	Include $dir/snippets/*.conf
	ListenAddress 127.0.0.1
	Port $port
	HostKey $dir/host
	PidFile $dir/sshd.pid
	AuthorizedKeysFile $dir/authorized
	StrictModes no
	UsePAM no
	AcceptEnv LANG LC_*
	X11Forwarding yes
	AllowTcpForwarding yes
	AllowStreamLocalForwarding yes
	AllowAgentForwarding yes
	PermitTunnel yes
	MaxStartups 100
	Subsystem sftp internal-sftp
	EOT
}


# Root's settings, as at the usual place, for those who come from now on; the place
# is the test's own, so one that is the machine's (/etc) is left alone.
settings() {
	makefile=$abs_top_builddir/Makefile
	# shellcheck disable=SC2034 # the next line's
	prefix=$(sed -n 's/^prefix = //p' "$makefile")
	eval "etc=$(sed -n 's/^sysconfdir = //p' "$makefile")"
	# shellcheck disable=SC2154 # it is what eval has set
	[ "$etc" != /etc ] && [ -d "$etc" ] &&
	    mount -t tmpfs -o mode=755 none "$etc" || return 1
	mkdir -p "$etc/okienko/authorities.d"
	cat >"$etc/okienko/authorities.d/sample.conf" <<-EOT
	[authority]
	name = Sample Authority
	[recognise]
	key_id = 01020304
	[question]
	clause = $etc/okienko/clause
	clause_version = 1
	EOT
	echo 'What is written is used to answer.' >"$etc/okienko/clause"
	printf '[card]\nmodule = %s\n' "$1" >"$etc/okienko/okienko.conf"
}

start_sshd() {
	port=2222
	configuration
	ip link set lo up &&
	    "$(command -v sshd)" -f "$dir/sshd_config" -E "$dir/sshd.log" &&
	    wait_until 10 test -s sshd.pid
}

# starts PROGRAM: what the forced command is from now on.
starts() {
	ln -sfn "$abs_top_builddir/tests/bin/$1" launch
}

window=0
terminal() {
	tmux -S "$dir/tmux.$window" "$@"
}

leave() {
	[ -z "${RIG_DIR:-}" ] || rig_stop
	cd /
	rm -rf "$dir"
}
trap leave EXIT
trap 'exit 99' HUP INT TERM

# to USER [OPTION...] [COMMAND]
to() {
	user=$1
	shift
	within 20 ssh -F none -p "$port" -i "$dir/key" -l "$user" \
	    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
	    -o LogLevel=ERROR -o BatchMode=yes -o IdentitiesOnly=yes "$@" \
	    </dev/null
}

if ! accounts || ! homes || ! keys || ! start_sshd; then
	tail -n 5 sshd.log 2>/dev/null | sed 's/^/# /'
	echo '1..0 # SKIP no sshd of its own here'
	exit 0
fi
starts launchrig
setpriv --reuid $uid --regid $uid --clear-groups test -x launch || {
	echo '1..0 # SKIP this folder is closed to other accounts'
	exit 0
}

# --- the forced command -------------------------------------------------------------

report=home/report
orders() {
	rm -f home/report home2/report
	echo "$1" | tee home/orders >home2/orders
}

orders exit:7
to agent -tt 127.0.0.1 >said 2>&1
[ $? -eq 7 ] && grep -qx 'environment OKIENKO_MODE=agent' $report
ok $? 'logging in is the desk, as an agent'

# One line that all of them share: a session after the other is what is allowed.
orders exit:0
to agent -M -N -f -S "$dir/line" 127.0.0.1 >said 2>&1
over() {
	within 20 ssh -F none -S "$dir/line" "$@" x </dev/null
}
ask() {
	within 20 ssh -F none -S "$dir/line" -tt x "$@" </dev/null
}

# Twenty ways to say it, of ten things to do.
hostile() {
	for what in "touch $dir/traces/x" "/bin/sh -c 'touch $dir/traces/x'" \
	    "exec touch $dir/traces/x" /usr/lib/openssh/sftp-server \
	    "scp -t $dir/traces" "bash -i" "env touch $dir/traces/x" \
	    "okienko cert --help" "-c touch" "../../../bin/sh"; do
		printf '%s\n' "$what" "; $what" "| $what" "&& $what" "|| $what" \
		    "\`$what\`" "\$($what)" "() { :;}; $what" "-o $what" \
		    "--conf $what" "--lang=$what" "'; $what; '" "\"; $what; \"" \
		    "kiosk $what" "desk" "\\$what" "\${IFS}$what" \
		    "%s%n$what" "$(printf '\033]0;%s' "$what")" \
		    "$(printf '\r%s\001' "$what")"
	done
}
hostile >lines
sent=0
# The last session may not have been cleared away yet, and only one is allowed.
send() {
	sent=$((sent + 1))
	for _ in 1 2 3 4 5 6 7 8 9; do
		ask "$1" >said 2>&1
		[ "$(grep -c '^start ' $report)" -lt $sent ] || break
	done
}
while IFS= read -r line; do
	send "$line"
done <lines
send "$(printf 'one\ntouch %s/traces/x\n' "$dir")"
send "$(head -c 60000 /dev/zero | tr '\0' x)"
echo "$sent $(grep -c "^start " $report) $(grep "^argument " $report | sort -u | tr "\n" " ")" >said
[ "$sent" -ge 200 ] && [ "$(grep -c '^start ' $report)" -eq "$sent" ] &&
    [ "$(grep '^argument ' $report | sort -u)" = 'argument okienko' ]
ok $? "$sent commands: each is the desk, and none reaches it"
grep '^environment ' $report | sed 's/^environment //; s/=.*//' | sort -u >names
printf '%s\n' HOME LANG OKIENKO_MODE TERM TZ LC_ALL >allowed
! grep -vxFf allowed names >said
ok $? 'nor does anything of the session by the environment'

orders exit:0
ask -s sftp >said 2>&1
over -s sftp >>said 2>&1
[ "$(grep -c '^start ' $report)" -ge 1 ] && ! grep -q '^SSH-\|sftp>' said
ok $? 'a subsystem is the desk too'
echo mine >mine
for old in -O -s; do
	scp -F none $old -o ControlPath="$dir/line" mine "x:$dir/traces/y" \
	    >said 2>&1 </dev/null
	scp -F none $old -o ControlPath="$dir/line" "x:/etc/passwd" got \
	    >>said 2>&1 </dev/null
done
[ ! -e traces/y ] && [ ! -s got ]
ok $? 'no file goes in or out'

orders wait
ask >said.first 2>&1 &
wait_until 10 test -s $report
ask >said 2>&1
[ "$(grep -c '^start ' $report)" -eq 1 ]
ok $? 'one session on a line'
pkill -TERM -u $uid -x rigdesk
wait

orders exit:0
for set in LC_ALL=../../tmp LANG=../../tmp LC_EVIL="x;touch $dir/traces/x"; do
	over -o "SetEnv=$set" >said 2>&1
done
for term in ../../tmp/evil "x;touch $dir/traces/x" ''; do
	TERM=$term over -tt >said 2>&1
done
[ ! -e $report ] || ! grep -q 'EVIL\|\.\./' $report
ok $? 'hostile words in the environment do not reach it'

# --- ways round it -------------------------------------------------------------------

# An answer of this very sshd would show that a way leads somewhere.
refused() {
	timeout 20 ssh -F none -S "$dir/line" "$@" x </dev/null >said 2>&1
	! grep -q 'SSH-2.0' said
}
try 'no way out to a port (-W, as -L and -D do)' refused -W "127.0.0.1:$port"
try 'no way out to a socket' refused -W "$dir/line"
for what in "-R 0:127.0.0.1:$port" "-R /run/user/$uid/okienko-pcscd:$dir/line"; do
	# shellcheck disable=SC2086 # an option and its argument
	to agent -N -o ExitOnForwardFailure=yes $what 127.0.0.1 >said 2>&1
	grep -q 'remote port forwarding failed\|remote forward' said
	ok $? "no way in: $what"
done
eval "$(ssh-agent -s)" >/dev/null
to agent -A -tt 127.0.0.1 >said 2>&1
DISPLAY=:9 to agent -X -v 127.0.0.1 -o LogLevel=DEBUG >said 2>&1
kill "$SSH_AGENT_PID"
unset SSH_AUTH_SOCK
find /tmp -maxdepth 2 -name 'agent.*' -user $uid >found 2>/dev/null
[ ! -s found ] && ! grep -q 'DISPLAY\|SSH_' $report
ok $? 'neither an agent of keys nor X11 comes along'
sshd -T -f sshd_config -C user=agent,host=localhost,addr=127.0.0.1 >said 2>&1
printf '%s\n' 'disableforwarding yes' 'permittunnel no' 'permituserrc no' \
    'permituserenvironment no' 'maxsessions 1' 'clientaliveinterval 15' >must
[ "$(grep -cxFf must said)" -eq 6 ]
ok $? 'no tunnel, no file of the account is read'
find traces -type f >said
[ ! -s said ]
ok $? 'and indeed nothing of theirs was run'
over -O exit >said 2>&1

# --- an agent's own reader --------------------------------------------------------------

# shellcheck source=tests/card/rig.sh
. "$abs_top_srcdir/tests/card/rig.sh"
starts launch
rig_start
trap leave EXIT
rig_insert "$(rig_image ready)" 0
away=/run/user/$((uid + 1))/okienko-pcscd

# at_desk USER [OPTION...]: the desk over SSH in a terminal, from the beginning;
# through: what ssh is started by.
through=
at_desk() {
	user=$1
	shift
	terminal kill-server 2>/dev/null
	window=$((window + 1))
	terminal -f /dev/null -u new-session -d -x 100 -y 30 \
	    "exec $through ssh -F none -p $port -i '$dir/key' -l $user -tt \
	    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
	    -o LogLevel=ERROR -o SetEnv=LANG=en_GB.UTF-8 $* 127.0.0.1"
}

screen() {
	terminal capture-pane -p >said 2>&1
	tr -s '\n ' '  ' <said | grep -qF -- "$1"
}

lacks() {
	! screen "$1"
}

# The card was asked, and the box has closed: it stays open for a wrong one.
pin_taken() {
	[ "$(rig_apdus 0 VERIFY)" -gt "$asked" ] && lacks ' characters' &&
	    lacks 'is being asked'
}

# row WHAT SAYS: both in one row.
row() {
	terminal capture-pane -p >said 2>&1
	grep -F -- "$1" said | grep -qF -- "$2"
}

is_gone() {
	[ -z "$(pgrep -u "$uid,$((uid + 1))")" ]
}

at_desk reader
try 'without it: the reader is elsewhere, and that is said' wait_until 20 \
    screen 'You are remote'
screen 'ssh -R' && screen "$away"
ok $? '... with what to do about it'
at_desk reader "-R $away:$PCSCLITE_CSOCK_NAME"
try 'with it: the card is read' wait_until 30 screen 'IsoApplet'
# sshd has not given the line up when its owner logs in again, in a terminal that
# leaves the first one alone.  tmux wakes what stops, but not a child of that.
through='timeout --foreground 600'
at_desk reader "-R $away:$PCSCLITE_CSOCK_NAME"
wait_until 30 screen 'IsoApplet'
through=
still=$(pgrep -P "$(terminal display-message -p '#{pane_pid}')")
first=$window
kill -STOP "$still"
window=$((window + 1))
at_desk reader "-R $away:$PCSCLITE_CSOCK_NAME"
try 'while the line stands still: the card is read in a second login' \
    wait_until 30 screen 'IsoApplet'
kill -KILL "$still"
tmux -S "$dir/tmux.$first" kill-server 2>/dev/null
kill -KILL "$(terminal display-message -p '#{pane_pid}')"
wait_until 20 is_gone
at_desk reader "-R $away:$PCSCLITE_CSOCK_NAME"
try 'after a line that was cut too' wait_until 30 screen 'IsoApplet'
at_desk agent "-R /run/user/$uid/okienko-pcscd:$PCSCLITE_CSOCK_NAME"
try 'who may not bring one does not' wait_until 20 screen 'You are remote'
at_desk reader "-R *:4711:127.0.0.1:$port"
wait_until 20 screen 'You are remote'
ss -Hltn 'sport = 4711' >said
grep -q '127\.0\.0\.1:4711' said && ! grep -v '127\.0\.0\.1:\|\[::1\]:' said
ok $? 'who may bring one opens no port to others'
to reader -W "127.0.0.1:$port" 127.0.0.1 >said 2>&1
! grep -q 'SSH-2.0' said
ok $? '... and gets nowhere'
mkdir shared && echo mine >shared/registry.db && chgrp -R $((uid + 1)) shared &&
    chmod 2770 shared
to reader -N -R "$dir/shared/registry.db:/x" -o ExitOnForwardFailure=yes \
    127.0.0.1 >said 2>&1
grep -qx mine shared/registry.db
ok $? '... and takes no file of all agents away'

# One whose protocol is another; and one that somebody else put there.
rm -f "$away"
setpriv --reuid $((uid + 1)) --clear-groups "$rig_bin/refuser" --version \
    "$away" &
old=$!
wait_until 10 test -S "$away"
at_desk reader
try 'another version of the card service is told as that' wait_until 20 \
    screen 'another version'
kill $old
rm -f "$away"
"$rig_bin/refuser" --version "$away" &
old=$!
wait_until 10 test -S "$away"
chmod 666 "$away"
at_desk reader
try "another account's socket is not spoken to" wait_until 20 \
    screen 'You are remote'
kill $old
rm -f "$away"

# --- the card process as a service -------------------------------------------------------

no_module() {
	! pgrep -f okienko-card.--module >said
}

# As okienko-card.socket has it.  The launcher clears the environment, so that a
# card process of the desk's own would look for another card service.
if command -v systemd-socket-activate >/dev/null; then
	systemd-socket-activate --accept -l /run/okienko-card \
	    -E "PCSCLITE_CSOCK_NAME=$PCSCLITE_CSOCK_NAME" \
	    "$abs_top_builddir/okienko-card" >said.service 2>&1 &
	wait_until 10 test -S /run/okienko-card
	terminal kill-server 2>/dev/null
	window=$((window + 1))
	terminal -f /dev/null -u new-session -d -x 100 -y 30 \
	    "HOME='$dir' LANG=C.UTF-8 exec '$abs_top_builddir/tests/bin/launch' desk"
	try 'a desk with a card service of its own account reads its card' \
	    wait_until 30 screen 'IsoApplet'
	terminal kill-server
	try '... which ends with it' wait_until 10 no_module
	rm /run/okienko-card
	python3 -c 'import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/run/manager")
print(s.recv(100).decode())' >heard &
	wait_until 10 test -S /run/manager
	window=$((window + 1))
	terminal -f /dev/null -u new-session -d -x 100 -y 30 \
	    "HOME='$dir' LANG=C.UTF-8 NOTIFY_SOCKET=/run/manager \
	    exec '$abs_top_builddir/tests/bin/launch' kiosk"
	try 'a kiosk tells the manager of services that it lives' \
	    wait_until 20 grep -qx WATCHDOG=1 heard
	terminal kill-server
else
	ok 0 'the card process as a service # SKIP no systemd-socket-activate'
fi

# --- a line that is cut ------------------------------------------------------------------

# cut: what an SSH client loses, the desk is to lose within two seconds.
cut() {
	kill -KILL "$(terminal display-message -p '#{pane_pid}')"
	wait_until 2 is_gone
}

# What is there of the account's, and how many of sshd's there are.
files() {
	find home /tmp/okienko-$uid ! -name 'registry.db-*' 2>/dev/null | sort
}

sshds() {
	pgrep -c -x sshd
	find "/proc/$(cat sshd.pid)/fd" -type l | wc -l
}

is_as_before() {
	sshds | cmp -s - sshds.before
}

# kept TEXT: it is found there, once; then nothing is left of it.
kept() {
	find home -name '*.stand-*' -exec cat {} + >found
	find home -name '*.stand-*' -delete
	[ "$(cat found)" = "find $1" ]
}

terminal kill-server 2>/dev/null
try 'nobody is left' wait_until 5 is_gone
find home -name '*.stand-*' -delete
files >files.before
sshds >sshds.before
left=0
lost=0
done=0
while [ $done -lt "$cuts" ]; do
	at_desk agent
	# Somewhere between the first byte and the whole screen; or in a search.
	wait_until 20 pgrep -u $uid okienko >/dev/null
	terminal send-keys -l "$(printf 'Kowalski%.*s' $((done % 8)) \
	    abcdefgh)"
	if [ $((done % 2)) -eq 1 ]; then
		wait_until 20 screen F10 && terminal send-keys F3 &&
		    wait_until 10 screen search: &&
		    terminal send-keys -l "Nowak $done" &&
		    wait_until 10 screen "Nowak $done" || left=$((left + 1))
	fi
	cut || left=$((left + 1))
	[ $((done % 2)) -eq 0 ] || kept "Nowak $done" || lost=$((lost + 1))
	find home -name '*.stand-*' -delete
	done=$((done + 1))
done
echo "$left" >said
[ $left -eq 0 ]
ok $? "a line cut $done times: the desk has ended within 2 s each time"
echo "$lost" >said
[ $lost -eq 0 ]
ok $? '... and nothing is lost of what had been typed'
files | diff files.before - >said
ok $? '... and no file is left'
terminal kill-server 2>/dev/null
sshds | diff sshds.before - >said
try '... and no process or descriptor of sshd' wait_until 10 is_as_before

at_desk reader
wait_until 20 screen F10
ip link set lo down
try 'a line that stands still ends too' wait_until 15 is_gone
ip link set lo up
cut

# What was typed then is offered once, to that account alone.
at_desk agent
wait_until 20 screen F10
terminal send-keys F3
wait_until 10 screen 'search:'
terminal send-keys -l 'Wyszynska 17'
wait_until 10 screen 'Wyszynska 17'
cut
find home -name '*.stand-*' -perm 600 >found
[ -s found ]
ok $? 'what was looked for is kept, for the account alone'
at_desk agent
try 'logging in again, one may go on there' wait_until 20 \
    screen 'looking for: Wyszynska 17'
terminal send-keys Enter
wait_until 10 screen 'Wyszynska 17' && ! screen 'looking for'
ok $? '... and is there'
find home -name '*.stand-*' >found
[ ! -s found ]
ok $? '... and it is not kept any more'
terminal send-keys F10
wait_until 10 is_gone
at_desk agent
wait_until 20 screen F10
! screen 'The line was cut'
ok $? 'who left by himself is asked nothing'
terminal send-keys l
cut
find home -name '*.stand-*' >found
[ ! -s found ]
ok $? 'where nothing was begun, nothing is kept'

# typed KEY SCREEN TEXT: what is behind the key is begun, and the line cut there.
typed() {
	at_desk agent
	wait_until 20 screen F10
	terminal send-keys "$1"
	wait_until 10 screen "$2"
	terminal send-keys -l "$3"
	wait_until 10 screen "$3"
	cut
}

typed Tab 'Ask' ZAM-2026-17
at_desk agent
try "an order's number is kept too" wait_until 20 screen ZAM-2026-17
cut
at_desk agent
try '... until there was time to say so' wait_until 20 screen ZAM-2026-17
terminal send-keys Enter
wait_until 10 lacks 'was cut'
screen ZAM-2026-17
ok $? '... and is there'
cut
find home -name '*.stand-*' -delete
typed F3 search: 'Wyszynska 44051401359'
find home -name '*.stand-*' >found
[ ! -s found ]
ok $? 'but nothing that identifies a person'

# --- what only settings bring -------------------------------------------------------------

client=$(find /usr/lib -name p11-kit-client.so 2>/dev/null | head -n 1)
if settings "${client:-/usr/lib/none.so}"; then
	question() {
		terminal kill-server 2>/dev/null
		wait_until 5 is_gone
		find home -name '*.stand-*' -delete
		at_desk agent
		wait_until 20 screen F10
		terminal send-keys Tab
		terminal send-keys F4
	}
	chmod 666 "$etc/okienko/authorities.d/sample.conf"
	question
	terminal send-keys l
	wait_until 20 screen 'e-mail or NIP: l'
	lacks 'how Sample Authority'
	ok $? 'an authority that anybody could have written is not there'
	chmod 644 "$etc/okienko/authorities.d/sample.conf"
	question
	try "one that is root's is" wait_until 20 screen 'how Sample Authority'
	terminal send-keys Enter
	wait_until 10 screen 'Who asks?'
	terminal send-keys -l 'Ewa Inna'
	terminal send-keys Enter
	wait_until 10 screen 'How can the answer'
	terminal send-keys -l 'ewa@poczta.example'
	terminal send-keys Enter
	wait_until 10 screen 'What is the question?'
	terminal send-keys -l 'When is 44051401359 ready?'
	wait_until 10 screen 'When is 44051401359 ready?'
	cut
	find home -name '*.stand-*' -exec cat {} + >found
	grep -q 'When is .* ready?' found && ! grep -q 'Ewa\|ewa@\|4405' found
	ok $? 'a question is kept, without who asks and of whom'
	at_desk agent
	wait_until 20 screen 'writing a question'
	terminal send-keys Enter
	wait_until 10 screen 'how Sample Authority'
	for say in Ewa ewa@poczta.example; do
		terminal send-keys Enter
		wait_until 10 screen '?'
		terminal send-keys -l "$say"
		wait_until 10 screen "$say"
	done
	terminal send-keys Enter
	try '... and goes on where it was' wait_until 10 \
	    screen 'When is *********** ready?'
	cut

	# The same card, as one module of the agent's own machine shows it.
	away=/run/user/$((uid + 1))/p11-kit
	if [ -n "$client" ] && command -v p11-kit >/dev/null; then
		install -d -o $((uid + 1)) -m 700 "$away"
		p11-kit server -f -n "$dir/p11" \
		    --provider "${client%/*}/opensc-pkcs11.so" pkcs11: \
		    >served 2>&1 &
		served=$!
		wait_until 10 test -S p11
		at_desk reader "-R $away/pkcs11:$dir/p11"
		try "an agent's own card by p11-kit" wait_until 20 \
		    screen 'card software without a reader'
		wait_until 10 screen 'qualified signature'
		ok $? '... with what is on it'
		asked=$(rig_apdus 0 VERIFY)
		terminal send-keys l
		wait_until 10 screen ' characters'
		terminal send-keys -l 1234
		terminal send-keys Enter
		try '... its PIN goes the same way, and is right' \
		    wait_until 20 pin_taken
		[ "$(rig_apdus 0 VERIFY)" -eq $((asked + 1)) ]
		ok $? '... to the card, once'
		terminal send-keys Enter
		try '... and shows the keys behind it' wait_until 20 \
		    row 'private key' '  on the card'
		kill -KILL "$(terminal display-message -p '#{pane_pid}')"
		wait_until 10 is_gone
		at_desk reader "-R $away/pkcs11:$dir/p11"
		try '... and again after a line that was cut' wait_until 20 \
		    screen 'card software without a reader'
		terminal kill-server
		wait_until 10 is_gone
		kill $served
		rm -f "$away/pkcs11"
	else
		ok 0 'p11-kit # SKIP it is not installed'
	fi
else
	ok 0 'what settings bring # SKIP the usual place is not a folder of its own'
fi
echo "1..$n"
