/* Where a long press opens staff mode: large enough, in its corner, and never Hide's, on every glass. */
#include "host/hold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_place_is_large_and_never_hides(void **state) {
	(void)state;
	for (int w = GLASS_MIN; w <= GLASS_MAX; w += 97) {
		for (int h = GLASS_MIN; h <= GLASS_MAX; h += 97) {
			for (int fine = 20; fine <= 200; fine += 36) {
				struct glass glass = {w, h, fine};
				if (w * 10 < 40 * fine || h * 10 < 40 * fine) {
					continue; /* smaller than 40 mm: nobody's screen */
				}
				for (enum hold_corner c = HOLD_TOP_LEFT; c <= HOLD_BOTTOM_RIGHT; c++) {
					struct rect place = hold_place(glass, c);
					assert_true(rect_inside(place, (struct rect){0, 0, w, h}));
					assert_false(rect_overlaps(place, glass_hide(glass)));
					assert_true(place.h * 10 >= 20 * fine);
				}
			}
		}
	}
}

static void the_usual_panels_have_20_mm(void **state) {
	(void)state;
	static const struct glass panels[] = {{1280, 800, 59}, {800, 480, 52}, {720, 1280, 59}, {1920, 1080, 70}};
	for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
		struct glass g = panels[i];
		int side = (20 * g.px_per_cm + 9) / 10;
		struct rect a = hold_place(g, HOLD_TOP_LEFT), b = hold_place(g, HOLD_BOTTOM_LEFT),
		            c = hold_place(g, HOLD_BOTTOM_RIGHT);
		assert_true(a.w >= side && b.w >= side && c.w >= side);
		assert_int_equal(a.x + a.y + b.x, 0);
		assert_int_equal(b.y + b.h, g.h);
		assert_int_equal(c.x + c.w, g.w);
		assert_int_equal(c.y + c.h, g.h);
		assert_int_equal(hold_place(g, HOLD_NOWHERE).w, 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_place_is_large_and_never_hides),
	    cmocka_unit_test(the_usual_panels_have_20_mm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
