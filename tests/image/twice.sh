#!/bin/bash
# Two builds of one commit, from the same package versions, are the same bytes: the system, its tree of hashes, the first
# program and the whole card. The second is made in another folder, at another time, with another umask, language and time
# zone, with a Debian that is set up anew; only the tools to build with are the same.
#   tests/image/twice.sh amd64|arm64
set -euo pipefail
cd "$(dirname "$0")/../.."
arch=${1:?which architecture: amd64 or arm64}
fail() {
	echo "not ok - image $arch: twice the same: $*"
	exit 1
}
[ -f "build/alcove-$arch.img" ] || fail "there is no build/alcove-$arch.img to compare with; run make image ARCH=$arch"
commit=$(cat "build/image/$arch/commit")
git rev-parse -q --verify "$commit^{commit}" >/dev/null ||
	fail "the image there was built from $commit, which is no commit; commit what is changed and run make image ARCH=$arch"

again=build/image/a-second-time/in-a-folder-of-another-name
rm -rf build/image/a-second-time
mkdir -p build/image/a-second-time
git clone -q . "$again"
git -C "$again" checkout -q --detach "$commit"
mkdir -p "$again/build/image"
# Neither is looked at but as a tool; what makes an image is taken anew.
for shared in tools tools.asked; do
	ln -s "$PWD/build/image/$shared" "$again/build/image/$shared"
done
# Compilers run among the tools, where a link would lead nowhere.
[ ! -d "build/image/sysroot-$arch" ] || cp -al "build/image/sysroot-$arch"{,.asked} "$again/build/image/"
cp build/desk.html "$again/build/"
(
	umask 077
	cd "$again"
	env TZ=Pacific/Kiritimati LC_ALL=C LANG=tr_TR.UTF-8 HOME=/nowhere USER=somebody image/build.sh "$arch"
) >build/image/a-second-time/log 2>&1 || fail "the second build failed; build/image/a-second-time/log tells why"

different=()
for file in image/$arch/root.squashfs image/$arch/verity image/$arch/early.img alcove-$arch.img; do
	cmp -s "build/$file" "$again/build/$file" || different+=("$file")
done
if [ ${#different[@]} -gt 0 ]; then
	(cd "build/image/$arch/root" && find . -printf '%p %y %m %U %G %l\n' | sort) >build/image/a-second-time/first
	(cd "$again/build/image/$arch/root" && find . -printf '%p %y %m %U %G %l\n' | sort) >build/image/a-second-time/second
	diff build/image/a-second-time/{first,second} | head -20 || true
	diff -rq --no-dereference "build/image/$arch/root" "$again/build/image/$arch/root" | head -20 || true
	fail "different: ${different[*]}"
fi
echo "ok - image $arch: built twice it is the same, byte for byte: $(awk '/^Root hash:/ { print $3 }' "build/image/$arch/verity.txt")"
rm -rf build/image/a-second-time
