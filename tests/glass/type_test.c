/* Letters: the pen's way adds up, ink sits where it is told to, and each script is shaped in its own direction. */
#include "visit/glass/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOTO "/usr/share/fonts/truetype/noto/NotoSans"
#define ARAB TAG('A', 'r', 'a', 'b')
#define THAI TAG('T', 'h', 'a', 'i')

enum { W = 600, H = 200, BASE = 120, X = 100 };

static struct type *open_type(void) {
	static const char *const files[] = {NOTO "-Regular.ttf", NOTO "-Bold.ttf", NOTO "Arabic-Regular.ttf",
	                                    NOTO "Thai-Regular.ttf"};
	static const struct wire_font table[] = {{TAG_LATIN, 0, 0}, {TAG_LATIN, 0, 1}, {ARAB, 0, 0}, {THAI, 0, 0}};
	struct fault f = {""};
	for (int i = 0; i < 4; i++) {
		int fd = open(files[i], O_RDONLY);
		assert_true(fd >= 0);
		assert_int_equal(dup2(fd, 50 + i), 50 + i);
		close(fd);
	}
	struct type *t = type_open(50, table, 4, &f);
	for (int i = 0; i < 4; i++) {
		close(50 + i); /* they are mapped by now */
	}
	assert_string_equal(f.says, "");
	return t;
}

static struct run latin(const char *words, int px) {
	return (struct run){words, (uint16_t)strlen(words), false, false, TAG_LATIN, TAG_LATIN, px};
}

/* The ink's box, drawn black on white. */
static struct rect ink(struct type *t, struct run r) {
	static uint32_t pixels[W * H];
	memset(pixels, 0xff, sizeof pixels);
	struct canvas c = canvas_on(pixels, W, H);
	type_draw(t, &c, &r, X, BASE, 0);
	struct rect box = {0, 0, 0, 0};
	for (int i = 0; i < W * H; i++) {
		if ((pixels[i] & 0xff) < 0x80) {
			box = rect_join(box, (struct rect){i % W, i / W, 1, 1});
		}
	}
	return box;
}

static void ink_stands_on_the_baseline_at_the_pen(void **state) {
	(void)state;
	struct type *t = open_type();
	for (int px = 14; px <= 90; px += 4) {
		struct rect h = ink(t, latin("H", px));
		assert_in_range(h.y + h.h, BASE - 1, BASE + 1);
		/* Capitals of Noto Sans are 0.714 em. */
		assert_in_range(h.h, px * 714 / 1000 - 1, px * 714 / 1000 + 2);
		assert_in_range(h.x, X, X + px / 6);
		/* An overhanging letter does not push the others. */
		struct rect j = ink(t, latin("jH", px));
		assert_in_range(j.x, X - px / 4, X + px / 10);
		int end = j.x + j.w, way = X + type_advance(t, &(struct run){"jH", 2, 0, 0, TAG_LATIN, TAG_LATIN, px});
		assert_in_range(end, way - px / 6, way);
	}
	type_close(t);
}

static void marks_stacked_high_do_not_push_the_letters_down(void **state) {
	(void)state;
	struct type *t = open_type();
	/* Five marks on one letter stand far out of the font's height. */
	const char *high = "H\u0302\u0302\u0302\u0302\u0302";
	struct rect plain = ink(t, latin("H", 40)), tall = ink(t, latin(high, 40));
	assert_true(tall.h > plain.h + 20);
	assert_int_equal(tall.y + tall.h, plain.y + plain.h);
	const char *low = "H\u0331\u0331\u0331\u0331\u0331\u0331";
	struct rect deep = ink(t, latin(low, 40));
	assert_int_equal(deep.y, plain.y);
	assert_true(deep.h > plain.h + 10);
	type_close(t);
}

static void the_pens_way_adds_up(void **state) {
	(void)state;
	struct type *t = open_type();
	struct run both = latin("when it feels right", 28);
	static const char *const words[] = {"when ", "it ", "feels ", "right"};
	int sum = 0;
	for (int i = 0; i < 4; i++) {
		struct run r = latin(words[i], 28);
		sum += type_advance(t, &r);
		assert_int_equal(type_advance(t, &r), type_advance(t, &r)); /* remembered or not */
	}
	/* Each word is rounded to whole pixels. */
	assert_in_range(sum, type_advance(t, &both) - 4, type_advance(t, &both) + 4);
	struct run small = latin("right", 14), large = latin("right", 28), none = latin("", 28);
	assert_in_range(type_advance(t, &large), 2 * type_advance(t, &small) - 3, 2 * type_advance(t, &small) + 3);
	assert_int_equal(type_advance(t, &none), 0);
	type_close(t);
}

