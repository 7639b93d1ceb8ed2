/* Which packs visits are handed: of each kind (library, house) the store's, when there is one that holds what it promised;
 * else the system's own. The store hashes and verifies; what a pack says about itself is read by a child without power.
 * It opens files and reads none. */
#ifndef ALCOVE_HOST_STOCK_H
#define ALCOVE_HOST_STOCK_H

#include "host/keeper.h"
#include "host/settings.h"

struct stock_pack {
	int fd;      /* open */
	bool known;  /* what follows was read */
	bool house;  /* its kind */
	bool system; /* it came with the system */
	int setting; /* of the system's: which of the settings' packs it is */
	char id[WIRE_ID];
	uint32_t version;
};

struct stock {
	const struct settings *settings;
	const char *program;
	struct stock_pack own[WIRE_MAX_PACKS]; /* the system's, in the order of the settings */
	int own_count;
	bool looked;   /* what the system's say about themselves has been read, or tried */
	bool distrust; /* no visit could be shown with the store's packs: they are left alone until the next start */
	struct stock_pack used[WIRE_MAX_PACKS]; /* what stock_fill has put into a plan, in the same order */
	int used_count;
};

/* Takes the packs of the plan over (supply_open has opened them); they stay open until stock_close. */
void stock_open(struct stock *s, const struct settings *settings, struct keeper_plan *plan);
/* Opens what is to be used now into the plan's packs, which must be empty. `facts`: find out what the system's packs are,
 * even if the store has none; it takes a child for each. False when a descriptor cannot be had. */
bool stock_fill(struct stock *s, struct keeper_plan *plan, bool facts, struct fault *f);
/* Something of the store's is in use. */
bool stock_stored(const struct stock *s);
/* Closes a plan's packs; the plan has none afterwards. */
void stock_empty(struct keeper_plan *plan);
void stock_close(struct stock *s);

#endif
