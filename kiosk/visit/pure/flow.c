#include "visit/pure/flow.h"

#include <string.h>

/* --- small things ---------------------------------------------------------------------------------------------- */

struct rect flow_place(const struct lay *l, struct rect box) {
	if (l->view->rtl) {
		box.x = l->glass.w - box.x - box.w;
	}
	return box;
}

void flow_fill(struct lay *l, struct rect box, enum colour colour, int radius) {
	draw_add(l->a, &l->out->draws,
	         (struct draw){.kind = DRAW_FILL, .colour = colour, .box = flow_place(l, box), .radius = radius});
}

static void stroke(struct lay *l, struct rect box, enum colour colour, int radius, int width) {
	draw_add(
	    l->a, &l->out->draws,
	    (struct draw){
	        .kind = DRAW_STROKE, .colour = colour, .box = flow_place(l, box), .radius = radius, .width = width});
}

void flow_ring(struct lay *l, struct rect box, int choice, int radius) {
	if (l->focused == choice && choice != NO_TARGET) {
		/* Hide's box is the glass's own and never mirrored; every other box still has to be. */
		int off = l->gap / 2;
		struct draw d = {.kind = DRAW_STROKE,
		                 .colour = C_FOCUS,
		                 .box = rect_grow(box, off),
		                 .radius = radius + off,
		                 .width = l->hair * 3};
		d.box = choice == TARGET_HIDE ? d.box : flow_place(l, d.box);
		draw_add(l->a, &l->out->draws, d);
	}
}

void flow_box(struct lay *l, struct rect box, int choice, enum colour fill, enum colour border, int radius) {
	bool pressed = choice >= 0 && l->pressed == choice;
	flow_fill(l, box, pressed && fill != C_STRONG ? C_PRESSED : fill, radius);
	if (pressed || (choice >= 0 && l->view->choices[choice].selected)) {
		stroke(l, box, fill == C_STRONG ? C_FOCUS : C_STRONG, radius, l->hair * 3);
	} else if (border != fill) {
		stroke(l, box, border, radius, l->hair);
	}
	if (choice >= 0) {
		flow_ring(l, box, choice, radius);
	}
}

void flow_icon(struct lay *l, struct rect box, const char *name, enum colour ink) {
	if (l->view->rtl && strcmp(name, "back") == 0) {
		name = "next";
	} else if (l->view->rtl && strcmp(name, "next") == 0) {
		name = "back";
	}
	draw_add(l->a, &l->out->draws,
	         (struct draw){.kind = DRAW_PICTURE,
	                       .colour = ink,
	                       .box = flow_place(l, box),
	                       .picture = arena_print(l->a, "icon:%s", name)});
}

int flow_mark(int em) {
	return em * 6 / 10;
}

int flow_mark_width(int em, const struct node *n) {
	return n->mark[0] != '\0' ? flow_mark(em) + em / 5 : 0;
}

void flow_target(struct lay *l, struct rect box, int choice) {
	if (choice >= 0 && l->out->target_count < LAYOUT_TARGETS) {
		l->out->targets[l->out->target_count++] = (struct target){flow_place(l, box), choice, true};
	}
}

void flow_text_seen(struct lay *l, struct text t) {
	struct layout *out = l->out;
	if (text_empty(t) || out->text_count == LAYOUT_TEXTS) {
		return;
	}
	for (int i = 0; i < out->text_count; i++) {
		if (out->texts[i].pieces == t.pieces && out->texts[i].utf8 == t.utf8) {
			return;
		}
	}
	out->texts[out->text_count++] = t;
}

int flow_middle(struct rect box, int em) {
	return box.y + (box.h + em * 714 / 1000) / 2;
}

/* --- slabs: what cannot be divided between two parts ------------------------------------------------------------ */

struct slab {
	const struct node *node; /* the first of `count` neighbours */
	int count;
	struct lines lines;
	int line; /* which of them */
	struct card_plan cards[4];
	int columns;
	int h, before; /* height; air above it unless it is the first of a part */
	bool keep;     /* not the last of a part: a heading stays with what it heads */
};

struct column {
	struct slab *slabs;
	int count, room, w;
	int grid;  /* columns of the card grids in it */
	bool over; /* a word is wider than its place */
};

