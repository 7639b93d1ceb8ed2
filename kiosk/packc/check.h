/* The linter: what is not wrong enough to refuse, but what a reader would stumble over. It only warns. */
#ifndef ALCOVE_PACKC_CHECK_H
#define ALCOVE_PACKC_CHECK_H

#include "packc/grade.h"
#include "packc/markdown.h"

/* A page: reading grade (English, Spanish), long sentences, many words. Pages for staff may be harder, urgent ones not. */
void check_page(struct report *r, const struct md_page *page, const char *lang, bool staff);

/* A text that a bystander sees: a title on a list, a card on the board. It must not name the topic. `what` is its name
 * in the sentence: "title". */
void check_bystander(struct report *r, struct where where, const char *what, const char *text);

/* A phone number whose groups are not those of North America, though it begins as if they were. */
void check_number(struct report *r, struct where where, const char *number);

/* A number that nobody has called, or compared with its source, for a year. Dates as in ISO 8601. */
void check_assured(struct report *r, struct where where, const char *service, const char *assured, bool called,
                   const char *today);

#endif
