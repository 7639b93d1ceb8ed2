#include "packc/compile.h"

#include <string.h>

const char *compile_path(struct compile *c, const char *folder, const char *name, const char *suffix) {
	const char *path = source_path(c->keep, c->options.dir, folder);
	return name[0] == 0 ? path : source_path(c->keep, path, arena_print(c->keep, "%s%s", name, suffix));
}

static struct text set(struct compile *c, const struct pack_language *l, struct where where, const char *marked,
                       bool slots) {
	struct manner manner = {.lang = l->code, .rtl = l->rtl, .slots = slots};
	struct text t = typeset_text(c->typeset, c->scratch, c->report, where, manner, marked);
	if (c->options.places != NULL) {
		places_add(c->options.places, l->code, t, where);
	}
	return t;
}

struct text compile_text(struct compile *c, const struct pack_language *l, struct where where, const char *marked) {
	return set(c, l, where, marked, false);
}

struct text compile_frame(struct compile *c, const struct pack_language *l, struct where where, const char *marked) {
	return set(c, l, where, marked, true);
}

static void needs(struct compile *c, const char *name, bool icon, struct where where) {
	if (name[0] == 0) {
		return;
	}
	for (int i = 0; i < c->picture_count; i++) {
		if (c->pictures[i].icon == icon && strcmp(c->pictures[i].name, name) == 0) {
			return;
		}
	}
	if (c->picture_count == c->picture_room) {
		c->picture_room = c->picture_room == 0 ? 64 : c->picture_room * 2;
		struct picture_use *more = arena_array(c->keep, (size_t)c->picture_room, sizeof *more);
		if (c->picture_count > 0) {
			memcpy(more, c->pictures, (size_t)c->picture_count * sizeof *more);
		}
		c->pictures = more;
	}
	where.file = arena_copy(c->keep, where.file, strlen(where.file));
	name = arena_copy(c->keep, name, strlen(name));
	c->pictures[c->picture_count++] = (struct picture_use){.name = name, .icon = icon, .where = where};
}

void compile_needs_icon(struct compile *c, const char *name, struct where where) {
	needs(c, name, true, where);
}

void compile_needs_picture(struct compile *c, const char *name, struct where where) {
	needs(c, name, false, where);
}

int compile_tint(struct compile *c, const char *name, struct where where) {
	static const char *const tints[] = {"teal", "sky", "sand", "rose"};
	for (int i = 0; i < 4; i++) {
		if (strcmp(tints[i], name) == 0) {
			return i + 1;
		}
	}
	report_error(c->report, where, "'%s' is not a tint. Use teal, sky, sand or rose.", name);
	return 0;
}

void compile_stray_files(struct compile *c, const char *folder, const char *suffix) {
	const char *path = source_path(c->scratch, c->options.dir, folder);
	struct source_list files = source_folder(c->scratch, path, suffix);
	for (int i = 0; i < files.count; i++) {
		bool used = false;
		for (int k = 0; k < c->pack.language_count; k++) {
			used = used || strcmp(c->pack.languages[k].code, files.names[i]) == 0;
		}
		if (!used) {
			const char *name = arena_print(c->scratch, "%s%s", files.names[i], suffix);
			report_warning(c->report, (struct where){source_path(c->scratch, path, name), 0},
			               "The pack has no language '%s', so this file is not used. Add it to [languages] "
			               "in pack.ini.",
			               files.names[i]);
		}
	}
}

bool compile_is_english(const struct pack_language *l) {
	return strcmp(l->code, "en") == 0 || strncmp(l->code, "en-", 3) == 0;
}

bool compile_checks(const struct compile *c) {
	return c->options.today != NULL;
}

static void write_facts(struct compile *c) {
	const struct pack *p = &c->pack;
	const char *const facts[][2] = {{"id", p->id},       {"kind", p->kind},           {"made", p->made},
	                                {"title", p->title}, {"publisher", p->publisher}, {"version", p->version}};
	for (size_t i = 0; i < sizeof facts / sizeof facts[0] && c->out != NULL; i++) {
		write_row(c->out, "fact", "ss", facts[i][0], facts[i][1]);
	}
}

void compile_languages(struct compile *c) {
	for (int i = 0; i < c->pack.language_count; i++) {
		const struct pack_language *l = &c->pack.languages[i];
		struct text name = compile_text(c, l, l->where, l->name);
		struct where where = l->where;
		const char *word = compile_word(c, l, "begin", &where);
		struct text begin = compile_text(c, l, where, word == NULL ? "" : word);
		if (c->out != NULL) {
			write_row(c->out, "language", "isiitt", i + 1, l->code, l->rtl ? 1 : 0, l->reviewed ? 1 : 0,
			          &name, &begin);
		}
		arena_reset(c->scratch);
	}
}

static void walk(struct compile *c) {
	write_facts(c);
	compile_languages(c);
	compile_words(c);
	compile_modules(c);
	compile_numbers(c);
	compile_board(c);
	compile_phrases(c);
	compile_pictures(c);
}

bool compile_walk(struct compile_options options, struct arena *keep, struct report *report, struct writer *out,
                  struct compile *result, struct fault *f) {
	*result = (struct compile){.options = options, .report = report, .keep = keep, .out = out};
	if (!source_is_folder(options.dir)) {
		return fault_say(f, "There is no folder %s. Give the folder that holds a pack.ini.", options.dir);
	}
	struct font_table *table = arena_get(keep, sizeof *table);
	if (!fonts_read(source_path(keep, options.assets, "fonts.ini"), table, f)) {
		return false;
	}
	if (!pack_read(keep, report, options.dir, &result->pack)) {
		return true; /* the report says why there is nothing to walk */
	}
	struct cover *cover = cover_open(table, f);
	result->typeset = cover == NULL ? NULL : typeset_open(table, cover, f);
	bool ready = result->typeset != NULL;
	if (ready) {
		struct arena scratch = {0};
		struct arena between = {0};
		result->scratch = &scratch;
		result->between = &between;
		walk(result);
		result->scratch = result->between = NULL;
		arena_free(&between);
		arena_free(&scratch);
	}
	typeset_close(result->typeset);
	result->typeset = NULL;
	cover_close(cover);
	return ready;
}
