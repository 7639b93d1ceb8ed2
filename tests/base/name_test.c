/* Names that come over the wire: where their lines may end, which way they read, what is left out. */
#include "base/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARABIC TAG('A', 'r', 'a', 'b')
#define HANS TAG('H', 'a', 'n', 's')

static const struct faces all = {{TAG_LATIN, ARABIC, HANS}, 3};
static const struct faces latin = {{TAG_LATIN}, 1};

/* Every piece with its level before it and '|' behind it where a line may end. */
static char *pieces_of(struct arena *a, struct text t) {
	char *out = arena_print(a, "%s", "");
	uint32_t at = 0;
	for (int i = 0; i < t.count; i++) {
		const struct piece *p = &t.pieces[i];
		assert_ptr_equal(p->utf8, t.utf8 + at); /* in order, and all of it */
		assert_true(p->len > 0);
		at += (uint32_t)p->len + p->space;
		out = arena_print(a, "%s%d%.*s%s%s", out, p->level, (int)p->len, p->utf8, p->space > 0 ? " " : "",
		                  p->flags & PIECE_BREAK ? "|" : "");
	}
	assert_int_equal(at, t.len);
	return out;
}

static void check(const char *utf8, const struct faces *faces, const char *expected) {
	struct arena a = {0};
	assert_string_equal(pieces_of(&a, name_text(&a, utf8, faces)), expected);
	arena_free(&a);
}

static void lines_end_at_spaces_and_in_words_without_end(void **state) {
	(void)state;
	check("Gulf Coast Coalition", &latin, "0Gulf |0Coast |0Coalition");
	check("  two   spaces  ", &latin, "0two |0spaces |");
	check("Ni\u00f1os de Am\u00e9rica", &latin, "0Ni\u00f1os |0de |0Am\u00e9rica");
	check("library-2026-11.pack", &latin, "0library-|02026-11.pack");
	/* A telephone number never breaks. */
	check("1-888-373-7888, text 233733", &latin, "01-888-373-7888, |0text |0233733");
	check("555555555555555555555555555555", &latin, "0555555555555555555555555|0555555");
	check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &latin, "0aaaaaaaaaaaaaa|0aaaaaaaaaaaaaa|0aaaaaaa");
	check("Ti\u1ebfng Vi\u1ec7t", &latin, "0Ti\u1ebfng |0Vi\u1ec7t");
	/* A letter and its mark stay together. */
	check("e\u0301t\u00e9", &latin, "0e\u0301t\u00e9");
}

static void what_has_no_face_is_left_out(void **state) {
	(void)state;
	check("Haus \u0645\u0646\u0632\u0644", &latin, "0Haus |");
	check("\u4e2d\u6587", &latin, "");
	check("\u4e2d\u6587", &all, "0\u4e2d|0\u6587|");
	check("\u0413\u0440\u0430\u0434", &latin, "0\u0413\u0440\u0430\u0434"); /* Cyrillic is in the first row */
	check("\u0928\u092e", &all, "");
	check("party \U0001f389 time", &all, "0party |0time");
	check("", &all, "");
}

static void nothing_can_turn_the_line_around(void **state) {
	(void)state;
	check("safe\u202egnp.kcap", &all, "0safegnp.|0kcap");
	check("a\u200b\u200f\u2066b\u2069\u00adc\ufeff", &all, "0abc");
	check("\xc3(\xff\xf0\x9f", &all, "0(");
}

static void arabic_reads_to_the_left_and_its_numbers_to_the_right(void **state) {
	(void)state;
	check("\u0645\u0646\u0632\u0644 2026", &all, "1\u0645\u0646\u0632\u0644 |22026");
	check("\u0645\u0646\u0632\u0644 Casa", &all, "1\u0645\u0646\u0632\u0644 |2Casa");
	check("Casa \u0645\u0646\u0632\u0644", &all, "0Casa |1\u0645\u0646\u0632\u0644");
	struct arena a = {0};
	assert_int_equal(name_text(&a, "\u0645 a", &all).base_level, 1);
	assert_int_equal(name_text(&a, "a \u0645", &all).base_level, 0);
	assert_int_equal(name_text(&a, "12 \u0645", &all).base_level, 1);
	arena_free(&a);
}

/* Any bytes at all: pieces cover what is shown, none is empty, all have a face that is there. */
static void any_bytes_make_a_text(void **state) {
	(void)state;
	uint32_t random = 2463534242u;
	struct arena a = {0};
	for (int round = 0; round < 20000; round++) {
		char bytes[128];
		size_t len = random % sizeof bytes;
		for (size_t i = 0; i < len; i++) {
			/* xorshift (Marsaglia 2003) */
			random ^= random << 13;
			random ^= random >> 17;
			random ^= random << 5;
			bytes[i] = (char)(random >> 11 | (random & 1 ? 0xc0 : 0));
		}
		bytes[len < sizeof bytes ? len : sizeof bytes - 1] = '\0';
		struct text t = name_text(&a, bytes, round & 1 ? &all : &latin);
		(void)pieces_of(&a, t);
		for (int i = 0; i < t.count; i++) {
			assert_true(t.pieces[i].face == TAG_LATIN || (round & 1));
		}
		arena_reset(&a);
	}
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_end_at_spaces_and_in_words_without_end),
	    cmocka_unit_test(what_has_no_face_is_left_out),
	    cmocka_unit_test(nothing_can_turn_the_line_around),
	    cmocka_unit_test(arabic_reads_to_the_left_and_its_numbers_to_the_right),
	    cmocka_unit_test(any_bytes_make_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
