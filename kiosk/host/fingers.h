/* Which touches a visit hears of. One finger at a time: a second one means a palm, and cancels. After a visit has ended
 * nothing is heard until every finger is up and a moment has passed. Pure: no clock, no screen. */
#ifndef ALCOVE_HOST_FINGERS_H
#define ALCOVE_HOST_FINGERS_H

#include "wire/wire.h"

enum { FINGERS = 16 };

struct fingers {
	uint32_t down;       /* a bit for each finger on the glass */
	int live;            /* the finger that the visit hears of; -1 for none */
	bool quiet;          /* a visit has ended a moment ago */
	int64_t quiet_until; /* ms; with `quiet` */
};

enum finger_says { FINGER_NOTHING, FINGER_PASS, FINGER_CANCEL };

void fingers_reset(struct fingers *f);
/* Nothing is heard until all fingers are up and it is `until_ms`. */
void fingers_hush(struct fingers *f, int64_t until_ms);
bool fingers_hushed(const struct fingers *f, int64_t now_ms);
/* FINGER_PASS: the visit hears this touch. FINGER_CANCEL: it hears WIRE_LOST in its place.
 * `swallow`: this touch is not for the visit, whatever it is. */
enum finger_says fingers_touch(struct fingers *f, enum wire_phase phase, int finger, bool swallow, int64_t now_ms);

#endif
