#include "packc/pack.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>

/* In the order of take_fact. */
enum fact { FACT_ID, FACT_KIND, FACT_VERSION, FACT_PUBLISHER, FACT_MADE, FACT_TITLE, FACTS };

/* inih asks for line after line and then hands over a key: so the line of a key is the one that was asked for last. */
struct reading {
	struct arena *arena;
	struct report *report;
	struct pack *pack;
	struct source source;
	const char *at;
	int line;
	int fact_line[FACTS]; /* 0: not there */
};

static struct where here(const struct reading *r) {
	return (struct where){r->source.file, r->line};
}

static char *next_line(char *to, int room, void *user) {
	struct reading *r = user;
	if (*r->at == 0) {
		return NULL;
	}
	r->line++;
	size_t len = strcspn(r->at, "\n");
	size_t fits = len < (size_t)room - 2 ? len : (size_t)room - 2;
	if (fits < len) {
		report_error(r->report, here(r), "This line is too long. Keep it under %d characters.", room - 2);
		while (fits > 0 && ((unsigned char)r->at[fits] & 0xc0) == 0x80) {
			fits--;
		}
	}
	memcpy(to, r->at, fits);
	to[fits] = '\n';
	to[fits + 1] = 0;
	r->at += len + (r->at[len] == '\n');
	return to;
}

static struct pack_language *language(struct pack *p, const char *code) {
	for (int i = 0; i < p->language_count; i++) {
		if (strcmp(p->languages[i].code, code) == 0) {
			return &p->languages[i];
		}
	}
	return NULL;
}

/* True when ICU takes all of it as a language tag and would write it the same way. */
bool pack_tag_ok(const char *tag, bool *rtl) {
	UErrorCode e = U_ZERO_ERROR;
	char locale[64];
	char again[64];
	int32_t parsed = 0;
	uloc_forLanguageTag(tag, locale, sizeof locale, &parsed, &e);
	uloc_toLanguageTag(locale, again, sizeof again, true, &e);
	if (U_FAILURE(e) || parsed != (int32_t)strlen(tag) || strcmp(again, tag) != 0) {
		return false;
	}
	*rtl = uloc_isRightToLeft(locale);
	return true;
}

static void take_language(struct reading *r, const char *code, const char *name) {
	struct pack *p = r->pack;
	bool rtl = false;
	if (strlen(code) > 15 || !pack_tag_ok(code, &rtl)) {
		report_error(r->report, here(r), "'%s' is not a language tag. Use one such as en, es, ar or zh-Hans.",
		             code);
	} else if (language(p, code) != NULL) {
		report_error(r->report, here(r), "The language '%s' is there twice. Delete one line.", code);
	} else if (name[0] == 0) {
		report_error(r->report, here(r), "The language '%s' has no name. Write its own name behind the =.",
		             code);
	} else if (p->language_count == PACK_LANGUAGES) {
		report_error(r->report, here(r), "More than %d languages. Leave some out.", PACK_LANGUAGES);
	} else {
		struct pack_language *l = &p->languages[p->language_count++];
		memcpy(l->code, code, strlen(code) + 1);
		l->name = arena_copy(r->arena, name, strlen(name));
		l->rtl = rtl;
		l->where = here(r);
	}
}

/* A line of [reviewed] or [complete]. */
static void take_promise(struct reading *r, const char *code, const char *value, bool reviewed) {
	struct pack_language *l = language(r->pack, code);
	const char *when = reviewed ? "a speaker has checked the texts" : "every module is translated";
	if (l == NULL) {
		report_error(r->report, here(r),
		             "'%s' is not under [languages]. Add it there, above, or delete this line.", code);
	} else if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
		report_error(r->report, here(r), "'%s' is neither yes nor no. Write yes when %s.", value, when);
	} else {
		*(reviewed ? &l->reviewed : &l->complete) = strcmp(value, "yes") == 0;
	}
}

