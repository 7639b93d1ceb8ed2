/* The head of a system file (NAME.system), which `make image` writes beside the card: what it is, and how long its parts
 * are, in the order in which they stand behind it. First what goes into a slot (the squashfs and its tree of hashes), then
 * the files with which that system is started. image/lib.sh (image_system_file) writes it:
 *
 *     alcove-system 1         the format
 *     arch amd64              for which machine
 *     version 1764345600      seconds since 1970 of what it was built from: it only grows
 *     least 0                 the version that must run here to take it
 *     slot 165752832          bytes; a multiple of a block's 4096
 *     boot system.efi 15728640
 *     end
 *
 * and zeros up to SYSTEM_HEAD bytes. There are no hashes in it: the signature is over the whole file, and what counts is
 * that what was copied, read back, is what was signed. Reads no file. */
#ifndef ALCOVE_IMAGE_SLOTS_SYSTEM_H
#define ALCOVE_IMAGE_SLOTS_SYSTEM_H

#include "wire/wire.h"

#include <stddef.h>
#include <stdint.h>

enum {
	SYSTEM_HEAD = 4096,
	SYSTEM_BLOCK = 4096,
	SYSTEM_PARTS = 12,
	SYSTEM_NAME = 33,             /* bytes of a part's name with its zero byte: letters, digits, '-', '.' */
	SYSTEM_SLOT_MOST = 1 << 30,   /* bytes; the slot itself is smaller */
	SYSTEM_BOOT_MOST = 128 << 20, /* bytes of all other parts: the boot partition */
};

struct system_part {
	char name[SYSTEM_NAME];
	uint32_t size;
};

struct system_head {
	char arch[16];
	uint32_t version, least;
	uint32_t slot;
	struct system_part boot[SYSTEM_PARTS];
	int boot_count;
	uint64_t total; /* bytes of the whole file */
};

/* WIRE_FINE; WIRE_NOT_A_PACK when it is nothing of ours; WIRE_NEWER_PROGRAM when it is of a later format; WIRE_DAMAGED. */
enum wire_reason system_read(const char head[SYSTEM_HEAD], struct system_head *out);

/* Whether a machine of this kind, on which version `running` runs, may take it: WIRE_FINE, WIRE_OTHER_PRODUCT (another
 * kind of machine), WIRE_SAME, WIRE_OLDER or WIRE_NEWER_PROGRAM (there is a step between). */
enum wire_reason system_fits(const struct system_head *h, const char *arch, uint32_t running);

/* The day of a version, as "2026-11-28" in UTC. */
void system_made(uint32_t version, char out[WIRE_DATE]);

#endif
