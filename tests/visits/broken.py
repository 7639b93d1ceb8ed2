#!/usr/bin/env python3
"""Visits that are killed, stopped, or lost while nobody looks: the glass shows the first frame again, and the next
person's visit works. Drives `alcove-replay -` with the programs in BIN (default build).
"""
import os
import signal
import subprocess
import sys
import time

BIN = os.environ.get("BIN", "build")


class Wrong(Exception):
    pass


class Replay:
    def __init__(self):
        self.process = subprocess.Popen([f"{BIN}/alcove-replay", "--pack", "build/library.pack", "--pack", "build/house.pack", "-"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.visits()

    def say(self, *lines):
        for line in lines:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            if not answer or answer.startswith("no: "):
                raise Wrong(f"{line}: {answer.strip()}")
        return "" if answer == "ok\n" else answer.strip()

    def visits(self):
        """Process ids of the two visits, the one on the glass first: it was started before its spare."""
        self.say("screen")
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as f:
            ids = sorted(int(i) for i in f.read().split())
        if len(ids) != 2:
            raise Wrong(f"there are {len(ids)} visits, not two: {ids}")
        return ids

    def end(self):
        self.process.stdin.close()
        if self.process.wait(20) != 0:
            raise Wrong("the replay ended badly: " + self.process.stderr.read())


def gone(pid):
    for _ in range(200):
        if not os.path.exists(f"/proc/{pid}"):
            return True
        time.sleep(0.02)
    return False


def a_killed_visit_is_covered(replay):
    for path in (["tap begin"], ["tap begin", "tap lang:ar", "tap numbers"], ["tap begin", "tap lang:en", "tap talk"]):
        replay.say("wait 1s", *path)
        os.kill(replay.visits()[0], signal.SIGKILL)
        replay.say("expect end crashed", "expect first-frame", "expect screen idle")


def a_killed_spare_is_replaced(replay):
    replay.say("wait 1s", "tap begin", "tap lang:en")
    os.kill(replay.visits()[1], signal.SIGKILL)
    time.sleep(0.1)
    replay.say("expect screen home", "wait 1s", "tap hide", "expect end hidden", "expect first-frame")
    if len(replay.visits()) != 2:
        raise Wrong("there is no spare")


def a_stopped_visit_is_covered(replay):
    """The host's own clock decides; the replay lets it go on after some seconds without an answer."""
    replay.say("wait 1s", "tap begin", "tap lang:en")
    visit = replay.visits()[0]
    os.kill(visit, signal.SIGSTOP)
    replay.say("key next", "expect end hung", "expect first-frame", "expect screen idle")
    if not gone(visit):
        raise Wrong("the stopped visit lives on")


def hide_works_while_a_visit_is_stopped(replay):
    replay.say("wait 1s", "tap begin", "tap lang:en")
    visit = replay.visits()[0]
    os.kill(visit, signal.SIGSTOP)
    replay.say("key hide", "expect end hidden", "expect first-frame")
    if not gone(visit):
        raise Wrong("the stopped visit lives on")


def nothing_is_left_behind(replay):
    visits = replay.visits()
    replay.process.stdin.close()
    replay.process.wait(20)
    if not all(gone(v) for v in visits):
        raise Wrong("visits outlive the replay")


def main():
    bad = False
    for test in (a_killed_visit_is_covered, a_killed_spare_is_replaced, hide_works_while_a_visit_is_stopped,
                 nothing_is_left_behind, a_stopped_visit_is_covered):
        name = test.__name__.replace("_", " ")
        replay = Replay()
        try:
            test(replay)
            if test != nothing_is_left_behind:
                replay.end()
            print(f"ok - broken: {name}", flush=True)
        except (Wrong, OSError, subprocess.TimeoutExpired) as wrong:
            print(f"not ok - broken: {name}: {wrong}", flush=True)
            bad = True
        finally:
            if replay.process.poll() is None:
                replay.process.kill()
            replay.process.wait()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
