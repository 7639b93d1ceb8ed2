/* A staff visit that is told things and tapped, without a host: every screen of staff mode, one after the other, by the
 * messages and touches that lead there. Whoever includes this brings a book and a measure (made up, or real). */
#ifndef ALCOVE_TESTS_STAFF_SCENE_H
#define ALCOVE_TESTS_STAFF_SCENE_H

#include "base/change.h"
#include "visit/pure/duty.h"
#include "visit/pure/visitor.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

struct staff_scene {
	struct visitor *visitor;
	struct glass glass;
	uint32_t ms;
	/* what the visit said last */
	struct wire_screen screen;
	struct wire_choice choices[128];
	int choice_count;
	char texts[20000];        /* all that is to be read, a line a text */
	struct wire_message wish; /* the last WIRE_PIN, WIRE_WANT, WIRE_END, ...; kind 0: none */
	int wishes;
};

static inline void scene_hear(void *to, const struct wire_message *m) {
	struct staff_scene *s = to;
	size_t len = strlen(s->texts);
	assert_true(wire_sane_from_visit(m, s->glass.w, s->glass.h));
	switch (m->kind) {
	case WIRE_SCREEN:
		s->screen = m->screen;
		s->choice_count = 0;
		s->texts[0] = '\0';
		break;
	case WIRE_TEXT:
		snprintf(s->texts + len, sizeof s->texts - len, "%s%s", m->text.says, m->text.more ? "" : "\n");
		break;
	case WIRE_CHOICE:
		assert_true(s->choice_count < 128);
		s->choices[s->choice_count++] = m->choice;
		break;
	default:
		s->wish = *m;
		s->wishes++;
		break;
	}
}

static inline void scene_tell(struct staff_scene *s, struct wire_message m) {
	assert_true(wire_sane_from_host(&m));
	visitor_take(s->visitor, &m, scene_hear, s);
}

static inline void scene_ask(struct staff_scene *s) {
	scene_tell(s, (struct wire_message){.kind = WIRE_ASK});
}

static inline const struct wire_choice *scene_find(struct staff_scene *s, const char *id) {
	scene_ask(s);
	for (int i = 0; i < s->choice_count; i++) {
		if (strcmp(s->choices[i].id, id) == 0) {
			return &s->choices[i];
		}
	}
	return NULL;
}

static inline void scene_touch(struct staff_scene *s, enum wire_phase phase, int x, int y) {
	struct wire_message m = {.kind = WIRE_TOUCH};
	s->ms += 700; /* no double taps */
	m.touch = (struct wire_touch){(uint8_t)phase, 0, (int16_t)x, (int16_t)y, s->ms};
	scene_tell(s, m);
}

static inline void scene_tap_box(struct staff_scene *s, const struct wire_choice *c) {
	int x = c->x + c->w / 2, y = c->y + c->h / 2;
	scene_touch(s, WIRE_DOWN, x, y);
	scene_touch(s, WIRE_UP, x, y);
}

/* Taps a choice, on whichever part of the screen it is. */
static inline void scene_tap(struct staff_scene *s, const char *id) {
	const struct wire_choice *c = scene_find(s, id);
	while (c == NULL && s->screen.part > 0) {
		scene_tap_box(s, scene_find(s, "back"));
		c = scene_find(s, id);
	}
	for (int i = 0; c == NULL && scene_find(s, "next") != NULL && i < 60; i++) {
		scene_tap_box(s, scene_find(s, "next"));
		c = scene_find(s, id);
	}
	if (c == NULL) {
		fail_msg("no choice %s on %s, which says:\n%s", id, s->screen.name, s->texts);
		return;
	}
	s->wish.kind = 0;
	scene_tap_box(s, c);
	scene_ask(s);
}

/* All of the touch test. */
static inline void scene_spots(struct staff_scene *s) {
	for (int i = 1; i <= DUTY_SPOTS; i++) {
		char id[WIRE_ID];
		snprintf(id, sizeof id, "spot:%d", i);
		scene_tap(s, id);
	}
}

static inline bool scene_says(struct staff_scene *s, const char *words) {
	scene_ask(s);
	return strstr(s->texts, words) != NULL;
}

/* --- what a host would tell --------------------------------------------------------------------------------------- */

