#include "packc/typeset.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubidi.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

enum {
	MAX_LEVEL = 59, /* leaves room for text_fill's two, below base/text.h's 61 */
	LRI = 0x2066,
	PDI = 0x2069,
	OBJECT = 0xfffc, /* stands for a slot: a neutral, which is what an isolate is to its surroundings (UAX #9) */
};

struct typeset {
	const struct font_table *table;
	const struct cover *cover;
	UBiDi *bidi;
	UBreakIterator *lines; /* of `lang`; opened when the language changes */
	char lang[16];
};

/* One character of the text, or one slot. */
struct unit {
	int32_t character;
	uint32_t at;   /* byte in the shown UTF-8 */
	uint8_t bytes; /* 0 for a bidi control: ICU sees it, the kiosk does not */
	bool bold;
	bool can_break; /* a line may end before it */
	int8_t slot;    /* -1 for none */
	uint16_t phone; /* from 1: which phone number it is part of; 0 for none */
	uint8_t level;
	uint32_t script, face;
};

struct work {
	struct typeset *t;
	struct arena *a;
	struct report *r;
	struct where where;
	struct manner manner;
	struct unit *units;
	int count;
	char *utf8;
	uint32_t len;
};

struct typeset *typeset_open(const struct font_table *table, const struct cover *cover, struct fault *f) {
	struct typeset *t = calloc(1, sizeof *t);
	if (t != NULL) {
		t->table = table;
		t->cover = cover;
		t->bidi = ubidi_open();
	}
	if (t == NULL || t->bidi == NULL) {
		typeset_close(t);
		fault_say(f, "ICU cannot start. Close other programs, or install libicu again.");
		return NULL;
	}
	return t;
}

void typeset_close(struct typeset *t) {
	if (t != NULL) {
		if (t->lines != NULL) {
			ubrk_close(t->lines);
		}
		if (t->bidi != NULL) {
			ubidi_close(t->bidi);
		}
		free(t);
	}
}

static bool is_blank(const struct unit *u) {
	return u->slot < 0 && (u->character == ' ' || u->character == '\n');
}

