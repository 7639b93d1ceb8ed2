/* Modules: one Markdown file a module and language, each a row of pages. Read one at a time. */
#include "packc/check.h"
#include "packc/compile.h"
#include "packc/markdown.h"
#include "packc/twin.h"

#include <stdlib.h>
#include <string.h>

/* A module of the language at hand, before its pages are read. */
struct entry {
	const char *id, *file; /* in between */
	int order;
};

static const char *file_of(struct compile *c, struct arena *a, const char *id, const struct pack_language *l) {
	return arena_print(a, "%s/modules/%s/%s.md", c->options.dir, id, l->code);
}

/* Its head, once read. */
struct head {
	const char *title, *icon, *note, *sources;
	struct where title_where, note_where;
	int tint, order, audience;
};

static const char *needed(struct compile *c, const struct md_file *f, const char *key, struct where *where) {
	const char *value = markdown_head(f, key, where);
	if (value[0] == 0) {
		report_error(c->report, *where, "'%s' is missing. Add a line %s: between the two lines of ---.", key,
		             key);
	}
	return value;
}

static bool known_key(const char *key) {
	static const char *const known[] = {"title", "icon", "tint", "order", "note", "audience", "sources", TWIN_KEY};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i], key) == 0) {
			return true;
		}
	}
	return false;
}

static int whole_number(struct compile *c, const char *value, struct where where) {
	char *end = NULL;
	long number = strtol(value, &end, 10);
	if (value[0] != 0 && (*end != 0 || number < 0 || number > 100000)) {
		report_error(c->report, where, "'%s' is not a whole number. Write one such as order: 3.", value);
		return 0;
	}
	return (int)number;
}

static struct head read_head(struct compile *c, const struct md_file *f) {
	struct head h = {0};
	struct where where;
	for (int i = 0; i < f->head_count; i++) {
		if (!known_key(f->head[i].key)) {
			report_error(
			    c->report, f->head[i].where,
			    "'%s' is not known. Use title, icon, tint, order, note, audience, sources and " TWIN_KEY
			    ".",
			    f->head[i].key);
		}
	}
	h.title = needed(c, f, "title", &h.title_where);
	h.icon = needed(c, f, "icon", &where);
	compile_needs_icon(c, h.icon, where);
	const char *tint = needed(c, f, "tint", &where);
	h.tint = tint[0] == 0 ? 0 : compile_tint(c, tint, where);
	const char *order = needed(c, f, "order", &where);
	h.order = whole_number(c, order, where);
	h.note = markdown_head(f, "note", &h.note_where);
	h.sources = needed(c, f, "sources", &where);
	const char *audience = markdown_head(f, "audience", &where);
	h.audience = strcmp(audience, "staff") == 0;
	if (audience[0] != 0 && !h.audience && strcmp(audience, "client") != 0) {
		report_error(c->report, where, "'%s' is not an audience. Use client or staff.", audience);
	}
	return h;
}

/* The target of an answer as the pack stores it; "" after an error. */
static const char *target(struct compile *c, const struct pack_language *l, const struct md_file *f,
                          const struct md_block *b) {
	const char *t = b->target;
	if (strcmp(t, "numbers") == 0 || strcmp(t, "talk") == 0 || strcmp(t, "home") == 0) {
		return t;
	}
	if (t[0] == '#') {
		for (int i = 0; i < f->page_count; i++) {
			if (t[1] != 0 && strcmp(f->pages[i].id, t + 1) == 0) {
				return arena_print(c->scratch, "page:%d", i + 1);
			}
		}
		report_error(c->report, b->where,
		             "No page of this file has the id '%s'. Put {id=%s} behind its heading.", t + 1, t + 1);
		return "";
	}
	if (strncmp(t, "module:", 7) == 0 && source_id_ok(t + 7)) {
		if (!source_exists(file_of(c, c->scratch, t + 7, l))) {
			report_error(c->report, b->where, "There is no module '%s' in this language. Correct the link.",
			             t + 7);
		}
		return t;
	}
	report_error(c->report, b->where, "'%s' leads nowhere. Use #PAGE, module:ID, numbers, talk or home.", t);
	return "";
}

static void write_page(struct compile *c, const struct pack_language *l, const char *id, const struct md_file *f,
                       int number) {
	const struct md_page *p = &f->pages[number - 1];
	compile_needs_picture(c, p->picture, p->where);
	struct text title = compile_text(c, l, p->where, p->title);
	if (c->out != NULL) {
		write_row(c->out, "page", "ssissit", l->code, id, number, p->id, p->picture, p->urgent ? 1 : 0, &title);
	}
	if (p->count == 0) {
		report_error(c->report, p->where, "The page is empty. Write something under its heading or delete it.");
	}
	for (int i = 0; i < p->count; i++) {
		const struct md_block *b = &p->blocks[i];
		const char *to = b->kind == MD_ANSWER ? target(c, l, f, b) : "";
		struct text text = compile_text(c, l, b->where, b->text);
		if (c->out != NULL) {
			write_row(c->out, "block", "ssiiist", l->code, id, number, i + 1, (int)b->kind, to, &text);
		}
	}
}