static inline void scene_gate(struct staff_scene *s, enum wire_gate gate, int tries, int wait_s) {
	struct wire_message m = {.kind = WIRE_GATE};
	m.gate = (struct wire_gate_state){.gate = (uint8_t)gate,
	                                  .keys = {3, 1, 4, 0, 5, 9, 2, 6, 8, 7},
	                                  .tries = (uint8_t)tries,
	                                  .wait_s = (uint16_t)wait_s,
	                                  .from_start = gate == WIRE_GATE_CHOOSE};
	scene_tell(s, m);
}

static inline void scene_offer(struct staff_scene *s, enum wire_where where, bool first, bool last,
                               struct wire_offer o) {
	struct wire_message m = {.kind = WIRE_OFFER};
	m.offer = o;
	m.offer.where = (uint8_t)where;
	m.offer.first = first;
	m.offer.last = last;
	scene_tell(s, m);
}

static const struct wire_offer scene_library = {.thing = WIRE_THING_PACK,
                                                .slot = 1,
                                                .version = 2026101,
                                                .id = "org.alcove.library",
                                                .made = "2026-10-03",
                                                .title = "Alcove library",
                                                .publisher = "Gulf Coast Coalition",
                                                .languages = "en es ar* fr* ht* vi* zh-Hans*",
                                                .modules = 26,
                                                .numbers = 3,
                                                .system = 1};

static inline void scene_lists(struct staff_scene *s) {
	struct wire_offer house = {.thing = WIRE_THING_PACK,
	                           .slot = 2,
	                           .house = 1,
	                           .version = 3,
	                           .id = "org.example.house",
	                           .made = "2026-11-02",
	                           .title = "Casa Esperanza, the board of the second floor",
	                           .publisher = "Casa Esperanza",
	                           .languages = "en es",
	                           .numbers = 4};
	struct wire_offer before = scene_library, new = scene_library, bad = scene_library;
	before.version = 2026090;
	strcpy(before.made, "2026-09-01");
	before.system = 0;
	new.version = 2026110;
	new.slot = 4;
	new.system = 0;
	strcpy(new.made, "2026-11-15");
	snprintf(new.languages, sizeof new.languages, "en es ar fr* ht* vi* zh-Hans*");
	snprintf(new.file, sizeof new.file, "library-2026-11.pack");
	bad = (struct wire_offer){.thing = WIRE_THING_PACK, .slot = 5, .reason = WIRE_WRONG_SIGNATURE};
	snprintf(bad.file, sizeof bad.file, "a_file_with_a_very_long_name_and_no_space_in_it_at_all-2026.pack");
	struct wire_offer key = {.thing = WIRE_THING_KEY, .slot = 6, .fingerprint = "E7620F1842B4E81F"};
	snprintf(key.file, sizeof key.file, "coalition.pub");
	struct wire_offer sheet = {.thing = WIRE_THING_SHEET, .slot = 7};
	snprintf(sheet.file, sizeof sheet.file, "house.csv");
	scene_offer(s, WIRE_ON_KIOSK, true, false, scene_library);
	scene_offer(s, WIRE_ON_KIOSK, false, true, house);
	scene_offer(s, WIRE_BEFORE, true, true, before);
	scene_offer(s, WIRE_ON_STICK, true, false, new);
	scene_offer(s, WIRE_ON_STICK, false, false, bad);
	scene_offer(s, WIRE_ON_STICK, false, false, key);
	scene_offer(s, WIRE_ON_STICK, false, true, sheet);
}

static inline void scene_house(struct staff_scene *s, bool stick, bool line) {
	struct wire_message m = {.kind = WIRE_HOUSE};
	m.house = (struct wire_house){.idle_s = 120,
	                              .answer_s = 30,
	                              .volume = 50,
	                              .line = line,
	                              .stick = stick,
	                              .sound = 1,
	                              .proof = 1,
	                              .today = "2027-12-01",
	                              .place = "Second floor, by the window"};
	scene_tell(s, m);
}

/* A first start goes on, without a PIN so far; without a sound it has a step less. */
static inline void scene_first(struct staff_scene *s, unsigned steps, bool sound, bool line) {
	struct wire_message m = {.kind = WIRE_HOUSE};
	m.house = (struct wire_house){.idle_s = 120,
	                              .answer_s = 30,
	                              .volume = 50,
	                              .line = line,
	                              .sound = sound,
	                              .steps = (uint8_t)steps,
	                              .corner = WIRE_CORNER_TOP_LEFT,
	                              .place = "Quiet room"};
	scene_tell(s, m);
}

