/* What a shelter decides about its kiosk: read from an INI file, every value checked here and nowhere else, so that the
 * rest of the host can trust them. Every refusal names file and line and says what would be right. Opens nothing but
 * the INI file. */
#ifndef ALCOVE_HOST_SETTINGS_H
#define ALCOVE_HOST_SETTINGS_H

#include "base/fault.h"
#include "wire/wire.h"

#include <stdbool.h>

enum { SETTINGS_PATH = 1024, SETTINGS_NAME = 64 };

struct settings {
	char place
	    [SETTINGS_NAME]; /* what staff call this kiosk; UTF-8, no '/', '+', '#' (it is part of an MQTT topic) */
	int idle_seconds;    /* 120..300 */
	int answer_seconds;  /* 20..45 */
	bool fullscreen;
	int window_w, window_h;                    /* pixels; without fullscreen */
	int px_per_cm;                             /* 20..200, or 0: ask the display */
	char broker_host[SETTINGS_NAME];           /* "" for no line to staff */
	int broker_port;                           /* 1..65535 */
	char packs[WIRE_MAX_PACKS][SETTINGS_PATH]; /* lowest priority first */
	int pack_count;
	char fonts[SETTINGS_PATH]; /* the font table */
};

/* What holds when nobody says otherwise. No pack and no line to staff. */
void settings_default(struct settings *s);
/* Reads the file over what is there. */
bool settings_read(struct settings *s, const char *path, struct fault *f);
bool settings_add_pack(struct settings *s, const char *path, struct fault *f);
/* "WxH" in pixels: a window of that size. */
bool settings_window(struct settings *s, const char *size, struct fault *f);

#endif
