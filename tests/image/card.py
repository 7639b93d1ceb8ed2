"""Switching on and off, and what is on the card afterwards."""
import os

from disk import data_back, data_of, digests
from machine import Wrong, inside, tool


def power(k):
    """from power to the board"""
    return k.starts()


def first(k):
    """a new kiosk asks for a PIN, and can be left"""
    k.leaves_first_start()


def state_of(data):
    return next(line.split(":")[1].strip() for line in tool("dumpe2fs", "-h", inside(data)).splitlines()
                if line.startswith("Filesystem state"))


def again(k):
    """after its plug was pulled it starts again, and mends its data partition when that is damaged"""
    k.machine.pull_plug()
    data = data_of(k.disk, os.path.join(k.folder, "data"))
    tool("e2fsck", "-p", inside(data), allowed=(0, 1))
    for change in ("ssv free_blocks_count 1", "ssv state 2"):  # a wrong number, and the mark that something is wrong
        tool("debugfs", "-w", "-R", change, inside(data))
    if state_of(data) == "clean":
        raise Wrong("the data partition is not damaged, so this shows nothing")
    data_back(k.disk, data)
    took = k.starts(steady=False)
    k.machine.rests(2)
    k.machine.pull_plug()
    state = state_of(data_of(k.disk, data))
    if state != "clean":
        raise Wrong(f"the data partition is {state}")
    return took


def untouched(k):
    """what boots and the system are the same bytes as before, after all of this and the plug pulled"""
    k.machine.pull_plug()
    after = digests(k.disk)
    changed = [name for name in after if name != "data" and after[name] != k.before[name]]
    if changed:
        raise Wrong("something was written: " + ", ".join(changed))


CHECKS = {"power": power, "first": first, "untouched": untouched, "again": again}
