/* A name that came over the wire (a pack's title, a publisher, a file on a stick), made into a text at run time. The
 * clever part of text is packc's; here are no ICU and no dictionary, and none is needed for a name: lines may end at
 * spaces, behind a hyphen or in the middle of a very long word, and direction is told by script.
 *
 * A character is shown as far as the visit was handed a face for its script; what has no face, and whatever is not seen
 * at all (marks of direction, joiners outside of Arabic, private use), is left out. So a name cannot reorder the line
 * that it stands in. */
#ifndef ALCOVE_BASE_NAME_H
#define ALCOVE_BASE_NAME_H

#include "base/arena.h"
#include "base/text.h"

enum { NAME_FACES = 16 };

/* The faces that there are, by the script tag of their row in the font table. */
struct faces {
	uint32_t face[NAME_FACES];
	int count;
};

/* `utf8` as a text in the arena; empty when nothing of it can be shown. Bytes that are no UTF-8 are left out. */
struct text name_text(struct arena *a, const char *utf8, const struct faces *faces);

#endif
