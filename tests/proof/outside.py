#!/usr/bin/env python3
"""From outside nobody can tell what was read. All bytes between a kiosk and its broker are recorded while two people do
the same things for the same time, but one reads one module and the other another: packet for packet the line has the same
kinds, the same lengths and, but for the random ids of a request and of a connection, the same bytes. Then once with nobody at the screen:
reading alone sends nothing at all.
"""
import re
import socket
import sys
import threading
import time

from kiosk import HEAD, Canary, Kiosk, Site, Wrong, until

# With every beat of the kiosk's clock it says that it is there.
BEAT = re.compile(rb"/heartbeat|/state.*online", re.S)
PUBACK, PINGREQ, PINGRESP = 4, 12, 13


class Ear:
    """Between a kiosk and the broker; hears both."""

    def __init__(self, port):
        self.heard = {"to the broker": b"", "to the kiosk": b""}
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
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side closed first

    def packets(self, name):
        """(kind, length, bytes with random ids masked) of each MQTT packet but acknowledgements, and pings and heartbeats,
        which come by the clock."""
        data, at, out = self.heard[name], 0, []
        while at < len(data):
            length, shift, head = 0, 0, at + 1
            while True:
                byte = data[head]
                length |= (byte & 127) << shift
                head, shift = head + 1, shift + 7
                if byte < 128:
                    break
            kind, body = data[at] >> 4, data[head:head + length]
            at = head + length
            # An acknowledgement says nothing, and comes before or after the next packet as the two programs run.
            if kind not in (PUBACK, PINGREQ, PINGRESP) and not BEAT.search(body):
                out.append((kind, length, re.sub(rb"[0-9a-f]{32}|(?<=alcove)[0-9a-f]{16}", lambda m: b"*" * len(m[0]), body)))
        return out


def life(site, canary, module):
    """A kiosk from start to end with a broker that knows nothing yet, and one visit that reads one module and asks."""
    site.broker.start()
    ear = Ear(site.broker.port)
    desk = site.desk()
    kiosk = Kiosk(site, [canary.library, canary.house])
    with open(kiosk.config, encoding="utf-8") as f:
        config = f.read()
    with open(kiosk.config, "w", encoding="utf-8") as f:
        f.write(config.replace(f"broker_port = {site.port}", f"broker_port = {ear.port}"))
    site.add(kiosk).start()
    desk.wait("the kiosk is there", HEAD + "state", b"online")
    time.sleep(0.5)
    before = {name: len(ear.packets(name)) for name in ear.heard}
    kiosk.begin()
    kiosk.tap("safe", f"module:proof-{module}", "next", "next", "home", "numbers")
    during = {name: len(ear.packets(name)) for name in ear.heard}
    kiosk.tap("talk", "how:come", "when:now", "speak:en")
    kiosk.click("send")
    request = desk.first()
    time.sleep(0.5)
    desk.say(request, "seen")
    time.sleep(0.5)
    desk.say(request, "closed")
    until("the request is not over", lambda: not [t for t in site.retained() if "/request/" in t], 10, 0.2)
    kiosk.hide()
    time.sleep(0.5)
    kiosk.stop()
    time.sleep(0.3)
    return {name: ear.packets(name) for name in ear.heard}, {n: during[n] - before[n] for n in before}


def main():
    bad = 0

    def result(fine, name, why=""):
        nonlocal bad
        print(f"ok - outside: {name}" if fine else f"not ok - outside: {name}: {why}", flush=True)
        bad = bad or not fine
    try:
        with Site() as site, Site() as another:
            canary = Canary(site.folder)
            one, sent = life(site, canary, 1)
            other, _ = life(another, canary, 3)
        result(sum(sent.values()) == 0, "somebody who reads sends nothing", f"{sent}")
        for name in one:
            count = len(one[name])
            same = one[name] == other[name]
            differ = next((i for i, (a, b) in enumerate(zip(one[name], other[name])) if a != b), "the number of packets")
            result(same and count > 3, f"{name}, two visits that read different things are the same {count} packets, byte for "
                   "byte but for the random ids", f"packet {differ}: {one[name][differ:differ + 2] if isinstance(differ, int) else count} and "
                   f"{other[name][differ:differ + 2] if isinstance(differ, int) else len(other[name])}")
        words = [w for words in canary.pages.values() for w in words]
        leaked = [w for w in words for k in (one, other) for p in k.values() for _, _, b in p if w.encode() in b]
        result(not leaked, "no word of a page is ever sent", f"{leaked[:3]}")
    except (Wrong, OSError) as wrong:
        result(False, "two lives are compared", wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
