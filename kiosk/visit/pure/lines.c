#include "visit/pure/lines.h"

int line_height(int em) {
	return em * 130 / 100;
}

int line_ascent(int em) {
	return em * 103 / 100;
}

static struct run piece_run(const struct piece *p, int em, bool bold) {
	return (struct run){
	    .utf8 = p->utf8,
	    .len = p->len,
	    .rtl = p->level & 1,
	    .bold = bold || (p->flags & PIECE_BOLD),
	    .script = p->script,
	    .face = p->face,
	    .px = em,
	};
}

static int piece_width(struct measure m, const struct piece *p, int em, bool bold) {
	if (p->len == 0) {
		return 0;
	}
	struct run r = piece_run(p, em, bold);
	return m.advance(m.self, &r);
}

/* Every space is one Latin space wide, whatever the writer typed and whatever face stands around it. */
static int space_width(struct measure m, int em, bool bold) {
	struct run r = {.utf8 = " ", .len = 1, .bold = bold, .script = TAG_LATIN, .face = TAG_LATIN, .px = em};
	return m.advance(m.self, &r);
}

struct lines lines_make(struct arena *a, struct measure m, struct text t, int em, bool bold, int width) {
	struct line *line = arena_array(a, (size_t)t.count + 1, sizeof *line);
	struct lines out = {.text = t, .em = em, .bold = bold, .line = line};
	const int space = space_width(m, em, bold);
	struct line now = {0};
	int pending = 0;     /* white space before the next piece, if it stays on this line */
	int last_break = -1; /* pieces up to and with this one may end the line */
	int width_at_break = 0;
	for (int i = 0; i < t.count; i++) {
		const struct piece *p = &t.pieces[i];
		int w = piece_width(m, p, em, bold);
		if (now.count > 0 && now.width + pending + w > width && last_break >= now.first) {
			line[out.count++] = (struct line){now.first, last_break + 1 - now.first, width_at_break};
			/* Begin again behind the break; at most one word is measured twice. */
			i = last_break;
			now = (struct line){.first = i + 1};
			pending = 0;
			last_break = -1;
			continue;
		}
		now.width += pending + w;
		now.count++;
		pending = p->space > 0 ? space : 0;
		if (p->flags & PIECE_BREAK) {
			last_break = i;
			width_at_break = now.width;
		}
		if (p->flags & PIECE_NEWLINE) {
			line[out.count++] = now;
			now = (struct line){.first = i + 1};
			pending = 0;
			last_break = -1;
		}
		out.longest = w > out.longest ? w : out.longest;
	}
	if (now.count > 0) {
		line[out.count++] = now;
	}
	for (int i = 0; i < out.count; i++) {
		out.widest = line[i].width > out.widest ? line[i].width : out.widest;
	}
	return out;
}

struct lines lines_fit(struct arena *a, struct measure m, struct text t, int em, int width) {
	struct lines ls = lines_make(a, m, t, em, true, width);
	while (ls.longest > width && em > 8) {
		em -= em / 16 + 1;
		ls = lines_make(a, m, t, em, true, width);
	}
	return ls;
}

/* What stands on a line: pieces, and the white space between them as things of their own, so that a space lies where
 * its direction puts it and not stuck to the piece before. */
struct item {
	const struct piece *piece; /* NULL: white space */
	int width;
	uint8_t level;
};

/* UAX #9 rule L2: from the highest level down to the lowest odd one, reverse every run at that level or higher. */
static void reorder(struct item *items, int count) {
	int high = 0, low_odd = 63;
	for (int i = 0; i < count; i++) {
		int l = items[i].level;
		high = l > high ? l : high;
		low_odd = (l & 1) && l < low_odd ? l : low_odd;
	}
	for (int level = high; level >= low_odd; level--) {
		for (int i = 0; i < count; i++) {
			int end = i;
			while (end < count && items[end].level >= level) {
				end++;
			}
			for (int a = i, b = end - 1; a < b; a++, b--) {
				struct item swap = items[a];
				items[a] = items[b];
				items[b] = swap;
			}
			i = end > i ? end : i;
		}
	}
}

void lines_draw(struct arena *a, struct measure m, struct draw_list *out, const struct lines *ls, int i, int x,
                int baseline, enum colour colour) {
	const struct line line = ls->line[i];
	struct item *items = arena_array(a, (size_t)line.count * 2 + 1, sizeof *items);
	const int space = space_width(m, ls->em, ls->bold);
	int count = 0;
	for (int k = 0; k < line.count; k++) {
		const struct piece *p = &ls->text.pieces[line.first + k];
		items[count++] = (struct item){p, piece_width(m, p, ls->em, ls->bold), p->level};
		if (p->space > 0 && k + 1 < line.count) {
			/* A space between two pieces of one direction goes with them, else with the paragraph. */
			uint8_t next = p[1].level;
			items[count++] = (struct item){NULL, space, p->level < next ? p->level : next};
		}
	}
	reorder(items, count);
	for (int k = 0; k < count; k++) {
		if (items[k].piece != NULL && items[k].piece->len > 0) {
			struct run r = piece_run(items[k].piece, ls->em, ls->bold);
			draw_add(
			    a, out,
			    (struct draw){
			        .kind = DRAW_RUN, .colour = colour, .box = {x, baseline, items[k].width, 0}, .run = r});
		}
		x += items[k].width;
	}
}
