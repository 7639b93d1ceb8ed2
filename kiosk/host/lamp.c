#include "host/lamp.h"

#include "host/lamp_wire.h"
#include "host/spawn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct lamp {
	const struct settings *settings;
	const char *program;
	pid_t pid; /* 0 when there is no child */
	int fd;    /* -1 with it */
};

static bool say(const struct lamp *l, const struct lamp_message *m) {
	return send(l->fd, m, sizeof *m, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof *m;
}

enum { END_LOOKS = 50, END_LOOK_NS = 10000000 };

/* The child lets its lines fall and ends when it finds us gone; one that does not is killed. */
static void end(struct lamp *l) {
	const struct timespec pause = {.tv_nsec = END_LOOK_NS};
	if (l->fd >= 0) {
		close(l->fd);
		l->fd = -1;
	}
	for (int i = 0; i < END_LOOKS && l->pid != 0; i++) {
		if (waitpid(l->pid, NULL, WNOHANG) != 0) {
			l->pid = 0;
		} else {
			nanosleep(&pause, NULL);
		}
	}
	if (l->pid != 0) {
		spawn_kill(l->pid);
		l->pid = 0;
	}
}

static bool hear_answer(const struct lamp *l, struct fault *f) {
	struct lamp_message answer;
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	if (poll(&p, 1, LAMP_START_MS) != 1 ||
	    recv(l->fd, &answer, sizeof answer, MSG_DONTWAIT) != (ssize_t)sizeof answer || answer.kind != LAMP_ANSWER) {
		return fault_say(f, "The lamp at %s does not answer.", l->settings->lamp_chip);
	}
	answer.fault.says[sizeof answer.fault.says - 1] = 0;
	return answer.open == 1 || fault_say(f, "%s", answer.fault.says);
}

static bool start(struct lamp *l, struct fault *f) {
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		return fault_say(f, "The lamp could not be started: %s.", strerror(errno));
	}
	l->fd = ends[0];
	int theirs = spawn_raise(ends[1]);
	l->pid = spawn_start(l->program, "lamp", &(struct spawn_fd){theirs, LAMP_FD}, 1, f);
	close(theirs);
	if (l->pid < 0) {
		l->pid = 0;
		end(l);
		return false;
	}
	struct lamp_message hold = {
	    .kind = LAMP_HOLD, .line = l->settings->lamp_line, .alive = l->settings->lamp_alive_line};
	snprintf(hold.chip, sizeof hold.chip, "%s", l->settings->lamp_chip);
	say(l, &hold);
	if (!hear_answer(l, f)) {
		end(l);
		return false;
	}
	return true;
}

struct lamp *lamp_new(const struct settings *s, const char *program, struct fault *f) {
	struct lamp *l = calloc(1, sizeof *l);
	if (l == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	*l = (struct lamp){.settings = s, .program = program, .fd = -1};
	if (!start(l, f)) {
		free(l);
		return NULL;
	}
	return l;
}

void lamp_free(struct lamp *l) {
	if (l != NULL) {
		end(l);
		free(l);
	}
}

void lamp_tell(struct lamp *l, int open) {
	struct lamp_message m = {.kind = LAMP_OPEN, .open = (uint32_t)open};
	struct fault ignored; /* there is nobody to tell; the line that has fallen says it */
	if (l->fd < 0 || !say(l, &m)) {
		end(l);
		if (start(l, &ignored)) {
			say(l, &m);
		}
	}
}
