"""Updates of the system itself: a stick with another one, installed in staff mode, tried once, kept when its board is there
and left again when it is not. The twin has the same service as the kiosk (image/slots), on files of its own."""
import os
import shutil
import subprocess
import time

from disk import FIRST, digest, from_card, make_key, make_stick, onto_card, partitions, sign
from kiosk import BOOT_SECONDS, QUIET, Kiosk
from machine import REPO, TOOLS, Wrong, among, inside, tool, until
from staff import enters, stick_in, stick_out
from twin import Twin

# Copying and reading back 130 MB in a machine whose processor is emulated; a try that is over by itself (three minutes of
# the machine's own time) and a start.
COPY_SECONDS, TRY_SECONDS = 900, 1200
STICK_MIB = 256
KEPT = {"a": ["alcove-a.efi"], "b": ["alcove-b.efi"]}


# --- systems, and the card that takes them -------------------------------------------------------------------------------

class Systems:
    """A publisher whom the card takes systems from, and a stranger; what they have made, each on a stick."""

    def __init__(self, arch, name):
        self.folder = os.path.join(REPO, f"build/image/systems-{arch}-{name}")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "keys"))
        self.publisher, self.stranger = (os.path.join(self.folder, who) for who in ("publisher", "stranger"))
        for who in (self.publisher, self.stranger):
            make_key(who)
        shutil.copy(self.publisher + ".pub", os.path.join(self.folder, "keys"))
        subprocess.run([os.path.join(REPO, "tests/image/systems.sh"), arch, self.folder], check=True)
        self.card = os.path.join(self.folder, "card")

    def version(self, name):
        with open(os.path.join(self.folder, name + ".system"), "rb") as f:
            return int(f.read(4096).split(b"version ")[1].split(b"\n")[0])

    def stick(self, name, key=None):
        """(folder, stick) with this system; unsigned without a key."""
        content = os.path.join(self.folder, f"{name}-{os.path.basename(key or 'unsigned')}")
        os.makedirs(content, exist_ok=True)
        path = os.path.join(content, "alcove.system")
        shutil.copy(os.path.join(self.folder, name + ".system"), path)
        if key:
            sign(path, key)
        return content, make_stick(content + ".stick", content, STICK_MIB)


class Service:
    """The twin's: what the kiosk's own would see and do, with a folder for the boot partition and a file for the slot."""

    def __init__(self, k, arch):
        self.folder, self.arch, self.process = os.path.join(k.folder, "twin"), arch, None
        self.ukis = os.path.join(self.folder, "boot/EFI/Linux")
        os.makedirs(self.ukis)

    def path(self, name):
        return os.path.join(self.folder, name)

    def runs(self, system, version, tried=None):
        """As after a start: this one runs, and the other one, if it was tried, did not keep."""
        self.stop()
        for name in os.listdir(self.ukis):
            os.unlink(os.path.join(self.ukis, name))
        for name in [f"alcove-{system}.efi"] + ([f"alcove-{tried}+0-1.efi"] if tried else []):
            with open(os.path.join(self.ukis, name), "wb"):
                pass
        for name, text in (("running", system + "\n"), ("line", f"alcove.version={version}\n")):
            with open(self.path(name), "w", encoding="ascii") as f:
                f.write(text)
        with open(self.path("slot"), "wb") as f:
            f.truncate(256 << 20)
        if os.path.exists(self.path("socket")):
            os.unlink(self.path("socket"))
        program = f"build/image/{os.environ.get('NATIVE', 'amd64')}/obj/alcove-slots"
        options = {"usb": "usb", "keys": "system-keys", "boot": "boot", "slot": "slot", "running": "running",
                   "command-line": "line", "socket": "socket"}
        self.process = among(TOOLS, [program, "--user", "root", "--arch", self.arch,
                                     *(w for n, path in options.items() for w in ("--" + n, inside(self.path(path)))), "serve"])
        until("the twin's service does not listen", lambda: os.path.exists(self.path("socket")), 10)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


