# The steps of image/build.sh, each a function. Read by it; does nothing by itself.
# shellcheck shell=bash disable=SC2154

suite=trixie
tools=build/image/tools
gentle="nice -n 10"
step_now=0

say() { echo "  $*"; }
step() {
	step_now=$((step_now + 1))
	printf '[%d/%d] %-6s %s (%d s so far)\n' "$step_now" "$steps" "$arch" "$1" "$SECONDS"
}
fail() {
	echo "image: $*" >&2
	exit 1
}

image_triplet() {
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	*) fail "there is no image for $1; there are amd64 and arm64" ;;
	esac
}

# The lists in image/lists: words for this architecture, without the explanations behind two spaces or more.
image_list() { # FILE ARCH
	sed -e 's/#.*//' -e '/^ *$/d' "image/lists/$1" | awk -v arch="$2" '
		$1 == "amd64" || $1 == "arm64" { if ($1 != arch) next; sub(/^[a-z0-9]+ +/, "") }
		{ sub(/   .*/, ""); print }'
}

# The partitions of the card, in MiB, and their names, which the system knows them by. The second place for a system is
# empty: it is for an update, which needs somewhere to be written before it is tried.
image_partitions() { # ARCH
	boot_mib=128 slot_mib=256 data_mib=128
	if [ "$1" = amd64 ]; then
		table=gpt
		boot_id=a1c0fe00-0000-4000-8000-000000000001
		slot_a_id=a1c0fe00-0000-4000-8000-00000000000a
		slot_b_id=a1c0fe00-0000-4000-8000-00000000000b
		data_id=a1c0fe00-0000-4000-8000-00000000000d
	else
		table=dos disk_id=a1c0fe01
		boot_id=$disk_id-01 slot_a_id=$disk_id-02 slot_b_id=$disk_id-03 data_id=$disk_id-04
	fi
}

# --- Debian ---------------------------------------------------------------------------------------------------------

# The package servers that this machine itself uses, for the suite that we want.
image_sources() {
	local main security
	main=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '$2 !~ /security|backports|updates/ { print $1; exit }')
	security=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '$2 ~ /security/ { print $1; exit }')
	[ -n "$main" ] || fail "this machine has no package server. Please look at its sources of apt."
	echo "deb $main $suite main non-free-firmware"
	echo "deb $main $suite-updates main non-free-firmware"
	[ -z "$security" ] || echo "deb $security $suite-security main non-free-firmware"
}

# Makes a tree of Debian, unless the same was asked for before. What was asked stands beside it.
image_debian() { # FOLDER ASKED ARGUMENTS...
	local folder=$1 asked=$2
	shift 2
	if [ "$(cat "$folder.asked" 2>/dev/null)" = "$asked" ] && [ -z "${FRESH:-}" ]; then
		return
	fi
	rm -rf "$folder" "$folder.asked"
	mkdir -p "$(dirname "$folder")"
	local sources=()
	mapfile -t sources < <(image_sources)
	$gentle mmdebstrap --quiet --aptopt='Apt::Install-Recommends "false"' "$@" "$suite" "$folder" "${sources[@]}" \
		>"$folder.log" 2>&1 || fail "the packages could not be had; $folder.log tells why"
	echo "$asked" >"$folder.asked"
}

image_tools() {
	local packages
	packages=$(image_list tools "$(dpkg --print-architecture)" | tr -s ' \n' ',')
	packages=${packages%,},$(make --no-print-directory packages-build | tr ' ' ',')
	image_debian "$tools" "$packages" --variant=minbase --include="$packages"
	mkdir -p "$tools/alcove"
}

# Runs a command among the tools, with this folder as /alcove; the mounts are gone when it ends.
among_tools() {
	unshare --mount --propagation private bash -c '
		mount --bind "$1" "$2/alcove" && mount -t proc proc "$2/proc" && mount --bind /dev "$2/dev" &&
		mount -t tmpfs tmpfs "$2/tmp" || exit 1
		tools=$2
		shift 2
		exec nice -n 10 chroot "$tools" /usr/bin/env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 HOME=/tmp \
			SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" "$@"' bash "$repo" "$tools" "$@"
}
# The same, for one line of shell that begins in /alcove.
in_tools() { among_tools bash -euo pipefail -c "cd /alcove; $1"; }

# Headers and libraries of another architecture, to compile for it here.
image_sysroot() { # ARCH
	[ "$1" != "$(dpkg --print-architecture)" ] || return 0
	local packages
	packages=libc6-dev,$(make --no-print-directory packages-build | tr ' ' '\n' | grep -E '^lib.*-dev$' | paste -sd,)
	image_debian "build/image/sysroot-$1" "$packages" --variant=extract --architectures="$1" --include="$packages"
	# Packages are only unpacked, none is set up: what makes /lib a part of /usr has not run.
	[ -e "build/image/sysroot-$1/lib" ] || ln -s usr/lib "build/image/sysroot-$1/lib"
}

