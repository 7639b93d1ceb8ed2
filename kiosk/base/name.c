#include "base/name.h"

#include <string.h>

/* A word longer than this may be divided: 14 letters of the largest size fit across every glass. Digits
 * belong together, as a telephone number's do, until there are more than any has. */
enum { WORD_MOST = 14, DIGITS_MOST = 24 };

/* Not scripts: what any script may have around it, a digit among it. */
#define COMMON TAG('Z', 'y', 'y', 'y')
#define DIGIT TAG('Z', 'n', 'u', 'm')
#define MARK TAG('Z', 'i', 'n', 'h') /* combines with the letter before it */
#define ARABIC TAG('A', 'r', 'a', 'b')
#define HEBREW TAG('H', 'e', 'b', 'r')
#define HAN TAG('H', 'a', 'n', 'i')
#define GREEK TAG('G', 'r', 'e', 'k')
#define CYRILLIC TAG('C', 'y', 'r', 'l')

/* Blocks of Unicode 15 in which names are written, and the script of their letters. What is in none is not shown. */
static const struct block {
	uint32_t from, to, script;
} blocks[] = {
    {0x21, 0x2f, COMMON},
    {0x30, 0x39, DIGIT},
    {0x3a, 0x40, COMMON},
    {0x41, 0x5a, TAG_LATIN},
    {0x5b, 0x60, COMMON},
    {0x61, 0x7a, TAG_LATIN},
    {0x7b, 0x7e, COMMON},
    {0xa1, 0xa9, COMMON},
    {0xaa, 0xaa, TAG_LATIN},
    {0xab, 0xac, COMMON},
    {0xae, 0xb9, COMMON},
    {0xba, 0xba, TAG_LATIN},
    {0xbb, 0xbf, COMMON},
    {0xc0, 0x2af, TAG_LATIN},
    {0x2b0, 0x2ff, COMMON},
    {0x300, 0x36f, MARK},
    {0x370, 0x3ff, GREEK},
    {0x400, 0x52f, CYRILLIC},
    {0x591, 0x5f4, HEBREW},
    {0x606, 0x61b, ARABIC},
    {0x61d, 0x65f, ARABIC},
    {0x660, 0x669, DIGIT},
    {0x66a, 0x6dc, ARABIC},
    {0x6de, 0x77f, ARABIC},
    {0x900, 0x97f, TAG('D', 'e', 'v', 'a')},
    {0x980, 0x9ff, TAG('B', 'e', 'n', 'g')},
    {0xe01, 0xe5b, TAG('T', 'h', 'a', 'i')},
    {0x1000, 0x109f, TAG('M', 'y', 'm', 'r')},
    {0x1200, 0x139f, TAG('E', 't', 'h', 'i')},
    {0x1780, 0x17ff, TAG('K', 'h', 'm', 'r')},
    {0x1e00, 0x1eff, TAG_LATIN},
    {0x1f00, 0x1fff, GREEK},
    {0x2010, 0x2027, COMMON},
    {0x2030, 0x205e, COMMON},
    {0x20a0, 0x20bf, COMMON},
    {0x2116, 0x2116, COMMON},
    {0x2122, 0x2122, COMMON},
    {0x2c60, 0x2c7f, TAG_LATIN},
    {0x3001, 0x3003, HAN},
    {0x3005, 0x3011, HAN},
    {0x3041, 0x3096, TAG('H', 'i', 'r', 'a')},
    {0x30a0, 0x30ff, TAG('K', 'a', 'n', 'a')},
    {0x3105, 0x312f, TAG('B', 'o', 'p', 'o')},
    {0x3400, 0x4dbf, HAN},
    {0x4e00, 0x9fff, HAN},
    {0xac00, 0xd7a3, TAG('H', 'a', 'n', 'g')},
    {0xfb50, 0xfdff, ARABIC},
    {0xfe70, 0xfefc, ARABIC},
    {0xff01, 0xff5e, HAN},
    {0x20000, 0x2fa1d, HAN},
};

static uint32_t script_of(uint32_t c) {
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (c >= blocks[i].from && c <= blocks[i].to) {
			return blocks[i].script;
		}
	}
	return 0;
}

static bool rtl(uint32_t script) {
	return script == ARABIC || script == HEBREW;
}

/* Scripts in which a line may end behind every letter. */
static bool breaks_anywhere(uint32_t script) {
	return script == HAN || script == TAG('H', 'i', 'r', 'a') || script == TAG('K', 'a', 'n', 'a') ||
	       script == TAG('B', 'o', 'p', 'o') || script == TAG('H', 'a', 'n', 'g');
}

static bool has(const struct faces *f, uint32_t face) {
	for (int i = 0; i < f->count; i++) {
		if (f->face[i] == face) {
			return true;
		}
	}
	return false;
}

/* The row of the font table for a script: its own, or the one that `covers` it in assets/fonts.ini. 0: none. */
static uint32_t face_of(const struct faces *f, uint32_t script) {
	uint32_t other = breaks_anywhere(script) ? TAG('H', 'a', 'n', 's') : TAG_LATIN;
	bool covered = breaks_anywhere(script) || script == GREEK || script == CYRILLIC || script == COMMON ||
	               script == DIGIT || script == MARK;
	if (has(f, script)) {
		return script;
	}
	return covered && has(f, other) ? other : 0;
}

