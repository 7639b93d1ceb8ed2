#include "visit/pure/layout.h"

#include "visit/pure/flow.h"
#include "visit/pure/lines.h"

#include <string.h>

/* Capital heights in hundredths of a millimetre: one in each band of VVSG 2.0 7.1-G, the second the usual one. */
static const int cap_hmm[] = {0, 385, 490, 660, 870};

int layout_em(struct glass g, int size) {
	if (size < 1 || size > 4) {
		size = 2;
	}
	/* 714 / 1000 em is a capital's height; rounded up so that 4.8 mm is never missed by a pixel. */
	return (cap_hmm[size] * g.px_per_cm + 713) / 714;
}

/* --- the top line ---------------------------------------------------------------------------------------------- */

static void lay_hide(struct lay *l) {
	struct rect box = glass_hide(l->glass);
	struct target *t = &l->out->targets[l->out->target_count++];
	*t = (struct target){box, TARGET_HIDE, !text_empty(l->view->hide)};
	if (!t->seen) {
		return;
	}
	flow_text_seen(l, l->view->hide);
	draw_add(l->a, &l->out->draws,
	         (struct draw){.kind = DRAW_FILL, .colour = C_HIDE, .box = box, .radius = box.h / 2});
	int icon = box.h * 45 / 100, gap = box.h / 6;
	int room = box.w - icon - gap - box.h * 6 / 10;
	int em = layout_em(l->glass, l->view->size);
	struct lines ls = lines_make(l->a, l->m, l->view->hide, em, true, room);
	while (ls.count > 0 && (ls.count > 1 || ls.widest > room) && em > layout_em(l->glass, 1) * 3 / 4) {
		em -= 1;
		ls = lines_make(l->a, l->m, l->view->hide, em, true, room);
	}
	bool fits = ls.count == 1 && ls.widest <= room;
	int w = icon + (fits ? gap + ls.widest : 0);
	int x = box.x + (box.w - w) / 2;
	/* The place does not mirror; icon and word do, as the language reads. */
	int icon_x = l->view->rtl && fits ? x + ls.widest + gap : x;
	draw_add(l->a, &l->out->draws,
	         (struct draw){.kind = DRAW_PICTURE,
	                       .colour = C_ON_HIDE,
	                       .picture = "icon:hide",
	                       .box = {icon_x, box.y + (box.h - icon) / 2, icon, icon}});
	if (fits) {
		int text_x = l->view->rtl ? x : x + icon + gap;
		lines_draw(l->a, l->m, &l->out->draws, &ls, 0, text_x, flow_middle(box, em), C_ON_HIDE);
	}
	flow_ring(l, box, TARGET_HIDE, box.h / 2);
}

bool flow_beside_hide(struct lay *l, const struct node *n, int em, bool bold, enum colour ink) {
	struct rect hide = glass_hide(l->glass);
	struct rect box = {l->edge, hide.y, hide.x - 2 * l->edge, hide.h};
	int mark = flow_mark_width(em, n), side = flow_mark(em);
	struct text t = text_empty(n->more) ? n->text : n->more;
	struct lines ls = lines_make(l->a, l->m, t, em, bold, box.w - mark);
	if (ls.count != 1 || ls.widest > box.w - mark) {
		return false;
	}
	flow_text_seen(l, t);
	int x = l->view->rtl ? box.x : box.x + mark;
	lines_draw(l->a, l->m, &l->out->draws, &ls, 0, x, flow_middle(box, em), ink);
	if (mark > 0) {
		/* flow_icon mirrors, and this place does not. */
		struct rect icon = {l->view->rtl ? x + ls.widest + mark - side : box.x, box.y + (box.h - side) / 2,
		                    side, side};
		flow_icon(l, flow_place(l, icon), n->mark, ink);
	}
	return true;
}

