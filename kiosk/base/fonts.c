#include "base/fonts.h"

#include "base/text.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the reader knows between two lines: inih hands us key after key. */
struct reading {
	struct font_table *table;
	struct fault *fault; /* the first thing that was wrong */
	bool bad;
};

static bool letter(char c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

uint32_t fonts_tag(const char *four) {
	if (strnlen(four, 5) != 4 || !letter(four[0]) || !letter(four[1]) || !letter(four[2]) || !letter(four[3])) {
		return 0;
	}
	return TAG((unsigned char)four[0], (unsigned char)four[1], (unsigned char)four[2], (unsigned char)four[3]);
}

static struct font_row *row_named(struct font_table *t, uint32_t face) {
	for (int i = 0; i < t->count; i++) {
		if (t->rows[i].face == face) {
			return &t->rows[i];
		}
	}
	return NULL;
}

static bool take_path(char *to, const char *value, struct fault *f) {
	if (value[0] != '/' || strlen(value) >= FONT_PATH) {
		return fault_say(f, "'%.80s' is not a font file's path. Give a whole path, beginning with /.", value);
	}
	memcpy(to, value, strlen(value) + 1);
	return true;
}

static bool take_covers(struct font_row *row, const char *value, struct fault *f) {
	char word[8];
	for (const char *p = value; *p != 0;) {
		size_t len = strcspn(p, " ");
		if (len > 0) {
			snprintf(word, sizeof word, "%.*s", len > 5 ? 5 : (int)len, p);
			uint32_t tag = fonts_tag(word);
			if (tag == 0) {
				return fault_say(
				    f, "'%s' is not a script. Use four-letter tags such as Grek, with spaces between.",
				    word);
			}
			if (row->cover_count == FONT_COVERS) {
				return fault_say(f, "More than %d scripts. Leave some out.", FONT_COVERS);
			}
			row->covers[row->cover_count++] = tag;
		}
		p += len;
		p += strspn(p, " ");
	}
	return true;
}

static bool take_index(struct font_row *row, const char *value, struct fault *f) {
	char *end = NULL;
	long index = strtol(value, &end, 10);
	if (end == value || *end != 0 || index < 0 || index > 100) {
		return fault_say(f, "'%.20s' is not a face's index. Give a whole number from 0.", value);
	}
	row->index = (int)index;
	return true;
}

static bool take(struct font_table *t, const char *section, const char *key, const char *value, struct fault *f) {
	uint32_t face = fonts_tag(section);
	if (face == 0) {
		return fault_say(f, "[%.20s] is not a script. Name each row by a four-letter tag such as [Latn].",
		                 section);
	}
	struct font_row *row = row_named(t, face);
	if (row == NULL) {
		if (t->count == FONT_ROWS) {
			return fault_say(f, "More than %d rows. Leave some out.", FONT_ROWS);
		}
		row = &t->rows[t->count++];
		row->face = face;
	}
	if (strcmp(key, "regular") == 0) {
		return take_path(row->regular, value, f);
	}
	if (strcmp(key, "bold") == 0) {
		return take_path(row->bold, value, f);
	}
	if (strcmp(key, "index") == 0) {
		return take_index(row, value, f);
	}
	if (strcmp(key, "covers") == 0) {
		return take_covers(row, value, f);
	}
	return fault_say(f, "'%.20s' is not known. Use regular, bold, index or covers.", key);
}

static int on_key(void *user, const char *section, const char *key, const char *value) {
	struct reading *r = user;
	if (r->bad) {
		return 0;
	}
	r->bad = !take(r->table, section, key, value, r->fault);
	return r->bad ? 0 : 1;
}

bool fonts_read(const char *path, struct font_table *out, struct fault *f) {
	memset(out, 0, sizeof *out);
	struct fault what = {.says = "This line is not 'key = value'. Correct it."};
	struct reading r = {.table = out, .fault = &what};
	int line = ini_parse(path, on_key, &r);
	if (line < 0) {
		return fault_say(f, "The font table %s cannot be read. Check that the file is there.", path);
	}
	if (line > 0) {
		return fault_say(f, "%s:%d: %.400s", path, line, what.says);
	}
	for (int i = 0; i < out->count; i++) {
		if (out->rows[i].regular[0] == 0) {
			return fault_say(f, "%s: row %d has no font. Give it a line regular=...", path, i + 1);
		}
	}
	return out->count > 0 || fault_say(f, "%s: The font table is empty. Add a row such as [Latn].", path);
}

const struct font_row *fonts_serving(const struct font_table *t, uint32_t script) {
	for (int i = 0; i < t->count; i++) {
		const struct font_row *row = &t->rows[i];
		if (row->face == script) {
			return row;
		}
		for (int k = 0; k < row->cover_count; k++) {
			if (row->covers[k] == script) {
				return row;
			}
		}
	}
	return NULL;
}
