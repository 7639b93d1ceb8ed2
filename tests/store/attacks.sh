#!/bin/bash
# Every attack on signed updates that TUF lists (https://theupdateframework.io/docs/security/), as a stick would carry it,
# against the real program: each is refused with the one sentence that a person at the desk needs, the exit status is 1,
# and what was in use before still is. Real packs, built by alcove-pack and signed by Debian's minisign. BIN=build for the
# released program.
set -u
cd "$(dirname "$0")/../.." || exit 1
BIN=${BIN:-build/san}
export ASAN_OPTIONS=detect_leaks=0
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT
mkdir -p "$w"/{store,keys,stick,secret,content,fresh}
bad=0
id=org.example.house

# --- packs and keys --------------------------------------------------------------------------------------------------
key() { minisign -G -W -f -p "$w/$2/$1.pub" -s "$w/secret/$1" >/dev/null; } # NAME FOLDER
sign() { minisign -S -s "$w/secret/${2:-ours}" -m "$w/stick/$1.pack" "${@:3}" </dev/null >/dev/null; } # NAME [KEY] [MORE]
# NAME VERSION [ID [MADE]]: an unsigned pack on the stick
pack() {
	rm -rf "$w/content" && cp -r content/house "$w/content"
	sed -i "s/^version=.*/version=$2/; s/^id=.*/id=${3:-$id}/; s/^made=.*/made=${4:-2026-11-20}/" "$w/content/pack.ini"
	build/alcove-pack build "$w/content" -o "$w/stick/$1.pack" >/dev/null || echo "not ok - attacks: $1 cannot be built"
}
# NAME KEY VALUE: five.pack with another fact, which alcove-pack would never write
edited() {
	cp "$w/stick/five.pack" "$w/edit" && rm -f "$w/stick/$1.pack"
	sqlite3 "$w/edit" "UPDATE fact SET value = '$3' WHERE key = '$2'; VACUUM INTO '$w/stick/$1.pack'" && sign "$1"
}
signed() { pack "$@" && sign "$1"; }
store() { timeout 60 "$BIN/alcove-store" --store "${in:-$w/store}" --keys "$w/keys" --pack build/library.pack "$@"; }

key ours keys
key stranger secret
key gone keys
grep -o '[0-9A-F]*$' <(head -1 "$w/keys/gone.pub") >"$w/keys/revoked"
signed five 5
if ! store install "$w/stick/five.pack" >/dev/null; then
	echo "not ok - attacks: a good pack is not installed"
	exit 1
fi

# --- judging ---------------------------------------------------------------------------------------------------------
verdict() { # "WHAT" "WHY NOT, OR NOTHING"
	if [ -z "$2" ]; then
		echo "ok - attacks: $1"
	else
		echo "not ok - attacks: $1: $(tr '\n' ' ' <<<"$2")"
		bad=1
	fi
}
in_use() { store list 2>/dev/null | sed -n '/^house, in use:/{n;s/.* version \([0-9]*\),.*/\1/p}'; }

# refused "WHAT" "WORDS OF THE SENTENCE" FILE
refused() {
	local says got why=
	says=$(store install "$3" 2>&1 >/dev/null </dev/null)
	got=$?
	if [ $got != 1 ]; then
		why="ends with $got: $says"
	elif [ "$(grep -c . <<<"$says")" != 1 ]; then
		why="not one line: $says"
	elif ! grep -qE "$2" <<<"$says"; then
		why="the sentence has no \"$2\": $says"
	# What is so, and what to do: two sentences or two halves.
	elif ! grep -qE '[.;?] .*\.$' <<<"$says"; then
		why="no next step: $says"
	elif [ "$(in_use)" != 5 ]; then
		why="what was in use is not any more: $(in_use)"
	elif [ -n "$(ls -A "$w/store/incoming")" ]; then
		why="something is left: $(ls -A "$w/store/incoming")"
	fi
	verdict "$1" "$why"
}

# --- the attacks -----------------------------------------------------------------------------------------------------
# Arbitrary software: somebody else's pack.
pack six 6
refused "no signature" "no signature beside it" "$w/stick/six.pack"
sign six stranger
refused "signed by a stranger" "does not know" "$w/stick/six.pack"
sign six gone
refused "signed with a revoked key" "taken back" "$w/stick/six.pack"
sign six ours -l
refused "a signature of the old kind" "old kind" "$w/stick/six.pack"
head -c 100 /dev/urandom >"$w/stick/six.pack.minisig"
refused "a signature that is none" "cannot be read" "$w/stick/six.pack"
head -c 20000000 /dev/zero >"$w/stick/six.pack.minisig"
refused "a signature of 20 MB" "cannot be read" "$w/stick/six.pack"
rm "$w/stick/six.pack.minisig" && mkfifo "$w/stick/six.pack.minisig"
refused "a signature that is a pipe" "cannot be read" "$w/stick/six.pack"
rm "$w/stick/six.pack.minisig"
# A key of the stranger's that bears the id of ours: only its owner can make such a file, and it is worth nothing.
sign six stranger
python3 - "$w/stick/six.pack.minisig" "$w/stick/five.pack.minisig" <<'PY'
import base64, sys
theirs, ours = (open(f).read().split("\n") for f in sys.argv[1:3])
a, b = base64.b64decode(theirs[1]), base64.b64decode(ours[1])
theirs[1] = base64.b64encode(a[:2] + b[2:10] + a[10:]).decode()
open(sys.argv[1], "w").write("\n".join(theirs))
PY
refused "a stranger's signature under our key's id" "does not belong to this file" "$w/stick/six.pack"

