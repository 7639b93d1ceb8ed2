/* An error as a value: one plain sentence for the person who has to do something about it, with the next step in it.
 * Functions that can fail take a `struct fault *` and return false (or NULL) with the sentence set.
 * Nothing below `main` prints or exits. */
#ifndef ALCOVE_BASE_FAULT_H
#define ALCOVE_BASE_FAULT_H

#include <stdbool.h>

struct fault {
	char says[512];
};

/* Sets the sentence; always returns false, so that `return fault_say(f, "...")` reads well. */
bool fault_say(struct fault *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
