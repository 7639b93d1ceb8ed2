"""A kiosk in a window of its own, with packs whose every page has words that are nowhere else, a broker, a desk, and the
ways to look into all of it: what the X server shows, what is in the memory of each process, which folders it leaves.

The parts of a site are those of tests/line; this adds packs and searching."""
import csv
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/line")

from parts import BIN, HEAD, MEMORY, PLACE, Site, Wrong, until  # noqa: E402,F401

_spec = importlib.util.spec_from_file_location("window", "tests/acceptance/window.py")
window = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(window)

MODULES, PAGES = 4, 3
PATIENCE_MS = 30_000  # for a machine that does other things; what is measured says so
STILL_MS = 300
CALM_S = 0.52
WIRE_TOUCH = 2  # kiosk/wire/wire.h

PAGE = """# {title}

{first} {second}

- {item}
"""


def word(number, salt=""):
    """A word that stands nowhere else in the world, and that one line of a screen can hold."""
    letters = "bdfgklmnprstvz"
    out, n = "Quo", number * 7919 + sum(map(ord, salt)) * 104729
    for _ in range(4):
        out += letters[n % 14] + "aeiou"[n // 14 % 5]
        n = n // 7 + 31
    return out + "x"


class Canary:
    """Packs made for one proof, and every word that is only in them."""

    def __init__(self, folder, salt=""):
        self.library, self.house = os.path.join(folder, "library.pack"), os.path.join(folder, "house.pack")
        self.pages = {}    # (module id, page) -> its words
        self.numbers = {}  # service id -> [its words and its number]
        self.salt = salt
        self._next = 1
        self._library(pathlib.Path(folder) / "library")
        self._house(pathlib.Path(folder) / "house")
        for source, pack in ((pathlib.Path(folder) / "library", self.library),
                             (pathlib.Path(folder) / "house", self.house)):
            made = subprocess.run([f"{BIN}/alcove-pack", "build", str(source), "-o", pack], capture_output=True,
                                  text=True, check=False)
            if made.returncode != 0:
                raise Wrong(f"the pack for the proof is not made: {made.stderr[-400:]}")

    def new(self):
        self._next += 1
        return word(self._next, self.salt)

    def _module(self, number):
        ident = f"proof-{number}"
        lines = ["---", f"title: {self.new()}", "icon: door", "tint: sand", f"order: {number}", "note:",
                 "audience: client", "sources: none; written for a proof", "---", ""]
        for page in range(1, PAGES + 1):
            words = [self.new() for _ in range(4)]
            self.pages[ident, page] = words
            lines.append(PAGE.format(title=words[0], first=words[1], second=words[2], item=words[3]))
        return ident, "\n".join(lines)

    def _library(self, folder):
        shutil.copytree("content/library", folder, ignore=lambda d, names: [
            n for n in names if os.path.basename(d) == "modules" or (n.endswith(".po") and n != "en.po")])
        (folder / "pack.ini").write_text(
            "[pack]\nid=org.example.proof\nkind=library\nversion=1\npublisher=Alcove\nmade=2026-11-20\n"
            "title=A library for a proof\n\n[languages]\nen=English\n\n[reviewed]\nen=no\n", encoding="utf-8")
        for number in range(1, MODULES + 1):
            ident, text = self._module(number)
            (folder / "modules" / ident).mkdir(parents=True)
            (folder / "modules" / ident / "en.md").write_text(text, encoding="utf-8")
        with open(folder / "numbers/service.csv", encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        template = {k: "" for k in rows[0]} | {k: rows[0][k] for k in ("icon", "tint", "grouping", "assured_date", "source")}
        if "assured_by" in rows[0]:
            template["assured_by"] = rows[0]["assured_by"]
        services, phones = [], []
        for i in range(2):
            ident, name, what = f"proof-line-{i}", self.new(), self.new()
            number = f"1-8{i}7-{613 + 40 * i}-90{27 + i * 11}"
            self.numbers[ident] = [name, what, number]
            services.append({**template, "id": ident, "name": name, "what": f"{what} answers."})
            phones.append({"service_id": ident, "type": "voice", "number": number})
        for name, new, keys in (("service", services, list(rows[0])), ("phone", phones, ["service_id", "type", "number"])):
            with open(folder / f"numbers/{name}.csv", "w", encoding="utf-8", newline="") as f:
                out = csv.DictWriter(f, keys)
                out.writeheader()
                out.writerows(new)

    def _house(self, folder):
        shutil.copytree("content/house", folder, ignore=lambda d, names: [
            n for n in names if n.split(".")[0] in ("ar", "fr", "ht", "vi", "zh-Hans")])
        ini = (folder / "pack.ini").read_text(encoding="utf-8")
        # The first language is the one that the house's staff read: they get each phrase in it too.
        ini = "\n".join({"en": "es=Español", "es": "en=English"}.get(l.split("=")[0], l) if "no" not in l else l
                        for l in ini.splitlines() if l.split("=")[0].strip() not in ("ar", "fr", "ht", "vi", "zh-Hans"))
        (folder / "pack.ini").write_text(ini + "\n", encoding="utf-8")
        shutil.rmtree(folder / "numbers")
        self.phrase = f"{self.new()} is {self.new()}."
        self.phrase_staff = f"{self.new()} es {self.new()}."
        for code, text in (("en", self.phrase), ("es", self.phrase_staff)):
            (folder / f"phrases/{code}.csv").write_text(f"id,text\nproof,{text}\n", encoding="utf-8")


class Display(window.Display):
    """An X server of our own, with an eye and a hand in it (eye.c). On a kiosk nothing else runs; where a time is measured
    and root asks, the server goes before whatever else this machine does."""

    def __init__(self, first_in_line=False):
        self.before = ["nice", "-n", "-15"] if first_in_line and os.geteuid() == 0 else []
        super().__init__(self.before)
        self.eye = subprocess.Popen(self.before + ["build/proof/eye"], env=self.env, stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.eye.stdin.write(line + "\n")
        self.eye.stdin.flush()
        answer = self.eye.stdout.readline().strip()
        if not answer or answer.startswith("no"):
            raise Wrong(f"the eye says to \"{line}\": {answer}")
        return answer

    def shown(self):
        with tempfile.NamedTemporaryFile(dir=MEMORY) as f:
            self.say(f"save {f.name}")
            return f.read()

    def hash(self):
        return self.say("hash")

    def click(self, x, y):
        self.say(f"tap {x} {y}")

    def hold(self, x, y, seconds):
        self.say(f"press {x} {y}")
        time.sleep(seconds)
        self.say("lift")

    def wait(self, wanted, what):
        """Until the screen is this, dot for dot."""
        got = self.say(f"wait {wanted} {PATIENCE_MS}")
        if got != "ok":
            raise Wrong(f"{what} (it has {got})")

    def changed(self, before, what, within_ms=PATIENCE_MS, still_ms=STILL_MS):
        """Until the screen is another and stays so for a moment; what it is then."""
        got = self.say(f"change {before} {within_ms} {still_ms}").split()
        if got[0] != "ok":
            raise Wrong(what)
        return got[1]

    def is_first(self, within_ms):
        """Whether the screen is the one that was kept, within so long."""
        return self.say(f"first {within_ms}") == "ok"

    def kill(self):
        for process in (self.eye, self.process):
            process.kill()
            process.wait()


class Kiosk:
    """The kiosk's window, touched through the X server, and a replay beside it that knows where everything is and what
    each screen looks like: after a touch the window must come to show what the replay shows, dot for dot."""

    program = f"{BIN}/alcove"

    def __init__(self, site, packs, size=(1280, 800), env=None, trace=None, first_in_line=False):
        self.site, self.packs, self.env = site, packs, env or {}
        self.display = site.add(Display(first_in_line))
        self.trace = (trace or []) + self.display.before
        self.config = os.path.join(site.folder, "window.ini")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f"[place]\nname = {PLACE}\n[screen]\nwindow = {size[0]}x{size[1]}\npx_per_mm = 5.9\n[staff]\n"
                    f"broker_host = 127.0.0.1\nbroker_port = {site.port}\nstate_folder = {site.state}\n[content]\n"
                    + "".join(f"pack = {p}\n" for p in packs))
        self.process = self.map = self.first = None
        self.touched_at = 0
        self.places = []  # where this visit was touched

    def begin_process(self):
        with open(os.path.join(self.site.folder, "kiosk.log"), "ab") as log:
            self.process = subprocess.Popen(self.trace + [self.program, "--config", self.config],
                                            env={**self.display.env, **self.env}, stdout=log, stderr=log)

    def start(self):
        self.begin_process()
        self.map = Map(self.packs)
        self.display.wait(self.map.say("frame-hash"), "the window does not show the board that the replay shows")
        self.display.say("keep")
        self.first = self.display.shown()
        return self

    def where(self, choice):
        found = [c for c in self.map.choices() if c["id"] == choice]
        if not found:
            raise Wrong(f"there is no {choice} on {self.map.say('screen')}, only "
                        + " ".join(c["id"] for c in self.map.choices()))
        return found[0]["x"] + found[0]["w"] // 2, found[0]["y"] + found[0]["h"] // 2

    def calm(self):
        """Past the half second in which a touch would be the second half of a double tap, or a nervous one after Hide.
        What came before has been seen on the screen, so the kiosk has heard it, and its half second has begun."""
        time.sleep(max(0.0, self.touched_at + CALM_S - time.monotonic()))

    def heard(self):
        self.touched_at = time.monotonic()

    def tap(self, *choices):
        """Touches in the window, and lets the replay follow. A list that goes on is turned to the part that has it."""
        for choice in choices:
            for _ in range(10):
                if choice in (c["id"] for c in self.map.choices()):
                    break
                self._touch("next")
            self._touch(choice)

    def begin(self):
        """To the home screen, in English."""
        self.tap("begin")
        if self.map.say("screen") == "language":
            self.tap("lang:en")

    def _touch(self, choice):
        self.click(choice)
        self.map.say("tap " + choice)
        self.display.wait(self.map.say("frame-hash"), f"after {choice} the window does not show {self.map.say('screen')} as the "
                          "replay does")
        self.heard()

    def click(self, choice):
        x, y = self.where(choice)
        self.places.append((x, y))
        self.calm()
        self.display.click(x, y)

    def send(self, becomes="sent"):
        """Only the window is on a line to staff; the replay is told what becomes of the request there."""
        self.click("send")
        self.map.say("tap send")
        self.bell(becomes)

    def bell(self, becomes):
        self.map.say("bell " + becomes)
        self.display.wait(self.map.say("frame-hash"), f"the window does not say that the request is {becomes}")
        self.heard()

    def hide(self):
        """Ends the visit, in the window and in the replay, and waits for the first frame."""
        self.click("hide")
        self.covered("Hide does not bring back the first frame")

    def covered(self, what, within_ms=None):
        """The visit is over in the window; the replay's ends too."""
        if not self.display.is_first(within_ms or PATIENCE_MS):
            raise Wrong(what)
        self.heard()
        self.places = []
        self.map.say("key hide")
        self.map.say("wait 1s")

    def processes(self):
        """The host and everything that it has started: id -> name."""
        found = {self.process.pid: "host"}
        grown = True
        while grown:
            grown = False
            for pid in (int(p) for p in os.listdir("/proc") if p.isdigit()):
                try:
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                        stat = f.read()
                except OSError:
                    continue
                if pid not in found and int(stat.rsplit(")", 1)[1].split()[1]) in found:
                    found[pid] = stat.split("(", 1)[1].rsplit(")", 1)[0]
                    grown = True
        return found

    def kill(self):
        for process in (self.process, self.map and self.map.replay.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def stop(self):
        """As a system stops it."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(15) != 0:
            raise Wrong(f"the kiosk ended with {self.process.returncode}")
        self.kill()


class Map:
    def __init__(self, packs):
        command = [f"{BIN}/alcove-replay"] + [o for p in packs for o in ("--pack", p)] + ["-"]
        self.replay = window.Replay.__new__(window.Replay)
        self.replay.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                               encoding="utf-8")

    def say(self, line):
        return self.replay.say(line)

    def choices(self):
        return json.loads(self.say("choices"))

    def texts(self):
        return " ".join(json.loads(self.say("texts")))


def place_forms(x, y):
    """Where a touch was, as SDL and Xlib hold it, and our own wire. (What the display's server itself said of it may be in
    the four kilobytes in which libxcb receives until something else was received there; see PRIVACY.md.)"""
    return {"an event": struct.pack("<ii", x, y), "a message": struct.pack("<IBBhh", WIRE_TOUCH, 1, 0, x, y),
            "a message of lifting": struct.pack("<IBBhh", WIRE_TOUCH, 3, 0, x, y)}


PAGE_BYTES = os.sysconf("SC_PAGESIZE")
PRESENT = 3 << 62  # in memory, or swapped out (Documentation/admin-guide/mm/pagemap.rst)


def resident(pid, mem, start, end):
    """Piece by piece what is there of a mapping that cannot be read in one go, or that nobody may read."""
    with open(f"/proc/{pid}/pagemap", "rb", 0) as pagemap:
        pagemap.seek(start // PAGE_BYTES * 8)
        there = pagemap.read((end - start) // PAGE_BYTES * 8)
    found = bytearray()
    for i in range(len(there) // 8):
        page = b""
        if int.from_bytes(there[8 * i:8 * i + 8], "little") & PRESENT:
            try:
                mem.seek(start + i * PAGE_BYTES)
                page = mem.read(PAGE_BYTES)
            except OSError:
                pass  # of a device
        found += page if page else b"\0" if found[-1:] != b"\0" else b""
    return bytes(found)


def mappings(pid, changeable=False):
    """All that a process has in memory, mapping by mapping: (name, bytes). Also what it may not read itself. `changeable`:
    only what it may write to, where a thing that is shown must be, too."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            part = line.split()
            name = part[5] if len(part) > 5 else "memory"
            if name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue  # the kernel's clock
            if changeable and part[1][1] != "w":
                continue
            start, end = (int(x, 16) for x in part[0].split("-"))
            data = b""
            if part[1][0] == "r":
                try:
                    mem.seek(start)
                    data = mem.read(end - start)
                except OSError:
                    pass
            yield name, data if len(data) == end - start else resident(pid, mem, start, end)


def unmapped(pid):
    """What a process holds by a descriptor, and is memory: frames, and files that have no name any more."""
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            name = os.readlink(f"/proc/{pid}/fd/{fd}")
            if name.startswith("/memfd:") or name.endswith(" (deleted)"):
                with open(f"/proc/{pid}/fd/{fd}", "rb") as f:
                    yield f"descriptor {name}", f.read()
        except OSError:
            continue  # closed meanwhile


def memory(pid, changeable=False):
    yield from mappings(pid, changeable)
    if not changeable:
        yield from unmapped(pid)


def forms(text):
    """A text as any program may hold it."""
    return {code: text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")}


def search(pids, needles, changeable=False):
    """Which of `needles` (name -> bytes) are in which process: [(needle, process, mapping)]."""
    found = []
    for pid, process in pids.items():
        try:
            for name, data in memory(pid, changeable):
                found += [(needle, f"{process} ({pid})", name) for needle, what in needles.items() if what in data]
        except OSError:
            continue  # it ended meanwhile, and what a process had goes with it
    return found


# Holds what it is told in memory, in memory that it may not read itself, and in a file in memory that it has not mapped.
HOLDER = """
import ctypes, mmap, os, sys
words = sys.stdin.buffer.readline().strip().split()
held = [bytes.fromhex(w.decode()) for w in words[:-2]]
hidden, filed = (bytes.fromhex(w.decode()) for w in words[-2:])
closed = mmap.mmap(-1, 4096)
closed.write(hidden)
place = ctypes.addressof(ctypes.c_char.from_buffer(closed))
ctypes.CDLL(None).mprotect(ctypes.c_void_p(place), 4096, 0)
fd = os.memfd_create("held")
os.write(fd, filed)
del words, hidden, filed
print("ready", flush=True)
sys.stdin.buffer.readline()
os._exit(0)
"""


def search_finds():
    """The search itself is tried: does it find a word in each form and each kind of place? What it has not found."""
    held, hidden, filed = forms(word(4711, "held")), word(4712, "hidden").encode(), word(4713, "filed").encode()
    wanted = {**held, "memory that nobody may read": hidden, "a file in memory": filed}
    # Written so that no form of it is in what the process has read.
    asked = b" ".join(data.hex().encode() for data in wanted.values()) + b"\n"
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdin.write(asked)
        holder.stdin.flush()
        holder.stdout.readline()
        found = {needle for needle, _, _ in search({holder.pid: "holder"}, wanted)}
        holder.stdin.close()
    return [needle for needle in wanted if needle not in found]
