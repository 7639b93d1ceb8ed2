/* What the worker's handle and its process say to each other beside the messages of wire.h: one order, first of all. */
#ifndef ALCOVE_STORE_WORK_H
#define ALCOVE_STORE_WORK_H

#include <limits.h>
#include <stdint.h>

/* Sent by the handle before anything else. "" for what there is not. The system's packs are on the descriptors from
 * WIRE_FD_FILES. */
struct work_order {
	char store[PATH_MAX], keys[PATH_MAX], usb[PATH_MAX], packer[PATH_MAX], assets[PATH_MAX];
	uint32_t packs;
};

enum {
	WORK_TOLD_MS = 100,  /* progress is told at most this often */
	WORK_BEAT_MS = 2000, /* and at least this often, also when there is none: we are alive */
};

#endif
