#!/usr/bin/env python3
"""Boots the card of a kiosk in emulated machines, from its file as it is, and uses it as people do. Pixels are compared
with those that the kiosk's twin draws.

    boots.py [--at-once N] WHAT...
    WHAT: ARCH (all rounds of it), ARCH/ROUND, or ARCH/ROUND/CHECK,CHECK...

A round is one kiosk with one card, and what is done with it one after the other. `power` is from a new card to a board
with a PIN; it is kept, and the other rounds go on from there, each with a card of its own, several at the same time.
Asked for one of those alone, `power` is played first only if the image is newer than what is kept.

With UNTIL in the environment (seconds of the clock, as `date +%s` says them) it ends then: what has not begun or not ended is
named, and of a round that has begun it is still looked whether the system is untouched.

A check is a function of a kiosk that shows its board: it says what it shows in its first line, leaves the board behind,
returns what it measured or nothing, and raises Wrong. To add one: write it into the file of its topic, or a new file; give
it a name in CHECKS there; and put the name into a round below."""
import argparse
import math
import os
import shutil
import signal
import subprocess
import sys
import time

import card
import cuts
import faults
import line
import memory
import staff
import starts
import updates
import use
from kiosk import Kiosk, folder_of, image_of
from machine import Wrong

TOPICS = (card, use, memory, faults, staff, cuts, starts, line, updates)
CHECKS = {name: check for topic in TOPICS for name, check in topic.CHECKS.items()}


def new_card(arch, name):
    who = staff.publishers(arch)
    who.make()
    return Kiosk(arch, name, who.keys)


def from_power(arch, name):
    """Goes on from what the round `power` has kept."""
    kiosk = Kiosk(arch, name, staff.publishers(arch).keys, kept=folder_of(arch, "power"))
    staff.twin_chooses(kiosk)
    kiosk.goes_on()
    return kiosk


def without_touch(arch, name):
    return Kiosk(arch, name, touch=False)


def without_display(arch, name):
    return Kiosk(arch, name, display="ramfb")


class Late(BaseException):
    """It is UNTIL. Not an error, and nothing that waits for one shall take it for its own."""


def late(*_):
    raise Late


class Round:
    """`begin` makes its kiosk, from (arch, name); `end` is called when all was right."""

    def __init__(self, checks, begin=from_power, end=lambda kiosk: None):
        self.checks, self.begin, self.end = checks, begin, end


ROUNDS = {
    "power": Round(["power", "first", "visit", "chooses"], begin=new_card, end=Kiosk.keep),
    "cuts": Round(["cuts", "untouched"]),
    "use": Round(["pointer", "memory", "keys", "button", "crash", "hang", "timeout", "untouched", "again"]),
    "staff": Round(["refused", "installs", "lasts", "restores", "sheet", "untouched"]),
    "prepared": Round(["power", "first", "visit", "untouched"], begin=staff.Prepared),
    "alone": Round(["power", "first", "visit", "silent", "untouched"], begin=line.begin_alone),
    "far": Round(["power", "first", "asks", "untouched", "unplugged"], begin=line.begin_far),
    "here": Round(["power", "first", "serves", "asks", "keeps"], begin=line.begin_here),
    "updates": Round(["power", "first", "chooses", "refuses", "updates", "stays", "stuck", "damaged"], begin=updates.begin,
                     end=updates.forget),
    "tried": Round(["tried"], begin=updates.begin_tried, end=updates.forget),
    "touch": Round(["no_touch"], begin=without_touch),
    "display": Round(["no_display"], begin=without_display),
    "board": Round(["power", "first", "visit", "untouched", "again"], begin=new_card),
}
# Of a board with a card, which is emulated more slowly, what may differ from a PC.
PLAYED = {"amd64": ["power", "updates", "cuts", "use", "staff", "prepared", "touch", "display", "alone", "far", "here"], "arm64": ["board", "tried"]}


def no_time_for(what):
    print(f"# no time was left for {what}", flush=True)


