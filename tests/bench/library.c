/* Counts what opening a library and turning its pages cost, in instructions, under valgrind's callgrind. The same code
 * as a visit's, in its order, but without the sandbox, which valgrind cannot live in:
 *
 *   valgrind --tool=callgrind --collect-atstart=no ... library FONTS PACK...
 *
 * Three counts are dumped: "open" (packs opened and the first frame drawn), "leap" (an answer that leads into another
 * module), "turn" (one page on). The first module's second page must have an answer that leads to another module. */
#include "host/spawn.h"
#include "host/supply.h"
#include "visit/glass/paint.h"
#include "visit/glass/shelf.h"
#include "visit/glass/type.h"
#include "visit/pure/visitor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

static const struct glass glass = {1280, 800, 59};

struct bench {
	struct canvas canvas;
	struct shelf *shelf;
	struct type *type;
	struct pictures *pictures;
	struct paint *paint;
	struct visitor *visitor;
	struct wire_choice found; /* the first choice whose id begins with `wanted` */
	const char *wanted;
	char screen[WIRE_ID];
	uint32_t ms;
};

static void hear(void *to, const struct wire_message *m) {
	struct bench *b = to;
	if (m->kind == WIRE_SCREEN) {
		memcpy(b->screen, m->screen.name, sizeof b->screen);
	}
	if (m->kind == WIRE_CHOICE && b->wanted != NULL && b->found.id[0] == 0 &&
	    strncmp(m->choice.id, b->wanted, strlen(b->wanted)) == 0) {
		b->found = m->choice;
	}
}

static void take(struct bench *b, const struct wire_message *m) {
	visitor_take(b->visitor, m, hear, b);
	paint_list(b->paint, visitor_draws(b->visitor), visitor_theme(b->visitor), NULL);
}

static bool find(struct bench *b, const char *id) {
	b->wanted = id;
	b->found.id[0] = 0;
	take(b, &(struct wire_message){.kind = WIRE_ASK});
	if (b->found.id[0] == 0) {
		fprintf(stderr, "The screen \"%s\" has no choice that begins with %s.\n", b->screen, id);
	}
	return b->found.id[0] != 0;
}

static void tap_found(struct bench *b) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_TOUCH;
	m.touch.phase = WIRE_DOWN;
	m.touch.x = (int16_t)(b->found.x + b->found.w / 2);
	m.touch.y = (int16_t)(b->found.y + b->found.h / 2);
	m.touch.ms = b->ms += 1000;
	take(b, &m);
	m.touch.phase = WIRE_UP;
	take(b, &m);
}

static bool tap(struct bench *b, const char *id) {
	if (!find(b, id)) {
		return false;
	}
	tap_found(b);
	return true;
}

static bool counted_tap(struct bench *b, const char *id, const char *name) {
	if (!find(b, id)) {
		return false;
	}
	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
	tap_found(b);
	CALLGRIND_TOGGLE_COLLECT;
	CALLGRIND_DUMP_STATS_AT(name);
	return true;
}

/* Puts the plan's files where a visit would find them. */
static bool place_files(const struct keeper_plan *plan) {
	/* Out of the way first: one file's place may be another file's number. */
	int high[WIRE_MAX_PACKS + WIRE_MAX_FONTS], count = 0;
	bool fine = true;
	for (int i = 0; i < plan->pack_count; i++) {
		high[count++] = fcntl(plan->packs[i], F_DUPFD_CLOEXEC, SPAWN_FD_LEAST);
	}
	for (int i = 0; i < plan->font_count; i++) {
		high[count++] = fcntl(plan->fonts[i], F_DUPFD_CLOEXEC, SPAWN_FD_LEAST);
	}
	for (int i = 0; i < count; i++) {
		fine = fine && dup2(high[i], WIRE_FD_FILES + i) >= 0;
	}
	return fine;
}

static struct wire_start start_of(const struct keeper_plan *plan) {
	struct wire_start start = {
	    .version = WIRE_VERSION, .w = 1280, .h = 800, .px_per_cm = 59, .idle_s = 120, .answer_s = 30, .bell = 1};
	start.packs = (uint8_t)plan->pack_count;
	start.fonts = (uint8_t)plan->font_count;
	memcpy(start.font, plan->font, sizeof start.font);
	return start;
}

static bool open_all(struct bench *b, const struct wire_start *start, struct fault *f) {
	b->type = type_open(WIRE_FD_FILES + start->packs, start->font, start->fonts, f);
	b->shelf = b->type == NULL ? NULL : shelf_open(WIRE_FD_FILES, start->packs, f);
	if (b->shelf == NULL) {
		return false;
	}
	b->pictures = pictures_new(shelf_pictures(b->shelf));
	b->paint = paint_new(b->canvas, b->type, b->pictures);
	b->visitor = visitor_new(start, shelf_book(b->shelf), type_measure(b->type));
	if (b->pictures == NULL || b->paint == NULL || b->visitor == NULL) {
		return fault_say(f, "There is no memory.");
	}
	paint_list(b->paint, visitor_draws(b->visitor), visitor_theme(b->visitor), NULL);
	return true;
}

static bool counted_open(struct bench *b, const struct wire_start *start, struct fault *f) {
	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
	bool fine = open_all(b, start, f);
	CALLGRIND_TOGGLE_COLLECT;
	CALLGRIND_DUMP_STATS_AT("open");
	return fine;
}

/* From the idle board to the first module, by its answer into another module, and two pages on in there. The second
 * turn is counted: by then every letter of the page has been drawn once. */
static bool read_on(struct bench *b) {
	return tap(b, "begin") && tap(b, "lang:") && tap(b, "safe") && tap(b, "module:") && tap(b, "next") &&
	       counted_tap(b, "answer:", "leap") && tap(b, "next") && counted_tap(b, "next", "turn") && find(b, "next");
}

int main(int argc, char **argv) {
	struct keeper_plan plan = {.glass = glass};
	struct bench b = {0};
	struct fault f = {"usage: library FONTS PACK..."};
	b.canvas = canvas_on(calloc(1280 * 800, sizeof(uint32_t)), 1280, 800);
	if (argc < 3 || b.canvas.pixels == NULL ||
	    !supply_open(&plan, (const char *const *)argv + 2, argc - 2, argv[1], &f)) {
		fprintf(stderr, "%s\n", f.says);
		return 2;
	}
	struct wire_start start = start_of(&plan);
	if (!place_files(&plan) || !counted_open(&b, &start, &f)) {
		fprintf(stderr, "%s\n", f.says);
		return 1;
	}
	return read_on(&b) ? 0 : 1;
}
