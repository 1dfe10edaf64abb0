#!/bin/sh
#
# make install-kiosk and uninstall-kiosk: which file goes where, and which links
# there are.  Below DESTDIR, as root or not; nothing is started or stopped.
set -eu
umask 022
: "${DESTDIR=}" "${srcdir:?}" "${lib:?}" "${share:?}" "${etc:?}"

files="
okienko-kiosk.service	$lib/systemd/system/okienko-kiosk.service
okienko-card@.service	$lib/systemd/system/okienko-card@.service
okienko-card.socket	$lib/systemd/system/okienko-card.socket
pcscd.conf		$lib/systemd/system/pcscd.service.d/okienko.conf
logind.conf		$lib/systemd/logind.conf.d/okienko.conf
system.conf		$lib/systemd/system.conf.d/okienko.conf
sysusers.conf		$lib/sysusers.d/okienko.conf
tmpfiles.conf		$lib/tmpfiles.d/okienko.conf
user-tmpfiles.conf	$share/user-tmpfiles.d/okienko.conf
sysctl.conf		$lib/sysctl.d/90-okienko.conf
polkit.rules		$etc/polkit-1/rules.d/40-okienko.rules
sshd.conf		$etc/ssh/sshd_config.d/10-okienko.conf
apparmor-kiosk		$etc/apparmor.d/okienko-kiosk
apparmor-card		$etc/apparmor.d/okienko-card
"

# What starts with the machine, and what never does: other ways to a console, a
# reboot by keys, and sleep, which would write what is in memory to a disk.
links="
multi-user.target.wants/okienko-kiosk.service $lib/systemd/system/okienko-kiosk.service
sockets.target.wants/okienko-card.socket $lib/systemd/system/okienko-card.socket
autovt@.service /dev/null
console-getty.service /dev/null
ctrl-alt-del.target /dev/null
debug-shell.service /dev/null
getty@tty1.service /dev/null
getty@tty2.service /dev/null
getty@tty3.service /dev/null
getty@tty4.service /dev/null
getty@tty5.service /dev/null
getty@tty6.service /dev/null
serial-getty@.service /dev/null
sleep.target /dev/null
suspend.target /dev/null
hibernate.target /dev/null
hybrid-sleep.target /dev/null
suspend-then-hibernate.target /dev/null
"

each() {
	printf '%s' "$1" | while read -r from to; do
		[ -z "$from" ] || "$2" "$from" "$to"
	done
}

# Made for this prefix, or as it lies in the source.
put() {
	from=kiosk/system/$1
	[ -f "$from" ] || from=$srcdir/$from
	mkdir -p "$DESTDIR$(dirname "$2")"
	cp "$from" "$DESTDIR$2.new"
	chmod 644 "$DESTDIR$2.new"
	mv "$DESTDIR$2.new" "$DESTDIR$2"
}

# One that an administrator has made is his.
link() {
	to=$DESTDIR$etc/systemd/system/$1
	mkdir -p "$(dirname "$to")"
	if [ -e "$to" ] && [ ! -L "$to" ]; then
		echo "left as it is: $to" >&2
	else
		ln -sfn "$2" "$to"
	fi
}

take() {
	rm -f "$DESTDIR$2"
}

unlink() {
	to=$DESTDIR$etc/systemd/system/$1
	[ "$(readlink "$to")" != "$2" ] || rm -f "$to"
}

case ${1:-} in
install)
	each "$files" put
	each "$links" link
	;;
uninstall)
	each "$links" unlink
	each "$files" take
	;;
*)
	echo "usage: install.sh install|uninstall" >&2
	exit 2
	;;
esac
