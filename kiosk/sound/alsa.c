#include "sound/alsa.h"

#include "base/late.h"
#include "sound/wave.h"

#include <alsa/asoundlib.h>

/* clang-format off */
#define CALLS(X) \
	X(snd_card_next) X(snd_config_delete) X(snd_config_load) X(snd_config_top) X(snd_ctl_card_info) \
	X(snd_ctl_card_info_get_driver) X(snd_ctl_card_info_get_id) X(snd_ctl_card_info_sizeof) X(snd_ctl_close) \
	X(snd_ctl_open_lconf) X(snd_ctl_pcm_info) X(snd_ctl_pcm_next_device) X(snd_hctl_close) X(snd_hctl_open_ctl) \
	X(snd_input_buffer_open) X(snd_input_close) X(snd_lib_error_set_handler) X(snd_mixer_attach_hctl) \
	X(snd_mixer_close) X(snd_mixer_elem_next) X(snd_mixer_first_elem) X(snd_mixer_load) X(snd_mixer_open) \
	X(snd_mixer_selem_get_name) X(snd_mixer_selem_get_playback_dB_range) \
	X(snd_mixer_selem_get_playback_volume_range) X(snd_mixer_selem_has_playback_switch) \
	X(snd_mixer_selem_has_playback_volume) X(snd_mixer_selem_register) X(snd_mixer_selem_set_playback_dB_all) \
	X(snd_mixer_selem_set_playback_switch_all) X(snd_mixer_selem_set_playback_volume_all) X(snd_pcm_close) \
	X(snd_pcm_drain) X(snd_pcm_info_get_id) X(snd_pcm_info_get_name) X(snd_pcm_info_set_device) \
	X(snd_pcm_info_set_stream) X(snd_pcm_info_sizeof) X(snd_pcm_nonblock) X(snd_pcm_open) X(snd_pcm_open_lconf) \
	X(snd_pcm_set_params) X(snd_pcm_writei)
/* clang-format on */
LATE_DOORS(CALLS)
static const struct late calls[] = {CALLS(LATE_ROW)};

/* What ALSA would print is for programmers; whoever asked is told by a value. */
static void quiet(const char *file, int line, const char *function, int error, const char *format, ...) {
	(void)file, (void)line, (void)function, (void)error, (void)format;
}

bool alsa_load(void) {
	if (!late_load("libasound.so.2", calls, sizeof calls / sizeof calls[0])) {
		return false;
	}
	snd_lib_error_set_handler(quiet);
	return true;
}

/* --- which card ------------------------------------------------------------------------------------------------- */

struct outlet {
	int card, device; /* -1 for none */
	int likely;       /* that headphones are plugged into it; 0 for none */
};

enum { LIKELY_DISPLAY = 1, LIKELY_PLUG, LIKELY_ADAPTER };

/* ALSA's own settings are a folder of files; what leads to one card are two lines, and these are they. */
static snd_config_t *settings_of(int card, int device) {
	char says[160];
	snd_config_t *top = NULL;
	snd_input_t *input = NULL;
	int n = snprintf(says, sizeof says,
	                 "ctl.card { type hw card %d }\n"
	                 "pcm.card { type plug slave.pcm { type hw card %d device %d } }\n",
	                 card, card, device);
	if (snd_config_top(&top) != 0) {
		return NULL;
	}
	bool good = snd_input_buffer_open(&input, says, n) == 0 && snd_config_load(top, input) == 0;
	if (input != NULL) {
		snd_input_close(input);
	}
	if (!good) {
		snd_config_delete(top);
		top = NULL;
	}
	return top;
}

static snd_ctl_t *open_control(int card) {
	snd_ctl_t *control = NULL;
	snd_config_t *settings = settings_of(card, 0);
	if (settings == NULL) {
		return NULL;
	}
	if (snd_ctl_open_lconf(&control, "card", 0, settings) != 0) {
		control = NULL;
	}
	snd_config_delete(settings);
	return control;
}

/* A display has speakers at most, and is the last choice; an adapter was plugged in because somebody wants to use it. */
static int likely(const char *driver, const snd_pcm_info_t *info) {
	bool display = strcasestr(driver, "hdmi") != NULL || strcasestr(snd_pcm_info_get_id(info), "hdmi") != NULL ||
	               strcasestr(snd_pcm_info_get_name(info), "hdmi") != NULL;
	return display ? LIKELY_DISPLAY : strcmp(driver, "USB-Audio") == 0 ? LIKELY_ADAPTER : LIKELY_PLUG;
}

/* The card's outputs, against the best one so far. `wanted`: the card's name, "" for any. */
static void look_at(int card, const char *wanted, struct outlet *best) {
	snd_ctl_t *control = open_control(card);
	snd_ctl_card_info_t *about;
	snd_pcm_info_t *info;
	snd_ctl_card_info_alloca(&about);
	snd_pcm_info_alloca(&info);
	if (control == NULL) {
		return;
	}
	bool ours = snd_ctl_card_info(control, about) == 0 &&
	            (wanted[0] == 0 || strcmp(wanted, snd_ctl_card_info_get_id(about)) == 0);
	int device = -1;
	while (ours && snd_ctl_pcm_next_device(control, &device) == 0 && device >= 0) {
		snd_pcm_info_set_device(info, (unsigned)device);
		snd_pcm_info_set_stream(info, SND_PCM_STREAM_PLAYBACK);
		if (snd_ctl_pcm_info(control, info) == 0) {
			int is = likely(snd_ctl_card_info_get_driver(about), info);
			if (is > best->likely) {
				*best = (struct outlet){card, device, is};
			}
		}
	}
	snd_ctl_close(control);
}

