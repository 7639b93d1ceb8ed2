/* Which of the two systems on the card the machine starts, as it stands on the boot partition: the only owner of that
 * knowledge. A new system is tried once. Whatever happens during that try, the next start is the old one's again; only
 * boot_keep makes the new one stay.
 *
 * On a PC the names of two files say it, as systemd-boot reads them (boot counting): EFI/Linux/alcove-b+1.efi is tried
 * before an older one, and before that systemd-boot itself renames it to alcove-b+0-1.efi, which comes last. On a
 * Raspberry Pi one sector says it, the file slot.txt, which config.txt includes: from which folder, a or b, the firmware
 * takes kernel, first program and command line. The firmware writes nothing, so there the new system's first program
 * takes the try back as the first thing that it does (boot_spend).
 *
 * Which of the two machines it is, the partition shows: only a Pi's has slot.txt. Every change is one file that was made
 * durable before and is then renamed, or one sector in its place. FAT promises nothing, but each of these is one write
 * of one sector. The first program and the service for updates use this; both are given the partition's folder. */
#ifndef ALCOVE_IMAGE_SLOTS_BOOT_H
#define ALCOVE_IMAGE_SLOTS_BOOT_H

#include <stdbool.h>

enum { BOOT_PATH = 80 };

enum boot_state {
	BOOT_UNKNOWN,    /* the partition cannot be read, or says something that we never write */
	BOOT_SETTLED,    /* nothing is being tried */
	BOOT_ARMED,      /* the other system is tried at the next start */
	BOOT_ON_TRIAL,   /* the one that runs is tried just now */
	BOOT_TAKEN_BACK, /* the other one was tried and did not keep */
};

/* A system is 'a' or 'b'. All functions with a bool: false with errno when the partition could not be read or written. */
static inline char boot_other(char system) {
	return system == 'a' ? 'b' : 'a';
}

enum boot_state boot_look(int dir, char running);

/* Removes all that starts a system, and any try of it, so that what is in its slot does not matter any more. Never the
 * last that is sure to start: false with EBUSY. */
bool boot_clear(int dir, char system);
/* Where a file of a system goes before boot_arm: below the partition's folder, which is made. NULL for a name that the
 * machine has no use for. */
const char *boot_place(int dir, char system, const char *name, char out[BOOT_PATH]);
/* Its files are all there and durable: it is tried at the next start. */
bool boot_arm(int dir, char system);
/* A system was made ready to be tried, and its try has not been taken back yet. */
bool boot_armed(int dir);
/* For the first program, where that is so: the try is taken back, whatever comes of it. */
bool boot_spend(int dir);
/* The system that is tried just now stays. */
bool boot_keep(int dir, char system);
/* That the other one was taken back has been read. */
bool boot_forget(int dir, char running);

#endif
