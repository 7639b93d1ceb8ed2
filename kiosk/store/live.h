/* Which pack of a slot is in use, and which was before it: the file `live` in the slot's folder, a few lines of text.
 * Replaced whole, by rename. */
#ifndef ALCOVE_STORE_LIVE_H
#define ALCOVE_STORE_LIVE_H

#include "store/minisig.h"
#include "wire/wire.h"

#include <stdint.h>

struct live_entry {
	bool there;
	bool own; /* unsigned: made on this kiosk */
	uint32_t version;
	char id[WIRE_ID];
	char hash[MINISIG_HEX]; /* its files are HASH.pack and HASH.minisig */
};

struct live {
	struct live_entry current, previous;
};

enum live_state { LIVE_READ, LIVE_NONE /* there is no such file: nothing was ever put here */, LIVE_BROKEN };

/* Fills `out`, with nothing there unless it was read. */
enum live_state live_read(int dir, struct live *out);
/* False with errno. */
bool live_write(int dir, const struct live *l);

#endif
