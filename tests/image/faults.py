"""A kiosk whose program goes wrong."""
import os
import subprocess
import time

from kiosk import BOOT_SECONDS
from machine import REPO, Wrong, until


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


def crash(k):
    """a kiosk that crashes, and crashes again at once, comes back"""
    breaks(k, BROKEN[k.arch][0], 120)


def hang(k):
    """a kiosk that hangs is ended by the watchdog and comes back"""
    breaks(k, BROKEN[k.arch][1], 600)


CHECKS = {"crash": crash, "hang": hang}