/* Characters that only steer: they are drawn by nothing, so no font need have them. */
static bool is_bidi_control(int32_t c) {
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* --- reading the marked text --- */

static int slot_at(const struct work *w, const char *p) {
	return w->manner.slots && p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' ? p[1] - '0' : -1;
}

static void unit_add(struct work *w, struct unit u, const char *bytes, uint8_t len) {
	u.at = w->len;
	u.bytes = len;
	memcpy(w->utf8 + w->len, bytes, len);
	w->len += len;
	w->units[w->count++] = u;
}

/* White space at the ends of lines goes, and several spaces become one. */
static void blank_add(struct work *w, struct unit u) {
	const struct unit *last = w->count > 0 ? &w->units[w->count - 1] : NULL;
	if (last == NULL || (u.character == ' ' && is_blank(last))) {
		return;
	}
	if (u.character == '\n' && last->character == ' ' && last->slot < 0) {
		w->count--;
		w->len--;
	}
	unit_add(w, u, u.character == '\n' ? "\n" : " ", 1);
}

static void read_units(struct work *w, const char *marked) {
	size_t size = strlen(marked);
	w->units = arena_array(w->a, size + 1, sizeof *w->units);
	w->utf8 = arena_get(w->a, size + 1);
	bool bold = false;
	uint16_t phones = 0;
	const char *phone_end = marked;
	for (const char *p = marked; *p != 0;) {
		struct unit u = {.bold = bold, .slot = (int8_t)slot_at(w, p)};
		if (*p == TYPESET_BOLD || *p == TYPESET_LIGHT) {
			bold = *p++ == TYPESET_BOLD;
			continue;
		}
		if (u.slot >= 0) {
			u.character = OBJECT;
			unit_add(w, u, p, 3);
			p += 3;
			continue;
		}
		size_t phone = p >= phone_end ? typeset_phone(marked, p) : 0;
		if (phone > 0) {
			phone_end = p + phone;
			phones++;
		}
		u.phone = p < phone_end ? phones : 0;
		int32_t i = 0;
		U8_NEXT((const uint8_t *)p, i, (int32_t)(size - (size_t)(p - marked)), u.character);
		bool blank = u.character == ' ' || u.character == '\t' || u.character == '\n';
		if (blank && u.phone == 0) {
			u.character = u.character == '\n' ? '\n' : ' ';
			blank_add(w, u);
		} else {
			unit_add(w, u, p, is_bidi_control(u.character) ? 0 : (uint8_t)i);
		}
		p += i;
	}
	while (w->count > 0 && is_blank(&w->units[w->count - 1])) {
		w->count--;
		w->len--;
	}
	w->utf8[w->len] = 0;
}

/* --- ICU --- */

static bool icu_failed(struct work *w, UErrorCode e) {
	if (U_FAILURE(e)) {
		report_error(w->r, w->where, "ICU cannot set this text (%s). Simplify it.", u_errorName(e));
	}
	return U_FAILURE(e);
}

static bool breaker_for(struct work *w) {
	struct typeset *t = w->t;
	if (t->lines != NULL && strcmp(t->lang, w->manner.lang) == 0) {
		return true;
	}
	if (t->lines != NULL) {
		ubrk_close(t->lines);
	}
	UErrorCode e = U_ZERO_ERROR;
	char locale[64];
	uloc_forLanguageTag(w->manner.lang, locale, sizeof locale, NULL, &e);
	t->lines = ubrk_open(UBRK_LINE, locale, NULL, 0, &e);
	if (icu_failed(w, e)) {
		t->lines = NULL;
		return false;
	}
	strncpy(t->lang, w->manner.lang, sizeof t->lang - 1);
	return true;
}

/* A dash between two figures: "7\u20139", "5\u20136:30", "9-1-1". Unicode lets a line end behind most dashes, but half
 * of a time, of a range or of a number is worse than a short line. */
static bool is_dash(int32_t c) {
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == '~' || c == 0x301c || c == 0xff5e;
}

static bool is_figure(const struct unit *u) {
	return u->slot >= 0 || u_isdigit(u->character);
}

/* Whether the unit stands at either edge of such a dash. Signs that only steer are looked through. */
static bool inside_figures(const struct work *w, int i) {
	const struct unit *near[4] = {NULL}; /* two before the place, two behind it */
	for (int k = i - 1, n = 1; k >= 0 && n >= 0; k--) {
		if (w->units[k].bytes > 0) {
			near[n--] = &w->units[k];
		}
	}
	for (int k = i, n = 2; k < w->count && n < 4; k++) {
		if (w->units[k].bytes > 0) {
			near[n++] = &w->units[k];
		}
	}
	if (near[1] == NULL || near[2] == NULL) {
		return false;
	}
	bool behind = near[0] != NULL && is_figure(near[0]) && is_dash(near[1]->character) && is_figure(near[2]);
	bool before = near[3] != NULL && is_figure(near[1]) && is_dash(near[2]->character) && is_figure(near[3]);
	return behind || before;
}

/* Marks where lines may end. A slot counts as a digit here: that is what most of them become. */
static bool find_breaks(struct work *w) {
	UChar *text = arena_array(w->a, (size_t)w->count * 2 + 1, sizeof *text);
	int *unit_of = arena_array(w->a, (size_t)w->count * 2 + 1, sizeof *unit_of);
	int32_t len = 0;
	for (int i = 0; i < w->count; i++) {
		if (w->units[i].bytes == 0) {
			continue;
		}
		unit_of[len] = i;
		int32_t c = w->units[i].slot >= 0 ? '0' : w->units[i].character;
		U16_APPEND_UNSAFE(text, len, c);
	}
	if (!breaker_for(w)) {
		return false;
	}
	UErrorCode e = U_ZERO_ERROR;
	ubrk_setText(w->t->lines, text, len, &e);
	if (icu_failed(w, e)) {
		return false;
	}
	for (int32_t at = ubrk_first(w->t->lines); at != UBRK_DONE; at = ubrk_next(w->t->lines)) {
		if (at > 0 && at < len) {
			struct unit *u = &w->units[unit_of[at]];
			u->can_break = (u->phone == 0 || u->phone != u[-1].phone) && !inside_figures(w, unit_of[at]);
		}
	}
	return true;
}

/* Levels, with each phone number put between isolates that the kiosk never sees. */
static bool find_levels(struct work *w) {
	UChar *text = arena_array(w->a, (size_t)w->count * 4 + 2, sizeof *text);
	int32_t *place = arena_array(w->a, (size_t)w->count + 1, sizeof *place);
	int32_t len = 0;
	for (int i = 0; i < w->count; i++) {
		const struct unit *u = &w->units[i];
		uint16_t before = i > 0 ? u[-1].phone : 0;
		if (before != 0 && before != u->phone) {
			text[len++] = PDI;
		}
		if (u->phone != 0 && before != u->phone) {
			text[len++] = LRI;
		}
		place[i] = len;
		U16_APPEND_UNSAFE(text, len, u->character);
	}
	UErrorCode e = U_ZERO_ERROR;
	ubidi_setPara(w->t->bidi, text, len, w->manner.rtl ? 1 : 0, NULL, &e);
	const UBiDiLevel *levels = len > 0 ? ubidi_getLevels(w->t->bidi, &e) : NULL;
	if (icu_failed(w, e)) {
		return false;
	}
	bool left_to_right = !w->manner.rtl;
	for (int i = 0; i < len; i++) {
		left_to_right = left_to_right && levels[i] % 2 == 0;
	}
	for (int i = 0; i < w->count; i++) {
		struct unit *u = &w->units[i];
		/* With nothing that reads from the right, isolates change nothing: one level is simpler to lay out. */
		u->level = left_to_right ? 0 : levels[place[i]];
		if (u->level > MAX_LEVEL) {
			return report_error(w->r, w->where,
			                    "Too many directions inside each other. Delete direction signs.");
		}
	}
	return true;
}

/* --- scripts and faces --- */

static uint32_t tag_of(UScriptCode script) {
	return fonts_tag(uscript_getShortName(script));
}

/* The script that the language itself is written in, for a text such as "24/7" in it. */
static uint32_t home_script(const struct work *w) {
	UErrorCode e = U_ZERO_ERROR;
	char locale[64];
	UScriptCode codes[8];
	uloc_forLanguageTag(w->manner.lang, locale, sizeof locale, NULL, &e);
	int32_t count = uscript_getCode(locale, codes, 8, &e);
	if (U_FAILURE(e) || count < 1) {
		return TAG_LATIN;
	}
	/* Hans and Hant are ways to write, Hani is the script. */
	bool han = codes[0] == USCRIPT_SIMPLIFIED_HAN || codes[0] == USCRIPT_TRADITIONAL_HAN;
	return tag_of(han ? USCRIPT_HAN : codes[0]);
}

/* Common and inherited characters take the script before them, at the start the one after them. */
static void find_scripts(struct work *w) {
	uint32_t last = 0;
	for (int i = 0; i < w->count; i++) {
		struct unit *u = &w->units[i];
		UErrorCode e = U_ZERO_ERROR;
		UScriptCode script = uscript_getScript(u->character, &e);
		bool own = U_SUCCESS(e) && script != USCRIPT_COMMON && script != USCRIPT_INHERITED &&
		           script != USCRIPT_UNKNOWN;
		u->script = own ? tag_of(script) : last;
		last = u->script;
	}
	last = 0;
	for (int i = w->count - 1; i >= 0; i--) {
		struct unit *u = &w->units[i];
		u->script = u->script != 0 ? u->script : last;
		last = u->script;
	}
	uint32_t home = last != 0 ? last : home_script(w);
	for (int i = 0; i < w->count; i++) {
		struct unit *u = &w->units[i];
		/* Digits are the same everywhere: a number on a card must look like the number in a sentence. */
		bool digit = u->phone != 0 || (u->character >= '0' && u->character <= '9');
		u->script = digit ? TAG_LATIN : u->script != 0 ? u->script : home;
	}
}

static bool find_faces(struct work *w) {
	const struct font_row *last = &w->t->table->rows[0];
	bool whole = true;
	for (int i = 0; i < w->count; i++) {
		struct unit *u = &w->units[i];
		bool unseen = u->slot >= 0 || is_blank(u) || u->bytes == 0 ||
		              u_hasBinaryProperty(u->character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
		if (!unseen) {
			const struct font_row *first = fonts_serving(w->t->table, u->script);
			const struct font_row *row = cover_row(
			    w->t->cover, first != NULL ? first : &w->t->table->rows[0], u->bold, u->character);
			if (row == NULL) {
				whole = report_error(
				    w->r, w->where,
				    "No font has the character '%.*s' (U+%04X). Use another character, or add a font "
				    "that has it to assets/fonts.ini.",
				    u->bytes, w->utf8 + u->at, (unsigned)u->character);
			} else {
				last = row;
			}
		}
		u->face = last->face;
	}
	return whole;
}

/* --- cutting into pieces --- */

static bool same_kind(const struct unit *a, const struct unit *b) {
	return a->level == b->level && a->bold == b->bold && a->slot == b->slot && a->slot < 0 &&
	       a->phone == b->phone && a->script == b->script && a->face == b->face;
}

static struct piece piece_at(const struct work *w, const struct unit *u) {
	int flags = (u->bold ? PIECE_BOLD : 0) | (u->slot >= 0 ? PIECE_SLOT : 0);
	return (struct piece){.utf8 = w->utf8 + u->at,
	                      .level = u->level,
	                      .flags = (uint8_t)flags,
	                      .slot = u->slot >= 0 ? (uint8_t)u->slot : 0,
	                      .script = u->script,
	                      .face = u->face};
}

/* Whether the piece goes on with this unit. Spaces stay with the piece before them while they read the same way; a
 * piece that has spaces goes on with letters only where no line may end (the space before a French exclamation mark). */
static bool goes_on(const struct piece *p, const struct unit *before, const struct unit *u) {
	if (before->character == '\n' && before->slot < 0) {
		return false;
	}
	if (is_blank(u) && !is_blank(before)) {
		return u->character == '\n' || u->level == p->level;
	}
	if (is_blank(u)) {
		return true;
	}
	return !u->can_break && same_kind(before, u);
}

static void take_unit(struct piece *p, const struct unit *u) {
	if (is_blank(u)) {
		p->space = (uint16_t)(p->space + u->bytes);
	} else {
		p->len = (uint16_t)(p->len + p->space + u->bytes);
		p->space = 0;
	}
	if (u->character == '\n' && u->slot < 0) {
		p->flags |= PIECE_BREAK | PIECE_NEWLINE;
	}
}

static uint16_t cut(struct work *w, struct piece *pieces) {
	uint16_t count = 0;
	const struct unit *before = NULL;
	for (int i = 0; i < w->count; i++) {
		const struct unit *u = &w->units[i];
		if (u->bytes == 0) {
			continue;
		}
		if (before == NULL || !goes_on(&pieces[count - 1], before, u)) {
			if (count > 0 && u->can_break) {
				pieces[count - 1].flags |= PIECE_BREAK;
			}
			pieces[count++] = piece_at(w, u);
		}
		take_unit(&pieces[count - 1], u);
		before = u;
	}
	return count;
}

/* A space looks like what is before it: it must not start a piece of its own for its script or weight. */
static void dress_blanks(struct work *w) {
	for (int i = 1; i < w->count; i++) {
		struct unit *u = &w->units[i];
		if (is_blank(u)) {
			u->bold = u[-1].bold;
			u->script = u[-1].script;
			u->face = u[-1].face;
		}
	}
}

struct text typeset_text(struct typeset *t, struct arena *a, struct report *r, struct where where, struct manner manner,
                         const char *marked) {
	struct text empty = {.utf8 = "", .base_level = manner.rtl ? 1 : 0};
	struct work w = {.t = t, .a = a, .r = r, .where = where, .manner = manner};
	if (strlen(marked) > TEXT_MAX_BYTES) {
		report_error(r, where, "The text is longer than %d bytes. Divide it.", TEXT_MAX_BYTES);
		return empty;
	}
	read_units(&w, marked);
	if (w.count == 0) {
		return empty;
	}
	find_scripts(&w);
	if (!find_breaks(&w) || !find_levels(&w) || !find_faces(&w)) {
		return empty;
	}
	dress_blanks(&w);
	struct piece *pieces = arena_array(a, (size_t)w.count, sizeof *pieces);
	uint16_t count = cut(&w, pieces);
	if (count > TEXT_MAX_PIECES) {
		report_error(r, where, "The text has more than %d parts. Divide it.", TEXT_MAX_PIECES);
		return empty;
	}
	return (struct text){
	    .utf8 = w.utf8, .len = w.len, .count = count, .base_level = empty.base_level, .pieces = pieces};
}