static struct slab *slab_add(struct lay *l, struct column *c) {
	if (c->count == c->room) {
		int room = c->room == 0 ? 32 : c->room * 2;
		struct slab *slabs = arena_array(l->a, (size_t)room, sizeof *slabs);
		if (c->count > 0) {
			memcpy(slabs, c->slabs, (size_t)c->count * sizeof *slabs);
		}
		c->slabs = slabs;
		c->room = room;
	}
	struct slab *s = &c->slabs[c->count++];
	memset(s, 0, sizeof *s);
	return s;
}

/* A list's dot or a mark stands in front of the lines. */
static int text_indent(const struct lay *l, const struct node *n) {
	return n->kind == NODE_ITEM ? l->em : flow_mark_width(l->em, n);
}

static bool ends_paragraph(const struct lines *ls, int i) {
	const struct line *line = &ls->line[i];
	bool ended = line->count > 0 && (ls->text.pieces[line->first + line->count - 1].flags & PIECE_NEWLINE) != 0;
	return ended || i + 1 == ls->count;
}

/* True for a line that the next one of its paragraph must not leave: one of four lines at most is not divided. */
static bool inside_short_paragraph(const struct lines *ls, int i) {
	enum { SHORT = 4 };
	int first = i, last = i;
	while (first > 0 && !ends_paragraph(ls, first - 1)) {
		first--;
	}
	while (!ends_paragraph(ls, last)) {
		last++;
	}
	return i < last && last - first < SHORT;
}

static void slabs_of_text(struct lay *l, struct column *c, const struct node *n, int em, bool bold, int indent,
                          int before) {
	struct lines ls = lines_make(l->a, l->m, n->text, em, bold, c->w - indent);
	c->over |= ls.longest > c->w - indent;
	for (int i = 0; i < ls.count; i++) {
		struct slab *s = slab_add(l, c);
		s->node = n;
		s->count = 1;
		s->lines = ls;
		s->line = i;
		s->h = line_height(em);
		s->before = i == 0 ? before : 0;
		/* A heading stays with what it heads, and a short paragraph in one piece. */
		s->keep = n->kind == NODE_HEADING || inside_short_paragraph(&ls, i);
	}
}

static void slab_of_number(struct lay *l, struct column *c, const struct node *n) {
	struct lines ls = lines_fit(l->a, l->m, n->text, l->em * 2, c->w);
	struct slab *s = slab_add(l, c);
	s->node = n;
	s->count = 1;
	s->lines = ls;
	s->h = line_height(ls.em);
	s->before = l->em / 4;
	c->over |= ls.longest > c->w;
}

static enum form card_form(const struct node *n, int columns) {
	if (n->choice < 0) {
		return FORM_BOARD;
	}
	return columns >= 3 && n->tint != TINT_NONE ? FORM_TALL : FORM_WIDE;
}

/* One row of the grid. */
static void slab_of_cards(struct lay *l, struct column *c, const struct node *n, int count) {
	int w = (c->w - (c->grid - 1) * l->gutter) / c->grid;
	struct slab *s = slab_add(l, c);
	s->node = n;
	s->count = count;
	s->columns = c->grid;
	s->before = l->gutter;
	for (int i = 0; i < count; i++) {
		s->cards[i] = card_plan(l, &n[i], card_form(&n[i], c->grid), w);
		s->h = s->cards[i].h > s->h ? s->cards[i].h : s->h;
		/* Smaller letters are the last resort of a card that has the whole width. */
		c->over |= s->cards[i].over || (c->grid > 1 && n[i].size == 0 && s->cards[i].em < l->em);
	}
}

static int button_width(struct lay *l, const struct node *n, struct lines *label, int room) {
	int icon = n->icon[0] != '\0' ? l->icon + l->icon_gap : 0;
	*label = lines_make(l->a, l->m, n->text, l->em, true, room - icon - 2 * l->pad_small);
	int w = label->widest + icon + 2 * l->pad_small;
	return w < l->target ? l->target : w;
}

