/* The font table: the one we ship, and what a wrong line says. */
#include "base/fonts.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_ours(void **state) {
	(void)state;
	struct font_table *t = calloc(1, sizeof *t);
	assert_non_null(t);
	struct fault f;
	if (!fonts_read("assets/fonts.ini", t, &f)) {
		fail_msg("%s", f.says);
	}
	assert_int_equal(t->rows[0].face, TAG_LATIN);
	for (int i = 0; i < t->count; i++) {
		assert_int_equal(access(t->rows[i].regular, R_OK), 0);
		assert_int_equal(t->rows[i].bold[0] == 0 ? 0 : access(t->rows[i].bold, R_OK), 0);
	}
	assert_int_equal(fonts_serving(t, TAG('H', 'a', 'n', 'i'))->face, TAG('H', 'a', 'n', 's'));
	assert_int_equal(fonts_serving(t, TAG('A', 'r', 'a', 'b'))->face, TAG('A', 'r', 'a', 'b'));
	assert_null(fonts_serving(t, TAG('X', 'x', 'x', 'x')));
	free(t);
}

static const struct {
	const char *ini, *says;
} wrong[] = {
    {"[Latin]\nregular=/a\n", ":2: [Latin] is not a script."},
    {"[Latn]\nregular=a.ttf\n", ":2: 'a.ttf' is not a font file's path."},
    {"[Latn]\nregular=/a\n\nitalic=/b\n", ":4: 'italic' is not known."},
    {"[Latn]\nregular=/a\nindex=-1\n", ":3: '-1' is not a face's index."},
    {"[Latn]\nregular=/a\ncovers=Grek, Cyrl\n", ":3: 'Grek,' is not a script."},
    {"[Latn]\nregular=/a\nwhat\n", ":3: This line is not 'key = value'."},
    {"[Latn]\nbold=/a\n", ": row 1 has no font."},
    {"; nothing\n", ": The font table is empty."},
};

static void test_wrong_lines(void **state) {
	(void)state;
	struct font_table *t = calloc(1, sizeof *t);
	assert_non_null(t);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char path[] = "/tmp/alcove-fonts-XXXXXX";
		int fd = mkstemp(path);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, wrong[i].ini, strlen(wrong[i].ini)), strlen(wrong[i].ini));
		close(fd);
		struct fault f = {0};
		assert_false(fonts_read(path, t, &f));
		unlink(path);
		assert_non_null(strstr(f.says, path));
		if (strstr(f.says, wrong[i].says) == NULL) {
			fail_msg("said: %s", f.says);
		}
	}
	struct fault f = {0};
	assert_false(fonts_read("/nowhere/fonts.ini", t, &f));
	assert_non_null(strstr(f.says, "Check that the file is there."));
	free(t);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ours),
	    cmocka_unit_test(test_wrong_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
