/* Painting: shapes to the pixel, nothing outside its place, and a repaired frame that equals a new one. */
#include "visit/glass/paint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { W = 400, H = 300, UNDER = 0x102030, OVER = 0xf0e0d0 };

static uint32_t *new_pixels(uint32_t colour) {
	uint32_t *p = malloc(W * H * sizeof *p);
	for (int i = 0; i < W * H; i++) {
		p[i] = colour;
	}
	return p;
}

/* --- shapes ----------------------------------------------------------------------------------------------------- */

/* How much of the whole area is covered, in pixels, read from the red part alone (0x10 to 0xf0). */
static double area(const uint32_t *p) {
	double sum = 0;
	for (int i = 0; i < W * H; i++) {
		sum += ((int)(p[i] >> 16 & 0xff) - 0x10) / (double)(0xf0 - 0x10);
	}
	return sum;
}

static void a_square_corner_is_exact(void **state) {
	(void)state;
	uint32_t *p = new_pixels(UNDER);
	struct canvas c = canvas_on(p, W, H);
	paint_fill(&c, (struct rect){10, 20, 30, 40}, 0, OVER);
	for (int y = 0; y < H; y++) {
		for (int x = 0; x < W; x++) {
			bool inside = x >= 10 && x < 40 && y >= 20 && y < 60;
			assert_int_equal(p[y * W + x], inside ? OVER : UNDER);
		}
	}
	free(p);
}

static void a_round_corner_has_the_area_of_a_quarter_circle(void **state) {
	(void)state;
	static const int radii[] = {1, 2, 5, 16, 24, 50};
	for (size_t i = 0; i < sizeof radii / sizeof radii[0]; i++) {
		uint32_t *p = new_pixels(UNDER);
		struct canvas c = canvas_on(p, W, H);
		int r = radii[i];
		paint_fill(&c, (struct rect){7, 9, 201, 150}, r, OVER);
		double expected = 201 * 150 - (4 - 3.14159265) * r * r;
		assert_true(area(p) > expected - 0.04 * r - 0.1 && area(p) < expected + 0.04 * r + 0.1);
		free(p);
	}
}

static void shapes_are_the_same_from_all_four_sides(void **state) {
	(void)state;
	for (int width = 0; width <= 30; width += 3) {
		uint32_t *p = new_pixels(UNDER);
		struct canvas c = canvas_on(p, W, H);
		struct rect box = {50, 40, 91, 70};
		if (width == 0) {
			paint_fill(&c, box, 20, OVER);
		} else {
			paint_stroke(&c, box, 20, width, OVER);
		}
		for (int y = 0; y < box.h; y++) {
			for (int x = 0; x < box.w; x++) {
				uint32_t here = p[(box.y + y) * W + box.x + x];
				assert_int_equal(here, p[(box.y + y) * W + box.x + box.w - 1 - x]);
				assert_int_equal(here, p[(box.y + box.h - 1 - y) * W + box.x + x]);
			}
		}
		free(p);
	}
}

static void a_stroke_is_the_shape_without_its_inside(void **state) {
	(void)state;
	static const int cases[][2] = {{0, 1}, {0, 8}, {3, 8}, {8, 8}, {20, 2}, {20, 5}, {35, 10}}; /* radius, width */
	struct rect box = {13, 17, 120, 90};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int radius = cases[i][0], width = cases[i][1], inner = radius > width ? radius - width : 0;
		uint32_t *p = new_pixels(UNDER), *q = new_pixels(UNDER);
		struct canvas c = canvas_on(p, W, H), d = canvas_on(q, W, H);
		paint_stroke(&c, box, radius, width, OVER);
		paint_fill(&d, box, radius, OVER);
		paint_fill(&d, rect_grow(box, -width), inner, UNDER);
		for (int k = 0; k < W * H; k++) {
			/* Painting the inside over loses a little at the inner edge, where both are partly there. */
			assert_true(abs((int)(p[k] >> 16) - (int)(q[k] >> 16)) <= 3);
		}
		free(p);
		free(q);
	}
}

