/* The store's worker: a process of its own (the role `store` of the program) that has the power over the store's folder
 * and reads the stick, while staff mode is open. It carries out what staff want of packs (WIRE_WANT_LIST, CHANGES, INSTALL,
 * RESTORE, STOP, TRUST) and answers in the same messages that staff's visit is told (WIRE_OFFER, WIRE_CHANGE, WIRE_WORK).
 * It copies, hashes, verifies and switches; it reads no content: that is done by children without power (look.h, sheet.h).
 *
 * The copy that CHANGES has made and told of is the copy that INSTALL puts in use: a stick is never read twice.
 *
 * It may be killed at any moment, which to the store is a power cut. So a stick that hangs is no trouble: the handle below,
 * which is the host's, ends a worker that is silent for too long and answers in its place. */
#ifndef ALCOVE_STORE_WORKER_H
#define ALCOVE_STORE_WORKER_H

#include "base/fault.h"
#include "wire/wire.h"

#include <stdint.h>
#include <sys/types.h>

struct worker;

/* What it needs to know; the strings outlive the handle. */
struct worker_plan {
	const char *program;       /* alcove itself */
	const char *store;         /* the store's folder */
	const char *keys;          /* the system's folder of keys; NULL: none */
	const char *usb;           /* where a stick is mounted; NULL: nowhere */
	const char *packer;        /* the program alcove-pack, for house.csv; NULL: house.csv is not read */
	const char *assets;        /* folder with fonts.ini and icons/, for it; NULL: where it finds them itself */
	int packs[WIRE_MAX_PACKS]; /* the read-only system's own packs, lowest priority first; open, not owned */
	int pack_count;
	int patience_ms; /* how long a stick may say nothing; 0: as long as a tired one needs. For tests */
};

/* NULL with the sentence when it cannot be started. */
struct worker *worker_start(const struct worker_plan *plan, struct fault *f);
/* Kills it. NULL is fine. Returns 0, or the id of a process that was killed and is not gone yet, because a stick holds it
 * inside the kernel: the caller has to take leave of it (waitpid). */
pid_t worker_end(struct worker *w);

/* Passes a wish on. False when it is not one of the worker's, or another one is still under way (STOP may come at any
 * time). Starts the worker anew if it is gone. */
bool worker_want(struct worker *w, const struct wire_want_what *want);
/* Whether an answer is owed: LIST is over with the last offer of the stick, STOP has none of its own, and all else is over
 * with a WIRE_WORK that is DONE or FAILED. */
bool worker_busy(const struct worker *w);

/* Readable when there is something to hear; -1 when there is no process. */
int worker_fd(const struct worker *w);
/* The next sane WIRE_OFFER, WIRE_CHANGE or WIRE_WORK; false when there is none now. Never waits. Ends a worker that hangs or
 * talks nonsense, and then tells what it would have to tell: that the work failed. */
bool worker_hear(struct worker *w, struct wire_message *m);
/* Milliseconds until worker_hear should be asked though nothing came; -1: no need. */
int worker_wait_ms(const struct worker *w);

/* The process itself; returns its exit status. */
int worker_main(void);

#endif
