/* What staff have set: within bounds, kept, and over what the settings file says. */
#include "host/kept.h"
#include "store/durable.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[32];
static int dir = -1;

static int make_folder(void **state) {
	(void)state;
	strcpy(path, "/tmp/alcove-kept-XXXXXX");
	dir = mkdtemp(path) != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return dir < 0;
}

static int drop_folder(void **state) {
	(void)state;
	unlinkat(dir, "settings", 0);
	close(dir);
	return rmdir(path);
}

static void everything_has_bounds(void **state) {
	(void)state;
	struct kept k = {.volume = -1};
	assert_false(kept_idle(&k, 119));
	assert_false(kept_idle(&k, 301));
	assert_false(kept_answer(&k, 19));
	assert_false(kept_answer(&k, 46));
	assert_false(kept_volume(&k, -1));
	assert_false(kept_volume(&k, 101));
	assert_false(kept_place(&k, ""));
	assert_false(kept_place(&k, "two\nlines"));
	assert_false(kept_place(&k, "0123456789012345678901234567890123456789012345678901234567890"));
	struct settings s, d;
	settings_default(&s);
	settings_default(&d);
	kept_apply(&k, &s);
	assert_memory_equal(&s, &d, sizeof s);
	assert_true(kept_idle(&k, 120) && kept_idle(&k, 300));
	assert_true(kept_answer(&k, 45) && kept_answer(&k, 20));
	assert_true(kept_volume(&k, 100) && kept_volume(&k, 0));
	assert_true(kept_place(&k, "Salón 2"));
	kept_apply(&k, &s);
	assert_int_equal(s.idle_seconds, 300);
	assert_int_equal(s.answer_seconds, 20);
	assert_int_equal(s.volume, 0);
	assert_string_equal(s.place, "Salón 2");
}

static void it_is_kept(void **state) {
	(void)state;
	struct kept k = {.volume = -1}, again;
	memset(&again, 1, sizeof again);
	assert_true(kept_read(&again, dir)); /* nothing there yet */
	assert_memory_equal(&again, &k, sizeof k);
	assert_true(kept_write(&k, dir));
	assert_true(kept_read(&again, dir));
	assert_memory_equal(&again, &k, sizeof k);
	assert_true(kept_place(&k, "Room by the back door, on the left, the second one (blue)"));
	assert_true(kept_idle(&k, 240) && kept_answer(&k, 31) && kept_volume(&k, 70));
	assert_true(kept_write(&k, dir));
	assert_true(kept_read(&again, dir));
	assert_string_equal(again.place, k.place);
	assert_int_equal(again.idle_s, 240);
	assert_int_equal(again.answer_s, 31);
	assert_int_equal(again.volume, 70);
	/* How far the first start is: steps add up, and only steps that there are. */
	assert_int_equal(again.steps, 0);
	assert_false(kept_steps(&k, 1) || kept_steps(&k, 2u << WIRE_STEP_LAST));
	assert_true(kept_steps(&k, 1u << WIRE_STEP_PLACE) && kept_steps(&k, 1u << WIRE_STEP_LINE));
	assert_true(kept_write(&k, dir));
	assert_true(kept_read(&again, dir));
	assert_int_equal(again.steps, 1u << WIRE_STEP_PLACE | 1u << WIRE_STEP_LINE);
}

static void what_is_not_ours_is_not_believed(void **state) {
	(void)state;
	static const char *const bad[] = {"place x",
	                                  "place\n",
	                                  "idle_seconds 119\n",
	                                  "idle_seconds 9999999999999\n",
	                                  "idle_seconds two\n",
	                                  "idle_seconds 200\nanswer_seconds 46\n",
	                                  "volume -1\n",
	                                  "volume 101\n",
	                                  "colour 7\n",
	                                  "steps 1\n",
	                                  "steps 64\n",
	                                  "\n"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct kept k;
		assert_true(durable_write(dir, "settings", bad[i], strlen(bad[i])));
		if (kept_read(&k, dir)) {
			fail_msg("\"%s\" is read", bad[i]);
		}
		assert_int_equal(k.idle_s, 0);
		assert_int_equal(k.volume, -1);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_has_bounds),
	    cmocka_unit_test(it_is_kept),
	    cmocka_unit_test(what_is_not_ours_is_not_believed),
	};
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
