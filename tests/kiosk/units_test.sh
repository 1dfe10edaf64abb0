#!/bin/sh
# What make install-kiosk puts on a machine, as far as this can be known without
# one that starts by it: where it goes and that it goes again, what systemd, sshd,
# AppArmor and sysctl say of each file, and how far each unit is locked.
: "${abs_top_srcdir:?}" "${abs_top_builddir:?}"
cd "$abs_top_builddir" || exit 99
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

n=0
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' "$scratch/said"
		echo "not ok $n - $2"
	fi
}

try() {
	what=$1
	shift
	"$@" >"$scratch/said" 2>&1
	ok $? "$what"
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP no $2"
}

# As on a Debian: files for the system below /usr, whatever prefix was built for.
for_kiosk() {
	MAKEFLAGS='' make -s "$1" DESTDIR="$root" kiosklibdir=/usr/lib \
	    kiosksharedir=/usr/share
}

# Ours and no other; what verify wants to find is brought along.
prepare_root() {
	for program in launch card console; do
		put=$root$(sed -n "s,^Exec[A-Za-z]*=[-+]*\(/.*/\)okienko-.*,\1,p" \
		    kiosk/system/okienko-kiosk.service | head -n 1)
		mkdir -p "$put" && cp /bin/true "$put/okienko-$program"
	done
	mkdir -p "$root/usr/sbin" && cp /bin/true "$root/usr/sbin/pcscd"
	cp -r /lib/systemd/system "$root/usr/lib/systemd/system.debian"
	cp -rn "$root/usr/lib/systemd/system.debian/." \
	    "$root/usr/lib/systemd/system"
	cat >"$root/etc/passwd" <<-EOT
	root:x:0:0:root:/root:/bin/sh
	okienko-kiosk:x:900:900::/:/usr/sbin/nologin
	okienko-card:x:901:901::/:/usr/sbin/nologin
	EOT
	printf '%s\n' root:x:0: tty:x:5: okienko-kiosk:x:900: okienko-card:x:901: \
	    >"$root/etc/group"
}

# --- there and away -------------------------------------------------------------

try 'make install-kiosk' for_kiosk install-kiosk
[ "$(readlink "$root/etc/systemd/system/ctrl-alt-del.target")" = /dev/null ] &&
    [ "$(readlink "$root/etc/systemd/system/getty@tty1.service")" = /dev/null ]
ok $? 'no login on the console, no reboot by keys'
! grep -rn '@[a-z]*dir@' "$root" >"$scratch/said"
ok $? 'every path is one'
cp -r "$root" "$scratch/kept"
echo '# mine' >"$scratch/mine"
rm "$root/etc/systemd/system/getty@tty3.service"
cp "$scratch/mine" "$root/etc/systemd/system/getty@tty3.service"
for name in sleep suspend hibernate hybrid-sleep suspend-then-hibernate; do
	readlink "$root/etc/systemd/system/$name.target"
done >"$scratch/said"
[ "$(grep -cx /dev/null "$scratch/said")" -eq 5 ]
ok $? 'and nothing makes it sleep'
try 'make uninstall-kiosk' for_kiosk uninstall-kiosk
find "$root" ! -type d >"$scratch/said"
[ "$(cat "$scratch/said")" = "$root/etc/systemd/system/getty@tty3.service" ]
ok $? 'nothing is left but what was never ours'
rm -rf "$root" && mv "$scratch/kept" "$root"

# --- systemd ----------------------------------------------------------------------

# exposure UNIT TENTHS: no more than that, as systemd reckons it.
exposure() {
	try "$1: exposure at most $(echo "$2" | sed 's/.$/.&/; s/^\./0./')" \
	    systemd-analyze security --offline=true --root="$root" \
	    --threshold="$2" "$1"
}

if command -v systemd-analyze >/dev/null; then
	prepare_root
	units='okienko-kiosk.service okienko-card@desk.service okienko-card.socket'
	# shellcheck disable=SC2086 # one word a unit
	try 'systemd has nothing against the units' systemd-analyze verify \
	    --man=no --root="$root" $units pcscd.service
	[ ! -s "$scratch/said" ]
	ok $? '... and says nothing'
	exposure okienko-kiosk.service 13
	exposure okienko-card@desk.service 5
	exposure pcscd.service 20
	rm "$root/usr/lib/systemd/system/pcscd.service.d/okienko.conf"
	! systemd-analyze security --offline=true --root="$root" \
	    --threshold=20 pcscd.service >"$scratch/said" 2>&1
	ok $? '... by our settings, not by its own'
	for name in logind system; do
		try "$name.conf is read" systemd-analyze cat-config \
		    --root="$root" "systemd/$name.conf"
		grep -q "^# $root/usr/lib/.*okienko.conf" "$scratch/said"
		ok $? '... with what we put there'
	done
	# The last word of each, as it is read: what a key does that is held, too.
	systemd-analyze cat-config --root="$root" systemd/logind.conf |
	    sed -n 's/^\(Handle[A-Za-z]*Key[A-Za-z]*\)=/\1 /p' |
	    awk '{ last[$1] = $2 } END { for (k in last) print k, last[k] }' \
	    >"$scratch/said"
	grep -cE '^Handle(Power|Reboot|Suspend|Hibernate)Key(LongPress)? ignore$' \
	    "$scratch/said" | grep -qx 8
	ok $? 'no key turns it off or makes it sleep, however long it is held'
	systemd-sysusers --dry-run "$abs_top_srcdir/kiosk/system/sysusers.conf" \
	    >"$scratch/said" 2>&1 && ! grep -qiE 'line|fail' "$scratch/said"
	ok $? 'accounts can be made'
