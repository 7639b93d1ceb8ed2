#include "visit/glass/compare.h"

#include "base/text.h"
#include "visit/glass/pack.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 4096 /* of one list; beyond that nobody reads on */ };

struct comparing {
	struct arena *a; /* as long as the answer */
	struct pack *old, *new;
	compare_tell *tell;
	void *to;
	int told;                    /* changes, without those of the pack itself */
	const struct change *module; /* the module whose details are looked for; told before the first of them */
};

/* --- lists ------------------------------------------------------------------------------------------------------ */

/* A row: what it is known by, what people call it, and all that is in it as one number. */
struct row {
	const char *id, *name;
	uint64_t content;
	int extra; /* a module's pages, whether a language is reviewed */
};

struct rows {
	struct row *items;
	int count, room;
	bool cut;
};

static void row_add(struct arena *a, struct rows *rows, struct row row) {
	if (rows->count == ROWS) {
		rows->cut = true;
		return;
	}
	if (rows->count == rows->room) {
		rows->room = rows->room == 0 ? 32 : rows->room * 2;
		struct row *items = arena_array(a, (size_t)rows->room, sizeof *items);
		if (rows->count > 0) {
			memcpy(items, rows->items, (size_t)rows->count * sizeof *items);
		}
		rows->items = items;
	}
	rows->items[rows->count++] = row;
}

static const struct row *row_find(const struct rows *rows, const char *id) {
	for (int i = 0; i < rows->count; i++) {
		if (strcmp(rows->items[i].id, id) == 0) {
			return &rows->items[i];
		}
	}
	return NULL;
}

/* A text as one line: what a pack says must not look like a line of ours. */
static const char *line(struct arena *a, struct text t) {
	char *out = arena_copy(a, t.utf8, t.len);
	for (char *p = out; *p != 0; p++) {
		if ((unsigned char)*p < ' ') {
			*p = ' ';
		}
	}
	return out;
}

static const char *cell(struct arena *a, struct pack *p, enum ask q, int column) {
	const char *words = pack_words(p, q, column, a);
	return line(a, (struct text){.utf8 = words, .len = (uint32_t)strlen(words)});
}

static uint64_t hash(uint64_t h, const void *bytes, size_t size) {
	const unsigned char *p = bytes;
	h = (h ^ size) * 1099511628211u;
	for (size_t i = 0; i < size; i++) {
		h = (h ^ p[i]) * 1099511628211u;
	}
	return h;
}

static uint64_t hash_words(uint64_t h, const char *words) {
	return hash(h, words, strlen(words));
}

/* --- what is in a pack ------------------------------------------------------------------------------------------ */

static const char *fact(struct arena *a, struct pack *p, const char *key) {
	const char *value = "";
	pack_ask(p, ASK_FACTS, "", "", 0);
	while (pack_next(p, ASK_FACTS)) {
		if (strcmp(pack_words(p, ASK_FACTS, 0, a), key) == 0) {
			value = cell(a, p, ASK_FACTS, 1);
		}
	}
	return value;
}

static struct rows languages(struct arena *a, struct pack *p) {
	struct rows rows = {0};
	pack_ask(p, ASK_LANGUAGES, "", "", 0);
	while (pack_next(p, ASK_LANGUAGES)) {
		row_add(a, &rows,
		        (struct row){.id = pack_words(p, ASK_LANGUAGES, 0, a),
		                     .name = line(a, pack_text(p, ASK_LANGUAGES, 3, a)),
		                     .extra = pack_int(p, ASK_LANGUAGES, 2)});
	}
	return rows;
}

static uint64_t hash_column(struct pack *p, enum ask q, int column, uint64_t h) {
	size_t size = 0;
	const void *bytes = pack_bytes(p, q, column, &size);
	return hash(h, bytes, size);
}

static struct rows modules(struct arena *a, struct pack *p, const char *lang) {
	struct rows rows = {0};
	for (int audience = 0; audience < 2; audience++) {
		pack_ask(p, ASK_MODULES, lang, "", audience);
		while (pack_next(p, ASK_MODULES)) {
			uint64_t h = hash_column(p, ASK_MODULES, 5, (uint64_t)audience);
			h = hash_words(h, pack_words(p, ASK_MODULES, 1, a));
			row_add(a, &rows,
			        (struct row){.id = pack_words(p, ASK_MODULES, 0, a),
			                     .name = line(a, pack_text(p, ASK_MODULES, 4, a)),
			                     .content = h,
			                     .extra = pack_int(p, ASK_MODULES, 3)});
		}
	}
	return rows;
}

