#!/bin/bash
# The tests of the desk page and of its contract: tests/desk/run.sh [--all] [FILE...]
# --all takes its time too: sounds that repeat, a broker that hangs, 200 kiosks. Needs build/desk.html (make desk).
set -euo pipefail
cd "$(dirname "$0")"
if [ "${1:-}" = --all ]; then
	export ALCOVE_ALL=1
	shift
fi
if [ $# -eq 0 ]; then
	set -- ./*_test.mjs
fi
[ -f ../../build/desk.html ] || {
	echo "build/desk.html is missing. Run make desk." >&2
	exit 1
}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# One file after the other: the times that are measured mean nothing while two browsers share the processor. Each test
# says "ok - ..." or "not ok - ..."; a file that failed says everything.
failed=0
for file in "$@"; do
	name=desk/$(basename "$file" .mjs)
	status=0
	timeout 900 node --test --test-reporter=tap "$file" >"$out" 2>&1 || status=$?
	sed -nE '/# SKIP/d; s#^(ok|not ok) [0-9]+ - #\1 - '"$name"': #p' "$out"
	sed -nE 's/^# [\]?#? *([0-9]+ requests: .*)/    \1/p' "$out"
	if [ $status != 0 ]; then
		grep -q '^not ok' "$out" || echo "not ok - $name: ended with $status"
		cut -c1-400 "$out" | sed 's/^/    /'
		failed=1
	fi
done
exit $failed
