#include "visit/pure/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct duty *duty_new(const struct wire_start *start) {
	struct duty *f = calloc(1, sizeof *f);
	for (int i = 0; f != NULL && i < start->fonts && f->faces.count < NAME_FACES; i++) {
		f->faces.face[f->faces.count++] = start->font[i].face;
	}
	return f;
}

void duty_free(struct duty *f) {
	if (f != NULL) {
		explicit_bzero(f, sizeof *f);
		free(f);
	}
}

/* --- looking up ------------------------------------------------------------------------------------------------- */

const struct duty_list *duty_list(const struct duty *f, enum wire_where where) {
	return &f->lists[where - 1];
}

const struct wire_offer *duty_offer(const struct duty *f, enum wire_where where, int slot) {
	const struct duty_list *l = duty_list(f, where);
	for (int i = 0; i < l->count; i++) {
		if (l->items[i].slot == slot) {
			return &l->items[i];
		}
	}
	return NULL;
}

const struct wire_offer *duty_offer_of(const struct duty *f, enum wire_where where, const char *id) {
	const struct duty_list *l = duty_list(f, where);
	for (int i = 0; i < l->count; i++) {
		if (l->items[i].thing == WIRE_THING_PACK && strcmp(l->items[i].id, id) == 0) {
			return &l->items[i];
		}
	}
	return NULL;
}

const struct wire_mark *duty_mark(const struct duty *f, const char *digits) {
	for (int i = 0; i < f->mark_count; i++) {
		if (strcmp(f->marks[i].digits, digits) == 0) {
			return &f->marks[i];
		}
	}
	return NULL;
}

/* --- what the host tells ---------------------------------------------------------------------------------------- */

static void pin_forget(struct duty *f) {
	explicit_bzero(&f->pin, sizeof f->pin);
}

static void at(struct session *s, enum screen screen) {
	s->at = (struct place){.screen = screen};
}

/* A screen that takes the place of the one that is up, all its parts: Back does not lead there again. */
static void instead(struct session *s, enum screen screen) {
	while (s->trail_count > 0 && s->trail[s->trail_count - 1].screen == s->at.screen) {
		s->trail_count--;
	}
	at(s, screen);
}

/* What a screen begins with. */
static void prepare(struct duty *f, enum screen screen) {
	if (screen == SCREEN_STAFF_TOUCH) {
		f->spots = 0;
	} else if (screen == SCREEN_STAFF_SOUND) {
		memset(&f->tone, 0, sizeof f->tone);
	} else if (screen == SCREEN_STAFF_PLACE) {
		size_t len = strlen(f->house.place);
		memset(f->place, 0, sizeof f->place);
		memcpy(f->place, f->house.place, len <= DUTY_PLACE ? len : 0);
		f->shift = f->place[0] == '\0';
		f->signs = false;
	}
}

/* --- the first start ---------------------------------------------------------------------------------------------- */

enum screen duty_guide(const struct duty *f) {
	static const enum screen screens[WIRE_STEP_LAST + 1] = {SCREEN_STAFF_WELCOME, SCREEN_STAFF_PLACE,
	                                                        SCREEN_STAFF_GATE,    SCREEN_STAFF_TOUCH,
	                                                        SCREEN_STAFF_SOUND,   SCREEN_STAFF_LINE};
	return f->step <= WIRE_STEP_LAST ? screens[f->step] : SCREEN_STAFF_READY;
}

/* A sound that nobody could hear is no step. */
static bool is_step(const struct duty *f, int step) {
	return step != WIRE_STEP_SOUND || f->house.sound != 0;
}

int duty_step(const struct duty *f, int *count) {
	int at = 0;
	*count = 0;
	for (int step = 1; step <= WIRE_STEP_LAST; step++) {
		*count += is_step(f, step);
		at += step <= (int)f->step && is_step(f, step);
	}
	return f->guided && f->step <= WIRE_STEP_LAST ? at : 0;
}

static void show_step(struct session *s, int step) {
	struct duty *f = s->duty;
	f->step = (enum wire_step)step;
	f->passed = false;
	s->trail_count = 0;
	prepare(f, duty_guide(f));
	at(s, duty_guide(f));
}

/* To the next one that is still to do, or behind the last. */
static void next_step(struct session *s) {
	const struct duty *f = s->duty;
	int step = (int)f->step + 1;
	while (step <= WIRE_STEP_LAST && ((f->house.steps >> step & 1) == 0 || !is_step(f, step))) {
		step++;
	}
	show_step(s, step);
}

/* Whoever has just entered a PIN knows already where they are. */
static void begin_guide(struct session *s) {
	s->duty->guided = true;
	show_step(s, 0);
	if (s->duty->gate.gate == WIRE_GATE_OPEN) {
		next_step(s);
	}
}

