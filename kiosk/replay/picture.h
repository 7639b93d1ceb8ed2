/* Frames as PNG files, as numbers, and compared. Knows nothing of visits. */
#ifndef ALCOVE_REPLAY_PICTURE_H
#define ALCOVE_REPLAY_PICTURE_H

#include "base/fault.h"

#include <stdint.h>

struct picture {
	int w, h;
	const uint32_t *pixels; /* XRGB8888, rows without gaps; not owned */
};

/* Writes the file whole or not at all; makes the folders it stands in. */
bool picture_save(struct picture p, const char *path, struct fault *f);
/* False with the sentence when the file cannot be read or differs; then a picture of where is written below
 * build/differs: what differs in magenta on a pale copy. */
bool picture_same(struct picture p, const char *path, struct fault *f);
/* FNV-1a, 64 bit, over width and height (4 bytes each, lowest first), then blue, green, red and 0 of each pixel. */
uint64_t picture_hash(struct picture p);

#endif
