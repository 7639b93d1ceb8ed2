/* A stick that misbehaves: shows a folder of files through FUSE, and does one odd thing with them. Run in the foreground:
 *
 *   odd_stick FOLDER PLACE KIND [N]
 *
 *   honest        nothing odd
 *   other N       from the Nth opening of a pack on, its last byte is another one
 * Bytes count from the end of the pack when they are below zero.
 *
 *   hang N        reading a pack at or behind byte N never comes back
 *   hang-names N  from the Nth time that a folder is read on, that never comes back
 *   vanish N      reading a pack at or behind byte N fails, and from then on everything does
 *   grow          there is always more to read of a pack than its size says
 *   shrink N      a pack ends at byte N, though its size says more */
#define FUSE_USE_VERSION 31
#include <fuse.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct odd {
	const char *folder, *kind;
	long n;
	atomic_int opened, listed;
	atomic_bool gone;
};

static struct odd *odd(void) {
	return fuse_get_context()->private_data;
}

static bool is(const char *kind) {
	return strcmp(odd()->kind, kind) == 0;
}

static bool is_pack(const char *path) {
	size_t len = strlen(path);
	return len > 5 && strcmp(path + len - 5, ".pack") == 0;
}

static void for_ever(void) {
	for (;;) {
		pause();
	}
}

static const char *real(char *out, size_t size, const char *path) {
	snprintf(out, size, "%s%s", odd()->folder, path);
	return out;
}

static int on_getattr(const char *path, struct stat *st, struct fuse_file_info *fi) {
	char file[4096];
	(void)fi;
	if (odd()->gone) {
		return -EIO;
	}
	return lstat(real(file, sizeof file, path), st) == 0 ? 0 : -errno;
}

static int on_readdir(const char *path, void *to, fuse_fill_dir_t fill, off_t at, struct fuse_file_info *fi,
                      enum fuse_readdir_flags flags) {
	char file[4096];
	(void)at, (void)fi, (void)flags;
	if (odd()->gone) {
		return -EIO;
	}
	if (is("hang-names") && ++odd()->listed >= odd()->n) {
		for_ever();
	}
	DIR *d = opendir(real(file, sizeof file, path));
	if (d == NULL) {
		return -errno;
	}
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		fill(to, e->d_name, NULL, 0, 0);
	}
	closedir(d);
	return 0;
}

static int on_open(const char *path, struct fuse_file_info *fi) {
	char file[4096];
	int fd = odd()->gone ? -1 : open(real(file, sizeof file, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return odd()->gone ? -EIO : -errno;
	}
	int count = is_pack(path) ? ++odd()->opened : 0;
	/* The number of the opening, above the descriptor. */
	fi->fh = (uint64_t)count << 32 | (uint32_t)fd;
	fi->direct_io = 1; /* every read is asked for */
	return 0;
}

static int on_read(const char *path, char *to, size_t size, off_t at, struct fuse_file_info *fi) {
	int fd = (int)(fi->fh & 0xffffffff);
	int opening = (int)(fi->fh >> 32);
	struct stat st;
	off_t end = fstat(fd, &st) == 0 ? st.st_size : 0;
	off_t n_th = odd()->n < 0 ? end + odd()->n : odd()->n;
	bool reaches = is_pack(path) && at + (off_t)size > n_th;
	if (reaches && is("hang")) {
		for_ever();
	}
	if (odd()->gone || (reaches && is("vanish"))) {
		odd()->gone = true;
		return -EIO;
	}
	if (is_pack(path) && is("shrink")) {
		size = at >= n_th ? 0 : reaches ? (size_t)(n_th - at) : size;
	}
	ssize_t n = pread(fd, to, size, at);
	if (is_pack(path) && is("grow") && n >= 0) {
		memset(to + n, 'x', size - (size_t)n);
		n = (ssize_t)size;
	}
	bool last = n > 0 && at + n == end;
	if (last && is_pack(path) && is("other") && opening >= odd()->n) {
		to[n - 1] ^= 1;
	}
	return n < 0 ? -errno : (int)n;
}

static int on_release(const char *path, struct fuse_file_info *fi) {
	(void)path;
	close((int)(fi->fh & 0xffffffff));
	return 0;
}

int main(int argc, char **argv) {
	if (argc < 4) {
		fprintf(stderr, "odd_stick FOLDER PLACE KIND [N]\n");
		return 2;
	}
	struct odd self = {.folder = argv[1], .kind = argv[3], .n = argc > 4 ? atol(argv[4]) : 0};
	static const struct fuse_operations does = {
	    .getattr = on_getattr, .readdir = on_readdir, .open = on_open, .read = on_read, .release = on_release};
	char front[] = "-f";
	char *args[] = {argv[0], front, argv[2], NULL};
	return fuse_main(3, args, &does, &self);
}
