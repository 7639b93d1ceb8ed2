#!/usr/bin/env python3
"""Nothing of a visit is left in memory. Packs with words that are nowhere else are read page by page in a real window, a
number is practised, staff are asked; each word is first found in our processes while it is shown, as text and as the
pixels that it was drawn with (else the search is worth nothing), and after the visit in none of them, in no form.

memory.py [END...]      hidden dead stopped left; "left" takes minutes, for it is the kiosk's own clock that ends it
"""
import os
import signal
import sys
import time

from kiosk import HEAD, MODULES, PAGES, Canary, Kiosk, Site, Wrong, forms, place_forms, search, search_finds, until

W, H = 1280, 800
STRIP = 48  # pixels


def strips(frame, first, top=150, bottom=640):
    """Pieces of rows of pixels that have much of a word in them and are nowhere on the first frame."""
    found = []
    for y in range(top, bottom, 3):
        for x in range(0, W - STRIP, STRIP):
            at = (y * W + x) * 4
            strip = frame[at:at + 4 * STRIP]
            if len({strip[i:i + 4] for i in range(0, len(strip), 4)}) > 14 and strip not in first:
                found.append(bytes(strip))
    return found[:: max(1, len(found) // 6)][:6]


class Visit:
    """One visit that sees everything, and what was found of it while it was there."""

    def __init__(self, kiosk, canary, site):
        self.kiosk, self.canary, self.site = kiosk, canary, site
        self.needles = {}   # name -> bytes: all that must be gone afterwards
        self.missed = []    # words that the search did not find while they were shown

    def look(self, words, pixels=True):
        """What is shown now is in memory now; from here on it is searched for."""
        drawn = {f"the pixels of {words[0]}, {i}": s for i, s in
                 enumerate(strips(self.kiosk.display.shown(), self.kiosk.first))} if pixels else {}
        texts = {w: w.encode() for w in words}
        there = {needle for needle, _, _ in search(self.kiosk.processes(), texts | drawn, changeable=True)}
        self.missed += [w for w in words if w not in there]
        if pixels and not there & set(drawn):
            self.missed.append(f"the pixels of {words[0]}")
        self.needles |= {f"{w} as {code}": data for w in words for code, data in forms(w).items()}
        self.needles |= {needle: drawn[needle] for needle in there & set(drawn)}

    def read(self):
        k, pages = self.kiosk, self.canary.pages
        k.begin()
        for number in range(1, MODULES + 1):
            if k.map.say("screen") != "home":
                k.tap("home")
            k.tap("safe", f"module:proof-{number}")
            for page in range(1, PAGES + 1):
                self.look(pages[f"proof-{number}", page])
                if page < PAGES:
                    k.tap("next")

    def practise(self):
        k = self.kiosk
        service, (name, what, number) = next(iter(self.canary.numbers.items()))
        k.tap("home", "numbers", f"number:{service}")
        self.look([name, what, number])
        k.tap("learn")
        digits = "".join(c for c in number if c.isdigit())
        for digit in digits[-4:-1]:
            k.tap(f"digit:{digit}")
        k.tap("home")

    def ask(self, desk):
        k = self.kiosk
        k.tap("talk", "how:other", "phrase:proof")
        self.look([self.canary.phrase.split()[0]], pixels=False)
        k.tap("when:now", "speak:en")
        before = len(desk.alerts)
        k.send()
        self.request = desk.first(number=before + 1)
        until("the request is not in memory", lambda: search(k.processes(), {"id": self.request.encode()}), 5)
        # What staff read in their own language goes with it, and never was on the screen.
        until("the phrase that staff read is not in memory",
              lambda: search(k.processes(), {"phrase_staff": self.canary.phrase_staff.encode()}), 5)
        self.needles |= {f"the request's {code}": d for code, d in forms(f'"id":"{self.request}"').items()}
        self.needles |= {f"the phrase as {code}": d for code, d in forms(self.canary.phrase).items()}
        self.needles |= {f"the phrase for staff as {code}": d for code, d in forms(self.canary.phrase_staff).items()}

    def touched(self):
        """Where somebody touched says what they chose, and which digits they typed. But not where they touched last: there
        the pointer of this test's mouse still is, as everybody can see."""
        places = set(self.kiosk.places) - {self.kiosk.places[-1]}
        wanted = {f"the place {x}, {y} in {form}": data for x, y in places for form, data in place_forms(x, y).items()}
        if not search(self.kiosk.processes(), wanted, changeable=True):
            self.missed.append("any place that was touched")
        self.needles |= wanted

    def rest(self, x, y):
        """A finger comes down, slides to a place, and stays there. (Where a mouse was pressed last SDL keeps by itself.)"""
        self.kiosk.calm()
        self.kiosk.display.say(f"press {x + 40} {y + 30}")
        self.kiosk.display.say(f"move {x} {y}")
        wanted = {f"the place {x}, {y} of a finger that rests, in {form}": data for form, data in place_forms(x, y).items()}
        until("the place of a finger that rests is not in memory",
              lambda: search(self.kiosk.processes(), wanted, changeable=True), 5)
        self.needles |= wanted


def knowing(kiosk, visit):
    """The visit on the glass: the process that knows something; the spare knows nothing."""
    knows = [p for p, n in kiosk.processes().items() if n == "alcove-visit" and search({p: n}, visit.needles)]
    if len(knows) != 1:
        raise Wrong(f"{len(knows)} visits know what was read, not one")
    return knows[0]


def hide(kiosk, visit):
    kiosk.hide()


def killed(kiosk, visit):
    """While a finger rests on the glass, which is lifted afterwards."""
    x, y = kiosk.where("hide")
    visit.rest(613, 419)
    os.kill(knowing(kiosk, visit), signal.SIGKILL)
    kiosk.covered("a visit that died is not covered", 5000)
    kiosk.display.say("lift")
    kiosk.display.say(f"move {x} {y}")


def stopped(kiosk, visit):
    """It stands still, and somebody touches it."""
    os.kill(knowing(kiosk, visit), signal.SIGSTOP)
    kiosk.calm()
    kiosk.display.click(640, 400)
    kiosk.covered("a visit that stands still is not covered", 5000)


def left_alone(kiosk, visit):
    """Nobody touches it any more: as long as it takes."""
    kiosk.covered("a visit that was left is not cleared", 600_000)


ENDS = {"hidden": hide, "dead": killed, "stopped": stopped, "left": left_alone}
SAID = {"hidden": "hidden", "dead": "killed while a finger rested on the glass", "stopped": "stopped dead", "left": "left alone until it was cleared"}


def prove(end, site, kiosk, canary, desk):
    visit = Visit(kiosk, canary, site)
    visit.read()
    visit.practise()
    visit.ask(desk)
    visit.touched()
    if visit.missed:
        raise Wrong(f"the search does not find what is there: {visit.missed[:8]}")
    if len(visit.needles) < 5 * 40:
        raise Wrong(f"only {len(visit.needles)} things are searched for")
    ENDS[end](kiosk, visit)
    desk.say(visit.request, "seen")
    desk.say(visit.request, "closed")
    until("the request is not over", lambda: not desk.settle() and not
          [t for t in site.retained() if "/request/" in t], 10, 0.2)
    time.sleep(1.5)  # the broker's last word comes and goes
    ours = kiosk.processes()
    left = search(ours | {site.broker.process.pid: "broker"}, visit.needles)
    if left:
        raise Wrong(f"{len(left)} traces in memory: " + "; ".join(f"{n} in {p}, {m}" for n, p, m in left[:6]))
    if site.kept():
        raise Wrong(f"left in the state folder: {site.kept()}")
    return len(visit.needles), len(ours)


def main():
    ends = sys.argv[1:] or list(ENDS)
    part = "left" if ends == ["left"] else "memory"
    if os.geteuid() != 0:
        print(f"ok - {part}: skipped, for only root may look into the memory of other processes")
        return 0
    missed = search_finds()
    bad = 1 if missed else 0
    print(f"not ok - {part}: the search does not find {missed}" if missed else f"ok - {part}: the search finds a word in "
          "each form that a program may hold it in, also in memory that nobody may read and in a file without a name", flush=True)
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        canary = Canary(site.folder)
        kiosk = site.add(Kiosk(site, [canary.library, canary.house])).start()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        for end in ends:
            try:
                needles, processes = prove(end, site, kiosk, canary, desk)
                print(f"ok - {part}: after a visit that was {SAID[end]}, none of {needles} traces of what was read, practised and "
                      f"asked, and of where it was touched, is left in any of {processes + 1} processes (what was read was found there before)", flush=True)
            except Wrong as wrong:
                print(f"not ok - {part}: after a visit that was {SAID[end]}: {wrong}", flush=True)
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
