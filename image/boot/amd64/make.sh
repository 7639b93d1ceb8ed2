# shellcheck shell=bash disable=SC2154
# A PC: systemd-boot, which shows no menu, and one file with kernel, first program and command line. Of several such files
# systemd-boot starts the newest; one that is to be tried once says so by its name (image/slots/boot.h).
kernel=$(ls "$work"/system/boot/vmlinuz-*)
image_command_line >"$work/cmdline"
mkdir -p "$work/boot/EFI/BOOT" "$work/boot/EFI/Linux" "$work/boot/loader"
in_tools "
	ukify build --linux=$kernel --initrd=$work/early.img --cmdline=@$work/cmdline --os-release='NAME=Alcove
ID=alcove
IMAGE_VERSION=$version
PRETTY_NAME=Alcove' --stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub --output=$work/system.efi >/dev/null 2>&1
	cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi $work/boot/EFI/BOOT/BOOTX64.EFI"
cp "$work/system.efi" "$work/boot/EFI/Linux/alcove-a.efi"
printf 'timeout menu-disabled\neditor no\nauto-entries no\nauto-firmware no\nbeep no\n' >"$work/boot/loader/loader.conf"
starts=("$work/system.efi")
image_site_files "$work/boot"
