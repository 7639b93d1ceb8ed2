/* The line to the service for systems (image/slots), which a kiosk from an image has: it looks at the stick for a new
 * system, puts one into the slot that is not in use, and keeps one that is well. The messages are those of wire/wire.h.
 * Where there is no such service there is no line, and nothing of it on any screen.
 *
 * It never waits: the service may hang on a stick, and then it is taken leave of. */
#ifndef ALCOVE_HOST_SLOTS_H
#define ALCOVE_HOST_SLOTS_H

#include "wire/wire.h"

/* Where the service listens (image/root/etc/systemd/system/alcove-slots.socket), and what is there while a system is
 * tried (image/early). */
#define SLOTS_SOCKET "/run/alcove-slots"
#define SLOTS_TRIAL "/run/alcove-trial"

struct slots {
	int wire;      /* -1: there is none */
	bool working;  /* a system is being copied, and its end was not told */
	bool asked;    /* a WIRE_SYSTEM is owed */
	int64_t until; /* ms: by then it has to say something of what it works at */
};
#define NO_SLOTS ((struct slots){.wire = -1})

/* Connects. False when nobody listens. */
bool slots_open(struct slots *s, const char *socket);
/* What was going on is stopped by the service. */
void slots_close(struct slots *s);

/* Asks: LIST, SYSTEM, STOP, RESTART or READ. False when it is none of these, or there is nobody to ask. */
bool slots_want(struct slots *s, const struct wire_want_what *want);
/* The next sane WIRE_SYSTEM or WIRE_WORK; false when there is none now. One that is silent for too long is over, and its
 * work has failed. */
bool slots_hear(struct slots *s, struct wire_message *m);
/* Milliseconds until slots_hear should be asked though nothing came; -1: no need. */
int slots_wait_ms(const struct slots *s);

/* The board has been on the glass for a while: said once, and only when the system is tried. */
void slots_steady(const char *socket, const char *trial);

#endif
