"""What crosses the line, byte by byte: nothing but what the contract names. What Home Assistant is told."""
import json
import random
import re
import socket
import struct
import threading
import time

from mqtt import split
from parts import HEAD, PLACE, Site, Wrong, free_port, nothing_left, until

OBJECT = "alcove_Quiet_20room"


class Proxy:
    """Between kiosk and broker: keeps all that the kiosk says, connection by connection, and all that it is told."""

    def __init__(self, broker_port):
        self.port, self.broker_port = free_port(), broker_port
        self.said, self.told, self.pairs = [], bytearray(), []
        self.one_sided = False  # an end that is lost is not passed on: the other one does not notice
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                kiosk, _ = self.listener.accept()
                broker = socket.create_connection(("127.0.0.1", self.broker_port), 5)
                broker.settimeout(None)
            except OSError:
                return
            said = bytearray()
            self.said.append(said)
            self.pairs.append((kiosk, broker))
            threading.Thread(target=self.carry, args=(kiosk, broker, said), daemon=True).start()
            threading.Thread(target=self.carry, args=(broker, kiosk, self.told), daemon=True).start()

    def carry(self, start, to, kept):
        try:
            while data := start.recv(65536):
                kept += data
                to.sendall(data)
        except OSError:
            pass
        for s in () if self.one_sided else (start, to):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def end(self):
        self.listener.close()


class Strict:
    """Reads what a kiosk said, and refuses whatever is not in the contract. `five`: as MQTT 5."""

    def __init__(self, five):
        self.five = five
        self.requests = {}

    def refuse(self, what, data):
        raise Wrong(f"not in the contract: {what}: {data!r}")

    def text(self, data):
        size = struct.unpack(">H", data[:2])[0]
        return data[2:2 + size].decode(), data[2 + size:]

    def properties(self, data):
        if not self.five:
            return b"", data
        size = data[0]
        if size > 127:
            self.refuse("many properties", data)
        return data[1:1 + size], data[1 + size:]

    def connect(self, flags, body):
        name, rest = self.text(body)
        level, connect_flags, _ = rest[0], rest[1], struct.unpack(">H", rest[2:4])
        properties, rest = self.properties(rest[4:])
        client, rest = self.text(rest)
        will_properties, rest = self.properties(rest)
        topic, rest = self.text(rest)
        will, rest = self.text(rest)
        # Clean, no user, a will with QoS 1 that is retained; no name of the client's own but a random one.
        if (name, level, connect_flags, topic, will, rest) != ("MQTT", 5 if self.five else 4, 2 | 4 | 8 | 32, HEAD + "state",
                                                               "offline", b""):
            self.refuse("CONNECT", body)
        if will_properties or (properties and properties[0] != 0x21) or not re.fullmatch("alcove[0-9a-f]{16}", client):
            self.refuse("CONNECT", body)

    def subscribe(self, flags, body):
        _, rest = self.properties(body[2:])
        topic, rest = self.text(rest)
        if topic != HEAD + "request/#" or rest != b"\1":
            self.refuse("SUBSCRIBE", body)

    def publish(self, flags, body):
        topic, rest = self.text(body)
        properties, payload = self.properties(rest[2:])
        retained = bool(flags & 1)
        if (flags >> 1) & 3 != 1 or not topic.startswith(HEAD):
            self.refuse("PUBLISH", body)
        request = re.fullmatch(r"request/([0-9a-f]{32})(/seen|/closed|/cancelled)?", topic[len(HEAD):])
        lasting = request and payload and request[2] in (None, "/seen")
        # MQTT 5: a message that lasts is forgotten by the broker itself within the hour.
        if self.five and lasting:
            if len(properties) != 5 or properties[0] != 2 or not 0 < struct.unpack(">I", properties[1:])[0] <= 3600:
                self.refuse("no hour", body)
        elif properties:
            self.refuse("properties", body)
        if request:
            self.of_request(request[1], request[2], payload, retained)
        else:
            self.of_kiosk(topic[len(HEAD):], payload.decode(), retained)

    def of_kiosk(self, tail, payload, retained):
        known = {"state": ("online|offline", True), "open": ("[0-3]", True), "heartbeat": (r'\{"every":30\}', False)}
        if tail not in known or not re.fullmatch(known[tail][0], payload) or retained != known[tail][1]:
            self.refuse(tail, payload)

    def of_request(self, ident, tail, payload, retained):
        if tail == "/cancelled":
            fine = payload in (b"cancelled", b"expired") and not retained
        elif tail in ("/seen", "/closed"):
            fine = retained and payload in (b"", b"seen")[:2 if tail == "/seen" else 1]
        else:
            fine = retained and (not payload or self.request(ident, payload))
        if not fine:
            self.refuse(f"request{tail or ''}", payload)

    def request(self, ident, payload):
        content = json.loads(payload)
        fields = {"id", "place", "how", "when", "language"} | ({"phrase"} if content["how"] == "other" else set())
        spare = {"phrase_staff"} if "phrase" in fields else set()
        self.requests[ident] = content
        return (len(payload) <= 3072 and content.keys() - {"again"} - spare == fields and content["id"] == ident and
                content["place"] == PLACE and content["how"] in ("come", "desk", "other") and
                content["when"] in ("now", "soon", "later") and
                re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", content["language"]) and
                (content.get("again") is None or content["again"] >= 1))

    def read(self, data):
        packets, left = split(bytes(data))
        kinds = {1: self.connect, 8: self.subscribe, 3: self.publish}
        for first, body in packets:
            kind, flags = first >> 4, first & 15
            if kind in kinds:
                kinds[kind](flags, body)
            elif kind not in (4, 12, 14):  # PUBACK, PINGREQ, DISCONNECT: they carry nothing
                self.refuse("a packet", bytes([first]) + body)
            elif len(body) > 4:
                self.refuse("a packet that carries something", body)
        return left


