/* What the first program reads off the kernel's command line: all of it, or nothing and a sentence. */
#include "early/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define HASH "bca463ebdd200e1fbca463ebdd200e1fbca463ebdd200e1fbca463ebdd200e1f"

#define A "a1c0fe00-0000-4000-8000-00000000000a"
#define B "a1c0fe00-0000-4000-8000-00000000000b"

static void good_lines(void **state) {
	(void)state;
	static const char *const lines[] = {
	    "alcove.root=" A "," B " alcove.verity=23510,4b22," HASH " alcove.boot=a1c0fe01-01 ro quiet\n",
	    "ro xalcove.root=1 quiet alcove.verity=23510,4b22," HASH " alcove.boot=a1c0fe01-01 alcove.root=" A "," B,
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct disk_wish wish;
		struct fault f;
		assert_true(disk_wish_read(&wish, lines[i], &f));
		assert_string_equal(A, wish.place[0]);
		assert_string_equal(B, wish.place[1]);
		assert_string_equal("a1c0fe01-01", wish.boot);
		assert_string_equal("23510", wish.blocks);
		assert_string_equal("4b22", wish.salt);
		assert_string_equal(HASH, wish.hash);
	}
}

static void bad_lines(void **state) {
	(void)state;
	static const char *const lines[] = {
	    "",
	    "ro quiet",
	    "alcove.root=1-2,1-3 alcove.boot=1-1",
	    "alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=1-2,1-3 alcove.verity=1,2," HASH,
	    "alcove.root=1-2 alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=1-2, alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=,1-2 alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=1-2,1-3,1-4 alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root= alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=/dev/sda2,/dev/sda3 alcove.boot=1-1 alcove.verity=1,2," HASH,
	    "alcove.root=1-2,1-3 alcove.boot=/dev/sda1 alcove.verity=1,2," HASH,
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,2,",
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,2,abc",
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,," HASH,
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1234567890,2," HASH,
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,2," HASH "a",
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,2," HASH ";reboot",
	    "alcove.root=1-2,1-3 alcove.boot=1-1 alcove.verity=1,2 3," HASH,
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct disk_wish wish;
		struct fault f = {""};
		assert_false(disk_wish_read(&wish, lines[i], &f));
		assert_non_null(strstr(f.says, "Please"));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_lines),
	    cmocka_unit_test(bad_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
