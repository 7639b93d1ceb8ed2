/* When to ask "Still here?" and when to clear: pure arithmetic on milliseconds that others hand in.
 *
 * After an input the screen waits `idle_ms` and the time that the visit says the screen takes to read, together at most
 * IDLE_LONGEST_MS. Then it asks, says every second how long is left, and clears when `answer_ms` have gone without an
 * input. Any input answers, as often as the person likes (VVSG 2.0 7.2-O, WCAG 2.2.1).
 *
 * It never looks at a clock and never knows what is on the screen. */
#ifndef ALCOVE_HOST_IDLE_H
#define ALCOVE_HOST_IDLE_H

#include <stdint.h>

enum {
	IDLE_LEAST_MS = 120000, /* VVSG 2.0 7.2-O: two to five minutes */
	IDLE_LONGEST_MS = 300000,
	ANSWER_LEAST_MS = 20000, /* and 20 to 45 seconds to answer */
	ANSWER_LONGEST_MS = 45000,
	IDLE_TICK_MS = 1000,
};

enum idle_state { IDLE_OFF, IDLE_WAITING, IDLE_ASKING };
enum idle_wants { IDLE_NOTHING, IDLE_WARN, IDLE_CLEAR };

struct idle {
	int idle_ms, answer_ms;
	enum idle_state state;
	int reading_ms;    /* what the screen that is shown takes to read */
	int64_t input_at;  /* the last input */
	int64_t asked_at;  /* while asking */
	int64_t warned_at; /* while asking: when the person was last told how long is left */
};

/* Off: nobody has touched this visit yet, so there is nothing to time. */
void idle_reset(struct idle *idle, int idle_ms, int answer_ms);
/* The person did something; also answers "Still here?". */
void idle_input(struct idle *idle, int64_t now_ms);
/* The screen changed; without effect while asking (the question is not what has to be read). */
void idle_reading(struct idle *idle, uint32_t reading_ms);
/* When idle_tick has something to say next, or -1 for never. */
int64_t idle_deadline(const struct idle *idle);
/* With IDLE_WARN, `left_ms` is how long is left to answer. */
enum idle_wants idle_tick(struct idle *idle, int64_t now_ms, uint32_t *left_ms);

#endif
