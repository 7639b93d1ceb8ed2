/* The keeper starts, times and ends visits. One visit is on the glass; one **spare** is always ready behind it: started,
 * drawn, waiting. However a visit ends (Hide, time, crash, hang, a message that makes no sense) the same thing happens
 * in the same order: the spare's frame is shown on the whole glass, the old visit is killed, a new spare is started.
 *
 * Staff mode is a visit too, for staff: begun by a long press on the board that nobody has touched, shown once it is drawn,
 * ended like any other. The keeper passes on what it asks and what it is told, and understands none of it.
 *
 * It has no window, no clock, no files and no line to staff: time comes in as milliseconds that only grow, descriptors
 * come in open, and everything it wants done goes out through a sink. It never looks into a pack or a frame. */
#ifndef ALCOVE_HOST_KEEPER_H
#define ALCOVE_HOST_KEEPER_H

#include "base/fault.h"
#include "base/geom.h"
#include "host/hold.h"
#include "wire/wire.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct keeper_plan {
	const char *program; /* run as `program visit`; must live as long as the keeper */
	struct glass glass;
	int packs
	    [WIRE_MAX_PACKS]; /* open for reading, lowest priority first; the caller's, and open as long as the keeper */
	int pack_count;
	int fonts[WIRE_MAX_FONTS]; /* the same */
	struct wire_font font[WIRE_MAX_FONTS];
	int font_count;
	char language[16]; /* as in struct wire_start */
	enum wire_audience audience;
	bool bell;              /* a line to staff exists */
	int idle_ms, answer_ms; /* as in host/idle.h */
	int frame_limit_ms;     /* a visit answers within this time or is ended; 0 for KEEPER_FRAME_LIMIT_MS */
	int start_limit_ms;     /* a spare has drawn its first frame by then; 0 for KEEPER_START_LIMIT_MS */
	char hidden[WIRE_HIDDEN][WIRE_DIGITS]; /* as in struct wire_start */
	enum hold_corner corner;               /* where staff mode is opened; HOLD_NOWHERE for no staff mode */
};

enum {
	KEEPER_FRAME_LIMIT_MS = 1000,  /* VVSG 2.0 7.2-N: a finished reaction within a second */
	KEEPER_START_LIMIT_MS = 10000, /* a cold start from a slow card under load */
	KEEPER_QUIET_MS = 500,         /* after an end; a second nervous tap on Hide must not begin a visit */
	KEEPER_CLEARED_MS = 60000,     /* how long "the screen cleared itself" is worth telling */
	KEEPER_STAFF_MS = 60000,       /* staff mode leaves by itself after so long without a touch */
	KEEPER_FDS = 12,               /* keeper_fds never fills more */
	KEEPER_GROUND = 0xF7F4EE,      /* XRGB; the calm frame when no spare is ready */
};

enum keeper_end {
	KEEPER_HIDDEN = 1,
	KEEPER_CLEARED_BY_TIME,
	KEEPER_CRASHED,
	KEEPER_HUNG,
	KEEPER_INSANE,
	KEEPER_HELD /* it was no visit, but the press that opens staff mode */
};

/* All are called from inside keeper_* functions and must not call back into the keeper. Any may be NULL but `show`. */
struct keeper_sink {
	void *self;
	/* Put this on the glass now. `pixels` is the top left of the whole frame (XRGB8888), not of `changed`; a row is
	 * `stride_px` further than the last, and with a stride of 0 all rows are alike. Read it before returning. */
	void (*show)(void *self, const uint32_t *pixels, int stride_px, struct rect changed);
	void (*talk)(void *self, const struct wire_talk *talk);
	void (*cancel)(void *self);
	/* WIRE_SCREEN, WIRE_TEXT, WIRE_CHOICE and WIRE_DONE of the visit on the glass. */
	void (*answer)(void *self, const struct wire_message *m);
	/* A visit that a person had touched is over and covered. Its request to staff, if any, stands. */
	void (*ended)(void *self, enum keeper_end why);
	/* Staff's visit is on the glass, and may be told things; or it is over (`ended` has been called before). */
	void (*staff)(void *self, bool here);
	/* WIRE_PIN or WIRE_WANT of staff's visit. */
	void (*wish)(void *self, const struct wire_message *m);
};

