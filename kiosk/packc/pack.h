/* pack.ini: what a pack says about itself, and its languages in the order they are offered in. */
#ifndef ALCOVE_PACKC_PACK_H
#define ALCOVE_PACKC_PACK_H

#include "packc/source.h"

#define PACK_LANGUAGES 64

struct pack_language {
	char code[16]; /* BCP 47 */
	const char *name;
	bool reviewed, rtl;
	bool complete; /* promised to have every module of the original */
	struct where where;
};

struct pack {
	const char *id, *kind, *version, *publisher, *made, *title; /* "" when missing */
	bool house;
	struct pack_language languages[PACK_LANGUAGES];
	int language_count;
	struct where where;
};

/* Reads DIR/pack.ini. False when there is no use in going on; else what is wrong is in the report. */
bool pack_read(struct arena *a, struct report *r, const char *dir, struct pack *out);

/* Whether a BCP 47 tag is one that ICU knows and would write the same way; and the direction of its script. */
bool pack_tag_ok(const char *tag, bool *rtl);

/* The language that others are translated from: English, or without it the first. The pack must have one. */
const struct pack_language *pack_original(const struct pack *p);

#endif