/* A page's row: known by its title. */
static struct row page(struct arena *a, struct pack *p, const char *lang, const char *module, int number) {
	struct row row = {.id = "", .name = ""};
	pack_ask(p, ASK_PAGE, lang, module, number);
	if (!pack_next(p, ASK_PAGE)) {
		return row;
	}
	row.id = row.name = line(a, pack_text(p, ASK_PAGE, 2, a));
	row.content = hash_words((uint64_t)pack_int(p, ASK_PAGE, 1), pack_words(p, ASK_PAGE, 0, a));
	row.content = hash_column(p, ASK_PAGE, 2, row.content);
	pack_enough(p, ASK_PAGE);
	pack_ask(p, ASK_BLOCKS, lang, module, number);
	while (pack_next(p, ASK_BLOCKS)) {
		row.content =
		    hash_words(row.content + (uint64_t)pack_int(p, ASK_BLOCKS, 0), pack_words(p, ASK_BLOCKS, 1, a));
		row.content = hash_column(p, ASK_BLOCKS, 2, row.content);
	}
	return row;
}

static struct rows pages(struct arena *a, struct pack *p, const char *lang, const struct row *module) {
	struct rows rows = {0};
	for (int i = 1; i <= module->extra && i <= ROWS; i++) {
		row_add(a, &rows, page(a, p, lang, module->id, i));
	}
	return rows;
}

/* "1-888-373-7888, text 233733" */
static const char *phones(struct arena *a, struct pack *p, const char *service) {
	const char *out = "";
	pack_ask(p, ASK_PHONES, service, "", 0);
	while (pack_next(p, ASK_PHONES)) {
		const char *type = cell(a, p, ASK_PHONES, 0);
		const char *number = cell(a, p, ASK_PHONES, 1);
		if (number[0] != 0) {
			bool voice = strcmp(type, "voice") == 0;
			out = arena_print(a, "%s%s%s%s%s", out, out[0] != 0 ? ", " : "", voice ? "" : type,
			                  voice ? "" : " ", number);
		}
	}
	return out;
}

static struct rows services(struct arena *a, struct pack *p, const char *lang) {
	struct rows rows = {0};
	pack_ask(p, ASK_SERVICES, lang, "", 0);
	while (pack_next(p, ASK_SERVICES)) {
		uint64_t h = hash_column(p, ASK_SERVICES, 4, 1);
		h = hash_column(p, ASK_SERVICES, 5, h);
		h = hash_column(p, ASK_SERVICES, 6, h);
		h = hash_column(p, ASK_SERVICES, 7, h);
		h = hash_column(p, ASK_SERVICES, 10, h);
		row_add(a, &rows,
		        (struct row){.id = pack_words(p, ASK_SERVICES, 0, a),
		                     .name = line(a, pack_text(p, ASK_SERVICES, 4, a)),
		                     .content = h});
	}
	return rows;
}

/* The day a number was last assured, and whether somebody called it on that day. */
static const char *assured(struct arena *a, struct pack *p, const char *lang, const char *service, bool *called) {
	const char *date = "";
	*called = false;
	pack_ask(p, ASK_SERVICES, lang, "", 0);
	while (pack_next(p, ASK_SERVICES)) {
		if (strcmp(pack_words(p, ASK_SERVICES, 0, a), service) == 0) {
			*called = strcmp(pack_words(p, ASK_SERVICES, 9, a), "call") == 0;
			date = cell(a, p, ASK_SERVICES, 8);
		}
	}
	return date;
}

static struct rows words(struct arena *a, struct pack *p, const char *lang) {
	struct rows rows = {0};
	pack_ask(p, ASK_WORDS, lang, "", 0);
	while (pack_next(p, ASK_WORDS)) {
		struct row row = {.id = pack_words(p, ASK_WORDS, 0, a)};
		pack_ask(p, ASK_WORD, lang, row.id, 0);
		if (pack_next(p, ASK_WORD)) {
			row.name = line(a, pack_text(p, ASK_WORD, 0, a));
			row.content = hash_column(p, ASK_WORD, 0, 1);
			pack_enough(p, ASK_WORD);
		}
		row_add(a, &rows, row);
	}
	return rows;
}

