#!/usr/bin/env python3
"""Boots the card of a kiosk in emulated machines, from its file as it is, and uses it as people do. Pixels are compared
with those that the kiosk's twin draws.

    boots.py [--at-once N] WHAT...
    WHAT: ARCH (all rounds of it), ARCH/ROUND, or ARCH/ROUND/CHECK,CHECK...

A round is one kiosk with one card, and what is done with it one after the other. Rounds know nothing of each other, so
several are played at the same time. A check is a function of a kiosk: it says what is shown in its first line, returns
what it measured or nothing, and raises Wrong. To add one: write it into the file of its topic, or a new file; give it a
name in CHECKS there; and put the name into a round below."""
import argparse
import subprocess
import sys
import time

import card
import cuts
import faults
import memory
import staff
import use
from kiosk import Kiosk
from machine import Wrong

CHECKS = {name: check for topic in (card, use, memory, faults, staff, cuts) for name, check in topic.CHECKS.items()}


class Round:
    """`begin` makes its kiosk; `always` are the checks without which the others cannot be."""

    def __init__(self, checks, archs=("amd64",), begin=Kiosk, always=("power", "first")):
        self.checks, self.archs, self.begin, self.always = checks, archs, begin, always


ROUNDS = {
    "use": Round(["power", "first", "visit", "pointer", "memory", "keys", "crash", "hang", "timeout", "untouched", "again"]),
    "staff": Round(["power", "chooses", "refused", "installs", "lasts", "restores", "untouched"], begin=staff.begin,
                   always=("power", "chooses")),
    "cuts": Round(["power", "chooses", "cuts", "untouched"], begin=staff.begin, always=("power", "chooses")),
    "board": Round(["power", "first", "visit", "untouched", "again"], archs=("arm64",)),
}


def play(arch, name, only):
    """One round, in this process. Returns whether all of it was right."""
    round_ = ROUNDS[name]
    checks = [c for c in round_.checks if not only or c in only or c in round_.always]
    kiosk = round_.begin(arch, name)
    try:
        for i, check in enumerate(checks):
            what, began = CHECKS[check].__doc__.splitlines()[0], time.monotonic()
            try:
                said = CHECKS[check](kiosk)
            except Wrong as e:
                print(f"not ok - image {arch}: {what}: {e}", flush=True)
                for left in checks[i + 1:]:
                    print(f"not ok - image {arch}: {left}: not tried after that", flush=True)
                return False
            print(f"ok - image {arch}: {what}{': ' + said if said else ''} ({time.monotonic() - began:.0f} s)", flush=True)
    finally:
        kiosk.ends()
    return True


def wanted(words):
    """(arch, round, checks) of what was asked for."""
    found = []
    for word in words:
        arch, name, only = (word.split("/") + ["", ""])[:3]
        rounds = [name] if name else [n for n, r in ROUNDS.items() if arch in r.archs]
        unknown = [n for n in rounds if n not in ROUNDS] + [c for c in filter(None, only.split(",")) if c not in CHECKS]
        if unknown or not rounds:
            sys.exit(f"boots.py: there is no {' '.join(unknown) or word}. Rounds: {' '.join(ROUNDS)}. Checks: {' '.join(CHECKS)}.")
        found += [(arch, n, only) for n in rounds]
    return found


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--at-once", type=int, default=1)
    options.add_argument("what", nargs="+")
    options = options.parse_args()
    rounds = wanted(options.what)
    if len(rounds) == 1:
        arch, name, only = rounds[0]
        return 0 if play(arch, name, [c for c in only.split(",") if c]) else 1
    bad, running = 0, []
    while rounds or running:
        while rounds and len(running) < options.at_once:
            running.append(subprocess.Popen([sys.executable, __file__, "/".join(rounds.pop(0))]))
        time.sleep(0.2)
        for process in [p for p in running if p.poll() is not None]:
            running.remove(process)
            bad += process.returncode != 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
