#include "visit/glass/visit.h"

#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "visit/glass/pack.h"
#include "visit/glass/paint.h"
#include "visit/glass/sandbox.h"
#include "visit/glass/shelf.h"
#include "visit/glass/type.h"
#include "visit/pure/visitor.h"
#include "wire/wire.h"

/* Everything a visit owns. */
struct visit {
	struct canvas canvas; /* pixels: the mapped frame */
	struct shelf *shelf;
	struct type *type;
	struct pictures *pictures;
	struct paint *paint;
	struct visitor *visitor;
	bool gone; /* the host does not hear us any more */
};

/* --- opening ---------------------------------------------------------------------------------------------------- */

static bool map_frame(struct visit *v, const struct wire_start *start) {
	size_t size = (size_t)start->w * start->h * sizeof(uint32_t);
	struct stat s;
	if (fstat(WIRE_FD_FRAME, &s) != 0 || s.st_size < 0 || (size_t)s.st_size != size) {
		return false;
	}
	void *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_FD_FRAME, 0);
	if (pixels == MAP_FAILED) {
		return false;
	}
	/* All of it is drawn at once, so all of it at once; where the kernel cannot, page by page. */
	madvise(pixels, size, MADV_POPULATE_WRITE);
	v->canvas = canvas_on(pixels, start->w, start->h);
	return true;
}

static bool has_language(struct shelf *shelf) {
	struct arena a = {0};
	const struct language *languages = NULL;
	struct book book = shelf_book(shelf);
	bool has = book.languages(book.self, &a, &languages) > 0;
	arena_free(&a);
	return has;
}

/* Opens all there is to open, then gives the power to open away. Only then is a pack's content looked at. */
static enum visit_end open_visit(struct visit *v, const struct wire_start *start) {
	struct fault fault;
	if (!map_frame(v, start)) {
		return VISIT_BROKEN;
	}
	v->type = type_open(WIRE_FD_FILES + start->packs, start->font, start->fonts, &fault);
	if (v->type == NULL) {
		return VISIT_BROKEN;
	}
	/* The fonts are mapped: of the descriptors only the wire, the frame and the packs stay. */
	if (!sandbox_enter(WIRE_FD_FILES + start->packs, false, &fault)) {
		return VISIT_BROKEN;
	}
	v->shelf = shelf_open(WIRE_FD_FILES, start->packs, &fault);
	if (v->shelf == NULL || !has_language(v->shelf)) {
		return VISIT_PACKS;
	}
	v->pictures = pictures_new(shelf_pictures(v->shelf));
	v->paint = paint_new(v->canvas, v->type, v->pictures);
	v->visitor = visitor_new(start, shelf_book(v->shelf), type_measure(v->type));
	return v->pictures == NULL || v->paint == NULL || v->visitor == NULL ? VISIT_BROKEN : VISIT_OVER;
}

static void close_visit(struct visit *v) {
	visitor_free(v->visitor);
	paint_free(v->paint);
	pictures_free(v->pictures);
	shelf_close(v->shelf);
	type_close(v->type);
	if (v->canvas.pixels != NULL) {
		munmap(v->canvas.pixels, (size_t)v->canvas.w * (size_t)v->canvas.h * sizeof(uint32_t));
	}
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

/* Sends; waits while the host has too much to read. */
static void reply(void *to, const struct wire_message *m) {
	struct visit *v = to;
	while (!v->gone && !wire_send(WIRE_FD_SOCKET, m)) {
		struct pollfd p = {WIRE_FD_SOCKET, POLLOUT, 0};
		v->gone = poll(&p, 1, -1) < 0 || (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
	}
}

static void paint_and_say_done(struct visit *v) {
	struct rect r = paint_list(v->paint, visitor_draws(v->visitor), visitor_theme(v->visitor), NULL);
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_DONE;
	m.done.reading_ms = visitor_reading_ms(v->visitor);
	if (r.w > 0 && r.h > 0) {
		m.done.changed = 1;
		m.done.x = (uint16_t)r.x;
		m.done.y = (uint16_t)r.y;
		m.done.w = (uint16_t)r.w;
		m.done.h = (uint16_t)r.h;
	}
	reply(v, &m);
}

static enum visit_end answer_all(struct visit *v) {
	struct wire_message m;
	while (!v->gone && wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		if (!wire_sane_from_host(&m) || m.kind == WIRE_START) {
			return VISIT_BROKEN;
		}
		visitor_take(v->visitor, &m, reply, v);
		paint_and_say_done(v);
	}
	return VISIT_OVER;
}

int visit_main(void) {
	struct wire_message m;
	if (wire_receive(WIRE_FD_SOCKET, &m, true) != WIRE_GOT) {
		return VISIT_OVER;
	}
	if (m.kind != WIRE_START || !wire_sane_from_host(&m)) {
		return VISIT_BROKEN;
	}
	struct visit v = {0};
	enum visit_end end = open_visit(&v, &m.start);
	if (end == VISIT_OVER) {
		paint_and_say_done(&v);
		/* What only starting needed goes back: a spare may wait for days. */
		type_rest(v.type);
		malloc_trim(0);
		end = answer_all(&v);
	}
	close_visit(&v);
	return (int)end;
}

int visit_check(int fd) {
	struct fault fault;
	/* The pack comes from a stick: whatever it does to its reader, it does it in here. */
	if (sandbox_enter(fd + 1, true, &fault) && pack_try(fd, &fault)) {
		return 0;
	}
	/* Not with stdio, which would first look at what its output is. */
	size_t len = strlen(fault.says);
	fault.says[len++] = '\n'; /* in place of the zero byte */
	return write(STDOUT_FILENO, fault.says, len) == (ssize_t)len ? 1 : 2;
}
