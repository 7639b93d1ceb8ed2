/* The linter: what is not wrong enough to refuse, but what a reader would stumble over. It only warns. */
#ifndef ALCOVE_PACKC_CHECK_H
#define ALCOVE_PACKC_CHECK_H

#include "packc/markdown.h"

/* An English page: reading grade, long sentences, many words. */
void check_page(struct report *r, const struct md_page *page);

/* The title of a module stands on a list that a bystander may see: it must not name the topic. */
void check_module_title(struct report *r, struct where where, const char *title);

/* A number that nobody has called for a year. Dates as in ISO 8601. */
void check_assured(struct report *r, struct where where, const char *service, const char *assured, const char *today);

/* Flesch-Kincaid grade, in tenths, of an English text; list items count as sentences. */
int check_grade_tenths(int words, int sentences, int syllables);
int check_syllables(const char *word, size_t len);

#endif
