"""A machine that is emulated by QEMU, started from the image's file as it is, and driven from outside like a person
would: touches, keys, sticks, the power plug. Nothing in it is told that it is being tested."""
import json
import mmap
import os
import socket
import subprocess
import time

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# Two folders of Debian 13: one with QEMU, one with what builds images (mtools and the like), the twin's programs too.
ROOM, TOOLS = os.path.join(REPO, "build/image/machine"), os.path.join(REPO, "build/image/tools")
INSIDE = "/alcove"  # what this folder is called in both
MOST = 32767  # QEMU's axes


class Wrong(Exception):
    pass


def until(what, check, within, step=0.1):
    end = time.monotonic() + within
    while True:
        got = check()
        if got:
            return got
        if time.monotonic() > end:
            raise Wrong(what() if callable(what) else what)
        time.sleep(step)


def among(room, arguments, **more):
    """Starts a program of that room, in INSIDE; its process is the program's own, and ends with ours."""
    mounts = ('mount --bind "$1" "$2/alcove" && mount -t proc proc "$2/proc" && mount --bind /dev "$2/dev" || exit 1; '
              'room=$2; shift 2; exec nice -n ${IMAGE_NICE:-10} setpriv --pdeathsig KILL chroot "$room" '
              '/usr/bin/env -i PATH=/usr/bin:/usr/sbin LC_ALL=C.UTF-8 HOME=/tmp sh -c \'cd /alcove; exec "$@"\' sh "$@"')
    return subprocess.Popen(["unshare", "--mount", "--propagation", "private", "bash", "-c", mounts, "bash", REPO, room,
                             *arguments], **more)


