/* The sandbox: every power is tried after it is given away. Each trial is a process of its own, for most end it. */
#include "visit/glass/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `trial` in a child and returns how it ended, as waitpid has it. */
static int end_of(int (*trial)(void)) {
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int status = trial();
		syscall(SYS_exit_group, status);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static bool killed(int status) {
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

/* --- the filter: a call that is not on the list ends the process ------------------------------------------------- */

/* Straight to the kernel: the sanitizers' wrappers would do more than the one call. */
#define TRIAL(name, ...)                                                                                               \
	static int name(void) {                                                                                        \
		return sandbox_filter(false) ? (int)syscall(__VA_ARGS__) : 99;                                         \
	}

TRIAL(open_a_file, SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)
TRIAL(make_a_socket, SYS_socket, AF_INET, SOCK_STREAM, 0)
TRIAL(connect_somewhere, SYS_connect, 3, NULL, 0)
TRIAL(start_a_process, SYS_clone, SIGCHLD, 0, 0, 0, 0)
TRIAL(run_a_program, SYS_execve, "/bin/true", NULL, NULL)
TRIAL(write_to_standard_output, SYS_write, 1, "", 0)
TRIAL(tell_the_time, SYS_clock_gettime, 0, NULL)
TRIAL(make_a_file_in_memory, SYS_memfd_create, "x", 0)
TRIAL(signal_a_process, SYS_kill, 1, 0)
TRIAL(watch_a_process, SYS_ptrace, 0, 0, 0, 0)
TRIAL(get_chance, SYS_getrandom, NULL, 0, 0)
TRIAL(have_memory_that_runs, SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
TRIAL(map_a_descriptor, SYS_mmap, NULL, 4096, PROT_READ, MAP_SHARED, 4, 0)
TRIAL(make_memory_run, SYS_mprotect, NULL, 0, PROT_EXEC)
TRIAL(raise_a_limit, SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL)

static void what_is_not_needed_ends_the_process(void **state) {
	(void)state;
	int (*const trials[])(void) = {open_a_file,       make_a_socket,
	                               connect_somewhere, start_a_process,
	                               run_a_program,     write_to_standard_output,
	                               tell_the_time,     make_a_file_in_memory,
	                               signal_a_process,  watch_a_process,
	                               get_chance,        have_memory_that_runs,
	                               map_a_descriptor,  make_memory_run,
	                               raise_a_limit};
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		if (!killed(end_of(trials[i]))) {
			fail_msg("trial %zu was not ended", i);
		}
	}
}

static int do_what_a_visit_does(void) {
	if (!sandbox_filter(false)) {
		return 99;
	}
	char byte = 0;
	long p = syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long bad = p < 0 && p > -4096;
	bad += syscall(SYS_munmap, p, 4096) != 0;
	bad += syscall(SYS_pread64, 40, &byte, 1, 0) != 1;
	return (int)bad;
}

static void what_is_needed_still_works(void **state) {
	(void)state;
	int fd = open("/proc/self/exe", O_RDONLY);
	assert_int_equal(dup2(fd, 40), 40);
	int status = end_of(do_what_a_visit_does);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(40);
	close(fd);
}

static int say_and_no_more(void) {
	return sandbox_filter(true) && syscall(SYS_write, 1, "", 0) == 0 ? (int)syscall(SYS_write, 2, "", 0) : 99;
}

static void the_check_may_only_say_its_sentence(void **state) {
	(void)state;
	assert_true(killed(end_of(say_and_no_more)));
}

/* --- the rest --------------------------------------------------------------------------------------------------- */

/* Bits of what is wrong after the sandbox has closed; the filter is not part of this build. */
static int look_around(void) {
	struct fault f = {""};
	int kept = dup2(1, 5), other = dup2(1, 70);
	if (kept != 5 || other != 70 || !sandbox_enter(6, false, &f)) {
		return 64;
	}
	struct rlimit core, size, files;
	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_FSIZE, &size);
	getrlimit(RLIMIT_NOFILE, &files);
	return (fcntl(5, F_GETFD) < 0 ? 1 : 0) | (fcntl(70, F_GETFD) >= 0 ? 2 : 0) |
	       (core.rlim_max != 0 || size.rlim_max != 0 || files.rlim_max > 1 ? 4 : 0) |
	       (open("/dev/null", O_RDONLY) >= 0 ? 8 : 0) | (prctl(PR_GET_DUMPABLE) != 0 ? 16 : 0) |
	       (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ? 32 : 0);
}

static void nothing_can_be_opened_dumped_or_gained(void **state) {
	(void)state;
	int status = end_of(look_around);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A file that the trial may remove only by its name; the trial's parent made it. */
static void file_name(char *name, size_t size, pid_t parent) {
	snprintf(name, size, "/tmp/alcove-sandbox-%d", (int)parent);
}

/* By Landlock alone: the limit on descriptors is not asked, for none is made. */
static int remove_a_file(void) {
	struct fault f = {""};
	char name[64];
	file_name(name, sizeof name, getppid());
	return !sandbox_enter(3, false, &f) ? 2 : unlink(name) == 0 ? 1 : 0;
}

static void no_file_can_be_reached_by_name(void **state) {
	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
		print_message("this kernel has no Landlock: skipped\n");
		skip();
	}
	char name[64];
	file_name(name, sizeof name, getpid());
	close(open(name, O_CREAT | O_WRONLY, 0600));
	int status = end_of(remove_a_file);
	assert_int_equal(unlink(name), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int spin(void) {
	struct fault f = {""};
	if (!sandbox_enter(3, false, &f)) {
		return 2;
	}
	struct rlimit cpu;
	return getrlimit(RLIMIT_CPU, &cpu) == 0 && cpu.rlim_max <= 600 ? 0 : 1;
}

static void processor_time_is_bounded(void **state) {
	(void)state;
	int status = end_of(spin);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_needed_ends_the_process),
	    cmocka_unit_test(what_is_needed_still_works),
	    cmocka_unit_test(the_check_may_only_say_its_sentence),
	    cmocka_unit_test(nothing_can_be_opened_dumped_or_gained),
	    cmocka_unit_test(no_file_can_be_reached_by_name),
	    cmocka_unit_test(processor_time_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
