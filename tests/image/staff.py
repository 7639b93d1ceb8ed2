"""Staff mode in the booted machine: a stick goes in, the corner is held, the PIN entered on keys that move about, a pack
looked at and installed."""
import os
import shutil

from disk import digests, from_card, make_key, make_pack, make_stick, onto_card, sign
from kiosk import FRAME_SECONDS, QUIET, Kiosk
from machine import REPO, Wrong, inside, until
from machines import NEWEST_PC

PIN = "471108"
CORNER = (30, 30)
HOLD_SECONDS = 3.3  # HOLD_MS of kiosk/host/hold.h, and a little
SENTENCE = "Staff put this page in today."


# --- what goes onto sticks --------------------------------------------------------------------------------------------

def add_page(source):
    with open(os.path.join(source, "modules/planning/en.md"), "a", encoding="utf-8") as f:
        f.write(f"\n# A page from the stick {{id=from-the-stick}}\n\n{SENTENCE}\n")


def new_board(source):
    for name in os.listdir(os.path.join(source, "board")):
        with open(os.path.join(source, "board", name), "a", encoding="utf-8") as f:
            f.write("\n# Garden {icon=meal tint=sand}\nOpen all day\n")


def make_version(folder, pack, version, change, key):
    """content/PACK with this change, as a signed pack in a folder of its own."""
    source = os.path.join(folder, f"source-{pack}-{version}")
    shutil.copytree(os.path.join(REPO, "content", pack), source)
    with open(os.path.join(source, "pack.ini"), encoding="utf-8") as f:
        lines = [f"version={version}\n" if line.startswith("version=") else line for line in f]
    with open(os.path.join(source, "pack.ini"), "w", encoding="utf-8") as f:
        f.writelines(lines)
    change(source)
    out = os.path.join(folder, f"{pack}-{version}")
    os.makedirs(out)
    sign(make_pack(source, os.path.join(out, f"{pack}.pack")), key)
    return out


def make_sheet(k, old, new):
    """The template that is on the card, with another word, in a folder of its own: as a house changes it."""
    folder = os.path.join(k.folder, f"sheet-{new}")
    os.makedirs(folder)
    path = os.path.join(folder, "house.csv")
    from_card(k.disk, folder, ["alcove/house-template.csv"], "house.csv")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if old not in text:
        raise Wrong(f"the template on the card does not say {old}")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))
    return folder


class Publishers:
    """Of two only one is trusted by the kiosks of these tests."""

    def __init__(self, folder):
        self.trusted, self.stranger = (os.path.join(folder, who) for who in ("coalition", "stranger"))
        self.keys = [self.trusted + ".pub"]

    def make(self):
        os.makedirs(os.path.dirname(self.trusted), exist_ok=True)
        make_key(self.trusted)
        make_key(self.stranger)


def publishers(arch):
    return Publishers(os.path.join(REPO, f"build/image/publishers-{arch}"))


def make_stick_with(k, pack, version, change, stranger=False):
    """Returns the folder that is `alcove` on the stick, and the stick."""
    who = publishers(k.arch)
    content = make_version(k.folder, pack, version, change, who.stranger if stranger else who.trusted)
    return content, make_stick(content + ".stick", content)


# --- what staff do ------------------------------------------------------------------------------------------------------

def face(picture, key):
    """What is inside a key; its edge may be drawn in another way."""
    x, y, w, h = key["x"] + 8, key["y"] + 8, key["w"] - 16, key["h"] - 16
    return b"".join(picture.pixels[3 * (picture.w * row + x):3 * (picture.w * row + x + w)] for row in range(y, y + h))


