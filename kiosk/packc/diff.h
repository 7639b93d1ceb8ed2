/* What is different between two packs, in plain words for the people who are about to let one in: languages, modules,
 * pages, numbers, the board. It reads the packs through the visits' own reader and nothing else, so that staff mode can
 * tell the same about a pack on a stick. */
#ifndef ALCOVE_PACKC_DIFF_H
#define ALCOVE_PACKC_DIFF_H

#include "base/arena.h"

struct pack; /* of visit/glass/pack.h */

/* Lines, each a sentence or two, in the arena; never "". */
const char *diff_lines(struct arena *a, struct pack *old, struct pack *new);

#endif
