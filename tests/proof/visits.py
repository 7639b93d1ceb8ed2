#!/usr/bin/env python3
"""Random visits by the thousand, or by the million. Visits have numbers; a number always says the same visit, and on which
glass and with which packs it is played: so any of them can be played again, and many can be played in pieces.

    visits.py COUNT [--first N] [--copies FROM] [--at-once N] [--record FILE] [--until HH:MM]

Each visit is a process that was started for it; from the one with the number FROM on they are copies of one that was started
and that nobody has touched (copied.c), which takes three fifths of the time.

With --record each piece that was played well is one line in FILE, and pieces that are there already are not played again:
to go on with a million, say the same again. `visits.py --sum FILE` adds up what is there.
"""
import argparse
import concurrent.futures
import itertools
import os
import subprocess
import sys
import tempfile
import time

from kiosk import BIN, Canary, Wrong

PIECE = 500
SHIPPED, MADE, MIXED = "the shipped packs", "packs made for the proof", "three packs in three languages"
# Piece by piece in turn: packs, glass, pixels per millimetre. The cheap ones come most often.
TURNS = [(SHIPPED, "320x320", 2.5), (MADE, "320x320", 2.5), (MIXED, "320x320", 2.5), (MADE, "320x320", 2.5),
         (SHIPPED, "800x480", 5.2), (MADE, "320x320", 2.5), (SHIPPED, "320x320", 2.5), (MADE, "800x480", 5.2),
         (SHIPPED, "480x800", 5.2), (MADE, "320x320", 2.5), (MIXED, "320x320", 2.5), (MADE, "320x320", 2.5),
         (SHIPPED, "1280x800", 5.9), (MADE, "320x320", 2.5), (SHIPPED, "320x320", 2.5), (MADE, "480x320", 3.0)]
COUNTED = ("visits", "actions", "asked", "hidden", "cleared_by_time")


def packs(folder):
    """What each kind of packs is; made where it has to be."""
    made = Canary(folder)
    mixed = os.path.join(folder, "mixed.pack")
    subprocess.run([f"{BIN}/alcove-pack", "build", "tests/golden/mixed", "-o", mixed], check=True, capture_output=True)
    shipped = ["build/library.pack", "build/house.pack"]
    return {SHIPPED: shipped, MADE: [made.library, made.house], MIXED: shipped + [mixed]}


def play(piece, count, kinds, copies):
    """One piece: what it counted, or why it is bad."""
    kind, glass, px_per_mm = TURNS[piece % len(TURNS)]
    command = ["build/proof/visits", str(count), str(piece * PIECE), glass, str(px_per_mm), "--program", f"{BIN}/alcove"]
    with_copies = {**os.environ, "COPIES": "build/proof/copied"}
    done = subprocess.run(command + [o for p in kinds[kind] for o in ("--pack", p)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env=with_copies if copies else None, check=False)
    counts = dict(line.split() for line in done.stdout.splitlines())
    if done.returncode != 0 or int(counts.get("visits", 0)) != count:
        return None, f"{kind} on {glass}: {done.stderr.strip()[-300:]}"
    return {name: int(counts[name]) for name in COUNTED}, None


def read(record):
    """The pieces of a record: number -> what it counted."""
    pieces = {}
    if record and os.path.exists(record):
        with open(record, encoding="utf-8") as f:
            for line in f:
                words = line.split()
                pieces[int(words[1])] = {name: int(words[words.index(name) + 1]) for name in COUNTED}
    return pieces


def note(record, commit, piece, counts, copies):
    if record:
        kind, glass, _ = TURNS[piece % len(TURNS)]
        said = " ".join(f"{name} {counts[name]}" for name in COUNTED)
        with open(record, "a", encoding="utf-8") as f:
            f.write(f"piece {piece} {said} {time.strftime('%Y-%m-%d')} {commit} {'copies' if copies else 'started'} {glass} {kind}\n")


def is_copied(piece, options):
    return options.copies is not None and piece * PIECE >= options.copies


def run(wanted, options):
    """Plays the pieces: [(piece, count)]. What all of them counted, and what was bad."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    total, bad = dict.fromkeys(COUNTED, 0), []
    processors = itertools.cycle(sorted(os.sched_getaffinity(0)))

    def stay():
        """Keeper and visit wait for each other: on one processor, this thread's, they are quicker."""
        os.sched_setaffinity(0, {next(processors)})

    with tempfile.TemporaryDirectory() as folder:
        kinds = packs(folder)

        def one(work):
            piece, count = work
            if bad or (options.until and time.strftime("%H:%M") >= options.until):
                return
            copies = is_copied(piece, options)
            counts, wrong = play(piece, count, kinds, copies)
            if wrong:
                bad.append(wrong)
                return
            note(options.record, commit, piece, counts, copies)
            for name in COUNTED:
                total[name] += counts[name]

        with concurrent.futures.ThreadPoolExecutor(options.at_once, initializer=stay) as pool:
            list(pool.map(one, wanted))
    return total, bad


def told(total):
    return (f"{total['actions']} touches, keys and waits; {total['asked']} asked for staff; {total['hidden']} were hidden, "
            f"{total['cleared_by_time']} cleared by time")


def main():
    reader = argparse.ArgumentParser(description="Random visits.")
    reader.add_argument("count", type=int, nargs="?", default=20000)
    reader.add_argument("--first", type=int, default=0)
    reader.add_argument("--copies", type=int, metavar="FROM")
    reader.add_argument("--at-once", type=int, default=2)
    reader.add_argument("--record")
    reader.add_argument("--until")
    reader.add_argument("--sum")
    options = reader.parse_args()
    if options.sum:
        pieces = read(options.sum)
        total = {name: sum(p[name] for p in pieces.values()) for name in COUNTED}
        print(f"{total['visits']} visits in {len(pieces)} pieces, {min(pieces)} to {max(pieces)}: {told(total)}")
        return 0
    first, there = options.first // PIECE, read(options.record)
    wanted = [(first + i, min(PIECE, options.count - i * PIECE)) for i in range((options.count + PIECE - 1) // PIECE)]
    try:
        total, bad = run([w for w in wanted if w[0] not in there], options)
    except (Wrong, subprocess.SubprocessError) as wrong:
        total, bad = None, [wrong]
    if bad:
        print(f"not ok - glass: {bad[0]}")
        return 1
    copied = sum(count for piece, count in wanted if is_copied(piece, options))
    how = f", {copied} of them by copies of one that nobody had touched," if copied else ""
    kinds = len({TURNS[p % len(TURNS)][1:] for p, _ in wanted}), len({TURNS[p % len(TURNS)][0] for p, _ in wanted})
    print(f"ok - glass: after each of {total['visits']} random visits{how} on {kinds[0]} sizes of screen with {kinds[1]} sets of "
          f"packs, the whole glass is what it was before, byte for byte ({told(total)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