static void nothing_is_painted_outside_the_clip(void **state) {
	(void)state;
	uint32_t *p = new_pixels(UNDER);
	struct canvas c = canvas_on(p, W, H);
	c.clip = (struct rect){100, 100, 50, 50};
	paint_fill(&c, (struct rect){-50, -50, 1000, 1000}, 24, OVER);
	paint_stroke(&c, (struct rect){90, 90, 70, 70}, 24, 12, 0xffffff);
	paint_fill(&c, (struct rect){120, 120, 0, 5}, 3, 0xffffff);
	paint_fill(&c, (struct rect){120, 120, -10, -5}, 3, 0xffffff);
	paint_stroke(&c, (struct rect){120, 120, 3, 3}, 9, 50, 0xffffff);
	for (int i = 0; i < W * H; i++) {
		if (!rect_has(c.clip, i % W, i / W)) {
			assert_int_equal(p[i], UNDER);
		}
	}
	assert_int_equal(p[110 * W + 110], OVER);
	free(p);
}

static void full_coverage_gives_the_colour_itself_and_none_leaves_it(void **state) {
	(void)state;
	uint32_t *p = new_pixels(UNDER);
	struct canvas c = canvas_on(p, W, H);
	static const uint8_t coverage[] = {0, 255, 128};
	canvas_cover(&c, 0, 0, coverage, 3, 0xffffff);
	assert_int_equal(p[0], UNDER);
	assert_int_equal(p[1], 0xffffff);
	assert_true(p[2] > UNDER && p[2] < 0xffffff);
	static const uint8_t rgba[] = {1, 2, 3, 255, 9, 9, 9, 0};
	canvas_lay(&c, 0, 1, rgba, 2);
	assert_int_equal(p[W], 0x010203);
	assert_int_equal(p[W + 1], UNDER);
	free(p);
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

static const char house[] =
    "<svg xmlns='http://www.w3.org/2000/svg' width='24' height='24'><path d='M4 12 L12 4 L20 12 "
    "V20 H4 Z' fill='none' stroke='#000' stroke-width='2'/></svg>";

static bool find_house(void *self, const char *name, const void **svg, size_t *size, bool *mask) {
	(void)self;
	*svg = house;
	*size = sizeof house - 1;
	*mask = true;
	return strcmp(name, "house") == 0;
}

struct stage {
	uint32_t *pixels;
	struct type *type;
	struct pictures *pictures;
	struct paint *paint;
};

static struct stage set_stage(void) {
	static const struct wire_font table[] = {{TAG_LATIN, 0, 0}};
	struct stage s = {.pixels = new_pixels(0xabcdef)};
	struct fault f;
	int fd = open("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", O_RDONLY);
	s.type = type_open(fd, table, 1, &f);
	assert_non_null(s.type);
	close(fd);
	s.pictures = pictures_new((struct picture_source){NULL, find_house});
	s.paint = paint_new(canvas_on(s.pixels, W, H), s.type, s.pictures);
	return s;
}

static void strike_stage(struct stage *s) {
	paint_free(s->paint);
	pictures_free(s->pictures);
	type_close(s->type);
	free(s->pixels);
}

static uint32_t chance(uint32_t *seed, uint32_t below) {
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static struct draw random_item(uint32_t *seed) {
	static const char *const words[] = {"jAffy", "Ålesund", "1-800-799-7233", "quietly"};
	struct draw d = {.kind = (enum draw_kind)chance(seed, 4), .colour = (enum colour)chance(seed, C_COUNT)};
	d.box = (struct rect){(int)chance(seed, W) - 20, (int)chance(seed, H) - 20, (int)chance(seed, 200),
	                      (int)chance(seed, 150)};
	d.radius = (int)chance(seed, 30);
	d.width = (int)chance(seed, 6);
	d.picture = chance(seed, 4) == 0 ? "none" : "house";
	const char *word = words[chance(seed, 4)];
	d.run =
	    (struct run){word, (uint16_t)strlen(word), false, false, TAG_LATIN, TAG_LATIN, 10 + (int)chance(seed, 40)};
	return d;
}

static void a_repaired_frame_equals_a_new_one(void **state) {
	(void)state;
	struct stage kept = set_stage();
	uint32_t seed = 7;
	struct draw items[40];
	int count = 0, small = 0;
	for (int round = 0; round < 300; round++) {
		/* A few items change, come or go; sometimes the theme changes. */
		for (int k = (int)chance(&seed, 3); k >= 0; k--) {
			int at = (int)chance(&seed, 40);
			if (at < count && chance(&seed, 4) == 0) {
				memmove(items + at, items + at + 1, (size_t)(count - at - 1) * sizeof items[0]);
				count--;
			} else if (at >= count && count < 40) {
				items[count++] = random_item(&seed);
			} else if (at < count) {
				items[at] = random_item(&seed);
			}
		}
		struct draw_list list = {items, count, 40};
		enum theme theme = round / 50 % 2 == 0 ? THEME_LIGHT : THEME_DARK;
		struct rect changed = paint_list(kept.paint, &list, theme, NULL);
		assert_true(rect_inside(changed, (struct rect){0, 0, W, H}));
		small += changed.w * changed.h < W * H / 2;
		struct stage fresh = set_stage();
		paint_list(fresh.paint, &list, theme, NULL);
		assert_memory_equal(kept.pixels, fresh.pixels, W * H * 4);
		strike_stage(&fresh);
	}
	/* And it was worth it: although these lists change in up to three places at once, many changes were small. */
	assert_in_range(small, 75, 300);
	strike_stage(&kept);
}

static void the_same_list_again_changes_nothing(void **state) {
	(void)state;
	struct stage s = set_stage();
	uint32_t seed = 3;
	struct draw items[10];
	for (int i = 0; i < 10; i++) {
		items[i] = random_item(&seed);
	}
	struct draw_list list = {items, 10, 10};
	assert_int_equal(paint_list(s.paint, &list, THEME_LIGHT, NULL).w, W);
	assert_int_equal(paint_list(s.paint, &list, THEME_LIGHT, NULL).w, 0);
	/* A button that is pressed: its own rectangle and no more. */
	items[4] = (struct draw){.kind = DRAW_FILL, .colour = C_CARD, .box = {50, 60, 70, 30}};
	paint_list(s.paint, &list, THEME_LIGHT, NULL);
	items[4].colour = C_PRESSED;
	struct rect changed = paint_list(s.paint, &list, THEME_LIGHT, NULL);
	assert_memory_equal(&changed, &items[4].box, sizeof changed);
	strike_stage(&s);
}

static void pictures_that_are_missing_are_counted(void **state) {
	(void)state;
	struct stage s = set_stage();
	struct draw items[] = {{.kind = DRAW_PICTURE, .box = {0, 0, 50, 50}, .picture = "house"},
	                       {.kind = DRAW_PICTURE, .box = {60, 0, 50, 50}, .picture = "none"},
	                       {.kind = DRAW_PICTURE, .box = {120, 0, 50, 50}, .picture = NULL}};
	struct draw_list list = {items, 3, 3};
	int missing = 0;
	paint_list(s.paint, &list, THEME_LIGHT, &missing);
	assert_int_equal(missing, 2);
	strike_stage(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_square_corner_is_exact),
	    cmocka_unit_test(a_round_corner_has_the_area_of_a_quarter_circle),
	    cmocka_unit_test(shapes_are_the_same_from_all_four_sides),
	    cmocka_unit_test(a_stroke_is_the_shape_without_its_inside),
	    cmocka_unit_test(nothing_is_painted_outside_the_clip),
	    cmocka_unit_test(full_coverage_gives_the_colour_itself_and_none_leaves_it),
	    cmocka_unit_test(a_repaired_frame_equals_a_new_one),
	    cmocka_unit_test(the_same_list_again_changes_nothing),
	    cmocka_unit_test(pictures_that_are_missing_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
