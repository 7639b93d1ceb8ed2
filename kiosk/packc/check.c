#include "packc/check.h"

#include <string.h>
#include <strings.h>

/* AMA and CMS: grade 6 at most; sentences up to 20 words; about 60 words a screen (standards). */
enum { GRADE_TENTHS = 69, SENTENCE_WORDS = 20, PAGE_WORDS = 60, GRADE_MIN_WORDS = 20 };

static bool letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static bool vowel(char c) {
	return c != 0 && strchr("aeiouyAEIOUY", c) != NULL;
}

/* Groups of vowels, without a silent e at the end: right for most English words, which is what a grade needs. */
int check_syllables(const char *word, size_t len) {
	int count = 0;
	for (size_t i = 0; i < len; i++) {
		count += vowel(word[i]) && (i == 0 || !vowel(word[i - 1]));
	}
	bool silent = len > 2 && (word[len - 1] == 'e' || word[len - 1] == 'E') && !vowel(word[len - 2]) &&
	              !((word[len - 2] == 'l' || word[len - 2] == 'L') && !vowel(word[len - 3]));
	count -= silent && count > 1;
	return count > 0 ? count : 1;
}

int check_grade_tenths(int words, int sentences, int syllables) {
	if (words == 0 || sentences == 0) {
		return 0;
	}
	/* 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid et al. 1975) */
	return (390 * words / sentences + 11800 * syllables / words - 15590) / 100;
}

struct count {
	int words, sentences, syllables;
};

/* One word from p on; 0 when there is none. An apostrophe or hyphen inside does not end it. */
static size_t word_at(const char *p) {
	size_t len = 0;
	while (letter(p[len]) || (len > 0 && (p[len] == '\'' || p[len] == '-') && letter(p[len + 1]))) {
		len++;
	}
	return len;
}

static bool sentence_ends(const char *p) {
	return strchr(".!?:", *p) != NULL && (p[1] == 0 || strchr(" \n\")\x02", p[1]) != NULL);
}

static void sentence_done(struct report *r, const struct md_block *b, struct count *all, int words) {
	if (words > SENTENCE_WORDS) {
		report_warning(r, b->where, "A sentence of %d words. Make two of it; %d words are enough.", words,
		               SENTENCE_WORDS);
	}
	all->sentences += words > 0;
}

static void count_block(struct report *r, const struct md_block *b, struct count *all) {
	int words = 0;
	for (const char *p = b->text; *p != 0;) {
		size_t len = word_at(p);
		if (len > 0) {
			words++;
			all->words++;
			all->syllables += check_syllables(p, len);
			p += len;
			continue;
		}
		if (sentence_ends(p)) {
			sentence_done(r, b, all, words);
			words = 0;
		}
		p++;
	}
	sentence_done(r, b, all, words);
}

void check_page(struct report *r, const struct md_page *page) {
	struct count all = {0};
	for (int i = 0; i < page->count; i++) {
		count_block(r, &page->blocks[i], &all);
	}
	int grade = check_grade_tenths(all.words, all.sentences, all.syllables);
	if (all.words >= GRADE_MIN_WORDS && grade > GRADE_TENTHS) {
		report_warning(r, page->where,
		               "This page reads at grade %d.%d. Use shorter words and sentences; aim for 6.",
		               grade / 10, grade % 10);
	}
	if (all.words > PAGE_WORDS) {
		report_warning(r, page->where, "This page has %d words. Divide it; about %d fit one screen.", all.words,
		               PAGE_WORDS);
	}
}

void check_module_title(struct report *r, struct where where, const char *title) {
	static const char *const telling[] = {"traffick", "violen",  "abus",    "police",   "victim", "survivor",
	                                      "assault",  "rape",    "sex",     "drug",     "batter", "immigra",
	                                      "escape",   "danger",  "explo",   "prostitu", "trata",  "violencia",
	                                      "abuso",    "policía", "víctima", "peligro"};
	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
		if (strcasestr(title, telling[i]) != NULL) {
			report_warning(
			    r, where,
			    "The title \"%s\" tells a bystander what this is about ('%s'). Choose one that does not.",
			    title, telling[i]);
			return;
		}
	}
}

void check_assured(struct report *r, struct where where, const char *service, const char *assured, const char *today) {
	struct source_day then = source_day(assured);
	struct source_day now = source_day(today);
	int months = (now.year - then.year) * 12 + now.month - then.month;
	if (strcmp(assured, today) > 0) {
		report_warning(r, where, "The assured_date of '%s' lies in the future (%s). Correct it.", service,
		               assured);
	} else if (months > 12 || (months == 12 && now.day > then.day)) {
		report_warning(r, where, "Nobody has called '%s' since %s. Call the number and write today's date.",
		               service, assured);
	}
}
