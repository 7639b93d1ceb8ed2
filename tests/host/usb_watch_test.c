/* A stick that comes and goes: in a folder, as tests and desktops have it, and (where we may) as a mount. */
#include "host/usb_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char place[32], folder[48];

static int make_place(void **state) {
	(void)state;
	strcpy(place, "/tmp/alcove-usb-XXXXXX");
	if (mkdtemp(place) == NULL) {
		return -1;
	}
	snprintf(folder, sizeof folder, "%s/alcove", place);
	return 0;
}

static int drop_place(void **state) {
	(void)state;
	rmdir(folder);
	return rmdir(place);
}

static struct usb_watch start(const char *where) {
	struct usb_watch w = NO_USB_WATCH;
	assert_true(usb_watch_start(&w, "/proc/self/exe", where));
	return w;
}

static enum usb_heard hear(struct usb_watch *w, int ms) {
	struct pollfd p = {.fd = w->socket, .events = POLLIN};
	return poll(&p, 1, ms) == 1 ? usb_watch_hear(w) : USB_NOTHING;
}

static void write_file(const char *name) {
	char path[80];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
}

static void drop_file(const char *name) {
	char path[80];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

static void it_comes_and_goes(void **state) {
	(void)state;
	struct usb_watch w = start(place);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	assert_int_equal(hear(&w, 3 * USB_SETTLE_MS), USB_NOTHING); /* nothing happens, nothing is said */
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(hear(&w, 10000), USB_IN);
	write_file("a.pack"); /* in the folder, too */
	assert_int_equal(hear(&w, 10000), USB_IN);
	drop_file("a.pack");
	assert_int_equal(hear(&w, 10000), USB_IN);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	/* A folder that is moved there whole, away, and there again. */
	char aside[64];
	snprintf(aside, sizeof aside, "%s-aside", place);
	assert_int_equal(mkdir(aside, 0700), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rename(aside, folder), 0);
		assert_int_equal(hear(&w, 10000), USB_IN);
		write_file("a.pack");
		assert_int_equal(hear(&w, 10000), USB_IN);
		drop_file("a.pack");
		assert_int_equal(hear(&w, 10000), USB_IN);
		assert_int_equal(rename(folder, aside), 0);
		assert_int_equal(hear(&w, 10000), USB_OUT);
	}
	assert_int_equal(rmdir(aside), 0);
	usb_watch_end(&w);
	for (int i = 0; w.ended != 0 && i < 1000; i++) { /* a busy machine may not have ended it yet */
		poll(NULL, 0, 10);
		usb_watch_end(&w);
	}
	usb_watch_end(&w);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void many_changes_are_one(void **state) {
	(void)state;
	struct usb_watch w = start(place);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (int i = 0; i < 20; i++) {
		write_file("a.pack");
		drop_file("a.pack");
	}
	assert_int_equal(hear(&w, 10000), USB_IN);
	assert_int_equal(hear(&w, 3 * USB_SETTLE_MS), USB_NOTHING);
	assert_int_equal(rmdir(folder), 0);
	usb_watch_end(&w);
}

static void the_place_may_come_later(void **state) {
	(void)state;
	char later[64], inside[80];
	snprintf(later, sizeof later, "%s/later", place);
	snprintf(inside, sizeof inside, "%s/alcove", later);
	struct usb_watch w = start(later);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	assert_int_equal(mkdir(later, 0700), 0);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(hear(&w, 10000), USB_IN);
	assert_int_equal(rmdir(inside), 0);
	assert_int_equal(hear(&w, 10000), USB_OUT);
	usb_watch_end(&w);
	assert_int_equal(rmdir(later), 0);
}

/* As systemd does it: something is mounted over the empty place, and taken away. Needs the right to mount. */
static void a_mount_is_a_stick(void **state) {
	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
			_exit(77);
		}
		struct usb_watch w = start(place);
		bool fine = hear(&w, 10000) == USB_OUT;
		fine = fine && mount("none", place, "tmpfs", 0, "size=64k") == 0 && hear(&w, 10000) == USB_IN;
		fine = fine && mkdir(folder, 0700) == 0 && hear(&w, 10000) == USB_IN;
		fine = fine && umount(place) == 0 && hear(&w, 10000) == USB_OUT; /* nothing of ours keeps it busy */
		usb_watch_end(&w);
		_exit(fine ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 77) {
		skip();
	}
	assert_int_equal(status, 0);
}

static void a_child_that_is_gone_is_the_end_of_it(void **state) {
	(void)state;
	struct usb_watch w = NO_USB_WATCH;
	assert_true(usb_watch_start(&w, "/bin/false", place));
	assert_int_equal(hear(&w, 10000), USB_NOTHING);
	assert_int_equal(w.pid, 0);
	assert_int_equal(w.socket, -1);
	assert_false(usb_watch_start(&w, "/nowhere/alcove", place));
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "usb-watch") == 0) {
		return usb_watch_main();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_comes_and_goes),
	    cmocka_unit_test(many_changes_are_one),
	    cmocka_unit_test(the_place_may_come_later),
	    cmocka_unit_test(a_mount_is_a_stick),
	    cmocka_unit_test(a_child_that_is_gone_is_the_end_of_it),
	};
	return cmocka_run_group_tests(tests, make_place, drop_place);
}
