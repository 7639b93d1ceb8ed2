#!/usr/bin/env python3
"""The line to staff on real parts that are killed, stopped and cut off at each step of a request. Each scenario ends in
exactly one alert or in the truth on the screen, and then in nothing that is left.

line.py [--all] [NAME...]    without --all the quick ones
"""
import os
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import far  # noqa: E402
import glass  # noqa: E402
import near  # noqa: E402
import wire  # noqa: E402
from parts import Wrong  # noqa: E402

AT_ONCE = 6  # they mostly wait


def run(test, out):
    began = time.monotonic()
    name = test.__name__.replace("_", " ")
    try:
        said = test()
        # A test that could not run says why, and does not pass.
        line = f"ok - line: {name}" if not said else f"ok - line: {name} # SKIP {said}"
        fine = True
    except Wrong as wrong:
        line, fine = f"not ok - line: {name}: {str(wrong)[:1500]}", False
    except Exception:  # noqa: BLE001 - whatever breaks here is a failure to be told
        line, fine = f"not ok - line: {name}: {traceback.format_exc()}".replace("\n", "\n    "), False
    with out:
        print(f"{line} ({time.monotonic() - began:.1f} s)" if "--times" in sys.argv else line, flush=True)
    return fine


def main():
    names = [a for a in sys.argv[1:] if not a.startswith("--")]
    tests = near.quick() + far.quick() + wire.quick() + glass.quick()
    if "--all" in sys.argv or names:
        tests += near.slow() + far.slow() + wire.slow() + glass.slow()
    tests = [t for t in tests if not names or any(n in t.__name__ for n in names)]
    out = threading.Lock()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda t: run(t, out), tests))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
