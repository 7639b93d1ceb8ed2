/* Has house.csv compiled by `alcove-pack house-sheet`, a process of its own without power, and takes the pack that it makes.
 * Reads nothing of either. */
#ifndef ALCOVE_STORE_SHEET_H
#define ALCOVE_STORE_SHEET_H

#include "base/fault.h"
#include "base/sheet_order.h"

#include <sys/types.h>

/* How long it may take, and the largest pack that it may make: the largest sheet makes one of a tenth of this. */
enum { SHEET_MS = 20000, SHEET_PACK_MOST = 32 << 20 };

struct sheet {
	pid_t pid; /* 0 when there is none */
	int wire, pipe;
	int pack; /* the pack's bytes, in memory; owned by the caller once it is over, -1 when there is none */
	uint64_t size;
	int64_t until;
	bool told;             /* its verdict has come */
	struct wire_work work; /* when it is over: DONE, or FAILED with reason, row, what and says */
};

/* `csv`: the sheet's bytes, in memory; `library`: the pack that it will be shown over, or -1. Both stay the caller's. */
bool sheet_start(struct sheet *s, const char *packer, const struct sheet_order *order, int csv, int library,
                 struct fault *f);
/* True when it is over; never waits. A process that is gone too early, talks nonsense or takes too long has failed. */
bool sheet_hear(struct sheet *s);
void sheet_end(struct sheet *s);

#endif
