/* Opening packs and fonts, and the check of a pack by a child. This program is its own child: what it is to do is told
 * by the first bytes of the pack. */
#include "host/spawn.h"
#include "host/supply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static int fake_check(void) {
	char what[16] = "";
	if (read(WIRE_FD_FILES, what, sizeof what - 1) < 0) {
		return 9;
	}
	if (strcmp(what, "good") == 0) {
		return 0;
	}
	if (strcmp(what, "bad") == 0) {
		dprintf(STDOUT_FILENO, "It is\x1b[31m cut.\nAnd more.\n");
		return 1;
	}
	if (strcmp(what, "flood") == 0) {
		for (int i = 0; i < 100000; i++) {
			dprintf(STDOUT_FILENO, "words without end ");
		}
		return 1;
	}
	if (strcmp(what, "hang") == 0) {
		dprintf(STDOUT_FILENO, "I am fine.");
		for (;;) {
			pause();
		}
	}
	abort();
}

static int pack_that_says(const char *what) {
	int fd = memfd_create("pack", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, what, strlen(what)), (ssize_t)strlen(what));
	return fd;
}

static bool check(const char *what, bool now, struct fault *f) {
	struct supply_check c;
	int fd = pack_that_says(what);
	memset(f, 0, sizeof *f);
	assert_true(supply_check_start(&c, "/proc/self/exe", fd, f));
	if (now) {
		usleep(100000);
	}
	bool good = now ? supply_check_end_now(&c, "my.pack", f) : supply_check_end(&c, "my.pack", f);
	assert_int_equal(c.pid, 0);
	close(fd);
	return good;
}

static void a_good_pack_passes(void **state) {
	(void)state;
	struct fault f;
	assert_true(check("good", false, &f));
}

static void a_refusal_is_one_clean_sentence(void **state) {
	(void)state;
	struct fault f;
	assert_false(check("bad", false, &f));
	assert_string_equal(f.says, "The pack my.pack is refused. It is [31m cut.");
}

static void a_child_that_fails_is_a_refusal(void **state) {
	(void)state;
	struct fault f;
	assert_false(check("abort", false, &f));
	assert_non_null(strstr(f.says, "The pack my.pack is refused. It could not be read."));
	assert_false(check("flood", false, &f));
	assert_non_null(strstr(f.says, "The pack my.pack is refused. words without end"));
	assert_false(check("hang", true, &f));
	assert_non_null(strstr(f.says, "The pack my.pack is refused."));
}

static char folder[64], table[96], font[96], pipe_path[96];

static int make_folder(void **state) {
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/alcove-supply-XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(table, sizeof table, "%s/fonts.ini", folder);
	snprintf(font, sizeof font, "%s/a.ttf", folder);
	snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
	FILE *f = fopen(font, "we");
	return f == NULL || fclose(f) != 0 || mkfifo(pipe_path, 0600) != 0;
}

static int remove_folder(void **state) {
	(void)state;
	unlink(table);
	unlink(font);
	unlink(pipe_path);
	return rmdir(folder);
}

static void write_table(const char *regular) {
	FILE *f = fopen(table, "we");
	assert_non_null(f);
	fprintf(f, "[Latn]\nregular = %s\nbold = %s\nindex = 2\n", regular, font);
	fclose(f);
}

static void files_are_opened_in_order(void **state) {
	(void)state;
	struct keeper_plan plan = {0};
	struct fault f;
	const char *packs[] = {table, font};
	write_table(font);
	assert_true(supply_open(&plan, packs, 2, table, &f));
	assert_int_equal(plan.pack_count, 2);
	assert_int_equal(plan.font_count, 2);
	assert_int_equal(plan.font[0].bold, 0);
	assert_int_equal(plan.font[1].bold, 1);
	assert_int_equal(plan.font[1].index, 2);
	struct stat a, b;
	assert_int_equal(fstat(plan.packs[0], &a), 0);
	assert_int_equal(stat(table, &b), 0);
	assert_true(a.st_ino == b.st_ino);
	supply_close(&plan);
	assert_int_equal(plan.pack_count, 0);
}

static void what_cannot_be_opened_is_named(void **state) {
	(void)state;
	struct keeper_plan plan = {0};
	struct fault f;
	const char *const bad[] = {"/nowhere/a.pack", folder, pipe_path};
	write_table(font);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *packs[] = {table, bad[i]};
		assert_false(supply_open(&plan, packs, 2, table, &f));
		assert_non_null(strstr(f.says, bad[i]));
		assert_int_equal(plan.pack_count, 0);
	}
	const char *packs[] = {table};
	write_table("/nowhere/b.ttf");
	assert_false(supply_open(&plan, packs, 1, table, &f));
	assert_non_null(strstr(f.says, "/nowhere/b.ttf"));
	assert_false(supply_open(&plan, packs, 1, "/nowhere/fonts.ini", &f));
	assert_non_null(strstr(f.says, "/nowhere/fonts.ini"));
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "visit-check") == 0) {
		return fake_check();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_pack_passes),
	    cmocka_unit_test(a_refusal_is_one_clean_sentence),
	    cmocka_unit_test(a_child_that_fails_is_a_refusal),
	    cmocka_unit_test(files_are_opened_in_order),
	    cmocka_unit_test(what_cannot_be_opened_is_named),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
