/* What becomes of each request for staff, as a value: sending, sent, seen, closed; taken back, expired; or never sent.
 * kiosk/desk/README.md is the contract that it keeps.
 *
 * Pure: time, messages and confirmations come in, what is to be published goes out one post at a time (requests_next),
 * and what the person on the glass is to be told stands in `state`. It knows no MQTT, no clock and no file, and it never
 * says that something was sent before the broker has confirmed it and has sent it back. */
#ifndef ALCOVE_HOST_REQUEST_H
#define ALCOVE_HOST_REQUEST_H

#include "wire/wire.h"

enum {
	REQUEST_ID = 33,    /* 32 lower-case hexadecimal digits and a zero byte */
	REQUESTS_OPEN = 3,  /* of one kiosk */
	REQUESTS_ROOM = 24, /* with those that are over and still to be taken away from the broker */
	REQUESTS_DONE = 16, /* that are remembered, so that they never come back */
};

struct request_times {  /* ms */
	int64_t answer; /* the broker has it by then, or staff cannot be reached */
	int64_t again;  /* nobody has seen it for so long: staff are asked again */
	int64_t expires;
	int64_t cut; /* the line may be down for so long before the person hears of it: a restart takes less */
};
extern const struct request_times request_times;

enum request_stage {
	REQUEST_FREE,
	REQUEST_SENDING,
	REQUEST_SENT,
	REQUEST_SEEN,
	REQUEST_HEARSAY, /* the broker has told of it, and has not told all yet */
	/* Over, and to be taken away from the broker: */
	REQUEST_CLOSED,
	REQUEST_CANCELLED,
	REQUEST_EXPIRED,
};

struct request {
	char id[REQUEST_ID];
	enum request_stage stage;
	struct wire_talk talk;                  /* wiped when it is over */
	int again;                              /* how often staff were asked again */
	int64_t answer_by;                      /* ms; while SENDING, and 0 when nobody waits for the answer */
	int64_t again_at;                       /* ms; with SENT */
	int64_t expires;                        /* ms; while open */
	bool handed;                            /* to any connection: the broker may have it */
	bool has_request, has_seen, has_closed; /* the broker has told so */
	/* Of the connection there is now: */
	bool posted, acked, echoed; /* with this `again` */
	int step;                   /* how much has been posted of what has an order */
	int mid;                    /* the connection's number of what was posted last; 0 for nothing under way */
};

struct requests {
	struct request_times times;
	struct request rows[REQUESTS_ROOM];
	char current[REQUEST_ID]; /* the request of the visit on the glass; "" for none */
	enum wire_bell state;     /* what that visit is to be told */
	bool news;                /* `state` has changed; whoever tells it sets this to false */
	bool dirty;               /* what has to outlive the host has changed; whoever keeps it sets this to false */
	bool ready;               /* there is a connection, and it has told what the broker had */
	int64_t lost_at;          /* ms; without a connection that is ready, since when */
	uint64_t done[REQUESTS_DONE]; /* hashes: no id outlives its request */
	int done_next;
};

void requests_init(struct requests *q, const struct request_times *times, int64_t now);
/* Overwrites everything. */
void requests_wipe(struct requests *q);

/* --- the person ---------------------------------------------------------------------------------------------------- */

/* A new request, of the visit on the glass. `state` says SENDING, or why not: an id of "" cannot be sent. */
void requests_add(struct requests *q, const char *id, const struct wire_talk *talk, int64_t now);
/* Takes the request of the visit on the glass back. */
void requests_cancel(struct requests *q);
/* That visit is over: its request goes on, and nobody is told. */
void requests_forget(struct requests *q);
/* A request that an earlier host has kept. `left` ms until it expires. */
void requests_resume(struct requests *q, const struct request *kept, int64_t left, int64_t now);

/* --- the line ------------------------------------------------------------------------------------------------------ */

/* A connection is ready, or is lost. */
void requests_line(struct requests *q, bool ready, int64_t now);

enum heard_what { HEARD_REQUEST, HEARD_SEEN, HEARD_CLOSED };
struct heard {
	char id[REQUEST_ID];
	enum heard_what what;
	bool empty;                   /* the topic was emptied */
	bool retained;                /* the broker had it before we listened */
	const struct wire_talk *talk; /* of a request that makes sense; else NULL */
	int again;
};
void requests_heard(struct requests *q, const struct heard *h, int64_t now);

enum post_what {
	POST_SEEN, /* before the request, so that no desk alerts */
	POST_REQUEST,
	POST_CANCELLED,
	POST_EXPIRED,
	POST_EMPTY_REQUEST,
	POST_EMPTY_SEEN,
	POST_EMPTY_CLOSED,
};
struct post {
	int row;
	enum post_what what;
};
/* The next thing to publish; false when there is nothing now. Only while the line is ready. */
bool requests_next(const struct requests *q, struct post *out);
/* It was handed over under this number. Not called when the connection did not take it: it comes again. */
void requests_posted(struct requests *q, const struct post *p, int mid);
/* The broker has confirmed `mid`, or (`fine` false) refused it. */
void requests_acked(struct requests *q, int mid, bool fine, int64_t now);

/* --- time ---------------------------------------------------------------------------------------------------------- */

void requests_tick(struct requests *q, int64_t now);
/* When requests_tick is due; INT64_MAX for not at all. */
int64_t requests_deadline(const struct requests *q);

/* How many stand: sending, sent or seen. */
int requests_open(const struct requests *q);
bool request_is_open(const struct request *r);
bool request_is_over(const struct request *r);

#endif
