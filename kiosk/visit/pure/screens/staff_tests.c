/* Does every part of the glass feel a finger, and show what it should? And the keyboard for this place's name. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <string.h>

/* --- touch -------------------------------------------------------------------------------------------------------- */

void screen_staff_touch(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	bool all = f->spots == (1u << DUTY_SPOTS) - 1;
	v->spots = true;
	struct text says = staff_titled(v, st, stage_word(v, st, all ? W_STAFF_TOUCH_DONE : W_STAFF_TOUCH_SUB));
	view_add(v, NODE_PARAGRAPH, says)->centred = true;
	for (int i = 0; i < DUTY_SPOTS; i++) {
		char *id = arena_print(v->arena, "spot:%d", i + 1);
		struct node *n = view_add(v, NODE_SPOT, stage_number(v, i + 1));
		n->value = i;
		n->choice =
		    view_choice(v, id, stage_fill(v, st, W_STAFF_SPOT, stage_number(v, i + 1)), act_number(DO_SPOT, i));
		v->choices[n->choice].selected = (f->spots >> i & 1) != 0;
		v->choices[n->choice].quick = true;
		snprintf(n->icon, sizeof n->icon, "%s", v->choices[n->choice].selected ? "check" : "");
	}
	bool step = f->guided;
	struct text leave = stage_word(v, st, !step ? W_BACK : f->passed ? W_STAFF_GO_ON : W_STAFF_SKIP);
	v->has_foot = true;
	v->foot = (struct node){.kind = NODE_CARD, .centred = true, .text = leave};
	v->foot.choice = view_choice(v,
	                             !step       ? "back"
	                             : f->passed ? "go-on"
	                                         : "skip",
	                             leave, act(step ? DO_STEP : DO_BACK));
}

/* --- display ------------------------------------------------------------------------------------------------------ */

void screen_staff_display(struct view *v, const struct stage *st) {
	static const enum colour fills[DUTY_PICTURES] = {C_GROUND,    C_TEST_WHITE, C_TEST_BLACK,
	                                                 C_TEST_BLUE, C_TEST_GREEN, C_TEST_YELLOW};
	int picture = st->session->at.page;
	picture = picture >= 0 && picture < DUTY_PICTURES ? picture : 0;
	struct text go = stage_word(v, st, W_STAFF_DISPLAY_GO);
	v->whole = true;
	v->bare = true;
	v->filled = picture > 0;
	v->fill = fills[picture];
	v->frame = picture == 0;
	if (picture == 0) {
		view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_DISPLAY))->centred = true;
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_DISPLAY_SUB))->centred = true;
	}
	struct node *n = view_button(v, "", go, view_choice(v, "go-on", go, act(DO_PICTURE)));
	n->centred = true;
	v->anywhere = n->choice;
}

/* --- the name of this place ---------------------------------------------------------------------------------------- */

/* Letters of English and Spanish, of French and Haitian Creole as they come in names; and signs. Each is one key. */
static const char *const small[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                    "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
static const char *const accents_small[] = {"\u00e1", "\u00e9", "\u00ed", "\u00f3", "\u00fa",
                                            "\u00fc", "\u00f1", "\u00e8", "\u00e7"};
static const char *const accents_large[] = {"\u00c1", "\u00c9", "\u00cd", "\u00d3", "\u00da",
                                            "\u00dc", "\u00d1", "\u00c8", "\u00c7"};
static const char *const signs[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "-", "'", ".", ",", "/"};

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* A choice's id is ASCII: letters beyond it are named by their code point. */
static char *letter_id(struct arena *a, const char *letter) {
	const unsigned char *p = (const unsigned char *)letter;
	if (p[0] >= 0x80) {
		return arena_print(a, "letter:u%04x", (unsigned)((p[0] & 0x1f) << 6 | (p[1] & 0x3f)));
	}
	bool plain = (p[0] >= 'a' && p[0] <= 'z') || (p[0] >= 'A' && p[0] <= 'Z') || (p[0] >= '0' && p[0] <= '9');
	return plain ? arena_print(a, "letter:%c", p[0]) : arena_print(a, "letter:u%04x", p[0]);
}

static void add_letter(struct view *v, const char *letter) {
	struct text label = text_plain(v->arena, letter);
	struct node *n = view_add(v, NODE_LETTER, label);
	n->choice = view_choice(v, letter_id(v->arena, letter), label, act_id(DO_LETTER, letter));
	v->choices[n->choice].quick = true;
}

static void add_letters(struct view *v, bool large) {
	for (int i = 0; i < COUNT(small); i++) {
		add_letter(v, large ? arena_print(v->arena, "%c", small[i][0] - 'a' + 'A') : small[i]);
	}
}

static void add_signs(struct view *v, bool large) {
	for (int i = 0; i < COUNT(accents_small); i++) {
		add_letter(v, large ? accents_large[i] : accents_small[i]);
	}
	for (int i = 0; i < COUNT(signs); i++) {
		add_letter(v, signs[i]);
	}
}

static void add_tool(struct view *v, const struct stage *st, const char *id, const char *icon, const char *label,
                     enum word says, struct action action) {
	struct text spoken = stage_word(v, st, says);
	int choice = view_choice(v, id, spoken, action);
	v->choices[choice].quick = action.verb == DO_LETTER_ERASE;
	view_bar(v, true, icon, label[0] != '\0' ? text_plain(v->arena, label) : spoken, choice);
}

void screen_staff_place(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	v->whole = true;
	v->input = text_plain(v->arena, arena_print(v->arena, "%s_", f->place));
	struct node *lead = view_add(v, NODE_LEAD, staff_titled(v, st, stage_word(v, st, W_STAFF_PLACE_SUB)));
	lead->optional = true;
	if (f->signs) {
		add_signs(v, f->shift);
	} else {
		add_letters(v, f->shift);
	}
	struct node *space = view_add(v, NODE_LETTER, stage_word(v, st, W_STAFF_SPACE));
	snprintf(space->icon, sizeof space->icon, "space");
	space->choice = view_choice(v, "letter:space", space->text, act_id(DO_LETTER, " "));
	if (!staff_step(v, st)) {
		struct text back = stage_word(v, st, W_BACK);
		view_bar(v, false, "back", back, view_choice(v, "back", back, act(DO_BACK)));
	}
	add_tool(v, st, "shift", "", f->shift ? "a" : "A", W_STAFF_SHIFT, act(DO_SHIFT));
	add_tool(v, st, "signs", "", f->signs ? "abc" : "12\u00f1", f->signs ? W_STAFF_LETTERS : W_STAFF_SIGNS,
	         act(DO_SIGNS));
	add_tool(v, st, "erase", "erase", "", W_STAFF_ERASE, act(DO_LETTER_ERASE));
	add_tool(v, st, "keep", "check", "", W_STAFF_PLACE_KEEP, act(DO_PLACE_KEEP));
}
