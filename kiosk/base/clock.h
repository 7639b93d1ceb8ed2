/* What time it is, for waits and deadlines: milliseconds that only grow, and no date. Whoever decides by the time is given
 * it as a value; this is asked where such a value begins. A visit has no clock and never asks. */
#ifndef ALCOVE_BASE_CLOCK_H
#define ALCOVE_BASE_CLOCK_H

#include <stdint.h>

/* Since the machine was started. It goes on while the machine sleeps: a visit that was open when the lid was closed is over
 * when it opens. */
int64_t clock_ms(void);

/* The sooner of two times or waits, where -1 is never. */
int64_t clock_sooner(int64_t a, int64_t b);

#endif