# Mix and match: parts that are genuine and do not belong together.
sign six
pack seven 7
cp "$w/stick/six.pack.minisig" "$w/stick/seven.pack.minisig"
refused "the signature of another file" "does not belong to this file" "$w/stick/seven.pack"
cp "$w/stick/six.pack" "$w/stick/bent.pack" && cp "$w/stick/six.pack.minisig" "$w/stick/bent.pack.minisig"
printf x | dd of="$w/stick/bent.pack" bs=1 seek=60000 conv=notrunc status=none
refused "one byte changed" "does not belong to this file" "$w/stick/bent.pack"
sign six
sed -i '3s/.*/trusted comment: version 99/' "$w/stick/six.pack.minisig"
refused "another trusted comment" "does not belong to this file" "$w/stick/six.pack"

# Rollback.
signed four 4
refused "an older version" "newer version than this is in use" "$w/stick/four.pack"
refused "the same version" "in use already" "$w/stick/five.pack"
signed same 5 $id 2026-11-21
refused "the same version with other content" "in use already" "$w/stick/same.pack"

# Fast forward: a version after which there is none.
edited far version 2147483647
refused "a version of 2^31-1" "version is so high" "$w/stick/far.pack"
edited farther version 4294967295
refused "a version of 2^32-1" "version is so high" "$w/stick/farther.pack"

edited beyond version 99999999999999999999
refused "a version beyond all numbers" "damaged" "$w/stick/beyond.pack"
edited below version -1
refused "a version below nothing" "damaged" "$w/stick/below.pack"

# Endless data.
truncate -s 10G "$w/stick/endless.pack" && cp "$w/stick/five.pack.minisig" "$w/stick/endless.pack.minisig"
refused "10 GB, sparse" "too big" "$w/stick/endless.pack"
truncate -s 1T "$w/stick/endless.pack"
refused "1 TB, sparse" "too big" "$w/stick/endless.pack"
: >"$w/stick/empty.pack" && cp "$w/stick/five.pack.minisig" "$w/stick/empty.pack.minisig"
refused "0 bytes" "not a pack" "$w/stick/empty.pack"
# One that grows as long as it is read: the program must notice, and not run after it.
cp "$w/stick/six.pack" "$w/stick/growing.pack" && sign growing
truncate -s 300M "$w/stick/growing.pack"
(
	for _ in $(seq 400); do
		head -c 4096 /dev/zero >>"$w/stick/growing.pack"
		sleep 0.005
	done
) &
grower=$!
refused "a file that grows" "changed while it was copied|does not belong" "$w/stick/growing.pack"
kill $grower 2>/dev/null
wait $grower 2>/dev/null

# Wrong product.
signed other 9 org.other.house
refused "a house's pack with another id" "for something else" "$w/stick/other.pack"
cp build/library.pack "$w/lib.pack" && sqlite3 "$w/lib.pack" "UPDATE fact SET value = 'org.other.library' WHERE key = 'id'"
sqlite3 "$w/lib.pack" "VACUUM INTO '$w/stick/lib.pack'" && sign lib
refused "a library of another product" "for something else" "$w/stick/lib.pack"
sqlite3 "$w/stick/data.pack" 'CREATE TABLE t (a)' && sign data
refused "a database that is no pack" "for something else" "$w/stick/data.pack"
head -c 100000 /dev/urandom >"$w/stick/noise.pack" && sign noise
refused "bytes that are no pack, rightly signed" "not a pack" "$w/stick/noise.pack"
sign six
cp "$w/stick/six.pack" "$w/stick/later.pack"
printf '\0\0\0\x63' | dd of="$w/stick/later.pack" bs=1 seek=60 conv=notrunc status=none && sign later
refused "made for a newer Alcove, rightly signed" "needs a newer Alcove" "$w/stick/later.pack"
head -c 50000 "$w/stick/six.pack" >"$w/stick/cut.pack" && sign cut
refused "cut short before it was signed" "damaged" "$w/stick/cut.pack"
cp "$w/stick/six.pack" "$w/stick/view.pack" && sqlite3 "$w/stick/view.pack" 'CREATE VIEW x AS SELECT 1' && sign view
refused "with a view in it, rightly signed" "damaged" "$w/stick/view.pack"

