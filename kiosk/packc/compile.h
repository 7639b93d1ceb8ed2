/* One walk over a folder of content: reads everything, typesets it, reports all that is wrong, and, when there is a
 * writer, writes the rows of a pack. `check` is the same walk without a writer and with the linter. */
#ifndef ALCOVE_PACKC_COMPILE_H
#define ALCOVE_PACKC_COMPILE_H

#include "packc/pack.h"
#include "packc/places.h"
#include "packc/typeset.h"
#include "packc/write.h"

struct compile_options {
	const char *dir;       /* the content */
	const char *assets;    /* folder with fonts.ini and icons/ */
	const char *today;     /* ISO date: check as on that day; NULL: only compile */
	const char *first;     /* a module's id that comes first in the list, whatever its order says; NULL */
	struct places *places; /* notes where every text stands; NULL: nobody asks */
	/* Told as the work goes on: modules done, of how many. NULL: nobody asks. */
	void (*progress)(void *to, int done, int all);
	void *progress_to;
};

/* Icons and pictures that something refers to. */
struct picture_use {
	const char *name;
	bool icon;
	struct where where;
};

/* What one walk holds; only files of this room look inside. */
struct compile {
	struct compile_options options;
	struct report *report;
	struct arena *keep;    /* as long as the walk */
	struct arena *scratch; /* as long as one file */
	struct arena *between; /* as long as one language */
	struct writer *out;    /* NULL: only look */
	struct typeset *typeset;
	struct pack pack;
	struct picture_use *pictures; /* in keep */
	int picture_count, picture_room;
	int modules, numbers;        /* for the last line of a build */
	int written[PACK_LANGUAGES]; /* modules of each language */
};

/* Walks everything. What was wrong is in the report; false with the sentence set when the walk could not begin. */
bool compile_walk(struct compile_options options, struct arena *keep, struct report *report, struct writer *out,
                  struct compile *result, struct fault *f);

/* The parts of the walk, in its order. */
void compile_languages(struct compile *c);
void compile_words(struct compile *c);
void compile_modules(struct compile *c);
void compile_numbers(struct compile *c);
void compile_board(struct compile *c);
void compile_phrases(struct compile *c);
void compile_pictures(struct compile *c);

/* --- for the parts --- */

/* DIR/FOLDER or DIR/FOLDER/NAME+SUFFIX, in keep. */
const char *compile_path(struct compile *c, const char *folder, const char *name, const char *suffix);
/* A text of a language, in scratch. */
struct text compile_text(struct compile *c, const struct pack_language *l, struct where where, const char *marked);
/* The same with {0} as a slot. */
struct text compile_frame(struct compile *c, const struct pack_language *l, struct where where, const char *marked);
/* Remember that an icon or a picture is needed; they are looked for at the end. "" is none. */
void compile_needs_icon(struct compile *c, const char *name, struct where where);
void compile_needs_picture(struct compile *c, const char *name, struct where where);
/* teal, sky, sand, rose to 1 ... 4; an error and 0 for anything else. */
int compile_tint(struct compile *c, const char *name, struct where where);
/* The pack's own translation of a word of the interface, or NULL. */
const char *compile_word(struct compile *c, const struct pack_language *l, const char *id, struct where *where);
/* Warns of files in a folder that belong to no language of the pack. */
void compile_stray_files(struct compile *c, const char *folder, const char *suffix);
/* Whether the pack's language is English (en, en-GB ...): its msgid will do for a msgstr. */
bool compile_is_english(const struct pack_language *l);
/* Whether the linter is asked for. */
bool compile_checks(const struct compile *c);

#endif
