/* Times visits over the real wire, with the host's own code for starting them and talking to them:
 *
 *   visits starts COUNT PROGRAM FONTS PACK...     exec to the first finished frame, COUNT times
 *   visits journey EVENTS PROGRAM FONTS PACK...   event to finished frame, on a walk that prefers what it has seen least
 *   visits texts 0 PROGRAM FONTS PACK...          the words of the first screen, one text a line
 *   visits stay TOUCHES PROGRAM FONTS PACK...     walks that far, prints the visit's process id, and stays there until
 *                                                 standard input ends, so that its memory can be looked at
 *
 * Prints figures as `name value` lines, times in microseconds. Judges nothing: bench.py does. */
#include "host/child.h"
#include "host/idle.h"
#include "host/supply.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct glass glass = {1280, 800, 59};

static int64_t now_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- figures ---------------------------------------------------------------------------------------------------- */

struct figures {
	int64_t *us; /* owned */
	int count, room;
};

static void figures_add(struct figures *f, int64_t us) {
	if (f->count < f->room) {
		f->us[f->count++] = us;
	}
}

static int by_size(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The smallest figure that `percent` of all do not exceed. */
static int64_t percentile(const struct figures *f, int percent) {
	int at = (f->count * percent + 99) / 100 - 1;
	return f->us[at < 0 ? 0 : at];
}

static void figures_print(struct figures *f, const char *name) {
	if (f->count > 0) {
		qsort(f->us, (size_t)f->count, sizeof f->us[0], by_size);
		printf("%s_count %d\n%s_median %lld\n%s_p99 %lld\n%s_worst %lld\n", name, f->count, name,
		       (long long)percentile(f, 50), name, (long long)percentile(f, 99), name,
		       (long long)f->us[f->count - 1]);
	}
}

/* --- one visit -------------------------------------------------------------------------------------------------- */

/* What the visit said on the way to its DONE. */
struct heard {
	struct wire_screen screen;
	struct wire_choice choices[128];
	int choice_count;
	bool changed, talk, end, print_texts;
};

static void hear(struct heard *h, const struct wire_message *m) {
	if (m->kind == WIRE_SCREEN) {
		h->screen = m->screen;
	} else if (m->kind == WIRE_CHOICE && h->choice_count < 128) {
		h->choices[h->choice_count++] = m->choice;
	} else if (m->kind == WIRE_TEXT && h->print_texts) {
		printf("%s%s", m->text.says, m->text.more ? "" : "\n");
	}
	h->talk = h->talk || m->kind == WIRE_TALK;
	h->end = h->end || m->kind == WIRE_END;
	h->changed = h->changed || (m->kind == WIRE_DONE && m->done.changed);
}

/* Waits for the answer to what was sent last. */
static bool finish(struct child *c, struct heard *h) {
	while (c->waiting != 0) {
		struct pollfd fd = {.fd = c->socket, .events = POLLIN};
		struct wire_message m;
		if (poll(&fd, 1, 10000) != 1) {
			return false;
		}
		enum child_got got = child_receive(c, &m, glass);
		if (got == CHILD_GONE || got == CHILD_INSANE) {
			return false;
		}
		if (got == CHILD_GOT) {
			hear(h, &m);
		}
	}
	return true;
}

static bool tell(struct child *c, struct wire_message m, struct heard *h) {
	*h = (struct heard){.print_texts = h->print_texts};
	return child_send(c, &m, 0) && finish(c, h);
}

static bool begin(struct child *c, const struct keeper_plan *plan, struct figures *f) {
	struct fault why;
	struct heard h = {0};
	int64_t from = now_us();
	if (!child_start(c, plan, &why) || !child_begin(c, plan, 0, &why)) {
		fprintf(stderr, "%s\n", why.says);
		return false;
	}
	bool fine = finish(c, &h);
	if (f != NULL) {
		figures_add(f, now_us() - from);
	}
	return fine;
}

static void end(struct child *c) {
	struct graves graves = {0};
	child_kill(c, &graves);
	graves_reap(&graves, true);
}

/* --- starts ----------------------------------------------------------------------------------------------------- */

static bool starts(const struct keeper_plan *plan, int count) {
	struct figures f = {.us = calloc((size_t)count, sizeof(int64_t)), .room = count};
	bool fine = f.us != NULL;
	for (int i = 0; i < count && fine; i++) {
		struct child c;
		fine = begin(&c, plan, &f);
		end(&c);
	}
	figures_print(&f, "start");
	free(f.us);
	return fine;
}

/* --- journey ---------------------------------------------------------------------------------------------------- */

enum { PLACES = 8192 };

/* How often each choice of each screen was taken, so that the walk gets everywhere. */
struct walk {
	uint32_t taken[PLACES];
	char screens[64][WIRE_ID];
	int screen_count;
	uint32_t ms; /* the visit's clock: a second a tap, so that no tap is a double tap */
	struct figures every, changed;
};

static uint32_t place_of(const char *screen, const char *choice) {
	uint32_t h = 2166136261u; /* FNV-1a */
	for (const char *s = screen; *s != 0; s++) {
		h = (h ^ (uint8_t)*s) * 16777619u;
	}
	for (const char *s = choice; *s != 0; s++) {
		h = (h ^ (uint8_t)*s) * 16777619u;
	}
	return h % PLACES;
}

static void note_screen(struct walk *w, const char *name) {
	for (int i = 0; i < w->screen_count; i++) {
		if (strcmp(w->screens[i], name) == 0) {
			return;
		}
	}
	if (w->screen_count < 64) {
		snprintf(w->screens[w->screen_count++], WIRE_ID, "%s", name);
	}
}

static bool event(struct walk *w, struct child *c, struct wire_message m, struct heard *h) {
	int64_t from = now_us();
	bool fine = tell(c, m, h);
	int64_t us = now_us() - from;
	figures_add(&w->every, us);
	if (h->changed) {
		figures_add(&w->changed, us);
	}
	return fine;
}

static bool tap(struct walk *w, struct child *c, const struct wire_choice *at, struct heard *h) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_TOUCH;
	m.touch.phase = WIRE_DOWN;
	m.touch.x = (int16_t)(at->x + at->w / 2);
	m.touch.y = (int16_t)(at->y + at->h / 2);
	m.touch.ms = w->ms += 1000;
	if (!event(w, c, m, h)) {
		return false;
	}
	m.touch.phase = WIRE_UP;
	m.touch.ms += 100;
	return event(w, c, m, h);
}

