#include "packc/check.h"

#include <string.h>
#include <unicode/ucasemap.h>

/* Grade 6 at most, 4 to 6 for urgent pages; sentences up to 20 words; about 60 words a screen (standards). So an urgent
 * page has the same upper bound, whoever reads it and however short it is; and nothing is too easy. Staff read at work:
 * grade 8. Grades in tenths; for Spanish the points on Fernández Huerta's scale that are those grades, in tenths.
 * Translations into other languages run a quarter longer than English, and Vietnamese writes every syllable apart. */
enum { CLIENT_GRADE = 60, STAFF_GRADE = 80, CLIENT_POINTS = 700, STAFF_POINTS = 600, MIN_WORDS = 20, MIN_URGENT = 10 };

struct bounds {
	const char *lang;
	int sentence, page; /* words; 0 for not counted */
};

static const struct bounds bounds[] = {
    {"en", 20, 60}, {"es", 20, 60}, {"vi", 30, 90}, {"zh", 0, 0}, {"ja", 0, 0},
    {"th", 0, 0},   {"km", 0, 0},   {"lo", 0, 0},   {"my", 0, 0}, {"", 25, 75},
};

/* For a language tag; the last holds for all others. */
static const struct bounds *bounds_for(const char *lang) {
	const struct bounds *b = bounds;
	while (b->lang[0] != 0 && (strncmp(b->lang, lang, 2) != 0 || (lang[2] != 0 && lang[2] != '-'))) {
		b++;
	}
	return b;
}

static void check_grade(struct report *r, const struct md_page *page, enum grade_language l,
                        const struct grade_count *all, bool staff) {
	bool easy = page->urgent || !staff;
	const char *urgent = page->urgent ? "This page is urgent and" : "This page";
	if (l == GRADE_ENGLISH && grade_english(all) > (easy ? CLIENT_GRADE : STAFF_GRADE)) {
		int grade = grade_english(all);
		report_warning(r, page->where,
		               "%s reads at grade %d.%d. Use shorter words and sentences, for grade %d or lower.",
		               urgent, grade / 10, grade % 10, easy ? CLIENT_GRADE / 10 : STAFF_GRADE / 10);
	}
	if (l == GRADE_SPANISH && grade_spanish(all) < (easy ? CLIENT_POINTS : STAFF_POINTS)) {
		int points = grade_spanish(all);
		report_warning(r, page->where,
		               "%s has %d points for ease in Spanish (Fernández Huerta). Use shorter words and "
		               "sentences, for %d or more, which is grade %d.",
		               urgent, points / 10, easy ? CLIENT_POINTS / 10 : STAFF_POINTS / 10, easy ? 6 : 8);
	}
}

void check_page(struct report *r, const struct md_page *page, const char *lang, bool staff) {
	enum grade_language l = grade_language(lang);
	const struct bounds *most = bounds_for(lang);
	struct grade_count all = {0};
	for (int i = 0; i < page->count; i++) {
		const struct md_block *b = &page->blocks[i];
		struct grade_count own = {0};
		grade_add(&own, l, b->text);
		if (most->sentence > 0 && own.longest > most->sentence) {
			report_warning(r, b->where, "A sentence of %d words. Make two of it; %d words are enough.",
			               own.longest, most->sentence);
		}
		all.words += own.words;
		all.sentences += own.sentences;
		all.syllables += own.syllables;
	}
	if (all.words >= (page->urgent ? MIN_URGENT : MIN_WORDS)) {
		check_grade(r, page, l, &all, staff);
	}
	if (most->page > 0 && all.words > most->page) {
		report_warning(r, page->where, "This page has %d words. Divide it; about %d fit one screen.", all.words,
		               most->page);
	}
}

