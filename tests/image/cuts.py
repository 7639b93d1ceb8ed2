"""Power cuts while a pack is installed: the plug is pulled at a random moment, and the card as it was left is started
again. Each time there must be a whole pack, old or new, with the board that belongs to it, and the PIN.

What a cut is here: all that the machine has handed to its card is kept, and nothing else. A card that loses or tears what
it has already taken is not in this; tests/fault has that, for each call to the system."""
import os
import random
import time

import staff
from disk import copy, data_of
from kiosk import BOOT_SECONDS, FRAME_SECONDS, QUIET
from machine import Wrong, inside, tool, until

CUTS = int(os.environ.get("ITERATIONS", "20"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
# A kiosk may believe in any year: nothing that a visitor sees comes from its clock.
CLOCKS = ("2026-11-28T12:00:00", "1970-01-01T00:00:00", "2038-01-19T03:14:00")
LIFT_S = 0.15


def house(k):
    """The words of the house's pack in the list of what is on this kiosk."""
    return staff.listed(k, next(c["id"] for c in k.twin.choices() if c["id"].startswith("pack:") and "Example House" in c["says"]))


class Install:
    """The way through staff mode, once by the twin: what has to be on the glass, and where to touch."""

    def __init__(self, k):
        twin = k.twin
        self.old = k.board
        self.offer = twin.where("offer:0")
        twin.say("tap offer:0")
        self.changes, self.install = twin.frame(), twin.where("install")
        twin.say("tap install")
        self.result, self.hide = twin.frame(), twin.where("hide")
        if "The new pack is in use." not in twin.say("texts"):
            raise Wrong("the twin did not install it")
        twin.say("stick out " + inside(staff.twins_stick(k)))
        twin.say("tap hide")
        self.new = twin.frame()
        if self.new.same(self.old):
            raise Wrong("the new board looks like the old one, so this shows nothing")
        twin.say("wait 1s")
        twin.say("hold 30 30 3s")
        self.gate = staff.Gate(k)
        for digit in staff.PIN:
            twin.say("tap digit:" + digit)
        twin.say("tap enter")
        self.packs_card = staff.listed(k, "packs")
        twin.say("tap packs")
        self.listed_new = house(k)


def before_install(k):
    """To the screen that lists what is on the stick, with the PIN; everything is kept there, and the machine is off."""
    content, stick = staff.make_stick_with(k, "house", 2, staff.new_board)
    staff.enters(k)
    staff.goes_to_packs(k)
    old = house(k)
    k.tap("home")
    staff.stick_in(k, stick, content)
    k.shows(k.twin.frame(), "that a stick is in")
    k.tap("stick")
    k.machine.rests(QUIET)
    k.machine.keep_state(os.path.join(k.folder, "state"))
    copy(k.disk, os.path.join(k.folder, "card-then"))
    way = Install(k)
    way.listed_old = old
    way.stick = ["-blockdev", f"driver=raw,node-name=node-stick,read-only=on,file.driver=file,file.filename={inside(stick)}",
                 "-device", "usb-storage,id=stick,drive=node-stick,removable=on,bus=usb.0"]
    return way


def goes_on(k, way):
    copy(os.path.join(k.folder, "card-then"), k.disk)
    k.machine.start(os.path.join(k.folder, "state"), way.stick)


def installs_until(k, way, over):
    """Touches the pack and Install, as soon as each is there, until over(writes) or until it is installed. True for that."""
    machine, lift_at, look_at, asked = k.machine, 0.0, 0.0, False
    before, end = machine.writes(), time.monotonic() + BOOT_SECONDS

    def touch(at):
        nonlocal lift_at, look_at
        machine.finger_down(*at)
        lift_at = time.monotonic() + LIFT_S
        look_at = lift_at + 0.3

    touch(way.offer)
    while True:
        now = time.monotonic()
        if over(machine.writes() - before):
            return False
        if lift_at and now > lift_at:
            machine.finger_up()
            lift_at = 0.0
        elif now > look_at:
            look_at = now + 0.3
            shot = machine.shot()
            if shot.same(way.result):
                return True
            if not asked and shot.same(way.changes):
                asked = True
                touch(way.install)
        if now > end:
            raise Wrong("the pack is not installed")


def whole(k, way):
    """After a start: which pack it is, told by the board; that it is what staff mode says too; and that the PIN opens it."""
    def which():
        shot = k.machine.shot()
        return "old" if shot.same(way.old) else "new" if shot.same(way.new) else None

    found = until("neither the old board nor the new one comes", which, BOOT_SECONDS, 0.3)
    k.machine.rests(QUIET)
    k.machine.hold(*staff.CORNER, staff.HOLD_SECONDS)
    way.gate.types(k.machine)
    # The home of staff mode says how many numbers are due, by the clock; the words of one card do not.
    at = until("the PIN does not open staff mode", lambda: way.packs_card.find(k.machine.shot()), FRAME_SECONDS, 0.3)
    k.machine.rests(QUIET)
    k.machine.touch(*at)  # once: where it stood there is another card in the list that follows
    words = way.listed_old if found == "old" else way.listed_new
    until(f"the board is the {found} one, and staff mode says something else of the packs",
          lambda: words.find(k.machine.shot()), FRAME_SECONDS, 0.3)
    return found


def clean(k):
    """The data partition afterwards: nothing to mend but what the journal says, and nothing half there."""
    data, settings = (os.path.join(k.folder, name) for name in ("data", "e2fsck.conf"))
    data_of(k.disk, data)
    with open(settings, "w", encoding="ascii") as f:
        f.write("[options]\nbroken_system_clock = true\n")  # of a year that is still to come there is nothing to mend
    check = ("env", "E2FSCK_CONFIG=" + inside(settings), "e2fsck")
    tool(*check, "-p", inside(data), allowed=(0, 1))
    said = tool(*check, "-fn", inside(data), allowed=(0, 4))
    if "clean" not in tool("dumpe2fs", "-h", inside(data)) or "FILE SYSTEM WAS" in said or "Fix?" in said:
        raise Wrong("the data partition is damaged: " + said[-200:])
    left = [line for line in tool("debugfs", "-R", "ls -p /store/incoming", inside(data)).splitlines()
            if line.startswith("/") and line.split("/")[5] not in (".", "..", "")]
    if left:
        raise Wrong("something half installed is left: " + " ".join(left))


def cuts(k):
    """the plug is pulled while a pack is installed: an old pack or a new one, whole, with its board and the PIN"""
    way, chance, found = before_install(k), random.Random(SEED), []
    goes_on(k, way)
    total = []
    began = time.monotonic()
    if not installs_until(k, way, lambda n: total.append(n)):
        raise Wrong("the install was cut, and nobody did")
    writes, took = total[-1], time.monotonic() - began
    k.machine.touch(*way.hide)
    k.shows(way.new, "the new board")
    k.machine.pull_plug()
    print(f"# cuts: seed {SEED}, {CUTS} of them; uncut, an install takes {took:.1f} s and {writes} writes", flush=True)
    for i in range(CUTS):
        at, late, clock = chance.randint(0, writes), chance.uniform(0, 0.05), CLOCKS[i % len(CLOCKS)]
        goes_on(k, way)
        try:
            installs_until(k, way, lambda n, at=at: n >= at)
            time.sleep(late)
        finally:
            k.machine.pull_plug()
        try:
            # Steady: what is not goes by our clock, and when that starves it, staff's screen is a second late and is ended.
            k.machine.start(more=["-rtc", "clock=vm,base=" + clock])
            found.append(whole(k, way))
            k.machine.pull_plug()
            clean(k)
            print(f"# cut {i + 1}, after {at} of {writes} writes, then a clock of {clock[:4]}: the {found[-1]} one", flush=True)
        except Wrong as e:
            raise Wrong(f"cut {i + 1}, after {at} of {writes} writes (SEED={SEED}): {e}") from e
    return f"{found.count('old')} times the old one, {found.count('new')} times the new one"


CHECKS = {"cuts": cuts}
