#include "visit/pure/screens.h"

#include <stdio.h>
#include <string.h>

#define MARK "unchecked"

static bool all_reviewed(const struct stage *st) {
	for (int i = 0; i < st->language_count; i++) {
		if (!st->languages[i].reviewed) {
			return false;
		}
	}
	return true;
}

/* What the mark means, once; each choice says it aloud in its own language. */
static void add_legend(struct view *v, const struct stage *st) {
	if (!all_reviewed(st)) {
		struct node *n = view_add(v, NODE_SOFT, stage_word(v, st, W_MARK));
		snprintf(n->mark, sizeof n->mark, MARK);
		n->more = stage_word(v, st, W_MARK_SHORT);
		n->aside = true;
	}
}

/* "Français, pas encore relu": for those who listen, in the language itself. */
static struct text spoken(const struct view *v, const struct stage *st, const struct language *l) {
	struct text says[2] = {l->name, st->book.word(st->book.self, v->arena, l->code, W_NOT_REVIEWED)};
	return l->reviewed ? l->name : text_join(v->arena, says, 2, "-", l->rtl);
}

void screen_language(struct view *v, const struct stage *st) {
	v->columns = 3;
	v->whole = true;
	stage_title(v, st, W_LANGUAGE_TITLE, st->session->cleared ? W_CLEARED : W_LANGUAGE_LEAD);
	v->nodes[0].optional = true; /* the names say it themselves; they must be on the first part */
	v->nodes[1].optional = !st->session->cleared;
	for (int i = 0; i < st->language_count; i++) {
		const struct language *l = &st->languages[i];
		char *id = arena_print(v->arena, "lang:%s", l->code);
		int choice = view_choice(v, id, spoken(v, st, l), act_id(DO_LANGUAGE, l->code));
		struct node *n = view_card(v, "", TINT_NONE, l->name, (struct text){.utf8 = ""}, choice);
		n->centred = true;
		snprintf(n->mark, sizeof n->mark, "%s", l->reviewed ? "" : MARK);
		v->choices[choice].selected = st->session->language[0] != '\0' && l->code == st->lang;
	}
	add_legend(v, st);
	bool chosen = st->session->language[0] != '\0';
	if (chosen) {
		stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_TALK);
	}
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}
