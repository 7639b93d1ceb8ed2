/* Visits that were taken over. deeds_visit is a visit's whole program: it is locked in by the very code that locks in every
 * visit, its first frame is all of one colour and after a touch all of another; and when a finger is lifted at DEEDS_X and
 * so many pixels, it tries the one thing of that number that no visit may do. */
#ifndef ALCOVE_PROOF_DEEDS_H
#define ALCOVE_PROOF_DEEDS_H

#include <stdint.h>

enum { DEEDS_MOST = 40, DEEDS_X = 20 };
#define DEEDS_CLEAN 0x00112233u
#define DEEDS_SECRET 0x00445566u

/* The promise is a second (VVSG 2.0 7.2-N): one that hangs is ended by then, and must be covered at once afterwards. All
 * others are covered in a few milliseconds, as is printed; the rest of the second is for a machine that is busy. */
enum { AT_ONCE_MS = 1000, HANG_MS = 2000 };

struct deed {
	const char *says; /* NULL: there are no more */
	void (*try)(uint32_t *frame);
	int within_ms;
};
extern const struct deed deeds[DEEDS_MOST];

int deeds_visit(void);

#endif
