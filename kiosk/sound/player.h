/* `alcove tone`: the child that looks for a sound card, or plays the tone on it, says what became of it and is gone. It
 * locks itself in first: of files it may open the devices of sound and ALSA's settings, and it has no network, starts
 * nothing and writes no file. */
#ifndef ALCOVE_SOUND_PLAYER_H
#define ALCOVE_SOUND_PLAYER_H

/* Speaks as sound/ask.h says over descriptor SOUND_FD. Returns the exit status. */
int player_main(void);

#endif
