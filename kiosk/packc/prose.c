#include "packc/prose.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void prose_add(struct prose *p, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int more = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (more < 0) {
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
	va_start(args, format);
	vsnprintf(p->bytes + p->len, p->room - p->len, format, args);
	va_end(args);
	p->len += (size_t)more;
}

const char *prose_bytes(const struct prose *p) {
	return p->bytes == NULL ? "" : p->bytes;
}
