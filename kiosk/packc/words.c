/* The interface's own words: a library must have all of a client's in each of its languages, and all of staff mode's or
 * none of them; a house pack may change some. */
#include "visit/pure/words.h"
#include "packc/compile.h"
#include "packc/po.h"

#include <string.h>

static const struct {
	const char *id, *english;
} known[] = {
#define X(constant, id, english) {id, english},
    WORDS(X)
#undef X
};

static bool has_words(struct compile *c) {
	return source_is_folder(compile_path(c, "words", "", ""));
}

/* The translations of a language; empty when a house pack has none for it. Read anew where it is needed, so that memory
 * does not grow with the languages. */
static bool read_words(struct compile *c, const struct pack_language *l, struct arena *a, struct po *out) {
	const char *file = compile_path(c, "words", l->code, ".po");
	*out = (struct po){.file = file};
	if (!has_words(c) || (c->pack.house && !source_exists(file))) {
		return false;
	}
	return po_read(a, c->report, file, out);
}

/* What is shown: the translation; for English the msgid will do. */
static const char *shown(const struct pack_language *l, const struct po_entry *e) {
	return e->text[0] == 0 && compile_is_english(l) ? e->english : e->text;
}

const char *compile_word(struct compile *c, const struct pack_language *l, const char *id, struct where *where) {
	struct report quiet = {.arena = c->scratch}; /* compile_words tells what is wrong with the file, once */
	struct report *loud = c->report;
	struct po po;
	c->report = &quiet;
	read_words(c, l, c->scratch, &po);
	c->report = loud;
	const struct po_entry *e = po_find(&po, id);
	if (e == NULL || shown(l, e)[0] == 0) {
		return NULL;
	}
	*where = (struct where){po.file, e->line};
	return shown(l, e);
}

/* The slots of a text as bits. */
static unsigned slots_of(const char *text) {
	unsigned slots = 0;
	for (const char *p = strchr(text, '{'); p != NULL; p = strchr(p + 1, '{')) {
		if (p[1] >= '0' && p[1] <= '9' && p[2] == '}') {
			slots |= 1u << (p[1] - '0');
		}
	}
	return slots;
}

static bool of_staff_mode(size_t i) {
	return i >= W_CLIENT_COUNT;
}

/* Staff mode is offered in languages that have all of its words. One with none of them is fine as it is. */
static bool has_staff_words(const struct po *po) {
	for (size_t i = W_CLIENT_COUNT; i < W_COUNT; i++) {
		if (po_find(po, known[i].id) != NULL) {
			return true;
		}
	}
	return false;
}

static void word(struct compile *c, const struct pack_language *l, const struct po *po, size_t i) {
	const struct po_entry *e = po_find(po, known[i].id);
	if (e == NULL || shown(l, e)[0] == 0) {
		if (e == NULL && of_staff_mode(i) && !has_staff_words(po)) {
			return;
		}
		if (!c->pack.house || e != NULL) {
			report_error(c->report, (struct where){po->file, e == NULL ? po->lines : e->line},
			             "The word '%s' is missing. Translate \"%s\".", known[i].id, known[i].english);
		}
		return;
	}
	struct where where = {po->file, e->line};
	const char *text = shown(l, e);
	if (slots_of(text) != slots_of(known[i].english)) {
		report_error(c->report, where,
		             "'%s' must have the same places in braces as \"%s\". Add or delete {0}, {1}.", known[i].id,
		             known[i].english);
		return;
	}
	if (strcmp(e->english, known[i].english) != 0 && !compile_is_english(l)) {
		report_warning(c->report, where,
		               "The English of '%s' is now \"%s\". Check the translation and put that behind msgid.",
		               known[i].id, known[i].english);
	}
	struct text t = compile_frame(c, l, where, text);
	if (c->out != NULL) {
		write_row(c->out, "word", "sst", l->code, known[i].id, &t);
	}
}

static void unknown_words(struct compile *c, const struct po *po) {
	for (int i = 0; i < po->count; i++) {
		bool found = false;
		for (size_t k = 0; k < W_COUNT; k++) {
			found = found || strcmp(known[k].id, po->entries[i].id) == 0;
		}
		if (!found) {
			report_error(c->report, (struct where){po->file, po->entries[i].line},
			             "The kiosk has no word '%s'. Correct its msgctxt or delete the entry.",
			             po->entries[i].id);
		}
	}
}

void compile_words(struct compile *c) {
	for (int i = 0; i < c->pack.language_count && has_words(c); i++) {
		const struct pack_language *l = &c->pack.languages[i];
		struct po po;
		if (read_words(c, l, c->scratch, &po)) {
			for (size_t k = 0; k < W_COUNT; k++) {
				word(c, l, &po, k);
			}
			unknown_words(c, &po);
		}
		arena_reset(c->scratch);
	}
	if (!c->pack.house && !has_words(c)) {
		report_error(c->report, c->pack.where,
		             "A library needs the words of the interface. Add a folder words with a file LANG.po for "
		             "each language.");
	}
	compile_stray_files(c, "words", ".po");
	arena_reset(c->scratch);
}