static inline void scene_mark(struct staff_scene *s, const char *digits, bool wrong) {
	struct wire_message m = {.kind = WIRE_MARK};
	m.mark = (struct wire_mark){.wrong = wrong, .first = 1, .last = 1, .on = "2027-12-01"};
	snprintf(m.mark.digits, sizeof m.mark.digits, "%s", digits);
	scene_tell(s, m);
}

/* Of the system: what runs was made in October, what is on the stick in November. */
static inline void scene_system(struct staff_scene *s, enum wire_system_state state, bool offer,
                                enum wire_reason reason) {
	struct wire_message m = {.kind = WIRE_SYSTEM};
	m.system = (struct wire_system){.state = (uint8_t)state,
	                                .offer = offer,
	                                .reason = (uint8_t)reason,
	                                .version = 1791000000,
	                                .offer_version = offer ? 1794700000 : 0,
	                                .made = "2026-10-03",
	                                .offer_made = "2026-11-15"};
	snprintf(m.system.file, sizeof m.system.file, "alcove-arm64.system");
	scene_tell(s, m);
}

static inline void scene_work(struct staff_scene *s, enum wire_work_kind work, enum wire_work_state state,
                              enum wire_reason reason) {
	struct wire_message m = {.kind = WIRE_WORK};
	m.work = (struct wire_work){.work = (uint8_t)work, .state = (uint8_t)state, .reason = (uint8_t)reason};
	if (state == WIRE_WORK_GOING) {
		m.work.done = 62000000;
		m.work.total = 100000000;
		m.work.left_s = 200;
	}
	if (reason == WIRE_SHEET_BAD) {
		m.work.row = 12;
		m.work.total = 3;
		snprintf(m.work.what, sizeof m.work.what, "number");
		snprintf(m.work.says, sizeof m.work.says, "There is a letter in the number. Write digits and hyphens.");
	}
	scene_tell(s, m);
}

static inline void scene_done(struct staff_scene *s, enum wire_work_kind work) {
	scene_work(s, work, WIRE_WORK_DONE, WIRE_FINE);
}

/* What a pack could really bring. */
static inline void scene_change(struct staff_scene *s, enum change_kind kind, bool last) {
	static const struct {
		enum change_kind kind;
		const char *name, *old, *new;
	} brought[] = {
	    {CHANGE_OTHER_PACK, "", "org.alcove.library", "org.example.library"},
	    {CHANGE_VERSION, "", "2026101", "2026110"},
	    {CHANGE_MADE, "", "2026-10-03", "2026-11-15"},
	    {CHANGE_PUBLISHER, "", "Gulf Coast Coalition", "Another Coalition"},
	    {CHANGE_TITLE, "", "Alcove library", "Alcove, the library"},
	    {CHANGE_KIND, "", "library", "house"},
	    {CHANGE_LANGUAGE_ADDED, "Tiếng Việt", "", ""},
	    {CHANGE_NUMBER_ADDED, "Human trafficking hotline", "2026-11-01", "1-888-373-7888, text 233733"},
	    {CHANGE_NUMBER_REMOVED, "Human trafficking hotline", "1-888-373-7888, text 233733", ""},
	    {CHANGE_NUMBER, "Human trafficking hotline", "1-888-373-7888", "1-888-373-7999"},
	    {CHANGE_NUMBER_CHECKED, "Human trafficking hotline", "2026-10-03", "2026-11-15"},
	    {CHANGE_BOARD, "", "3", "4"},
	    {CHANGE_PHRASES, "", "5", "6"},
	};
	struct wire_message m = {.kind = WIRE_CHANGE};
	m.change = (struct wire_change){
	    .kind = (uint8_t)kind, .last = last, .count = 7, .language = "es", .name = "When you plan to leave"};
	for (size_t i = 0; i < sizeof brought / sizeof brought[0]; i++) {
		if (brought[i].kind == kind) {
			snprintf(m.change.name, sizeof m.change.name, "%s", brought[i].name);
			snprintf(m.change.old, sizeof m.change.old, "%s", brought[i].old);
			snprintf(m.change.new, sizeof m.change.new, "%s", brought[i].new);
		}
	}
	scene_tell(s, m);
}

