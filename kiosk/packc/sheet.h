/* A CSV file with a heading row, as spreadsheets write it. Cells come out without white space at their ends. */
#ifndef ALCOVE_PACKC_SHEET_H
#define ALCOVE_PACKC_SHEET_H

#include "packc/source.h"

#define SHEET_COLUMNS 48

struct sheet_row {
	const char *cells[SHEET_COLUMNS]; /* in the order of the columns asked for; never NULL */
	struct where where;
};

struct sheet {
	struct sheet_row *rows;
	int count;
};

/* `columns`: the names that the heading must have, in any order, and no others. */
bool sheet_read(struct arena *a, struct report *r, const char *file, const char *const *columns, int column_count,
                struct sheet *out);

/* The same of a file that others have written: columns that were not asked for are left out, missing ones are empty, and
 * quotes may stand where they should not. All of that is told as warnings, so that nothing goes unseen. */
bool sheet_read_loose(struct arena *a, struct report *r, const char *file, const char *const *columns, int column_count,
                      struct sheet *out);

#endif
