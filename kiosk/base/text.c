#include "base/text.h"

#include "base/arena.h"

#include <string.h>

enum {
	VERSION = 1,
	MAX_LEVEL = 61, /* a text may itself become an argument of another and go up by two */
	MAX_SLOT = 9,
	KNOWN_FLAGS = PIECE_BREAK | PIECE_NEWLINE | PIECE_BOLD | PIECE_SLOT,
};

static const struct text nothing = {.utf8 = ""};

bool text_empty(struct text t) {
	return t.count == 0;
}

static uint16_t read_u16(const uint8_t *p) {
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t read_u32(const uint8_t *p) {
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* How many bytes the character at p takes; 0 when it is not well-formed UTF-8 (RFC 3629) or is a control character. */
static uint32_t character(const uint8_t *p, uint32_t left) {
	uint8_t c = p[0];
	if (c < 0x80) {
		return (c >= 0x20 && c != 0x7f) || c == '\n' ? 1 : 0;
	}
	uint32_t n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
	if (n == 0 || n > left) {
		return 0;
	}
	for (uint32_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	bool overlong = (c == 0xe0 && p[1] < 0xa0) || (c == 0xf0 && p[1] < 0x90);
	bool surrogate = c == 0xed && p[1] >= 0xa0;
	bool beyond = c == 0xf4 && p[1] >= 0x90;
	return overlong || surrogate || beyond ? 0 : n;
}

/* Whole characters only, and none of them a control character: the shaper behind us is given nothing to stumble over. */
static bool whole_characters(const uint8_t *p, uint32_t len) {
	uint32_t i = 0;
	while (i < len) {
		uint32_t n = character(p + i, len - i);
		if (n == 0) {
			return false;
		}
		i += n;
	}
	return true;
}

/* One piece from its 20 bytes. `at` is where the piece before it ended. */
static bool piece_decode(const uint8_t *p, uint32_t at, struct text t, struct piece *out) {
	uint32_t start = read_u32(p);
	*out = (struct piece){
	    .len = read_u16(p + 4),
	    .space = read_u16(p + 6),
	    .level = p[8],
	    .flags = p[9],
	    .slot = p[10],
	    .script = read_u32(p + 12),
	    .face = read_u32(p + 16),
	};
	uint32_t whole = (uint32_t)out->len + out->space;
	if (start != at || whole == 0 || whole > t.len - at || p[11] != 0) {
		return false;
	}
	if (out->level > MAX_LEVEL || out->level < t.base_level || (out->flags & ~KNOWN_FLAGS) != 0) {
		return false;
	}
	if (out->slot > ((out->flags & PIECE_SLOT) != 0 ? MAX_SLOT : 0)) {
		return false;
	}
	out->utf8 = t.utf8 + start;
	const uint8_t *bytes = (const uint8_t *)out->utf8;
	return whole_characters(bytes, out->len) && whole_characters(bytes + out->len, out->space);
}

bool text_decode(struct arena *a, const void *bytes, size_t size, struct text *out) {
	const uint8_t *p = bytes;
	*out = nothing;
	if (p == NULL || size < TEXT_HEAD_BYTES || p[0] != VERSION || p[1] > 1) {
		return false;
	}
	struct text t = {.base_level = p[1], .count = read_u16(p + 2), .len = read_u32(p + 4)};
	if (t.count > TEXT_MAX_PIECES || t.len > TEXT_MAX_BYTES ||
	    size != TEXT_HEAD_BYTES + (size_t)t.count * TEXT_PIECE_BYTES + t.len) {
		return false;
	}
	const uint8_t *piece = p + TEXT_HEAD_BYTES;
	t.utf8 = arena_copy(a, (const char *)piece + (size_t)t.count * TEXT_PIECE_BYTES, t.len);
	struct piece *pieces = arena_array(a, t.count, sizeof *pieces);
	uint32_t at = 0;
	for (uint16_t i = 0; i < t.count; i++) {
		if (!piece_decode(piece + (size_t)i * TEXT_PIECE_BYTES, at, t, &pieces[i])) {
			return false;
		}
		at += (uint32_t)pieces[i].len + pieces[i].space;
	}
	if (at != t.len) {
		return false;
	}
	t.pieces = pieces;
	*out = t;
	return true;
}

struct text text_plain(struct arena *a, const char *ascii) {
	size_t len = strnlen(ascii, TEXT_MAX_BYTES);
	if (len == 0) {
		return nothing;
	}
	struct piece *p = arena_get(a, sizeof *p);
	p->utf8 = arena_copy(a, ascii, len);
	p->len = (uint16_t)len;
	p->script = TAG_LATIN;
	p->face = TAG_LATIN;
	return (struct text){.utf8 = p->utf8, .len = (uint32_t)len, .count = 1, .pieces = p};
}

/* The argument of a slot; nothing when it is missing, or when it would make the whole pass the limits: then it is
 * left out as if it were missing, rather than cut somewhere. */
static struct text argument(struct piece slot, const struct text *args, int count) {
	return slot.slot < count ? args[slot.slot] : nothing;
}

/* A text being put together: arrays that are large enough, and how far they are filled. */
struct joint {
	char *utf8;
	struct piece *pieces;
	uint32_t len;
	uint16_t count;
};

/* Adds a piece with the bytes that it shows; its space is set by space_add. */
static struct piece *piece_add(struct joint *j, struct piece p) {
	struct piece *to = &j->pieces[j->count++];
	*to = p;
	to->utf8 = j->utf8 + j->len;
	to->space = 0;
	memcpy(j->utf8 + j->len, p.utf8, p.len);
	j->len += p.len;
	return to;
}

static void space_add(struct joint *j, struct piece *to, const char *space, uint16_t len) {
	memcpy(j->utf8 + j->len, space, len);
	to->space = len;
	j->len += len;
}

/* The slot's own white space, at the level of its surroundings: an argument of another direction would otherwise take
 * it to its far side. */
static void slot_space_add(struct joint *j, struct piece slot, struct piece *last) {
	const int ends = PIECE_BREAK | PIECE_NEWLINE;
	if (slot.space > 0 && last->level != slot.level) {
		last->flags &= (uint8_t)~ends;
		struct piece between = *last;
		between.len = 0;
		between.level = slot.level;
		between.flags = slot.flags & PIECE_BOLD;
		last = piece_add(j, between);
	}
	last->flags = (uint8_t)((last->flags & ~ends) | (slot.flags & ends));
	space_add(j, last, slot.utf8 + slot.len, slot.space);
}

/* The argument at a slot, as an isolate: it goes to the least level above the slot's that has its own direction. */
static void slot_add(struct joint *j, struct piece slot, struct text arg) {
	uint8_t inner = (uint8_t)(slot.level + 1);
	if (inner % 2 != arg.base_level % 2) {
		inner++;
	}
	for (uint16_t i = 0; i < arg.count; i++) {
		const struct piece *from = &arg.pieces[i];
		struct piece *to = piece_add(j, *from);
		unsigned level = (unsigned)from->level - arg.base_level + inner;
		to->level = (uint8_t)(level <= MAX_LEVEL ? level : MAX_LEVEL - 1 + level % 2);
		to->flags |= slot.flags & PIECE_BOLD;
		if (i + 1 == arg.count) {
			slot_space_add(j, slot, to);
		} else {
			space_add(j, to, from->utf8 + from->len, from->space);
		}
	}
}

struct text text_fill(struct arena *a, struct text frame, const struct text *args, int count) {
	size_t bytes = frame.len;
	size_t pieces = frame.count;
	struct text *use = arena_array(a, frame.count, sizeof *use);
	for (uint16_t i = 0; i < frame.count; i++) {
		use[i] = nothing;
		if ((frame.pieces[i].flags & PIECE_SLOT) != 0) {
			struct text arg = argument(frame.pieces[i], args, count);
			/* One more: the slot's white space may become a piece. */
			if (bytes + arg.len <= TEXT_MAX_BYTES && pieces + arg.count + 1 <= TEXT_MAX_PIECES) {
				use[i] = arg;
				bytes += arg.len;
				pieces += arg.count + 1u;
			}
		}
	}
	struct joint j = {.utf8 = arena_get(a, bytes + 1), .pieces = arena_array(a, pieces, sizeof *j.pieces)};
	for (uint16_t i = 0; i < frame.count; i++) {
		struct piece p = frame.pieces[i];
		if ((p.flags & PIECE_SLOT) == 0) {
			space_add(&j, piece_add(&j, p), p.utf8 + p.len, p.space);
		} else if (use[i].count > 0) {
			slot_add(&j, p, use[i]);
		} else if (j.count > 0) {
			/* The slot disappears, but not the end of the line that it stood at. */
			j.pieces[j.count - 1].flags |= p.flags & (PIECE_BREAK | PIECE_NEWLINE);
		}
	}
	if (j.count == 0) {
		return (struct text){.utf8 = "", .base_level = frame.base_level};
	}
	return (struct text){
	    .utf8 = j.utf8, .len = j.len, .count = j.count, .base_level = frame.base_level, .pieces = j.pieces};
}

/* Scripts that are written without spaces between words. */
static bool spaceless(uint32_t script) {
	switch (script) {
	case TAG('H', 'a', 'n', 'i'):
	case TAG('H', 'i', 'r', 'a'):
	case TAG('K', 'a', 'n', 'a'):
	case TAG('T', 'h', 'a', 'i'):
	case TAG('L', 'a', 'o', 'o'):
	case TAG('K', 'h', 'm', 'r'):
	case TAG('M', 'y', 'm', 'r'):
		return true;
	default:
		return false;
	}
}

static bool is_space(const char *p, uint32_t left) {
	return *p == ' ' || *p == '\n' || (left >= 2 && memcmp(p, "\u00a0", 2) == 0) ||
	       (left >= 3 && memcmp(p, "\u3000", 3) == 0);
}

int text_words(struct text t) {
	int words = 0;
	int characters = 0; /* of scripts without spaces */
	bool inside = false;
	for (uint16_t i = 0; i < t.count; i++) {
		const struct piece *p = &t.pieces[i];
		for (uint32_t k = 0; k < (uint32_t)p->len + p->space; k++) {
			const char *at = p->utf8 + k;
			if (((uint8_t)*at & 0xc0) == 0x80) {
				continue; /* the middle of a character */
			}
			if (is_space(at, (uint32_t)p->len + p->space - k)) {
				inside = false;
			} else if (spaceless(p->script)) {
				inside = false;
				characters++;
			} else if (!inside) {
				inside = true;
				words++;
			}
		}
	}
	return words + (characters + 1) / 2;
}
