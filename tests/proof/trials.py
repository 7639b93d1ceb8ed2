#!/usr/bin/env python3
"""Can the proof fail? Takes one protection after the other out of a copy of the program, and runs the part of the proof
that should notice. A trial is won when that part fails. `make proof-trials`; takes about half an hour.

trials.py [NAME...]
"""
import os
import pathlib
import shutil
import subprocess
import sys

COPY = pathlib.Path("build/trials")
SMALL = {"VISITS": "500", "DISK_VISITS": "5", "TOUCHES": "10", "DAYS": "14", "SCREENS": "4", "ENDS": "hidden dead", "FAILS": "200"}

# Less is warned of, for what is taken out leaves things that nobody uses; and a trial may need a header more.
FLAGS = "CFLAGS_ALL=-std=c11 -D_GNU_SOURCE -Ikiosk -g -MMD -MP -include stdio.h -include unistd.h"

# name, what is taken out, file, the text and what stands there instead, the part of the proof that must fail
TRIALS = [
    ("filter", "the filter of system calls", "kiosk/visit/glass/sandbox.c",
     "good = limit(RLIMIT_DATA, MEMORY_MAX) && load_filter(may_say, scratch);", "good = limit(RLIMIT_DATA, MEMORY_MAX);", "visit"),
    ("memory-limit", "the limit on a visit's memory", "kiosk/visit/glass/sandbox.c",
     "good = limit(RLIMIT_DATA, MEMORY_MAX) && load_filter(may_say, scratch);", "good = load_filter(may_say, scratch);", "visit"),
    ("patience", "the host's patience with one that hangs", "kiosk/host/keeper.h",
     "KEEPER_FRAME_LIMIT_MS = 1000,", "KEEPER_FRAME_LIMIT_MS = 600000,", "visit"),
    ("sanity", "the check of what a visit says", "kiosk/host/child.c",
     "if (!wire_sane_from_visit(m, glass.w, glass.h) || !may_say(c, m->kind)) {", "if (false) {", "visit"),
    ("crash", "the cover over a visit that died", "kiosk/host/keeper.c",
     "\t\tcase CHILD_GONE:\n\t\t\tend_visit(k, KEEPER_CRASHED, now);\n\t\t\treturn;",
     "\t\tcase CHILD_GONE:\n\t\t\treturn;", "starved"),
    ("names", "that a visit may not ask for a file by its name", "kiosk/visit/glass/sandbox.c",
     "    SCMP_SYS(pread64),  SCMP_SYS(fstat), ", "    SCMP_SYS(pread64),  SCMP_SYS(newfstatat), SCMP_SYS(fstat), ", "visit"),
    ("dumps", "that nobody may look into a visit", "kiosk/visit/glass/sandbox.c",
     " && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;\n\tif (good && FILTERED) {\n\t\tnever_swapped();",
     ";\n\tif (good && FILTERED) {\n\t\tnever_swapped();", "visit"),
    ("swap", "that a visit's memory is locked", "kiosk/visit/glass/sandbox.c",
     "\t\tnever_swapped();\n\t\task", "\t\task", "visit"),
    ("processor", "the bound on a visit's time on a processor", "kiosk/visit/glass/sandbox.c",
     "limit(RLIMIT_CPU, CPU_MAX)", "limit(RLIMIT_CPU, RLIM_INFINITY)", "visit"),
    ("window", "the host's patience with one that hangs, in a window", "kiosk/host/keeper.h",
     "KEEPER_FRAME_LIMIT_MS = 1000,", "KEEPER_FRAME_LIMIT_MS = 600000,", "taken"),
    ("quick", "that the glass comes first when a visit ends", "kiosk/host/keeper.c",
     "\tstruct child old = k->active;\n\tbool touched = k->touched, staff = k->staff;\n",
     "\tstruct child old = k->active;\n\tbool touched = k->touched, staff = k->staff;\n\tusleep(60000);\n", "time"),
    ("clock", "that a visit that is left is cleared", "kiosk/host/keeper.c",
     "\t\tend_visit(k, KEEPER_CLEARED_BY_TIME, now);\n\t\tbreak;",
     "\t\tidle_reset(&k->idle, k->plan.idle_ms, k->plan.answer_ms);\n\t\tidle_input(&k->idle, now);\n\t\tbreak;", "glass"),
    ("any-piece", "the cover over a visit that died of one piece of memory", "kiosk/host/keeper.c",
     "\t\tcase CHILD_GONE:\n\t\t\tend_visit(k, KEEPER_CRASHED, now);\n\t\t\treturn;",
     "\t\tcase CHILD_GONE:\n\t\t\tk->active = NO_CHILD;\n\t\t\tk->touched = false;\n\t\t\treturn;", "starved"),
    ("journal", "that nothing is told to a log", "kiosk/host/host.c",
     "static void on_ended(void *self, enum keeper_end why) {\n",
     "#include <syslog.h>\nstatic void on_ended(void *self, enum keeper_end why) {\n\tsyslog(LOG_INFO, \"%d\", (int)why);\n", "disk"),
    ("beat", "that the kiosk's beats come by the clock alone", "kiosk/host/host.c",
     "\tkeeper_touch(h->keeper, phase, finger, x, y, clock_ms());\n",
     "\tkeeper_touch(h->keeper, phase, finger, x, y, clock_ms());\n\th->beat_at = x < 300 ? clock_ms() + 7000 : h->beat_at;\n",
     "outside"),
    ("hide", "the host's own test for a touch on Hide", "kiosk/host/keeper.c",
     "bool on_hide = phase == WIRE_DOWN && rect_has(glass_hide(k->plan.glass), x, y);",
     "bool on_hide = false && rect_has(glass_hide(k->plan.glass), x, y);", "hide"),
    ("spare", "the spare that is ready when a visit ends", "kiosk/host/keeper.c",
     "\tk->active = NO_CHILD;\n\tif (k->spare.ready) {\n\t\tk->active = k->spare;\n\t\tk->spare = NO_CHILD;\n\t\tshow_whole(k);\n\t} else {",
     "\tk->active = NO_CHILD;\n\tchild_kill(&k->spare, &k->graves);\n\t{", "hide"),
    ("whole", "that the whole frame is shown at an end", "kiosk/host/keeper.c",
     "show_part(k, (struct rect){0, 0, k->plan.glass.w, k->plan.glass.h});\n}\n\n/* --- visits come",
     "show_part(k, (struct rect){0, 0, k->plan.glass.w, k->plan.glass.h - 9});\n}\n\n/* --- visits come", "glass"),
    ("kill", "the end of the process", "kiosk/host/child.c", "\t\tkill(c->pid, SIGKILL);\n",
     "\t\tkill(c->pid, SIGSTOP);\n", "memory"),
    ("unmap", "that the host lets go of a frame", "kiosk/host/child.c",
     "munmap((void *)(uintptr_t)c->frame, c->frame_bytes);", "(void)c->frame_bytes;", "memory"),
    ("places", "that it is forgotten where somebody touched", "kiosk/host/window.c",
     "\tif (w->forget) {\n\t\tforget_touches(w);\n\t}\n", "\tw->forget = false;\n", "memory"),
    ("resting", "that it is also forgotten where a finger rested that is lifted after the end", "kiosk/host/window.c",
     "\t\t\tw->forget = true;", "\t\t\tw->forget = false;", "memory"),
    ("buffers", "that the pictures behind are shown anew", "kiosk/host/window.c",
     "w->settle = whole ? HIDDEN_BUFFERS : w->settle;", "w->settle = 0;", "buffers"),
    ("wiping", "that memory is overwritten when it is given back", "kiosk/host/wiping.c",
     "\twiping.on = true;", "\twiping.on = false;", "memory"),
    ("look", "that the host lets go of a frame, seen by the kiosk itself", "kiosk/host/child.c",
     "munmap((void *)(uintptr_t)c->frame, c->frame_bytes);", "(void)c->frame_bytes;", "staff"),
    ("pin", "that a PIN is overwritten when staff mode ends", "kiosk/host/staff.c",
     "\texplicit_bzero(s->first, sizeof s->first);\n\texplicit_bzero(s->keys, sizeof s->keys);\n",
     "\texplicit_bzero(s->keys, sizeof s->keys);\n", "staff"),
    ("state", "that a request's file is removed", "kiosk/host/bell_keep.c",
     "fine = unlinkat(dir, name, 0) == 0 || errno == ENOENT;", "fine = true;", "disk"),
    ("log", "that nothing is written about visits", "kiosk/host/host.c",
     "static void on_ended(void *self, enum keeper_end why) {\n",
     "static void on_ended(void *self, enum keeper_end why) {\n"
     "\tFILE *log = fopen(\"/var/tmp/alcove-trial.log\", \"a\");\n\tif (log != NULL) {\n"
     "\t\tfprintf(log, \"%d\\n\", (int)why);\n\t\tfclose(log);\n\t}\n", "disk"),
    ("silence", "that reading sends nothing", "kiosk/host/host.c",
     "\tkeeper_touch(h->keeper, phase, finger, x, y, clock_ms());\n",
     "\tkeeper_touch(h->keeper, phase, finger, x, y, clock_ms());\n\tif (h->bell != NULL) {\n\t\tbell_test(h->bell);\n\t}\n",
     "outside"),
    ("sockets", "that the socket of a visit is closed", "kiosk/host/child.c",
     "\t\tclose(c->socket);\n\t}\n\t*c = NO_CHILD;", "\t}\n\t*c = NO_CHILD;", "month"),
    ("graves", "that the dead are taken leave of", "kiosk/host/child.c",
     "\t\tgot = waitpid(pid, NULL, wait ? 0 : WNOHANG);", "\t\tgot = pid;", "month"),
]


