#include "visit/pure/visitor.h"

#include "visit/pure/duty.h"
#include "visit/pure/hand.h"
#include "visit/pure/layout.h"
#include "visit/pure/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct visitor {
	struct glass glass;
	struct book book;
	struct measure measure;
	struct session session;
	struct hand hand;
	int focus; /* index into layout.targets, or -1: keys have not been used on this screen */
	int pressed;
	/* Two of each: what is on the glass, and what is being made. The older is wiped with every new one. */
	struct arena arena[2];
	struct view view[2];
	struct layout layout[2];
	int now;
	bool changed;
};

/* A slow reader takes 100 words a minute (600 ms a word). */
#define READING_MS_PER_WORD 600

typedef void reply_fn(void *to, const struct wire_message *r);

/* A finger rests on a choice while a message brings another screen: lifted there, it must not choose what it never
 * touched. */
static void hold(struct visitor *v, const struct view *was, const struct view *is) {
	int on = v->hand.on;
	if (v->hand.down && on >= 0 &&
	    (on >= is->choice_count || strcmp(was->choices[on].id, is->choices[on].id) != 0 ||
	     strcmp(was->name, is->name) != 0)) {
		v->hand.on = NO_TARGET;
		v->pressed = NO_TARGET;
	}
}

static void show(struct visitor *v) {
	int next = 1 - v->now;
	arena_reset(&v->arena[next]);
	screens_describe(&v->view[next], &v->arena[next], &v->session, v->book);
	int focused = NO_TARGET;
	struct layout *l = &v->layout[next];
	/* Targets are known only after a layout; the ring is drawn by a second pass when keys are in use. */
	layout_make(l, &v->arena[next], &v->view[next], v->glass, v->measure, v->session.at.part, NO_TARGET,
	            v->pressed);
	if (v->focus >= 0 && v->focus < l->target_count) {
		focused = l->targets[v->focus].choice;
		layout_make(l, &v->arena[next], &v->view[next], v->glass, v->measure, v->session.at.part, focused,
		            v->pressed);
	}
	if (v->session.warn_total == 0) {
		v->session.at.part = l->part; /* a smaller text may have fewer parts */
	}
	hold(v, &v->view[v->now], &v->view[next]);
	v->now = next;
	v->changed = true;
}

struct visitor *visitor_new(const struct wire_start *start, struct book book, struct measure measure) {
	struct visitor *v = calloc(1, sizeof *v);
	if (v == NULL) {
		return NULL;
	}
	v->glass = (struct glass){start->w, start->h, start->px_per_cm};
	v->book = book;
	v->measure = measure;
	v->session = session_start(start);
	if (start->audience == WIRE_STAFF) {
		v->session.duty = duty_new(start);
		if (v->session.duty == NULL) {
			free(v);
			return NULL;
		}
	}
	v->focus = -1;
	v->pressed = NO_TARGET;
	v->hand.on = NO_TARGET;
	show(v);
	return v;
}

void visitor_free(struct visitor *v) {
	if (v != NULL) {
		arena_free(&v->arena[0]);
		arena_free(&v->arena[1]);
		duty_free(v->session.duty);
		explicit_bzero(v, sizeof *v);
		free(v);
	}
}

/* --- what the session wants of the host --------------------------------------------------------------------------- */

static void fill_phrase(struct visitor *v, struct wire_talk *talk) {
	if (v->session.talk.how != WIRE_HOW_OTHER) {
		return;
	}
	struct arena a = {0};
	const struct phrase *list = NULL;
	int count = v->book.phrases(v->book.self, &a, v->session.language, &list);
	for (int i = 0; i < count; i++) {
		if (strcmp(list[i].id, v->session.talk.phrase) == 0) {
			snprintf(talk->phrase, sizeof talk->phrase, "%s", list[i].plain);
			snprintf(talk->phrase_staff, sizeof talk->phrase_staff, "%s",
			         v->book.phrase_for_staff(v->book.self, &a, v->session.language, list[i].id));
		}
	}
	arena_free(&a);
}

static void carry_out(struct visitor *v, enum effect effect, reply_fn *reply, void *to) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	switch (effect) {
	case EFFECT_NONE:
		return;
	case EFFECT_TALK:
		m.kind = WIRE_TALK;
		m.talk.how = (uint8_t)v->session.talk.how;
		m.talk.when = (uint8_t)v->session.talk.when;
		memcpy(m.talk.language, v->session.talk.language, sizeof m.talk.language);
		fill_phrase(v, &m.talk);
		break;
	case EFFECT_CANCEL:
		m.kind = WIRE_CANCEL;
		break;
	case EFFECT_END:
		m.kind = WIRE_END;
		break;
	case EFFECT_PIN:
		m.kind = WIRE_PIN;
		m.pin = v->session.duty->pin;
		explicit_bzero(&v->session.duty->pin, sizeof v->session.duty->pin);
		break;
	case EFFECT_WANT:
		m.kind = WIRE_WANT;
		m.want = v->session.duty->want;
		break;
	case EFFECT_STOP:
		m.kind = WIRE_WANT;
		m.want.want = WIRE_WANT_STOP;
		break;
	}
	reply(to, &m);
	explicit_bzero(&m, sizeof m); /* it may have been a PIN */
}

