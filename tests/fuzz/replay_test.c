/* Every seed in the tree, once more: what fuzzing has found stays found. */
#include "fuzz.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void replay(const char *folder, void (*target)(const uint8_t *bytes, size_t size)) {
	DIR *d = opendir(folder);
	assert_non_null(d);
	int count = 0;
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		char path[400];
		static uint8_t bytes[1 << 20];
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (f == NULL) {
			continue;
		}
		size_t size = fread(bytes, 1, sizeof bytes, f);
		fclose(f);
		target(bytes, size);
		count++;
	}
	closedir(d);
	assert_true(count > 5);
}

static void one_pack(const uint8_t *bytes, size_t size) {
	fuzz_pack(bytes, size);
}

static void packs(void **state) {
	(void)state;
	/* Without an edit it is a good pack; with the first page gone it is none. */
	static const uint8_t shorter[8] = {5, 0, 0, 0, 0, 1};
	assert_true(fuzz_pack(shorter, 0));
	assert_false(fuzz_pack(shorter, sizeof shorter));
	replay("tests/fuzz/seeds/pack", one_pack);
}

static void signatures(void **state) {
	(void)state;
	replay("tests/fuzz/seeds/signature", fuzz_signature);
}

static void sheets(void **state) {
	(void)state;
	replay("tests/fuzz/seeds/sheet", fuzz_sheet);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(packs),
	    cmocka_unit_test(signatures),
	    cmocka_unit_test(sheets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
