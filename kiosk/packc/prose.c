#include "packc/prose.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void prose_add(struct prose *p, const char *format, ...) {
	va_list args;
	va_list again;
	va_start(args, format);
	va_copy(again, args);
	int more = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (more < 0) {
		va_end(again);
		return;
	}
	if (p->len + (size_t)more + 1 > p->room) {
		size_t room = (p->len + (size_t)more + 1) * 2;
		char *bytes = arena_get(p->arena, room);
		if (p->len > 0) {
			memcpy(bytes, p->bytes, p->len);
		}
		p->bytes = bytes;
		p->room = room;
	}
	vsnprintf(p->bytes + p->len, p->room - p->len, format, again);
	va_end(again);
	p->len += (size_t)more;
}

const char *prose_bytes(const struct prose *p) {
	return p->bytes == NULL ? "" : p->bytes;
}
