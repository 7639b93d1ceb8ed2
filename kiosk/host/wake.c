#include "host/wake.h"

#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INPUT_FOLDER "/dev/input"

/* How long a start waits for something to touch: a panel on USB is there a few seconds after the kernel. */
enum { PATIENCE_MS = 10000 };
enum { WORD_BITS = 8 * sizeof(unsigned long) };

struct wake {
	int changes; /* inotify: a device came, went or changed its rights */
	int devices[WAKE_DEVICES];
	int count;
	bool usable; /* with one of them a person can do something */
};

static void close_devices(struct wake *w) {
	for (int i = 0; i < w->count; i++) {
		close(w->devices[i]);
	}
	w->count = 0;
	w->usable = false;
}

static bool has_key(const unsigned long *keys, unsigned key) {
	return (keys[key / WORD_BITS] >> (key % WORD_BITS) & 1) != 0;
}

/* The kernel knows of devices that it lets say nothing, such as a keyboard on a kiosk (image/guard). */
static bool is_inhibited(const char *name) {
	char path[PATH_MAX], says = '0';
	snprintf(path, sizeof path, "/sys/class/input/%s/device/inhibited", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, &says, 1) != 1) {
			says = '0';
		}
		close(fd);
	}
	return says == '1';
}

/* A panel, a mouse, or the keys that reach everything; a machine's power button is none of these. */
static bool is_usable(int fd, const char *name) {
	unsigned long keys[KEY_MAX / WORD_BITS + 1] = {0};
	return ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) >= 0 &&
	       (has_key(keys, BTN_TOUCH) || has_key(keys, BTN_LEFT) || has_key(keys, KEY_ENTER) ||
	        has_key(keys, KEY_SPACE)) &&
	       !is_inhibited(name);
}

static void open_devices(struct wake *w) {
	DIR *dir = opendir(INPUT_FOLDER);
	struct dirent *e;
	while (dir != NULL && (e = readdir(dir)) != NULL && w->count < WAKE_DEVICES) {
		int fd = strncmp(e->d_name, "event", 5) == 0
		             ? openat(dirfd(dir), e->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
		             : -1;
		if (fd >= 0) {
			w->devices[w->count++] = fd;
			w->usable = w->usable || is_usable(fd, e->d_name);
		}
	}
	if (dir != NULL) {
		closedir(dir);
	}
}

/* Reads until nothing is left; what was typed or touched does not stay in our memory. */
static void drain(int fd) {
	char bytes[4096];
	while (read(fd, bytes, sizeof bytes) > 0) {
	}
	explicit_bzero(bytes, sizeof bytes);
}

static void wait_for_devices(struct wake *w) {
	int64_t until = clock_ms() + PATIENCE_MS;
	for (int64_t left = PATIENCE_MS; !w->usable && left > 0 && w->changes >= 0; left = until - clock_ms()) {
		struct pollfd fds = {.fd = w->changes, .events = POLLIN};
		if (poll(&fds, 1, (int)left) > 0) {
			drain(w->changes);
			close_devices(w);
			open_devices(w);
		}
	}
}

struct wake *wake_new(struct fault *f) {
	struct wake *w = calloc(1, sizeof *w);
	if (w == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	w->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->changes >= 0) {
		inotify_add_watch(w->changes, INPUT_FOLDER, IN_CREATE | IN_DELETE | IN_ATTRIB);
	}
	open_devices(w);
	wait_for_devices(w);
	if (!w->usable) {
		bool none = w->count == 0;
		wake_free(w);
		fault_say(f, "There is no touchscreen. Please connect its USB cable to this machine.%s",
		          none ? " (Or none may be read: the user that runs Alcove must be in the group \"input\".)"
		               : "");
		return NULL;
	}
	return w;
}

void wake_free(struct wake *w) {
	if (w != NULL) {
		close_devices(w);
		if (w->changes >= 0) {
			close(w->changes);
		}
		free(w);
	}
}

int wake_fds(const struct wake *w, struct pollfd *fds, int room) {
	int count = 0;
	if (w->changes >= 0 && room > 0) {
		fds[count++] = (struct pollfd){.fd = w->changes, .events = POLLIN};
	}
	for (int i = 0; i < w->count && count < room; i++) {
		fds[count++] = (struct pollfd){.fd = w->devices[i], .events = POLLIN};
	}
	return count;
}

enum wake_got wake_ready(struct wake *w, const struct pollfd *fds, int count) {
	bool any = false, changed = false;
	for (int i = 0; i < count; i++) {
		if (fds[i].revents != 0) {
			any = true;
			drain(fds[i].fd);
			changed = changed || fds[i].fd == w->changes || (fds[i].revents & (POLLHUP | POLLERR)) != 0;
		}
	}
	if (changed) {
		close_devices(w);
		open_devices(w);
	}
	return changed ? WAKE_CHANGED : any ? WAKE_INPUT : WAKE_NOTHING;
}
