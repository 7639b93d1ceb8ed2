#include "host/settings.h"

#include "base/geom.h"

#include <errno.h>
#include <ini.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void settings_default(struct settings *s) {
	*s = (struct settings){
	    .place = "Alcove",
	    .idle_seconds = 120,
	    .answer_seconds = 30,
	    .window_w = 1280,
	    .window_h = 800,
	    .broker_port = 1883,
	    .fonts = "assets/fonts.ini",
	};
}

/* --- values ----------------------------------------------------------------------------------------------------- */

static bool whole_number(const char *text, int least, int most, int *out, struct fault *f) {
	char *end;
	errno = 0;
	long n = strtol(text, &end, 10);
	if (text[0] == 0 || *end != 0 || errno != 0 || n < least || n > most) {
		return fault_say(f, "\"%s\" is not a whole number from %d to %d.", text, least, most);
	}
	*out = (int)n;
	return true;
}

static bool copy_text(const char *text, char *out, size_t room, struct fault *f) {
	if (strlen(text) >= room) {
		return fault_say(f, "this is longer than %zu bytes. Please make it shorter.", room - 1);
	}
	memcpy(out, text, strlen(text) + 1);
	return true;
}

/* Length of the one UTF-8 character at `s`, or 0 when it is none (or a control character). */
static int character(const unsigned char *s) {
	int len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
	for (int i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	bool control = s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && s[1] < 0xA0);
	bool too_long = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
	bool surrogate = (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF4 && s[1] > 0x8F);
	return control || too_long || surrogate ? 0 : len;
}

static bool set_place(struct settings *s, const char *value, struct fault *f) {
	const unsigned char *p = (const unsigned char *)value;
	while (*p != 0) {
		int len = character(p);
		if (len == 0 || strchr("/+#$\"\\", *p) != NULL) {
			return fault_say(
			    f, "a place's name is plain text without / + # $ \" or \\. Please choose another.");
		}
		p += len;
	}
	if (value[0] == 0) {
		return fault_say(f, "the place has no name. Write what staff call it, such as \"Quiet room\".");
	}
	return copy_text(value, s->place, sizeof s->place, f);
}

static bool set_idle(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 120, 300, &s->idle_seconds, f);
}

static bool set_answer(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 20, 45, &s->answer_seconds, f);
}

static bool set_fullscreen(struct settings *s, const char *value, struct fault *f) {
	s->fullscreen = strcmp(value, "yes") == 0;
	return s->fullscreen || strcmp(value, "no") == 0 || fault_say(f, "\"%s\" is neither yes nor no.", value);
}

static bool set_px_per_mm(struct settings *s, const char *value, struct fault *f) {
	char *end;
	double n = strtod(value, &end);
	if (value[0] == 0 || *end != 0 || !(n == 0 || (n >= 2 && n <= 20))) {
		return fault_say(f, "\"%s\" is not a number from 2 to 20, or 0 to ask the display.", value);
	}
	s->px_per_cm = (int)(n * 10 + 0.5);
	return true;
}

static bool set_broker_host(struct settings *s, const char *value, struct fault *f) {
	/* This version speaks plain MQTT: who may ask for staff, and when, must not be read on a network. */
	bool loopback = strcmp(value, "localhost") == 0 || strcmp(value, "::1") == 0 || strncmp(value, "127.", 4) == 0;
	if (value[0] != 0 && !loopback) {
		return fault_say(
		    f,
		    "the broker \"%s\" is another machine, and requests would cross the network unprotected. "
		    "Use a broker on this machine (127.0.0.1), or leave this empty for no line to staff.",
		    value);
	}
	return copy_text(value, s->broker_host, sizeof s->broker_host, f);
}

static bool set_broker_port(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 1, 65535, &s->broker_port, f);
}

static bool set_fonts(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->fonts, sizeof s->fonts, f);
}

bool settings_add_pack(struct settings *s, const char *path, struct fault *f) {
	if (s->pack_count == WIRE_MAX_PACKS) {
		return fault_say(f, "there are more than %d packs. Please leave some out.", WIRE_MAX_PACKS);
	}
	if (path[0] == 0) {
		return fault_say(f, "the pack has no file name.");
	}
	if (!copy_text(path, s->packs[s->pack_count], sizeof s->packs[0], f)) {
		return false;
	}
	s->pack_count++;
	return true;
}

/* Digits up to `stop`, within what a glass may measure; 0 when it is anything else. */
static int pixels(const char *text, char stop, const char **after) {
	char *end;
	long n = text[0] >= '0' && text[0] <= '9' ? strtol(text, &end, 10) : 0;
	if (n < GLASS_MIN || n > GLASS_MAX || *end != stop) {
		return 0;
	}
	*after = end + 1;
	return (int)n;
}

