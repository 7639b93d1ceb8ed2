/* Staff mode, the side that has power: behind its gate (host/gate.h) marks, what staff set, and the way to the store's
 * worker and back. Staff's visit asks; here it is checked again, done or passed on, and told. It parses no content.
 *
 * It knows no window, no keeper and no line to staff, and waits for nothing: time comes in as milliseconds that only grow,
 * what staff's visit is to be told is taken out message by message (staff_next), and what others have to do is taken out
 * as deeds (staff_deeds). Its children (PIN, worker, watch of sticks, tone) and its line to the service for systems live
 * only while staff's visit is on the glass. */
#ifndef ALCOVE_HOST_STAFF_H
#define ALCOVE_HOST_STAFF_H

#include "host/settings.h"
#include "host/tone.h"

#include <poll.h>

struct staff;

struct staff_plan {
	const char *program; /* alcove itself */
	/* Its folders, and the place, times and volume that hold now. Must live as long; whoever owns it puts what staff
	 * have set into it (staff_settings) when it is told to. */
	const struct settings *settings;
	int packs[WIRE_MAX_PACKS]; /* the system's own, lowest priority first: open, the caller's, and open as long */
	int pack_count;
	bool proof; /* STAFF_PROOF can be done */
	/* Which day it is, as "2026-11-20"; "" when the clock cannot be right. */
	void (*today)(char out[WIRE_DATE]);
};

/* What the caller has to do, as bits. */
enum staff_deed {
	STAFF_LEAVE = 1,    /* end staff's visit */
	STAFF_PACKS = 2,    /* other packs are in use: read the store again, then call staff_in_use for each */
	STAFF_HIDDEN = 4,   /* other numbers are hidden: staff_hidden */
	STAFF_SETTINGS = 8, /* times, volume or place are others: staff_settings */
	STAFF_LINE = 16,    /* test the line to staff, then call staff_line */
	STAFF_PROOF = 32,   /* look for traces (host/proof.h) as long as staff_proving says, and tell by staff_proof */
};

enum { STAFF_FDS = 4 + TONE_FDS };

/* NULL when there is no memory. A store that cannot be used is no failure: the gate says so to staff. */
struct staff *staff_new(const struct staff_plan *plan, int64_t now_ms);
/* NULL is fine. */
void staff_free(struct staff *s);

/* The first start: nobody has chosen a PIN yet, and one could be kept; or the power failed in the middle of it. */
bool staff_first_start(const struct staff *s);
/* The next visit of staff's is led through what is missing of it, step by step; without a PIN there is no gate before
 * that, for whoever stands there is the one who may choose it. It is over when its last step is, or when a PIN is there
 * and they leave. */
void staff_guide(struct staff *s);
void staff_settings(const struct staff *s, struct settings *out);
void staff_hidden(const struct staff *s, char hidden[WIRE_HIDDEN][WIRE_DIGITS]);
bool staff_has_marks(const struct staff *s);
/* This version of a pack is in use: marks of older ones fall away. */
void staff_in_use(struct staff *s, const char *pack, uint32_t version);

/* Staff's visit is on the glass; it is over. */
void staff_shown(struct staff *s, int64_t now_ms);
void staff_over(struct staff *s);
/* It asks: WIRE_PIN or WIRE_WANT, sane. */
void staff_wish(struct staff *s, const struct wire_message *m, int64_t now_ms);
/* What became of STAFF_LINE: WIRE_FINE, WIRE_NO_LINE or WIRE_NOT_HEARD. */
void staff_line(struct staff *s, enum wire_reason said);

/* Traces are to be looked for, and nobody has stopped it. */
bool staff_proving(const struct staff *s);
/* How far that is (WIRE_WORK_GOING), or what came of it: WIRE_FINE, WIRE_FOUND_TRACE, WIRE_NOT_LOOKED or WIRE_STOPPED. */
void staff_proof(struct staff *s, const struct wire_work *work);

/* The next thing that staff's visit is to be told; false when there is nothing. */
bool staff_next(struct staff *s, struct wire_message *m);
/* Takes the bits out. */
unsigned staff_deeds(struct staff *s);
/* Something is going on that staff wait for, so that they are not sent away meanwhile. */
bool staff_working(const struct staff *s);
/* Also while a list is made, or a PIN is looked at: for those who wait until all is told. */
bool staff_busy(const struct staff *s);
/* A stick is in, as far as anybody can see while staff's visit is on the glass. */
bool staff_stick(const struct staff *s);
/* Somebody looks out for one. */
bool staff_watches(const struct staff *s);

int staff_fds(const struct staff *s, struct pollfd fds[STAFF_FDS]);
void staff_ready(struct staff *s, const struct pollfd *fds, int count, int64_t now_ms);
/* When staff_tick is due, or -1. */
int64_t staff_deadline(const struct staff *s);
void staff_tick(struct staff *s, int64_t now_ms);
/* Real milliseconds until staff_ready should be called though nothing came; -1: no need. */
int staff_wait_ms(const struct staff *s);

#endif
