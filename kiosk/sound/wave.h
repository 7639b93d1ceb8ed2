/* The tone that staff hear when they test the sound: two notes, a rising fourth, soft at both ends. The same samples every
 * time; nothing here knows of a device. */
#ifndef ALCOVE_SOUND_WAVE_H
#define ALCOVE_SOUND_WAVE_H

#include <stdint.h>

enum {
	WAVE_RATE = 48000,  /* Hz; what every sound card can do */
	WAVE_CHANNELS = 2,  /* the same on both */
	WAVE_LEAD_MS = 150, /* silence: adapters and displays swallow the beginning while they wake up */
	WAVE_NOTE_MS = 650, /* of one note */
	WAVE_NEXT_MS = 400, /* from the beginning of the first to that of the second */
	WAVE_TAIL_MS = 50,  /* silence again: what stands in a buffer when it stops is nothing */
	WAVE_MS = WAVE_LEAD_MS + WAVE_NEXT_MS + WAVE_NOTE_MS + WAVE_TAIL_MS,
	WAVE_FRAMES = WAVE_RATE / 1000 * WAVE_MS,
	/* The highest sample at full volume: 12 dB below what a card can do. With headphones of 32 ohms and 100 dB for a
	 * milliwatt on an adapter that gives 1 V, that is about 97 dB for a second; EN 50332 allows players 100 dB. These are
	 * usual values and a calculation, and no measurement. */
	WAVE_PEAK = 8192,
	WAVE_LOUDEST = 100, /* percent */
};

/* Fills WAVE_FRAMES frames, left and right in turn. `percent` (0 to WAVE_LOUDEST) is how loud it seems: half of it sounds
 * half as loud, which is 10 dB less (the sone of ISO 532). 0 is silence. */
void wave_fill(int16_t *samples, int percent);

#endif
