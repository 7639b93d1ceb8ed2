#include "sound/player.h"

#include "sound/alsa.h"
#include "sound/wave.h"
#include "visit/glass/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* What ALSA may open: the cards, its settings where there are any, and the device that swallows everything, which one of
 * its kinds of device writes to. */
static bool lock_in(const struct sound_ask *ask) {
	char folder[SOUND_CONFIG];
	struct fault ignored;
	struct sandbox_place places[] = {{"/dev/snd", true},   {"/dev/null", true},         {"/usr/share/alsa", false},
	                                 {"/etc/alsa", false}, {"/etc/asound.conf", false}, {folder, true}};
	int count = sizeof places / sizeof places[0];
	snprintf(folder, sizeof folder, "%s", ask->config);
	char *slash = strrchr(folder, '/');
	bool own = slash != NULL && slash > folder;
	if (own) {
		*slash = 0; /* settings of one's own may name files beside them */
	}
	return sandbox_device(SOUND_FD + 1, places, own ? count : count - 1, &ignored);
}

static enum sound_said carry_out(const struct sound_ask *ask) {
	if (ask->wish == SOUND_LOOK) {
		return alsa_there(ask->device) ? SOUND_THERE : SOUND_NOTHING;
	}
	int16_t *samples = malloc(sizeof *samples * WAVE_FRAMES * WAVE_CHANNELS);
	if (samples == NULL) {
		return SOUND_BROKEN;
	}
	wave_fill(samples, ask->volume);
	enum sound_said said = alsa_play(ask->device, samples);
	free(samples);
	return said;
}

int player_main(void) {
	struct sound_ask ask;
	struct sound_answer answer = {.said = SOUND_NOTHING};
	prctl(PR_SET_NAME, "alcove-tone");
	if (recv(SOUND_FD, &ask, sizeof ask, 0) != (ssize_t)sizeof ask || ask.wish < SOUND_LOOK ||
	    ask.wish > SOUND_PLAY) {
		return 1;
	}
	ask.device[sizeof ask.device - 1] = 0;
	ask.config[sizeof ask.config - 1] = 0;
	if (ask.config[0] != 0) {
		setenv("ALSA_CONFIG_PATH", ask.config, 1);
	}
	if (alsa_load()) { /* without the library there is nothing that could be heard */
		if (!lock_in(&ask)) {
			return 1;
		}
		answer.said = carry_out(&ask);
	}
	return send(SOUND_FD, &answer, sizeof answer, MSG_NOSIGNAL) == (ssize_t)sizeof answer ? 0 : 1;
}
