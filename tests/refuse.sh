#!/bin/bash
# Every wrong option, setting and pack is refused with one sentence that says what is wrong, and with the exit status
# that belongs to it. Uses the programs that the sanitizers watch; BIN=build for the released ones.
set -u
cd "$(dirname "$0")/.." || exit 1
BIN=${BIN:-build/san}
export SDL_VIDEODRIVER=dummy
# SDL and the C library keep things until the end of a process.
export ASAN_OPTIONS=detect_leaks=0
w=build/refuse
rm -rf $w
mkdir -p $w
bad=0

# refused STATUS "WORDS OF THE SENTENCE" PROGRAM ARGUMENTS...
refused() {
	local status=$1 words=$2 says got
	shift 2
	says=$(timeout 30 "$BIN/$@" 2>&1 >/dev/null </dev/null)
	got=$?
	if [ $got != "$status" ]; then
		says="ends with $got, not $status: $says"
	elif [ "$(grep -c . <<<"$says")" != 1 ]; then
		says="not one sentence: $says"
	elif ! grep -qiE "$words" <<<"$says"; then
		says="the sentence has no \"$words\": $says"
	elif ! grep -qE '[.?]$' <<<"$says"; then
		says="no whole sentence: $says"
	else
		echo "ok - refused: $(sed "s#$w/##g" <<<"$*")"
		return
	fi
	echo "not ok - refused: $*: $(tr '\n' ' ' <<<"$says")"
	bad=1
}

# --- packs -----------------------------------------------------------------------------------------------------------
library=build/library.pack house=build/house.pack
patch() { # FILE OFFSET BYTES: writes bytes (as printf does) over a copy of the library
	cp $library "$1"
	# shellcheck disable=SC2059
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
: >$w/empty.pack
echo hello >$w/text.pack
head -c 20000 $library >$w/cut.pack
cp $library $w/view.pack && sqlite3 $w/view.pack 'CREATE VIEW x AS SELECT 1'
cp $library $w/trigger.pack && sqlite3 $w/trigger.pack 'CREATE TRIGGER x DELETE ON fact BEGIN SELECT 1; END'
cp $library $w/column.pack && sqlite3 $w/column.pack 'ALTER TABLE fact ADD COLUMN more TEXT'
sqlite3 $w/other.pack 'CREATE TABLE fact (key TEXT)'
patch $w/newer.pack 60 '\x00\x00\x00\x07'
patch $w/wal.pack 18 '\x02\x02'
patch $w/product.pack 68 'NoPe'
mkdir $w/folder.pack

for program in "alcove --pack $library" alcove-replay; do
	status=1
	script=
	[ "$program" = alcove-replay ] && status=2 && script=/dev/null
	# shellcheck disable=SC2086
	for case in "missing.pack|could not be opened" "folder.pack|not a file" "empty.pack|empty" "text.pack|not a pack" \
		"cut.pack|cut short" "view.pack|not laid out" "trigger.pack|not laid out" "column.pack|not laid out" \
		"other.pack|not a pack" "newer.pack|newer Alcove" "wal.pack|changed the pack" "product.pack|not a pack"; do
		refused $status "${case#*|}" $program --pack "$w/${case%|*}" $script
	done
done
mkfifo $w/pipe
refused 1 "is no file" alcove-pack build content/house -o $w/pipe
[ -p $w/pipe ] || { echo "not ok - refused: what is no file was replaced by a pack" && bad=1; }
refused 1 "library pack" alcove --pack $house
for case in "missing.pack|cannot be opened" "empty.pack|empty" "text.pack|not a pack" "cut.pack|cut short" \
	"view.pack|not laid out" "newer.pack|newer Alcove" "wal.pack|changed the pack" "product.pack|not a pack"; do
	refused 1 "${case#*|}" alcove-pack info "$w/${case%|*}"
done

# --- options ---------------------------------------------------------------------------------------------------------
refused 2 "nothing to show" alcove
refused 2 "no option --nope" alcove --nope
refused 2 "needs a value" alcove --pack
refused 2 "not an option" alcove $library
refused 2 "not a size" alcove --window 3
refused 2 "not a size" alcove --window 100x100
refused 2 "could not be read" alcove --config $w/no.ini
printf '[time]\nidle_seconds = 5\n' >$w/idle.ini
refused 2 "idle.ini:2.*120 to 300" alcove --config $w/idle.ini
printf '[time]\nidle_second = 120\n' >$w/unknown.ini
refused 2 "unknown.ini:2" alcove --config $w/unknown.ini
printf '[staff]\nbroker_port = 99999\n' >$w/port.ini
refused 2 "port.ini:2" alcove --config $w/port.ini
refused 2 "name one script" alcove-replay --pack $library
refused 2 "at least one pack" alcove-replay /dev/null
refused 2 "no option --nope" alcove-replay --nope
refused 2 "no size" alcove-replay --size 3 --pack $library /dev/null
refused 2 "pixels per millimetre" alcove-replay --px-per-mm x --pack $library /dev/null
refused 2 "no audience" alcove-replay --audience cat --pack $library /dev/null
refused 2 "no broker" alcove-replay --broker nowhere --pack $library /dev/null
refused 2 "no program" alcove-replay --program $w/no --pack $library /dev/null
refused 2 "could not be opened" alcove-replay --pack $library $w/no.script
refused 2 "font" alcove-replay --fonts $w/no.ini --pack $library /dev/null

# --- lines of a script that do not hold: named with file and line ----------------------------------------------------
line() { # WORDS LINE...
	local words=$1
	shift
	printf '%s\n' "$@" >$w/line.script
	refused 1 "^$w/line.script:$#: .*$words" alcove-replay --pack $library --pack $house $w/line.script
}
line '"dance" is no line' dance
line 'Nothing belongs behind' 'screen now'
line 'Something is missing' 'expect text'
line 'Something is missing' tap
line '"5" is no time' 'wait 5'
line '"-5s" is no time' 'wait -5s'
line 'Here belong 2' 'touch 1'
line 'Here belong 4' 'drag 1 2 3'
line '"up" is not known' 'key up'
line 'There is no choice "nope"' 'tap begin' '' '# a comment' 'tap nope'
line 'The screen is "idle"' 'expect screen home'
line 'does not say "no such words"' 'expect text no such words'
line '"idle" says "Touch to begin"' 'expect no text Touch to begin'
line 'There is a choice "begin"' 'expect no choice begin'
line 'does not show what it showed' 'tap begin' 'expect first-frame'
line 'is 800x480, but the glass' "expect frame tests/golden/800x480-idle.png"
line 'differs in [0-9]+ of 1024000' 'tap begin' "expect frame tests/golden/idle.png"
line 'could not be read' "expect frame $w/no.png"
line 'Nothing was asked of staff' 'bell sent'
line 'The request is "none"' 'expect request come now en'
line 'The end of the last visit is "none"' 'expect end hidden'
line 'Behind "until"' 'tap begin until frame x'
exit $bad
