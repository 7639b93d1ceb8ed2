/* The house's own board. It is what a bystander sees, and what Hide leads to: it never names the topic. */
#include "visit/pure/screens.h"

void screen_idle(struct view *v, const struct stage *st) {
	v->bare = true;
	v->whole = true;
	v->columns = 3;
	view_add(v, NODE_HEADING, stage_word(v, st, W_BOARD_TITLE))->optional = true;
	view_add(v, NODE_LEAD, stage_word(v, st, W_BOARD_LEAD))->optional = true;
	const struct card *cards = NULL;
	int count = st->book.board(st->book.self, v->arena, st->lang, &cards);
	for (int i = 0; i < count; i++) {
		view_card(v, cards[i].icon, cards[i].tint, cards[i].title, cards[i].lines, -1);
	}

	/* The invitation in every language that there is. */
	struct text *begin = arena_array(v->arena, (size_t)st->language_count + 1, sizeof *begin);
	int others = 0;
	for (int i = 1; i < st->language_count; i++) {
		begin[others++] = st->languages[i].begin;
	}
	int choice = view_choice(v, "begin", stage_word(v, st, W_BEGIN), act(DO_BEGIN));
	v->has_foot = true;
	v->foot = (struct node){.kind = NODE_CARD, .emphasis = STRONG, .choice = choice, .centred = true};
	v->foot.text = stage_word(v, st, W_BEGIN);
	v->foot.more = text_join(v->arena, begin, others, "\u00b7", v->rtl);
	v->anywhere = choice;
}
