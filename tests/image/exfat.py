"""Files onto an exFAT file system that is a file, without mounting it: there is no mtools for exFAT. The words are those of
Microsoft's "exFAT file system specification"."""
import os

from machine import Wrong, inside, tool

ENTRY = 32
FILE, STREAM, NAME, BITMAP = 0x85, 0xc0, 0xc1, 0x81
DIRECTORY, ARCHIVE = 0x10, 0x20
WHOLE = 3  # allocated, in one piece, so that there is no chain of clusters
WHEN = ((2026 - 1980) << 25 | 11 << 21 | 28 << 16).to_bytes(4, "little")  # a day; the hour is midnight


def number(data, at, size):
    return int.from_bytes(data[at:at + size], "little")


def summed(data):
    """Both of the specification's sums of 16 bits: of a name in capitals, and of a set of entries without the sum itself."""
    total = 0
    for byte in data:
        total = ((total & 1) << 15 | total >> 1) + byte & 0xffff
    return total.to_bytes(2, "little")


def entries_of(name, attributes, cluster, size):
    """The set of entries of a directory that is one file or directory; ASCII names."""
    letters = name.encode("utf-16-le")
    names = [letters[i:i + 30] for i in range(0, len(letters), 30)]
    head = bytes([FILE, 1 + len(names), 0, 0, attributes, 0, 0, 0]) + WHEN * 3 + bytes(ENTRY - 20)
    stream = (bytes([STREAM, WHOLE if size else 1, 0, len(name)]) + summed(name.upper().encode("utf-16-le")) + bytes(2) +
              size.to_bytes(8, "little") + bytes(4) + (cluster if size else 0).to_bytes(4, "little") + size.to_bytes(8, "little"))
    whole = bytearray(head + stream + b"".join(bytes([NAME, 0]) + n.ljust(30, b"\0") for n in names))
    whole[2:4] = summed(whole[:2] + whole[4:])
    return bytes(whole)


class Volume:
    """One that is new, open for writing: only its root directory and what the file system itself needs are there."""

    def __init__(self, file):
        self.file = file
        boot = self.read(0, 512)
        sector, self.cluster = 1 << boot[108], 1 << boot[108] + boot[109]
        self.heap, self.count, self.root = number(boot, 88, 4) * sector, number(boot, 92, 4), number(boot, 96, 4)
        there = self.read(self.place(self.root), self.cluster)
        self.end = next(i for i in range(0, self.cluster, ENTRY) if there[i] == 0)
        bitmap = next(i for i in range(0, self.end, ENTRY) if there[i] == BITMAP)
        self.bitmap = self.place(number(there, bitmap + 20, 4))

    def read(self, at, size):
        self.file.seek(at)
        return self.file.read(size)

    def write(self, at, data):
        self.file.seek(at)
        self.file.write(data)

    def place(self, cluster):
        return self.heap + (cluster - 2) * self.cluster

    def keep(self, data):
        """Into clusters that nobody has; the number of the first."""
        wanted, size = -(-len(data) // self.cluster), -(-self.count // 8)
        used = bytearray(self.read(self.bitmap, size))
        first = max(i for i in range(self.count) if used[i // 8] >> i % 8 & 1) + 1
        if first + wanted > self.count:
            raise Wrong("the stick is too small")
        for i in range(first, first + wanted):
            used[i // 8] |= 1 << i % 8
        self.write(self.bitmap, used)
        self.write(self.place(first + 2), data)
        return first + 2

    def into_root(self, entries):
        self.write(self.place(self.root) + self.end, entries)


def make(path, folder, size):
    """An exFAT file system with this folder as `alcove` on it, as a file of its own."""
    with open(path, "wb") as f:
        f.truncate(size)
    tool("mkfs.exfat", "-L", "STICK", inside(path))
    with open(path, "r+b") as f:
        volume, entries = Volume(f), b""
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as source:
                data = source.read()
            entries += entries_of(name, ARCHIVE, volume.keep(data) if data else 0, len(data))
        if len(entries) > volume.cluster:
            raise Wrong("too many files for an exFAT stick")
        directory = volume.keep(entries.ljust(volume.cluster, b"\0"))
        volume.into_root(entries_of("alcove", DIRECTORY, directory, volume.cluster))
    tool("fsck.exfat", "-n", inside(path))
