"""A site with a broker of its own, made by `alcove desk-init`: TLS, users, access lists; and a network that is cut."""
import itertools
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request

from mqtt import Client
from near import exactly, named
from parts import BIN, HEAD, PLACE, Broker, Desk, Site, Wrong, free_port, nothing_left, until

OTHER = "alcove/v1/Hall%2F2/"


class MadeSite(Site):
    """What desk-init has made, with ports that are free and addresses that are ours."""

    def __init__(self, host="127.0.0.1", **how):
        super().__init__()
        self.made = os.path.join(self.folder, "site")
        self.says = desk_init(self.made, "--kiosk", PLACE, "--kiosk", "Hall/2", "--host", host, "--host", "127.0.0.1",
                              "--home-assistant", **how)
        self.plain, self.page = free_port(), free_port()
        conf = os.path.join(self.made, "broker", "mosquitto.conf")
        with open(conf, encoding="utf-8") as f:
            text = f.read()
        self.shipped = text
        text = text.replace("listener 8883", f"listener {self.port}").replace("listener 1883", f"listener {self.plain}")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text.replace("listener 8083", f"listener {self.page}"))
        self.broker = Broker(self.folder, conf, self.port)
        self.ca = os.path.join(self.made, "ca.crt")

    def password(self, name):
        with open(os.path.join(self.made, name), encoding="utf-8") as f:
            return f.read().strip()

    def as_desk(self):
        return {"user": "desk", "password": self.password("desk.password"), "ca": self.ca, "listens": "alcove/#"}

    def as_kiosk(self, encoded="Quiet%20room"):
        return {"user": "kiosk-" + encoded, "password": self.password(f"kiosks/{encoded}/password"), "ca": self.ca,
                "listens": "#"}

    def retained(self, **_):
        return super().retained(**self.as_desk())

    def settings(self, host="127.0.0.1", encoded="Quiet%20room"):
        """The lines that desk-init gives for the kiosk, with its paths here."""
        folder = os.path.join(self.made, "kiosks", encoded)
        with open(os.path.join(folder, "staff.ini"), encoding="utf-8") as f:
            lines = dict(line.strip().split(" = ", 1) for line in f if " = " in line)
        lines["place"] = lines.pop("name")
        lines = {k: v.replace("/etc/alcove", folder) for k, v in lines.items()}
        return {**lines, "broker_port": self.port, "broker_host": host}


