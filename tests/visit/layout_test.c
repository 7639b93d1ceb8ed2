/* Layout, for every screen at every size on every glass: targets large enough, apart, inside, Hide in its place, nothing
 * clipped; and the colours: every pair that is used has the contrast that is promised. */
#include "fake.h"

#include "visit/pure/layout.h"
#include "visit/pure/screens.h"

#include <math.h>
#include <stdlib.h>

static const struct glass glasses[] = {
    {1280, 800, 59}, {800, 480, 52}, {1920, 1080, 56}, {720, 1280, 59}, {1280, 720, 59}};

struct scene {
	struct arena a;
	struct view view;
	struct layout layout;
};

static void scene_make(struct scene *sc, const struct session *s, struct glass g, int part) {
	arena_reset(&sc->a);
	screens_describe(&sc->view, &sc->a, s, fake_book());
	layout_make(&sc->layout, &sc->a, &sc->view, g, fake_measure(), part, NO_TARGET, NO_TARGET);
}

static void check_targets(const struct scene *sc, struct glass g, const char *where) {
	const struct rect all = {0, 0, g.w, g.h};
	/* 12.7 mm and 2.54 mm, VVSG 2.0 7.2-I */
	const int least = 1270 * g.px_per_cm / 1000, apart = 254 * g.px_per_cm / 1000;
	for (int i = 0; i < sc->layout.target_count; i++) {
		struct rect box = sc->layout.targets[i].box;
		if (box.w < least || box.h < least || !rect_inside(box, all)) {
			fail_msg("%s: target %d is %dx%d at %d,%d", where, i, box.w, box.h, box.x, box.y);
		}
		for (int k = 0; k < i; k++) {
			struct rect other = sc->layout.targets[k].box;
			if (rect_overlaps(
			        (struct rect){box.x - apart, box.y - apart, box.w + 2 * apart, box.h + 2 * apart},
			        other)) {
				fail_msg(
				    "%s: targets %d (%d,%d %dx%d) and %d (%d,%d %dx%d) are less than 2.54 mm apart",
				    where, i, box.x, box.y, box.w, box.h, k, other.x, other.y, other.w, other.h);
			}
		}
	}
	const struct target *hide = &sc->layout.targets[sc->layout.target_count - 1];
	assert_int_equal(hide->choice, TARGET_HIDE);
	struct rect place = glass_hide(g);
	assert_memory_equal(&hide->box, &place, sizeof place);
}

static void check_screen(struct scene *sc, const struct session *s, struct glass g) {
	char where[120];
	scene_make(sc, s, g, 0);
	int parts = sc->layout.parts;
	assert_true(parts >= 1);
	for (int part = 0; part < parts; part++) {
		scene_make(sc, s, g, part);
		snprintf(where, sizeof where, "%s part %d of %d at %dx%d size %d %s", sc->view.name, part + 1, parts,
		         g.w, g.h, s->size, s->language);
		assert_int_equal(sc->layout.part, part);
		check_targets(sc, g, where);
		if (sc->layout.clipped != 0) {
			fail_msg("%s: %d texts are clipped", where, sc->layout.clipped);
		}
		bool next = sc->view.turning == TURN_ALWAYS || (sc->view.turning == TURN_WHEN_LONG && part + 1 < parts);
		if (part + 1 < parts && !next) {
			fail_msg("%s: there is no way to the next part", where);
		}
	}
}

static void every_screen_at_every_size_on_every_glass(void **state) {
	(void)state;
	struct scene *sc = calloc(1, sizeof *sc);
	for (size_t g = 0; g < sizeof glasses / sizeof glasses[0]; g++) {
		for (int screen = 0; screen < SCREEN_COUNT; screen++) {
			for (int size = 1; size <= 4; size++) {
				struct session s = {.size = screen == SCREEN_IDLE ? 2 : size,
				                    .line = size & 1,
				                    .asked = true,
				                    .bell = WIRE_BELL_SENT};
				s.at = (struct place){
				    .screen = (enum screen)screen, .module = "plan", .page = 2, .service = "line"};
				strcpy(s.talk.phrase, "laundry");
				s.talk.how = WIRE_HOW_OTHER;
				for (int lang = 0; lang < 2; lang++) {
					strcpy(s.language, lang == 0 ? "en" : "ar");
					s.warn_total = 0;
					check_screen(sc, &s, glasses[g]);
					s.warn_total = 30000;
					s.warn_left = 12000;
					check_screen(sc, &s, glasses[g]);
				}
			}
		}
	}
	arena_free(&sc->a);
	free(sc);
}

