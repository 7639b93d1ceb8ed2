"""A large library builds quickly, in memory that does not grow with it, behind a bar: large.py [ALCOVE-PACK]

Builds 30 languages x 100 pages and 30 x 1,000, and compares. LARGE=10000 in the environment builds 30 x 10,000 too, in
under 60 seconds.
"""
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import time

PACK = sys.argv[1] if len(sys.argv) > 1 else "build/alcove-pack"
LANGUAGES = 30
SECONDS = 60           # issue 3, part 6
GROWTH_KB = 4096       # between the smallest and the largest: buffers of the allocator, not the content


def build(work, pages):
    """Seconds and peak kilobytes of one build."""
    sources, out = work / "sources", work / "large.pack"
    subprocess.run([sys.executable, "tests/packc/make_large.py", sources, str(LANGUAGES), str(pages)], check=True)
    begun = time.monotonic()
    process = subprocess.Popen([PACK, "build", sources, "-o", out], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"not ok - large: a library of {pages} pages was refused")
    print(f"    {LANGUAGES} languages x {pages} pages: {took:.1f} s, {usage.ru_maxrss} KB at most, "
          f"{out.stat().st_size >> 20} MB")
    return took, usage.ru_maxrss


def bar(work):
    """What a person sees on a terminal while it builds."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(PACK, [PACK, "build", str(work / "sources"), "-o", str(work / "bar.pack")])
    seen = b""
    try:
        while data := os.read(fd, 4096):
            seen += data
    except OSError:  # the other end is closed
        pass
    os.waitpid(pid, 0)
    return seen


def main():
    failed = False

    def check(good, says):
        nonlocal failed
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} - large: {says}")

    with tempfile.TemporaryDirectory(prefix="alcove-large-") as name:
        work = pathlib.Path(name)
        _, small = build(work, 100)
        took, large = build(work, 1000)
        seen = bar(work)
        if os.environ.get("LARGE"):
            took, large = build(work, int(os.environ["LARGE"]))
        check(took < SECONDS, f"built in {took:.1f} s, at most {SECONDS}")
        check(large - small < GROWTH_KB, f"memory grew by {large - small} KB, at most {GROWTH_KB}")
        check(b"[####" in seen and b" 50%" in seen and b"100%" in seen, "a bar tells how far it is")
    sys.exit(failed)


main()
