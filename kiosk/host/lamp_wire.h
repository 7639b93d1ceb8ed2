/* What the host and its child for the lamp say to each other: whole messages over a SOCK_SEQPACKET pair. */
#ifndef ALCOVE_HOST_LAMP_WIRE_H
#define ALCOVE_HOST_LAMP_WIRE_H

#include "base/fault.h"

#include <stdint.h>

enum { LAMP_FD = 3, LAMP_PATH = 256 };

enum lamp_kind { LAMP_HOLD = 1, LAMP_OPEN, LAMP_ANSWER };

struct lamp_message {
	uint32_t kind;        /* enum lamp_kind */
	int32_t line, alive;  /* with LAMP_HOLD; -1 for none */
	uint32_t open;        /* with LAMP_OPEN; with LAMP_ANSWER 1 when all is held */
	char chip[LAMP_PATH]; /* with LAMP_HOLD */
	struct fault fault;   /* with LAMP_ANSWER */
};

#endif
