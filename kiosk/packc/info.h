/* What is in a pack, in lines for people. Reads a pack that may come from anywhere; changes nothing. */
#ifndef ALCOVE_PACKC_INFO_H
#define ALCOVE_PACKC_INFO_H

#include "base/arena.h"
#include "base/fault.h"

/* The lines, in the arena; NULL with the sentence set when the file is not a pack that this program knows. */
const char *info_lines(struct arena *a, const char *file, struct fault *f);

#endif
