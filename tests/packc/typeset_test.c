/* Text set by ICU: directions, scripts, faces, places where lines may end, phone numbers that stay whole. Each case is
 * a text and the pieces that must come out, written as
 *   [letters|level|script|face|flags], '_' for each byte of space, '/' where a line may end, '^' where it must. */
#include "packc/typeset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
	struct font_table table;
	struct cover *cover;
	struct typeset *typeset;
	struct arena a;
	struct report report;
};

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof *b);
	assert_non_null(b);
	struct fault f;
	if (!fonts_read("assets/fonts.ini", &b->table, &f)) {
		fail_msg("%s", f.says);
	}
	b->cover = cover_open(&b->table, &f);
	assert_non_null(b->cover);
	b->typeset = typeset_open(&b->table, b->cover, &f);
	assert_non_null(b->typeset);
	b->report.arena = &b->a;
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;
	typeset_close(b->typeset);
	cover_close(b->cover);
	arena_free(&b->a);
	free(b);
	return 0;
}

static const char *tag_text(struct arena *a, uint32_t tag) {
	return arena_print(a, "%c%c%c%c", (char)(tag >> 24), (char)(tag >> 16), (char)(tag >> 8), (char)tag);
}

static const char *written(struct arena *a, struct text t) {
	const char *out = "";
	for (int i = 0; i < t.count; i++) {
		const struct piece *p = &t.pieces[i];
		out = arena_print(a, "%s[%.*s|%d|%s|%s%s", out, p->len, p->utf8, p->level, tag_text(a, p->script),
		                  tag_text(a, p->face), (p->flags & PIECE_BOLD) != 0 ? "|bold" : "");
		if ((p->flags & PIECE_SLOT) != 0) {
			out = arena_print(a, "%s|slot %d", out, p->slot);
		}
		out = arena_print(a, "%s]", out);
		for (int k = 0; k < p->space; k++) {
			out = arena_print(a, "%s_", out);
		}
		out = arena_print(a, "%s%s", out,
		                  (p->flags & PIECE_NEWLINE) != 0 ? "^"
		                  : (p->flags & PIECE_BREAK) != 0 ? "/"
		                                                  : "");
	}
	return out;
}

/* Sets the text, sends it through its bytes, and returns what came back. */
static struct text set(struct bench *b, const char *lang, bool rtl, const char *marked) {
	struct manner manner = {.lang = lang, .rtl = rtl, .slots = true};
	struct text t = typeset_text(b->typeset, &b->a, &b->report, (struct where){"test", 1}, manner, marked);
	struct blob blob = typeset_bytes(&b->a, t);
	struct text back;
	assert_true(text_decode(&b->a, blob.bytes, blob.size, &back));
	assert_string_equal(written(&b->a, t), written(&b->a, back));
	assert_int_equal(back.base_level, rtl ? 1 : 0);
	return back;
}

static void expect(struct bench *b, const char *lang, bool rtl, const char *marked, const char *pieces) {
	struct text t = set(b, lang, rtl, marked);
	assert_int_equal(b->report.errors, 0);
	assert_string_equal(written(&b->a, t), pieces);
}

static void test_latin(void **state) {
	struct bench *b = *state;
	expect(b, "en", false, "Go now", "[Go|0|Latn|Latn]_/[now|0|Latn|Latn]");
	expect(b, "en", false, "  a \t b \n\n c ", "[a|0|Latn|Latn]_/[b|0|Latn|Latn]_^[|0|Latn|Latn]_^[c|0|Latn|Latn]");
	expect(b, "en", false, "a \x01 bold\x02 b", "[a|0|Latn|Latn]_/[bold|0|Latn|Latn|bold]_/[b|0|Latn|Latn]");
	expect(b, "en", false, "end\x01out\x02.", "[end|0|Latn|Latn][out|0|Latn|Latn|bold][.|0|Latn|Latn]");
	expect(b, "en", false, "10\u00a0km away", "[10\u00a0km|0|Latn|Latn]_/[away|0|Latn|Latn]");
	expect(b, "en", false, "well-fed", "[well-|0|Latn|Latn]/[fed|0|Latn|Latn]");
	assert_true(text_empty(set(b, "en", false, "")));
	assert_true(text_empty(set(b, "en", false, " \n ")));
}

