/* The queue in front of a visit: what may be dropped, and what never is. */
#include "host/inbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void put_touch(struct inbox *box, enum wire_phase phase, int x) {
	struct wire_message m = {.kind = WIRE_TOUCH, .touch = {.phase = (uint8_t)phase, .x = (int16_t)x}};
	inbox_put(box, &m);
}

static void put_kind(struct inbox *box, enum wire_kind kind, uint32_t value) {
	struct wire_message m = {.kind = kind};
	if (kind == WIRE_WARN) {
		m.warn.left_ms = value;
	} else {
		m.bell = value;
	}
	inbox_put(box, &m);
}

static void order_is_kept_and_moves_are_joined(void **state) {
	(void)state;
	struct inbox box = {0};
	struct wire_message m;
	put_touch(&box, WIRE_DOWN, 1);
	for (int x = 2; x < 100; x++) {
		put_touch(&box, WIRE_MOVE, x);
	}
	put_touch(&box, WIRE_UP, 100);
	put_touch(&box, WIRE_DOWN, 101);
	assert_int_equal(box.count, 4);
	const int phases[] = {WIRE_DOWN, WIRE_MOVE, WIRE_UP, WIRE_DOWN}, xs[] = {1, 99, 100, 101};
	for (int i = 0; i < 4; i++) {
		assert_true(inbox_take(&box, &m));
		assert_int_equal(m.touch.phase, phases[i]);
		assert_int_equal(m.touch.x, xs[i]);
	}
	assert_false(inbox_take(&box, &m));
}

static void only_the_newest_warning_and_bell_count(void **state) {
	(void)state;
	struct inbox box = {0};
	struct wire_message m;
	for (uint32_t i = 1; i <= 5; i++) {
		put_kind(&box, WIRE_WARN, i);
		put_kind(&box, WIRE_BELL, i);
	}
	assert_int_equal(box.count, 2);
	assert_true(inbox_take(&box, &m));
	assert_int_equal(m.warn.left_ms, 5);
	assert_true(inbox_take(&box, &m));
	assert_int_equal(m.bell, 5);
}

/* A full queue: the touch is given up whole, and what the host itself has to say still gets through. */
static void when_full_touches_are_given_up(void **state) {
	(void)state;
	struct inbox box = {0};
	struct wire_message m;
	put_kind(&box, WIRE_WARN, 7);
	for (int i = 0; i < INBOX_ROOM; i++) {
		put_touch(&box, i % 2 == 0 ? WIRE_DOWN : WIRE_UP, i);
	}
	assert_int_equal(box.count, 2);
	put_kind(&box, WIRE_BELL, 3);
	const uint32_t kinds[] = {WIRE_WARN, WIRE_TOUCH, WIRE_BELL};
	for (int i = 0; i < 3; i++) {
		assert_true(inbox_take(&box, &m));
		assert_int_equal(m.kind, kinds[i]);
		assert_true(m.kind != WIRE_TOUCH || m.touch.phase == WIRE_LOST);
	}
	assert_int_equal(box.count, 0);
}

static void it_never_outgrows_its_room(void **state) {
	(void)state;
	struct inbox box = {0};
	for (int i = 0; i < 1000; i++) {
		put_kind(&box, i % 7 == 0 ? WIRE_KEY : WIRE_ASK, 1);
		put_touch(&box, (enum wire_phase)(i % 4 + 1), i);
		assert_true(box.count <= INBOX_ROOM);
	}
	inbox_wipe(&box);
	const struct inbox blank = {0};
	assert_memory_equal(&box, &blank, sizeof box);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_is_kept_and_moves_are_joined),
	    cmocka_unit_test(only_the_newest_warning_and_bell_count),
	    cmocka_unit_test(when_full_touches_are_given_up),
	    cmocka_unit_test(it_never_outgrows_its_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
