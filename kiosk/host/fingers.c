#include "host/fingers.h"

void fingers_reset(struct fingers *f) {
	*f = (struct fingers){.live = -1};
}

void fingers_hush(struct fingers *f, int64_t until_ms) {
	f->live = -1;
	f->quiet = true;
	f->quiet_until = until_ms;
}

bool fingers_hushed(const struct fingers *f, int64_t now_ms) {
	return f->quiet && (f->down != 0 || now_ms < f->quiet_until);
}

static enum finger_says down(struct fingers *f, int finger, bool swallow, int64_t now_ms) {
	/* A second down of the same finger: its up was lost on the way. It is not a second finger. */
	f->down &= ~(1u << finger);
	bool alone = f->down == 0, hushed = fingers_hushed(f, now_ms), was_live = f->live >= 0;
	f->down |= 1u << finger;
	f->live = -1;
	if (!alone || swallow || hushed) {
		return was_live ? FINGER_CANCEL : FINGER_NOTHING;
	}
	f->quiet = false;
	f->live = finger;
	return FINGER_PASS;
}

enum finger_says fingers_touch(struct fingers *f, enum wire_phase phase, int finger, bool swallow, int64_t now_ms) {
	if (finger < 0 || finger >= FINGERS) {
		return FINGER_NOTHING;
	}
	if (phase == WIRE_DOWN) {
		return down(f, finger, swallow, now_ms);
	}
	bool live = finger == f->live;
	if (phase != WIRE_MOVE) {
		f->down &= ~(1u << finger);
		f->live = live ? -1 : f->live;
	}
	return live ? FINGER_PASS : FINGER_NOTHING;
}
