#!/bin/bash
# kiosk/README.md is the plan of the house: every file of ours is on it, and everything on it is there. A pair of NAME.h
# and NAME.c stands there as `NAME`, a file alone with its ending.
set -eu
cd "$(dirname "$0")/.."

there() {
	find kiosk -name '*.[ch]' | sed 's#^kiosk/##' | sort | awk '
		{ base = $0; sub(/\.[ch]$/, "", base); files[base] = $0; count[base]++ }
		END { for (base in count) print count[base] == 2 ? base : files[base] }' | sort
}
named() {
	sed -n 's/^| `\([^`]*\)` |.*/\1/p' kiosk/README.md | sort
}

missing=$(comm -23 <(there) <(named))
stale=$(comm -13 <(there) <(named))
[ -z "$missing" ] || echo "not ok - house: kiosk/README.md has no line for:" $missing
[ -z "$stale" ] || echo "not ok - house: kiosk/README.md names what is not there:" $stale
[ -z "$missing$stale" ] && echo "ok - house: every file is on the plan"
