#include "visit/glass/paint.h"

#include <stdlib.h>
#include <string.h>

#include "visit/glass/hash.h"

/* --- shapes ----------------------------------------------------------------------------------------------------- */

enum {
	RADIUS_MAX = 256, /* pixels; corners in use are under 30 */
	SUBROWS = 8,      /* a pixel's coverage is summed over so many lines through it, each exact to 1/256 pixel */
};

/* Largest whole number whose square is not over n. */
static uint32_t root(uint64_t n) {
	uint64_t low = 0, high = 1u << 31;
	while (low < high) {
		uint64_t middle = (low + high + 1) / 2;
		if (middle * middle <= n) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return (uint32_t)low;
}

/* Coverage (0 to 255) of the `radius` pixels in row `row` of a top left corner. Each part of the row begins within one
 * pixel, and covers all that are right of it. */
static void corner_row(int radius, int row, uint8_t *coverage) {
	uint32_t begins[RADIUS_MAX] = {0}, parts[RADIUS_MAX + 1] = {0}, covered = 0;
	int64_t r = (int64_t)radius * 256;
	for (int s = 0; s < SUBROWS; s++) {
		/* The line through the middle of this part of the row, in 1/256 pixel above the circle's centre. */
		int64_t up = r - ((int64_t)row * 256 + (2 * s + 1) * 128 / SUBROWS);
		int64_t edge = r - (int64_t)root((uint64_t)(r * r - up * up));
		int64_t at = edge / 256;
		if (at < radius) {
			begins[at] += (uint32_t)((at + 1) * 256 - edge);
			parts[at + 1]++;
		}
	}
	for (int i = 0; i < radius; i++) {
		covered += parts[i] * 256;
		coverage[i] = (uint8_t)((covered + begins[i]) * 255 / (256 * SUBROWS));
	}
}

static int fit_radius(struct rect box, int radius) {
	int most = (box.w < box.h ? box.w : box.h) / 2;
	most = most > RADIUS_MAX ? RADIUS_MAX : most;
	return radius < 0 ? 0 : radius > most ? most : radius;
}

/* Lays the same corner coverage at the row's left end and, mirrored, at its right end. */
static void cover_ends(struct canvas *c, struct rect box, int y, const uint8_t *coverage, int n, uint32_t rgb) {
	uint8_t mirrored[RADIUS_MAX];
	for (int i = 0; i < n; i++) {
		mirrored[i] = coverage[n - 1 - i];
	}
	canvas_cover(c, box.x, y, coverage, n, rgb);
	canvas_cover(c, box.x + box.w - n, y, mirrored, n, rgb);
}

void paint_fill(struct canvas *c, struct rect box, int radius, uint32_t rgb) {
	radius = fit_radius(box, radius);
	uint8_t coverage[RADIUS_MAX];
	for (int row = 0; row < radius; row++) {
		corner_row(radius, row, coverage);
		const int rows[] = {box.y + row, box.y + box.h - 1 - row};
		for (int i = 0; i < 2; i++) {
			cover_ends(c, box, rows[i], coverage, radius, rgb);
			canvas_fill(c, (struct rect){box.x + radius, rows[i], box.w - 2 * radius, 1}, rgb);
		}
	}
	canvas_fill(c, (struct rect){box.x, box.y + radius, box.w, box.h - 2 * radius}, rgb);
}

/* Coverage of a stroke's corner row: the outer shape without the inner. */
static void ring_row(int radius, int width, int row, uint8_t *coverage) {
	uint8_t inner[RADIUS_MAX];
	corner_row(radius, row, coverage);
	int inner_radius = radius - width;
	if (row < width || inner_radius <= 0) {
		return;
	}
	corner_row(inner_radius, row - width, inner);
	for (int i = width; i < radius; i++) {
		/* The inner shape lies in the outer one, but both are rounded down. */
		coverage[i] = (uint8_t)(coverage[i] > inner[i - width] ? coverage[i] - inner[i - width] : 0);
	}
}

void paint_stroke(struct canvas *c, struct rect box, int radius, int width, uint32_t rgb) {
	if (width <= 0) {
		return;
	}
	if (2 * width >= box.w || 2 * width >= box.h) {
		paint_fill(c, box, radius, rgb);
		return;
	}
	radius = fit_radius(box, radius);
	uint8_t coverage[RADIUS_MAX];
	for (int row = 0; row < radius; row++) {
		ring_row(radius, width, row, coverage);
		const int rows[] = {box.y + row, box.y + box.h - 1 - row};
		for (int i = 0; i < 2; i++) {
			cover_ends(c, box, rows[i], coverage, radius, rgb);
		}
	}
	/* The straight parts: top and bottom between the corners, then the sides. Where the corner is rounder than the
	 * stroke is wide, the sides start under it; else the inner corner is square and the stroke fills it. */
	canvas_fill(c, (struct rect){box.x + radius, box.y, box.w - 2 * radius, width}, rgb);
	canvas_fill(c, (struct rect){box.x + radius, box.y + box.h - width, box.w - 2 * radius, width}, rgb);
	int from = radius, sides = box.h - 2 * radius;
	if (radius < width) {
		canvas_fill(c, (struct rect){box.x, box.y + radius, radius, width - radius}, rgb);
		canvas_fill(c, (struct rect){box.x + box.w - radius, box.y + radius, radius, width - radius}, rgb);
		canvas_fill(c, (struct rect){box.x, box.y + box.h - width, radius, width - radius}, rgb);
		canvas_fill(c, (struct rect){box.x + box.w - radius, box.y + box.h - width, radius, width - radius},
		            rgb);
		from = width;
		sides = box.h - 2 * width;
	}
	canvas_fill(c, (struct rect){box.x, box.y + from, width, sides}, rgb);
	canvas_fill(c, (struct rect){box.x + box.w - width, box.y + from, width, sides}, rgb);
}

/* --- the list --------------------------------------------------------------------------------------------------- */

/* What was painted: enough to tell whether an item is the same, and where it was. The list itself is gone by then. */
struct painted {
	uint64_t hash;
	struct rect box;
};

struct paint {
	struct canvas canvas;
	struct type *type;
	struct pictures *pictures;
	struct painted *before, *now; /* owned; swapped after each painting */
	int before_count, room;
	uint32_t ground;
	bool fresh; /* nothing was painted yet */
};

struct paint *paint_new(struct canvas canvas, struct type *type, struct pictures *pictures) {
	struct paint *p = calloc(1, sizeof *p);
	if (p != NULL) {
		*p = (struct paint){.canvas = canvas, .type = type, .pictures = pictures, .fresh = true};
	}
	return p;
}

void paint_free(struct paint *p) {
	if (p != NULL) {
		free(p->before);
		free(p->now);
		free(p);
	}
}

static uint64_t item_hash(const struct draw *d, uint32_t rgb) {
	const int32_t shape[] = {(int32_t)d->kind, (int32_t)rgb, d->box.x,  d->box.y,
	                         d->box.w,         d->box.h,     d->radius, d->width};
	uint64_t h = hash_numbers(HASH_START, shape, sizeof shape / sizeof shape[0]);
	if (d->kind == DRAW_RUN) {
		return hash_run(h, &d->run);
	}
	return d->kind == DRAW_PICTURE && d->picture != NULL ? hash_bytes(h, d->picture, strlen(d->picture)) : h;
}

static struct rect item_box(struct paint *p, const struct draw *d) {
	return d->kind == DRAW_RUN ? type_box(p->type, &d->run, d->box.x, d->box.y) : d->box;
}

static void make_room(struct paint *p, int count) {
	if (count <= p->room) {
		return;
	}
	int room = count + count / 2 + 64;
	p->before = realloc(p->before, (size_t)room * sizeof *p->before);
	p->now = realloc(p->now, (size_t)room * sizeof *p->now);
	if (p->before == NULL || p->now == NULL) {
		abort(); /* the spare covers a visit that ends */
	}
	p->room = room;
}

static bool same(const struct painted *a, const struct painted *b) {
	return a->hash == b->hash;
}

static struct rect join_all(struct rect sum, const struct painted *items, int from, int to) {
	for (int i = from; i < to; i++) {
		sum = rect_join(sum, items[i].box);
	}
	return sum;
}

/* Where the new list shows something else than the old one. Between what is the same at the beginning and at the end,
 * lists of one length are compared item by item, others are taken to differ everywhere. */
static struct rect damage(const struct paint *p, int count) {
	const struct painted *a = p->before, *b = p->now;
	int a_end = p->before_count, b_end = count, from = 0;
	while (from < a_end && from < b_end && same(&a[from], &b[from])) {
		from++;
	}
	while (a_end > from && b_end > from && same(&a[a_end - 1], &b[b_end - 1])) {
		a_end--;
		b_end--;
	}
	struct rect sum = {0, 0, 0, 0};
	if (a_end != b_end) {
		return join_all(join_all(sum, a, from, a_end), b, from, b_end);
	}
	for (int i = from; i < a_end; i++) {
		if (!same(&a[i], &b[i])) {
			sum = rect_join(rect_join(sum, a[i].box), b[i].box);
		}
	}
	return sum;
}

static bool paint_item(struct paint *p, const struct draw *d, uint32_t rgb) {
	struct canvas *c = &p->canvas;
	switch (d->kind) {
	case DRAW_FILL:
		paint_fill(c, d->box, d->radius, rgb);
		return true;
	case DRAW_STROKE:
		paint_stroke(c, d->box, d->radius, d->width, rgb);
		return true;
	case DRAW_RUN:
		type_draw(p->type, c, &d->run, d->box.x, d->box.y, rgb);
		return true;
	case DRAW_PICTURE:
		return picture_draw(p->pictures, c, d->picture, d->box, rgb);
	}
	return true;
}

/* Most lists paint all of the glass first; then there is nothing to clear. */
static bool begins_with_ground(const struct draw_list *list, struct rect changed) {
	return list->count > 0 && list->items[0].kind == DRAW_FILL && list->items[0].radius == 0 &&
	       rect_inside(changed, list->items[0].box);
}

struct rect paint_list(struct paint *p, const struct draw_list *list, enum theme theme, int *missing) {
	const struct rect whole = {0, 0, p->canvas.w, p->canvas.h};
	uint32_t ground = theme_colour(theme, C_GROUND);
	make_room(p, list->count);
	for (int i = 0; i < list->count; i++) {
		const struct draw *d = &list->items[i];
		p->now[i] = (struct painted){item_hash(d, theme_colour(theme, d->colour)), item_box(p, d)};
	}
	struct rect changed = p->fresh || ground != p->ground ? whole : rect_cut(damage(p, list->count), whole);
	p->canvas.clip = changed;
	if (!begins_with_ground(list, changed)) {
		canvas_fill(&p->canvas, changed, ground);
	}
	int lost = 0;
	for (int i = 0; i < list->count; i++) {
		const struct draw *d = &list->items[i];
		if (rect_overlaps(p->now[i].box, changed) && !paint_item(p, d, theme_colour(theme, d->colour))) {
			lost++;
		}
	}
	struct painted *swap = p->before;
	p->before = p->now;
	p->now = swap;
	p->before_count = list->count;
	p->ground = ground;
	p->fresh = false;
	if (missing != NULL) {
		*missing = lost;
	}
	return changed;
}
