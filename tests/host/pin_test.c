/* The PIN of staff mode: which are weak, how misses grow into waits, what survives a restart and a cut, and the child
 * that hashes. */
#include "host/pin.h"
#include "host/pin_hash.h"
#include "store/durable.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void weak_ones_are_refused(void **state) {
	(void)state;
	static const char *const weak[] = {"",       "1",      "12345",  "1234567890123", "000000", "999999",
	                                   "123456", "987654", "890123", "210987",        "135791", "864208",
	                                   "121212", "343434", "123123", "456456456",     "123321", "4577754",
	                                   "112233", "111222", "445566", "12a456",        "-12345", "778899"};
	for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
		if (!pin_weak(weak[i])) {
			fail_msg("%s is not called weak", weak[i]);
		}
	}
	static const char *const good[] = {"471108", "902817", "300571", "123457", "111211", "594827160384"};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		if (pin_weak(good[i])) {
			fail_msg("%s is called weak", good[i]);
		}
	}
}

static void waits_grow(void **state) {
	(void)state;
	static const int want[] = {0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600};
	for (int i = 0; i < (int)(sizeof want / sizeof want[0]); i++) {
		assert_int_equal(pin_wait_s(i), want[i]);
	}
	assert_int_equal(pin_wait_s(1000), 3600);
	assert_int_equal(pin_tries(&(struct pin){.misses = 0}), 5);
	assert_int_equal(pin_tries(&(struct pin){.misses = 4}), 1);
	assert_int_equal(pin_tries(&(struct pin){.misses = 9}), 1);
}

/* --- kept ------------------------------------------------------------------------------------------------------- */

static int make_folder(char path[32]) {
	strcpy(path, "/tmp/alcove-pin-XXXXXX");
	assert_non_null(mkdtemp(path));
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir >= 0);
	return dir;
}

static void drop_folder(int dir, const char *path) {
	unlinkat(dir, "pin", 0);
	unlinkat(dir, "pin.new", 0);
	close(dir);
	assert_int_equal(rmdir(path), 0);
}