/* What is being typed: its end, where the next letter comes, if all of it would be too small to read. */
static void lay_input(struct lay *l) {
	struct rect hide = glass_hide(l->glass);
	struct rect box = {l->edge, hide.y, hide.x - 2 * l->edge, hide.h};
	struct piece end = l->view->input.pieces[0];
	struct text shown = l->view->input;
	struct lines ls = lines_fit(l->a, l->m, shown, l->head_em, box.w);
	while (ls.em < layout_em(l->glass, 1) && end.len > 1) {
		/* One letter less: bytes behind the first of a letter are 10xxxxxx. */
		do {
			end.utf8++;
			end.len--;
		} while (end.len > 1 && ((unsigned char)*end.utf8 & 0xc0) == 0x80);
		shown = text_plain(l->a, arena_print(l->a, "\u2026%.*s", (int)end.len, end.utf8));
		ls = lines_fit(l->a, l->m, shown, l->head_em, box.w);
	}
	lines_draw(l->a, l->m, &l->out->draws, &ls, 0, box.x, flow_middle(box, ls.em), C_INK);
	flow_text_seen(l, l->view->input);
}

/* The top line says where one is: the crumb, or on a screen without one its heading, if it fits. */
static void lay_top(struct lay *l) {
	const struct view *v = l->view;
	l->first = 0;
	l->below_top = l->out->draws.count;
	if (!text_empty(v->input)) {
		lay_input(l);
	} else if (!text_empty(v->crumb)) {
		struct node crumb = {.text = v->crumb};
		(void)flow_beside_hide(l, &crumb, l->em, false, C_SOFT);
	} else if (!v->bare && v->node_count > 0 && v->nodes[0].kind == NODE_HEADING) {
		l->first = flow_beside_hide(l, &v->nodes[0], l->head_em, true, C_INK);
	}
}

/* --- the bar --------------------------------------------------------------------------------------------------- */

struct bar_item {
	const struct node *node;
	struct lines label;
	bool labelled;
	int w;
};

static int bar_item_width(const struct lay *l, const struct bar_item *b) {
	int icon = b->node->icon[0] != '\0' ? l->icon : 0;
	int label = b->labelled ? b->label.widest : 0;
	int w = icon + label + (icon > 0 && label > 0 ? l->icon_gap : 0) + 2 * l->pad_small;
	return w < l->target ? l->target : w;
}

static int bar_width(const struct lay *l, struct bar_item *items, int count) {
	int sum = 0;
	for (int i = 0; i < count; i++) {
		items[i].w = bar_item_width(l, &items[i]);
		sum += items[i].w + (i > 0 ? l->gap : 0);
	}
	return sum;
}

static struct bar_item bar_item(struct lay *l, const struct node *n) {
	struct lines label = lines_make(l->a, l->m, n->text, l->em, true, l->glass.w);
	return (struct bar_item){.node = n, .label = label, .labelled = label.count == 1};
}

static int bar_collect(struct lay *l, struct bar_item *items, bool next) {
	const struct view *v = l->view;
	int n = 0;
	for (int i = 0; i < v->bar_start_count; i++) {
		items[n++] = bar_item(l, &v->bar_start[i]);
	}
	for (int i = 0; i < v->bar_end_count; i++) {
		items[n++] = bar_item(l, &v->bar_end[i]);
	}
	if (next) {
		items[n++] = bar_item(l, &v->next);
	}
	return n;
}

/* Words give way to icons, from the start of the bar on, until all of it fits; the last ones matter most. An item
 * without an icon keeps its word. */
static void bar_fit(const struct lay *l, struct bar_item *items, int count, int room) {
	for (int i = 0; i < count && bar_width(l, items, count) > room; i++) {
		if (items[i].node->icon[0] != '\0') {
			items[i].labelled = false;
		}
	}
	(void)bar_width(l, items, count);
}

