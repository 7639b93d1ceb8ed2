/* Looks at a pack that nobody trusts yet, in a process without power: whether it is whole, what it says about itself, what
 * it would change. The roles `visit-peek`, `visit-facts` and `visit-look` of the program. Whatever the pack does to its
 * reader, it does it in here; whoever asked hears sane messages, or hears nothing and ends us.
 *
 * Descriptors: WIRE_FD_SOCKET the answers, WIRE_FD_FILES the pack, WIRE_FD_FILES + 1 the pack to compare with (if it is
 * open). Answers are messages of wire.h: WIRE_WORK (READ, GOING) as it goes on, one WIRE_OFFER with what the pack says
 * about itself (where, slot, file and reason are the asker's), WIRE_CHANGE..., and last a WIRE_WORK that is DONE or FAILED
 * with its reason. */
#ifndef ALCOVE_GLASS_EXAMINE_H
#define ALCOVE_GLASS_EXAMINE_H

#include <stdbool.h>

#include "base/fault.h"
#include "wire/wire.h"

enum examine_depth {
	EXAMINE_PEEK,  /* only what it says about itself: reads a few pages of the file */
	EXAMINE_CHECK, /* for each start: the file's structure as well */
	EXAMINE_WHOLE, /* before it is let in: every table, every text, every picture drawn; and the changes */
};

/* As many changes as are told; the rest is a number. */
enum { EXAMINE_CHANGES = 500 };

/* Locks itself in, looks, answers. Returns the exit status. */
int examine_main(enum examine_depth depth);

/* --- the parts, for tests and fuzzing: no sandbox, messages go to `say` ------------------------------------------ */

typedef void examine_say(void *to, const struct wire_message *m);

/* All of it, for the pack behind `pack` and the one to compare with (-1: none). WIRE_FINE or why it is refused. */
enum wire_reason examine(int pack, int other, enum examine_depth depth, examine_say *say, void *to);

#endif
