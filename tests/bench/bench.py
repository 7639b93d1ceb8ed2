"""The figures of Alcove, measured on this machine: each with its bound, and an exit status that says whether all hold.

Run it with `make bench`. `bench.py NAME...` measures only some: starts journey memory idle window library store.
Nothing here is averaged away: medians stand beside p99, and a figure that could not be taken counts as missed.
"""
import html
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path("build")
ALCOVE = str(BUILD / "alcove")
VISITS = str(BUILD / "bench/visits")
GLASS = str(BUILD / "bench/glass")
FONTS = "assets/fonts.ini"
PACKS = [str(BUILD / "library.pack"), str(BUILD / "house.pack")]

STARTS = 200           # visits started
EVENTS = 6000          # touches and other messages of the journey
ROUNDS = 9             # in each, our window and the browser: what else the machine does meanwhile happens to both
WINDOWS = 3            # times our window is opened in each; the browser is opened once
IDLE_S = 60
READ_TOUCHES = 40      # "after a few pages"
# A minute with a line to staff: two heartbeats, each of which wakes the host, the line and the host again for the answer,
# and a ping of MQTT with its answer. Nothing but deadlines.
LINE_WAKES = 8
HUGE_MB = 500
STICK_MB_S = 100       # a good stick on USB 3; USB 2.0 gives about 40, which leaves more time to read pages

rows = []


def row(what, figure, bound="", good=None):
    verdict = "" if good is None else "pass" if good else "MISS"
    rows.append((what, figure, bound, verdict))
    print(f"  {what}: {figure}" + (f" (bound: {bound}) {verdict}" if bound else ""), flush=True)


def say(line):
    print(line, flush=True)


# --- processes ---------------------------------------------------------------------------------------------------

def as_root(command):
    """A visit may not be looked at by its own user; that is one of its protections. The bench asks root."""
    return command if os.geteuid() == 0 else ["sudo", "-n"] + command


def family(pid):
    """A process and all that it started."""
    parents = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += parents.get(one, [])
    return found


def pss_kb(pids):
    """Proportional set size of all of them together: what they cost this machine."""
    total = 0
    for pid in pids:
        text = subprocess.run(as_root(["cat", f"/proc/{pid}/smaps_rollup"]), capture_output=True, text=True,
                              check=True).stdout
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))
    return total


def mb(kb):
    return f"{kb / 1024:.1f} MB"


def wait_for(what, holds, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.02)
    raise RuntimeError(f"waited {seconds} s in vain for {what}")


class Started:
    """A program that ends with the block it was started in."""

    def __init__(self, command, **more):
        self.command, self.more = command, more

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL, start_new_session=True, **self.more)
        return self.process

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def broker(folder, port):
    conf = folder / "mosquitto.conf"
    conf.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    return Started([program, "-c", str(conf)])


def settings(folder, port=None):
    path = folder / "alcove.ini"
    line = f"broker_host = 127.0.0.1\nbroker_port = {port}\n" if port else "broker_host =\n"
    packs = "".join(f"pack = {p}\n" for p in PACKS)
    path.write_text("[place]\nname = Bench\n[screen]\nfullscreen = no\nwindow = 1280x800\npx_per_mm = 5.9\n"
                    f"[staff]\n{line}[content]\n{packs}fonts = {FONTS}\n")
    return str(path)


def settled(process):
    """Host, visit and spare are there and nothing more happens."""
    wait_for("host, visit and spare", lambda: len(family(process.pid)) >= 3)
    time.sleep(2)
    if process.poll() is not None:
        raise RuntimeError("the kiosk ended by itself")
    return family(process.pid)


def visits(mode, count):
    text = subprocess.run([VISITS, mode, str(count), ALCOVE, FONTS] + PACKS, capture_output=True, text=True,
                          check=True).stdout
    return text if mode == "texts" else dict(line.split(" ", 1) for line in text.splitlines())


def ms(us):
    return f"{int(us) / 1000:.1f} ms"


# --- the figures -------------------------------------------------------------------------------------------------

def starts():
    say(f"A visit's first frame, {STARTS} starts over the real wire")
    f = visits("starts", STARTS)
    row("first frame after exec, median", ms(f["start_median"]))
    row("first frame after exec, p99", ms(f["start_p99"]), "25 ms", int(f["start_p99"]) <= 25000)
    row("first frame after exec, worst", ms(f["start_worst"]))


