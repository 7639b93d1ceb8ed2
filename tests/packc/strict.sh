#!/bin/bash
# Our own content has nothing that the checker would say, not even a warning. The age of numbers is that of the day the
# pack was made, so that this does not fail one morning by itself; a writer's own `check` looks at today's date.
#   tests/packc/strict.sh [ALCOVE-PACK]
set -u
cd "$(dirname "$0")/../.." || exit 1
pack=${1:-build/alcove-pack}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

"$pack" build content/library -o "$work/library.pack" >/dev/null || failed=1
for folder in content/library content/house; do
	made=$(sed -n 's/^made *= *//p' $folder/pack.ini)
	if "$pack" check $folder --strict --today "$made" --with "$work/library.pack" >"$work/said" 2>&1; then
		echo "ok - strict: $folder: $(tail -1 "$work/said" | sed 's/.*: errors/errors/')"
	else
		echo "not ok - strict: $folder: $(tail -1 "$work/said" | sed 's/.*: errors/errors/')"
		head -40 "$work/said" | sed 's/^/    /'
		failed=1
	fi
done
exit $failed
