/* The pure half of a visit behind one door: messages go in, a draw list and messages come out. Same messages, same
 * lists. It includes no SDL, no SQLite, no clock and no files. */
#ifndef ALCOVE_VISIT_VISITOR_H
#define ALCOVE_VISIT_VISITOR_H

#include "visit/pure/book.h"
#include "visit/pure/draw.h"

struct visitor;

/* Starts on the idle board (or at home, when the start names a language). `book` and `measure` must outlive it. */
struct visitor *visitor_new(const struct wire_start *start, struct book book, struct measure measure);
void visitor_free(struct visitor *v);

/* Takes one host message. Requests and answers (all but WIRE_DONE) go out through `reply`. */
void visitor_take(struct visitor *v, const struct wire_message *m,
                  void (*reply)(void *to, const struct wire_message *r), void *to);

/* What should be on the glass now. Valid until the next visitor_take. */
const struct draw_list *visitor_draws(const struct visitor *v);
enum theme visitor_theme(const struct visitor *v);
/* True when the list may differ from the one before the last visitor_take. */
bool visitor_changed(const struct visitor *v);
/* How long this screen takes to read, in milliseconds. */
uint32_t visitor_reading_ms(const struct visitor *v);

#endif
