#include "packc/house_sheet.h"

#include "packc/check.h"
#include "packc/dial.h"
#include "packc/fits.h"
#include "packc/shaper.h"
#include "packc/table.h"
#include "visit/glass/sandbox.h"
#include "visit/glass/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unicode/ucal.h>
#include <unicode/udata.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>
#include <unistd.h>

enum {
	CARDS = 12, /* of a language: three fit a resting screen, and it turns its pages */
	CARD_LINES = 6,
	CARD_BYTES = 120, /* of a line of a card; as many as stay readable from a few steps away */
	PHRASES = 40,
	NUMBERS = 40,
	NUMBER_BYTES = 600, /* of what is said of a number */
	SHEET_BYTES = 900000,
	PACK_MOST = 32 << 20, /* bytes of a sheet's pack, as the kiosk takes it */
};

enum column { WHAT, PICTURE, COLOUR, NUMBER, CHECKED, HOW, FIXED };
static const char *const names[FIXED] = {"what", "picture", "colour", "number", "checked", "how"};

struct house_sheet {
	const struct sheet_order *order;
	struct compile compile;
	struct arena keep, scratch, icons_arena;
	struct source_list icons;
	struct cover *cover;
	struct shaper *shaper;
	int place[FIXED];                /* which column of the table; -1: it has none */
	int language_at[PACK_LANGUAGES]; /* the same of each language */
	const char *ids[NUMBERS];        /* of the numbers so far */
	int id_count;
};

/* --- cells ------------------------------------------------------------------------------------------------------ */

static const char *cell_at(const struct table_row *row, int at) {
	return at >= 0 && at < row->count ? row->cells[at] : "";
}

static const char *cell(const struct house_sheet *s, const struct table_row *row, enum column column) {
	return cell_at(row, s->place[column]);
}

static const char *said(const struct house_sheet *s, const struct table_row *row, int language) {
	return cell_at(row, s->language_at[language]);
}

static struct where at(const struct table_row *row, const char *column) {
	return (struct where){column, row->number};
}

/* A word of ours, whatever case it was typed in. */
static bool is(const char *cell, const char *word) {
	return strcasecmp(cell, word) == 0;
}

static bool is_line(const struct house_sheet *s, const struct table_row *row) {
	return cell(s, row, WHAT)[0] == 0 || is(cell(s, row, WHAT), "line");
}

static bool is_remark(const struct house_sheet *s, const struct table_row *row) {
	return cell(s, row, WHAT)[0] == '#';
}

/* Letters that a program has put question marks in the place of, because its file could not hold them. */
static bool lost(const char *text) {
	size_t marks = 0;
	for (const char *p = text; *p != 0; p++) {
		if (*p != '?' && strchr(" \n,.:;-–", *p) == NULL) {
			return false;
		}
		marks += *p == '?';
	}
	return marks >= 3;
}

static bool check_text(struct house_sheet *s, const struct table_row *row, int language, size_t most, bool one_line) {
	const char *text = said(s, row, language);
	const char *code = s->compile.pack.languages[language].code;
	struct report *r = s->compile.report;
	if (lost(text)) {
		return report_error(
		    r, at(row, code),
		    "Only question marks are left of this text. Save the sheet as CSV UTF-8, from the file "
		    "that still has the letters.");
	}
	if (one_line && strchr(text, '\n') != NULL) {
		return report_error(r, at(row, code),
		                    "This cell has more than one line. Put each line into a row of its own.");
	}
	if (strlen(text) >= most) {
		return report_error(r, at(row, code), "This text is too long. Keep it under %zu letters.", most);
	}
	return true;
}

/* --- the first row ---------------------------------------------------------------------------------------------- */

