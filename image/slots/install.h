/* A system from the stick into the slot that is not in use, so that it is tried at the next start.
 *
 * The stick is read once. What it gives is written to the slot and to the boot partition while it is hashed; then all of
 * it is made durable, given up from memory and read back; and only when the publisher's signature is of what was read back
 * is it made startable, by one small write (slots/boot.h). Before the first byte is written, what could start the other
 * slot is removed, so that a slot that is half written starts nothing. Power may fail between any two of these.
 *
 * Keys are those of the read-only system alone, in a folder of their own: never a key that staff have added. */
#ifndef ALCOVE_IMAGE_SLOTS_INSTALL_H
#define ALCOVE_IMAGE_SLOTS_INSTALL_H

#include "slots/system.h"
#include "store/stick.h"

/* Where everything is; the strings outlive all that is made of it. */
struct install_place {
	const char *usb;  /* where a stick is shown */
	const char *keys; /* the folder of the system's own keys for systems */
	const char *boot; /* where the boot partition is mounted */
	const char *slot; /* the device of the other slot */
	const char *arch; /* what this machine is: "amd64", "arm64" */
	char running;     /* 'a' or 'b' */
	uint32_t version; /* of the system that runs */
	bool remount;     /* the boot partition is mounted read-only, and made writable for as long as it takes */
};

struct install_offer {
	bool there;
	enum wire_reason reason; /* why it cannot be taken, as far as one can tell now */
	struct stick_thing thing;
	/* Zeros when it cannot be read. Nothing of it is believed before the copy is verified. */
	struct system_head head;
};

/* The best that is on the stick: one for this machine rather than another's, the newest of several. */
void install_look(const struct install_place *p, struct install_offer *out);

struct install;

/* Begins with the system of which staff were told that it is `version`. NULL with the reason: that of the offer, or
 * WIRE_CHANGED when it is another one now, WIRE_UNKNOWN_WISH when there is none, WIRE_STORE_FAILED, WIRE_NO_ROOM.
 * When it begins, what was in the other slot is lost. */
struct install *install_begin(const struct install_place *p, uint32_t version, enum wire_reason *why);
/* A little of it; WIRE_FINE with `done` == `total` when it is all done and will be tried. Bytes: each is written once and
 * read back once. After any other answer nothing is left to do but install_end. */
enum wire_reason install_step(struct install *g, uint64_t *done, uint64_t *total);
/* NULL is fine. What was not finished starts nothing. */
void install_end(struct install *g);

/* The boot partition's folder, writable for as long as it is open where `write`; -1 with errno. */
int install_boot_open(const struct install_place *p, bool write);
void install_boot_close(const struct install_place *p, int dir, bool write);

#endif
