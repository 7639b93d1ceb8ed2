#!/bin/bash
# The shipped kiosk in a real window on an X server of its own. What the glass shows is read back from the server, not
# from our own memory: after every way in which a visit can end it must equal the start, pixel for pixel.
# Needs build/alcove and the packs; prints one line for each thing that holds and fails at the first that does not.
set -eu
cd "$(dirname "$0")/../.."
alcove=${ALCOVE:-build/alcove}
work=$(mktemp -d)
server=''
kiosk=''

end() {
	[ -z "$kiosk" ] || kill -KILL "$kiosk" 2>/dev/null || true
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT

fail() {
	echo "not ok - window: $1"
	exit 1
}
holds() {
	echo "ok - window: $1"
}
# The pixels alone: bytes of a dump's head mean nothing and may be any.
look() {
	xwd -root -silent >"$work/dump" && tail -c $((1280 * 800 * 4)) "$work/dump" >"$work/$1"
}
shows_start() {
	look now && cmp -s "$work/start" "$work/now"
}
# Tries for so many tenths of a second.
within() {
	local tries=$1
	shift
	for _ in $(seq "$tries"); do
		if "$@"; then
			return 0
		fi
		sleep 0.1
	done
	return 1
}
changed() {
	look now && ! cmp -s "$work/start" "$work/now"
}
settled() {
	look before && sleep 0.3 && look after && cmp -s "$work/before" "$work/after"
}
visits() {
	pgrep -P "$kiosk" || true
}
tap() {
	xdotool mousemove "$1" "$2" click 1
}
begin() {
	sleep 0.6 # the quiet moment after an end
	tap 640 680
	within 50 changed || fail "$1: the visit did not begin"
}
expect_start() {
	within 50 shows_start || fail "$1: the glass is not the start frame"
	[ "$(visits | wc -l)" -le 3 ] || fail "$1: visits pile up"
	holds "$1"
}
# The visit on the glass is the older of the two.
active() {
	visits | head -1
}

Xvfb -displayfd 5 -screen 0 1280x800x24 -nolisten tcp -noreset 5>"$work/display" 2>/dev/null &
server=$!
within 100 test -s "$work/display" || fail "Xvfb did not start"
DISPLAY=:$(cat "$work/display")
export DISPLAY
unset WAYLAND_DISPLAY

# The checks of packs are children, too: wait until only the visit and its spare are left.
two_visits() {
	[ "$(visits | wc -l)" = 2 ]
}
"$alcove" --pack build/library.pack --pack build/house.pack &
kiosk=$!
within 100 two_visits || fail "there is no visit with its spare"
within 50 settled || fail "the start frame does not settle"
look start

# None of these is needed to show a frame, and each costs milliseconds before the first one.
loaded=$(grep -oE 'lib(dbus|systemd|Xcursor|wayland|xkbcommon|decor|gbm|mosquitto)[^/ ]*\.so' "/proc/$kiosk/maps" | sort -u)
[ -z "$loaded" ] || fail "it has loaded $(tr '\n' ' ' <<<"$loaded")"
holds "it has loaded nothing that it does not need"
[ "$(xdotool search --name '^Alcove$' | wc -l)" = 1 ] || fail "its window has no name"
holds "its window has a name"

begin "Hide"
tap 1200 40
expect_start "Hide covers it"
begin "hide key"
xdotool key Escape
expect_start "the hide key covers it"

begin "crash"
kill -KILL "$(active)"
expect_start "a crash is covered"

begin "hang"
within 50 settled || fail "hang: the screen does not settle"
kill -STOP "$(active)"
tap 300 300
expect_start "a hang is covered"

begin "hide while hung"
within 50 settled || fail "hide while hung: the screen does not settle"
kill -STOP "$(active)"
tap 1200 40
expect_start "Hide works while the visit is stopped"

for keys in alt+F4 ctrl+c ctrl+q F11 super alt+Tab a; do
	xdotool key "$keys"
done
sleep 0.3
kill -0 "$kiosk" || fail "a key ended the kiosk"
shows_start || fail "a key that is not known did something"
holds "unknown keys do nothing"

spare=$(visits | tail -1)
kill -KILL "$spare"
within 50 two_visits || fail "a dead spare is not replaced"
holds "a dead spare is replaced"
begin "after it"
xdotool key Escape
expect_start "and the next visit ends on the start"

kill -TERM "$kiosk"
left=$(visits)
wait "$kiosk" || fail "SIGTERM is no clean end"
for pid in $left; do
	! kill -0 "$pid" 2>/dev/null || fail "a visit outlived the kiosk"
done
holds "SIGTERM ends all of it"

"$alcove" --pack build/library.pack --pack build/house.pack &
kiosk=$!
within 100 two_visits || fail "there is no visit with its spare"
left=$(visits)
kill -KILL "$kiosk"
wait "$kiosk" 2>/dev/null || true
# A zombie counts as gone: whose child it is now is not our business.
gone() {
	for pid in $left; do
		! grep -qs '^State:.[^Z]' "/proc/$pid/status" || return 1
	done
}
within 20 gone || fail "a visit outlived the killed kiosk"
kiosk=
holds "a killed kiosk takes its visits with it"

refuses() {
	local says=$1 status=0
	shift
	timeout 10 "$alcove" "$@" >"$work/out" 2>&1 || status=$?
	[ "$status" = 1 ] || [ "$status" = 2 ] || fail "alcove $*: exit $status"
	grep -q "$says" "$work/out" || fail "alcove $*: says $(cat "$work/out")"
	[ "$(wc -l <"$work/out")" = 1 ] || fail "alcove $*: more than a sentence: $(cat "$work/out")"
}
: >"$work/empty.pack"
head -c 50000 build/library.pack >"$work/cut.pack"
echo "not a pack" >"$work/text.pack"
refuses "empty.pack is refused" --pack build/library.pack --pack "$work/empty.pack"
refuses "cut.pack is refused" --pack "$work/cut.pack"
refuses "text.pack is refused" --pack build/library.pack --pack "$work/text.pack"
refuses "nowhere.pack could not be opened" --pack nowhere.pack
refuses "is not a file" --pack /tmp
refuses "library pack" --pack build/house.pack
refuses "no option --colour" --colour
refuses "nothing to show"
DISPLAY=:9999 refuses "There is no display" --pack build/library.pack
holds "everything wrong is refused in a sentence"
