#!/usr/bin/env python3
"""Walks every screen and every page that the packs have, in every language, on several glasses and at several sizes of
text, by asking `alcove-replay -`, and checks what must hold everywhere:

- every choice is at least 12.7 mm high and wide, 2.54 mm from every other, inside the glass, with a spoken label;
- Hide is there, always in the same place, and leads to the first frame, byte for byte;
- nothing is clipped; staff are one touch away from every page; Back brings back what was there before;
- every heading of every page in the sources and every telephone number, digit for digit, is on a screen.

How deep a walk goes: 1 sees every kind of screen and all pages of some modules (others in another language), 2 sees all
pages of all modules and all numbers, 3 also hides on every kind of screen and comes back, 4 does that on every page.
Usually: 2 at the usual size of text (3 in one language of each glass), 1 at the other sizes. --all: 3 everywhere, 4 in
each language on one glass; takes many minutes.

Prints "ok - ..." or "not ok - ..." for each walk.
"""
import argparse
import concurrent.futures
import csv
import glob
import json
import os
import re
import subprocess
import sys

TARGET_MM, GAP_MM = 12.7, 2.54
GLASSES = [(1280, 800, 5.9), (800, 480, 5.2), (720, 1280, 5.9)]


class Lost(Exception):
    """The replay ended, or a screen is not what the walk needs to go on."""


