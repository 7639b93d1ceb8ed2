#!/usr/bin/env python3
"""Nothing of a visit is written down. Fifty visits in a real window, with every system call of every process of ours
traced but those that can only read, wait or have memory: nothing is written but to memory, sockets and the state folder
(which is in memory, and empty again at the end), no file is made, renamed or opened for writing anywhere else, nothing is
told to any log, and a call that this test does not know is a failure. Twenty-five of the visits read one half of the packs and
twenty-five the other half, each in a kiosk of its own started the same way: what both leave behind (folders, log lines,
the environment of the host, and every file name that was ever asked for) is the same, byte for byte.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

from kiosk import Canary, Kiosk, Site, Wrong, until

VISITS = int(os.environ.get("DISK_VISITS", "25"))

# What can change nothing outside a process: not traced, so that visits stay as fast as people.
HARMLESS = ("read,pread64,readv,preadv,preadv2,recvfrom,recvmsg,recvmmsg,poll,ppoll,select,pselect6,epoll_wait,epoll_pwait,"
            "futex,clock_gettime,clock_getres,clock_nanosleep,nanosleep,gettimeofday,time,brk,munmap,mremap,madvise,mprotect,"
            "mincore,mlock,mlock2,mlockall,munlock,close,close_range,fstat,stat,lstat,newfstatat,statx,fstatfs,statfs,lseek,"
            "access,faccessat,faccessat2,readlink,readlinkat,getdents64,getcwd,rt_sigaction,rt_sigprocmask,rt_sigreturn,"
            "rt_sigtimedwait,rt_sigsuspend,sigaltstack,sched_yield,sched_getaffinity,getpid,gettid,getppid,getuid,geteuid,"
            "getgid,getegid,getresuid,getresgid,getpgrp,getpgid,getsid,getgroups,getrandom,getrusage,getrlimit,sysinfo,uname,"
            "times,getcpu,getpeername,getsockname,getsockopt,wait4,waitid,restart_syscall,set_robust_list,set_tid_address,"
            "rseq,membarrier,arch_prctl,pause,alarm,timerfd_gettime,exit,exit_group,fadvise64,readahead,"
            "landlock_create_ruleset,landlock_add_rule,landlock_restrict_self,seccomp,prlimit64,setrlimit,umask,dup,dup2,dup3,"
            "pipe,pipe2,socketpair,eventfd2,epoll_create1,epoll_ctl,timerfd_create,timerfd_settime,signalfd4,memfd_create,"
            "pidfd_open,pidfd_send_signal,kill,tgkill,clone,clone3,fork,vfork,setpgid,setsid,shmat,shmdt,inotify_init1,"
            "inotify_add_watch,inotify_rm_watch,set_mempolicy,get_mempolicy,get_robust_list,setpriority,getpriority,"
            "sched_setscheduler,sched_getparam,sched_getscheduler,sched_get_priority_max,sched_get_priority_min,shutdown,"
            "listen,accept4,setsockopt")
# Traced, but in memory by what they are.
KNOWN = {"fcntl", "prctl", "shmctl", "ioctl", "socket", "chdir", "fchdir", "bind"}
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "splice", "tee", "vmsplice", "copy_file_range",
          "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range")
SENDS = ("sendto", "sendmsg", "sendmmsg", "connect")
CHANGES = ("rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "unlink",
           "unlinkat", "truncate", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown",
           "fchownat", "utimensat", "utime", "utimes", "futimesat", "setxattr", "fsetxattr", "lsetxattr", "mount", "umount2")
# Descriptors that are no file: what is written to them ends with the process that reads it.
NO_FILE = re.compile(r"^(socket:|pipe:|anon_inode:|/memfd:|UNIX|TCP|/dev/null$)")
# To whom a program may speak: the X server, and the broker on this machine. Not to a log, and to nobody else.
MAY_HEAR = re.compile(r'sun_path=@?"/tmp/\.X11-unix/|sa_family=AF_INET, sin_port=htons\({port}\), sin_addr=inet_addr\("127\.0\.0\.1"\)')


def folder_bytes(*folders):
    """All that is in folders: name -> kind, rights, and a hash of the content."""
    found = {}
    for top in folders:
        for path, dirs, files in os.walk(top):
            for name in dirs + files:
                full = os.path.join(path, name)
                stat = os.lstat(full)
                content = b""
                if os.path.isfile(full) and not os.path.islink(full):
                    with open(full, "rb") as f:
                        content = f.read()
                found[full] = (stat.st_mode, stat.st_size, hashlib.sha256(content).hexdigest())
    return found


def calls(trace):
    """(process, call, arguments, result) of each line; strace cuts calls in two when another process gets between."""
    unfinished = {}
    with open(trace, encoding="utf-8", errors="replace") as f:
        for line in f:
            match = re.match(r"(\d+) +(.*)", line.rstrip("\n"))
            if not match:
                continue
            pid, rest = match[1], match[2]
            if rest.endswith("<unfinished ...>"):
                unfinished[pid] = rest[:-len("<unfinished ...>")]
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
            if resumed:
                rest = unfinished.pop(pid, "") + resumed[1]
            call = re.match(r"(\w+)\((.*)\)\s+= (.*)", rest)
            if call:
                yield pid, call[1], call[2], call[3]


def first_descriptor(arguments):
    """What the first argument stands for: `7</tmp/x>` is /tmp/x."""
    match = re.match(r"\d+<(.*?)>(?:\(deleted\))?(?:,|$)", arguments)
    return match[1] if match else arguments.split(",")[0]


def allowed(path, site):
    return bool(NO_FILE.match(path)) or path.startswith(site.state) or path == os.path.join(site.folder, "kiosk.log")


def named(arguments):
    """The files that a call names, whole: a name behind a folder's descriptor is a name in that folder."""
    found = []
    for folder, name in re.findall(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', arguments):
        found.append(os.path.normpath(os.path.join(folder or "/", name)))
    return found


def judge(trace, site):
    """What a trace shows that lasts; and the names that were ever asked for."""
    wrong, names, seen, started = [], set(), 0, 0
    for _, call, arguments, result in calls(trace):
        seen += 1
        if call in ("open", "openat", "openat2", "creat"):
            path = (named(arguments) or [""])[0]
            names.add(f"open {path}")
            writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE", arguments) or call == "creat"
            if writes and not result.startswith("-1") and not allowed(path, site):
                wrong.append(f"{call}({arguments})")
        elif call in WRITES:
            target = first_descriptor(arguments)
            if not allowed(target, site):
                wrong.append(f"{call} to {target}")
        elif call in SENDS:
            # Only a call that names its receiver begins something; all else goes where a connection goes already.
            if re.search(r"sa_family=(?!AF_UNSPEC)", arguments) and not re.search(MAY_HEAR.pattern.replace("{port}", str(site.port)), arguments):
                wrong.append(f"{call}({arguments})")
        elif call == "mmap":
            if "MAP_SHARED" in arguments and "PROT_WRITE" in arguments:
                target = re.search(r"\d+<(.*?)>", arguments)
                # What the X server and a visit share is memory too.
                if target and not allowed(target[1], site) and not target[1].startswith("/SYSV"):
                    wrong.append(f"mmap of {target[1]}")
        elif call == "execve":
            names.add("execve " + arguments.split(",")[0])
            started += 1
        elif call == "shmget":
            if "IPC_PRIVATE" not in arguments:
                wrong.append(f"{call}({arguments})")
        elif call in CHANGES:
            paths = named(arguments) or [first_descriptor(arguments)]
            wrong += [f"{call}({arguments})" for p in paths if not result.startswith("-1") and not allowed(p, site)]
        elif call not in KNOWN:
            wrong.append(f"{call}({arguments}), which nobody has looked at")
    return wrong, names, seen, started


def visits(kiosk, desk, modules):
    """As a person would, over and over: a module to its last page, a number, sometimes staff."""
    for i in range(VISITS):
        kiosk.begin()
        module = modules[i % len(modules)]
        kiosk.tap("safe", f"module:proof-{module}", "next")
        if i % 5 == 4:
            before = len(desk.alerts)
            kiosk.tap("talk", "how:come", "when:now", "speak:en")
            kiosk.send()
            request = desk.first(number=before + 1)
            desk.say(request, "seen")
            kiosk.bell("seen")
            desk.say(request, "closed")
            until("the request is not over", lambda r=request: r in desk.over or desk.topic(r) not in desk.held, 10, 0.1)
            time.sleep(0.3)
        kiosk.hide()


def run(site, canary, desk, modules, name):
    """One kiosk's whole life, and what is left of it."""
    home, tmp, cache = (os.path.join(site.folder, f) for f in ("home", "tmp", "run"))
    for folder in (home, tmp, cache):
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
    trace, log = os.path.join(site.folder, f"trace-{name}"), os.path.join(site.folder, "kiosk.log")
    if os.path.exists(log):
        os.remove(log)
    kiosk = site.add(Kiosk(site, [canary.library, canary.house],
                           env={"HOME": home, "TMPDIR": tmp, "XDG_RUNTIME_DIR": cache},
                           trace=["strace", "-f", "-y", "-s", "0", "-qq", "-e", "signal=none", "--seccomp-bpf", "-e", f"trace=!{HARMLESS}",
                                  "-o", trace])).start()
    visits(kiosk, desk, modules)
    host = [p for p, n in kiosk.processes().items() if n == "alcove"][0]
    with open(f"/proc/{host}/environ", "rb") as f:
        environ = re.sub(rb"DISPLAY=:\d+", b"DISPLAY=:N", f.read())
    state = folder_bytes(site.state)
    os.kill(host, 15)
    kiosk.process.wait(20)
    kiosk.kill()
    kiosk.display.kill()
    with open(log, "rb") as f:
        said = f.read()
    return trace, {"the folders": folder_bytes(home, tmp, cache), "the state folder": state, "the log": said,
                   "the environment": environ}


def main():
    if shutil.which("strace") is None:
        print("not ok - disk: strace is missing; run make setup-test")
        return 1
    bad = 0

    def result(fine, name, why=""):
        nonlocal bad
        print(f"ok - disk: {name}" if fine else f"not ok - disk: {name}: {why}", flush=True)
        bad = bad or not fine
    with Site() as site:
        site.broker.start()
        desk = site.desk()
        canary = Canary(site.folder)
        try:
            one, left_one = run(site, canary, desk, (1, 2), "one")
            other, left_other = run(site, canary, desk, (3, 4), "other")
        except (Wrong, subprocess.SubprocessError) as wrong:
            result(False, "visits are traced", wrong)
            return 1
        made = [n for what in ("the folders", "the state folder") for n in left_one[what]]
        result(not made, "no file is left in any folder that a program may use", f"{made}")
        names = {}
        for name, trace in (("one half", one), ("the other half", other)):
            wrong, names[name], seen, started = judge(trace, site)
            # Each visit is a program that was started: a trace without them has seen nothing.
            result(not wrong and started > VISITS, f"{VISITS} visits that read {name} of the packs write nothing that lasts "
                   f"({seen} system calls of {started} processes)", "; ".join(dict.fromkeys(wrong)) if wrong else f"only {started} programs were seen to start")
        for what in left_one:
            result(left_one[what] == left_other[what], f"{what}: the same, byte for byte, whatever was read",
                   f"{left_one[what]!r:.300} and {left_other[what]!r:.300}")
        differ = names["one half"] ^ names["the other half"]
        differ = {n for n in differ if not re.search(r"/proc/\d+/", n)}
        result(not differ, "no file is asked for by name in one that is not in the other", f"{sorted(differ)[:5]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
