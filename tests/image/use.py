"""What people do with a kiosk, and what they try. Each check takes one that shows its board, and leaves it so."""
from kiosk import QUIET
from machine import Machine, Wrong

LONG_SECONDS = 600  # ours, for some minutes of a machine that is emulated slowly
IDLE_LONGEST_SECONDS = 300  # IDLE_LONGEST_MS of kiosk/host/idle.h


def visit(k):
    """a visit by touch, each screen as it must be"""
    k.begins()
    k.tap("safe")
    k.tap("back")
    k.tap("numbers")
    k.tap("home")
    k.hides()


def pointer(k):
    """a touchscreen that is plugged in later, of the older kind, works; pulled out while pressed it shuts nobody out"""
    k.machine.plug("usb-tablet", "tablet")
    k.machine.rests(3)
    k.begins(Machine.press)
    k.hides(Machine.press)
    k.machine.rests(QUIET)
    k.machine.press(1200, 100, lift=False)
    k.machine.rests(QUIET)
    k.machine.unplug("tablet")
    k.machine.rests(3)
    k.begins()
    k.hides()


def timeout(k):
    """left alone, a visit is asked after and then cleared"""
    k.begins()
    began, wanted = k.machine.clock(), 120
    k.twin.say("wait 2m")
    while k.twin.where("stay") is None:  # what a screen has to read is waited for too
        if wanted >= IDLE_LONGEST_SECONDS:
            raise Wrong("the twin does not ask")
        k.twin.say("wait 1s")
        wanted += 1
    k.shows(k.twin.frame(), "the question whether somebody is there", LONG_SECONDS)
    asked = k.machine.clock() - began
    k.twin.say("wait 31s")
    k.shows(k.board, "the board", LONG_SECONDS)
    cleared = k.machine.clock() - began
    # By the machine's own clock, which stands still where ours does not wait for it; a look at the glass may come late.
    if not wanted - 5 <= asked <= wanted + 15 or not wanted + 25 <= cleared <= wanted + 50:
        raise Wrong(f"it asked after {asked:.0f} s, not {wanted}, and cleared after {cleared:.0f} s, by the machine's clock")
    return f"asked after {asked:.0f} s, cleared after {cleared:.0f} s, by the machine's clock"


ESCAPES = [("ctrl", "alt", "delete"), ("ctrl", "alt", "backspace"), ("ctrl", "alt", "f1"), ("ctrl", "alt", "f2"),
           ("ctrl", "alt", "f7"), ("alt", "f2"), ("alt", "f4"), ("alt", "tab"), ("alt", "sysrq", "h"), ("alt", "sysrq", "e"),
           ("alt", "sysrq", "b"), ("alt", "sysrq", "k"), ("alt", "print", "b"), ("ctrl", "c"), ("ctrl", "z"), ("ctrl", "d"),
           ("ctrl", "backslash"), ("ctrl", "alt", "t"), ("meta_l",), ("meta_l", "r"), ("meta_l", "l"), ("esc",), ("f1",),
           ("f8",), ("f11",), ("f12",), ("menu",), ("pause",), ("print",), ("scroll_lock",), ("shift", "pgup"), ("ret",),
           ("tab",), ("spc",), ("power",), ("sleep",), ("a",), ("r",), ("o",), ("t",), ("ret",)]


def keys(k):
    """keys that would lead out of a kiosk do nothing, on a keyboard that is built in and on one that is plugged in"""
    for name in (None, "keyboard"):
        if name:
            k.machine.plug("usb-kbd", name)
            k.machine.rests(3)
        for _ in range(7 if not name else 1):
            k.machine.keys("ctrl", "alt", "delete")
        for combination in ESCAPES:
            k.machine.keys(*combination)
        k.stays(k.board, "after all of these keys", 3)
        if name:
            k.machine.unplug(name)
    visit(k)


CHECKS = {"visit": visit, "pointer": pointer, "keys": keys, "timeout": timeout}
