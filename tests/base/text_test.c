/* The text of a pack: what a decoder must refuse, and where a filled-in text reads which way. */
#include "base/text.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Bytes by hand, so that this test does not lean on the compiler's encoder. */
struct bytes {
	uint8_t at[4096];
	size_t len;
};

static void put(struct bytes *b, uint32_t value, int count) {
	for (int i = 0; i < count; i++) {
		b->at[b->len++] = (uint8_t)(value >> (8 * i));
	}
}

static void head(struct bytes *b, uint8_t base, uint16_t count, uint32_t len) {
	b->len = 0;
	put(b, 1, 1);
	put(b, base, 1);
	put(b, count, 2);
	put(b, len, 4);
}

static void piece(struct bytes *b, uint32_t start, uint16_t len, uint16_t space, uint8_t level, uint8_t flags,
                  uint8_t slot) {
	put(b, start, 4);
	put(b, len, 2);
	put(b, space, 2);
	put(b, level, 1);
	put(b, flags, 1);
	put(b, slot, 1);
	put(b, 0, 1);
	put(b, TAG_LATIN, 4);
	put(b, TAG_LATIN, 4);
}

static void letters(struct bytes *b, const char *utf8) {
	memcpy(b->at + b->len, utf8, strlen(utf8));
	b->len += strlen(utf8);
}

/* "go now", two pieces. */
static void good(struct bytes *b) {
	head(b, 0, 2, 6);
	piece(b, 0, 2, 1, 0, PIECE_BREAK, 0);
	piece(b, 3, 3, 0, 0, PIECE_BOLD, 0);
	letters(b, "go now");
}

/* A copy of exactly the size, so that the address sanitizer sees one byte too many. */
static bool decodes(const struct bytes *b, size_t size, struct text *out, struct arena *a) {
	uint8_t *exact = malloc(size == 0 ? 1 : size);
	assert_non_null(exact);
	memcpy(exact, b->at, size);
	bool ok = text_decode(a, exact, size, out);
	free(exact);
	return ok;
}

static void assert_text(struct text t, const char *expect) {
	assert_int_equal(t.len, strlen(expect));
	assert_memory_equal(t.utf8, expect, t.len);
	assert_int_equal(t.utf8[t.len], 0);
	uint32_t at = 0;
	for (int i = 0; i < t.count; i++) {
		assert_ptr_equal(t.pieces[i].utf8, t.utf8 + at);
		at += (uint32_t)t.pieces[i].len + t.pieces[i].space;
	}
	assert_int_equal(at, t.len);
}

static void test_decodes(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	good(&b);
	struct text t;
	assert_true(decodes(&b, b.len, &t, &a));
	assert_text(t, "go now");
	assert_int_equal(t.count, 2);
	assert_int_equal(t.pieces[0].len, 2);
	assert_int_equal(t.pieces[0].space, 1);
	assert_int_equal(t.pieces[0].flags, PIECE_BREAK);
	assert_int_equal(t.pieces[1].flags, PIECE_BOLD);
	assert_int_equal(t.pieces[1].face, TAG_LATIN);
	head(&b, 1, 0, 0);
	assert_true(decodes(&b, b.len, &t, &a));
	assert_true(text_empty(t));
	assert_int_equal(t.base_level, 1);
	assert_string_equal(t.utf8, "");
	arena_free(&a);
}

static void test_every_cut_is_refused(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	good(&b);
	struct text t;
	for (size_t size = 0; size < b.len; size++) {
		assert_false(decodes(&b, size, &t, &a));
		assert_true(text_empty(t));
		assert_string_equal(t.utf8, "");
	}
	b.at[b.len++] = 'x';
	assert_false(decodes(&b, b.len, &t, &a));
	assert_false(text_decode(&a, NULL, 0, &t));
	arena_free(&a);
}

/* One byte of a good text changed: offset and value, and why it must be refused. */
static const struct {
	size_t offset;
	uint8_t value;
	const char *why;
} wrong_bytes[] = {
    {0, 2, "another version"},
    {1, 2, "base level"},
    {2, 1, "too few pieces"},
    {2, 3, "too many pieces"},
    {4, 5, "too few bytes"},
    {6, 1, "too many bytes"},
    {8, 1, "first piece does not start at 0"},
    {12, 1, "a gap after the first piece"},
    {12, 255, "a piece that goes past the end"},
    {14, 9, "space that goes past the end"},
    {16, 62, "level too high"},
    {17, 16, "unknown flag"},
    {18, 1, "a slot number without a slot"},
    {19, 1, "the zero byte is not zero"},
    {28, 2, "second piece overlaps the first"},
    {32, 2, "the last piece does not reach the end"},
    {48, 0, "a zero byte in the text"},
    {48, 7, "a control character in the text"},
    {48, 0xc3, "a character cut short"},
    {48, 0xff, "not UTF-8"},
};

