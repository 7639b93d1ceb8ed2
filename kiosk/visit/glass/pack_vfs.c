#include "visit/glass/pack_vfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct pack_file {
	sqlite3_file base;
	int fd;
};

static int file_close(sqlite3_file *file) {
	(void)file; /* the descriptor belongs to whoever handed it over */
	return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *to, int count, sqlite3_int64 offset) {
	const struct pack_file *f = (const struct pack_file *)file;
	char *p = to;
	while (count > 0) {
		ssize_t n = pread(f->fd, p, (size_t)count, offset);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return SQLITE_IOERR_READ;
		}
		if (n == 0) {
			memset(p, 0, (size_t)count);
			return SQLITE_IOERR_SHORT_READ;
		}
		p += n;
		offset += n;
		count -= (int)n;
	}
	return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset) {
	(void)file, (void)from, (void)count, (void)offset;
	return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
	(void)file, (void)size;
	return SQLITE_READONLY;
}

static int file_flags_ignored(sqlite3_file *file, int flags) {
	(void)file, (void)flags; /* sync, lock and unlock: nothing changes, nobody else is there */
	return SQLITE_OK;
}

bool pack_vfs_stat(int fd, struct stat *s) {
	return syscall(SYS_fstat, fd, s) == 0;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
	struct stat s;
	if (!pack_vfs_stat(((const struct pack_file *)file)->fd, &s)) {
		return SQLITE_IOERR_FSTAT;
	}
	*size = s.st_size;
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *file, int *out) {
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int op, void *arg) {
	(void)file, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file) {
	(void)file;
	return 4096;
}

static int file_traits(sqlite3_file *file) {
	(void)file;
	return SQLITE_IOCAP_IMMUTABLE;
}

/* Version 1: no shared memory, so no WAL, and no mapping. */
static const sqlite3_io_methods file_methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_flags_ignored,
    .xFileSize = file_size,
    .xLock = file_flags_ignored,
    .xUnlock = file_flags_ignored,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
	(void)vfs;
	struct pack_file *f = (struct pack_file *)file;
	f->base.pMethods = NULL;
	/* Temporary files and journals have no place here. */
	if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0 || (flags & SQLITE_OPEN_READONLY) == 0) {
		return SQLITE_CANTOPEN;
	}
	char *end = NULL;
	long fd = strtol(name, &end, 10);
	if (end == name || *end != 0 || fd < 0 || fd > 1000) {
		return SQLITE_CANTOPEN;
	}
	f->fd = (int)fd;
	f->base.pMethods = &file_methods;
	if (out_flags != NULL) {
		*out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	}
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
	(void)vfs, (void)name, (void)sync;
	return SQLITE_IOERR_DELETE;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
	(void)vfs, (void)name, (void)flags;
	*out = 0; /* no journal lies beside a descriptor */
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out) {
	(void)vfs;
	sqlite3_snprintf(size, out, "%s", name);
	return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *out) {
	(void)vfs;
	memset(out, 0, (size_t)size);
	return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
	(void)vfs, (void)microseconds;
	return 0;
}

static int vfs_time(sqlite3_vfs *vfs, double *out) {
	(void)vfs;
	*out = 0;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *out) {
	(void)vfs, (void)size, (void)out;
	return 0;
}

sqlite3_vfs *pack_vfs_add(void) {
	/* Before SQLite starts (once it runs these are refused, and do no harm): no pages in stock and no scratch memory for
	 * each pack. It takes what it needs when it needs it, and a spare that waits for days holds 200 KB less. */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	(void)sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	if (sqlite3_initialize() != SQLITE_OK) {
		return NULL;
	}
	sqlite3_vfs *vfs = sqlite3_malloc(sizeof *vfs);
	if (vfs == NULL) {
		return NULL;
	}
	/* Extensions cannot be loaded: the four functions for it stay NULL. */
	*vfs = (sqlite3_vfs){
	    .iVersion = 1,
	    .szOsFile = (int)sizeof(struct pack_file),
	    .mxPathname = 64,
	    .zName = PACK_VFS_NAME,
	    .xOpen = vfs_open,
	    .xDelete = vfs_delete,
	    .xAccess = vfs_access,
	    .xFullPathname = vfs_full_path,
	    .xRandomness = vfs_randomness,
	    .xSleep = vfs_sleep,
	    .xCurrentTime = vfs_time,
	    .xGetLastError = vfs_last_error,
	};
	/* The default one, too, so that nothing inside SQLite turns to the one that opens files. */
	if (sqlite3_vfs_register(vfs, 1) != SQLITE_OK) {
		sqlite3_free(vfs);
		return NULL;
	}
	return vfs;
}

void pack_vfs_remove(sqlite3_vfs *vfs) {
	if (vfs != NULL) {
		sqlite3_vfs_unregister(vfs);
		sqlite3_free(vfs);
	}
}