static void bold_and_faces_are_their_own_files(void **state) {
	(void)state;
	struct type *t = open_type();
	struct run r = latin("Talk to staff", 40);
	int plain = type_advance(t, &r);
	r.bold = true;
	assert_true(type_advance(t, &r) > plain);
	/* A row without a bold file uses its plain one; an unknown row the first. */
	struct run thai = {"ปลอดภัย", 21, false, false, THAI, THAI, 40};
	int way = type_advance(t, &thai);
	assert_true(way > 0);
	thai.bold = true;
	assert_int_equal(type_advance(t, &thai), way);
	r.face = TAG('X', 'x', 'x', 'x');
	r.bold = false;
	assert_int_equal(type_advance(t, &r), plain);
	type_close(t);
}

static void arabic_is_joined_and_runs_from_the_right(void **state) {
	(void)state;
	struct type *t = open_type();
	struct run word = {"اتصل", 8, true, false, ARAB, ARAB, 60}, letter = word;
	int apart = 0;
	for (int i = 0; i < 4; i++) {
		letter.utf8 = word.utf8 + 2 * i;
		letter.len = 2;
		apart += type_advance(t, &letter);
	}
	/* Joined letters are narrower than the same letters alone. */
	assert_true(type_advance(t, &word) < apart - 10);
	/* The first letter, alif, is a tall thin stroke at the right end. */
	struct run alif = {"ا", 2, true, false, ARAB, ARAB, 60};
	struct rect whole = ink(t, word), first = ink(t, alif);
	assert_true(first.w < whole.w / 4);
	assert_in_range(whole.x, X - 4, X + 15);
	assert_in_range(whole.x + whole.w, X + type_advance(t, &word) - 15, X + type_advance(t, &word) + 4);
	type_close(t);
}

static void ink_stays_in_the_box_that_is_told(void **state) {
	(void)state;
	struct type *t = open_type();
	static const char *const words[] = {"fjord", "ÅÉ", "gjpqy", "W", "1-800-799-7233"};
	for (int i = 0; i < 5; i++) {
		struct run r = latin(words[i], 44);
		assert_true(rect_inside(ink(t, r), type_box(t, &r, X, BASE)));
	}
	type_close(t);
}

static void strange_runs_do_no_harm(void **state) {
	(void)state;
	struct type *t = open_type();
	static char long_words[60001];
	for (int i = 0; i < 60000; i += 3) {
		memcpy(long_words + i, "ไ", 3);
	}
	struct run r = {long_words, 60000, false, false, THAI, THAI, 30};
	assert_true(type_advance(t, &r) > 0);
	ink(t, r);
	struct run broken = {"\xff\xc3\x80\xe0", 4, true, true, 0, 0, -5};
	type_advance(t, &broken);
	ink(t, broken);
	/* More sizes than are kept open. */
	for (int px = 4; px < 80; px++) {
		struct run sized = latin("Aa", px);
		assert_true(type_advance(t, &sized) > 0);
	}
	type_close(t);
}

static void files_that_are_no_fonts(void **state) {
	(void)state;
	static const struct wire_font table[] = {{TAG_LATIN, 0, 0}};
	struct fault f = {""};
	assert_null(type_open(90, table, 1, &f)); /* not open */
	assert_non_null(strstr(f.says, "cannot be read"));
	assert_null(type_open(90, table, 0, &f));
	int fd = open("/proc/self/exe", O_RDONLY);
	struct type *t = type_open(fd, table, 1, &f);
	close(fd);
	assert_non_null(t);
	struct run r = latin("Hello", 20);
	assert_int_equal(type_advance(t, &r), 0);
	ink(t, r);
	type_close(t);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ink_stands_on_the_baseline_at_the_pen),
	    cmocka_unit_test(marks_stacked_high_do_not_push_the_letters_down),
	    cmocka_unit_test(the_pens_way_adds_up),
	    cmocka_unit_test(bold_and_faces_are_their_own_files),
	    cmocka_unit_test(arabic_is_joined_and_runs_from_the_right),
	    cmocka_unit_test(ink_stays_in_the_box_that_is_told),
	    cmocka_unit_test(strange_runs_do_no_harm),
	    cmocka_unit_test(files_that_are_no_fonts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
