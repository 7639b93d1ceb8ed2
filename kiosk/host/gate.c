#include "host/gate.h"

#include <string.h>

enum { TELL_MS = 1000 };

void gate_init(struct gate *g, const char *program, int dir, int64_t now) {
	*g = (struct gate){.program = program, .dir = dir, .is = WIRE_GATE_ENTER, .child = NO_PIN_CHILD};
	g->broken = dir < 0 || pin_read(&g->pin, dir, now) == PIN_BROKEN;
}

bool gate_has_pin(const struct gate *g) {
	return g->pin.hash[0] != 0;
}

/* --- what it is ------------------------------------------------------------------------------------------------- */

static void become(struct gate *g, enum wire_gate is, int64_t now) {
	if (is != WIRE_GATE_WAIT && is != WIRE_GATE_CHECKING) {
		(void)pin_shuffle(g->keys); /* without random numbers: in their order, which opens nothing */
	}
	g->is = is;
	g->news = true;
	g->since = now;
}

bool gate_tell(struct gate *g, struct wire_message *m, int64_t now) {
	if (!g->news) {
		return false;
	}
	g->news = false;
	memset(m, 0, sizeof *m); /* padding too: what crosses the wire is all ours */
	m->kind = WIRE_GATE;
	m->gate.gate = (uint8_t)g->is;
	memcpy(m->gate.keys, g->keys, sizeof m->gate.keys);
	m->gate.tries = (uint8_t)pin_tries(&g->pin);
	m->gate.from_start = g->from_start;
	if (g->is == WIRE_GATE_WAIT) {
		m->gate.wait_s = (uint16_t)((g->pin.wait_until - now + 999) / 1000);
	}
	return true;
}

void gate_show(struct gate *g, int64_t now) {
	g->from_start = !gate_has_pin(g);
	(void)pin_shuffle(g->keys); /* also for a gate that begins with a wait */
	become(g,
	       g->broken                 ? WIRE_GATE_BROKEN
	       : g->from_start           ? WIRE_GATE_CHOOSE
	       : now < g->pin.wait_until ? WIRE_GATE_WAIT
	                                 : WIRE_GATE_ENTER,
	       now);
}

void gate_over(struct gate *g) {
	pin_child_end(&g->child);
	explicit_bzero(g->first, sizeof g->first);
	explicit_bzero(g->keys, sizeof g->keys);
	g->is = WIRE_GATE_ENTER;
	g->news = false;
}

void gate_choose(struct gate *g, int64_t now) {
	become(g, WIRE_GATE_CHOOSE, now);
}

void gate_give_up(struct gate *g, bool inside, int64_t now) {
	pin_child_end(&g->child);
	explicit_bzero(g->first, sizeof g->first);
	become(g, inside ? WIRE_GATE_OPEN : WIRE_GATE_CHOOSE, now);
}

/* --- typing ----------------------------------------------------------------------------------------------------- */

static void start_child(struct gate *g, const char *digits, int64_t now) {
	struct pin_ask ask;
	memset(&ask, 0, sizeof ask);
	memcpy(ask.digits, digits, strlen(digits) + 1);
	if (!g->making) {
		memcpy(ask.hash, g->pin.hash, sizeof ask.hash);
	}
	bool started = pin_child_start(&g->child, g->program, &ask);
	become(g, started ? WIRE_GATE_CHECKING : WIRE_GATE_BROKEN, now);
	explicit_bzero(&ask, sizeof ask);
}

/* Counted before it is looked at, and counted for good: whoever pulls the plug has used up a try. */
static void try_pin(struct gate *g, const char *digits, int64_t now) {
	if (now < g->pin.wait_until) {
		become(g, WIRE_GATE_WAIT, now);
		return;
	}
	g->pin.misses++;
	if (!pin_write(&g->pin, g->dir)) {
		g->pin.misses--;
		become(g, WIRE_GATE_BROKEN, now);
		return;
	}
	g->making = false;
	start_child(g, digits, now);
}

