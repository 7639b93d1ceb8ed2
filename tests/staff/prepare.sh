#!/bin/bash
# Makes what the journeys of staff mode need, below build/staff: a publisher's key, and a library of version 2 with one
# page more, signed by Debian's minisign. The second argument is the folder of the programs.
set -eu
cd "$(dirname "$0")/../.."
out=$1 BIN=$2
rm -rf "$out"
mkdir -p "$out/keys" "$out/stranger" "$out/new" "$out/unsigned"
# minisign asks for a password, even for none.
minisign -G -W -f -p "$out/keys/publisher.pub" -s "$out/publisher.key" </dev/null >/dev/null
minisign -G -W -f -p "$out/stranger/stranger.pub" -s "$out/stranger.key" </dev/null >/dev/null
cp -r content/library "$out/library"
sed -i 's/^version=.*/version=2/' "$out/library/pack.ini"
cat >>"$out/library/modules/planning/en.md" <<'END'

# A page from the stick {id=from-the-stick}

Staff put this page in today.
END
"$BIN/alcove-pack" build "$out/library" -o "$out/new/library.pack" >/dev/null
minisign -S -s "$out/publisher.key" -m "$out/new/library.pack" </dev/null >/dev/null
cp "$out/new/library.pack" "$out/unsigned/library.pack"
cp "$out/new/library.pack" "$out/stranger/library.pack"
minisign -S -s "$out/stranger.key" -m "$out/stranger/library.pack" </dev/null >/dev/null
rm "$out/stranger/stranger.pub"
# A sound card for the replay: ALSA's own device that writes what it plays into a file, here a FIFO.
mkfifo "$out/card"
echo "pcm.card { type file slave.pcm { type null } file \"$PWD/$out/card\" format raw }" >"$out/asound.conf"
printf '[place]\nname = Alcove\n[sound]\ndevice = %s\n[content]\npack = build/library.pack\n' card >"$out/sound.ini"
sed 's/^device =.*/device = missing/' "$out/sound.ini" >"$out/no-sound.ini"
