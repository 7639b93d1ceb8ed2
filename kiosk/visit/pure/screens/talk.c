/* Talk to staff: how, when, in which language, then what became of it. No reason is asked and no word is typed. It never
 * says more than has happened. */
#include "visit/pure/screens.h"

#include <stdio.h>
#include <string.h>

static const struct text nothing = {.utf8 = ""};

static const struct phrase *stage_phrase(const struct view *v, const struct stage *st, const char *id) {
	const struct phrase *list = NULL;
	int count = st->book.phrases(st->book.self, v->arena, st->lang, &list);
	for (int i = 0; i < count; i++) {
		if (id[0] == '\0' || strcmp(list[i].id, id) == 0) {
			return &list[i];
		}
	}
	return NULL;
}

static void add_numbers(struct view *v, const struct stage *st) {
	struct text numbers = stage_word(v, st, W_NUMBERS);
	view_button(v, "numbers", numbers, view_choice(v, "numbers", numbers, act_number(DO_GO, SCREEN_NUMBERS)));
}

/* No line to staff: never offer to send, give a quiet sentence for the desk instead. */
static void no_line(struct view *v, const struct stage *st) {
	const struct phrase *p = stage_phrase(v, st, "");
	view_add(v, NODE_HEADING, stage_word(v, st, W_ASK_DESK));
	struct text say = p != NULL ? stage_fill(v, st, W_NO_LINE, p->text) : stage_word(v, st, W_NO_LINE_PLAIN);
	view_add(v, NODE_PARAGRAPH, say);
	add_numbers(v, st);
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

static void how_card(struct view *v, const struct stage *st, const char *id, const char *icon, enum tint tint,
                     enum word title, enum word more, enum wire_how how) {
	struct text label = stage_word(v, st, title);
	int choice = view_choice(v, id, label, act_number(DO_HOW, (int)how));
	view_card(v, icon, tint, label, stage_word(v, st, more), choice);
}

void screen_talk_how(struct view *v, const struct stage *st) {
	if (!st->session->line) {
		no_line(v, st);
		return;
	}
	v->whole = true;
	v->columns = 3;
	stage_title(v, st, W_HOW_TITLE, W_HOW_LEAD);
	how_card(v, st, "how:come", "people", TINT_SAND, W_HOW_COME, W_HOW_COME_SUB, WIRE_HOW_COME);
	how_card(v, st, "how:desk", "desk", TINT_SKY, W_HOW_DESK, W_HOW_DESK_SUB, WIRE_HOW_DESK);
	if (stage_phrase(v, st, "") != NULL) {
		how_card(v, st, "how:other", "speech", TINT_TEAL, W_HOW_OTHER, W_HOW_OTHER_SUB, WIRE_HOW_OTHER);
	}
	stage_bar(v, st, BAR_BACK | BAR_HOME);
}

void screen_talk_phrase(struct view *v, const struct stage *st) {
	stage_title(v, st, W_PHRASE_TITLE, W_COUNT);
	const struct phrase *list = NULL;
	int count = st->book.phrases(st->book.self, v->arena, st->lang, &list);
	for (int i = 0; i < count; i++) {
		char *id = arena_print(v->arena, "phrase:%s", list[i].id);
		int choice = view_choice(v, id, list[i].text, act_id(DO_PHRASE, list[i].id));
		view_card(v, "speech", TINT_TEAL, list[i].text, nothing, choice);
	}
	stage_bar(v, st, BAR_BACK | BAR_HOME);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

static void when_card(struct view *v, const struct stage *st, const char *id, enum word title, enum wire_when when) {
	struct text label = stage_word(v, st, title);
	view_card(v, "clock", TINT_SAND, label, nothing, view_choice(v, id, label, act_number(DO_WHEN, (int)when)));
}

void screen_talk_when(struct view *v, const struct stage *st) {
	stage_title(v, st, W_WHEN_TITLE, W_COUNT);
	when_card(v, st, "when:now", W_WHEN_NOW, WIRE_WHEN_NOW);
	when_card(v, st, "when:soon", W_WHEN_SOON, WIRE_WHEN_SOON);
	when_card(v, st, "when:later", W_WHEN_LATER, WIRE_WHEN_LATER);
	stage_bar(v, st, BAR_BACK | BAR_HOME);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

void screen_talk_speak(struct view *v, const struct stage *st) {
	v->columns = 3;
	stage_title(v, st, W_SPEAK_TITLE, W_COUNT);
	/* The one being read comes first: most people want it. */
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < st->language_count; i++) {
			const struct language *l = &st->languages[i];
			if ((strcmp(l->code, st->lang) == 0) == (pass == 0)) {
				int choice = view_choice(v, arena_print(v->arena, "speak:%s", l->code), l->name,
				                         act_id(DO_SPEAK, l->code));
				view_card(v, "", TINT_NONE, l->name, nothing, choice)->centred = true;
			}
		}
	}
	stage_bar(v, st, BAR_BACK | BAR_HOME);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

static struct text chosen_language(const struct stage *st) {
	for (int i = 0; i < st->language_count; i++) {
		if (strcmp(st->languages[i].code, st->session->talk.language) == 0) {
			return st->languages[i].name;
		}
	}
	return nothing;
}

static enum word how_word(enum wire_how how) {
	return how == WIRE_HOW_DESK ? W_HOW_DESK : how == WIRE_HOW_OTHER ? W_HOW_OTHER : W_HOW_COME;
}

static enum word when_word(enum wire_when when) {
	return when == WIRE_WHEN_SOON ? W_WHEN_SOON : when == WIRE_WHEN_LATER ? W_WHEN_LATER : W_WHEN_NOW;
}

static void add_they_say(struct view *v, const struct stage *st) {
	const struct talk_form *f = &st->session->talk;
	const struct phrase *p = f->how == WIRE_HOW_OTHER ? stage_phrase(v, st, f->phrase) : NULL;
	if (p != NULL) {
		view_add(v, NODE_PARAGRAPH, stage_fill(v, st, W_THEY_SAY, p->text));
	}
}

void screen_talk_check(struct view *v, const struct stage *st) {
	const struct talk_form *f = &st->session->talk;
	v->crumb = stage_word(v, st, W_TALK);
	v->whole = true;
	view_add(v, NODE_HEADING, stage_word(v, st, W_CHECK_TITLE));
	struct text chosen[3] = {stage_word(v, st, how_word(f->how)), stage_word(v, st, when_word(f->when)),
	                         chosen_language(st)};
	view_add(v, NODE_PARAGRAPH, text_join(v->arena, chosen, 3, "\u00b7", v->rtl));
	add_they_say(v, st);
	/* What staff may have to report is said before anything is sent. */
	view_add(v, NODE_SOFT, stage_word(v, st, W_REPORT));
	struct text send = stage_word(v, st, W_SEND);
	struct node *n = view_button(v, "talk", send, view_choice(v, "send", send, act(DO_SEND)));
	n->emphasis = STRONG;
	view_add(v, NODE_SOFT, stage_word(v, st, f->how == WIRE_HOW_OTHER ? W_CHECK_PHRASE : W_CHECK_LEAD))->optional =
	    true;
	stage_bar(v, st, BAR_BACK | BAR_HOME);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

/* --- what became of it ------------------------------------------------------------------------------------------- */

struct status {
	enum word title, body;
	const char *icon;
	bool open;    /* still with staff: can be taken back */
	bool numbers; /* staff may not come: whom else to call */
};

static struct status status_of(const struct session *s) {
	if (s->cancelled) {
		return (struct status){W_CANCELLED, W_CLOSED_SUB, "icon:check", false, false};
	}
	switch (s->bell) {
	case WIRE_BELL_SENT:
		return (struct status){W_SENT, W_SENT_SUB, "icon:desk", true, false};
	case WIRE_BELL_AGAIN:
		return (struct status){W_ASKED_AGAIN, W_ASKED_AGAIN_SUB, "icon:desk", true, false};
	case WIRE_BELL_SEEN:
		return (struct status){W_SEEN, W_WALK_AWAY, "icon:check", true, false};
	case WIRE_BELL_CUT:
		return (struct status){W_CUT, W_CUT_SUB, "icon:unsent", true, true};
	case WIRE_BELL_CLOSED:
		return (struct status){W_CLOSED, W_CLOSED_SUB, "icon:check", false, false};
	case WIRE_BELL_UNREACHABLE:
		return (struct status){W_UNREACHABLE, W_UNREACHABLE_SUB, "icon:unsent", false, true};
	case WIRE_BELL_EXPIRED:
		return (struct status){W_EXPIRED, W_EXPIRED_SUB, "icon:unsent", false, true};
	case WIRE_BELL_FULL:
		return (struct status){W_FULL, W_FULL_SUB, "icon:unsent", false, true};
	case WIRE_BELL_NONE:
	case WIRE_BELL_SENDING:
		break;
	}
	return (struct status){W_SENDING, W_SENDING_SUB, "icon:wait", true, false};
}

static void status_buttons(struct view *v, const struct stage *st, struct status now) {
	if (now.numbers) {
		add_numbers(v, st);
	}
	if (now.numbers && !now.open) {
		struct text again = stage_word(v, st, W_TRY_AGAIN);
		view_button(v, "", again, view_choice(v, "try-again", again, act_number(DO_GO, SCREEN_TALK_HOW)));
	} else if (now.open) {
		struct text cancel = stage_word(v, st, W_CANCEL);
		view_button(v, "", cancel, view_choice(v, "cancel", cancel, act(DO_CANCEL)));
	}
	struct text keep = stage_word(v, st, W_KEEP_READING);
	view_button(v, "", keep, view_choice(v, "keep", keep, act(DO_BACK)));
}

void screen_talk_status(struct view *v, const struct stage *st) {
	struct status now = status_of(st->session);
	v->crumb = stage_word(v, st, W_TALK);
	view_add(v, NODE_HEADING, stage_word(v, st, now.title));
	if (now.open) {
		add_they_say(v, st);
	}
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, now.body));
	status_buttons(v, st, now);
	struct node *picture = view_add_side(v, NODE_PICTURE, nothing);
	snprintf(picture->icon, sizeof picture->icon, "%s", now.icon);
	picture->tint = TINT_TEAL;
	v->side_first = true;
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}
