#!/bin/bash
# Writes down, as dpkg does, which packages were unpacked in a folder and what is of which: image/registered.sh ROOT,
# called by mmdebstrap while the packages are still there.
set -euo pipefail
cd "${1:?which root}"
mkdir -p var/lib/dpkg/info
echo 1 >var/lib/dpkg/info/format
for deb in var/cache/apt/archives/*.deb; do
	name=$(dpkg-deb --field "$deb" Package)
	[ "$(dpkg-deb --field "$deb" Multi-Arch)" != same ] || name=$name:$(dpkg-deb --field "$deb" Architecture)
	dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's#^\.##; s#/$##; s#^$#/.#' >"var/lib/dpkg/info/$name.list"
	{
		echo "Status: install ok installed"
		dpkg-deb --field "$deb"
		echo
	} >>var/lib/dpkg/status
done
