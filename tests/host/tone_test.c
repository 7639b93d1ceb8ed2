/* The sound as the host uses it, with the children that are shipped (with their lock) and with the developers' (with their
 * sanitizers), and with the real libasound: its devices `file` and `null` stand in for a card. What is played arrives in a
 * FIFO and is compared sample by sample; a FIFO that nobody reads is a card that hangs. */
#include "base/clock.h"
#include "host/tone.h"
#include "sound/wave.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

enum { BYTES = WAVE_FRAMES * WAVE_CHANNELS * (int)sizeof(int16_t), PATIENCE_MS = 20000 };

static const char *const programs[] = {"build/alcove", "build/san/alcove"};

/* All that these tests write is in here, and goes with it at the end, also when one has failed. */
static char group[] = "/tmp/alcove-tone-XXXXXX";

struct world {
	char folder[64], config[96], fifo[96];
	const char *program;
	struct tone tone;
	int64_t now;
	unsigned news;
};

static struct world world_new(const char *program) {
	struct world w = {.program = program, .tone = NO_TONE, .now = 1000};
	snprintf(w.folder, sizeof w.folder, "%s/XXXXXX", group);
	assert_non_null(mkdtemp(w.folder));
	snprintf(w.config, sizeof w.config, "%s/asound.conf", w.folder);
	snprintf(w.fifo, sizeof w.fifo, "%s/card", w.folder);
	assert_int_equal(mkfifo(w.fifo, 0600), 0);
	FILE *f = fopen(w.config, "w");
	assert_non_null(f);
	fprintf(f,
	        "pcm.card { type file slave.pcm { type null } file \"%s\" format raw }\n"
	        "pcm.elsewhere { type file slave.pcm { type null } file \"%s/elsewhere\" format raw }\n"
	        "pcm.swallows { type null }\n",
	        w.fifo, group);
	fclose(f);
	setenv("ALSA_CONFIG_PATH", w.config, 1);
	return w;
}

/* A killed process is gone in a millisecond, or in some more on a busy machine; nobody stands still for it. */
static void close_until_gone(struct tone *t) {
	for (int64_t end = clock_ms() + PATIENCE_MS; clock_ms() < end;) {
		tone_close(t);
		if (t->play.ended == 0 && t->look.ended == 0) {
			return;
		}
		usleep(5000);
	}
	fail_msg("a child does not go");
}

static void world_free(struct world *w) {
	close_until_gone(&w->tone);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left, not even as a zombie */
	assert_int_equal(errno, ECHILD);
	unsetenv("ALSA_CONFIG_PATH");
}

/* Until there is this news. The host's clock stands still meanwhile, as far as nobody moves it. */
static void until(struct world *w, enum tone_news news) {
	for (int64_t end = clock_ms() + PATIENCE_MS; clock_ms() < end && (w->news & news) == 0;) {
		struct pollfd fds[TONE_FDS];
		poll(fds, (nfds_t)tone_fds(&w->tone, fds), 20);
		w->news |= tone_tend(&w->tone, w->now);
	}
	assert_true((w->news & news) != 0);
	w->news &= ~(unsigned)news;
}

static void open_on(struct world *w, const char *device) {
	tone_open(&w->tone, w->program, device, w->now);
	w->news = tone_tend(&w->tone, w->now);
	if (device != NULL) {
		until(w, TONE_CARDS);
	}
	assert_true(w->tone.known);
}