static void test_every_wrong_byte_is_refused(void **state) {
	(void)state;
	struct arena a = {0};
	for (size_t i = 0; i < sizeof wrong_bytes / sizeof wrong_bytes[0]; i++) {
		struct bytes b;
		good(&b);
		b.at[wrong_bytes[i].offset] = wrong_bytes[i].value;
		struct text t;
		if (decodes(&b, b.len, &t, &a)) {
			fail_msg("accepted: %s", wrong_bytes[i].why);
		}
	}
	arena_free(&a);
}

static void test_pieces_hold_whole_characters(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	struct text t;
	head(&b, 0, 2, 2);
	piece(&b, 0, 1, 0, 0, 0, 0);
	piece(&b, 1, 1, 0, 0, 0, 0);
	letters(&b, "é");
	assert_false(decodes(&b, b.len, &t, &a));
	static const char *const malformed[] = {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"};
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
		uint16_t len = (uint16_t)strlen(malformed[i]);
		head(&b, 0, 1, len);
		piece(&b, 0, len, 0, 0, 0, 0);
		letters(&b, malformed[i]);
		assert_false(decodes(&b, b.len, &t, &a));
	}
	head(&b, 0, 1, 4);
	piece(&b, 0, 4, 0, 0, 0, 0);
	letters(&b, "\xf0\x9f\x8c\x99");
	assert_true(decodes(&b, b.len, &t, &a));
	arena_free(&a);
}

static void test_a_level_is_never_below_the_base(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	struct text t;
	head(&b, 1, 1, 1);
	piece(&b, 0, 1, 0, 0, 0, 0);
	letters(&b, "x");
	assert_false(decodes(&b, b.len, &t, &a));
	head(&b, 0, 1, 1);
	piece(&b, 0, 1, 0, 0, PIECE_SLOT, 10);
	letters(&b, "x");
	assert_false(decodes(&b, b.len, &t, &a));
	arena_free(&a);
}

/* Any byte, any value: refused or decoded, never read past the end (the sanitizers watch). */
static void test_any_byte_may_be_anything(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	good(&b);
	size_t len = b.len;
	int accepted = 0;
	for (size_t i = 0; i < len; i++) {
		for (int value = 0; value < 256; value++) {
			good(&b);
			b.at[i] = (uint8_t)value;
			struct text t;
			if (decodes(&b, len, &t, &a)) {
				accepted++;
				assert_int_equal(t.len, 6);
				assert_in_range(text_words(t), 0, 6);
			}
			arena_reset(&a);
		}
	}
	assert_int_not_equal(accepted, 0);
	arena_free(&a);
}

static void test_plain(void **state) {
	(void)state;
	struct arena a = {0};
	struct text t = text_plain(&a, "1-888-373-7888");
	assert_text(t, "1-888-373-7888");
	assert_int_equal(t.count, 1);
	assert_int_equal(t.base_level, 0);
	assert_int_equal(t.pieces[0].level, 0);
	assert_int_equal(t.pieces[0].flags, 0);
	assert_int_equal(t.pieces[0].face, TAG_LATIN);
	assert_true(text_empty(text_plain(&a, "")));
	arena_free(&a);
}

static struct text from(struct bytes *b, struct arena *a) {
	struct text t;
	assert_true(decodes(b, b->len, &t, a));
	return t;
}

/* "Text: {0} now" in the direction given. */
static struct text frame(struct arena *a, uint8_t base, uint8_t slot_flags) {
	struct bytes b;
	head(&b, base, 3, 13);
	piece(&b, 0, 5, 1, base, PIECE_BREAK, 0);
	piece(&b, 6, 3, 1, base, (uint8_t)(PIECE_SLOT | slot_flags), 0);
	piece(&b, 10, 3, 0, base, 0, 0);
	letters(&b, "Text: {0} now");
	return from(&b, a);
}

static void test_fills(void **state) {
	(void)state;
	struct arena a = {0};
	struct text arg = text_plain(&a, "800-799-7233");
	struct text t = text_fill(&a, frame(&a, 0, PIECE_BREAK | PIECE_BOLD), &arg, 1);
	assert_text(t, "Text: 800-799-7233 now");
	/* The number, then the slot's space at the level of the sentence. */
	assert_int_equal(t.count, 4);
	assert_int_equal(t.pieces[1].level, 2);
	assert_int_equal(t.pieces[1].space, 0);
	assert_int_equal(t.pieces[1].flags, PIECE_BOLD);
	assert_int_equal(t.pieces[2].level, 0);
	assert_int_equal(t.pieces[2].len, 0);
	assert_int_equal(t.pieces[2].space, 1);
	assert_int_equal(t.pieces[2].flags, PIECE_BREAK | PIECE_BOLD);
	arena_free(&a);
}

