#!/bin/bash
# tests/fuzz/run.sh SECONDS TARGET...: each target for so long, one after the other, gently. What makes one fail is left in
# build/fuzz/found; put it into tests/fuzz/seeds/TARGET when it is mended.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
status=0
mkdir -p build/fuzz/found
for target in "$@"; do
	mkdir -p "build/fuzz/corpus/$target"
	longest=4096
	[ "$target" = signature ] && longest=12000
	nice -n 15 "build/fuzz/$target" -max_total_time="$seconds" -max_len=$longest -timeout=20 -rss_limit_mb=1500 \
		-artifact_prefix="build/fuzz/found/$target-" -print_final_stats=1 "build/fuzz/corpus/$target" \
		"tests/fuzz/seeds/$target" >"build/fuzz/$target.log" 2>&1
	ended=$?
	runs=$(grep -oE 'stat::number_of_executed_units: *[0-9]+' "build/fuzz/$target.log" | grep -oE '[0-9]+$')
	echo "$target: ${runs:-?} inputs in $seconds s, $([ $ended = 0 ] && echo "nothing found" || echo "FAILED, see build/fuzz/$target.log")"
	[ $ended = 0 ] || status=1
done
rm -rf /dev/shm/alcove-fuzz-*
exit $status
