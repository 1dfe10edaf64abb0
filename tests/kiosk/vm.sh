# shellcheck shell=sh
#
# A machine for tests/vm: a bare Debian 12 in a folder, a disk made of it, QEMU on
# it, and what a person and root can do there.  Sourced by tests/vm, which sets
# $top and $vm_work.
#
#	vm_base			the folder, with line 1 and 2 of kiosk/README
#	vm_sources		the checkout in it, built: line 3, half of line 4
#	vm_disk			the disk
#	vm_start, vm_stop	power; $vm_bin has vcard and vmreader
#	vm_up			root can be asked
#	vm_run SCRIPT		what root there does, and what comes of it
#	vm_put FILE PATH	a file there
#	vm_key KEY...		keys, as QEMU's sendkey has them
#	vm_type TEXT		small letters and digits, key by key
#	vm_screen		what is on the first console, one line
#	vm_holds TEXT...	all of it is there
#	vm_shot NAME		a picture, in $vm_work/shots
#	vm_card IMAGE		a virtual card into its reader
#	vm_pull, vm_put_in	out with it, and back in
#	readme_line N		that line of kiosk/README
#
# Root there is a shell of the test's own on a serial line of its own
# (vm-agent.service); nothing else is put beside what kiosk/README does.

# shellcheck source=tests/wait.sh
. "${top:?}/tests/wait.sh"

: "${vm_bin:?}"
vm_root=${vm_work:?}/base
vm_image=$vm_work/disk

# The processor's own help, where it has some: a /dev/kvm without that (a machine in
# a machine) may take minutes for what software does in seconds.
if [ -z "${VM_ACCEL:-}" ]; then
	VM_ACCEL=tcg
	[ ! -w /dev/kvm ] || ! grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo ||
	    VM_ACCEL=kvm
fi
[ "$VM_ACCEL" = kvm ] || [ "$TEST_SLOWNESS" -gt 1 ] || TEST_SLOWNESS=10
vm_source=/usr/src/okienko

readme_line() {
	awk -v n="$1" '
	/^Line 10/		{ exit }
	/^ *[0-9]+  [^ ]/	{ on = $1 == n; sub(/^ *[0-9]+  /, "") }
	/^$/			{ on = 0 }
	on			{ print }
	' "$top/kiosk/README"
}

# --- the disk -------------------------------------------------------------------

vm_in_base() {
	chroot "$vm_root" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 \
	    PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
	    sh -ec "$1"
}

# Nothing is started in a folder, and nobody is there to say yes.
vm_base() {
	vm_lines="$(readme_line 1)
$(readme_line 2)"
	vm_wanted=$(cd "$top" && echo "$vm_lines" | cat - kiosk/packages | cksum)
	[ "$(cat "$vm_work/base.made" 2>/dev/null)" != "$vm_wanted" ] || return 0
	[ -e "$vm_work/bare.made" ] || {
		rm -rf --one-file-system "$vm_root"
		debootstrap --variant=minbase --include=linux-image-amd64,systemd-sysv \
		    bookworm "$vm_root" "${VM_MIRROR:-http://deb.debian.org/debian}" &&
		    : >"$vm_work/bare.made" || return 1
	}
	printf '#!/bin/sh\nexit 101\n' >"$vm_root/usr/sbin/policy-rc.d" &&
	    chmod 755 "$vm_root/usr/sbin/policy-rc.d" &&
	    echo 'APT::Get::Assume-Yes "true";' \
		>"$vm_root/etc/apt/apt.conf.d/99vm" &&
	    mkdir -p "$vm_root$vm_source/kiosk" &&
	    cp "$top/kiosk/packages" "$vm_root$vm_source/kiosk" &&
	    vm_in_base "cd $vm_source; $vm_lines; apt-get clean" &&
	    rm "$vm_root/usr/sbin/policy-rc.d" \
		"$vm_root/etc/apt/apt.conf.d/99vm" &&
	    echo "$vm_wanted" >"$vm_work/base.made"
}

