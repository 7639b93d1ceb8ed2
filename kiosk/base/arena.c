#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	max_align_t bytes[];
};

enum { BLOCK_SIZE = 64 * 1024 };

static struct arena_block *block_new(size_t size) {
	struct arena_block *b = malloc(sizeof *b + size);
	if (b == NULL) {
		/* Nothing sane is left to do, and an abort of a visit is covered by the spare. */
		abort();
	}
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

void *arena_get(struct arena *a, size_t size) {
	const size_t align = sizeof(max_align_t);
	if (size > SIZE_MAX / 2) {
		abort();
	}
	size = (size + align - 1) / align * align;
	struct arena_block *b = a->blocks;
	if (b == NULL || b->size - b->used < size) {
		struct arena_block *fresh = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
		fresh->next = b;
		a->blocks = fresh;
		b = fresh;
	}
	void *p = (char *)b->bytes + b->used;
	b->used += size;
	memset(p, 0, size);
	return p;
}

void *arena_array(struct arena *a, size_t count, size_t size) {
	if (size != 0 && count > SIZE_MAX / 2 / size) {
		abort();
	}
	return arena_get(a, count * size);
}

char *arena_copy(struct arena *a, const char *bytes, size_t len) {
	char *p = arena_get(a, len + 1);
	if (len > 0) {
		memcpy(p, bytes, len);
	}
	return p;
}

char *arena_print(struct arena *a, const char *format, ...) {
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		abort();
	}
	char *p = arena_get(a, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, format, again);
	va_end(again);
	return p;
}

static void block_wipe(struct arena_block *b) {
	explicit_bzero(b->bytes, b->used);
	b->used = 0;
}

void arena_reset(struct arena *a) {
	struct arena_block *b = a->blocks;
	while (b != NULL && b->next != NULL) {
		struct arena_block *next = b->next;
		block_wipe(b);
		free(b);
		b = next;
	}
	if (b != NULL) {
		block_wipe(b);
	}
	a->blocks = b;
}

void arena_free(struct arena *a) {
	arena_reset(a);
	free(a->blocks);
	a->blocks = NULL;
}