/* As many neighbours as fit beside each other. Returns how many. */
static int slab_of_buttons(struct lay *l, struct column *c, const struct node *n, int count) {
	struct slab *s = slab_add(l, c);
	s->node = n;
	s->before = l->gutter;
	int x = 0;
	for (int i = 0; i < count && i < 4; i++) {
		struct lines label;
		int w = button_width(l, &n[i], &label, c->w);
		if (i > 0 && x + l->gap + w > c->w) {
			break;
		}
		x += w + (i > 0 ? l->gap : 0);
		int h = label.count * line_height(l->em) + l->pad_small;
		s->h = h > s->h ? h : s->h;
		s->count++;
		c->over |= label.longest > c->w - 2 * l->pad_small;
	}
	s->h = s->h < l->target ? l->target : s->h;
	return s->count;
}

/* A keypad is one thing: nine digits in threes and three keys below them, or beside them where the glass is low. */
static void slab_of_keys(struct lay *l, struct column *c, const struct node *n, int count) {
	struct slab *s = slab_add(l, c);
	int rows = (count + 2) / 3;
	bool low = rows * l->target + (rows - 1) * l->gap > l->region_h;
	s->node = n;
	s->count = count;
	s->columns = low ? 4 : 3;
	rows = low ? rows - 1 : rows;
	s->h = rows * l->target + (rows - 1) * l->gap;
	s->before = l->gap;
}

/* A keyboard: as many keys in a row as there is width for, the rows as even as can be. */
static void slab_of_letters(struct lay *l, struct column *c, const struct node *n, int count) {
	struct slab *s = slab_add(l, c);
	int most = (c->w + l->gap) / (l->target + l->gap);
	most = most > 0 ? most : 1;
	int rows = (count + most - 1) / most;
	rows = rows > 0 ? rows : 1;
	s->node = n;
	s->count = count;
	s->columns = (count + rows - 1) / rows;
	s->h = rows * l->target + (rows - 1) * l->gap;
	s->before = l->gap;
}

static void slab_of_note(struct lay *l, struct column *c, const struct node *n) {
	int icon = n->icon[0] != '\0' ? l->icon + l->pad_small : 0;
	struct slab *s = slab_add(l, c);
	s->node = n;
	s->count = 1;
	s->lines = lines_make(l->a, l->m, n->text, l->em, false, c->w - 2 * l->pad_small - icon);
	s->h = s->lines.count * line_height(l->em) + l->pad_small;
	s->h = s->h < l->target ? l->target : s->h;
	s->before = l->gutter;
	c->over |= s->lines.longest > c->w - 2 * l->pad_small - icon;
}

static void slab_of_block(struct lay *l, struct column *c, const struct node *n, int h) {
	struct slab *s = slab_add(l, c);
	s->node = n;
	s->count = 1;
	s->h = h;
	s->before = l->gutter;
}

/* How many neighbours from n on are of its kind. */
static int neighbours(const struct node *n, int count, bool no_optional) {
	int i = 0;
	while (i < count && n[i].kind == n[0].kind && !(no_optional && n[i].optional)) {
		i++;
	}
	return i;
}

static int column_node(struct lay *l, struct column *c, const struct node *n, int count) {
	int alike = neighbours(n, count, l->no_optional);
	int take = 1;
	switch (n->kind) {
	case NODE_HEADING:
		slabs_of_text(l, c, n, l->head_em, true, 0, l->em / 2);
		break;
	case NODE_LEAD:
		slabs_of_text(l, c, n, l->em, false, 0, 0);
		break;
	case NODE_PARAGRAPH:
	case NODE_SOFT:
		slabs_of_text(l, c, n, l->em, false, text_indent(l, n), l->em * 45 / 100);
		break;
	case NODE_ITEM:
		slabs_of_text(l, c, n, l->em, false, text_indent(l, n), l->em * 30 / 100);
		break;
	case NODE_NUMBER:
		slab_of_number(l, c, n);
		break;
	case NODE_CARD:
		take = alike < c->grid ? alike : c->grid;
		slab_of_cards(l, c, n, take);
		break;
	case NODE_BUTTON:
		take = slab_of_buttons(l, c, n, alike);
		break;
	case NODE_KEY:
		take = alike;
		slab_of_keys(l, c, n, alike);
		break;
	case NODE_LETTER:
		take = alike;
		slab_of_letters(l, c, n, alike);
		break;
	case NODE_SPOT: /* has a place of its own */
		break;
	case NODE_NOTE:
		slab_of_note(l, c, n);
		break;
	case NODE_PICTURE:
		slab_of_block(l, c, n, c->w);
		break;
	case NODE_METER:
		slab_of_block(l, c, n, l->gap);
		break;
	}
	return take;
}

