"""As much of MQTT 3.1.1 as a desk needs, in plain sockets: connects again by itself, and keeps everything it hears."""
import socket
import ssl
import struct
import threading
import time


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def packet(first, body):
    left, size = len(body), bytearray()
    while True:
        left, low = left >> 7, left & 127
        size.append(low | (128 if left else 0))
        if not left:
            return bytes([first]) + bytes(size) + body


def split(data):
    """All whole packets at the start of `data` as (first byte, body), and what is left."""
    found = []
    while len(data) >= 2:
        size, shift, at = 0, 0, 1
        while at < len(data):
            size |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if not data[at - 1] & 128:
                break
        else:
            break
        if len(data) < at + size:
            break
        found.append((data[0], data[at:at + size]))
        data = data[at + size:]
    return found, data


class Client:
    """`heard(topic, payload, retained)` is called for each message, from a thread."""

    def __init__(self, port, heard, user=None, password=None, ca=None, listens="#", lost=lambda: None):
        self.port, self.heard, self.lost, self.listens = port, heard, lost, listens
        self.user, self.password, self.ca = user, password, ca
        self.lock, self.sock, self.mid, self.acked = threading.Lock(), None, 0, set()
        self.ready, self.ended, self.refused = threading.Event(), False, None
        self.since = 0.0  # when it became ready, by time.monotonic()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def connect(self):
        sock = socket.create_connection(("127.0.0.1", self.port), 5)
        if self.ca:
            sock = ssl.create_default_context(cafile=self.ca).wrap_socket(sock, server_hostname="127.0.0.1")
        sock.settimeout(None)
        flags = 2 | (0xC0 if self.user else 0)
        body = text("MQTT") + bytes([4, flags]) + struct.pack(">H", 0) + text("")
        if self.user:
            body += text(self.user) + text(self.password)
        sock.sendall(packet(0x10, body))
        return sock

    def take(self, first, body):
        kind = first >> 4
        if kind == 2:
            self.refused = body[1]
            if body[1] == 0:
                self.sock.sendall(packet(0x82, b"\0\1" + text(self.listens) + b"\1"))
        elif kind == 9:
            self.since = time.monotonic()
            self.ready.set()
        elif kind == 4:
            self.acked.add(struct.unpack(">H", body[:2])[0])
        elif kind == 3:
            size = struct.unpack(">H", body[:2])[0]
            topic, rest = body[2:2 + size].decode(), body[2 + size:]
            if first & 6:
                self.sock.sendall(packet(0x40, rest[:2]))
                rest = rest[2:]
            self.heard(topic, rest, bool(first & 1))

    def read(self):
        data = b""
        while True:
            more = self.sock.recv(65536)
            if not more:
                return
            found, data = split(data + more)
            for first, body in found:
                self.take(first, body)

    def run(self):
        while not self.ended:
            try:
                self.sock = self.connect()
                if not self.ended:
                    self.read()
            except OSError:
                pass
            self.ready.clear()
            if not self.ended:
                self.lost()
            time.sleep(0.05)

    def publish(self, topic, payload, retain=True, within=10):
        """True when the broker has confirmed it."""
        with self.lock:
            self.mid = self.mid % 60000 + 1
            mid = self.mid
        self.acked.discard(mid)
        end = time.monotonic() + within
        sent = None
        while time.monotonic() < end:
            if self.ready.is_set() and sent is not self.sock:
                sent = self.sock
                try:
                    sent.sendall(packet(0x32 | retain, text(topic) + struct.pack(">H", mid) + payload))
                except OSError:
                    sent = None
            if mid in self.acked:
                return True
            time.sleep(0.01)
        return False

    def end(self):
        """The socket is closed when its thread has left it: until then the number of a closed one may be another's, a pipe of
        a kiosk or another desk's socket, and the thread would take what is not its own."""
        self.ended = True
        if self.sock:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.thread.join(5)
        if self.sock:
            self.sock.close()
