#include "store/sheet.h"

#include "base/clock.h"
#include "host/spawn.h"
#include "store/look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_one(int *fd) {
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

/* Starts it with descriptors of its own; `from` are the socket's and the pipe's ends that it gets, and the sheet. */
static bool start(struct sheet *s, const char *packer, const int from[3], int library, struct fault *f) {
	int fds[] = {spawn_raise(from[0]), spawn_raise(from[1]), spawn_reopen(from[2]),
	             library < 0 ? -1 : spawn_reopen(library)};
	if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0 || (library >= 0 && fds[3] < 0)) {
		fault_say(f, "The sheet could not be opened again: %s.", strerror(errno));
	} else {
		const struct spawn_fd places[] = {{fds[0], WIRE_FD_SOCKET},
		                                  {fds[1], STDOUT_FILENO},
		                                  {fds[2], WIRE_FD_FILES},
		                                  {fds[3], WIRE_FD_FILES + 1}};
		pid_t pid = spawn_start(packer, "house-sheet", places, library < 0 ? 3 : 4, f);
		s->pid = pid < 0 ? 0 : pid;
	}
	for (int i = 0; i < 4; i++) {
		close_one(&fds[i]);
	}
	return s->pid != 0;
}

bool sheet_start(struct sheet *s, const char *packer, const struct sheet_order *order, int csv, int library,
                 struct fault *f) {
	int ends[2], pipe[2];
	*s = (struct sheet){.wire = -1, .pipe = -1, .pack = memfd_create("house", MFD_CLOEXEC)};
	s->work = (struct wire_work){.work = WIRE_WORK_READ, .state = WIRE_WORK_FAILED, .reason = WIRE_STORE_FAILED};
	if (s->pack < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		sheet_end(s);
		return fault_say(f, "The sheet could not be read: %s.", strerror(errno));
	}
	if (pipe2(pipe, O_CLOEXEC) != 0) {
		close(ends[0]);
		close(ends[1]);
		sheet_end(s);
		return fault_say(f, "The sheet could not be read: %s.", strerror(errno));
	}
	s->wire = spawn_raise(ends[0]);
	s->pipe = spawn_raise(pipe[0]);
	/* Our end alone must not wait: at its own the other process may. */
	bool going =
	    fcntl(s->pipe, F_SETFL, O_NONBLOCK) == 0 && start(s, packer, (int[]){ends[1], pipe[1], csv}, library, f);
	going = going && (send(s->wire, order, sizeof *order, MSG_NOSIGNAL) == (ssize_t)sizeof *order ||
	                  fault_say(f, "The sheet could not be read: %s.", strerror(errno)));
	s->until = clock_ms() + SHEET_MS;
	if (!going) {
		sheet_end(s);
	}
	return going;
}

void sheet_end(struct sheet *s) {
	if (s->pid != 0) {
		spawn_kill(s->pid);
		s->pid = 0;
	}
	close_one(&s->wire);
	close_one(&s->pipe);
	close_one(&s->pack);
}

/* Takes what is in the pipe. 1: all has come; 0: more may; -1: it is too much, or cannot be kept. */
static int drain(struct sheet *s) {
	char block[65536];
	for (;;) {
		ssize_t n = read(s->pipe, block, sizeof block);
		if (n == 0) {
			return 1;
		}
		if (n < 0) {
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		}
		s->size += (uint64_t)n;
		if (s->size > SHEET_PACK_MOST || write(s->pack, block, (size_t)n) != n) {
			return -1;
		}
	}
}

static bool sane(const struct wire_message *m) {
	const struct wire_work *w = &m->work;
	return m->kind == WIRE_WORK && wire_sane_from_host(m) && w->work == WIRE_WORK_READ &&
	       (w->state == WIRE_WORK_DONE || (w->state == WIRE_WORK_FAILED && w->reason != WIRE_FINE));
}

/* It is over: the child goes, the pack stays when there is one. */
static bool over(struct sheet *s, enum wire_reason reason) {
	int pack = s->work.state == WIRE_WORK_DONE && reason == WIRE_FINE ? s->pack : -1;
	if (reason != WIRE_FINE) {
		s->work =
		    (struct wire_work){.work = WIRE_WORK_READ, .state = WIRE_WORK_FAILED, .reason = (uint8_t)reason};
	}
	s->pack = pack == s->pack ? -1 : s->pack;
	sheet_end(s);
	s->pack = pack;
	return true;
}

bool sheet_hear(struct sheet *s) {
	struct wire_message m;
	if (s->pid == 0) {
		return true;
	}
	int all = drain(s);
	if (all < 0) {
		return over(s, WIRE_TOO_BIG);
	}
	enum wire_got got = s->told ? WIRE_NOTHING : wire_receive(s->wire, &m, false);
	if (got == WIRE_GONE || (got == WIRE_GOT && !sane(&m)) || clock_ms() > s->until) {
		return over(s, WIRE_SHEET_BAD);
	}
	if (got == WIRE_GOT) {
		s->told = true;
		s->work = m.work;
	}
	/* What failed needs no pack; what is done is over when its last byte is here. */
	return s->told && (all == 1 || s->work.state == WIRE_WORK_FAILED) && over(s, WIRE_FINE);
}
