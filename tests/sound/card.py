#!/usr/bin/env python3
"""The tone through Linux's own drivers: an emulated machine with a sound card that starts muted and a USB adapter plays
it, and the samples that its cards got are looked at. Kernel, drivers and emulator are the image's (`make image
ARCH=amd64`, and `make image-test` once, for the emulator); the program is build/alcove. As root, for chroot. Not in
`make test`."""
import array
import glob
import gzip
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "image"))
from machine import REPO, ROOM, Wrong, among, inside, tool  # noqa: E402

SYSTEM = os.path.join(REPO, "build/image/amd64/system")
FOLDER = os.path.join(REPO, "build/image/test-sound")
DRIVERS = ["snd-hda-codec-generic", "snd-hda-intel", "xhci-pci", "snd-usb-audio"]
THERE, PLAYED, NOTHING, TAKEN = 1, 2, 3, 4  # kiosk/sound/ask.h
SECONDS = 300
RATE, TONE, PEAK, HALF = 48000, 60000, 8192, 2580  # kiosk/sound/wave.h; at 50 percent, 10 dB less


def drivers():
    """The drivers in the order in which they can be loaded, unpacked: (name, bytes)."""
    folder = glob.glob(f"{SYSTEM}/usr/lib/modules/*")[0]
    kernel = os.path.basename(folder)
    tool("depmod", "-b", inside(SYSTEM), "-o", inside(FOLDER), kernel)
    needs, order = {}, []
    with open(f"{FOLDER}/lib/modules/{kernel}/modules.dep", encoding="ascii") as f:
        for line in f:
            name, rest = line.split(":")
            needs[name] = rest.split()
    called = {os.path.basename(n).split(".")[0].replace("_", "-"): n for n in needs}

    def add(name):
        for other in reversed(needs[name]):
            add(other)
        if name not in order:
            order.append(name)
    for driver in DRIVERS:
        add(called[driver])
    return [(os.path.basename(n).removesuffix(".xz"), subprocess.run(["xz", "-dc", f"{folder}/{n}"], check=True, capture_output=True).stdout)
            for n in order]


def libraries(program):
    """Those that it is linked with, and the one that it loads."""
    said = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    paths = re.findall(r"(/\S+) \(0x", said)
    beside = os.path.dirname(next(p for p in paths if "/libc.so" in p))
    return paths + [f"{beside}/libasound.so.2"]


def archive(files):
    """What Linux takes for its first file system (newc): folders and files by their names."""
    folders = sorted({"/".join(name.split("/")[:i]) for name in files for i in range(1, name.count("/") + 1)} | {"dev", "proc", "sys"})
    out = bytearray()
    for number, (name, mode, data) in enumerate([(f, 0o40755, b"") for f in folders]
                                                + [(n, 0o100755, d) for n, d in files.items()] + [("TRAILER!!!", 0, b"")]):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % f for f in fields) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return gzip.compress(bytes(out), 1)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def boot():
    """What the machine says."""
    os.makedirs(FOLDER, exist_ok=True)
    first = f"{FOLDER}/init"
    subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-static", "-Ikiosk", "tests/sound/card_init.c", "-o", first], check=True)
    files = {"init": read(first), "alcove": read("build/alcove")}
    for path in libraries("build/alcove"):
        files[path.lstrip("/")] = read(path)
    loaded = drivers()
    files.update({f"d/{name}": data for name, data in loaded})
    files["drivers"] = "".join(f"/d/{name}\n" for name, _ in loaded).encode()
    with open(f"{FOLDER}/first", "wb") as f:
        f.write(archive(files))
    with open(f"{FOLDER}/kernel", "wb") as f:
        f.write(read(glob.glob(f"{SYSTEM}/boot/vmlinuz-*")[0]))
    machine = among(ROOM, [
        "qemu-system-x86_64", "-accel", "tcg", "-M", "q35", "-cpu", "max", "-m", "512", "-nographic", "-no-reboot", "-vga", "none",
        "-nic", "none", "-kernel", inside(f"{FOLDER}/kernel"), "-initrd", inside(f"{FOLDER}/first"),
        "-append", "console=ttyS0 quiet panic=-1",
        "-audiodev", f"wav,id=a,path={inside(FOLDER)}/card.wav,out.frequency={RATE}", "-device", "intel-hda",
        "-device", "hda-output,audiodev=a,mixer=on",
        "-audiodev", f"wav,id=b,path={inside(FOLDER)}/adapter.wav,out.frequency={RATE}", "-device", "qemu-xhci",
        "-device", "usb-audio,audiodev=b"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        return machine.communicate(timeout=SECONDS)[0].decode(errors="replace")
    finally:
        machine.kill()


def tones(name):
    """The peaks of what a card got, tone by tone, with how long each sounds in seconds."""
    data = read(f"{FOLDER}/{name}.wav")[44:]  # behind the head
    samples = array.array("h", data[:len(data) // 4 * 4])
    left, found, last = samples[0::2], [], None
    for at, sample in enumerate(left):
        if sample != 0:
            if last is None or at - last > RATE // 10:
                found.append([at, at, 0])
            found[-1][1], found[-1][2], last = at, max(found[-1][2], abs(sample)), at
    return [(peak, (to - begun) / RATE) for begun, to, peak in found]


def check(said):
    if "THE END" not in said:
        raise Wrong(f"the machine did not come to its end: {said[-300:]}")
    answers = re.findall(r"SAID (\w+) (\S+) (\d+): (\d)", said)
    wanted = [("look", "-", "0", NOTHING), ("look", "-", "0", THERE), ("look", "nonesuch", "0", NOTHING),
              ("play", "Intel", "100", PLAYED), ("play", "Intel", "50", PLAYED), ("play", "-", "100", PLAYED),
              ("look", "Intel", "1", THERE), ("play", "Intel", "1", TAKEN)]
    if answers != [(*w[:3], str(w[3])) for w in wanted]:
        raise Wrong(f"it said {answers}")
    if "CONTROL before:[0x80 0x80]" not in said:
        raise Wrong("the card does not start muted, so nothing shows that it was opened")
    card, adapter = tones("card"), tones("adapter")
    if [peak for peak, _ in card] != [PEAK, HALF]:
        raise Wrong(f"the card got {card}")
    # The adapter's control has steps of its own.
    if len(adapter) != 1 or not 0.9 * PEAK <= adapter[0][0] <= PEAK:
        raise Wrong(f"the adapter got {adapter}")
    for _, seconds in card + adapter:
        if not 0.95 <= seconds <= 1.1:
            raise Wrong(f"a tone sounds for {seconds:.2f} s")


def main():
    os.chdir(REPO)
    for path, made in ((f"{SYSTEM}/boot", "make image ARCH=amd64"), (f"{ROOM}/usr/bin/qemu-system-x86_64", "make image-test ARCH=amd64"),
                       ("build/alcove", "make all")):
        if not os.path.exists(path):
            print(f"not ok - sound: {path} is missing; {made}")
            return 1
    try:
        check(boot())
    except (Wrong, subprocess.SubprocessError, OSError) as wrong:
        print(f"not ok - sound: through Linux's drivers: {wrong}")
        return 1
    print("ok - sound: a card that starts muted gets every sample, twice; a USB adapter goes before it; one that is taken is said to be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