def make(*goals):
    done = subprocess.run(["make", "-s", "-j2", *goals], cwd=COPY, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def copy():
    """The files that git knows, and what was built already, so that only what a trial changes is built again."""
    COPY.mkdir(parents=True, exist_ok=True)
    names = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout.split(b"\0")
    for name in (n.decode() for n in names if n):
        source, target = pathlib.Path(name), COPY / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def prove(part):
    done = subprocess.run(["tests/proof/run.sh", part], cwd=COPY, env={**os.environ, **SMALL}, capture_output=True,
                          text=True, check=False, timeout=1200)
    return [l for l in done.stdout.splitlines() if l.startswith("not ok")]


def trial(name, what, file, old, new, part):
    path = COPY / file
    whole = path.read_text(encoding="utf-8")
    if whole.count(old) != 1:
        return f"the text to take out stands {whole.count(old)} times in {file}"
    path.write_text(whole.replace(old, new), encoding="utf-8")
    try:
        fine, said = make(FLAGS, "all", "proof-programs")
        if not fine:
            return f"it does not build: {said[-300:]}"
        failed = prove(part)
    finally:
        path.write_text(whole, encoding="utf-8")
        copy()
    if not failed:
        return f"the proof ({part}) does not notice"
    print(f"ok - trial: without {what}, the proof fails: {failed[0][9:].strip():.140}", flush=True)
    return None


def main():
    copy()
    fine, said = make(FLAGS, "all", "packs", "proof-programs")
    if not fine:
        print(f"not ok - trial: nothing can be built: {said[-600:]}")
        return 1
    chosen = [t for t in TRIALS if not sys.argv[1:] or t[0] in sys.argv[1:]]
    bad = 0
    for t in chosen:
        wrong = trial(*t)
        if wrong:
            bad += 1
            print(f"not ok - trial: {t[0]}: {wrong}", flush=True)
    for trace in ("/var/tmp/alcove-trial.log",):
        if os.path.exists(trace):
            os.remove(trace)
    print(f"{len(chosen) - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
