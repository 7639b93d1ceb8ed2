/* A text as a pack stores it: UTF-8, and everything that ICU knew about it when the pack was compiled.
 *
 * `alcove-pack` cuts each text into pieces: at every place where a line may end, and wherever direction, script, face
 * or weight change. The kiosk measures pieces, fills lines with them and puts each line's pieces in visual order
 * (UAX #9 rule L2). It never needs to know a language.
 *
 * A phone number is one piece of even level: it cannot break and reads left to right everywhere.
 *
 * A piece may be white space alone (len 0, space > 0): the space between words of two directions has a level of its own,
 * and must come out between them and not on the far side of one (1-888-373-7888 in an Arabic sentence).
 *
 * As bytes (little endian), which is what a pack's BLOB columns hold:
 *   u8 version = 1, u8 base level (0 or 1), u16 count of pieces, u32 length of the UTF-8,
 *   then the pieces (20 bytes each: u32 start, u16 len, u16 space, u8 level, u8 flags, u8 slot, u8 zero, u32 script,
 *   u32 face), then the UTF-8 itself, not terminated. */
#ifndef ALCOVE_BASE_TEXT_H
#define ALCOVE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum {
	PIECE_BREAK = 1,   /* a line may end after this piece */
	PIECE_NEWLINE = 2, /* a line must end after this piece */
	PIECE_BOLD = 4,    /* strong emphasis */
	PIECE_SLOT = 8,    /* stands for another text: see text_fill */
};

/* Four letters as a number, first letter highest: TAG('A','r','a','b') (ISO 15924). */
#define TAG(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define TAG_LATIN TAG('L', 'a', 't', 'n')

struct piece {
	const char *utf8; /* points into the text's bytes; not terminated */
	uint16_t len;     /* bytes that are seen */
	uint16_t space;   /* bytes of white space behind them (utf8 + len), not drawn at the end of a line */
	uint8_t level;    /* bidi embedding level; odd is right to left; at most 61 */
	uint8_t flags;    /* PIECE_* */
	uint8_t slot;     /* with PIECE_SLOT: which argument, from 0 */
	uint32_t script;  /* for shaping (ISO 15924) */
	uint32_t face;    /* row of the font table that has all its characters; the table names rows by script tag */
};

struct text {
	const char *utf8; /* `len` bytes, then a zero byte; "" when empty */
	uint32_t len;
	uint16_t count;
	uint8_t base_level; /* direction of the paragraph: 0 left to right, 1 right to left */
	const struct piece *pieces;
};

/* Limits a decoder holds to; a compiler refuses earlier, with file and line. */
#define TEXT_MAX_BYTES 60000
#define TEXT_MAX_PIECES 8000
#define TEXT_PIECE_BYTES 20
#define TEXT_HEAD_BYTES 8

bool text_empty(struct text t);

/* Decodes a BLOB into the arena (copies: `bytes` may go). Every offset, length, level and flag is checked, and pieces
 * must cover the UTF-8 in order. Returns false and an empty text when anything is off. */
bool text_decode(struct arena *a, const void *bytes, size_t size, struct text *out);

/* A left-to-right text of plain characters made at run time: digits, phone numbers, "Aa". One unbreakable piece. */
struct text text_plain(struct arena *a, const char *ascii);

/* `frame` with each slot piece replaced by the argument of that number, as a bidi isolate: the argument keeps its own
 * direction inside. A slot without an argument disappears. */
struct text text_fill(struct arena *a, struct text frame, const struct text *args, int count);

/* How many words a person has to read (runs between white space; for scripts without spaces, two characters a word). */
int text_words(struct text t);

#endif
