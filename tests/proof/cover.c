/* How long one touch needs to cover the screen, read back from the X server itself:
 *
 *   cover save FILE       writes what the screen shows now, as raw pixels
 *   cover touch X Y FILE  presses and lifts there, and prints the microseconds from the press until the screen shows
 *                         exactly FILE, and how many other pictures it showed on the way (which must be none)
 *
 * It sleeps until the server reports damage, and looks at the whole screen each time. */
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xdamage.h>

#include <X11/Xutil.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONGEST_MS = 5000 };

static int64_t now_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static XImage *screen(Display *d) {
	int n = DefaultScreen(d);
	return XGetImage(d, RootWindow(d, n), 0, 0, (unsigned)DisplayWidth(d, n), (unsigned)DisplayHeight(d, n),
	                 AllPlanes, ZPixmap);
}

static size_t bytes(const XImage *i) {
	return (size_t)i->bytes_per_line * (size_t)i->height;
}

static bool save(Display *d, const char *path) {
	XImage *now = screen(d);
	FILE *file = fopen(path, "wb");
	bool fine = now != NULL && file != NULL && fwrite(now->data, 1, bytes(now), file) == bytes(now);
	return file != NULL && fclose(file) == 0 && fine;
}

/* Sleeps until the screen has changed; false when it is too late for that. */
static bool wait_for_damage(Display *d, Damage damage, int64_t until_us) {
	while (XPending(d) == 0) {
		int64_t left = (until_us - now_us()) / 1000;
		struct pollfd fd = {.fd = ConnectionNumber(d), .events = POLLIN};
		if (left <= 0 || poll(&fd, 1, (int)left) < 0) {
			return false;
		}
	}
	while (XPending(d) > 0) {
		XEvent e;
		XNextEvent(d, &e);
	}
	XDamageSubtract(d, damage, None, None);
	return true;
}

static bool touch(Display *d, int x, int y, const char *wanted) {
	Damage damage = XDamageCreate(d, DefaultRootWindow(d), XDamageReportNonEmpty);
	XTestFakeMotionEvent(d, -1, x, y, CurrentTime);
	XImage *before = screen(d);
	XSync(d, True);
	XDamageSubtract(d, damage, None, None);
	XSync(d, True);
	int64_t from = now_us(), us = -1;
	int others = 0;
	XTestFakeButtonEvent(d, 1, True, CurrentTime);
	XTestFakeButtonEvent(d, 1, False, CurrentTime);
	XFlush(d);
	while (us < 0 && wait_for_damage(d, damage, from + LONGEST_MS * 1000LL)) {
		int64_t at = now_us() - from;
		XImage *now = screen(d);
		if (memcmp(now->data, wanted, bytes(now)) == 0) {
			us = at;
		} else if (memcmp(now->data, before->data, bytes(now)) != 0) {
			others++;
		}
		XDestroyImage(now);
	}
	XDestroyImage(before);
	printf("%lld %d\n", (long long)us, others);
	return us >= 0;
}

int main(int argc, char **argv) {
	Display *d = XOpenDisplay(NULL);
	int events, errors, major, minor;
	if (argc < 3 || d == NULL || !XDamageQueryExtension(d, &events, &errors) ||
	    !XTestQueryExtension(d, &events, &errors, &major, &minor)) {
		fprintf(stderr, "usage: cover save FILE | cover touch X Y FILE (with an X server in DISPLAY)\n");
		return 2;
	}
	if (strcmp(argv[1], "save") == 0) {
		return save(d, argv[2]) ? 0 : 1;
	}
	XImage *size = screen(d);
	char *wanted = malloc(bytes(size));
	FILE *file = argc == 5 ? fopen(argv[4], "rb") : NULL;
	bool fine = wanted != NULL && file != NULL && fread(wanted, 1, bytes(size), file) == bytes(size) &&
	            touch(d, atoi(argv[2]), atoi(argv[3]), wanted);
	free(wanted);
	if (file != NULL) {
		fclose(file);
	}
	return fine ? 0 : 1;
}
