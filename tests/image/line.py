"""The line to staff, in machines that have a network cable: without a line no packet leaves; with one, a request that is
made by touch reaches a desk and the desk's answer the glass; a kiosk that is its own broker serves the desk's page."""
import os
import re
import socket
import ssl
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "line"))

import far
import mqtt
import parts
from disk import FIRST, digests, from_card, onto_card
from kiosk import BOOT_SECONDS, QUIET, Kiosk, folder_of
from machine import REPO, Wrong, inside, tool, until
from starts import says

MAC = "52:54:00:a1:c0:fe"
GUEST, HOST = "10.0.2.15", "10.0.2.2"  # as QEMU's own network has it
# What the machine's clock shows when it is switched on: long before any certificate of ours was made.
LONG_AGO = "2020-01-01T00:00:00"
HEAD = "alcove/v1/Quiet%20room/"


class Wired(Kiosk):
    """A card that its site has prepared (`changes` of alcove.ini, `files` in the folder site), in a machine with a cable;
    all that goes over it is written down. `ports` of this side lead to those of the machine. The cable ends in a device that
    the firmware has no driver for: it would send packets of its own."""

    def __init__(self, arch, name, changes, files=(), ports=()):
        self.line = "broker_host" in changes
        self.packets = os.path.join(folder_of(arch, name), "packets")
        forward = "".join(f",hostfwd=tcp:127.0.0.1:{here}-{GUEST}:{there}" for here, there in ports)
        super().__init__(arch, name, more=(
            "-netdev", f"user,id=cable,ipv6=off{forward}", "-device", f"e1000,netdev=cable,mac={MAC},romfile=",
            "-object", f"filter-dump,id=packets,netdev=cable,file={inside(self.packets)}", "-rtc", f"base={LONG_AGO}"))
        self.change(changes)
        for path in files:
            onto_card(self.disk, path, "site/" + os.path.basename(path))
        self.before = digests(self.disk)
        self.site = self.desk = None

    def change(self, changes):
        ini = os.path.join(self.folder, "alcove.ini")
        from_card(self.disk, self.folder, ["alcove.ini"])
        with open(ini, encoding="utf-8") as f:
            text = f.read()
        for name, value in changes.items():
            text, found = re.subn(rf"(?m)^{name} =.*$", f"{name} = {value}", text)
            if not found:  # it belongs beside the broker's name
                text = re.sub(r"(?m)^(broker_host =.*)$", rf"\1\n{name} = {value}", text)
        with open(ini, "w", encoding="utf-8") as f:
            f.write(text)
        onto_card(self.disk, ini, "alcove.ini")

    def from_site(self, name):
        to = os.path.join(self.folder, name)
        tool("mcopy", "-n", "-o", "-i", inside(self.disk) + FIRST, "::/site/desk/" + name, inside(to))
        return to

    def sent(self):
        """How many packets the machine has sent: those of a pcap file that come from its address."""
        with open(self.packets, "rb") as f:
            data = f.read()
        at, count = 24, 0
        while at + 16 <= len(data):
            count += data[at + 22:at + 28] == bytes.fromhex(MAC.replace(":", ""))
            at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
        return count

    def ends(self):
        super().ends()
        if self.desk:
            self.desk.end()
        if self.site:
            self.site.__exit__(None, None, None)


# --- no line -------------------------------------------------------------------------------------------------------------

def begin_alone(arch, name):
    return Wired(arch, name, {})


def silent(k):
    """with no line to staff no packet has left the machine, whatever people did; its clock is years behind"""
    k.machine.rests(5)
    if not os.path.exists(k.packets) or k.sent():
        raise Wrong(f"{k.sent()} packets were sent")


# --- a broker on another machine -----------------------------------------------------------------------------------------

def begin_far(arch, name):
    if not os.path.exists(os.path.join(REPO, parts.BIN, "alcove")):
        raise Wrong(f"the other machine's certificates are made by {parts.BIN}/alcove, which is not built")
    site = far.MadeSite(HOST)
    site.broker.start()
    made = os.path.join(site.made, "kiosks/Quiet%20room")
    copies = []
    for file in ("ca.crt", "password"):  # QEMU's room sees this folder alone
        copies.append(os.path.join(REPO, "build/image", file))
        with open(os.path.join(made, file), "rb") as f, open(copies[-1], "wb") as to:
            to.write(f.read())
    k = Wired(arch, name, {
        "broker_host": HOST, "broker_port": site.port, "broker_user": "kiosk-Quiet%20room",
        "broker_password_file": "/etc/alcove/password", "broker_ca": "/etc/alcove/ca.crt"}, copies)
    for path in copies:
        os.unlink(path)
    k.site = site
    k.desk = parts.Desk(site.port, **site.as_desk())
    return k


def asks(k):
    """a request made by touch reaches the desk; seen by staff comes to the glass; the clock had stood still for years"""
    k.desk.wait("the kiosk is online", HEAD + "state", b"online", 60)
    k.begins()
    for choice in ("talk", "how:come", "when:now", "speak:en"):
        k.tap(choice)
    at = k.twin.where("send")
    k.machine.rests(QUIET)
    k.machine.touch(*at)
    k.twin.say("tap send")
    k.twin.say("bell sent")
    k.shows(k.twin.frame(), "that the request is at the desk")
    ident = k.desk.first(30)
    k.desk.say(ident, "seen")
    k.twin.say("bell seen")
    k.shows(k.twin.frame(), "that staff have seen it")
    k.hides()
    k.desk.say(ident, "closed")
    until("the request stays at the broker", lambda: k.desk.topic(ident) not in k.desk.held, 30)
    if not k.sent():
        raise Wrong("no packet was counted: this count finds nothing")
    return f"{k.sent()} packets"


