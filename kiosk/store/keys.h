/* The publishers whose packs this kiosk takes: public keys (*.pub) in the read-only system's folder and in the store's,
 * where staff have added them; and the keys that were taken back (a file `revoked` in either folder, one key id of 16
 * hexadecimal digits a line, '#' begins a remark). Reads; never writes, never verifies. */
#ifndef ALCOVE_STORE_KEYS_H
#define ALCOVE_STORE_KEYS_H

#include "base/fault.h"
#include "store/minisig.h"
#include "wire/wire.h"

enum { KEYS_MOST = 32, KEYS_REVOKED = 256, KEYS_NAME = 64 };

struct keys_one {
	struct minisig_key key;
	char name[KEYS_NAME]; /* its file's name without .pub */
	bool system;          /* it came with the read-only system */
};

struct keys {
	struct keys_one list[KEYS_MOST];
	int count;
	unsigned char revoked[KEYS_REVOKED][MINISIG_ID];
	int revoked_count;
};

/* Adds what is in the folder behind `dir` (which stays the caller's). A key whose id is already there is left out, so
 * the system's come first. False with the sentence when the folder or its list of revoked keys cannot be read or makes
 * no sense: then nothing at all may be trusted. A .pub file that is not one is passed over. */
bool keys_read(struct keys *k, int dir, bool system, struct fault *f);

/* WIRE_FINE and the key; or WIRE_REVOKED_KEY or WIRE_UNKNOWN_KEY. */
enum wire_reason keys_find(const struct keys *k, const unsigned char id[MINISIG_ID], const struct minisig_key **out);

#endif
