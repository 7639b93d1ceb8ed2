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
import subprocess
import sys
import time

sys.path.insert(0, "tests/line")

from parts import BIN, HEAD, PLACE, Site, Wrong, until  # noqa: E402,F401

_spec = importlib.util.spec_from_file_location("window", "tests/acceptance/window.py")
window = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(window)

MODULES, PAGES = 4, 3

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


class Kiosk:
    """The kiosk's window, clicked by xdotool, and a replay beside it that knows where everything is."""

    def __init__(self, site, packs, size=(1280, 800), env=None, trace=None):
        self.site, self.packs, self.env, self.trace = site, packs, env or {}, trace or []
        self.display = window.Display()
        site.add(self.display.process)
        self.config = os.path.join(site.folder, "window.ini")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f"[place]\nname = {PLACE}\n[screen]\nwindow = {size[0]}x{size[1]}\npx_per_mm = 5.9\n[staff]\n"
                    f"broker_host = 127.0.0.1\nbroker_port = {site.port}\nstate_folder = {site.state}\n[content]\n"
                    + "".join(f"pack = {p}\n" for p in packs))
        self.process = self.map = None

    def start(self):
        blank = self.display.shown()
        log = open(os.path.join(self.site.folder, "kiosk.log"), "ab")
        self.process = subprocess.Popen(self.trace + [f"{BIN}/alcove", "--config", self.config],
                                        env={**self.display.env, **self.env}, stdout=log, stderr=log)
        log.close()
        self.map = Map(self.packs)
        self.first = window.settled(self.display, blank)
        return self

    def where(self, choice):
        found = [c for c in self.map.choices() if c["id"] == choice]
        if not found:
            raise Wrong(f"there is no {choice} on {self.map.say('screen')}, only "
                        + " ".join(c["id"] for c in self.map.choices()))
        return found[0]["x"] + found[0]["w"] // 2, found[0]["y"] + found[0]["h"] // 2

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
        before = self.display.shown()
        x, y = self.where(choice)
        time.sleep(0.55)  # not the second half of a double tap
        self.display.click(x, y)
        self.map.say("tap " + choice)
        window.settled(self.display, before)

    def click(self, choice):
        x, y = self.where(choice)
        time.sleep(0.55)
        self.display.click(x, y)

    def hide(self):
        """Ends the visit, in the window and in the replay, and waits for the first frame."""
        self.click("hide")
        until("Hide does not bring back the first frame", lambda: self.display.shown() == self.first)
        self.map.end()
        self.map = Map(self.packs)
        time.sleep(0.7)  # in which a nervous second tap begins nothing

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

    def end(self):
        """The replay is only the map here: one that does not end is no reason to stop looking."""
        self.replay.process.stdin.close()
        try:
            self.replay.process.wait(10)
        except subprocess.TimeoutExpired:
            self.replay.process.kill()
            self.replay.process.wait()


def memory(pid):
    """All that a process has in memory, mapping by mapping: (name, bytes). Also what it may only read."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            part = line.split()
            name = part[5] if len(part) > 5 else "memory"
            if part[1][0] != "r" or name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            start, end = (int(x, 16) for x in part[0].split("-"))
            try:
                mem.seek(start)
                yield name, mem.read(end - start)
            except OSError:
                continue


def forms(text):
    """A text as any program may hold it."""
    return {code: text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")}


def search(pids, needles):
    """Which of `needles` (name -> bytes) are in which process: [(needle, process, mapping)]."""
    found = []
    for pid, process in pids.items():
        try:
            for name, data in memory(pid):
                found += [(needle, f"{process} ({pid})", name) for needle, what in needles.items() if what in data]
        except OSError:
            continue  # it ended meanwhile, and what a process had goes with it
    return found