/* Plays it, and gives back what came out at the other end. */
static int16_t *played(struct world *w, int percent, size_t *bytes) {
	int16_t *all = malloc(3 * BYTES);
	assert_non_null(all);
	*bytes = 0;
	int out = open(w->fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(out >= 0);
	assert_true(tone_play(&w->tone, percent, w->now));
	for (int64_t end = clock_ms() + PATIENCE_MS; clock_ms() < end && (w->news & TONE_OVER) == 0;) {
		struct pollfd fds[TONE_FDS + 1] = {{.fd = out, .events = POLLIN}};
		poll(fds, 1 + (nfds_t)tone_fds(&w->tone, fds + 1), 20);
		ssize_t n = read(out, (char *)all + *bytes, 3 * BYTES - *bytes);
		*bytes += n > 0 ? (size_t)n : 0;
		w->news |= tone_tend(&w->tone, w->now);
	}
	for (ssize_t n = 1; n > 0; *bytes += n > 0 ? (size_t)n : 0) {
		n = read(out, (char *)all + *bytes, 3 * BYTES - *bytes);
	}
	close(out);
	assert_true((w->news & TONE_OVER) != 0);
	w->news = 0;
	return all;
}

#define FOR_BOTH(w)                                                                                                    \
	for (int both = 0; both < 2; both++)                                                                           \
		for (struct world w = world_new(programs[both]); w.program != NULL; world_free(&w), w.program = NULL)

/* --- what is played --------------------------------------------------------------------------------------------- */

static void what_arrives_is_the_tone(void **state) {
	(void)state;
	static const int percent[] = {100, 50, 25, 1, 0};
	int16_t *wave = malloc(BYTES);
	assert_non_null(wave);
	FOR_BOTH(w) {
		open_on(&w, "card");
		assert_true(w.tone.there);
		for (size_t i = 0; i < sizeof percent / sizeof percent[0]; i++) {
			size_t bytes = 0;
			int16_t *all = played(&w, percent[i], &bytes);
			assert_int_equal(w.tone.said, SOUND_PLAYED);
			assert_int_equal(bytes, BYTES);
			wave_fill(wave, percent[i]);
			assert_memory_equal(all, wave, BYTES);
			free(all);
		}
	}
	free(wave);
}

static void expect_nothing(const char *device) {
	FOR_BOTH(w) {
		open_on(&w, device);
		assert_false(w.tone.there);
		assert_true(tone_play(&w.tone, 50, w.now));
		until(&w, TONE_OVER);
		assert_int_equal(w.tone.said, SOUND_NOTHING);
	}
}

static void a_device_that_is_not_there(void **state) {
	(void)state;
	expect_nothing("nonesuch");
}

/* A machine without a card, as those are that run this. */
static void no_card_at_all(void **state) {
	(void)state;
	if (access("/dev/snd/controlC0", F_OK) == 0) {
		skip();
	}
	expect_nothing("");
}

static void none_is_none(void **state) {
	(void)state;
	FOR_BOTH(w) {
		open_on(&w, NULL);
		assert_false(w.tone.there);
		assert_false(tone_play(&w.tone, 50, w.now));
		assert_int_equal(w.tone.said, SOUND_NOTHING);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody was started at all */
	}
}

/* --- what goes wrong -------------------------------------------------------------------------------------------- */

static void one_that_hangs_is_given_up(void **state) {
	(void)state;
	FOR_BOTH(w) {
		open_on(&w, "card");
		assert_true(tone_play(&w.tone, 50, w.now));
		usleep(200000); /* nobody reads */
		assert_int_equal(tone_tend(&w.tone, w.now + TONE_GIVE_UP_MS - 1), 0);
		assert_int_equal(tone_deadline(&w.tone), w.now + TONE_GIVE_UP_MS);
		assert_true(tone_playing(&w.tone));
		int64_t before = clock_ms();
		assert_int_equal(tone_tend(&w.tone, w.now + TONE_GIVE_UP_MS), TONE_OVER);
		assert_true(clock_ms() - before < 1000);
		assert_int_equal(w.tone.said, SOUND_BROKEN);
		assert_false(tone_playing(&w.tone));
		close_until_gone(&w.tone);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
}

static void one_that_dies_is_noticed(void **state) {
	(void)state;
	FOR_BOTH(w) {
		open_on(&w, "card");
		assert_true(tone_play(&w.tone, 50, w.now));
		kill(w.tone.play.pid, SIGKILL);
		until(&w, TONE_OVER);
		assert_int_equal(w.tone.said, SOUND_BROKEN);
	}
}

static void a_program_that_cannot_start(void **state) {
	(void)state;
	struct world w = world_new("/nowhere/alcove");
	tone_open(&w.tone, w.program, "card", w.now);
	assert_int_equal(tone_tend(&w.tone, w.now), TONE_CARDS);
	assert_false(w.tone.there);
	assert_false(tone_play(&w.tone, 50, w.now));
	assert_int_equal(w.tone.said, SOUND_BROKEN);
	world_free(&w);
}

/* Never two at a time, and none is broken off: of those that were pressed meanwhile the last one follows. */
static void pressed_again_it_follows(void **state) {
	(void)state;
	FOR_BOTH(w) {
		open_on(&w, "card");
		assert_true(tone_play(&w.tone, 100, w.now));
		pid_t first = w.tone.play.pid;
		assert_true(tone_play(&w.tone, 50, w.now));
		assert_true(tone_playing(&w.tone));
		assert_int_equal(w.tone.play.pid, first);
		size_t bytes = 0;
		int16_t *all = played(&w, 25, &bytes), *wave = malloc(BYTES);
		assert_non_null(wave);
		assert_int_equal(w.tone.said, SOUND_PLAYED);
		assert_false(tone_playing(&w.tone));
		assert_int_equal(bytes, 2 * BYTES);
		wave_fill(wave, 100);
		assert_memory_equal(all, wave, BYTES);
		wave_fill(wave, 25);
		assert_memory_equal((char *)all + BYTES, wave, BYTES);
		free(all);
		free(wave);
	}
}

static void to_leave_ends_it(void **state) {
	(void)state;
	FOR_BOTH(w) {
		open_on(&w, "card");
		assert_true(tone_play(&w.tone, 50, w.now));
		pid_t pid = w.tone.play.pid;
		close_until_gone(&w.tone);
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(tone_fds(&w.tone, (struct pollfd[TONE_FDS]){{0}}), 0);
		assert_int_equal(tone_deadline(&w.tone), -1);
	}
}

/* --- its lock --------------------------------------------------------------------------------------------------- */

static bool status_has(pid_t pid, const char *line) {
	char path[64], text[4096];
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	return strstr(text, line) != NULL;
}

/* The one that is shipped, while it stands before a card that hangs. */
static void it_is_locked_in_and_inherits_nothing(void **state) {
	(void)state;
	struct world w = world_new(programs[0]);
	char path[64], environment[256] = "";
	open_on(&w, "card");
	assert_true(tone_play(&w.tone, 50, w.now));
	pid_t pid = w.tone.play.pid;
	for (int i = 0; i < 500 && !status_has(pid, "Seccomp:\t2"); i++) {
		usleep(10000);
	}
	assert_true(status_has(pid, "Seccomp:\t2"));
	assert_true(status_has(pid, "NoNewPrivs:\t1"));
	assert_true(status_has(pid, "Name:\talcove-tone"));
	snprintf(path, sizeof path, "/proc/%d/environ", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, environment, sizeof environment) <= 0); /* what it was started with: nothing */
	close(fd);
	world_free(&w);
}

/* A device of ALSA's settings that writes somewhere else on the disk: it may not. */
static void it_writes_nowhere_else(void **state) {
	(void)state;
	struct world w = world_new(programs[0]);
	char elsewhere[64];
	snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", group);
	open_on(&w, "card");
	w.tone.device = "elsewhere";
	assert_true(tone_play(&w.tone, 50, w.now));
	until(&w, TONE_OVER);
	assert_int_equal(w.tone.said, SOUND_BROKEN);
	assert_int_equal(access(elsewhere, F_OK), -1);
	world_free(&w);
}

static int descriptors(void) {
	int count = 0;
	DIR *dir = opendir("/proc/self/fd");
	assert_non_null(dir);
	while (readdir(dir) != NULL) {
		count++;
	}
	closedir(dir);
	return count;
}

/* However often staff come and go, hear a tone or leave in the middle of it. */
static void nothing_stays_open(void **state) {
	(void)state;
	struct world w = world_new(programs[0]);
	int before = descriptors();
	for (int i = 0; i < 30; i++) {
		open_on(&w, i % 3 == 0 ? "nonesuch" : "card");
		if (i % 2 == 0) {
			assert_true(tone_play(&w.tone, 50, w.now));
		}
		close_until_gone(&w.tone);
		assert_int_equal(descriptors(), before);
	}
	world_free(&w);
}

/* libasound is in the memory of the child alone. */
static void the_host_has_no_library_of_sound(void **state) {
	(void)state;
	struct world w = world_new(programs[1]);
	char line[512];
	open_on(&w, "swallows");
	assert_true(tone_play(&w.tone, 50, w.now));
	until(&w, TONE_OVER);
	assert_int_equal(w.tone.said, SOUND_PLAYED);
	FILE *maps = fopen("/proc/self/maps", "r");
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps) != NULL) {
		assert_null(strstr(line, "asound"));
	}
	fclose(maps);
	world_free(&w);
}

static int make_group(void **state) {
	(void)state;
	return mkdtemp(group) == NULL;
}

static int drop_group(void **state) {
	char command[64];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", group);
	return system(command);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_arrives_is_the_tone),
	    cmocka_unit_test(a_device_that_is_not_there),
	    cmocka_unit_test(no_card_at_all),
	    cmocka_unit_test(none_is_none),
	    cmocka_unit_test(one_that_hangs_is_given_up),
	    cmocka_unit_test(one_that_dies_is_noticed),
	    cmocka_unit_test(a_program_that_cannot_start),
	    cmocka_unit_test(pressed_again_it_follows),
	    cmocka_unit_test(to_leave_ends_it),
	    cmocka_unit_test(it_is_locked_in_and_inherits_nothing),
	    cmocka_unit_test(it_writes_nowhere_else),
	    cmocka_unit_test(nothing_stays_open),
	    cmocka_unit_test(the_host_has_no_library_of_sound),
	};
	return cmocka_run_group_tests(tests, make_group, drop_group);
}
