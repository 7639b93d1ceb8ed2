/* Phone numbers as people write them in lists, made into ours: digits and hyphens. It never guesses a digit: what cannot
 * be read comes back as a doubt. */
#ifndef ALCOVE_PACKC_DIAL_H
#define ALCOVE_PACKC_DIAL_H

#include "base/arena.h"

#include <stdbool.h>

enum { DIAL_MAX = 4 /* numbers of one cell */ };

struct dial {
	char number[32];    /* "1-888-373-7888", "504-555-0100", "911", "233733" */
	char extension[16]; /* digits; "" for none */
	bool letters;       /* some digits stood there as letters: 855-435-STAR */
	bool no_area;       /* seven digits: it can be dialled only from nearby */
};

struct dial_found {
	struct dial numbers[DIAL_MAX];
	int count;
	const char *left; /* what of the cell was not understood, in the arena; "" for nothing */
};

struct dial_found dial_read(struct arena *a, const char *cell);

#endif
