/* A screen, described once: what is there, in reading order, and what can be chosen. Pixels, touch targets, the order of
 * keys and the spoken labels all come from this description and from nothing else. It says nothing about places. */
#ifndef ALCOVE_VISIT_VIEW_H
#define ALCOVE_VISIT_VIEW_H

#include "visit/pure/book.h"
#include "visit/pure/draw.h"

/* What choosing something does; session.c is the one place that carries them out. */
enum verb {
	DO_NOTHING,
	DO_BEGIN,
	DO_HIDE,
	DO_BACK,
	DO_HOME,
	DO_NEXT,
	DO_GO,
	DO_LANGUAGE,
	DO_MODULE,
	DO_PAGE,
	DO_SERVICE,
	DO_LEARN,
	DO_DIGIT,
	DO_ERASE,
	DO_REVEAL,
	DO_AGAIN,
	DO_NAME,
	DO_SIZE,
	DO_THEME,
	DO_HOW,
	DO_PHRASE,
	DO_WHEN,
	DO_SPEAK,
	DO_SEND,
	DO_CANCEL,
	DO_STAY,
	DO_END,
	/* staff.c carries these out */
	DO_PIN_DIGIT,
	DO_PIN_ERASE,
	DO_PIN_ENTER,
	DO_PIN_LEAVE,
	DO_STAFF, /* number: a staff screen */
	DO_PACK,
	DO_PACK_BEFORE,
	DO_OFFER,
	DO_ASK, /* number: an enum wire_want */
	DO_CALLS,
	DO_MARK,
	DO_SPOT,
	DO_DONE, /* leaves a screen from whichever part of it */
	DO_PICTURE,
	DO_SET_IDLE,
	DO_SET_ANSWER,
	DO_SET_SOUND,
	DO_LETTER,
	DO_LETTER_ERASE,
	DO_SHIFT,
	DO_SIGNS,
	DO_PLACE_KEEP,
	DO_STEP /* of a first start: the next one */
};

struct action {
	enum verb verb;
	int number;
	char id[WIRE_ID];
};

struct choice {
	char id[WIRE_ID]; /* what scripts and tests call it: "home", "module:planning", "digit:5" */
	struct text says; /* spoken label; never empty */
	struct action act;
	bool selected; /* the one that is in force now: outlined */
	bool quick;    /* may be chosen twice within half a second (digits of a number) */
};

enum node_kind {
	NODE_HEADING,
	NODE_LEAD, /* second line under a heading */
	NODE_PARAGRAPH,
	NODE_ITEM,   /* of a list */
	NODE_SOFT,   /* paragraph in soft ink */
	NODE_NUMBER, /* a telephone number: as large as fits, never broken, left to right */
	NODE_CARD,   /* title, second text, icon; neighbours stand in a grid */
	NODE_BUTTON, /* neighbours stand in a row */
	NODE_KEY,    /* of a keypad; neighbours stand three in a row */
	NODE_LETTER, /* of a keyboard; neighbours stand in as many rows as they need */
	NODE_SPOT,   /* a square at a place of its own, see `spots` */
	NODE_NOTE,   /* a framed line with an icon */
	NODE_PICTURE,
	NODE_METER, /* `value` of `total` */
};

enum emphasis { PLAIN, STRONG /* the one that most people want */, QUIET /* no box at all */ };

struct node {
	enum node_kind kind;
	enum emphasis emphasis;
	enum tint tint;
	bool optional; /* left out (but still spoken as part of its choice) when a whole screen would not fit */
	bool centred;
	bool aside; /* a quiet line that stands beside Hide, said as `more`, when there is no room for it below */
	int choice; /* index into view.choices, or -1 */
	int size;   /* 1..4: text in the size of that choice of sizes, whatever is in force; 0 usual */
	int value, total;
	char icon[WIRE_ID]; /* or the picture's name */
	char mark[WIRE_ID]; /* a small icon behind a card's title, or before a quiet line that says what it means */
	struct text text, more;
	struct text figure; /* of a card: a telephone number, set apart and never broken */
};

enum { VIEW_NODES = 160, VIEW_CHOICES = 160, VIEW_BAR = 8 };

enum turning { TURN_NEVER, TURN_WHEN_LONG /* "next" only while there are more parts */, TURN_ALWAYS };

struct view {
	const char *name; /* what scripts call the screen */
	bool rtl;
	enum theme theme;
	int size;            /* 1..4 */
	struct arena *arena; /* where texts and ids live; reset when the next view is made */

	struct text crumb; /* a quiet line at the top: where am I */
	struct text hide;  /* label of Hide; empty on the idle board, where it is not drawn */
	struct text input; /* what is being typed, in the top line, as large as it fits there */
	bool bare;         /* no bar; what there is stands in the middle */
	bool whole;        /* should be seen at once: leave out what is optional before turning pages */
	bool asks;         /* the heading is a question that the cards answer: it is never left out */
	int columns;       /* most cards beside each other */
	int anywhere;      /* choice that a touch anywhere outside of targets means, or -1 */
	/* To test a panel: spots (by their `value`, in rows of three, the last of the first row left out, where Hide is) at
	 * the glass's edges and in its middle; one colour all over; a line along the edges. */
	bool spots, filled, frame;
	enum colour fill;

	struct node nodes[VIEW_NODES]; /* in reading order */
	int node_count;
	struct node side[16]; /* beside them where there is room, else after them */
	int side_count;
	bool side_first; /* the side stands at the start (left in English): pictures */

	bool has_foot;
	struct node foot; /* a card across the bottom that is always there: "Touch to begin" */

	struct node bar_start[VIEW_BAR], bar_end[VIEW_BAR];
	int bar_start_count, bar_end_count;
	enum turning turning;
	struct node next; /* last in the bar; see turning */
	int dots, dot;    /* progress: `dot` (from 1) of `dots`; 0 for none */

	struct choice choices[VIEW_CHOICES];
	int choice_count;
};

/* Empties a view for a new description. */
void view_start(struct view *v, struct arena *a, const char *name);

/* Adds a choice and returns its index. `id` is printed into place. */
int view_choice(struct view *v, const char *id, struct text says, struct action act);

/* Adds a node to the main column and returns it. Too many nodes: the last is overwritten (tests walk all content). */
struct node *view_add(struct view *v, enum node_kind kind, struct text text);
struct node *view_add_side(struct view *v, enum node_kind kind, struct text text);

/* Shorthands. */
struct node *view_card(struct view *v, const char *icon, enum tint tint, struct text title, struct text more,
                       int choice);
struct node *view_button(struct view *v, const char *icon, struct text label, int choice);
void view_bar(struct view *v, bool end, const char *icon, struct text label, int choice);

struct action act(enum verb verb);
struct action act_number(enum verb verb, int number);
struct action act_id(enum verb verb, const char *id);

/* Texts put one behind the other with `between` (ASCII) in between, each keeping its own direction. */
struct text text_join(struct arena *a, const struct text *texts, int count, const char *between, bool rtl);

#endif
