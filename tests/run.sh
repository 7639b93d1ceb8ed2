#!/bin/bash
# Runs every test and ends with one line: N passed, N failed. `make test` builds what is needed first.
#   tests/run.sh              everything but the slow groups (minutes)
#   tests/run.sh GROUP...     only these: units bell visits broken refuse golden walk writers acceptance staff store house desk line
#                             and the slow ones, which .ci/run asks for: faults mouse
# Each test prints "ok - ..." or "not ok - ...: why". All that was printed is kept in build/test-logs.
set -u
cd "$(dirname "$0")/.." || exit 1
logs=build/test-logs
mkdir -p $logs

# Programs of cmocka, two at a time; those of the bell wait for a broker most of the time, and are a group of their own.
bells='/bell[a-z_]*_test$'
units() { find build/san/tests -name '*_test' -type f | sort | grep -vE "$bells|/fault/" | programs 2; }
bell() { find build/san/tests -name '*_test' -type f | sort | grep -E "$bells" | programs 4; }
programs() { # AT_ONCE: their names come line by line
	xargs -P "$1" -I{} bash -c '
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
store() { tests/store/attacks.sh; }
faults() { find build/san/tests/fault -name '*_test' -type f | sort | programs 2; }
mouse() { tests/staff/run.sh window; }
acceptance() {
	local status=0
	tests/acceptance/first_light.sh || status=1
	tests/host/window.sh || status=1
	python3 tests/host/turned.py || status=1
	return $status
}
writers() { tests/packc/strict.sh && tests/packc/preview.sh && python3 tests/packc/large.py; }
house() { tests/house.sh; }
line() { tests/line/run.sh; }
desk() { tests/desk/run.sh; }

# Runs a group and keeps what it says; then tells it, whole, though other groups run beside it.
play() { # GROUP
	local began=$SECONDS
	"$1" >"$logs/$1.txt" 2>&1
	echo "$? $((SECONDS - began))" >"$logs/$1.end"
	flock "$logs/lock" cat <<<"$(report "$1")"
}

report() { # GROUP
	local log=$logs/$1.txt status took ok skipped bad
	read -r status took <"$logs/$1.end"
	skipped=$(grep -ciE '^ok .*# SKIP' "$log")
	ok=$(($(grep -c '^ok' "$log") - skipped))
	bad=$(grep -c '^not ok' "$log")
	# A group that says nothing, or ends badly without saying why, has failed too.
	if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
		echo "not ok - $1: ended with $status" >>"$log"
		bad=1
	fi
	echo "$ok $bad" >"$logs/$1.sum"
	printf '%-11s %4d passed %4d failed%s  %3d s\n' "$1" "$ok" "$bad" "$([ "$skipped" = 0 ] || echo " $skipped skipped")" "$took"
	if [ "$bad" != 0 ]; then
		grep -vE '^ok' "$log" | head -40
	fi
	grep -iE '^ok .*# SKIP' "$log" | sed 's/^ok - /    skipped: /'
}

# Two rows, one group after the other in each: what works, and beside it what mostly waits. What works is nice, and what
# waits goes first where root asks, so that it is served at once: there times are measured.
works=(units visits broken refuse golden walk writers store house)
waits=(bell acceptance staff line desk)
groups=("$@")
[ $# = 0 ] && groups=("${works[@]}" "${waits[@]}")
works+=(faults) waits+=(mouse)
for group in "${groups[@]}"; do
	if [[ " ${works[*]} ${waits[*]} " != *" $group "* ]]; then
		echo "There is no group $group. There are: ${works[*]} ${waits[*]}." >&2
		exit 2
	fi
done
row() { # GROUP...: those that are wanted
	local group
	for group in "$@"; do
		[[ " ${groups[*]} " == *" $group "* ]] && play "$group"
	done
	return 0
}
rm -f $logs/*.sum
(
	renice -n 5 $BASHPID >/dev/null
	row "${works[@]}"
) &
(
	[ "$(id -u)" != 0 ] || renice -n -10 $BASHPID >/dev/null
	row "${waits[@]}"
) &
wait
# What was wanted and did not end has failed.
missing=0
for group in "${groups[@]}"; do
	[ -e "$logs/$group.sum" ] || { echo "not ok - $group did not end" && missing=$((missing + 1)); }
done
read -r passed failed < <(cat $logs/*.sum /dev/null | awk '{ ok += $1; bad += $2 } END { print ok + 0, bad + 0 }')
failed=$((failed + missing))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
