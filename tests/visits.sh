#!/bin/bash
# Plays every script of tests/visits with the programs that the sanitizers watch, two at a time. A script's own options
# stand in its first line behind "#:". BIN=build plays them with the release programs.
set -u
cd "$(dirname "$0")/.." || exit 1
export BIN=${BIN:-build/san}
play() {
	local script=$1 name says
	name=$(basename "$script" .script)
	# shellcheck disable=SC2046
	if says=$("$BIN/alcove-replay" $(sed -n '1s/^#: //p' "$script") --pack build/library.pack --pack build/house.pack \
		"$script" 2>&1 >/dev/null); then
		echo "ok - visit: $name"
	else
		echo "not ok - visit: $name: $(head -3 <<<"$says" | tr '\n' ' ')"
	fi
}
export -f play
list=("$@")
[ ${#list[@]} = 0 ] && list=(tests/visits/*.script)
# The tour has its own target and draws files.
printf '%s\n' "${list[@]}" | grep -v '/tour.script$' | xargs -P 2 -I{} bash -c 'play {}' |
	awk '{ print; if (/^not ok/) bad = 1 } END { exit bad }'