static void test_an_argument_is_an_isolate(void **state) {
	(void)state;
	struct arena a = {0};
	struct text number = text_plain(&a, "911");
	struct text t = text_fill(&a, frame(&a, 1, PIECE_BREAK), &number, 1);
	assert_int_equal(t.base_level, 1);
	assert_int_equal(t.pieces[0].level, 1);
	assert_int_equal(t.pieces[1].level, 2); /* least even level above 1 */
	struct bytes b;
	head(&b, 1, 2, 5);
	piece(&b, 0, 2, 1, 1, PIECE_BREAK, 0);
	piece(&b, 3, 2, 0, 2, 0, 0);
	letters(&b, "ab 12");
	struct text rtl = from(&b, &a);
	t = text_fill(&a, frame(&a, 0, 0), &rtl, 1);
	assert_text(t, "Text: ab 12 now");
	assert_int_equal(t.count, 5);
	assert_int_equal(t.pieces[1].level, 1);
	assert_int_equal(t.pieces[1].flags, PIECE_BREAK);
	assert_int_equal(t.pieces[2].level, 2);
	assert_int_equal(t.pieces[2].flags, 0);
	assert_int_equal(t.pieces[2].space, 0);
	assert_int_equal(t.pieces[3].level, 0);
	assert_int_equal(t.pieces[3].flags, 0); /* the slot's: no break after it */
	assert_int_equal(t.pieces[3].space, 1);
	t = text_fill(&a, frame(&a, 1, 0), &rtl, 1);
	assert_int_equal(t.pieces[1].level, 3); /* least odd level above 1 */
	assert_int_equal(t.pieces[2].level, 4);
	arena_free(&a);
}

static void test_a_missing_argument_disappears(void **state) {
	(void)state;
	struct arena a = {0};
	struct text t = text_fill(&a, frame(&a, 0, PIECE_NEWLINE), NULL, 0);
	assert_text(t, "Text: now");
	assert_int_equal(t.count, 2);
	assert_int_equal(t.pieces[0].flags, PIECE_BREAK | PIECE_NEWLINE);
	struct text none = text_plain(&a, "");
	assert_text(text_fill(&a, frame(&a, 0, 0), &none, 1), "Text: now");
	assert_true(text_empty(text_fill(&a, none, NULL, 0)));
	arena_free(&a);
}

static void test_filling_stays_within_the_limits(void **state) {
	(void)state;
	struct arena a = {0};
	char *long_text = arena_get(&a, TEXT_MAX_BYTES);
	memset(long_text, 'x', TEXT_MAX_BYTES - 1);
	struct text arg = text_plain(&a, long_text);
	struct text t = text_fill(&a, frame(&a, 0, 0), &arg, 1);
	assert_text(t, "Text: now");
	/* Deep inside itself: levels stop at the limit and keep their direction. */
	struct text deep = frame(&a, 1, 0);
	for (int i = 0; i < 80; i++) {
		deep = text_fill(&a, frame(&a, (uint8_t)(i % 2), 0), &deep, 1);
	}
	for (int i = 0; i < deep.count; i++) {
		assert_true(deep.pieces[i].level <= 61);
	}
	arena_free(&a);
}

static void test_words(void **state) {
	(void)state;
	struct arena a = {0};
	struct bytes b;
	good(&b);
	assert_int_equal(text_words(from(&b, &a)), 2);
	/* A word in two pieces is one word. */
	head(&b, 0, 2, 8);
	piece(&b, 0, 4, 0, 0, PIECE_BREAK, 0);
	piece(&b, 4, 4, 0, 0, 0, 0);
	letters(&b, "well-fed");
	struct text t = from(&b, &a);
	assert_int_equal(text_words(t), 1);
	/* A space that does not break still parts words. */
	head(&b, 0, 1, 4);
	piece(&b, 0, 4, 0, 0, 0, 0);
	letters(&b, "a\u00a0b");
	assert_int_equal(text_words(from(&b, &a)), 2);
	/* Five characters of a script without spaces. */
	head(&b, 0, 1, 15);
	piece(&b, 0, 15, 0, 0, 0, 0);
	for (int i = 0; i < 4; i++) {
		b.at[TEXT_HEAD_BYTES + 12 + i] = (uint8_t)(TAG('H', 'a', 'n', 'i') >> (8 * i));
	}
	letters(&b, "你可以离开");
	assert_int_equal(text_words(from(&b, &a)), 3);
	assert_int_equal(text_words((struct text){.utf8 = ""}), 0);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decodes),
	    cmocka_unit_test(test_every_cut_is_refused),
	    cmocka_unit_test(test_every_wrong_byte_is_refused),
	    cmocka_unit_test(test_pieces_hold_whole_characters),
	    cmocka_unit_test(test_a_level_is_never_below_the_base),
	    cmocka_unit_test(test_any_byte_may_be_anything),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_fills),
	    cmocka_unit_test(test_an_argument_is_an_isolate),
	    cmocka_unit_test(test_a_missing_argument_disappears),
	    cmocka_unit_test(test_filling_stays_within_the_limits),
	    cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
