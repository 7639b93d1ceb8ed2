/* `alcove-pack check`: compiles the content into a pack aside, and then looks at it as the kiosk would: the same reader,
 * the same screens, the same layout. Prints nothing. */
#ifndef ALCOVE_PACKC_INSPECT_H
#define ALCOVE_PACKC_INSPECT_H

#include "packc/compile.h"

struct inspect_options {
	const char *dir, *assets, *today;
	const char *library; /* a pack with the words of the screens, for a house; NULL when there is none */
	const char *first;   /* as compile_options has it */
	const char *pack;    /* where the pack goes; NULL: nowhere */
};

struct inspected {
	struct compile compile;
	const char
	    *unseen; /* languages that the library has no words for, so nothing of them can be shown; "" for none */
	int screens; /* laid out */
	bool built;  /* the pack is there */
};

/* What was wrong is in the report; false with the sentence set when it could not begin. */
bool inspect(struct inspect_options o, struct arena *keep, struct report *report, struct inspected *out,
             struct fault *f);

#endif
