/* A text as a pack stores it: the other side of text_decode. */
#include "packc/typeset.h"

#include <string.h>

static uint8_t *put(uint8_t *to, uint32_t value, int bytes) {
	for (int i = 0; i < bytes; i++) {
		*to++ = (uint8_t)(value >> (8 * i));
	}
	return to;
}

struct blob typeset_bytes(struct arena *a, struct text text) {
	size_t size = TEXT_HEAD_BYTES + (size_t)text.count * TEXT_PIECE_BYTES + text.len;
	uint8_t *bytes = arena_get(a, size);
	uint8_t *to = bytes;
	to = put(to, 1, 1);
	to = put(to, text.base_level, 1);
	to = put(to, text.count, 2);
	to = put(to, text.len, 4);
	for (int i = 0; i < text.count; i++) {
		const struct piece *p = &text.pieces[i];
		to = put(to, (uint32_t)(p->utf8 - text.utf8), 4);
		to = put(to, p->len, 2);
		to = put(to, p->space, 2);
		to = put(to, p->level, 1);
		to = put(to, p->flags, 1);
		to = put(to, p->slot, 1);
		to = put(to, 0, 1);
		to = put(to, p->script, 4);
		to = put(to, p->face, 4);
	}
	if (text.len > 0) {
		memcpy(to, text.utf8, text.len);
	}
	return (struct blob){bytes, size};
}
