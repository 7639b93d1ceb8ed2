/* The size of words, light or dark, and what this screen is. All of it goes back to the usual when the visit ends. */
#include "visit/pure/screens.h"

#include <stdio.h>
#include <string.h>

void screen_size(struct view *v, const struct stage *st) {
	v->whole = true;
	v->columns = 4;
	view_add(v, NODE_HEADING, stage_word(v, st, W_SIZE_TITLE))->optional = true;
	for (int i = 1; i <= 4; i++) {
		struct text label = stage_word(v, st, (enum word)(W_SIZE_1 + i - 1));
		int choice = view_choice(v, arena_print(v->arena, "size:%d", i), label, act_number(DO_SIZE, i));
		struct node *n =
		    view_card(v, "", TINT_NONE, text_plain(v->arena, "Aa"), (struct text){.utf8 = ""}, choice);
		n->size = i;
		n->centred = true;
		v->choices[choice].selected = st->session->size == i;
	}
	bool dark = st->session->theme == THEME_DARK;
	struct text theme = stage_word(v, st, dark ? W_CONTRAST_OFF : W_CONTRAST);
	int choice = view_choice(v, "contrast", theme, act_number(DO_THEME, dark ? THEME_LIGHT : THEME_DARK));
	view_button(v, "contrast", theme, choice);
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_TALK);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

static bool reviewed(const struct stage *st) {
	for (int i = 0; i < st->language_count; i++) {
		if (strcmp(st->languages[i].code, st->lang) == 0) {
			return st->languages[i].reviewed;
		}
	}
	return false;
}

void screen_about(struct view *v, const struct stage *st) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_ABOUT));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_ABOUT_KEEPS));
	struct text waits[2] = {stage_number(v, st->session->idle_s), stage_number(v, st->session->answer_s)};
	view_add(v, NODE_PARAGRAPH, text_fill(v->arena, stage_word(v, st, W_ABOUT_CLEARS), waits, 2));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_ABOUT_HIDE));
	if (st->session->line) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_ABOUT_SENDS));
	}
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_ABOUT_CANNOT));
	if (!reviewed(st)) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_ABOUT_NOT_REVIEWED));
	}
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_TALK);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

/* Covers all that was there: the person may already have walked away. */
void screen_still(struct view *v, const struct stage *st) {
	v->bare = true;
	v->whole = true;
	view_add(v, NODE_HEADING, stage_word(v, st, W_STILL_TITLE))->centred = true;
	struct node *sub = view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STILL_SUB));
	sub->centred = true;
	sub->optional = true;
	struct node *meter = view_add(v, NODE_METER, (struct text){.utf8 = ""});
	meter->centred = true;
	meter->value = (int)st->session->warn_left;
	meter->total = (int)st->session->warn_total;
	struct text keep = stage_word(v, st, W_KEEP_READING), clear = stage_word(v, st, W_CLEAR_NOW);
	struct node *n = view_button(v, "", keep, view_choice(v, "stay", keep, act(DO_STAY)));
	n->centred = true;
	n->emphasis = STRONG;
	n = view_button(v, "", clear, view_choice(v, "clear-now", clear, act(DO_END)));
	n->centred = true;
}
