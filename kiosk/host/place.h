/* A kiosk's name, as staff read it and as it stands in a topic. Pure. The rules are those of kiosk/desk/README.md: one
 * name has exactly one encoding, and nothing in a name can reach the structure of a topic. */
#ifndef ALCOVE_HOST_PLACE_H
#define ALCOVE_HOST_PLACE_H

#include <stdbool.h>

enum {
	PLACE_NAME = 61,    /* bytes of a name with its zero byte */
	PLACE_TOPIC = 181,  /* the same, percent-encoded */
	PLACE_OBJECT = 196, /* with "alcove_" before it, for Home Assistant */
};

/* 1 to 60 bytes of UTF-8 without control characters, line ends and U+202A to U+202E. */
bool place_is_name(const char *name);
/* Every byte but A-Z a-z 0-9 - _ . ~ becomes % and two upper-case hexadecimal digits. */
void place_topic(const char *name, char out[PLACE_TOPIC]);
/* The same in A-Z a-z 0-9 and _ alone, each other byte as _ and two digits: what Home Assistant takes as an id. */
void place_object(const char *name, char out[PLACE_OBJECT]);
/* The text is UTF-8, without control characters, U+2028, U+2029 and U+202A to U+202E. */
bool place_is_plain(const char *text);

#endif
