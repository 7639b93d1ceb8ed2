/* One connection after another to the MQTT broker: with TLS and a user where the settings say so, each with a last will,
 * each given up as soon as the broker does not answer. The only owner of libmosquitto.
 *
 * It belongs to one thread and waits for nothing but, on some networks, the name of the broker. It keeps no message:
 * what a connection did not deliver is gone with it, and whoever wants it sent hands it over again. */
#ifndef ALCOVE_HOST_BELL_LINE_H
#define ALCOVE_HOST_BELL_LINE_H

#include "host/settings.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_TOPIC = 288 }; /* bytes of a topic with its zero byte: PLACE, and what stands around it */

/* All are called from inside bell_line_* functions, and may publish. */
struct line_sink {
	void *self;
	/* Connected, listening, and everything that the broker had retained for us has been heard. */
	void (*ready)(void *self);
	/* The connection is gone; also after one that never was ready. */
	void (*lost)(void *self);
	void (*acked)(void *self, int mid, bool fine);
	void (*heard)(void *self, const char *topic, const char *payload, size_t len, bool retained);
};

struct bell_line;

/* NULL with the sentence set when a password, a key or a certificate cannot be used. `s` must live as long. */
struct bell_line *bell_line_new(const struct settings *s, const struct line_sink *sink, struct fault *f);
/* Says "offline" first, if that takes no longer than half a second. NULL is fine. */
void bell_line_free(struct bell_line *l);

bool bell_line_ready(const struct bell_line *l);
/* Connects when it is time to, hangs up when the broker does not answer. Returns when it has to be called again. `soon`:
 * something waits to be sent, so no long waits between attempts. */
int64_t bell_line_tend(struct bell_line *l, int64_t now, bool soon);
/* What to poll for, and what came of it. */
struct pollfd bell_line_poll(const struct bell_line *l);
void bell_line_serve(struct bell_line *l, short revents, int64_t now);

/* bell_line_free then leaves nothing behind: instead of "offline" it empties the state. */
void bell_line_forget(struct bell_line *l);

/* QoS 1. `expires_s`: the broker may forget it after so long (MQTT 5); 0 for never. Returns the number that `acked` will
 * tell, or 0 when the connection does not take it. */
int bell_line_publish(struct bell_line *l, const char *topic, const char *payload, bool retain, int64_t expires_s);

#endif
