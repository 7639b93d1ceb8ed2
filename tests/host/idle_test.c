/* The timing of "Still here?" with a clock made of numbers. */
#include "host/idle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IDLE = 120000, ANSWER = 30000, START = 5000 };

static struct idle fresh(void) {
	struct idle idle;
	idle_reset(&idle, IDLE, ANSWER);
	return idle;
}

static void expect_nothing(struct idle *idle, int64_t now) {
	uint32_t left = 0;
	assert_int_equal(idle_tick(idle, now, &left), IDLE_NOTHING);
}

static void expect_warning(struct idle *idle, int64_t now, uint32_t left_ms) {
	uint32_t left = 0;
	assert_int_equal(idle_tick(idle, now, &left), IDLE_WARN);
	assert_int_equal(left, left_ms);
}

static void untouched_never_ends(void **state) {
	(void)state;
	struct idle idle = fresh();
	assert_int_equal(idle_deadline(&idle), -1);
	expect_nothing(&idle, (int64_t)1 << 50);
}

static void asks_at_t_and_clears_30_s_later(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, START);
	assert_int_equal(idle_deadline(&idle), START + IDLE);
	expect_nothing(&idle, START + IDLE - 1);
	expect_warning(&idle, START + IDLE, ANSWER);
	for (int second = 1; second < 30; second++) {
		int64_t at = START + IDLE + second * 1000;
		assert_int_equal(idle_deadline(&idle), at);
		expect_nothing(&idle, at - 1);
		expect_warning(&idle, at, (uint32_t)(ANSWER - second * 1000));
	}
	assert_int_equal(idle_deadline(&idle), START + IDLE + ANSWER);
	expect_nothing(&idle, START + IDLE + ANSWER - 1);
	uint32_t left;
	assert_int_equal(idle_tick(&idle, START + IDLE + ANSWER, &left), IDLE_CLEAR);
}

static void extends_ten_times_and_more(void **state) {
	(void)state;
	struct idle idle = fresh();
	int64_t now = START;
	idle_input(&idle, now);
	for (int times = 0; times < 25; times++) {
		now += IDLE;
		expect_warning(&idle, now, ANSWER);
		now += ANSWER - 1; /* the last moment still counts */
		idle_input(&idle, now);
		assert_int_equal(idle_deadline(&idle), now + IDLE);
	}
}

static void input_starts_the_wait_again(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, START);
	idle_input(&idle, START + 100000);
	expect_nothing(&idle, START + IDLE);
	expect_warning(&idle, START + 100000 + IDLE, ANSWER);
}

static void reading_makes_it_longer_up_to_five_minutes(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, 0);
	idle_reading(&idle, 60000);
	assert_int_equal(idle_deadline(&idle), IDLE + 60000);
	idle_reading(&idle, 0);
	assert_int_equal(idle_deadline(&idle), IDLE);
	idle_reading(&idle, UINT32_MAX);
	assert_int_equal(idle_deadline(&idle), IDLE_LONGEST_MS);
}

static void the_question_itself_is_not_reading(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, 0);
	expect_warning(&idle, IDLE, ANSWER);
	idle_reading(&idle, 90000);
	assert_int_equal(idle_deadline(&idle), IDLE + 1000);
	idle_input(&idle, IDLE + 500);
	assert_int_equal(idle_deadline(&idle), IDLE + 500 + IDLE);
}

static void a_late_tick_still_gives_the_whole_time(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, 0);
	expect_warning(&idle, IDLE + 2500, ANSWER);
	expect_warning(&idle, IDLE + 2500 + 7300, ANSWER - 7300);
	assert_int_equal(idle_deadline(&idle), IDLE + 2500 + 8000);
}

static void a_machine_that_slept_clears_at_once(void **state) {
	(void)state;
	struct idle idle = fresh();
	idle_input(&idle, 0);
	uint32_t left;
	assert_int_equal(idle_tick(&idle, IDLE + ANSWER + 1, &left), IDLE_CLEAR);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(untouched_never_ends),
	    cmocka_unit_test(asks_at_t_and_clears_30_s_later),
	    cmocka_unit_test(extends_ten_times_and_more),
	    cmocka_unit_test(input_starts_the_wait_again),
	    cmocka_unit_test(reading_makes_it_longer_up_to_five_minutes),
	    cmocka_unit_test(the_question_itself_is_not_reading),
	    cmocka_unit_test(a_late_tick_still_gives_the_whole_time),
	    cmocka_unit_test(a_machine_that_slept_clears_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
