#include "visit/pure/screens.h"

#include <stdio.h>

static void card(struct view *v, const struct stage *st, const char *id, const char *icon, enum tint tint,
                 enum word title, enum word more, enum screen to) {
	struct text label = stage_word(v, st, title);
	view_card(v, icon, tint, label, stage_word(v, st, more), view_choice(v, id, label, act_number(DO_GO, (int)to)));
}

void screen_home(struct view *v, const struct stage *st) {
	v->whole = true;
	v->columns = 3;
	view_add(v, NODE_HEADING, stage_word(v, st, W_HOME_TITLE))->optional = true;
	card(v, st, "safe", "shield", TINT_TEAL, W_SAFE, W_SAFE_SUB, SCREEN_MODULES);
	card(v, st, "numbers", "numbers", TINT_SKY, W_NUMBERS, W_NUMBERS_SUB, SCREEN_NUMBERS);
	card(v, st, "talk", "talk", TINT_SAND, W_TALK, W_TALK_SUB, SCREEN_TALK_HOW);
	struct node *note = view_add(v, NODE_NOTE, stage_word(v, st, W_KEEPS_NOTHING));
	note->optional = true;
	snprintf(note->icon, sizeof note->icon, "check");
	/* Here Talk is a card, and Home would lead nowhere: About stands in its place. */
	struct text about = stage_word(v, st, W_ABOUT);
	view_bar(v, false, "about", about, view_choice(v, "about", about, act_number(DO_GO, SCREEN_ABOUT)));
	stage_bar(v, st, BAR_SIZE | BAR_LANGUAGE);
}

void screen_modules(struct view *v, const struct stage *st) {
	v->columns = 2;
	v->whole = true;
	bool staff = st->session->duty != NULL;
	stage_title(v, st, staff ? W_STAFF_PAGES : W_MODULES_TITLE, staff ? W_COUNT : W_MODULES_LEAD);
	const struct module *list = NULL;
	int count = st->book.modules(st->book.self, v->arena, st->lang, st->session->audience, &list);
	for (int i = 0; i < count; i++) {
		const struct module *m = &list[i];
		struct text parts[2] = {stage_fill(v, st, W_PAGES, stage_number(v, m->pages)), m->note};
		struct text more = text_join(v->arena, parts, 2, "\u00b7", v->rtl);
		char *id = arena_print(v->arena, "module:%s", m->id);
		view_card(v, m->icon, m->tint, m->title, more, view_choice(v, id, m->title, act_id(DO_MODULE, m->id)));
	}
	stage_bar(v, st, BAR_USUAL);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}
