#include "host/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Told three times in the time after which we would be taken for dead: two may be late (sd_watchdog_enabled(3) asks for
 * two at least). */
enum { TIMES = 3 };

static int open_socket(const char *name) {
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = name != NULL ? strlen(name) : 0;
	if (n < 2 || n >= sizeof to.sun_path || (name[0] != '/' && name[0] != '@')) {
		return -1;
	}
	memcpy(to.sun_path, name, n);
	if (name[0] == '@') {
		to.sun_path[0] = '\0'; /* a name that is no file */
	}
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int64_t interval(const char *usec, const char *pid) {
	if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid())) {
		return 0;
	}
	long long asked = strtoll(usec, NULL, 10);
	return asked > 0 ? asked / 1000 / TIMES : 0;
}

void notify_open(struct notify *n) {
	*n = (struct notify){.socket = open_socket(getenv("NOTIFY_SOCKET")), .at = -1};
	if (n->socket >= 0) {
		n->every_ms = interval(getenv("WATCHDOG_USEC"), getenv("WATCHDOG_PID"));
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void notify_close(struct notify *n) {
	if (n->socket >= 0) {
		send(n->socket, "STOPPING=1", strlen("STOPPING=1"), MSG_NOSIGNAL);
		close(n->socket);
		n->socket = -1;
	}
}

/* What does not get through is told again with the next frame. */
void notify_presented(struct notify *n, int64_t now_ms) {
	const char *says = n->ready ? "WATCHDOG=1" : "READY=1\nWATCHDOG=1";
	if (n->socket < 0 || (n->ready && (n->every_ms == 0 || now_ms < n->at))) {
		return;
	}
	if (send(n->socket, says, strlen(says), MSG_NOSIGNAL) > 0) {
		n->ready = true;
	}
	n->at = n->every_ms > 0 ? now_ms + n->every_ms : -1;
}

bool notify_due(const struct notify *n, int64_t now_ms) {
	return n->at >= 0 && now_ms >= n->at;
}
