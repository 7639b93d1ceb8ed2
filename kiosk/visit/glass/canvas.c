#include "visit/glass/canvas.h"

#include <string.h>

struct canvas canvas_on(uint32_t *pixels, int w, int h) {
	return (struct canvas){pixels, w, h, {0, 0, w, h}};
}

struct rect rect_cut(struct rect r, struct rect in) {
	int x0 = r.x > in.x ? r.x : in.x;
	int y0 = r.y > in.y ? r.y : in.y;
	int x1 = r.x + r.w < in.x + in.w ? r.x + r.w : in.x + in.w;
	int y1 = r.y + r.h < in.y + in.h ? r.y + r.h : in.y + in.h;
	if (x1 <= x0 || y1 <= y0) {
		return (struct rect){x0, y0, 0, 0};
	}
	return (struct rect){x0, y0, x1 - x0, y1 - y0};
}

struct rect rect_join(struct rect a, struct rect b) {
	if (a.w <= 0 || a.h <= 0) {
		return b;
	}
	if (b.w <= 0 || b.h <= 0) {
		return a;
	}
	int x0 = a.x < b.x ? a.x : b.x;
	int y0 = a.y < b.y ? a.y : b.y;
	int x1 = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
	int y1 = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
	return (struct rect){x0, y0, x1 - x0, y1 - y0};
}

static uint32_t *pixel_at(struct canvas *c, int x, int y) {
	return c->pixels + (long)y * c->w + x;
}

/* `over` laid on `under` with a strength of 0 to 255; 255 must give `over` exactly, so it is stretched to 256. */
static uint32_t mix(uint32_t under, uint32_t over, uint32_t strength) {
	uint32_t a = strength + (strength >> 7), b = 256 - a;
	uint32_t red_blue = ((over & 0xff00ff) * a + (under & 0xff00ff) * b) >> 8 & 0xff00ff;
	uint32_t green = ((over & 0xff00) * a + (under & 0xff00) * b) >> 8 & 0xff00;
	return red_blue | green;
}

void canvas_fill(struct canvas *c, struct rect r, uint32_t rgb) {
	r = rect_cut(r, c->clip);
	for (int y = r.y; y < r.y + r.h; y++) {
		uint32_t *p = pixel_at(c, r.x, y);
		for (int i = 0; i < r.w; i++) {
			p[i] = rgb;
		}
	}
}

/* Cuts a row of n pixels at x, y to the clip; `skip` is how many fall off on the left. Returns what is left of n. */
static int cut_row(const struct canvas *c, int x, int y, int n, int *skip) {
	struct rect r = rect_cut((struct rect){x, y, n, 1}, c->clip);
	*skip = r.x - x;
	return r.w;
}

/* The first of n pixels from i on that is covered at all. Most of a line of text is not: eight at a time. */
static int next_covered(const uint8_t *coverage, int i, int n) {
	if (i < n && coverage[i] != 0) {
		return i;
	}
	for (uint64_t eight = 0; i + (int)sizeof eight <= n; i += (int)sizeof eight) {
		memcpy(&eight, coverage + i, sizeof eight);
		if (eight != 0) {
			break;
		}
	}
	while (i < n && coverage[i] == 0) {
		i++;
	}
	return i;
}

void canvas_cover(struct canvas *c, int x, int y, const uint8_t *coverage, int n, uint32_t rgb) {
	int skip = 0;
	n = cut_row(c, x, y, n, &skip);
	if (n == 0) {
		return;
	}
	uint32_t *p = pixel_at(c, x + skip, y);
	coverage += skip;
	for (int i = next_covered(coverage, 0, n); i < n; i = next_covered(coverage, i + 1, n)) {
		p[i] = coverage[i] == 255 ? rgb : mix(p[i], rgb, coverage[i]);
	}
}

void canvas_lay(struct canvas *c, int x, int y, const uint8_t *rgba, int n) {
	int skip = 0;
	n = cut_row(c, x, y, n, &skip);
	if (n == 0) {
		return;
	}
	uint32_t *p = pixel_at(c, x + skip, y);
	rgba += 4L * skip;
	for (int i = 0; i < n; i++, rgba += 4) {
		uint32_t rgb = (uint32_t)rgba[0] << 16 | (uint32_t)rgba[1] << 8 | rgba[2];
		p[i] = mix(p[i], rgb, rgba[3]);
	}
}
