#!/usr/bin/env python3
"""Boots the card of a kiosk in an emulated machine, from its file as it is, and uses it as people do:
tests/image/boots.py amd64|arm64 [CHECK...]. Pixels are compared with those that the kiosk's twin draws."""
import hashlib
import mmap
import os
import re
import shutil
import subprocess
import sys
import time

from machine import Machine, Wrong, board, pc, until
from twin import Twin

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# An emulated machine on a machine that has much else to do is slow; a person would wait too, and a test that fails only
# because of that helps nobody. What is measured is printed.
BOOT_SECONDS, FRAME_SECONDS = 600, 60
QUIET = 1.0  # s; twice KEEPER_QUIET_MS (kiosk/host/keeper.h), in which a nervous tap begins no visit


def sparse_copy(a, b):
    subprocess.run(["cp", "--sparse=always", a, b], check=True)


class Kiosk:
    """One card in one machine, and the twin beside it."""

    def __init__(self, arch):
        self.arch = arch
        self.folder = os.path.join(REPO, "build/image/test-" + arch)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.image = os.path.join(REPO, f"build/alcove-{arch}.img")
        self.disk = os.path.join(self.folder, "card")
        sparse_copy(self.image, self.disk)
        self.twin = Twin(self.folder, arch)
        self.board = self.twin.frame()
        self.machine = (pc if arch == "amd64" else board)(self.folder, self.disk)

    def starts(self):
        self.machine.start()
        self.shows(self.board, "the board", BOOT_SECONDS)
        return time.monotonic() - self.machine.started

    def leaves_first_start(self):
        """Nobody has chosen a PIN yet, so the kiosk asks for one. Whoever does not want to leaves, as from any screen."""
        x, y = self.twin.where("hide")
        until("the kiosk does not ask for a PIN", lambda: not self.machine.shot().same(self.board), FRAME_SECONDS)
        self.machine.rests(QUIET)
        self.machine.touch(x, y)
        self.shows(self.board, "the board")

    def shows(self, expected, what, within=FRAME_SECONDS):
        last = []

        def look():
            last[:] = [self.machine.shot()]
            return last[0].same(expected)

        def says():
            keep = os.path.join(self.folder, "differs.ppm")
            last[0].save(keep)
            return f"{what} is not on the glass but {os.path.relpath(keep, REPO)}: {last[0].differs(expected)} differ"

        until(says, look, within, 0.2)
        return last[0]

    def stays(self, expected, what, seconds=2.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shot = self.machine.shot()
            if not shot.same(expected):
                raise Wrong(f"{what}: the glass has changed: {shot.differs(expected)}")
            time.sleep(0.2)

    def tap(self, choice, how=Machine.touch):
        x, y = self.twin.where(choice) or (0, 0)
        if (x, y) == (0, 0):
            raise Wrong(f"there is no choice {choice}")
        # A second tap within half a second is the second half of a double tap.
        self.machine.rests(QUIET)
        how(self.machine, x, y)
        self.twin.say("tap " + choice)
        return self.shows(self.twin.frame(), f"what follows {choice}")

    def begins(self, how=Machine.touch):
        self.tap("begin", how)
        while self.twin.where("lang:en") is None:
            self.tap("next", how)
        return self.tap("lang:en", how)

    def hides(self, how=Machine.touch):
        self.tap("hide", how)
        self.shows(self.board, "the board")


# --- the checks: each takes a kiosk that shows its board, and leaves it so ---------------------------------------------

def check_visit(k):
    """a visit by touch, each screen as it must be"""
    k.begins()
    k.tap("safe")
    k.tap("back")
    k.tap("numbers")
    k.tap("home")
    k.hides()


def check_pointer(k):
    """a touchscreen that is plugged in later, of the older kind, works; pulled out while pressed it shuts nobody out"""
    k.machine.plug("usb-tablet", "tablet")
    k.machine.rests(3)
    k.begins(Machine.press)
    k.hides(Machine.press)
    k.machine.rests(QUIET)
    k.machine.press(1200, 100, lift=False)
    k.machine.rests(QUIET)
    k.machine.unplug("tablet")
    k.machine.rests(3)
    k.begins()
    k.hides()


def pieces(picture, other, count=40, wide=24):
    """Rows of pixels, as they lie in memory, that only one picture has: text, with many colours in it."""
    found = []
    for y in range(60, picture.h - 60, 3):
        for x in range(40, picture.w - wide - 40, 40):
            at = (y * picture.w + x) * 3
            piece = picture.pixels[at:at + wide * 3]
            colours = {piece[i:i + 3] for i in range(0, wide * 3, 3)}
            if len(colours) >= 8 and piece not in other.pixels:
                found.append(piece)
    step = max(1, len(found) // count)
    # XRGB, lowest byte first; the fourth byte may be anything.
    return [re.compile(b"".join(re.escape(bytes(reversed(p[i:i + 3]))) + b"." for i in range(0, len(p), 3)), re.S)
            for p in found[::step][:count]]


def times_in_memory(k, patterns):
    path = k.machine.keep_memory()
    with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        found = sum(1 for p in patterns if p.search(memory))
    os.unlink(path)
    return found


def check_memory(k):
    """what a visit showed is in the machine's memory while it lasts, and nowhere afterwards"""
    k.begins()
    k.tap("numbers")
    shown = k.machine.shot("shown.ppm")
    patterns = pieces(shown, k.board)
    if len(patterns) < 10:
        raise Wrong("the page has too little that only it has")
    before = times_in_memory(k, patterns)
    if before < len(patterns) // 2:
        raise Wrong(f"only {before} of {len(patterns)} pieces are found during the visit: this search finds nothing")
    k.hides()
    k.machine.rests(3)
    after = times_in_memory(k, patterns)
    if after:
        raise Wrong(f"{after} of {len(patterns)} pieces of the page are still in memory")
    print(f"    {before} of {len(patterns)} pieces of a page were found in memory during the visit, {after} after it")


def check_timeout(k):
    """left alone, a visit is asked after and then cleared"""
    k.begins()
    k.twin.say("wait 2m")
    k.shows(k.twin.frame(), "the question whether somebody is there", 150)
    k.twin.say("wait 31s")
    k.shows(k.board, "the board", 60)


ESCAPES = [("ctrl", "alt", "delete"), ("ctrl", "alt", "backspace"), ("ctrl", "alt", "f1"), ("ctrl", "alt", "f2"),
           ("ctrl", "alt", "f7"), ("alt", "f2"), ("alt", "f4"), ("alt", "tab"), ("alt", "sysrq", "h"), ("alt", "sysrq", "e"),
           ("alt", "sysrq", "b"), ("alt", "sysrq", "k"), ("alt", "print", "b"), ("ctrl", "c"), ("ctrl", "z"), ("ctrl", "d"),
           ("ctrl", "backslash"), ("ctrl", "alt", "t"), ("meta_l",), ("meta_l", "r"), ("meta_l", "l"), ("esc",), ("f1",),
           ("f8",), ("f11",), ("f12",), ("menu",), ("pause",), ("print",), ("scroll_lock",), ("shift", "pgup"), ("ret",),
           ("tab",), ("spc",), ("power",), ("sleep",), ("a",), ("r",), ("o",), ("t",), ("ret",)]


def check_keys(k):
    """keys that would lead out of a kiosk do nothing, on a keyboard that is built in and on one that is plugged in"""
    for name in (None, "keyboard"):
        if name:
            k.machine.plug("usb-kbd", name)
            k.machine.rests(3)
        for _ in range(7 if not name else 1):
            k.machine.keys("ctrl", "alt", "delete")
        for combination in ESCAPES:
            k.machine.keys(*combination)
        k.stays(k.board, "after all of these keys", 3)
        if name:
            k.machine.unplug(name)
    check_visit(k)


def code_of(k, function, size=48):
    """The first bytes of a function of the kiosk's program, as they lie on the card and in memory."""
    work = os.path.join(REPO, "build/image", k.arch)
    out = subprocess.run(["nm", os.path.join(work, "obj/alcove")], check=True, capture_output=True, text=True).stdout
    address = int(next(line.split()[0] for line in out.splitlines() if line.split()[-1] == function), 16)
    with open(os.path.join(work, "alcove"), "rb") as f:
        program = f.read()
    table, count = int.from_bytes(program[32:40], "little"), int.from_bytes(program[56:58], "little")
    for i in range(count):
        h = program[table + i * 56:table + (i + 1) * 56]
        kind, offset, place, length = (int.from_bytes(h[a:b], "little") for a, b in ((0, 4), (8, 16), (16, 24), (32, 40)))
        if kind == 1 and place <= address < place + length:
            return program[address - place + offset:][:size]
    raise Wrong(f"the program has no {function}")


# Instead of a function: an instruction that no processor has, and one that jumps to itself.
BROKEN = {"amd64": (bytes.fromhex("0f0b"), bytes.fromhex("ebfe")), "arm64": (bytes.fromhex("00000000"), bytes.fromhex("00000014"))}


def breaks(k, instruction, within):
    """The kiosk's own code in the machine's memory is made wrong, until somebody has ended the program for it; with its
    code right again, it must come back by itself."""
    code = code_of(k, "window_pump")
    places = k.machine.find(code)
    if not places:
        raise Wrong("the kiosk's code is not found in the machine's memory")
    k.machine.poke(places, instruction)
    k.machine.touch(640, 650)
    try:
        until("the kiosk goes on as if nothing was wrong", lambda: not k.machine.shot().same(k.board), within, 0.5)
        time.sleep(5)
    finally:
        k.machine.poke(places, code[:len(instruction)])
    k.shows(k.board, "the board", BOOT_SECONDS)
    k.leaves_first_start()


def check_crash(k):
    """a kiosk that crashes, and crashes again at once, comes back"""
    breaks(k, BROKEN[k.arch][0], 120)


def check_hang(k):
    """a kiosk that hangs is ended by the watchdog and comes back"""
    breaks(k, BROKEN[k.arch][1], 600)


CHECKS = {"crash": check_crash, "hang": check_hang, "visit": check_visit, "pointer": check_pointer, "memory": check_memory, "timeout": check_timeout,
          "keys": check_keys}
FOR = {"amd64": ["visit", "pointer", "memory", "keys", "crash", "hang", "timeout"], "arm64": ["visit"]}


# --- the card itself ----------------------------------------------------------------------------------------------------

def partitions(path):
    """(name, first byte, bytes) of all but the data partition, the tables included."""
    with open(path, "rb") as f:
        start = f.read(32768)
    found = []
    for i in range(4):
        at = 1024 + i * 128 if start[512:520] == b"EFI PART" else 446 + i * 16
        if start[512:520] == b"EFI PART":
            first, last = (int.from_bytes(start[at + n:at + n + 8], "little") for n in (32, 40))
        else:
            first, count = (int.from_bytes(start[at + n:at + n + 4], "little") for n in (8, 12))
            last = first + count - 1
        found.append((first * 512, (last + 1 - first) * 512))
    return [("tables", 0, found[0][0])] + [(f"partition {i + 1}", a, n) for i, (a, n) in enumerate(found[:-1])]


def digest(path, start, size):
    sha = hashlib.sha256()
    with open(path, "rb") as f:
        f.seek(start)
        while size > 0:
            block = f.read(min(size, 1 << 20))
            sha.update(block)
            size -= len(block)
    return sha.hexdigest()


def check_untouched(k):
    changed = [name for name, start, size in partitions(k.image)
               if digest(k.image, start, size) != digest(k.disk, start, size)]
    if changed:
        raise Wrong("something was written: " + ", ".join(changed))


def main():
    arch = sys.argv[1]
    names = sys.argv[2:] or FOR[arch]
    kiosk, bad = Kiosk(arch), 0

    def verdict(what, check):
        nonlocal bad
        began = time.monotonic()
        try:
            said = check()
            print(f"ok - image {arch}: {what}{said or ''} ({time.monotonic() - began:.0f} s)", flush=True)
            return True
        except Wrong as e:
            bad += 1
            print(f"not ok - image {arch}: {what}: {e}", flush=True)
            return False

    try:
        if verdict("from power to the board", lambda: f": {kiosk.starts():.1f} s, emulated"):
            verdict("a new kiosk asks for a PIN, and can be left", kiosk.leaves_first_start)
            for name in names:
                if not verdict(CHECKS[name].__doc__, lambda name=name: CHECKS[name](kiosk)):
                    break
            kiosk.machine.pull_plug()
            verdict("what boots and the system are the same bytes as before", lambda: check_untouched(kiosk))
            verdict("and it starts again", lambda: f": {kiosk.starts():.1f} s, emulated")
    finally:
        kiosk.machine.pull_plug()
        kiosk.twin.end()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
