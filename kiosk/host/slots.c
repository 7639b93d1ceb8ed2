#include "host/slots.h"

#include "base/clock.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Silence in which eight megabytes reach a card at a few hundred kilobytes a second, or a stick is found to be gone (30 s
 * in the kernel). */
enum { PATIENCE_MS = 60000 };

static int connect_to(const char *path) {
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	if (n == 0 || n >= sizeof to.sun_path) {
		return -1;
	}
	memcpy(to.sun_path, path, n);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool slots_open(struct slots *s, const char *socket) {
	*s = NO_SLOTS;
	s->wire = connect_to(socket);
	return s->wire >= 0;
}

void slots_close(struct slots *s) {
	if (s->wire >= 0) {
		close(s->wire);
	}
	*s = NO_SLOTS;
}

bool slots_want(struct slots *s, const struct wire_want_what *want) {
	struct wire_message m;
	bool ours = want->want == WIRE_WANT_LIST || want->want == WIRE_WANT_SYSTEM || want->want == WIRE_WANT_STOP ||
	            want->want == WIRE_WANT_RESTART || want->want == WIRE_WANT_READ;
	if (!ours || s->wire < 0 || (s->working && want->want != WIRE_WANT_STOP)) {
		return false;
	}
	memset(&m, 0, sizeof m);
	m.kind = WIRE_WANT;
	m.want = *want;
	bool sent = wire_send(s->wire, &m);
	if (sent && want->want == WIRE_WANT_SYSTEM) {
		s->working = true;
		s->until = clock_ms() + PATIENCE_MS;
	}
	s->asked = s->asked || (sent && (want->want == WIRE_WANT_LIST || want->want == WIRE_WANT_READ));
	return sent;
}

/* It is over, and says nothing any more; what it owes is told in its place. */
static bool fail(struct slots *s, struct wire_message *m) {
	bool owed = s->working;
	slots_close(s);
	memset(m, 0, sizeof *m);
	m->kind = WIRE_WORK;
	m->work.work = WIRE_WORK_SYSTEM;
	m->work.state = WIRE_WORK_FAILED;
	m->work.reason = WIRE_PULLED;
	return owed;
}

static bool sane(const struct wire_message *m) {
	return wire_sane_from_host(m) &&
	       (m->kind == WIRE_SYSTEM || (m->kind == WIRE_WORK && m->work.work == WIRE_WORK_SYSTEM));
}

bool slots_hear(struct slots *s, struct wire_message *m) {
	if (s->wire < 0) {
		return false;
	}
	enum wire_got got = wire_receive(s->wire, m, false);
	if (got == WIRE_NOTHING) {
		return s->working && clock_ms() >= s->until && fail(s, m);
	}
	if (got == WIRE_GONE || !sane(m)) {
		return fail(s, m);
	}
	s->asked = s->asked && m->kind != WIRE_SYSTEM;
	if (m->kind == WIRE_WORK) {
		s->working = s->working && m->work.state == WIRE_WORK_GOING;
		s->until = clock_ms() + PATIENCE_MS;
	}
	return true;
}

int slots_wait_ms(const struct slots *s) {
	int64_t left = s->until - clock_ms();
	return s->wire < 0 || !s->working ? -1 : left < 0 ? 0 : (int)left;
}

void slots_steady(const char *socket, const char *trial) {
	if (access(trial, F_OK) != 0) {
		return;
	}
	struct slots s;
	if (slots_open(&s, socket)) {
		struct wire_message m;
		memset(&m, 0, sizeof m);
		m.kind = WIRE_STEADY;
		wire_send(s.wire, &m);
		slots_close(&s);
	}
}
