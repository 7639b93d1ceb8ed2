/* The font table (assets/fonts.ini): which font files Alcove draws with, and for which scripts. The compiler asks it
 * whether a character can be drawn at all, the host opens its files and hands them to a visit. It never opens a font. */
#ifndef ALCOVE_BASE_FONTS_H
#define ALCOVE_BASE_FONTS_H

#include "base/fault.h"

#include <stdint.h>

/* A visit is handed at most WIRE_MAX_FONTS files, two a row. */
#define FONT_ROWS 16
#define FONT_COVERS 24
#define FONT_PATH 256

struct font_row {
	uint32_t face; /* the script tag that names the row; what `struct piece` calls its face */
	char regular[FONT_PATH];
	char bold[FONT_PATH]; /* "" when the row has no bold file: the regular one serves */
	int index;            /* face inside a .ttc, the same in both files */
	uint32_t covers[FONT_COVERS];
	int cover_count; /* other scripts that this row serves */
};

/* In order of preference; the first row is the default. */
struct font_table {
	struct font_row rows[FONT_ROWS];
	int count;
};

/* Reads the table. On failure the sentence names file and line. */
bool fonts_read(const char *path, struct font_table *out, struct fault *f);

/* The row that serves a script, or NULL. */
const struct font_row *fonts_serving(const struct font_table *t, uint32_t script);

/* A four-letter tag ("Latn") as base/text.h writes it; 0 when it is not four ASCII letters. */
uint32_t fonts_tag(const char *four);

#endif