# What a person reads and does in these visits, none of which may ever cross: words of pages, ids of screens and choices.
READ = ["begin", "lang:", "safe", "module:", "numbers", "number:", "talk", "how:", "when:", "speak:", "1-800", "page", "hide",
        "idle", "learn"]


def simulated_day(visits, mqtt):
    with Site() as site:
        site.broker.start()
        proxy = site.add(Proxy(site.port))
        desk = site.desk()
        kiosk = site.kiosk(broker_port=proxy.port, mqtt=mqtt)
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        dice, asked = random.Random(4), 0
        phrases = []
        for _ in range(visits):
            language = dice.choice(["en", "es", "ar"])
            kiosk.taps("begin", "lang:" + language)
            if dice.random() < 0.5:
                kiosk.taps("safe")
                modules = [c["id"] for c in json.loads(kiosk.say("choices")) if c["id"].startswith("module:")]
                kiosk.taps(dice.choice(modules), "home")
            kiosk.taps("talk")
            how = dice.choice(["how:come", "how:desk", "how:other"])
            kiosk.taps(how)
            if how == "how:other":
                phrases = [c["id"] for c in json.loads(kiosk.say("choices")) if c["id"].startswith("phrase:")]
                kiosk.taps(dice.choice(phrases))
            kiosk.taps(dice.choice(["when:now", "when:soon", "when:later"]), "speak:" + dice.choice(["en", "es", "ar"]), "send")
            asked += 1
            ident = desk.first(number=asked)
            what = dice.choice(["cancel", "done", "walk", "seen"])
            if what == "cancel":
                kiosk.taps("cancel")
            elif what == "walk":
                kiosk.taps("hide")
            if what == "seen":
                desk.say(ident, "seen")
            if what != "cancel":
                desk.say(ident, "closed")
            until("the request stays", lambda: ident in desk.over)  # noqa: B023
            if what != "walk":
                kiosk.taps("hide")
            if dice.random() < 0.1:
                site.broker.restart()
                desk.wait("the kiosk is back", HEAD + "state", b"online", 15)
        nothing_left(site, desk)
        if set(site.retained()) != {HEAD + "state", HEAD + "open"}:
            raise Wrong(f"the broker holds {site.retained()}")
        strict = Strict(mqtt == "5")
        for said in proxy.said:
            strict.read(said)
        if len(strict.requests) != asked:
            raise Wrong(f"{len(strict.requests)} of {asked} requests were read")
        everything = b"".join(bytes(s) for s in proxy.said) + bytes(proxy.told)
        for words in READ + phrases:
            if words.encode() in everything:
                raise Wrong(f"\"{words}\" crossed the line")
        # No time of day, in any usual form. (Random are the ids, and the names that the broker gives to connections.)
        known = re.sub(rb"[0-9a-f]{32}|auto-[0-9A-Fa-f-]{36}", b"", everything)
        time_of_day = re.search(rb"(?<!\d)1[6-9]\d{8}(\d{3})?(?!\d)|20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d", known)
        if time_of_day:
            raise Wrong(f"a time crossed the line: {known[time_of_day.start() - 40:time_of_day.end() + 40]!r}")
        if any(len(a) != 1 for a in desk.alerts.values()):
            raise Wrong(f"alerts: {desk.alerts}")


