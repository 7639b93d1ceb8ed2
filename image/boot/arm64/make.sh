# shellcheck shell=bash disable=SC2154
# A Raspberry Pi: its firmware reads config.txt and cmdline.txt and starts the kernel with the first program. It checks
# none of them, so whoever can write to the card decides what runs; the system behind them is checked all the same,
# against a card that has worn out.
image_command_line "console=tty1" >"$work/boot/cmdline.txt"
cp image/boot/arm64/config.txt "$work/boot/"
firmware=$work/system/usr/lib/raspi-firmware
cp "$firmware"/{bootcode.bin,start.elf,fixup.dat,start4.elf,fixup4.dat} "$work/boot/"
for pi in bcm2837-rpi-3-b bcm2837-rpi-3-b-plus bcm2837-rpi-3-a-plus bcm2837-rpi-zero-2-w bcm2711-rpi-4-b bcm2711-rpi-400; do
	cp "$work"/system/usr/lib/linux-image-*/broadcom/$pi.dtb "$work/boot/"
done
cp "$work"/system/boot/vmlinuz-* "$work/boot/kernel8.img"
cp "$work/early.img" "$work/boot/early.img"
image_site_files "$work/boot"