image_compile() { # ARCH WORK
	local cross="" native
	native=$(dpkg --print-architecture)
	if [ "$1" != "$native" ]; then
		local s=/alcove/build/image/sysroot-$1
		cross="PKG_CONFIG_SYSROOT_DIR=$s PKG_CONFIG_LIBDIR=$s/usr/lib/$triplet/pkgconfig:$s/usr/share/pkgconfig"
		cross="$cross make CC='$triplet-gcc --sysroot=$s'"
	fi
	local programs="alcove alcove-pack alcove-guard alcove-early alcove-site alcove-slots"
	# The debugger's part is left out below, and where it was compiled must not show.
	in_tools "${cross:-make} -s -j2 WERROR= B=$2/obj $(printf "$2/obj/%s " $programs) >/dev/null"
	in_tools "make -s -j2 WERROR= B=build/image/$native/obj build/image/$native/obj/alcove-pack >/dev/null
		for p in library house; do build/image/$native/obj/alcove-pack build content/\$p -o $2/\$p.pack >/dev/null; done"
	in_tools "cd $2/obj && for p in $programs; do $triplet-strip -o ../\$p \$p; done"
}

# Packages are unpacked, and none is set up: that would need programs of another architecture to run, and most of it is undone
# for a card. dress.sh does what a kiosk needs of it.
image_system() { # ARCH WORK
	local packages
	packages=$(image_list packages "$1" | tr -s ' \n' ',')
	image_debian "$2/system" "$packages" --variant=extract --architectures="$1" --include="${packages%,}" \
		--extract-hook='image/registered.sh "$1"'
}

# --- the root -------------------------------------------------------------------------------------------------------

image_dress() { # ARCH WORK
	local root=$2/root file
	(cd image/root && find . -type f -print0) | while IFS= read -r -d '' file; do
		install -D -m 644 "image/root/$file" "$root/$file"
		sed -i -e "s/@BOOT@/$boot_id/; s/@DATA@/$data_id/; s/@SLOT_A@/$slot_a_id/; s/@SLOT_B@/$slot_b_id/" "$root/$file"
	done
	install -D -m 755 -t "$root/usr/bin" "$2/alcove" "$2/alcove-pack"
	install -D -m 755 -t "$root/usr/lib/alcove" "$2/alcove-guard" "$2/alcove-site" "$2/alcove-slots"
	image_keys "$root/usr/share/alcove/system-keys"
	install -D -m 644 -t "$root/usr/share/alcove" "$2/library.pack" "$2/house.pack"
	install -D -m 644 -t "$root/usr/share/alcove/assets" assets/fonts.ini
	install -D -m 644 -t "$root/usr/share/alcove/assets/icons" assets/icons/*
	install -D -m 644 build/desk.html "$root/usr/share/alcove/desk/index.html"
	image_keep_modules "$1" "$root"
	in_tools "image/dress.sh $root"
}

# Whose systems this one will take: the keys in SYSTEM_KEYS, which are read-only from then on. Without one it takes none.
image_keys() { # FOLDER
	install -d "$1"
	local key
	for key in "${SYSTEM_KEYS:-image/keys}"/*.pub "${SYSTEM_KEYS:-image/keys}/revoked"; do
		[ ! -f "$key" ] || install -m 644 -t "$1" "$key"
	done
	ls "$1"/*.pub >/dev/null 2>&1 || say "no key for systems in ${SYSTEM_KEYS:-image/keys}: this one will take no updates"
}

# Only the drivers of the list, and what they need.
image_keep_modules() { # ARCH ROOT
	local kernel
	kernel=$(ls "$2/usr/lib/modules")
	grep -vE '^(#|$)' image/lists/modules | awk -v arch="$1" '
		{ first = 2; if ($2 == "amd64" || $2 == "arm64") { if ($2 != arch) next; first = 3 }
		  for (i = first; i <= NF; i++) print $1, $i }' >"$work/modules"
	in_tools "
		depmod -b $2 $kernel
		while read -r where name; do
			modprobe -S $kernel -d $2 --show-depends \$name >$work/needs || { echo \"no driver \$name\" >&2; exit 1; }
			awk -v where=\$where '\$1 == \"insmod\" { print where, \$2 }' $work/needs
		done <$work/modules | awk '!seen[\$0]++' >$work/drivers"
	(cd "$2" && find "usr/lib/modules/$kernel" -name '*.ko*') | sort >"$work/all"
	sed -E "s#^[a-z]+ .*/(lib/modules/.*)#usr/\\1#" "$work/drivers" | sort -u >"$work/kept"
	(cd "$2" && comm -23 "$repo/$work/all" "$repo/$work/kept" | xargs rm)
	in_tools "depmod -b $2 $kernel"
}

