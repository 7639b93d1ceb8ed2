/* An eye and a hand for a proof: what the X server's screen shows, looked at whenever the server says that it has changed,
 * and touches by the server itself. So nothing here waits for a guessed time, and a busy machine makes it slow and not
 * wrong. Commands come line by line on the standard input, and each is answered with one line:
 *
 *   hash                  FNV-1a of the screen, as `alcove-replay` says frame-hash
 *   save FILE             the screen as raw pixels, blue, green, red, 0
 *   keep                  remembers the screen as the first frame
 *   tap X Y, press X Y, lift, move X Y, key NAME
 *   wait HASH MS          until the screen has this hash: "ok", or "late HASH" with that which it has
 *   change HASH MS STILL  until it has another and nothing was drawn for STILL ms: "ok HASH", or "late HASH"
 *   first MS              until it is the kept frame, dot for dot: "ok", or "late"
 *   cover X Y             presses and lifts, and answers with the microseconds from the press until the screen showed the
 *                         kept frame, and how many other pictures it showed on the way (which must be none)
 *
 * The time of `cover` ends with the server's own stamp on the change, in whole milliseconds, the last of which counts
 * whole. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xdamage.h>
#include <X11/keysym.h>

#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <time.h>

enum { COVER_MS = 5000 };

struct eye {
	Display *d;
	Window root;
	Damage damage;
	int damage_event;
	int w, h;
	XImage *now;
	XShmSegmentInfo shared;
	uint32_t *first; /* the kept frame */
	Time stamp;      /* of the last change that was heard of, in the server's milliseconds */
};

static int64_t now_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- looking ---------------------------------------------------------------------------------------------------- */

static size_t bytes(const struct eye *e) {
	return (size_t)e->w * (size_t)e->h * sizeof(uint32_t);
}

static const uint32_t *look(struct eye *e) {
	XShmGetImage(e->d, e->root, e->now, 0, 0, AllPlanes);
	uint32_t *pixels = (uint32_t *)(void *)e->now->data;
	for (size_t i = 0; i < (size_t)e->w * (size_t)e->h; i++) {
		pixels[i] &= 0xFFFFFF;
	}
	return pixels;
}

static uint64_t fnv(uint64_t h, const void *data, size_t len) {
	const unsigned char *b = data;
	for (size_t i = 0; i < len; i++) {
		h = (h ^ b[i]) * 0x100000001B3u;
	}
	return h;
}

static uint64_t hash(struct eye *e) {
	const uint32_t size[2] = {(uint32_t)e->w, (uint32_t)e->h};
	return fnv(fnv(0xCBF29CE484222325u, size, sizeof size), look(e), bytes(e));
}

/* Sleeps until something was drawn; false when that takes longer. What is drawn from here on is news again. */
static bool wait_for_damage(struct eye *e, int64_t until_us) {
	bool news = false;
	while (!news) {
		while (XPending(e->d) == 0) {
			int64_t left = (until_us - now_us() + 999) / 1000;
			struct pollfd fd = {.fd = ConnectionNumber(e->d), .events = POLLIN};
			if (left <= 0 || poll(&fd, 1, (int)left) < 0) {
				return false;
			}
		}
		XEvent event;
		XNextEvent(e->d, &event);
		if (event.type == e->damage_event + XDamageNotify) {
			e->stamp = ((XDamageNotifyEvent *)&event)->timestamp;
			news = true;
		}
	}
	XDamageSubtract(e->d, e->damage, None, None);
	return true;
}

static void forget_damage(struct eye *e) {
	XSync(e->d, True);
	XDamageSubtract(e->d, e->damage, None, None);
	XSync(e->d, True);
}

static bool is_first(struct eye *e) {
	return e->first != NULL && memcmp(look(e), e->first, bytes(e)) == 0;
}

/* --- the commands ----------------------------------------------------------------------------------------------- */

static void press(struct eye *e, int x, int y) {
	XTestFakeMotionEvent(e->d, -1, x, y, CurrentTime);
	XTestFakeButtonEvent(e->d, 1, True, CurrentTime);
	XFlush(e->d);
}

static void lift(struct eye *e) {
	XTestFakeButtonEvent(e->d, 1, False, CurrentTime);
	XFlush(e->d);
}

static void key(struct eye *e, const char *name) {
	KeyCode code = XKeysymToKeycode(e->d, XStringToKeysym(name));
	XTestFakeKeyEvent(e->d, code, True, CurrentTime);
	XTestFakeKeyEvent(e->d, code, False, CurrentTime);
	XFlush(e->d);
}

static bool save(struct eye *e, const char *path) {
	FILE *file = fopen(path, "wb");
	bool fine = file != NULL && fwrite(look(e), 1, bytes(e), file) == bytes(e);
	return file != NULL && fclose(file) == 0 && fine;
}

static bool keep(struct eye *e) {
	free(e->first);
	e->first = malloc(bytes(e));
	if (e->first != NULL) {
		memcpy(e->first, look(e), bytes(e));
	}
	return e->first != NULL;
}

static void wait_hash(struct eye *e, uint64_t wanted, int ms) {
	int64_t until = now_us() + ms * 1000LL;
	uint64_t is = hash(e);
	while (is != wanted && wait_for_damage(e, until)) {
		is = hash(e);
	}
	if (is != wanted) {
		is = hash(e); /* what came while it was looked at last */
	}
	is == wanted ? printf("ok\n") : printf("late %016" PRIx64 "\n", is);
}

