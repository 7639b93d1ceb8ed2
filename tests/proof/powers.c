/* What a visit may ask of the kernel, and how it is bounded: a second opinion on visit/glass/sandbox.c. Every call that the
 * kernel may know is tried by a process of its own that was locked in as a visit is; only those that are named here may
 * return. Prints "ok - ..." or "not ok - ..." for each. */
#include "visit/glass/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 600 /* Linux 6.18 knows fewer than 480 */, RETURNS_MS = 3000, NOBODY = 65534 };

/* The wire, reading packs, having memory, waiting, and ending. Two more are let through in one form only: mmap of memory
 * that belongs to no file and cannot be run, and mprotect that makes nothing run; in the form that is tried here, with all
 * flags there are, they are not. */
static const long needed[] = {
    SYS_recvfrom, SYS_sendto,  SYS_ppoll, SYS_pread64,         SYS_fstat,        SYS_brk,        SYS_munmap,
    SYS_mremap,   SYS_madvise, SYS_futex, SYS_restart_syscall, SYS_rt_sigreturn, SYS_exit_group, SYS_exit,
#ifdef SYS_poll
    SYS_poll,
#endif
};

static bool is_needed(long call) {
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		if (needed[i] == call) {
			return true;
		}
	}
	return false;
}

/* A process that is locked in and then does `deed`; how it ended, as waitpid has it. What does not come back is ended. */
static int locked_in(void (*deed)(long), long which) {
	struct fault f;
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		if (sandbox_enter(3, false, &f)) {
			deed(which);
		}
		syscall(SYS_exit_group, 77);
	}
	for (int waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
		if (waited == RETURNS_MS) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			break;
		}
		poll(NULL, 0, 1);
	}
	return status;
}

