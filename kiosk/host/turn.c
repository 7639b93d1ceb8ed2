#include "host/turn.h"

#include <stddef.h>

static bool sideways(struct turn t) {
	return t.turned == 90 || t.turned == 270;
}

void turn_size(struct turn t, int *w, int *h) {
	*w = sideways(t) ? t.h : t.w;
	*h = sideways(t) ? t.w : t.h;
}

void turn_point(struct turn t, int *x, int *y) {
	int panel_x = *x, panel_y = *y;
	switch (t.turned) {
	case 90:
		*x = t.h - 1 - panel_y;
		*y = panel_x;
		break;
	case 180:
		*x = t.w - 1 - panel_x;
		*y = t.h - 1 - panel_y;
		break;
	case 270:
		*x = panel_y;
		*y = t.w - 1 - panel_x;
		break;
	default:
		break;
	}
}

struct rect turn_rect(struct turn t, struct rect p) {
	switch (t.turned) {
	case 90:
		return (struct rect){p.y, t.h - p.x - p.w, p.h, p.w};
	case 180:
		return (struct rect){t.w - p.x - p.w, t.h - p.y - p.h, p.w, p.h};
	case 270:
		return (struct rect){t.w - p.y - p.h, p.x, p.h, p.w};
	default:
		return p;
	}
}

void turn_row(struct turn t, const uint32_t *frame, int stride_px, int x, int y, int count, uint32_t *out) {
	int next_x = x + 1, next_y = y;
	turn_point(t, &x, &y);
	turn_point(t, &next_x, &next_y);
	/* One pixel further on the panel is so far away in the frame. */
	ptrdiff_t step = (ptrdiff_t)(next_y - y) * stride_px + (next_x - x);
	const uint32_t *from = frame + (ptrdiff_t)y * stride_px + x;
	for (int i = 0; i < count; i++, from += step) {
		out[i] = *from;
	}
}
