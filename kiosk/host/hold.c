#include "host/hold.h"

struct rect hold_place(struct glass glass, enum hold_corner corner) {
	int side = glass_px(glass, HOLD_HMM);
	int x = corner == HOLD_BOTTOM_RIGHT ? glass.w - side : 0;
	int y = corner == HOLD_TOP_LEFT ? 0 : glass.h - side;
	struct rect place = {x, y, side, side}, hide = rect_grow(glass_hide(glass), glass_px(glass, GAP_HMM));
	if (corner == HOLD_NOWHERE) {
		return (struct rect){0, 0, 0, 0};
	}
	/* On a glass so small that they would meet, Hide goes first. */
	if (rect_overlaps(place, hide) && place.x < hide.x) {
		place.w = hide.x - place.x;
	}
	return place;
}

void hold_touch(struct hold *h, struct rect place, enum wire_phase phase, int finger, int x, int y, bool may,
                int64_t now_ms) {
	bool inside = rect_has(place, x, y);
	switch (phase) {
	case WIRE_DOWN:
		*h = (struct hold){.on = may && !h->on && inside, .finger = finger, .since = now_ms};
		break;
	case WIRE_MOVE:
		h->on = h->on && finger == h->finger && inside;
		break;
	case WIRE_UP:
	case WIRE_LOST:
		hold_drop(h);
		break;
	}
}

void hold_drop(struct hold *h) {
	h->on = false;
}

int64_t hold_deadline(const struct hold *h) {
	return h->on ? h->since + HOLD_MS : -1;
}

bool hold_over(const struct hold *h, int64_t now_ms) {
	return h->on && now_ms >= h->since + HOLD_MS;
}
