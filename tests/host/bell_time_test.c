/* The bell and time: how many may be open, asking again, an hour, a line that stays down, heartbeats. */
#include "bell_desk.h"

/* --- time, and how many ----------------------------------------------------------------------------------------- */

static void three_may_be_open(void **state) {
	struct desk *d = *state;
	char id[33];
	for (int i = 0; i < 3; i++) {
		bell_send(d->bell, &come);
		wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
		bell_forget(d->bell);
	}
	bell_send(d->bell, &come);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_FULL);
	wait_seen(d, OPEN, "|3\n");
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, "|0|{"), 3);
	id_of_request(d, id);
	desk_says(d, id, "closed");
	for (int64_t until = clock_ms() + PATIENCE_MS; count_seen(d, OPEN, "|2\n") < 2;) { /* one on the way up */
		assert_true(clock_ms() < until);
		read_sub(d, 50);
	}
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void hurry(struct desk *d, int times) {
	end_bell(d);
	d->settings.hurry = times;
	new_bell(d);
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
}

static void nobody_sees_it_so_staff_are_asked_again(void **state) {
	struct desk *d = *state;
	char id[33];
	hurry(d, 180); /* three minutes are a second */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	for (int64_t until = clock_ms() + 3000; bell_state(d->bell) != WIRE_BELL_AGAIN;) {
		assert_true(clock_ms() < until);
		usleep(20000);
	}
	wait_seen(d, REQUEST, "\"again\":1}");
	wait_seen(d, REQUEST, "\"again\":2}");
	id_of_request(d, id);
	desk_says(d, id, "seen");
	wait_state_after(d, WIRE_BELL_AGAIN, WIRE_BELL_SEEN, ANSWER_MS);
	int asked = count_seen(d, REQUEST, "\"again\"");
	listen_on(d, 2500);
	assert_in_range(count_seen(d, REQUEST, "\"again\""), asked, asked + 1); /* one may have crossed it */
}

static void after_an_hour_it_is_taken_back(void **state) {
	struct desk *d = *state;
	hurry(d, 1800); /* an hour is two seconds */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "cancelled|0|expired");
	wait_seen(d, REQUEST, "|0|\n");
	assert_int_equal(bell_state(d->bell), WIRE_BELL_EXPIRED);
	wait_seen(d, OPEN, "|0\n");
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void a_line_that_stays_down_is_told(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	end_process(&d->broker);
	wait_state_after(d, WIRE_BELL_SENT, WIRE_BELL_CUT, 7000);
	start_broker(d);
	wait_state_after(d, WIRE_BELL_CUT, WIRE_BELL_SENT, ANSWER_MS);
}

static void the_host_is_alive_and_says_so(void **state) {
	struct desk *d = *state;
	wait_seen(d, HEARTBEAT, "{\"every\":30}");
	int before = count_seen(d, HEARTBEAT, "");
	bell_beat(d->bell);
	for (int64_t until = clock_ms() + PATIENCE_MS; count_seen(d, HEARTBEAT, "") == before;) {
		assert_true(clock_ms() < until);
		read_sub(d, 50);
	}
	listen_on(d, 500); /* and it does not beat by itself */
	assert_int_equal(count_seen(d, HEARTBEAT, ""), before + 1);
	/* The broker has found out late that an earlier connection is gone, and says so. */
	publish_as_desk(d, STATE, "offline");
	wait_seen(d, STATE, "|0|offline");
	int online = count_seen(d, STATE, "|0|online");
	bell_beat(d->bell);
	for (int64_t until = clock_ms() + PATIENCE_MS; count_seen(d, STATE, "|0|online") == online;) {
		assert_true(clock_ms() < until);
		read_sub(d, 50);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(three_may_be_open, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(nobody_sees_it_so_staff_are_asked_again, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(after_an_hour_it_is_taken_back, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_line_that_stays_down_is_told, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(the_host_is_alive_and_says_so, set_up_online, tear_down),
	};
	bell_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
