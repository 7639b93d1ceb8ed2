/* The PIN of staff mode: what is kept of it, how often it was missed, and how long the next try has to wait. It holds no
 * PIN, only what Argon2id made of one; the hashing itself is done by a child (`alcove pin`), so that the host never waits
 * for it and its memory goes with the process.
 *
 * A try is counted and made durable *before* it is looked at, so pulling the plug saves nobody a miss. Waits are measured
 * by a clock that nobody can set; a restart begins the wait anew. */
#ifndef ALCOVE_HOST_PIN_H
#define ALCOVE_HOST_PIN_H

#include "base/fault.h"
#include "wire/wire.h"

#include <sys/types.h>

enum {
	PIN_LEAST = 6, /* digits; WIRE_PIN_MOST is the most */
	PIN_FREE = 5,  /* misses before there is a wait */
	/* Bytes of what libsodium makes of a PIN, with its zero byte: crypto_pwhash_STRBYTES, which pin_hash.c checks. */
	PIN_HASH = 128,
	PIN_WAIT_LEAST_S = 30,
	/* After the twelfth miss: 24 tries a day, so a million PINs take a century. */
	PIN_WAIT_MOST_S = 3600,
};

struct pin {
	char hash[PIN_HASH]; /* "" when nobody has chosen one yet */
	int misses;          /* in a row */
	int64_t wait_until;  /* ms; no try before this */
};

/* Too short or too long, all one digit, an even run (123456, 864208), a part said again (121212), or the same from both
 * ends (123321). */
bool pin_weak(const char *digits);
/* How long to wait after so many misses in a row, in seconds; 0 for not at all. */
int pin_wait_s(int misses);
/* How many tries are left before the next wait. */
int pin_tries(const struct pin *p);

enum pin_got { PIN_READ, PIN_NONE /* nobody has chosen one */, PIN_BROKEN /* there is one, and it cannot be read */ };
/* Reads it from the folder behind `dir`. A wait that was going on begins anew. */
enum pin_got pin_read(struct pin *p, int dir, int64_t now_ms);
/* False when it could not be made durable. */
bool pin_write(const struct pin *p, int dir);

/* Which digit stands on each of ten keys: another order each time, from the kernel's random numbers. False when there are
 * none; then the order is 0 to 9. */
bool pin_shuffle(uint8_t keys[10]);

/* --- the child that hashes -------------------------------------------------------------------------------------- */

struct pin_ask {
	char digits[WIRE_PIN_MOST + 1];
	char hash[PIN_HASH]; /* compare with this; "" to make one */
};
struct pin_said {
	uint32_t fine; /* 1: it is the PIN, or `hash` was made of it */
	char hash[PIN_HASH];
};

struct pin_child {
	pid_t pid; /* 0 when there is none */
	int socket;
};
#define NO_PIN_CHILD ((struct pin_child){.socket = -1})

/* Starts `program pin`. False when no process could be started. */
bool pin_child_start(struct pin_child *c, const char *program, const struct pin_ask *ask);
enum pin_heard { PIN_NOTHING_YET, PIN_SAID, PIN_FAILED /* it is gone: no memory for it, most likely */ };
/* Call when its socket is readable. After anything but PIN_NOTHING_YET the child is gone. */
enum pin_heard pin_child_hear(struct pin_child *c, struct pin_said *said);
/* Ends it; `c` is empty afterwards. */
void pin_child_end(struct pin_child *c);

#endif