def desk_init(folder, *arguments, status=0):
    done = subprocess.run([f"{BIN}/alcove", "desk-init", folder, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != status:
        raise Wrong(f"desk-init ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stderr


def a_site_is_made_and_works():
    with MadeSite() as site:
        site.broker.start()
        desk = site.desk(**site.as_desk())
        kiosk = site.kiosk(**site.settings())
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        kiosk.ask("how:other", "phrase:laundry" if "phrase:laundry" in phrases(site) else phrases(site)[0], "when:later")
        kiosk.shows("Your request is at the desk")
        ident = desk.first()
        desk.say(ident, "seen")
        kiosk.shows("Staff have seen it")
        site.broker.restart()
        until("the kiosk does not come back", lambda: desk.topic(ident) in desk.held, 15)
        exactly(desk, ident, [0])
        desk.say(ident, "closed")
        nothing_left(site, desk)
        # A connection that was torn off is a line of OpenSSL's, and says no more.
        log = [line for line in open(site.broker.log, encoding="utf-8") if not re.match(r"\d+: OpenSSL Error\[0\]: ", line)]
        if log:
            raise Wrong(f"the broker wrote: {log}")
        written = set(os.listdir(os.path.join(site.made, "broker")))
        if written - {"access", "mosquitto.conf", "page", "passwords", "server.crt", "server.key", "stunnel.conf",
                      "alcove-broker.service", "alcove-desk.service"}:
            raise Wrong(f"the broker left files: {written}")


def phrases(site):
    """The ids of the house's phrases, as the screen offers them."""
    kiosk = site.kiosk(broker_host="127.0.0.1", broker_port=1, state_folder="")
    kiosk.taps("begin", "lang:en", "talk", "how:other")
    found = [c["id"] for c in json.loads(kiosk.say("choices")) if c["id"].startswith("phrase:")]
    kiosk.kill()
    return found


def a_kiosk_may_only_speak_for_itself():
    with MadeSite() as site:
        site.broker.start()
        desk = site.desk(**site.as_desk())
        heard = []
        kiosk = site.add(Client(site.port, lambda t, p, r: heard.append(t), **site.as_kiosk()))
        until("the kiosk's user does not get in", kiosk.ready.is_set)
        allowed = [HEAD + "state", HEAD + "open", HEAD + "heartbeat", HEAD + "request/" + "0" * 32,
                   "homeassistant/binary_sensor/alcove_Quiet_20room/config"]
        forbidden = [OTHER + "state", OTHER + "request/" + "0" * 32, "alcove/v1/x/state", "alcove/v2/Quiet%20room/state",
                     "homeassistant/binary_sensor/alcove_Hall_2f2/config", "$SYS/x", "x"]
        for topic in allowed + forbidden:
            kiosk.publish(topic, b"test")
        for topic in allowed[:4]:
            desk.wait("what is allowed comes through", topic, b"test")
        time.sleep(0.3)
        wrong = [t for t, _, _ in desk.all if t in forbidden]
        # It listens to everything, and hears what is asked at its own place and nothing else.
        wrong += [t for t in heard if not t.startswith(HEAD + "request/")]
        if wrong or not heard:
            raise Wrong(f"came through: {wrong}; heard: {heard}")
        # The desk: seen and closed and nothing that a kiosk says.
        desk.client.publish(HEAD + "state", b"forged")
        desk.client.publish(HEAD + "request/" + "1" * 32 + "/seen", b"seen")
        desk.wait("what is allowed comes through", HEAD + "request/" + "1" * 32 + "/seen", b"seen")
        if desk.held[HEAD + "state"] != b"test":
            raise Wrong("the desk can speak for a kiosk")


def nobody_gets_in_without_a_password():
    with MadeSite() as site:
        site.broker.start()
        for how in ({}, {"user": "desk", "password": "wrong"}, {"user": "nobody", "password": "x"}):
            for port, ca in ((site.port, site.ca), (site.plain, None)):
                client = site.add(Client(port, lambda *_: None, ca=ca, **how))
                until(lambda: f"{how} was not refused", lambda: client.refused, 5)  # noqa: B023
                if client.ready.is_set():
                    raise Wrong(f"{how} got in")
                client.end()
        # Plain words on the protected port are not understood.
        with socket.create_connection(("127.0.0.1", site.port), 5) as s:
            s.settimeout(5)
            s.sendall(b"\x10\x0c\0\4MQTT\4\2\0\0\0\0")
            try:
                if b"\x20\2\0" in s.recv(100):
                    raise Wrong("plain MQTT on the port for TLS")
            except OSError:
                pass


def a_false_broker_is_not_believed():
    """Another authority's certificate, or a name that is not in it: the kiosk says nothing, and says so."""
    with MadeSite() as site, MadeSite() as false:
        false.broker.start()
        for settings in ({**site.settings(), "broker_port": false.port}, {**false.settings("127.0.0.2"),
                                                                          "broker_port": false.port}):
            kiosk = false.kiosk(**settings)
            kiosk.ask()
            kiosk.shows("Staff cannot be reached from here", 7)
            kiosk.kill()
        if any(t for t in false.retained() if t.startswith("alcove/")):
            raise Wrong("the false broker heard something")


def a_wrong_password_is_unreachable():
    with MadeSite() as site:
        site.broker.start()
        wrong = os.path.join(site.folder, "wrong")
        with open(wrong, "w", encoding="utf-8") as f:
            f.write("wrong\n")
        os.chmod(wrong, 0o600)
        kiosk = site.kiosk(**{**site.settings(), "broker_password_file": wrong})
        kiosk.ask()
        kiosk.shows("Staff cannot be reached from here", 7)


def tree(folder):
    """Every file and folder: who may read it, and what is in it."""
    found = {}
    for path, _, files in os.walk(folder):
        for name in [path] + [os.path.join(path, f) for f in files]:
            stat = os.lstat(name)
            content = open(name, "rb").read() if os.path.isfile(name) else b""
            found[os.path.relpath(name, folder)] = (stat.st_mode, stat.st_uid, stat.st_gid, content)
    return found


ADDED, ADDED_TOPIC = "Café + hall", "Caf%C3%A9%20%2B%20hall"


def a_kiosk_is_added_to_a_site():
    """While the broker runs and somebody waits."""
    with MadeSite() as site:
        site.broker.start()
        desk = site.desk(**site.as_desk())
        kiosk = site.kiosk(**site.settings())
        kiosk.ask()
        kiosk.shows("Your request is at the desk")
        ident = desk.first()
        before = tree(site.made)
        says = desk_init(site.made, "--add", ADDED, "--add", "Hall 3")
        if "--signal=HUP" not in says:
            raise Wrong(f"it does not say how the broker learns of it: {says}")
        now = tree(site.made)
        for name, (mode, uid, gid, content) in before.items():
            grown = name in ("broker/passwords", "broker/access")
            if now[name][:3] != (mode, uid, gid) or not (now[name][3].startswith(content) if grown else now[name][3] == content):
                raise Wrong(f"{name} was changed")
        new = {f"kiosks/{t}{f}" for t in (ADDED_TOPIC, "Hall%203") for f in ("", "/password", "/ca.crt", "/staff.ini")}
        if set(now) - set(before) != new or any(now[n][0] & 0o077 for n in new):
            raise Wrong(f"new: {set(now) - set(before)}")
        site.broker.process.send_signal(signal.SIGHUP)
        other = site.kiosk(**{**site.settings(encoded=ADDED_TOPIC), "state_folder": ""})
        desk.wait("the new kiosk is there", f"alcove/v1/{ADDED_TOPIC}/state", b"online")
        other.ask()
        other.shows("Your request is at the desk")
        if desk.requests[desk.first(number=2)]["place"] != ADDED:
            raise Wrong(f"asked: {desk.requests}")
        stranger = site.add(Client(site.port, lambda *_: None, **site.as_kiosk("Hall%203")))
        until("the third kiosk does not get in", stranger.ready.is_set)
        stranger.publish(HEAD + "state", b"forged")
        stranger.publish("alcove/v1/Hall%203/state", b"test")
        desk.wait("what is allowed comes through", "alcove/v1/Hall%203/state", b"test")
        if desk.held[HEAD + "state"] != b"online":
            raise Wrong("a new kiosk can speak for another")
        # Whoever waited when it was added still does. (Debian's Mosquitto asks everybody to connect again.)
        desk.wait("the first kiosk is there", HEAD + "state", b"online")
        if desk.topic(ident) not in desk.held:
            raise Wrong("the request is gone")
        desk.say(ident, "seen")
        kiosk.shows("Staff have seen it")
        if desk.alerts[ident] != [0]:
            raise Wrong(f"alerts: {desk.alerts}")


def what_cannot_be_added_changes_nothing():
    with MadeSite() as site:
        def refused(words, *arguments, status=1, folder=site.made):
            before = tree(site.folder)
            says = desk_init(folder, *arguments, status=status)
            if words not in says or len(says.splitlines()) != 1:
                raise Wrong(f"{arguments}: {says}")
            if tree(site.folder) != before:
                raise Wrong(f"{arguments} changed something")
        refused("already a kiosk \"Quiet room\"", "--add", "Hall 3", "--add", PLACE)
        refused("two kiosks", "--add", "a", "--add", "a", status=2)
        refused("no name for a kiosk", "--add", "", status=2)
        refused("goes with nothing but the folder", "--add", "a", "--kiosk", "b", status=2)
        refused("goes with nothing but the folder", "--add", "a", "--host", "b", status=2)
        refused("goes with nothing but the folder", "--add", "a", "--home-assistant", status=2)
        refused("is no site that desk-init has made", "--add", "a", folder=site.folder)
        refused("could not be found", "--add", "a", folder=site.folder + "/nothing")
        os.mkdir(site.made + "/adding")
        refused("another desk-init is adding", "--add", "a")
        os.rmdir(site.made + "/adding")
        os.mkdir(site.made + "/kiosks/Hall%203")
        refused("the broker does not know that kiosk", "--add", "Hall 3")
        os.rmdir(site.made + "/kiosks/Hall%203")
        # In the middle of it: what was made by then is taken away again.
        access = site.made + "/broker/access"
        os.rename(access, access + ".away")
        os.mkdir(access)
        refused("could not be read", "--add", "a")
        os.rmdir(access)
        os.rename(access + ".away", access)
        for name in ("Quiet%20room", "Hall%2F2"):
            os.unlink(f"{site.made}/kiosks/{name}/staff.ini")
        refused("No kiosk is left", "--add", "a")


# --- a shared key ----------------------------------------------------------------------------------------------------

KEY, OTHER_KEY = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"


class KeySite(Site):
    """A Mosquitto that lets in who has the shared key of a name that it knows; and, for our desk, a port of its own."""

    def __init__(self):
        super().__init__()
        self.key_port = free_port()
        keys = self.secret("keys", f"quiet-room:{KEY}")
        access = self.secret("access", f"user quiet-room\ntopic write {HEAD}#\ntopic read {HEAD}request/#")
        if os.geteuid() == 0:
            for path in (keys, access):
                shutil.chown(path, "mosquitto")
        with open(self.broker.config, "w", encoding="utf-8") as f:
            f.write(f"per_listener_settings true\npersistence false\nlog_type none\n"
                    f"listener {self.key_port} 127.0.0.1\nallow_anonymous false\npsk_hint alcove\npsk_file {keys}\n"
                    f"use_identity_as_username true\nacl_file {access}\n"
                    f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")

    def secret(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        os.chmod(path, 0o600)
        return path

    def by_key(self, identity="quiet-room", key=KEY, **settings):
        return {"broker_port": self.key_port, "broker_psk_identity": identity, "broker_psk_file": self.secret("key-" + key[:3], key),
                **settings}


def a_shared_key_carries_a_request(mqtt):
    def test():
        with KeySite() as site:
            site.broker.start()
            desk = site.desk()
            kiosk = site.kiosk(**site.by_key(mqtt=mqtt))
            desk.wait("the kiosk is there", HEAD + "state", b"online")
            kiosk.ask()
            kiosk.shows("Your request is at the desk")
            ident = desk.first()
            desk.say(ident, "seen")
            kiosk.shows("Staff have seen it")
            site.broker.restart()
            until("the kiosk does not come back", lambda: desk.topic(ident) in desk.held, 15)
            exactly(desk, ident, [0])
            desk.say(ident, "closed")
            nothing_left(site, desk)
    return named(f"a_shared_key_carries_a_request_by_mqtt_{mqtt.replace('.', '_')}", test)


def a_wrong_shared_key_is_unreachable():
    """And a name that the broker does not know, and a kiosk that comes without any key."""
    with KeySite() as site:
        site.broker.start()
        desk = site.desk()
        kiosks = [site.kiosk(state_folder="", **settings) for settings in (
            site.by_key(key=OTHER_KEY), site.by_key(identity="hall"), {"broker_port": site.key_port})]
        for kiosk in kiosks:
            kiosk.ask()
        for kiosk in kiosks:
            kiosk.shows("Staff cannot be reached from here", 7)
            kiosk.say("expect text go to the desk")
        if desk.all:
            raise Wrong(f"the broker let in: {desk.all}")


def what_cannot_be_protected_does_not_start():
    """The kiosk itself, before it opens a window: one sentence each."""
    with KeySite() as site:
        for words, settings in (
                ("would cross the network unprotected", {"broker_host": "192.0.2.1"}),
                ("broker_user and broker_password_file are needed", {**site.by_key(), "broker_host": "192.0.2.1"}),
                ("belong together", {"broker_psk_file": site.secret("key", KEY)}),
                ("two ways to protect one line", {**site.by_key(), "broker_ca": site.secret("ca", "x")}),
                ("cannot be protected", site.by_key(key="not hexadecimal")),
                ("can be read or changed by others", {**site.by_key(), "broker_psk_file": "README.md"})):
            config = os.path.join(site.folder, "refused.ini")
            with open(config, "w", encoding="utf-8") as f:
                f.write(f"[place]\nname = {PLACE}\n[staff]\n")
                f.writelines(f"{k} = {v}\n" for k, v in {"broker_host": "127.0.0.1", "state_folder": "", **settings}.items())
                f.write("[content]\npack = build/library.pack\n")
            done = subprocess.run([f"{BIN}/alcove", "--config", config], capture_output=True, text=True, check=False,
                                  timeout=20, env={**os.environ, "SDL_VIDEODRIVER": "dummy"})
            if done.returncode not in (1, 2) or words not in done.stderr or len(done.stderr.splitlines()) > 2:
                raise Wrong(f"{settings} gave {done.returncode}: {done.stderr}")


def the_page_comes_from_the_broker():
    """Over stunnel as desk-init configures it, to a client that would rather speak HTTP/2, as browsers do."""
    if not shutil.which("stunnel"):
        raise Wrong("stunnel is missing; run make setup-test")
    with MadeSite() as site:
        site.broker.start()
        conf = os.path.join(site.made, "broker", "stunnel.conf")
        port = free_port()
        with open(conf, encoding="utf-8") as f:
            text = f.read()
        text = text.replace("accept = 8884", f"accept = 127.0.0.1:{port}").replace("127.0.0.1:8083", f"127.0.0.1:{site.page}")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text)
        log = os.path.join(site.folder, "stunnel.log")
        with open(log, "wb") as out:
            tunnel = site.add(subprocess.Popen(["stunnel", conf], stdout=out, stderr=out))

        def fetch():
            context = ssl.create_default_context(cafile=site.ca)
            context.set_alpn_protocols(["h2", "http/1.1"])
            try:
                return urllib.request.urlopen(f"https://127.0.0.1:{port}/", context=context, timeout=5).read()
            except OSError:
                if tunnel.poll() is not None:
                    raise Wrong("stunnel ended: " + open(log, encoding="utf-8").read()) from None
                return None
        page = until("the page does not come", fetch)
        if page != open("build/desk.html", "rb").read():
            raise Wrong("the page is another one")
        tunnel.kill()
        tunnel.wait()


def desk_init_refuses_to_overwrite():
    with Site() as site:
        folder = os.path.join(site.folder, "made")
        says = desk_init(folder, "--kiosk", PLACE)
        for words in (f"cp {folder}/broker/*.service", "desk.password", "ca.key", "kiosks"):
            if words not in says:
                raise Wrong(f"desk-init does not say {words}: {says}")
        before = {f: os.stat(os.path.join(folder, f)).st_mtime_ns for f in os.listdir(folder)}
        says = desk_init(folder, "--kiosk", PLACE, status=1)
        if "already there" not in says or before != {f: os.stat(os.path.join(folder, f)).st_mtime_ns for f in
                                                     os.listdir(folder)}:
            raise Wrong(f"it was overwritten: {says}")
        for words, arguments in (("name the kiosks", [site.folder + "/x"]), ("two kiosks", [site.folder + "/x", "--kiosk",
                                 "a", "--kiosk", "a"]), ("no name for a kiosk", [site.folder + "/x", "--kiosk", ""]),
                                 ("no name or address", [site.folder + "/x", "--kiosk", "a", "--host", "a,b"]),
                                 ("without spaces", [site.folder + "/x y", "--kiosk", "a"])):
            said = desk_init(*arguments, status=1 if words == "without spaces" else 2)
            if words not in said:
                raise Wrong(f"{arguments}: {said}")
        # Passwords are hashed where the broker reads them, and nobody else reads anything.
        passwords = open(os.path.join(folder, "broker", "passwords"), encoding="utf-8").read()
        plain = open(os.path.join(folder, "desk.password"), encoding="utf-8").read().strip()
        if plain in passwords or not re.search(r"^desk:\$[67]\$", passwords, re.M):
            raise Wrong("the passwords are not hashed")
        for path, _, files in os.walk(folder):
            for f in files:
                mode = os.stat(os.path.join(path, f)).st_mode & 0o777
                if mode & (0o027 if path.startswith(folder + "/broker") else 0o077):
                    raise Wrong(f"{path}/{f} has mode {mode:o}")


# --- a network that is cut -------------------------------------------------------------------------------------------

class Network:
    """The kiosk in a network namespace of its own, joined to this one by a cable that can be pulled."""

    numbers = itertools.count(os.getpid() % 5000 * 8)

    def __init__(self):
        number = next(self.numbers)
        self.name, self.here, self.there = f"alcove{number}", f"av{number}a", f"av{number}b"
        net = f"10.{200 + number // 16384 % 50}.{number // 64 % 256}.{number % 64 * 4}"
        self.host, self.kiosk = (f"{net.rsplit('.', 1)[0]}.{number % 64 * 4 + n}" for n in (1, 2))

    def ip(self, *words):
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(done.stderr.strip())

    def start(self):
        self.ip("netns", "add", self.name)
        self.ip("link", "add", self.here, "type", "veth", "peer", "name", self.there, "netns", self.name)
        self.ip("addr", "add", self.host + "/30", "dev", self.here)
        self.ip("link", "set", self.here, "up")
        self.ip("-n", self.name, "addr", "add", self.kiosk + "/30", "dev", self.there)
        self.ip("-n", self.name, "link", "set", self.there, "up")
        self.ip("-n", self.name, "link", "set", "lo", "up")

    def cut(self):
        """Nothing arrives and nobody is told: as if a switch had lost its power."""
        self.ip("link", "set", self.here, "down")

    def mend(self):
        self.ip("link", "set", self.here, "up")

    def end(self):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", self.here], capture_output=True, check=False)


def cannot_cut():
    """Why no network can be cut here; None when it can."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "a network can be cut only as root and with iproute2"
    try:
        network = Network()
        network.start()
        network.end()
        return None
    except OSError as error:
        return f"no network namespace can be made here: {error}"


def a_network_that_is_cut_at_each_step():
    why = cannot_cut()
    if why:
        return why
    network = Network()
    with MadeSite(host=network.host) as site:
        site.add(network)
        network.start()
        site.inside = ["ip", "netns", "exec", network.name]
        site.broker.start()
        desk = site.desk(**site.as_desk())
        kiosk = site.kiosk(**site.settings(network.host))
        desk.wait("the kiosk is there", HEAD + "state", b"online")

        # Before sending: the truth in five seconds, although no answer ever comes; and never delivered.
        network.cut()
        kiosk.ask()
        began = time.monotonic()
        kiosk.shows("Staff cannot be reached from here", 7)
        if time.monotonic() - began > 6:
            raise Wrong("it took too long to say so")
        network.mend()
        until("the kiosk is not back", lambda: desk.held.get(HEAD + "state") == b"online", 60)
        time.sleep(2)
        nothing_left(site, desk, 30)
        if any(ident not in desk.over for ident in desk.alerts):
            raise Wrong("what was unreachable stands at the desk")
        before = len(desk.alerts)
        kiosk.taps("hide")

        # Sent, then cut: the person is told, and the desk has it once.
        kiosk.ask()
        kiosk.shows("Your request is at the desk", 10)
        ident = desk.first(number=before + 1)
        network.cut()
        desk.say(ident, "seen")  # pressed while nobody hears it
        time.sleep(8)
        network.mend()
        kiosk.shows("Staff have seen it", 60)
        if desk.alerts[ident] != [0]:
            raise Wrong(f"alerts: {desk.alerts}")

        # Done while it is cut.
        network.cut()
        desk.say(ident, "closed")
        time.sleep(3)
        network.mend()
        kiosk.shows("Staff have finished with your request", 60)
        nothing_left(site, desk, 30)
        if desk.alerts[ident] != [0]:
            raise Wrong(f"alerts: {desk.alerts}")
    return None


def a_kiosk_that_starts_without_a_network_tells_the_truth():
    why = cannot_cut()
    if why:
        return why
    network = Network()
    with MadeSite(host=network.host) as site:
        site.add(network)
        network.start()
        network.cut()
        site.inside = ["ip", "netns", "exec", network.name]
        site.broker.start()
        # A name that nobody answers for: the resolver is asked, and must not hold up the truth.
        for host in (network.host, "desk.alcove.invalid"):
            kiosk = site.kiosk(**{**site.settings(network.host), "broker_host": host})
            kiosk.ask()
            began = time.monotonic()
            kiosk.shows("Staff cannot be reached from here", 8)
            if time.monotonic() - began > 6.5:
                raise Wrong(f"it took too long to say so with {host}")
            kiosk.kill()
    return None


# --- a broker that is not Mosquitto ----------------------------------------------------------------------------------

AEDES = """
import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/tests/desk/');
const { default: Aedes } = await import(require.resolve('aedes'));
const aedes = new Aedes();
(await import('node:net')).createServer(aedes.handle).listen(Number(process.argv[1] ?? process.argv[2]), '127.0.0.1');
"""


def another_broker_will_do():
    """aedes, from npm, which speaks MQTT 3.1.1 alone; installed with the desk's tests."""
    if not shutil.which("node") or not os.path.isdir("tests/desk/node_modules/aedes"):
        return "aedes is not installed: make desk-tests"
    with Site() as site:
        process = site.add(subprocess.Popen(["node", "--input-type=module", "-e", AEDES, str(site.port)],
                                            stderr=subprocess.PIPE, text=True))

        def answers():
            if process.poll() is not None:
                raise Wrong("aedes ended: " + process.stderr.read())
            try:
                socket.create_connection(("127.0.0.1", site.port), 1).close()
                return True
            except OSError:
                return False
        until("aedes does not start", answers, 20)
        desk = site.add(Desk(site.port))
        until("the desk does not get in", desk.client.ready.is_set)
        kiosk = site.kiosk(mqtt="3.1.1")
        desk.wait("the kiosk is there", HEAD + "state", b"online")
        kiosk.ask()
        kiosk.shows("Your request is at the desk")
        ident = desk.first()
        desk.say(ident, "seen")
        kiosk.shows("Staff have seen it")
        kiosk.restart()
        desk.wait("the kiosk is back", HEAD + "state", b"online")
        time.sleep(1)
        exactly(desk, ident, [0])
        desk.say(ident, "closed")
        nothing_left(site, desk)
        process.kill()
        process.wait()
    return None


def quick():
    return [a_site_is_made_and_works, a_kiosk_may_only_speak_for_itself, nobody_gets_in_without_a_password,
            desk_init_refuses_to_overwrite, a_kiosk_is_added_to_a_site,
            what_cannot_be_added_changes_nothing, another_broker_will_do, a_shared_key_carries_a_request("5"),
            a_wrong_shared_key_is_unreachable, what_cannot_be_protected_does_not_start]


def slow():
    return [a_shared_key_carries_a_request("3.1.1"), a_false_broker_is_not_believed, a_wrong_password_is_unreachable, the_page_comes_from_the_broker,
            a_network_that_is_cut_at_each_step, a_kiosk_that_starts_without_a_network_tells_the_truth]