static void bar_draw_item(struct lay *l, const struct bar_item *b, struct rect box) {
	bool strong = b->node->emphasis == STRONG;
	flow_box(l, box, b->node->choice, strong ? C_STRONG : C_CARD, strong ? C_STRONG : C_LINE, l->radius);
	enum colour ink = strong ? C_ON_STRONG : C_INK;
	int icon = b->node->icon[0] != '\0' ? l->icon : 0;
	int label = b->labelled ? b->label.widest : 0;
	int gap = icon > 0 && label > 0 ? l->icon_gap : 0;
	int x = box.x + (box.w - icon - gap - label) / 2;
	bool icon_last = strong; /* "Next >" */
	struct rect icon_box = {icon_last ? x + label + gap : x, box.y + (box.h - icon) / 2, icon, icon};
	if (icon > 0) {
		flow_icon(l, icon_box, b->node->icon, ink);
	}
	if (label > 0) {
		struct rect text = {icon_last ? x : x + icon + gap, box.y, label, box.h};
		lines_draw(l->a, l->m, &l->out->draws, &b->label, 0, flow_place(l, text).x, flow_middle(box, l->em),
		           ink);
	}
	flow_target(l, box, b->node->choice);
	flow_text_seen(l, b->node->text);
}

static void bar_dots(struct lay *l, int from, int to, struct rect bar) {
	const struct view *v = l->view;
	if (v->dots <= 0) {
		return;
	}
	int d = l->em / 3, step = d + l->em / 4, wide = d * 5 / 2;
	int w = (v->dots - 1) * step + wide;
	int y = bar.y + (bar.h - d) / 2;
	int x = from + (to - from - w) / 2;
	if (w + 2 * l->gap > to - from) {
		/* No room for dots: a thin strip along the bar's upper edge says the same. */
		struct rect track = {0, bar.y, l->glass.w, l->em / 6};
		struct rect done = {0, bar.y, l->glass.w * v->dot / v->dots, l->em / 6};
		flow_fill(l, track, C_FAINT, 0);
		flow_fill(l, done, C_STRONG, 0);
		return;
	}
	for (int i = 1; i <= v->dots; i++) {
		int this = i == v->dot ? wide : d;
		flow_fill(l, (struct rect){x, y, this, d}, i == v->dot ? C_STRONG : C_FAINT, d / 2);
		x += this + step - d;
	}
}

static void lay_bar(struct lay *l, bool next) {
	struct bar_item items[2 * VIEW_BAR + 1];
	int count = bar_collect(l, items, next);
	if (count == 0) {
		return;
	}
	struct rect bar = {0, l->glass.h - l->bar_h, l->glass.w, l->bar_h};
	flow_fill(l, bar, C_BAR, 0);
	flow_fill(l, (struct rect){0, bar.y, bar.w, l->hair}, C_LINE, 0);
	int room = l->glass.w - 2 * l->edge;
	int dots = l->view->dots > 0 ? l->em * 2 : 0;
	bar_fit(l, items, count, room - dots);
	/* The largest letters reach below a button of the usual height. */
	int h = l->em * 5 / 4 > l->target ? l->em * 5 / 4 : l->target;
	int y = bar.y + (bar.h - h) / 2;
	int x = l->edge;
	int start = l->view->bar_start_count;
	for (int i = 0; i < start; i++) {
		bar_draw_item(l, &items[i], (struct rect){x, y, items[i].w, h});
		x += items[i].w + l->gap;
	}
	int end = l->glass.w - l->edge - bar_width(l, items + start, count - start);
	bar_dots(l, x - l->gap, end, bar);
	for (int i = start; i < count; i++) {
		bar_draw_item(l, &items[i], (struct rect){end, y, items[i].w, h});
		end += items[i].w + l->gap;
	}
}

/* --- putting it together --------------------------------------------------------------------------------------- */

