/* What store.c and stage.c share, and nobody else includes. */
#ifndef ALCOVE_STORE_INSIDE_H
#define ALCOVE_STORE_INSIDE_H

#include "store/live.h"
#include "store/store.h"

enum { STORE_FILE_NAME = MINISIG_HEX + 8 /* ".minisig" */ };

struct store {
	int dir, incoming, slot[STORE_SLOTS], keys_dir; /* open folders, owned; -1 for one that is not there */
	bool keep;
	char *system_keys; /* the system's folder of keys, owned; NULL when there is none */
	struct keys keys;
	char unfit[STORE_SLOTS][2][MINISIG_HEX]; /* packs that were looked at and refused, by their hash; "" for none */
	struct store_facts system[STORE_SLOTS];  /* what the read-only system has; id "" when that is not known */
};

/* Why writing went wrong, from errno. */
enum wire_reason store_writing(int err);

/* Whether one entry's files are whole, rightly signed and trusted; the pack's descriptor when they are. */
enum wire_reason store_open_entry(struct store *s, enum store_slot slot, const struct live_entry *e,
                                  struct store_pack *out);

/* Which entry is in use as far as can be told without looking inside: the current one, else the previous one, else
 * (false) the system's. */
bool store_in_use(struct store *s, enum store_slot slot, struct live_entry *out);

/* Removes all files of a slot that belong to neither entry. Only when what `live` says is durable: an older state may
 * still name them. Whatever is left behind does no harm. */
void store_tidy(struct store *s, enum store_slot slot);

#endif
