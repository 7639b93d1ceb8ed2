# shellcheck shell=bash disable=SC2154
# A Raspberry Pi: its firmware reads config.txt, and then kernel, first program and cmdline.txt out of the folder that
# slot.txt names (image/slots/boot.h). It checks none of them, so whoever can write to the card decides what runs; the
# system behind them is checked all the same, against a card that has worn out.
mkdir -p "$work/boot/a"
image_command_line "console=tty1" >"$work/boot/a/cmdline.txt"
cp image/boot/arm64/config.txt "$work/boot/"
# As slots/boot.c writes it: one sector, empty lines behind.
{
	printf 'os_prefix=a/\n#alcove good a\n'
	printf '%512s' '' | tr ' ' '\n'
} | head -c 512 >"$work/boot/slot.txt"
firmware=$work/system/usr/lib/raspi-firmware
cp "$firmware"/{bootcode.bin,start.elf,fixup.dat,start4.elf,fixup4.dat} "$work/boot/"
for pi in bcm2837-rpi-3-b bcm2837-rpi-3-b-plus bcm2837-rpi-3-a-plus bcm2837-rpi-zero-2-w bcm2711-rpi-4-b bcm2711-rpi-400; do
	cp "$work"/system/usr/lib/linux-image-*/broadcom/$pi.dtb "$work/boot/a/"
done
# The 7-inch screen, for those who ask for it in config.txt: it must fit onto what describes each board that has a plug. It
# is not in the system's own folder, and the firmware looks for it there only where that has a file overlays/README.
mkdir -p "$work/boot/overlays"
cp image/boot/arm64/7inch.txt "$work/boot/"
in_tools "
	for pi in 3 4; do
		dtc -q -@ -I dts -O dtb -i image/boot/arm64/overlays -o $work/boot/overlays/7inch-pi\$pi.dtbo image/boot/arm64/overlays/7inch-pi\$pi.dts
	done
	for board in 3:bcm2837-rpi-3-b 3:bcm2837-rpi-3-b-plus 3:bcm2837-rpi-3-a-plus 4:bcm2711-rpi-4-b; do
		fdtoverlay -i $work/boot/a/\${board#*:}.dtb -o $work/seven.dtb $work/boot/overlays/7inch-pi\${board%%:*}.dtbo
	done"
cp "$work"/system/boot/vmlinuz-* "$work/boot/a/kernel8.img"
cp "$work/early.img" "$work/boot/a/early.img"
mapfile -t starts < <(find "$work/boot/a" -type f | LC_ALL=C sort)
image_site_files "$work/boot"