static void choose(struct visitor *v, int choice, reply_fn *reply, void *to) {
	const struct view *view = &v->view[v->now];
	if (choice < 0 || choice >= view->choice_count) {
		return;
	}
	struct arena a = {0};
	struct around around = screens_around(&a, &v->session, v->book, v->layout[v->now].parts);
	struct session before = v->session;
	enum effect effect = session_act(&v->session, view->choices[choice].act, around);
	arena_free(&a);
	if (memcmp(&before.at, &v->session.at, sizeof before.at) != 0) {
		v->focus = v->focus >= 0 ? 0 : -1;
		v->session.cleared = v->session.cleared && before.at.screen == SCREEN_IDLE;
	}
	explicit_bzero(&before, sizeof before);
	carry_out(v, effect, reply, to);
}

/* --- input -------------------------------------------------------------------------------------------------------- */

static bool touches(const struct visitor *v, const struct wire_touch *t, const char *id) {
	const struct layout *l = &v->layout[v->now];
	for (int i = 0; i < l->target_count; i++) {
		int choice = l->targets[i].choice;
		if (choice >= 0 && rect_has(l->targets[i].box, t->x, t->y)) {
			return strcmp(v->view[v->now].choices[choice].id, id) == 0;
		}
	}
	return false;
}

/* Any touch answers "Still here?" as soon as it comes down, as the host counts it; only "Clear it now" waits for the
 * finger to lift. The rest of that touch does nothing to the page below. */
static bool answers_warning(struct visitor *v, const struct wire_touch *t) {
	if (v->session.warn_total == 0 || t->phase != WIRE_DOWN || touches(v, t, "clear-now")) {
		return false;
	}
	v->session.warn_total = 0;
	v->hand = (struct hand){.on = NO_TARGET, .acted = v->hand.acted, .acted_ms = v->hand.acted_ms};
	v->pressed = NO_TARGET;
	return true;
}

static void take_touch(struct visitor *v, const struct wire_touch *t, reply_fn *reply, void *to) {
	if (answers_warning(v, t)) {
		show(v);
		return;
	}
	int before = v->pressed, focus = v->focus;
	int chosen = hand_touch(&v->hand, &v->view[v->now], &v->layout[v->now], t, &v->pressed);
	if (t->phase == WIRE_DOWN) {
		v->focus = -1; /* a finger: the ring of the keys goes */
	}
	choose(v, chosen, reply, to);
	if (chosen != NO_TARGET || v->pressed != before || v->focus != focus) {
		show(v);
	}
}

static void focus_next(struct visitor *v) {
	const struct layout *l = &v->layout[v->now];
	for (int i = 0; i < l->target_count; i++) {
		v->focus = (v->focus + 1) % l->target_count;
		if (l->targets[v->focus].seen) {
			return;
		}
	}
	v->focus = -1;
}

static int find_choice(const struct view *view, const char *id) {
	for (int i = 0; i < view->choice_count; i++) {
		if (strcmp(view->choices[i].id, id) == 0) {
			return i;
		}
	}
	return -1;
}

static void take_key(struct visitor *v, enum wire_keycode key, reply_fn *reply, void *to) {
	const struct layout *l = &v->layout[v->now];
	if (v->session.warn_total > 0 && v->focus < 0 && key != WIRE_HIDE) {
		v->session.warn_total = 0; /* any key answers */
		show(v);
		return;
	}
	switch (key) {
	case WIRE_NEXT:
		focus_next(v);
		break;
	case WIRE_CHOOSE:
		if (v->focus >= 0 && v->focus < l->target_count && l->targets[v->focus].choice == TARGET_HIDE) {
			carry_out(v, EFFECT_END, reply, to);
		} else if (v->focus >= 0 && v->focus < l->target_count) {
			choose(v, l->targets[v->focus].choice, reply, to);
		}
		break;
	case WIRE_BACK:
		choose(v, find_choice(&v->view[v->now], "back"), reply, to);
		break;
	case WIRE_HIDE:
		carry_out(v, EFFECT_END, reply, to);
		break;
	}
	show(v);
}

/* What is going on elsewhere may put another screen here at any moment. */
static void take_staff(struct visitor *v, const struct wire_message *m) {
	struct place before = v->session.at;
	if (v->session.duty == NULL || !duty_take(&v->session, m)) {
		return;
	}
	if (memcmp(&before, &v->session.at, sizeof before) != 0) {
		v->focus = v->focus >= 0 ? 0 : -1;
	}
	show(v);
}