static bool take_house(struct session *s, const struct wire_house *h) {
	struct duty *f = s->duty;
	f->house = *h;
	if (h->steps != 0 && !f->guided) {
		begin_guide(s);
	}
	return true;
}

static bool take_gate(struct session *s, const struct wire_gate_state *g) {
	struct duty *f = s->duty;
	bool was_open = f->gate.gate == WIRE_GATE_OPEN;
	f->gate = *g;
	pin_forget(f);
	if (g->gate != WIRE_GATE_OPEN) {
		/* Somebody may just be choosing the size of letters or the language: the wait's seconds do not disturb that. */
		if (was_open) {
			s->trail_count = 0;
			at(s, SCREEN_STAFF_GATE);
		}
		return true;
	}
	if (f->guided && f->step == WIRE_STEP_PIN) {
		next_step(s);
	} else if (s->at.screen == SCREEN_STAFF_GATE) {
		bool changed = f->opened && f->waiting;
		s->trail_count = 0;
		at(s, SCREEN_STAFF_HOME);
		if (changed) {
			session_go(s, (struct place){.screen = SCREEN_STAFF_KIOSK});
		}
	}
	f->opened = true;
	f->waiting = false;
	return true;
}

static bool take_offer(struct duty *f, const struct wire_offer *o) {
	struct duty_list *l = &f->lists[o->where - 1];
	if (o->first) {
		l->count = 0;
	}
	if (o->thing != 0 && l->count < DUTY_OFFERS) {
		l->items[l->count++] = *o;
	}
	l->known = o->last != 0;
	return o->last != 0;
}

static bool take_mark(struct duty *f, const struct wire_mark *m) {
	if (m->first) {
		f->mark_count = 0;
	}
	if (m->digits[0] != '\0' && f->mark_count < DUTY_MARKS) {
		f->marks[f->mark_count++] = *m;
	}
	return m->last != 0;
}

static bool take_change(struct duty *f, const struct wire_change *c) {
	if (f->change_count < DUTY_CHANGES) {
		f->changes[f->change_count++] = *c;
	} else {
		f->left_out++;
	}
	f->changes_known = c->last != 0;
	return false; /* the work's end shows them */
}

/* What is quickly done shows no progress; its end is a line on the screen that asked for it. */
static bool quick(const struct wire_work *w) {
	return w->work == WIRE_WORK_KEEP;
}

static void work_over(struct session *s) {
	struct duty *f = s->duty;
	bool done = f->work.state == WIRE_WORK_DONE;
	bool looked = f->want.want == WIRE_WANT_CHANGES && done && f->changes_known;
	bool there = s->at.screen == SCREEN_STAFF_WORK;
	f->waiting = false;
	if (f->guided && f->step == WIRE_STEP_LINE && f->work.work == WIRE_WORK_LINE) {
		f->passed = done;
	}
	if (quick(&f->work) && done && f->guided && f->step == WIRE_STEP_PLACE) {
		next_step(s);
	} else if (quick(&f->work) && done) {
		f->kept = true;
	} else if (there) {
		instead(s, looked ? SCREEN_STAFF_CHANGES : SCREEN_STAFF_RESULT);
	} else {
		session_go(s, (struct place){.screen = SCREEN_STAFF_RESULT});
	}
}

static bool take_work(struct session *s, const struct wire_work *w) {
	struct duty *f = s->duty;
	if (w->work == WIRE_WORK_TONE) { /* the screen of sound shows it, and nobody waits for it */
		f->tone = *w;
		f->passed = f->passed || (f->step == WIRE_STEP_SOUND && w->state == WIRE_WORK_DONE);
		return s->at.screen == SCREEN_STAFF_SOUND;
	}
	f->work = *w;
	if (f->gate.gate != WIRE_GATE_OPEN && !f->guided) {
		return false; /* of a PIN: the gate tells */
	}
	if (w->state != WIRE_WORK_GOING) {
		work_over(s);
	} else if (!quick(w) && s->at.screen != SCREEN_STAFF_WORK) {
		session_go(s, (struct place){.screen = SCREEN_STAFF_WORK});
	}
	return true;
}

bool duty_take(struct session *s, const struct wire_message *m) {
	switch (m->kind) {
	case WIRE_GATE:
		return take_gate(s, &m->gate);
	case WIRE_OFFER:
		return take_offer(s->duty, &m->offer);
	case WIRE_CHANGE:
		return take_change(s->duty, &m->change);
	case WIRE_WORK:
		return take_work(s, &m->work);
	case WIRE_MARK:
		return take_mark(s->duty, &m->mark);
	case WIRE_HOUSE:
		return take_house(s, &m->house);
	case WIRE_SYSTEM:
		s->duty->system = m->system;
		return true;
	default:
		return false;
	}
}

