/* The shipped kiosk, of whose visits copies can be had. A visit of it starts and draws like any other, and never meets a
 * person: whenever it is asked to over its socket, it makes a copy of itself (fork), which takes over a socket and a frame of
 * its own, draws what was drawn, and is a visit from there on. Starting is a good part of what a visit costs, so more visits
 * can be played in a night. A copy that is told to start otherwise than this one was (for staff,
 * say) runs the shipped kiosk instead.
 *
 * It does not lock itself in, for then it could not copy itself: what a visit may do is shown by other parts of the proof.
 * And it keeps its faces of letters open, which a spare that waits gives back. */
#include "base/fault.h"
#include "visit/glass/canvas.h"
#include "visit/glass/type.h"
#include "wire/wire.h"

#include "copies.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum wire_got __real_wire_receive(int fd, struct wire_message *m, bool wait);
bool __real_wire_send(int fd, const struct wire_message *m);
struct canvas __real_canvas_on(uint32_t *pixels, int w, int h);
enum wire_got __wrap_wire_receive(int fd, struct wire_message *m, bool wait);
bool __wrap_wire_send(int fd, const struct wire_message *m);
struct canvas __wrap_canvas_on(uint32_t *pixels, int w, int h);
bool __wrap_sandbox_enter(int keep_fds, bool may_say, struct fault *f);
void __wrap_type_rest(struct type *t);

static struct wire_message start, done; /* as they went over the wire */
static struct canvas glass;
static bool copy;

bool __wrap_sandbox_enter(int keep_fds, bool may_say, struct fault *f) {
	(void)may_say, (void)f;
	return close_range((unsigned)keep_fds, ~0u, 0) == 0;
}

/* The faces stay open, for the copies. */
void __wrap_type_rest(struct type *t) {
	(void)t;
}

struct canvas __wrap_canvas_on(uint32_t *pixels, int w, int h) {
	struct canvas c = __real_canvas_on(pixels, w, h);
	glass = glass.pixels == NULL ? c : glass;
	return c;
}

bool __wrap_wire_send(int fd, const struct wire_message *m) {
	if (done.kind == 0 && m->kind == WIRE_DONE) {
		done = *m;
	}
	return __real_wire_send(fd, m);
}

/* The frame in place of the one that was copied with everything else, and drawn like it. */
static bool draw_again(int frame) {
	size_t bytes = (size_t)glass.w * (size_t)glass.h * sizeof *glass.pixels;
	uint32_t *fresh = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, frame, 0);
	if (fresh == MAP_FAILED) {
		return false;
	}
	memcpy(fresh, glass.pixels, bytes);
	return mremap(fresh, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, glass.pixels) == glass.pixels;
}

/* In the copy: everything that it shares with what it was copied from is replaced. Then it is a visit that has drawn. */
static void be_a_visit(const struct copy_ask *ask, int socket, int frame) {
	struct wire_message m;
	copy = true;
	/* Gone with the program that plays the visits, as every visit is. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(socket, WIRE_FD_SOCKET) < 0 || dup2(frame, WIRE_FD_FRAME) < 0) {
		_exit(EXIT_FAILURE);
	}
	close(socket);
	close(frame);
	if (recv(WIRE_FD_SOCKET, &m, sizeof m, MSG_PEEK) <= 0) {
		_exit(EXIT_SUCCESS); /* nobody wants it any more */
	}
	if (memcmp(&m, &start, sizeof m) != 0) {
		char name[] = "alcove", role[] = "visit", *argv[] = {name, role, NULL}, *envp[] = {NULL};
		execve(ask->program, argv, envp);
		_exit(EXIT_FAILURE);
	}
	if (__real_wire_receive(WIRE_FD_SOCKET, &m, true) != WIRE_GOT || !draw_again(WIRE_FD_FRAME) ||
	    !__real_wire_send(WIRE_FD_SOCKET, &done)) {
		_exit(EXIT_FAILURE);
	}
}

/* Copies as long as it is asked to; only copies come back. */
static void make_copies(void) {
	struct copy_ask ask;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} with;
	while (!copy) {
		int fds[2];
		struct iovec part = {&ask, sizeof ask};
		struct msghdr m = {
		    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &with, .msg_controllen = sizeof with};
		if (recvmsg(WIRE_FD_SOCKET, &m, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof ask ||
		    m.msg_controllen < CMSG_LEN(sizeof fds)) {
			_exit(EXIT_SUCCESS);
		}
		memcpy(fds, CMSG_DATA(&with.head), sizeof fds);
		/* A child of whoever asked, as if they had started it. */
		long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0) {
			be_a_visit(&ask, fds[0], fds[1]);
			return;
		}
		close(fds[0]);
		close(fds[1]);
		send(WIRE_FD_SOCKET, &pid, sizeof pid, MSG_NOSIGNAL);
	}
}

enum wire_got __wrap_wire_receive(int fd, struct wire_message *m, bool wait) {
	if (start.kind == 0) {
		if (recv(fd, &start, sizeof start, MSG_PEEK) <= 0) {
			return WIRE_GONE;
		}
	} else if (!copy) {
		make_copies();
	}
	return __real_wire_receive(fd, m, wait);
}
