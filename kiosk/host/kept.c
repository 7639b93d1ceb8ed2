#include "host/kept.h"

#include "host/idle.h"
#include "store/durable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FILE_NAME[] = "settings";
#define NOTHING ((struct kept){.volume = -1})

static bool within(int *slot, int value, int least, int most) {
	if (value < least || value > most) {
		return false;
	}
	*slot = value;
	return true;
}

bool kept_place(struct kept *k, const char *name) {
	if (!place_is_name(name)) {
		return false;
	}
	snprintf(k->place, sizeof k->place, "%s", name);
	return true;
}

bool kept_idle(struct kept *k, int seconds) {
	return within(&k->idle_s, seconds, IDLE_LEAST_MS / 1000, IDLE_LONGEST_MS / 1000);
}

bool kept_answer(struct kept *k, int seconds) {
	return within(&k->answer_s, seconds, ANSWER_LEAST_MS / 1000, ANSWER_LONGEST_MS / 1000);
}

bool kept_volume(struct kept *k, int percent) {
	return within(&k->volume, percent, 0, VOLUME_MOST);
}

bool kept_steps(struct kept *k, unsigned over) {
	if ((over & ~WIRE_STEPS_ALL) != 0) {
		return false;
	}
	k->steps |= over;
	return true;
}

void kept_apply(const struct kept *k, struct settings *s) {
	if (k->place[0] != 0) {
		memcpy(s->place, k->place, sizeof s->place);
	}
	s->idle_seconds = k->idle_s > 0 ? k->idle_s : s->idle_seconds;
	s->answer_seconds = k->answer_s > 0 ? k->answer_s : s->answer_seconds;
	s->volume = k->volume >= 0 ? k->volume : s->volume;
}

/* --- kept: lines of NAME, a space and the value ----------------------------------------------------------------- */

static bool number(const char *text, int *out) {
	size_t n = strspn(text, "0123456789");
	*out = n > 0 && n < 7 && text[n] == 0 ? (int)strtol(text, NULL, 10) : -1;
	return *out >= 0;
}

static bool take(struct kept *k, const char *name, const char *value) {
	int n = 0;
	if (strcmp(name, "place") == 0) {
		return kept_place(k, value);
	}
	if (!number(value, &n)) {
		return false;
	}
	return strcmp(name, "idle_seconds") == 0     ? kept_idle(k, n)
	       : strcmp(name, "answer_seconds") == 0 ? kept_answer(k, n)
	       : strcmp(name, "volume") == 0         ? kept_volume(k, n)
	                                             : strcmp(name, "steps") == 0 && kept_steps(k, (unsigned)n);
}

static bool parse(struct kept *k, char *text) {
	while (text[0] != 0) {
		char *end = strchr(text, '\n'), *space = strchr(text, ' ');
		if (end == NULL || space == NULL || space > end) {
			return false;
		}
		*end = *space = 0;
		if (!take(k, text, space + 1)) {
			return false;
		}
		text = end + 1;
	}
	return true;
}

bool kept_read(struct kept *k, int dir) {
	char text[256];
	*k = NOTHING;
	if (durable_read(dir, FILE_NAME, text, sizeof text) < 0) {
		return errno == ENOENT;
	}
	if (!parse(k, text)) {
		*k = NOTHING;
		return false;
	}
	return true;
}

bool kept_write(const struct kept *k, int dir) {
	char place[PLACE_NAME + 8] = "", idle[32] = "", answer[32] = "", volume[32] = "", steps[32] = "";
	char all[sizeof place + 128];
	if (k->place[0] != 0) {
		snprintf(place, sizeof place, "place %s\n", k->place);
	}
	if (k->idle_s > 0) {
		snprintf(idle, sizeof idle, "idle_seconds %d\n", k->idle_s);
	}
	if (k->answer_s > 0) {
		snprintf(answer, sizeof answer, "answer_seconds %d\n", k->answer_s);
	}
	if (k->volume >= 0) {
		snprintf(volume, sizeof volume, "volume %d\n", k->volume);
	}
	if (k->steps != 0) {
		snprintf(steps, sizeof steps, "steps %u\n", k->steps);
	}
	int n = snprintf(all, sizeof all, "%s%s%s%s%s", place, idle, answer, volume, steps);
	return durable_write(dir, FILE_NAME, all, (size_t)n);
}
