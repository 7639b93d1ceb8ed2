/* Pictures and icons: SVG turned into pixels at the size they are shown. The only user of SDL2_image. Keeps the last
 * few, for a screen repeats its icons. Never opens a file, never fetches what an SVG refers to. */
#ifndef ALCOVE_GLASS_PICTURE_H
#define ALCOVE_GLASS_PICTURE_H

#include <stddef.h>

#include "visit/glass/canvas.h"

/* Where SVG comes from: fills in the bytes of the picture of that name and whether only its shape counts (a mask).
 * The bytes stay valid until the next call. False when there is no such picture. */
struct picture_source {
	void *self;
	bool (*find)(void *self, const char *name, const void **svg, size_t *size, bool *mask);
};

struct pictures;

struct pictures *pictures_new(struct picture_source source); /* NULL when memory is short */
void pictures_free(struct pictures *p);

/* Draws the picture of that name as large as fits into the box, aspect kept, in its middle; a mask in colour `rgb`.
 * False, and nothing drawn, when there is no such picture or it cannot be read. */
bool picture_draw(struct pictures *p, struct canvas *c, const char *name, struct rect box, uint32_t rgb);

#endif
