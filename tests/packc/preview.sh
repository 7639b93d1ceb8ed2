#!/bin/bash
# `alcove-pack preview` in a window that nobody sees: what a writer saves reaches it, what is wrong is told and leaves it
# as it was, and closing it ends the program. Wants Xvfb, xdotool and xwd.
set -eu
cd "$(dirname "$0")/../.."
pack=${1:-build/alcove-pack}
kiosk=${2:-build/alcove}

work=$(mktemp -d)
preview= server=
end() {
	[ -z "$preview" ] || kill "$preview" 2>/dev/null || true
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap end EXIT
say() { echo "$1 - preview: $2"; }
fail() {
	say "not ok" "$1"
	sed 's/^/    /' "$work/said" >&2 || true
	exit 1
}

# The server writes the number of the display that it found free.
Xvfb -displayfd 3 -screen 0 1280x800x24 3>"$work/display" 2>/dev/null &
server=$!
for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.05; done
export DISPLAY=:$(cat "$work/display")
unset WAYLAND_DISPLAY

cp -r content/library "$work/content"
"$pack" preview "$work/content/modules/planning" --kiosk "$kiosk" >"$work/said" 2>&1 &
preview=$!

# What is on the display, as a number: its pixels alone, for bytes of a dump's head mean nothing and may be any.
seen() { xwd -root -silent | tail -c $((1280 * 800 * 4)) | cksum; }
blank=$(seen)
# Waits until the display is not $1 any more and stays as it is.
settle() {
	local now before=
	for _ in $(seq 200); do
		now=$(seen)
		[ "$now" != "$1" ] && [ "$now" = "$before" ] && [ "$now" != "$blank" ] && { echo "$now"; return 0; }
		before=$now
		sleep 0.1
	done
	return 1
}
told() { # $1: what must be told, $2: how often at least
	for _ in $(seq 200); do
		[ "$(grep -c "$1" "$work/said")" -ge "$2" ] && return 0
		sleep 0.05
	done
	return 1
}

first=$(settle "$blank") || fail "no window came"
say ok "the window shows the content"
grep -q 'errors: 0' "$work/said" || fail "nothing was said of the content"
say ok "the checker's findings are told"

sed -i 's/^msgstr "Touch to begin"/msgstr "Begin here, please"/' "$work/content/words/en.po"
grep -q 'Begin here' "$work/content/words/en.po" || sed -i '/^msgctxt "begin"/,/^msgstr/s/^msgstr .*/msgstr "Begin here, please"/' "$work/content/words/en.po"
second=$(settle "$first") || fail "a saved change did not reach the window"
say ok "a saved change reaches the window"

# By its words and not by how much was told: two files that were saved one after the other may have been told twice.
sed -i 's/^tint: sky/tint: sk/' "$work/content/modules/planning/en.md"
told "planning/en.md:[0-9]*: 'sk' is not a tint" 1 || fail "a mistake was not told with its line"
sleep 0.3
[ "$(seen)" = "$second" ] || fail "a mistake changed the window"
say ok "a mistake is told, and the window stays"

before=$(grep -c 'errors: 0' "$work/said")
sed -i 's/^tint: sk$/tint: sky/' "$work/content/modules/planning/en.md"
told 'errors: 0' $((before + 1)) || fail "the correction was not seen"
sed -i '/^msgctxt "begin"/,/^msgstr/s/^msgstr .*/msgstr "Touch to begin"/' "$work/content/words/en.po"
again=$(settle "$second") || fail "the change back did not reach the window"
[ "$again" = "$first" ] || fail "the same content looks different"
say ok "the same content is the same picture again"

# Nothing is looked at again and again: in a second without a save the program does not run at all.
ticks() { awk '{print $14 + $15}' "/proc/$preview/stat"; }
switches() { awk '/ctxt_switches/ {sum += $2} END {print sum}' "/proc/$preview/status"; }
sleep 0.5
before=$(switches)
sleep 1
[ "$(switches)" = "$before" ] || fail "it runs while nothing happens"
say ok "it sleeps until a file is saved"

xdotool search --name . windowclose >/dev/null 2>&1 || fail "the window cannot be closed"
for _ in $(seq 100); do kill -0 "$preview" 2>/dev/null || break; sleep 0.05; done
kill -0 "$preview" 2>/dev/null && fail "it goes on without its window"
preview=
say ok "closing the window ends it"
[ -z "$(find /tmp -maxdepth 1 -name 'alcove-preview-*' -newer "$work/display" 2>/dev/null)" ] || fail "a folder is left"
say ok "nothing is left behind"
