/* Memory that is given out in pieces and taken back all at once: one screen, one build step.
 * Running out ends the process (a visit is replaced by the spare; a tool says so and stops). Never returns NULL. */
#ifndef ALCOVE_BASE_ARENA_H
#define ALCOVE_BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks; /* owned; newest first */
};

/* Zeroed memory, aligned for any type, owned by the arena. */
void *arena_get(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy of `len` bytes with a zero byte behind it. */
char *arena_copy(struct arena *a, const char *bytes, size_t len);
/* printf into the arena. */
char *arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Overwrites and takes back all of it; the first block is kept for the next use. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#endif
