#!/bin/bash
# Runs every test and ends with one line: N passed, N failed. `make test` builds what is needed first.
#   tests/run.sh              everything (minutes)
#   tests/run.sh GROUP...     only these: units visits broken refuse golden walk acceptance house desk
# Each test prints "ok - ..." or "not ok - ...: why". All that was printed is kept in build/test-logs.
set -u
cd "$(dirname "$0")/.." || exit 1
logs=build/test-logs
mkdir -p $logs
passed=0 failed=0

# Programs of cmocka, two at a time.
units() {
	find build/san/tests -name '*_test' -type f | sort | xargs -P 2 -I{} bash -c '
		says=$(CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 {} 2>&1)
		status=$?
		name=$(sed "s#build/san/tests/##" <<<{})
		sed -nE "s#^ok [0-9]+ - #ok - $name: #p; s#^not ok [0-9]+ - #not ok - $name: #p" <<<"$says"
		if [ $status != 0 ]; then
			grep -q "^not ok" <<<"$says" || echo "not ok - $name: ended with $status"
			grep -vE "^(ok|1\.\.)" <<<"$says" | tail -25 | sed "s/^/    /"
		fi'
}
visits() { BIN=build/san tests/visits.sh; }
broken() { BIN=build/san python3 tests/visits/broken.py; }
refuse() { tests/refuse.sh; }
golden() { tests/golden.sh; }
walk() { python3 tests/walk/walk.py; }
acceptance() { tests/acceptance/first_light.sh; }
writers() { tests/packc/strict.sh && tests/packc/preview.sh && python3 tests/packc/large.py; }
house() { tests/house.sh; }
desk() { tests/desk/run.sh; }

run() { # GROUP
	local began=$SECONDS log=$logs/$1.txt status ok bad
	"$1" >"$log" 2>&1
	status=$?
	ok=$(grep -c '^ok' "$log")
	bad=$(grep -c '^not ok' "$log")
	# A group that says nothing, or ends badly without saying why, has failed too.
	if [ "$bad" = 0 ] && { [ $status != 0 ] || [ "$ok" = 0 ]; }; then
		echo "not ok - $1: ended with $status" >>"$log"
		bad=1
	fi
	printf '%-11s %4d passed %4d failed  %3d s\n' "$1" "$ok" "$bad" $((SECONDS - began))
	if [ "$bad" != 0 ]; then
		grep -vE '^ok' "$log" | head -40
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
}

groups=("$@")
[ $# = 0 ] && groups=(units visits broken refuse golden walk writers acceptance house desk)
for group in "${groups[@]}"; do
	case $group in
	units | visits | broken | refuse | golden | walk | writers | acceptance | house | desk) run "$group" ;;
	*)
		echo "There is no group $group. There are: units visits broken refuse golden walk writers acceptance house desk." >&2
		exit 2
		;;
	esac
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
