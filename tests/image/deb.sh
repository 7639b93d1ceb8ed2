#!/bin/bash
# The Debian package in a Debian 12 that is thrown away: tests/image/deb.sh, after `make deb`. Installed, looked at, run,
# and purged; then nothing of it is left. Needs root, for chroot.
# shellcheck disable=SC2317 # functions are called by their names, and by the trap
set -euo pipefail
cd "$(dirname "$0")/../.."
deb=$(ls build/alcove_*_"$(dpkg --print-architecture)".deb)
room=$(mktemp -d /tmp/alcove-deb-XXXXXX)
clean_up() {
	umount "$room/proc" "$room/dev" 2>/dev/null || true
	rm -rf --one-file-system "$room"
}
trap clean_up EXIT
bad=0
ok() { # WHAT COMMAND...
	local what=$1
	shift
	if "$@" >"$room.log" 2>&1; then
		echo "ok - package: $what"
	else
		echo "not ok - package: $what"
		sed 's/^/    /' "$room.log"
		bad=1
	fi
	rm -f "$room.log"
}
inside() { chroot "$room" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
all_files() { (cd "$room" && find . -xdev \( -path ./tmp -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/dpkg -o -path ./run -o -path ./proc -o -path ./dev \) -prune -o -print | sort); }
wanted=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/ //g')
mmdebstrap --quiet --aptopt='Apt::Install-Recommends "false"' --variant=minbase \
	--include="$wanted,systemd,udev,xvfb,python3-minimal,libx11-6,libxext6,libxcursor1,libxi6,libxrandr2,libxfixes3,libxss1" bookworm "$room" \
	>/dev/null 2>"$room.log" || { cat "$room.log"; exit 1; }
mount -t proc proc "$room/proc"
mount --bind /dev "$room/dev"
all_files >"$room/tmp/before"
cp "$deb" "$room/tmp/alcove.deb"

# Every program says what it is, from where it stands, and its manual page is there.
programs() {
	local p
	inside alcove --version && inside alcove-pack --help && inside alcove-store --help || return 1
	for p in alcove.1 alcove-pack.1 alcove-store.1 alcove.ini.5; do
		[ -s "$room/usr/share/man/man${p##*.}/$p.gz" ] || { echo "no $p"; return 1; }
	done
}
# systemd says what it does not understand on standard error and goes on.
unit() {
	local says
	says=$(inside systemd-analyze verify --man=no alcove.service 'run-alcove\x2dusb.mount' 2>&1 | grep -F alcove || true)
	[ -z "$says" ] || { echo "$says"; return 1; }
}
# The first frame is on the glass: then, and only then, it tells systemd READY.
runs() {
	cat >"$room/tmp/ready.py" <<'PYTHON'
import os, socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/tmp/notify")
s.settimeout(60)
kiosk = subprocess.Popen(["alcove", "--config", "/etc/alcove/alcove.ini", "--window", "1280x800", "--store", "/tmp/store"],
                         env={**os.environ, "NOTIFY_SOCKET": "/tmp/notify", "HOME": "/tmp"})
said = s.recv(1000)
kiosk.terminate()
sys.exit(b"READY=1" not in said or kiosk.wait(20) != 0)
PYTHON
	inside Xvfb :97 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
	local screen=$! status=0
	sleep 2
	inside env DISPLAY=:97 python3 /tmp/ready.py || status=1
	kill "$screen"
	wait "$screen" 2>/dev/null || true
	return "$status"
}
gone() {
	all_files >"$room/tmp/after"
	diff "$room/tmp/before" "$room/tmp/after"
}

ok "it is installed with what it names, and nothing else" inside dpkg -i /tmp/alcove.deb
ok "its programs and manual pages are there" programs
ok "systemd understands its units" unit
ok "the kiosk comes up with the settings of the package" runs
mkdir -p "$room/var/lib/private/alcove/store"
ok "it is purged" inside dpkg --purge alcove
ok "and then nothing of it is left" gone
exit $bad
