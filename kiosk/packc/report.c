#include "packc/report.h"

#include <stdarg.h>
#include <string.h>

static const char *say(struct report *r, const char *format, va_list args) {
	char line[1024];
	vsnprintf(line, sizeof line, format, args);
	return arena_copy(r->arena, line, strlen(line));
}

/* The file's name is copied, once for a row of findings: a walk forgets its names as it goes. */
static void add(struct report *r, struct finding f) {
	const char *last = r->count > 0 ? r->items[r->count - 1].where.file : NULL;
	bool same = last != NULL && strcmp(last, f.where.file) == 0;
	f.where.file = same ? last : arena_copy(r->arena, f.where.file, strlen(f.where.file));
	if (r->count == r->room) {
		int room = r->room == 0 ? 32 : r->room * 2;
		struct finding *items = arena_array(r->arena, (size_t)room, sizeof *items);
		if (r->count > 0) {
			memcpy(items, r->items, (size_t)r->count * sizeof *items);
		}
		r->items = items;
		r->room = room;
	}
	r->items[r->count++] = f;
}

bool report_error(struct report *r, struct where where, const char *format, ...) {
	va_list args;
	va_start(args, format);
	add(r, (struct finding){.where = where, .says = say(r, format, args)});
	va_end(args);
	r->errors++;
	return false;
}

void report_warning(struct report *r, struct where where, const char *format, ...) {
	va_list args;
	va_start(args, format);
	add(r, (struct finding){.where = where, .warning = true, .says = say(r, format, args)});
	va_end(args);
	r->warnings++;
}

void report_print(const struct report *r, FILE *to) {
	for (int i = 0; i < r->count; i++) {
		const struct finding *f = &r->items[i];
		const char *kind = f->warning ? "warning: " : "";
		if (f->where.line > 0) {
			fprintf(to, "%s:%d: %s%s\n", f->where.file, f->where.line, kind, f->says);
		} else {
			fprintf(to, "%s: %s%s\n", f->where.file, kind, f->says);
		}
	}
}
