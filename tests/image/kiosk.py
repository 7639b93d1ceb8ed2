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
BOOT_SECONDS, FRAME_SECONDS = 900, 240
QUIET = 1.0  # s; twice KEEPER_QUIET_MS (kiosk/host/keeper.h), in which a nervous tap begins no visit


def image_of(arch):
    return os.path.join(REPO, f"build/alcove-{arch}.img")


def folder_of(arch, name):
    return os.path.join(REPO, f"build/image/test-{arch}-{name}")


class Kiosk:
    """`name`: of its folder, so that several of one architecture stand beside each other. `keys`: publishers' keys that are
    put onto the card, as anybody with a computer would. `kept`: the folder of a kiosk that keep() has put aside; this one
    goes on from there, with a card of its own. `image`: another card than the one that was built. The rest is the machine's
    (machines.py)."""

    line = False  # to staff

    def __init__(self, arch, name, keys=(), kept=None, image=None, **machine):
        self.arch, self.folder, self.kept = arch, folder_of(arch, name), kept
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.disk = os.path.join(self.folder, "card")
        copy(os.path.join(kept, "card") if kept else image or image_of(arch), self.disk)
        for key in () if kept else keys:
            onto_card(self.disk, key, "keys/" + os.path.basename(key))
        self.before = digests(self.disk)
        self.twin = self.new_twin(keys)
        self.board = self.twin.frame()
        self.machine = (pc if arch == "amd64" else board)(self.folder, self.disk, **machine)

    def new_twin(self, keys):
        """It has staff mode too, and a store and a stick of its own."""
        for name in ("store", "usb", "keys"):
            os.makedirs(os.path.join(self.folder, "twin", name))
        for key in keys:
            shutil.copy(key, os.path.join(self.folder, "twin/keys"))
        return Twin(self.arch, self.folder, [w for n in ("store", "usb", "keys") for w in ("--" + n, inside(f"{self.folder}/twin/{n}"))],
                    line=self.line)

    def keep(self):
        """Puts the kiosk aside as it is now, board on the glass; its machine is off, and others can go on from here."""
        self.machine.rests(QUIET)
        self.machine.keep_state(os.path.join(self.folder, "state"))

    def goes_on(self):
        self.machine.start(os.path.join(self.kept, "state"))
        self.shows(self.board, "the board")

    def starts(self, **how):
        """Power on, until the board is there. Returns how long it took, in words."""
        self.machine.start(**how)
        self.shows(self.board, "the board", BOOT_SECONDS)
        return self.since_start()

    def since_start(self):
        """Beside the seconds on the wall those of work: the same on a machine that has other things to do as well."""
        return f"{time.monotonic() - self.machine.started:.1f} s, {self.machine.worked():.1f} s of a processor, emulated"

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
        self.twin.say("wait 1s")  # for a moment after a visit nothing is heard
