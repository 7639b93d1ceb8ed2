/* A book and a measure made of nothing: for tests of the pure half, with no SQLite, no SDL and no files. Every word is
 * its own English text; letters are 0.55 em wide. */
#ifndef ALCOVE_TESTS_FAKE_H
#define ALCOVE_TESTS_FAKE_H

#include "visit/pure/book.h"
#include "visit/pure/draw.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

/* Words divided at spaces, each a piece, as the compiler would; {0} and {1} are slots. */
static inline struct text fake_text(struct arena *a, const char *english, bool rtl) {
	size_t len = strlen(english);
	char *utf8 = arena_copy(a, english, len);
	struct piece *pieces = arena_array(a, len + 1, sizeof *pieces);
	uint16_t n = 0;
	for (char *c = utf8; *c != '\0';) {
		struct piece *p = &pieces[n++];
		*p = (struct piece){
		    .utf8 = c, .level = rtl, .flags = PIECE_BREAK, .script = TAG_LATIN, .face = TAG_LATIN};
		bool slot = c[0] == '{' && c[1] != '\0' && c[2] == '}';
		size_t word = slot ? 3 : strcspn(c, " {");
		word = word == 0 ? 1 : word;
		if (slot) {
			p->flags |= PIECE_SLOT;
			p->slot = (uint8_t)(c[1] - '0');
		}
		p->len = (uint16_t)word;
		c += word;
		p->space = (uint16_t)strspn(c, " ");
		c += p->space;
	}
	return (struct text){.utf8 = utf8, .len = (uint32_t)len, .count = n, .base_level = rtl, .pieces = pieces};
}

static inline int fake_languages(void *self, struct arena *a, const struct language **out) {
	(void)self;
	struct language *l = arena_array(a, 2, sizeof *l);
	l[0] = (struct language){
	    .code = "en", .staff = true, .name = fake_text(a, "English", false), .begin = fake_text(a, "Begin", false)};
	l[1] = (struct language){.code = "ar",
	                         .rtl = true,
	                         .reviewed = true,
	                         .name = fake_text(a, "Arabic", true),
	                         .begin = fake_text(a, "nigeB", true)};
	*out = l;
	return 2;
}

static inline struct text fake_word(void *self, struct arena *a, const char *lang, enum word id) {
	static const char *const english[] = {
#define X(constant, name, text) [constant] = text,
	    WORDS(X)
#undef X
	};
	(void)self;
	return fake_text(a, english[id], strcmp(lang, "ar") == 0);
}

static inline bool fake_module(void *self, struct arena *a, const char *lang, const char *id, struct module *out) {
	(void)self;
	/* "only-en" is not there in the other language. */
	if (strcmp(id, "plan") != 0 && (strcmp(id, "only-en") != 0 || strcmp(lang, "en") != 0)) {
		return false;
	}
	*out = (struct module){.icon = "bag", .tint = TINT_SKY, .pages = 3};
	snprintf(out->id, sizeof out->id, "%s", id);
	out->title = fake_text(a, "If I am planning something", false);
	out->note = fake_text(a, "Talks about hard things", false);
	return true;
}

static inline int fake_modules(void *self, struct arena *a, const char *lang, enum wire_audience audience,
                               const struct module **out) {
	struct module *m = arena_array(a, 2, sizeof *m);
	*out = m;
	if (audience != WIRE_CLIENT) {
		return 0;
	}
	return fake_module(self, a, lang, "plan", &m[0]) + fake_module(self, a, lang, "only-en", &m[1]);
}

static inline bool fake_page(void *self, struct arena *a, const char *lang, const char *module, int number,
                             struct page *out) {
	struct module m;
	if (!fake_module(self, a, lang, module, &m) || number < 1 || number > m.pages) {
		return false;
	}
	struct block *b = arena_array(a, 4, sizeof *b);
	*out = (struct page){.title = fake_text(a, "A bag, ready to go", false), .picture = "bag", .blocks = b};
	out->picture_says = fake_text(a, "A small bag", false);
	b[0] = (struct block){
	    .kind = BLOCK_PARAGRAPH,
	    .text = fake_text(a,
	                      "Think about a small bag with papers you need and a change of clothes. Keep it "
	                      "somewhere you can reach fast, or with a person you trust.",
	                      false)};
	b[1] = (struct block){.kind = BLOCK_ITEM, .text = fake_text(a, "Call 1-888-373-7888 any time", false)};
	out->block_count = 2;
	if (number == 2) {
		b[2] = (struct block){
		    .kind = BLOCK_ANSWER, .text = fake_text(a, "I have a place", false), .target = "page:1"};
		b[3] = (struct block){
		    .kind = BLOCK_ANSWER, .text = fake_text(a, "Numbers to call", false), .target = "numbers"};
		out->block_count = 4;
	}
	return true;
}

static inline int fake_services(void *self, struct arena *a, const char *lang, const struct service **out) {
	(void)self;
	(void)lang;
	static const struct phone lines[] = {{"textphone", "711"}, {"voice", "1-888-373-7888"}, {"text", "233733"}};
	struct service *s = arena_array(a, 1, sizeof *s);
	*s = (struct service){
	    .id = "line", .icon = "phone", .phones = lines, .phone_count = 3, .pack = "org.example", .version = 7};
	s->name = fake_text(a, "A hotline", false);
	s->summary = fake_text(a, "Day and night", false);
	s->what = fake_text(a, "A person answers. You can hang up any time.", false);
	s->languages = fake_text(a, "English and more", false);
	strcpy(s->assured, "2026-11-20");
	*out = s;
	return 1;
}

static inline int fake_board(void *self, struct arena *a, const char *lang, const struct card **out) {
	(void)self;
	(void)lang;
	struct card *c = arena_array(a, 1, sizeof *c);
	*c = (struct card){.icon = "sun",
	                   .tint = TINT_SAND,
	                   .title = fake_text(a, "Meals", false),
	                   .lines = fake_text(a, "Breakfast 7 to 9", false)};
	*out = c;
	return 1;
}

static inline int fake_phrases(void *self, struct arena *a, const char *lang, const struct phrase **out) {
	(void)self;
	(void)lang;
	struct phrase *p = arena_array(a, 1, sizeof *p);
	*p = (struct phrase){
	    .id = "laundry", .text = fake_text(a, "Your laundry is ready.", false), .plain = "Your laundry is ready."};
	*out = p;
	return 1;
}

/* Staff read English. */
static inline const char *fake_phrase_for_staff(void *self, struct arena *a, const char *lang, const char *id) {
	(void)self;
	(void)a;
	bool own = strcmp(lang, "en") == 0 || strcmp(id, "laundry") != 0;
	return own ? "" : "Your laundry is ready, in English.";
}

static inline struct book fake_book(void) {
	return (struct book){NULL,      fake_languages, fake_word,  fake_modules, fake_module,
	                     fake_page, fake_services,  fake_board, fake_phrases, fake_phrase_for_staff};
}

static inline int fake_advance(void *self, const struct run *r) {
	(void)self;
	int letters = 0;
	for (int i = 0; i < r->len; i++) {
		letters += (r->utf8[i] & 0xC0) != 0x80;
	}
	return letters * r->px * 55 / 100;
}

static inline struct measure fake_measure(void) {
	return (struct measure){NULL, fake_advance};
}

#endif