/* Reads one character; its length, or 0 for a byte that begins none. */
static size_t next(const char *s, uint32_t *c) {
	const unsigned char *p = (const unsigned char *)s;
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
	*c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2) {
			return 0;
		}
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	return n;
}

struct making {
	const struct faces *faces;
	char *utf8;
	struct piece *pieces;
	uint32_t len;
	uint16_t count;
	uint8_t base;
	bool right;  /* the letter before was of a script that runs to the left */
	int letters; /* of the word so far */
};

static uint8_t level_of(const struct making *m, uint32_t script) {
	uint8_t left_to_right = m->base == 0 ? 0 : 2;
	if (script == DIGIT) {
		return m->right ? 2 : left_to_right;
	}
	bool right = script == COMMON || script == MARK ? m->right : rtl(script);
	return right ? 1 : left_to_right;
}

/* The script that a run is shaped as; what belongs to none goes with Latin. */
static uint32_t shaped(uint32_t script) {
	return script == COMMON || script == DIGIT || script == MARK ? TAG_LATIN : script;
}

static bool goes_on(const struct making *m, uint32_t script, uint32_t face, uint8_t level) {
	const struct piece *last = m->count > 0 ? &m->pieces[m->count - 1] : NULL;
	if (last == NULL || last->space > 0 || (last->flags & PIECE_BREAK) != 0) {
		return false;
	}
	if (script == MARK) {
		return true;
	}
	return last->face == face && last->script == shaped(script) && last->level == level;
}

static void add(struct making *m, const char *bytes, size_t n, uint32_t c, uint32_t script) {
	uint32_t face = face_of(m->faces, script);
	uint8_t level = level_of(m, script);
	/* A word that never ends gets a place to end its line; not inside Arabic, where letters join. */
	int most = script == DIGIT || script == COMMON ? DIGITS_MOST : WORD_MOST;
	if (m->letters >= most && m->count > 0 && script != MARK && !m->right) {
		m->pieces[m->count - 1].flags |= PIECE_BREAK;
		m->letters = 0;
	}
	if (!goes_on(m, script, face, level)) {
		m->pieces[m->count++] =
		    (struct piece){.utf8 = m->utf8 + m->len, .level = level, .script = shaped(script), .face = face};
	}
	struct piece *p = &m->pieces[m->count - 1];
	memcpy(m->utf8 + m->len, bytes, n);
	m->len += (uint32_t)n;
	p->len = (uint16_t)(p->len + n);
	m->letters++;
	bool after_digit = m->len > n && m->utf8[m->len - n - 1] >= '0' && m->utf8[m->len - n - 1] <= '9';
	if (breaks_anywhere(script) ||
	    (m->letters > 3 && !after_digit && (c == '-' || c == '_' || c == '/' || c == '.'))) {
		p->flags |= PIECE_BREAK;
		m->letters = 0;
	}
	if (script != COMMON && script != DIGIT && script != MARK) {
		m->right = rtl(script);
	}
}

static void space(struct making *m) {
	if (m->count == 0 || m->pieces[m->count - 1].space > 0) {
		return; /* none in front, one between words */
	}
	struct piece *p = &m->pieces[m->count - 1];
	m->utf8[m->len++] = ' ';
	p->space = 1;
	p->flags |= PIECE_BREAK;
	m->letters = 0;
}

/* A name runs as its first letter does. */
static uint8_t base_level(const char *utf8, const struct faces *faces) {
	for (const char *s = utf8; *s != '\0';) {
		uint32_t c = 0;
		size_t n = next(s, &c);
		uint32_t script = n > 0 ? script_of(c) : 0;
		if (script != 0 && script != COMMON && script != DIGIT && script != MARK &&
		    face_of(faces, script) != 0) {
			return rtl(script);
		}
		s += n > 0 ? n : 1;
	}
	return 0;
}

struct text name_text(struct arena *a, const char *utf8, const struct faces *faces) {
	size_t len = strnlen(utf8, TEXT_MAX_PIECES);
	struct making m = {.faces = faces, .base = base_level(utf8, faces)};
	m.right = m.base == 1;
	m.utf8 = arena_get(a, len + 1);
	m.pieces = arena_array(a, len + 1, sizeof *m.pieces);
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t n = next(utf8 + i, &c);
		uint32_t script = n > 0 ? script_of(c) : 0;
		if (n > 0 && (c == ' ' || c == 0xa0)) {
			space(&m);
		} else if (script != 0 && face_of(faces, script) != 0 && !(script == MARK && m.count == 0)) {
			add(&m, utf8 + i, n, c, script);
		}
		i += n > 0 ? n : 1;
	}
	if (m.count == 0) {
		return (struct text){.utf8 = ""};
	}
	return (struct text){.utf8 = m.utf8, .len = m.len, .count = m.count, .base_level = m.base, .pieces = m.pieces};
}
