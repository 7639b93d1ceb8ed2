/* What a screen can read: the content of all packs as one book. Screens, layout and tests know only this; the pack
 * reader (glass half) fills it from SQLite, unit tests fill it from tables.
 *
 * Several packs are one book: the last pack that has an id wins. A module, word or service that is not there in a
 * language is not there at all; nothing is ever shown in another language in its place.
 *
 * Everything returned lives in the arena that was passed, or is empty. Nothing fails loudly: a thing that cannot be
 * read is a thing that is not there (the pack was checked whole before it was let in). */
#ifndef ALCOVE_VISIT_BOOK_H
#define ALCOVE_VISIT_BOOK_H

#include "base/arena.h"
#include "base/text.h"
#include "visit/pure/words.h"
#include "wire/wire.h"

enum tint { TINT_NONE, TINT_TEAL, TINT_SKY, TINT_SAND, TINT_ROSE };

struct language {
	char code[16]; /* BCP 47 */
	bool rtl, reviewed;
	bool staff; /* has all the words of staff mode, too */
	struct text name, begin;
};

struct module {
	char id[WIRE_ID], icon[WIRE_ID];
	enum tint tint;
	int pages;
	struct text title, note; /* note: what it talks about; empty for none */
};

enum block_kind { BLOCK_PARAGRAPH = 1, BLOCK_ITEM, BLOCK_ANSWER };

struct block {
	enum block_kind kind;
	struct text text;
	char target[WIRE_ID]; /* of an answer: "page:N", "module:ID", "numbers", "talk", "home" */
};

struct page {
	struct text title;
	char picture[WIRE_ID];    /* "" for none */
	struct text picture_says; /* its description */
	bool urgent;
	const struct block *blocks;
	int block_count;
};

struct phone {
	char type[16];   /* voice, text, textphone */
	char number[32]; /* as written for people */
};

struct service {
	char id[WIRE_ID], icon[WIRE_ID], grouping[WIRE_ID];
	enum tint tint;
	struct text name, summary, what;
	struct text languages, schedule; /* spoken there; when one can call; empty when no source says */
	char assured[WIRE_DATE];         /* the day on which the number was looked at, ISO; "" when that is not known */
	bool called;                     /* by calling it; else it was only compared with its source */
	const struct phone *phones;
	int phone_count;
	char pack[WIRE_ID]; /* of the pack that has it: its id and version; for staff */
	uint32_t version;
};

struct card {
	char icon[WIRE_ID];
	enum tint tint;
	struct text title, lines;
};

struct phrase {
	char id[WIRE_ID];
	struct text text;
	const char *plain;
};

/* `self` is the implementation's; `lang` a language code from languages(). Counts come back, arrays through `out`. */
struct book {
	void *self;
	int (*languages)(void *self, struct arena *a, const struct language **out);
	struct text (*word)(void *self, struct arena *a, const char *lang, enum word id);
	int (*modules)(void *self, struct arena *a, const char *lang, enum wire_audience audience,
	               const struct module **out);
	/* One module by its id: what turning a page asks, so it must not read the whole list. */
	bool (*module)(void *self, struct arena *a, const char *lang, const char *id, struct module *out);
	bool (*page)(void *self, struct arena *a, const char *lang, const char *module, int number, struct page *out);
	int (*services)(void *self, struct arena *a, const char *lang, const struct service **out);
	int (*board)(void *self, struct arena *a, const char *lang, const struct card **out);
	int (*phrases)(void *self, struct arena *a, const char *lang, const struct phrase **out);
	/* The phrase `id` of phrases(lang), plain, in the first language of the pack it comes from: the one that the
	 * house's staff read. "" when that is `lang` itself, or the phrase is not there. */
	const char *(*phrase_for_staff)(void *self, struct arena *a, const char *lang, const char *id);
};

#endif
