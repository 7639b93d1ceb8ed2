/* What a staff visit knows and is doing: what the host has told it, what was typed, and the one thing that it waits for.
 * Only a visit whose audience is staff has one. It decides nothing that needs power: a touch becomes a wish (WIRE_PIN,
 * WIRE_WANT), and whoever has power checks again, does it and tells.
 *
 * The PIN's digits are here while they are typed and gone when they are sent. */
#ifndef ALCOVE_VISIT_DUTY_H
#define ALCOVE_VISIT_DUTY_H

#include "base/name.h"
#include "visit/pure/session.h"

enum {
	DUTY_OFFERS = 24,  /* of one list; a stick with more says so by WIRE_TOO_MANY */
	DUTY_CHANGES = 80, /* as many as a view has nodes for; the rest is counted */
	DUTY_MARKS = 256,
	DUTY_PLACE = 60,   /* bytes of a place's name, without its zero byte: what the desk takes */
	DUTY_SPOTS = 8,    /* squares of the touch test */
	DUTY_PICTURES = 6, /* of the display test */
};

struct duty_list {
	struct wire_offer items[DUTY_OFFERS];
	int count;
	bool known; /* a whole list was told */
};

struct duty {
	struct faces faces; /* for names that come over the wire */

	struct wire_gate_state gate; /* gate 0: nothing was told yet */
	bool opened;                 /* it has been open before */
	struct wire_pin pin;         /* typed so far, or to be sent */

	struct wire_house house;               /* zeros until it is told */
	struct wire_system system;             /* zeros until it is told, which only an image does */
	struct duty_list lists[WIRE_ON_STICK]; /* by enum wire_where - 1 */
	struct wire_mark marks[DUTY_MARKS];
	int mark_count;

	struct wire_want_what want; /* the last wish */
	bool waiting;               /* it is not over yet */
	struct wire_work work;      /* what became of it so far; work 0: nothing was told */
	struct wire_change changes[DUTY_CHANGES];
	int change_count;
	int left_out;       /* changes that did not fit */
	bool changes_known; /* all of them were told */
	bool kept;          /* the last thing that was asked is kept: said once */

	/* The last one, and what became of it; state 0: none since the screen of sound was opened. */
	struct wire_work tone;

	/* The first start: the screens of staff mode that belong to it, one after the other. */
	bool guided;         /* it goes on; no home but its step's screen */
	enum wire_step step; /* the one that is up; 0 before the first, beyond WIRE_STEP_LAST behind the last */
	bool passed;         /* what this step is for has been done, so that one goes on, and leaves nothing out */

	unsigned spots;             /* touched in the touch test, a bit each */
	char place[DUTY_PLACE + 1]; /* being typed */
	bool shift, signs;          /* which keys the keyboard shows */
};

/* Zeros but for the faces. Free it with duty_free, which overwrites it. NULL when there is no memory. */
struct duty *duty_new(const struct wire_start *start);
void duty_free(struct duty *f);

/* Takes WIRE_GATE, OFFER, CHANGE, WORK, MARK, HOUSE and SYSTEM. True when the screen should be drawn again; in the middle
 * of a list there is no need. */
bool duty_take(struct session *s, const struct wire_message *m);

/* Carries out a choice that only staff mode has. */
enum effect duty_act(struct session *s, struct action a, struct around around);

/* Where Home leads in a first start. */
enum screen duty_guide(const struct duty *f);
/* Which of its steps is up, from 1, and how many there are. 0 when none is. */
int duty_step(const struct duty *f, int *count);

/* The list of a place; never NULL. */
const struct duty_list *duty_list(const struct duty *f, enum wire_where where);
/* The offer with this slot, or with this pack id; NULL when it is not there any more. */
const struct wire_offer *duty_offer(const struct duty *f, enum wire_where where, int slot);
const struct wire_offer *duty_offer_of(const struct duty *f, enum wire_where where, const char *id);
/* What staff have said of a number, given as digits alone; NULL for nothing. */
const struct wire_mark *duty_mark(const struct duty *f, const char *digits);

/* Bounds of the waiting times: VVSG 2.0 7.2-O. Seconds. */
enum { IDLE_LEAST = 120, IDLE_MOST = 300, ANSWER_LEAST = 20, ANSWER_MOST = 45 };

#endif
