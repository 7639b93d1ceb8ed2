#include "store/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *bytes, size_t size) {
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return false;
		}
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* Removes the file aside without losing the errno of what went wrong. */
static bool give_up(int dir, const char *aside) {
	int why = errno;
	unlinkat(dir, aside, 0);
	errno = why;
	return false;
}

bool durable_aside(int dir, const char *name, const void *bytes, size_t size) {
	char aside[256];
	if (snprintf(aside, sizeof aside, "%s.new", name) >= (int)sizeof aside) {
		errno = ENAMETOOLONG;
		return false;
	}
	/* What an earlier attempt may have left is not written over but replaced: a new file. */
	if (unlinkat(dir, aside, 0) != 0 && errno != ENOENT) {
		return false;
	}
	int fd = openat(dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		return false;
	}
	bool good = write_all(fd, bytes, size) && fsync(fd) == 0;
	int why = errno;
	if (close(fd) != 0 && good) {
		why = errno;
		good = false;
	}
	errno = why;
	if (!good || renameat(dir, aside, dir, name) != 0) {
		return give_up(dir, aside);
	}
	return true;
}

bool durable_write(int dir, const char *name, const void *bytes, size_t size) {
	return durable_aside(dir, name, bytes, size) && fsync(dir) == 0;
}

int durable_folder(int dir, const char *name) {
	if (mkdirat(dir, name, 0700) != 0 && errno != EEXIST) {
		return -1;
	}
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int durable_open(int dir, const char *name, off_t *size) {
	struct stat st;
	/* O_NONBLOCK: a pipe in the place of a file must not make us wait. */
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		return -1;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	*size = st.st_size;
	return fd;
}

ssize_t durable_read(int dir, const char *name, char *out, size_t room) {
	off_t size = 0;
	int fd = durable_open(dir, name, &size);
	if (fd < 0) {
		return -1;
	}
	size_t have = 0;
	ssize_t got = 1;
	/* Until it ends, whatever its size was said to be. */
	while (have < room && (got = read(fd, out + have, room - have)) != 0) {
		if (got < 0 && errno != EINTR) {
			break;
		}
		have += got > 0 ? (size_t)got : 0;
	}
	int why = errno;
	close(fd);
	errno = have == room ? EFBIG : why;
	if (got < 0 || have == room) {
		return -1;
	}
	out[have] = 0;
	return (ssize_t)have;
}