static void the_usual_size_has_capitals_of_4_8_mm(void **state) {
	(void)state;
	/* Bands of VVSG 2.0 7.1-G; 714/1000 em is a capital of Noto Sans. */
	static const double low[] = {3.5, 4.8, 6.4, 8.5}, high[] = {4.2, 5.6, 7.1, 9.0};
	for (size_t g = 0; g < sizeof glasses / sizeof glasses[0]; g++) {
		for (int size = 1; size <= 4; size++) {
			double mm = layout_em(glasses[g], size) * 0.714 / glasses[g].px_per_cm * 10.0;
			assert_true(mm >= low[size - 1] && mm <= high[size - 1]);
		}
	}
}

static void still_here_shows_nothing_of_the_page(void **state) {
	(void)state;
	struct scene *sc = calloc(1, sizeof *sc);
	struct session s = {.size = 2, .language = "en", .warn_total = 30000, .warn_left = 30000};
	s.at = (struct place){.screen = SCREEN_PAGE, .module = "plan", .page = 1};
	scene_make(sc, &s, glasses[0], 0);
	for (int i = 0; i < sc->layout.text_count; i++) {
		assert_null(strstr(sc->layout.texts[i].utf8, "bag"));
	}
	assert_string_equal(sc->view.name, "still-here");
	arena_free(&sc->a);
	free(sc);
}

static void hide_does_not_mirror_and_the_rest_does(void **state) {
	(void)state;
	struct scene *sc = calloc(1, sizeof *sc);
	struct session s = {.size = 2, .language = "ar", .at = {.screen = SCREEN_HOME}};
	scene_make(sc, &s, glasses[0], 0);
	/* Home comes first in the bar: at the right in Arabic. */
	for (int i = 0; i < sc->layout.target_count; i++) {
		int c = sc->layout.targets[i].choice;
		if (c >= 0 && strcmp(sc->view.choices[c].id, "home") == 0) {
			assert_true(sc->layout.targets[i].box.x > 640);
		}
	}
	arena_free(&sc->a);
	free(sc);
}

/* --- colours ------------------------------------------------------------------------------------------------------ */

static double luminance(uint32_t c) {
	double sum = 0;
	static const double weight[] = {0.2126, 0.7152, 0.0722};
	for (int i = 0; i < 3; i++) {
		double v = (double)((c >> (16 - 8 * i)) & 255) / 255.0;
		sum += weight[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(enum theme t, enum colour a, enum colour b) {
	double la = luminance(theme_colour(t, a)), lb = luminance(theme_colour(t, b));
	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static void every_pair_of_text_and_ground_has_its_contrast(void **state) {
	(void)state;
	static const enum colour inks[] = {C_INK, C_SOFT, C_STRONG};
	static const enum colour grounds[] = {C_GROUND, C_CARD, C_BAR, C_TEAL, C_SKY, C_SAND, C_ROSE};
	for (int t = 0; t < THEME_COUNT; t++) {
		double least = t == THEME_DARK ? 18.0 : 10.0; /* VVSG 2.0 7.1-C, 7.1-D */
		for (size_t i = 0; i < sizeof inks / sizeof inks[0]; i++) {
			for (size_t g = 0; g < sizeof grounds / sizeof grounds[0]; g++) {
				double c = contrast((enum theme)t, inks[i], grounds[g]);
				if (c < least) {
					fail_msg("theme %d: ink %zu on ground %zu has %.2f:1", t, i, g, c);
				}
			}
			assert_true(contrast((enum theme)t, inks[i], C_PRESSED) >= 10.0);
		}
		assert_true(contrast((enum theme)t, C_ON_STRONG, C_STRONG) >= least - 6);
		assert_true(contrast((enum theme)t, C_ON_STRONG, C_STRONG) >= 10.0);
		assert_true(contrast((enum theme)t, C_ON_HIDE, C_HIDE) >= 10.0);
		assert_true(contrast((enum theme)t, C_FOCUS, C_GROUND) >= 3.0); /* WCAG 2.2 1.4.11 */
	}
}

static void nothing_is_red(void **state) {
	(void)state;
	for (int t = 0; t < THEME_COUNT; t++) {
		for (int c = 0; c < C_COUNT; c++) {
			uint32_t rgb = theme_colour((enum theme)t, (enum colour)c);
			int r = (int)(rgb >> 16) & 255, g = (int)(rgb >> 8) & 255;
			assert_true(r <= g + 64);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_at_every_size_on_every_glass),
	    cmocka_unit_test(the_usual_size_has_capitals_of_4_8_mm),
	    cmocka_unit_test(still_here_shows_nothing_of_the_page),
	    cmocka_unit_test(hide_does_not_mirror_and_the_rest_does),
	    cmocka_unit_test(every_pair_of_text_and_ground_has_its_contrast),
	    cmocka_unit_test(nothing_is_red),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
