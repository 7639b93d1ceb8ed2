#!/bin/bash
# The proof that nothing of a visit stays: runs every part and ends with one line, N passed, N failed. `make proof` builds
# what is needed first. Each line says what was shown; tests/proof/*.py and *.c say how.
#   VISITS=N      random visits (20000), from 4000 on of a cheaper kind; a million in pieces: tests/proof/README.md
#   tests/proof/run.sh PART...    only these: visit buffers time hide taken memory left staff disk outside glass starved month
set -u
cd "$(dirname "$0")/../.." || exit 1
export BIN=${BIN:-build}
visits=${VISITS:-20000}
unset VISITS
logs=build/proof-logs
mkdir -p $logs
# One visit asks for some ten thousand pieces of memory. FAILS=24000: each of them fails once, and on two sizes of glass.
FAILING=12000 FAILS=${FAILS:-800}
packs=(--program "$BIN/alcove" --pack build/library.pack --pack build/house.pack)

# Visits that run out of memory, on two sizes of glass beside each other.
random() { # COUNT NAME WHAT
	local pids=() fine=1 seen
	local glasses=("320x320 2.5" "800x480 5.2") i=0
	for glass in "${glasses[@]}"; do
		# shellcheck disable=SC2086
		build/proof/visits $(($1 / 2)) $((11 + i)) $glass "${packs[@]}" >"$logs/$2-$i" 2>&1 &
		pids+=($!)
		i=$((i + 1))
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || fine=0
	done
	seen=$(cat $logs/"$2"-? | awk '{ n[$1] += $2 } END { printf "%d touches and waits; %d hidden, %d cleared by time, %d died", n["actions"], n["hidden"], n["cleared_by_time"], n["died"] }')
	if [ $fine = 1 ]; then
		echo "ok - $2: after each of $1 random visits $3 ($seen)"
	else
		echo "not ok - $2: $(cat $logs/"$2"-? | grep -E '^visit |glass' | head -3 | tr '\n' ' ')"
	fi
}

visit() {
	local status=0
	build/proof/powers || status=1
	build/proof/hostile || status=1
	return $status
}
buffers() {
	if build/proof/buffers; then
		echo "ok - buffers: where a display holds three pictures, after an end each of them is the clean one"
	else
		echo "not ok - buffers: a picture that a display holds is not the clean one after an end"
	fi
}
taken() { python3 tests/proof/taken.py; }
time_() { python3 tests/proof/hide.py time; }
hide() { python3 tests/proof/hide.py screens; }
glass() { python3 tests/proof/visits.py "$visits" --copies 4000; }
starved() {
	if [ "$(id -u)" != 0 ]; then
		echo "ok - starved: skipped, for only root may take memory from another process"
		return
	fi
	STARVE=1 random 400 starved "that ran out of memory the glass is what it was before, byte for byte"
	packs[1]=build/proof/starving
	FAIL=$FAILING random "$FAILS" starved "in which one of the first $FAILING pieces of memory was not given, or none from then on, the glass is what it was before, byte for byte"
}
memory() { python3 tests/proof/memory.py ${ENDS:-hidden dead stopped}; }
left() { python3 tests/proof/memory.py left; }
staff() { python3 tests/proof/staff.py; }
disk() { python3 tests/proof/disk.py; }
outside() { python3 tests/proof/outside.py; }
month() { python3 tests/proof/month.py; }

play() { # PART; `time` is a word of the shell
	local does=$1 began=$SECONDS
	[ "$1" = time ] && does=time_
	"$does" >"$logs/$1" 2>&1
	echo $? >"$logs/$1.end"
	echo $((SECONDS - began)) >"$logs/$1.seconds"
}
passed=0 failed=0
report() { # PART
	local bad
	bad=$(grep -c '^not ok' "$logs/$1")
	if [ "$bad" = 0 ] && { [ "$(cat "$logs/$1.end")" != 0 ] || ! grep -q '^ok' "$logs/$1"; }; then
		echo "not ok - $1: ended with $(cat "$logs/$1.end")" >>"$logs/$1"
		bad=1
	fi
	grep -E '^(not )?ok' "$logs/$1"
	[ "$bad" = 0 ] || grep -vE '^ok|^not ok' "$logs/$1" | tail -5
	passed=$((passed + $(grep -c '^ok' "$logs/$1")))
	failed=$((failed + bad))
}

# What measures time is played alone. The rest is played in lanes beside each other: nothing there depends on how fast it is,
# and most of it waits for a person who does not tap twice in half a second, or for a clock.
alone=(visit buffers time)
lanes=("glass" "hide" "left starved" "taken month" "memory staff" "disk outside")
all=("${alone[@]}")
for lane in "${lanes[@]}"; do
	read -ra these <<<"$lane"
	all+=("${these[@]}")
done
parts=("$@")
[ $# = 0 ] && parts=("${all[@]}")
for part in "${parts[@]}"; do
	if [[ " ${all[*]} " != *" $part "* ]]; then
		echo "There is no part $part. There are: ${all[*]}." >&2
		exit 2
	fi
done
asked() { [[ " ${parts[*]} " == *" $1 "* ]]; }
for part in "${alone[@]}"; do
	asked "$part" && play "$part" && report "$part"
done
for lane in "${lanes[@]}"; do
	{
		for part in $lane; do
			asked "$part" && play "$part"
		done
	} &
done
wait
for part in "${all[@]:${#alone[@]}}"; do
	asked "$part" && report "$part"
done
for part in "${parts[@]}"; do
	echo "$part $(cat "$logs/$part.seconds")"
done >"$logs/seconds"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