else
	skip 'the units' systemd-analyze
fi
# tmpfiles has no dry run in Debian 12: below a root, as root.
if [ "$(id -u)" -eq 0 ] && command -v systemd-tmpfiles >/dev/null; then
	printf '%s\n' okienko-agents:x:902: >>"$root/etc/group"
	try 'folders are made' systemd-tmpfiles --root="$root" --create okienko.conf
	[ "$(stat -c '%a %u %g' "$root/var/lib/okienko-kiosk")" = '700 900 900' ] &&
	    [ "$(stat -c '%a %u %g' "$root/var/lib/okienko")" = '2770 0 902' ]
	ok $? '... for whom they are'
else
	skip 'folders' 'root, or systemd-tmpfiles'
fi

# --- the others -------------------------------------------------------------------

# It wants a folder that the service makes, which may never have been started.
sshd_alone() {
	unshare --mount sh -c 'mount -t tmpfs none /run && mkdir /run/sshd &&
	    exec "$(command -v sshd)" "$@"' sshd "$@"
}

if command -v sshd >/dev/null && sshd_alone -V 2>&1 | grep -q OpenSSH; then
	ssh-keygen -q -t ed25519 -N '' -f "$scratch/host"
	printf '%s\n' "HostKey $scratch/host" \
	    "Include $root/etc/ssh/sshd_config.d/*.conf" X11Forwarding\ yes \
	    >"$scratch/sshd_config"
	# In the file of whoever is asked about: an account that has the group.
	try 'sshd takes its snippet' sshd_alone -t -f "$scratch/sshd_config"
	try 'sshd tells what holds for the others' sshd_alone -T \
	    -C user=root,host=localhost,addr=127.0.0.1 -f "$scratch/sshd_config"
	grep -qx 'forcecommand none' "$scratch/said" &&
	    grep -qx 'x11forwarding yes' "$scratch/said"
	ok $? '... which is what it was'
else
	skip 'sshd' 'sshd, or a mount namespace'
fi

if command -v apparmor_parser >/dev/null; then
	for profile in kiosk card; do
		try "AppArmor takes the profile of the $profile" \
		    apparmor_parser --skip-kernel-load --skip-cache \
		    "$root/etc/apparmor.d/okienko-$profile"
	done
else
	skip 'AppArmor' apparmor_parser
fi

# Each is a name that this kernel knows, or that one built otherwise would.
sed -n 's/^\([a-z][a-z0-9_.]*\) = .*/\1/p' \
    "$root/usr/lib/sysctl.d/90-okienko.conf" | while read -r name; do
	[ -e "/proc/sys/$(echo "$name" | tr . /)" ] || echo "$name"
done >"$scratch/said"
! grep -vE '^kernel\.(sysrq$|yama\.)' "$scratch/said"
ok $? 'the kernel knows its settings'

# The rules are a program: run as polkit would, for each who may ask.
if command -v duk >/dev/null; then
	cat >"$scratch/polkit.js" <<-'EOT'
	var rules = [];
	var polkit = { Result: { YES: "yes" },
	    addRule: function (f) { rules.push(f); } };
	function ask(action, user, groups) {
		return rules[0]({ id: action }, { user: user,
		    isInGroup: function (g) { return groups.indexOf(g) >= 0; } });
	}
	EOT
	cat "$root/etc/polkit-1/rules.d/40-okienko.rules" >>"$scratch/polkit.js"
	cat >>"$scratch/polkit.js" <<-'EOT'
	var card = "org.debian.pcsc-lite.access_card";
	var pcsc = "org.debian.pcsc-lite.access_pcsc";
	print(rules.length, ask(card, "okienko-kiosk", []),
	    ask(pcsc, "okienko-card", []),
	    ask(card, "anybody", ["okienko-agents"]),
	    ask(card, "anybody", ["users"]),
	    ask("org.freedesktop.login1.reboot", "okienko-kiosk", []));
	EOT
	duk "$scratch/polkit.js" >"$scratch/said" 2>&1
	grep -qx '1 yes yes yes undefined undefined' "$scratch/said"
	ok $? 'polkit lets them use cards, nobody else, and nothing more'
else
	skip 'polkit' duk
fi

echo "1..$n"
