#!/bin/bash
# Staff mode, whole: every script here is played by the replay with the real host logic, the real store and packs that
# Debian's minisign has signed, each with a store of its own.
#   tests/staff/run.sh            all
#   tests/staff/run.sh NAME...    only these scripts
#   tests/staff/run.sh window     the whole journey by mouse in a real window (window.py)
set -u
cd "$(dirname "$0")/../.." || exit 1
BIN=${BIN:-build/san}
out=build/staff
bad=0
if ! command -v minisign >/dev/null; then
	echo "not ok - staff: minisign is missing; run make setup-test"
	exit 1
fi
if ! tests/staff/prepare.sh $out "$BIN" >$out.log 2>&1; then
	echo "not ok - staff: preparing: $(tail -3 $out.log | tr '\n' ' ')"
	exit 1
fi

# A script's store and stick are $out/NAME/store and $out/NAME/usb; the folders that it puts in are copies of its own.
# One whose name is OTHER-again goes on with the store of OTHER.
play() { # NAME
	local name=$1 room=$out/$1 says more=()
	mkdir -p "$room/usb"
	for stick in new unsigned stranger; do
		cp -r "$out/$stick" "$room/$stick"
	done
	case $name in
	line*)
		[ -n "$broker" ] || start_broker
		more=(--broker "127.0.0.1:$port")
		;;
	*-again) cp -r "$out/${name%-again}/store" "$room/store" ;;
	esac
	grep -q '^#:.*sound\.ini' "tests/staff/$name.script" && listen
	# shellcheck disable=SC2046
	if says=$(BIN=$BIN "$BIN/alcove-replay" --store "$room/store" --usb "$room/usb" --keys "$out/keys" "${more[@]}" \
		$(sed -n '1s/^#: //p' "tests/staff/$name.script") --pack build/library.pack --pack build/house.pack \
		"tests/staff/$name.script" 2>&1 >"$room/out"); then
		echo "ok - staff: $name"
	else
		echo "not ok - staff: $name: $(head -3 <<<"$says" | tr '\n' ' ')"
		bad=1
	fi
	[ "$name" != sound ] || heard
	end_listening
}
# What the card is sent: two tones of 60,000 frames of 4 bytes, the second four times as loud as the first (20 dB are ten
# times the height of a wave), and nothing for Off.
listen() {
	export ALSA_CONFIG_PATH=$PWD/$out/asound.conf
	python3 - "$out/card" "$out/heard" <<-'END' &
		import os, sys
		source, to = os.open(sys.argv[1], os.O_RDWR), open(sys.argv[2], "wb", buffering=0)
		while data := os.read(source, 65536):
		    to.write(data)
	END
	listener=$!
}
end_listening() {
	if [ -n "$listener" ]; then
		kill "$listener"
		wait "$listener" 2>/dev/null
		listener=
	fi
}
heard() {
	# What is still on its way is waited for.
	for _ in $(seq 100); do
		[ "$(stat -c %s "$out/heard")" -lt $((2 * 60000 * 4)) ] || break
		sleep 0.1
	done
	end_listening
	if python3 - "$out/heard" <<-'END'; then
		import array, sys
		samples = array.array("h", open(sys.argv[1], "rb").read())
		half = len(samples) // 2
		first, second = max(map(abs, samples[:half])), max(map(abs, samples[half:]))
		sys.exit(not (len(samples) == 4 * 60000 and second == 8192 and 812 <= first <= 820))
	END
		echo "ok - staff: what the card was sent is the tone, twice"
	else
		echo "not ok - staff: what the card was sent is not the tone, twice: $out/heard"
		bad=1
	fi
}
listener=
# A broker for those whose name begins with "line".
broker=
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_broker() {
	printf 'listener %s 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n' "$port" >$out/mosquitto.conf
	PATH=$PATH:/usr/sbin mosquitto -c $out/mosquitto.conf >/dev/null 2>&1 &
	broker=$!
}
end() {
	if [ -n "$broker" ]; then
		kill "$broker" 2>/dev/null
		wait "$broker" 2>/dev/null
	fi
	end_listening
}
trap end EXIT
names=("$@")
[ $# = 0 ] && mapfile -t names < <(ls tests/staff/*.script | sed 's#.*/##; s#\.script$##' | sort)
for name in "${names[@]}"; do
	case $name in
	window) python3 tests/staff/window.py build $out || bad=1 ;;
	*) play "$name" ;;
	esac
done
exit $bad