/* All rows of a short list as one number. */
static uint64_t whole(struct pack *p, enum ask q, const char *lang, int columns, int *count) {
	uint64_t h = 1;
	pack_ask(p, q, lang, "", 0);
	while (pack_next(p, q)) {
		(*count)++;
		for (int i = 0; i < columns; i++) {
			h = hash_column(p, q, i, h);
		}
	}
	return h;
}

/* A picture, without its name's part that says icon. */
static struct rows pictures(struct arena *a, struct pack *p) {
	struct rows rows = {0};
	pack_ask(p, ASK_PICTURES, "", "", 0);
	while (pack_next(p, ASK_PICTURES)) {
		struct row row = {.id = cell(a, p, ASK_PICTURES, 0)};
		row.name = strncmp(row.id, "icon:", 5) == 0 ? row.id + 5 : row.id;
		pack_ask(p, ASK_PICTURE, row.id, "", 0);
		if (pack_next(p, ASK_PICTURE)) {
			row.content = hash_column(p, ASK_PICTURE, 1, 1);
			pack_enough(p, ASK_PICTURE);
		}
		row_add(a, &rows, row);
	}
	return rows;
}

/* --- telling what is different ---------------------------------------------------------------------------------- */

static void pass(struct comparing *d, struct change c) {
	const char **strings[] = {&c.id, &c.name, &c.code, &c.language, &c.old, &c.new};
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		*strings[i] = *strings[i] == NULL ? "" : *strings[i];
	}
	d->tell(d->to, &c);
}

static void tell(struct comparing *d, struct change c) {
	d->told++;
	pass(d, c);
}

/* A detail of the module in hand, which is named before the first one. */
static void tell_detail(struct comparing *d, struct change c) {
	if (d->module != NULL) {
		tell(d, *d->module);
		d->module = NULL;
	}
	tell(d, c);
}

static void tell_cut(struct comparing *d, const struct rows *old, const struct rows *new) {
	if (old->cut || new->cut) {
		tell(d, (struct change){CHANGE_CUT, .count = ROWS});
	}
}

static void tell_fact(struct comparing *d, enum change_kind kind, const char *key) {
	const char *was = fact(d->a, d->old, key);
	const char *is = fact(d->a, d->new, key);
	if (strcmp(was, is) != 0) {
		pass(d, (struct change){kind, .old = was, .new = is});
	}
}

static void tell_facts(struct comparing *d) {
	tell_fact(d, CHANGE_OTHER_PACK, "id");
	const char *was = fact(d->a, d->old, "version");
	const char *is = fact(d->a, d->new, "version");
	if (strcmp(was, is) != 0) {
		pass(d, (struct change){CHANGE_VERSION, .old = was, .new = is});
		was = fact(d->a, d->old, "made");
		is = fact(d->a, d->new, "made");
		pass(d, (struct change){CHANGE_MADE, .old = was, .new = is});
	}
	tell_fact(d, CHANGE_PUBLISHER, "publisher");
	tell_fact(d, CHANGE_TITLE, "title");
	tell_fact(d, CHANGE_KIND, "kind");
}

static void tell_languages(struct comparing *d, const struct rows *old, const struct rows *new) {
	for (int i = 0; i < new->count; i++) {
		const struct row *is = &new->items[i];
		const struct row *was = row_find(old, is->id);
		struct change c = {.code = is->id, .name = is->name, .count = is->extra == 1};
		if (was == NULL) {
			c.kind = CHANGE_LANGUAGE_ADDED;
			tell(d, c);
		} else if (was->extra != is->extra) {
			c.kind = is->extra == 1 ? CHANGE_LANGUAGE_REVIEWED : CHANGE_LANGUAGE_UNREVIEWED;
			tell(d, c);
		}
	}
	for (int i = 0; i < old->count; i++) {
		const struct row *was = &old->items[i];
		if (row_find(new, was->id) == NULL) {
			tell(d, (struct change){CHANGE_LANGUAGE_REMOVED, .code = was->id, .name = was->name});
		}
	}
}