/* One of each, the most usual first. */
static inline void scene_changes(struct staff_scene *s) {
	scene_change(s, CHANGE_VERSION, false);
	scene_change(s, CHANGE_NUMBER, false);
	scene_change(s, CHANGE_MODULE, false);
	for (int kind = CHANGE_NOTHING; kind <= CHANGE_LAST; kind++) {
		scene_change(s, (enum change_kind)kind, kind == CHANGE_LAST);
	}
}

/* --- beginning and end --------------------------------------------------------------------------------------------- */

static inline void scene_open(struct staff_scene *s, const struct wire_start *start, struct book book,
                              struct measure measure) {
	memset(s, 0, sizeof *s);
	s->glass = (struct glass){start->w, start->h, start->px_per_cm};
	s->visitor = visitor_new(start, book, measure);
	assert_non_null(s->visitor);
}

/* Past the gate, with everything told. */
static inline void scene_home(struct staff_scene *s) {
	scene_gate(s, WIRE_GATE_ENTER, 5, 0);
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	scene_house(s, true, true);
	scene_mark(s, "", false);
	scene_lists(s);
	scene_ask(s);
	assert_string_equal(s->screen.name, "staff-home");
}

static inline void scene_close(struct staff_scene *s) {
	visitor_free(s->visitor);
}

/* --- every screen, by name ----------------------------------------------------------------------------------------- */

/* What is done on each screen: called on its first part; `name` is the station's. */
typedef void scene_look(struct staff_scene *s, const char *name, void *to);

struct scene_tour {
	struct staff_scene *scene;
	const struct wire_start *start;
	struct book book;
	struct measure measure;
	int size; /* of text, 1..4 */
	scene_look *look;
	void *to;
};

/* A new visit at its gate, with the size of text chosen. */
static inline void tour_begin(struct scene_tour *t) {
	char id[16];
	scene_open(t->scene, t->start, t->book, t->measure);
	snprintf(id, sizeof id, "size:%d", t->size);
	scene_gate(t->scene, WIRE_GATE_ENTER, 5, 0);
	scene_tap(t->scene, "size");
	scene_tap(t->scene, id);
	scene_tap(t->scene, "back");
}

/* Taps these ids, one after the other; where it is "=NAME", the screen is looked at under that name. */
static inline void tour_walk(const struct scene_tour *t, const char *const *ways) {
	for (; *ways != NULL; ways++) {
		if (**ways == '=') {
			t->look(t->scene, *ways + 1, t->to);
		} else {
			scene_tap(t->scene, *ways);
		}
	}
}
#define tour_go(t, ...) tour_walk(t, (const char *const[]){__VA_ARGS__, NULL})

static inline void tour_gate(struct scene_tour *t) {
	static const char *const names[] = {"",           "gate-choose",   "gate-again", "gate-different", "gate-weak",
	                                    "gate",       "gate-checking", "gate-wrong", "gate-wait",      "",
	                                    "gate-broken"};
	struct staff_scene *s = t->scene;
	scene_open(s, t->start, t->book, t->measure);
	t->look(s, "gate-first", t->to);
	scene_close(s);
	tour_begin(t);
	for (int gate = WIRE_GATE_CHOOSE; gate <= WIRE_GATE_LAST; gate++) {
		if (gate != WIRE_GATE_OPEN) {
			scene_gate(s, (enum wire_gate)gate, 3, 900);
			if (gate == WIRE_GATE_ENTER) {
				scene_tap(s, "digit:1");
				scene_tap(s, "digit:9");
				scene_tap(s, "digit:5");
			}
			t->look(s, names[gate], t->to);
		}
	}
	scene_close(s);
}

static inline void tour_packs(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	tour_begin(t);
	scene_home(s);
	tour_go(t, "=home", "packs", "=packs", "pack:1", "=pack", "restore", "=restore", "restore-yes");
	scene_done(s, WIRE_WORK_RESTORE);
	tour_go(t, "=restored", "home", "stick", "=stick", "offer:5", "=refused", "back", "offer:6", "=key", "back",
	        "offer:4", "=work-first");
	scene_work(s, WIRE_WORK_COPY, WIRE_WORK_GOING, WIRE_FINE);
	t->look(s, "work", t->to);
	scene_changes(s);
	scene_done(s, WIRE_WORK_READ);
	tour_go(t, "=changes", "install");
	scene_done(s, WIRE_WORK_INSTALL);
	tour_go(t, "=installed", "done");
	scene_house(s, false, false);
	scene_offer(s, WIRE_ON_STICK, true, true, (struct wire_offer){.thing = 0});
	t->look(s, "no-stick", t->to);
	scene_house(s, true, false);
	t->look(s, "stick-empty", t->to);
	scene_close(s);
}

