/* The bell: carries requests for staff to the broker, and says truthfully what became of them. The only owner of
 * libmosquitto and cJSON. kiosk/desk/README.md is the contract with the desk.
 *
 * It lives in a thread of its own, and no function here waits for the network. It never says "sent" before the broker
 * has said so, never delivers later what it has called unreachable, never writes anything to disk or to a log, and
 * knows of a visit nothing but the request. */
#ifndef ALCOVE_HOST_BELL_H
#define ALCOVE_HOST_BELL_H

#include "base/fault.h"
#include "wire/wire.h"

struct bell;

enum {
	BELL_ANSWER_MS = 5000,      /* the broker has the request by then, or staff cannot be reached */
	BELL_EXPIRES_MS = 43200000, /* an open request is taken back after twelve hours: nobody waits that long */
	BELL_REQUESTS = 64,         /* open at once, of all visits */
};

/* Connects in the background, and goes on trying. Call with all signals blocked that the thread must not take. */
struct bell *bell_new(const char *host, int port, const char *place, struct fault *f);
/* Says goodbye if that takes no longer than half a second. Requests at the desk stay there. NULL is fine. */
void bell_free(struct bell *b);

/* Readable when bell_state has news; reading is bell_state's business. */
int bell_fd(const struct bell *b);
/* What became of the request that was sent last; WIRE_BELL_NONE when none was, or it was cancelled or forgotten. */
enum wire_bell bell_state(struct bell *b);

void bell_send(struct bell *b, const struct wire_talk *talk);
/* Takes the request that was sent last back, wherever it is. */
void bell_cancel(struct bell *b);
/* The visit is over: its request stands, but nobody here is told of it any more. */
void bell_forget(struct bell *b);

#endif
