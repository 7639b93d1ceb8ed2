/* The lamp's child against a chip that is made up: what it does with its lines while the host lives, when it dies, when
 * it stands still, and when the chip is not there. Then the real program and the real libgpiod, whichever version it is
 * built with (1, and with tests/image/lamp.sh 2): against a kernel that gpio_double.c makes up, and, where the kernel itself
 * can pretend to have a chip (gpio-sim), against that one. */
#include "host/gpio_double.h"
#include "host/lamp.h"
#include "host/lamp_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINES = 4, SILENT_MS = 400, PATIENCE_MS = 5000 };

/* Shared with the child, so that the test sees the lines as a board would. */
struct board {
	volatile int held[LINES], on[LINES], closed;
	int broken; /* hold fails */
};

static bool board_open(void *self, const char *path, struct fault *f) {
	(void)self;
	return strcmp(path, "board") == 0 || fault_say(f, "There is no chip %s.", path);
}

static bool board_hold(void *self, int line, struct fault *f) {
	struct board *b = self;
	if (b->broken != 0 || line >= LINES) {
		return fault_say(f, "Line %d is taken.", line);
	}
	b->held[line] = 1;
	b->on[line] = 0;
	return true;
}

static bool board_set(void *self, int line, bool on) {
	struct board *b = self;
	b->on[line] = on;
	return true;
}

static void board_close(void *self) {
	struct board *b = self;
	b->closed = 1;
}

struct world {
	struct board *board;
	int fd;
	pid_t child;
};

