/* Looks whether anything of a visit stays on this kiosk, on the kiosk itself: for staff who want to see it. It starts a
 * real visit that nobody sees, walks it by keys to a page, and remembers pieces of the picture that are only there. First
 * it must find them in this process while the visit is there, or the search is worth nothing; then it ends that visit as
 * all visits end, and searches again: none may be left. The process must be gone, a new visit's first frame must be the
 * first one's, byte for byte, and the folders must hold nothing new.
 *
 * It reads only the memory of its own process, for which it needs no power; what other processes have, the kernel takes
 * back when they end. It shows nothing, understands no content, passes no request on, and waits for nothing: each turn
 * does a little. What it searches for it keeps inverted, so that it does not find itself. */
#ifndef ALCOVE_HOST_PROOF_H
#define ALCOVE_HOST_PROOF_H

#include "host/keeper.h"

struct proof;

struct proof_plan {
	const struct keeper *keeper; /* its plan starts the visits, and its frames are no trace */
	const char *store, *state;   /* folders; "" for none. All three must live as long */
};

enum proof_said {
	PROOF_GOING,
	PROOF_CLEAN,
	PROOF_TRACE, /* something is left; proof_what says what */
	PROOF_VOID   /* it could not look; proof_what says why */
};

enum { PROOF_FDS = 3 };

/* NULL when there is no memory, or no glass yet. */
struct proof *proof_new(const struct proof_plan *plan, int64_t now_ms);
/* Ends what it has started, and waits for that. NULL is fine. */
void proof_free(struct proof *p);

/* Does the next little thing. Once it has said another thing than PROOF_GOING it says that for ever. */
enum proof_said proof_turn(struct proof *p, int64_t now_ms);
/* In English, for whoever looks after the kiosk: at most 127 bytes, "" while it is going. */
const char *proof_what(const struct proof *p);
/* In thousandths; it only grows. */
int proof_progress(const struct proof *p);

int proof_fds(const struct proof *p, struct pollfd fds[PROOF_FDS]);
/* Until the next turn though nothing came: 0 at once, -1 for no need. */
int proof_wait_ms(const struct proof *p);
/* When a turn is due, or -1. */
int64_t proof_deadline(const struct proof *p);

#endif