static void lay_measures(struct lay *l, int size) {
	struct glass g = l->glass;
	l->em = layout_em(g, size);
	l->head_em = size >= 4 ? l->em : l->em * (size == 3 ? 112 : 125) / 100;
	l->target = glass_px(g, TARGET_HMM);
	l->gap = glass_px(g, GAP_HMM + 10);
	l->small = g.w < 1000 || g.h < 600;
	l->gutter = glass_px(g, l->small ? 280 : 400);
	l->edge = glass_edge(g);
	l->pad = glass_px(g, l->small ? 280 : 450);
	l->pad_small = glass_px(g, 300);
	l->radius = glass_px(g, 300);
	l->hair = glass_px(g, 30);
	l->icon = l->em * 3 / 4 < l->target * 42 / 100 ? l->target * 42 / 100 : l->em * 3 / 4;
	l->icon = l->icon > l->target * 6 / 10 ? l->target * 6 / 10 : l->icon;
	l->icon_gap = l->target * 18 / 100;
	l->bar_h = l->target + 2 * l->gap;
}

static bool bar_there(const struct view *v) {
	return v->bar_start_count + v->bar_end_count > 0 || v->turning != TURN_NEVER;
}

static struct rect lay_region(const struct lay *l) {
	const struct view *v = l->view;
	struct rect hide = glass_hide(l->glass);
	bool top = !text_empty(v->hide);
	int edge = l->small ? l->gap : l->edge;
	int y = top ? hide.y + hide.h + l->gap : edge;
	int bottom = bar_there(v) ? l->glass.h - l->bar_h - l->gap : l->glass.h - edge;
	return (struct rect){l->edge, y, l->glass.w - 2 * l->edge, bottom - y};
}

/* Squares in the corners, at the sides and in the middle, the words and the foot in between. */
static struct rect lay_spots(struct lay *l, struct rect region) {
	const struct view *v = l->view;
	struct rect all = {0, 0, l->glass.w, l->glass.h};
	int t = l->target, gap = l->gap;
	for (int i = 0; i < v->node_count; i++) {
		const struct node *n = &v->nodes[i];
		if (n->kind != NODE_SPOT) {
			continue;
		}
		int place = n->value < 2 ? n->value : n->value + 1;
		struct rect box = {(all.w - t) * (place % 3) / 2, (all.h - t) * (place / 3) / 2, t, t};
		flow_spot(l, n, flow_place(l, box)); /* mirrored twice: Hide does not mirror, so neither do they */
	}
	int top = region.y > t + gap ? region.y : t + gap;
	region = (struct rect){t + gap, top, all.w - 2 * (t + gap), all.h - t - gap - top};
	(void)flow_foot(l, region);
	region.h = (all.h - t) / 2 - gap - top;
	return region;
}

static void lay_screen(struct lay *l, int size, int part) {
	const struct view *v = l->view;
	memset(l->out, 0, sizeof *l->out);
	lay_measures(l, size);
	flow_fill(l, (struct rect){0, 0, l->glass.w, l->glass.h}, v->filled ? v->fill : C_GROUND, 0);
	if (v->frame) {
		flow_box(l, (struct rect){0, 0, l->glass.w, l->glass.h}, -1, C_GROUND, C_INK, 0);
	}
	lay_top(l);
	struct rect region = lay_region(l);
	l->region_h = region.h;
	if (v->spots) {
		region = lay_spots(l, region);
	} else if (v->has_foot) {
		region.h -= flow_foot(l, region) + l->gutter;
	}
	flow_make(l, region, part);
	bool more = l->out->part + 1 < l->out->parts;
	lay_bar(l, v->turning == TURN_ALWAYS || (v->turning == TURN_WHEN_LONG && more));
	lay_hide(l);
}

void layout_make(struct layout *out, struct arena *a, const struct view *v, struct glass g, struct measure m, int part,
                 int focused, int pressed) {
	struct lay lay = {.out = out, .a = a, .view = v, .glass = g, .m = m, .focused = focused, .pressed = pressed};
	int size = v->size;
	lay_screen(&lay, size, part);
	/* A screen that has no "next" must be whole: the largest words on the smallest glass may have to give a little. */
	while (v->turning == TURN_NEVER && (out->parts > 1 || out->clipped > 0) && size > 1) {
		lay_screen(&lay, --size, part);
	}
	for (int i = 0; i < out->text_count; i++) {
		out->words += text_words(out->texts[i]);
	}
}
