/* The bell against a real Mosquitto: sending, and brokers that are stuck, gone or not friendly. */
#include "bell_desk.h"

static void a_request_is_sent_once_with_these_fields(void **state) {
	struct desk *d = *state;
	struct wire_talk talk = {.how = WIRE_HOW_OTHER, .when = WIRE_WHEN_SOON, .language = "ar"};
	strcpy(talk.phrase, "Your \"laundry\" is ready — come");
	strcpy(talk.phrase_staff, "Laundry");
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	bell_send(d->bell, &talk);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
	char id[33], fields[512];
	id_of_request(d, id);
	snprintf(fields, sizeof fields,
	         "%s|0|{\"id\":\"%s\",\"place\":\"Quiet room\",\"how\":\"other\",\"when\":\"soon\",\"language\":\"ar\","
	         "\"phrase\":\"Your \\\"laundry\\\" is ready — come\",\"phrase_staff\":\"Laundry\"}\n",
	         id, id);
	assert_int_equal(count_seen(d, REQUEST, fields), 1);
	/* A desk that opens later finds it too, once. */
	end_sub(d);
	start_sub(d);
	wait_seen(d, REQUEST, "|1|{");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

static void cancel_takes_it_back(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "\"place\":\"Quiet room\",\"how\":\"come\",\"when\":\"now\",\"language\":\"es\"}\n");
	bell_cancel(d->bell);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	wait_seen(d, REQUEST, "|0|\n");
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void staff_see_and_close_it(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	desk_says(d, "00000000000000000000000000000000", "seen"); /* somebody else's */
	desk_says(d, id, "seen");
	wait_state(d, WIRE_BELL_SEEN, ANSWER_MS);
	desk_says(d, id, "closed");
	wait_state(d, WIRE_BELL_CLOSED, ANSWER_MS);
	listen_on(d, 500);
	/* All three topics are empty again. */
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, id), 0);
}

static void a_forgotten_request_stands_but_tells_nobody(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	bell_forget(d->bell);
	desk_says(d, id, "seen");
	listen_on(d, 300);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	bell_cancel(d->bell); /* the next visit has nothing to cancel */
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, "|0|\n"), 0);
}

static void without_a_broker_staff_cannot_be_reached(void **state) {
	struct desk *d = *state;
	int64_t begin = clock_ms();
	bell_send(d->bell, &come);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_SENDING);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	assert_true(clock_ms() - begin >= ANSWER_MS - 100);
	/* And it does not arrive later, behind the person's back. */
	start_broker(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 1000);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
	/* A new one does. */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void a_broker_that_comes_in_time_gets_it(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	start_broker(d);
	start_sub(d);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS + 500);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

