/* What the host and the child that plays say to each other: one question and one answer over a SOCK_SEQPACKET pair, and
 * then the child is gone. */
#ifndef ALCOVE_SOUND_ASK_H
#define ALCOVE_SOUND_ASK_H

#include <stdint.h>

enum { SOUND_DEVICE = 128, SOUND_CONFIG = 1024, SOUND_FD = 3 };

enum sound_wish {
	SOUND_LOOK = 1, /* is there something that can be heard? SOUND_THERE or SOUND_NOTHING */
	SOUND_PLAY,     /* the tone; SOUND_PLAYED, SOUND_NOTHING, SOUND_TAKEN or SOUND_BROKEN */
};

struct sound_ask {
	uint8_t wish;   /* enum sound_wish */
	uint8_t volume; /* with SOUND_PLAY: percent */
	/* A card's name as `aplay -l` says it, or a name of ALSA's settings; "" for the card that headphones are most likely
	 * plugged into. */
	char device[SOUND_DEVICE];
	char config[SOUND_CONFIG]; /* ALSA's settings, where they are not the system's (ALSA_CONFIG_PATH); "" */
};

enum sound_said {
	SOUND_THERE = 1,
	SOUND_PLAYED,  /* every sample was taken by the device, and it said that it was through with them */
	SOUND_NOTHING, /* no such device */
	SOUND_TAKEN,   /* another program has it */
	SOUND_BROKEN,  /* it is there, and it did not play */
	SOUND_LAST = SOUND_BROKEN
};

struct sound_answer {
	uint32_t said; /* enum sound_said */
};

#endif