static void take_language(struct house_sheet *s, const struct table_row *row, const char *code, int column) {
	struct pack *p = &s->compile.pack;
	UErrorCode e = U_ZERO_ERROR;
	UChar wide[64];
	char name[200] = "";
	bool rtl = false;
	if (strlen(code) > 15 || !pack_tag_ok(code, &rtl)) {
		report_error(
		    s->compile.report, at(row, code),
		    "The first row has '%.40s', which is no column of this sheet. Use what, picture, colour, number, "
		    "checked, how, and codes of languages such as en, es, ar or zh-Hans.",
		    code);
		return;
	}
	for (int i = 0; i < p->language_count; i++) {
		if (strcmp(p->languages[i].code, code) == 0) {
			report_error(s->compile.report, at(row, code), "The column '%s' is there twice. Delete one.",
			             code);
			return;
		}
	}
	if (p->language_count == PACK_LANGUAGES) {
		report_error(s->compile.report, at(row, code), "More than %d languages. Delete some columns.",
		             PACK_LANGUAGES);
		return;
	}
	uloc_getDisplayName(code, code, wide, 64, &e);
	u_strToUTF8(name, sizeof name, NULL, wide, -1, &e);
	struct pack_language *l = &p->languages[p->language_count];
	memcpy(l->code, code, strlen(code) + 1);
	l->name = arena_print(&s->keep, "%s", U_SUCCESS(e) ? name : code);
	l->rtl = rtl;
	l->where = at(row, l->code);
	s->language_at[p->language_count++] = column;
}

static void take_heading(struct house_sheet *s, const struct table_row *row) {
	for (int i = 0; i < FIXED; i++) {
		s->place[i] = -1;
	}
	for (int i = 0; i < row->count; i++) {
		int known = 0;
		while (known < FIXED && !is(row->cells[i], names[known])) {
			known++;
		}
		known = is(row->cells[i], "color") ? COLOUR : known;
		if (known == FIXED) {
			if (row->cells[i][0] != 0) {
				take_language(s, row, row->cells[i], i);
			}
		} else if (s->place[known] >= 0) {
			report_error(s->compile.report, at(row, names[known]),
			             "The column '%s' is there twice. Delete one.", names[known]);
		} else {
			s->place[known] = i;
		}
	}
	if (s->place[WHAT] < 0) {
		report_error(s->compile.report, at(row, names[WHAT]),
		             "The first row has no column 'what'. Begin with the sheet that came with the kiosk.");
	} else if (s->compile.pack.language_count == 0) {
		report_error(s->compile.report, at(row, ""),
		             "The first row names no language. Add a column such as en, with your texts below it.");
	}
}

/* A language is checked if it was before; the first one is the house's own, and what they write is right. */
static bool reviewed(const struct house_sheet *s, int language) {
	const char *code = s->compile.pack.languages[language].code;
	size_t len = strlen(code);
	for (const char *p = s->order->languages; *p != 0;) {
		size_t word = strcspn(p, " ");
		if (word == len && strncmp(p, code, len) == 0) {
			return true;
		}
		p += word + (p[word] == ' ');
	}
	return language == 0;
}

static void write_languages(struct house_sheet *s) {
	struct compile *c = &s->compile;
	for (int i = 0; i < c->pack.language_count; i++) {
		const struct pack_language *l = &c->pack.languages[i];
		struct text name = compile_text(c, l, l->where, l->name);
		struct text begin = compile_text(c, l, l->where, "");
		write_row(c->out, "language", "isiitt", i + 1, l->code, l->rtl ? 1 : 0, reviewed(s, i) ? 1 : 0, &name,
		          &begin);
		arena_reset(&s->scratch);
	}
}

static void write_facts(struct house_sheet *s) {
	const struct sheet_order *o = s->order;
	char version[12];
	snprintf(version, sizeof version, "%u", o->version);
	const char *const facts[][2] = {{"id", o->id},       {"kind", "house"},           {"made", o->made},
	                                {"title", o->title}, {"publisher", o->publisher}, {"version", version}};
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		write_row(s->compile.out, "fact", "ss", facts[i][0], facts[i][1]);
	}
}

/* --- pictures and colours --------------------------------------------------------------------------------------- */

