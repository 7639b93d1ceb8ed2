/* The system's partition: waited for, checked and mounted, read-only. There are two places for a system; the one that
 * belongs to this kernel and command line is the one whose hashes are right. Every block is compared with the hash that
 * the command line names, as it is read (dm-verity), so a worn or altered card is found out and never run. Writes nothing
 * to any disk. */
#ifndef ALCOVE_IMAGE_EARLY_DISK_H
#define ALCOVE_IMAGE_EARLY_DISK_H

#include "base/fault.h"

#include <stddef.h>

enum { DISK_PLACES = 2, DISK_ID = 64, DISK_DEVICE = 300 };

/* What the command line says: alcove.root=PARTUUID,PARTUUID, alcove.boot=PARTUUID and alcove.verity=BLOCKS,SALT,HASH. */
struct disk_wish {
	char place[DISK_PLACES][DISK_ID]; /* PARTUUIDs, lower case: of slot a and of slot b */
	char boot[DISK_ID];               /* of the boot partition */
	char blocks[24];                  /* of 4096 bytes that are data; the tree of hashes stands behind them */
	char salt[72];                    /* hexadecimal, 1..64 digits */
	char hash[72];                    /* hexadecimal, 64 digits: SHA-256 of the root of the tree */
};

/* False with the sentence when a part is missing or malformed. */
bool disk_wish_read(struct disk_wish *wish, const char *command_line, struct fault *f);
/* Waits up to `seconds` for a partition; `device` becomes its name in /dev. */
bool disk_find(const char *partition, int seconds, char device[DISK_DEVICE], struct fault *f);
/* Makes a checked device over the one of the two that holds this system, and mounts that at `where`. `place` becomes
 * which of them it is. */
bool disk_mount(const struct disk_wish *wish, char device[DISK_PLACES][DISK_DEVICE], const char *where, int *place,
                struct fault *f);

#endif
