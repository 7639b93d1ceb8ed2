/* The bell over restarts of the host, of the broker and of both: nothing is lost and nothing comes twice. */
#include "bell_desk.h"

/* --- over restarts ---------------------------------------------------------------------------------------------- */

static void kept_path(const struct desk *d, char out[SETTINGS_PATH + 64]) {
	snprintf(out, SETTINGS_PATH + 64, "%s/Quiet%%20room.requests", d->settings.state_folder);
}

static bool kept(const struct desk *d) {
	char path[SETTINGS_PATH + 64];
	kept_path(d, path);
	return access(path, F_OK) == 0;
}

static void a_host_that_starts_again_loses_and_doubles_nothing(void **state) {
	struct desk *d = *state;
	char id[33], path[SETTINGS_PATH + 64], text[4096] = "";
	struct stat st;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	kept_path(d, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Exactly these fields, and no time of day. */
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	char head[160];
	snprintf(
	    head, sizeof head,
	    "[{\"id\":\"%s\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\",\"language\":\"es\",\"left\":", id);
	assert_memory_equal(text, head, strlen(head));
	assert_int_equal(strspn(text + strlen(head), "0123456789"), 7);
	assert_string_equal(text + strlen(head) + 7, "}]");

	restart_bell(d);
	wait_seen(d, STATE, "offline");
	listen_on(d, 1000);
	assert_int_equal(bell_open(d->bell), 1);
	assert_int_equal(count_seen(d, REQUEST, ""), 1); /* the broker had it: nothing is sent again */
	/* With the broker gone too it goes there once more, as the same. */
	end_process(&d->broker);
	restart_bell(d);
	start_broker(d);
	end_sub(d);
	start_sub(d);
	wait_seen(d, REQUEST, id);
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
	desk_says(d, id, "closed");
	wait_seen(d, REQUEST, "closed|0|\n");
	for (int64_t until = clock_ms() + PATIENCE_MS; stat(path, &st) == 0;) {
		assert_true(clock_ms() < until); /* and nothing is kept */
		usleep(20000);
	}
	assert_int_equal(bell_open(d->bell), 0);
}

static void without_a_file_the_broker_remembers(void **state) {
	struct desk *d = *state;
	char id[33], path[SETTINGS_PATH + 64];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	end_bell(d);
	kept_path(d, path);
	assert_int_equal(unlink(path), 0);
	new_bell(d);
	for (int64_t until = clock_ms() + PATIENCE_MS; bell_open(d->bell) != 1;) {
		assert_true(clock_ms() < until);
		usleep(20000);
	}
	/* Closed while the host was away: it is tidied up when it is back. */
	end_bell(d);
	desk_says(d, id, "closed");
	unlink(path);
	new_bell(d);
	wait_seen(d, REQUEST, "closed|0|\n");
	assert_int_equal(count_seen(d, REQUEST, "|0|{"), 1);
}

static void a_damaged_file_is_nothing(void **state) {
	struct desk *d = *state;
	static const char *const texts[] = {
	    "",
	    "[",
	    "{}",
	    "[1]",
	    "[{\"id\":\"x\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":3600001}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":36000,\"phrase\":\"no\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"other\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":36000,\"phrase\":\"a\\nb\"}]",
	};
	char path[SETTINGS_PATH + 64];
	kept_path(d, path);
	end_bell(d);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		chmod(path, 0600);
		fputs(texts[i], f);
		fclose(f);
		new_bell(d);
		bell_state(d->bell);
		assert_int_equal(bell_open(d->bell), 0);
		end_bell(d);
	}
	/* And one that would be right, but that others could have written. */
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs("[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	      "\"language\":\"es\",\"left\":3600000}]",
	      f);
	fclose(f);
	chmod(path, 0640);
	new_bell(d);
	bell_state(d->bell);
	assert_int_equal(bell_open(d->bell), 0);
	end_bell(d);
	chmod(path, 0600);
	new_bell(d);
	bell_state(d->bell);
	assert_int_equal(bell_open(d->bell), 1);
}

static void requests_are_never_kept_on_a_disk(void **state) {
	struct desk *d = *state;
	struct fault f = {""};
	struct settings s = d->settings;
	struct statfs fs;
	assert_true(bell_keeps(&s, &f));
	snprintf(s.state_folder, sizeof s.state_folder, "build");
	assert_int_equal(statfs(s.state_folder, &fs), 0);
	if (fs.f_type == TMPFS_MAGIC) {
		skip(); /* this checkout itself is in memory */
	}
	assert_false(bell_keeps(&s, &f));
	assert_non_null(strstr(f.says, "is on a disk"));
	s.state_folder[0] = 0;
	assert_false(bell_keeps(&s, &f));
	snprintf(s.state_folder, sizeof s.state_folder, "/nowhere/at/all");
	assert_false(bell_keeps(&s, &f));
	assert_non_null(strstr(f.says, "cannot be made"));
	/* The bell works all the same. */
	end_bell(d);
	d->settings = s;
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void unreachable_stays_so_over_a_restart(void **state) {
	struct desk *d = *state;
	kill(d->broker, SIGSTOP);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	restart_bell(d);
	kill(d->broker, SIGCONT);
	/* It was in the broker's socket already; it is taken away by the host that came after. */
	wait_seen(d, REQUEST, "cancelled|0|cancelled");
	wait_seen(d, REQUEST, "|0|\n");
	for (int64_t until = clock_ms() + PATIENCE_MS; kept(d);) { /* the host that came after is done too */
		assert_true(clock_ms() < until);
		read_sub(d, 50);
	}
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_host_that_starts_again_loses_and_doubles_nothing, set_up_online,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(without_a_file_the_broker_remembers, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_damaged_file_is_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(requests_are_never_kept_on_a_disk, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(unreachable_stays_so_over_a_restart, set_up_online, tear_down),
	};
	bell_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