/* Beginnings of words, in small letters. What a bystander would understand; "numbers to call" may say more. */
static const char *const telling[] = {
    "traffick",
    "violen",
    "abus",
    "police",
    "victim",
    "survivor",
    "assault",
    "rape",
    "raping",
    "sex",
    "drug",
    "batter",
    "immigra",
    "escape",
    "danger",
    "exploit",
    "prostitu",
    "pimp",
    "beaten",
    "hotline",
    /* Spanish */
    "trata de",
    "policía",
    "víctima",
    "peligro",
    "maltrato",
    "drogas",
    "explotaci",
    "inmigra",
    "agresi",
    "agresor",
    "violaci",
    /* French, Haitian Creole */
    "traite des",
    "victime",
    "viol ",
    "drogue",
    "maltrait",
    "prostit",
    "vyolans",
    "viktim",
    "trafik",
    "lapolis",
    "dwòg",
    /* Vietnamese */
    "bạo lực",
    "buôn người",
    "nạn nhân",
    "ma túy",
    "cảnh sát",
    "xâm hại",
    /* Arabic */
    "عنف",
    "الاتجار",
    "ضحية",
    "شرطة",
    "مخدرات",
    "خطر",
    /* Chinese */
    "暴力",
    "人口贩",
    "贩卖",
    "受害",
    "毒品",
    "警察",
    "虐待",
    "危险",
    "性侵",
};

/* Small letters of a text, cut to what a title can be. */
static void small(const char *text, char *out, int32_t size) {
	UErrorCode e = U_ZERO_ERROR;
	UCaseMap *map = ucasemap_open("", 0, &e);
	int32_t len = ucasemap_utf8ToLower(map, out, size - 1, text, (int32_t)strlen(text), &e);
	ucasemap_close(map);
	out[U_SUCCESS(e) && len < size ? len : 0] = 0;
}

/* A small Latin letter right before: "trata" is a word of its own, in "contrata" it says nothing. */
static bool inside_word(const char *text, const char *at) {
	return at > text &&
	       ((at[-1] >= 'a' && at[-1] <= 'z') || ((unsigned char)at[-1] >= 0x80 && at[0] < 0x7f && at[0] > 0));
}

void check_bystander(struct report *r, struct where where, const char *what, const char *text) {
	char low[2048];
	small(text, low, sizeof low);
	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
		const char *at = strstr(low, telling[i]);
		while (at != NULL && inside_word(low, at)) {
			at = strstr(at + 1, telling[i]);
		}
		if (at != NULL) {
			report_warning(r, where,
			               "The %s \"%.100s\" tells a bystander what this is about ('%s'). Choose words "
			               "that do not.",
			               what, text, telling[i]);
			return;
		}
	}
}

/* Lengths of the groups of digits between hyphens; at most `room`, how many there are comes back. */
static int groups_of(const char *number, size_t *groups, int room) {
	int count = 0;
	for (const char *p = number; *p != 0 && count < room;) {
		size_t len = strcspn(p, "-");
		groups[count++] = len;
		p += len + (p[len] == '-');
	}
	return count;
}

void check_number(struct report *r, struct where where, const char *number) {
	size_t g[8] = {0};
	int count = groups_of(number, g, 8);
	int first = count > 0 && g[0] == 1 && number[0] == '1' ? 1 : 0;
	size_t digits = strlen(number) - (size_t)(count > 0 ? count - 1 : 0);
	bool like_ours = first == 1 || (count >= 2 && g[0] == 3 && g[1] == 3);
	bool ours = count == first + 3 && g[first] == 3 && g[first + 1] == 3 && g[first + 2] == 4;
	if (strcmp(number, "9-1-1") != 0 && ((like_ours && !ours) || digits == 4 || digits > 15)) {
		report_warning(r, where,
		               "'%s' has %d digits, in groups that no number here has. Compare it with its source; "
		               "write it as 1-888-373-7888.",
		               number, (int)digits);
	}
}

void check_assured(struct report *r, struct where where, const char *service, const char *assured, bool called,
                   const char *today) {
	struct source_day then = source_day(assured);
	struct source_day now = source_day(today);
	int months = (now.year - then.year) * 12 + now.month - then.month;
	if (strcmp(assured, today) > 0) {
		report_warning(r, where, "The assured_date of '%s' lies in the future (%s). Correct it.", service,
		               assured);
	} else if (months > 12 || (months == 12 && now.day > then.day)) {
		report_warning(r, where, "Nobody has %s '%s' since %s. Call the number and write today's date%s.",
		               called ? "called" : "looked at the source of", service, assured,
		               called ? "" : ", and 'call' into assured_by");
	}
}
