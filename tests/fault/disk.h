/* A disk that promises no more than it must. It is told what a program does to the files of one folder, and says what can
 * be there when the power fails: what was made durable by fsync, and of all else anything.
 *
 *   - what was written into a file since its last fsync may be there, or not, or in part, or as zeros of the right length;
 *   - what was done to names (making, renaming, removing) since the folder's last fsync may be there or not, in any
 *     combination and order; one rename is never half done;
 *   - fsync of a file makes its bytes durable and not its name; fsync of a folder the names in it and no bytes. */
#ifndef ALCOVE_TESTS_FAULT_DISK_H
#define ALCOVE_TESTS_FAULT_DISK_H

#include "trace.h"

enum { DISK_FILES = 200, DISK_NAMES = 400, DISK_CHANGES = 400, DISK_FDS = 1100 };

struct disk_file {
	bool folder;
	unsigned char *now, *durable; /* owned */
	size_t size, durable_size;
};

/* A name in a folder; `file` is -1 where it was removed. */
struct disk_name {
	int folder, file;
	char name[200];
};

/* What was done to names, not yet durable: `put` is there afterwards and `gone` is not. A folder of -1: nothing. */
struct disk_change {
	struct disk_name put, gone;
};

struct disk {
	char top[200];                      /* the folder's path, as the program names it */
	struct disk_file files[DISK_FILES]; /* 0 is the folder itself */
	int file_count;
	struct disk_name now[DISK_NAMES], durable[DISK_NAMES];
	int now_count, durable_count;
	struct disk_change changes[DISK_CHANGES];
	int change_count;
	int fds[DISK_FDS]; /* the program's descriptors: which file, or -1 */
	size_t sector;     /* bytes that come to the disk together or not at all: 4096 */
	int steps;         /* calls that changed something, so far */
	int last_step;     /* the program is ended after so many; -1: never */
	/* Called after each of those. */
	void (*stepped)(void *to, struct disk *d);
	void *to;
	char lost[200]; /* a call that this model does not know; "" for none */
};

/* Reads what is in the folder `from`, all of it durable. `top` is what the program will call it. */
void disk_read(struct disk *d, const char *from, const char *top);
void disk_free(struct disk *d);
/* A process is gone, and its descriptors with it; a new one begins. */
void disk_restart(struct disk *d);
/* For struct trace: follows a program's calls. */
bool disk_told(void *disk, pid_t pid, const struct call *c);

/* What can be there after a power cut: one of many, numbered from 0. */
struct disk_ways {
	int bytes;   /* ways in which bytes may be there */
	int changes; /* ways in which changes of names may be there */
};
struct disk_ways disk_ways(const struct disk *d);
/* Makes the folder `to` (which must be empty) what it may be, in these two ways. */
void disk_crash(const struct disk *d, int bytes, int changes, const char *to);
/* A number that is the same for the same state. */
uint64_t disk_print(const struct disk *d, int bytes, int changes);

#endif
