"""The parts of a site, each real and each breakable: a Mosquitto, a kiosk (alcove-replay: the kiosk's own bell, keeper
and visits), and a desk that keeps the desk's half of the contract."""
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from urllib.parse import quote

from mqtt import Client

PLACE = "Quiet room"
HEAD = "alcove/v1/" + quote(PLACE, safe="") + "/"
BIN = os.environ.get("BIN", "build")
SETTLE_S = 15  # kiosk/desk/README.md, what a desk must do, 5
ANSWER_S = 120  # four times what a replay itself waits for a visit
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


class Wrong(Exception):
    pass


def until(what, check, within=10, step=0.02):
    end = time.monotonic() + within
    while True:
        got = check()
        if got:
            return got
        if time.monotonic() > end:
            raise Wrong(what() if callable(what) else what)
        time.sleep(step)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def mosquitto():
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    found = shutil.which("mosquitto", path=path)
    if not found:
        raise Wrong("mosquitto is missing; run make setup")
    return found


class Broker:
    def __init__(self, folder, config=None, port=None):
        self.port = port or free_port()
        self.config = config or os.path.join(folder, "mosquitto.conf")
        self.log = os.path.join(folder, "mosquitto.log")
        self.process = None
        if not config:
            with open(self.config, "w", encoding="utf-8") as f:
                f.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                        "connection_messages false\nlog_type error\nmax_queued_messages 10000\n")

    def start(self):
        with open(self.log, "ab") as log:
            # As `make run` and desk-init start it: memory that it gives back is overwritten.
            wiping = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"}
            self.process = subprocess.Popen([mosquitto(), "-c", self.config], stdout=log, stderr=log, env=wiping)
        until("the broker does not start", self.answers)
        return self

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            if self.process.poll() is not None:
                raise Wrong("the broker ended: " + open(self.log, encoding="utf-8").read()) from None
            return False

    def kill(self):
        if self.process:
            self.process.kill()  # also one that stands still: what it has not read, it never reads
            self.process.wait()
            self.process = None

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        self.kill()
        self.start()


class Desk:
    """What a desk must do, from kiosk/desk/README.md, and a count of its alerts."""

    def __init__(self, port, **how):
        self.lock = threading.RLock()
        self.all = []        # every message: (topic, payload, retained)
        self.held = {}       # what the broker retains now, as far as this desk has heard
        self.alerts = {}     # id -> the `again`s that alerted
        self.requests = {}   # id -> the first content
        self.over, self.seen, self.closed = set(), set(), set()
        self.client = Client(port, self.hear, lost=self.lost, **how)

    def lost(self):
        with self.lock:
            self.held = {}

    def hear(self, topic, payload, retained):
        with self.lock:
            self.all.append((topic, payload, retained))
            if payload:
                self.held[topic] = payload
            else:
                self.held.pop(topic, None)
            match = re.fullmatch(r"alcove/v1/([^/]+)/request/([0-9a-f]{32})(/\w+)?", topic)
            if match:
                self.request(match[2], match[3], payload)

    def request(self, ident, tail, payload):
        if tail is None and payload:
            try:
                content = json.loads(payload)
                again = content.get("again", 0)
            except (ValueError, AttributeError):
                return  # no request: dropped
            self.requests.setdefault(ident, content)
            known = self.alerts.setdefault(ident, [])
            quiet = ident in self.over | self.seen | self.closed or any(a >= again for a in known)
            if not quiet:
                known.append(again)
        elif (tail is None and ident in self.requests) or tail == "/cancelled":
            self.over.add(ident)
        elif tail == "/seen" and payload:
            self.seen.add(ident)
        elif tail == "/closed" and payload:
            self.closed.add(ident)

    def topic(self, ident, tail=""):
        return f"{HEAD}request/{ident}{tail}"

    def say(self, ident, word, within=10):
        """A press on the page; said again after a broker has lost it (rule 5), until it is over."""
        if not self.client.publish(self.topic(ident, "/" + word), word.encode(), within=within):
            raise Wrong(f"the broker did not take {word}")

    def settle(self):
        """What this desk knows and the broker has lost is published again."""
        with self.lock:
            lost = [(i, w) for w, ids in (("seen", self.seen), ("closed", self.closed)) for i in ids
                    if i not in self.over and self.topic(i, "/" + w) not in self.held]
        for ident, word in lost:
            self.client.publish(self.topic(ident, "/" + word), word.encode())

    def shows(self, ident):
        """Whether it stands on the page: until it is over, or has not come again in time after a new connection (rule 5).
        Who comes back later than the kiosk hears of no end, only nothing."""
        ready, since = self.client.ready.is_set(), self.client.since
        return ident not in self.over and (
            self.topic(ident) in self.held or not ready or time.monotonic() < since + SETTLE_S)

    def first(self, within=10, number=1):
        """The id of the request that alerted `number`th."""
        return until(lambda: f"no alert came; heard {self.all}",
                     lambda: len(self.alerts) >= number and list(self.alerts)[number - 1], within)

    def wait(self, what, topic, payload, within=10):
        return until(lambda: f"{what}: {topic} is {self.held.get(topic)}, not {payload}",
                     lambda: self.held.get(topic, b"") == payload, within)

    def end(self):
        self.client.end()


