#!/bin/bash
# Boots the images and uses them: tests/image/run.sh WHAT..., as boots.py has it (amd64, arm64/board, amd64/use/keys ...);
# `make image-test` builds what is missing first. AT_ONCE: how many machines at the same time (as many as processors).
# The emulator and the twin's programs come from Debian 13, like the image itself; needs root, for chroot.
set -euo pipefail
cd "$(dirname "$0")/../.."
repo=$PWD
NATIVE=$(dpkg --print-architecture)
export NATIVE SOURCE_DATE_EPOCH=1700000000
[ $# -gt 0 ] || set -- amd64
# shellcheck source=image/lib.sh
. image/lib.sh
[ "$(id -u)" = 0 ] || fail "the machines are tried as root, for chroot; please run it as root"
for what in "$@"; do
	image=build/alcove-${what%%/*}.img
	[ -f "$image" ] || fail "there is no $image to try; build it with make image ARCH=${what%%/*}"
done
arch=machines steps=2
step "tools and an emulator, from Debian 13"
packages=$(image_list machine "$NATIVE" | tr -s ' \n' ',')
image_debian build/image/machine "$packages" --variant=minbase --include="${packages%,}"
mkdir -p build/image/machine/alcove
image_tools
programs=build/image/$NATIVE/obj
in_tools "make -s -j2 WERROR= B=$programs $programs/alcove $programs/alcove-replay $programs/alcove-pack $programs/alcove-slots >/dev/null"
step "power on"
exec python3 tests/image/boots.py --at-once "${AT_ONCE:-$(nproc)}" "$@"
