#!/bin/bash
# tests/fuzz/run.sh SECONDS TARGET...: each target until it has had so much of the processor's time, whatever else the
# machine does, two of them beside each other, gently. What makes one fail is left in build/fuzz/found; put it into
# tests/fuzz/seeds/TARGET when it is mended.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
mkdir -p build/fuzz/found
ticks=$(getconf CLK_TCK)

# How many seconds of the processor a process and the children it has waited for have had; nothing when it is gone.
had() { # PID
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk -v t="$ticks" '{ print int(($12 + $13 + $14 + $15) / t) }'
}

fuzz() { # TARGET
	local target=$1 longest=4096 pid ended runs now spent=0 said=0 began=$SECONDS
	mkdir -p "build/fuzz/corpus/$target"
	[ "$target" = signature ] && longest=12000
	nice -n 15 "build/fuzz/$target" -max_len=$longest -timeout=20 -rss_limit_mb=1500 \
		-artifact_prefix="build/fuzz/found/$target-" -print_final_stats=1 "build/fuzz/corpus/$target" \
		"tests/fuzz/seeds/$target" >"build/fuzz/$target.log" 2>&1 &
	pid=$!
	while now=$(had $pid) && [ -n "$now" ]; do
		spent=$now
		# libFuzzer's word for: enough.
		[ "$spent" -lt "$seconds" ] || kill -USR1 $pid
		[ $((spent - said)) -lt 300 ] || { said=$spent; echo "$target: $spent of $seconds s"; }
		sleep 1
	done
	wait $pid
	ended=$?
	runs=$(sed -nE 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log")
	echo "$target: ${runs:-?} inputs in $spent s of the processor, $((SECONDS - began)) s by the clock:" \
		"$([ $ended = 0 ] && echo "nothing found" || echo "FAILED, see build/fuzz/$target.log")"
	return $ended
}
export -f fuzz had
export seconds ticks
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz {}'
status=$?
rm -rf /dev/shm/alcove-fuzz-*
[ $status = 0 ]