/* --- wishes ----------------------------------------------------------------------------------------------------- */

static enum effect wish(struct duty *f, struct wire_want_what want) {
	f->want = want;
	f->waiting = true;
	memset(&f->work, 0, sizeof f->work);
	return EFFECT_WANT;
}

/* A wish that takes a while: its progress takes the place of the screen that asked (`over`), or comes behind it. */
static enum effect wish_and_watch(struct session *s, struct wire_want_what want, bool over) {
	if (over) {
		instead(s, SCREEN_STAFF_WORK);
	} else {
		session_go(s, (struct place){.screen = SCREEN_STAFF_WORK});
	}
	return wish(s->duty, want);
}

static enum effect ask(struct session *s, enum wire_want what) {
	struct duty *f = s->duty;
	struct wire_want_what want = {.want = (uint8_t)what, .slot = (uint8_t)s->at.page};
	switch ((int)what) {
	case WIRE_WANT_INSTALL:
		want.slot = f->want.slot;
		return wish_and_watch(s, want, true);
	case WIRE_WANT_SYSTEM:
		want.version = f->system.offer_version;
		want.slot = 0;
		return wish_and_watch(s, want, true);
	case WIRE_WANT_RESTORE:
	case WIRE_WANT_TRUST:
	case WIRE_WANT_RESTART:
		return wish_and_watch(s, want, true);
	case WIRE_WANT_LINE:
	case WIRE_WANT_PROOF:
		want.slot = 0;
		return wish_and_watch(s, want, false);
	case WIRE_WANT_STOP: /* the wish that is going on stays the one that is waited for */
		return EFFECT_STOP;
	case WIRE_WANT_LIST:
		f->lists[WIRE_ON_STICK - 1].known = false;
		want.slot = 0;
		f->want = want;
		return EFFECT_WANT;
	case WIRE_WANT_READ:
		want.slot = 0;
		f->want = want;
		return EFFECT_WANT;
	default:
		want.slot = 0;
		return wish(f, want);
	}
}

static enum effect choose_offer(struct session *s, int slot) {
	struct duty *f = s->duty;
	const struct wire_offer *o = duty_offer(f, WIRE_ON_STICK, slot);
	if (o == NULL) {
		return EFFECT_NONE;
	}
	if (o->reason != WIRE_FINE || o->thing == WIRE_THING_KEY) {
		session_go(s, (struct place){.screen = SCREEN_STAFF_OFFER, .page = slot});
		return EFFECT_NONE;
	}
	f->change_count = f->left_out = 0;
	f->changes_known = false;
	return wish_and_watch(s, (struct wire_want_what){.want = WIRE_WANT_CHANGES, .slot = (uint8_t)slot}, false);
}

static enum effect mark(struct session *s, int what, struct around around) {
	struct wire_want_what want = {.want = (uint8_t)what, .version = around.version};
	if (around.number == NULL || around.number[0] == '\0') {
		return EFFECT_NONE;
	}
	snprintf(want.digits, sizeof want.digits, "%s", around.number);
	snprintf(want.pack, sizeof want.pack, "%s", around.pack);
	return wish(s->duty, want);
}

static enum effect setting(struct session *s, enum wire_want what, int number) {
	return wish(s->duty, (struct wire_want_what){.want = (uint8_t)what, .number = (uint16_t)number});
}

/* --- typing ----------------------------------------------------------------------------------------------------- */

static bool pin_asked(const struct duty *f) {
	switch (f->gate.gate) {
	case WIRE_GATE_CHOOSE:
	case WIRE_GATE_AGAIN:
	case WIRE_GATE_DIFFERENT:
	case WIRE_GATE_WEAK:
	case WIRE_GATE_ENTER:
	case WIRE_GATE_WRONG:
		return true;
	default:
		return false;
	}
}

static enum effect type_pin(struct duty *f, struct action a) {
	size_t len = strlen(f->pin.digits);
	if (!pin_asked(f)) {
		return EFFECT_NONE;
	}
	if (a.verb == DO_PIN_ENTER) {
		return len > 0 ? EFFECT_PIN : EFFECT_NONE;
	}
	if (a.verb == DO_PIN_ERASE && len > 0) {
		f->pin.digits[len - 1] = '\0';
	} else if (a.verb == DO_PIN_DIGIT && len < WIRE_PIN_MOST) {
		f->pin.digits[len] = (char)('0' + a.number % 10);
		f->pin.digits[len + 1] = '\0';
	}
	return EFFECT_NONE;
}

static void erase_letter(char *place) {
	size_t len = strlen(place);
	/* One character, however many bytes: those behind the first are 10xxxxxx. */
	while (len > 0 && ((unsigned char)place[--len] & 0xc0) == 0x80) {
		place[len] = '\0';
	}
	place[len] = '\0';
}

