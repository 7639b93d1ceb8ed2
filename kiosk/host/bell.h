/* The bell: carries requests for staff to the broker, and says truthfully what became of them. kiosk/desk/README.md is
 * the contract with the desk; what becomes of a request is host/request's business, and how it travels bell_line's.
 *
 * It lives in a thread of its own, and no function here waits for the network. It never says "sent" before the broker
 * has confirmed it, never delivers later what it has called unreachable, never writes anything to a disk or to a log,
 * and knows of a visit nothing but the request. */
#ifndef ALCOVE_HOST_BELL_H
#define ALCOVE_HOST_BELL_H

#include "base/fault.h"
#include "host/settings.h"
#include "wire/wire.h"

struct bell;

enum {
	BELL_BEAT_MS = 25000, /* how often bell_beat wants to be called */
	BELL_TEST_MS = 5000,  /* as long as a request has to be confirmed */
	BELL_BEAT_S = 30,     /* what the desk is told: it is never longer than this */
};

/* True when open requests outlive the host; else the sentence says why they do not. The bell works without. */
bool bell_keeps(const struct settings *s, struct fault *f);

/* Connects in the background, and goes on trying. Call with all signals blocked that the thread must not take. `s` must
 * live as long as the bell. */
struct bell *bell_new(const struct settings *s, struct fault *f);
/* Says goodbye if that takes no longer than half a second. Requests stay at the desk, and are kept. NULL is fine. */
void bell_free(struct bell *b);

/* Readable when bell_state has news; reading is bell_state's business. */
int bell_fd(const struct bell *b);
/* What became of the request that was sent last; WIRE_BELL_NONE when none was, or it was cancelled or forgotten. */
enum wire_bell bell_state(struct bell *b);
/* How many requests are open, of all visits. It may have changed whenever bell_fd is readable. */
int bell_open(struct bell *b);
/* The host is alive and does its work: the desk is told so. */
void bell_beat(struct bell *b);

void bell_send(struct bell *b, const struct wire_talk *talk);
/* Takes the request that was sent last back, wherever it is. */
void bell_cancel(struct bell *b);
/* Tests the line: the broker has to confirm a message on a topic that nobody listens to, within BELL_TEST_MS. bell_fd
 * becomes readable when it is over. */
void bell_test(struct bell *b);
enum bell_test { BELL_UNTESTED, BELL_TESTING, BELL_HEARD, BELL_NOT_HEARD };
enum bell_test bell_tested(struct bell *b);
/* This kiosk gets another name: bell_free then takes back what the broker keeps under this one. Only while no request is
 * open. */
void bell_leave(struct bell *b);
/* The visit is over: its request stands, but nobody here is told of it any more. */
void bell_forget(struct bell *b);

#endif
