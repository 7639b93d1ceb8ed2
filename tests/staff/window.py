#!/usr/bin/env python3
"""The whole journey of staff mode in a real window, by mouse, under Xvfb: a new kiosk is made ready step by step; a
stick goes in, what is new is looked at and installed, the next visit has the new page, and the version before comes
back. The window must show, pixel for pixel, what a replay of the same shows. The keypad moves about, so its digits are
read off the screen, as a person does.

window.py BIN PREPARED
"""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "acceptance"))
from window import Display, Replay, Wrong, frame_hash, wait_until  # noqa: E402

PIN = "471108"
PATIENCE = 30
W, H = 1280, 800


class StaffReplay(Replay):
    def __init__(self, binaries, room, keys):
        self.process = subprocess.Popen(
            [f"{binaries}/alcove-replay", "--config", f"{os.path.dirname(room)}/alcove.ini", "--store", f"{room}/store", "--usb",
             f"{room}/usb", "--keys", keys, "--no-line", "--first-start", "--pack", "build/library.pack", "--pack", "build/house.pack", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def choices(self):
        return json.loads(self.say("choices"))

    def has(self, choice):
        return any(c["id"] == choice for c in self.choices())


def png_rows(path):
    """The pixels of a picture as the X server gives them: blue, green, red, 0."""
    data = open(path, "rb").read()
    at, packed, head = 8, b"", None
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        head = struct.unpack(">IIBB", body[:10]) if kind == b"IHDR" else head
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    width, height, depth, colour = head
    if depth != 8 or colour not in (2, 6):
        raise Wrong(f"{path} is no picture of 8 bits")
    step = 3 if colour == 2 else 4
    raw, stride, before, rows = zlib.decompress(packed), step * width, bytearray(step * width), bytearray()
    for y in range(height):
        way = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride if way else 0):
            a = row[i - step] if i >= step else 0
            b, c = before[i], before[i - step] if i >= step else 0
            if way == 1:
                guess = a
            elif way == 2:
                guess = b
            elif way == 3:
                guess = (a + b) // 2
            else:
                p = a + b - c
                guess = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            row[i] = (row[i] + guess) & 255
        before = row
        out = bytearray(4 * width)
        out[0::4], out[1::4], out[2::4] = row[2::step], row[1::step], row[0::step]
        rows += out
    return bytes(rows)


def crop(rows, rect):
    """What is inside a key: its edge may be drawn in another way while it is pressed."""
    x, y, w, h = rect["x"] + 8, rect["y"] + 8, rect["w"] - 16, rect["h"] - 16
    return b"".join(rows[4 * (W * line + x):4 * (W * line + x + w)] for line in range(y, y + h))


class Journey:
    def __init__(self, display, replay, room, prepared):
        self.display, self.replay, self.room, self.prepared = display, replay, room, prepared
        self.faces = {}  # what a digit's key looks like

    def same(self, what):
        """Waits until the window shows what the replay shows."""
        want, last, tried = self.replay.say("frame-hash"), None, set()

        def check():
            nonlocal last
            now = self.display.shown()
            still, last = now == last, now
            if not still or hash(now) in tried:
                return False
            tried.add(hash(now))
            return frame_hash(now) == want
        try:
            wait_until(what, check)
        except Wrong:
            self.replay.say(f"frame {self.room}/wanted.png")
            open(f"{self.room}/shown.rgb", "wb").write(self.display.shown())
            raise Wrong(f"{what}: the window does not show what the replay shows ({self.room}/wanted.png, shown.rgb)")

    def press(self, choice, compare=True):
        for _ in range(20):
            if self.replay.has(choice):
                break
            self.press("next")
        x, y = self.replay.middle(choice)
        time.sleep(0.6)  # not the second half of a double tap
        self.display.click(x, y)
        self.replay.say("tap " + choice)
        if compare:
            self.same(f"after {choice}")

    def hold(self):
        self.display.hold(30, 30, 3.2)
        self.replay.say("hold 30 30 3s")

    def learn_digits(self):
        self.replay.say(f"frame {self.room}/keypad.png")
        rows = png_rows(f"{self.room}/keypad.png")
        self.faces = {crop(rows, c): c["id"][-1] for c in self.replay.choices() if c["id"].startswith("digit:")}
        if len(self.faces) != 10:
            raise Wrong(f"{len(self.faces)} digits can be told apart, not 10")

    def read_keypad(self, before):
        """Which digit is where in the window; `before` is the order that it must not have any more."""
        keys = [c for c in self.replay.choices() if c["id"].startswith("digit:")]
        found = {}

        def check():
            rows = self.display.shown()
            found.clear()
            found.update({self.faces.get(crop(rows, k)): (k["x"] + k["w"] // 2, k["y"] + k["h"] // 2) for k in keys})
            return None not in found and len(found) == 10 and found != before
        wait_until("the keypad does not come", check)
        return dict(found)

    def type_pin(self, before=None):
        order = self.read_keypad(before)
        for digit in PIN:
            time.sleep(0.6)
            self.display.click(*order[digit])
            self.replay.say("tap digit:" + digit)
        x, y = self.replay.middle("enter")
        time.sleep(0.6)
        self.display.click(x, y)
        self.replay.say("tap enter")
        return order

    def stick(self, way):
        folder, inside = f"{self.prepared}/window/new", f"{self.room}/usb/alcove"
        os.rename(*((folder, inside) if way == "in" else (inside, folder)))
        self.replay.say(f"stick {way} {self.prepared}/window/replay-new")
        self.same(f"after the stick went {way}")

    def find_page(self):
        """Whether a visit finds the new page."""
        for choice in ("begin", "lang:en", "safe", "module:planning"):
            self.press(choice)
        for _ in range(20):
            if "Staff put this page in today." in self.replay.say("texts") or not self.replay.has("next"):
                break
            self.press("next")
        found = "Staff put this page in today." in self.replay.say("texts")
        self.leave()
        return found

    def leave(self):
        x, y = self.replay.middle("hide")
        self.display.click(x, y)
        self.replay.say("tap hide")
        time.sleep(0.6)
        self.replay.say("wait 1s")
        self.same("after Hide")

    def first_start(self):
        """Nobody has chosen a PIN: the kiosk begins with that by itself, step by step."""
        self.same("a new kiosk")
        self.press("begin")
        self.press("letter:s")
        self.press("keep", compare=False)  # the keypad's digits are elsewhere
        self.learn_digits()
        order = self.type_pin()
        self.type_pin(order)
        self.same("after the PIN was chosen")
        for choice in [f"spot:{i}" for i in range(1, 9)] + ["go-on", "skip", "board"]:
            self.press(choice)
        self.replay.say("wait 1s")
        time.sleep(0.6)

    def enter(self):
        self.hold()
        self.type_pin()
        self.same("after the PIN")

    def all(self):
        self.first_start()
        self.enter()
        for choice in ("keeps", "proof"):  # the kiosk looks for traces of a visit in its own memory, and finds none
            self.press(choice)
        if "Nothing of a visit was found" not in self.replay.say("texts"):
            raise Wrong("the kiosk has found something of a visit")
        self.leave()
        if self.find_page():
            raise Wrong("the new page is there before it was installed")
        self.enter()
        self.stick("in")
        for choice in ("stick", "offer:0", "install"):
            self.press(choice)
        self.stick("out")
        self.leave()
        if not self.find_page():
            raise Wrong("the next visit does not have the new page")
        self.enter()
        for choice in ("packs", "pack:0", "restore", "restore-yes"):
            self.press(choice)
        self.leave()
        if self.find_page():
            raise Wrong("the new page is still there")


class MouseDisplay(Display):
    def hold(self, x, y, seconds):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "mousedown", "1"], env=self.env, check=True)
        time.sleep(seconds)
        subprocess.run(["xdotool", "mouseup", "1"], env=self.env, check=True)


def make_room(prepared):
    room = f"{prepared}/window"
    shutil.rmtree(room, ignore_errors=True)
    for name in ("usb", "replay/usb"):
        os.makedirs(f"{room}/{name}")
    shutil.copytree(f"{prepared}/new", f"{room}/new")
    shutil.copytree(f"{prepared}/new", f"{room}/replay-new")
    with open(f"{room}/alcove.ini", "w", encoding="utf-8") as ini:
        ini.write(f"""[place]
name = Alcove
[screen]
fullscreen = no
window = {W}x{H}
px_per_mm = 5.9
[sound]
device = none
[content]
pack = build/library.pack
pack = build/house.pack
store = {room}/store
usb = {room}/usb
keys = {prepared}/keys
""")
    return room


def main():
    binaries, prepared = sys.argv[1:]
    missing = [tool for tool in ("Xvfb", "xdotool", "xwd") if shutil.which(tool) is None]
    if missing:
        print(f"not ok - staff: by mouse: {', '.join(missing)} missing; run make setup-test")
        return 1
    room = make_room(prepared)
    display = MouseDisplay()
    replay = StaffReplay(binaries, f"{room}/replay", f"{prepared}/keys")
    kiosk = subprocess.Popen([f"{binaries}/alcove", "--config", f"{room}/alcove.ini"], env=display.env)
    try:
        Journey(display, replay, room, prepared).all()
        if kiosk.poll() is not None:
            raise Wrong(f"the kiosk ended with {kiosk.returncode}")
        kiosk.send_signal(signal.SIGTERM)
        if kiosk.wait(PATIENCE) != 0:
            raise Wrong(f"the kiosk ended with {kiosk.returncode} when it was told to stop")
        print("ok - staff: by mouse in a window: PIN, stick, what is new, install, the next visit, restore")
        return 0
    except (Wrong, subprocess.SubprocessError) as wrong:
        print(f"not ok - staff: by mouse in a window: {wrong}")
        return 1
    finally:
        for process in (kiosk, replay.process, display.process):
            if process.poll() is None:
                process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
