#include "visit/pure/flow.h"

static enum colour tint_colour(enum tint t) {
	switch (t) {
	case TINT_TEAL:
		return C_TEAL;
	case TINT_SKY:
		return C_SKY;
	case TINT_SAND:
		return C_SAND;
	case TINT_ROSE:
		return C_ROSE;
	case TINT_NONE:
		break;
	}
	return C_CARD;
}

static int lines_h(const struct lines *ls) {
	return ls->count * line_height(ls->em);
}

/* Texts below each other, with a little air between. */
static int texts_h(const struct card_plan *c) {
	int h = lines_h(&c->title) + lines_h(&c->more);
	if (!c->figure_beside) {
		h += lines_h(&c->figure);
	}
	return h;
}

static int text_room(const struct lay *l, const struct card_plan *c, int w) {
	int room = w - 2 * l->pad;
	if (c->form == FORM_WIDE && c->tile > 0) {
		room -= c->tile + l->pad;
	}
	return room;
}

/* What a mark takes of a title's room: half of it stands in the card's margins. */
static int mark_width(const struct lay *l, const struct card_plan *c) {
	int w = flow_mark_width(c->em, c->node) - l->pad;
	return w > 0 ? w : 0;
}

static void plan_texts(struct lay *l, struct card_plan *c, int w) {
	const struct node *n = c->node;
	int em = c->em;
	int room = text_room(l, c, w);
	c->figure = lines_fit(l->a, l->m, n->figure, em, room);
	c->title = lines_make(l->a, l->m, n->text, em, true, room);
	if (c->figure.count > 0) {
		/* Beside the name if that keeps the width of a short line and no word of it must break. */
		int left = room - c->figure.widest - l->pad;
		c->figure_beside = left >= em * 7 && left >= c->title.longest;
		room = c->figure_beside ? left : room;
		c->title = lines_make(l->a, l->m, n->text, em, true, room);
	}
	int title_room =
	    (c->form == FORM_BOARD && c->tile > 0 ? room - c->tile - l->icon_gap : room) - mark_width(l, c);
	if (title_room != room) {
		c->title = lines_make(l->a, l->m, n->text, em, true, title_room);
	}
	c->more = (struct lines){0};
	if (!c->no_more && (!l->compact || c->form == FORM_BOARD)) {
		c->more = lines_make(l->a, l->m, n->more, em, false, room);
	}
	c->over = c->title.longest > title_room || c->more.longest > room || c->figure.longest > text_room(l, c, w);
}

static void plan_height(const struct lay *l, struct card_plan *c) {
	int pad = c->form == FORM_TALL || c->form == FORM_BOARD ? l->pad : l->pad_small;
	if (l->compact && c->form == FORM_WIDE) {
		pad = l->target * 15 / 100;
	}
	int h = texts_h(c);
	switch (c->form) {
	case FORM_TALL:
		h += c->tile + l->em / 2;
		break;
	case FORM_BOARD:
		h += l->em / 4;
		break;
	case FORM_WIDE:
		h = h > c->tile ? h : c->tile;
		break;
	case FORM_NAMED:
		break;
	}
	if (l->small && c->form == FORM_NAMED) {
		pad = l->target * 15 / 100;
	}
	c->h = h + 2 * pad;
	c->h = c->h < l->target ? l->target : c->h;
}

static int larger(int a, int b) {
	return a > b ? a : b;
}

static int tile_side(const struct lay *l, enum form form) {
	switch (form) {
	case FORM_BOARD:
		return l->icon * 5 / 4;
	case FORM_TALL:
		return larger(l->target, l->em * 3 / 2);
	case FORM_WIDE:
		return l->compact ? l->target * 7 / 10 : larger(l->target * 11 / 10, l->em * 3 / 2);
	case FORM_NAMED:
		break;
	}
	return 0;
}

struct card_plan card_plan(struct lay *l, const struct node *n, enum form form, int w) {
	struct card_plan c = {.node = n, .form = form};
	if (n->icon[0] != '\0') {
		c.tile = tile_side(l, form);
	} else if (form == FORM_TALL || form == FORM_WIDE) {
		c.form = n->centred ? FORM_NAMED : FORM_WIDE;
	}
	c.em = n->size > 0 ? layout_em(l->glass, n->size) : l->em;
	plan_texts(l, &c, w);
	plan_height(l, &c);
	/* The largest words on the smallest glass: the second line gives way to the first, then the letters do. */
	while (c.h > l->region_h && (!c.no_more || c.em > layout_em(l->glass, 1))) {
		c.em -= c.no_more ? c.em / 12 + 1 : 0;
		c.no_more = true;
		plan_texts(l, &c, w);
		plan_height(l, &c);
	}
	return c;
}

