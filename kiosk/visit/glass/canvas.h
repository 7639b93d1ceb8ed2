/* The frame as pixels, and the few ways to put colour on them. All arithmetic is on whole numbers, so the same calls
 * give the same bytes on every machine. Nothing is ever written outside `clip`. Knows no text, no pictures, no SDL. */
#ifndef ALCOVE_GLASS_CANVAS_H
#define ALCOVE_GLASS_CANVAS_H

#include <stdint.h>

#include "base/geom.h"

struct canvas {
	uint32_t *pixels; /* XRGB8888, not owned; `w` * `h`, rows without gaps */
	int w, h;
	struct rect clip; /* inside the canvas */
};

struct canvas canvas_on(uint32_t *pixels, int w, int h);

/* The part of `r` that lies inside `in`; w and h are 0 when there is none. */
struct rect rect_cut(struct rect r, struct rect in);
/* The smallest rectangle around both; an empty one does not count. */
struct rect rect_join(struct rect a, struct rect b);

/* Fills the rectangle with one colour, 0x00RRGGBB. */
void canvas_fill(struct canvas *c, struct rect r, uint32_t rgb);
/* Lays the colour over `n` pixels from x, y to the right, each as strongly as its coverage says (0 to 255). */
void canvas_cover(struct canvas *c, int x, int y, const uint8_t *coverage, int n, uint32_t rgb);
/* Lays `n` pixels of R, G, B, A bytes (alpha not multiplied in) over those from x, y to the right. */
void canvas_lay(struct canvas *c, int x, int y, const uint8_t *rgba, int n);

#endif
