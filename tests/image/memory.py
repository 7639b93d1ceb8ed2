"""What is in the machine's memory: all of it, as the emulator has it."""
import mmap
import os
import re

from machine import Wrong


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


def memory(k):
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
    return f"{before} of {len(patterns)} pieces of a page found during the visit, {after} after it"


CHECKS = {"memory": memory}
