/* The inside of the layout: the running state while one screen is laid out, and the flow of its nodes into parts. Only
 * layout.c and flow*.c include this.
 *
 * All boxes here are laid out as for a left-to-right language; flow_place mirrors them for the others at the moment
 * they are drawn, so no code below thinks about direction. */
#ifndef ALCOVE_VISIT_FLOW_H
#define ALCOVE_VISIT_FLOW_H

#include "visit/pure/layout.h"
#include "visit/pure/lines.h"

struct lay {
	struct layout *out;
	struct arena *a;
	const struct view *view;
	struct glass glass;
	struct measure m;
	int focused, pressed;
	/* pixels */
	int em, head_em, target, gap, gutter, edge, pad, pad_small, radius, hair, icon, icon_gap, bar_h, region_h;
	/* what is given up so that a whole screen fits */
	bool small; /* a glass of the 7-inch kind: margins are narrower */
	bool no_optional, compact, no_aside;
	int below_top; /* how many draws there were before the top line */
	int first;     /* the first node of the view that flows: 1 when its heading stands in the top line */
};

/* Lays the nodes of the view into `region` and draws part `part` of them. Sets part and parts of the layout. */
void flow_make(struct lay *l, struct rect region, int part);
/* Draws a line of text (and its mark) beside Hide, which does not mirror: so neither does this place. Returns false, and
 * draws nothing, when it does not fit there. In layout.c. */
bool flow_beside_hide(struct lay *l, const struct node *n, int em, bool bold, enum colour ink);
/* Draws the foot along the lower edge of `region`; returns its height. */
int flow_foot(struct lay *l, struct rect region);

/* Draws one square of a touch test. */
void flow_spot(struct lay *l, const struct node *n, struct rect box);

/* Small things that are drawn everywhere. */
struct rect flow_place(const struct lay *l, struct rect box);
void flow_fill(struct lay *l, struct rect box, enum colour colour, int radius);
/* A box that may be a choice: fill, border, pressed and focused state. */
void flow_box(struct lay *l, struct rect box, int choice, enum colour fill, enum colour border, int radius);
void flow_ring(struct lay *l, struct rect box, int choice, int radius);
void flow_icon(struct lay *l, struct rect box, const char *name, enum colour ink);
/* A mark beside letters of `em`: its side, and what it takes with the air before it. */
int flow_mark(int em);
int flow_mark_width(int em, const struct node *n);
void flow_target(struct lay *l, struct rect box, int choice);
/* Notes a text as one that can be read on this part (once). */
void flow_text_seen(struct lay *l, struct text t);
/* The baseline that centres capitals of `em` in a box. */
int flow_middle(struct rect box, int em);

/* --- cards (flow_card.c) --- */
enum form {
	FORM_WIDE,  /* icon at the start, texts beside it */
	FORM_TALL,  /* icon above the texts */
	FORM_BOARD, /* icon beside the title, lines below: not a choice */
	FORM_NAMED, /* no icon, the title in the middle */
};

struct card_plan {
	const struct node *node;
	enum form form;
	struct lines title, more, figure;
	int em;
	bool no_more;       /* the second text is left out */
	bool figure_beside; /* the figure stands at the end of the row, else below */
	int tile;           /* side of the icon's tile; 0 for none */
	int h;              /* natural height */
	bool over;          /* a word does not fit into the width */
};

struct card_plan card_plan(struct lay *l, const struct node *n, enum form form, int w);
void card_draw(struct lay *l, const struct card_plan *c, struct rect box);

#endif
