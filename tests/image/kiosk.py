"""A kiosk as a person sees it: one card in one emulated machine, and the twin beside it that says for each moment what
must be on the glass. What is asked of it is in the files of checks; boots.py plays them."""
import os
import shutil
import time

from disk import copy, digests, onto_card
from machine import REPO, Machine, Wrong, inside, until
from machines import board, pc
from twin import Twin

# An emulated machine on a machine that has much else to do is slow; a person would wait too, and a test that fails only
# because of that helps nobody. What is measured is printed.
BOOT_SECONDS, FRAME_SECONDS = 600, 60
QUIET = 1.0  # s; twice KEEPER_QUIET_MS (kiosk/host/keeper.h), in which a nervous tap begins no visit


def image_of(arch):
    return os.path.join(REPO, f"build/alcove-{arch}.img")


class Kiosk:
    """`name`: of its folder, so that two of one architecture stand beside each other. `keys`: publishers' keys that are put
    onto the card, as anybody with a computer would. `staff`: the twin has staff mode, and a stick of its own. The rest is
    the machine's (machine.py)."""

    def __init__(self, arch, name, keys=(), staff=False, **machine):
        self.arch = arch
        self.folder = os.path.join(REPO, f"build/image/test-{arch}-{name}")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.image = image_of(arch)
        self.disk = os.path.join(self.folder, "card")
        copy(self.image, self.disk)
        for key in keys:
            onto_card(self.disk, key, "keys/" + os.path.basename(key))
        self.twin = self.new_twin(keys if staff else None)
        self.board = self.twin.frame()
        self.before = digests(self.disk)
        self.machine = (pc if arch == "amd64" else board)(self.folder, self.disk, **machine)

    def new_twin(self, keys=None):
        if keys is None:
            return Twin(self.folder, self.arch)
        for name in ("store", "usb", "keys"):
            os.makedirs(os.path.join(self.folder, "twin", name))
        for key in keys:
            shutil.copy(key, os.path.join(self.folder, "twin/keys"))
        return Twin(self.folder, self.arch, [w for n in ("store", "usb", "keys") for w in ("--" + n, inside(f"{self.folder}/twin/{n}"))])

    def starts(self):
        """Power on, until the board is there. Returns the seconds that it took."""
        self.machine.start()
        self.shows(self.board, "the board", BOOT_SECONDS)
        return time.monotonic() - self.machine.started

    def ends(self):
        self.machine.pull_plug()
        self.twin.end()

    def leaves_first_start(self):
        """Nobody has chosen a PIN yet, so the kiosk asks for one. Whoever does not want to leaves, as from any screen."""
        x, y = self.twin.where("hide")
        until("the kiosk does not ask for a PIN", lambda: not self.machine.shot().same(self.board), FRAME_SECONDS)
        self.machine.rests(QUIET)
        self.machine.touch(x, y)
        self.shows(self.board, "the board")

    # --- what is on the glass

    def shows(self, expected, what, within=FRAME_SECONDS):
        last = []

        def look():
            last[:] = [self.machine.shot()]
            return last[0].same(expected)

        def says():
            keep = os.path.join(self.folder, "differs.ppm")
            last[0].save(keep)
            return f"{what} is not on the glass but {os.path.relpath(keep, REPO)}: {last[0].differs(expected)} differ"

        until(says, look, within, 0.2)
        return last[0]

    def stays(self, expected, what, seconds=2.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shot = self.machine.shot()
            if not shot.same(expected):
                raise Wrong(f"{what}: the glass has changed: {shot.differs(expected)}")
            time.sleep(0.2)

    # --- what a person does; the twin does the same

    def tap(self, choice, how=Machine.touch):
        at = self.twin.where(choice)
        if at is None:
            raise Wrong(f"there is no choice {choice}")
        # A second tap within half a second is the second half of a double tap.
        self.machine.rests(QUIET)
        how(self.machine, *at)
        self.twin.say("tap " + choice)
        return self.shows(self.twin.frame(), f"what follows {choice}")

    def begins(self, how=Machine.touch):
        self.tap("begin", how)
        while self.twin.where("lang:en") is None:
            self.tap("next", how)
        return self.tap("lang:en", how)

    def hides(self, how=Machine.touch):
        self.tap("hide", how)
        self.shows(self.board, "the board")
