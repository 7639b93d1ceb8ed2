#!/bin/bash
# First light, end to end, with a real broker: idle, Arabic, a module to its last page, a number, staff, and a wait past
# the timeout end on a frame equal byte for byte to the first one, while mosquitto_sub has seen exactly one request.
# Then once more in a real window, by hand of xdotool, read back from the X server (window.py).
set -u
cd "$(dirname "$0")/../.." || exit 1
BIN=${BIN:-build}
PATH=$PATH:/usr/sbin
out=build/acceptance
rm -rf $out
mkdir -p $out
children=()
end() {
	for child in "${children[@]}"; do
		kill "$child" 2>/dev/null
		wait "$child" 2>/dev/null
	done
}
trap end EXIT
bad=0
result() { # STATUS NAME [WHY]
	if [ "$1" = 0 ]; then
		echo "ok - acceptance: $2"
	else
		echo "not ok - acceptance: $2${3:+: $3}"
		bad=1
	fi
}

# --- a broker of our own, and somebody who hears everything ----------------------------------------------------------
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >$out/mosquitto.conf <<END
listener $port 127.0.0.1
allow_anonymous true
persistence false
connection_messages false
log_dest none
END
mosquitto -c $out/mosquitto.conf >/dev/null 2>&1 &
children+=($!)
for _ in $(seq 100); do
	(exec 3<>/dev/tcp/127.0.0.1/"$port") 2>/dev/null && break
	sleep 0.05
done
mosquitto_sub -h 127.0.0.1 -p "$port" -v -t '#' -q 1 >$out/heard 2>$out/heard.err &
children+=($!)
# Nothing may be missed: wait until what is published is heard.
for _ in $(seq 100); do
	mosquitto_pub -h 127.0.0.1 -p "$port" -t listening -m 1
	grep -q '^listening' $out/heard && break
	sleep 0.05
done

# What was heard for a place, checked field by field: exactly one request, with these fields and no others.
check_heard() { # PLACE HOW WHEN LANGUAGE
	python3 - "$out/heard" "$@" <<'END'
import json, re, sys
from urllib.parse import quote
path, place, how, when, language = sys.argv[1:]
topic = f"alcove/v1/{quote(place, safe='')}/"
lines = [l.rstrip("\n")[len(topic):] for l in open(path, encoding="utf-8") if l.startswith(topic)]
requests = [l for l in lines if l.startswith("request/")]
known = ("state online", "state offline", "open 0", "open 1", 'heartbeat {"every":30}')
others = [l for l in lines if not l.startswith("request/") and l not in known]
if others:
    sys.exit(f"something else was sent: {others}")
if len(requests) != 1:
    sys.exit(f"{len(requests)} requests were sent, not one: {requests}")
found = re.fullmatch(r"request/([0-9a-f]{32}) (\{.*\})", requests[0])
if not found:
    sys.exit(f"this is no request: {requests[0]}")
want = {"id": found[1], "how": how, "when": when, "language": language, "place": place}
if json.loads(found[2]) != want:
    sys.exit(f"the request is {found[2]}, not {want}")
END
}

# --- a replay --------------------------------------------------------------------------------------------------------
says=$($BIN/alcove-replay --broker "127.0.0.1:$port" --place "Quiet room" --pack build/library.pack \
	--pack build/house.pack tests/acceptance/first_light.script 2>&1 >/dev/null)
result $? "idle, Arabic, a module, a number, staff, timeout" "$says"
cmp -s $out/first.png $out/last.png
result $? "the last frame is the first one, byte for byte"
! cmp -s $out/first.png $out/sent.png
result $? "(and the frames between are others)"
why=$(check_heard "Quiet room" come now ar 2>&1)
result $? "mosquitto_sub has seen exactly one request, with exactly its five fields" "$why"

# --- a window --------------------------------------------------------------------------------------------------------
cat >$out/alcove.ini <<END
[place]
name = Window room
[screen]
fullscreen = no
window = 1280x800
px_per_mm = 5.9
[staff]
broker_host = 127.0.0.1
broker_port = $port
[content]
pack = build/library.pack
pack = build/house.pack
END
python3 tests/acceptance/window.py $BIN $out/alcove.ini || bad=1
why=$(check_heard "Window room" desk later ar 2>&1)
result $? "the window's visit sent exactly one request" "$why"
exit $bad
