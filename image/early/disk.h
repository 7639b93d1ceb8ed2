/* The system's partition: waited for, checked and mounted, read-only. Every block is compared with the hash that the
 * command line of the kernel names, as it is read (dm-verity), so a worn or altered card is found out and never run.
 * Writes nothing to any disk. */
#ifndef ALCOVE_IMAGE_EARLY_DISK_H
#define ALCOVE_IMAGE_EARLY_DISK_H

#include "base/fault.h"

#include <stddef.h>

/* What the command line says: alcove.root=PARTUUID and alcove.verity=BLOCKS,SALT,HASH. */
struct disk_wish {
	char partition[64]; /* PARTUUID, lower case */
	char blocks[24];    /* of 4096 bytes that are data; the tree of hashes stands behind them */
	char salt[72];      /* hexadecimal, 1..64 digits */
	char hash[72];      /* hexadecimal, 64 digits: SHA-256 of the root of the tree */
};

/* False with the sentence when a part is missing or malformed. */
bool disk_wish_read(struct disk_wish *wish, const char *command_line, struct fault *f);
/* Waits up to `seconds` for the partition; `device` becomes its name in /dev. */
bool disk_find(const struct disk_wish *wish, int seconds, char *device, size_t room, struct fault *f);
/* Makes the checked device over it and mounts that at `where`. */
bool disk_mount(const struct disk_wish *wish, const char *device, const char *where, struct fault *f);

#endif
