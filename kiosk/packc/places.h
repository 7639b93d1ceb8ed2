/* Where each text of a pack stands in the sources: so that what is found on a screen can be told with file and line. */
#ifndef ALCOVE_PACKC_PLACES_H
#define ALCOVE_PACKC_PLACES_H

#include "base/text.h"
#include "packc/report.h"

struct places;

/* In the arena, which grows with the texts. */
struct places *places_new(struct arena *a);

/* Notes a text as it is shown. Of equal texts the first one stays. */
void places_add(struct places *p, const char *lang, struct text t, struct where where);

/* False when the text is not one of this content. */
bool places_find(const struct places *p, const char *lang, struct text t, struct where *out);

#endif