/* Every reason as the result of a work, one after the other. */
static inline void tour_reasons(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	char name[32];
	tour_begin(t);
	scene_home(s);
	scene_tap(s, "stick");
	for (int reason = WIRE_FINE + 1; reason <= WIRE_REASON_LAST; reason++) {
		scene_tap(s, "offer:4");
		scene_work(s, WIRE_WORK_COPY, WIRE_WORK_FAILED, (enum wire_reason)reason);
		if (reason == WIRE_SHEET_BAD) {
			snprintf(name, sizeof name, "sheet-bad");
		} else {
			snprintf(name, sizeof name, "reason-%d", reason);
		}
		t->look(s, name, t->to);
		scene_tap(s, "done");
	}
	scene_close(s);
}

/* The system itself: offered, copied, tried, taken back; and every reason why one is refused. */
static inline void tour_system(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	char name[32];
	tour_begin(t);
	scene_home(s);
	scene_system(s, WIRE_SYSTEM_SETTLED, true, WIRE_FINE);
	scene_offer(s, WIRE_ON_STICK, true, true, (struct wire_offer){.thing = 0});
	tour_go(t, "stick", "=system-stick", "system", "=system", "install");
	scene_work(s, WIRE_WORK_SYSTEM, WIRE_WORK_GOING, WIRE_FINE);
	t->look(s, "system-work", t->to);
	scene_done(s, WIRE_WORK_SYSTEM);
	tour_go(t, "=system-done", "restart", "=system-restart");
	for (int reason = WIRE_FINE + 1; reason <= WIRE_REASON_LAST; reason++) {
		scene_system(s, WIRE_SYSTEM_SETTLED, true, (enum wire_reason)reason);
		scene_tap(s, "home");
		scene_tap(s, "stick");
		scene_tap(s, "system");
		snprintf(name, sizeof name, reason == WIRE_WRONG_SIGNATURE ? "system-refused" : "reason-system-%d",
		         reason);
		t->look(s, name, t->to);
	}
	scene_system(s, WIRE_SYSTEM_TAKEN_BACK, false, WIRE_FINE);
	tour_go(t, "home", "=system-home", "packs", "=system-packs", "system", "=system-taken-back");
	for (int state = WIRE_SYSTEM_SETTLED; state <= WIRE_SYSTEM_LAST; state++) {
		scene_system(s, (enum wire_system_state)state, false, WIRE_FINE);
		snprintf(name, sizeof name, "system-state-%d", state);
		t->look(s, name, t->to);
	}
	scene_close(s);
}

static inline void tour_calls(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	tour_begin(t);
	scene_home(s);
	tour_go(t, "calls", "=calls", "begin", "=call", "wrong");
	scene_mark(s, s->wish.want.digits, true);
	scene_done(s, WIRE_WORK_KEEP);
	tour_go(t, "=call-wrong", "home", "pages", "=pages");
	scene_close(s);
}

static inline void tour_kiosk(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	tour_begin(t);
	scene_home(s);
	tour_go(t, "kiosk", "=kiosk", "line", "=line", "back", "times", "idle:180");
	scene_done(s, WIRE_WORK_KEEP);
	tour_go(t, "=times", "back", "sound", "=sound", "sound:100");
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	t->look(s, "sound-now", t->to);
	scene_done(s, WIRE_WORK_TONE);
	t->look(s, "sound-played", t->to);
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_SOUND_BROKEN);
	tour_go(t, "=sound-broken", "back", "pin", "=pin", "back", "place", "=place", "signs", "=place-signs", "back",
	        "touch", "spot:4", "=touch", "back", "display");
	for (int i = 0; i < 6; i++) {
		char name[32];
		snprintf(name, sizeof name, "display-%d", i);
		t->look(s, name, t->to);
		scene_tap(s, "go-on");
	}
	tour_go(t, "home", "keeps", "=keeps");
	scene_close(s);
}

