/* How hard a text is to read: words, sentences and syllables counted, and the school grade that follows from them.
 * English by Flesch-Kincaid, Spanish by Fernández Huerta; of other languages only words and sentences are counted. */
#ifndef ALCOVE_PACKC_GRADE_H
#define ALCOVE_PACKC_GRADE_H

#include <stddef.h>

enum grade_language { GRADE_ENGLISH, GRADE_SPANISH, GRADE_OTHER };

/* Of a language tag. */
enum grade_language grade_language(const char *tag);

struct grade_count {
	int words, sentences, syllables;
	int longest; /* words of the longest sentence */
};

/* Adds a text (with or without the signs of typeset.h) to what was counted; its end ends a sentence. */
void grade_add(struct grade_count *c, enum grade_language l, const char *text);

/* Syllables of one word, at least 1. */
int grade_syllables(enum grade_language l, const char *word, size_t len);

/* Tenths of an American school grade (Kincaid et al. 1975); 0 for no words. */
int grade_english(const struct grade_count *c);

/* Tenths of a point on Fernández Huerta's scale (1959; F in words a sentence, as Law corrected it in 2011): 80 to 90 is
 * grade 5, 70 to 80 grade 6, 60 to 70 grades 7 and 8. The higher, the easier. */
int grade_spanish(const struct grade_count *c);

#endif