class Gate:
    """The keypad, as the twin shows it now: where its keys are, and what each digit looks like. On the kiosk the digits
    stand on these keys in another order, which is read off the glass as a person does."""

    def __init__(self, k):
        self.keys, drawn = [c for c in k.twin.choices() if c["id"].startswith("digit:")], k.twin.frame()
        self.faces = {face(drawn, key): key["id"][-1] for key in self.keys}
        self.enter = k.twin.where("enter")
        if len(self.faces) != 10:
            raise Wrong(f"{len(self.faces)} digits can be told apart, not 10")

    def order(self, shot):
        """Where each digit stands; None when this is no keypad."""
        found = {self.faces.get(face(shot, key)): (key["x"] + key["w"] // 2, key["y"] + key["h"] // 2) for key in self.keys}
        return found if None not in found and len(found) == 10 else None

    def types(self, machine, pin=PIN, before=None):
        """Returns the order in which the digits stood. `before`: the order of the keypad that was there until now."""
        def look():
            order = self.order(machine.shot())
            return order if order != before else None

        order = until("the keypad does not come", look, FRAME_SECONDS, 0.3)
        for digit in pin:
            machine.rests(QUIET / 2)
            machine.touch(*order[digit])
        machine.rests(QUIET)
        machine.touch(*self.enter)
        return order


def type_pin(k, before=None):
    """On the kiosk and on its twin."""
    order = Gate(k).types(k.machine, before=before)
    for digit in PIN:
        k.twin.say("tap digit:" + digit)
    k.twin.say("tap enter")
    return order


def holds_corner(k):
    k.machine.rests(QUIET)
    k.machine.hold(*CORNER, HOLD_SECONDS)
    k.twin.say("hold 30 30 3s")


def enters(k):
    """From the board to the home of staff mode."""
    holds_corner(k)
    type_pin(k)
    k.shows(k.twin.frame(), "the home of staff mode")


def find(k, choice):
    """Turns pages until the choice is there."""
    for _ in range(20):
        if k.twin.where(choice):
            return
        k.tap("next")
    raise Wrong(f"there is no choice {choice}")


# --- what is on this kiosk: a list with the card's system in it, which the twin does not have -----------------------------

def rows(picture, x, w, y, h):
    return [picture.pixels[3 * (picture.w * row + x):3 * (picture.w * row + x + w)] for row in range(y, y + h)]


class Listed:
    """The words of one card of a list, wherever the card stands."""

    def __init__(self, picture, card):
        self.x, self.w = card["x"] + 130, card["w"] - 170  # beside its icon, inside its edge
        inner = rows(picture, self.x, self.w, card["y"] + 8, card["h"] - 16)
        written = [i for i, row in enumerate(inner) if row != inner[0]]
        self.rows = inner[written[0]:written[-1] + 1]

    def find(self, shot):
        """The middle of it, in pixels; None when it is not there."""
        all_rows = rows(shot, self.x, self.w, 0, shot.h)
        for y in range(shot.h - len(self.rows)):
            if all_rows[y] == self.rows[0] and all_rows[y:y + len(self.rows)] == self.rows:
                return self.x + self.w // 2, y + len(self.rows) // 2
        return None


def listed(k, choice):
    return Listed(k.twin.frame(), next(c for c in k.twin.choices() if c["id"] == choice))


def goes_to_packs(k):
    k.machine.rests(QUIET)
    k.machine.touch(*k.twin.where("packs"))
    k.twin.say("tap packs")
    return finds(k, "pack:0")


def finds(k, choice):
    words = listed(k, choice)
    return until(f"the words of {choice} are not on the glass", lambda: words.find(k.machine.shot()), FRAME_SECONDS, 0.3)


# --- sticks in and out ------------------------------------------------------------------------------------------------

def twins_stick(k):
    """Where the twin's stick lies while it is out."""
    return os.path.join(k.folder, "twin/stick")


def stick_in(k, stick, content):
    """Into the machine, and a copy of the same folder into the twin."""
    k.machine.plug_stick(stick)
    shutil.copytree(content, twins_stick(k))
    k.twin.say("stick in " + inside(twins_stick(k)))


def stick_out(k):
    k.machine.unplug_stick()
    k.twin.say("stick out " + inside(twins_stick(k)))
    shutil.rmtree(twins_stick(k))


def takes_first(k):
    """What the stick that is in offers first is put in use, and the stick pulled out; staff are still there."""
    enters(k)
    for choice in ("stick", "offer:0", "install"):
        k.tap(choice)
    if "The new pack is in use." not in k.twin.say("texts"):
        raise Wrong("the twin did not put it in use")
    stick_out(k)


def reads_page(k):
    """Begins a visit and looks for the page that came on the stick; whether it is there."""
    k.begins()
    k.tap("safe")
    find(k, "module:planning")
    k.tap("module:planning")
    while SENTENCE not in k.twin.say("texts") and k.twin.where("next"):
        k.tap("next")
    found = SENTENCE in k.twin.say("texts")
    k.hides()
    return found


# --- the checks -----------------------------------------------------------------------------------------------------------

def twin_chooses(k):
    """A kiosk that goes on from where another chose a PIN: the twin chooses the same."""
    k.twin.say("hold 30 30 3s")
    for _ in range(2):
        for digit in PIN:
            k.twin.say("tap digit:" + digit)
        k.twin.say("tap enter")
    k.twin.say("tap hide")
    k.twin.say("wait 1s")


def chooses(k):
    """staff choose a PIN, on a keypad whose digits move about"""
    holds_corner(k)
    order = type_pin(k)
    type_pin(k, before=order)
    k.shows(k.twin.frame(), "the home of staff mode")
    k.hides()


def refused(k):
    """a pack that a stranger has signed is refused in a sentence, and nothing changes"""
    content, stick = make_stick_with(k, "library", 3, add_page, stranger=True)
    enters(k)
    stick_in(k, stick, content)
    k.shows(k.twin.frame(), "that a stick is in")
    k.tap("stick")
    k.tap("offer:0")
    if k.twin.where("install") or "Cannot be used" in k.twin.say("texts"):
        raise Wrong("the twin offers it, so this check shows nothing")
    k.tap("back")
    k.tap("home")
    goes_to_packs(k)
    if "Version 1" not in k.twin.say("texts"):
        raise Wrong("the twin has changed its packs")
    stick_out(k)
    k.hides()
    if reads_page(k):
        raise Wrong("a visit shows what the stranger brought")


def installs(k):
    """a pack from a stick: what is new, Install, what became of it; the next visit shows its page"""
    content, stick = make_stick_with(k, "library", 2, add_page)
    if reads_page(k):
        raise Wrong("the page is there before it was installed")
    stick_in(k, stick, content)
    k.stays(k.board, "a stick went in, and nobody asked for anything")
    takes_first(k)
    k.hides()
    if not reads_page(k):
        raise Wrong("the twin's visit does not have the page")


def lasts(k):
    """both outlast the plug: the PIN and the pack"""
    k.machine.pull_plug()
    took = k.starts()
    if not reads_page(k):
        raise Wrong("the twin's visit does not have the page")
    enters(k)
    k.hides()
    return f"from power to the board {took}"


def restores(k):
    """the version before comes back when staff say so"""
    enters(k)
    at = goes_to_packs(k)
    k.machine.rests(QUIET)
    k.machine.touch(*at)
    k.twin.say("tap pack:0")
    k.shows(k.twin.frame(), "the pack")
    for choice in ("restore", "restore-yes"):
        find(k, choice)
        k.tap(choice)
    k.hides()
    if reads_page(k):
        raise Wrong("the page is still there")


def sheet(k):
    """the house's own words, out of a spreadsheet on a stick with exFAT: what is new, Install; the board shows them"""
    content = make_sheet(k, "Meals", "Suppers")
    stick_in(k, make_stick(content + ".stick", content, kind="exfat"), content)
    takes_first(k)
    shows_new_board(k)


def shows_new_board(k):
    """Leaves staff mode, behind which another board is."""
    k.tap("hide")
    k.twin.say("wait 1s")
    before, k.board = k.board, k.twin.frame()
    if k.board.same(before):
        raise Wrong("the twin's board is the old one")
    k.shows(k.board, "the new board")


# --- a sheet that is on the card before the first start -------------------------------------------------------------------

class Prepared(Kiosk):
    """A new card onto which somebody has saved house.csv, in a PC that has all that QEMU knows. Its twin gets the same from a
    stick."""

    def __init__(self, arch, name):
        super().__init__(arch, name, cpu=NEWEST_PC)
        content = make_sheet(self, "Laundry", "Washing")
        onto_card(self.disk, os.path.join(content, "house.csv"), "alcove/house.csv")
        self.before = digests(self.disk)
        shutil.copytree(content, twins_stick(self))
        for line in ["hold 30 30 3s", *(["tap digit:" + d for d in PIN] + ["tap enter"]) * 2, "stick in " + inside(twins_stick(self)),
                     "tap stick", "tap offer:0", "tap install", "tap hide", "wait 1s"]:
            self.twin.say(line)
        example, self.board = self.board, self.twin.frame()
        if self.board.same(example):
            raise Wrong("the twin shows the example house")


CHECKS = {"sheet": sheet, "chooses": chooses, "refused": refused, "installs": installs, "lasts": lasts, "restores": restores}
