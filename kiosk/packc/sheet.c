#include "packc/sheet.h"

#include <csv.h>
#include <string.h>

struct reading {
	struct arena *arena;
	struct report *report;
	const char *file;
	const char *const *columns;
	int column_count;
	int line;        /* where the row began */
	int inner_lines; /* line ends inside its cells */
	const char *cells[SHEET_COLUMNS + 1];
	int cell_count;
	const char *names[SHEET_COLUMNS];
	int place[SHEET_COLUMNS]; /* of each column of the file: which one that was asked for, or -1 */
	int head_count;           /* 0 until the heading was read */
	struct sheet *out;
	int room;
	bool loose;               /* the file of others */
	bool used[SHEET_COLUMNS]; /* loose: columns that were not asked for and hold something, told once */
};

static void on_cell(void *bytes, size_t len, void *user) {
	struct reading *r = user;
	const char *s = bytes == NULL ? "" : bytes;
	for (size_t i = 0; i < len; i++) {
		r->inner_lines += s[i] == '\n';
	}
	if (r->cell_count <= SHEET_COLUMNS) {
		r->cells[r->cell_count++] = source_trim(r->arena, s, len);
	}
}

static int column_named(const struct reading *r, const char *name) {
	for (int i = 0; i < r->column_count; i++) {
		if (strcmp(r->columns[i], name) == 0) {
			return i;
		}
	}
	return -1;
}

static void take_heading(struct reading *r, struct where where) {
	bool there[SHEET_COLUMNS] = {false};
	if (r->cell_count > SHEET_COLUMNS) {
		report_error(r->report, where, "The file has more than %d columns. Delete those that are not needed.",
		             SHEET_COLUMNS);
	}
	for (int i = 0; i < r->cell_count && i < SHEET_COLUMNS; i++) {
		int column = column_named(r, r->cells[i]);
		r->place[i] = column;
		r->names[i] = r->cells[i];
		if (column < 0 && r->loose) {
			continue; /* told when there is something in it */
		}
		if (column < 0) {
			report_error(r->report, where, "The column '%s' is not known. Delete it or correct its name.",
			             r->cells[i]);
		} else if (there[column]) {
			report_error(r->report, where, "The column '%s' is there twice. Delete one.", r->cells[i]);
		} else {
			there[column] = true;
		}
	}
	for (int i = 0; i < r->column_count; i++) {
		if (!there[i] && r->loose) {
			report_warning(r->report, where, "There is no column '%s'. What it would say stays empty.",
			               r->columns[i]);
		} else if (!there[i]) {
			report_error(r->report, where, "The column '%s' is missing. Add it to the first row.",
			             r->columns[i]);
		}
	}
	r->head_count = r->cell_count;
}

/* A row of others with too few cells has empty ones at its end; with too many it cannot be known which are which. */
static bool row_fits(struct reading *r, struct where where) {
	if (!r->loose || r->cell_count == r->head_count) {
		return true;
	}
	report_warning(r->report, where, "This row has %d cells, the first row has %d. %s", r->cell_count,
	               r->head_count,
	               r->cell_count < r->head_count ? "The missing ones are taken as empty: look at it."
	                                             : "It was left out: look at its quotes and commas.");
	if (r->cell_count > r->head_count) {
		return false;
	}
	while (r->cell_count < r->head_count && r->cell_count <= SHEET_COLUMNS) {
		r->cells[r->cell_count++] = "";
	}
	return true;
}

/* What stands in a column that nobody asked for is told once, with its name. */
static void tell_others(struct reading *r, struct where where) {
	for (int i = 0; i < r->cell_count && i < SHEET_COLUMNS; i++) {
		if (r->loose && r->place[i] < 0 && r->cells[i][0] != 0 && !r->used[i]) {
			r->used[i] = true;
			report_warning(r->report, where,
			               "The column '%s' is not taken over (here: \"%.60s\"). Read it yourself.",
			               r->names[i], r->cells[i]);
		}
	}
}

static void take_row(struct reading *r, struct where where) {
	if (!row_fits(r, where)) {
		return;
	}
	tell_others(r, where);
	if (r->cell_count != r->head_count) {
		report_error(
		    r->report, where,
		    "This row has %d cells, the first row has %d. Put text that has a comma in it between \"quotes\".",
		    r->cell_count, r->head_count);
		return;
	}
	if (r->out->count == r->room) {
		r->room = r->room == 0 ? 32 : r->room * 2;
		struct sheet_row *rows = arena_array(r->arena, (size_t)r->room, sizeof *rows);
		if (r->out->count > 0) {
			memcpy(rows, r->out->rows, (size_t)r->out->count * sizeof *rows);
		}
		r->out->rows = rows;
	}
	struct sheet_row *row = &r->out->rows[r->out->count++];
	row->where = where;
	for (int i = 0; i < SHEET_COLUMNS; i++) {
		row->cells[i] = "";
	}
	for (int i = 0; i < r->cell_count && i < SHEET_COLUMNS; i++) {
		if (r->place[i] >= 0) {
			row->cells[r->place[i]] = r->cells[i];
		}
	}
}

static void on_row(int end, void *user) {
	(void)end;
	struct reading *r = user;
	bool empty = r->cell_count == 0 || (r->cell_count == 1 && r->cells[0][0] == 0);
	struct where where = {r->file, r->line};
	if (!empty && r->head_count == 0) {
		take_heading(r, where);
	} else if (!empty) {
		take_row(r, where);
	}
	r->line += 1 + r->inner_lines;
	r->inner_lines = 0;
	r->cell_count = 0;
}

static bool read_sheet(struct arena *a, struct report *report, const char *file, const char *const *columns,
                       int column_count, bool loose, struct sheet *out) {
	*out = (struct sheet){0};
	struct source s;
	if (!source_read(a, report, file, &s)) {
		return false;
	}
	int errors = report->errors;
	struct reading r = {.arena = a,
	                    .report = report,
	                    .file = file,
	                    .columns = columns,
	                    .column_count = column_count,
	                    .line = 1,
	                    .loose = loose,
	                    .out = out};
	struct csv_parser parser;
	/* Every line end is told, so that lines can be counted; quotes must be as the format says. */
	unsigned char strict = loose ? 0 : CSV_STRICT | CSV_STRICT_FINI;
	if (csv_init(&parser, (unsigned char)(strict | CSV_REPALL_NL)) != 0) {
		return report_error(report, (struct where){file, 0},
		                    "There is not enough memory. Close other programs.");
	}
	bool whole = csv_parse(&parser, s.bytes, s.len, on_cell, on_row, &r) == s.len &&
	             csv_fini(&parser, on_cell, on_row, &r) == 0;
	csv_free(&parser);
	if (!whole) {
		return report_error(
		    report, (struct where){file, r.line},
		    "A quotation mark is missing or too many. Put the whole cell between quotes, and write a "
		    "quote inside it twice.");
	}
	if (r.head_count == 0) {
		return report_error(report, (struct where){file, 1},
		                    "The file is empty. Begin with a row of column names.");
	}
	return report->errors == errors;
}

bool sheet_read(struct arena *a, struct report *report, const char *file, const char *const *columns, int column_count,
                struct sheet *out) {
	return read_sheet(a, report, file, columns, column_count, false, out);
}

bool sheet_read_loose(struct arena *a, struct report *report, const char *file, const char *const *columns,
                      int column_count, struct sheet *out) {
	return read_sheet(a, report, file, columns, column_count, true, out);
}