class UpdatedKiosk(Kiosk):
    """`running`: which slot the card is in, and its version, as far as the checks have brought it."""

    def __init__(self, arch, name):
        self.systems = Systems(arch, name)
        super().__init__(arch, name, image=self.systems.card)
        self.running, self.version = "a", self.systems.version("new") - 1
        shutil.copytree(os.path.join(self.systems.folder, "keys"), os.path.join(self.folder, "twin/system-keys"))
        self.service.runs(self.running, self.version)

    def new_twin(self, keys):
        for name in ("store", "usb"):
            os.makedirs(os.path.join(self.folder, "twin", name))
        self.service = Service(self, self.arch)
        paths = {"store": "store", "usb": "usb", "slots": "socket"}
        return Twin(self.arch, self.folder,
                    [w for n, path in paths.items() for w in ("--" + n, inside(f"{self.folder}/twin/{path}"))])

    def ends(self):
        self.service.stop()
        super().ends()


def begin(arch, name):
    return UpdatedKiosk(arch, name)


def onto_slot_b(systems):
    """The new system where a card of a Raspberry Pi has it when staff have installed it: ready to be tried."""
    with open(os.path.join(systems.folder, "new.system"), "rb") as f:
        head = [line.split() for line in f.read(4096).split(b"end\n")[0].decode("ascii").splitlines()]
        start, room = partitions(systems.card)["system b"]
        with open(systems.card, "r+b") as card:
            card.seek(start)
            size = next(int(words[1]) for words in head if words[0] == "slot")
            card.write(f.read(size) if size <= room else b"")
        tool("mmd", "-i", inside(systems.card) + FIRST, "::/b")
        for _, name, size in (words for words in head if words[0] == "boot"):
            path = os.path.join(systems.folder, name)
            with open(path, "wb") as part:
                part.write(f.read(int(size)))
            onto_card(systems.card, path, "b/" + name)
    path = os.path.join(systems.folder, "slot.txt")
    with open(path, "wb") as f:
        f.write(b"os_prefix=b/\n#alcove try b\n".ljust(512, b"\n"))
    onto_card(systems.card, path, "slot.txt")


def begin_tried(arch, name):
    systems = Systems(arch, name)
    onto_slot_b(systems)
    kiosk = Kiosk(arch, name, image=systems.card)
    kiosk.systems = systems
    return kiosk


def forget(k):
    """All was right: what was made for it is large."""
    shutil.rmtree(k.systems.folder)


# --- what is on the card ---------------------------------------------------------------------------------------------------

def ukis(k):
    """The files that a PC can start, as anybody with a computer would see them: also while the machine runs."""
    said = tool("mdir", "-b", "-i", inside(k.disk) + FIRST, "::/EFI/Linux", allowed=(0, 1))
    return sorted(line.rsplit("/", 1)[1].lower() for line in said.splitlines() if "/" in line and line.strip()[-1] != "/")


def sector(k):
    """What a Raspberry Pi would start, and what is said of whom."""
    from_card(k.disk, k.folder, ("slot.txt",), "slot-now.txt")
    with open(os.path.join(k.folder, "slot-now.txt"), encoding="ascii") as f:
        return " ".join(f.read().split())


def other(system):
    return "b" if system == "a" else "a"


def slot(k, system):
    return digest(k.disk, *partitions(k.disk)["system " + system])


# --- what staff do -----------------------------------------------------------------------------------------------------------

def opens(k):
    """From the board to the home of staff mode; nothing that is done right after the end of a visit counts."""
    k.twin.say("wait 1s")
    enters(k)


def to_system(k, name, key):
    """From the board to the screen about the system that is on a stick."""
    content, stick = k.systems.stick(name, key)
    opens(k)
    stick_in(k, stick, content)
    k.shows(k.twin.frame(), "that a stick is in")
    k.tap("stick")
    k.tap("system")


def installs(k, name):
    """From the board until the other system is tried. The old one's slot stays as it was, byte for byte."""
    before = slot(k, k.running)
    to_system(k, name, k.systems.publisher)
    k.machine.rests(QUIET)
    k.machine.touch(*k.twin.where("install"))
    k.twin.say("tap install")
    began = time.monotonic()
    k.shows(k.twin.frame(), "that it is copied and checked", COPY_SECONDS)
    took = time.monotonic() - began
    if f"alcove-{other(k.running)}+1.efi" not in ukis(k):
        raise Wrong(f"the new system is not ready to be tried: {ukis(k)}")
    k.machine.rests(QUIET)
    k.machine.touch(*k.twin.where("restart"))
    k.twin.say("tap restart")
    tried = f"alcove-{other(k.running)}+0-1.efi"
    until(lambda: f"the new system is not tried: {ukis(k)}", lambda: tried in ukis(k), BOOT_SECONDS, 1)
    stick_out(k)
    k.twin.say("tap hide")
    if slot(k, k.running) != before:
        raise Wrong("the slot of the system that ran was written to")
    return took


