#include "host/lamp.h"

#include "host/lamp_wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct guard {
	const struct lamp_chip *chip;
	int fd, line, alive; /* -1 for a line that there is not */
};

static void set(const struct guard *g, int line, bool on) {
	if (line >= 0) {
		g->chip->set(g->chip->self, line, on);
	}
}

/* True when there is a message; false when the host is gone, or has not spoken for so long (`silent`). */
static bool hear(const struct guard *g, struct lamp_message *m, int silent_ms, bool *silent) {
	struct pollfd p = {.fd = g->fd, .events = POLLIN};
	int ready;
	do {
		ready = poll(&p, 1, silent_ms);
	} while (ready < 0 && errno == EINTR);
	*silent = ready == 0;
	return ready == 1 && recv(g->fd, m, sizeof *m, MSG_DONTWAIT) == (ssize_t)sizeof *m;
}

static bool hold(struct guard *g, const struct lamp_message *m, struct fault *f) {
	const struct lamp_chip *chip = g->chip;
	if (m->kind != LAMP_HOLD || memchr(m->chip, 0, sizeof m->chip) == NULL) {
		return fault_say(f, "The lamp was not told what to hold.");
	}
	if (!chip->open(chip->self, m->chip, f)) {
		return false;
	}
	g->line = m->line;
	g->alive = m->alive;
	return (g->line < 0 || chip->hold(chip->self, g->line, f)) &&
	       (g->alive < 0 || chip->hold(chip->self, g->alive, f));
}

static void serve(const struct guard *g, int silent_ms) {
	struct lamp_message m;
	bool silent = false;
	/* A host that stands still may come to itself: then its line rises again. The lamp stays as it was: whoever asked
	 * still waits. */
	while (hear(g, &m, silent ? -1 : silent_ms, &silent) || silent) {
		if (!silent && m.kind == LAMP_OPEN) {
			set(g, g->line, m.open > 0);
		}
		set(g, g->alive, !silent);
	}
}

int lamp_guard(int fd, const struct lamp_chip *chip, int silent_ms) {
	struct guard g = {.chip = chip, .fd = fd, .line = -1, .alive = -1};
	struct lamp_message m, answer = {.kind = LAMP_ANSWER};
	bool silent;
	if (!hear(&g, &m, LAMP_START_MS, &silent)) {
		return 1;
	}
	answer.open = hold(&g, &m, &answer.fault);
	set(&g, g.alive, answer.open == 1);
	if (send(fd, &answer, sizeof answer, MSG_NOSIGNAL) == (ssize_t)sizeof answer && answer.open == 1) {
		serve(&g, silent_ms);
	}
	set(&g, g.alive, false);
	set(&g, g.line, false);
	chip->close(chip->self);
	return answer.open == 1 ? 0 : 1;
}
