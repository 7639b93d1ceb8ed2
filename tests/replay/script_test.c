/* Lines of scripts: what each becomes, and the sentence for each that is none. And frames as numbers. */
#include "replay/picture.h"
#include "replay/script.h"

#include "host/keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct line good(const char *written) {
	struct line line;
	struct fault f = {""};
	if (!script_line(written, &line, &f)) {
		fail_msg("%s: %s", written, f.says);
	}
	return line;
}

static void refused(const char *written, const char *words) {
	struct line line;
	struct fault f = {""};
	assert_false(script_line(written, &line, &f));
	if (strstr(f.says, words) == NULL) {
		fail_msg("%s: \"%s\" is not in: %s", written, words, f.says);
	}
}

static void blank_lines_and_comments_do_nothing(void **state) {
	(void)state;
	static const char *const lines[] = {"", "\n", "  \t \n", "# tap begin", "   # tap\n"};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_int_equal(good(lines[i]).kind, LINE_NOTHING);
	}
}

static void times_have_units(void **state) {
	(void)state;
	assert_int_equal(good("wait 500ms").ms, 500);
	assert_int_equal(good("wait 30s\n").ms, 30000);
	assert_int_equal(good("  wait   2m  ").ms, 120000);
	assert_int_equal(good("wait 44640m").ms, 44640LL * 60000); /* a month */
	refused("wait 44641m", "is no time");
	refused("wait 99999999999999999999s", "is no time");
	refused("wait 5", "is no time");
	refused("wait", "is no time");
	refused("wait -1s", "is no time");
	refused("wait 1 s", "is no time");
	refused("wait 1h", "is no time");
}

static void places_are_pixels(void **state) {
	(void)state;
	struct line line = good("drag 1 20 300 4000");
	assert_int_equal(line.kind, LINE_DRAG);
	assert_int_equal(line.at[0] + line.at[1] + line.at[2] + line.at[3], 4321);
	assert_int_equal(good("touch 0 0").kind, LINE_TOUCH);
	refused("touch 1", "whole numbers");
	refused("touch 1 2 3", "Nothing belongs behind");
	refused("touch 1 4096", "whole numbers");
	refused("touch -1 5", "whole numbers");
	refused("touch 1 99999999999999999999", "whole numbers");
	refused("palm x y", "whole numbers");
}

static void a_long_press_and_a_stick(void **state) {
	(void)state;
	struct line line = good("hold 30 40 3s");
	assert_int_equal(line.kind, LINE_HOLD);
	assert_int_equal(line.at[0] + line.at[1], 70);
	assert_int_equal(line.ms, 3000);
	refused("hold 30 40", "whole numbers");
	refused("hold 30", "Write it like hold");
	refused("hold 30 40 3", "is no time");
	refused("hold 30 40 50 3s", "Nothing belongs behind");
	assert_int_equal(good("stick in a/b").kind, LINE_STICK_IN);
	assert_string_equal(good("stick out a/b").text, "a/b");
	refused("stick in", "missing");
	refused("stick", "is no line");
}

static void words_are_known_ones(void **state) {
	(void)state;
	assert_int_equal(good("key choose").word, WIRE_CHOOSE);
	assert_int_equal(good("bell unreachable").word, WIRE_BELL_UNREACHABLE);
	assert_int_equal(good("expect end hung").word, KEEPER_HUNG);
	refused("key up", "next, choose, back, hide");
	refused("key", "next, choose, back, hide");
	refused("bell none", "sending, sent");
	refused("expect end", "hidden, cleared");
}

static void the_rest_of_a_line_is_text(void **state) {
	(void)state;
	struct line line = good("expect text  What would   help?\t\n");
	assert_int_equal(line.kind, LINE_EXPECT_TEXT);
	assert_string_equal(line.text, "What would   help?");
	assert_string_equal(good("tap number:star").text, "number:star");
	assert_int_equal(good("expect no choice x").kind, LINE_EXPECT_NO_CHOICE);
	assert_int_equal(good("frame a b.png").kind, LINE_FRAME);
	assert_int_equal(good("frame-hash").kind, LINE_FRAME_HASH);
	refused("tap", "missing");
	refused("tap a b", "One word");
	refused("expect text", "missing");
	refused("frame-hash x", "Nothing belongs behind");
	refused("framehash", "is no line");
	refused("expect", "is no line");
	refused("expect nothing", "is no line");
	refused("Tap begin", "is no line");
}

static void until_repeats(void **state) {
	(void)state;
	struct line line = good("tap next until text What now?");
	assert_int_equal(line.kind, LINE_TAP);
	assert_string_equal(line.text, "next");
	assert_int_equal(line.until, LINE_EXPECT_TEXT);
	assert_string_equal(line.until_text, "What now?");
	assert_int_equal(good("wait 1s until screen still-here").until, LINE_EXPECT_SCREEN);
	assert_int_equal(good("key next until focus hide").until, LINE_EXPECT_FOCUS);
	assert_int_equal(good("expect text not until now").until, LINE_NOTHING);
	refused("tap next until", "One word");
	refused("tap next until frame x.png", "Behind \"until\"");
	refused("tap next until end hidden", "Behind \"until\"");
	refused("tap next until nonsense", "is no line");
}

static void endless_lines_are_refused(void **state) {
	(void)state;
	static char line[3 * LINE_TEXT];
	memset(line, 'x', sizeof line - 1);
	memcpy(line, "expect text ", strlen("expect text "));
	refused(line, "longer than");
	line[LINE_TEXT + 100] = 0;
	refused(line, "longer than");
}

static void a_frame_is_a_number(void **state) {
	(void)state;
	/* Computed by hand with the recipe of --help; the highest byte of a pixel does not count. */
	static const uint64_t hash = 0x7820175AA67E0019u;
	uint32_t pixels[] = {0xAA123456, 0x00FF0000};
	struct picture p = {2, 1, pixels};
	assert_true(picture_hash(p) == hash);
	pixels[0] &= 0xFFFFFF;
	assert_true(picture_hash(p) == hash);
	pixels[0] ^= 1;
	assert_true(picture_hash(p) != hash);
	struct picture turned = {1, 2, pixels};
	assert_true(picture_hash(p) != picture_hash(turned));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blank_lines_and_comments_do_nothing),
	    cmocka_unit_test(times_have_units),
	    cmocka_unit_test(places_are_pixels),
	    cmocka_unit_test(a_long_press_and_a_stick),
	    cmocka_unit_test(words_are_known_ones),
	    cmocka_unit_test(the_rest_of_a_line_is_text),
	    cmocka_unit_test(until_repeats),
	    cmocka_unit_test(endless_lines_are_refused),
	    cmocka_unit_test(a_frame_is_a_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
