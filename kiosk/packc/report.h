/* What was found in a writer's files: every finding names the file, the line where it can, what is wrong and what to
 * do. It only collects; `main` prints. */
#ifndef ALCOVE_PACKC_REPORT_H
#define ALCOVE_PACKC_REPORT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

/* Where something stands in the sources. */
struct where {
	const char *file; /* as the writer named it; a finding keeps a copy */
	int line;         /* from 1; 0 when the whole file is meant */
};

struct finding {
	struct where where;
	bool warning;
	const char *says;
};

struct report {
	struct arena *arena; /* not owned */
	struct finding *items;
	int count, room;
	int errors, warnings;
};

/* Always returns false, so that `return report_error(...)` reads well. */
bool report_error(struct report *r, struct where where, const char *format, ...) __attribute__((format(printf, 3, 4)));
void report_warning(struct report *r, struct where where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "FILE:LINE: what is wrong. What to do.", one a line, in the order they were found. */
void report_print(const struct report *r, FILE *to);

#endif
