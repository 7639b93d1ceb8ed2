#!/bin/bash
# Builds the image of a kiosk: image/build.sh amd64|arm64 writes build/alcove-ARCH.img. `make image` calls it.
# All that is used comes from Debian 13, from the package server of the machine that builds. What can be kept from one
# build to the next is kept in build/image; `rm -r build/image` begins anew. Needs root, for chroot.
set -euo pipefail
umask 022
cd "$(dirname "$0")/.."
repo=$PWD
arch=${1:?which architecture: amd64 or arm64}
# shellcheck source=image/lib.sh
. image/lib.sh
work=build/image/$arch
out=build/alcove-$arch.img
steps=9

# The time that stands on every file: that of the last change to what is built.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct -- . 2>/dev/null || echo 1700000000)
export SOURCE_DATE_EPOCH
# It is the system's version too, which only grows; and the one that must run already where this one is to come.
version=$SOURCE_DATE_EPOCH least=0
mkdir -p "$work"
git describe --always --abbrev=40 --dirty >"$work/commit" 2>/dev/null || echo unknown >"$work/commit"

image_partitions "$arch"

# What is built runs here, whatever the card is for; what it is built for runs there.
triplet=$(image_triplet "$arch")

# Debian's packages are unpacked by one processor alone: so that begins here, beside the tools and the programs, and is waited
# for below. Without our terminal: what is in the background and touches it is stopped.
set -m
image_system "$arch" "$work" </dev/null &
system=$!
set +m
trap 'kill -- "-$system" 2>/dev/null || true' EXIT

step "tools to build with, from Debian 13"
image_tools

step "the programs"
image_sysroot "$arch"
image_compile "$arch" "$work"

step "Debian 13, only what is needed"
wait "$system" || exit 1
trap - EXIT

step "the kiosk's own files; what is not needed goes"
rm -rf "$work/root"
cp -a "$work/system" "$work/root"
image_dress "$arch" "$work"

step "the system as one file, with a hash of every block"
image_squash "$work"

step "the first program, and the drivers that reach the card"
image_initrd "$arch" "$work"

step "the boot partition"
rm -rf "$work/boot"
mkdir -p "$work/boot"
. "image/boot/$arch/make.sh"

step "the card, and the system alone for kiosks that have one"
image_disk
image_compress
image_system_file "$arch" "$work" "build/alcove-$arch.system" "${starts[@]}"

step "what is in it, and whether it is as it must be"
image_papers "$arch" "$work"
image_check "$arch" "$work"
say "$out: $(($(stat -c %s "$out") >> 20)) MiB, compressed $(($(stat -c %s "$out.zst") >> 20)) MiB, in $SECONDS s"
