#include "visit/pure/hand.h"

static int hit(const struct view *v, const struct layout *l, int x, int y) {
	for (int i = 0; i < l->target_count; i++) {
		if (rect_has(l->targets[i].box, x, y)) {
			return l->targets[i].choice;
		}
	}
	return v->anywhere >= 0 ? v->anywhere : NO_TARGET;
}

static int hand_up(struct hand *h, const struct view *v, const struct layout *l, const struct wire_touch *t) {
	int on = h->on;
	bool was_down = h->down;
	h->down = false;
	h->on = NO_TARGET;
	if (!was_down || on < 0 || hit(v, l, t->x, t->y) != on) {
		return NO_TARGET;
	}
	h->acted = true;
	h->acted_ms = t->ms;
	return on;
}

int hand_touch(struct hand *h, const struct view *v, const struct layout *l, const struct wire_touch *t, int *pressed) {
	int chosen = NO_TARGET;
	*pressed = NO_TARGET;
	if (t->finger != 0 || t->phase == WIRE_LOST) {
		*h = (struct hand){.on = NO_TARGET, .acted = h->acted, .acted_ms = h->acted_ms};
		return NO_TARGET;
	}
	switch (t->phase) {
	case WIRE_DOWN: {
		int on = hit(v, l, t->x, t->y);
		bool again = h->acted && t->ms - h->acted_ms < DOUBLE_TAP_MS;
		h->down = true;
		h->on = again && (on < 0 || !v->choices[on].quick) ? NO_TARGET : on;
		break;
	}
	case WIRE_UP:
		chosen = hand_up(h, v, l, t);
		break;
	default:
		break;
	}
	if (h->down && h->on >= 0 && hit(v, l, t->x, t->y) == h->on) {
		*pressed = h->on;
	}
	return chosen;
}
