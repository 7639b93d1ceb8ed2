#include "host/place.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the one UTF-8 character at `s`, or 0 when it is none. */
static int character(const unsigned char *s, uint32_t *c) {
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	int len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
	*c = len <= 1 ? s[0] : s[0] & (0x7Fu >> len);
	for (int i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
		*c = *c << 6 | (s[i] & 0x3Fu);
	}
	return len > 0 && *c >= least[len] && *c <= 0x10FFFF && !(*c >= 0xD800 && *c <= 0xDFFF) ? len : 0;
}

bool place_is_plain(const char *text) {
	const unsigned char *s = (const unsigned char *)text;
	while (*s != 0) {
		uint32_t c;
		int len = character(s, &c);
		if (len == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E)) {
			return false;
		}
		s += len;
	}
	return true;
}

bool place_is_name(const char *name) {
	return name[0] != 0 && strlen(name) < PLACE_NAME && place_is_plain(name);
}

static bool is_word(char c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void place_topic(const char *name, char out[PLACE_TOPIC]) {
	size_t at = 0;
	for (; *name != 0 && at + 4 <= PLACE_TOPIC; name++) {
		if (is_word(*name) || strchr("-_.~", *name) != NULL) {
			out[at++] = *name;
		} else {
			snprintf(out + at, 4, "%%%02X", (unsigned char)*name);
			at += 3;
		}
	}
	out[at] = 0;
}

void place_object(const char *name, char out[PLACE_OBJECT]) {
	size_t at = (size_t)snprintf(out, PLACE_OBJECT, "alcove_");
	for (; *name != 0 && at + 4 <= PLACE_OBJECT; name++) {
		if (is_word(*name)) {
			out[at++] = *name;
		} else {
			snprintf(out + at, 4, "_%02x", (unsigned char)*name);
			at += 3;
		}
	}
	out[at] = 0;
}