static const char *picture(struct house_sheet *s, const struct table_row *row, const char *usual) {
	const char *name = cell(s, row, PICTURE);
	const char *all = "";
	if (name[0] == 0) {
		return usual;
	}
	for (int i = 0; i < s->icons.count; i++) {
		if (is(s->icons.names[i], name)) {
			return s->icons.names[i];
		}
	}
	static const char *const some[] = {"meal", "laundry", "wifi", "clock", "calendar", "people", "house", "phone"};
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
		all = arena_print(&s->keep, "%s%s%s", all, all[0] != 0 ? ", " : "", some[i]);
	}
	report_error(s->compile.report, at(row, names[PICTURE]), "There is no picture '%.40s'. Use one such as %s.",
	             name, all);
	return usual;
}

static int colour(struct house_sheet *s, const struct table_row *row, int usual) {
	static const char *const tints[] = {"teal", "sky", "sand", "rose"};
	const char *name = cell(s, row, COLOUR);
	for (int i = 0; i < 4; i++) {
		if (is(name, tints[i])) {
			return i + 1;
		}
	}
	if (name[0] != 0) {
		report_error(s->compile.report, at(row, names[COLOUR]),
		             "'%.40s' is not a colour. Use teal, sky, sand or rose.", name);
	}
	return usual;
}

/* --- cards and phrases ------------------------------------------------------------------------------------------ */

/* The lines below a row, in one language, with a new line between them. `from` is the first of them that is taken. */
static const char *lines_below(struct house_sheet *s, const struct table *t, int i, int language, int from,
                               size_t most) {
	const char *lines = "";
	int count = 0;
	for (int k = i + 1; k < t->count; k++) {
		const struct table_row *row = &t->rows[k];
		bool other = !is_line(s, row) && !is_remark(s, row) && !is(cell(s, row, WHAT), "text");
		if (other) {
			break;
		}
		if (!is_line(s, row) || said(s, row, language)[0] == 0 || !check_text(s, row, language, most, false) ||
		    count++ < from) {
			continue;
		}
		lines = arena_print(&s->scratch, "%s%s%s", lines, lines[0] != 0 ? "\n" : "", said(s, row, language));
	}
	return lines;
}

static void check_lines(struct house_sheet *s, const struct table *t, int i, int most) {
	int count = 0;
	for (int k = i + 1; k < t->count && (is_line(s, &t->rows[k]) || is_remark(s, &t->rows[k])); k++) {
		count += is_line(s, &t->rows[k]);
		if (count == most + 1) {
			report_error(s->compile.report, at(&t->rows[k], names[WHAT]),
			             "A card has room for %d lines. Leave this one out, or begin another card.", most);
		}
	}
}

static void write_card(struct house_sheet *s, const struct table *t, int i, int position) {
	struct compile *c = &s->compile;
	const struct table_row *row = &t->rows[i];
	const char *icon = picture(s, row, "house");
	int tint = colour(s, row, 1 + (position - 1) % 4);
	check_lines(s, t, i, CARD_LINES);
	for (int l = 0; l < c->pack.language_count; l++) {
		const struct pack_language *language = &c->pack.languages[l];
		const char *title = said(s, row, l);
		if (title[0] == 0 || !check_text(s, row, l, CARD_BYTES, true)) {
			continue;
		}
		struct where where = at(row, language->code);
		const char *below = lines_below(s, t, i, l, 0, CARD_BYTES);
		check_bystander(c->report, where, "title", title);
		check_bystander(c->report, where, "card", below);
		struct text set = compile_text(c, language, where, title);
		struct text lines = compile_text(c, language, where, below);
		write_row(c->out, "board", "sisitt", language->code, position, icon, tint, &set, &lines);
		arena_reset(&s->scratch);
	}
}

/* Lower-case letters, digits and hyphens of a text; a number when it has none. Not one of those there are. */
static const char *id_of(struct house_sheet *s, const char *text, int number) {
	char id[24] = "";
	size_t len = 0;
	for (const char *p = text; *p != 0 && len < sizeof id - 1; p++) {
		bool capital = *p >= 'A' && *p <= 'Z';
		bool letter = capital || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
		if (letter) {
			id[len] = *p;
			id[len++] |= capital ? 0x20 : 0; /* a small one, in ASCII */
		} else if (len > 0 && id[len - 1] != '-') {
			id[len++] = '-';
		}
	}
	while (len > 0 && id[len - 1] == '-') {
		len--;
	}
	id[len] = 0;
	return arena_print(&s->keep, "house-%s-%d", len > 0 ? id : "row", number);
}

