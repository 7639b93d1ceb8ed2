/* Numbers that staff have called: what is hidden, what falls away, what is kept, and what is not believed. */
#include "host/marks.h"
#include "store/durable.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[32];
static int dir = -1;

static int make_folder(void **state) {
	(void)state;
	strcpy(path, "/tmp/alcove-marks-XXXXXX");
	dir = mkdtemp(path) != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return dir < 0;
}

static int drop_folder(void **state) {
	(void)state;
	unlinkat(dir, "marks", 0);
	close(dir);
	return rmdir(path);
}

static struct mark mark(int number, const char *pack, uint32_t version, bool wrong) {
	struct mark m = {.version = version, .wrong = wrong, .on = "2026-11-20"};
	snprintf(m.digits, sizeof m.digits, "1800555%04d", number);
	snprintf(m.pack, sizeof m.pack, "%s", pack);
	return m;
}

static int hidden(const struct marks *m) {
	char list[WIRE_HIDDEN][WIRE_DIGITS];
	int n = 0;
	memset(list, 'x', sizeof list);
	marks_hidden(m, list);
	while (n < WIRE_HIDDEN && list[n][0] != 0) {
		n++;
	}
	for (int i = n; i < WIRE_HIDDEN; i++) {
		assert_int_equal(list[i][0], 0);
	}
	return n;
}

static bool set(struct marks *m, struct mark one) {
	return marks_set(m, &one);
}

static void wrong_ones_are_hidden_until_the_next_version(void **state) {
	(void)state;
	struct marks *m = calloc(1, sizeof *m);
	assert_true(set(m, mark(1, "library", 3, true)));
	assert_true(set(m, mark(2, "library", 3, false)));
	assert_true(set(m, mark(3, "house", 7, true)));
	assert_int_equal(hidden(m), 2);
	/* The same version again, an older one, another pack: nothing falls away. */
	assert_false(marks_settle(m, "library", 3));
	assert_false(marks_settle(m, "library", 2));
	assert_false(marks_settle(m, "other", 9));
	assert_int_equal(m->count, 3);
	assert_true(marks_settle(m, "library", 4));
	assert_int_equal(m->count, 1);
	assert_string_equal(m->rows[0].digits, "18005550003");
	assert_int_equal(hidden(m), 1);
	/* Somebody called again, and it was right after all. */
	assert_true(set(m, mark(3, "house", 7, false)));
	assert_int_equal(hidden(m), 0);
	assert_int_equal(m->count, 1);
	free(m);
}

static void no_more_are_hidden_than_a_visit_can_be_told_of(void **state) {
	(void)state;
	struct marks *m = calloc(1, sizeof *m);
	for (int i = 0; i < WIRE_HIDDEN; i++) {
		assert_true(set(m, mark(i, "library", 1, true)));
	}
	assert_int_equal(hidden(m), WIRE_HIDDEN);
	assert_false(set(m, mark(999, "library", 1, true)));
	assert_true(set(m, mark(5, "library", 1, true))); /* it is among them */
	/* Those that were right make room for each other, never for those that were wrong. */
	for (int i = 0; i < 2 * MARKS_ROOM; i++) {
		assert_true(set(m, mark(1000 + i, "library", 1, false)));
	}
	assert_int_equal(m->count, MARKS_ROOM);
	assert_int_equal(hidden(m), WIRE_HIDDEN);
	assert_true(marks_write(m, dir));
	struct marks *again = calloc(1, sizeof *again);
	assert_true(marks_read(again, dir));
	assert_int_equal(again->count, m->count);
	assert_memory_equal(again->rows, m->rows, sizeof m->rows);
	free(again);
	free(m);
}

static void they_are_kept(void **state) {
	(void)state;
	struct marks *m = calloc(1, sizeof *m), *again = calloc(1, sizeof *again);
	assert_int_equal(unlinkat(dir, "marks", 0), 0);
	assert_true(marks_read(again, dir));
	assert_int_equal(again->count, 0);
	struct mark without = mark(2, "", 4000000000u, false);
	memset(without.on, 0, sizeof without.on);
	assert_true(set(m, mark(1, "library", 3, true)));
	assert_true(set(m, without));
	assert_true(marks_write(m, dir));
	assert_true(marks_read(again, dir));
	assert_memory_equal(again, m, sizeof *m);
	free(again);
	free(m);
}

static void what_is_not_ours_is_not_believed(void **state) {
	(void)state;
	static const char *const bad[] = {
	    "wrong 1 library 3 2026-11-20",
	    "wrong  library 3 2026-11-20\n",
	    "wrong 1 library 3\n",
	    "wrong 1 library 3 2026-11-20 more\n",
	    "maybe 1 library 3 2026-11-20\n",
	    "wrong 1a library 3 2026-11-20\n",
	    "wrong 1 library -3 2026-11-20\n",
	    "wrong 123456789012345678901 library 3 2026-11-20\n",
	    "wrong 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 3 2026-11-20\n",
	    "wrong 1 library 3 yesterday\n",
	    "\n"};
	struct marks *m = calloc(1, sizeof *m);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_true(durable_write(dir, "marks", bad[i], strlen(bad[i])));
		m->count = 1;
		if (marks_read(m, dir)) {
			fail_msg("\"%s\" is read", bad[i]);
		}
		assert_int_equal(m->count, 0);
	}
	free(m);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrong_ones_are_hidden_until_the_next_version),
	    cmocka_unit_test(no_more_are_hidden_than_a_visit_can_be_told_of),
	    cmocka_unit_test(they_are_kept),
	    cmocka_unit_test(what_is_not_ours_is_not_believed),
	};
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