# --- a kiosk that is its own broker --------------------------------------------------------------------------------------

NO_CABLE = ("There is a broker in alcove.ini, but no network cable. Is it plugged in at both ends? "
            "The screen starts in a moment all the same.")


def unplugged(k):
    """without its network cable it says so in a sentence, long enough to be read, and then shows the board"""
    k.machine.pull_plug()
    k.machine.start()
    k.machine.say("set_link", name="cable", up=False)
    said = []

    def comes():
        shot = k.machine.shot()
        if says(shot, NO_CABLE):
            said.append(time.monotonic())
        return shot.same(k.board)

    until("the board does not come", comes, BOOT_SECONDS, 0.3)
    if not said or said[-1] - said[0] < 5:
        raise Wrong("it was not said, or not for long enough")


class WebSocket:
    """As much of RFC 6455 as MQTT needs, on a stream that is open."""

    def __init__(self, sock, host):
        self.sock, self.data = sock, b""
        sock.sendall(f"GET /mqtt HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Protocol: mqtt\r\n\r\n".encode())
        while b"\r\n\r\n" not in self.data:
            self.fill()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise OSError(f"no WebSocket: {head!r}")

    def fill(self):
        more = self.sock.recv(65536)
        if not more:
            raise OSError("closed")
        self.data += more

    def sendall(self, data):
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        self.sock.sendall(b"\x82" + size + b"\0\0\0\0" + data)  # masked with zeros

    def recv(self, _):
        while True:
            at, size = 2, (self.data[1] & 127) if len(self.data) > 1 else 0
            if size == 126:
                at, size = 4, int.from_bytes(self.data[2:4], "big")
            if len(self.data) >= max(2, at) and len(self.data) >= at + size:
                kind, body, self.data = self.data[0] & 15, self.data[at:at + size], self.data[at + size:]
                if kind == 8:
                    return b""
                if kind in (0, 1, 2):
                    return body
            else:
                self.fill()

    def shutdown(self, how):
        self.sock.shutdown(how)

    def close(self):
        self.sock.close()

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)


def over_tls(port, ca):
    raw = socket.create_connection(("127.0.0.1", port), 30)
    return ssl.create_default_context(cafile=ca).wrap_socket(raw, server_hostname=GUEST)


class PageClient(mqtt.Client):
    """A desk as the page is one: by WebSocket and TLS."""

    def connect(self):
        self.over = WebSocket(over_tls(self.port, self.ca), GUEST)
        body = mqtt.text("MQTT") + bytes([4, 0xC2, 0, 0]) + mqtt.text("") + mqtt.text(self.user) + mqtt.text(self.password)
        self.over.sendall(mqtt.packet(0x10, body))
        self.over.settimeout(None)
        return self.over


class PageDesk(parts.Desk):
    def __init__(self, port, **how):
        parts.Client, plain = PageClient, parts.Client
        try:
            super().__init__(port, **how)
        finally:
            parts.Client = plain


def begin_here(arch, name):
    ports = {there: parts.free_port() for there in (8884, 1883, 8083, 22)}
    k = Wired(arch, name, {"broker_host": "here", "address": GUEST + "/24"}, ports=[(h, t) for t, h in ports.items()])
    k.ports = ports
    return k


def page(port, ca):
    """Head and body of what is served; None while nobody serves."""
    try:
        with over_tls(port, ca) as s:
            s.sendall(f"GET / HTTP/1.1\r\nHost: {GUEST}\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while more := s.recv(65536):
                data += more
    except ssl.SSLCertVerificationError as e:
        raise Wrong(f"its certificate is not good: {e}") from e
    except ssl.SSLEOFError:
        pass  # it has closed the line without saying so
    except OSError:
        return None
    return data.split(b"\r\n\r\n", 1) if b"\r\n\r\n" in data else None


def answers(port, what):
    """Somebody in the machine answers on this port to what its owner would answer to. (That it is shut the machine tells
    at once, or when it has time for it.)"""
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.settimeout(20)
        try:
            s.sendall(what)
            return s.recv(1) != b""
        except (ConnectionResetError, BrokenPipeError, socket.timeout):
            return False


def serves(k):
    """the card tells the page's address and password; the page comes over TLS; nothing else answers"""
    with open(k.from_site("desk.txt"), encoding="ascii") as f:
        k.note = f.read()
    if f"https://{GUEST}:8884/" not in k.note:
        raise Wrong("desk.txt does not tell the page's address")
    ca, port = k.from_site("ca.crt"), k.ports[8884]
    head, body = until("the desk's page does not answer", lambda: page(port, ca), 60, 1)
    with open(os.path.join(REPO, "build/desk.html"), "rb") as f:
        if b" 200 " not in head.split(b"\r\n")[0] or body != f.read():
            raise Wrong(f"not the desk's page but {head!r} and {len(body)} bytes")
    for shut, what in ((1883, b"\x10\x0c\0\4MQTT\4\2\0\0\0\0"), (8083, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (22, b"SSH-2.0-a\r\n")):
        if answers(k.ports[shut], what):
            raise Wrong(f"port {shut} answers to other machines")
    k.desk = PageDesk(port, user="desk", password=re.search(r"Password: (\S+)", k.note)[1], ca=ca, listens="alcove/#")


def keeps(k):
    """another start makes nothing anew: address, password and certificate stay"""
    k.machine.pull_plug()
    k.starts()
    with open(k.from_site("desk.txt"), encoding="ascii") as f:
        if f.read() != k.note:
            raise Wrong("it has made other files")


CHECKS = {"silent": silent, "asks": asks, "unplugged": unplugged, "serves": serves, "keeps": keeps}
