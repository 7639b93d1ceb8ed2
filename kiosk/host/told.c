#include "host/told.h"

#include "host/marks.h"

#include <stdlib.h>
#include <string.h>

/* All marks, and then some. */
enum { ROOM = 2 * MARKS_ROOM };

bool told_begin(struct told *t) {
	t->rows = calloc(ROOM, sizeof t->rows[0]);
	t->count = 0;
	return t->rows != NULL;
}

void told_end(struct told *t) {
	if (t->rows != NULL) {
		explicit_bzero(t->rows, ROOM * sizeof t->rows[0]);
		free(t->rows);
	}
	*t = (struct told){.rows = NULL};
}

static void drop_row(struct told *t, int i) {
	t->count--;
	memmove(&t->rows[i], &t->rows[i + 1], (size_t)(t->count - i) * sizeof t->rows[0]);
}

void told_drop(struct told *t, uint32_t kind) {
	for (int i = t->count - 1; i >= 0; i--) {
		if (t->rows[i].kind == kind) {
			drop_row(t, i);
		}
	}
}

static bool is_progress(const struct wire_message *m) {
	return m->kind == WIRE_WORK && m->work.state == WIRE_WORK_GOING;
}

void told_put(struct told *t, const struct wire_message *m) {
	if (t->rows == NULL) {
		return;
	}
	struct wire_message *last = t->count > 0 ? &t->rows[t->count - 1] : NULL;
	if (last != NULL && is_progress(last) && is_progress(m)) {
		*last = *m;
	} else if (t->count < ROOM) {
		t->rows[t->count++] = *m;
	}
}

void told_instead(struct told *t, const struct wire_message *m) {
	told_drop(t, m->kind);
	told_put(t, m);
}

bool told_next(struct told *t, struct wire_message *m) {
	if (t->count == 0) {
		return false;
	}
	*m = t->rows[0];
	drop_row(t, 0);
	return true;
}

bool told_full(const struct told *t) {
	return t->count >= ROOM / 2;
}

struct wire_message told_blank(enum wire_kind kind) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = kind;
	return m;
}
