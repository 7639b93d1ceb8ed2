/* A text that grows at its end, for answers of many lines. */
#ifndef ALCOVE_PACKC_PROSE_H
#define ALCOVE_PACKC_PROSE_H

#include "base/arena.h"

struct prose {
	struct arena *arena; /* not owned */
	char *bytes;         /* zero-terminated; NULL while empty: use prose_bytes */
	size_t len, room;
};

/* printf onto the end. */
void prose_add(struct prose *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What there is, never NULL; valid until the next prose_add. */
const char *prose_bytes(const struct prose *p);

#endif
