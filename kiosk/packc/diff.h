/* What is different between two packs, in plain words for the people who are about to let one in. What is different is
 * found by visit/glass/compare; here are only the sentences. */
#ifndef ALCOVE_PACKC_DIFF_H
#define ALCOVE_PACKC_DIFF_H

#include "base/arena.h"

struct pack; /* of visit/glass/pack.h */

/* Lines, each a sentence or two, in the arena; never "". */
const char *diff_lines(struct arena *a, struct pack *old, struct pack *new);

#endif