static bool ended_for_it(int status) {
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

/* Two calls that are no program's: uretprobe (Linux 6.11) and uprobe (6.18) come from code that the kernel itself puts
 * into a program that is watched. The kernel keeps them from every filter, and does nothing when they come from elsewhere. */
static bool is_the_kernels_own(long call) {
#ifdef __x86_64__
	return call == 335 || call == 336;
#else
	(void)call;
	return false;
#endif
}

/* What is asked for can be given to nobody: no such descriptor, address, process or flag. So a call that the filter should
 * have stopped, and did not, does nothing to the machine that the proof is played on. */
static void call(long which) {
	syscall(which, -1L, -1L, -1L, -1L, -1L, -1L);
}

static void ask_who_it_is(long which) {
	(void)which;
	syscall(SYS_getpid);
}

static bool try_all(void) {
	int passed = 0, ended = 0;
	char wrong[256] = "";
	if (!ended_for_it(locked_in(ask_who_it_is, 0))) {
		printf("not ok - visit: no filter holds it: it may ask the system for anything\n");
		return false;
	}
	for (long i = 0; i < CALLS; i++) {
		bool gone = ended_for_it(locked_in(call, i));
		passed += !gone;
		ended += gone;
		if (gone == is_needed(i) && !is_the_kernels_own(i)) {
			snprintf(wrong, sizeof wrong, "call %ld %s", i,
			         gone ? "ends a visit that needs it" : "is let through");
		}
	}
	if (wrong[0] == 0 && ended <= CALLS / 3 * 2) {
		snprintf(wrong, sizeof wrong, "only %d end a visit", ended);
	}
	printf("%s - visit: of %d calls that a program may make of the system, %d return; each of the others ends the "
	       "visit%s%s\n",
	       wrong[0] == 0 ? "ok" : "not ok", CALLS, passed, wrong[0] == 0 ? "" : ": ", wrong);
	return wrong[0] == 0;
}

/* Other doors into the same kernel, with other numbers for its calls. */
#ifdef __x86_64__
static void by_the_old_door(long which) {
	long result = which;
	__asm__ volatile("int $0x80" : "+a"(result) : "b"(0), "c"(0), "d"(0) : "memory");
}
static void by_the_narrow_door(long which) {
	syscall(which | 0x40000000, 0, 0, 0, 0, 0, 0); /* x32 */
}
static bool try_doors(void) {
	bool fine = ended_for_it(locked_in(by_the_old_door, 20 /* getpid */)) &&
	            ended_for_it(locked_in(by_the_narrow_door, SYS_getpid)) &&
	            ended_for_it(locked_in(by_the_narrow_door, SYS_pread64));
	printf("%s - visit: nor is there another way to make them: calls of 32 bits end it too\n",
	       fine ? "ok" : "not ok");
	return fine;
}
#else
static bool try_doors(void) {
	return true;
}
#endif

/* --- its bounds -------------------------------------------------------------------------------------------------- */

static bool has_line(int pid, const char *file, const char *line) {
	char path[64], is[256];
	bool found = false;
	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	FILE *f = fopen(path, "r");
	while (f != NULL && fgets(is, sizeof is, f) != NULL) {
		const char *from = is, *to = line;
		/* Any number of spaces is as good as one. */
		for (; *to != 0; from++, to++) {
			while (*to == ' ' && (from[0] == ' ' || from[0] == '\t') &&
			       (from[1] == ' ' || from[1] == '\t')) {
				from++;
			}
			if (*from != *to && !(*to == ' ' && *from == '\t')) {
				break;
			}
		}
		found = found || *to == 0;
	}
	if (f != NULL) {
		fclose(f);
	}
	return found;
}

static void stand_still(long which) {
	(void)which;
	for (;;) {
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
	}
}

/* A process that is locked in and stands still; its user is nobody, of whose processes the kernel says so when they may
 * be looked into. */
static pid_t stands_locked_in(bool as_nobody) {
	int ready[2];
	char byte;
	struct fault f;
	if (pipe(ready) != 0) {
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0) {
		if (as_nobody && geteuid() == 0 &&
		    (setresuid(NOBODY, NOBODY, NOBODY) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)) {
			_exit(76);
		}
		dup2(ready[1], 3);
		if (!sandbox_enter(3, false, &f)) {
			_exit(77);
		}
		stand_still(0);
	}
	close(ready[1]);
	/* The pipe is closed by the locking in: the last of its steps but the filter. */
	while (read(ready[0], &byte, 1) < 0 && errno == EINTR) {
	}
	close(ready[0]);
	for (int i = 0; i < RETURNS_MS && !has_line(pid, "status", "Seccomp: 2"); i++) {
		poll(NULL, 0, 1);
	}
	return pid;
}

static bool bound(int pid, const char *file, const char *line, const char *says) {
	bool fine = has_line(pid, file, line);
	if (!fine) {
		printf("not ok - visit: it is not so that %s\n", says);
	}
	return fine;
}

static bool look_at_bounds(void) {
	pid_t pid = stands_locked_in(false), nobody = stands_locked_in(true);
	char path[64];
	struct stat s;
	bool fine = bound(pid, "status", "Seccomp: 2", "a filter holds it") &&
	            bound(pid, "status", "NoNewPrivs: 1", "it can gain no rights") &&
	            bound(pid, "limits", "Max core file size 0 0 ", "it leaves no dump") &&
	            bound(pid, "limits", "Max file size 0 0 ", "it can make no file grow") &&
	            bound(pid, "limits", "Max open files 1 1 ", "it can open nothing") &&
	            bound(pid, "limits", "Max cpu time 600 600 ", "its time on a processor is bounded") &&
	            bound(pid, "limits", "Max data size 268435456 268435456 ", "its memory is bounded");
	if (fine && geteuid() == 0 && has_line(pid, "status", "VmLck: 0 kB")) {
		printf("not ok - visit: its memory is not locked, and could be written to a disk\n");
		fine = false;
	}
	snprintf(path, sizeof path, "/proc/%d/mem", (int)nobody);
	if (fine && (stat(path, &s) != 0 || (geteuid() == 0 && s.st_uid != 0))) {
		printf("not ok - visit: others of its user can look into it\n");
		fine = false;
	}
	if (fine) {
		printf("ok - visit: it gains no rights, leaves no dump, lets nobody look into it, can open nothing, "
		       "and its memory and "
		       "time are bounded%s\n",
		       geteuid() == 0 ? "; its memory is never written to a disk" : "");
	}
	kill(pid, SIGKILL);
	kill(nobody, SIGKILL);
	waitpid(pid, NULL, 0);
	waitpid(nobody, NULL, 0);
	return fine;
}

int main(void) {
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* What is printed is printed once, though processes are made of this one. */
	bool all = try_all(), doors = try_doors(), bounds = look_at_bounds();
	return all && doors && bounds ? 0 : 1;
}
