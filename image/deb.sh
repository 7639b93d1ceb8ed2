#!/bin/bash
# Builds build/alcove_VERSION_ARCH.deb for those who have a Debian of their own, and has lintian look at it. `make deb`
# calls it, when the programs and packs are built.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -nE 's/^#define ALCOVE_VERSION "(.*)"/\1/p' kiosk/main.c)
arch=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1700000000)
export SOURCE_DATE_EPOCH
work=build/deb
root=$work/debian/alcove
rm -rf $work
umask 022
mkdir -p $root/DEBIAN $root/usr/{bin,lib/alcove/bin,share/alcove/assets} $root/etc/alcove

# Programs find what belongs to them beside themselves, as in a checkout.
for p in alcove alcove-pack alcove-store; do
	strip --remove-section=.comment --remove-section=.note -o $root/usr/lib/alcove/bin/$p build/$p
	chmod 755 $root/usr/lib/alcove/bin/$p
	ln -s ../lib/alcove/bin/$p $root/usr/bin/$p
	install -D -m 644 image/deb/$p.1 $root/usr/share/man/man1/$p.1
done
install -m 644 build/library.pack build/house.pack build/desk.html $root/usr/share/alcove/
cp -r assets/. $root/usr/share/alcove/assets/
for f in library.pack desk.html; do
	ln -s ../../../share/alcove/$f $root/usr/lib/alcove/bin/$f
done
ln -s ../../share/alcove/assets $root/usr/lib/alcove/assets

# One settings file, with a kiosk's own values, and the manual page made out of its explanations.
settings=$root/etc/alcove/alcove.ini
sed -e 's#build/\(.*\.pack\)#/usr/share/alcove/\1#; s#assets/fonts.ini#/usr/share/alcove/assets/fonts.ini#' \
	-e 's#^fullscreen = no#fullscreen = yes#; s#^store =.*#store = /var/lib/alcove/store#; s#^usb =.*#usb = /run/alcove-usb#' \
	-e 's#^keys =.*#keys = /etc/alcove/keys#' kiosk/host/alcove.ini >$settings
install -d $root/etc/alcove/keys $root/usr/share/man/man5
image/deb/ini-page.sh kiosk/host/alcove.ini >$root/usr/share/man/man5/alcove.ini.5
find $root/usr/share/man -type f -exec gzip -9n {} +

install -D -m 644 image/deb/alcove.service $root/lib/systemd/system/alcove.service
install -D -m 644 image/deb/alcove-stick.rules $root/lib/udev/rules.d/70-alcove-stick.rules
install -D -m 644 'image/root/etc/systemd/system/run-alcove\x2dusb.mount' "$root/lib/systemd/system/run-alcove\\x2dusb.mount"
install -D -m 644 image/deb/copyright $root/usr/share/doc/alcove/copyright
printf 'alcove (%s) unstable; urgency=medium\n\n  * As in its repository.\n\n -- The Alcove authors <alcove@example.org>  %s\n' \
	"$version" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")" >$work/debian/changelog
gzip -9nc $work/debian/changelog >$root/usr/share/doc/alcove/changelog.gz
cp image/deb/control $work/debian/control
install -m 755 -t $root/DEBIAN image/deb/postinst image/deb/prerm image/deb/postrm
(cd $root && find etc -type f | sed 's#^#/#') >$root/DEBIAN/conffiles

cd $work
dpkg-shlibdeps --ignore-missing-info -O debian/alcove/usr/lib/alcove/bin/* >debian/substvars 2>/dev/null
# The lamp's library is loaded by name, so dpkg-shlibdeps does not see it; it is the one that we are built with.
lamp=libgpiod2
[ "$(pkg-config --modversion libgpiod | cut -d. -f1)" = 1 ] || lamp=libgpiod3
echo "lamp:Suggests=$lamp" >>debian/substvars
dpkg-gencontrol -Tdebian/substvars -Pdebian/alcove -palcove -O >debian/alcove/DEBIAN/control
(cd debian/alcove && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >debian/alcove/DEBIAN/md5sums
find debian/alcove -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build debian/alcove "../alcove_${version}_$arch.deb" >/dev/null
cd ../..
# It must work from where it will stand, not only from here: every program says what it is, content is found.
rm -rf $work/tried
dpkg-deb -x "build/alcove_${version}_$arch.deb" $work/tried
$work/tried/usr/bin/alcove --version >/dev/null
$work/tried/usr/bin/alcove-store --help >/dev/null
$work/tried/usr/bin/alcove-pack build content/house -o $work/tried/house.pack >/dev/null
cmp -s $work/tried/house.pack build/house.pack || { echo "the package compiles another pack than this folder" >&2; exit 1; }
lintian --allow-root --fail-on error,warning "build/alcove_${version}_$arch.deb"
echo "  build/alcove_${version}_$arch.deb: $(($(stat -c %s "build/alcove_${version}_$arch.deb") >> 10)) KiB, and lintian finds nothing"
