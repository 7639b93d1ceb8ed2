/* Alcove links SDL2 from its archive and leaves SDL's sound out: these empty entries stand where SDL's list of sound
 * systems looks for PulseAudio, ALSA and the rest, so that the linker does not bring them and the twenty libraries behind
 * them into every visit (a third of the time that a process needs to start). SDL reads the list only in
 * SDL_Init(SDL_INIT_AUDIO), which nothing here calls. */

extern const char PULSEAUDIO_bootstrap[64], ALSA_bootstrap[64], SNDIO_bootstrap[64], PIPEWIRE_bootstrap[64],
    DSP_bootstrap[64];
const char PULSEAUDIO_bootstrap[64] = {0};
const char ALSA_bootstrap[64] = {0};
const char SNDIO_bootstrap[64] = {0};
const char PIPEWIRE_bootstrap[64] = {0};
const char DSP_bootstrap[64] = {0};

/* The same for what SDL calls of libsamplerate, by name only: nothing ever calls it. */
void src_new(void), src_delete(void), src_process(void), src_reset(void), src_simple(void), src_strerror(void);
void src_new(void) {
}
void src_delete(void) {
}
void src_process(void) {
}
void src_reset(void) {
}
void src_simple(void) {
}
void src_strerror(void) {
}
