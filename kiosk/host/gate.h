/* The gate of staff mode: asks for the PIN, or for a new one twice, and says when it opens. It owns the PIN with its misses
 * and waits, and the child that hashes, and knows nothing of what is behind it. What it shows is taken out as a message
 * (gate_tell); time comes in as milliseconds that only grow. */
#ifndef ALCOVE_HOST_GATE_H
#define ALCOVE_HOST_GATE_H

#include "host/pin.h"

#include <poll.h>

enum { GATE_FDS = 1 };

struct gate {
	const char *program; /* alcove itself; the caller's */
	int dir;             /* the folder that keeps the PIN, the caller's; -1 when there is none to write in */
	struct pin pin;
	bool broken; /* a PIN cannot be kept, or the one that is kept cannot be read */

	/* While staff's visit is on the glass. */
	enum wire_gate is;
	bool news; /* what it is has not been told */
	bool from_start;
	uint8_t keys[10];
	char first[WIRE_PIN_MOST + 1]; /* of two that must be the same */
	struct pin_child child;
	bool making;   /* the child makes a hash; else it compares */
	int64_t since; /* ms: since when it is that, or when a wait was last told */
};

/* Reads what is kept. */
void gate_init(struct gate *g, const char *program, int dir, int64_t now_ms);
/* Somebody has chosen a PIN. */
bool gate_has_pin(const struct gate *g);

/* Staff's visit is on the glass; it is over, and nothing that was typed stays. */
void gate_show(struct gate *g, int64_t now_ms);
void gate_over(struct gate *g);
/* Digits were typed. */
void gate_type(struct gate *g, const char *digits, int64_t now_ms);
/* From inside: another PIN is to be chosen. */
void gate_choose(struct gate *g, int64_t now_ms);
/* Choosing ends: the old PIN stays, or there is none. `inside`: it was from there. */
void gate_give_up(struct gate *g, bool inside, int64_t now_ms);

/* A PIN is being looked at. */
bool gate_busy(const struct gate *g);
int gate_fds(const struct gate *g, struct pollfd fds[GATE_FDS]);
/* Call when that is readable. True when the PIN was right, or a new one is kept: the gate is open. */
bool gate_hear(struct gate *g, int64_t now_ms);
/* When gate_tick is due: -1, or when staff are told again how long a wait is. */
int64_t gate_deadline(const struct gate *g);
void gate_tick(struct gate *g, int64_t now_ms);

/* What it is now, as WIRE_GATE. False when that was told. */
bool gate_tell(struct gate *g, struct wire_message *m, int64_t now_ms);

#endif
