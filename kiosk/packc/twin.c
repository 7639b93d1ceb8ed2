#include "packc/twin.h"

#include "packc/prose.h"

#include <stdint.h>
#include <string.h>

enum { MARK = 4 }; /* hexadecimal digits: one change in 65,536 goes unseen */

/* FNV-1a, folded. Not a secret: it only has to differ when the text does. */
struct hash {
	uint32_t value;
};

static struct hash hash_new(void) {
	return (struct hash){2166136261u};
}

/* With its end, so that "ab" "c" is not "a" "bc". */
static void hash_words(struct hash *h, const char *words) {
	for (const char *p = words;; p++) {
		h->value = (h->value ^ (unsigned char)*p) * 16777619u;
		if (*p == 0) {
			return;
		}
	}
}

static unsigned mark(struct hash h) {
	return (h.value >> 16 ^ h.value) & 0xffff;
}

static unsigned head_mark(const struct md_file *f) {
	struct where where;
	struct hash h = hash_new();
	hash_words(&h, markdown_head(f, "title", &where));
	hash_words(&h, markdown_head(f, "note", &where));
	return mark(h);
}

static unsigned page_mark(const struct md_page *p) {
	struct hash h = hash_new();
	hash_words(&h, p->title);
	for (int i = 0; i < p->count; i++) {
		hash_words(&h, p->blocks[i].kind == MD_PARAGRAPH ? "p" : "i");
		hash_words(&h, p->blocks[i].text);
	}
	return mark(h);
}

const char *twin_marks(struct arena *a, const struct md_file *original) {
	struct prose p = {.arena = a};
	prose_add(&p, "%04x", head_mark(original));
	for (int i = 0; i < original->page_count; i++) {
		prose_add(&p, " %04x", page_mark(&original->pages[i]));
	}
	return prose_bytes(&p);
}

/* --- the same pages --------------------------------------------------------------------------------------------- */

static const char *name_of(const char *file) {
	const char *slash = strrchr(file, '/');
	return slash == NULL ? file : slash + 1;
}

/* The next answer from *i on, which moves behind it; NULL when there is none. */
static const struct md_block *next_answer(const struct md_page *p, int *i) {
	while (*i < p->count) {
		const struct md_block *b = &p->blocks[(*i)++];
		if (b->kind == MD_ANSWER) {
			return b;
		}
	}
	return NULL;
}

/* The same answers in the same order; one that leads to another module may be missing, for that module may not be there
 * in this language. */
static void compare_answers(struct report *r, const char *there, const struct md_page *o, const struct md_page *t) {
	int i = 0;
	int k = 0;
	const struct md_block *ours = next_answer(t, &k);
	for (const struct md_block *theirs = next_answer(o, &i); theirs != NULL; theirs = next_answer(o, &i)) {
		if (ours != NULL && strcmp(ours->target, theirs->target) == 0) {
			ours = next_answer(t, &k);
		} else if (strncmp(theirs->target, "module:", 7) != 0) {
			report_warning(
			    r, ours == NULL ? t->where : ours->where,
			    "Here should be the answer of %s:%d, which leads to '%s'. Make the answers the same.",
			    there, theirs->where.line, theirs->target);
			return;
		}
	}
	if (ours != NULL) {
		report_warning(r, ours->where, "This answer is not in %s:%d. Make the answers the same.", there,
		               o->where.line);
	}
}

static void compare_pages(struct report *r, const char *there, const struct md_page *o, const struct md_page *t) {
	const struct {
		const char *what, *theirs, *ours;
	} pairs[] = {{"id", o->id, t->id}, {"picture", o->picture, t->picture}};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		if (strcmp(pairs[i].theirs, pairs[i].ours) != 0) {
			report_warning(r, t->where,
			               "This page has the %s '%s', in %s:%d it has '%s'. Make them the same.",
			               pairs[i].what, pairs[i].ours, there, o->where.line, pairs[i].theirs);
		}
	}
	if (o->urgent != t->urgent) {
		report_warning(r, t->where, "This page is%s urgent, in %s:%d it is%s. Make them the same.",
		               t->urgent ? "" : " not", there, o->where.line, o->urgent ? "" : " not");
	}
	compare_answers(r, there, o, t);
}

/* Without an audience a module is for clients. */
static const char *said(const char *key, const char *value) {
	return value[0] == 0 && strcmp(key, "audience") == 0 ? "client" : value;
}

void twin_compare(struct report *r, const struct md_file *original, const struct md_file *translation) {
	const char *there = name_of(original->where.file);
	static const char *const keys[] = {"icon", "tint", "order", "audience"};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct where where;
		struct where other;
		const char *ours = markdown_head(translation, keys[i], &where);
		const char *theirs = markdown_head(original, keys[i], &other);
		if (strcmp(said(keys[i], ours), said(keys[i], theirs)) != 0) {
			report_warning(r, where, "%s is '%s' here and '%s' in %s:%d. Make them the same.", keys[i],
			               ours, theirs, there, other.line);
		}
	}
	if (original->page_count != translation->page_count) {
		report_warning(r, translation->where,
		               "This file has %d pages, %s has %d. Give it the same pages in the same order.",
		               translation->page_count, there, original->page_count);
		return; /* the rest would only say so again */
	}
	for (int i = 0; i < original->page_count; i++) {
		compare_pages(r, there, &original->pages[i], &translation->pages[i]);
	}
}

/* --- still the same text ---------------------------------------------------------------------------------------- */

static bool same_mark(const char *carried, int index, unsigned now) {
	char hex[MARK + 1];
	snprintf(hex, sizeof hex, "%04x", now & 0xffff);
	return strncmp(carried + (size_t)index * (MARK + 1), hex, MARK) == 0;
}

void twin_check(struct report *r, const struct md_file *original, const struct md_file *translation,
                const char *stamp) {
	const char *there = name_of(original->where.file);
	struct where where;
	const char *carried = markdown_head(translation, TWIN_KEY, &where);
	if (carried[0] == 0) {
		report_warning(r, where,
		               "Nothing says which text this was translated from. Compare it with %s, then run: %s",
		               there, stamp);
		return;
	}
	if (strlen(carried) != (size_t)(original->page_count + 1) * (MARK + 1) - 1) {
		report_warning(
		    r, where,
		    "%s had another number of pages when this was translated. Compare all of it, then run: %s", there,
		    stamp);
		return;
	}
	if (!same_mark(carried, 0, head_mark(original))) {
		struct where title;
		markdown_head(translation, "title", &title);
		report_warning(r, title,
		               "Title or note of %s have changed since this was translated. Check them, then run: %s",
		               there, stamp);
	}
	for (int i = 0; i < original->page_count && i < translation->page_count; i++) {
		if (!same_mark(carried, i + 1, page_mark(&original->pages[i]))) {
			report_warning(
			    r, translation->pages[i].where,
			    "%s:%d has changed since this page was translated. Check the translation, then run: %s",
			    there, original->pages[i].where.line, stamp);
		}
	}
}
