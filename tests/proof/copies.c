/* With COPIES in the environment (the path of build/proof/copied), the keeper gets its visits as copies of one that has
 * drawn and that nobody has touched, and not each from a start of its own. Nothing else about them is different. */
#include "copies.h"

#include "host/child.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

bool __real_child_start(struct child *c, const struct keeper_plan *plan, struct fault *f);
bool __real_child_begin(struct child *c, const struct keeper_plan *plan, int64_t now_ms, struct fault *f);
bool __wrap_child_start(struct child *c, const struct keeper_plan *plan, struct fault *f);
bool __wrap_child_begin(struct child *c, const struct keeper_plan *plan, int64_t now_ms, struct fault *f);

enum { START_MS = 30000 };

static struct child original; /* of all copies; ends with us */

/* False when there is none yet, or none any more. */
static bool ask_for_copy(const struct keeper_plan *plan, int theirs, int frame, pid_t *pid) {
	struct copy_ask ask;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} with;
	const int fds[2] = {theirs, frame};
	long got = -1;
	memset(&ask, 0, sizeof ask);
	memset(&with, 0, sizeof with);
	if (strlen(plan->program) >= sizeof ask.program) {
		return false;
	}
	snprintf(ask.program, sizeof ask.program, "%s", plan->program);
	struct iovec part = {&ask, sizeof ask};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &with, .msg_controllen = sizeof with};
	with.head =
	    (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fds), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(&with.head), fds, sizeof fds);
	bool fine = sendmsg(original.socket, &m, MSG_NOSIGNAL) == (ssize_t)sizeof ask &&
	            recv(original.socket, &got, sizeof got, 0) == (ssize_t)sizeof got && got > 0;
	*pid = (pid_t)got;
	return fine;
}

bool __wrap_child_start(struct child *c, const struct keeper_plan *plan, struct fault *f) {
	int pair[2];
	if (original.pid == 0) {
		return __real_child_start(c, plan, f);
	}
	*c = NO_CHILD;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		return fault_say(f, "No socket for a copy of a visit.");
	}
	int frame = memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	pid_t pid;
	bool fine = frame >= 0 && ask_for_copy(plan, pair[1], frame, &pid);
	close(pair[1]);
	if (!fine) {
		close(pair[0]);
		close(frame);
		return fault_say(f, "There is no copy of a visit.");
	}
	c->pid = pid;
	c->socket = pair[0];
	c->frame_fd = frame;
	return true;
}

/* The one that is copied is told to start as the first one is. */
static bool begin_original(const char *program, const struct keeper_plan *plan, struct fault *f) {
	struct keeper_plan its = *plan;
	struct wire_message m;
	its.program = program;
	if (!__real_child_start(&original, &its, f) || !__real_child_begin(&original, &its, 0, f)) {
		return false;
	}
	struct pollfd drawn = {.fd = original.socket, .events = POLLIN};
	return (poll(&drawn, 1, START_MS) == 1 && child_receive(&original, &m, plan->glass) == CHILD_GOT) ||
	       fault_say(f, "The visit that is to be copied does not draw.");
}

bool __wrap_child_begin(struct child *c, const struct keeper_plan *plan, int64_t now_ms, struct fault *f) {
	const char *program = getenv("COPIES");
	if (program != NULL && original.pid == 0 && !begin_original(program, plan, f)) {
		fprintf(stderr, "%s\n", f->says);
		_exit(EXIT_FAILURE);
	}
	return __real_child_begin(c, plan, now_ms, f);
}