def journey():
    say(f"From event to finished frame, {EVENTS} events on a walk through all screens")
    f = visits("journey", EVENTS)
    row("screens on the walk", f["screens"], "16", int(f["screens"]) == 16)
    row("event to finished frame, median", ms(f["drawn_median"]))
    row("event to finished frame, p99", ms(f["drawn_p99"]), "under 16 ms", int(f["drawn_p99"]) < 16000)
    row("event to finished frame, worst", ms(f["drawn_worst"]))


def memory():
    say("Memory (PSS), no window")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Started([ALCOVE, "--config", settings(folder)], env=dict(os.environ, SDL_VIDEODRIVER="dummy")) as kiosk:
            all_of_it = settled(kiosk)
            rest, host, spare = pss_kb(all_of_it), pss_kb(all_of_it[:1]), pss_kb(all_of_it[1:2])
    reader = subprocess.Popen([VISITS, "stay", str(READ_TOUCHES), ALCOVE, FONTS] + PACKS, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    pid = int(reader.stdout.readline().split()[1])
    read = pss_kb([pid])
    reader.stdin.close()
    reader.wait()
    row("host, visit and spare, at rest", mb(rest))
    # The dummy driver has no touches: the visit that reads is measured beside a spare of its own, with no host to share
    # libraries with, so these sums are a little too large rather than too small.
    row(f"host, and a visit after {READ_TOUCHES} touches", mb(host + read), "under 30 MB", host + read < 30 * 1024)
    row("the same, and the spare", mb(host + read + spare))


def calls_of(pids, seconds):
    """System calls that were finished while nothing happened: (all, those that end a wait)."""
    with tempfile.NamedTemporaryFile() as log:
        os.chmod(log.name, 0o666)
        tracer = subprocess.Popen(as_root(["strace", "-f", "-qq", "-o", log.name] +
                                          [a for p in pids for a in ("-p", str(p))]),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        if tracer.poll() is not None:
            raise RuntimeError("strace could not look at the processes")
        before = pathlib.Path(log.name).read_bytes()
        # Each shows the call that it waits in: so strace is known to see all of them, and none is not no answer.
        if not all(re.search(rb"^%d " % p, before, re.M) for p in pids):
            raise RuntimeError("strace does not see all processes")
        time.sleep(seconds)
        lines = pathlib.Path(log.name).read_bytes()[len(before):].decode(errors="replace").splitlines()
        subprocess.run(as_root(["kill", "-INT", str(tracer.pid)]), check=True)
        tracer.wait()
    calls = [l for l in lines if re.search(r"\) += ", l)]
    waits = [l for l in calls if re.search(r"(poll|select|epoll_p?wait|nanosleep|futex|restart_syscall)\b", l)]
    return len(calls), len(waits)


def idle():
    say(f"Wake-ups while nothing happens, counted from system calls over {IDLE_S} s")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        dummy = dict(os.environ, SDL_VIDEODRIVER="dummy")
        with Started([ALCOVE, "--config", settings(folder)], env=dummy) as kiosk:
            calls, _ = calls_of(settled(kiosk), IDLE_S)
            row("no line to staff: system calls in a minute", str(calls), "0", calls == 0)
        port = free_port()
        with broker(folder, port), Screen() as display, Started(
                [ALCOVE, "--config", settings(folder, port)], env=dict(os.environ, DISPLAY=display.name)) as kiosk:
            calls, waits = calls_of(settled(kiosk), IDLE_S)
            row("window and line to staff: wake-ups in a minute", f"{waits} ({calls} calls)",
                f"at most {LINE_WAKES}", waits <= LINE_WAKES)


class Screen:
    """An X server of our own, 1280x800."""

    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-noreset", "-nolisten",
                                        "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as said:
            self.name = ":" + said.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.name)
        self.env.pop("WAYLAND_DISPLAY", None)
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def save(self, path):
        subprocess.run([GLASS, "save", str(path)], env=self.env, check=True)
        return path.read_bytes()


def final_picture(screen, folder, name):
    """What the screen shows once it has not changed for two seconds."""
    path = folder / name
    now, since = screen.save(path), time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.25)
        then, now = now, screen.save(path)
        since = time.monotonic() if then != now else since
    return path, now


def look_at(screen, folder, name, bare, command):
    """Starts it once: its final picture on the screen, and what all its processes weigh."""
    with Started(command(), env=screen.env) as program:
        wait_for(f"{name} on the screen", lambda: screen.save(folder / "now") != bare, 60)
        path, _ = final_picture(screen, folder, name)
        weight = pss_kb([p for p in family(program.pid)])
    wait_for(f"{name} to be gone", lambda: screen.save(folder / "now") == bare)
    return path, weight


