#!/usr/bin/env python3
"""From outside nobody can tell what was read. All bytes between a kiosk and its broker are recorded, with their times,
while two people do the same things for the same time, but one reads one module and the other another: packet for packet the
line has the same kinds, the same lengths and, but for the random ids of a request and of a connection, the same bytes; the
beats by which the kiosk says that it is there come at the same moments. While somebody reads, nothing else is sent at all.
"""
import re
import socket
import sys
import tempfile
import threading
import time

from kiosk import HEAD, Canary, Kiosk, Site, Wrong, until

# With every beat of the kiosk's clock it says that it is there.
BEAT = re.compile(rb"/heartbeat|/state.*online", re.S)
PUBLISH, PUBACK, PINGREQ, PINGRESP = 3, 4, 12, 13
READ_S = 64      # in which two beats fall
APART_S = 1.0    # a beat that a touch or a page had moved would be seconds away; a busy machine is late by less


class Ear:
    """Between a kiosk and the broker; hears both."""

    def __init__(self, port):
        self.heard = {"to the broker": b"", "to the kiosk": b""}
        self.at = {name: [] for name in self.heard}  # (bytes until then, when)
        self.read_from = float("inf")
        self.to = port
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.let_in, daemon=True).start()

    def let_in(self):
        while True:
            near, _ = self.door.accept()
            far = socket.create_connection(("127.0.0.1", self.to))
            for source, target, name in ((near, far, "to the broker"), (far, near, "to the kiosk")):
                threading.Thread(target=self.carry, args=(source, target, name), daemon=True).start()

    def carry(self, source, target, name):
        try:
            while data := source.recv(65536):
                self.heard[name] += data
                self.at[name].append((len(self.heard[name]), time.monotonic()))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side closed first

    def all_packets(self, name):
        """(kind, length, body with random ids masked, when it was whole) of each MQTT packet. Messages have numbers, which here
        count what is no beat, from the moment when somebody began to read: a kiosk says once or twice that it is there as it
        starts, and then by the clock, so once more where a machine that is busy has made a visit longer."""
        data, at, base, beats = self.heard[name], 0, 0, 0
        while at < len(data):
            first, length, shift, head = data[at], 0, 0, at + 1
            while True:
                byte = data[head]
                length |= (byte & 127) << shift
                head, shift = head + 1, shift + 7
                if byte < 128:
                    break
            kind, body = first >> 4, bytearray(data[head:head + length])
            at = head + length
            when = next(t for until_then, t in self.at[name] if until_then >= at)
            if kind == PUBLISH and first & 6:
                place = 2 + int.from_bytes(body[:2], "big")
                number = int.from_bytes(body[place:place + 2], "big")
                beats += bool(BEAT.search(body)) and when >= self.read_from
                base = number if when < self.read_from else base
                body[place:place + 2] = ((number - base - beats) & 0xFFFF).to_bytes(2, "big")
            yield kind, length, re.sub(rb"[0-9a-f]{32}|(?<=alcove)[0-9a-f]{16}", lambda m: b"*" * len(m[0]), bytes(body)), when

    def packets(self, name):
        """Those that say something: not acknowledgements, which say nothing and come before or after the next packet as the
        two programs run, and not pings and beats, which come by the clock."""
        return [p[:3] for p in self.all_packets(name)
                if p[0] not in (PUBACK, PINGREQ, PINGRESP) and not BEAT.search(p[2])]

    def acknowledgements(self, name):
        """How many, without those of the beats."""
        beats = [p for p in self.all_packets("to the broker") if BEAT.search(p[2]) and p[3] > self.read_from]
        count = len([p for p in self.all_packets(name) if p[0] == PUBACK and p[3] > self.read_from])
        return count - (len(beats) if name == "to the kiosk" else 0)

    def since_start(self, when):
        """In seconds from the kiosk's first packet."""
        return when - self.at["to the broker"][0][1]

    def beats(self, until_then):
        """When the kiosk said that it is there, while somebody read."""
        when = [(p[3], self.since_start(p[3])) for p in self.all_packets("to the broker") if BEAT.search(p[2])]
        return [s for at, s in when if at > self.read_from and s < until_then]


