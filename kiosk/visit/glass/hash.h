/* A short mark of some values, to tell whether they are the same as last time (FNV-1a, 64 bits). Not for secrets, and
 * not against somebody who tries: two things of one mark would only be drawn as the older one. */
#ifndef ALCOVE_GLASS_HASH_H
#define ALCOVE_GLASS_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "visit/pure/draw.h"

#define HASH_START 0xcbf29ce484222325u

/* Each goes on from `h`. */
uint64_t hash_bytes(uint64_t h, const char *bytes, size_t len);
uint64_t hash_numbers(uint64_t h, const int32_t *numbers, size_t count);
/* All that decides how a run looks, but not where or in which colour. */
uint64_t hash_run(uint64_t h, const struct run *r);

#endif
