/* The clever part of text, done once when a pack is compiled, with ICU: where lines may break, which way runs read,
 * which script and which font they are in. What comes out is the BLOB of base/text.h; the kiosk needs no ICU.
 *
 * A text comes in as UTF-8 with three signs of ours in it: TYPESET_BOLD ... TYPESET_LIGHT around strong words, a new
 * line where a line must end, and {0} to {9} for slots when they are asked for. */
#ifndef ALCOVE_PACKC_TYPESET_H
#define ALCOVE_PACKC_TYPESET_H

#include "base/fonts.h"
#include "base/text.h"
#include "packc/cover.h"
#include "packc/report.h"

#define TYPESET_BOLD '\x01'
#define TYPESET_LIGHT '\x02'

struct typeset;

struct blob {
	const void *bytes;
	size_t size;
};

/* How to set a text. */
struct manner {
	const char *lang; /* BCP 47: line breaks, and the script of what has none of its own */
	bool rtl;         /* direction of the paragraph */
	bool slots;       /* {0} ... {9} are slots */
};

/* `table` and `cover` must outlive it. NULL with the sentence set when ICU cannot start. */
struct typeset *typeset_open(const struct font_table *table, const struct cover *cover, struct fault *f);
void typeset_close(struct typeset *t);

/* The text in the arena's memory; every problem goes into the report with the place given. Always returns something that
 * decodes: an empty text after an error. */
struct text typeset_text(struct typeset *t, struct arena *a, struct report *r, struct where where, struct manner manner,
                         const char *marked);

/* As bytes, in the form of base/text.h. */
struct blob typeset_bytes(struct arena *a, struct text text);

/* How many bytes of a phone number begin at `at` (0 for none); `start` is where the text begins. At least three digits,
 * in groups with hyphens, dots, or spaces beside parentheses; not part of a longer word or of a figure like 10,000. */
size_t typeset_phone(const char *start, const char *at);

#endif