/* Whether a page with just this content is among the rows. */
static bool has_content(const struct rows *rows, uint64_t content) {
	for (int i = 0; i < rows->count; i++) {
		if (rows->items[i].content == content) {
			return true;
		}
	}
	return false;
}

static void tell_pages(struct comparing *d, struct arena *a, const char *lang, const struct row *was,
                       const struct row *is) {
	struct rows old = pages(a, d->old, lang, was);
	struct rows new = pages(a, d->new, lang, is);
	for (int i = 0; i < new.count; i++) {
		if (!has_content(&old, new.items[i].content)) {
			bool changed = row_find(&old, new.items[i].id) != NULL;
			tell_detail(d, (struct change){changed ? CHANGE_PAGE : CHANGE_PAGE_ADDED, .count = i + 1,
			                               .name = new.items[i].name});
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (!has_content(&new, old.items[i].content) && row_find(&new, old.items[i].id) == NULL) {
			tell_detail(d, (struct change){CHANGE_PAGE_REMOVED, .count = i + 1, .name = old.items[i].name});
		}
	}
}

/* A change of a row in one language. */
static struct change in_language(enum change_kind kind, const struct row *language, const struct row *row) {
	return (struct change){kind, .id = row->id, .name = row->name, .code = language->id,
	                       .language = language->name};
}

/* Tells of one module of a language; quiet when nothing is different. */
static void tell_module(struct comparing *d, const struct row *language, const struct row *was, const struct row *is) {
	struct arena a = {0};
	const struct change module = in_language(CHANGE_MODULE, language, is);
	d->module = &module;
	if (strcmp(was->name, is->name) != 0) {
		tell_detail(d, (struct change){CHANGE_MODULE_TITLE, .old = was->name, .new = is->name});
	}
	if (was->content != is->content) {
		tell_detail(d, (struct change){.kind = CHANGE_MODULE_NOTE});
	}
	if (was->extra != is->extra) {
		tell_detail(d, (struct change){CHANGE_MODULE_PAGES, .old = arena_print(d->a, "%d", was->extra),
		                               .new = arena_print(d->a, "%d", is->extra)});
	}
	tell_pages(d, &a, language->id, was, is);
	d->module = NULL;
	arena_free(&a);
}

static void tell_modules(struct comparing *d, const struct row *language) {
	struct rows old = modules(d->a, d->old, language->id);
	struct rows new = modules(d->a, d->new, language->id);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		const struct row *was = row_find(&old, new.items[i].id);
		if (was == NULL) {
			struct change c = in_language(CHANGE_MODULE_ADDED, language, &new.items[i]);
			c.count = new.items[i].extra;
			tell(d, c);
		} else {
			tell_module(d, language, was, &new.items[i]);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			tell(d, in_language(CHANGE_MODULE_REMOVED, language, &old.items[i]));
		}
	}
}

/* One number that may have been there before. */
static void tell_number(struct comparing *d, const char *lang, const struct row *is, bool was) {
	bool called = false;
	bool called_before = false;
	const char *numbers = phones(d->a, d->new, is->id);
	const char *date = assured(d->a, d->new, lang, is->id, &called);
	struct change c = {CHANGE_NUMBER_ADDED, .id = is->id, .name = is->name, .old = date, .new = numbers};
	c.count = called ? CHANGE_CALLED : 0;
	if (!was) {
		tell(d, c);
		return;
	}
	c.count = 0;
	c.old = phones(d->a, d->old, is->id);
	if (strcmp(c.old, numbers) != 0) {
		c.kind = CHANGE_NUMBER;
		tell(d, c);
	}
	c.old = assured(d->a, d->old, lang, is->id, &called_before);
	if (strcmp(c.old, date) != 0 || called != called_before) {
		c.kind = CHANGE_NUMBER_CHECKED;
		c.new = date;
		c.count = (called ? CHANGE_CALLED : 0) | (called_before ? CHANGE_CALLED_BEFORE : 0);
		tell(d, c);
	}
}