/* The first start, each step done; then once more, each skipped. */
static inline void tour_first(struct scene_tour *t) {
	struct staff_scene *s = t->scene;
	tour_begin(t);
	scene_first(s, WIRE_STEPS_ALL, true, true);
	scene_gate(s, WIRE_GATE_CHOOSE, 5, 0);
	tour_go(t, "=welcome", "begin", "=first-place", "keep");
	scene_done(s, WIRE_WORK_KEEP);
	t->look(s, "first-pin", t->to);
	scene_gate(s, WIRE_GATE_AGAIN, 5, 0);
	t->look(s, "first-pin-again", t->to);
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	t->look(s, "first-touch", t->to);
	scene_spots(s);
	tour_go(t, "=first-touched", "go-on", "=first-sound", "sound:50");
	scene_done(s, WIRE_WORK_TONE);
	tour_go(t, "=first-sound-played", "go-on", "=first-line", "test");
	scene_done(s, WIRE_WORK_LINE);
	tour_go(t, "done", "=first-line-works", "go-on", "=ready");
	scene_close(s);
	tour_begin(t);
	scene_first(s, WIRE_STEPS_ALL, false, false);
	scene_gate(s, WIRE_GATE_CHOOSE, 5, 0);
	tour_go(t, "begin", "skip", "skip", "skip", "=first-no-line", "skip", "=ready-no-pin");
	scene_close(s);
}

static inline void scene_tour(struct scene_tour *t) {
	tour_first(t);
	tour_gate(t);
	tour_packs(t);
	tour_reasons(t);
	tour_system(t);
	tour_calls(t);
	tour_kiosk(t);
}

/* --- what must hold on every screen -------------------------------------------------------------------------------- */

static inline int scene_apart(const struct wire_choice *a, const struct wire_choice *b) {
	int dx = a->x > b->x ? a->x - b->x - b->w : b->x - a->x - a->w;
	int dy = a->y > b->y ? a->y - b->y - b->h : b->y - a->y - a->h;
	return dx > dy ? dx : dy;
}

/* 12.7 mm and 2.54 mm (VVSG 2.0 7.2-I), nothing clipped, something to read, Leave in the place of Hide. */
static inline void scene_check_part(struct staff_scene *s, const char *name, const char *where) {
	const int least = 1270 * s->glass.px_per_cm / 1000, gap = 254 * s->glass.px_per_cm / 1000;
	struct rect hide = glass_hide(s->glass);
	if (s->screen.clipped != 0) {
		fail_msg("%s %s part %d: %d texts are clipped:\n%s", where, name, s->screen.part, s->screen.clipped,
		         s->texts);
	}
	if (s->texts[0] == '\0') {
		fail_msg("%s %s: nothing to read", where, name);
	}
	for (int i = 0; i < s->choice_count; i++) {
		const struct wire_choice *c = &s->choices[i];
		if (c->w < least || c->h < least || c->says[0] == '\0') {
			fail_msg("%s %s: %s is %dx%d and says '%s'", where, name, c->id, c->w, c->h, c->says);
		}
		for (int k = 0; k < i; k++) {
			if (scene_apart(c, &s->choices[k]) < gap) {
				fail_msg("%s %s: %s and %s are too near", where, name, c->id, s->choices[k].id);
			}
		}
		if (strcmp(c->id, "talk") == 0) {
			fail_msg("%s %s: talk to staff is offered to staff", where, name);
		}
	}
	const struct wire_choice *last = &s->choices[s->choice_count - 1];
	assert_string_equal(last->id, "hide");
	assert_true(last->x == hide.x && last->y == hide.y && last->w == hide.w && last->h == hide.h);
}

/* All parts of the screen that is up; leaves it on the first one. */
static inline void scene_check(struct staff_scene *s, const char *name, const char *where) {
	scene_ask(s);
	while (s->screen.part > 0) {
		scene_tap(s, "back");
	}
	scene_check_part(s, name, where);
	int parts = s->screen.parts;
	for (int i = 1; i < parts; i++) {
		scene_tap(s, "next");
		if (s->screen.part != i) {
			fail_msg("%s %s: Next does not lead to part %d", where, name, i);
		}
		scene_check_part(s, name, where);
	}
	for (int i = 1; i < parts; i++) {
		scene_tap(s, "back");
	}
}

#endif
