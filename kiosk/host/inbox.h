/* What a visit still has to be told, while it works on the message before: a short queue that cannot grow and keeps
 * only what still matters. Time and words come and go elsewhere. */
#ifndef ALCOVE_HOST_INBOX_H
#define ALCOVE_HOST_INBOX_H

#include "wire/wire.h"

enum { INBOX_ROOM = 24 };

struct inbox {
	struct wire_message items[INBOX_ROOM];
	int count; /* items[0] is next */
};

/* Adds a message. A newer move, warning or bell takes the place of an older one that is still waiting; when all is full
 * moves go first, and then the whole touch is given up: the visit hears WIRE_LOST instead of half of it. */
void inbox_put(struct inbox *box, const struct wire_message *m);
/* Takes the next message out; false when there is none. */
bool inbox_take(struct inbox *box, struct wire_message *m);
/* Empties it and overwrites what was in it. */
void inbox_wipe(struct inbox *box);

#endif
