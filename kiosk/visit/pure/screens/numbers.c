/* Numbers to call: the list, one of them, and learning it by heart. */
#include "visit/pure/screens.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void screen_numbers(struct view *v, const struct stage *st) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_NUMBERS));
	const struct service *list = NULL;
	int count = stage_services(v->arena, st, &list);
	for (int i = 0; i < count; i++) {
		const struct service *s = &list[i];
		char *id = arena_print(v->arena, "number:%s", s->id);
		int choice = view_choice(v, id, s->name, act_id(DO_SERVICE, s->id));
		struct node *n = view_card(v, s->icon, s->tint, s->name, s->summary, choice);
		n->figure = text_plain(v->arena, arena_print(v->arena, "%s", service_number(s)));
	}
	stage_bar(v, st, BAR_USUAL);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

/* Text and TTY lines, under the number that is called. */
static void add_other_lines(struct view *v, const struct stage *st, const struct service *s) {
	const char *first = service_number(s);
	for (int i = 0; i < s->phone_count; i++) {
		if (s->phones[i].number == first) {
			continue;
		}
		struct text number = text_plain(v->arena, s->phones[i].number);
		bool tty = strcmp(s->phones[i].type, "textphone") == 0;
		bool text = strcmp(s->phones[i].type, "text") == 0;
		if (tty || text) {
			view_add(v, NODE_PARAGRAPH, stage_fill(v, st, tty ? W_TTY : W_TEXT_TO, number));
		} else {
			view_add(v, NODE_NUMBER, number);
		}
	}
}

/* A line that is left out when nobody knows what it would say. */
static void add_known(struct node *add(struct view *v, enum node_kind kind, struct text text), struct view *v,
                      const struct stage *st, enum word w, struct text value) {
	if (!text_empty(value)) {
		add(v, NODE_SOFT, stage_fill(v, st, w, value));
	}
}

void screen_number(struct view *v, const struct stage *st) {
	struct service s = stage_service(v->arena, st, st->session->at.service);
	const char *number = service_number(&s);
	v->crumb = stage_word(v, st, W_NUMBERS);
	if (!st->session->name_hidden) {
		view_add(v, NODE_HEADING, s.name);
	}
	if (number[0] != '\0') {
		view_add(v, NODE_NUMBER, text_plain(v->arena, number));
	} else {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_RESTING));
	}
	add_other_lines(v, st, &s);
	if (!st->session->name_hidden) {
		add_known(view_add, v, st, W_OPEN, s.schedule);
		add_known(view_add, v, st, W_LANGUAGES, s.languages);
	}
	if (learn_digits(number) > 3) {
		struct text learn = stage_word(v, st, W_LEARN);
		view_button(v, "", learn, view_choice(v, "learn", learn, act(DO_LEARN)))->emphasis = PLAIN;
	}
	struct text name = stage_word(v, st, st->session->name_hidden ? W_SHOW_NAME : W_HIDE_NAME);
	view_button(v, "", name, view_choice(v, "name", name, act(DO_NAME)));

	if (!st->session->name_hidden) {
		/* What it says may name the line; with the name hidden, nothing but digits stays. */
		view_add_side(v, NODE_HEADING, stage_word(v, st, W_CALL_TITLE));
		view_add_side(v, NODE_PARAGRAPH, s.what);
		view_add_side(v, NODE_SOFT, s.summary);
		add_known(view_add_side, v, st, s.called ? W_CALLED : W_CHECKED, stage_date(v, st, s.assured));
	}
	stage_bar(v, st, BAR_USUAL);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

/* The number with what is still to be filled in as blanks; thin spaces keep them apart, so that they can be counted. */
static char *learn_blanks(struct arena *a, const struct learn *l, const char *number) {
	int first = learn_digits(number) - learn_hidden(number, l->step);
	int digit = 0;
	char *shown = arena_print(a, "%s", "");
	for (const char *c = number; *c != '\0'; c++) {
		bool is_digit = isdigit((unsigned char)*c) != 0;
		bool blank = is_digit && !l->shown && l->step < 3 && digit >= first + l->typed_count;
		digit += is_digit;
		shown = blank ? arena_print(a, "%s_\u2009", shown) : arena_print(a, "%s%c", shown, *c);
	}
	return shown;
}

static void add_key(struct view *v, const char *id, const char *icon, struct text label, struct action action) {
	struct node *n = view_add_side(v, NODE_KEY, label);
	n->choice = view_choice(v, id, label, action);
	v->choices[n->choice].quick = action.verb == DO_DIGIT;
	snprintf(n->icon, sizeof n->icon, "%s", icon);
}

static void add_keypad(struct view *v, const struct stage *st) {
	for (int i = 1; i <= 9; i++) {
		char id[WIRE_ID];
		snprintf(id, sizeof id, "digit:%d", i);
		add_key(v, id, "", stage_number(v, i), act_number(DO_DIGIT, i));
	}
	add_key(v, "erase", "erase", stage_word(v, st, W_CLEAR), act(DO_ERASE));
	add_key(v, "digit:0", "", stage_number(v, 0), act_number(DO_DIGIT, 0));
	add_key(v, "show", "eye", stage_word(v, st, W_SHOW), act(DO_REVEAL));
}

void screen_learn(struct view *v, const struct stage *st) {
	const struct learn *l = &st->session->learn;
	struct service s = stage_service(v->arena, st, st->session->at.service);
	const char *number = service_number(&s);
	v->crumb = stage_word(v, st, W_LEARN);
	v->whole = true;
	bool done = l->step > 2;
	view_add(v, NODE_HEADING, stage_word(v, st, done ? W_LEARN_DONE : W_LEARN_TITLE))->optional = !done;
	view_add(v, NODE_NUMBER, text_plain(v->arena, learn_blanks(v->arena, l, number)));
	if (done) {
		struct text again = stage_word(v, st, W_AGAIN);
		view_button(v, "again", again, view_choice(v, "again", again, act(DO_AGAIN)));
	} else {
		if (l->wrong) {
			view_add(v, NODE_LEAD, stage_word(v, st, W_LEARN_TRY));
		} else {
			struct text step[2] = {stage_number(v, l->step + 1), stage_number(v, 3)};
			view_add(v, NODE_LEAD, text_fill(v->arena, stage_word(v, st, W_LEARN_STEP), step, 2))
			    ->optional = true;
			view_add(v, NODE_SOFT, stage_word(v, st, W_LEARN_LEAD))->optional = true;
		}
		add_keypad(v, st);
	}
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_TALK);
}
