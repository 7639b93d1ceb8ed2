/* Turns a draw list into pixels of the frame: rounded rectangles itself, letters by type, pictures by picture. The same
 * lists give the same bytes. Remembers what it painted last and paints again only where the new list differs. */
#ifndef ALCOVE_GLASS_PAINT_H
#define ALCOVE_GLASS_PAINT_H

#include "visit/glass/canvas.h"
#include "visit/glass/picture.h"
#include "visit/glass/type.h"
#include "visit/pure/draw.h"

struct paint;

/* Paints into `canvas`; borrows type and pictures. NULL when memory is short. */
struct paint *paint_new(struct canvas canvas, struct type *type, struct pictures *pictures);
void paint_free(struct paint *p);

/* Makes the frame show the list, and returns the rectangle that changed (w and h are 0 when nothing did). `missing`,
 * if not NULL, counts the pictures that could not be drawn. */
struct rect paint_list(struct paint *p, const struct draw_list *list, enum theme theme, int *missing);

/* The two shapes, for tests. A radius larger than half a side is made smaller. A stroke lies inside the box. */
void paint_fill(struct canvas *c, struct rect box, int radius, uint32_t rgb);
void paint_stroke(struct canvas *c, struct rect box, int radius, int width, uint32_t rgb);

#endif
