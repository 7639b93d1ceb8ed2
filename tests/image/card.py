"""Switching on and off, and what is on the card afterwards."""
from disk import digests
from machine import Wrong


def power(k):
    """from power to the board"""
    return k.starts()


def first(k):
    """a new kiosk asks for a PIN, and can be left"""
    k.leaves_first_start()


def again(k):
    """it starts again after its plug was pulled"""
    k.machine.pull_plug()
    return k.starts(steady=False)


def untouched(k):
    """what boots and the system are the same bytes as before, after all of this and the plug pulled"""
    k.machine.pull_plug()
    after = digests(k.disk)
    changed = [name for name in after if name != "data" and after[name] != k.before[name]]
    if changed:
        raise Wrong("something was written: " + ", ".join(changed))


CHECKS = {"power": power, "first": first, "untouched": untouched, "again": again}
