#include "store/look.h"

#include "base/clock.h"
#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t limit_ms(enum look_depth depth, int pack) {
	struct stat st;
	if (depth == LOOK_PEEK) {
		return LOOK_PEEK_MS;
	}
	return fstat(pack, &st) == 0 ? LOOK_MS + st.st_size / LOOK_BYTES_A_SECOND * 1000 : LOOK_MS;
}

/* The same file for a child. A peek may be at a stick, where opening once more can hang: there it is the same opening. */
static int for_child(enum look_depth depth, int fd) {
	return depth == LOOK_PEEK ? fcntl(fd, F_DUPFD_CLOEXEC, SPAWN_FD_LEAST) : spawn_reopen(fd);
}

static void close_all(const int *fds, int count) {
	for (int i = 0; i < count; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
}

bool look_start(struct look *l, const char *program, enum look_depth depth, int pack, int other, struct fault *f) {
	static const char *const roles[] = {"visit-peek", "visit-facts", "visit-look"};
	int ends[2];
	*l = (struct look){.wire = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		return fault_say(f, "A pack could not be looked at: %s.", strerror(errno));
	}
	int fds[] = {spawn_raise(ends[1]), for_child(depth, pack), other < 0 ? -1 : for_child(depth, other)};
	if (fds[0] < 0 || fds[1] < 0 || (other >= 0 && fds[2] < 0)) {
		fault_say(f, "A pack could not be opened again: %s. Is /proc mounted?", strerror(errno));
	} else {
		const struct spawn_fd places[] = {
		    {fds[0], WIRE_FD_SOCKET}, {fds[1], WIRE_FD_FILES}, {fds[2], WIRE_FD_FILES + 1}};
		pid_t pid = spawn_start(program, roles[depth], places, other < 0 ? 2 : 3, f);
		l->pid = pid < 0 ? 0 : pid;
	}
	close_all(fds, 3);
	if (l->pid == 0) {
		close(ends[0]);
		return false;
	}
	l->wire = spawn_raise(ends[0]);
	l->until = clock_ms() + limit_ms(depth, pack);
	return true;
}

void look_end(struct look *l) {
	if (l->pid != 0) {
		spawn_kill(l->pid);
		l->pid = 0;
	}
	if (l->wire >= 0) {
		close(l->wire);
		l->wire = -1;
	}
}

static enum look_heard over(struct look *l, enum wire_reason reason) {
	look_end(l);
	l->reason = reason == WIRE_FINE && !l->offered ? WIRE_DAMAGED : reason;
	return LOOK_OVER;
}

/* A child may say only what it was started for: nothing of its own about places, slots, systems, files. */
static bool sane(const struct look *l, const struct wire_message *m) {
	if (!wire_sane_from_host(m)) {
		return false;
	}
	switch (m->kind) {
	case WIRE_OFFER:
		return !l->offered && m->offer.thing == WIRE_THING_PACK && m->offer.reason == WIRE_FINE &&
		       m->offer.first == 0 && m->offer.last == 0 && m->offer.system == 0 && m->offer.file[0] == 0;
	case WIRE_CHANGE:
		return l->offered;
	case WIRE_WORK:
		return m->work.work == WIRE_WORK_READ && m->work.what[0] == 0 && m->work.says[0] == 0;
	default:
		return false;
	}
}

enum look_heard look_hear(struct look *l, struct wire_message *m) {
	if (l->pid == 0) {
		return LOOK_OVER;
	}
	if (clock_ms() >= l->until) {
		return over(l, WIRE_DAMAGED); /* also while it talks */
	}
	enum wire_got got = wire_receive(l->wire, m, false);
	if (got == WIRE_NOTHING) {
		return LOOK_NOTHING;
	}
	if (got == WIRE_GONE || !sane(l, m) || l->heard++ >= LOOK_MESSAGES) {
		return over(l, WIRE_DAMAGED);
	}
	if (m->kind == WIRE_WORK && m->work.state != WIRE_WORK_GOING) {
		bool failed = m->work.state == WIRE_WORK_FAILED;
		return over(l, !failed                       ? WIRE_FINE
		               : m->work.reason == WIRE_FINE ? WIRE_DAMAGED
		                                             : (enum wire_reason)m->work.reason);
	}
	if (m->kind == WIRE_OFFER) {
		l->offered = true;
		l->offer = m->offer;
	}
	return LOOK_MESSAGE;
}

int look_wait_ms(const struct look *l) {
	int64_t left = l->until - clock_ms();
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

void look_to_facts(const struct wire_offer *o, struct store_facts *out) {
	*out = (struct store_facts){.version = o->version, .house = o->house == 1};
	memcpy(out->id, o->id, sizeof out->id);
	memcpy(out->made, o->made, sizeof out->made);
	memcpy(out->title, o->title, sizeof out->title);
	memcpy(out->publisher, o->publisher, sizeof out->publisher);
	memcpy(out->languages, o->languages, sizeof out->languages);
}

enum wire_reason look_facts(void *self, int fd, struct store_facts *out) {
	const struct look_how *how = self;
	struct look l;
	struct fault f;
	struct wire_message m;
	if (!look_start(&l, how->program, how->depth, fd, -1, &f)) {
		return WIRE_STORE_FAILED;
	}
	for (;;) {
		enum look_heard heard = look_hear(&l, &m);
		if (heard == LOOK_OVER) {
			break;
		}
		if (heard == LOOK_NOTHING) {
			struct pollfd p = {.fd = l.wire, .events = POLLIN};
			poll(&p, 1, look_wait_ms(&l));
		}
	}
	if (l.reason == WIRE_FINE) {
		look_to_facts(&l.offer, out);
	}
	return l.reason;
}
