#include "site/reach.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 200, CONNECT_MS = 2000 };

static void pause_ms(int ms) {
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

/* One file of sysfs has this one line. */
static bool says(const char *folder, const char *device, const char *name, const char *line) {
	char path[PATH_MAX], is[16] = "";
	snprintf(path, sizeof path, "%s/%s/%s", folder, device, name);
	FILE *file = fopen(path, "re");
	bool read = file != NULL && fgets(is, sizeof is, file) != NULL;
	if (file != NULL) {
		fclose(file);
	}
	is[strcspn(is, "\n")] = 0;
	return read && strcmp(is, line) == 0;
}

/* Ethernet (linux/if_arp.h) that feels somebody at the other end. */
static bool is_cable(const char *folder, const char *device) {
	return says(folder, device, "type", "1") && says(folder, device, "carrier", "1");
}

static bool any_cable(const char *sys) {
	char folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s/class/net", sys);
	DIR *all = opendir(folder);
	bool found = false;
	for (const struct dirent *one; all != NULL && !found && (one = readdir(all)) != NULL;) {
		found = one->d_name[0] != '.' && is_cable(folder, one->d_name);
	}
	if (all != NULL) {
		closedir(all);
	}
	return found;
}

bool reach_cable(const char *sys, int wait_ms) {
	int64_t end = clock_ms() + wait_ms;
	bool found;
	while (!(found = any_cable(sys)) && clock_ms() < end) {
		pause_ms(LOOK_MS);
	}
	return found;
}

static bool connects(const struct addrinfo *a) {
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int err = -1;
	socklen_t size = sizeof err;
	bool fine = fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 ||
	                        (errno == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1 &&
	                         getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) == 0 && err == 0));
	if (fd >= 0) {
		close(fd);
	}
	return fine;
}

static bool answers(const struct settings *s) {
	const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	struct addrinfo *all = NULL;
	char port[16];
	bool fine = false;
	snprintf(port, sizeof port, "%d", s->broker_port);
	if (getaddrinfo(s->broker_host, port, &hints, &all) == 0) {
		for (const struct addrinfo *a = all; a != NULL && !fine; a = a->ai_next) {
			fine = connects(a);
		}
		freeaddrinfo(all);
	}
	return fine;
}

bool reach_broker(const struct settings *s, int wait_ms) {
	int64_t end = clock_ms() + wait_ms;
	bool fine;
	while (!(fine = answers(s)) && clock_ms() < end) {
		pause_ms(LOOK_MS);
	}
	return fine;
}
