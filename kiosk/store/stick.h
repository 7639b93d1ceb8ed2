/* What staff have put into the folder `alcove` of a USB stick: packs (*.pack with *.pack.minisig beside it), a spreadsheet
 * (house.csv), publishers' keys (*.pub) and systems (*.system, signed like packs). Nothing on a stick is believed: links
 * are not followed, only plain files are opened, of odd names only what can be shown is kept, and a list is only so long.
 * It reads names, and small files whole; never a pack. It never writes, and keeps nothing of a stick open: a stick may be
 * pulled at any time. */
#ifndef ALCOVE_STORE_STICK_H
#define ALCOVE_STORE_STICK_H

#include "store/minisig.h"
#include "wire/wire.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>

enum {
	STICK_THINGS = 24,        /* that are listed; people choose from them on a few screens */
	STICK_ENTRIES = 4096,     /* of the folder that are looked at */
	STICK_SHEET = 900000,     /* bytes of the largest house.csv: alcove-pack's own limit for a file */
	STICK_SYSTEM = 512 << 20, /* bytes of the largest system: its slot has 256 MiB, its boot partition 128 */
};

struct stick_thing {
	enum wire_thing thing;
	char name[NAME_MAX + 1];
	enum wire_reason reason; /* why it cannot be taken, as far as its outside says */
	uint64_t size;
	/* It is the same file as long as these are: */
	dev_t dev;
	ino_t ino;
	struct timespec changed;
};

struct stick {
	bool there; /* a folder `alcove` could be read */
	struct stick_thing things[STICK_THINGS];
	int count;
	bool more; /* there is more than was listed */
};

/* Looks at USB/alcove: packs first, then the sheet, then keys, each by name. `usb` NULL or not there: nothing. */
void stick_look(const char *usb, struct stick *out);
/* The same for systems (*.system), of which nobody else wants to know. */
void stick_look_systems(const char *usb, struct stick *out);

/* Opens one of those for reading, if it is still the same file. -1 with the reason: WIRE_PULLED, WIRE_CHANGED, ... */
int stick_open(const char *usb, const struct stick_thing *t, enum wire_reason *why);
/* Reads the file NAME.minisig beside a pack: its length, or -1 with the reason. */
ssize_t stick_signature(const char *usb, const struct stick_thing *t, char out[MINISIG_FILE_MOST],
                        enum wire_reason *why);
/* All of a small file: its length, or -1 with the reason when it is longer than `room` or cannot be read. */
ssize_t stick_read(int fd, void *out, size_t room, enum wire_reason *why);

/* A file's name as it can be shown: what is not UTF-8 for people becomes '?'. */
void stick_name(const char *name, char out[WIRE_NAME]);

#endif
