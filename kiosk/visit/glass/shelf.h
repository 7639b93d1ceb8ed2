/* All packs of a visit as one book (visit/pure/book.h): the last pack that has an id wins, and a language is offered
 * only when the packs together have every word of the interface in it. Knows packs only by their questions: no SQLite
 * here. */
#ifndef ALCOVE_GLASS_SHELF_H
#define ALCOVE_GLASS_SHELF_H

#include "base/fault.h"
#include "visit/glass/picture.h"
#include "visit/pure/book.h"

struct shelf;

/* Opens `count` packs whose descriptors follow on from `first_fd`, lowest priority first; the descriptors stay in use
 * until shelf_close. A pack with the id of an earlier one takes the earlier one's place in that order, whole, and so does
 * a house's own after another house's. NULL with the sentence of the first one that is refused. */
struct shelf *shelf_open(int first_fd, int count, struct fault *f);
void shelf_close(struct shelf *s);

struct book shelf_book(struct shelf *s);
struct picture_source shelf_pictures(struct shelf *s);

#endif
