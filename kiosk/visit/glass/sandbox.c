#include "visit/glass/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A build with AddressSanitizer asks the kernel for much more (it opens /proc, maps its shadow, makes signal stacks), so
 * there, and only in a developer build, the filter and the limit on memory are left out. All else stays. */
#if defined(ALCOVE_DEVELOPER) && defined(__SANITIZE_ADDRESS__)
#define FILTERED 0
/* The leak checker reads /proc at the end of a process, which one that has locked itself in cannot. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) {
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}
#else
#define FILTERED 1
#endif

/* Ten times what a visit was seen to use. The frame is shared memory and does not count. */
#define MEMORY_MAX (256ul << 20)

/* Processor time, in seconds: an event takes a few milliseconds (make bench), so this is a visit of a hundred thousand
 * touches. One that spins is covered by the host's clock within a second; this ends it even without a host. */
#define CPU_MAX 600

static bool limit(int resource, rlim_t most) {
	return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most}) == 0;
}

/* What drawing, reading packs and talking to the host were seen to need, and what the C library does behind malloc and
 * at the end. Found with strace over whole visits; a C library that needs more gives a visit that is killed
 * at once, in the first test. */
static const int allowed[] = {
    SCMP_SYS(recvfrom), SCMP_SYS(sendto),          SCMP_SYS(poll),         SCMP_SYS(ppoll),   /* the wire */
    SCMP_SYS(pread64),  SCMP_SYS(fstat),           SCMP_SYS(newfstatat),                      /* packs */
    SCMP_SYS(brk),      SCMP_SYS(munmap),          SCMP_SYS(mremap),       SCMP_SYS(madvise), /* memory */
    SCMP_SYS(futex),    SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigreturn), SCMP_SYS(exit_group), SCMP_SYS(exit),
};

/* Memory may be had, but never to run what is in it, and never out of a file. */
static bool allow_memory(scmp_filter_ctx filter) {
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	                        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool load_filter(bool may_say, int scratch) {
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (filter == NULL) {
		return false;
	}
	bool good = allow_memory(filter);
	for (size_t i = 0; good && i < sizeof allowed / sizeof allowed[0]; i++) {
		/* A call that this kind of machine does not have need not be allowed. */
		int made = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
		good = made == 0 || made == -EDOM;
	}
	if (good && may_say) {
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
		                        SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO)) == 0;
	}
	if (good && scratch >= 0) {
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pwrite64), 1,
		                        SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)scratch)) == 0;
	}
	good = good && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return good;
}

bool sandbox_filter(bool may_say) {
	return load_filter(may_say, -1);
}

static int no_order(const void *a, const void *b) {
	(void)a;
	(void)b;
	return 0;
}

/* The C library's qsort asks the kernel once how much memory there is, when it first sorts more than a kilobyte; the SVG
 * reader sorts that much for a busy picture. Asked here, so that the filter need not allow the question. */
static void ask_beforehand(void) {
	char sorted[2048] = {0};
	qsort(sorted, sizeof sorted, 1, no_order);
}

/* No file by any name, whatever the filter lets through: a second lock of another make, where the kernel has it (Linux
 * 5.13 and newer, when it was not left out). Every right that the kernel knows is taken, and none is given. */
static bool no_files(void) {
	long newest = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (newest < 1) {
		return true;
	}
	/* Thirteen rights in the first version; one more each in the second, third and fifth (Linux, landlock(7)). */
	const int bits = 13 + (newest >= 2) + (newest >= 3) + (newest >= 5);
	struct landlock_ruleset_attr all = {.handled_access_fs = (1u << bits) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	bool good = rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (rules >= 0) {
		close(rules);
	}
	return good;
}

/* What is in memory stays in memory: a page that was swapped out would outlive the visit on a disk. Only where the limit
 * leaves room for all that a visit may have; a kiosk without that right needs a system without swap. */
static void never_swapped(void) {
	struct rlimit most;
	if (getrlimit(RLIMIT_MEMLOCK, &most) == 0 && (most.rlim_cur >= 2 * MEMORY_MAX || geteuid() == 0)) {
		mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
	}
}

static bool enter(int keep_fds, bool may_say, int scratch, rlim_t most, struct fault *f) {
	/* With one as the limit no number is free for a new descriptor, and poll may still look at one. */
	bool good = close_range((unsigned)keep_fds, ~0u, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	            no_files() && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, most) && limit(RLIMIT_NOFILE, 1) &&
	            limit(RLIMIT_CPU, CPU_MAX) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
	if (good && FILTERED) {
		never_swapped();
		ask_beforehand();
		good = limit(RLIMIT_DATA, MEMORY_MAX) && load_filter(may_say, scratch);
	}
	return good ||
	       fault_say(f, "The visit cannot lock itself in (%s). This needs Linux 5.11 or newer with seccomp.",
	                 strerror(errno));
}

bool sandbox_enter(int keep_fds, bool may_say, struct fault *f) {
	return enter(keep_fds, may_say, -1, 0, f);
}

bool sandbox_enter_with(int keep_fds, bool may_say, int scratch, size_t most, struct fault *f) {
	return enter(keep_fds, may_say, scratch, most, f);
}