static int set_up(void **state) {
	struct world *w = calloc(1, sizeof *w);
	int ends[2];
	assert_non_null(w);
	w->board = mmap(NULL, sizeof *w->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(w->board, MAP_FAILED);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	w->child = fork();
	if (w->child == 0) {
		const struct lamp_chip chip = {w->board, board_open, board_hold, board_set, board_close};
		close(ends[0]);
		_exit(lamp_guard(ends[1], &chip, SILENT_MS));
	}
	close(ends[1]);
	w->fd = ends[0];
	*state = w;
	return 0;
}

static int tear_down(void **state) {
	struct world *w = *state;
	if (w->fd >= 0) {
		close(w->fd);
	}
	if (w->child > 0) {
		kill(w->child, SIGKILL);
		waitpid(w->child, NULL, 0);
	}
	munmap(w->board, sizeof *w->board);
	free(w);
	return 0;
}

static void pause_ms(int ms) {
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

static void wait_on(const struct world *w, int line, int on) {
	for (int i = 0; i < PATIENCE_MS / 5; i++) {
		if (w->board->on[line] == on) {
			return;
		}
		pause_ms(5);
	}
	fail_msg("line %d is not %d", line, on);
}

static struct lamp_message hold(struct world *w, const char *chip, int line, int alive) {
	struct lamp_message m = {.kind = LAMP_HOLD, .line = line, .alive = alive}, answer;
	snprintf(m.chip, sizeof m.chip, "%s", chip);
	assert_int_equal(send(w->fd, &m, sizeof m, 0), sizeof m);
	assert_int_equal(recv(w->fd, &answer, sizeof answer, 0), sizeof answer);
	assert_int_equal(answer.kind, LAMP_ANSWER);
	return answer;
}

static void tell(struct world *w, uint32_t open) {
	struct lamp_message m = {.kind = LAMP_OPEN, .open = open};
	assert_int_equal(send(w->fd, &m, sizeof m, 0), sizeof m);
}

static int end_status(struct world *w) {
	int status;
	assert_int_equal(waitpid(w->child, &status, 0), w->child);
	w->child = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void on_while_requests_are_open(void **state) {
	struct world *w = *state;
	assert_int_equal(hold(w, "board", 1, 2).open, 1);
	assert_int_equal(w->board->on[2], 1);
	assert_int_equal(w->board->on[1], 0);
	tell(w, 1);
	wait_on(w, 1, 1);
	tell(w, 3);
	tell(w, 0);
	wait_on(w, 1, 0);
	assert_int_equal(w->board->on[2], 1);
	assert_int_equal(w->board->held[0] + w->board->held[3], 0); /* no line that is not ours */
}

static void falls_when_the_host_is_gone(void **state) {
	struct world *w = *state;
	assert_int_equal(hold(w, "board", 1, 2).open, 1);
	tell(w, 1);
	wait_on(w, 1, 1);
	close(w->fd);
	w->fd = -1;
	assert_int_equal(end_status(w), 0);
	assert_int_equal(w->board->on[1], 0);
	assert_int_equal(w->board->on[2], 0);
	assert_int_equal(w->board->closed, 1);
}

static void falls_when_the_host_stands_still_and_rises_again(void **state) {
	struct world *w = *state;
	assert_int_equal(hold(w, "board", 1, 2).open, 1);
	for (int i = 0; i < 4; i++) {
		tell(w, 1);
		pause_ms(SILENT_MS / 2);
		assert_int_equal(w->board->on[2], 1);
	}
	wait_on(w, 2, 0);
	assert_int_equal(w->board->on[1], 1); /* whoever asked still waits */
	pause_ms(2 * SILENT_MS);
	assert_int_equal(w->board->on[2], 0);
	tell(w, 1);
	wait_on(w, 2, 1);
	wait_on(w, 2, 0); /* and falls again */
}

static void one_line_alone_will_do(void **state) {
	struct world *w = *state;
	assert_int_equal(hold(w, "board", -1, 0).open, 1);
	tell(w, 2);
	wait_on(w, 0, 1);
	assert_int_equal(w->board->on[1] + w->board->on[2] + w->board->on[3], 0);
}

static void what_cannot_be_had_is_said(void **state) {
	struct world *w = *state;
	struct lamp_message answer = hold(w, "nothing", 1, 2);
	assert_int_equal(answer.open, 0);
	assert_string_equal(answer.fault.says, "There is no chip nothing.");
	assert_int_equal(end_status(w), 1);
}

static void a_line_that_is_taken_is_said(void **state) {
	struct world *w = *state;
	w->board->broken = 1;
	struct lamp_message answer = hold(w, "board", 1, 2);
	assert_int_equal(answer.open, 0);
	assert_string_equal(answer.fault.says, "Line 1 is taken.");
	assert_int_equal(w->board->on[2], 0);
}

/* --- the real program ------------------------------------------------------------------------------------------- */

static const char *const program = "build/alcove";

static void the_program_says_what_is_missing(void **state) {
	(void)state;
	struct settings s;
	struct fault f = {""};
	if (access(program, X_OK) != 0) {
		print_message("skipped: %s is not built\n", program);
		skip();
	}
	settings_default(&s);
	snprintf(s.lamp_chip, sizeof s.lamp_chip, "/dev/no-such-chip");
	s.lamp_line = 1;
	assert_null(lamp_new(&s, program, &f));
	assert_non_null(strstr(f.says, "/dev/no-such-chip could not be opened"));
}

/* --- the real libgpiod, on a kernel that is made up ---------------------------------------------------------------- */

#define DOUBLE "build/san/tests/host/gpio_double.so"

static void double_path(char out[64], int pid) {
	snprintf(out, 64, "/dev/shm/alcove-gpio-%d", pid);
}

/* The host starts its children with no environment, so we are its program, and become the real one. */
static int become_the_lamp(void) {
	char path[64];
	double_path(path, (int)getppid());
	setenv(GPIO_DOUBLE_STATE, path, 1);
	setenv("LD_PRELOAD", DOUBLE, 1);
	execl(program, program, "lamp", NULL);
	return 127;
}

struct doubled {
	struct gpio_double *board;
	struct settings settings;
};

static int set_up_double(void **state) {
	static struct doubled d;
	char path[64];
	assert_int_equal(access(program, X_OK) | access(DOUBLE, R_OK), 0);
	double_path(path, (int)getpid());
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(fd, sizeof *d.board), 0);
	d.board = mmap(NULL, sizeof *d.board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(d.board, MAP_FAILED);
	close(fd);
	settings_default(&d.settings);
	snprintf(d.settings.lamp_chip, sizeof d.settings.lamp_chip, GPIO_DOUBLE_CHIP);
	d.settings.lamp_line = 1;
	d.settings.lamp_alive_line = 2;
	*state = &d;
	return 0;
}

static int tear_down_double(void **state) {
	struct doubled *d = *state;
	char path[64];
	double_path(path, (int)getpid());
	unlink(path);
	munmap(d->board, sizeof *d->board);
	return 0;
}

static void wait_line(const struct doubled *d, int line, int held, int value) {
	const volatile struct gpio_double_line *l = &d->board->lines[line];
	for (int i = 0; i < PATIENCE_MS / 5; i++) {
		if (l->held == held && l->value == value) {
			return;
		}
		pause_ms(5);
	}
	fail_msg("line %d is held %d and %d, not %d and %d", line, l->held, l->value, held, value);
}

static void libgpiod_lights_the_lamp(void **state) {
	struct doubled *d = *state;
	struct fault f = {""};
	d->board->lines[1].value = 1; /* from whoever had it before */
	struct lamp *l = lamp_new(&d->settings, "/proc/self/exe", &f);
	if (l == NULL) {
		fail_msg("%s", f.says);
	}
	wait_line(d, 1, 1, 0);
	wait_line(d, 2, 1, 1);
	assert_string_equal((const char *)d->board->lines[1].consumer, "alcove");
	assert_string_equal((const char *)d->board->lines[2].consumer, "alcove");
	for (int i = 0; i < 3; i++) {
		lamp_tell(l, 2);
		wait_line(d, 1, 1, 1);
		lamp_tell(l, 0);
		wait_line(d, 1, 1, 0);
	}
	lamp_tell(l, 1);
	wait_line(d, 1, 1, 1);
	lamp_free(l);
	/* The kiosk is gone: both have fallen, and anybody may have them. */
	wait_line(d, 1, 0, 0);
	wait_line(d, 2, 0, 0);
	assert_int_equal(d->board->lines[0].output + d->board->lines[3].output, 0);
}

static void what_libgpiod_cannot_have_is_said(void **state) {
	struct doubled *d = *state;
	struct fault f = {""};
	d->board->lines[2].held = 1;
	assert_null(lamp_new(&d->settings, "/proc/self/exe", &f));
	assert_string_equal(f.says, "Line 2 of the lamp's chip could not be had: Device or resource busy.");
	wait_line(d, 1, 0, 0);
	d->settings.lamp_line = 7; /* of four */
	assert_null(lamp_new(&d->settings, "/proc/self/exe", &f));
	assert_string_equal(f.says, "Line 7 of the lamp's chip could not be had: Invalid argument.");
	/* A device, but no chip. */
	snprintf(d->settings.lamp_chip, sizeof d->settings.lamp_chip, "/dev/null");
	assert_null(lamp_new(&d->settings, "/proc/self/exe", &f));
	assert_non_null(strstr(f.says, "The lamp's chip /dev/null could not be opened"));
}

/* --- a kernel that can pretend to have a chip ---------------------------------------------------------------------- */

#define SIM "/sys/kernel/config/gpio-sim/alcove-test"

static bool put(const char *path, const char *text) {
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool fine = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0) {
		close(fd);
	}
	return fine;
}

static bool get(const char *path, char out[64]) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, out, 63) : -1;
	out[n > 0 ? n : 0] = 0;
	out[strcspn(out, "\n")] = 0;
	if (fd >= 0) {
		close(fd);
	}
	return n > 0;
}