# The whole root as one file.
image_squash() { # WORK
	in_tools "
		rm -f $1/root.squashfs
		mksquashfs $1/root $1/root.squashfs -comp zstd -Xcompression-level ${SQUASH_LEVEL:-10} -b 256K -noappend -quiet -no-progress -no-xattrs"
	image_hashes "$1"
}

# The hashes stand behind the data, in the same place on the card. Nothing secret is in the salt: it makes two systems'
# trees differ, also those of two versions that have the same root; each finds its own slot by it.
image_hashes() { # WORK
	in_tools "
		rm -f $1/root.hashes
		salt=\$( (echo $version; sha256sum <$1/root.squashfs) | sha256sum | cut -c1-64)
		blocks=\$((\$(stat -c %s $1/root.squashfs) / 4096))
		veritysetup format --no-superblock --salt=\$salt --uuid=a1c0fe00-0000-4000-8000-00000000000f \
			$1/root.squashfs $1/root.hashes >$1/verity.txt
		hash=\$(awk '/^Root hash:/ { print \$3 }' $1/verity.txt)
		echo \"alcove.root=$slot_a_id,$slot_b_id alcove.verity=\$blocks,\$salt,\$hash\" >$1/verity
		cat $1/root.squashfs $1/root.hashes >$1/system.img"
	[ "$(stat -c %s "$1/system.img")" -le $((slot_mib << 20)) ] ||
		fail "the system has grown over the $slot_mib MiB that it has on the card"
}

image_initrd() { # ARCH WORK
	local tree=$2/early
	rm -rf "$tree"
	mkdir -p "$tree/modules" "$tree"/{dev,proc,sys,run,system}
	install -m 755 "$2/alcove-early" "$tree/init"
	# Not compressed, so that nothing has to be unpacked that early; the archive itself is.
	in_tools "
		awk '\$1 == \"boot\" { print \$2 }' $2/drivers | while read -r from; do
			name=\$(basename \$from .xz)
			case \$from in *.xz) xz -dc \$from >$tree/modules/\$name ;; *) cp \$from $tree/modules/\$name ;; esac
			echo /modules/\$name
		done >$tree/modules/order
		find $tree -exec touch -h -d @\$SOURCE_DATE_EPOCH {} +
		cd $tree && find . -print0 | LC_ALL=C sort -z | cpio --null -o -H newc --quiet -R 0:0 --reproducible |
			zstd -q -19 >../early.img"
}

# --- the card -------------------------------------------------------------------------------------------------------

# The kernel's command line. Memory is overwritten when it is given back; nothing on the console; no SysRq; drivers that
# Debian has not signed are not loaded; a kernel that has tripped starts again.
image_command_line() {
	echo "$(cat "$work/verity") alcove.boot=$boot_id alcove.version=$version ro quiet loglevel=1 systemd.show_status=no vt.global_cursor_default=0 logo.nologo" \
		"init_on_free=1 init_on_alloc=1 slab_nomerge randomize_kstack_offset=on sysctl.kernel.sysrq=0" \
		"module.sig_enforce=1 panic=10 oops=panic systemd.gpt_auto=no $*"
}

# What a person may want to change or add, the same on every card.
image_site_files() { # FOLDER
	cp -r image/boot/common/. "$1/"
	install -D -m 644 content/house.csv "$1/alcove/house-template.csv"
}

image_disk() {
	local script boot_s slot_s data_s
	boot_s=$((boot_mib << 11)) slot_s=$((slot_mib << 11)) data_s=$((data_mib << 11))
	if [ "$table" = gpt ]; then
		script="label: gpt
label-id: a1c0fe00-0000-4000-8000-000000000000
start=2048, size=$boot_s, type=U, uuid=$boot_id, name=boot
size=$slot_s, type=L, uuid=$slot_a_id, name=system-a
size=$slot_s, type=L, uuid=$slot_b_id, name=system-b
size=$data_s, type=L, uuid=$data_id, name=data"
	else
		script="label: dos
label-id: 0x$disk_id
start=2048, size=$boot_s, type=c, bootable
size=$slot_s, type=83
size=$slot_s, type=83
size=$data_s, type=83"
	fi
	echo "$script" >"$work/table"
	in_tools "
		find $work/boot -exec touch -h -d @\$SOURCE_DATE_EPOCH {} +
		rm -f $work/boot.fat $work/card.img
		truncate -s ${boot_mib}M $work/boot.fat
		mkfs.vfat -F 32 -n ALCOVE -i a1c0fe00 --invariant $work/boot.fat >/dev/null
		cd $work/boot
		mcopy -s -m -i ../boot.fat -- * ::/
		cd /alcove
		truncate -s \$(((2 + $boot_mib + 2 * $slot_mib + $data_mib) << 20)) $work/card.img
		sfdisk --quiet $work/card.img <$work/table"
	put() { dd if="$1" of="$work/card.img" bs=1M seek="$2" conv=notrunc,sparse status=none; }
	put "$work/boot.fat" 1
	put "$work/system.img" $((1 + boot_mib))
	mv "$work/card.img" "$out"
}

