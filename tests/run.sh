#!/bin/bash
# Runs every test and ends with one line: N passed, N failed. `make test` builds what is needed first.
#   tests/run.sh              everything (minutes)
#   tests/run.sh GROUP...     only these: units visits broken refuse golden walk acceptance house desk line
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
staff() { tests/staff/run.sh; }
acceptance() {
	local status=0
	tests/acceptance/first_light.sh || status=1
	tests/host/window.sh || status=1
	return $status
}
writers() { tests/packc/strict.sh && tests/packc/preview.sh && python3 tests/packc/large.py; }
house() { tests/house.sh; }
line() { tests/line/run.sh; }
desk() { tests/desk/run.sh; }

# Runs a group and keeps what it says; report tells it afterwards, so that two groups can run beside each other.
play() { # GROUP
	local began=$SECONDS
	"$1" >"$logs/$1.txt" 2>&1
	echo "$? $((SECONDS - began))" >"$logs/$1.end"
}

report() { # GROUP
	local log=$logs/$1.txt status took ok bad
	read -r status took <"$logs/$1.end"
	ok=$(grep -c '^ok' "$log")
	bad=$(grep -c '^not ok' "$log")
	# A group that says nothing, or ends badly without saying why, has failed too.
	if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
		echo "not ok - $1: ended with $status" >>"$log"
		bad=1
	fi
	printf '%-11s %4d passed %4d failed  %3d s\n' "$1" "$ok" "$bad" "$took"
	if [ "$bad" != 0 ]; then
		grep -vE '^ok' "$log" | head -40
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
}

all=(units visits broken refuse golden walk writers acceptance staff house desk line)
groups=("$@")
[ $# = 0 ] && groups=("${all[@]}")
for group in "${groups[@]}"; do
	if [[ " ${all[*]} " != *" $group "* ]]; then
		echo "There is no group $group. There are: ${all[*]}." >&2
		exit 2
	fi
done
# The line to staff, at the desk and at the kiosk, waits more than it works: both sides at once.
beside=
[[ " ${groups[*]} " == *" desk "* && " ${groups[*]} " == *" line "* ]] && beside=line
for group in "${groups[@]}"; do
	[ "$group" = "$beside" ] && continue
	if [ "$group" = desk ] && [ -n "$beside" ]; then
		play "$beside" &
	fi
	play "$group"
	wait
	report "$group"
done
[ -n "$beside" ] && report "$beside"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
