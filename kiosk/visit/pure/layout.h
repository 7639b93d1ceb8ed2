/* Where everything of a view stands on one glass at one text size: millimetres become pixels here and nowhere else.
 *
 * Nothing scrolls. What does not fit flows on to further parts, and one part is laid out at a time. A layout is a value:
 * the same view, glass, measure and hand give the same lists. */
#ifndef ALCOVE_VISIT_LAYOUT_H
#define ALCOVE_VISIT_LAYOUT_H

#include "visit/pure/view.h"

struct target {
	struct rect box;
	int choice; /* index into view.choices; -1 for Hide */
	bool seen;  /* false: quiet (Hide on the idle board); not in the order of keys */
};

enum { LAYOUT_TARGETS = 96, LAYOUT_TEXTS = 200 };

struct layout {
	struct draw_list draws;
	struct target targets[LAYOUT_TARGETS]; /* in the order of keys: content, bar, Hide last */
	int target_count;
	struct text texts[LAYOUT_TEXTS]; /* what there is to read on this part, in reading order */
	int text_count;
	int part, parts; /* which part (from 0) of how many */
	int words;       /* to read on this part */
	int clipped;     /* texts that stand out of their place; 0 unless a single word is wider than its box */
};

#define PART_LAST 1000000 /* asks for the last part */
#define TARGET_HIDE (-1)
#define NO_TARGET (-2)

/* `focused` and `pressed` are choices (index, TARGET_HIDE or NO_TARGET). Lists live in `a`. */
void layout_make(struct layout *out, struct arena *a, const struct view *v, struct glass g, struct measure m, int part,
                 int focused, int pressed);

/* Em sizes in pixels for a text size (1..4). A capital letter of the Noto faces is 0.714 em high. */
int layout_em(struct glass g, int size);

#endif