static struct column column_make(struct lay *l, const struct node *nodes, int count, int w, int grid) {
	struct column c = {.w = w, .grid = grid};
	for (int i = 0; i < count;) {
		if ((l->no_optional && nodes[i].optional) || (l->no_aside && nodes[i].aside)) {
			i++;
			continue;
		}
		i += column_node(l, &c, &nodes[i], count - i);
	}
	return c;
}

static int column_height(const struct column *c) {
	int h = 0;
	for (int i = 0; i < c->count; i++) {
		h += c->slabs[i].h + (i > 0 ? c->slabs[i].before : 0);
	}
	return h;
}

/* --- dividing a column into parts ------------------------------------------------------------------------------- */

struct part {
	int first, count;
};

/* The slabs that fill a part from `first` on: at least one, and no heading left behind at the end. */
static int part_take(const struct column *c, int first, int room) {
	int h = 0, n = 0;
	while (first + n < c->count) {
		const struct slab *s = &c->slabs[first + n];
		int more = s->h + (n > 0 ? s->before : 0);
		if (n > 0 && h + more > room) {
			break;
		}
		h += more;
		n++;
	}
	int whole = n;
	while (first + n < c->count && n > 1 && c->slabs[first + n - 1].keep) {
		n--;
	}
	/* Headings alone fill the part: then it has to stay as it is. */
	return n == 1 && c->slabs[first].keep ? whole : n;
}

static int parts_count(const struct column *c, int room) {
	int parts = 0;
	for (int at = 0; at < c->count; at += part_take(c, at, room)) {
		parts++;
	}
	return parts > 0 ? parts : 1;
}

static struct part part_find(const struct column *c, int room, int part) {
	int at = 0;
	for (int i = 0; i < part; i++) {
		at += part_take(c, at, room);
	}
	return (struct part){at, at < c->count ? part_take(c, at, room) : 0};
}

/* --- drawing slabs ---------------------------------------------------------------------------------------------- */

static void draw_text_line(struct lay *l, const struct slab *s, struct rect box) {
	const struct node *n = s->node;
	int indent = text_indent(l, n);
	int w = s->lines.line[s->line].width;
	int x = n->centred ? box.x + (box.w - w) / 2 : box.x + indent;
	if (n->kind == NODE_ITEM && s->line == 0) {
		int d = l->em / 4;
		flow_fill(l, (struct rect){box.x + d / 2, box.y + line_ascent(l->em) - l->em * 36 / 100, d, d},
		          C_STRONG, d / 2);
	}
	if (n->mark[0] != '\0' && s->line == 0) {
		int side = flow_mark(l->em);
		flow_icon(l, (struct rect){box.x, box.y + (box.h - side) / 2, side, side}, n->mark, C_SOFT);
	}
	bool soft = n->kind == NODE_LEAD || n->kind == NODE_SOFT;
	struct rect place = flow_place(l, (struct rect){x, box.y, w, box.h});
	lines_draw(l->a, l->m, &l->out->draws, &s->lines, s->line, place.x, box.y + line_ascent(s->lines.em),
	           soft ? C_SOFT : C_INK);
	flow_text_seen(l, n->text);
}

static void draw_cards(struct lay *l, const struct slab *s, struct rect box) {
	int w = (box.w - (s->columns - 1) * l->gutter) / s->columns;
	for (int i = 0; i < s->count; i++) {
		card_draw(l, &s->cards[i], (struct rect){box.x + i * (w + l->gutter), box.y, w, box.h});
	}
}

static void draw_button(struct lay *l, const struct node *n, const struct lines *label, struct rect box) {
	bool strong = n->emphasis == STRONG;
	flow_box(l, box, n->choice, strong ? C_STRONG : C_CARD, strong ? C_STRONG : C_LINE, l->radius);
	enum colour ink = strong ? C_ON_STRONG : C_INK;
	int icon = n->icon[0] != '\0' ? l->icon : 0;
	int lead = icon > 0 ? icon + l->icon_gap : 0;
	int x = box.x + (box.w - lead - label->widest) / 2;
	if (icon > 0) {
		flow_icon(l, (struct rect){x, box.y + (box.h - icon) / 2, icon, icon}, n->icon, ink);
	}
	int h = label->count * line_height(label->em);
	for (int i = 0; i < label->count; i++) {
		struct rect line = {x + lead, box.y + (box.h - h) / 2 + i * line_height(label->em),
		                    label->line[i].width, line_height(label->em)};
		lines_draw(l->a, l->m, &l->out->draws, label, i, flow_place(l, line).x, flow_middle(line, label->em),
		           ink);
	}
	flow_target(l, box, n->choice);
	flow_text_seen(l, n->text);
}

