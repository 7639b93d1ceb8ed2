/* One page of a module: a picture, some sentences, and on pages that ask, the answers. */
#include "visit/pure/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A target is what the compiler wrote: "page:N", "module:ID", "numbers", "talk" or "home". */
static struct action answer_action(const char *target) {
	if (strncmp(target, "page:", 5) == 0) {
		return act_number(DO_PAGE, (int)strtol(target + 5, NULL, 10));
	}
	if (strncmp(target, "module:", 7) == 0) {
		return act_id(DO_MODULE, target + 7);
	}
	if (strcmp(target, "numbers") == 0) {
		return act_number(DO_GO, SCREEN_NUMBERS);
	}
	if (strcmp(target, "talk") == 0) {
		return act_number(DO_GO, SCREEN_TALK_HOW);
	}
	return act(DO_HOME);
}

static void add_block(struct view *v, const struct block *b, int number) {
	switch (b->kind) {
	case BLOCK_PARAGRAPH:
		view_add(v, NODE_PARAGRAPH, b->text);
		break;
	case BLOCK_ITEM:
		view_add(v, NODE_ITEM, b->text);
		break;
	case BLOCK_ANSWER: {
		char *id = arena_print(v->arena, "answer:%d", number);
		int choice = view_choice(v, id, b->text, answer_action(b->target));
		view_card(v, "", TINT_NONE, b->text, (struct text){.utf8 = ""}, choice);
		break;
	}
	}
}

static void add_picture(struct view *v, const struct page *page) {
	if (page->picture[0] == '\0') {
		return;
	}
	struct node *n = view_add_side(v, NODE_PICTURE, page->picture_says);
	snprintf(n->icon, sizeof n->icon, "%s", page->picture);
	n->tint = TINT_SKY;
	v->side_first = true;
}

void screen_page(struct view *v, const struct stage *st) {
	const struct place *at = &st->session->at;
	struct module m = stage_module(v, st, at->module);
	struct page page;
	bool there = st->book.page(st->book.self, v->arena, st->lang, at->module, at->page, &page);
	v->crumb = m.title;
	v->asks = true;
	if (there) {
		view_add(v, NODE_HEADING, page.title);
		add_picture(v, &page);
		int answers = 0;
		for (int i = 0; i < page.block_count; i++) {
			answers += page.blocks[i].kind == BLOCK_ANSWER;
			add_block(v, &page.blocks[i], answers);
		}
	} else {
		/* Another language was chosen, and this module is not there in it. */
		view_add(v, NODE_HEADING, stage_word(v, st, W_MODULE_END));
		struct text more = stage_word(v, st, W_MORE_PAGES);
		view_button(v, "", more, view_choice(v, "more", more, act_number(DO_GO, SCREEN_MODULES)));
	}
	v->dots = m.pages;
	v->dot = at->page;
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_TALK);
	stage_next(v, st, TURN_ALWAYS, there && at->page < m.pages ? W_NEXT : W_DONE);
}
