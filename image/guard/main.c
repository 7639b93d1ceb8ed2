/* The program `alcove-guard`, run by udev for each new device: lets it in or leaves it outside.
 *   alcove-guard usb PATH     a USB device: authorized or not
 *   alcove-guard input PATH   something that gives input: heard or not
 * PATH is in sysfs; what the site has listed stands in /boot/devices.txt (ALCOVE_DEVICES for tests). */
#include "guard/policy.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
enum { FILE_MOST = 65536, PARENTS = 16 };

/* Reads what is there, ends it with a zero; 0 when there is nothing. */
static size_t read_file(const char *folder, const char *name, char *to, size_t room) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s%s%s", folder, name[0] != 0 ? "/" : "", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	ssize_t n;
	while (fd >= 0 && got < room - 1 && (n = read(fd, to + got, room - 1 - got)) > 0) {
		got += (size_t)n;
	}
	if (fd >= 0) {
		close(fd);
	}
	to[got] = 0;
	return got;
}

static bool write_file(const char *folder, const char *name, const char *what) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool fine = fd >= 0 && write(fd, what, strlen(what)) == (ssize_t)strlen(what);
	if (fd >= 0) {
		close(fd);
	}
	return fine;
}

static bool guard_usb(const struct policy *p, const char *folder, char *room) {
	size_t n = read_file(folder, "descriptors", room, FILE_MOST);
	enum policy_kind kind = policy_usb(p, (const uint8_t *)room, n);
	if (kind == POLICY_REFUSED) {
		printf("refused: %s\n", strrchr(folder, '/'));
	}
	return write_file(folder, "authorized", kind != POLICY_REFUSED ? "1" : "0");
}

/* A listed keypad has keys, and may. It is known by the USB device above it. */
static bool belongs_to_listed(const struct policy *p, const char *folder, char *room) {
	char up[PATH_MAX];
	snprintf(up, sizeof up, "%s", folder);
	for (int i = 0; i < PARENTS && strrchr(up, '/') != NULL && strrchr(up, '/') != up; i++) {
		size_t n = read_file(up, "descriptors", room, FILE_MOST);
		if (n > 0) {
			return policy_usb(p, (const uint8_t *)room, n) == POLICY_LISTED_DEVICE;
		}
		*strrchr(up, '/') = 0;
	}
	return false;
}

static bool guard_input(const struct policy *p, const char *folder, char *room) {
	char keys[1024], axes[1024];
	read_file(folder, "capabilities/key", keys, sizeof keys);
	read_file(folder, "capabilities/abs", axes, sizeof axes);
	bool heard = policy_is_touch(keys, axes) || belongs_to_listed(p, folder, room);
	return write_file(folder, "inhibited", heard ? "0" : "1");
}

int main(int argc, char **argv) {
	struct policy policy;
	char *room = malloc(FILE_MOST);
	char path[PATH_MAX];
	const char *list = getenv("ALCOVE_DEVICES");
	if (argc != 3 || (strcmp(argv[1], "usb") != 0 && strcmp(argv[1], "input") != 0)) {
		fputs("Usage: alcove-guard usb|input PATH-IN-SYSFS\n", stderr);
		free(room);
		return EXIT_USAGE;
	}
	if (room == NULL || realpath(argv[2], path) == NULL) {
		free(room);
		return EXIT_FAILED;
	}
	read_file(list != NULL ? list : "/boot/devices.txt", "", room, FILE_MOST);
	policy_read(&policy, room);
	bool fine = strcmp(argv[1], "usb") == 0 ? guard_usb(&policy, path, room) : guard_input(&policy, path, room);
	free(room);
	return fine ? EXIT_FINE : EXIT_FAILED;
}
