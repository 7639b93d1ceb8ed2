/* The parent's side of looking at a pack: it believes no child. */
#include "base/clock.h"
#include "site.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include "store/look.h"

#define ODD "build/san/tests/store/odd_child"

static int pack_that(char does) {
	int fd = memfd_create("pack", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &does, 1), 1);
	return fd;
}

static enum wire_reason verdict(char does, struct store_facts *facts) {
	struct look_how how = {ODD, LOOK_PEEK};
	int fd = pack_that(does);
	enum wire_reason why = look_facts(&how, fd, facts);
	close(fd);
	/* No child is left behind, whatever it did. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	return why;
}

static void a_good_child_is_heard(void **state) {
	(void)state;
	struct store_facts facts;
	assert_int_equal(verdict('f', &facts), WIRE_FINE);
	assert_string_equal(facts.id, "x");
	assert_string_equal(facts.title, "A title");
	assert_int_equal(facts.version, 3);
}

static void an_odd_child_is_not_believed(void **state) {
	(void)state;
	struct store_facts facts;
	for (const char *does = "dgsltnciwb"; *does != 0; does++) {
		if (verdict(*does, &facts) != WIRE_DAMAGED) {
			fail_msg("%c was believed", *does);
		}
	}
}

static void a_child_that_hangs_is_ended(void **state) {
	(void)state;
	struct store_facts facts;
	int64_t began = clock_ms();
	assert_int_equal(verdict('h', &facts), WIRE_DAMAGED);
	int64_t took = clock_ms() - began;
	assert_true(took >= LOOK_PEEK_MS && took < LOOK_PEEK_MS + 3000);
}

static void a_child_that_talks_without_end_is_ended(void **state) {
	(void)state;
	struct store_facts facts;
	int64_t began = clock_ms();
	assert_int_equal(verdict('m', &facts), WIRE_DAMAGED);
	assert_true(clock_ms() - began < LOOK_PEEK_MS + 3000);
}

static void a_program_that_is_not_there(void **state) {
	(void)state;
	struct look_how how = {"build/nothing-here", LOOK_WHOLE};
	struct store_facts facts;
	int fd = pack_that('f');
	assert_int_equal(look_facts(&how, fd, &facts), WIRE_STORE_FAILED);
	close(fd);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_child_is_heard),       cmocka_unit_test(an_odd_child_is_not_believed),
	    cmocka_unit_test(a_child_that_hangs_is_ended), cmocka_unit_test(a_child_that_talks_without_end_is_ended),
	    cmocka_unit_test(a_program_that_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
