#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int place_fds(posix_spawn_file_actions_t *actions, const struct spawn_fd *fds, int count) {
	int last = STDERR_FILENO;
	int err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (err == 0) {
		err = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	}
#ifndef ALCOVE_DEVELOPER
	if (err == 0) {
		err = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
#endif
	for (int i = 0; i < count && err == 0; i++) {
		err = posix_spawn_file_actions_adddup2(actions, fds[i].from, fds[i].to);
		last = fds[i].to > last ? fds[i].to : last;
	}
	return err != 0 ? err : posix_spawn_file_actions_addclosefrom_np(actions, last + 1);
}

static int set_attributes(posix_spawnattr_t *attr) {
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	int err = posix_spawnattr_setsigmask(attr, &none);
	err = err != 0 ? err : posix_spawnattr_setsigdefault(attr, &all);
	/* A group of its own: Ctrl-C at a developer's terminal is for the host, which then ends its visits properly. */
	err = err != 0 ? err : posix_spawnattr_setpgroup(attr, 0);
	return err != 0 ? err
	                : posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	                                                     POSIX_SPAWN_SETPGROUP);
}

pid_t spawn_start(const char *program, const char *role, const struct spawn_fd *fds, int count, struct fault *f) {
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	pid_t pid = -1;
	char name[] = "alcove", argument[32];
	snprintf(argument, sizeof argument, "%s", role);
	char *argv[] = {name, argument, NULL}, *envp[] = {NULL};

	int err = posix_spawn_file_actions_init(&actions);
	if (err == 0) {
		err = posix_spawnattr_init(&attr);
		if (err == 0) {
			err = place_fds(&actions, fds, count);
			err = err != 0 ? err : set_attributes(&attr);
			err = err != 0 ? err : posix_spawn(&pid, program, &actions, &attr, argv, envp);
			posix_spawnattr_destroy(&attr);
		}
		posix_spawn_file_actions_destroy(&actions);
	}
	if (err != 0) {
		fault_say(f, "%s could not be started: %s.", program, strerror(err));
		return -1;
	}
	return pid;
}

pid_t spawn_ask(const char *program, const char *role, int to, const void *ask, size_t size, int *ours) {
	struct fault ignored;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		return -1;
	}
	int theirs = spawn_raise(pair[1]);
	const struct spawn_fd fds[] = {{theirs, to}};
	bool told = theirs >= 0 && send(pair[0], ask, size, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size;
	pid_t pid = told ? spawn_start(program, role, fds, 1, &ignored) : -1;
	if (theirs >= 0) {
		close(theirs);
	}
	if (pid < 0) {
		close(pair[0]);
		return -1;
	}
	*ours = pair[0];
	return pid;
}

int spawn_raise(int fd) {
	if (fd < 0 || fd >= SPAWN_FD_LEAST) {
		return fd;
	}
	int high = fcntl(fd, F_DUPFD_CLOEXEC, SPAWN_FD_LEAST);
	close(fd);
	return high;
}

int spawn_reopen(int fd) {
	char path[40];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return spawn_raise(open(path, O_RDONLY | O_CLOEXEC));
}

bool spawn_end(pid_t pid, int ms) {
	struct pollfd over = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	kill(pid, SIGKILL);
	poll(&over, over.fd >= 0 ? 1 : 0, ms);
	if (over.fd >= 0) {
		close(over.fd);
	}
	return waitpid(pid, NULL, WNOHANG) != 0;
}

void spawn_kill(pid_t pid) {
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
	}
}
