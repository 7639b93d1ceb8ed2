/* Lines: where they end, and which way they read. */
#include "fake.h"

#include "visit/pure/lines.h"

static struct piece word(const char *utf8, uint8_t level, uint8_t flags) {
	return (struct piece){.utf8 = utf8,
	                      .len = (uint16_t)strlen(utf8),
	                      .space = 1,
	                      .level = level,
	                      .flags = flags,
	                      .script = TAG_LATIN,
	                      .face = TAG_LATIN};
}

/* What stands on a line from left to right, with the x of each run. */
static void drawn(const struct lines *ls, int line, char *out, size_t size) {
	struct arena a = {0};
	struct draw_list list = {0};
	lines_draw(&a, fake_measure(), &list, ls, line, 0, 0, C_INK);
	out[0] = '\0';
	for (int i = 0; i < list.count; i++) {
		size_t n = strlen(out);
		snprintf(out + n, size - n, "%s%.*s@%d", i > 0 ? " " : "", list.items[i].run.len,
		         list.items[i].run.utf8, list.items[i].box.x);
	}
	arena_free(&a);
}

static void fills_lines_to_their_width(void **state) {
	(void)state;
	struct arena a = {0};
	struct text t = fake_text(&a, "one two three four", false);
	/* em 100: a letter is 55 wide; "one two" is 7 letters = 385 */
	struct lines ls = lines_make(&a, fake_measure(), t, 100, false, 400);
	assert_int_equal(ls.count, 3);
	assert_int_equal(ls.line[0].width, 385);
	assert_int_equal(ls.line[1].width, 275);
	assert_int_equal(ls.longest, 275);
	ls = lines_make(&a, fake_measure(), t, 100, false, 385);
	assert_int_equal(ls.line[0].count, 2);
	ls = lines_make(&a, fake_measure(), t, 100, false, 384);
	assert_int_equal(ls.line[0].count, 1);
	arena_free(&a);
}

static void a_piece_that_may_not_end_a_line_takes_its_neighbour_along(void **state) {
	(void)state;
	struct arena a = {0};
	struct piece p[] = {word("aa", 0, PIECE_BREAK), word("bb", 0, 0), word("cc", 0, PIECE_BREAK)};
	p[1].space = 0;
	struct text t = {.utf8 = "", .count = 3, .pieces = p};
	struct lines ls = lines_make(&a, fake_measure(), t, 100, false, 300);
	assert_int_equal(ls.count, 2);
	assert_int_equal(ls.line[0].count, 1);
	assert_int_equal(ls.line[1].count, 2);
	arena_free(&a);
}

static void a_word_wider_than_its_place_is_told(void **state) {
	(void)state;
	struct arena a = {0};
	struct lines ls = lines_make(&a, fake_measure(), fake_text(&a, "a wonderful day", false), 100, false, 200);
	assert_int_equal(ls.longest, 9 * 55);
	assert_int_equal(ls.count, 3);
	arena_free(&a);
}

static void a_new_line_ends_a_line(void **state) {
	(void)state;
	struct arena a = {0};
	struct piece p[] = {word("aa", 0, PIECE_NEWLINE), word("bb", 0, PIECE_BREAK)};
	struct text t = {.utf8 = "", .count = 2, .pieces = p};
	assert_int_equal(lines_make(&a, fake_measure(), t, 10, false, 10000).count, 2);
	arena_free(&a);
}

static void a_number_reads_left_to_right_in_arabic(void **state) {
	(void)state;
	struct arena a = {0};
	char got[200];
	/* Logical order: AB 12 CD; read from the right: AB, then 12 as it is, then CD. */
	struct piece p[] = {word("AB", 1, PIECE_BREAK), word("12", 2, PIECE_BREAK), word("CD", 1, PIECE_BREAK)};
	struct text t = {.utf8 = "", .count = 3, .base_level = 1, .pieces = p};
	struct lines ls = lines_make(&a, fake_measure(), t, 100, false, 10000);
	drawn(&ls, 0, got, sizeof got);
	/* 110 a word, 55 a space, one space on each side of the number */
	assert_string_equal(got, "CD@0 12@165 AB@330");
	arena_free(&a);
}

static void english_inside_arabic_keeps_its_order(void **state) {
	(void)state;
	struct arena a = {0};
	char got[200];
	struct piece p[] = {word("AB", 1, PIECE_BREAK), word("one", 2, PIECE_BREAK), word("two", 2, PIECE_BREAK),
	                    word("CD", 1, PIECE_BREAK)};
	struct text t = {.utf8 = "", .count = 4, .base_level = 1, .pieces = p};
	struct lines ls = lines_make(&a, fake_measure(), t, 100, false, 10000);
	drawn(&ls, 0, got, sizeof got);
	assert_string_equal(got, "CD@0 one@165 two@385 AB@605");
	arena_free(&a);
}

static void arabic_inside_english_is_turned(void **state) {
	(void)state;
	struct arena a = {0};
	char got[200];
	struct piece p[] = {word("say", 0, PIECE_BREAK), word("AB", 1, PIECE_BREAK), word("CD", 1, PIECE_BREAK),
	                    word("now", 0, PIECE_BREAK)};
	struct text t = {.utf8 = "", .count = 4, .pieces = p};
	struct lines ls = lines_make(&a, fake_measure(), t, 100, false, 10000);
	drawn(&ls, 0, got, sizeof got);
	assert_string_equal(got, "say@0 CD@220 AB@385 now@550");
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fills_lines_to_their_width),
	    cmocka_unit_test(a_piece_that_may_not_end_a_line_takes_its_neighbour_along),
	    cmocka_unit_test(a_word_wider_than_its_place_is_told),
	    cmocka_unit_test(a_new_line_ends_a_line),
	    cmocka_unit_test(a_number_reads_left_to_right_in_arabic),
	    cmocka_unit_test(english_inside_arabic_keeps_its_order),
	    cmocka_unit_test(arabic_inside_english_is_turned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