static const char *first_text(const struct house_sheet *s, const struct table_row *row) {
	for (int l = 0; l < s->compile.pack.language_count; l++) {
		if (said(s, row, l)[0] != 0) {
			return said(s, row, l);
		}
	}
	return "";
}

static void write_phrase(struct house_sheet *s, const struct table_row *row, int position) {
	struct compile *c = &s->compile;
	const char *id = arena_print(&s->keep, "phrase-%d", position);
	for (int l = 0; l < c->pack.language_count; l++) {
		const struct pack_language *language = &c->pack.languages[l];
		const char *text = said(s, row, l);
		if (text[0] != 0 && check_text(s, row, l, WIRE_SAYS, true)) {
			struct text set = compile_text(c, language, at(row, language->code), text);
			write_row(c->out, "phrase", "sisst", language->code, position, id, text, &set);
			arena_reset(&s->scratch);
		}
	}
}

/* --- numbers ---------------------------------------------------------------------------------------------------- */

/* A number, typed as one types it. */
static const char *dialled(struct house_sheet *s, const struct table_row *row) {
	const char *typed = cell(s, row, NUMBER);
	struct dial_found found = dial_read(&s->keep, typed);
	if (found.count != 1 || found.left[0] != 0 || found.numbers[0].extension[0] != 0) {
		report_error(s->compile.report, at(row, names[NUMBER]),
		             "'%.40s' is not one number. Write digits and hyphens, as in 504-555-0100.", typed);
		return "";
	}
	const char *number = arena_print(&s->keep, "%s", found.numbers[0].number);
	check_number(s->compile.report, at(row, names[NUMBER]), number);
	return number;
}

/* Three numbers with `sign` between them. */
static bool three(const char *cell, char sign, int out[3]) {
	char *end = NULL;
	const char *p = cell;
	for (int i = 0; i < 3; i++) {
		if (*p < '0' || *p > '9') {
			return false;
		}
		long value = strtol(p, &end, 10);
		if (end - p > 4 || (i < 2 && *end != sign) || (i == 2 && *end != 0)) {
			return false;
		}
		out[i] = (int)value;
		p = end + 1;
	}
	return true;
}

/* A day as spreadsheets write it in their countries: 2026-11-20, 20.11.2026, 11/20/2026. Where the day and the month could
 * be either, it is not guessed. */
static const char *day_of(struct house_sheet *s, const struct table_row *row) {
	const char *typed = cell(s, row, CHECKED);
	int n[3];
	int y = 0, m = 0, d = 0;
	if ((three(typed, '-', n) || three(typed, '/', n)) && n[0] > 31) {
		y = n[0], m = n[1], d = n[2];
	} else if (three(typed, '.', n)) {
		y = n[2], m = n[1], d = n[0];
	} else if (three(typed, '/', n) && (n[0] == n[1] || n[0] > 12 || n[1] > 12)) {
		bool month_first = n[1] > 12;
		y = n[2], m = n[month_first ? 0 : 1], d = n[month_first ? 1 : 0];
	}
	const char *iso = arena_print(&s->keep, "%04d-%02d-%02d", y, m, d);
	if (!source_date_ok(iso)) {
		report_error(
		    s->compile.report, at(row, names[CHECKED]),
		    "'%.40s' is not a day that can be told for certain. Call the number, then write the day as "
		    "2026-11-20.",
		    typed);
		return "2000-01-01";
	}
	if (strcmp(iso, s->order->made) > 0) {
		report_error(s->compile.report, at(row, names[CHECKED]),
		             "%s is yet to come. Write the day of the last check.", iso);
	}
	return iso;
}

static const char *how_of(struct house_sheet *s, const struct table_row *row) {
	const char *how = cell(s, row, HOW);
	if (is(how, "call") || is(how, "source")) {
		return is(how, "call") ? "call" : "source";
	}
	report_error(s->compile.report, at(row, names[HOW]),
	             "It does not say what was done on that day. Write 'call' if somebody called the number, or "
	             "'source' if it was only compared with where it came from.");
	return "source";
}

