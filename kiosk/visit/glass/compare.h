/* What is different between two packs, as values: languages, modules, pages, numbers, the board. It reads the packs
 * through the visits' own reader and nothing else, so that `alcove-pack diff` and staff mode tell the same. It has no
 * words of its own. */
#ifndef ALCOVE_GLASS_COMPARE_H
#define ALCOVE_GLASS_COMPARE_H

#include "base/arena.h"
#include "base/change.h"

struct pack;

/* Told of one change. Its strings are never NULL, have no control characters below a space, and stay as long as the
 * arena given to compare_packs, but for those of a page, which are gone after the call. */
typedef void compare_tell(void *to, const struct change *c);

/* Tells every change, the pack's own facts first; a CHANGE_NOTHING stands for all the rest when there is none. */
void compare_packs(struct arena *a, struct pack *old, struct pack *new, compare_tell *tell, void *to);

#endif