static void take_fact(struct reading *r, const char *key, const char *value) {
	struct pack *p = r->pack;
	const struct {
		const char *key, **to;
	} facts[] = {{"id", &p->id},     {"kind", &p->kind},  {"version", &p->version}, {"publisher", &p->publisher},
	             {"made", &p->made}, {"title", &p->title}};
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		if (strcmp(facts[i].key, key) == 0) {
			if ((*facts[i].to)[0] != 0) {
				report_error(r->report, here(r), "'%s' is there twice. Delete one line.", key);
			}
			*facts[i].to = arena_copy(r->arena, value, strlen(value));
			r->fact_line[i] = r->line;
			return;
		}
	}
	report_error(r->report, here(r), "'%s' is not known. Use id, kind, version, publisher, made and title.", key);
}

static int on_key(void *user, const char *section, const char *key, const char *value) {
	struct reading *r = user;
	if (strcmp(section, "pack") == 0) {
		take_fact(r, key, value);
	} else if (strcmp(section, "languages") == 0) {
		take_language(r, key, value);
	} else if (strcmp(section, "reviewed") == 0) {
		take_promise(r, key, value, true);
	} else if (strcmp(section, "complete") == 0) {
		take_promise(r, key, value, false);
	} else {
		report_error(r->report, here(r),
		             "[%s] is not known. Use [pack], [languages], [reviewed] and [complete].", section);
	}
	return 1;
}

static bool whole_number(const char *s) {
	return s[0] >= '1' && s[0] <= '9' && strlen(s) <= 9 && strspn(s, "0123456789") == strlen(s);
}

/* Where a fact stands, or else should: at the top. */
static struct where fact_where(const struct reading *r, enum fact fact) {
	return (struct where){r->source.file, r->fact_line[fact] > 0 ? r->fact_line[fact] : 1};
}

static void check_facts(const struct reading *reading, struct report *r, struct pack *p) {
	if (!source_id_ok(p->id)) {
		report_error(r, fact_where(reading, FACT_ID),
		             "The pack's id is missing or is not made of lower-case letters, digits, '-' and '.'. "
		             "Add a line such as id = org.example.library.");
	}
	p->house = strcmp(p->kind, "house") == 0;
	if (!p->house && strcmp(p->kind, "library") != 0) {
		report_error(r, fact_where(reading, FACT_KIND),
		             "The pack's kind is missing or not known. Add a line kind = library or kind = house.");
	}
	if (!whole_number(p->version)) {
		report_error(r, fact_where(reading, FACT_VERSION),
		             "The pack's version is missing or is not a whole number. Add a line version = 1, and "
		             "make it larger each time you give the pack away.");
	}
	if (p->publisher[0] == 0) {
		report_error(r, fact_where(reading, FACT_PUBLISHER),
		             "The pack has no publisher. Add a line publisher = with the name of who answers for it.");
	}
	if (!source_date_ok(p->made)) {
		report_error(r, fact_where(reading, FACT_MADE),
		             "The date 'made' is missing or is not a date. Add a line such as made = 2026-11-20.");
	}
	if (p->title[0] == 0) {
		report_error(r, fact_where(reading, FACT_TITLE),
		             "The pack has no title. Add a line title = with a name that staff will know it by.");
	}
	if (p->language_count == 0) {
		report_error(r, (struct where){p->where.file, 1},
		             "The pack has no languages. Add a section [languages] with a line such as en = English.");
	}
}

bool pack_read(struct arena *a, struct report *report, const char *dir, struct pack *out) {
	*out = (struct pack){.id = "", .kind = "", .version = "", .publisher = "", .made = "", .title = ""};
	const char *file = source_path(a, dir, "pack.ini");
	out->where = (struct where){file, 0};
	struct reading r = {.arena = a, .report = report, .pack = out};
	if (!source_read(a, report, file, &r.source)) {
		return false;
	}
	r.at = r.source.bytes;
	int wrong = ini_parse_stream(next_line, &r, on_key, &r);
	if (wrong > 0) {
		report_error(report, (struct where){file, wrong}, "This line is not 'key = value'. Correct it.");
	}
	check_facts(&r, report, out);
	return out->language_count > 0;
}

const struct pack_language *pack_original(const struct pack *p) {
	for (int i = 0; i < p->language_count; i++) {
		const char *code = p->languages[i].code;
		if (strcmp(code, "en") == 0 || strncmp(code, "en-", 3) == 0) {
			return &p->languages[i];
		}
	}
	return &p->languages[0];
}