static void draw_buttons(struct lay *l, const struct slab *s, struct rect box) {
	struct lines labels[4];
	int w[4], sum = 0;
	for (int i = 0; i < s->count && i < 4; i++) {
		w[i] = button_width(l, &s->node[i], &labels[i], box.w);
		sum += w[i] + (i > 0 ? l->gap : 0);
	}
	int x = s->node->centred ? box.x + (box.w - sum) / 2 : box.x;
	for (int i = 0; i < s->count && i < 4; i++) {
		draw_button(l, &s->node[i], &labels[i], (struct rect){x, box.y, w[i], box.h});
		x += w[i] + l->gap;
	}
}

static void draw_key(struct lay *l, const struct node *n, struct rect box) {
	flow_box(l, box, n->choice, C_CARD, C_LINE, l->radius);
	int em = l->em * 11 / 10;
	struct lines ls = lines_make(l->a, l->m, n->text, em, true, box.w);
	bool fits = ls.count == 1 && ls.widest <= box.w - l->gap;
	if (n->icon[0] != '\0' && (!fits || n->kind == NODE_SPOT)) {
		int icon = l->icon;
		flow_icon(l, (struct rect){box.x + (box.w - icon) / 2, box.y + (box.h - icon) / 2, icon, icon}, n->icon,
		          C_INK);
	} else if (ls.count > 0) {
		struct rect line = {box.x + (box.w - ls.widest) / 2, box.y, ls.widest, box.h};
		lines_draw(l->a, l->m, &l->out->draws, &ls, 0, flow_place(l, line).x, flow_middle(box, em), C_INK);
		l->out->clipped += !fits;
	}
	flow_target(l, box, n->choice);
	flow_text_seen(l, n->text);
}

void flow_spot(struct lay *l, const struct node *n, struct rect box) {
	draw_key(l, n, box);
}

/* A keypad does not mirror: 1 2 3 stand in the same order on every telephone. */
static void draw_keys(struct lay *l, const struct slab *s, struct rect box) {
	int columns = s->columns, rows = (s->count + columns - 1) / columns;
	int w = (box.w - (columns - 1) * l->gap) / columns;
	int h = (box.h - (rows - 1) * l->gap) / rows;
	bool folded = s->node->kind == NODE_KEY && columns == 4; /* three columns, and the last row beside them */
	int across = folded ? 3 : columns;
	for (int i = 0; i < s->count; i++) {
		int row = i / across, column = i % across;
		if (folded && i >= 9) {
			row = i - 9;
			column = 3;
		}
		column = l->view->rtl ? columns - 1 - column : column;
		draw_key(l, &s->node[i],
		         (struct rect){box.x + column * (w + l->gap), box.y + row * (h + l->gap), w, h});
	}
}

static void draw_note(struct lay *l, const struct slab *s, struct rect box) {
	const struct node *n = s->node;
	flow_box(l, box, n->choice, C_GROUND, C_LINE, l->radius);
	int x = box.x + l->pad_small;
	if (n->icon[0] != '\0') {
		flow_icon(l, (struct rect){x, box.y + (box.h - l->icon) / 2, l->icon, l->icon}, n->icon, C_STRONG);
		x += l->icon + l->pad_small;
	}
	int y = box.y + (box.h - s->lines.count * line_height(l->em)) / 2;
	for (int i = 0; i < s->lines.count; i++) {
		struct rect line = {x, y, s->lines.line[i].width, line_height(l->em)};
		lines_draw(l->a, l->m, &l->out->draws, &s->lines, i, flow_place(l, line).x, y + line_ascent(l->em),
		           C_INK);
		y += line_height(l->em);
	}
	flow_target(l, box, n->choice);
	flow_text_seen(l, n->text);
}

