/* What staff have set on this kiosk itself: its place name, its times, its volume, how far its first start is. Kept in the
 * store; each value wins over the one of the settings file, and each is checked against the same bounds when it is set and
 * when it is read. */
#ifndef ALCOVE_HOST_KEPT_H
#define ALCOVE_HOST_KEPT_H

#include "host/settings.h"

enum { VOLUME_MOST = 100 };

struct kept {
	char place[PLACE_NAME]; /* "" when it was never set here */
	int idle_s, answer_s;   /* 0, the same */
	int volume;             /* percent; -1, the same */
	/* The steps of the first start that are over, 1 << enum wire_step each; 0 when none was ever taken here. */
	unsigned steps;
};

/* Each is false, with nothing changed, when the value is out of bounds (host/idle.h, host/place.h). */
bool kept_place(struct kept *k, const char *name);
bool kept_idle(struct kept *k, int seconds);
bool kept_answer(struct kept *k, int seconds);
bool kept_volume(struct kept *k, int percent);
/* `over`: more steps that are over, as bits. */
bool kept_steps(struct kept *k, unsigned over);

/* Puts what was set into the settings. */
void kept_apply(const struct kept *k, struct settings *s);

/* Reads it from the folder behind `dir`. False when it is there and cannot be read; `k` is empty then. */
bool kept_read(struct kept *k, int dir);
/* False when it could not be made durable. */
bool kept_write(const struct kept *k, int dir);

#endif
