/* Letters: measures and draws one run at a time (one face, one direction, one script, one size). The only user of
 * SDL2_ttf, which shapes with HarfBuzz but knows nothing of bidi or of fallback: both were decided when the pack was
 * compiled. Never opens a file: it is handed descriptors, and maps them before the sandbox closes. */
#ifndef ALCOVE_GLASS_TYPE_H
#define ALCOVE_GLASS_TYPE_H

#include "base/fault.h"
#include "visit/glass/canvas.h"
#include "visit/pure/draw.h"
#include "wire/wire.h"

struct type;

/* Maps `count` font files whose descriptors follow on from `first_fd`; row i of the table says what is in file i. The
 * descriptors may be closed afterwards. NULL with the sentence set when a file cannot be mapped or there is none. */
struct type *type_open(int first_fd, const struct wire_font *table, int count, struct fault *f);
void type_close(struct type *t);
/* Gives back what the open faces hold (half a megabyte for an idle board in seven languages) until letters are drawn
 * again; the files stay mapped. */
void type_rest(struct type *t);

/* How far the run moves the pen, in pixels; what its layout is made from. 0 for a run that cannot be shaped. */
int type_advance(struct type *t, const struct run *r);
struct measure type_measure(struct type *t);

/* Everything that type_draw can touch: ink may reach past the pen on all sides. */
struct rect type_box(struct type *t, const struct run *r, int x, int baseline);
/* Draws the run with its left end at x (for a right-to-left run too) and its baseline at `baseline`. */
void type_draw(struct type *t, struct canvas *c, const struct run *r, int x, int baseline, uint32_t rgb);

#endif
