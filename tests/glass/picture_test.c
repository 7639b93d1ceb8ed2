/* Pictures: fitted into their box, masks in the colour that is asked for, and nothing drawn from what is no picture. */
#include "visit/glass/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { W = 200, H = 200, WHITE = 0xffffff };

/* A shelf of one: whatever name is asked for, this is its SVG. */
struct one {
	const char *svg;
	bool mask;
	int asked;
};

static bool find(void *self, const char *name, const void **svg, size_t *size, bool *mask) {
	struct one *one = self;
	(void)name;
	one->asked++;
	*svg = one->svg;
	*size = one->svg == NULL ? 0 : strlen(one->svg);
	*mask = one->mask;
	return one->svg != NULL;
}

/* Draws into white and gives the box of what is no longer white. */
static bool drawn(struct one *one, struct rect box, uint32_t rgb, struct rect *ink, uint32_t *middle) {
	static uint32_t pixels[W * H];
	struct pictures *p = pictures_new((struct picture_source){one, find});
	for (int i = 0; i < W * H; i++) {
		pixels[i] = WHITE;
	}
	struct canvas c = canvas_on(pixels, W, H);
	bool good = picture_draw(p, &c, "it", box, rgb);
	*ink = (struct rect){0, 0, 0, 0};
	for (int i = 0; i < W * H; i++) {
		if (pixels[i] != WHITE) {
			*ink = rect_join(*ink, (struct rect){i % W, i / W, 1, 1});
		}
	}
	if (middle != NULL) {
		*middle = pixels[(box.y + box.h / 2) * W + box.x + box.w / 2];
	}
	pictures_free(p);
	return good;
}

#define SVG(w, h, body) "<svg xmlns='http://www.w3.org/2000/svg' width='" w "' height='" h "'>" body "</svg>"
#define WIDE SVG("40", "20", "<rect width='40' height='20' fill='#204060'/>")

static void it_is_fitted_and_in_the_middle(void **state) {
	(void)state;
	struct one one = {WIDE, false, 0};
	struct rect ink;
	uint32_t middle = 0;
	assert_true(drawn(&one, (struct rect){20, 30, 100, 100}, 0, &ink, &middle));
	assert_int_equal(middle, 0x204060);
	assert_int_equal(ink.x, 20);
	assert_int_equal(ink.w, 100);
	assert_int_equal(ink.y, 55);
	assert_int_equal(ink.h, 50);
	assert_true(drawn(&one, (struct rect){20, 30, 100, 10}, 0, &ink, NULL));
	assert_int_equal(ink.x, 60);
	assert_int_equal(ink.w, 20);
	assert_int_equal(ink.h, 10);
}

static void a_mask_takes_the_colour(void **state) {
	(void)state;
	struct one one = {WIDE, true, 0};
	struct rect ink;
	uint32_t middle = 0;
	assert_true(drawn(&one, (struct rect){0, 0, 80, 80}, 0x0e5a5a, &ink, &middle));
	assert_int_equal(middle, 0x0e5a5a);
}

static void what_is_half_there_lets_half_through(void **state) {
	(void)state;
	struct one one = {SVG("10", "10", "<rect width='10' height='10' fill='#000' fill-opacity='0.5'/>"), false, 0};
	struct rect ink;
	uint32_t middle = 0;
	assert_true(drawn(&one, (struct rect){0, 0, 80, 80}, 0, &ink, &middle));
	assert_in_range(middle & 0xff, 0x7c, 0x84);
}

static void nothing_is_drawn_from_what_is_no_picture(void **state) {
	(void)state;
	static const char *const bad[] = {
	    NULL, "", "<svg", "not a picture", SVG("0", "0", ""), SVG("nan", "5", ""), SVG("-4", "5", "")};
	struct rect ink;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct one one = {bad[i], false, 0};
		/* SDL2_image 2.6 forgets what it has parsed of a picture without a size; not our leak. */
		__lsan_disable();
		assert_false(drawn(&one, (struct rect){10, 10, 50, 50}, 0, &ink, NULL));
		__lsan_enable();
		assert_int_equal(ink.w, 0);
	}
	struct one one = {WIDE, false, 0};
	assert_false(drawn(&one, (struct rect){10, 10, 0, 50}, 0, &ink, NULL));
	assert_false(drawn(&one, (struct rect){10, 10, 50, 100000}, 0, &ink, NULL));
}

static void it_never_leaves_its_box(void **state) {
	(void)state;
	/* 3 x 7 at 50 x 50: rounding up must not spill. */
	struct one one = {SVG("3", "7", "<rect x='-90' y='-90' width='300' height='300' fill='#000'/>"), false, 0};
	struct rect ink;
	for (int side = 1; side < 60; side++) {
		struct rect box = {60, 60, side, side + 1};
		drawn(&one, box, 0, &ink, NULL);
		assert_true(ink.w == 0 || rect_inside(ink, box));
	}
}

static void a_picture_is_made_once_while_there_is_room(void **state) {
	(void)state;
	static uint32_t pixels[W * H];
	struct canvas c = canvas_on(pixels, W, H);
	struct one one = {WIDE, false, 0};
	struct pictures *p = pictures_new((struct picture_source){&one, find});
	for (int i = 0; i < 10; i++) {
		assert_true(picture_draw(p, &c, "a", (struct rect){0, 0, 64, 64}, 0));
		assert_true(picture_draw(p, &c, "b", (struct rect){0, 0, 64, 64}, 0));
	}
	assert_int_equal(one.asked, 2);
	/* Far more than are kept, and far more bytes: the oldest go, and all are still drawn. */
	char name[16];
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_true(picture_draw(p, &c, name, (struct rect){0, 0, 1000 + i, 1000}, 0));
	}
	assert_int_equal(one.asked, 102);
	assert_true(picture_draw(p, &c, "a", (struct rect){0, 0, 64, 64}, 0));
	assert_int_equal(one.asked, 103);
	pictures_free(p);
}

static void what_is_no_picture_is_tried_once(void **state) {
	(void)state;
	static uint32_t pixels[W * H];
	struct canvas c = canvas_on(pixels, W, H);
	struct one one = {"<svg", false, 0};
	struct pictures *p = pictures_new((struct picture_source){&one, find});
	__lsan_disable();
	for (int i = 0; i < 5; i++) {
		assert_false(picture_draw(p, &c, "a", (struct rect){0, 0, 64, 64}, 0));
	}
	__lsan_enable();
	assert_int_equal(one.asked, 1);
	pictures_free(p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_fitted_and_in_the_middle),
	    cmocka_unit_test(a_mask_takes_the_colour),
	    cmocka_unit_test(what_is_half_there_lets_half_through),
	    cmocka_unit_test(nothing_is_drawn_from_what_is_no_picture),
	    cmocka_unit_test(it_never_leaves_its_box),
	    cmocka_unit_test(what_is_no_picture_is_tried_once),
	    cmocka_unit_test(a_picture_is_made_once_while_there_is_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
