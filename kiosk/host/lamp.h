/* A lamp or buzzer that is on while somebody asks for staff, and a line that is on while this kiosk is alive and falls
 * when it is not: for sites where nobody looks at a page.
 *
 * The lines are held by a child process (`alcove lamp`), because what becomes of a line when its holder dies is different
 * from board to board. The child outlives a host that is killed by long enough to let both lines fall, and lets the
 * second one fall when it has not heard of the host for a while, though the host still runs. It knows a number of open
 * requests, and nothing about any. */
#ifndef ALCOVE_HOST_LAMP_H
#define ALCOVE_HOST_LAMP_H

#include "host/settings.h"

#include <stdint.h>

struct lamp;

enum {
	LAMP_SILENT_MS = 60000, /* so long without lamp_tell, and the host is not well */
	LAMP_START_MS = 3000,   /* a chip is opened by then */
};

/* Starts the child and waits until it holds its lines. `program` is run as `program lamp`. */
struct lamp *lamp_new(const struct settings *s, const char *program, struct fault *f);
/* Lets both lines fall. NULL is fine. */
void lamp_free(struct lamp *l);
/* How many requests are open. Also says that the host is alive: to be called several times in LAMP_SILENT_MS. A child
 * that has died is started again. */
void lamp_tell(struct lamp *l, int open);

/* --- the child -------------------------------------------------------------------------------------------------- */

/* What can be done with a GPIO chip; behind it is libgpiod, or a chip that a test has made. */
struct lamp_chip {
	void *self;
	bool (*open)(void *self, const char *path, struct fault *f);
	/* From now on the line is ours, and off. */
	bool (*hold)(void *self, int line, struct fault *f);
	bool (*set)(void *self, int line, bool on);
	void (*close)(void *self);
};

/* Serves the host at the other end of `fd` until it is gone. `silent_ms` as LAMP_SILENT_MS. Returns an exit status. */
int lamp_guard(int fd, const struct lamp_chip *chip, int silent_ms);

#endif
