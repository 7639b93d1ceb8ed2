/* What the first program reads off the kernel's command line: all of it, or nothing and a sentence. */
#include "early/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define HASH "bca463ebdd200e1fbca463ebdd200e1fbca463ebdd200e1fbca463ebdd200e1f"

static void good_lines(void **state) {
	(void)state;
	static const char *const lines[] = {
	    "alcove.root=a1c0fe00-0000-4000-8000-00000000000a alcove.verity=23510,4b22," HASH " ro quiet\n",
	    "ro xalcove.root=1 quiet alcove.verity=23510,4b22," HASH
	    " alcove.root=a1c0fe00-0000-4000-8000-00000000000a",
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct disk_wish wish;
		struct fault f;
		assert_true(disk_wish_read(&wish, lines[i], &f));
		assert_string_equal("a1c0fe00-0000-4000-8000-00000000000a", wish.partition);
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
	    "alcove.root=a1c0fe01-02",
	    "alcove.verity=1,2," HASH,
	    "alcove.root= alcove.verity=1,2," HASH,
	    "alcove.root=/dev/sda2 alcove.verity=1,2," HASH,
	    "alcove.root=a1c0fe01-02 alcove.verity=1,2,",
	    "alcove.root=a1c0fe01-02 alcove.verity=1,2,abc",
	    "alcove.root=a1c0fe01-02 alcove.verity=1,," HASH,
	    "alcove.root=a1c0fe01-02 alcove.verity=1234567890,2," HASH,
	    "alcove.root=a1c0fe01-02 alcove.verity=1,2," HASH "a",
	    "alcove.root=a1c0fe01-02 alcove.verity=1,2," HASH ";reboot",
	    "alcove.root=a1c0fe01-02 alcove.verity=1,2 3," HASH,
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
