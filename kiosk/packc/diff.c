#include "packc/diff.h"

#include "packc/prose.h"
#include "visit/glass/compare.h"

#include <string.h>

struct diff {
	struct prose out;
	const char *was, *is; /* the versions, until their dates come */
};

/* A kind with its sentence: N name, L language, O old, W new, C count stand for what is filled in; H and B say how a
 * number was checked, now and before. */
static const char *const sentences[CHANGE_LAST + 1] = {
    [CHANGE_NOTHING] = "Nothing else is different.",
    [CHANGE_OTHER_PACK] = "These are two different packs: {O} and {W}.",
    [CHANGE_PUBLISHER] = "The publisher changed: {O} is now {W}.",
    [CHANGE_TITLE] = "The pack's title changed: {O} is now {W}.",
    [CHANGE_KIND] = "The kind changed: {O} is now {W}.",
    [CHANGE_LANGUAGE_REMOVED] = "A language was removed: {N}.",
    [CHANGE_LANGUAGE_REVIEWED] = "{N} has been checked by a speaker.",
    [CHANGE_LANGUAGE_UNREVIEWED] = "{N} no longer counts as checked by a speaker.",
    [CHANGE_NUMBER_ADDED] = "A number was added: {N}: {W}, {H} on {O}.",
    [CHANGE_NUMBER_REMOVED] = "A number was removed: {N}: {O}.",
    [CHANGE_NUMBER] = "A number changed: {N}: {O} is now {W}.",
    [CHANGE_NUMBER_CHECKED] = "{N} was {H} on {W}, before {B} on {O}.",
    [CHANGE_NUMBER_TEXT] = "What is said of a number changed: {N} ({L}).",
    [CHANGE_MODULE_ADDED] = "A module was added: {N} ({L}, pages: {C}).",
    [CHANGE_MODULE_REMOVED] = "A module was removed: {N} ({L}).",
    [CHANGE_MODULE] = "A module changed: {N} ({L}).",
    [CHANGE_MODULE_TITLE] = "  its title was: {O}",
    [CHANGE_MODULE_NOTE] = "  its note, its icon or whom it is for changed",
    [CHANGE_MODULE_PAGES] = "  pages: {W}, before: {O}",
    [CHANGE_PAGE] = "  page {C} changed: {N}",
    [CHANGE_PAGE_ADDED] = "  page {C} is new: {N}",
    [CHANGE_PAGE_REMOVED] = "  page {C} was removed: {N}",
    [CHANGE_WORD_ADDED] = "A word of the screen was added ({L}): {N}",
    [CHANGE_WORD_REMOVED] = "A word of the screen was removed ({L}): {N}",
    [CHANGE_WORD] = "A word of the screen changed ({L}): \"{O}\" is now \"{W}\".",
    [CHANGE_BOARD] = "The board changed ({L}; entries: {W}, before: {O}).",
    [CHANGE_PHRASES] = "The list of phrases for staff changed ({L}; entries: {W}, before: {O}).",
    [CHANGE_PICTURE_ADDED] = "A picture was added: {N}.",
    [CHANGE_PICTURE_REMOVED] = "A picture was removed: {N}.",
    [CHANGE_PICTURE] = "A picture changed: {N}.",
    [CHANGE_CUT] = "A list has more than {C} entries: the rest of it was not compared.",
};

static const char *checked(int called) {
	return called != 0 ? "called" : "compared with its source";
}

static void add_slot(struct prose *out, char slot, const struct change *c) {
	switch (slot) {
	case 'N':
		prose_add(out, "%s", c->name);
		break;
	case 'L':
		prose_add(out, "%s", c->language);
		break;
	case 'O':
		prose_add(out, "%s", c->old);
		break;
	case 'W':
		prose_add(out, "%s", c->new);
		break;
	case 'H':
		prose_add(out, "%s", checked(c->count & CHANGE_CALLED));
		break;
	case 'B':
		prose_add(out, "%s", checked(c->count & CHANGE_CALLED_BEFORE));
		break;
	default:
		prose_add(out, "%d", c->count);
	}
}

static void add_sentence(struct prose *out, const struct change *c) {
	const char *s = sentences[c->kind];
	for (const char *slot = strchr(s, '{'); slot != NULL; slot = strchr(s, '{')) {
		prose_add(out, "%.*s", (int)(slot - s), s);
		add_slot(out, slot[1], c);
		s = slot + 3;
	}
	prose_add(out, "%s\n", s);
}

static void tell(void *to, const struct change *c) {
	struct diff *d = to;
	if (c->kind == CHANGE_VERSION) {
		d->was = c->old;
		d->is = c->new;
	} else if (c->kind == CHANGE_MADE) {
		prose_add(&d->out, "Version %s, made on %s, is now version %s, made on %s.\n", d->was, c->old, d->is,
		          c->new);
	} else if (c->kind == CHANGE_LANGUAGE_ADDED) {
		prose_add(&d->out, "A language was added: %s (%s).\n", c->name,
		          c->count == 1 ? "checked by a speaker" : "not yet checked by a speaker");
	} else if (sentences[c->kind] != NULL) {
		add_sentence(&d->out, c);
	}
}

const char *diff_lines(struct arena *a, struct pack *old, struct pack *new) {
	struct diff d = {.out.arena = a};
	compare_packs(a, old, new, tell, &d);
	return prose_bytes(&d.out);
}