struct keeper;

/* NULL with the sentence set when not even a first visit could be started. `plan` and `sink` are copied. */
struct keeper *keeper_new(const struct keeper_plan *plan, const struct keeper_sink *sink, int64_t now_ms,
                          struct fault *f);
/* When the plan's glass was {0}: what it is. A window takes as long to open as a visit to load, so the first visit is
 * started before the window. Until then nothing but keeper_free may be called. */
bool keeper_glass(struct keeper *k, struct glass glass, int64_t now_ms, struct fault *f);
/* Kills and reaps everything. NULL is fine. */
void keeper_free(struct keeper *k);

/* What a person does. `finger` is 0..15 and stays the same from down to up; x, y in pixels of the frame. */
void keeper_touch(struct keeper *k, enum wire_phase phase, int finger, int x, int y, int64_t now_ms);
void keeper_key(struct keeper *k, enum wire_keycode key, int64_t now_ms);
/* What became of the request that the visit on the glass made; ignored when it made none. */
void keeper_bell(struct keeper *k, enum wire_bell state, int64_t now_ms);
/* Asks the visit what is on the screen; the sink's `answer` hears. */
void keeper_ask(struct keeper *k, int64_t now_ms);
/* The glass was lost or damaged: the whole frame is shown again, now or as soon as it is whole. */
void keeper_redraw(struct keeper *k);

/* Other packs, fonts, hidden numbers, times: for every visit from now on. A new spare is made at once, and a visit that
 * nobody has touched goes; whoever is in one keeps it until it ends. Not before keeper_glass. Once this returns the descriptors of the plan before
 * are not needed any more. The glass, the program and the limits stay as they were. */
void keeper_supply(struct keeper *k, const struct keeper_plan *plan, int64_t now_ms);

/* Staff mode. Opens it as the long press does; nothing happens while somebody else's visit is going on. */
void keeper_staff_open(struct keeper *k, int64_t now_ms);
/* Ends it; nothing happens when it is not on the glass. */
void keeper_staff_leave(struct keeper *k, int64_t now_ms);
/* While something is going on (`true`) the time without a touch is not counted. */
void keeper_staff_work(struct keeper *k, bool going, int64_t now_ms);
/* Whether staff's visit can be told something now; if not, ask again after keeper_ready. */
bool keeper_staff_room(const struct keeper *k);
/* Only with room. Nothing that it is told is ever dropped or overtaken, as long as the visit lives. */
void keeper_staff_tell(struct keeper *k, const struct wire_message *m, int64_t now_ms);

/* Fills in what to poll for; returns how many. Call keeper_ready when poll says that any has something. */
int keeper_fds(const struct keeper *k, struct pollfd *fds, int room);
void keeper_ready(struct keeper *k, const struct pollfd *fds, int count, int64_t now_ms);
/* When keeper_tick is due, or -1: nothing needs time. It is -1 while an untouched visit and its spare wait. */
int64_t keeper_deadline(const struct keeper *k);
void keeper_tick(struct keeper *k, int64_t now_ms);

/* True while the visit on the glass still works on something, or there is no visit or spare ready. */
bool keeper_busy(const struct keeper *k);
/* True once a person has touched the visit on the glass. */
bool keeper_touched(const struct keeper *k);
/* How many visits in a row have died before anybody touched them; 0 when all is well. */
int keeper_failures(const struct keeper *k);
/* True while a spare is there and has not drawn its first frame; false also while none is there, until the next is due. */
bool keeper_starting(const struct keeper *k);
/* What the next visit is started with; good until the keeper is called again. */
const struct keeper_plan *keeper_next_plan(const struct keeper *k);
/* The frames that are there: on the glass, and ready. Returns how many; the pixels as in `show`, and good as long. */
enum { KEEPER_FRAMES = 2 };
int keeper_frames(const struct keeper *k, const uint32_t *frames[KEEPER_FRAMES]);

#endif