def a_simulated_hour():
    simulated_day(12, "5")


def a_simulated_day():
    simulated_day(150, "5")


def a_simulated_day_with_the_older_version():
    simulated_day(40, "3.1.1")


def an_old_connection_that_dies_late_does_not_call_the_kiosk_gone():
    """The network is cut and comes back; the broker finds out about the first connection when the second is long there."""
    with Site() as site:
        site.broker.start()
        proxy = site.add(Proxy(site.port))
        desk = site.desk()
        site.kiosk(broker_port=proxy.port)
        desk.wait("the kiosk is there", HEAD + "open", b"0")
        proxy.one_sided = True
        proxy.pairs[0][0].shutdown(socket.SHUT_RDWR)
        until("the kiosk does not connect again", lambda: len(proxy.pairs) == 2)
        until("the kiosk is not back", lambda: [t for t, _, _ in desk.all].count(HEAD + "heartbeat") == 2)
        try:
            proxy.pairs[0][1].shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the broker has let it go already
        time.sleep(0.5)
        states = [p.decode() for t, p, _ in desk.all if t == HEAD + "state"]
        if states[-1] != "online":
            raise Wrong(f"the desk was told {states}")


# --- Home Assistant ---------------------------------------------------------------------------------------------------

# https://www.home-assistant.io/integrations/binary_sensor.mqtt and .../integrations/mqtt#mqtt-discovery: the keys there
# are, and what they hold.
DOCUMENTED = {"name": str, "unique_id": str, "state_topic": str, "value_template": str, "payload_on": str,
              "payload_off": str, "availability_topic": str, "payload_available": str, "payload_not_available": str,
              "icon": str, "qos": int, "device": dict, "origin": dict}
DEVICE = {"identifiers": list, "name": str, "manufacturer": str, "model": str}


def rendered(template, value):
    """The one form of a template that we use: {{ 'A' if value == 'X' else 'B' }}."""
    found = re.fullmatch(r"\{\{ '(\w+)' if value == '(\w+)' else '(\w+)' \}\}", template)
    if not found:
        raise Wrong(f"this is no template that we know: {template}")
    return found[1] if value == found[2] else found[3]


def home_assistant_finds_the_kiosk():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        kiosk = site.kiosk(home_assistant="yes")
        topic = f"homeassistant/binary_sensor/{OBJECT}/config"
        until("nothing is discovered", lambda: topic in desk.held)
        # It is retained: a Home Assistant that starts later finds it too.
        config = json.loads(site.retained()[topic])
        if not re.fullmatch(r"homeassistant/binary_sensor/[A-Za-z0-9_-]+/config", topic):
            raise Wrong(f"no topic for discovery: {topic}")
        for key, value in config.items():
            if key not in DOCUMENTED or not isinstance(value, DOCUMENTED[key]):
                raise Wrong(f"not documented: {key}: {value}")
        for key, value in config["device"].items():
            if key not in DEVICE or not isinstance(value, DEVICE[key]):
                raise Wrong(f"not documented: device: {key}: {value}")
        if not config["device"]["identifiers"] or not config["unique_id"] or not config["origin"]["name"]:
            raise Wrong("a device needs an identifier, a sensor its unique_id, and an origin its name")

        def state():
            if desk.held.get(config["availability_topic"]) != config["payload_available"].encode():
                return "unavailable"
            shown = rendered(config["value_template"], desk.held[config["state_topic"]].decode())
            return {config["payload_on"]: "on", config["payload_off"]: "off"}[shown]
        until("it is not off", lambda: state() == "off")
        kiosk.ask()
        until("it does not go on", lambda: state() == "on")
        desk.say(desk.first(), "closed")
        until("it does not go off", lambda: state() == "off")
        kiosk.kill()
        until("it does not become unavailable", lambda: state() == "unavailable")


def home_assistant_is_told_nothing_unasked():
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        site.kiosk()
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        time.sleep(0.5)
        if any(not t.startswith(HEAD) for t, _, _ in desk.all):
            raise Wrong(f"heard {desk.all}")


def quick():
    return [a_simulated_hour, an_old_connection_that_dies_late_does_not_call_the_kiosk_gone, home_assistant_finds_the_kiosk,
            home_assistant_is_told_nothing_unasked]


def slow():
    return [a_simulated_day, a_simulated_day_with_the_older_version]