# As a release is unpacked: what git knows, and a configure.
vm_sources() {
	(cd "$top" && git -c safe.directory='*' ls-files --cached --others \
	    --exclude-standard | while read -r file; do
		[ ! -e "$file" ] || printf '%s\n' "$file"
	done | tar -cf - -T -) | tar --no-same-owner -xf - \
	    -C "$vm_root$vm_source" &&
	    vm_in_base "cd $vm_source; [ configure -nt configure.ac ] &&
		[ configure -nt Makefile.am ] || autoreconf -fi
	    $(readme_line 3)
	    make -s -j\"\$(nproc)\""
}

vm_agent() {
	cat >"$vm_root/usr/local/sbin/vm-agent" <<'SH'
#!/bin/sh
# Lines "NUMBER SCRIPT" come in, "NUMBER CODE OUTPUT" goes out, both in base64.
port=/dev/virtio-ports/okienko.vm
[ -e $port ] || exit 1
exec 3<>$port
while IFS=' ' read -r number script <&3; do
	echo "$script" | base64 -d >/run/vm-script
	timeout -k 5 1200 sh /run/vm-script >/run/vm-said 2>&1 </dev/null 3>&-
	echo "$number $? $(base64 -w 0 /run/vm-said)" >&3
done
SH
	chmod 755 "$vm_root/usr/local/sbin/vm-agent"
	cat >"$vm_root/etc/systemd/system/vm-agent.service" <<'UNIT'
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/usr/local/sbin/vm-agent
Restart=always
RestartSec=1
OOMScoreAdjust=-900
UNIT
	mkdir -p "$vm_root/etc/systemd/system/sysinit.target.wants" &&
	    ln -sf ../vm-agent.service \
	    "$vm_root/etc/systemd/system/sysinit.target.wants/vm-agent.service"
}

vm_disk() {
	vm_agent &&
	    cp "$vm_root/vmlinuz" "$vm_work/vmlinuz" &&
	    cp "$vm_root/initrd.img" "$vm_work/initrd" &&
	    echo kiosk >"$vm_root/etc/hostname" &&
	    : >"$vm_root/etc/machine-id" &&
	    rm -f "$vm_image" && truncate -s 6G "$vm_image" &&
	    mkfs.ext4 -q -F -E lazy_itable_init=1 -d "$vm_root" "$vm_image"
}

# --- power -----------------------------------------------------------------------

# vm_start [OPTION...]: of QEMU, beside those that are needed.
vm_start() {
	vm_run_dir=$(mktemp -d "${TMPDIR:-/tmp}/vm.XXXXXX") || return 1
	mkfifo "$vm_run_dir/agent.in" "$vm_run_dir/agent.out" \
	    "$vm_run_dir/monitor.in" "$vm_run_dir/monitor.out" || return 1
	vm_number=0
	qemu-system-x86_64 -accel "$VM_ACCEL" -cpu Nehalem -m 1024 -smp 2 -display none -vga std -no-user-config \
	    -kernel "$vm_work/vmlinuz" -initrd "$vm_work/initrd" \
	    -append 'root=/dev/vda rw quiet no_timer_check' \
	    -drive "file=$vm_image,format=raw,if=virtio,cache=unsafe" \
	    -chardev "pipe,id=monitor,path=$vm_run_dir/monitor" \
	    -mon chardev=monitor,mode=control \
	    -nic none -device virtio-serial \
	    -chardev "pipe,id=agent,path=$vm_run_dir/agent" \
	    -device virtserialport,chardev=agent,name=okienko.vm \
	    -device qemu-xhci -device usb-ccid \
	    -chardev "socket,id=ccid,path=$vm_run_dir/ccid,server=on,wait=off" \
	    -device ccid-card-passthru,chardev=ccid \
	    "$@" >"$vm_run_dir/qemu.said" 2>&1 &
	vm_pid=$!
	exec 5<>"$vm_run_dir/agent.in" 6<>"$vm_run_dir/agent.out" \
	    7<>"$vm_run_dir/monitor.in" 8<>"$vm_run_dir/monitor.out"
	echo '{"execute":"qmp_capabilities"}' >&7
	vm_hear_monitor || {
		cat "$vm_run_dir/qemu.said" >&2
		return 1
	}
	"$vm_bin/vmreader" "$vm_run_dir/ccid" >"$vm_run_dir/port" &
	vm_reader=$!
	wait_until 10 test -s "$vm_run_dir/port"
}

