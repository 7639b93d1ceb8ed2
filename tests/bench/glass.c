/* How long until a program's window is really on the screen of an X server, for any program alike:
 *
 *   glass save FILE                 writes what the screen shows now, as raw pixels
 *   glass until FILE COMMAND...     starts COMMAND and prints the microseconds from before its fork until the screen
 *                                   shows exactly those pixels; then kills it and its process group
 *
 * It sleeps until the server reports damage, so that it takes no time away from the program it measures. */
#include <X11/Xlib.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xdamage.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_MS = 60000 };

static int64_t now_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct screen {
	Display *display;
	Window root;
	XShmSegmentInfo shared;
	XImage *image; /* of the whole screen */
	size_t bytes;
	XImage *row; /* of one row of it, in the same memory */
};

static bool screen_open(struct screen *s) {
	s->display = XOpenDisplay(NULL);
	if (s->display == NULL || !XShmQueryExtension(s->display)) {
		return false;
	}
	int n = DefaultScreen(s->display);
	s->root = RootWindow(s->display, n);
	s->image = XShmCreateImage(s->display, DefaultVisual(s->display, n), (unsigned)DefaultDepth(s->display, n),
	                           ZPixmap, NULL, &s->shared, (unsigned)DisplayWidth(s->display, n),
	                           (unsigned)DisplayHeight(s->display, n));
	s->bytes = (size_t)s->image->bytes_per_line * (size_t)s->image->height;
	s->row = XShmCreateImage(s->display, DefaultVisual(s->display, n), (unsigned)DefaultDepth(s->display, n),
	                         ZPixmap, NULL, &s->shared, (unsigned)DisplayWidth(s->display, n), 1);
	s->shared.shmid = shmget(IPC_PRIVATE, s->bytes, IPC_CREAT | 0600);
	s->shared.shmaddr = s->image->data = s->row->data = shmat(s->shared.shmid, NULL, 0);
	bool fine = XShmAttach(s->display, &s->shared);
	XSync(s->display, False);
	shmctl(s->shared.shmid, IPC_RMID, NULL);
	return fine;
}

static void screen_read(struct screen *s) {
	XShmGetImage(s->display, s->root, s->image, 0, 0, AllPlanes);
}

/* The row of a picture in which neighbours differ most often: the last one that a coincidence could get right. */
static int busiest_row(const struct screen *s, const char *picture) {
	int best = 0, most = -1;
	for (int y = 0; y < s->image->height; y++) {
		const uint32_t *row =
		    (const uint32_t *)(const void *)(picture + (size_t)y * (size_t)s->image->bytes_per_line);
		int changes = 0;
		for (int x = 1; x < s->image->width; x++) {
			changes += row[x] != row[x - 1];
		}
		if (changes > most) {
			most = changes;
			best = y;
		}
	}
	return best;
}

/* Looks at one row first: to copy the whole screen at every change would take the server's time away from the program. */
static bool screen_shows(struct screen *s, const char *wanted, int row) {
	size_t line = (size_t)s->image->bytes_per_line;
	XShmGetImage(s->display, s->root, s->row, 0, row, AllPlanes);
	if (memcmp(s->row->data, wanted + (size_t)row * line, line) != 0) {
		return false;
	}
	screen_read(s);
	return memcmp(s->image->data, wanted, s->bytes) == 0;
}

static bool save(struct screen *s, const char *path) {
	screen_read(s);
	FILE *file = fopen(path, "wb");
	bool fine = file != NULL && fwrite(s->image->data, 1, s->bytes, file) == s->bytes;
	return file != NULL && fclose(file) == 0 && fine;
}

static bool load(const struct screen *s, const char *path, char *into) {
	FILE *file = fopen(path, "rb");
	bool fine = file != NULL && fread(into, 1, s->bytes, file) == s->bytes;
	if (file != NULL) {
		fclose(file);
	}
	return fine;
}

static pid_t start(char **command) {
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		execvp(command[0], command);
		_exit(127);
	}
	return pid;
}

/* Sleeps until the screen has changed; false when it is too late for that. */
static bool wait_for_damage(struct screen *s, Damage damage, int64_t until_us) {
	while (XPending(s->display) == 0) {
		int64_t left = (until_us - now_us()) / 1000;
		struct pollfd fd = {.fd = ConnectionNumber(s->display), .events = POLLIN};
		if (left <= 0 || poll(&fd, 1, (int)left) < 0) {
			return false;
		}
	}
	while (XPending(s->display) > 0) {
		XEvent e;
		XNextEvent(s->display, &e);
	}
	XDamageSubtract(s->display, damage, None, None);
	return true;
}

/* Microseconds, or -1 when the screen never came to look like that. */
static int64_t until(struct screen *s, const char *wanted, char **command) {
	Damage damage = XDamageCreate(s->display, s->root, XDamageReportNonEmpty);
	XSync(s->display, False);
	int row = busiest_row(s, wanted);
	/* The first look at a whole picture costs page faults, here and in the server: not on the program's account. */
	screen_read(s);
	if (memcmp(s->image->data, wanted, s->bytes) == 0) {
		fprintf(stderr, "The screen shows it already: nothing can be measured.\n");
		return -1;
	}
	int64_t from = now_us(), us = -1;
	pid_t pid = start(command);
	while (us < 0 && wait_for_damage(s, damage, from + LONGEST_MS * 1000LL)) {
		if (screen_shows(s, wanted, row)) {
			us = now_us() - from;
		}
	}
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return us;
}

int main(int argc, char **argv) {
	struct screen s = {0};
	int events, errors;
	if (argc < 3 || !screen_open(&s) || !XDamageQueryExtension(s.display, &events, &errors)) {
		fprintf(stderr, "usage: glass save FILE | glass until FILE COMMAND... (with an X server in DISPLAY)\n");
		return 2;
	}
	if (strcmp(argv[1], "save") == 0) {
		return save(&s, argv[2]) ? 0 : 1;
	}
	char *wanted = malloc(s.bytes);
	int64_t us = wanted != NULL && argc > 3 && load(&s, argv[2], wanted) ? until(&s, wanted, argv + 3) : -1;
	free(wanted);
	if (us >= 0) {
		printf("%lld\n", (long long)us);
	}
	return us >= 0 ? 0 : 1;
}
