#!/bin/bash
# `make run`: the kiosk on this machine, with a Mosquitto of its own that ends with it. FULLSCREEN=1 fills the screen.
# Without any display it draws the guided tour instead.
set -eu
cd "$(dirname "$0")/../.."

has_display() {
	[ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ] && return 0
	# A screen without a desktop: a card with a connector that something is plugged into.
	for status in /sys/class/drm/card*-*/status; do
		if [ -e /dev/dri ] && [ "$(cat "$status" 2>/dev/null)" = connected ]; then
			return 0
		fi
	done
	return 1
}

if ! has_display; then
	echo "There is no display here, so this draws every screen to build/tour/*.png instead."
	exec make --no-print-directory tour
fi

# In memory where that is possible: what is asked of staff must not end on a disk.
work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
chmod 711 "$work"
mkdir -m 755 "$work/page"
mkdir -m 700 "$work/state"
install -m 644 build/desk.html "$work/page/index.html"
broker=
end() {
	if [ -n "$broker" ]; then
		kill "$broker" 2>/dev/null || true
		wait "$broker" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mosquitto=$(PATH=$PATH:/usr/sbin:/sbin command -v mosquitto) || {
	echo "Mosquitto is missing. Run make setup." >&2
	exit 1
}
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Requests stay in memory, come from this machine only, and leave no line in a log. The desk's page comes from the broker
# itself, on the port behind the kiosk's.
start_broker() {
	cat >"$work/mosquitto.conf" <<-END
		listener $1 127.0.0.1
		listener $(($1 + 1)) 127.0.0.1
		protocol websockets
		http_dir $work/page
		allow_anonymous true
		persistence false
		connection_messages false
		log_dest none
		max_queued_messages 10000
		max_packet_size 4096
	END
	# What the broker gives back of its memory is overwritten: a request that is over is nowhere.
	GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0 \
		"$mosquitto" -c "$work/mosquitto.conf" >/dev/null 2>&1 &
	broker=$!
	for _ in $(seq 50); do
		kill -0 "$broker" 2>/dev/null || break
		if answers "$1" && answers $(($1 + 1)); then
			return 0
		fi
		sleep 0.05
	done
	kill "$broker" 2>/dev/null || true
	wait "$broker" 2>/dev/null || true
	broker=
	return 1
}

# A port may be taken between looking and listening, so several are tried.
port=
for _ in $(seq 20); do
	try=$((20000 + RANDOM % 20000))
	if ! answers "$try" && ! answers $((try + 1)) && start_broker "$try"; then
		port=$try
		break
	fi
done
if [ -z "$port" ]; then
	echo "Mosquitto could not be started on any port of this machine." >&2
	exit 1
fi

cat >"$work/alcove.ini" <<END
[place]
name = Quiet room
[screen]
fullscreen = $([ "${FULLSCREEN:-0}" = 1 ] && echo yes || echo no)
[staff]
broker_host = 127.0.0.1
broker_port = $port
state_folder = $work/state
[content]
pack = build/library.pack
pack = build/house.pack
END
echo "The desk's page, on this machine: http://127.0.0.1:$((port + 1))/"
build/alcove --config "$work/alcove.ini" &
kiosk=$!
trap 'kill "$kiosk" 2>/dev/null; wait "$kiosk"; exit 130' INT
trap 'kill "$kiosk" 2>/dev/null; wait "$kiosk"; exit 143' TERM
wait "$kiosk"