def time_of(screen, folder, path, bare, command):
    out = subprocess.run([GLASS, "until", str(path)] + command(), env=screen.env, check=True, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    wait_for("an empty screen", lambda: screen.save(folder / "now") == bare)
    return int(out)


def static_page(folder):
    """The words of our first screen as one page of HTML, with nothing to load."""
    texts = visits("texts", 0).splitlines()
    lines = "\n".join(f"<p>{html.escape(t)}</p>" for t in texts)
    page = folder / "page.html"
    page.write_text("<!doctype html><meta charset=utf-8><title>Page</title><style>body{font:34px 'Noto Sans';"
                    f"margin:40px;background:#f7f4ee;color:#22313a}}p{{margin:12px 0}}</style>\n{lines}\n")
    return page


def window():
    say(f"A real window under Xvfb, and chromium --kiosk on one static page of the same words")
    with tempfile.TemporaryDirectory() as folder, Screen() as screen:
        folder = pathlib.Path(folder)
        page, port = static_page(folder), free_port()
        ini, bare = settings(folder, port), screen.save(folder / "bare")
        profiles = iter(range(1000))

        def ours():
            return [ALCOVE, "--config", ini]

        def browser():
            return ["chromium", "--kiosk", "--no-sandbox", "--test-type", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--disable-sync", "--window-size=1280,800", "--window-position=0,0",
                    f"--user-data-dir={folder}/profile{next(profiles)}", page.as_uri()]

        with broker(folder, port) as mosquitto:
            our_picture, weight = look_at(screen, folder, "ours", bare, ours)
            line = pss_kb([mosquitto.pid])
            their_picture, their_weight = look_at(screen, folder, "theirs", bare, browser)
            our_times, their_times = [], []
            for _ in range(ROUNDS):
                our_times += [time_of(screen, folder, our_picture, bare, ours) for _ in range(WINDOWS)]
                their_times.append(time_of(screen, folder, their_picture, bare, browser))
    sooner = statistics.median(their_times) / statistics.median(our_times)
    row("Alcove, exec to the finished picture on the screen, median / worst",
        f"{ms(statistics.median(our_times))} / {ms(max(our_times))}")
    row("Chromium, the same, median / worst", f"{ms(statistics.median(their_times))} / {ms(max(their_times))}")
    row("sooner than Chromium (medians)", f"{sooner:.1f} times", "20 times", sooner >= 20)
    row("Alcove, all processes (PSS)", mb(weight))
    row("Chromium, all processes (PSS)", mb(their_weight))
    row("Mosquitto, where the kiosk runs its own broker (PSS)", mb(line))
    lighter = their_weight / weight
    row("lighter than Chromium", f"{lighter:.1f} times", "15 times", lighter >= 15)


def instructions(modules, pages):
    folder = BUILD / "bench" / f"library-{modules}"
    pack = f"{folder}.pack"
    subprocess.run([sys.executable, "tests/bench/make_library.py", str(folder), str(modules), str(pages)], check=True)
    subprocess.run([str(BUILD / "alcove-pack"), "build", str(folder), "-o", pack], check=True,
                   stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["valgrind", "-q", "--tool=callgrind", "--collect-atstart=no",
                        f"--callgrind-out-file={out}/count", str(BUILD / "bench/library"), FONTS, pack], check=True,
                       stderr=subprocess.DEVNULL)
        counts = {}
        for part in pathlib.Path(out).glob("count.*"):
            text = part.read_text()
            name = re.search(r"^desc: Trigger: Client Request: (\w+)", text, re.M)
            if name:
                counts[name.group(1)] = int(re.search(r"^totals: (\d+)", text, re.M).group(1))
    return counts


def library():
    say("A library of 10,000 pages beside one of 50, in instructions")
    small, large = instructions(5, 10), instructions(1000, 10)
    for key, what in (("open", "opening the library and its first frame"), ("leap", "opening a module by an answer"),
                      ("turn", "turning a page")):
        more = (large[key] / small[key] - 1) * 100
        row(what, f"{small[key]:,} and {large[key]:,} instructions, {more:+.1f} %", "5 %", abs(more) <= 5)


def slow_reads(folder, megabytes):
    """A prefix for commands that makes this machine's disk read no faster than a stick; None where nobody may do that."""
    group = pathlib.Path("/sys/fs/cgroup/blkio/alcove-bench")
    device = os.stat(folder).st_dev
    try:
        group.mkdir(exist_ok=True)
        limit = f"{os.major(device)}:{os.minor(device)} {megabytes * 1000000}"
        (group / "blkio.throttle.read_bps_device").write_text(limit)
    except OSError:
        return None
    return ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]


