#include "packc/fits.h"

#include "visit/pure/layout.h"
#include "visit/pure/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The Pi's 7-inch panel: 800x480 at 5.19 pixels a millimetre (standards), and the largest of the four sizes of text. */
static const struct glass smallest = {800, 480, 52};
enum { LARGEST = 4 };

struct walk {
	struct fits *fits;
	const char *lang;
	struct session session;
	struct arena arena; /* of one screen */
	struct view view, one;
	struct layout layout;
};

/* --- who is to blame -------------------------------------------------------------------------------------------- */

static int piece_px(const struct walk *w, const struct piece *p) {
	struct run r = {.utf8 = p->utf8,
	                .len = p->len,
	                .rtl = p->level & 1,
	                .bold = true,
	                .script = p->script,
	                .face = p->face,
	                .px = layout_em(smallest, LARGEST)};
	return p->len == 0 ? 0 : w->fits->measure.advance(w->fits->measure.self, &r);
}

/* The widest of what cannot be broken. */
static const struct piece *widest(const struct walk *w, struct text t) {
	const struct piece *most = NULL;
	for (int i = 0; i < t.count; i++) {
		if (most == NULL || piece_px(w, &t.pieces[i]) > piece_px(w, most)) {
			most = &t.pieces[i];
		}
	}
	return most;
}

static int widest_px(const struct walk *w, struct text t) {
	const struct piece *p = widest(w, t);
	return p == NULL ? 0 : piece_px(w, p);
}

/* Of a node's texts that are of this content the one with the widest piece, and its place. */
static bool place_of(const struct walk *w, const struct node *n, struct text *text, struct where *where) {
	const struct text texts[] = {n->text, n->more};
	bool found = false;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct where here;
		if (places_find(w->fits->places, w->lang, texts[i], &here) &&
		    (!found || widest_px(w, texts[i]) > widest_px(w, *text))) {
			*text = texts[i];
			*where = here;
			found = true;
		}
	}
	return found;
}

static bool clips_alone(struct walk *w, const struct node *n) {
	w->one = w->view;
	w->one.nodes[0] = *n;
	w->one.node_count = 1;
	w->one.side_count = 0;
	w->one.has_foot = false;
	w->one.turning = w->view.turning == TURN_NEVER ? TURN_NEVER : TURN_ALWAYS;
	layout_make(&w->layout, &w->arena, &w->one, smallest, w->fits->measure, 0, NO_TARGET, NO_TARGET);
	return w->layout.clipped > 0;
}

static bool blame_node(struct walk *w, const struct node *n) {
	struct where where;
	struct text text = {.utf8 = ""};
	/* A picture's description is spoken and takes no room. */
	if (n->kind == NODE_PICTURE || !clips_alone(w, n) || !place_of(w, n, &text, &where)) {
		return false;
	}
	const struct piece *p = widest(w, text);
	report_warning(w->fits->report, where,
	               "\"%.*s\" does not fit on the smallest screen%s (%s). Use a shorter word, "
	               "or words that can be parted.",
	               p == NULL ? 0 : (int)p->len, p == NULL ? "" : p->utf8,
	               w->view.size == LARGEST ? " with the largest words" : "", w->view.name);
	return true;
}

/* Nothing is too wide by itself: there is too much. */
static void blame_screen(struct walk *w) {
	struct where where;
	for (int i = 0; i < w->view.node_count; i++) {
		if (places_find(w->fits->places, w->lang, w->view.nodes[i].text, &where)) {
			report_warning(w->fits->report, where,
			               "What begins here does not fit on the smallest screen (%s). Make it shorter, or "
			               "leave something out.",
			               w->view.name);
			return;
		}
	}
}

static void blame(struct walk *w) {
	bool found = false;
	for (int i = 0; i < w->view.node_count; i++) {
		found = blame_node(w, &w->view.nodes[i]) || found;
	}
	for (int i = 0; i < w->view.side_count; i++) {
		found = blame_node(w, &w->view.side[i]) || found;
	}
	if (!found) {
		blame_screen(w);
	}
}

/* --- the screens ------------------------------------------------------------------------------------------------ */

