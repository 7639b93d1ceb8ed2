"""Machines in which something is missing, and what anybody can reach."""
from kiosk import BOOT_SECONDS
from machine import Wrong, until

COLUMNS, CELL_W, CELL_H = 60, 8, 16  # of kiosk/host/placard.c; and of the kernel's letters
NO_TOUCH = "There is no touchscreen. Please connect its USB cable to this machine."
NO_DISPLAY = "There is no display"


# --- words on a bare console ------------------------------------------------------------------------------------------

def cells(picture, row):
    """A line of letters as pictures of 8 x 16 pixels."""
    out = []
    for x in range(0, picture.w - CELL_W + 1, CELL_W):
        out.append(b"".join(picture.pixels[3 * (picture.w * y + x):3 * (picture.w * y + x + CELL_W)]
                            for y in range(row * CELL_H, (row + 1) * CELL_H)))
    return out


def broken_lines(sentence):
    lines = [""]
    for word in sentence.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > COLUMNS:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def says(picture, sentence):
    """Whether these words stand on a bare console: the same letter is always the same picture, and another one another,
    whatever the letters look like. So this needs no font, and no other words of this length fit."""
    looks, letters = {}, {}
    for n, line in enumerate(broken_lines(sentence)):
        row = cells(picture, 2 + n)[2:2 + len(line)]
        if len(row) < len(line):
            return False
        for letter, look in zip(line, row):
            if looks.setdefault(letter, look) != look or letters.setdefault(look, letter) != letter:
                return False
    return len(looks) > 5


# --- the checks -----------------------------------------------------------------------------------------------------------

def no_touch(k):
    """without a touchscreen the screen says so in a sentence; one that is plugged in then works from its first touch on"""
    k.machine.start()
    until("the sentence is not on the screen", lambda: says(k.machine.shot(), NO_TOUCH), BOOT_SECONDS, 0.5)
    k.machine.plug_touch()
    k.shows(k.board, "the board", BOOT_SECONDS)
    k.leaves_first_start()
    return k.since_start()


def no_display(k):
    """with a display that the card has no driver for, the screen says so in a sentence"""
    k.machine.start(steady=False)
    until("the sentence is not on the screen", lambda: says(k.machine.shot(), NO_DISPLAY), BOOT_SECONDS, 0.5)
    return k.since_start()


def button(k):
    """its power button, which anybody can reach, does nothing"""
    k.machine.say("system_powerdown")
    k.machine.rests(5)
    k.stays(k.board, "after the power button")
    if k.machine.gone(1):
        raise Wrong("the machine is off")


CHECKS = {"no_touch": no_touch, "no_display": no_display, "button": button}