static void choose_first(struct gate *g, const char *digits, int64_t now) {
	bool weak = pin_weak(digits);
	if (!weak) {
		memcpy(g->first, digits, strlen(digits) + 1);
	}
	become(g, weak ? WIRE_GATE_WEAK : WIRE_GATE_AGAIN, now);
}

static void choose_again(struct gate *g, const char *digits, int64_t now) {
	bool same = strcmp(g->first, digits) == 0;
	explicit_bzero(g->first, sizeof g->first);
	if (!same) {
		become(g, WIRE_GATE_DIFFERENT, now);
		return;
	}
	g->making = true;
	start_child(g, digits, now);
}

void gate_type(struct gate *g, const char *digits, int64_t now) {
	switch (g->is) {
	case WIRE_GATE_CHOOSE:
	case WIRE_GATE_DIFFERENT:
	case WIRE_GATE_WEAK:
		choose_first(g, digits, now);
		break;
	case WIRE_GATE_AGAIN:
		choose_again(g, digits, now);
		break;
	case WIRE_GATE_ENTER:
	case WIRE_GATE_WRONG:
	case WIRE_GATE_WAIT:
		try_pin(g, digits, now);
		break;
	case WIRE_GATE_CHECKING:
	case WIRE_GATE_OPEN:
	case WIRE_GATE_BROKEN:
		break;
	}
}

/* --- what the child says ---------------------------------------------------------------------------------------- */

static bool made(struct gate *g, const struct pin_said *said, int64_t now) {
	struct pin fresh = {.misses = 0};
	memcpy(fresh.hash, said->hash, sizeof fresh.hash);
	bool kept = said->fine != 0 && pin_write(&fresh, g->dir);
	if (kept) {
		g->pin = fresh;
	}
	become(g, kept ? WIRE_GATE_OPEN : WIRE_GATE_BROKEN, now);
	return kept;
}

static bool compared(struct gate *g, bool right, int64_t now) {
	if (right) {
		g->pin.misses = 0;
		g->pin.wait_until = 0;
		(void)pin_write(&g->pin, g->dir); /* should it fail: a miss more than there was, and that is no harm */
		become(g, WIRE_GATE_OPEN, now);
		return true;
	}
	int wait_s = pin_wait_s(g->pin.misses);
	g->pin.wait_until = now + (int64_t)wait_s * 1000;
	become(g, wait_s > 0 ? WIRE_GATE_WAIT : WIRE_GATE_WRONG, now);
	return false;
}

bool gate_hear(struct gate *g, int64_t now) {
	struct pin_said said;
	bool opened = false;
	switch (pin_child_hear(&g->child, &said)) {
	case PIN_NOTHING_YET:
		return false;
	case PIN_FAILED:
		if (!g->making) {
			g->pin.misses--; /* nobody's miss: there was no memory for it */
			(void)pin_write(&g->pin, g->dir);
		}
		become(g, WIRE_GATE_BROKEN, now);
		break;
	case PIN_SAID:
		opened = g->making ? made(g, &said, now) : compared(g, said.fine == 1, now);
		break;
	}
	explicit_bzero(&said, sizeof said);
	return opened;
}

bool gate_busy(const struct gate *g) {
	return g->child.pid != 0;
}

int gate_fds(const struct gate *g, struct pollfd fds[GATE_FDS]) {
	if (!gate_busy(g)) {
		return 0;
	}
	fds[0] = (struct pollfd){.fd = g->child.socket, .events = POLLIN};
	return 1;
}

/* --- time ------------------------------------------------------------------------------------------------------- */

int64_t gate_deadline(const struct gate *g) {
	if (g->is != WIRE_GATE_WAIT) {
		return -1;
	}
	int64_t second = g->since + TELL_MS;
	return second < g->pin.wait_until ? second : g->pin.wait_until;
}

void gate_tick(struct gate *g, int64_t now) {
	int64_t at = gate_deadline(g);
	if (at >= 0 && now >= at) {
		become(g, now >= g->pin.wait_until ? WIRE_GATE_ENTER : WIRE_GATE_WAIT, now);
	}
}
