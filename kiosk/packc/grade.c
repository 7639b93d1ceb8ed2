#include "packc/grade.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum grade_language grade_language(const char *tag) {
	bool alone = tag[0] != 0 && tag[1] != 0 && (tag[2] == 0 || tag[2] == '-');
	if (alone && strncmp(tag, "en", 2) == 0) {
		return GRADE_ENGLISH;
	}
	return alone && strncmp(tag, "es", 2) == 0 ? GRADE_SPANISH : GRADE_OTHER;
}

/* The character at *i, which moves behind it; 0 at the end. */
static int32_t take(const char *s, int32_t *i, int32_t len) {
	int32_t c = 0;
	if (*i < len) {
		U8_NEXT((const uint8_t *)s, *i, len, c);
	}
	return c < 0 ? 0xfffd : c;
}

/* --- English ---------------------------------------------------------------------------------------------------- */

static bool vowel(char c) {
	return c != 0 && strchr("aeiouy", c) != NULL;
}

static bool one_of(char c, const char *set) {
	return c != 0 && strchr(set, c) != NULL;
}

/* Whether the vowel of the last syllable is written and not said: "made", "makes", "helped". */
static bool silent_end(const char *w, size_t len) {
	if (len > 3 && w[len - 1] == 'd' && w[len - 2] == 'e') {
		return !vowel(w[len - 3]) && !one_of(w[len - 3], "td");
	}
	if (len > 3 && w[len - 1] == 's' && w[len - 2] == 'e') {
		bool le = w[len - 3] == 'l' && !vowel(w[len - 4]); /* tables */
		bool hiss = one_of(w[len - 3], "sxzcg") || (w[len - 3] == 'h' && one_of(w[len - 4], "cs"));
		return !vowel(w[len - 3]) && !le && !hiss;
	}
	if (len > 2 && w[len - 1] == 'e') {
		bool le = w[len - 2] == 'l' && !vowel(w[len - 3]); /* table */
		return !vowel(w[len - 2]) && !le;
	}
	return false;
}

/* Two vowels beside each other that are said apart: "going", "violence", "media". */
static bool parted(const char *w, size_t i) {
	bool ing = w[i] == 'i' && w[i + 1] == 'n' && w[i + 2] == 'g';
	bool io = w[i - 1] == 'i' && one_of(w[i], "oa") && i > 1 && !one_of(w[i - 2], "tscgx");
	return ing || io;
}

/* A vowel; a y at the beginning or behind a vowel, with another one behind it, is none: "you", "beyond", not "trying". */
static bool sounds(const char *w, size_t i) {
	bool consonant = w[i] == 'y' && vowel(w[i + 1]) && (i == 0 || vowel(w[i - 1]));
	return vowel(w[i]) && !consonant;
}

/* Groups of vowels, without a silent e: right for most words, which is what a grade needs. */
static int english_syllables(const char *word, size_t len) {
	char w[64] = "";
	len = len < sizeof w - 1 ? len : sizeof w - 1;
	for (size_t i = 0; i < len; i++) {
		w[i] = word[i];
		if (w[i] >= 'A' && w[i] <= 'Z') {
			w[i] = (char)(w[i] + 'a' - 'A');
		}
	}
	int count = 0;
	for (size_t i = 0; i < len; i++) {
		count += sounds(w, i) && (i == 0 || !sounds(w, i - 1) || parted(w, i));
	}
	return silent_end(w, len) && count > 1 ? count - 1 : count;
}

/* --- Spanish ---------------------------------------------------------------------------------------------------- */

enum sound { CONSONANT, WEAK, STRONG };

static enum sound spanish_sound(int32_t c, int32_t next) {
	switch (u_tolower(c)) {
	case 'a':
	case 'e':
	case 'o':
	case 0xe1: /* á */
	case 0xe9:
	case 0xed: /* í: with its accent it stands alone, "guía" */
	case 0xf3:
	case 0xfa:
		return STRONG;
	case 'i':
	case 'u':
	case 0xfc: /* ü */
		return WEAK;
	case 'y': /* at the end of a word: "hoy", "muy" */
		return u_isalpha(next) ? CONSONANT : WEAK;
	default:
		return CONSONANT;
	}
}

/* Every strong vowel is a syllable; weak ones lean on it, or make one together. */
static int spanish_syllables(const char *word, size_t len) {
	int count = 0;
	int strong = 0;
	int weak = 0;
	int32_t i = 0;
	for (int32_t c = take(word, &i, (int32_t)len); c != 0;) {
		int32_t next = take(word, &i, (int32_t)len);
		enum sound s = spanish_sound(c, next);
		strong += s == STRONG;
		weak += s == WEAK;
		if (s == CONSONANT || next == 0) {
			count += strong > 0 ? strong : weak > 0;
			strong = weak = 0;
		}
		c = next;
	}
	return count;
}

/* --- counting --------------------------------------------------------------------------------------------------- */

int grade_syllables(enum grade_language l, const char *word, size_t len) {
	int count = l == GRADE_SPANISH ? spanish_syllables(word, len) : english_syllables(word, len);
	return count > 0 ? count : 1;
}

/* Bytes of the word at s; 0 when there is none. An apostrophe or hyphen inside does not end it. */
static int32_t word_at(const char *s, int32_t len) {
	int32_t end = 0;
	for (int32_t i = 0;;) {
		int32_t c = take(s, &i, len);
		int32_t beyond = i;
		bool joins = end > 0 && (c == '\'' || c == '-' || c == 0x2019) && u_isalpha(take(s, &beyond, len));
		bool mark = end > 0 && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
		if (!u_isalpha(c) && !joins && !mark) {
			return end;
		}
		end = i;
	}
}

/* Whether a sentence ends with the character: what follows must not be a letter or figure, as in "e.g" or "5.5". */
static bool sentence_ends(int32_t c, int32_t next) {
	static const int32_t enders[] = {'.', '!', '?', ':', '\n', 0x61f, 0x6d4, 0x3002, 0xff01, 0xff1f, 0x2026};
	for (size_t i = 0; i < sizeof enders / sizeof enders[0]; i++) {
		if (c == enders[i]) {
			return c > 0x7f || c == '\n' || !u_isalnum(next);
		}
	}
	return false;
}

static void sentence_done(struct grade_count *c, int words) {
	c->sentences += words > 0;
	c->longest = words > c->longest ? words : c->longest;
}

void grade_add(struct grade_count *c, enum grade_language l, const char *text) {
	int32_t len = (int32_t)strlen(text);
	int words = 0;
	for (int32_t i = 0; i < len;) {
		int32_t word = word_at(text + i, len - i);
		if (word > 0) {
			words++;
			c->words++;
			c->syllables += grade_syllables(l, text + i, (size_t)word);
			i += word;
			continue;
		}
		int32_t character = take(text, &i, len);
		int32_t beyond = i;
		if (sentence_ends(character, take(text, &beyond, len))) {
			sentence_done(c, words);
			words = 0;
		}
	}
	sentence_done(c, words);
}

int grade_english(const struct grade_count *c) {
	if (c->words == 0 || c->sentences == 0) {
		return 0;
	}
	/* 0.39 words/sentence + 11.8 syllables/word - 15.59 */
	return (390 * c->words / c->sentences + 11800 * c->syllables / c->words - 15590) / 100;
}

int grade_spanish(const struct grade_count *c) {
	if (c->words == 0 || c->sentences == 0) {
		return 1000;
	}
	/* 206.84 - 60 syllables/word - 1.02 words/sentence */
	return (206840 - 60000 * c->syllables / c->words - 1020 * c->words / c->sentences) / 100;
}