static struct outlet find_outlet(const char *wanted) {
	struct outlet best = {-1, -1, 0};
	int card = -1;
	while (snd_card_next(&card) == 0 && card >= 0) {
		look_at(card, wanted, &best);
	}
	return best;
}

/* --- its controls ----------------------------------------------------------------------------------------------- */

/* What a card's controls are called that stand between a program and a plug (Linux, Documentation/sound/designs/
 * control-names.rst, and what Raspberry Pi's and USB adapters' drivers have). Others lead from microphones to the
 * outputs, beep or choose effects: those stay as they are. */
static bool leads_out(const char *name) {
	static const char *const names[] = {"Master",   "PCM",    "Headphone", "Headphone+LO", "Headphones", "Headset",
	                                    "Line Out", "Front",  "Speaker",   "Speaker+LO",   "Digital",    "DAC",
	                                    "Playback", "Output", "HDMI",      "IEC958"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* On, and neither louder nor softer than what is played (0 dB); three quarters where the card does not say what is. How
 * loud it is then is decided by the samples alone. A control that does not let itself be set stays as it is. */
static void open_up(snd_mixer_elem_t *control) {
	long least = 0, most = 0;
	if (snd_mixer_selem_has_playback_switch(control)) {
		(void)snd_mixer_selem_set_playback_switch_all(control, 1);
	}
	if (!snd_mixer_selem_has_playback_volume(control)) {
		return;
	}
	if (snd_mixer_selem_get_playback_dB_range(control, &least, &most) == 0 && least < most) {
		(void)snd_mixer_selem_set_playback_dB_all(control, most < 0 ? most : least > 0 ? least : 0, -1);
	} else if (snd_mixer_selem_get_playback_volume_range(control, &least, &most) == 0) {
		(void)snd_mixer_selem_set_playback_volume_all(control, least + (most - least) / 4 * 3);
	}
}

/* Should it fail: the tone is played all the same, and whoever listens says whether it was heard. */
static void open_controls(int card) {
	snd_mixer_t *mixer = NULL;
	snd_hctl_t *handle = NULL;
	snd_ctl_t *control = open_control(card);
	if (control == NULL) {
		return;
	}
	if (snd_hctl_open_ctl(&handle, control) != 0) {
		snd_ctl_close(control);
		return;
	}
	if (snd_mixer_open(&mixer, 0) != 0) {
		snd_hctl_close(handle);
		return;
	}
	if (snd_mixer_attach_hctl(mixer, handle) != 0) { /* which closes the handle when it fails */
		snd_mixer_close(mixer);
		return;
	}
	if (snd_mixer_selem_register(mixer, NULL, NULL) == 0 && snd_mixer_load(mixer) == 0) {
		for (snd_mixer_elem_t *e = snd_mixer_first_elem(mixer); e != NULL; e = snd_mixer_elem_next(e)) {
			if (leads_out(snd_mixer_selem_get_name(e))) {
				open_up(e);
			}
		}
	}
	snd_mixer_close(mixer);
}

/* --- playing ---------------------------------------------------------------------------------------------------- */

/* Without waiting: a device that another program has is told at once. `card`: where it is one. */
static int open_device(const char *device, snd_pcm_t **pcm, int *card) {
	struct outlet outlet = find_outlet(device);
	*card = outlet.card;
	if (outlet.card < 0) {
		return device[0] == 0 ? -ENODEV : snd_pcm_open(pcm, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
	}
	snd_config_t *settings = settings_of(outlet.card, outlet.device);
	if (settings == NULL) {
		return -ENOMEM;
	}
	int error = snd_pcm_open_lconf(pcm, "card", SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK, settings);
	snd_config_delete(settings);
	return error;
}

static enum sound_said why_not(int error) {
	switch (-error) {
	case EBUSY:
	case EAGAIN:
		return SOUND_TAKEN;
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return SOUND_NOTHING;
	default:
		return SOUND_BROKEN;
	}
}

bool alsa_there(const char *device) {
	snd_pcm_t *pcm = NULL;
	int card = -1, error = open_device(device, &pcm, &card);
	if (error == 0) {
		snd_pcm_close(pcm);
	}
	return error == 0 || why_not(error) != SOUND_NOTHING;
}

enum { BUFFER_US = 200000 };

static bool play_all(snd_pcm_t *pcm, const int16_t *samples) {
	if (snd_pcm_nonblock(pcm, 0) != 0 || snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED,
	                                                        WAVE_CHANNELS, WAVE_RATE, 1, BUFFER_US) != 0) {
		return false;
	}
	for (snd_pcm_uframes_t done = 0; done < WAVE_FRAMES;) {
		snd_pcm_sframes_t more = snd_pcm_writei(pcm, samples + done * WAVE_CHANNELS, WAVE_FRAMES - done);
		if (more <= 0) {
			return false; /* also when it ran dry: a tone with a gap was not played */
		}
		done += (snd_pcm_uframes_t)more;
	}
	return snd_pcm_drain(pcm) == 0;
}

enum sound_said alsa_play(const char *device, const int16_t *samples) {
	snd_pcm_t *pcm = NULL;
	int card = -1, error = open_device(device, &pcm, &card);
	if (error != 0) {
		return why_not(error);
	}
	if (card >= 0) {
		open_controls(card);
	}
	bool played = play_all(pcm, samples);
	snd_pcm_close(pcm);
	return played ? SOUND_PLAYED : SOUND_BROKEN;
}
