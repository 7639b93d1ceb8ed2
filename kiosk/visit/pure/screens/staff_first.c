/* The first start of a kiosk: a word of welcome, staff mode's own screens as steps one after the other, and a last word.
 * Each step can be skipped, and left by Leave like every screen. */
#include "visit/pure/screens_staff.h"

struct text staff_titled(const struct view *v, const struct stage *st, struct text title) {
	int count = 0, at = duty_step(stage_duty(st), &count);
	struct text parts[3] = {stage_number(v, at), stage_number(v, count), title};
	return at > 0 ? text_fill(v->arena, stage_word(v, st, W_STAFF_STEP_OF), parts, 3) : title;
}

bool staff_step(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	int count = 0, at = duty_step(f, &count);
	if (at == 0) {
		return false;
	}
	struct text label = stage_word(v, st, f->passed ? W_STAFF_GO_ON : W_STAFF_SKIP);
	view_bar(v, false, "", label, view_choice(v, f->passed ? "go-on" : "skip", label, act(DO_STEP)));
	v->bar_start[v->bar_start_count - 1].emphasis = f->passed ? STRONG : PLAIN;
	v->dots = count;
	v->dot = at;
	return true;
}

/* Where no step is up: the one thing to do stands in the bar, so that it is there however large the words are. */
static void end_bar(struct view *v, const struct stage *st, const char *id, enum word label, enum verb verb) {
	struct text text = stage_word(v, st, label);
	stage_bar(v, st, (st->session->at.part > 0 ? BAR_BACK : 0) | BAR_SIZE | BAR_LANGUAGE);
	view_bar(v, true, verb == DO_END ? "check" : "next", text, view_choice(v, id, text, act(verb)));
	v->bar_end[v->bar_end_count - 1].emphasis = STRONG;
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

void screen_staff_welcome(struct view *v, const struct stage *st) {
	v->whole = true;
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_WELCOME));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_WELCOME_SUB));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_WELCOME_NAME));
	view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_WELCOME_SKIP))->optional = true;
	end_bar(v, st, "begin", W_STAFF_CALLS_BEGIN, DO_STEP);
}

/* How staff mode is opened from now on; nothing where it is not opened by a touch. */
static void add_corner(struct view *v, const struct stage *st) {
	static const enum word words[WIRE_CORNER_LAST + 1] = {[WIRE_CORNER_TOP_LEFT] = W_STAFF_READY_TOP_LEFT,
	                                                      [WIRE_CORNER_BOTTOM_LEFT] = W_STAFF_READY_BOTTOM_LEFT,
	                                                      [WIRE_CORNER_BOTTOM_RIGHT] = W_STAFF_READY_BOTTOM_RIGHT};
	enum word word = words[stage_duty(st)->house.corner];
	if (word != 0) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, word));
	}
}

void screen_staff_ready(struct view *v, const struct stage *st) {
	v->whole = true;
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_READY));
	if (stage_duty(st)->gate.gate == WIRE_GATE_OPEN) {
		add_corner(v, st);
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_READY_MORE))->optional = true;
	} else {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_READY_NO_PIN));
	}
	end_bar(v, st, "board", W_STAFF_READY_BOARD, DO_END);
}
