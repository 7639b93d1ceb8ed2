/* What the screens of staff mode share. Only visit/pure/screens/staff_*.c and their tests include this. */
#ifndef ALCOVE_VISIT_SCREENS_STAFF_H
#define ALCOVE_VISIT_SCREENS_STAFF_H

#include "base/change.h"
#include "visit/pure/duty.h"
#include "visit/pure/screens.h"

/* What staff mode knows; all zeros where there is no staff visit. Never NULL. */
const struct duty *stage_duty(const struct stage *st);
/* A name that came over the wire. */
struct text stage_name(const struct view *v, const struct stage *st, const char *utf8);
/* Texts below each other: each begins a line. Empty ones are left out. */
struct text stage_lines(const struct view *v, const struct text *texts, int count);

/* A card that leads to a staff screen; a button; one that carries a wish. */
void staff_card(struct view *v, const struct stage *st, const char *id, const char *icon, enum tint tint,
                enum word title, struct text more, struct action action);
struct node *staff_button(struct view *v, const struct stage *st, const char *id, enum word label,
                          struct action action);
/* "It is kept", where something was kept a moment ago. */
void staff_kept(struct view *v, const struct stage *st);
/* Back, Home, size and language; and Next while there are more parts. */
void staff_bar(struct view *v, const struct stage *st);

/* In a first start: a title with its step before it ("2 of 5: ..."); else as it is. */
struct text staff_titled(const struct view *v, const struct stage *st, struct text title);
/* In a first start: the way on to the next step at the beginning of the bar, and how far it is. False when there is none. */
bool staff_step(struct view *v, const struct stage *st);

/* What an offer says of itself, as lines. */
struct text staff_facts(const struct view *v, const struct stage *st, const struct wire_offer *o);
/* What it is called: its title, or what kind of thing it is and its file. */
struct text staff_title(const struct view *v, const struct stage *st, const struct wire_offer *o);

/* --- numbers to be checked by calling them ----------------------------------------------------------------------- */

struct call {
	const struct service *service;
	const struct phone *phone;
	char digits[WIRE_DIGITS];
	const struct wire_mark *mark; /* NULL when nobody has called it here */
	bool due;                     /* nobody has looked at it for a year */
};

/* The numbers that are due, or all; the oldest first. Emergency numbers are not among them: those are not called to see
 * whether they work. One that was marked today stays in its place. */
int stage_calls(struct arena *a, const struct stage *st, bool all, const struct call **out);

/* --- every number of the wire has its words ---------------------------------------------------------------------- */

struct gate_words {
	enum word title, body;
	bool keypad;
};
struct gate_words staff_gate_words(enum wire_gate gate);
enum word staff_reason_word(enum wire_reason reason, enum wire_thing thing);
enum word staff_work_word(enum wire_work_kind work, bool done);
enum word staff_change_word(enum change_kind kind, int count);
/* The whole sentence of work that failed, as lines. */
struct text staff_reason(const struct view *v, const struct stage *st, const struct wire_work *w);

#endif