/* The broker stands still before the kiosk's line is ready: then it is handed to nobody, and comes nowhere later. */
static void a_broker_that_is_stuck_from_the_start_never_hears_of_it(void **state) {
	struct desk *d = *state;
	end_bell(d);
	wait_seen(d, STATE, "offline");
	int beats = count_seen(d, HEARTBEAT, "");
	kill(d->broker, SIGSTOP);
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	kill(d->broker, SIGCONT);
	for (int64_t until = clock_ms() + PATIENCE_MS; count_seen(d, HEARTBEAT, "") == beats;) { /* its line is ready */
		assert_true(clock_ms() < until);
		read_sub(d, 50);
	}
	listen_on(d, 1000);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

/* The broker has the message in its socket but does not answer: the worst case, for it may still deliver it. */
static void a_stuck_broker_is_unreachable_and_emptied(void **state) {
	struct desk *d = *state;
	kill(d->broker, SIGSTOP);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	kill(d->broker, SIGCONT);
	wait_seen(d, REQUEST, "|0|\n"); /* whatever was delivered is taken away */
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void a_restarted_broker_gets_open_requests_again(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	end_sub(d);
	end_process(&d->broker);
	start_broker(d);
	start_sub(d);
	wait_seen(d, REQUEST, id); /* the same id: the same request */
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

/* --- brokers that are not friendly -------------------------------------------------------------------------------- */

/* A broker that takes no request from us and does not say so (MQTT 3.1.1 has no word for it). */
static void a_broker_that_confirms_and_drops(struct desk *d, int mqtt) {
	end_bell(d);
	end_process(&d->broker);
	FILE *config = fopen(d->config, "ae");
	assert_non_null(config);
	char acl[128];
	snprintf(acl, sizeof acl, "%s/acl", d->folder);
	fprintf(config, "acl_file %s\n", acl);
	fclose(config);
	FILE *f = fopen(acl, "we");
	assert_non_null(f);
	fprintf(f, "topic read alcove/#\ntopic write alcove/v1/Quiet%%20room/state\n");
	fclose(f);
	start_broker(d);
	d->settings.mqtt = mqtt;
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 500);
	unlink(acl);
}

static void a_refusal_is_not_sent_5(void **state) {
	a_broker_that_confirms_and_drops(*state, 5);
}

static void a_refusal_is_not_sent_311(void **state) {
	a_broker_that_confirms_and_drops(*state, 3);
}

static void the_older_version_does_it_too(void **state) {
	struct desk *d = *state;
	char id[33];
	d->settings.mqtt = 3;
	restart_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	desk_says(d, id, "seen");
	wait_state(d, WIRE_BELL_SEEN, ANSWER_MS);
}

static void a_kiosk_that_stops_says_so(void **state) {
	struct desk *d = *state;
	end_bell(d);
	d->bell = NULL;
	wait_seen(d, STATE, "|0|offline");
}

static void wait_test(struct desk *d, enum bell_test want) {
	for (int64_t until = clock_ms() + PATIENCE_MS; bell_tested(d->bell) == BELL_TESTING;) {
		struct pollfd p = {.fd = bell_fd(d->bell), .events = POLLIN};
		assert_true(clock_ms() < until);
		poll(&p, 1, 50);
		bell_state(d->bell);
	}
	assert_int_equal(bell_tested(d->bell), want);
}

/* What staff test says what is, in time, and rings nothing. */
static void a_line_can_be_tested(void **state) {
	struct desk *d = *state;
	assert_int_equal(bell_tested(d->bell), BELL_UNTESTED);
	bell_test(d->bell);
	wait_test(d, BELL_HEARD);
	wait_seen(d, "alcove/v1/Quiet%20room/test", "|0|test");
	assert_null(strstr(d->seen, "/request/"));
	end_process(&d->broker);
	int64_t began = clock_ms();
	bell_test(d->bell);
	assert_int_equal(bell_tested(d->bell), BELL_TESTING);
	wait_test(d, BELL_NOT_HEARD);
	assert_in_range(clock_ms() - began, BELL_TEST_MS - 500, BELL_TEST_MS + 2000);
	/* One that comes back in time is heard. */
	bell_test(d->bell);
	start_broker(d);
	wait_test(d, BELL_HEARD);
}

/* A kiosk that gets another name is not missed under the old one. */
static void another_name_leaves_nothing_behind(void **state) {
	struct desk *d = *state;
	wait_seen(d, STATE, "online");
	wait_seen(d, OPEN, "0");
	bell_leave(d->bell);
	bell_free(d->bell);
	d->bell = NULL;
	wait_seen(d, STATE, "|0|\n");
	wait_seen(d, OPEN, "|0|\n");
	end_sub(d);
	start_sub(d);
	usleep(500000);
	assert_null(strstr(d->seen, "alcove/v1/"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_request_is_sent_once_with_these_fields, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(cancel_takes_it_back, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(staff_see_and_close_it, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_forgotten_request_stands_but_tells_nobody, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(without_a_broker_staff_cannot_be_reached, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_broker_that_comes_in_time_gets_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_broker_that_is_stuck_from_the_start_never_hears_of_it, set_up_online,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(a_stuck_broker_is_unreachable_and_emptied, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_restarted_broker_gets_open_requests_again, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_refusal_is_not_sent_5, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_refusal_is_not_sent_311, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(the_older_version_does_it_too, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_kiosk_that_stops_says_so, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_line_can_be_tested, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(another_name_leaves_nothing_behind, set_up_online, tear_down),
	};
	bell_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
