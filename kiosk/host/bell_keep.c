#include "host/bell_keep.h"

#include "host/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NAME_BYTES = PLACE_TOPIC + 16 };

/* The folder, open; it belongs to us, nobody else may write in it, and it is in memory. */
static int open_folder(const char *folder, struct fault *f) {
	struct stat st;
	struct statfs fs;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || fstatfs(fd, &fs) != 0) {
		fault_say(f, "open requests are not kept over a restart: the folder %s cannot be opened: %s.", folder,
		          strerror(errno));
	} else if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC) {
		fault_say(
		    f,
		    "open requests are not kept over a restart: the folder %s is on a disk, and they must never be "
		    "written to one. Name a folder in /run as state_folder.",
		    folder);
	} else if (st.st_uid != geteuid() || (st.st_mode & 022) != 0) {
		fault_say(
		    f,
		    "open requests are not kept over a restart: the folder %s belongs to somebody else, or others may "
		    "write in it.",
		    folder);
	} else {
		return fd;
	}
	if (fd >= 0) {
		close(fd);
	}
	return -1;
}

bool bell_keep_check(const char *folder, struct fault *f) {
	if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
		return fault_say(f, "open requests are not kept over a restart: the folder %s cannot be made: %s.",
		                 folder, strerror(errno));
	}
	int fd = open_folder(folder, f);
	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

static void file_name(const char *place, const char *tail, char out[NAME_BYTES]) {
	char topic[PLACE_TOPIC];
	place_topic(place, topic);
	snprintf(out, NAME_BYTES, "%s%s", topic, tail);
}

/* Only what we have written ourselves: ours, whole, and nobody else could have. */
static char *read_file(int fd, size_t *len) {
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0 ||
	    st.st_size <= 0 || st.st_size > KEEP_MOST) {
		return NULL;
	}
	char *bytes = malloc((size_t)st.st_size);
	ssize_t n = bytes != NULL ? read(fd, bytes, (size_t)st.st_size) : -1;
	if (n != st.st_size) {
		free(bytes);
		return NULL;
	}
	*len = (size_t)n;
	return bytes;
}

char *bell_keep_read(const char *folder, const char *place, size_t *len) {
	struct fault ignored;
	char name[NAME_BYTES], *bytes = NULL;
	int dir = open_folder(folder, &ignored);
	if (dir < 0) {
		return NULL;
	}
	file_name(place, ".requests", name);
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		bytes = read_file(fd, len);
		close(fd);
	}
	close(dir);
	return bytes;
}

static bool write_new(int dir, const char *name, const char *bytes, size_t len) {
	unlinkat(dir, name, 0); /* of a host that was killed while it wrote */
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool fine = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
	if (fd >= 0) {
		fine = close(fd) == 0 && fine;
	}
	return fine;
}

bool bell_keep_write(const char *folder, const char *place, const char *bytes, size_t len) {
	struct fault ignored;
	char name[NAME_BYTES], fresh[NAME_BYTES];
	int dir = open_folder(folder, &ignored);
	if (dir < 0) {
		return false;
	}
	file_name(place, ".requests", name);
	file_name(place, ".new", fresh);
	bool fine;
	if (len == 0) {
		fine = unlinkat(dir, name, 0) == 0 || errno == ENOENT;
	} else {
		fine = write_new(dir, fresh, bytes, len) && renameat(dir, fresh, dir, name) == 0;
	}
	close(dir);
	return fine;
}
