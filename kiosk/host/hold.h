/* A long press: one finger that comes down on one place, stays on it and holds. It opens staff mode. Pure: no clock, no
 * screen; a second finger, a slip off the place or a lift ends it. */
#ifndef ALCOVE_HOST_HOLD_H
#define ALCOVE_HOST_HOLD_H

#include "base/geom.h"
#include "wire/wire.h"

/* Long enough that nobody who leans on the screen, or wipes it, opens it; short enough to be found when one was told. */
enum { HOLD_MS = 3000 };
/* The place's side in hundredths of a millimetre: larger than a target (12.7 mm), for it cannot be seen. */
enum { HOLD_HMM = 2000 };

/* Which corner; the top right is Hide's. */
enum hold_corner { HOLD_NOWHERE, HOLD_TOP_LEFT, HOLD_BOTTOM_LEFT, HOLD_BOTTOM_RIGHT };
/* Where that is on a glass; empty for HOLD_NOWHERE. Never overlaps Hide. */
struct rect hold_place(struct glass glass, enum hold_corner corner);

struct hold {
	bool on;
	int finger;
	int64_t since; /* ms */
};

/* `may`: a press that begins now counts. */
void hold_touch(struct hold *h, struct rect place, enum wire_phase phase, int finger, int x, int y, bool may,
                int64_t now_ms);
void hold_drop(struct hold *h);
/* When hold_over will be true if nothing happens before, or -1. */
int64_t hold_deadline(const struct hold *h);
bool hold_over(const struct hold *h, int64_t now_ms);

#endif