static enum effect type_place(struct duty *f, struct action a) {
	size_t len = strlen(f->place), more = strlen(a.id);
	if (a.verb == DO_LETTER_ERASE) {
		erase_letter(f->place);
	} else if (a.verb == DO_SHIFT) {
		f->shift = !f->shift;
	} else if (a.verb == DO_SIGNS) {
		f->signs = !f->signs;
	} else if (len + more <= DUTY_PLACE && !(len == 0 && a.id[0] == ' ')) {
		memcpy(f->place + len, a.id, more + 1);
		/* Only the first letter of a word is large. */
		f->shift = a.id[0] == ' ';
	}
	return EFFECT_NONE;
}

/* The name as it is kept: without a space at its end. */
static enum effect keep_place(struct session *s) {
	struct duty *f = s->duty;
	struct wire_want_what want = {.want = WIRE_WANT_PLACE};
	size_t len = strlen(f->place);
	while (len > 0 && f->place[len - 1] == ' ') {
		f->place[--len] = '\0';
	}
	if (len == 0) {
		return EFFECT_NONE;
	}
	snprintf(want.says, sizeof want.says, "%s", f->place);
	if (!f->guided) {
		session_back(s);
	}
	return wish(f, want);
}

/* --- moving about ----------------------------------------------------------------------------------------------- */

static void open_screen(struct session *s, enum screen screen) {
	prepare(s->duty, screen);
	session_go(s, (struct place){.screen = screen});
}

static void next_picture(struct session *s) {
	if (s->at.page + 1 < DUTY_PICTURES) {
		s->at.page++;
	} else {
		session_back(s);
	}
}

static enum effect leave_gate(struct session *s) {
	pin_forget(s->duty);
	return EFFECT_STOP;
}

/* A step is done, or left out: the host keeps that. Of the PIN it knows by itself, and forgets what was typed of one. */
static enum effect leave_step(struct session *s) {
	struct duty *f = s->duty;
	int step = (int)f->step;
	next_step(s);
	if (step == WIRE_STEP_PIN) {
		return leave_gate(s);
	}
	f->want = (struct wire_want_what){.want = WIRE_WANT_STEP, .number = (uint16_t)step};
	return step > 0 ? EFFECT_WANT : EFFECT_NONE;
}

enum effect duty_act(struct session *s, struct action a, struct around around) {
	struct duty *f = s->duty;
	if (f == NULL) {
		return EFFECT_NONE;
	}
	f->kept = false;
	switch ((int)a.verb) {
	case DO_PIN_DIGIT:
	case DO_PIN_ERASE:
	case DO_PIN_ENTER:
		return type_pin(f, a);
	case DO_PIN_LEAVE:
		return leave_gate(s);
	case DO_STAFF:
		open_screen(s, (enum screen)a.number);
		return EFFECT_NONE;
	case DO_PACK:
		session_go(s, (struct place){.screen = SCREEN_STAFF_PACK, .page = a.number});
		return EFFECT_NONE;
	case DO_PACK_BEFORE:
		session_go(s, (struct place){.screen = SCREEN_STAFF_RESTORE, .page = a.number});
		return EFFECT_NONE;
	case DO_OFFER:
		return choose_offer(s, a.number);
	case DO_ASK:
		return ask(s, (enum wire_want)a.number);
	case DO_CALLS: /* number 1: all of them */
		session_go(s, (struct place){.screen = SCREEN_STAFF_CALL, .page = 1, .all = a.number});
		return EFFECT_NONE;
	case DO_MARK:
		return mark(s, a.number, around);
	case DO_SPOT:
		f->spots |= 1u << (unsigned)a.number;
		f->passed = f->spots == (1u << DUTY_SPOTS) - 1;
		return EFFECT_NONE;
	case DO_DONE:
		instead(s, s->at.screen);
		session_back(s);
		return EFFECT_NONE;
	case DO_PICTURE:
		next_picture(s);
		return EFFECT_NONE;
	case DO_SET_IDLE:
		return setting(s, WIRE_WANT_IDLE, a.number);
	case DO_SET_ANSWER:
		return setting(s, WIRE_WANT_ANSWER, a.number);
	case DO_SET_SOUND:
		memset(&f->tone, 0, sizeof f->tone);
		return setting(s, WIRE_WANT_SOUND, a.number);
	case DO_LETTER:
	case DO_LETTER_ERASE:
	case DO_SHIFT:
	case DO_SIGNS:
		return type_place(f, a);
	case DO_PLACE_KEEP:
		return keep_place(s);
	case DO_STEP:
		return leave_step(s);
	default:
		return EFFECT_NONE;
	}
}
