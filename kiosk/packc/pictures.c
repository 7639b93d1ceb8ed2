/* Pictures with their own colours from the content's folder, icons from the assets, and what is said for those who
 * listen. A pack with the interface's words carries every icon; another pack those that it names. */
#include "packc/compile.h"
#include "packc/po.h"

#include <string.h>

/* The renderer has no fonts, files or scripts, and a picture must bring none. */
static const char *const unwanted[] = {"<script",   "<image", "<text",       "<foreignObject", "<!ENTITY",
                                       "<!DOCTYPE", "<style", "href=\"http", "href=\"file"};

static bool read_svg(struct compile *c, const char *file, struct blob *out) {
	struct source s;
	if (!source_read(c->scratch, c->report, file, &s)) {
		return false;
	}
	if (strstr(s.bytes, "<svg") == NULL || strstr(s.bytes, "</svg>") == NULL) {
		return report_error(c->report, (struct where){file, 1},
		                    "This is not an SVG picture. Save it as plain SVG.");
	}
	bool fine = true;
	for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
		const char *at = strstr(s.bytes, unwanted[i]);
		if (at != NULL) {
			fine = report_error(c->report, (struct where){file, source_line(s.bytes, at)},
			                    "%s cannot be shown in a picture. Turn it into paths or delete it.",
			                    unwanted[i]);
		}
	}
	*out = (struct blob){s.bytes, s.len};
	return fine;
}

static void write_picture(struct compile *c, const char *name, const char *file, bool icon) {
	struct blob svg;
	if (!source_id_ok(name)) {
		report_error(
		    c->report, (struct where){file, 0},
		    "The file's name cannot be a picture's name. Use lower-case letters, digits and '-', at most %d.",
		    SOURCE_MAX_ID);
	} else if (read_svg(c, file, &svg) && c->out != NULL) {
		/* As visit/pure asks for them: a picture may so have the name of an icon. */
		const char *stored = icon ? arena_print(c->scratch, "icon:%s", name) : name;
		write_row(c->out, "picture", "sib", stored, icon ? 1 : 0, &svg);
	}
	arena_reset(c->scratch);
}

static bool among(struct source_list list, const char *name) {
	for (int i = 0; i < list.count; i++) {
		if (strcmp(list.names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static bool icon_used(const struct compile *c, const char *name) {
	for (int i = 0; i < c->picture_count; i++) {
		if (c->pictures[i].icon && strcmp(c->pictures[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static void write_all(struct compile *c, struct source_list pictures, struct source_list icons) {
	const char *icon_folder = source_path(c->keep, c->options.assets, "icons");
	bool every_icon = source_is_folder(compile_path(c, "words", "", ""));
	for (int i = 0; i < pictures.count; i++) {
		write_picture(c, pictures.names[i], compile_path(c, "pictures", pictures.names[i], ".svg"), false);
	}
	for (int i = 0; i < icons.count; i++) {
		if (every_icon || icon_used(c, icons.names[i])) {
			const char *name = arena_print(c->keep, "%s.svg", icons.names[i]);
			write_picture(c, icons.names[i], source_path(c->keep, icon_folder, name), true);
		}
	}
	for (int i = 0; i < c->picture_count; i++) {
		const struct picture_use *p = &c->pictures[i];
		if (!among(p->icon ? icons : pictures, p->name)) {
			report_error(c->report, p->where,
			             "There is no %s '%s'. Put %s.svg into %s, or correct the name.",
			             p->icon ? "icon" : "picture", p->name, p->name,
			             p->icon ? icon_folder : compile_path(c, "pictures", "", ""));
		}
	}
}

/* What English says of the picture now, against what this was translated from. */
static void check_english(struct compile *c, const struct pack_language *l, const struct po_entry *e,
                          struct where where) {
	const struct pack_language *from = pack_original(&c->pack);
	const char *file = arena_print(c->scratch, "%s/pictures/%s.po", c->options.dir, from->code);
	struct report quiet = {.arena = c->scratch};
	struct po po;
	if (l == from || !compile_is_english(from) || !source_exists(file) || !po_read(c->scratch, &quiet, file, &po)) {
		return;
	}
	const struct po_entry *there = po_find(&po, e->id);
	const char *says = there == NULL ? "" : there->text[0] != 0 ? there->text : there->english;
	if (says[0] != 0 && strcmp(says, e->english) != 0) {
		report_warning(c->report, where,
		               "The English of '%s' has changed to \"%.200s\". Check the translation and put that "
		               "behind msgid.",
		               e->id, says);
	}
}

static void write_sayings(struct compile *c, const struct pack_language *l, struct source_list pictures) {
	const char *file = compile_path(c, "pictures", l->code, ".po");
	struct po po = {.file = file};
	if (source_exists(file)) {
		po_read(c->scratch, c->report, file, &po);
	}
	for (int i = 0; i < pictures.count; i++) {
		const struct po_entry *e = po_find(&po, pictures.names[i]);
		const char *says = e == NULL ? "" : e->text[0] == 0 && compile_is_english(l) ? e->english : e->text;
		struct where where = {file, e == NULL ? po.lines : e->line};
		if (says[0] == 0) {
			report_warning(c->report, where,
			               "The picture '%s' has no description. Say in a sentence what it shows.",
			               pictures.names[i]);
			continue;
		}
		if (compile_checks(c)) {
			check_english(c, l, e, where);
		}
		struct text t = compile_text(c, l, where, says);
		if (c->out != NULL) {
			write_row(c->out, "saying", "sst", l->code, pictures.names[i], &t);
		}
	}
	for (int i = 0; i < po.count; i++) {
		if (!among(pictures, po.entries[i].id)) {
			report_error(c->report, (struct where){file, po.entries[i].line},
			             "There is no picture '%s'. Correct its msgctxt or delete the entry.",
			             po.entries[i].id);
		}
	}
	arena_reset(c->scratch);
}

void compile_pictures(struct compile *c) {
	struct source_list pictures = source_folder(c->keep, compile_path(c, "pictures", "", ""), ".svg");
	struct source_list icons = source_folder(c->keep, source_path(c->keep, c->options.assets, "icons"), ".svg");
	write_all(c, pictures, icons);
	for (int i = 0; i < c->pack.language_count; i++) {
		write_sayings(c, &c->pack.languages[i], pictures);
	}
	compile_stray_files(c, "pictures", ".po");
	arena_reset(c->scratch);
}
