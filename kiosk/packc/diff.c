#include "packc/diff.h"

#include "base/text.h"
#include "packc/prose.h"
#include "visit/glass/pack.h"

#include <stdint.h>
#include <string.h>

enum { ROWS = 4096 /* of one list; beyond that nobody reads on */ };

struct diff {
	struct arena *a; /* as long as the answer */
	struct pack *old, *new;
	struct prose out;
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
	struct prose out = {.arena = a};
	pack_ask(p, ASK_PHONES, service, "", 0);
	while (pack_next(p, ASK_PHONES)) {
		const char *type = cell(a, p, ASK_PHONES, 0);
		const char *number = cell(a, p, ASK_PHONES, 1);
		if (number[0] != 0) {
			bool voice = strcmp(type, "voice") == 0;
			prose_add(&out, "%s%s%s%s", out.len > 0 ? ", " : "", voice ? "" : type, voice ? "" : " ",
			          number);
		}
	}
	return prose_bytes(&out);
}

static struct rows services(struct arena *a, struct pack *p, const char *lang) {
	struct rows rows = {0};
	pack_ask(p, ASK_SERVICES, lang, "", 0);
	while (pack_next(p, ASK_SERVICES)) {
		uint64_t h = hash_column(p, ASK_SERVICES, 4, 1);
		h = hash_column(p, ASK_SERVICES, 5, h);
		h = hash_column(p, ASK_SERVICES, 6, h);
		row_add(a, &rows,
		        (struct row){.id = pack_words(p, ASK_SERVICES, 0, a),
		                     .name = line(a, pack_text(p, ASK_SERVICES, 4, a)),
		                     .content = h});
	}
	return rows;
}

