/* Pieces of a picture, and the search for them in this process's own memory. Pieces are kept inverted, so that no copy of
 * what is searched for lies about. It opens nothing but /proc/self/maps and needs no privilege; what cannot be read (a
 * graphics card's memory) is left out. It never says what a picture shows. */
#ifndef ALCOVE_HOST_TRACES_H
#define ALCOVE_HOST_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TRACES_PX = 48,        /* a piece's width, one row high: about a word's */
	TRACES_MOST = 24,      /* pieces */
	TRACES_LEAST = 12,     /* with fewer a search says little */
	TRACES_TURN = 2 << 20, /* bytes that one turn of a search looks at: a few milliseconds on a Raspberry Pi */
};

struct traces {
	uint32_t inverted[TRACES_MOST][TRACES_PX];
	int anchor[TRACES_MOST]; /* the pixel by which a piece is looked up: one that it has only once */
	int count;
	bool seen[TRACES_MOST];
	uint8_t maybe[1 << 13]; /* 64 Ki bits: which hashes of anchors there are */
};

/* A picture as visits draw it: XRGB8888, rows without gaps. */
struct traces_picture {
	const uint32_t *pixels;
	int w, h;
};

/* Takes pieces of `from`, spread over its middle, that have many colours and are in none of the `others` (of the same
 * size). Returns how many. */
int traces_take(struct traces *t, struct traces_picture from, const uint32_t *const *others, int other_count);
/* Notes in `seen` which pieces are in these bytes. True when any is. */
bool traces_in(struct traces *t, const uint8_t *bytes, size_t count);
int traces_seen(const struct traces *t);

struct traces_search;

/* Of all that this process can read of its own; forgets what was seen. NULL when that cannot be known, or for want of
 * memory. `t` must live as long. */
struct traces_search *traces_search_new(struct traces *t);
void traces_search_free(struct traces_search *s);
/* Looks at the next TRACES_TURN bytes; false when all has been looked at. */
bool traces_search_turn(struct traces_search *s);
/* In thousandths. */
int traces_search_progress(const struct traces_search *s);
/* Bytes that were read. */
size_t traces_search_read(const struct traces_search *s);
/* The name that the kernel gives to where the first piece was seen; "" for none, "memory" for what has no name. */
const char *traces_search_where(const struct traces_search *s);

#endif