bool settings_window(struct settings *s, const char *size, struct fault *f) {
	const char *rest = NULL;
	int w = pixels(size, 'x', &rest);
	int h = w > 0 ? pixels(rest, 0, &rest) : 0;
	if (h == 0) {
		return fault_say(f, "\"%s\" is not a size such as 1280x800 (each from %d to %d).", size, GLASS_MIN,
		                 GLASS_MAX);
	}
	s->window_w = w;
	s->window_h = h;
	return true;
}

/* --- the file --------------------------------------------------------------------------------------------------- */

struct setting {
	const char *section, *name;
	bool (*set)(struct settings *s, const char *value, struct fault *f);
	enum { MAY_BE, MUST_BE, MAY_REPEAT } times;
};

static const struct setting known[] = {
    {"place", "name", set_place, MUST_BE},
    {"screen", "fullscreen", set_fullscreen, MAY_BE},
    {"screen", "window", settings_window, MAY_BE},
    {"screen", "px_per_mm", set_px_per_mm, MAY_BE},
    {"time", "idle_seconds", set_idle, MAY_BE},
    {"time", "answer_seconds", set_answer, MAY_BE},
    {"staff", "broker_host", set_broker_host, MAY_BE},
    {"staff", "broker_port", set_broker_port, MAY_BE},
    {"content", "pack", settings_add_pack, MAY_REPEAT},
    {"content", "fonts", set_fonts, MAY_BE},
};
enum { KNOWN = sizeof known / sizeof known[0] };

struct reading {
	struct settings *settings;
	struct fault *fault;
	const char *path;
	FILE *file;
	int line;
	bool failed;
	bool seen[KNOWN];
};

/* The first thing that is wrong is the one that is told. */
static int refuse(struct reading *r, const char *says) {
	if (!r->failed) {
		r->failed = true;
		fault_say(r->fault, "%s:%d: %s", r->path, r->line, says);
	}
	return 0;
}

/* inih calls this for every line, in the way of fgets; it counts, and refuses lines that inih would cut in two. */
static char *next_line(char *str, int room, void *stream) {
	struct reading *r = stream;
	if (fgets(str, room, r->file) == NULL) {
		return NULL;
	}
	r->line++;
	if (strchr(str, '\n') == NULL && !feof(r->file)) {
		refuse(r, "this line is too long. Please shorten it.");
		return NULL;
	}
	/* inih would tell this only after the lines below it have been taken for another section's. */
	if (str[strspn(str, " \t")] == '[' && strchr(str, ']') == NULL) {
		refuse(r, "this [section] has no ]. Please add it.");
		return NULL;
	}
	return str;
}

static int known_index(const char *section, const char *name) {
	for (int i = 0; i < KNOWN; i++) {
		if (strcmp(known[i].section, section) == 0 && strcmp(known[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

static int take_setting(void *user, const char *section, const char *name, const char *value) {
	struct reading *r = user;
	struct fault why;
	int i = known_index(section, name);
	if (r->failed) {
		return 0;
	}
	if (i < 0) {
		fault_say(&why, "there is no setting \"%s\" in [%s]. kiosk/host/alcove.ini shows all of them.", name,
		          section);
		return refuse(r, why.says);
	}
	if (r->seen[i] && known[i].times != MAY_REPEAT) {
		fault_say(&why, "\"%s\" is given a second time. Please leave one of them out.", name);
		return refuse(r, why.says);
	}
	r->seen[i] = true;
	if (!known[i].set(r->settings, value, &why)) {
		char says[sizeof why.says + 64];
		snprintf(says, sizeof says, "%s: %s", name, why.says);
		return refuse(r, says);
	}
	return 1;
}

static bool all_needed(struct reading *r) {
	for (int i = 0; i < KNOWN; i++) {
		if (known[i].times == MUST_BE && !r->seen[i]) {
			return fault_say(r->fault, "%s: the setting \"%s\" in [%s] is missing. Please add it.", r->path,
			                 known[i].name, known[i].section);
		}
	}
	return true;
}

bool settings_read(struct settings *s, const char *path, struct fault *f) {
	struct reading r = {.settings = s, .fault = f, .path = path, .file = fopen(path, "re")};
	if (r.file == NULL) {
		return fault_say(f, "The settings %s could not be read: %s.", path, strerror(errno));
	}
	s->pack_count = 0;
	int bad_line = ini_parse_stream(next_line, &r, take_setting, &r);
	bool broken = ferror(r.file) != 0;
	fclose(r.file);
	if (r.failed) {
		return false;
	}
	if (broken) {
		return fault_say(f, "The settings %s could not be read to the end.", path);
	}
	if (bad_line != 0) {
		return fault_say(f, "%s:%d: this is neither a [section], nor name = value, nor a ; comment.", path,
		                 bad_line);
	}
	return all_needed(&r);
}
