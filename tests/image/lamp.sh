#!/bin/bash
# The lamp's test (tests/host/lamp_test.c) once more, compiled and run among the image's tools: the program, the test and
# libgpiod are then those of Debian 13, as on the card. Needs root, for chroot.
set -euo pipefail
cd "$(dirname "$0")/../.."
repo=$PWD
arch=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=1700000000
# shellcheck source=image/lib.sh
. image/lib.sh
image_tools
objects=build/image/$arch/obj
in_tools "make -s -j2 WERROR= B=$objects $objects/alcove $objects/san/tests/host/lamp_test >/dev/null"
# The test looks for programs in build/ below the folder that it is started in.
rm -rf build/image/lamp
mkdir -p build/image/lamp
ln -s "/alcove/$objects" build/image/lamp/build
# Of /dev there is what this machine has, without the memory that the test shares with the lamp.
in_tools "ls /usr/lib/*/libgpiod.so.3 >/dev/null; mount -t tmpfs tmpfs /dev/shm
	cd build/image/lamp; exec /alcove/$objects/san/tests/host/lamp_test"
