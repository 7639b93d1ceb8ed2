#include "host/wake.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define INPUT_FOLDER "/dev/input"

struct wake {
	int changes; /* inotify: a device came, went or changed its rights */
	int devices[WAKE_DEVICES];
	int count;
};

static void close_devices(struct wake *w) {
	for (int i = 0; i < w->count; i++) {
		close(w->devices[i]);
	}
	w->count = 0;
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
		}
	}
	if (dir != NULL) {
		closedir(dir);
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
	if (w->count == 0) {
		wake_free(w);
		fault_say(
		    f,
		    "No touchscreen or keyboard may be read (%s/event*). Add the user that runs Alcove to the group "
		    "\"input\", or connect one.",
		    INPUT_FOLDER);
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

/* Reads until nothing is left; what was typed or touched does not stay in our memory. False when the device is gone. */
static bool drain(int fd) {
	char bytes[4096];
	ssize_t n;
	while ((n = read(fd, bytes, sizeof bytes)) > 0) {
	}
	explicit_bzero(bytes, sizeof bytes);
	return n < 0;
}

bool wake_ready(struct wake *w, const struct pollfd *fds, int count) {
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
	return any;
}
