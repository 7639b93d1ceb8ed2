#include "base/geom.h"

bool rect_has(struct rect r, int x, int y) {
	return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

bool rect_inside(struct rect inner, struct rect outer) {
	return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
	       inner.y + inner.h <= outer.y + outer.h;
}

bool rect_overlaps(struct rect a, struct rect b) {
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

struct rect rect_grow(struct rect r, int by) {
	return (struct rect){r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by};
}

int glass_px(struct glass g, int hundredths_mm) {
	/* px = hmm / 100 mm * px_per_cm / 10 */
	return (hundredths_mm * g.px_per_cm + 999) / 1000;
}

int glass_edge(struct glass g) {
	int gap = glass_px(g, GAP_HMM + 10);
	return g.w / 32 > gap ? g.w / 32 : gap;
}

struct rect glass_hide(struct glass g) {
	int h = glass_px(g, TARGET_HMM);
	int w = glass_px(g, 5200);
	if (w > g.w / 3) {
		w = g.w / 3;
	}
	return (struct rect){g.w - glass_edge(g) - w, glass_px(g, GAP_HMM), w, h};
}