static enum colour picture_ground(enum tint t) {
	return t == TINT_SAND ? C_SAND : t == TINT_ROSE ? C_ROSE : t == TINT_TEAL ? C_TEAL : C_SKY;
}

static void draw_picture(struct lay *l, const struct node *n, struct rect box) {
	int radius = l->radius * 3 / 2;
	flow_fill(l, box, picture_ground(n->tint), radius);
	if (l->view->theme == THEME_DARK) {
		stroke(l, box, C_LINE, radius, l->hair);
	}
	int side = (box.w < box.h ? box.w : box.h) * 3 / 4;
	struct rect inner = {box.x + (box.w - side) / 2, box.y + (box.h - side) / 2, side, side};
	bool icon = strncmp(n->icon, "icon:", 5) == 0;
	draw_add(l->a, &l->out->draws,
	         (struct draw){.kind = DRAW_PICTURE,
	                       .colour = icon ? C_STRONG : C_INK,
	                       .box = flow_place(l, inner),
	                       .picture = n->icon});
	flow_text_seen(l, n->text);
}

static void draw_meter(struct lay *l, const struct node *n, struct rect box) {
	int most = n->centred ? glass_px(l->glass, 8800) : box.w;
	int w = box.w < most ? box.w : most;
	struct rect track = {box.x + (box.w - w) / 2, box.y, w, box.h};
	flow_fill(l, track, C_FAINT, box.h / 2);
	if (n->total > 0 && n->value > 0) {
		track.w = (int)((int64_t)w * n->value / n->total);
		flow_fill(l, track, C_STRONG, box.h / 2);
	}
}

static void draw_slab(struct lay *l, const struct slab *s, struct rect box) {
	switch (s->node->kind) {
	case NODE_CARD:
		draw_cards(l, s, box);
		break;
	case NODE_BUTTON:
		draw_buttons(l, s, box);
		break;
	case NODE_KEY:
	case NODE_LETTER:
		draw_keys(l, s, box);
		break;
	case NODE_SPOT:
		break;
	case NODE_NOTE:
		draw_note(l, s, box);
		break;
	case NODE_PICTURE:
		draw_picture(l, s->node, box);
		break;
	case NODE_METER:
		draw_meter(l, s->node, box);
		break;
	case NODE_HEADING:
	case NODE_LEAD:
	case NODE_PARAGRAPH:
	case NODE_ITEM:
	case NODE_SOFT:
	case NODE_NUMBER:
		if (s->lines.count > 0) {
			draw_text_line(l, s, box);
		}
		break;
	}
}

/* How much a slab may grow into what is left over: cards and keys like room, text does not. */
static int slab_stretch(const struct lay *l, const struct slab *s) {
	if (s->node->kind == NODE_CARD) {
		return s->h * 2 / 5;
	}
	if (s->node->kind == NODE_LETTER) {
		return s->h / 3;
	}
	return s->node->kind == NODE_KEY ? glass_px(l->glass, 2600) : 0;
}

static void draw_part(struct lay *l, const struct column *c, struct part p, struct rect box, bool middle) {
	int used = 0, stretch = 0;
	for (int i = 0; i < p.count; i++) {
		const struct slab *s = &c->slabs[p.first + i];
		used += s->h + (i > 0 ? s->before : 0);
		stretch += slab_stretch(l, s);
	}
	int left = box.h - used > 0 ? box.h - used : 0;
	/* Where more parts follow, all rows keep one height. */
	int grow = l->out->parts > 1 ? 0 : left < stretch ? left : stretch;
	int y = box.y + (middle ? (left - grow) / 2 : 0);
	for (int i = 0; i < p.count; i++) {
		const struct slab *s = &c->slabs[p.first + i];
		y += i > 0 ? s->before : 0;
		int h = s->h + (stretch > 0 ? (int)((int64_t)grow * slab_stretch(l, s) / stretch) : 0);
		draw_slab(l, s, (struct rect){box.x, y, box.w, h});
		y += h;
	}
	l->out->clipped += c->over;
	l->out->clipped += used > box.h;
}

/* --- columns beside each other ---------------------------------------------------------------------------------- */

struct sides {
	int main_x, main_w, side_x, side_w;
};