class Life:
    """A kiosk from start to end with a broker that knows nothing yet, and one visit that reads one module and asks."""

    def __init__(self, canary, module, number):
        self.canary, self.module, self.number = canary, module, number
        self.wrong = None

    def run(self):
        try:
            with Site() as site:
                self.live(site)
        except (Wrong, OSError) as wrong:
            self.wrong = wrong

    def live(self, site):
        site.broker.start()
        self.ear = ear = Ear(site.broker.port)
        desk = site.desk()
        kiosk = Kiosk(site, [self.canary.library, self.canary.house])
        with open(kiosk.config, encoding="utf-8") as f:
            config = f.read()
        with open(kiosk.config, "w", encoding="utf-8") as f:
            f.write(config.replace(f"broker_port = {site.port}", f"broker_port = {ear.port}"))
        site.add(kiosk).start()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        time.sleep(1)  # it says that it is there
        self.read(kiosk)
        self.ask(kiosk, desk, site)
        kiosk.hide()
        time.sleep(0.5)
        kiosk.stop()
        time.sleep(0.3)

    def read(self, kiosk):
        self.ear.read_from = time.monotonic()
        before = {name: len(self.ear.packets(name)) for name in self.ear.heard}
        until_then = time.monotonic() + READ_S
        kiosk.begin()
        kiosk.tap("safe", f"module:proof-{self.module}", "next", "next")
        kiosk.tap("home", "numbers", f"number:{self.number}", "learn")
        while time.monotonic() < until_then:
            time.sleep(5)
            kiosk.tap("home", "safe")
        self.read_until = time.monotonic()
        self.sent = {name: len(self.ear.packets(name)) - before[name] for name in before}

    def ask(self, kiosk, desk, site):
        kiosk.tap("talk", "how:come", "when:now", "speak:en")
        self.asked_at = time.monotonic()
        kiosk.send()
        request = desk.first()
        time.sleep(0.5)
        desk.say(request, "seen")
        kiosk.bell("seen")
        time.sleep(0.5)
        desk.say(request, "closed")
        until("the request is not over", lambda: not [t for t in site.retained() if "/request/" in t], 10, 0.2)


def live_both(canary):
    """At the same time, so that what the machine does else is the same for both."""
    numbers = list(canary.numbers)
    lives = [Life(canary, 1, numbers[0]), Life(canary, 3, numbers[1])]
    works = [threading.Thread(target=life.run) for life in lives]
    for work in works:
        work.start()
    for work in works:
        work.join()
    for life in lives:
        if life.wrong:
            raise life.wrong
    return lives


def main():
    bad = 0

    def result(fine, name, why=""):
        nonlocal bad
        print(f"ok - outside: {name}" if fine else f"not ok - outside: {name}: {why}", flush=True)
        bad = bad or not fine
    try:
        with tempfile.TemporaryDirectory() as folder:
            canary = Canary(folder)
            lives = live_both(canary)
        ears = [life.ear for life in lives]
        result(not any(sum(life.sent.values()) for life in lives), "somebody who reads sends nothing, a minute long",
               f"{[life.sent for life in lives]}")
        for name in ears[0].heard:
            one, other = (ear.packets(name) for ear in ears)
            differ = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
            result(one == other and len(one) > 3 and len({ear.acknowledgements(name) for ear in ears}) == 1,
                   f"{name}, two visits that read different things are the same {len(one)} packets, byte for byte but for the "
                   "random ids", f"packet {differ} of {len(one)} and {len(other)}: {one[differ:differ + 2]} and {other[differ:differ + 2]}")
        # As long as both read.
        until_then = min(life.ear.since_start(life.read_until) for life in lives)
        beats = [ear.beats(until_then) for ear in ears]
        apart = max((abs(a - b) for a, b in zip(*beats)), default=99)
        result(len(beats[0]) == len(beats[1]) > 3 and apart < APART_S, f"the {len(beats[0])} times that the kiosk says that it is "
               f"there while they read are the same moments ({apart * 1000:.0f} ms apart at most)", f"{beats}")
        words = [w for words in canary.pages.values() for w in words]
        leaked = [w for w in words for ear in ears for data in ear.heard.values() if w.encode() in data]
        result(not leaked, "no word of a page is ever sent", f"{leaked[:3]}")
    except (Wrong, OSError) as wrong:
        result(False, "two lives are compared", wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
