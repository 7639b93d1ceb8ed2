#include "host/inbox.h"

#include <string.h>

static void drop(struct inbox *box, int i) {
	box->count--;
	memmove(&box->items[i], &box->items[i + 1], (size_t)(box->count - i) * sizeof box->items[0]);
}

static bool is_move(const struct wire_message *m) {
	return m->kind == WIRE_TOUCH && m->touch.phase == WIRE_MOVE;
}

/* Only neighbours: a move must not jump over a down or an up. */
static bool replaces_last(const struct inbox *box, const struct wire_message *m) {
	const struct wire_message *last = box->count > 0 ? &box->items[box->count - 1] : NULL;
	return last != NULL && is_move(last) && is_move(m);
}

static void drop_kind(struct inbox *box, uint32_t kind) {
	for (int i = box->count - 1; i >= 0; i--) {
		if (box->items[i].kind == kind) {
			drop(box, i);
		}
	}
}

static void drop_moves(struct inbox *box) {
	for (int i = box->count - 1; i >= 0; i--) {
		if (is_move(&box->items[i])) {
			drop(box, i);
		}
	}
}

static void give_up_touches(struct inbox *box) {
	drop_kind(box, WIRE_TOUCH);
	drop_kind(box, WIRE_KEY);
	if (box->count == INBOX_ROOM) {
		return;
	}
	struct wire_message *lost = &box->items[box->count++];
	memset(lost, 0, sizeof *lost);
	lost->kind = WIRE_TOUCH;
	lost->touch.phase = WIRE_LOST;
}

void inbox_put(struct inbox *box, const struct wire_message *m) {
	if (m->kind == WIRE_WARN || m->kind == WIRE_BELL) {
		drop_kind(box, m->kind);
	} else if (replaces_last(box, m)) {
		box->count--;
	}
	if (box->count == INBOX_ROOM) {
		drop_moves(box);
	}
	if (box->count == INBOX_ROOM) {
		/* Two dozen taps and keys ahead of a visit that has not answered: none of them is meant any more. */
		give_up_touches(box);
		if (m->kind == WIRE_TOUCH || m->kind == WIRE_KEY || box->count == INBOX_ROOM) {
			return;
		}
	}
	box->items[box->count++] = *m;
}

bool inbox_take(struct inbox *box, struct wire_message *m) {
	if (box->count == 0) {
		return false;
	}
	*m = box->items[0];
	drop(box, 0);
	return true;
}

void inbox_wipe(struct inbox *box) {
	explicit_bzero(box, sizeof *box);
}