static void a_restart_begins_the_wait_anew(void **state) {
	(void)state;
	char path[32];
	int dir = make_folder(path);
	struct pin p = {.misses = 6, .wait_until = 5}, q;
	assert_int_equal(pin_read(&q, dir, 0), PIN_NONE);
	strcpy(p.hash, "$argon2id$v=19$m=1$abc");
	assert_true(pin_write(&p, dir));
	assert_int_equal(pin_read(&q, dir, 1000), PIN_READ);
	assert_int_equal(q.misses, 6);
	assert_string_equal(q.hash, p.hash);
	/* Nothing of it depends on what time it is said to be. */
	assert_int_equal(q.wait_until, 1000 + 60 * 1000);
	struct stat st;
	assert_int_equal(fstatat(dir, "pin", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	drop_folder(dir, path);
}

static void what_is_broken_is_not_nothing(void **state) {
	(void)state;
	char path[32];
	int dir = make_folder(path);
	static const char *const bad[] = {
	    "",
	    "misses",
	    "misses 0\n",
	    "misses x\nargon2 $argon2id$a\n",
	    "misses -1\nargon2 $argon2id$a\n",
	    "misses 0\nargon2 \n",
	    "misses 0\nargon2 $argon2id$a",
	    "misses 0\nargon2 $argon2id$a\nmore\n",
	    "misses 0\nargon2 plain\n",
	    "misses 0\nargon2 $argon2id$"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"};
	struct pin p;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_true(durable_write(dir, "pin", bad[i], strlen(bad[i])));
		if (pin_read(&p, dir, 0) != PIN_BROKEN) {
			fail_msg("\"%s\" is read", bad[i]);
		}
		assert_int_equal(p.hash[0], 0);
	}
	/* Should it be gone, somebody may choose; while it is there and cannot be read, nobody may. */
	assert_int_equal(unlinkat(dir, "pin", 0), 0);
	assert_int_equal(mkdirat(dir, "pin", 0700), 0);
	assert_int_equal(pin_read(&p, dir, 0), PIN_BROKEN);
	assert_int_equal(unlinkat(dir, "pin", AT_REMOVEDIR), 0);
	drop_folder(dir, path);
}

/* --- the keypad ------------------------------------------------------------------------------------------------- */

static void the_keypad_moves_about(void **state) {
	(void)state;
	int at[10][10] = {{0}};
	enum { ROUNDS = 10000 };
	for (int n = 0; n < ROUNDS; n++) {
		uint8_t keys[10];
		unsigned seen = 0;
		assert_true(pin_shuffle(keys));
		for (int i = 0; i < 10; i++) {
			assert_true(keys[i] < 10);
			seen |= 1u << keys[i];
			at[i][keys[i]]++;
		}
		assert_int_equal(seen, 0x3ff);
	}
	/* Each digit is on each key about every tenth time: 1000 of 10000, and 8 standard deviations are 240. */
	for (int i = 0; i < 100; i++) {
		assert_in_range(at[i / 10][i % 10], 760, 1240);
	}
}

/* --- the child -------------------------------------------------------------------------------------------------- */

static struct pin_said say(const char *digits, const char *hash) {
	struct pin_ask ask = {.digits = ""};
	struct pin_said said = {0};
	struct pin_child c;
	snprintf(ask.digits, sizeof ask.digits, "%s", digits);
	snprintf(ask.hash, sizeof ask.hash, "%s", hash);
	assert_true(pin_child_start(&c, "/proc/self/exe", &ask));
	assert_int_equal(pin_child_hear(&c, &said), PIN_NOTHING_YET); /* nobody waits for it */
	struct pollfd p = {.fd = c.socket, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 60000), 1);
	assert_int_equal(pin_child_hear(&c, &said), PIN_SAID);
	assert_int_equal(c.pid, 0);
	return said;
}

static void the_child_makes_and_compares(void **state) {
	(void)state;
	struct pin_said made = say("471108", ""), other = say("471108", "");
	char cost[48];
	assert_int_equal(made.fine, 1);
	snprintf(cost, sizeof cost, "$argon2id$v=19$m=%d,t=%d,p=1$", PIN_BYTES / 1024, PIN_PASSES);
	assert_memory_equal(made.hash, cost, strlen(cost));
	assert_null(strstr(made.hash, "471108"));
	assert_string_not_equal(made.hash, other.hash); /* salted */
	assert_int_equal(say("471108", made.hash).fine, 1);
	assert_int_equal(say("471109", made.hash).fine, 0);
	assert_int_equal(say("4711080", made.hash).fine, 0);
	assert_int_equal(say("471108", "$argon2id$nonsense").fine, 0);
	/* Nobody of ours is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_child_that_dies_is_no_answer(void **state) {
	(void)state;
	struct pin_ask ask = {.digits = "471108"};
	struct pin_said said;
	struct pin_child c;
	assert_true(pin_child_start(&c, "/bin/false", &ask));
	struct pollfd p = {.fd = c.socket, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 60000), 1);
	assert_int_equal(pin_child_hear(&c, &said), PIN_FAILED);
	assert_false(pin_child_start(&c, "/nowhere/alcove", &ask));
	assert_int_equal(c.pid, 0);
	assert_true(pin_child_start(&c, "/proc/self/exe", &ask));
	pin_child_end(&c);
	pin_child_end(&c);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "pin") == 0) {
		return pin_main();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(weak_ones_are_refused),          cmocka_unit_test(waits_grow),
	    cmocka_unit_test(a_restart_begins_the_wait_anew), cmocka_unit_test(what_is_broken_is_not_nothing),
	    cmocka_unit_test(the_keypad_moves_about),         cmocka_unit_test(the_child_makes_and_compares),
	    cmocka_unit_test(a_child_that_dies_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