vm_stop() {
	[ -n "${vm_pid:-}" ] || return 0
	vm_card_ends
	kill "$vm_pid" ${vm_reader:+"$vm_reader"} 2>/dev/null
	wait "$vm_pid" ${vm_reader:+"$vm_reader"} 2>/dev/null
	vm_pid=
	vm_reader=
	rm -rf "$vm_run_dir"
}

# Its answer to an order; what else it says of itself meanwhile is no answer.
vm_hear_monitor() {
	vm_heard=$(timeout 20 sed -n '/"return"\|"error"/{p;q}' <&8)
	case $vm_heard in
	*'"return"'*) ;;
	*) return 1 ;;
	esac
}

# vm_monitor ORDER: as at QEMU's own prompt; it has no quotes in it.
vm_monitor() {
	printf '{"execute":"human-monitor-command","arguments":{"command-line":"%s"}}\n' \
	    "$1" >&7
	vm_hear_monitor
}

# --- root there --------------------------------------------------------------------

# What it prints and its exit code; 125: nobody there.
vm_run() {
	vm_number=$((vm_number + 1))
	printf '%s %s\n' "$$$vm_number$(date +%N)" \
	    "$(printf '%s\n' "$1" | base64 -w 0)" >"$vm_run_dir/asked"
	read -r vm_id _ <"$vm_run_dir/asked"
	cat "$vm_run_dir/asked" >&5
	vm_said=$(timeout "${VM_PATIENCE:-1200}" \
	    sed -n "/^$vm_id /{p;q}" <&6) || return 125
	vm_said=${vm_said#"$vm_id "}
	[ -n "$vm_said" ] || return 125
	echo "${vm_said#* }" | base64 -d
	return "${vm_said%% *}"
}

# Asked seldom: what nobody heard yet is answered all at once, one by one.
vm_up() {
	VM_PATIENCE=15 vm_run true
}

vm_boots() {
	wait_until 120 vm_up
}

vm_put() {
	vm_run "mkdir -p '$(dirname "$2")' && base64 -d >'$2' <<'EOT'
$(base64 "$1")
EOT"
}

# --- a person there -------------------------------------------------------------------

vm_key() {
	for vm_one; do
		vm_monitor "sendkey $vm_one" || return 1
	done
}

vm_type() {
	vm_rest=$1
	while [ -n "$vm_rest" ]; do
		vm_one=${vm_rest%"${vm_rest#?}"}
		vm_rest=${vm_rest#?}
		case $vm_one in
		' ') vm_one=spc ;;
		[A-Z]) vm_one=shift-$(echo "$vm_one" | tr A-Z a-z) ;;
		esac
		vm_key "$vm_one"
	done
}

vm_screen() {
	vm_run 'iconv -f UTF-32LE -t UTF-8 /dev/vcsu1'
}

vm_holds() {
	vm_seen=$(vm_screen) || return 1
	for vm_text; do
		case $vm_seen in
		*"$vm_text"*) ;;
		*) return 1 ;;
		esac
	done
}

vm_lacks() {
	vm_seen=$(vm_screen) || return 1
	for vm_text; do
		case $vm_seen in
		*"$vm_text"*) return 1 ;;
		esac
	done
}

vm_shot() {
	mkdir -p "$vm_work/shots" &&
	    vm_monitor "screendump $vm_work/shots/$1.png -f png"
}

# --- a card ------------------------------------------------------------------------

vm_card() {
	vm_card_ends
	cp "$1" "$vm_run_dir/card" || return 1
	"$vm_bin/vcard" --port "$(cat "$vm_run_dir/port")" \
	    --image "$vm_run_dir/card" \
	    --log "$vm_run_dir/apdu" --ctl "$vm_run_dir/ctl" &
	vm_card_pid=$!
	wait_until 10 test -S "$vm_run_dir/ctl"
}

vm_card_ends() {
	[ -n "${vm_card_pid:-}" ] || return 0
	kill "$vm_card_pid" 2>/dev/null
	wait "$vm_card_pid" 2>/dev/null
	vm_card_pid=
	rm -f "$vm_run_dir/ctl"
}

vm_pull() {
	"$vm_bin/vcard" --tell "$vm_run_dir/ctl" pull >/dev/null
}

vm_put_in() {
	"$vm_bin/vcard" --tell "$vm_run_dir/ctl" insert >/dev/null
}