/* A picture takes what the text can spare; a keypad or a second text nearly half. */
static struct sides sides_place(const struct lay *l, struct rect region, bool picture) {
	int gap = l->pad * 3 / 2;
	int side = picture ? region.w * 30 / 100 : region.w * 46 / 100;
	struct sides s = {.side_w = side, .main_w = region.w - side - gap};
	s.side_x = l->view->side_first ? region.x : region.x + s.main_w + gap;
	s.main_x = l->view->side_first ? region.x + side + gap : region.x;
	return s;
}

static void draw_side_picture(struct lay *l, struct rect region, int x, int w) {
	int h = w * 11 / 10 < region.h ? w * 11 / 10 : region.h;
	draw_picture(l, &l->view->side[0], (struct rect){x, region.y + (region.h - h) / 2, w, h});
}

/* Two columns, if the view has a side and the glass has the width. Returns false when it has not. */
static bool flow_beside(struct lay *l, struct rect region, int part) {
	const struct view *v = l->view;
	if (v->side_count == 0 || region.h > region.w) {
		return false; /* upright: what belongs together stands below each other */
	}
	bool picture = v->side[0].kind == NODE_PICTURE;
	struct sides s = sides_place(l, region, picture);
	if (picture && s.main_w < l->em * 16) {
		return false;
	}
	struct column main = column_make(l, v->nodes + l->first, v->node_count - l->first, s.main_w, v->columns);
	struct column side = column_make(l, v->side, picture ? 0 : v->side_count, s.side_w, 1);
	int parts = parts_count(&main, region.h);
	if (main.over || side.over || (!picture && (parts > 1 || column_height(&side) > region.h))) {
		return false;
	}
	l->out->parts = parts;
	l->out->part = part < parts ? part : parts - 1;
	struct part p = part_find(&main, region.h, l->out->part);
	if (picture) {
		draw_side_picture(l, region, s.side_x, s.side_w);
	}
	draw_part(l, &main, p, (struct rect){s.main_x, region.y, s.main_w, region.h}, true);
	if (!picture) {
		struct part all = {0, side.count};
		draw_part(l, &side, all, (struct rect){s.side_x, region.y, s.side_w, region.h}, true);
	}
	return true;
}

/* --- one column ------------------------------------------------------------------------------------------------- */

/* Main nodes, then the side's: what stands beside on a wide glass comes after on a narrow one. A picture becomes the
 * first thing on the page if there is height for it, else it is left out (its description is still spoken). */
static struct column column_all(struct lay *l, struct rect region, int grid) {
	const struct view *v = l->view;
	int main = v->node_count - l->first, count = main + v->side_count;
	struct node *all = arena_array(l->a, (size_t)count + 1, sizeof *all);
	bool picture = v->side_count > 0 && v->side[0].kind == NODE_PICTURE;
	memcpy(all, v->nodes + l->first, (size_t)main * sizeof *all);
	if (!picture && v->side_count > 0) {
		memcpy(all + main, v->side, (size_t)v->side_count * sizeof *all);
	}
	return column_make(l, all, picture ? main : count, region.w, grid);
}

static void draw_one_column(struct lay *l, const struct column *c, struct rect region, int part) {
	l->out->parts = parts_count(c, region.h);
	l->out->part = part < l->out->parts ? part : l->out->parts - 1;
	struct part p = part_find(c, region.h, l->out->part);
	bool picture = l->view->side_count > 0 && l->view->side[0].kind == NODE_PICTURE;
	int left = region.h - column_height(c);
	if (picture && l->out->parts == 1 && left > l->target * 2) {
		/* Upright glass: the picture stands above the text, as large as the text lets it. */
		int h = left - l->gutter < region.w * 2 / 3 ? left - l->gutter : region.w * 2 / 3;
		draw_picture(l, &l->view->side[0], (struct rect){region.x, region.y, region.w, h});
		region.y += h + l->gutter;
		region.h -= h + l->gutter;
	} else if (picture) {
		flow_text_seen(l, l->view->side[0].text);
	}
	draw_part(l, c, p, region, l->view->bare || picture);
}

static bool column_fits(const struct column *c, int room) {
	for (int i = 0; i < c->count; i++) {
		if (c->slabs[i].h > room) {
			return false;
		}
	}
	return !c->over;
}

/* The grid that needs the fewest parts, the widest of those; one in which no word is wider than its card and no card
 * taller than the region, if there is one. */
