/* Numbers that staff have called: which were still right, which were wrong, and on which day. A wrong one is hidden from
 * visits until a newer version of its pack is installed; then the mark falls away, for that pack's people have looked at
 * it. Kept in the store. It says nothing about clients, and whether a number is in a pack at all it cannot know: it reads
 * none. */
#ifndef ALCOVE_HOST_MARKS_H
#define ALCOVE_HOST_MARKS_H

#include "wire/wire.h"

enum { MARKS_ROOM = 256 };

struct mark {
	char digits[WIRE_DIGITS];
	char pack[WIRE_ID]; /* the pack that has the number, and which version of it was looked at */
	uint32_t version;
	char on[WIRE_DATE]; /* "" when the kiosk did not know the day */
	bool wrong;
};

struct marks {
	struct mark rows[MARKS_ROOM]; /* the oldest first */
	int count;
};

/* Adds a mark, or replaces the one of the same digits. Of those that were right, the oldest goes when there is no room.
 * False when as many are wrong as a visit can be told of (WIRE_HIDDEN). */
bool marks_set(struct marks *m, const struct mark *mark);
/* This version of a pack is in use: marks of older ones of the same id fall away. True when any did. */
bool marks_settle(struct marks *m, const char *pack, uint32_t version);
/* The wrong ones, as struct wire_start has them. */
void marks_hidden(const struct marks *m, char hidden[WIRE_HIDDEN][WIRE_DIGITS]);

/* Reads them from the folder behind `dir`. False when they are there and cannot be read; `m` is empty then. */
bool marks_read(struct marks *m, int dir);
/* False when they could not be made durable. */
bool marks_write(const struct marks *m, int dir);

#endif
