/* A spreadsheet that somebody saved as CSV, whatever program and country it comes from: UTF-8 with or without its mark,
 * UTF-16, or Windows-1252; commas, semicolons or tabs; any line ends; cells with line ends in them. Comes out as rows of
 * clean UTF-8, numbered as the spreadsheet numbers them. Knows nothing of what the cells mean, and opens no file. */
#ifndef ALCOVE_PACKC_TABLE_H
#define ALCOVE_PACKC_TABLE_H

#include "packc/report.h"

#include <stddef.h>

enum {
	TABLE_COLUMNS = 80, /* cells of a row */
	TABLE_ROWS = 2000,
};

struct table_row {
	const char **cells; /* `count` of them, in the arena, without white space at their ends; never NULL */
	int count;
	int number; /* from 1 */
};

struct table {
	struct table_row *rows; /* those that hold anything */
	int count;
};

/* False with errors in the report, each with the row (where.line) it is about. */
bool table_read(struct arena *a, struct report *r, const void *bytes, size_t size, struct table *out);

#endif
