"""The machines that there are: what QEMU is told to be."""
import os

from disk import from_card
from machine import ROOM, Machine, inside

# Clocks in the machines (machine.py): main counter of a PC's HPET, 10 ns; seconds of the board's real-time clock.
HPET, PL031 = (0xfed000f0, 1e-8, 0), (0x09010000, 1, 1)
RTC = ["-rtc", "clock=vm"]
# An older PC's: what draws the screen would use AVX where there is some, which takes QEMU three times as long as SSE; and
# Linux would guard against Meltdown, or by SMAP, which takes a start half as long again.
OLDER_PC, NEWEST_PC = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand", "max"


def pc(folder, disk, memory=1024, touch=True, display="virtio-vga,xres=1280,yres=800", cpu=OLDER_PC, more=()):
    """A PC with UEFI, a disk, a screen of 1280x800 and a touchscreen, and a slot in which a card may be plugged later."""
    os.makedirs(folder, exist_ok=True)
    variables = os.path.join(folder, "uefi-variables")
    with open(os.path.join(ROOM, "usr/share/OVMF/OVMF_VARS_4M.fd"), "rb") as f, open(variables, "wb") as to:
        to.write(f.read())
    return Machine(folder, [
        "qemu-system-x86_64", "-accel", "tcg,thread=single", "-M", "q35", "-cpu", cpu, "-smp", "1", *RTC,
        "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
        "-drive", f"if=pflash,unit=1,format=raw,file={inside(variables)}",
        "-drive", f"if=none,id=disk,format=raw,file={inside(disk)}", "-device", "ide-hd,drive=disk,bus=ide.0",
        "-device", display, *(["-device", "virtio-multitouch-pci"] if touch else []), "-device", "virtio-rng-pci",
        "-device", "qemu-xhci,id=usb", "-device", "pcie-root-port,id=port1,chassis=1,slot=1", *more], HPET, memory)


def board(folder, card, memory=1024, more=()):
    """A board with a card: the kernel, first program and command line come out of the card's own boot partition, out of
    the folder that slot.txt names, which on a Raspberry Pi its firmware would do."""
    os.truncate(card, 1 << 30)  # real cards have a power of two, and QEMU insists
    from_card(card, folder, ("slot.txt",))
    with open(os.path.join(folder, "slot.txt"), encoding="ascii") as f:
        prefix = f.readline().strip().removeprefix("os_prefix=")
    for name in ("kernel8.img", "early.img", "cmdline.txt"):
        from_card(card, folder, (prefix + name,), name)
    with open(os.path.join(folder, "cmdline.txt"), encoding="ascii") as f:
        line = f.read().strip()
    return Machine(folder, [
        "qemu-system-aarch64", "-accel", "tcg,thread=single", "-M", "virt",
        "-cpu", "cortex-a72", "-smp", "1", *RTC, "-kernel", inside(os.path.join(folder, "kernel8.img")),
        "-initrd", inside(os.path.join(folder, "early.img")), "-append", line,
        "-device", "sdhci-pci", "-drive", f"if=none,id=card,format=raw,file={inside(card)}", "-device", "sd-card,drive=card",
        "-device", "virtio-gpu-pci,xres=1280,yres=800", "-device", "virtio-multitouch-pci", "-device", "virtio-rng-pci",
        "-device", "qemu-xhci,id=usb", *more], PL031, memory)
