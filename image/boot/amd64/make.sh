# shellcheck shell=bash disable=SC2154
# A PC: systemd-boot, which shows no menu, and one file with kernel, first program and command line.
kernel=$(ls "$work"/system/boot/vmlinuz-*)
image_command_line >"$work/cmdline"
mkdir -p "$work/boot/EFI/BOOT" "$work/boot/EFI/Linux" "$work/boot/loader"
in_tools "
	ukify build --linux=$kernel --initrd=$work/early.img --cmdline=@$work/cmdline --os-release='NAME=Alcove
ID=alcove
PRETTY_NAME=Alcove' --stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub --output=$work/boot/EFI/Linux/alcove-a.efi >/dev/null 2>&1
	cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi $work/boot/EFI/BOOT/BOOTX64.EFI"
printf 'timeout menu-disabled\neditor no\nauto-entries no\nauto-firmware no\nbeep no\n' >"$work/boot/loader/loader.conf"
image_site_files "$work/boot"
