/* Staff mode's home, what can be set and tested on this kiosk, and what it keeps. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <string.h>

/* --- shared by the screens of staff mode ------------------------------------------------------------------------- */

const struct duty *stage_duty(const struct stage *st) {
	static const struct duty none;
	return st->session->duty != NULL ? st->session->duty : &none;
}

struct text stage_name(const struct view *v, const struct stage *st, const char *utf8) {
	return name_text(v->arena, utf8, &stage_duty(st)->faces);
}

struct text stage_lines(const struct view *v, const struct text *texts, int count) {
	/* A frame of slots, a new line behind each but the last, which text_fill fills. */
	struct piece *pieces = arena_array(v->arena, (size_t)count + 1, sizeof *pieces);
	struct text frame = {.utf8 = " ", .base_level = v->rtl, .pieces = pieces};
	for (int i = 0; i < count; i++) {
		if (text_empty(texts[i])) {
			continue;
		}
		if (frame.count > 0) {
			/* The space is for those who listen: words of two lines stay two. */
			pieces[frame.count - 1].flags |= PIECE_NEWLINE;
			pieces[frame.count - 1].space = 1;
			frame.len++;
		}
		pieces[frame.count++] = (struct piece){.utf8 = frame.utf8,
		                                       .level = v->rtl,
		                                       .flags = PIECE_SLOT,
		                                       .slot = (uint8_t)i,
		                                       .script = TAG_LATIN,
		                                       .face = TAG_LATIN};
	}
	return text_fill(v->arena, frame, texts, count);
}

void staff_card(struct view *v, const struct stage *st, const char *id, const char *icon, enum tint tint,
                enum word title, struct text more, struct action action) {
	struct text label = stage_word(v, st, title);
	view_card(v, icon, tint, label, more, view_choice(v, id, label, action));
}

struct node *staff_button(struct view *v, const struct stage *st, const char *id, enum word label,
                          struct action action) {
	struct text text = stage_word(v, st, label);
	return view_button(v, "", text, view_choice(v, id, text, action));
}

void staff_kept(struct view *v, const struct stage *st) {
	if (stage_duty(st)->kept) {
		struct node *n = view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_DONE_KEEP));
		snprintf(n->mark, sizeof n->mark, "check");
	}
}

void staff_bar(struct view *v, const struct stage *st) {
	/* A step has parts to go back through, and no home. */
	bool step = staff_step(v, st), part = st->session->at.part > 0;
	stage_bar(v, st, (step ? (part ? BAR_BACK : 0) : BAR_BACK | BAR_HOME) | BAR_SIZE | BAR_LANGUAGE);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

/* --- home -------------------------------------------------------------------------------------------------------- */

static void to_card(struct view *v, const struct stage *st, const char *id, const char *icon, enum tint tint,
                    enum word title, struct text more, enum screen to) {
	staff_card(v, st, id, icon, tint, title, more, act_number(DO_STAFF, (int)to));
}

static const struct text nothing = {.utf8 = ""};

void screen_staff_home(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct call *calls = NULL;
	int due = stage_calls(v->arena, st, false, &calls);
	bool back = f->system.state == WIRE_SYSTEM_TAKEN_BACK; /* said until it was read */
	v->whole = true;
	v->columns = 2;
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_HOME));
	to_card(v, st, "stick", "stick", TINT_TEAL, W_STAFF_STICK,
	        stage_word(v, st, f->house.stick ? W_STAFF_STICK_IN : W_STAFF_STICK_OUT), SCREEN_STAFF_STICK);
	to_card(v, st, "packs", "paper", back ? TINT_SAND : TINT_SKY, W_STAFF_PACKS,
	        stage_word(v, st, back ? W_STAFF_SYS_BACK_CARD : W_STAFF_PACKS_SUB), SCREEN_STAFF_PACKS);
	to_card(v, st, "calls", "phone", TINT_SAND, W_STAFF_CALLS,
	        stage_fill(v, st, W_STAFF_CALLS_SUB, stage_number(v, due)), SCREEN_STAFF_CALLS);
	to_card(v, st, "pages", "people", TINT_ROSE, W_STAFF_PAGES, stage_word(v, st, W_STAFF_PAGES_SUB),
	        SCREEN_MODULES);
	to_card(v, st, "kiosk", "desk", TINT_TEAL, W_STAFF_KIOSK, stage_word(v, st, W_STAFF_KIOSK_SUB),
	        SCREEN_STAFF_KIOSK);
	to_card(v, st, "keeps", "lock", TINT_SKY, W_STAFF_KEEPS_CARD, stage_word(v, st, W_STAFF_KEEPS_SUB),
	        SCREEN_STAFF_KEEPS);
	stage_bar(v, st, (st->session->at.part > 0 ? BAR_BACK : 0) | BAR_SIZE | BAR_LANGUAGE);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