/* Numbers are the same in all languages: they are told once. */
static void tell_numbers(struct comparing *d, const char *lang) {
	struct rows old = services(d->a, d->old, lang);
	struct rows new = services(d->a, d->new, lang);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		tell_number(d, lang, &new.items[i], row_find(&old, new.items[i].id) != NULL);
	}
	for (int i = 0; i < old.count; i++) {
		const struct row *was = &old.items[i];
		if (row_find(&new, was->id) == NULL) {
			tell(d, (struct change){CHANGE_NUMBER_REMOVED, .id = was->id, .name = was->name,
			                        .old = phones(d->a, d->old, was->id)});
		}
	}
}

/* What is said of a number, in each language. */
static void tell_services(struct comparing *d, const struct row *language) {
	struct rows old = services(d->a, d->old, language->id);
	struct rows new = services(d->a, d->new, language->id);
	for (int i = 0; i < new.count; i++) {
		const struct row *was = row_find(&old, new.items[i].id);
		if (was != NULL && was->content != new.items[i].content) {
			tell(d, in_language(CHANGE_NUMBER_TEXT, language, &new.items[i]));
		}
	}
}

static void tell_words(struct comparing *d, const struct row *language) {
	struct rows old = words(d->a, d->old, language->id);
	struct rows new = words(d->a, d->new, language->id);
	for (int i = 0; i < new.count; i++) {
		const struct row *is = &new.items[i];
		const struct row *was = row_find(&old, is->id);
		if (was == NULL) {
			tell(d, in_language(CHANGE_WORD_ADDED, language, is));
		} else if (was->content != is->content) {
			struct change c = in_language(CHANGE_WORD, language, is);
			c.old = was->name;
			c.new = is->name;
			tell(d, c);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			tell(d, in_language(CHANGE_WORD_REMOVED, language, &old.items[i]));
		}
	}
}

static void tell_house(struct comparing *d, const struct row *language) {
	static const struct {
		enum ask ask;
		int columns;
		enum change_kind kind;
	} lists[] = {{ASK_BOARD, 4, CHANGE_BOARD}, {ASK_PHRASES, 2, CHANGE_PHRASES}};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		int before = 0;
		int after = 0;
		uint64_t was = whole(d->old, lists[i].ask, language->id, lists[i].columns, &before);
		uint64_t is = whole(d->new, lists[i].ask, language->id, lists[i].columns, &after);
		if (was != is) {
			tell(d, (struct change){lists[i].kind, .code = language->id, .language = language->name,
			                        .old = arena_print(d->a, "%d", before),
			                        .new = arena_print(d->a, "%d", after)});
		}
	}
}

static void tell_pictures(struct comparing *d) {
	struct rows old = pictures(d->a, d->old);
	struct rows new = pictures(d->a, d->new);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		const struct row *is = &new.items[i];
		const struct row *was = row_find(&old, is->id);
		if (was == NULL || was->content != is->content) {
			tell(d, (struct change){was == NULL ? CHANGE_PICTURE_ADDED : CHANGE_PICTURE, .id = is->id,
			                        .name = is->name});
		}
	}
	for (int i = 0; i < old.count; i++) {
		const struct row *was = &old.items[i];
		if (row_find(&new, was->id) == NULL) {
			tell(d, (struct change){CHANGE_PICTURE_REMOVED, .id = was->id, .name = was->name});
		}
	}
}

void compare_packs(struct arena *a, struct pack *old, struct pack *new, compare_tell *to_tell, void *to) {
	struct comparing d = {.a = a, .old = old, .new = new, .tell = to_tell, .to = to};
	tell_facts(&d);
	struct rows were = languages(a, old);
	struct rows are = languages(a, new);
	tell_languages(&d, &were, &are);
	bool numbers = false;
	for (int i = 0; i < are.count; i++) {
		const struct row *language = &are.items[i];
		if (row_find(&were, language->id) == NULL) {
			continue; /* all of it is new, and that was said */
		}
		if (!numbers) {
			tell_numbers(&d, language->id);
			numbers = true;
		}
		tell_services(&d, language);
		tell_modules(&d, language);
		tell_words(&d, language);
		tell_house(&d, language);
	}
	tell_pictures(&d);
	if (d.told == 0) {
		pass(&d, (struct change){.kind = CHANGE_NOTHING});
	}
}
