/* Has a pack looked at by a child without power (visit/glass/examine.h), and hears it: checks the sanity of every message,
 * and ends a child that hangs. Nothing of a pack's content is read in here. */
#ifndef ALCOVE_STORE_LOOK_H
#define ALCOVE_STORE_LOOK_H

#include "store/store.h"

#include <sys/types.h>

enum look_depth {
	LOOK_PEEK,  /* only what the pack says about itself */
	LOOK_FACTS, /* the file's structure as well: for each start */
	LOOK_WHOLE, /* everything in it, and what it would change */
};

/* How long a child may take: so long, and a second more for every so many bytes of the file. A Raspberry Pi 4 reads its
 * card at 40 MB a second and looks at ten times this a second. */
enum { LOOK_PEEK_MS = 4000, LOOK_MS = 30000, LOOK_BYTES_A_SECOND = 2 << 20 };

enum { LOOK_MESSAGES = 2000 /* of one child; a good one says at most a third of that */ };

struct look {
	pid_t pid;     /* 0 when there is none */
	int heard;     /* messages */
	int wire;      /* readable when there is something to hear */
	int64_t until; /* ms of clock_ms: then it is ended */
	bool offered;  /* it has told the facts */
	struct wire_offer offer;
	enum wire_reason reason; /* when it is over */
};

/* Starts `program` (the program alcove) on the pack behind `pack`, to compare with the one behind `other` (-1: none), which
 * both stay the caller's. */
bool look_start(struct look *l, const char *program, enum look_depth depth, int pack, int other, struct fault *f);

enum look_heard {
	LOOK_NOTHING, /* not now */
	LOOK_MESSAGE, /* a WIRE_OFFER, WIRE_CHANGE or WIRE_WORK that goes on */
	LOOK_OVER,    /* `reason` and, when that is fine, `offer` are good; the child is gone */
};
/* Never waits. A child that is gone too early, says what makes no sense or takes too long: WIRE_DAMAGED. */
enum look_heard look_hear(struct look *l, struct wire_message *m);
/* Milliseconds until look_hear should be asked though nothing came. */
int look_wait_ms(const struct look *l);
/* Ends it, whatever it does. */
void look_end(struct look *l);

void look_to_facts(const struct wire_offer *o, struct store_facts *out);

/* Looks and waits for the answer: a store_look, where `self` is a struct look_how *. */
struct look_how {
	const char *program;
	enum look_depth depth;
};
enum wire_reason look_facts(void *self, int fd, struct store_facts *out);

#endif