class Kiosk:
    """One kiosk with a glass in memory. What it says is read from the visit that is on that glass."""

    def __init__(self, site, **settings):
        self.site = site
        self.binaries = "build/san" if settings.get("hurry", 1) != 1 else BIN
        self.place = settings.pop("place", PLACE)
        self.settings = {"broker_host": "127.0.0.1", "broker_port": site.port, "state_folder": site.state, **settings}
        self.process = None
        self.start()

    def start(self):
        config = os.path.join(self.site.folder, "alcove.ini")
        with open(config, "w", encoding="utf-8") as f:
            f.write(f"[place]\nname = {self.place}\n[staff]\n")
            f.writelines(f"{k} = {v}\n" for k, v in self.settings.items())
        command = [*self.site.inside, f"{self.binaries}/alcove-replay", "--config", config, "--pack",
                   "build/library.pack", "--pack", "build/house.pack", "-"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding="utf-8", env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        self.say("screen")

    def say(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Wrong(f"the kiosk is gone at \"{line}\"") from None
        if not select.select([self.process.stdout], [], [], ANSWER_S)[0]:  # one line a command, so none waits in Python
            raise Wrong(f"the kiosk has not answered to \"{line}\" for {ANSWER_S} seconds")
        answer = self.process.stdout.readline()
        if not answer or answer.startswith("no: "):
            raise Wrong(f"the kiosk says to \"{line}\": {answer.strip()}")
        return answer.rstrip("\n")

    def taps(self, *ids):
        for ident in ids:
            self.say("tap " + ident)

    def ask(self, *how):
        """A whole visit up to the moment of sending."""
        self.taps("begin", "lang:en", "talk", *(how or ("how:come", "when:now")), "speak:en", "send")

    def shows(self, words, within=6):
        """Waits until the screen says so. (A line that does not hold would end the replay, so the texts are read.)"""
        def texts():
            return " ".join(" ".join(json.loads(self.say("texts"))).split())
        until(lambda: f"the screen does not say \"{words}\" but \"{texts()}\"", lambda: words in texts(), within, 0.05)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self):
        self.kill()
        self.start()


class Site:
    """A folder, a state folder in memory, and whatever is started in it; all of it is ended with it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="alcove-line-", dir=MEMORY)
        os.chmod(self.folder, 0o711)
        self.state = os.path.join(self.folder, "state")
        self.inside = []   # what a kiosk's command line begins with: a network of its own
        self.started = []
        self.broker = Broker(self.folder)
        self.port = self.broker.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for part in reversed(self.started):
            part.kill() if hasattr(part, "kill") else part.end()
        self.broker.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, part):
        self.started.append(part)
        return part

    def desk(self, **how):
        desk = self.add(Desk(self.port, **how))
        until("the desk does not get in", desk.client.ready.is_set)
        return desk

    def kiosk(self, **settings):
        return self.add(Kiosk(self, **settings))

    def retained(self, **how):
        """What a newcomer is told: all that the broker holds."""
        desk = Desk(self.port, **how)
        until("no desk gets in", desk.client.ready.is_set)
        time.sleep(0.3)
        held = dict(desk.held)
        desk.end()
        return {t: p for t, p in held.items() if not t.startswith("$SYS")}

    def kept(self):
        return [os.path.join(self.state, f) for f in os.listdir(self.state)] if os.path.isdir(self.state) else []


def nothing_left(site, desk=None, within=10):
    """No request in the broker, and none in the kiosk's file."""
    def gone():
        if desk:
            desk.settle()
        return not [t for t in site.retained() if "/request/" in t] and not site.kept()
    until(lambda: f"left: {site.retained()} {site.kept()}", gone, within, 0.2)