class Replay:
    def __init__(self, options, glass):
        w, h, per_mm = glass
        command = [options.bin + "/alcove-replay", "--size", f"{w}x{h}", "--px-per-mm", str(per_mm)]
        for pack in options.packs:
            command += ["--pack", pack]
        self.process = subprocess.Popen(command + ["-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding="utf-8")

    def say(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer or answer.startswith("no: "):
            raise Lost(f"{line}: {answer.strip() or self.process.stderr.read().strip()}")
        return "" if answer == "ok\n" else answer.rstrip("\n")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Walk:
    def __init__(self, options, glass, language, size, depth, turn):
        self.options, self.glass, self.language, self.size = options, glass, language, size
        self.depth = depth       # 1..4, see above
        self.turn = turn         # at depth 1 decides which modules are seen whole
        self.replay = Replay(options, glass)
        self.wrong = {}          # complaint: where it was first seen
        self.looks = self.hides = 0
        self.hide_box = None
        self.now = None          # what is on the screen
        self.path = []           # choices since the idle board

    # --- what must hold on every screen --------------------------------------------------------------------------

    def complain(self, what):
        self.wrong.setdefault(what, f"{self.now['screen']} part {self.now['part']} after {' '.join(self.path[-6:])}")

    def check_box(self, c):
        w, h, per_mm = self.glass
        least = TARGET_MM * per_mm - 1
        if c["w"] < least or c["h"] < least:
            self.complain(f"{c['id']} is {c['w'] / per_mm:.1f} x {c['h'] / per_mm:.1f} mm, smaller than 12.7")
        if c["x"] < 0 or c["y"] < 0 or c["x"] + c["w"] > w or c["y"] + c["h"] > h:
            self.complain(f"{c['id']} stands out of the glass")
        if not c["says"].strip() and not (c["id"] == "hide" and self.now["screen"] == "idle"):
            self.complain(f"{c['id']} has no spoken label")

    def check_gaps(self, choices):
        least = GAP_MM * self.glass[2] - 1
        for i, a in enumerate(choices):
            for b in choices[i + 1:]:
                dx = max(a["x"] - b["x"] - b["w"], b["x"] - a["x"] - a["w"])
                dy = max(a["y"] - b["y"] - b["h"], b["y"] - a["y"] - a["h"])
                if max(dx, dy) < 0:
                    self.complain(f"{a['id']} and {b['id']} overlap")
                elif max(dx, dy) < least:
                    self.complain(f"{a['id']} and {b['id']} are {max(dx, dy) / self.glass[2]:.2f} mm apart")

    def check(self):
        choices = self.now["choices"]
        ids = [c["id"] for c in choices]
        for c in choices:
            self.check_box(c)
        self.check_gaps(choices)
        if len(set(ids)) != len(ids):
            self.complain("two choices have the same id")
        if "hide" not in ids:
            self.complain("there is no Hide")
        else:
            hide = choices[ids.index("hide")]
            box = (hide["x"], hide["y"], hide["w"], hide["h"])
            self.hide_box = self.hide_box or box
            if box != self.hide_box:
                self.complain(f"Hide is at {box} and not at {self.hide_box}")
        if self.now["clipped"]:
            self.complain(f"{self.now['clipped']} texts are clipped")
        if self.now["screen"] == "page" and "talk" not in ids:
            self.complain("staff are not one touch away")
        if not any(t.strip() for t in self.now["texts"]):
            self.complain("there is nothing to read")

    # --- moving --------------------------------------------------------------------------------------------------

    def look(self):
        self.now = json.loads(self.replay.say("look"))
        self.looks += 1
        self.check()

    def tap(self, choice):
        self.replay.say("tap " + choice)
        self.path.append(choice)
        self.look()

    def ids(self):
        return [c["id"] for c in self.now["choices"]]

    def go(self, choice, screen):
        """Taps a choice, on whichever part of the screen it is, and expects to come to that screen."""
        for _ in range(60):
            if choice in self.ids() or "next" not in self.ids():
                break
            self.tap("next")
        if choice not in self.ids():
            raise Lost(f"{choice} is on no part of {self.now['screen']} after {' '.join(self.path[-6:])}")
        self.tap(choice)
        if self.now["screen"] != screen:
            raise Lost(f"{choice} leads to {self.now['screen']} and not to {screen}")

    def home(self):
        if self.now["screen"] != "home":
            self.tap("home")
        if self.now["screen"] != "home":
            raise Lost(f"Home leads to {self.now['screen']}")

    def there_and_back(self, choice):
        """Taps a choice, taps Back, and expects everything as it was. Returns what was there."""
        before, depth = self.now, len(self.path)
        self.tap(choice)
        there = self.now
        if "back" not in self.ids():
            self.complain(f"{choice} leads to a screen without Back")
            return there
        self.tap("back")
        if self.now != before:
            self.complain(f"Back from {choice} does not bring back what was there")
        del self.path[depth:]
        return there

    def back_and_there(self, before):
        """The other way round: Back, everything as it was before, and Next again."""
        there, depth = self.now, len(self.path)
        self.tap("back")
        if self.now != before:
            self.complain("Back from the next page does not bring back what was there")
        self.tap("next")
        if self.now != there:
            self.complain("Next after Back does not lead to the same page")
        del self.path[depth:]

    def parts(self):
        """Goes through all parts of the screen; returns all texts of it. Ends on its last part."""
        screen, texts = self.now["screen"], []
        while True:
            texts += self.now["texts"]
            if self.now["part"] >= self.now["parts"]:
                return texts
            if "next" not in self.ids():
                self.complain("there are more parts, but no Next")
                return texts
            if self.depth > 1:
                self.there_and_back("next")
            self.tap("next")
            if self.now["screen"] != screen:
                self.complain(f"Next leads to {self.now['screen']} before the last part")
                return texts

    def first_part(self):
        """Back to the first part, as a person would; where there is no way back, by Hide (and that is complained of)."""
        while self.now["part"] > 1 and "back" in self.ids():
            self.tap("back")
        if self.now["part"] > 1:
            self.replay.say("tap hide")
            self.path = []
            self.tap("begin")

    def hide_and_return(self):
        """Hides here, expects the first frame, and comes back by the same choices. At depth 3."""
        if self.depth < 3:
            return
        path = list(self.path)
        self.replay.say("tap hide")
        self.replay.say("expect end hidden")
        self.replay.say("expect first-frame")
        self.hides += 1
        for choice in path:
            self.replay.say("tap " + choice)
        before = self.now
        self.look()
        if self.now != before:
            self.complain("the same choices do not lead to the same screen after Hide")

    # --- the walk ------------------------------------------------------------------------------------------------

    def begin(self):
        self.look()
        self.replay.say("tap hide")
        self.tap("begin")
        self.parts()
        self.first_part()
        self.go("lang:" + self.language, "home")
        if self.size != 2:
            self.tap("size")
            self.go(f"size:{self.size}", "size")
            self.home()
        self.start = list(self.path)

    def small_screens(self):
        for choice, screen in (("about", "about"), ("size", "size"), ("language", "language")):
            self.home()
            self.there_and_back(choice)
            self.go(choice, screen)
            self.parts()
            self.hide_and_return()
        self.home()
        self.hide_and_return()
        self.replay.say("wait 1s until screen still-here")
        self.look()
        self.replay.say("tap stay")
        self.look()

    def modules(self):
        self.home()
        self.go("safe", "modules")
        self.parts()
        paths = sorted(glob.glob(f"{self.options.content}/library/modules/*/{self.language}.md"))
        for i, path in enumerate(paths):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            if "audience: staff" in text:
                continue
            module = os.path.basename(os.path.dirname(path))
            self.home()
            self.go("safe", "modules")
            self.go("module:" + module, "page")
            headings = re.findall(r"^# +(.*?)\s*(?:\{.*\})?\s*$", text, re.M)
            whole = self.depth > 1 or (i + self.turn) % (3 if self.size == 4 else 8) == 0
            self.pages(module, headings if whole else None, hide=self.depth > 3 or (i + self.turn) % 8 == 0)

    def pages(self, module, headings, hide):
        """All pages, with these headings; or, with None, the first few. Hides on some when `hide`."""
        seen = []
        for number in range(1, 400):
            seen += self.now["texts"]
            for choice in [c for c in self.ids() if c.startswith("answer:")]:
                self.there_and_back(choice)
            if hide and (number % 6 == 1 or (self.depth > 3 and self.size == 2)):
                self.hide_and_return()
            if headings is None and number == 3:
                return
            before = self.now
            self.tap("next")
            if self.now["screen"] == "modules":
                break
            if self.now["screen"] != "page":
                raise Lost(f"Next in {module} leads to {self.now['screen']}")
            if self.depth > 3 or (self.depth > 1 and number % 3 == 1):
                self.back_and_there(before)
        for heading in headings:
            if heading.replace("**", "") not in seen:
                self.complain(f"the page \"{heading}\" of {module} was not seen")

    def numbers(self):
        for path in glob.glob(f"{self.options.content}/*/numbers/phone.csv"):
            with open(path, encoding="utf-8", newline="") as f:
                rows = list(csv.DictReader(f))
            services = {}
            for row in rows:
                services.setdefault(row["service_id"], []).append(row["number"])
            for i, (service, wanted) in enumerate(services.items()):
                if self.depth > 1 or i == self.turn % len(services):
                    self.number(service, wanted)

    def number(self, service, wanted):
        self.home()
        self.go("numbers", "numbers")
        self.go("number:" + service, "number")
        on_screen = self.parts()
        for number in wanted:
            if not any(number in text for text in on_screen):
                self.complain(f"{number} is not on the screen of {service}")
        self.hide_and_return()
        self.home()
        self.go("numbers", "numbers")
        self.go("number:" + service, "number")
        self.go("name", "number")
        if not any(wanted[0] in text for text in self.now["texts"]):
            self.parts()
        self.go("name", "number")
        self.go_back_to_choice("learn")
        if "learn" in self.ids():
            self.learn(wanted[0])

    def go_back_to_choice(self, choice):
        while choice not in self.ids() and self.now["part"] > 1:
            self.tap("back")

    def learn(self, number):
        digits = [c for c in number if c.isdigit()]
        self.tap("learn")
        for step in (4, 7, len(digits)):
            wrong = "0" if digits[-min(step, len(digits))] != "0" else "1"
            self.type(wrong)
            for digit in digits[-min(step, len(digits)):]:
                self.type(digit)
        if "again" not in self.ids():
            self.complain(f"all digits of {number} were typed, but it is not known by heart")
        self.parts()
        self.hide_and_return()

    def type(self, digit):
        for _ in range(8):
            if f"digit:{digit}" in self.ids() or "next" not in self.ids():
                break
            self.tap("next")
        while f"digit:{digit}" not in self.ids() and self.now["part"] > 1:
            self.tap("back")
        self.tap(f"digit:{digit}")

    def talk(self):
        self.home()
        self.go("talk", "talk-how")
        self.parts()
        self.hide_and_return()
        self.home()
        self.go("talk", "talk-how")
        self.go("how:other", "talk-phrase")
        phrase = [c for c in self.ids() if c.startswith("phrase:")] or ["next"]
        self.parts()
        self.home()
        self.go("talk", "talk-how")
        self.go("how:other", "talk-phrase")
        self.go(phrase[0] if phrase[0] != "next" else "phrase:laundry", "talk-when")
        self.hide_and_return()
        self.go("when:later", "talk-language")
        self.go("speak:" + self.language, "talk-check")
        self.parts()
        self.hide_and_return()
        while "send" not in self.ids() and self.now["part"] > 1:
            self.tap("back")
        self.go("send", "talk-status")
        for state in ("sending", "sent", "again", "cut", "seen", "closed", "unreachable", "expired", "full"):
            self.replay.say("bell " + state)
            self.look()
            self.parts()
            while self.now["part"] > 1:
                self.tap("back")
        self.replay.say("tap hide")
        self.replay.say("expect first-frame")

    def run(self):
        try:
            self.begin()
            self.small_screens()
            self.modules()
            self.numbers()
            self.talk()
        except Lost as lost:
            self.wrong.setdefault(str(lost), "where the walk ended")
        self.replay.close()
        w, h, _ = self.glass
        return (f"{w}x{h} {self.language} size {self.size} depth {self.depth}: "
                f"{self.looks} screens, {self.hides} times hidden"), self.wrong


def jobs(options):
    """Every glass and language at the usual size of text; the other sizes are shared out among them."""
    languages = sorted({os.path.basename(p)[:-3] for p in glob.glob(f"{options.content}/library/modules/*/*.md")})
    turn = 0
    for i, glass in enumerate(GLASSES):
        for j, language in enumerate(languages):
            for size in (2, 4, 1, 3):
                turn += 1
                if options.all:
                    yield glass, language, size, 4 if i == j % len(GLASSES) else 3, turn
                elif size == 2:
                    yield glass, language, size, 3 if i == j else 2, turn
                elif (i + j + size) % (2 if size == 4 else 3) == 0:
                    yield glass, language, size, 1, turn
    for language in languages if options.all else languages[:1]:
        yield (1920, 1080, 4.1), language, 2, 3 if options.all else 1, turn


def run(job):
    return Walk(*job).run()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--bin", default="build")
    parser.add_argument("--content", default="content")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--packs", nargs="+", default=["build/library.pack", "build/house.pack"])
    options = parser.parse_args()
    bad = False
    # The long ones first, so that both workers end together.
    work = sorted(((options,) + j for j in jobs(options)), key=lambda j: (-j[4], -j[3]))
    with concurrent.futures.ProcessPoolExecutor(options.workers) as pool:
        for says, wrong in pool.map(run, work):
            bad = bad or bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} - walk: {says}", flush=True)
            for what, where in list(wrong.items())[:12]:
                print(f"    {what} ({where})", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
