#!/bin/bash
# Systems to update with, out of a card that was built: tests/image/systems.sh ARCH FOLDER, with the publisher's key in
# FOLDER/keys. They have that card's own kernel, programs and packs; only the root is packed again, less tightly, which
# takes seconds and not minutes.
#
#   FOLDER/card           a card that takes systems of this publisher
#   FOLDER/new.system     the same system, one version on
#   FOLDER/stuck.system   one whose kiosk is there and never shows anything
#   FOLDER/damaged.system one that the publisher has signed when it was damaged already
set -euo pipefail
cd "$(dirname "$0")/../.."
repo=$PWD
arch=${1:?which architecture} folder=$(realpath --relative-to=. "${2:?which folder}")
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
# shellcheck source=image/lib.sh
. image/lib.sh
# shellcheck disable=SC2034
triplet=$(image_triplet "$arch") least=0 SQUASH_LEVEL=1
built=build/image/$arch
version=$(tr ' ' '\n' <"$(ls "$built"/cmdline "$built"/boot/a/cmdline.txt 2>/dev/null | head -1)" | sed -n 's/^alcove.version=//p')
[ -n "$version" ] || fail "there is no card for $arch; build it with make image ARCH=$arch"
image_partitions "$arch"

# A folder to work in, with the root of the card: links, so that nothing is copied that does not change.
prepare() { # NAME
	work=$folder/$1
	mkdir -p "$work"
	cp -al "$built/root" "$work/root"
	ln -s "$(realpath --relative-to="$work" "$built/system")" "$work/system"
	cp "$built/early.img" "$work/"
	install -d "$work/root/usr/share/alcove/system-keys"
	rm -f "$work"/root/usr/share/alcove/system-keys/*
	install -m 644 -t "$work/root/usr/share/alcove/system-keys" "$folder"/keys/*.pub
}
# What starts it, for the version that it is now.
starts=()
finish() {
	image_hashes "$work"
	rm -rf "$work/boot"
	mkdir -p "$work/boot"
	# shellcheck disable=SC1090
	. "image/boot/$arch/make.sh"
}

prepare base
image_squash "$work"
finish
out=$folder/card
image_disk
version=$((version + 1))
finish
image_system_file "$arch" "$work" "$folder/new.system" "${starts[@]}"

# Past its head, and far from the end: the publisher's own hashes are those of what it was before.
version=$((version + 1))
finish
image_system_file "$arch" "$work" "$folder/damaged.system" "${starts[@]}"
slot=$(stat -c %s "$work/system.img")
dd if=/dev/urandom of="$folder/damaged.system" bs=1M seek=$((slot >> 22)) count=$((slot >> 21)) conv=notrunc status=none

version=$((version + 1))
prepare stuck
rm "$work/root/usr/bin/alcove"
printf '#!/bin/sh\nexec sleep 100000\n' >"$work/root/usr/bin/alcove"
chmod 755 "$work/root/usr/bin/alcove"
image_squash "$work"
finish
image_system_file "$arch" "$work" "$folder/stuck.system" "${starts[@]}"
rm -rf "$folder"/{base,stuck}/root "$folder"/*/root.*
