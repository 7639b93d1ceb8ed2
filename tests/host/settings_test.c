/* Settings and options: what is right is taken, and everything else is refused with file, line and what to do. */
#include "host/options.h"
#include "host/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char file[64];

static int make_file(void **state) {
	(void)state;
	snprintf(file, sizeof file, "/tmp/alcove-settings-XXXXXX");
	int fd = mkstemp(file);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
	(void)state;
	return unlink(file);
}

static void write_file(const char *text) {
	FILE *f = fopen(file, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static bool read_text(const char *text, struct settings *s, struct fault *f) {
	write_file(text);
	settings_default(s);
	f->says[0] = 0;
	return settings_read(s, file, f);
}

static void everything_can_be_set(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_true(read_text("; a comment\n[place]\nname = Salón 2\n[screen]\nfullscreen = yes\nwindow = 800x480\n"
	                      "px_per_mm = 5.19\n[time]\nidle_seconds = 300\nanswer_seconds = 45\n[staff]\n"
	                      "broker_host = localhost\nbroker_port = 1884\n[content]\npack = a.pack\npack = b.pack\n"
	                      "fonts = f.ini\n",
	                      &s, &f));
	assert_string_equal(s.place, "Salón 2");
	assert_true(s.fullscreen);
	assert_int_equal(s.window_w, 800);
	assert_int_equal(s.window_h, 480);
	assert_int_equal(s.px_per_cm, 52);
	assert_int_equal(s.idle_seconds, 300);
	assert_int_equal(s.answer_seconds, 45);
	assert_string_equal(s.broker_host, "localhost");
	assert_int_equal(s.broker_port, 1884);
	assert_int_equal(s.pack_count, 2);
	assert_string_equal(s.packs[0], "a.pack");
	assert_string_equal(s.packs[1], "b.pack");
	assert_string_equal(s.fonts, "f.ini");
}

static void the_rest_has_defaults(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_true(read_text("[place]\nname = Quiet room\n", &s, &f));
	assert_int_equal(s.idle_seconds, 120);
	assert_int_equal(s.answer_seconds, 30);
	assert_int_equal(s.px_per_cm, 0);
	assert_string_equal(s.broker_host, "");
	assert_false(s.fullscreen);
}

/* The file that we ship as an example holds exactly the defaults. */
static void the_example_is_right(void **state) {
	(void)state;
	struct settings s, d;
	struct fault f = {""};
	settings_default(&s);
	settings_default(&d);
	if (!settings_read(&s, "kiosk/host/alcove.ini", &f)) {
		fail_msg("%s", f.says);
	}
	assert_int_equal(s.idle_seconds, d.idle_seconds);
	assert_int_equal(s.answer_seconds, d.answer_seconds);
	assert_int_equal(s.window_w, d.window_w);
	assert_int_equal(s.window_h, d.window_h);
	assert_int_equal(s.px_per_cm, d.px_per_cm);
	assert_int_equal(s.broker_port, d.broker_port);
	assert_string_equal(s.broker_host, d.broker_host);
	assert_string_equal(s.fonts, d.fonts);
	assert_int_equal(s.pack_count, 2);
}

static const struct {
	const char *text; /* after a good [place] of two lines */
	const char *says; /* part of the sentence */
} refused[] = {
    {"[time]\nidle_seconds = 119\n", ":4: idle_seconds: \"119\" is not a whole number from 120 to 300"},
    {"[time]\nidle_seconds = 301\n", ":4:"},
    {"[time]\nidle_seconds = 2 min\n", ":4:"},
    {"[time]\nidle_seconds =\n", ":4:"},
    {"[time]\nidle_seconds = 99999999999999999999\n", ":4:"},
    {"[time]\n\n\nanswer_seconds = 19\n", ":6: answer_seconds: \"19\" is not a whole number from 20 to 45"},
    {"[time]\nanswer_seconds = 46\n", ":4:"},
    {"[screen]\nfullscreen = maybe\n", ":4: fullscreen: \"maybe\" is neither yes nor no"},
    {"[screen]\nwindow = 1280\n", ":4: window: \"1280\" is not a size such as 1280x800"},
    {"[screen]\nwindow = 319x400\n", ":4:"},
    {"[screen]\nwindow = 4097x400\n", ":4:"},
    {"[screen]\nwindow = 800x480x2\n", ":4:"},
    {"[screen]\npx_per_mm = 1.9\n", ":4: px_per_mm: \"1.9\" is not a number from 2 to 20"},
    {"[screen]\npx_per_mm = 20.1\n", ":4:"},
    {"[screen]\npx_per_mm = nan\n", ":4:"},
    {"[screen]\npx_per_mm = fine\n", ":4:"},
    {"[staff]\nbroker_host = desk.example.org\n", "the broker \"desk.example.org\" is another machine"},
    {"[staff]\nbroker_host = 192.168.1.2\n", "another machine"},
    {"[staff]\nbroker_port = 0\n", ":4:"},
    {"[staff]\nbroker_port = 65536\n", ":4:"},
    {"[content]\npack =\n", ":4: pack: the pack has no file name"},
    {"[content]\npack=1\npack=2\npack=3\npack=4\npack=5\npack=6\npack=7\npack=8\npack=9\n",
     ":12: pack: there are more than 8"},
    {"[time]\nidle = 120\n", ":4: there is no setting \"idle\" in [time]"},
    {"[tine]\nidle_seconds = 120\n", ":4: there is no setting \"idle_seconds\" in [tine]"},
    {"[time]\nidle_seconds = 120\nidle_seconds = 120\n", ":5: \"idle_seconds\" is given a second time"},
    {"[time]\nthis is no setting\n", ":4: this is neither"},
    {"[time\nidle_seconds = 120\n", ":3: this [section] has no ]"},
};

static void each_wrong_value_has_its_sentence(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct settings s;
		struct fault f;
		char text[1024];
		snprintf(text, sizeof text, "[place]\nname = Quiet room\n%s", refused[i].text);
		if (read_text(text, &s, &f)) {
			fail_msg("taken: %s", refused[i].text);
		}
		if (strstr(f.says, refused[i].says) == NULL || strstr(f.says, file) != f.says) {
			fail_msg("%s\nsays: %s", refused[i].text, f.says);
		}
	}
}

static void places_have_plain_names(void **state) {
	(void)state;
	static const char *const bad[] = {"",
	                                  "a/b",
	                                  "a+b",
	                                  "#",
	                                  "a\\b",
	                                  "a\"b",
	                                  "\xff",
	                                  "a\x01"
	                                  "b",
	                                  "\xed\xa0\x80",
	                                  "0123456789012345678901234567890123456789012345678901234567890123"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct settings s;
		struct fault f;
		char text[256];
		snprintf(text, sizeof text, "[place]\nname = %s\n", bad[i]);
		assert_false(read_text(text, &s, &f));
		assert_non_null(strstr(f.says, ":2: name: "));
	}
}

static void what_is_missing_is_named(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_false(read_text("[time]\nidle_seconds = 120\n", &s, &f));
	assert_non_null(strstr(f.says, "\"name\" in [place] is missing"));
	assert_false(read_text("", &s, &f));
	settings_default(&s);
	assert_false(settings_read(&s, "/nowhere/alcove.ini", &f));
	assert_non_null(strstr(f.says, "/nowhere/alcove.ini"));
	assert_false(settings_read(&s, "/tmp", &f));
}

/* A line that the parser's buffer would cut in two is refused, not read as something else. */
static void long_lines_are_refused(void **state) {
	(void)state;
	char text[2000] = "[place]\nname = Quiet room\n[content]\npack = ";
	size_t len = strlen(text);
	memset(text + len, 'a', 1000);
	strcpy(text + len + 1000, "\n");
	struct settings s;
	struct fault f;
	assert_false(read_text(text, &s, &f));
	assert_non_null(strstr(f.says, ":4: this line is too long"));
}

/* --- options ---------------------------------------------------------------------------------------------------- */

static bool options(struct settings *s, enum options_do *what, struct fault *f, const char *a, const char *b,
                    const char *c, const char *d) {
	char words[5][64] = {"alcove"};
	const char *given[] = {a, b, c, d};
	char *argv[6] = {words[0]};
	int argc = 1;
	for (int i = 0; i < 4 && given[i] != NULL; i++) {
		snprintf(words[argc], sizeof words[argc], "%s", given[i]);
		argv[argc] = words[argc];
		argc++;
	}
	f->says[0] = 0;
	return options_read(argc, argv, s, what, f);
}

static void options_win_over_the_file(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	enum options_do what;
	write_file("[place]\nname = Here\n[screen]\nfullscreen = yes\n[content]\npack = one\npack = two\n");
	char config[80];
	snprintf(config, sizeof config, "--config=%s", file);
	assert_true(options(&s, &what, &f, "--pack", "mine", "--window=640x480", config));
	assert_int_equal(what, OPTIONS_RUN);
	assert_string_equal(s.place, "Here");
	assert_false(s.fullscreen);
	assert_int_equal(s.window_w, 640);
	assert_int_equal(s.pack_count, 1);
	assert_string_equal(s.packs[0], "mine");
	assert_true(options(&s, &what, &f, config, NULL, NULL, NULL));
	assert_int_equal(s.pack_count, 2);
}

static void each_wrong_option_has_its_sentence(void **state) {
	(void)state;
	static const struct {
		const char *a, *b, *c, *d, *says;
	} wrong[] = {
	    {"--colour", NULL, NULL, NULL, "There is no option --colour"},
	    {"-x", NULL, NULL, NULL, "There is no option -x"},
	    {"--pack", NULL, NULL, NULL, "--pack needs a value"},
	    {"a.pack", NULL, NULL, NULL, "\"a.pack\" is not an option"},
	    {"--window", "big", "--pack", "a", "--window: \"big\" is not a size"},
	    {"--window", "640x480", "--window", "640x480", "--window is given twice"},
	    {"--config", "a", "--config", "b", "--config is given twice"},
	    {"--config", "/nowhere/x.ini", NULL, NULL, "/nowhere/x.ini"},
	    {"--pack", "", NULL, NULL, "--pack: the pack has no file name"},
	    {NULL, NULL, NULL, NULL, "nothing to show"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct settings s;
		struct fault f;
		enum options_do what;
		assert_false(options(&s, &what, &f, wrong[i].a, wrong[i].b, wrong[i].c, wrong[i].d));
		if (strstr(f.says, wrong[i].says) == NULL) {
			fail_msg("expected \"%s\", got \"%s\"", wrong[i].says, f.says);
		}
	}
}

static void help_and_version_need_nothing_else(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	enum options_do what;
	assert_true(options(&s, &what, &f, "--help", NULL, NULL, NULL));
	assert_int_equal(what, OPTIONS_HELP);
	assert_true(options(&s, &what, &f, "--version", NULL, NULL, NULL));
	assert_int_equal(what, OPTIONS_VERSION);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_can_be_set),
	    cmocka_unit_test(the_rest_has_defaults),
	    cmocka_unit_test(the_example_is_right),
	    cmocka_unit_test(each_wrong_value_has_its_sentence),
	    cmocka_unit_test(places_have_plain_names),
	    cmocka_unit_test(what_is_missing_is_named),
	    cmocka_unit_test(long_lines_are_refused),
	    cmocka_unit_test(options_win_over_the_file),
	    cmocka_unit_test(each_wrong_option_has_its_sentence),
	    cmocka_unit_test(help_and_version_need_nothing_else),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