static const char *assured(struct arena *a, struct pack *p, const char *lang, const char *service) {
	const char *date = "";
	pack_ask(p, ASK_SERVICES, lang, "", 0);
	while (pack_next(p, ASK_SERVICES)) {
		if (strcmp(pack_words(p, ASK_SERVICES, 0, a), service) == 0) {
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

/* --- saying what is different ----------------------------------------------------------------------------------- */

static void tell_cut(struct diff *d, const struct rows *old, const struct rows *new) {
	if (old->cut || new->cut) {
		prose_add(&d->out, "A list has more than %d entries: the rest of it was not compared.\n", ROWS);
	}
}

static void tell_facts(struct diff *d) {
	const char *was = fact(d->a, d->old, "id");
	const char *is = fact(d->a, d->new, "id");
	if (strcmp(was, is) != 0) {
		prose_add(&d->out, "These are two different packs: %s and %s.\n", was, is);
	}
	was = fact(d->a, d->old, "version");
	is = fact(d->a, d->new, "version");
	if (strcmp(was, is) != 0) {
		prose_add(&d->out, "Version %s, made on %s, is now version %s, made on %s.\n", was,
		          fact(d->a, d->old, "made"), is, fact(d->a, d->new, "made"));
	}
	static const char *const others[][2] = {
	    {"publisher", "The publisher"}, {"title", "The pack's title"}, {"kind", "The kind"}};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		was = fact(d->a, d->old, others[i][0]);
		is = fact(d->a, d->new, others[i][0]);
		if (strcmp(was, is) != 0) {
			prose_add(&d->out, "%s changed: %s is now %s.\n", others[i][1], was, is);
		}
	}
}

static void tell_languages(struct diff *d, const struct rows *old, const struct rows *new) {
	for (int i = 0; i < new->count; i++) {
		const struct row *is = &new->items[i];
		const struct row *was = row_find(old, is->id);
		if (was == NULL) {
			prose_add(&d->out, "A language was added: %s (%s).\n", is->name,
			          is->extra ? "checked by a speaker" : "not yet checked by a speaker");
		} else if (was->extra != is->extra) {
			prose_add(&d->out, "%s %s.\n", is->name,
			          is->extra ? "has been checked by a speaker"
			                    : "no longer counts as checked by a speaker");
		}
	}
	for (int i = 0; i < old->count; i++) {
		if (row_find(new, old->items[i].id) == NULL) {
			prose_add(&d->out, "A language was removed: %s.\n", old->items[i].name);
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

static void tell_pages(struct diff *d, struct arena *a, const char *lang, const struct row *was, const struct row *is) {
	struct rows old = pages(a, d->old, lang, was);
	struct rows new = pages(a, d->new, lang, is);
	for (int i = 0; i < new.count; i++) {
		if (!has_content(&old, new.items[i].content)) {
			bool changed = row_find(&old, new.items[i].id) != NULL;
			prose_add(&d->out, "  page %d %s: %s\n", i + 1, changed ? "changed" : "is new",
			          new.items[i].name);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (!has_content(&new, old.items[i].content) && row_find(&new, old.items[i].id) == NULL) {
			prose_add(&d->out, "  page %d was removed: %s\n", i + 1, old.items[i].name);
		}
	}
}

/* Tells of one module of a language; quiet when nothing is different. */
static void tell_module(struct diff *d, const char *lang, const char *language, const struct row *was,
                        const struct row *is) {
	struct arena a = {0};
	size_t before = d->out.len;
	prose_add(&d->out, "A module changed: %s (%s).\n", is->name, language);
	size_t begun = d->out.len;
	if (strcmp(was->name, is->name) != 0) {
		prose_add(&d->out, "  its title was: %s\n", was->name);
	}
	if (was->content != is->content) {
		prose_add(&d->out, "  its note, its icon or whom it is for changed\n");
	}
	if (was->extra != is->extra) {
		prose_add(&d->out, "  pages: %d, before: %d\n", is->extra, was->extra);
	}
	tell_pages(d, &a, lang, was, is);
	if (d->out.len == begun) {
		d->out.len = before;
		d->out.bytes[before] = 0;
	}
	arena_free(&a);
}

static void tell_modules(struct diff *d, const struct row *language) {
	struct rows old = modules(d->a, d->old, language->id);
	struct rows new = modules(d->a, d->new, language->id);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		const struct row *was = row_find(&old, new.items[i].id);
		if (was == NULL) {
			prose_add(&d->out, "A module was added: %s (%s, pages: %d).\n", new.items[i].name,
			          language->name, new.items[i].extra);
		} else {
			tell_module(d, language->id, language->name, was, &new.items[i]);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			prose_add(&d->out, "A module was removed: %s (%s).\n", old.items[i].name, language->name);
		}
	}
}

/* Numbers are the same in all languages: they are told once. */
static void tell_numbers(struct diff *d, const char *lang) {
	struct rows old = services(d->a, d->old, lang);
	struct rows new = services(d->a, d->new, lang);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		const struct row *is = &new.items[i];
		const char *numbers = phones(d->a, d->new, is->id);
		const char *date = assured(d->a, d->new, lang, is->id);
		if (row_find(&old, is->id) == NULL) {
			prose_add(&d->out, "A number was added: %s: %s, last checked %s.\n", is->name, numbers, date);
			continue;
		}
		const char *before = phones(d->a, d->old, is->id);
		const char *checked = assured(d->a, d->old, lang, is->id);
		if (strcmp(before, numbers) != 0) {
			prose_add(&d->out, "A number changed: %s: %s is now %s.\n", is->name, before, numbers);
		}
		if (strcmp(checked, date) != 0) {
			prose_add(&d->out, "%s was last checked on %s, before on %s.\n", is->name, date, checked);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			prose_add(&d->out, "A number was removed: %s: %s.\n", old.items[i].name,
			          phones(d->a, d->old, old.items[i].id));
		}
	}
}

/* What is said of a number, in each language. */
static void tell_services(struct diff *d, const struct row *language) {
	struct rows old = services(d->a, d->old, language->id);
	struct rows new = services(d->a, d->new, language->id);
	for (int i = 0; i < new.count; i++) {
		const struct row *was = row_find(&old, new.items[i].id);
		if (was != NULL && was->content != new.items[i].content) {
			prose_add(&d->out, "What is said of a number changed: %s (%s).\n", new.items[i].name,
			          language->name);
		}
	}
}

static void tell_words(struct diff *d, const struct row *language) {
	struct rows old = words(d->a, d->old, language->id);
	struct rows new = words(d->a, d->new, language->id);
	for (int i = 0; i < new.count; i++) {
		const struct row *is = &new.items[i];
		const struct row *was = row_find(&old, is->id);
		if (was == NULL) {
			prose_add(&d->out, "A word of the screen was added (%s): %s\n", language->name, is->name);
		} else if (was->content != is->content) {
			prose_add(&d->out, "A word of the screen changed (%s): \"%s\" is now \"%s\".\n", language->name,
			          was->name, is->name);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			prose_add(&d->out, "A word of the screen was removed (%s): %s\n", language->name,
			          old.items[i].name);
		}
	}
}

static void tell_house(struct diff *d, const struct row *language) {
	static const struct {
		enum ask ask;
		int columns;
		const char *what;
	} lists[] = {{ASK_BOARD, 4, "The board"}, {ASK_PHRASES, 2, "The list of phrases for staff"}};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		int before = 0;
		int after = 0;
		uint64_t was = whole(d->old, lists[i].ask, language->id, lists[i].columns, &before);
		uint64_t is = whole(d->new, lists[i].ask, language->id, lists[i].columns, &after);
		if (was != is) {
			prose_add(&d->out, "%s changed (%s; entries: %d, before: %d).\n", lists[i].what, language->name,
			          after, before);
		}
	}
}

static void tell_pictures(struct diff *d) {
	struct rows old = pictures(d->a, d->old);
	struct rows new = pictures(d->a, d->new);
	tell_cut(d, &old, &new);
	for (int i = 0; i < new.count; i++) {
		const struct row *was = row_find(&old, new.items[i].id);
		if (was == NULL || was->content != new.items[i].content) {
			prose_add(&d->out, "A picture %s: %s.\n", was == NULL ? "was added" : "changed",
			          new.items[i].name);
		}
	}
	for (int i = 0; i < old.count; i++) {
		if (row_find(&new, old.items[i].id) == NULL) {
			prose_add(&d->out, "A picture was removed: %s.\n", old.items[i].name);
		}
	}
}

const char *diff_lines(struct arena *a, struct pack *old, struct pack *new) {
	struct diff d = {.a = a, .old = old, .new = new, .out.arena = a};
	tell_facts(&d);
	size_t facts = d.out.len;
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
	if (d.out.len == facts) {
		prose_add(&d.out, "Nothing else is different.\n");
	}
	return prose_bytes(&d.out);
}
