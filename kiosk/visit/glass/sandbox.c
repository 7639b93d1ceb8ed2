#include "visit/glass/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
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
    SCMP_SYS(pread64),  SCMP_SYS(fstat),                                                      /* packs */
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

static bool allow_all(scmp_filter_ctx filter, const int *calls, size_t count) {
	bool good = true;
	for (size_t i = 0; good && i < count; i++) {
		/* A call that this kind of machine does not have need not be allowed. */
		int made = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
		good = made == 0 || made == -EDOM;
	}
	return good;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool load_filter(bool may_say, int scratch) {
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (filter == NULL) {
		return false;
	}
	bool good = allow_memory(filter) && allow_all(filter, allowed, COUNT(allowed));
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

/* A place that may be opened all the same. One that is not there needs no rule. */
static bool let_in(int rules, const struct sandbox_place *place, long newest) {
	struct stat about;
	struct landlock_path_beneath_attr rule = {.parent_fd = open(place->path, O_PATH | O_CLOEXEC),
	                                          .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
	                                                            (place->write ? LANDLOCK_ACCESS_FS_WRITE_FILE : 0)};
	if (rule.parent_fd < 0) {
		return true;
	}
	if (place->write && newest >= 5) {
		rule.allowed_access |= 1u << 15; /* LANDLOCK_ACCESS_FS_IOCTL_DEV, which older headers do not know */
	}
	bool good = fstat(rule.parent_fd, &about) == 0;
	if (good && S_ISDIR(about.st_mode)) {
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	}
	good = good && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return good;
}

/* No file by any name but these, whatever the filter lets through: a second lock of another make, where the kernel has it
 * (Linux 5.13 and newer, when it was not left out). Every right that the kernel knows is taken. */
static bool no_files_but(const struct sandbox_place *places, int count) {
	long newest = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (newest < 1) {
		return true;
	}
	/* Thirteen rights in the first version; one more each in the second, third and fifth (Linux, landlock(7)). */
	const int bits = 13 + (newest >= 2) + (newest >= 3) + (newest >= 5);
	struct landlock_ruleset_attr all = {.handled_access_fs = (1u << bits) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	bool good = rules >= 0;
	for (int i = 0; i < count && good; i++) {
		good = let_in(rules, &places[i], newest);
	}
	good = good && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
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
	            no_files_but(NULL, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, most) &&
	            limit(RLIMIT_NOFILE, 1) && limit(RLIMIT_CPU, CPU_MAX) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
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

/* --- a device ---------------------------------------------------------------------------------------------------- */

/* The tone's memory is a quarter of a megabyte; it lasts two seconds. */
#define DEVICE_MEMORY_MAX (64ul << 20)
enum { DEVICE_CPU_MAX = 10, DEVICE_FDS = 64 };

/* Besides those of a visit: opening and asking a device, ALSA's settings, and waiting for the card. Found with strace. */
static const int device_calls[] = {
    SCMP_SYS(open),         SCMP_SYS(openat),        SCMP_SYS(close),     SCMP_SYS(read),
    SCMP_SYS(write),        SCMP_SYS(lseek),         SCMP_SYS(ioctl),     SCMP_SYS(fcntl),
    SCMP_SYS(stat),         SCMP_SYS(newfstatat),    SCMP_SYS(lstat),     SCMP_SYS(access),
    SCMP_SYS(faccessat),    SCMP_SYS(faccessat2),    SCMP_SYS(readlink),  SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),   SCMP_SYS(clock_gettime), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(getpid),        SCMP_SYS(gettid),
};

/* A card's memory is shared with it by mmap: a file, then, but never to be run. */
static bool allow_device(scmp_filter_ctx filter) {
	return allow_all(filter, allowed, COUNT(allowed)) && allow_all(filter, device_calls, COUNT(device_calls)) &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) ==
	           0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool load_device_filter(void) {
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = filter != NULL && allow_device(filter) && seccomp_load(filter) == 0;
	if (filter != NULL) {
		seccomp_release(filter);
	}
	return good;
}

bool sandbox_device(int keep_fds, const struct sandbox_place *places, int count, struct fault *f) {
	bool good = close_range((unsigned)keep_fds, ~0u, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	            no_files_but(places, count) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	            limit(RLIMIT_NOFILE, DEVICE_FDS) && limit(RLIMIT_CPU, DEVICE_CPU_MAX) &&
	            prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
	if (good && FILTERED) {
		good = limit(RLIMIT_DATA, DEVICE_MEMORY_MAX) && load_device_filter();
	}
	return good || fault_say(f, "The sound's process cannot lock itself in (%s).", strerror(errno));
}