static void take_warn(struct visitor *v, const struct wire_warn *w) {
	if (v->session.warn_total == 0) {
		v->hand = (struct hand){.on = NO_TARGET};
		v->pressed = NO_TARGET;
		v->focus = -1;
	}
	v->session.warn_total = w->total_ms > 0 ? w->total_ms : 1;
	v->session.warn_left = w->left_ms;
	show(v);
}

/* --- what is on the screen, in words -------------------------------------------------------------------------------- */

static void say(char *out, size_t size, struct text t) {
	size_t n = t.len < size - 1 ? t.len : size - 1;
	/* Never half a character. */
	while (n > 0 && n < t.len && ((unsigned char)t.utf8[n] & 0xC0) == 0x80) {
		n--;
	}
	if (n > 0) {
		memcpy(out, t.utf8, n); /* an empty text may have no bytes at all */
	}
	out[n] = '\0';
	for (char *c = out; *c != '\0'; c++) {
		if (*c == '\n') {
			*c = ' ';
		}
	}
}

static void tell_text(struct text t, reply_fn *reply, void *to) {
	while (t.len > 0) {
		struct wire_message m;
		memset(&m, 0, sizeof m);
		m.kind = WIRE_TEXT;
		say(m.text.says, sizeof m.text.says, t);
		uint32_t said = (uint32_t)strlen(m.text.says);
		if (said == 0) {
			return;
		}
		t.utf8 += said;
		t.len -= said;
		m.text.more = t.len > 0;
		reply(to, &m);
	}
}

static void tell_choices(const struct visitor *v, reply_fn *reply, void *to) {
	const struct view *view = &v->view[v->now];
	const struct layout *l = &v->layout[v->now];
	for (int i = 0; i < l->target_count; i++) {
		const struct target *t = &l->targets[i];
		struct wire_message m;
		memset(&m, 0, sizeof m);
		m.kind = WIRE_CHOICE;
		m.choice.x = (int16_t)t->box.x;
		m.choice.y = (int16_t)t->box.y;
		m.choice.w = (int16_t)t->box.w;
		m.choice.h = (int16_t)t->box.h;
		m.choice.focused = v->focus == i;
		if (t->choice == TARGET_HIDE) {
			snprintf(m.choice.id, sizeof m.choice.id, "hide");
			say(m.choice.says, sizeof m.choice.says, view->hide);
		} else {
			const struct choice *c = &view->choices[t->choice];
			memcpy(m.choice.id, c->id, sizeof m.choice.id);
			m.choice.selected = c->selected;
			say(m.choice.says, sizeof m.choice.says, c->says);
		}
		reply(to, &m);
	}
}

static void tell(const struct visitor *v, reply_fn *reply, void *to) {
	const struct layout *l = &v->layout[v->now];
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_SCREEN;
	snprintf(m.screen.name, sizeof m.screen.name, "%s", v->view[v->now].name);
	m.screen.part = (uint8_t)l->part;
	m.screen.parts = (uint8_t)l->parts;
	m.screen.clipped = (uint8_t)(l->clipped < 255 ? l->clipped : 255);
	reply(to, &m);
	for (int i = 0; i < l->text_count; i++) {
		tell_text(l->texts[i], reply, to);
	}
	tell_choices(v, reply, to);
}

/* --- the door ------------------------------------------------------------------------------------------------------- */

void visitor_take(struct visitor *v, const struct wire_message *m, reply_fn *reply, void *to) {
	v->changed = false;
	switch (m->kind) {
	case WIRE_TOUCH:
		take_touch(v, &m->touch, reply, to);
		break;
	case WIRE_KEY:
		take_key(v, (enum wire_keycode)m->key.key, reply, to);
		break;
	case WIRE_WARN:
		take_warn(v, &m->warn);
		break;
	case WIRE_BELL:
		v->session.bell = (enum wire_bell)m->bell;
		if (v->session.at.screen == SCREEN_TALK_STATUS) {
			show(v);
		}
		break;
	case WIRE_CLEARED:
		v->session.cleared = true;
		break;
	case WIRE_ASK:
		tell(v, reply, to);
		break;
	case WIRE_GATE:
	case WIRE_OFFER:
	case WIRE_CHANGE:
	case WIRE_WORK:
	case WIRE_MARK:
	case WIRE_HOUSE:
	case WIRE_SYSTEM:
		take_staff(v, m);
		break;
	default:
		break;
	}
}

const struct draw_list *visitor_draws(const struct visitor *v) {
	return &v->layout[v->now].draws;
}

enum theme visitor_theme(const struct visitor *v) {
	return v->view[v->now].theme;
}

bool visitor_changed(const struct visitor *v) {
	return v->changed;
}

uint32_t visitor_reading_ms(const struct visitor *v) {
	return (uint32_t)v->layout[v->now].words * READING_MS_PER_WORD;
}
