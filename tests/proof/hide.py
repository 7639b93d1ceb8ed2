#!/usr/bin/env python3
"""One touch on "Hide this" covers the screen, on every screen that a visit has. A real window; a touch by the X server;
and the next picture that the X server shows must be the first frame, byte for byte, with no other picture between. From
the press to the picture is measured: 99 of 100 within 50 ms.
"""
import os
import subprocess
import sys
import time

from kiosk import Kiosk, Site, Wrong, until, window

MOST_US, SAMPLES = 50_000, int(os.environ.get("SAMPLES", "120"))
# Two hiccups of a machine that does other things too spoil a round; what is slow by itself is slow in each.
ROUNDS = 3
SEND, WAIT = "(the window alone sends)", "(nobody touches it for two minutes)"
# How to get to each screen from the idle board; the kinds of screen that a client's visit has.
SCREENS = {
    "language": ["begin"], "home": ["begin", "lang:en"], "modules": ["begin", "lang:en", "safe"],
    "page": ["begin", "lang:es", "safe", "module:planning"],
    "page in Arabic": ["begin", "lang:ar", "safe", "module:planning"],
    "numbers": ["begin", "lang:en", "numbers"], "number": ["begin", "lang:en", "numbers", "number:emergency"],
    "learn": ["begin", "lang:en", "numbers", "number:national-hotline", "learn"],
    "talk-how": ["begin", "lang:en", "talk"], "talk-phrase": ["begin", "lang:en", "talk", "how:other"],
    "talk-when": ["begin", "lang:en", "talk", "how:come"],
    "talk-language": ["begin", "lang:en", "talk", "how:come", "when:now"],
    "talk-check": ["begin", "lang:en", "talk", "how:come", "when:now", "speak:en"],
    "talk-status": ["begin", "lang:en", "talk", "how:come", "when:now", "speak:en", SEND],
    "still here?": ["begin", WAIT],
    "size": ["begin", "lang:en", "size"], "about": ["begin", "lang:en", "about"],
}


def go(kiosk, path):
    for step in path:
        before = kiosk.display.shown()
        if step == SEND:
            kiosk.click("send")
            window.settled(kiosk.display, before)
        elif step == WAIT:
            until("nobody is asked \"Still here?\"", lambda b=before: kiosk.display.shown() != b, 200, 0.5)
        else:
            kiosk.tap(step)


def cover(kiosk, frame):
    """Microseconds and pictures between, of one touch on Hide."""
    x, y = kiosk.where("hide")
    time.sleep(0.55)
    said = subprocess.run(["build/proof/cover", "touch", str(x), str(y), frame], env=kiosk.display.env, capture_output=True,
                          text=True, check=False)
    if said.returncode != 0:
        raise Wrong(f"Hide does not bring back the first frame on {kiosk.map.say('screen')}: {said.stdout}{said.stderr}")
    kiosk.map.say("key hide")
    kiosk.map.say("wait 1s")
    until("the first frame does not stay", lambda: kiosk.display.shown() == kiosk.first, 2)
    time.sleep(0.7)
    us, others = said.stdout.split()
    return int(us), int(others)


def main():
    try:
        with Site() as site:
            site.broker.start()
            kiosk = site.add(Kiosk(site, ["build/library.pack", "build/house.pack"])).start()
            frame = os.path.join(site.folder, "first.raw")
            subprocess.run(["build/proof/cover", "save", frame], env=kiosk.display.env, check=True)
            times, between = [], []
            for name, path in SCREENS.items():
                go(kiosk, path)
                us, others = cover(kiosk, frame)
                times.append(us)
                between += [name] if others else []
            print("ok - hide: on every one of " + str(len(SCREENS)) + " screens, the next picture after one touch is the first "
                  "frame, byte for byte" if not between else f"not ok - hide: something else was shown first: {between}",
                  flush=True)
            rounds = []
            while not rounds or (rounds[-1][1] >= MOST_US and len(rounds) < ROUNDS):
                while len(times) < SAMPLES:
                    before = kiosk.display.shown()
                    kiosk.click("begin")
                    kiosk.map.say("tap begin")
                    window.settled(kiosk.display, before)
                    us, others = cover(kiosk, frame)
                    times.append(us)
                    between += ["again"] if others else []
                times.sort()
                rounds.append((times[len(times) // 2], times[(len(times) * 99 + 99) // 100 - 1]))
                times = []
    except (Wrong, subprocess.SubprocessError) as wrong:
        print(f"not ok - hide: {wrong}")
        return 1
    fine = rounds[-1][1] < MOST_US
    said = ", then ".join(f"{median / 1000:.1f} ms, 99 of 100 within {p99 / 1000:.1f} ms" for median, p99 in rounds)
    print(f"{'ok' if fine else 'not ok'} - hide: from the touch to the clean screen {said} ({MOST_US // 1000} at most; {SAMPLES} "
          "touches a round)")
    return 0 if fine and not between else 1


if __name__ == "__main__":
    sys.exit(main())
