/* What is told to systemd, on a real socket: ready once, alive only after a frame, and nothing to nobody. */
#include "host/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "alcove-notify-test-%d" /* a name that is no file */

static int listen_here(void) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char name[64];
	int n = snprintf(name, sizeof name, "@" NAME, (int)getpid());
	memcpy(at.sun_path + 1, name + 1, (size_t)n - 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(
	    0, bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n)));
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void hears(int fd, const char *expected) {
	char got[64] = "";
	ssize_t n = recv(fd, got, sizeof got - 1, 0);
	if (expected == NULL) {
		assert_true(n < 0);
	} else {
		assert_string_equal(expected, got);
	}
}

static void ready_then_alive(void **state) {
	(void)state;
	struct notify n;
	int fd = listen_here();
	setenv("WATCHDOG_USEC", "30000000", 1);
	notify_open(&n);
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	hears(fd, NULL);
	assert_false(notify_due(&n, 1 << 20)); /* before the first frame nothing is promised */
	notify_presented(&n, 1000);
	hears(fd, "READY=1\nWATCHDOG=1");
	notify_presented(&n, 10999);
	hears(fd, NULL);
	assert_false(notify_due(&n, 10999));
	assert_true(notify_due(&n, 11000));
	hears(fd, NULL); /* that it is due says nothing: only a frame does */
	notify_presented(&n, 11000);
	hears(fd, "WATCHDOG=1");
	notify_close(&n);
	hears(fd, "STOPPING=1");
	close(fd);
}

static void without_a_watchdog(void **state) {
	(void)state;
	struct notify n;
	int fd = listen_here();
	notify_open(&n);
	notify_presented(&n, 5);
	hears(fd, "READY=1\nWATCHDOG=1");
	assert_false(notify_due(&n, 1 << 30));
	notify_presented(&n, 1 << 30);
	hears(fd, NULL);
	notify_close(&n);
	close(fd);
}

static void another_process_is_meant(void **state) {
	(void)state;
	struct notify n;
	int fd = listen_here();
	setenv("WATCHDOG_USEC", "30000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	notify_open(&n);
	notify_presented(&n, 5);
	assert_false(notify_due(&n, 1 << 30));
	notify_close(&n);
	close(fd);
}

static void nobody_asked(void **state) {
	(void)state;
	struct notify n;
	const char *const useless[] = {"", "@", "relative", "/no/such/socket"};
	for (size_t i = 0; i <= sizeof useless / sizeof useless[0]; i++) {
		unsetenv("NOTIFY_SOCKET");
		if (i > 0) {
			setenv("NOTIFY_SOCKET", useless[i - 1], 1);
		}
		notify_open(&n);
		assert_int_equal(-1, n.socket);
		notify_presented(&n, 5);
		assert_false(notify_due(&n, 1 << 30));
		notify_close(&n);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ready_then_alive),
	    cmocka_unit_test(without_a_watchdog),
	    cmocka_unit_test(another_process_is_meant),
	    cmocka_unit_test(nobody_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
