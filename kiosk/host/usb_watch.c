#include "host/usb_watch.h"

#include "host/spawn.h"
#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { END_MS = 50 };

/* --- the host's side -------------------------------------------------------------------------------------------- */

bool usb_watch_start(struct usb_watch *w, const char *program, const char *place) {
	char message[USB_PATH] = "";
	usb_watch_end(w);
	snprintf(message, sizeof message, "%s", place);
	pid_t pid = spawn_ask(program, "usb-watch", WIRE_FD_SOCKET, message, sizeof message, &w->socket);
	w->pid = pid < 0 ? 0 : pid;
	return pid > 0;
}

enum usb_heard usb_watch_hear(struct usb_watch *w) {
	char said;
	ssize_t n = recv(w->socket, &said, sizeof said, MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return USB_NOTHING;
	}
	if (n != 1) {
		usb_watch_end(w);
		return USB_NOTHING;
	}
	return said == '+' ? USB_IN : USB_OUT;
}

void usb_watch_end(struct usb_watch *w) {
	pid_t pid = w->pid > 0 ? w->pid : w->ended;
	bool gone = pid <= 0 || spawn_end(pid, w->pid > 0 ? END_MS : 0);
	if (w->pid > 0) {
		close(w->socket); /* killed first, so that it does not begin to end by itself */
	}
	*w = NO_USB_WATCH;
	w->ended = gone ? 0 : pid;
}

/* --- the child -------------------------------------------------------------------------------------------------- */

struct watcher {
	char place[USB_PATH], folder[USB_PATH + 16], parent[USB_PATH];
	int notify, mounts;
};

/* Watching again what is watched already changes nothing; after a mount or an unmount the same name is another folder. */
static void watch_all(const struct watcher *w) {
	const uint32_t what = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF |
	                      IN_MOVE_SELF | IN_ONLYDIR;
	inotify_add_watch(w->notify, w->folder, what);
	if (inotify_add_watch(w->notify, w->place, what) < 0) {
		inotify_add_watch(w->notify, w->parent, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR); /* until it is made */
	}
}

/* A stick is in when its folder is there, or when something is mounted at the place. */
static bool is_in(const struct watcher *w) {
	struct stat place, parent;
	return access(w->folder, F_OK) == 0 ||
	       (stat(w->place, &place) == 0 && stat(w->parent, &parent) == 0 && place.st_dev != parent.st_dev);
}

static void clear(int fd) {
	char events[4096];
	while (read(fd, events, sizeof events) > 0) {
	}
}

static bool tell(const struct watcher *w) {
	char said = is_in(w) ? '+' : '-';
	return send(WIRE_FD_SOCKET, &said, 1, MSG_NOSIGNAL) == 1;
}

/* Waits for something to happen, and then until nothing happens any more. False when the host is gone. */
static bool wait_for_news(const struct watcher *w) {
	struct pollfd fds[] = {{.fd = w->notify, .events = POLLIN},
	                       {.fd = w->mounts, .events = POLLPRI},
	                       {.fd = WIRE_FD_SOCKET, .events = POLLIN}};
	int timeout = -1, n;
	while ((n = poll(fds, 3, timeout)) != 0) {
		if (n < 0 && errno != EINTR) {
			return false;
		}
		if (fds[2].revents != 0) {
			return false;
		}
		clear(w->notify);
		watch_all(w);
		timeout = USB_SETTLE_MS;
	}
	return true;
}

int usb_watch_main(void) {
	struct watcher w = {.place = ""};
	prctl(PR_SET_NAME, "alcove-usb");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (recv(WIRE_FD_SOCKET, w.place, sizeof w.place, 0) != sizeof w.place || w.place[0] == 0) {
		return 1;
	}
	w.place[sizeof w.place - 1] = 0;
	snprintf(w.folder, sizeof w.folder, "%s/alcove", w.place);
	/* Its own "..", unless something is mounted there; by the name, then. */
	snprintf(w.parent, sizeof w.parent, "%s", w.place);
	char *slash = strrchr(w.parent, '/');
	snprintf(slash != NULL ? slash + (slash == w.parent) : w.parent, 2, "%s", slash != NULL ? "" : ".");
	w.notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w.mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (w.notify < 0) {
		return 1;
	}
	do {
		watch_all(&w);
		if (!tell(&w)) {
			return 0;
		}
	} while (wait_for_news(&w));
	return 0;
}
