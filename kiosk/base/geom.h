/* Rectangles in pixels of the frame, origin top left, and the one place that is the same on every screen:
 * where "Hide this" sits. Pure values; nothing here draws or allocates. */
#ifndef ALCOVE_BASE_GEOM_H
#define ALCOVE_BASE_GEOM_H

#include <stdbool.h>
#include <stdint.h>

struct rect {
	int x, y, w, h;
};

/* The glass a visit is drawn for. Pixels per mm are kept in hundredths so that layout is whole numbers only. */
struct glass {
	int w, h;      /* pixels */
	int px_per_cm; /* pixels per centimetre: 59 is a 10.1-inch 1280x800 panel, 52 the Pi 7-inch */
};

/* The smallest and largest glass that Alcove lays out for (pixels). */
#define GLASS_MIN 320
#define GLASS_MAX 4096

bool rect_has(struct rect r, int x, int y);
bool rect_inside(struct rect inner, struct rect outer);
bool rect_overlaps(struct rect a, struct rect b);
/* r made larger by `by` pixels on every side (smaller when negative). */
struct rect rect_grow(struct rect r, int by);

/* Hundredths of a millimetre to whole pixels, rounded up: a target must never come out too small. */
int glass_px(struct glass g, int hundredths_mm);

/* The smallest touch target and the smallest gap between two (VVSG 2.0 7.2-I: 12.7 mm and 2.54 mm). */
#define TARGET_HMM 1270
#define GAP_HMM 254

/* The margin to the left and right of everything, in pixels. */
int glass_edge(struct glass g);

/* Where "Hide this" is: top right, on every screen, in every language, at every text size. The host tests it
 * before it tells a visit anything, so a visit cannot cover it, move it or hang on it. */
struct rect glass_hide(struct glass g);

#endif
