#!/bin/bash
# Compares every golden picture with what the release programs draw now, pixel for pixel; `tests/golden.sh --remake`
# draws them anew (look at each before it is committed).
#
# The pictures come from the tour (tests/visits/tour.script, at 1280x800) and from tests/golden/*.script, whose names
# say the glass. The content is our own, in three languages. Exact pixels hold for one release of Debian: its FreeType, HarfBuzz and Noto fonts draw the letters. After
# a new release of Debian, remake them.
set -u
cd "$(dirname "$0")/.." || exit 1
BIN=${BIN:-build}
remake=${1:-}
bad=0
work=build/golden
mkdir -p $work
rm -rf build/differs
# Our own content in three languages: a language that is added must not change a picture.
pack() { # FOLDER: content/FOLDER without its other languages becomes build/golden/FOLDER.pack
	local folder=$work/$1 file
	rm -rf "$folder"
	cp -r "content/$1" "$folder"
	awk '/^\[/ { part = $0 } part !~ /languages|reviewed/ || /^(\[|en|es|ar|$)/' "content/$1/pack.ini" >"$folder/pack.ini"
	find "$folder" \( -name '*.md' -o -name '*.po' -o -path '*/phrases/*.csv' \) ! -name 'README*' |
		grep -vE '/(en|es|ar)\.[a-z]+$' | while read -r file; do rm "$file"; done
	$BIN/alcove-pack build "$folder" -o "$work/$1.pack" >/dev/null
}
pack library && pack house && $BIN/alcove-pack build tests/golden/mixed -o $work/mixed.pack >/dev/null || exit 1

# The tour's frames, without their numbers, are golden pictures; so a screen is described in one place.
sed -E 's#^frame build/tour/[0-9]+-#expect frame tests/golden/#' tests/visits/tour.script >$work/1280x800-tour.script
cp tests/golden/*.script $work/

play() { # SCRIPT: plays it; what differs is said, kept aside and passed over, so that one look shows all
	local script=$1 size packs says line name
	size=$(basename "$script" | sed -E 's/^([0-9]+x[0-9]+).*/\1/')
	packs=(--pack $work/library.pack --pack $work/house.pack)
	case $script in *mixed*) packs+=(--pack $work/mixed.pack) ;; esac
	[ "$remake" = --remake ] && sed -i 's/^expect frame /frame /' "$script"
	local differs=()
	while ! says=$($BIN/alcove-replay --size "$size" "${packs[@]}" "$script" 2>&1 >/dev/null); do
		line=$(sed -nE 's/^[^:]*:([0-9]+): .*/\1/p' <<<"$says" | tail -1)
		name=$([ -n "$line" ] && sed -nE "${line}s/^expect frame //p" "$script")
		if [ -z "$name" ]; then
			echo "not ok - golden: $says"
			bad=1
			return
		fi
		echo "not ok - golden: $(sed -E 's/^[^:]*:[0-9]+: //' <<<"$says") (now: $work/$(basename "$name"))"
		differs+=("$name")
		bad=1
		sed -i "${line}s#.*#frame $work/$(basename "$name")#" "$script"
	done
	for name in $(sed -nE 's/^(expect )?frame (tests.*)/\2/p' "$script"); do
		echo "ok - golden: $(basename "$name" .png)"
	done
}

for script in $work/*.script; do
	play "$script"
done
# A picture that no script draws would be kept for ever and never looked at.
for picture in tests/golden/*.png; do
	grep -q "frame .*/$(basename "$picture")\$" $work/*.script && continue
	if [ "$remake" = --remake ]; then
		rm "$picture"
	else
		echo "not ok - golden: no script draws $picture"
		bad=1
	fi
done
exit $bad
