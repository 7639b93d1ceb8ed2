/* What a hand does to the glass: a choice acts when the finger lifts inside the target that it came down on. A palm, a
 * finger that slides off, a second tap within half a second do nothing (VVSG 2.0 7.2-H, 7.2-M). A value. */
#ifndef ALCOVE_VISIT_HAND_H
#define ALCOVE_VISIT_HAND_H

#include "visit/pure/layout.h"

struct hand {
	bool down;  /* a finger rests on `on` */
	int on;     /* choice that it came down on, or NO_TARGET */
	bool acted; /* something was chosen before */
	uint32_t acted_ms;
};

/* A second tap sooner than this after a choice counts as the same tap. */
#define DOUBLE_TAP_MS 500

/* Takes a touch; returns the choice that it made (an index), or NO_TARGET. TARGET_HIDE is never returned: Hide is the
 * host's. `pressed` is what should look pressed now. */
int hand_touch(struct hand *h, const struct view *v, const struct layout *l, const struct wire_touch *t, int *pressed);

#endif