/* Beside the file that it was translated from, when that is there. */
static void check_twin(struct compile *c, const struct pack_language *l, const char *id, const struct md_file *f) {
	const struct pack_language *from = pack_original(&c->pack);
	const char *file = file_of(c, c->scratch, id, from);
	struct report quiet = {.arena = c->scratch}; /* its own turn tells what is wrong with it */
	struct md_file original;
	if (l == from || !source_exists(file) || !markdown_read(c->scratch, &quiet, file, MD_MODULE, &original)) {
		return;
	}
	twin_compare(c->report, &original, f);
	twin_check(c->report, &original, f,
	           arena_print(c->scratch, "alcove-pack stamp %s %s %s", c->options.dir, l->code, id));
}

static void check_module(struct compile *c, const struct pack_language *l, const char *id, const struct md_file *f,
                         const struct head *h) {
	for (int i = 0; i < f->page_count; i++) {
		check_page(c->report, &f->pages[i], l->code, h->audience == 1);
	}
	if (h->audience == 0) {
		check_bystander(c->report, h->title_where, "title", h->title);
	}
	check_twin(c, l, id, f);
}

static void write_module(struct compile *c, const struct pack_language *l, const struct entry *e, int position) {
	struct md_file f;
	if (!markdown_read(c->scratch, c->report, e->file, MD_MODULE, &f)) {
		return;
	}
	struct head h = read_head(c, &f);
	struct text title = compile_text(c, l, h.title_where, h.title);
	struct text note = compile_text(c, l, h.note_where, h.note);
	if (c->out != NULL) {
		write_row(c->out, "module", "ssiisiitts", l->code, e->id, h.audience, position, h.icon, h.tint,
		          f.page_count, &title, &note, h.sources);
	}
	for (int i = 1; i <= f.page_count; i++) {
		write_page(c, l, e->id, &f, i);
	}
	if (compile_checks(c)) {
		check_module(c, l, e->id, &f, &h);
	}
}

/* Reads only the head, for the order. What is wrong in it is told when the whole file is read. */
static int order_of(struct compile *c, const char *file) {
	struct md_file f;
	struct where where;
	int order = 0;
	if (markdown_read_head(c->scratch, file, &f)) {
		order = (int)strtol(markdown_head(&f, "order", &where), NULL, 10);
	}
	arena_reset(c->scratch);
	return order;
}

static int by_order(const void *a, const void *b) {
	const struct entry *x = a;
	const struct entry *y = b;
	return x->order != y->order ? (x->order < y->order ? -1 : 1) : strcmp(x->id, y->id);
}

/* A language that promises every module and lacks one. */
static void missing_module(struct compile *c, const struct pack_language *l, const char *id) {
	const char *original = file_of(c, c->scratch, id, pack_original(&c->pack));
	if (compile_checks(c) && l->complete && source_exists(original)) {
		report_warning(
		    c->report, (struct where){original, 0},
		    "There is no %s.md beside this file, and [complete] in pack.ini says that '%s' has every "
		    "module. Translate it, or write no there.",
		    l->code, l->code);
	}
}

static void language_modules(struct compile *c, int language, struct source_list ids, int *done) {
	const struct pack_language *l = &c->pack.languages[language];
	struct entry *entries = arena_array(c->between, (size_t)ids.count + 1, sizeof *entries);
	int count = 0;
	for (int i = 0; i < ids.count; i++) {
		const char *file = file_of(c, c->between, ids.names[i], l);
		if (source_exists(file)) {
			bool first = c->options.first != NULL && strcmp(c->options.first, ids.names[i]) == 0;
			entries[count++] = (struct entry){ids.names[i], file, first ? -1 : order_of(c, file)};
		} else {
			missing_module(c, l, ids.names[i]);
		}
	}
	if (count > 0) {
		qsort(entries, (size_t)count, sizeof *entries, by_order);
	}
	c->written[language] = count;
	int all = ids.count * c->pack.language_count;
	*done += ids.count - count;
	for (int i = 0; i < count; i++) {
		write_module(c, l, &entries[i], i + 1);
		arena_reset(c->scratch);
		*done += 1;
		if (c->options.progress != NULL) {
			c->options.progress(c->options.progress_to, *done, all);
		}
	}
	arena_reset(c->between);
}

static void check_folder(struct compile *c, const char *id) {
	const char *folder = source_path(c->scratch, "modules", id);
	if (!source_id_ok(id)) {
		report_error(c->report, (struct where){source_path(c->scratch, c->options.dir, folder), 0},
		             "The folder's name cannot be a module's id. Use lower-case letters, digits and "
		             "'-', at most %d.",
		             SOURCE_MAX_ID);
	}
	compile_stray_files(c, folder, ".md");
	arena_reset(c->scratch);
}

void compile_modules(struct compile *c) {
	struct source_list ids = source_folder(c->keep, compile_path(c, "modules", "", ""), "");
	for (int i = 0; i < ids.count; i++) {
		check_folder(c, ids.names[i]);
	}
	int done = 0;
	for (int i = 0; i < c->pack.language_count; i++) {
		language_modules(c, i, ids, &done);
	}
	c->modules = ids.count;
}