static void wait_sim(const char *chip, const char *device, int line, const char *want) {
	char path[256], value[64] = "";
	snprintf(path, sizeof path, "/sys/devices/platform/%s/%s/sim_gpio%d/value", device, chip, line);
	for (int i = 0; i < PATIENCE_MS / 10; i++) {
		if (get(path, value) && strcmp(value, want) == 0) {
			return;
		}
		pause_ms(10);
	}
	fail_msg("line %d is %s, not %s", line, value, want);
}

static void a_chip_that_the_kernel_pretends_to_have(void **state) {
	(void)state;
	char chip[64], device[64];
	struct settings s;
	struct fault f;
	int loads = system("modprobe -q gpio-sim 2>/dev/null"); /* it may be there and asleep, or built in */
	if (mkdir(SIM, 0755) != 0) {
		(void)loads;
		print_message("skipped: this kernel has no gpio-sim (%s: %s)\n", SIM, strerror(errno));
		skip();
	}
	assert_int_equal(mkdir(SIM "/bank", 0755), 0);
	assert_true(put(SIM "/bank/num_lines", "4") && put(SIM "/live", "1"));
	assert_true(get(SIM "/bank/chip_name", chip) && get(SIM "/dev_name", device));
	settings_default(&s);
	snprintf(s.lamp_chip, sizeof s.lamp_chip, "/dev/%s", chip);
	s.lamp_line = 1;
	s.lamp_alive_line = 2;
	struct lamp *l = lamp_new(&s, program, &f);
	assert_non_null(l);
	wait_sim(chip, device, 2, "1");
	lamp_tell(l, 1);
	wait_sim(chip, device, 1, "1");
	lamp_tell(l, 0);
	wait_sim(chip, device, 1, "0");
	lamp_free(l);
	wait_sim(chip, device, 2, "0");
	put(SIM "/live", "0");
	rmdir(SIM "/bank");
	rmdir(SIM);
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "lamp") == 0) {
		return become_the_lamp();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(on_while_requests_are_open, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(falls_when_the_host_is_gone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(falls_when_the_host_stands_still_and_rises_again, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_line_alone_will_do, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_cannot_be_had_is_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_line_that_is_taken_is_said, set_up, tear_down),
	    cmocka_unit_test(the_program_says_what_is_missing),
	    cmocka_unit_test_setup_teardown(libgpiod_lights_the_lamp, set_up_double, tear_down_double),
	    cmocka_unit_test_setup_teardown(what_libgpiod_cannot_have_is_said, set_up_double, tear_down_double),
	    cmocka_unit_test(a_chip_that_the_kernel_pretends_to_have),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
