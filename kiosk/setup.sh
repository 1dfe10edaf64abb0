# shellcheck shell=sh
#
# Getting a machine ready, for kiosk/try and tests/all: which packages are
# missing, and putting them there.  To be sourced; expects $top, the folder
# that holds this checkout.

# The packages for the purposes named (build, try, test), one a line.
packages_for() {
	for use; do
		awk -v use="$use" '!/^#/ && $2 == use { print $1 }' \
		    "${top:?}/kiosk/packages"
	done
}

packages_missing() {
	packages_for "$@" | while read -r package; do
		# shellcheck disable=SC2016 # dpkg's own placeholder
		case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
		*' installed') ;;
		*) printf '%s\n' "$package" ;;
		esac
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Put what is missing there; says what it does, and nothing when nothing is
# missing.  The log of apt goes to the file named first.
packages_install() {
	apt_log=$1
	shift
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null
	then
		echo "This is no Debian: see kiosk/packages for what is needed." >&2
		return 0
	fi
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		echo "Packages are missing, and only root or sudo can install" \
		    "them:" >&2
		# shellcheck disable=SC2086 # one word a package
		echo $missing >&2
		return 1
	fi
	# shellcheck disable=SC2086
	echo "Installing $(echo $missing | wc -w) packages:" $missing
	# Asking for no recommended packages keeps a newcomer's machine small;
	# a lock held by the system's own updates is waited for.
	# shellcheck disable=SC2086
	{
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		    -o DPkg::Lock::Timeout=120 update &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		    -o DPkg::Lock::Timeout=120 \
		    --no-install-recommends install $missing
	} >"$apt_log" 2>&1 </dev/null || {
		tail -n 20 "$apt_log" >&2
		echo "The packages could not be installed; the whole log is" \
		    "$apt_log." >&2
		return 1
	}
}

# A release tarball brings its configure; a checkout makes one.
make_configure() {
	[ -x "$1/configure" ] || (cd "$1" && autoreconf -fi)
}