static void look(struct walk *w) {
	screens_describe(&w->view, &w->arena, &w->session, w->fits->book);
	bool whole = true;
	int parts = 1;
	for (int part = 0; part < parts && whole; part++) {
		layout_make(&w->layout, &w->arena, &w->view, smallest, w->fits->measure, part, NO_TARGET, NO_TARGET);
		parts = w->layout.parts;
		whole = w->layout.clipped == 0 && (w->view.turning != TURN_NEVER || parts == 1);
	}
	w->fits->screens++;
	if (!whole || w->view.node_count == VIEW_NODES || w->view.choice_count == VIEW_CHOICES) {
		blame(w);
	}
	arena_reset(&w->arena);
}

static void look_at(struct walk *w, enum screen screen) {
	w->session.at = (struct place){.screen = screen, .page = 1};
	look(w);
}

static void look_at_modules(struct walk *w, enum wire_audience audience) {
	struct arena list = {0};
	const struct module *modules = NULL;
	struct book b = w->fits->book;
	w->session.audience = audience;
	int count = b.modules(b.self, &list, w->lang, audience, &modules);
	for (int i = 0; i < count; i++) {
		struct where ignored;
		if (!places_find(w->fits->places, w->lang, modules[i].title, &ignored)) {
			continue; /* of another pack */
		}
		for (int page = 1; page <= modules[i].pages; page++) {
			w->session.at = (struct place){.screen = SCREEN_PAGE, .page = page};
			memcpy(w->session.at.module, modules[i].id, sizeof w->session.at.module);
			look(w);
		}
	}
	look_at(w, SCREEN_MODULES);
	w->session.audience = WIRE_CLIENT;
	arena_free(&list);
}

static void look_at_numbers(struct walk *w) {
	struct arena list = {0};
	const struct service *services = NULL;
	struct book b = w->fits->book;
	int count = b.services(b.self, &list, w->lang, &services);
	for (int i = 0; i < count; i++) {
		static const enum screen screens[] = {SCREEN_NUMBER, SCREEN_LEARN};
		for (size_t k = 0; k < sizeof screens / sizeof screens[0]; k++) {
			w->session.at = (struct place){.screen = screens[k]};
			memcpy(w->session.at.service, services[i].id, sizeof w->session.at.service);
			look(w);
		}
	}
	look_at(w, SCREEN_NUMBERS);
	arena_free(&list);
}

static void look_at_talk(struct walk *w) {
	static const enum screen screens[] = {SCREEN_TALK_HOW, SCREEN_TALK_PHRASE, SCREEN_TALK_WHEN, SCREEN_TALK_SPEAK,
	                                      SCREEN_TALK_CHECK};
	for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
		look_at(w, screens[i]);
	}
	w->session.asked = true;
	for (int bell = WIRE_BELL_SENDING; bell <= WIRE_BELL_UNREACHABLE; bell++) {
		w->session.bell = (enum wire_bell)bell;
		look_at(w, SCREEN_TALK_STATUS);
	}
	w->session.asked = false;
}

static void look_at_language(struct walk *w, bool first) {
	struct wire_start start = {
	    .w = (uint16_t)smallest.w, .h = (uint16_t)smallest.h, .px_per_cm = (uint16_t)smallest.px_per_cm};
	w->session = session_start(&start);
	w->session.line = true;
	snprintf(w->session.language, sizeof w->session.language, "%s", w->lang);
	if (first) {
		/* The board waits in the first language and the usual size: a visit's choices end with it. */
		look_at(w, SCREEN_IDLE);
	}
	w->session.size = LARGEST;
	static const enum screen screens[] = {SCREEN_LANGUAGE, SCREEN_HOME, SCREEN_SIZE, SCREEN_ABOUT};
	for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
		look_at(w, screens[i]);
	}
	look_at_modules(w, WIRE_CLIENT);
	look_at_modules(w, WIRE_STAFF);
	look_at_numbers(w);
	look_at_talk(w);
	w->session.warn_total = w->session.warn_left = 30000;
	look_at(w, SCREEN_HOME); /* "Still here?" over it */
}

void fits_walk(struct fits *f) {
	struct arena a = {0};
	const struct language *languages = NULL;
	int count = f->book.languages(f->book.self, &a, &languages);
	struct walk *w = calloc(1, sizeof *w); /* too large for a stack */
	for (int i = 0; i < count && w != NULL; i++) {
		w->fits = f;
		w->lang = languages[i].code;
		look_at_language(w, i == 0);
	}
	if (w != NULL) {
		arena_free(&w->arena);
	}
	free(w);
	arena_free(&a);
}
