/* `alcove-pack stamp`: writes into translations which text of the original they were made from (see twin.h). The person
 * who runs it says so: it compares nothing but the number of pages. Changes one line of a file and nothing else. */
#ifndef ALCOVE_PACKC_STAMP_H
#define ALCOVE_PACKC_STAMP_H

#include "base/fault.h"
#include "packc/report.h"

struct stamp_options {
	const char *dir;    /* the content */
	const char *lang;   /* of the translations */
	const char *module; /* its id; NULL: all of the language */
};

/* How many files were changed, or -1 with the sentence set. What could not be stamped is in the report. */
int stamp_folder(struct arena *a, struct report *r, struct stamp_options o, struct fault *f);

#endif
