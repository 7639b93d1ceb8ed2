"""The kiosk's twin: a replay of the same visit by the same programs, fonts and packs, which says for each moment what
must be on the glass, pixel for pixel, and where to touch."""
import json
import os
import subprocess
import zlib

from machine import TOOLS, Picture, Wrong, among, inside


def unpack_png(path):
    """8 bits, RGB or RGBA or palette-free, not interlaced: what alcove-replay writes. Three bytes a pixel."""
    with open(path, "rb") as f:
        data = f.read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        if kind == b"IHDR":
            w, h = int.from_bytes(data[at + 8:at + 12], "big"), int.from_bytes(data[at + 12:at + 16], "big")
            if data[at + 16] != 8 or data[at + 17] not in (2, 6) or data[at + 20] != 0:
                raise Wrong(f"{path} is a kind of PNG that this test does not read")
            step = 3 if data[at + 17] == 2 else 4
        elif kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    raw, rows, before, row = zlib.decompress(packed), [], bytearray(w * step), w * step
    for y in range(h):
        kind, line = raw[y * (row + 1)], bytearray(raw[y * (row + 1) + 1:(y + 1) * (row + 1)])
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, before))
        elif kind:
            for i in range(row):
                left, up = (line[i - step] if i >= step else 0), before[i]
                corner = before[i - step] if i >= step else 0
                if kind == 1:
                    guess = left
                elif kind == 3:
                    guess = (left + up) // 2
                else:
                    p = left + up - corner
                    near = (abs(p - left), abs(p - up), abs(p - corner))
                    guess = left if near[0] <= near[1] and near[0] <= near[2] else up if near[1] <= near[2] else corner
                line[i] = (line[i] + guess) & 255
        rows.append(bytes(line) if step == 3 else b"".join(bytes(line[i:i + 3]) for i in range(0, row, 4)))
        before = line
    return w, h, b"".join(rows)


class Expected(Picture):
    """What must be on the glass."""

    def __init__(self, path):  # another kind of file
        self.w, self.h, self.pixels = unpack_png(path)


class Twin:
    def __init__(self, arch, folder, options=(), line=False):
        self.folder = folder
        work = f"build/image/{arch}"
        self.process = among(
            TOOLS, [f"build/image/{os.environ.get('NATIVE', 'amd64')}/obj/alcove-replay", "--pack", f"{work}/library.pack",
                    "--pack", f"{work}/house.pack", *([] if line else ["--no-line"]), "--place", "Quiet room", *options, "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.count = 0

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        if not answer or answer.startswith("no: "):
            raise Wrong(f"the twin: {line}: {answer or 'it has ended'}")
        return answer

    def choices(self):
        return json.loads(self.say("choices"))

    def where(self, choice):
        """The middle of a choice, in pixels; None when it is not there."""
        for c in self.choices():
            if c["id"] == choice:
                return c["x"] + c["w"] // 2, c["y"] + c["h"] // 2
        return None

    def frame(self):
        self.count += 1
        path = os.path.join(self.folder, f"twin-{self.count % 2}.png")
        self.say("frame " + inside(path))
        return Expected(path)

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)
