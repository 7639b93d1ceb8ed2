/* The sound cards of this machine, by libasound, whose only owner this is. The library is loaded by alsa_load and not
 * before, so that nobody pays for it who makes no sound. A card is used by itself: no sound server, no mixing with other
 * programs, and none of ALSA's settings are needed for it. */
#ifndef ALCOVE_SOUND_ALSA_H
#define ALCOVE_SOUND_ALSA_H

#include "sound/ask.h"

#include <stdbool.h>

/* Loads the library. False where it is not installed. To be called before the process locks itself in. */
bool alsa_load(void);

/* Whether `device` (as in struct sound_ask) is there; it is not kept open. One that another program has is there. */
bool alsa_there(const char *device);

/* Plays the frames (WAVE_FRAMES of sound/wave.h) and waits until the device is through with them. Of a card it first sets
 * the controls that lead to its outputs: after a start they are often off. */
enum sound_said alsa_play(const char *device, const int16_t *samples);

#endif
