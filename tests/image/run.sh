#!/bin/bash
# Boots the images and uses them: tests/image/run.sh [amd64|arm64]...; `make image-test` builds what is missing first.
# The emulator and the twin's programs come from Debian 13, like the image itself; needs root, for chroot.
set -euo pipefail
cd "$(dirname "$0")/../.."
repo=$PWD
steps=2
status=0
NATIVE=$(dpkg --print-architecture)
export NATIVE SOURCE_DATE_EPOCH=1700000000
for arch in "${@:-amd64}"; do
	step_now=0
	# shellcheck source=image/lib.sh
	. image/lib.sh
	step "a machine to try it on"
	packages=$(image_list machine "$NATIVE" | tr -s ' \n' ',')
	image_debian build/image/machine "$packages" --variant=minbase --include="${packages%,}"
	mkdir -p build/image/machine/alcove
	image_tools
	in_tools "make -s -j2 WERROR= B=build/image/$NATIVE/obj build/image/$NATIVE/obj/alcove build/image/$NATIVE/obj/alcove-replay >/dev/null"
	step "power on"
	python3 tests/image/boots.py "$arch" || status=1
done
exit $status