def play(arch, name, only, until):
    """One round, in this process. Returns whether all of it was right."""
    round_, began = ROUNDS[name], time.monotonic()
    left = [c for c in round_.checks if not only or c in only]
    kiosk, fine, what = None, False, "goes on with a card of its own"

    def plays(check):
        nonlocal what, began
        what, began = CHECKS[check].__doc__.splitlines()[0], time.monotonic()
        said = CHECKS[check](kiosk)
        print(f"ok - image {arch}: {what}{': ' + said if said else ''} ({time.monotonic() - began:.0f} s)", flush=True)

    signal.signal(signal.SIGALRM, late)
    try:
        try:
            if until < math.inf:
                signal.setitimer(signal.ITIMER_REAL, max(until - time.time(), 0.001))
            kiosk = round_.begin(arch, name)
            while left:
                plays(left[0])
                left.pop(0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if not only:
                round_.end(kiosk)
        except Late:
            if kiosk and "untouched" in left:
                left.remove("untouched")
                plays("untouched")
            if left:
                no_time_for(f"{arch}/{name}/{','.join(left)}")
        fine = True
    except Wrong as e:
        print(f"not ok - image {arch}: {what}: {e} (round {name}, after {time.monotonic() - began:.0f} s)", flush=True)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if kiosk:
            kiosk.ends()
    if fine and kiosk and name != "power":  # cards and states are large; those of a round that failed stay to be looked at
        shutil.rmtree(kiosk.folder)
    return fine


def kept(arch):
    """Whether there is a kiosk of this image to go on from."""
    state = os.path.join(folder_of(arch, "power"), "state")
    return os.path.exists(state) and os.path.getmtime(state) > os.path.getmtime(image_of(arch))


def wanted(words):
    """(arch, round, checks) of what was asked for."""
    found = []
    for word in words:
        arch, name, only = (word.split("/") + ["", ""])[:3]
        rounds = [name] if name else PLAYED.get(arch, [])
        unknown = [n for n in rounds if n not in ROUNDS] + [c for c in filter(None, only.split(",")) if c not in CHECKS]
        if unknown or not rounds or arch not in PLAYED:
            sys.exit(f"boots.py: there is no {' '.join(unknown) or word}. Rounds: {' '.join(ROUNDS)}. Checks: {' '.join(CHECKS)}.")
        if any(ROUNDS[n].begin is from_power for n in rounds) and "power" not in rounds and not kept(arch):
            rounds.insert(0, "power")
        found += [(arch, n, only if n in (name, "") else "") for n in rounds if (arch, n, only) not in found]
    return found


def play_all(rounds, at_once, until):
    """Each in a process of its own. Those that go on from `power` wait for it, and cannot be where it failed."""
    failed, running = [], {}
    try:
        while rounds or running:
            if rounds and time.time() > until:
                no_time_for(", ".join(f"{arch}/{name}" for arch, name, _ in rounds))
                rounds.clear()
            busy = {arch for arch, name, _ in running if name == "power"} | {arch for arch, name, _ in rounds if name == "power"}
            for r in list(rounds):
                waits = ROUNDS[r[1]].begin is from_power
                if waits and (r[0], "power") in failed:
                    rounds.remove(r)
                    failed.append(r[:2])
                    print(f"not ok - image {r[0]}: round {r[1]}: cannot be tried without the round power", flush=True)
                elif len(running) < at_once and not (waits and r[0] in busy):
                    rounds.remove(r)
                    running[r] = subprocess.Popen([sys.executable, __file__, "--alone", "/".join(r)])
            time.sleep(0.2)
            for r in [r for r, process in running.items() if process.poll() is not None]:
                failed += [r[:2]] if running.pop(r).returncode != 0 else []
    finally:
        for process in running.values():
            process.kill()
    return not failed


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--at-once", type=int, default=1)
    options.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("what", nargs="+")
    options = options.parse_args()
    until = float(os.environ.get("UNTIL", math.inf))
    if options.alone:
        arch, name, only = options.what[0].split("/")
        return 0 if play(arch, name, [c for c in only.split(",") if c], until) else 1
    return 0 if play_all(wanted(options.what), options.at_once, until) else 1


if __name__ == "__main__":
    sys.exit(main())
