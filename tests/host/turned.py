#!/usr/bin/env python3
"""A panel that hangs sideways or upside down, with the shipped kiosk in a real window under Xvfb: what the X server shows is
the replay's upright frame, turned, pixel for pixel; and whoever touches what is seen there touches that.

turned.py [BIN]
"""
import array
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(__file__)
sys.path.insert(0, os.path.join(HERE, "..", "acceptance"))
from window import Display, Wrong, wait_until  # noqa: E402

# Another file of the same name.
spec = importlib.util.spec_from_file_location("staff_window", os.path.join(HERE, "..", "staff", "window.py"))
staff = importlib.util.module_from_spec(spec)
spec.loader.exec_module(staff)

W, H, PACKS = 1280, 800, ["--pack", "build/library.pack", "--pack", "build/house.pack"]
# Where a point of the glass is on the panel, said here once more.
ON_PANEL = {0: lambda x, y: (x, y), 90: lambda x, y: (y, H - 1 - x), 180: lambda x, y: (W - 1 - x, H - 1 - y),
            270: lambda x, y: (W - 1 - y, x)}
STEPS = ["begin", "lang:en", "safe", "back", "numbers"]


class Turned(staff.StaffReplay):
    def __init__(self, binaries, size):
        self.process = subprocess.Popen([f"{binaries}/alcove-replay", "--size", size, "--px-per-mm", "5.9", "--no-line", *PACKS, "-"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def turn(rows, turned):
    """The panel's rows of a frame of the glass."""
    wide, high = (W, H) if turned % 180 == 0 else (H, W)
    pixels, panel = array.array("I", rows), array.array("I", bytes(4 * W * H))
    for y in range(high):
        (x0, y0), (x1, y1) = ON_PANEL[turned](0, y), ON_PANEL[turned](1, y)
        step = (y1 - y0) * W + x1 - x0
        at = y0 * W + x0
        end = at + step * wide
        panel[at:end if end >= 0 else None:step] = pixels[y * wide:(y + 1) * wide]
    return panel.tobytes()


def try_turn(binaries, turned, folder):
    display = Display()
    replay = Turned(binaries, f"{W}x{H}" if turned % 180 == 0 else f"{H}x{W}")
    with open(f"{folder}/alcove.ini", "w", encoding="utf-8") as f:
        f.write(f"[place]\nname = Alcove\n[screen]\nwindow = {W}x{H}\npx_per_mm = 5.9\nrotation = {turned}\n"
                "[content]\npack = build/library.pack\npack = build/house.pack\n")
    kiosk = subprocess.Popen([f"{binaries}/alcove", "--config", f"{folder}/alcove.ini"], env=display.env)

    def same(what):
        replay.say(f"frame {folder}/wanted.png")
        wanted = turn(staff.png_rows(f"{folder}/wanted.png"), turned)
        wait_until(f"turned by {turned}, {what}: the window does not show the replay's frame, turned", lambda: display.shown() == wanted)
        return wanted
    try:
        first = same("at the start")
        for choice in STEPS:
            time.sleep(0.6)  # not the second half of a double tap
            display.click(*ON_PANEL[turned](*replay.middle(choice)))
            replay.say(f"tap {choice}")
            same(f"after {choice}")
        display.click(*ON_PANEL[turned](*replay.middle("hide")))
        wait_until(f"turned by {turned}: Hide does not bring back the first frame", lambda: display.shown() == first)
        kiosk.send_signal(signal.SIGTERM)
        if kiosk.wait(20) != 0:
            raise Wrong(f"the kiosk ended with {kiosk.returncode}")
    finally:
        for process in (kiosk, replay.process, display.process):
            if process.poll() is None:
                process.kill()
            process.wait()


def main():
    binaries = sys.argv[1] if len(sys.argv) > 1 else "build"
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for turned in ON_PANEL:
            try:
                try_turn(binaries, turned, folder)
                print(f"ok - turned: by {turned}: what is seen is the frame, what is touched is what is seen, Hide covers it")
            except (Wrong, subprocess.SubprocessError) as wrong:
                print(f"not ok - turned: {wrong}")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
