#!/usr/bin/env python3
"""One visit in a real window, under Xvfb: clicks where the replay says that the choices are, and reads what is shown
back from the X server. The window must show, pixel for pixel, what the replay's glass shows; after Hide, what it showed
before anybody came.

window.py BIN CONFIG
"""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

STEPS = ["begin", "lang:ar", "safe", "back", "numbers", "number:emergency", "talk", "how:desk", "when:later",
         "speak:ar", "send"]
COMPARED = {"idle", "lang:ar", "number:emergency"}  # hashing a frame takes this program a second
PATIENCE = 15


class Wrong(Exception):
    pass


class Replay:
    def __init__(self, binaries):
        self.process = subprocess.Popen(
            [f"{binaries}/alcove-replay", "--pack", "build/library.pack", "--pack", "build/house.pack", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer or answer.startswith("no: "):
            raise Wrong(f"the replay says to \"{line}\": {answer.strip()}")
        return "" if answer == "ok\n" else answer.rstrip("\n")

    def middle(self, choice):
        for c in json.loads(self.say("choices")):
            if c["id"] == choice:
                return c["x"] + c["w"] // 2, c["y"] + c["h"] // 2
        raise Wrong(f"there is no {choice} on the screen {self.say('screen')}")


class Display:
    """An X server of our own."""

    def __init__(self, before=()):
        """`before`: what the server's command line begins with."""
        read, write = os.pipe()
        self.process = subprocess.Popen([*before, "Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten",
                                         "tcp"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):
            more = os.read(read, 16)
            if not more:
                raise Wrong("Xvfb did not start")
            number += more
        self.env = dict(os.environ, DISPLAY=":" + number.decode().strip(), SDL_VIDEODRIVER="x11")
        self.env.pop("WAYLAND_DISPLAY", None)

    def shown(self):
        """The rows of the whole screen, four bytes a pixel, the fourth 0."""
        dump = subprocess.run(["xwd", "-root", "-silent"], env=self.env, stdout=subprocess.PIPE, check=True).stdout
        head = struct.unpack(">25I", dump[:100])
        size, width, height, depth_bits, stride, colours = head[0], head[4], head[5], head[11], head[12], head[19]
        if (width, height, depth_bits) != (1280, 800, 32):
            raise Wrong(f"the screen is {width}x{height} with {depth_bits} bits")
        start = size + 12 * colours
        rows = bytearray()
        for y in range(height):
            rows += dump[start + y * stride:start + y * stride + 4 * width]
        rows[3::4] = bytes(width * height)
        return bytes(rows)

    def click(self, x, y):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], env=self.env, check=True)


def frame_hash(rows):
    """As alcove-replay --help describes it."""
    value, prime, mask = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
    for byte in struct.pack("<II", 1280, 800) + rows:
        value = ((value ^ byte) * prime) & mask
    return f"{value:016x}"


def wait_until(what, check):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.05)
    raise Wrong(what)


def settled(display, before):
    """What is shown once it differs from `before` and stays the same for a moment."""
    state = {"last": before}

    def check():
        now = display.shown()
        still = now == state["last"] and now != before
        state["last"] = now
        return still
    wait_until("the window does not change", check)
    return state["last"]


def visit(display, replay, kiosk):
    blank = display.shown()
    first = settled(display, blank)
    if frame_hash(first) != replay.say("frame-hash"):
        raise Wrong("the idle board in the window is not the replay's")
    now = first
    for choice in STEPS:
        for _ in range(10):
            if any(c["id"] == choice for c in json.loads(replay.say("choices"))):
                break
            now = step(display, replay, "next", now)
        now = step(display, replay, choice, now)
        if choice in COMPARED and frame_hash(now) != replay.say("frame-hash"):
            raise Wrong(f"after {choice} the window does not show what the replay shows")
    # The bell rings in the window only: give it the time to say so.
    time.sleep(1)
    if display.shown() == first:
        raise Wrong("the window shows the idle board before Hide")
    x, y = replay.middle("hide")
    display.click(x, y)
    wait_until("Hide does not bring back the first frame", lambda: display.shown() == first)
    if kiosk.poll() is not None:
        raise Wrong(f"the kiosk ended with {kiosk.returncode}")


def step(display, replay, choice, before):
    x, y = replay.middle(choice)
    time.sleep(0.6)  # not the second half of a double tap
    display.click(x, y)
    replay.say("tap " + choice)
    return settled(display, before)


def main():
    binaries, config = sys.argv[1:]
    missing = [tool for tool in ("Xvfb", "xdotool", "xwd") if shutil.which(tool) is None]
    if missing:
        print(f"not ok - acceptance: a visit in a window: {', '.join(missing)} missing; run make setup-test")
        return 1
    display = Display()
    replay = Replay(binaries)
    kiosk = subprocess.Popen([f"{binaries}/alcove", "--config", config], env=display.env)
    try:
        visit(display, replay, kiosk)
        kiosk.send_signal(signal.SIGTERM)
        if kiosk.wait(PATIENCE) != 0:
            raise Wrong(f"the kiosk ended with {kiosk.returncode} when it was told to stop")
        print("ok - acceptance: a visit in a window shows what the replay shows, and Hide brings back the first frame")
        return 0
    except (Wrong, subprocess.SubprocessError) as wrong:
        print(f"not ok - acceptance: a visit in a window: {wrong}")
        return 1
    finally:
        for process in (kiosk, replay.process, display.process):
            if process.poll() is None:
                process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
