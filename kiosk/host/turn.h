/* A panel that does not hang upright: where a point of the glass, which people see upright, is on the panel, and back.
 * Pure: numbers and pixels, no display. Only host/window calls it.
 *
 * `turned` is how far the panel is turned as seen from the front, clockwise: 0, 90, 180 or 270 degrees. At 90 its upper edge
 * is at the right, and a panel of 1280x800 is a glass of 800x1280. */
#ifndef ALCOVE_HOST_TURN_H
#define ALCOVE_HOST_TURN_H

#include "base/geom.h"

#include <stdint.h>

struct turn {
	int turned;
	int w, h; /* of the panel, in pixels */
};

/* The glass's size. */
void turn_size(struct turn t, int *w, int *h);
/* Where a point of the panel is on the glass. */
void turn_point(struct turn t, int *x, int *y);
/* Where a part of the glass is on the panel. */
struct rect turn_rect(struct turn t, struct rect part);
/* A piece of one row of the panel: `count` pixels from (x, y) on, out of a frame of the glass. */
void turn_row(struct turn t, const uint32_t *frame, int stride_px, int x, int y, int count, uint32_t *out);

#endif
