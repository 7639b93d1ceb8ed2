/* The draw list: what the layout decided, as a flat list that paint turns into pixels and tests read. Later commands
 * lie on top of earlier ones. Whole pixels only, so the same list is the same picture everywhere. */
#ifndef ALCOVE_VISIT_DRAW_H
#define ALCOVE_VISIT_DRAW_H

#include "base/arena.h"
#include "base/geom.h"
#include "base/text.h"

enum colour {
	C_GROUND,
	C_INK,
	C_SOFT,
	C_LINE,
	C_CARD,
	C_STRONG,
	C_ON_STRONG,
	C_BAR,
	C_HIDE,
	C_ON_HIDE,
	C_FOCUS,
	C_TEAL,
	C_SKY,
	C_SAND,
	C_ROSE,
	C_PRESSED,
	C_FAINT,
	/* what a display must be able to show, the same in every theme */
	C_TEST_WHITE,
	C_TEST_BLACK,
	C_TEST_BLUE,
	C_TEST_GREEN,
	C_TEST_YELLOW,
	C_COUNT
};

enum theme { THEME_LIGHT, THEME_DARK, THEME_COUNT };

/* 0x00RRGGBB. Values and their contrast: theme.c; a test computes every pair that is used. */
uint32_t theme_colour(enum theme t, enum colour c);

/* One run: one face, one direction, one script, one size. This is all that shaping needs. */
struct run {
	const char *utf8; /* not terminated */
	uint16_t len;
	bool rtl, bold;
	uint32_t script, face;
	int px; /* em size in pixels */
};

enum draw_kind {
	DRAW_FILL,    /* box, radius, colour */
	DRAW_STROKE,  /* box, radius, width (inside the box), colour */
	DRAW_RUN,     /* run with its left end at x and its baseline at y, colour */
	DRAW_PICTURE, /* picture by name, fitted into box; a mask takes the colour */
};

struct draw {
	enum draw_kind kind;
	enum colour colour;
	struct rect box; /* DRAW_RUN: x, baseline y, advance as w, 0 */
	int radius, width;
	struct run run;
	const char *picture;
};

struct draw_list {
	struct draw *items; /* owned by the arena that built it */
	int count, room;
};

void draw_add(struct arena *a, struct draw_list *list, struct draw d);

/* Measures runs. The glass half answers with SDL2_ttf, unit tests with so many pixels a letter. */
struct measure {
	void *self;
	int (*advance)(void *self, const struct run *r); /* pixels */
};

#endif