static void write_number(struct house_sheet *s, const struct table *t, int i, int position) {
	struct compile *c = &s->compile;
	const struct table_row *row = &t->rows[i];
	const char *id = id_of(s, first_text(s, row), position);
	const char *icon = picture(s, row, "phone");
	const char *number = dialled(s, row);
	const char *day = day_of(s, row);
	const char *how = how_of(s, row);
	int tint = colour(s, row, 1 + (position - 1) % 4);
	s->ids[s->id_count++] = id;
	if (number[0] != 0) {
		check_assured(c->report, at(row, names[CHECKED]), id, day, strcmp(how, "call") == 0, s->order->made);
		write_row(c->out, "phone", "siss", id, 1, "voice", number);
	}
	for (int l = 0; l < c->pack.language_count; l++) {
		const struct pack_language *language = &c->pack.languages[l];
		struct where where = at(row, language->code);
		if (said(s, row, l)[0] == 0 || !check_text(s, row, l, CARD_BYTES, true)) {
			continue;
		}
		const char *all = lines_below(s, t, i, l, 0, NUMBER_BYTES);
		const char *summary = arena_copy(&s->scratch, all, strcspn(all, "\n"));
		struct text name = compile_text(c, language, where, said(s, row, l));
		struct text about = compile_text(c, language, where, summary);
		struct text what = compile_text(c, language, where, lines_below(s, t, i, l, 1, NUMBER_BYTES));
		struct text none = compile_text(c, language, where, "");
		write_row(c->out, "service", "sississsttttt", language->code, position, id, icon, tint, "house", day,
		          how, &name, &about, &what, &none, &none);
		arena_reset(&s->scratch);
	}
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

struct counts {
	int cards, phrases, numbers, texts;
};

static bool room(struct house_sheet *s, const struct table_row *row, int *count, int most) {
	if (++*count == most + 1) {
		report_error(s->compile.report, at(row, names[WHAT]),
		             "There are more than %d of these. Leave some out.", most);
	}
	return *count <= most;
}

static void take_row(struct house_sheet *s, const struct table *t, int i, struct counts *n) {
	const struct table_row *row = &t->rows[i];
	const char *what = cell(s, row, WHAT);
	if (is_remark(s, row)) {
		return;
	}
	if (is_line(s, row)) {
		if (n->cards + n->numbers == 0) {
			report_error(
			    s->compile.report, at(row, names[WHAT]),
			    "This line has no card or number above it. Put card, phrase or number into this column.");
		}
	} else if (is(what, "text")) {
		const char *number = dialled(s, row);
		if (s->id_count == 0) {
			report_error(s->compile.report, at(row, names[WHAT]),
			             "There is no number above this one. Put number here.");
		} else if (number[0] != 0) {
			write_row(s->compile.out, "phone", "siss", s->ids[s->id_count - 1], 2 + n->texts++, "text",
			          number);
		}
	} else if (first_text(s, row)[0] == 0) {
		report_error(s->compile.report, at(row, s->compile.pack.languages[0].code),
		             "This row has no text. Fill it in, or delete the row.");
	} else if (is(what, "card")) {
		if (room(s, row, &n->cards, CARDS)) {
			write_card(s, t, i, n->cards);
		}
	} else if (is(what, "phrase")) {
		if (room(s, row, &n->phrases, PHRASES)) {
			write_phrase(s, row, n->phrases);
		}
	} else if (is(what, "number")) {
		n->texts = 0;
		if (room(s, row, &n->numbers, NUMBERS)) {
			write_number(s, t, i, n->numbers);
		}
	} else {
		report_error(s->compile.report, at(row, names[WHAT]),
		             "'%.40s' is not known here. Use card, line, phrase, number or text; # begins a remark.",
		             what);
	}
}

static void walk(struct house_sheet *s, const struct table *t) {
	struct counts n = {0};
	struct report *r = s->compile.report;
	if (t->count == 0) {
		report_error(r, (struct where){"", 1},
		             "The sheet is empty. Begin with the one that came with the kiosk.");
		return;
	}
	take_heading(s, &t->rows[0]);
	if (r->errors > 0) {
		return;
	}
	write_facts(s);
	write_languages(s);
	for (int i = 1; i < t->count; i++) {
		take_row(s, t, i, &n);
		arena_reset(&s->scratch);
	}
	if (r->errors == 0 && n.cards + n.phrases + n.numbers == 0) {
		report_error(r, (struct where){"", 2},
		             "There is nothing below the first row. Fill in a card, a phrase or a number.");
	}
}

/* --- opening and compiling -------------------------------------------------------------------------------------- */

struct house_sheet *house_sheet_open(const struct sheet_order *order, const char *assets, struct fault *f) {
	struct house_sheet *s = calloc(1, sizeof *s);
	UErrorCode e = U_ZERO_ERROR;
	if (s == NULL) {
		fault_say(f, "There is not enough memory. Close other programs.");
		return NULL;
	}
	/* All of ICU's data is in its library, and it must not look for more in files later on. */
	udata_setFileAccess(UDATA_NO_FILES, &e);
	s->order = order;
	s->compile.options = (struct compile_options){.assets = assets, .today = order->made};
	s->compile.keep = &s->keep;
	s->compile.scratch = &s->scratch;
	s->icons = source_folder(&s->icons_arena, source_path(&s->icons_arena, assets, "icons"), ".svg");
	struct font_table *table = arena_get(&s->icons_arena, sizeof *table);
	bool ready = fonts_read(source_path(&s->icons_arena, assets, "fonts.ini"), table, f);
	s->cover = ready ? cover_open(table, f) : NULL;
	s->compile.typeset = s->cover == NULL ? NULL : typeset_open(table, s->cover, f);
	s->compile.options.places = places_new(&s->icons_arena);
	s->shaper = s->compile.typeset == NULL ? NULL : shaper_open(table, f);
	s->compile.out = s->shaper == NULL ? NULL : write_memory(f);
	if (s->compile.out == NULL) {
		house_sheet_close(s);
		return NULL;
	}
	return s;
}

/* What the checker warns a writer of, who will mend it, is an error here: the next to see it are people at the kiosk. */
static void take_over(struct report *report, const struct report *fit) {
	for (int i = 0; i < fit->count; i++) {
		report_error(report, fit->items[i].where, "%s", fit->items[i].says);
	}
}

bool house_sheet_fits(struct house_sheet *s, struct report *report, struct blob pack, int packs) {
	struct arena arena = {0};
	struct report fit = {.arena = &arena};
	struct fault f;
	struct shelf *shelf = NULL;
	if (pwrite(packs + 1, pack.bytes, pack.size, 0) == (ssize_t)pack.size) {
		shelf = shelf_open(packs, 2, &f);
	}
	if (shelf == NULL) {
		return report_error(report, (struct where){"", 1},
		                    "There is not enough memory. Make the sheet smaller.");
	}
	struct fits fits = {.book = shelf_book(shelf),
	                    .measure = shaper_measure(s->shaper),
	                    .places = s->compile.options.places,
	                    .report = &fit};
	fits_walk(&fits);
	take_over(report, &fit);
	shelf_close(shelf);
	arena_free(&arena);
	return report->errors == 0;
}

void house_sheet_close(struct house_sheet *s) {
	if (s != NULL) {
		write_drop(s->compile.out);
		typeset_close(s->compile.typeset);
		cover_close(s->cover);
		shaper_close(s->shaper);
		arena_free(&s->scratch);
		arena_free(&s->keep);
		arena_free(&s->icons_arena);
		free(s);
	}
}

bool house_sheet_compile(struct house_sheet *s, struct report *report, const void *csv, size_t size,
                         struct blob *pack) {
	struct table t;
	struct fault f;
	s->compile.report = report;
	if (table_read(&s->keep, report, csv, size, &t)) {
		walk(s, &t);
	}
	if (report->errors > 0) {
		return false;
	}
	*pack = write_bytes(s->compile.out, &f);
	return pack->size > 0 || report_error(report, (struct where){"", 1}, "%s", f.says);
}

/* --- the process ------------------------------------------------------------------------------------------------ */

/* As much of a sentence as a message has room for, whole characters. */
static void put(char *out, size_t size, const char *from) {
	size_t len = strlen(from);
	len = len < size ? len : size - 1;
	while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80) {
		len--;
	}
	memcpy(out, from, len);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)out[i] < ' ') {
			out[i] = ' ';
		}
	}
	out[len] = 0;
}