static const struct wire_choice *least_taken(struct walk *w, const struct heard *h) {
	const struct wire_choice *best = NULL;
	uint32_t least = UINT32_MAX;
	for (int i = 0; i < h->choice_count; i++) {
		const struct wire_choice *c = &h->choices[i];
		uint32_t taken = w->taken[place_of(h->screen.name, c->id)];
		if (taken < least && strcmp(c->id, "hide") != 0) {
			best = c;
			least = taken;
		}
	}
	if (best != NULL) {
		w->taken[place_of(h->screen.name, best->id)]++;
	}
	return best;
}

/* One touch; sets `over` when the visit asked to end or there was nothing to touch. */
static bool step(struct walk *w, struct child *c, bool *over) {
	struct heard h = {0};
	if (!tell(c, (struct wire_message){.kind = WIRE_ASK}, &h)) {
		return false;
	}
	note_screen(w, h.screen.name);
	const struct wire_choice *at = least_taken(w, &h);
	struct heard after = {0};
	if (at == NULL) {
		*over = true;
		return true;
	}
	if (!tap(w, c, at, &after)) {
		return false;
	}
	*over = after.end;
	bool talk = after.talk;
	return !talk || event(w, c, (struct wire_message){.kind = WIRE_BELL, .bell = WIRE_BELL_SENT}, &after);
}

/* Each visit lasts `TOUCHES_A_VISIT` at most: people are not endless, and so every screen is met early in a life. */
enum { TOUCHES_A_VISIT = 200 };

static bool walk_on(struct walk *w, const struct keeper_plan *plan) {
	struct child c;
	bool fine = begin(&c, plan, NULL), over = false;
	for (int i = 0; i < TOUCHES_A_VISIT && fine && !over && w->every.count < w->every.room; i++) {
		fine = step(w, &c, &over);
	}
	end(&c);
	return fine;
}

static bool journey(const struct keeper_plan *plan, int events) {
	struct walk *w = calloc(1, sizeof *w);
	if (w == NULL) {
		return false;
	}
	w->every = (struct figures){.us = calloc((size_t)events, sizeof(int64_t)), .room = events};
	w->changed = (struct figures){.us = calloc((size_t)events, sizeof(int64_t)), .room = events};
	bool fine = w->every.us != NULL && w->changed.us != NULL;
	while (fine && w->every.count < events) {
		fine = walk_on(w, plan);
	}
	figures_print(&w->every, "event");
	figures_print(&w->changed, "drawn");
	printf("screens %d\nscreen_names", w->screen_count);
	for (int i = 0; i < w->screen_count; i++) {
		printf("%s%s", i == 0 ? " " : ",", w->screens[i]);
	}
	printf("\n");
	free(w->every.us);
	free(w->changed.us);
	free(w);
	return fine;
}

static bool stay(const struct keeper_plan *plan, int touches) {
	struct child c, spare;
	bool fine = begin(&c, plan, NULL) && begin(&spare, plan, NULL), over = false;
	struct walk *w = calloc(1, sizeof *w);
	for (int i = 0; i < touches && fine && w != NULL && !over; i++) {
		fine = step(w, &c, &over);
	}
	fine = fine && w != NULL;
	printf("pid %d\nscreens %d\n", (int)c.pid, w == NULL ? 0 : w->screen_count);
	fflush(stdout);
	while (fine && getchar() != EOF) {
	}
	end(&c);
	end(&spare);
	free(w);
	return fine;
}

static bool texts(const struct keeper_plan *plan) {
	struct child c;
	struct heard h = {.print_texts = true};
	bool fine = begin(&c, plan, NULL) && tell(&c, (struct wire_message){.kind = WIRE_ASK}, &h);
	end(&c);
	return fine;
}

int main(int argc, char **argv) {
	struct keeper_plan plan = {
	    .glass = glass, .bell = true, .idle_ms = IDLE_LEAST_MS, .answer_ms = ANSWER_LEAST_MS};
	struct fault f;
	if (argc < 6) {
		fprintf(stderr, "usage: visits starts|journey|texts|stay COUNT PROGRAM FONTS PACK...\n");
		return 2;
	}
	int count = (int)strtol(argv[2], NULL, 10);
	plan.program = argv[3];
	if (!supply_open(&plan, (const char *const *)argv + 5, argc - 5, argv[4], &f)) {
		fprintf(stderr, "%s\n", f.says);
		return 1;
	}
	bool fine = strcmp(argv[1], "starts") == 0    ? starts(&plan, count)
	            : strcmp(argv[1], "journey") == 0 ? journey(&plan, count)
	            : strcmp(argv[1], "stay") == 0    ? stay(&plan, count)
	                                              : texts(&plan);
	supply_close(&plan);
	if (!fine) {
		fprintf(stderr, "A visit broke off.\n");
	}
	return fine ? 0 : 1;
}
