#!/usr/bin/env python3
"""Staff mode leaves nothing of a PIN, and its own look for traces is right. A real window, by mouse, and a kiosk that runs
without any privilege: a PIN is typed; while it is there it is found in the memory of our processes (else the search is
worth nothing), and after staff mode in none of them, in no form. Then the kiosk looks for traces of a visit by itself.

Prints "ok - ..." or "not ok - ..." for each.
"""
import functools
import importlib.util
import os
import subprocess
import sys
import time

from kiosk import BIN, Kiosk, Site, Wrong, forms, search, until, window

_spec = importlib.util.spec_from_file_location("staff_window", "tests/staff/window.py")
staff = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(staff)

PIN = staff.PIN = "470913826051"  # as long as one may be, so that no other digits in memory are taken for it
NOBODY = 65534
NEEDLES = {f"the PIN as {code}": data for code, data in forms(PIN).items()}
PACKS = ["build/library.pack", "build/house.pack"]


class StaffReplay(staff.StaffReplay):
    """With a line to staff, on which nobody answers; as the kiosk has."""

    def __init__(self, room, port):
        self.process = subprocess.Popen(
            [f"{BIN}/alcove-replay", "--store", f"{room}/store", "--usb", f"{room}/usb",
             "--broker", f"127.0.0.1:{port}", "--first-start"]
            + [o for p in PACKS for o in ("--pack", p)] + ["-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


class StaffKiosk(Kiosk):
    """With a store, and as somebody who may do nothing."""

    def __init__(self, site):
        self.place = os.path.join(site.folder, "place")
        super().__init__(site, [os.path.abspath(p) for p in PACKS],
                         trace=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"])
        for name in ("store", "usb"):
            os.makedirs(os.path.join(self.place, name))
        for path in (self.place, os.path.join(self.place, "store"), site.state):
            os.makedirs(path, exist_ok=True)
            os.chown(path, NOBODY, NOBODY)
        with open(self.config, "a", encoding="utf-8") as f:
            f.write(f"store = {self.place}/store\nusb = {self.place}/usb\n")

    def start(self):
        log = open(os.path.join(self.site.folder, "kiosk.log"), "ab")
        self.process = subprocess.Popen(self.trace + [os.path.abspath(f"{BIN}/alcove"), "--config", self.config],
                                        env=self.display.env, stdout=log, stderr=log)
        log.close()
        return self


def there(kiosk, when):
    """In which of our processes the PIN is now; there must be one."""
    found = {process.split(" ")[0] for _, process, _ in search(kiosk.processes(), NEEDLES)}
    if not found:
        raise Wrong(f"the search does not find the PIN {when}")
    return found


def gone(kiosk, when):
    """In none, and whoever looked at it is not there any more."""
    until(f"a process is left {when}: {kiosk.processes()}",
          lambda: set(kiosk.processes().values()) <= {"host", "alcove-visit"}, 5)
    time.sleep(0.5)
    left = search(kiosk.processes(), NEEDLES)
    if left:
        raise Wrong(f"the PIN is in memory {when}: " + "; ".join(f"{n} in {p}, {m}" for n, p, m in left[:6]))


def chosen_and_left(journey, kiosk):
    """In the middle of choosing one: the host has it, to compare it with the second."""
    journey.same("a new kiosk")
    journey.press("begin", compare=False)  # the name of the place is another one than the replay's
    journey.press("skip", compare=False)
    journey.learn_digits()
    order = journey.type_pin()
    journey.read_keypad(order)
    if "host" not in there(kiosk, "after it was typed once"):
        raise Wrong("the host does not have the PIN that it compares")
    journey.leave()
    gone(kiosk, "after staff left in the middle of choosing one")


def chosen(journey, kiosk):
    journey.hold()
    order = journey.type_pin()
    journey.type_pin(order)
    journey.same("after the PIN was chosen")


def looked(journey, kiosk):
    for choice in ("keeps", "proof"):
        journey.press(choice)
    if "Nothing of a visit was found" not in journey.replay.say("texts"):
        raise Wrong("the kiosk has found something of a visit")
    journey.leave()
    gone(kiosk, "after a PIN was chosen and the kiosk had looked for traces")


def entered(journey, kiosk):
    journey.hold()
    order = journey.read_keypad(None)
    for digit in PIN:
        time.sleep(0.6)
        journey.display.click(*order[digit])
        journey.replay.say("tap digit:" + digit)
    time.sleep(0.6)
    if "alcove-visit" not in there(kiosk, "while it is typed"):
        raise Wrong("the visit does not have the PIN that is typed")
    journey.display.click(*journey.replay.middle("enter"))
    journey.replay.say("tap enter")
    journey.same("after the PIN")
    journey.leave()
    gone(kiosk, "after staff mode")


# Staff's own screens, also those that ask and those that say what went wrong: how to get there from staff mode's home.
SCREENS = {"home": [], "packs": ["packs"], "a new PIN": ["kiosk", "pin", "begin"], "a result that is bad": ["kiosk", "line", "test"],
           "what the look has found": ["keeps", "proof"]}


def cover(journey, kiosk, name):
    """One touch on Leave, and the next picture is the first frame."""
    x, y = journey.replay.middle("hide")
    time.sleep(0.6)
    said = subprocess.run(["build/proof/cover", "touch", str(x), str(y), kiosk.first_file], env=kiosk.display.env,
                          capture_output=True, text=True, check=False)
    if said.returncode != 0 or said.stdout.split()[1] != "0":
        raise Wrong(f"Leave does not bring back the first frame at once on {name}: {said.stdout}{said.stderr}")
    journey.replay.say("tap hide")
    time.sleep(0.6)
    journey.replay.say("wait 1s")


def left(journey, kiosk):
    kiosk.first_file = os.path.join(kiosk.site.folder, "first.raw")
    subprocess.run(["build/proof/cover", "save", kiosk.first_file], env=kiosk.display.env, check=True)
    journey.hold()
    journey.read_keypad(None)
    cover(journey, kiosk, "gate")
    for name, path in SCREENS.items():
        journey.enter()
        for choice in path:
            before = kiosk.display.shown()
            journey.press(choice, compare=False)
            window.settled(kiosk.display, before)
        if name != "a new PIN":  # the keypad's digits are elsewhere each time
            journey.same(name)
        cover(journey, kiosk, name)


PARTS = [(chosen_and_left, "a PIN that was typed, when staff leave before it is chosen, is in none of our processes"),
         (chosen, None),
         (looked, "the kiosk, which runs without any privilege, looks for traces of a visit in its own memory, and finds none"),
         (entered, "a PIN that was typed is in none of our processes after staff mode (it was found there before)"),
         (left, f"on every one of {len(SCREENS) + 1} screens of staff, the next picture after one touch on Leave is the first "
                "frame, byte for byte")]


def main():
    if os.geteuid() != 0:
        print("ok - staff: skipped, for only root may look into the memory of other processes")
        return 0
    with Site() as site:
        try:
            os.makedirs(os.path.join(site.folder, "replay/usb"))
            kiosk = StaffKiosk(site)
            kiosk.display.hold = functools.partial(staff.MouseDisplay.hold, kiosk.display)
            replay = StaffReplay(os.path.join(site.folder, "replay"), site.port)
            site.add(replay.process)
            blank = kiosk.display.shown()
            site.add(kiosk.start())
            window.settled(kiosk.display, blank)
            journey = staff.Journey(kiosk.display, replay, site.folder, site.folder)
            for part, says in PARTS:
                part(journey, kiosk)
                if says:
                    print(f"ok - staff: {says}", flush=True)
        except (Wrong, staff.Wrong, OSError, subprocess.SubprocessError) as wrong:
            print(f"not ok - staff: {wrong}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