# --- the checks --------------------------------------------------------------------------------------------------------------

def refuses(k):
    """a system that nobody has signed, or a stranger, is refused in a sentence"""
    before = slot(k, "b")
    for key, words in ((None, "This system has no signature."), (k.systems.stranger, "does not take systems from")):
        to_system(k, "new", key)
        if words not in k.twin.say("texts") or k.twin.where("install"):
            raise Wrong("the twin says something else: " + k.twin.say("texts"))
        stick_out(k)
        k.hides()
    if ukis(k) != KEPT["a"] or slot(k, "b") != before:
        raise Wrong(f"something has changed: {ukis(k)}")


def updates(k):
    """a newer system from a stick is installed, started, shows the board, and stays"""
    took = installs(k, "new")
    k.shows(k.board, "the board of the new system", BOOT_SECONDS)
    k.running, k.version = "b", k.systems.version("new")
    until(lambda: f"it is not kept: {ukis(k)}", lambda: f"alcove-{k.running}.efi" in ukis(k), BOOT_SECONDS, 1)
    k.service.runs(k.running, k.version)
    return f"copied and read back in {took:.0f} s, emulated"


def says_what_runs(k):
    """Staff read it, on the screen of what is on this kiosk."""
    opens(k)
    k.tap("packs")
    k.tap("system")
    k.hides()


def stays(k):
    """it is still that one after a power cut, and staff mode says so"""
    k.machine.pull_plug()
    took = k.starts()
    if f"alcove-{k.running}.efi" not in ukis(k):
        raise Wrong(f"the card would start something else: {ukis(k)}")
    says_what_runs(k)
    return "from power to the board " + took


def taken_back(k, name):
    installs(k, name)
    began = time.monotonic()
    k.shows(k.board, "the board of the old system", TRY_SECONDS)
    took = time.monotonic() - began
    if f"alcove-{k.running}.efi" not in ukis(k) or f"alcove-{other(k.running)}.efi" in ukis(k):
        raise Wrong(f"the card would start something else: {ukis(k)}")
    k.service.runs(k.running, k.version, tried=other(k.running))
    # Until somebody has read it.
    opens(k)
    if "The old system is back" not in k.twin.say("texts"):
        raise Wrong("the twin does not say it")
    for choice in ("packs", "system", "read"):
        k.tap(choice)
    k.hides()
    if ukis(k) != KEPT[k.running]:
        raise Wrong(f"what was taken back is still there: {ukis(k)}")
    return f"the old board was back after {took:.0f} s, emulated"


def stuck(k):
    """a system whose kiosk shows nothing is left again by itself, and staff read it"""
    return taken_back(k, "stuck")


def damaged(k):
    """a system that cannot be read is left again by itself, and staff read it"""
    return taken_back(k, "damaged")


def tried(k):
    """a system that is tried takes its try back before anything else, shows its board, and only then stays"""
    before = slot(k, "a")
    k.machine.start()
    until(lambda: "the try is not taken back: " + sector(k), lambda: sector(k) == "os_prefix=a/ #alcove tried b", BOOT_SECONDS, 1)
    if k.machine.shot().same(k.board):
        raise Wrong("the board is there already, so this does not show which came first")
    k.shows(k.board, "the board of the new system", BOOT_SECONDS)
    until(lambda: "it is not kept: " + sector(k), lambda: sector(k) == "os_prefix=b/ #alcove good b", BOOT_SECONDS, 1)
    if slot(k, "a") != before:
        raise Wrong("the slot of the old system was written to")


CHECKS = {"tried": tried, "refuses": refuses, "updates": updates, "stays": stays, "stuck": stuck, "damaged": damaged}