void screen_staff_kiosk(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	v->columns = 2;
	v->whole = true;
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_KIOSK));
	to_card(v, st, "place", "map", TINT_SAND, W_STAFF_PLACE, nothing, SCREEN_STAFF_PLACE);
	to_card(v, st, "line", "talk", TINT_TEAL, W_STAFF_LINE_CARD, nothing, SCREEN_STAFF_LINE);
	to_card(v, st, "times", "clock", TINT_SKY, W_STAFF_TIMES, nothing, SCREEN_STAFF_TIMES);
	if (f->house.sound) {
		to_card(v, st, "sound", "listen", TINT_ROSE, W_STAFF_SOUND, nothing, SCREEN_STAFF_SOUND);
	}
	to_card(v, st, "touch", "hand", TINT_SAND, W_STAFF_TOUCH, nothing, SCREEN_STAFF_TOUCH);
	to_card(v, st, "display", "eye", TINT_TEAL, W_STAFF_DISPLAY, nothing, SCREEN_STAFF_DISPLAY);
	to_card(v, st, "pin", "key", TINT_SKY, W_STAFF_PIN, nothing, SCREEN_STAFF_PIN);
	staff_bar(v, st);
}

void screen_staff_line(struct view *v, const struct stage *st) {
	bool line = stage_duty(st)->house.line != 0;
	view_add(v, NODE_HEADING, staff_titled(v, st, stage_word(v, st, line ? W_STAFF_LINE : W_STAFF_LINE_CARD)));
	if (line) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_LINE_SUB));
		staff_button(v, st, "test", W_STAFF_LINE_TEST, act_number(DO_ASK, WIRE_WANT_LINE))->emphasis = STRONG;
	} else {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_LINE_NONE));
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_LINE_HOW));
	}
	staff_bar(v, st);
}

/* Numbers to choose from beside each other; the one in force is outlined. */
static void add_numbers(struct view *v, const char *what, enum verb verb, const int *numbers, int count, int now) {
	for (int i = 0; i < count; i++) {
		struct text label = stage_number(v, numbers[i]);
		int choice = view_choice(v, arena_print(v->arena, "%s:%d", what, numbers[i]), label,
		                         act_number(verb, numbers[i]));
		v->choices[choice].selected = numbers[i] == now;
		view_button(v, "", label, choice);
	}
}

void screen_staff_times(struct view *v, const struct stage *st) {
	static const int idle[] = {IDLE_LEAST, 180, 240, IDLE_MOST}, answer[] = {ANSWER_LEAST, 30, ANSWER_MOST};
	const struct wire_house *h = &stage_duty(st)->house;
	v->crumb = stage_word(v, st, W_STAFF_TIMES);
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_TIMES_IDLE));
	add_numbers(v, "idle", DO_SET_IDLE, idle, 4, h->idle_s);
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_TIMES_ANSWER));
	add_numbers(v, "answer", DO_SET_ANSWER, answer, 3, h->answer_s);
	staff_kept(v, st);
	staff_bar(v, st);
}

/* What is known of the tone, in place of what the screen is for. That it was heard only a person can say. */
static enum word tone_word(const struct wire_work *tone) {
	switch (tone->state) {
	case WIRE_WORK_GOING:
		return W_STAFF_SOUND_NOW;
	case WIRE_WORK_DONE:
		return W_STAFF_SOUND_PLAYED;
	case WIRE_WORK_FAILED:
		return staff_reason_word((enum wire_reason)tone->reason, WIRE_THING_PACK);
	default:
		return W_STAFF_SOUND_SUB;
	}
}

void screen_staff_sound(struct view *v, const struct stage *st) {
	static const int loud[] = {25, 50, 100};
	const struct duty *f = stage_duty(st);
	view_add(v, NODE_HEADING, staff_titled(v, st, stage_word(v, st, W_STAFF_SOUND)));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, tone_word(&f->tone)));
	struct text off = stage_word(v, st, W_STAFF_SOUND_OFF);
	int choice = view_choice(v, "sound:0", off, act_number(DO_SET_SOUND, 0));
	v->choices[choice].selected = f->house.volume == 0;
	view_button(v, "", off, choice);
	add_numbers(v, "sound", DO_SET_SOUND, loud, 3, f->house.volume);
	if (f->tone.state == WIRE_WORK_DONE) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_SOUND_IF_NOT));
	} else {
		staff_kept(v, st);
	}
	staff_bar(v, st);
}

void screen_staff_pin(struct view *v, const struct stage *st) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_PIN));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_PIN_SUB));
	staff_button(v, st, "begin", W_STAFF_CALLS_BEGIN, act_number(DO_ASK, WIRE_WANT_PIN))->emphasis = STRONG;
	staff_bar(v, st);
}

void screen_staff_keeps(struct view *v, const struct stage *st) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_KEEPS));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_KEEPS_NOTHING));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_KEEPS_WHAT));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_KEEPS_ASK));
	if (stage_duty(st)->house.proof) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_KEEPS_TEST_SUB));
		staff_button(v, st, "proof", W_STAFF_KEEPS_TEST, act_number(DO_ASK, WIRE_WANT_PROOF))->emphasis =
		    STRONG;
	}
	staff_bar(v, st);
}
