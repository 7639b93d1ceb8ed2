/* Services and their phone numbers, in the words of HSDS (Open Referral): facts once in CSV, translations in .po. */
#include "packc/check.h"
#include "packc/compile.h"
#include "packc/po.h"
#include "packc/sheet.h"

#include <string.h>

enum column {
	ID,
	NAME,
	DESCRIPTION,
	WHAT,
	LANGUAGES,
	SCHEDULE,
	ICON,
	TINT,
	GROUPING,
	ASSURED,
	ASSURED_BY,
	SOURCE,
	SERVICE_COLUMNS
};
static const char *const service_columns[SERVICE_COLUMNS] = {"id",        "name",         "description", "what",
                                                             "languages", "schedule",     "icon",        "tint",
                                                             "grouping",  "assured_date", "assured_by",  "source"};

enum phone_column { SERVICE, TYPE, NUMBER, PHONE_COLUMNS };
static const char *const phone_columns[PHONE_COLUMNS] = {"service_id", "type", "number"};

static const struct sheet_row *service(const struct sheet *services, const char *id) {
	for (int i = 0; i < services->count; i++) {
		if (strcmp(services->rows[i].cells[ID], id) == 0) {
			return &services->rows[i];
		}
	}
	return NULL;
}

static bool called(const struct sheet_row *row) {
	return strcmp(row->cells[ASSURED_BY], "call") == 0;
}

static void check_service(struct compile *c, const struct sheet *services, const struct sheet_row *row) {
	const char *id = row->cells[ID];
	if (!source_id_ok(id)) {
		report_error(c->report, row->where,
		             "'%s' is not an id. Use lower-case letters, digits and '-', at most %d.", id,
		             SOURCE_MAX_ID);
	} else if (service(services, id) != row) {
		report_error(c->report, row->where, "The service '%s' is there twice. Delete one row.", id);
	}
	static const enum column must[] = {NAME, ICON, GROUPING, SOURCE};
	for (size_t i = 0; i < sizeof must / sizeof must[0]; i++) {
		if (row->cells[must[i]][0] == 0) {
			report_error(c->report, row->where, "The service '%s' has no %s. Fill in that column.", id,
			             service_columns[must[i]]);
		}
	}
	if (row->cells[GROUPING][0] != 0 && !source_id_ok(row->cells[GROUPING])) {
		report_error(c->report, row->where, "'%s' is not a grouping. Use lower-case letters, digits and '-'.",
		             row->cells[GROUPING]);
	}
	if (!source_date_ok(row->cells[ASSURED])) {
		report_error(
		    c->report, row->where,
		    "The service '%s' has no assured_date, or it is not a date. Call the number, then write the day as "
		    "2026-11-20.",
		    id);
	} else if (compile_checks(c)) {
		check_assured(c->report, row->where, id, row->cells[ASSURED], called(row), c->options.today);
	}
	if (!called(row) && strcmp(row->cells[ASSURED_BY], "source") != 0) {
		report_error(
		    c->report, row->where,
		    "The service '%s' does not say what was done on its assured_date. Put 'call' into assured_by "
		    "if somebody called the number, or 'source' if it was only compared with its source.",
		    id);
	}
	compile_needs_icon(c, row->cells[ICON], row->where);
}

/* Digits in groups with single hyphens: as it is written for people, and whole for the one who dials. */
static bool number_ok(const char *n) {
	size_t digits = 0;
	for (const char *p = n; *p != 0; p++) {
		bool hyphen = *p == '-' && p > n && p[-1] != '-' && p[1] != 0;
		if (!hyphen && (*p < '0' || *p > '9')) {
			return false;
		}
		digits += *p != '-';
	}
	return digits >= 3 && strlen(n) < 32;
}

static void write_phone(struct compile *c, const struct sheet *services, const struct sheet_row *row, int position) {
	const char *type = row->cells[TYPE];
	if (service(services, row->cells[SERVICE]) == NULL) {
		report_error(c->report, row->where, "There is no service '%s' in service.csv. Correct the id.",
		             row->cells[SERVICE]);
	}
	if (strcmp(type, "voice") != 0 && strcmp(type, "text") != 0 && strcmp(type, "textphone") != 0) {
		report_error(c->report, row->where, "'%s' is not a type of number. Use voice, text or textphone.",
		             type);
	}
	if (!number_ok(row->cells[NUMBER])) {
		report_error(c->report, row->where,
		             "'%s' is not a number. Write digits and hyphens only, and the digits instead of letters.",
		             row->cells[NUMBER]);
	} else if (compile_checks(c)) {
		check_number(c->report, row->where, row->cells[NUMBER]);
	}
	if (c->out != NULL) {
		write_row(c->out, "phone", "siss", row->cells[SERVICE], position, type, row->cells[NUMBER]);
	}
}

