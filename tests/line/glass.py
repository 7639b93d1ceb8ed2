"""The kiosk itself, in a window under Xvfb, touched by xdotool: what it offers without a line, what is left of a request
in any process when it is over, and a host that is killed while a person waits."""
import importlib.util
import json
import os
import signal
import subprocess
import time

from near import exactly
from parts import BIN, HEAD, PLACE, Kiosk, Site, Wrong, nothing_left, until

_spec = importlib.util.spec_from_file_location("window", "tests/acceptance/window.py")
window = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(window)


class Window:
    """A kiosk in a window, and a replay that knows where its choices are."""

    def __init__(self, site, broker=True):
        self.site, self.line, self.display = site, broker, window.Display()
        site.add(self.display.process)
        self.config = os.path.join(site.folder, "window.ini")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f"[place]\nname = {PLACE}\n[screen]\nwindow = 1280x800\npx_per_mm = 5.9\n[staff]\n"
                    f"broker_host = {'127.0.0.1' if broker else ''}\nbroker_port = {site.port}\n"
                    f"state_folder = {site.state}\n[content]\npack = build/library.pack\npack = build/house.pack\n")
        self.map = None
        self.process = None
        self.log = os.path.join(site.folder, "window.log")
        self.blank = self.display.shown()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([f"{BIN}/alcove", "--config", self.config], env=self.display.env, stderr=log)
        self.map = window.Replay(BIN) if self.line else Kiosk(self.site, broker_host="", state_folder="")
        self.first = window.settled(self.display, self.blank)

    def tap(self, *choices):
        for choice in choices:
            before = self.display.shown()
            found = [c for c in json.loads(self.map.say("choices")) if c["id"] == choice]
            if not found:
                raise Wrong(f"there is no {choice} on {self.map.say('screen')}")
            time.sleep(0.6)  # not the second half of a double tap
            self.display.click(found[0]["x"] + found[0]["w"] // 2, found[0]["y"] + found[0]["h"] // 2)
            self.map.say("tap " + choice)
            window.settled(self.display, before)

    def click(self, choice):
        """In the window alone."""
        found = [c for c in json.loads(self.map.say("choices")) if c["id"] == choice][0]
        time.sleep(0.6)
        self.display.click(found["x"] + found["w"] // 2, found["y"] + found["h"] // 2)

    def send(self, desk):
        """From here on the replay does not follow: its line is nobody's."""
        before = self.display.shown()
        self.click("send")
        ident = desk.first()
        window.settled(self.display, before)
        return ident

    def same(self):
        """The window shows what the replay shows."""
        return window.frame_hash(self.display.shown()) == self.map.say("frame-hash")

    def processes(self):
        """The host and its visits."""
        pids = [self.process.pid]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                    if int(f.read().rsplit(")", 1)[1].split()[1]) == self.process.pid:
                        pids.append(int(pid))
            except OSError:
                pass
        return pids

    def kill(self):
        for process in (self.process, self.map and self.map.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        self.process = None


def without_a_line_the_window_offers_nothing():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.add(Window(site, broker=False))
        kiosk.start()
        kiosk.tap("begin", "lang:en", "talk")
        if not kiosk.same():
            raise Wrong("the window shows another screen than the one without a line")
        kiosk.map.say("expect text At the desk you can say")
        kiosk.map.say("expect no choice how:come")
        threads = len(os.listdir(f"/proc/{kiosk.process.pid}/task"))
        if desk.all or threads != 1:
            raise Wrong(f"{threads} threads without a line; heard {desk.all}")


def memory_holds(pid, what):
    """Where a process has these bytes in memory that it can write; [] for nowhere."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, name = line.split()[0], line.split()[1], line.split()[5:]
            if rights[:2] != "rw" or name in (["[vvar]"], ["[vsyscall]"]):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except OSError:
                continue
            if what in data:
                found.append(f"{name or 'memory'} at {start + data.index(what):x}")
    return found


def a_request_by_touch_leaves_nothing():
    if os.geteuid() != 0:
        return "the memory of processes can be searched only as root"
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.add(Window(site))
        kiosk.start()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        kiosk.tap("begin", "lang:en", "talk", "how:other")
        phrase = [c for c in json.loads(kiosk.map.say("choices")) if c["id"].startswith("phrase:")][0]
        kiosk.tap(phrase["id"], "when:now", "speak:es")
        ident = kiosk.send(desk)
        content = desk.requests[ident]
        if (content["how"], content["language"], content["when"]) != ("other", "es", "now"):
            raise Wrong(f"the request is {content}")
        # It can be found while it is there, or the search is worth nothing.
        if not memory_holds(kiosk.process.pid, ident.encode()) or not memory_holds(site.broker.process.pid, ident.encode()):
            raise Wrong("the search does not find what is there")
        if not memory_holds(kiosk.process.pid, content["phrase"].encode()) or not site.kept():
            raise Wrong("the search does not find what is there")
        desk.say(ident, "seen")
        time.sleep(0.5)
        desk.say(ident, "closed")
        nothing_left(site, desk)
        kiosk.click("hide")
        until("Hide does not bring back the first frame", lambda: kiosk.display.shown() == kiosk.first)
        time.sleep(1)
        left = {f"{pid} {open(f'/proc/{pid}/comm').read().strip()} {what}": places
                for pid in kiosk.processes() + [site.broker.process.pid]
                for what in (f'"id":"{ident}"', f'"phrase":"{content["phrase"]}"', content["phrase"])
                if (places := memory_holds(pid, what.encode()))}
        if left:
            raise Wrong(f"left in memory: {left}")
    return None


def a_host_killed_while_a_person_waits():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.add(Window(site))
        kiosk.start()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        kiosk.tap("begin", "lang:en", "talk", "how:come", "when:soon", "speak:en")
        ident = kiosk.send(desk)
        family = kiosk.processes()
        kiosk.kill()
        desk.wait("the desk is not told", HEAD + "state", b"offline")
        until("a visit outlives its host", lambda: not [p for p in family if os.path.exists(f"/proc/{p}")], 5)
        site.broker.restart()
        kiosk.start()
        if kiosk.display.shown() != kiosk.first or not kiosk.same():
            raise Wrong("the screen after the restart is not the first one")
        desk.wait("the kiosk is back", HEAD + "state", b"online", 15)
        until("the request is lost", lambda: desk.topic(ident) in desk.held, 15)
        exactly(desk, ident, [0])
        desk.say(ident, "seen")
        desk.say(ident, "closed")
        nothing_left(site, desk)


def a_host_that_stands_still_is_not_called_alive():
    """Its connection may well go on; its heart does not."""
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.add(Window(site))
        kiosk.start()

        def beats():
            return len([t for t, _, _ in desk.all if t == HEAD + "heartbeat"])
        until("no heartbeat", beats)
        for _ in range(2):
            before = beats()
            until("no heartbeat for 30 seconds", lambda: beats() > before, 30)  # noqa: B023
        kiosk.process.send_signal(signal.SIGSTOP)
        before = beats()
        time.sleep(31)
        if beats() > before:
            raise Wrong("a host that stands still is called alive")
        kiosk.process.send_signal(signal.SIGCONT)
        until("it does not come to itself", lambda: beats() > before, 30)


def quick():
    return []


def slow():
    return [without_a_line_the_window_offers_nothing, a_request_by_touch_leaves_nothing, a_host_killed_while_a_person_waits,
            a_host_that_stands_still_is_not_called_alive]