static void answer(const struct report *r) {
	struct wire_message m = {.kind = WIRE_WORK};
	memset(&m.work, 0, sizeof m.work);
	m.work.work = WIRE_WORK_READ;
	m.work.state = r->errors > 0 ? WIRE_WORK_FAILED : WIRE_WORK_DONE;
	for (int i = 0; i < r->count && m.work.state == WIRE_WORK_FAILED && m.work.reason == WIRE_FINE; i++) {
		const struct finding *f = &r->items[i];
		if (!f->warning) {
			m.work.reason = WIRE_SHEET_BAD;
			m.work.row = (uint16_t)(f->where.line > UINT16_MAX ? UINT16_MAX : f->where.line);
			m.work.total = (uint64_t)r->errors;
			put(m.work.what, sizeof m.work.what, f->where.file);
			put(m.work.says, sizeof m.work.says, f->says);
		}
	}
	wire_send(WIRE_FD_SOCKET, &m);
}

static bool give(const struct blob *pack) {
	const char *p = pack->bytes;
	for (size_t at = 0; at < pack->size;) {
		ssize_t n = write(STDOUT_FILENO, p + at, pack->size - at);
		if (n < 0 && errno != EINTR) {
			return false;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static char *read_sheet(size_t *size) {
	char *bytes = malloc(SHEET_BYTES + 1);
	*size = 0;
	while (bytes != NULL && *size <= SHEET_BYTES) {
		ssize_t n = pread(WIRE_FD_FILES, bytes + *size, SHEET_BYTES + 1 - *size, (off_t)*size);
		if (n <= 0) {
			break;
		}
		*size += (size_t)n;
	}
	return bytes;
}

enum { LIBRARY_FD = WIRE_FD_FILES + 1, PACK_FD };

/* The place for the pack beside the library, if there is one to look at it with. */
static bool make_place(void) {
	int memory = fcntl(LIBRARY_FD, F_GETFD) < 0 ? -1 : memfd_create("pack", MFD_CLOEXEC);
	return memory >= 0 && (memory == PACK_FD || dup2(memory, PACK_FD) == PACK_FD);
}

int house_sheet_main(const char *assets) {
	struct sheet_order *order = calloc(1, sizeof *order);
	struct fault f;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (order == NULL || recv(WIRE_FD_SOCKET, order, sizeof *order, MSG_TRUNC) != (ssize_t)sizeof *order ||
	    memchr(order->assets, 0, sizeof order->assets) == NULL) {
		free(order);
		return 2;
	}
	struct house_sheet *s = house_sheet_open(order, order->assets[0] != 0 ? order->assets : assets, &f);
	bool beside = make_place();
	bool locked = s != NULL && (beside ? sandbox_enter_with(PACK_FD + 1, true, PACK_FD, PACK_MOST, &f)
	                                   : sandbox_enter(WIRE_FD_FILES + 1, true, &f));
	if (!locked) {
		return 2;
	}
	struct arena arena = {0};
	struct report report = {.arena = &arena};
	struct blob pack = {0};
	size_t size = 0;
	char *csv = read_sheet(&size);
	bool good = csv != NULL && size <= SHEET_BYTES && house_sheet_compile(s, &report, csv, size, &pack) &&
	            (!beside || house_sheet_fits(s, &report, pack, LIBRARY_FD));
	answer(&report);
	good = good && give(&pack);
	free(csv);
	arena_free(&arena);
	house_sheet_close(s);
	free(order);
	return good ? 0 : 1;
}