static void wait_change(struct eye *e, uint64_t before, int ms, int still_ms) {
	int64_t until = now_us() + ms * 1000LL;
	uint64_t is = hash(e);
	while (is == before && wait_for_damage(e, until)) {
		is = hash(e);
	}
	while (is != before && wait_for_damage(e, now_us() + still_ms * 1000LL) && now_us() < until) {
		is = hash(e);
	}
	printf("%s %016" PRIx64 "\n", is != before ? "ok" : "late", is);
}

static void wait_first(struct eye *e, int ms) {
	int64_t until = now_us() + ms * 1000LL;
	bool is = is_first(e);
	while (!is && wait_for_damage(e, until)) {
		is = is_first(e);
	}
	printf(is || is_first(e) ? "ok\n" : "late\n");
}

static void cover(struct eye *e, int x, int y) {
	uint32_t *before = malloc(bytes(e));
	if (before == NULL || e->first == NULL) {
		printf("no: nothing was kept\n");
		free(before);
		return;
	}
	XTestFakeMotionEvent(e->d, -1, x, y, CurrentTime);
	forget_damage(e);
	memcpy(before, look(e), bytes(e));
	int64_t from = now_us(), us = -1;
	int others = 0;
	XTestFakeButtonEvent(e->d, 1, True, CurrentTime);
	lift(e);
	while (us < 0 && wait_for_damage(e, from + COVER_MS * 1000LL)) {
		int64_t at = ((int64_t)e->stamp + 1) * 1000 - from;
		const uint32_t *now = look(e);
		if (memcmp(now, e->first, bytes(e)) == 0) {
			us = at;
		} else if (memcmp(now, before, bytes(e)) != 0) {
			others++;
		}
	}
	free(before);
	printf("%lld %d\n", (long long)us, others);
}

static void answer(struct eye *e, const char *line) {
	char text[512];
	int x = 0, y = 0;
	uint64_t h = 0;
	if (strcmp(line, "hash\n") == 0) {
		printf("%016" PRIx64 "\n", hash(e));
	} else if (sscanf(line, "save %500s", text) == 1) {
		printf(save(e, text) ? "ok\n" : "no: it cannot be saved\n");
	} else if (strcmp(line, "keep\n") == 0) {
		printf(keep(e) ? "ok\n" : "no: there is no memory\n");
	} else if (sscanf(line, "tap %d %d", &x, &y) == 2) {
		press(e, x, y);
		lift(e);
		printf("ok\n");
	} else if (sscanf(line, "press %d %d", &x, &y) == 2) {
		press(e, x, y);
		printf("ok\n");
	} else if (strcmp(line, "lift\n") == 0) {
		lift(e);
		printf("ok\n");
	} else if (sscanf(line, "move %d %d", &x, &y) == 2) {
		XTestFakeMotionEvent(e->d, -1, x, y, CurrentTime);
		XSync(e->d, False);
		printf("ok\n");
	} else if (sscanf(line, "key %500s", text) == 1) {
		key(e, text);
		printf("ok\n");
	} else if (sscanf(line, "wait %" SCNx64 " %d", &h, &x) == 2) {
		wait_hash(e, h, x);
	} else if (sscanf(line, "change %" SCNx64 " %d %d", &h, &x, &y) == 3) {
		wait_change(e, h, x, y);
	} else if (sscanf(line, "first %d", &x) == 1) {
		wait_first(e, x);
	} else if (sscanf(line, "cover %d %d", &x, &y) == 2) {
		cover(e, x, y);
	} else {
		printf("no: there is no such command: %s", line);
	}
	fflush(stdout);
}

/* --- the eye itself --------------------------------------------------------------------------------------------- */

static bool open_eye(struct eye *e) {
	int event, error, major, minor;
	e->d = XOpenDisplay(NULL);
	if (e->d == NULL || !XDamageQueryExtension(e->d, &e->damage_event, &error) || !XShmQueryExtension(e->d) ||
	    !XTestQueryExtension(e->d, &event, &error, &major, &minor)) {
		return false;
	}
	int n = DefaultScreen(e->d);
	e->root = RootWindow(e->d, n);
	e->w = DisplayWidth(e->d, n);
	e->h = DisplayHeight(e->d, n);
	e->now = XShmCreateImage(e->d, DefaultVisual(e->d, n), (unsigned)DefaultDepth(e->d, n), ZPixmap, NULL,
	                         &e->shared, (unsigned)e->w, (unsigned)e->h);
	if (e->now == NULL || e->now->bits_per_pixel != 32 || e->now->bytes_per_line != e->w * 4) {
		return false;
	}
	e->shared.shmid = shmget(IPC_PRIVATE, bytes(e), IPC_CREAT | 0600);
	e->shared.shmaddr = e->now->data = shmat(e->shared.shmid, NULL, 0);
	bool fine = e->shared.shmid >= 0 && XShmAttach(e->d, &e->shared) != 0;
	XSync(e->d, False);
	shmctl(e->shared.shmid, IPC_RMID, NULL); /* it goes with the last of us */
	e->damage = XDamageCreate(e->d, e->root, XDamageReportNonEmpty);
	return fine;
}

int main(void) {
	static struct eye e;
	char line[640];
	if (!open_eye(&e)) {
		fprintf(stderr,
		        "eye: there is no X server in DISPLAY that can share memory, report damage and be touched\n");
		return 2;
	}
	while (fgets(line, sizeof line, stdin) != NULL) {
		answer(&e, line);
	}
	free(e.first);
	XCloseDisplay(e.d);
	return 0;
}
