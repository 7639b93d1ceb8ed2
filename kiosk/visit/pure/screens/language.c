#include "visit/pure/screens.h"

void screen_language(struct view *v, const struct stage *st) {
	v->columns = 3;
	v->whole = true;
	v->names = true; /* everybody must find their own on the first part; About says again what is not reviewed */
	stage_title(v, st, W_LANGUAGE_TITLE, st->session->cleared ? W_CLEARED : W_LANGUAGE_LEAD);
	v->nodes[0].optional = true; /* the names say it themselves; they must be on the first part */
	v->nodes[1].optional = !st->session->cleared;
	for (int i = 0; i < st->language_count; i++) {
		const struct language *l = &st->languages[i];
		char *id = arena_print(v->arena, "lang:%s", l->code);
		int choice = view_choice(v, id, l->name, act_id(DO_LANGUAGE, l->code));
		/* Said in the language itself, for whoever can read it. */
		struct text more = {.utf8 = ""};
		if (!l->reviewed) {
			more = st->book.word(st->book.self, v->arena, l->code, W_NOT_REVIEWED);
		}
		struct node *n = view_card(v, "", TINT_NONE, l->name, more, choice);
		n->centred = true;
		v->choices[choice].selected = st->session->language[0] != '\0' && l->code == st->lang;
	}
	bool chosen = st->session->language[0] != '\0';
	if (chosen) {
		stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_TALK);
	}
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}