static struct column column_best(struct lay *l, struct rect region) {
	struct column best = {0};
	int best_parts = 0;
	for (int grid = l->view->columns; grid >= 1; grid--) {
		struct column c = column_all(l, region, grid);
		bool fits = column_fits(&c, region.h);
		int parts = parts_count(&c, region.h);
		if (best_parts == 0 || (fits && (parts < best_parts || !column_fits(&best, region.h)))) {
			best = c;
			best_parts = parts;
		}
	}
	return best;
}

/* Tries grids from wide to narrow until everything is on one part; on an upright glass, columns of a few letters only
 * when there is no other way. */
static bool column_whole(struct lay *l, struct rect region, struct column *out) {
	for (int pass = 0; pass < 2; pass++) {
		for (int grid = l->view->columns; grid >= 1; grid--) {
			bool narrow = grid > 1 && region.h > region.w && region.w / grid < l->em * 10;
			if (narrow != (pass == 1)) {
				continue;
			}
			*out = column_all(l, region, grid);
			if (!out->over && column_height(out) <= region.h) {
				return true;
			}
		}
	}
	return false;
}

static bool flow_whole(struct lay *l, struct rect region, int part) {
	struct column c;
	if (!column_whole(l, region, &c)) {
		return false;
	}
	draw_one_column(l, &c, region, part);
	return true;
}

/* True when the first part would hold a heading and the list that it heads would begin on the next: a list says by
 * itself what it is, so it comes first. */
static bool heading_alone(const struct column *c, int room) {
	int n = part_take(c, 0, room);
	if (c->count == 0) {
		return false;
	}
	for (int i = 0; i < n; i++) {
		if (c->slabs[i].node->kind != NODE_HEADING) {
			return false;
		}
	}
	return n < c->count && c->slabs[n].node->kind == NODE_CARD;
}

/* Everything but what is optional, and the quiet line beside Hide, where it takes the place of the heading: on one part,
 * or (`many`) on each. */
static bool flow_aside(struct lay *l, struct rect region, int part, bool many) {
	const struct view *v = l->view;
	int i = 0;
	while (i < v->node_count && !v->nodes[i].aside) {
		i++;
	}
	if (i == v->node_count || v->has_foot || (l->first > 0 && !v->nodes[0].optional)) {
		return false;
	}
	int draws = l->out->draws.count, texts = l->out->text_count;
	struct column c;
	l->no_optional = l->no_aside = true;
	bool fits = column_whole(l, region, &c);
	if (!fits && many) {
		c = column_best(l, region);
	}
	if (fits || many) {
		l->out->draws.count = l->below_top;
		l->out->text_count = 0;
		if (flow_beside_hide(l, &v->nodes[i], l->em, false, C_SOFT)) {
			draw_one_column(l, &c, region, part);
			return true;
		}
	}
	l->out->draws.count = draws;
	l->out->text_count = texts;
	l->no_aside = false;
	return false;
}

void flow_make(struct lay *l, struct rect region, int part) {
	if (flow_beside(l, region, part)) {
		return;
	}
	if (l->view->whole) {
		/* Give up the least first: optional lines, then second lines of cards, then both. Second lines stay where there
		 * can be a next part: they may be the note of what a module talks about. */
		int steps = l->view->turning == TURN_NEVER ? 4 : 2;
		for (int step = 0; step < steps; step++) {
			l->no_optional = step & 1;
			l->compact = step & 2;
			if (step > 0 && flow_beside(l, region, part)) {
				return;
			}
			if (flow_whole(l, region, part)) {
				return;
			}
		}
		if (flow_aside(l, region, part, false) || flow_aside(l, region, part, true)) {
			return;
		}
		l->no_optional = true;
		l->compact = false;
	}
	struct column c = column_best(l, region);
	if (!l->view->asks && heading_alone(&c, region.h)) {
		l->first++;
		c = column_best(l, region);
	}
	draw_one_column(l, &c, region, part);
}

int flow_foot(struct lay *l, struct rect region) {
	struct card_plan c = card_plan(l, &l->view->foot, FORM_NAMED, region.w);
	int h = c.h + (l->small ? 0 : l->pad_small);
	card_draw(l, &c, (struct rect){region.x, region.y + region.h - h, region.w, h});
	return h;
}