def forget(path):
    """The file is no more in memory, as if it were on a stick that was put in just now."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def seconds(*commands):
    began = time.monotonic()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def store():
    say(f"A pack of {HUGE_MB} MB put in use, beside cp and then b2sum")
    with tempfile.TemporaryDirectory(dir=BUILD) as w:
        pack, copy, key = f"{w}/huge.pack", f"{w}/copy", f"{w}/secret"
        os.mkdir(f"{w}/keys")
        run = lambda *command: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        run(sys.executable, "tests/bench/make_huge.py", PACKS[0], str(HUGE_MB), pack)
        run("minisign", "-G", "-W", "-p", f"{w}/keys/bench.pub", "-s", key)
        run("minisign", "-S", "-s", key, "-m", pack)
        # In memory: what the programs themselves need. Each turn begins with nothing where it writes.
        plain, ours, most = [], [], 0
        for turn in range(5):
            pathlib.Path(copy).unlink(missing_ok=True)
            plain.append(seconds(["cp", pack, copy], ["b2sum", copy]))
            shutil.rmtree(f"{w}/store", ignore_errors=True)
            os.mkdir(f"{w}/store")
            pathlib.Path(copy).unlink()
            out = subprocess.run([str(BUILD / "bench/store"), f"{w}/store", f"{w}/keys", pack, "1"], check=True,
                                 capture_output=True, text=True).stdout.split()
            ours.append(int(out[0]) / 1e6)
            most = max(most, int(out[1]))
        plain, ours = statistics.median(plain), statistics.median(ours)
        row("copied, hashed, made durable, verified, in use; the pack is in memory",
            f"{ours:.2f} s beside {plain:.2f} s: {plain / ours * 100:.0f} % of the speed", "70 %", plain / ours >= 0.7)
        shutil.rmtree(f"{w}/store")
        os.mkdir(f"{w}/store")
        shutil.copy(PACKS[0], f"{w}/small.pack")
        run("minisign", "-S", "-s", key, "-m", f"{w}/small.pack")
        small = int(subprocess.run([str(BUILD / "bench/store"), f"{w}/store", f"{w}/keys", f"{w}/small.pack", "1"],
                                   check=True, capture_output=True, text=True).stdout.split()[1])
        row("memory for that, and for a pack of 2 MB", f"{most / 1024:.1f} MB and {small / 1024:.1f} MB",
            "the same, to 1 MB", most - small <= 1024)
        shutil.rmtree(f"{w}/store")
        os.mkdir(f"{w}/store")
        install = [str(BUILD / "alcove-store"), "--store", f"{w}/store", "--keys", f"{w}/keys", "install", pack]
        row("alcove-store install, every page read; the pack is in memory", f"{seconds(install):.2f} s")
        prefix = slow_reads(w, STICK_MB_S)
        if prefix is None:
            row("from a stick, all of it read", "not measured: reads cannot be slowed down here", "measured", False)
            return
        forget(pack)
        plain = seconds(prefix + ["cp", pack, copy], ["b2sum", copy])
        os.unlink(copy)
        shutil.rmtree(f"{w}/store")
        os.mkdir(f"{w}/store")
        forget(pack)
        ours = seconds(prefix + install)
        row(f"the same from a stick of {STICK_MB_S} MB/s, beside cp and then b2sum",
            f"{ours:.1f} s beside {plain:.1f} s: {plain / ours * 100:.0f} % of the speed", "70 %", plain / ours >= 0.7)


def table():
    widths = [max(len(r[i]) for r in rows) for i in range(3)]
    say("\n" + "\n".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d}".rstrip()
                         for a, b, c, d in rows))


def main():
    known = {f.__name__: f for f in (starts, journey, memory, idle, window, library, store)}
    say(f"1280x800, {os.cpu_count()} cores, software rendering, Linux {os.uname().release.split('-')[0]}")
    if os.getloadavg()[0] > 0.3:
        say(f"Others work on this machine (load {os.getloadavg()[0]:.1f}): times will come out worse than they are.")
    for name in sys.argv[1:] or known:
        try:
            known[name]()
        except (RuntimeError, OSError, subprocess.CalledProcessError, ValueError, AttributeError) as error:
            row(name, f"not measured: {error}", "measured", False)
    table()
    missed = sum(1 for r in rows if r[3] == "MISS")
    say(f"\n{sum(1 for r in rows if r[3] == 'pass')} bounds hold, {missed} missed.")
    sys.exit(1 if missed else 0)


main()