/* Positions count from 1 for each service, in the order of the file. */
static void write_phones(struct compile *c, const struct sheet *services, const struct sheet *phones) {
	for (int i = 0; i < phones->count; i++) {
		int position = 1;
		for (int k = 0; k < i; k++) {
			position += strcmp(phones->rows[k].cells[SERVICE], phones->rows[i].cells[SERVICE]) == 0;
		}
		write_phone(c, services, &phones->rows[i], position);
	}
	for (int i = 0; i < services->count; i++) {
		bool found = false;
		for (int k = 0; k < phones->count; k++) {
			found = found || strcmp(phones->rows[k].cells[SERVICE], services->rows[i].cells[ID]) == 0;
		}
		if (!found) {
			report_error(c->report, services->rows[i].where,
			             "The service '%s' has no number. Add a row to phone.csv.",
			             services->rows[i].cells[ID]);
		}
	}
}

/* A cell in a language: the English itself, or its translation. */
static const char *said(struct compile *c, const struct pack_language *l, const struct po *po,
                        const struct sheet_row *row, enum column column, struct where *where) {
	const char *english = row->cells[column];
	*where = row->where;
	if (english[0] == 0) {
		return "";
	}
	const char *key = arena_print(c->scratch, "%s.%s", row->cells[ID], service_columns[column]);
	const struct po_entry *e = po_find(po, key);
	if (e == NULL || e->text[0] == 0) {
		if (!compile_is_english(l)) {
			*where = (struct where){po->file, e == NULL ? po->lines : e->line};
			report_error(c->report, *where,
			             "'%s' is not translated. Add msgctxt \"%s\", msgid \"%.80s\" and a msgstr.", key,
			             key, english);
		}
		return english;
	}
	*where = (struct where){po->file, e->line};
	if (strcmp(e->english, english) != 0) {
		report_warning(
		    c->report, *where,
		    "The English of '%s' has changed to \"%.200s\". Check the translation and put that behind msgid.",
		    key, english);
	}
	return e->text;
}

/* " | " parts paragraphs. */
static const char *paragraphs(struct arena *a, const char *text) {
	char *copy = arena_copy(a, text, strlen(text));
	for (char *p = strchr(copy, '|'); p != NULL; p = strchr(p, '|')) {
		*p = '\n';
	}
	return copy;
}

/* A cell as the kiosk shows it. */
static struct text shown(struct compile *c, const struct pack_language *l, const struct po *po,
                         const struct sheet_row *row, enum column column) {
	struct where where;
	const char *plain = said(c, l, po, row, column, &where);
	return compile_text(c, l, where, column == WHAT ? paragraphs(c->scratch, plain) : plain);
}

static void write_service(struct compile *c, const struct pack_language *l, const struct po *po,
                          const struct sheet_row *row, int position) {
	const char *const *cells = row->cells;
	struct text name = shown(c, l, po, row, NAME);
	struct text summary = shown(c, l, po, row, DESCRIPTION);
	struct text what = shown(c, l, po, row, WHAT);
	struct text languages = shown(c, l, po, row, LANGUAGES);
	struct text schedule = shown(c, l, po, row, SCHEDULE);
	int tint = cells[TINT][0] == 0 ? 0 : compile_tint(c, cells[TINT], row->where);
	if (c->out != NULL) {
		write_row(c->out, "service", "sississsttttt", l->code, position, cells[ID], cells[ICON], tint,
		          cells[GROUPING], cells[ASSURED], cells[ASSURED_BY], &name, &summary, &what, &languages,
		          &schedule);
	}
}

static void language_numbers(struct compile *c, const struct pack_language *l, const struct sheet *services) {
	struct arena words = {0};
	struct po po = {.file = compile_path(c, "numbers", l->code, ".po")};
	if (source_exists(po.file)) {
		po_read(&words, c->report, po.file, &po);
	}
	for (int i = 0; i < services->count; i++) {
		write_service(c, l, &po, &services->rows[i], i + 1);
		arena_reset(c->scratch);
	}
	arena_free(&words);
}

void compile_numbers(struct compile *c) {
	if (!source_is_folder(compile_path(c, "numbers", "", ""))) {
		return;
	}
	struct sheet services;
	struct sheet phones;
	bool both = sheet_read(c->keep, c->report, compile_path(c, "numbers", "service", ".csv"), service_columns,
	                       SERVICE_COLUMNS, &services);
	both &= sheet_read(c->keep, c->report, compile_path(c, "numbers", "phone", ".csv"), phone_columns,
	                   PHONE_COLUMNS, &phones);
	if (!both) {
		return;
	}
	for (int i = 0; i < services.count; i++) {
		check_service(c, &services, &services.rows[i]);
	}
	write_phones(c, &services, &phones);
	for (int i = 0; i < c->pack.language_count; i++) {
		language_numbers(c, &c->pack.languages[i], &services);
	}
	compile_stray_files(c, "numbers", ".po");
	arena_reset(c->scratch);
	c->numbers = services.count;
}
