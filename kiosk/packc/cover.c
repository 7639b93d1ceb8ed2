#include "packc/cover.h"

#include <ft2build.h>
#include <stdlib.h>
#include FT_FREETYPE_H

struct cover {
	const struct font_table *table;
	FT_Library library;
	FT_Face regular[FONT_ROWS], bold[FONT_ROWS]; /* bold: NULL when the row has none */
};

static bool open_face(struct cover *c, const char *path, int index, FT_Face *out, struct fault *f) {
	if (FT_New_Face(c->library, path, index, out) != 0) {
		*out = NULL;
		return fault_say(
		    f, "The font %s cannot be opened. Install it (make setup) or correct assets/fonts.ini.", path);
	}
	if (FT_Select_Charmap(*out, FT_ENCODING_UNICODE) != 0) {
		return fault_say(f, "The font %s has no Unicode table. Choose another font in assets/fonts.ini.", path);
	}
	return true;
}

struct cover *cover_open(const struct font_table *table, struct fault *f) {
	struct cover *c = calloc(1, sizeof *c);
	if (c == NULL || FT_Init_FreeType(&c->library) != 0) {
		free(c);
		fault_say(f, "There is not enough memory. Close other programs.");
		return NULL;
	}
	c->table = table;
	for (int i = 0; i < table->count; i++) {
		const struct font_row *row = &table->rows[i];
		if (!open_face(c, row->regular, row->index, &c->regular[i], f) ||
		    (row->bold[0] != 0 && !open_face(c, row->bold, row->index, &c->bold[i], f))) {
			cover_close(c);
			return NULL;
		}
	}
	return c;
}

void cover_close(struct cover *c) {
	if (c != NULL) {
		FT_Done_FreeType(c->library); /* closes the faces too */
		free(c);
	}
}

bool cover_has(const struct cover *c, const struct font_row *row, bool bold, int32_t character) {
	FT_ULong code = (FT_ULong)character;
	long i = row - c->table->rows;
	FT_Face heavy = bold ? c->bold[i] : NULL;
	return FT_Get_Char_Index(c->regular[i], code) != 0 && (heavy == NULL || FT_Get_Char_Index(heavy, code) != 0);
}

const struct font_row *cover_row(const struct cover *c, const struct font_row *first, bool bold, int32_t character) {
	if (first != NULL && cover_has(c, first, bold, character)) {
		return first;
	}
	for (int i = 0; i < c->table->count; i++) {
		if (cover_has(c, &c->table->rows[i], bold, character)) {
			return &c->table->rows[i];
		}
	}
	return NULL;
}
