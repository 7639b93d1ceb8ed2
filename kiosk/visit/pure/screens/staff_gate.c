/* The PIN: entered, or chosen at the first start. The digits stand on the keys in the order that the host says, another
 * one each time, so that smudges on the glass tell nothing. Typed digits are dots; no screen and no message says them. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <string.h>

struct gate_words staff_gate_words(enum wire_gate gate) {
	switch (gate) {
	case WIRE_GATE_CHOOSE:
		return (struct gate_words){W_STAFF_CHOOSE, W_STAFF_CHOOSE_SUB, true};
	case WIRE_GATE_AGAIN:
		return (struct gate_words){W_STAFF_AGAIN, W_STAFF_AGAIN_SUB, true};
	case WIRE_GATE_DIFFERENT:
		return (struct gate_words){W_STAFF_DIFFERENT, W_STAFF_DIFFERENT_SUB, true};
	case WIRE_GATE_WEAK:
		return (struct gate_words){W_STAFF_WEAK, W_STAFF_WEAK_SUB, true};
	case WIRE_GATE_ENTER:
		return (struct gate_words){W_STAFF_ENTER, W_STAFF_ENTER_SUB, true};
	case WIRE_GATE_CHECKING:
		return (struct gate_words){W_STAFF_CHECKING, W_STAFF_MOMENT, false};
	case WIRE_GATE_WRONG:
		return (struct gate_words){W_STAFF_WRONG, W_STAFF_WRONG_SUB, true};
	case WIRE_GATE_WAIT:
		return (struct gate_words){W_STAFF_WAIT, W_STAFF_WAIT_SUB, false};
	case WIRE_GATE_BROKEN:
		return (struct gate_words){W_STAFF_BROKEN, W_STAFF_BROKEN_SUB, false};
	case WIRE_GATE_OPEN:
		return (struct gate_words){W_STAFF_HOME, W_STAFF_OPEN, false};
	}
	return (struct gate_words){W_STAFF_HOME, W_STAFF_MOMENT, false}; /* nothing was told yet */
}

static void add_key(struct view *v, const char *id, const char *icon, struct text label, struct text says,
                    struct action action) {
	struct node *n = view_add_side(v, NODE_KEY, label);
	n->choice = view_choice(v, id, says, action);
	v->choices[n->choice].quick = action.verb == DO_PIN_DIGIT;
	snprintf(n->icon, sizeof n->icon, "%s", icon);
}

static void add_digit(struct view *v, int digit) {
	char id[WIRE_ID];
	struct text label = stage_number(v, digit);
	snprintf(id, sizeof id, "digit:%d", digit);
	add_key(v, id, "", label, label, act_number(DO_PIN_DIGIT, digit));
}

static void add_keypad(struct view *v, const struct stage *st, const uint8_t keys[10]) {
	for (int i = 0; i < 9; i++) {
		add_digit(v, keys[i]);
	}
	struct text erase = stage_word(v, st, W_STAFF_ERASE), enter = stage_word(v, st, W_STAFF_ENTER_KEY);
	add_key(v, "erase", "erase", stage_word(v, st, W_CLEAR), erase, act(DO_PIN_ERASE));
	add_digit(v, keys[9]);
	add_key(v, "enter", "check", enter, enter, act(DO_PIN_ENTER));
}

/* A dot for each digit, thin spaces between them, and a line where the next one comes. */
static void add_dots(struct view *v, const struct duty *f) {
	char *shown = arena_print(v->arena, "%s", "");
	size_t typed = strlen(f->pin.digits);
	for (size_t i = 0; i < typed; i++) {
		shown = arena_print(v->arena, "%s\u2022\u2009", shown);
	}
	view_add(v, NODE_NUMBER,
	         text_plain(v->arena, arena_print(v->arena, "%s%s", shown, typed < WIRE_PIN_MOST ? "_" : "")));
}

static void add_body(struct view *v, const struct stage *st, struct gate_words words) {
	const struct duty *f = stage_duty(st);
	const struct wire_gate_state *g = &f->gate;
	if (g->gate == WIRE_GATE_WRONG) {
		view_add(v, NODE_LEAD, stage_fill(v, st, words.body, stage_number(v, g->tries)));
	} else if (g->gate == WIRE_GATE_WAIT) {
		/* A long wait in minutes, rounded up: nobody should come back too early. */
		bool minutes = g->wait_s > 120;
		struct text left = stage_number(v, minutes ? (g->wait_s + 59) / 60 : g->wait_s);
		view_add(v, NODE_PARAGRAPH, stage_fill(v, st, minutes ? W_STAFF_WAIT_MINUTES : words.body, left));
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_WAIT_THEN))->optional = true;
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_FORGOT));
	} else {
		struct node *n = view_add(v, words.keypad ? NODE_LEAD : NODE_PARAGRAPH, stage_word(v, st, words.body));
		n->optional = g->gate == WIRE_GATE_ENTER || g->gate == WIRE_GATE_AGAIN;
	}
	if (g->gate == WIRE_GATE_CHOOSE) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_CHOOSE_KEEP))->optional = true;
	}
	if (g->gate == WIRE_GATE_CHOOSE && g->from_start) {
		view_add(v, NODE_SOFT, stage_word(v, st, f->guided ? W_STAFF_STEP_PIN : W_STAFF_FIRST))->optional =
		    true;
	}
}

void screen_staff_gate(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	struct gate_words words = staff_gate_words((enum wire_gate)f->gate.gate);
	v->whole = true;
	view_add(v, NODE_HEADING, staff_titled(v, st, stage_word(v, st, words.title)));
	if (words.keypad) {
		add_dots(v, f);
	}
	add_body(v, st, words);
	if (words.keypad) {
		add_keypad(v, st, f->gate.keys);
	}
	if (!staff_step(v, st) && f->opened) {
		struct text back = stage_word(v, st, W_BACK);
		view_bar(v, false, "back", back, view_choice(v, "back", back, act(DO_PIN_LEAVE)));
	}
	stage_bar(v, st, BAR_SIZE | BAR_LANGUAGE);
}