image_compress() {
	in_tools "zstd -q -f -T2 -10 $out -o $out.zst"
}

# The system alone, for kiosks that have one already: what goes into a slot and what starts it, in one file that a
# publisher signs. image/slots/system.h tells what stands in its head.
image_system_file() { # ARCH WORK OUT FILES..., which start it
	local arch=$1 work=$2 out=$3 file
	shift 3
	{
		echo "alcove-system 1"
		echo "arch $arch"
		echo "version $version"
		echo "least $least"
		echo "slot $(stat -c %s "$work/system.img")"
		for file in "$@"; do
			echo "boot $(basename "$file") $(stat -c %s "$file")"
		done
		echo end
	} >"$work/head"
	[ "$(stat -c %s "$work/head")" -le 4096 ] || fail "the head of the system's file is too long"
	truncate -s 4096 "$work/head"
	cat "$work/head" "$work/system.img" "$@" >"$out"
}

# The bill of materials. A licence that is not written down for machines is to be read in the file itself, which is on the
# card too (/usr/share/alcove/licences).
image_papers() { # ARCH WORK
	local package version architecture source licence
	{
		echo "What is on the card: packages of Debian $suite, as package, version, source, licences."
		printf 'alcove\t%s\talcove\tGPL-3.0-or-later\n' "$(git describe --always --dirty 2>/dev/null || echo unknown)"
		while IFS=$'\t' read -r package version architecture source; do
			licence=
			if [ -f "$2/root/usr/share/alcove/licences/$package" ]; then
				licence=$(sed -nE 's/^License: *([^ ].*)$/\1/p' "$2/root/usr/share/alcove/licences/$package" |
					sort -u | paste -sd';')
			fi
			printf '%s\t%s\t%s\t%s\n' "$package" "$version" "$source" "${licence:-see its file}"
		done <"$2/packages.txt"
	} >"build/alcove-$1.packages.txt"
}

# Every library that a program of ours names, or loads by its name, is there; what these need themselves, Debian has seen to.
image_check_libraries() { # WORK
	local library
	for library in $(readelf -d "$1"/alcove "$1"/alcove-pack "$1"/alcove-guard "$1"/alcove-site "$1"/alcove-slots | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' | sort -u) \
		libgbm.so.1 libEGL.so.1 libGLESv2.so.2 libudev.so.1 libmosquitto.so.1 libfreetype.so.6 libharfbuzz.so.0 \
		libgpiod.so.3 libasound.so.2; do
		[ -e "$1/root/usr/lib/$triplet/$library" ] || fail "the system lacks $library; add its package to image/lists/packages"
	done
}

# What may do what, by systemd's own measure: the kiosk alone, the kiosk with the widest line that image/site/plan.c gives
# it, and what speaks to the desk.
image_check_units() { # WORK
	local unit what exposure more=$1/root/run/systemd/system/alcove.service.d
	for unit in alcove.service +alcove.service alcove-house.service alcove-broker.service alcove-desk.service; do
		what=${unit#+}
		rm -rf "$1/root/run/systemd"
		if [ "$unit" != "$what" ]; then
			mkdir -p "$more"
			printf '[Service]\nRestrictAddressFamilies=AF_INET\nIPAddressAllow=127.0.0.53 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16\n' \
				>"$more/site.conf"
		fi
		in_tools "systemd-analyze security --offline=yes --root=$1/root --no-pager $what >$1/security-$unit.txt" || true
		exposure=$(sed -nE 's/.*exposure level.*: ([0-9.]+) .*/\1/p' "$1/security-$unit.txt")
		say "exposure of $what$([ "$unit" = "$what" ] || echo ", with a line to staff"), by systemd-analyze: ${exposure:-unknown} (at most 2.0)"
		awk -v e="${exposure:-9}" 'BEGIN { exit !(e <= 2.0) }' || fail "$what may do too much; see $1/security-$unit.txt"
	done
	rm -rf "$1/root/run/systemd"
}

image_check() { # ARCH WORK
	in_tools ". image/lib.sh; triplet=$triplet image_check_libraries $2"
	image_check_units "$2"
	[ "$(stat -c %s "$out")" -le 900000000 ] || fail "the card is larger than 900 MB"
	[ "$(stat -c %s "$out.zst")" -le 350000000 ] || fail "the compressed card is larger than 350 MB"
}
