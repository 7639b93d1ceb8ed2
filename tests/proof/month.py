#!/usr/bin/env python3
"""A month of a kiosk's life with the clock sped up: forty visits a day, ten hours of night, and every few days a broker
that is killed, stands still or comes back; every third day staff come with a stick, by turns to put a new pack in and to
take it back. Behind each night the glass is what it was at the start, no deadline was missed,
no dead process is left, and what the kiosk has of memory and descriptors on the last days is what it had on the first.
"""
import os
import subprocess
import sys
import time

from kiosk import BIN, Site, Wrong

DAYS = int(os.environ.get("DAYS", "30"))
SETTLED = 5          # days after which nothing should grow
SPARE_KB = 512       # pages that the C library has at hand now and not then


def break_something(site, day):
    if day % 7 == 3:
        site.broker.kill()
    elif day % 7 == 4:
        site.broker.start()
    elif day % 7 == 5:
        site.broker.stop()
        time.sleep(0.5)
        site.broker.go_on()


def stick(site):
    """A stick with a signed pack, and what a kiosk needs to take it: options and environment."""
    folder = os.path.join(site.folder, "staff")
    made = subprocess.run(["tests/staff/prepare.sh", folder, BIN], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Wrong(f"the stick is not made: {(made.stdout + made.stderr)[-300:]}")
    os.mkdir(f"{folder}/usb")
    return (["--store", f"{folder}/store", "--usb", f"{folder}/usb", "--keys", f"{folder}/keys"],
            {**os.environ, "STICK": f"{folder}/new"})


def live(site):
    site.broker.start()
    options, environment = stick(site)
    command = ["build/proof/visits", f"{DAYS}d", "7", "800x480", "5.2", "--program", f"{BIN}/alcove", "--broker",
               f"127.0.0.1:{site.port}", "--place", "Quiet room", "--pack", "build/library.pack", "--pack", "build/house.pack",
               *options]
    kiosk = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = []
    for line in kiosk.stdout:
        words = line.split()
        if words[0] == "day":
            seen.append({k: int(v) for k, v in zip(words[::2], words[1::2])})
            break_something(site, seen[-1]["day"])
            kiosk.stdin.write("go on\n")
            kiosk.stdin.flush()
    if kiosk.wait() != 0:
        raise Wrong(f"after {len(seen)} days: {kiosk.stderr.read().strip()}")
    return seen


def main():
    bad = 0

    def result(fine, name, why):
        nonlocal bad
        print(f"ok - month: {name}" if fine else f"not ok - month: {name}: {why}", flush=True)
        bad = bad or not fine
    try:
        with Site() as site:
            seen = live(site)
    except (Wrong, OSError) as wrong:
        print(f"not ok - month: {wrong}")
        return 1
    print(f"ok - month: {DAYS} days with forty visits each, and {DAYS // 3} times staff with a stick, end on the first "
          f"frame, byte for byte, and miss no deadline")
    first, last = seen[SETTLED:2 * SETTLED], seen[-SETTLED:]
    result(max(d["fds"] for d in last) <= max(d["fds"] for d in first), "no descriptor more on the last days than on the first",
           f"{[d['fds'] for d in seen]}")
    result(max(d["own_kb"] for d in last) <= max(d["own_kb"] for d in first) + SPARE_KB,
           f"no more memory on the last days ({max(d['own_kb'] for d in last)} kB) than on the first "
           f"({max(d['own_kb'] for d in first)} kB)", f"{[d['own_kb'] for d in seen]}")
    result(not any(d["zombies"] for d in seen), "no dead process is left behind any day", f"{[d['zombies'] for d in seen]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
