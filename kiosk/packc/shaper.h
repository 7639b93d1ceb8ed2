/* How wide a run of letters is on the kiosk's glass, without SDL2_ttf, which is the visit's alone: HarfBuzz over
 * FreeType, set up as SDL2_ttf does it. A test compares the two; they differ by at most a pixel a run. Draws nothing. */
#ifndef ALCOVE_PACKC_SHAPER_H
#define ALCOVE_PACKC_SHAPER_H

#include "base/fonts.h"
#include "visit/pure/draw.h"

struct shaper;

/* Opens every font of the table, which must outlive it. NULL with the sentence set when one cannot be opened. */
struct shaper *shaper_open(const struct font_table *table, struct fault *f);
void shaper_close(struct shaper *s);

/* For layout_make; valid until shaper_close. */
struct measure shaper_measure(struct shaper *s);

#endif
