#include "packc/table.h"

#include "packc/source.h"

#include <csv.h>
#include <stdint.h>
#include <string.h>
#include <unicode/utf8.h>

/* --- from bytes to UTF-8 ---------------------------------------------------------------------------------------- */

struct utf8 {
	char *bytes;
	size_t len, room;
};

static void put(struct utf8 *out, uint32_t c) {
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	static const uint8_t mark[] = {0, 0xc0, 0xe0, 0xf0};
	size_t more = c >= least[3] ? 3 : c >= least[2] ? 2 : c >= least[1] ? 1 : 0;
	if (out->len + more + 1 >= out->room) {
		return;
	}
	out->bytes[out->len++] = (char)(mark[more] | c >> (6 * more));
	while (more > 0) {
		more--;
		out->bytes[out->len++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
	}
}

/* What Windows has between 0x80 and 0x9f (https://encoding.spec.whatwg.org/index-windows-1252.txt); 0: nothing. */
static const uint16_t windows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                     0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                     0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static void from_windows(struct utf8 *out, const uint8_t *s, size_t size) {
	for (size_t i = 0; i < size; i++) {
		uint32_t c = s[i] >= 0x80 && s[i] < 0xa0 ? windows[s[i] - 0x80] : s[i];
		put(out, c == 0 ? 0xfffd : c);
	}
}

static void from_utf16(struct utf8 *out, const uint8_t *s, size_t size, bool big) {
	for (size_t i = 0; i + 1 < size; i += 2) {
		uint32_t c = big ? (uint32_t)s[i] << 8 | s[i + 1] : (uint32_t)s[i + 1] << 8 | s[i];
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < size) {
			uint32_t low = big ? (uint32_t)s[i + 2] << 8 | s[i + 3] : (uint32_t)s[i + 3] << 8 | s[i + 2];
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		put(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	}
}

static bool is_utf8(const uint8_t *s, size_t size) {
	for (size_t i = 0; i < size;) {
		int32_t c;
		U8_NEXT(s, i, size, c);
		if (c < 0) {
			return false;
		}
	}
	return true;
}

/* All of it as UTF-8 with \n for every line end, and a zero byte behind. */
static struct utf8 decode(struct arena *a, const uint8_t *s, size_t size) {
	/* The longest a byte can become: Windows' euro sign, three. */
	struct utf8 out = {.room = size * 3 + 2};
	out.bytes = arena_get(a, out.room);
	if (size >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		size -= 3;
	}
	if (size >= 2 && ((s[0] == 0xff && s[1] == 0xfe) || (s[0] == 0xfe && s[1] == 0xff))) {
		from_utf16(&out, s + 2, size - 2, s[0] == 0xfe);
	} else if (is_utf8(s, size)) {
		memcpy(out.bytes, s, size);
		out.len = size;
	} else {
		from_windows(&out, s, size);
	}
	size_t to = 0;
	for (size_t i = 0; i < out.len; i++) {
		if (out.bytes[i] == '\r' && i + 1 < out.len && out.bytes[i + 1] == '\n') {
			continue;
		}
		out.bytes[to] = out.bytes[i];
		if (out.bytes[to] == '\r') {
			out.bytes[to] = '\n';
		}
		to++;
	}
	out.len = to;
	out.bytes[to] = 0;
	return out;
}

/* --- from UTF-8 to rows ----------------------------------------------------------------------------------------- */

/* The sign between cells: what the first line has most of, outside of quotes. */
static unsigned char separator(const char *s) {
	int commas = 0, semicolons = 0, tabs = 0;
	bool quoted = false;
	for (; *s != 0 && (quoted || *s != '\n'); s++) {
		quoted = *s == '"' ? !quoted : quoted;
		commas += !quoted && *s == ',';
		semicolons += !quoted && *s == ';';
		tabs += !quoted && *s == '\t';
	}
	if (tabs > commas && tabs > semicolons) {
		return '\t';
	}
	return semicolons > commas ? ';' : ',';
}

struct reading {
	struct arena *arena;
	struct report *report;
	struct table *out;
	int room;
	const char *cells[TABLE_COLUMNS];
	int count;
	int number;
	bool any, wide, bad;
};

/* Signs that are not seen and have no business in a text for people. */
static bool clean(const char *s, size_t len) {
	for (size_t i = 0; i < len;) {
		int32_t c;
		U8_NEXT((const uint8_t *)s, i, len, c);
		bool space = c == '\n' || c == '\t';
		if (c < 0 || c == 0xfffd || (c < 0x20 && !space) || (c >= 0x7f && c < 0xa0)) {
			return false;
		}
	}
	return true;
}

static void on_cell(void *bytes, size_t len, void *user) {
	struct reading *r = user;
	const char *s = bytes == NULL ? "" : bytes;
	if (r->count == TABLE_COLUMNS) {
		r->wide = r->wide || len > 0;
		return;
	}
	r->bad = r->bad || !clean(s, len);
	r->cells[r->count] = source_trim(r->arena, s, len);
	r->any = r->any || r->cells[r->count][0] != 0;
	r->count++;
}

static void keep_row(struct reading *r) {
	struct table *t = r->out;
	if (t->count == r->room) {
		r->room = r->room == 0 ? 64 : r->room * 2;
		struct table_row *rows = arena_array(r->arena, (size_t)r->room, sizeof *rows);
		if (t->count > 0) {
			memcpy(rows, t->rows, (size_t)t->count * sizeof *rows);
		}
		t->rows = rows;
	}
	struct table_row *row = &t->rows[t->count++];
	*row = (struct table_row){.count = r->count, .number = r->number};
	row->cells = arena_array(r->arena, (size_t)r->count, sizeof *row->cells);
	memcpy(row->cells, r->cells, (size_t)r->count * sizeof *row->cells);
}

static void on_row(int end, void *user) {
	(void)end;
	struct reading *r = user;
	struct where where = {"", ++r->number};
	if (r->wide) {
		report_error(r->report, where, "This row has more than %d columns. Delete those that are not needed.",
		             TABLE_COLUMNS);
	} else if (r->bad) {
		report_error(
		    r->report, where,
		    "There is a sign in this row that cannot be shown. Type the row again, and save the sheet as "
		    "CSV UTF-8.");
	} else if (r->any && r->out->count < TABLE_ROWS) {
		keep_row(r);
	} else if (r->any && r->out->count == TABLE_ROWS) {
		report_error(r->report, where, "There are more than %d rows. Delete those that are not needed.",
		             TABLE_ROWS);
		r->out->count++; /* told once */
	}
	r->count = 0;
	r->any = r->wide = r->bad = false;
}

bool table_read(struct arena *a, struct report *report, const void *bytes, size_t size, struct table *out) {
	*out = (struct table){0};
	int errors = report->errors;
	struct reading r = {.arena = a, .report = report, .out = out};
	struct utf8 text = decode(a, bytes, size);
	const char *s = text.bytes;
	unsigned char sign = separator(s);
	/* Excel's own way to say it: a first line "sep=;". */
	if (strncmp(s, "sep=", 4) == 0 && s[4] != 0 && s[5] == '\n') {
		sign = (unsigned char)s[4];
		s += 6;
		r.number = 1;
	}
	struct csv_parser parser;
	if (sign == '"' || sign >= 0x80 || csv_init(&parser, CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI) != 0) {
		return report_error(report, (struct where){"", 1}, "The sheet cannot be read. Save it as CSV UTF-8.");
	}
	csv_set_delim(&parser, sign);
	size_t len = text.len - (size_t)(s - text.bytes);
	bool whole =
	    csv_parse(&parser, s, len, on_cell, on_row, &r) == len && csv_fini(&parser, on_cell, on_row, &r) == 0;
	csv_free(&parser);
	if (!whole) {
		return report_error(report, (struct where){"", r.number + 1},
		                    "A quotation mark is missing or too many. Save the sheet as CSV UTF-8 from the "
		                    "spreadsheet program itself.");
	}
	return report->errors == errors;
}