/* However narrow the card: half of a time is no time. */
static void test_figures_stay_whole(void **state) {
	struct bench *b = *state;
	expect(b, "en", false, "7\u20139 or 5\u20136:30",
	       "[7\u20139|0|Latn|Latn]_/[or|0|Latn|Latn]_/[5\u20136:30|0|Latn|Latn]");
	expect(b, "en", false, "7-9 a\u2013b", "[7-9|0|Latn|Latn]_/[a\u2013|0|Latn|Latn]/[b|0|Latn|Latn]");
	expect(b, "en", false, "9-1-1", "[9-1-1|0|Latn|Latn]");
	expect(b, "en", false, "8 \u2013 9", "[8|0|Latn|Latn]_/[\u2013|0|Latn|Latn]_/[9|0|Latn|Latn]");
	expect(b, "zh-Hans", false, "7\u20149", "[7|0|Latn|Latn][\u2014|0|Hani|Latn][9|0|Latn|Latn]");
	expect(b, "ar", true, "\u0667\u2013\u0669", "[\u0667|2|Arab|Arab][\u2013|1|Arab|Latn][\u0669|2|Arab|Arab]");
}

static void test_slots(void **state) {
	struct bench *b = *state;
	expect(b, "en", false, "Page {0} of {1}",
	       "[Page|0|Latn|Latn]_/[{0}|0|Latn|Latn|slot 0]_/[of|0|Latn|Latn]_/[{1}|0|Latn|Latn|slot 1]");
	expect(b, "ar", true, "صفحة {0} من {1}",
	       "[صفحة|1|Arab|Arab]_/[{0}|1|Arab|Arab|slot 0]_/[من|1|Arab|Arab]_/[{1}|1|Arab|Arab|slot 1]");
}

/* The first test of the design: the number is one piece, of even level, and the spaces beside it are at the level of
 * the sentence. */
static void test_a_number_in_arabic(void **state) {
	struct bench *b = *state;
	expect(b, "ar", true, "اتصل 1-888-373-7888 الآن",
	       "[اتصل|1|Arab|Arab]_/[1-888-373-7888|2|Latn|Latn][|1|Latn|Latn]_/[الآن|1|Arab|Arab]");
	expect(b, "ar", true, "اتصل 911.", "[اتصل|1|Arab|Arab]_/[911|2|Latn|Latn][.|1|Arab|Arab]");
	/* Beside Latin letters too: without isolates the two would read as one left-to-right run. */
	expect(b, "ar", true, "RAINN 800-656-4673", "[RAINN|2|Latn|Latn][|1|Latn|Latn]_/[800-656-4673|2|Latn|Latn]");
	expect(b, "ar", true, "(888) 411-1333 هنا", "[(888) 411-1333|2|Latn|Latn][|1|Latn|Latn]_/[هنا|1|Arab|Arab]");
}

static void test_arabic_in_english(void **state) {
	struct bench *b = *state;
	expect(
	    b, "en", false, "Say شكرا 911 now",
	    "[Say|0|Latn|Latn]_/[شكرا|1|Arab|Arab][|0|Arab|Arab]_/[911|2|Latn|Latn][|0|Latn|Latn]_/[now|0|Latn|Latn]");
	/* Signs that only steer are not for the kiosk. */
	expect(b, "en", false, "a\u200eb", "[ab|0|Latn|Latn]");
}

static void test_thai_breaks_between_words(void **state) {
	struct bench *b = *state;
	expect(b, "th", false, "คุณสามารถขอความช่วยเหลือ",
	       "[คุณ|0|Thai|Thai]/[สามารถ|0|Thai|Thai]/[ขอ|0|Thai|Thai]/[ความ|0|Thai|Thai]/[ช่วย|0|Thai|Thai]/"
	       "[เหลือ|0|Thai|Thai]");
}

