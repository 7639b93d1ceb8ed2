/* Which characters the fonts of the table have. It looks into font files and draws nothing. */
#ifndef ALCOVE_PACKC_COVER_H
#define ALCOVE_PACKC_COVER_H

#include "base/fonts.h"

struct cover;

/* Opens every font of the table, which must outlive it. NULL with the sentence set when one cannot be opened. */
struct cover *cover_open(const struct font_table *table, struct fault *f);
void cover_close(struct cover *c);

/* Whether a row's fonts have the character, in the bold file too when `bold`. */
bool cover_has(const struct cover *c, const struct font_row *row, bool bold, int32_t character);

/* The row for a character: the one given if it has it, else the first of the table that does, else NULL. */
const struct font_row *cover_row(const struct cover *c, const struct font_row *first, bool bold, int32_t character);

#endif