/* Draws all lines from y on and returns the y below them. `w` is the room, for alignment at the reading start. */
static int draw_lines(struct lay *l, const struct lines *ls, struct rect room, int y, bool centred, enum colour ink) {
	for (int i = 0; i < ls->count; i++) {
		int w = ls->line[i].width;
		int x = centred ? room.x + (room.w - w) / 2 : room.x;
		struct rect box = flow_place(l, (struct rect){x, y, w, line_height(ls->em)});
		lines_draw(l->a, l->m, &l->out->draws, ls, i, box.x, y + line_ascent(ls->em), ink);
		y += line_height(ls->em);
	}
	if (ls->count > 0) {
		flow_text_seen(l, ls->text);
	}
	return y;
}

static void draw_tile(struct lay *l, const struct card_plan *c, struct rect tile, enum colour fill) {
	if (c->form == FORM_BOARD) {
		flow_icon(l, tile, c->node->icon, C_STRONG);
		return;
	}
	flow_fill(l, tile, fill, l->radius);
	flow_icon(l, rect_grow(tile, -tile.w / 5), c->node->icon, C_STRONG);
}

static void draw_figure(struct lay *l, const struct card_plan *c, struct rect box, enum colour ink) {
	int w = c->figure.widest;
	int y = box.y + (box.h - lines_h(&c->figure)) / 2;
	draw_lines(l, &c->figure, (struct rect){box.x + box.w - l->pad - w, y, w, box.h}, y, false, ink);
}

/* Behind the last line of the title, which stands in `room` from y on. */
static void draw_mark(struct lay *l, const struct card_plan *c, struct rect room, int y) {
	if (c->node->mark[0] == '\0' || c->title.count == 0) {
		return;
	}
	int side = flow_mark(c->em), last = c->title.count - 1;
	int w = c->title.line[last].width;
	int x = room.x + (c->node->centred ? (room.w - w) / 2 : 0) + w + flow_mark_width(c->em, c->node) - side;
	y += last * line_height(c->em) + (line_height(c->em) - side) / 2;
	flow_icon(l, (struct rect){x, y, side, side}, c->node->mark, C_SOFT);
}

void card_draw(struct lay *l, const struct card_plan *c, struct rect box) {
	const struct node *n = c->node;
	bool strong = n->emphasis == STRONG;
	bool filled = c->form == FORM_TALL || c->form == FORM_BOARD;
	enum colour tint = tint_colour(n->tint);
	enum colour fill = strong ? C_STRONG : filled ? tint : C_CARD;
	bool line = !strong && (!filled || l->view->theme == THEME_DARK || n->tint == TINT_NONE);
	flow_box(l, box, n->choice, fill, line ? C_LINE : fill, l->radius);
	enum colour ink = strong ? C_ON_STRONG : C_INK;

	struct rect room = {box.x + l->pad, box.y, box.w - 2 * l->pad, box.h};
	int y = box.y + (box.h - texts_h(c)) / 2;
	if (filled) {
		y = box.y + l->pad;
	}
	if (c->tile > 0) {
		int tile_y = filled ? y : box.y + (box.h - c->tile) / 2;
		if (c->form == FORM_BOARD) {
			tile_y = y + (line_height(l->em) - c->tile) / 2;
		}
		draw_tile(l, c, (struct rect){room.x, tile_y, c->tile, c->tile}, filled ? C_CARD : tint);
	}
	struct rect title = room;
	if (c->form == FORM_TALL) {
		y += c->tile > 0 ? c->tile + l->em / 2 : 0;
	} else if (c->form == FORM_WIDE && c->tile > 0) {
		room.x += c->tile + l->pad;
		room.w -= c->tile + l->pad;
		title = room;
	} else if (c->form == FORM_BOARD && c->tile > 0) {
		title.x += c->tile + l->icon_gap;
		title.w -= c->tile + l->icon_gap;
	}
	/* Title and mark stand in the middle together. */
	title.x -= n->centred ? flow_mark_width(c->em, n) / 2 : 0;
	draw_mark(l, c, title, y);
	y = draw_lines(l, &c->title, title, y, n->centred, ink);
	y += c->form == FORM_BOARD ? l->em / 4 : 0;
	y = draw_lines(l, &c->more, room, y, n->centred, strong ? C_ON_STRONG : C_SOFT);
	if (c->figure_beside) {
		draw_figure(l, c, box, ink);
	} else {
		draw_lines(l, &c->figure, room, y, n->centred, ink);
	}
	flow_target(l, box, n->choice);
	l->out->clipped += c->over || texts_h(c) > box.h;
}