static void test_chinese(void **state) {
	struct bench *b = *state;
	/* A line may end after every character but not before a comma. */
	expect(
	    b, "zh-Hans", false, "拨打911，离开。",
	    "[拨|0|Hani|Hans]/[打|0|Hani|Hans]/[911|0|Latn|Latn][，|0|Hani|Hans]/[离|0|Hani|Hans]/[开。|0|Hani|Hans]");
}

static void test_scripts_of_common_characters(void **state) {
	struct bench *b = *state;
	expect(b, "ar", true, "«!", "[«!|1|Arab|Arab]"); /* the language's own script */
	expect(b, "en", false, "«!", "[«!|0|Latn|Latn]");
	expect(b, "ar", true, "24", "[24|2|Latn|Latn]");  /* digits in one face everywhere */
	expect(b, "ru", false, "Да", "[Да|0|Cyrl|Latn]"); /* a row that covers another script */
}

static void test_a_character_no_font_has(void **state) {
	struct bench *b = *state;
	set(b, "en", false, "a \U00013000 b");
	assert_int_equal(b->report.errors, 1);
	assert_non_null(strstr(b->report.items[0].says, "U+13000"));
}

static const struct {
	const char *text, *number; /* the first number in it, or "" */
} phones[] = {
    {"call 1-888-373-7888 now", "1-888-373-7888"},
    {"call 911.", "911"},
    {"9-1-1", "9-1-1"},
    {"(888) 373-7888", "(888) 373-7888"},
    {"+1 (888) 373-7888.", "+1 (888) 373-7888"},
    {"888.373.7888", "888.373.7888"},
    {"text 233733", "233733"},
    {"1\u2011888\u2011373\u20117888", "1\u2011888\u2011373\u20117888"},
    {"(911)", "(911)"},
    {"(call 911)", "911"},
    {"555 (2 people)", "555"},
    {"24/7", ""},
    {"10,000 people", ""},
    {"at 12:300", ""},
    {"page 12", ""},
    {"B2023", ""},
    {"365days", ""},
    {"1-2", ""},
};

static void test_phone_numbers(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof phones / sizeof phones[0]; i++) {
		const char *found = "";
		size_t len = 0;
		for (const char *p = phones[i].text; *p != 0 && len == 0; p++) {
			len = typeset_phone(phones[i].text, p);
			found = p;
		}
		if (len != strlen(phones[i].number) || (len > 0 && memcmp(found, phones[i].number, len) != 0)) {
			fail_msg("in '%s' found '%.*s'", phones[i].text, (int)len, found);
		}
	}
}

/* However a text is cut, no line may end inside a number, and it is one piece of even level, in every direction. */
static void test_a_number_is_never_broken(void **state) {
	struct bench *b = *state;
	static const char *const numbers[] = {"1-888-373-7888", "9-1-1", "(888) 373-7888", "888.373.7888", "233733"};
	static const char *const around[][2] = {
	    {"", ""}, {"Call ", "."}, {"اتصل ", " الآن"}, {"拨打", "。"}, {"โทร", "ได้"}};
	for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
		for (size_t k = 0; k < sizeof around / sizeof around[0]; k++) {
			for (int rtl = 0; rtl < 2; rtl++) {
				const char *text = arena_print(&b->a, "%s%s%s", around[k][0], numbers[n], around[k][1]);
				struct text t = set(b, rtl ? "ar" : "en", rtl == 1, text);
				int whole = 0;
				for (int i = 0; i < t.count; i++) {
					whole += t.pieces[i].len == strlen(numbers[n]) && t.pieces[i].level % 2 == 0 &&
					         memcmp(t.pieces[i].utf8, numbers[n], t.pieces[i].len) == 0;
				}
				if (whole != 1) {
					fail_msg("%s", written(&b->a, t));
				}
			}
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_latin, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_figures_stay_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_slots, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_number_in_arabic, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_arabic_in_english, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_thai_breaks_between_words, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_chinese, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_scripts_of_common_characters, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_character_no_font_has, set_up, tear_down),
	    cmocka_unit_test(test_phone_numbers),
	    cmocka_unit_test_setup_teardown(test_a_number_is_never_broken, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