# Names and links.
ln -s "$w/stick/six.pack" "$w/stick/link.pack" && ln -s "$w/stick/six.pack.minisig" "$w/stick/link.pack.minisig"
refused "a link" "not a pack" "$w/stick/link.pack"
ln -s /dev/zero "$w/stick/zero.pack"
refused "a link to a device" "not a pack" "$w/stick/zero.pack"
mkfifo "$w/stick/pipe.pack"
refused "a pipe" "not a pack" "$w/stick/pipe.pack"
mkdir "$w/stick/folder.pack"
refused "a folder" "not a pack" "$w/stick/folder.pack"
refused "a file of another kind" "not a pack" "$w/stick/six.pack.minisig"
refused "a file that is not there" "no such file" "$w/stick/nothing.pack"
# What is kept never has a name from outside.
edited up id ../../../evil.house
refused "an id with a path in it" "damaged" "$w/stick/up.pack"

# --- and what is good still goes in ----------------------------------------------------------------------------------
store install "$w/stick/six.pack" >"$w/says" 2>&1
verdict "a good pack is installed after all that" "$([ "$(in_use)" = 6 ] || cat "$w/says")"
store restore $id >"$w/says" 2>&1
verdict "and taken back on purpose" "$([ "$(in_use)" = 5 ] || cat "$w/says")"

# Freeze: nothing new comes; staff see how old it is.
in=$w/fresh
signed old 1 $id 2024-05-01
store install "$w/stick/old.pack" >"$w/says" 2>&1
verdict "a pack that has grown old says so" "$(store list | grep -q 'months old: ask the publisher' || store list)"
in=

# --- the command line, and keys --------------------------------------------------------------------------------------
# usage STATUS "WORDS" ARGUMENTS...
usage() {
	local status=$1 words=$2 says got
	shift 2
	says=$(timeout 20 "$BIN/alcove-store" "$@" 2>&1 >/dev/null </dev/null)
	got=$?
	verdict "refused: alcove-store $(sed "s#$w/##g" <<<"$*")" "$([ $got = "$status" ] && [ "$(grep -c . <<<"$says")" = 1 ] &&
		grep -qE "$words" <<<"$says" || echo "ends with $got: $says")"
}
usage 2 "Say what to do"
usage 2 "Say what to do" --store "$w/store" destroy
usage 2 "Which store" list
usage 2 "exactly one name" --store "$w/store" install
usage 2 "takes no name" --store "$w/store" list now
usage 2 "needs a value" list --store
usage 2 "is not an option" --stock x list
usage 1 "cannot be opened" --store "$w/nowhere" list
usage 1 "cannot be opened" --store "$w/store" --keys "$w/nowhere" list
usage 1 "No pack with this id" --store "$w/store" --keys "$w/keys" restore org.nobody
usage 1 "not a publisher's key" fingerprint "$w/stick/five.pack"
usage 1 "taken back" --store "$w/store" --keys "$w/keys" trust "$w/keys/gone.pub"
verdict "help is printed" "$("$BIN/alcove-store" --help | grep -q '^Usage' || echo "no help")"
verdict "a sum over the key is what a publisher sees too" "$(
	ours=$("$BIN/alcove-store" fingerprint "$w/keys/ours.pub" | sed 's/.*fingerprint //; s/ //g' | tr A-F a-f)
	theirs=$(tail -n1 "$w/keys/ours.pub" | base64 -d | b2sum -l 64 | cut -d' ' -f1)
	[ "$ours" = "$theirs" ] || echo "$ours and $theirs")"
store trust "$w/secret/stranger.pub" >"$w/says" 2>&1 || cat "$w/says"
signed eight 8 && sign eight stranger
store install "$w/stick/eight.pack" >"$w/says" 2>&1
verdict "a publisher whom staff have added is trusted" "$([ "$(in_use)" = 8 ] || cat "$w/says")"
exec 9<"$w/store" && flock 9
usage 1 "in use by another program" --store "$w/store" --keys "$w/keys" install "$w/stick/eight.pack"
flock -u 9
printf x | dd of="$(ls -t "$w"/store/house/*.pack | head -1)" bs=1 seek=9000 conv=notrunc status=none
store check >"$w/says" 2>&1
got=$?
verdict "check finds what is damaged, and what is shown instead" "$([ $got = 1 ] && grep -q 'not usable' "$w/says" &&
	grep -q 'the kiosk shows' "$w/says" || cat "$w/says")"
exit $bad
