"""A card or stick as a file: its partitions, what is in them, and how to make a stick."""
import hashlib
import os
import subprocess

import exfat
from machine import Wrong, inside, tool

FIRST = "@@1M"  # mtools read a partition within a file by its offset; the first of a card or stick begins at one MiB
NAMES = ("boot", "system a", "system b", "data")


def copy(a, b):
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", a, b], check=True)


def partitions(path):
    """Name: (first byte, bytes) of all, and of the tables before them."""
    with open(path, "rb") as f:
        start = f.read(32768)
    found, gpt = [], start[512:520] == b"EFI PART"
    for i in range(4):
        if gpt:
            at = 1024 + i * 128
            begin, last = (int.from_bytes(start[at + n:at + n + 8], "little") for n in (32, 40))
        else:
            at = 446 + i * 16
            begin, count = (int.from_bytes(start[at + n:at + n + 4], "little") for n in (8, 12))
            last = begin + count - 1
        found.append((begin * 512, (last + 1 - begin) * 512))
    return {"tables": (0, found[0][0]), **dict(zip(NAMES, found))}


def digests(path):
    return {name: digest(path, *where) for name, where in partitions(path).items()}


def digest(path, start, size):
    sha = hashlib.sha256()
    with open(path, "rb") as f:
        f.seek(start)
        while size > 0:
            block = f.read(min(size, 1 << 20))
            if not block:
                raise Wrong(f"{path} is cut short")
            sha.update(block)
            size -= len(block)
    return sha.hexdigest()


# --- the boot partition: anybody with a computer reads and writes it ----------------------------------------------------

def from_card(card, folder, names, called=None):
    """Files into a folder; one of another name there, `called`."""
    for name in names:
        tool("mcopy", "-n", "-o", "-i", inside(card) + FIRST, "::/" + name, inside(os.path.join(folder, called or name)))


def onto_card(card, path, name):
    tool("mcopy", "-o", "-i", inside(card) + FIRST, inside(path), "::/" + name)


# --- the data partition ------------------------------------------------------------------------------------------------

def data_of(card, to):
    """A copy of the data partition as a file."""
    start, size = partitions(card)["data"]
    subprocess.run(["dd", f"if={card}", f"of={to}", "bs=1M", f"skip={start >> 20}", f"count={size >> 20}", "conv=sparse",
                    "status=none"], check=True)
    return to


def data_back(card, data):
    start, _ = partitions(card)["data"]
    subprocess.run(["dd", f"if={data}", f"of={card}", "bs=1M", f"seek={start >> 20}", "conv=notrunc", "status=none"], check=True)


# --- sticks ------------------------------------------------------------------------------------------------------------

def make_stick(path, folder, mib=64, kind="fat"):
    """A stick with one partition, as they are sold (`fat`, or `exfat` as larger ones are), and this folder as `alcove` on it."""
    with open(path, "wb") as f:
        f.truncate(mib << 20)
    # One partition, of the kind 0c (FAT32) or 07 (exFAT), from sector 2048 to the end: the table that every stick has.
    entry = (bytes([0, 0xfe, 0xff, 0xff, 0x0c if kind == "fat" else 0x07, 0xfe, 0xff, 0xff]) + (2048).to_bytes(4, "little") +
             ((mib << 11) - 2048).to_bytes(4, "little"))
    with open(path, "r+b") as f:
        f.seek(446)
        f.write(entry + bytes(48) + b"\x55\xaa")
    if kind == "fat":
        tool("mkfs.vfat", "-F", "32", "-n", "STICK", "--offset", "2048", inside(path), str((mib << 10) - 1024))
        tool("mmd", "-i", inside(path) + FIRST, "::/alcove")
        for name in sorted(os.listdir(folder)):
            tool("mcopy", "-i", inside(path) + FIRST, inside(os.path.join(folder, name)), "::/alcove/" + name)
    else:
        part = path + ".part"
        exfat.make(part, folder, (mib - 1) << 20)
        subprocess.run(["dd", f"if={part}", f"of={path}", "bs=1M", "seek=1", "conv=notrunc,sparse", "status=none"], check=True)
        os.unlink(part)
    return path


# --- packs, made and signed as publishers do it ---------------------------------------------------------------------------

def make_key(path):
    """PATH.pub and PATH.key, by Debian's minisign. It asks for a password, even for none."""
    subprocess.run(["minisign", "-G", "-W", "-f", "-p", path + ".pub", "-s", path + ".key"], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def make_pack(source, path):
    tool(f"build/image/{os.environ.get('NATIVE', 'amd64')}/obj/alcove-pack", "build", inside(source), "-o", inside(path))
    return path


def sign(path, key):
    subprocess.run(["minisign", "-S", "-s", key + ".key", "-m", path], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
