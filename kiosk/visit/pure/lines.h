/* Fills lines with a text's pieces and puts each line's pieces in visual order. Part of the layout; draws nothing. */
#ifndef ALCOVE_VISIT_LINES_H
#define ALCOVE_VISIT_LINES_H

#include "visit/pure/draw.h"

struct line {
	int first, count; /* pieces */
	int width;        /* pixels, without the white space at its end */
};

struct lines {
	struct text text;
	int em;
	bool bold;
	const struct line *line;
	int count;
	int widest;  /* of the lines */
	int longest; /* of the pieces: the least width that this text can have */
};

/* Breaks `t` to `width` pixels. A piece wider than that stands alone on its line (and `longest` says so). */
struct lines lines_make(struct arena *a, struct measure m, struct text t, int em, bool bold, int width);

/* A telephone number, bold and never broken: as large as fits into `width`, at most `em`. */
struct lines lines_fit(struct arena *a, struct measure m, struct text t, int em, int width);

/* Adds line i as runs, its left end at x, its baseline at y. */
void lines_draw(struct arena *a, struct measure m, struct draw_list *out, const struct lines *ls, int i, int x,
                int baseline, enum colour colour);

/* Line height for an em, and the baseline's distance from the top of the line. Noto Sans itself asks for 1.069 up and
 * 0.293 down; letters of every script here stay apart with a little less, and a screen holds a line more. */
int line_height(int em);
int line_ascent(int em);

#endif