def tool(*arguments, allowed=(0,)):
    """Runs a tool to its end; paths are those of inside(). Returns what it said."""
    process = among(TOOLS, arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    said = process.communicate()[0].decode(errors="replace")
    if process.returncode not in allowed:
        raise Wrong(f"{' '.join(arguments[:3])}: {said.strip()[-300:]}")
    return said


def inside(path):
    return os.path.join(INSIDE, os.path.relpath(path, REPO))


class Picture:
    """Width, height, and three bytes a pixel."""

    def __init__(self, path):
        with open(path, "rb") as f:
            data = f.read()
        if data[:3] != b"P6\n":
            raise Wrong(f"{path} is no picture")
        words, at = [], 3
        while len(words) < 3:
            end = at
            while data[end:end + 1] not in (b" ", b"\n"):
                end += 1
            words.append(int(data[at:end]))
            at = end + 1
        self.w, self.h, _ = words
        self.pixels = data[at:]

    def save(self, path):
        with open(path, "wb") as f:
            f.write(b"P6\n%d %d\n255\n" % (self.w, self.h) + self.pixels)

    def same(self, other):
        return (self.w, self.h, self.pixels) == (other.w, other.h, other.pixels)

    def differs(self, other):
        """How many pixels, and where the first is."""
        if (self.w, self.h) != (other.w, other.h):
            return f"{self.w} x {self.h} and {other.w} x {other.h} pixels"
        rows = [y for y in range(self.h)
                if self.pixels[y * self.w * 3:(y + 1) * self.w * 3] != other.pixels[y * self.w * 3:(y + 1) * self.w * 3]]
        count, columns = 0, set()
        for y in rows:
            for x in range(self.w):
                at = (y * self.w + x) * 3
                if self.pixels[at:at + 3] != other.pixels[at:at + 3]:
                    count += 1
                    columns.add(x)
        return f"{count} pixels, rows {min(rows)} to {max(rows)}, columns {min(columns)} to {max(columns)}" if rows else ""


class Machine:
    """Plugged in by start(); `folder` keeps what QEMU needs and what it says. `timer`: where in its physical memory a clock
    can be read, the seconds of one step of it, and those that it may be behind."""

    def __init__(self, folder, arguments, timer, memory=1024):
        self.folder, self.arguments, self.timer, self.memory = folder, arguments, timer, memory
        self.process = self.stream = None
        self.shots = 0
        self.debugger = False
        self.started = 0
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, state=None, more=(), steady=True):
        """Power on; or on with what keep_state has kept, which must have been as steady. `more`: what else is plugged in,
        this time. Steady: time in the machine goes by what it has done, so that it misses nothing however long that takes
        us; it then works half as fast."""
        if os.path.exists(self.path("qmp")):
            os.unlink(self.path("qmp"))
        with open(self.path("qemu.log"), "ab") as log:
            self.process = among(
                ROOM, [*self.arguments, *(["-icount", "shift=1,sleep=on"] if steady else []), "-m", str(self.memory), "-nodefaults", "-display", "none",
                       "-qmp", f"unix:{inside(self.path('qmp'))},server,nowait", *more,
                       *(["-incoming", "file:" + inside(state)] if state else [])], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.started = time.monotonic()
        self.debugger = False
        self.connect()
        if state:
            until("the machine's state cannot be read", lambda: self.say("query-status")["status"] != "inmigrate", 60, 0.02)
            self.say("cont")

    def keep_state(self, path):
        """All that the machine is, but its card, into a file. It is switched off afterwards."""
        self.say("stop")
        self.say("migrate-set-parameters", **{"max-bandwidth": 1 << 33})
        self.say("migrate", uri="file:" + inside(path))
        until("the machine's state cannot be kept", lambda: self.say("query-migrate").get("status") == "completed", 120)
        self.say("quit")
        self.process.wait(30)

    def connect(self):
        s = socket.socket(socket.AF_UNIX)
        # A socket's path may have 108 bytes; the folder this stands in may have more.
        where = os.open(self.folder, os.O_RDONLY)
        try:
            until(lambda: "QEMU does not start; see " + self.path("qemu.log"),
                  lambda: self.process.poll() is None and self.try_connect(s, where), 20)
        finally:
            os.close(where)
        s.settimeout(600)
        self.stream = s.makefile("rwb")
        self.stream.readline()
        self.say("qmp_capabilities")

    @staticmethod
    def try_connect(s, where):
        try:
            s.connect(f"/proc/self/fd/{where}/qmp")
            return True
        except OSError:
            return False

    def say(self, command, **arguments):
        message = {"execute": command}
        if arguments:
            message["arguments"] = {k.replace("_", "-"): v for k, v in arguments.items()}
        try:
            self.stream.write(json.dumps(message).encode() + b"\n")
            self.stream.flush()
            while True:
                line = self.stream.readline()
                if not line:
                    raise Wrong("the machine is off")
                answer = json.loads(line)
                if "return" in answer:
                    return answer["return"]
                if "error" in answer:
                    raise Wrong(f"{command}: {answer['error']['desc']}")
        except OSError as e:
            raise Wrong(f"the machine does not answer: {e}") from e

    def try_say(self, command, **arguments):
        try:
            self.say(command, **arguments)
            return True
        except Wrong:
            return False

    # --- the glass

    def shot(self, name=None):
        self.shots += 1
        path = self.path(name or f"shot-{self.shots % 4}.ppm")
        self.say("screendump", filename=inside(path))
        return Picture(path)

    def touch(self, x, y, w=1280, h=800):
        """A finger down and up, in pixels of the frame."""
        self.finger_down(x, y, w, h)
        time.sleep(0.15)
        self.finger_up()

    def finger_down(self, x, y, w=1280, h=800):
        at = {"x": int((x + 0.5) * MOST / w), "y": int((y + 0.5) * MOST / h)}
        begin = [{"type": "mtt", "data": {"type": "begin", "slot": 0, "tracking-id": self.shots + 1, "axis": "x", "value": at["x"]}}]
        begin += [{"type": "mtt", "data": {"type": "data", "slot": 0, "tracking-id": self.shots + 1, "axis": a, "value": v}}
                  for a, v in at.items()]
        # The finger first, as real panels tell it. QEMU's panel has a mouse's buttons too, so that SDL takes it for both.
        begin += [{"type": "btn", "data": {"down": True, "button": "touch"}}]
        self.say("input-send-event", events=begin)

    def finger_up(self):
        self.say("input-send-event", events=[
            {"type": "mtt", "data": {"type": "end", "slot": 0, "tracking-id": -1, "axis": "x", "value": 0}},
            {"type": "btn", "data": {"down": False, "button": "touch"}}])

    def hold(self, x, y, seconds):
        """A finger that stays for so long by the machine's own clock, which goes at least as slow as ours."""
        self.finger_down(x, y)
        try:
            self.rests(seconds)
        finally:
            self.finger_up()

    def press(self, x, y, w=1280, h=800, lift=True):
        """The same with a pointer that knows places, as older touchscreens are."""
        where = [{"type": "abs", "data": {"axis": "x", "value": int((x + 0.5) * MOST / w)}},
                 {"type": "abs", "data": {"axis": "y", "value": int((y + 0.5) * MOST / h)}}]
        self.say("input-send-event", events=where)
        time.sleep(0.1)
        for down in (True, False)[:1 + lift]:
            self.say("input-send-event", events=[{"type": "btn", "data": {"down": down, "button": "left"}}])
            time.sleep(0.15)

    def keys(self, *names):
        """All of them at once, held for a moment."""
        self.say("send-key", keys=[{"type": "qcode", "data": n} for n in names], hold_time=80)
        time.sleep(0.2)

    def worked(self):
        """Seconds of a processor that QEMU has used."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as f:
            return sum(int(n) for n in f.read().rsplit(")", 1)[1].split()[11:13]) / os.sysconf("SC_CLK_TCK")

    def busy(self):
        """Seconds that QEMU has worked, or wanted to and had to wait for a processor; and whether it waits for one now, which
        is counted only when it has got it."""
        total, waits = 0, False
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                with open(f"/proc/{self.process.pid}/task/{task}/schedstat", encoding="ascii") as f:
                    total += sum(int(n) for n in f.read().split()[:2])
                with open(f"/proc/{self.process.pid}/task/{task}/stat", encoding="ascii") as f:
                    waits = waits or f.read().rsplit(")", 1)[1].split()[0] == "R"
            except OSError:
                pass
        return total / 1e9, waits

    def clock(self):
        """Seconds by a clock inside the machine, read from outside; it goes on in steps while the machine rests."""
        said = self.say("human-monitor-command", command_line=f"xp /1gx {self.timer[0]:#x}")
        return int(said.split(":")[1], 16) % (1 << 63) * self.timer[1]

    def rests(self, seconds, within=300):
        """Waits until so much time has passed in the machine. While it works, its clock may go slower than ours by any
        factor: each instruction takes it 2 ns, whatever it takes us. While it rests they go alike; that it has rested for
        so long is told by its processor, for its clock shows that only afterwards."""
        end, rested, before, began = time.monotonic() + within, 0.0, self.busy()[0], self.clock()
        while rested < seconds and self.clock() - began < seconds + self.timer[2]:
            if time.monotonic() > end:
                raise Wrong("the machine's clock stands still")
            time.sleep(0.1)
            now, waits = self.busy()
            rested = rested + 0.1 if now - before < 0.04 and not waits else 0.0
            before = now

    # --- what is plugged in

    def plug(self, driver, name, **more):
        self.say("device_add", driver=driver, id=name, bus="usb.0", **more)

    def plug_touch(self):
        self.say("device_add", driver="virtio-multitouch-pci", id="panel", bus="port1")

    def unplug(self, name):
        self.say("device_del", id=name)

    def plug_stick(self, path, name="stick"):
        self.say("blockdev-add", **{"driver": "raw", "node-name": "node-" + name, "read-only": True,
                                    "file": {"driver": "file", "filename": inside(path)}})
        self.plug("usb-storage", name, drive="node-" + name, removable=True)

    def unplug_stick(self, name="stick"):
        self.unplug(name)
        # The device is gone when the machine has said so, and what stood behind it a moment later.
        until(f"the stick {name} cannot be pulled out", lambda: self.try_say("blockdev-del", **{"node-name": "node-" + name}), 20)

    def writes(self):
        """How often the machine has written to its card."""
        return sum(d["stats"]["wr_operations"] for d in self.say("query-blockstats") if d.get("device") in ("disk", "card"))

    # --- its memory and its power

    def keep_memory(self, name="memory"):
        """All of its memory into a file, while it stands still."""
        self.say("stop")
        try:
            self.say("dump-guest-memory", paging=False, protocol="file:" + inside(self.path(name)))
        finally:
            self.say("cont")
        return self.path(name)

    def find(self, code):
        """Where in its physical memory these bytes are: all places."""
        path, found = self.keep_memory(), []
        with open(path, "rb") as f:
            head = f.read(64)
            table, count = int.from_bytes(head[32:40], "little"), int.from_bytes(head[56:58], "little")
            with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as memory:
                for i in range(count):  # ELF's program headers: what of the file is which part of the memory
                    h = memory[table + i * 56:table + (i + 1) * 56]
                    kind, offset, place, size = (int.from_bytes(h[a:b], "little") for a, b in ((0, 4), (8, 16), (24, 32), (32, 40)))
                    at = memory.find(code, offset, offset + size) if kind == 1 else -1
                    while at >= 0:
                        found.append(place + at - offset)
                        at = memory.find(code, at + 1, offset + size)
        os.unlink(path)
        return found

    def poke(self, places, what):
        """Writes into its physical memory, by QEMU's interface for debuggers; it goes on afterwards."""
        if not self.debugger:
            self.debugger = True
            self.say("human-monitor-command", command_line=f"gdbserver unix:{inside(self.path('gdb'))},server=on,wait=off")
        with socket.socket(socket.AF_UNIX) as s:
            where = os.open(self.folder, os.O_RDONLY)
            s.connect(f"/proc/self/fd/{where}/gdb")
            os.close(where)
            s.settimeout(30)
            stream = s.makefile("rwb")
            for words in ("Qqemu.PhyMemMode:1", *(f"M{p:x},{len(what):x}:{what.hex()}" for p in places),
                          "Qqemu.PhyMemMode:0", "D"):
                stream.write(f"${words}#{sum(words.encode()) & 255:02x}".encode())
                stream.flush()
                answer = b""
                while not answer.endswith(b"#"):
                    answer += stream.read(1)
                stream.read(2)
                stream.write(b"+")
                stream.flush()
                if b"OK" not in answer:
                    raise Wrong(f"QEMU does not write memory: {answer!r}")

    def power_button(self, within=60):
        self.say("system_powerdown")
        return self.gone(within)

    def gone(self, within):
        try:
            self.process.wait(within)
            return True
        except subprocess.TimeoutExpired:
            return False

    def pull_plug(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
