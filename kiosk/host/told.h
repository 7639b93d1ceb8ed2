/* What staff's visit is still to be told: messages in their order. While it is more than half full, those that can wait are
 * not heard: told_full. The rest always has room: each kind that the host tells by itself is there once (marks: one list),
 * and progress takes the place of progress. */
#ifndef ALCOVE_HOST_TOLD_H
#define ALCOVE_HOST_TOLD_H

#include "wire/wire.h"

struct told {
	struct wire_message *rows; /* NULL while nobody is there to be told */
	int count;
};

/* False when there is no memory. */
bool told_begin(struct told *t);
/* Overwrites all that was not told. */
void told_end(struct told *t);

/* Behind all that waits; progress in the place of progress. Without anybody there it is dropped. */
void told_put(struct told *t, const struct wire_message *m);
/* In the place of all of its kind. */
void told_instead(struct told *t, const struct wire_message *m);
/* What was not told yet of this kind, and is not true any more, goes. */
void told_drop(struct told *t, uint32_t kind);
/* The next one; false when there is none. */
bool told_next(struct told *t, struct wire_message *m);
bool told_full(const struct told *t);

/* A message of this kind, all zeros: padding too, for what crosses the wire is all ours. */
struct wire_message told_blank(enum wire_kind kind);

#endif
