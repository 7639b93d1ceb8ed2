#include "trace.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* --- the machine ------------------------------------------------------------------------------------------------ */

#if defined(__x86_64__)
static bool leave_out(pid_t pid) {
	return ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L) == 0;
}
static bool answer(pid_t pid, int64_t value) {
	return ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), value) == 0;
}
#elif defined(__aarch64__)
static bool leave_out(pid_t pid) {
	int none = -1;
	struct iovec v = {&none, sizeof none};
	return ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &v) == 0;
}
static bool answer(pid_t pid, int64_t value) {
	struct user_regs_struct regs;
	struct iovec v = {&regs, sizeof regs};
	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) != 0) {
		return false;
	}
	regs.regs[0] = (uint64_t)value;
	return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v) == 0;
}
#else
#error "teach trace.c this kind of machine"
#endif

bool trace_bytes(pid_t pid, uint64_t at, void *out, size_t size) {
	struct iovec here = {out, size}, there = {(void *)(uintptr_t)at, size};
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

void trace_string(pid_t pid, uint64_t at, char *out, size_t size) {
	size_t have = 0;
	out[0] = 0;
	while (have < size - 1 && trace_bytes(pid, at + have, out + have, 1) && out[have] != 0) {
		have++;
	}
	out[have] = 0;
}

/* --- running ---------------------------------------------------------------------------------------------------- */

struct running {
	struct trace *t;
	pid_t pid;
	bool counting;
	int at;          /* number of the call under way */
	struct call now; /* the call under way */
	bool left_out;
	int64_t instead;
};

static void child(const struct trace *t, int says) {
	int null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(says, STDOUT_FILENO);
	dup2(says, STDERR_FILENO);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	execv(t->argv[0], t->argv);
	_exit(127);
}

static bool is_sync(long number) {
	return number == SYS_fsync || number == SYS_fdatasync;
}

/* The program is about to ask. False: it shall not go on. */
static bool entering(struct running *r, const struct __ptrace_syscall_info *info) {
	struct trace *t = r->t;
	r->now = (struct call){.number = (long)info->entry.nr};
	memcpy(r->now.args, info->entry.args, sizeof r->now.args);
	r->left_out = false;
	if (!r->counting && r->now.number == SYS_openat) {
		char path[300];
		trace_string(r->pid, r->now.args[1], path, sizeof path);
		r->counting = strcmp(path, t->from) == 0;
	}
	if (!r->counting) {
		return true;
	}
	r->at = t->calls++;
	t->number = r->at == t->at ? r->now.number : t->number;
	int sync = is_sync(r->now.number) ? t->syncs++ : -1;
	if (t->mode == TRACE_KILL_BEFORE && r->at == t->at) {
		return false;
	}
	/* A program that may not even end has nothing left to do right; and brk has no errors: it answers with a place. */
	bool fails =
	    t->mode == TRACE_FAIL && r->at == t->at && r->now.number != SYS_exit_group && r->now.number != SYS_brk;
	if (fails || (t->mode == TRACE_SKIP_SYNC && sync >= 0 && sync == t->at)) {
		r->left_out = leave_out(r->pid);
		r->instead = fails ? -t->error : 0;
	}
	return true;
}

static bool leaving(struct running *r, const struct __ptrace_syscall_info *info) {
	struct trace *t = r->t;
	if (r->left_out) {
		answer(r->pid, r->instead);
		return true;
	}
	r->now.result = info->exit.rval;
	if (r->counting && t->told != NULL && !t->told(t->to, r->pid, &r->now)) {
		return false;
	}
	return !(r->counting && t->mode == TRACE_KILL_AFTER && r->at == t->at);
}

/* One stop. False when the program is to be killed. */
static bool stopped(struct running *r, int *signal) {
	struct __ptrace_syscall_info info = {0};
	int why = WSTOPSIG(r->t->status);
	*signal = 0;
	if (why != (SIGTRAP | 0x80)) {
		*signal = why == SIGSTOP || why == SIGTRAP ? 0 : why;
		return true;
	}
	if (ptrace(PTRACE_GET_SYSCALL_INFO, r->pid, sizeof info, &info) <= 0) {
		return true;
	}
	return info.op == PTRACE_SYSCALL_INFO_ENTRY  ? entering(r, &info)
	       : info.op == PTRACE_SYSCALL_INFO_EXIT ? leaving(r, &info)
	                                             : true;
}

/* Waits for the next stop or the end, for ten seconds at most. */
static bool wait_for(struct running *r) {
	struct timespec began;
	clock_gettime(CLOCK_MONOTONIC, &began);
	for (;;) {
		pid_t got = waitpid(r->pid, &r->t->status, __WALL | WNOHANG);
		if (got == r->pid) {
			return true;
		}
		struct timespec now;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - began.tv_sec > 10) {
			r->t->hung = true;
			return false;
		}
		/* Most calls are over at once; only one who waits for a child takes longer. */
		sigset_t child_set;
		sigemptyset(&child_set);
		sigaddset(&child_set, SIGCHLD);
		sigtimedwait(&child_set, NULL, &(struct timespec){.tv_nsec = 50000000});
	}
}

static void follow(struct running *r) {
	int signal = 0;
	bool going = wait_for(r) && WIFSTOPPED(r->t->status) &&
	             ptrace(PTRACE_SETOPTIONS, r->pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0;
	while (going && ptrace(PTRACE_SYSCALL, r->pid, NULL, signal) == 0) {
		if (!wait_for(r)) {
			break;
		}
		if (!WIFSTOPPED(r->t->status)) {
			return;
		}
		going = stopped(r, &signal);
	}
	kill(r->pid, SIGKILL);
	waitpid(r->pid, &r->t->status, __WALL);
}

bool trace_run(struct trace *t) {
	int ends[2];
	sigset_t child_set, before;
	t->calls = t->syncs = t->status = 0;
	t->hung = false;
	t->says[0] = 0;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return false;
	}
	sigemptyset(&child_set);
	sigaddset(&child_set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_set, &before);
	struct running r = {.t = t, .pid = fork()};
	if (r.pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		child(t, ends[1]);
	}
	close(ends[1]);
	bool good = r.pid > 0;
	if (good) {
		follow(&r);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	ssize_t n = read(ends[0], t->says, sizeof t->says - 1);
	t->says[n > 0 ? n : 0] = 0;
	close(ends[0]);
	return good;
}
