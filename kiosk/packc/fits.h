/* Whether everything fits: every screen of a pack, in each of its languages, laid out by the kiosk's own code with the
 * largest words on the smallest glass that Alcove knows. It draws nothing. */
#ifndef ALCOVE_PACKC_FITS_H
#define ALCOVE_PACKC_FITS_H

#include "packc/places.h"
#include "visit/pure/book.h"
#include "visit/pure/draw.h"

struct fits {
	struct book book;
	struct measure measure;
	const struct places *places; /* of the content that is checked: nothing else is reported */
	struct report *report;
	int screens; /* counted up: how many were laid out */
};

void fits_walk(struct fits *f);

#endif
