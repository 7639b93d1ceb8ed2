#!/usr/bin/env python3
"""Visits that were taken over, in the shipped kiosk's own window: whatever they try, the X server's screen shows the clean
frame again, dot for dot, within the time that was promised, and the kiosk goes on.
"""
import subprocess
import sys
import time

from kiosk import HEAD, Kiosk, Site, Wrong

X, Y = 20, 300        # deeds.h; away from Hide
LATE_MS = 1000        # for a machine that is busy with other things


class TakenKiosk(Kiosk):
    """No replay knows what its visits draw: one colour, and another."""

    program = "build/proof/taken"

    def start(self):
        blank = self.display.hash()
        self.begin_process()
        self.display.changed(blank, "the window does not open")
        self.display.say("keep")
        self.clean = self.display.hash()
        self.heard()
        return self

    def trial(self, which, within_ms):
        """Milliseconds until the screen is clean, or why it was not."""
        self.calm()
        self.display.say(f"press {X + which} {Y}")
        self.display.changed(self.clean, "its frame was never seen", still_ms=30)
        began = time.monotonic()
        self.display.say("lift")
        if not self.display.is_first(within_ms + LATE_MS):
            raise Wrong(f"something of it is on the screen {within_ms + LATE_MS} ms later")
        self.heard()
        took = (time.monotonic() - began) * 1000
        self.calm()
        if not self.display.is_first(0):
            raise Wrong("something of it came back to the screen")
        return took


def main():
    deeds = [line.split(" ", 1) for line in
             subprocess.run(["build/proof/hostile", "deeds"], capture_output=True, text=True, check=True).stdout.splitlines()]
    bad, slowest = 0, 0
    try:
        with Site() as site:
            site.broker.start()
            desk = site.desk()
            kiosk = site.add(TakenKiosk(site, ["build/library.pack", "build/house.pack"])).start()
            desk.wait("the kiosk is there", HEAD + "state", b"online")
            for which, (within_ms, says) in enumerate(deeds):
                try:
                    slowest = max(slowest, kiosk.trial(which, int(within_ms)))
                except Wrong as wrong:
                    bad += 1
                    print(f"not ok - taken: in a window, one that {says}: {wrong}", flush=True)
                    kiosk.display.say("key Escape")
            if kiosk.process.poll() is not None:
                raise Wrong("the kiosk has ended")
            if len(desk.alerts) > 4 * len(deeds):
                raise Wrong(f"{len(desk.alerts)} requests came to the desk")
    except (Wrong, OSError) as wrong:
        print(f"not ok - taken: {wrong}")
        return 1
    if not bad:
        print(f"ok - taken: in a window, all {len(deeds)} of them are covered, as the X server shows it, and stay so (after "
              f"{slowest:.0f} ms at most)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
