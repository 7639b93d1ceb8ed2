/* A module beside its original: a translation must have the same pages, and must have been made from the text that
 * stands there now. For that each translation carries `translated-from:`, a mark for the title and one for every page
 * of the original as the translator saw it; `alcove-pack stamp` writes it. Marks say only whether a text is the same. */
#ifndef ALCOVE_PACKC_TWIN_H
#define ALCOVE_PACKC_TWIN_H

#include "packc/markdown.h"

#define TWIN_KEY "translated-from"

/* The marks of an original: "4f2a 91bc ...", four hexadecimal digits each, the title and note first. */
const char *twin_marks(struct arena *a, const struct md_file *original);

/* Warns of pages, ids, pictures and answers that differ. */
void twin_compare(struct report *r, const struct md_file *original, const struct md_file *translation);

/* Warns when the marks are missing or not those of the original now, page by page. `stamp`: the command that the
 * sentence names. */
void twin_check(struct report *r, const struct md_file *original, const struct md_file *translation, const char *stamp);

#endif
