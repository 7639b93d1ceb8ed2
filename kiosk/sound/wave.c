#include "sound/wave.h"

#include <math.h>
#include <string.h>

/* An e and the a above it (equal temperament, a' of 440 Hz): low enough for old ears, high enough for small speakers. */
#define FIRST_HZ 659.255
#define SECOND_HZ 880.0
#define TURN 6.283185307179586

/* A fifth of the octave above makes it sound like something that was struck, and not like an alarm. */
#define OCTAVE 0.2
#define FADES_MS 220.0 /* to 1/e */
enum { ATTACK_MS = 25, RELEASE_MS = 150 };

/* From 0 to 1 in half a wave of a cosine: without an edge at either end. */
static double soft(double part) {
	return part <= 0 ? 0 : part >= 1 ? 1 : (1 - cos(TURN / 2 * part)) / 2;
}

/* One note, `ms` after its beginning. */
static double note(double hz, double ms) {
	if (ms < 0 || ms > WAVE_NOTE_MS) {
		return 0;
	}
	double turns = TURN * hz * ms / 1000;
	return (sin(turns) + OCTAVE * sin(2 * turns)) * exp(-ms / FADES_MS) * soft(ms / ATTACK_MS) *
	       soft((WAVE_NOTE_MS - ms) / RELEASE_MS);
}

static double both(int frame) {
	double ms = (double)frame * 1000 / WAVE_RATE - WAVE_LEAD_MS;
	return note(FIRST_HZ, ms) + note(SECOND_HZ, ms - WAVE_NEXT_MS);
}

void wave_fill(int16_t *samples, int percent) {
	double highest = 0;
	memset(samples, 0, sizeof *samples * WAVE_FRAMES * WAVE_CHANNELS);
	if (percent <= 0) {
		return;
	}
	for (int i = 0; i < WAVE_FRAMES; i++) {
		highest = fmax(highest, fabs(both(i)));
	}
	double part = percent >= WAVE_LOUDEST ? 1 : (double)percent / WAVE_LOUDEST;
	/* Loudness goes with the 0.6th power of pressure, so that 10 dB are twice as loud. */
	double scale = WAVE_PEAK * pow(part, 1 / 0.6) / highest;
	for (int i = 0; i < WAVE_FRAMES; i++) {
		int16_t sample = (int16_t)lround(both(i) * scale);
		for (int channel = 0; channel < WAVE_CHANNELS; channel++) {
			*samples++ = sample;
		}
	}
}
