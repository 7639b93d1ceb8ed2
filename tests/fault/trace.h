/* Runs a program call by call: watches what it asks of the kernel, and can make any one call its last, let it fail, or
 * leave it out. Its children are not watched; they end with it. Linux on x86-64 and 64-bit ARM. */
#ifndef ALCOVE_TESTS_FAULT_TRACE_H
#define ALCOVE_TESTS_FAULT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct call {
	long number;
	uint64_t args[6];
	int64_t result; /* as the kernel gives it: an error is below 0 */
};

enum trace_mode {
	TRACE_WATCH,
	TRACE_KILL_BEFORE, /* the call at `at` is never carried out, and the program is gone */
	TRACE_KILL_AFTER,  /* it is the last one */
	TRACE_FAIL,        /* it is not carried out and answers `error`; the program goes on */
	TRACE_SKIP_SYNC,   /* the fsync counted `at` is not carried out and answers that all is well */
};

struct trace {
	char *const *argv;
	/* Calls are counted from the first openat whose path is this: what a program does to start is of no interest. */
	const char *from;
	enum trace_mode mode;
	int at;    /* of calls, with SKIP_SYNC of fsyncs; from 0 */
	int error; /* such as EIO */
	/* Told of each counted call that was carried out (not of one that was left out). False: it was the last one. */
	bool (*told)(void *to, pid_t pid, const struct call *c);
	void *to;

	/* Filled by trace_run. */
	int calls, syncs;
	long number; /* of the call `at` */
	int status;  /* as of waitpid */
	bool hung;   /* it was ended because one call took longer than ten seconds */
	char says[2000];
};

/* False when a program cannot be watched here at all. */
bool trace_run(struct trace *t);

/* The program's memory. */
bool trace_bytes(pid_t pid, uint64_t at, void *out, size_t size);
/* A string of it; "" when it cannot be read. */
void trace_string(pid_t pid, uint64_t at, char *out, size_t size);

#endif
