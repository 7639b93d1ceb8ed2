/* Alcove links SDL2 from its archive and leaves SDL's sound out: these empty entries stand where SDL's list of sound
 * systems looks for PulseAudio, ALSA and the rest, so that the linker does not bring them and the twenty libraries behind
 * them into every visit (a third of the time that a process needs to start). SDL reads the list only in
 * SDL_Init(SDL_INIT_AUDIO), which nothing here calls. */

#define NONE(name)                                                                                                     \
	extern const char name[64];                                                                                    \
	const char name[64] = {0}

NONE(PULSEAUDIO_bootstrap);
NONE(ALSA_bootstrap);
NONE(SNDIO_bootstrap);
NONE(PIPEWIRE_bootstrap);
NONE(DSP_bootstrap);
