#!/usr/bin/env python3
"""Staff mode leaves nothing of a PIN, and its own look for traces is right. A real window, by mouse, and a kiosk that runs
without any privilege: a PIN is typed; while it is there it is found in the memory of our processes (else the search is
worth nothing), and after staff mode in none of them, in no form. Then the kiosk looks for traces of a visit by itself.

Prints "ok - ..." or "not ok - ..." for each.
"""
import importlib.util
import os
import subprocess
import sys
import time

from kiosk import BIN, CALM_S, Kiosk, Site, Wrong, forms, search, until

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
        super().__init__(site, PACKS,
                         trace=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"])
        for name in ("store", "usb"):
            os.makedirs(os.path.join(self.place, name))
        for path in (self.place, os.path.join(self.place, "store"), site.state):
            os.makedirs(path, exist_ok=True)
            os.chown(path, NOBODY, NOBODY)
        with open(self.config, "a", encoding="utf-8") as f:
            f.write(f"store = {self.place}/store\nusb = {self.place}/usb\n")


class Journey(staff.Journey):
    """Its touches and looks by the X server's own: each waits until the window has shown what came of it."""

    def same(self, what):
        self.display.wait(self.replay.say("frame-hash"), f"{what}: the window does not show what the replay shows")
        time.sleep(CALM_S)

    def touch(self, place):
        before = self.display.hash()
        self.display.click(*place)
        self.display.changed(before, "a touch comes to nothing", still_ms=150)
        time.sleep(CALM_S)

    def type_digits(self, order):
        time.sleep(CALM_S)
        for digit in PIN:
            self.touch(order[digit])
            self.replay.say("tap digit:" + digit)

    def type_pin(self, before=None):
        order = self.read_keypad(before)
        self.type_digits(order)
        self.display.click(*self.replay.middle("enter"))  # the keypad that comes is read before anything is touched
        self.replay.say("tap enter")
        return order

    def leave(self):
        self.display.click(*self.replay.middle("hide"))
        self.replay.say("tap hide")
        self.replay.say("wait 1s")
        self.same("after Leave")


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
    journey.type_digits(order)
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
    us, others = (int(word) for word in kiosk.display.say(f"cover {x} {y}").split())
    if us < 0 or others:
        raise Wrong(f"Leave does not bring back the first frame at once on {name}: {us} us, {others} other pictures")
    journey.replay.say("tap hide")
    journey.replay.say("wait 1s")
    time.sleep(CALM_S)


def left(journey, kiosk):
    kiosk.display.say("keep")
    journey.hold()
    journey.read_keypad(None)
    cover(journey, kiosk, "gate")
    for name, path in SCREENS.items():
        journey.enter()
        for choice in path:
            before = kiosk.display.hash()
            journey.press(choice, compare=False)
            kiosk.display.changed(before, f"{choice} comes to nothing on the way to {name}")
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
            replay = StaffReplay(os.path.join(site.folder, "replay"), site.port)
            site.add(replay.process)
            blank = kiosk.display.hash()
            site.add(kiosk).begin_process()
            kiosk.display.changed(blank, "the window does not open")
            journey = Journey(kiosk.display, replay, site.folder, site.folder)
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
