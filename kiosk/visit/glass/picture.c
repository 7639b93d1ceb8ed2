#include "visit/glass/picture.h"

#include <SDL_image.h>
#include <stdlib.h>
#include <string.h>

#include "wire/wire.h"

enum {
	KEPT = 32,            /* pictures; a screen of choices shows about a dozen icons */
	KEPT_BYTES = 1 << 20, /* together: the icons of some screens and a page's picture; a larger one is kept alone */
	SIDE_MAX = 4096,      /* pixels; the largest glass */
	SVG_MAX = 1000000,    /* bytes; the pack's own limit */
};

struct kept {
	char name[WIRE_ID];   /* "": place is free */
	int w, h;             /* of the box it was made for */
	SDL_Surface *surface; /* RGBA32; NULL: tried, and not a picture */
	bool mask;
	uint64_t used;
};

struct pictures {
	struct picture_source source;
	struct kept kept[KEPT];
	uint64_t asked;
	uint8_t line[SIDE_MAX + 1]; /* one row of a mask */
};

struct pictures *pictures_new(struct picture_source source) {
	struct pictures *p = calloc(1, sizeof *p);
	if (p != NULL) {
		p->source = source;
	}
	return p;
}

static void drop(struct kept *k) {
	SDL_FreeSurface(k->surface);
	memset(k, 0, sizeof *k);
}

void pictures_free(struct pictures *p) {
	for (int i = 0; p != NULL && i < KEPT; i++) {
		drop(&p->kept[i]);
	}
	free(p);
}

static size_t surface_bytes(const SDL_Surface *s) {
	return s == NULL ? 0 : (size_t)s->pitch * (size_t)s->h;
}

/* A free place; the pictures not shown for the longest make room for `bytes` more. */
static struct kept *place_for(struct pictures *p, size_t bytes) {
	for (;;) {
		struct kept *place = NULL, *oldest = NULL;
		size_t sum = 0;
		for (int i = 0; i < KEPT; i++) {
			struct kept *k = &p->kept[i];
			sum += surface_bytes(k->surface);
			if (k->name[0] == 0) {
				place = k;
			} else if (oldest == NULL || k->used < oldest->used) {
				oldest = k;
			}
		}
		if (place != NULL && (oldest == NULL || sum + bytes <= KEPT_BYTES)) {
			return place;
		}
		drop(oldest);
	}
}

/* The picture at the size of the box; NULL when there is none or it cannot be read. */
static SDL_Surface *rasterise(struct pictures *p, const char *name, int w, int h, bool *mask) {
	const void *svg = NULL;
	size_t size = 0;
	if (!p->source.find(p->source.self, name, &svg, &size, mask) || size == 0 || size > SVG_MAX) {
		return NULL;
	}
	SDL_RWops *bytes = SDL_RWFromConstMem(svg, (int)size);
	if (bytes == NULL) {
		return NULL;
	}
	SDL_Surface *s = IMG_LoadSizedSVG_RW(bytes, w, h);
	SDL_RWclose(bytes);
	/* A side may come out a pixel larger than the box by rounding; anything else is not what was asked for. */
	if (s != NULL &&
	    (s->w < 1 || s->h < 1 || s->w > w + 1 || s->h > h + 1 || s->format->format != SDL_PIXELFORMAT_RGBA32)) {
		SDL_FreeSurface(s);
		return NULL;
	}
	return s;
}

/* What is kept under that name and size; made, or found not to be a picture, when first asked for. */
static struct kept *find(struct pictures *p, const char *name, int w, int h) {
	for (int i = 0; i < KEPT; i++) {
		struct kept *k = &p->kept[i];
		if (k->w == w && k->h == h && strcmp(k->name, name) == 0) {
			return k;
		}
	}
	bool mask = false;
	SDL_Surface *s = rasterise(p, name, w, h, &mask);
	struct kept *k = place_for(p, surface_bytes(s));
	*k = (struct kept){.w = w, .h = h, .surface = s, .mask = mask};
	memcpy(k->name, name, strlen(name) + 1);
	return k;
}

static const uint8_t *shape_of(struct pictures *p, const uint8_t *rgba, int n) {
	for (int i = 0; i < n; i++) {
		p->line[i] = rgba[4 * i + 3];
	}
	return p->line;
}

bool picture_draw(struct pictures *p, struct canvas *c, const char *name, struct rect box, uint32_t rgb) {
	if (name == NULL || name[0] == 0 || strlen(name) >= WIRE_ID || box.w < 1 || box.h < 1 || box.w >= SIDE_MAX ||
	    box.h >= SIDE_MAX) {
		return false;
	}
	struct kept *k = find(p, name, box.w, box.h);
	k->used = ++p->asked;
	if (k->surface == NULL) {
		return false;
	}
	const SDL_Surface *s = k->surface;
	int x = box.x + (box.w - s->w) / 2, y = box.y + (box.h - s->h) / 2;
	struct rect clip = c->clip;
	c->clip = rect_cut(box, clip);
	for (int row = 0; row < s->h; row++) {
		const uint8_t *rgba = (const uint8_t *)s->pixels + (long)row * s->pitch;
		if (k->mask) {
			canvas_cover(c, x, y + row, shape_of(p, rgba, s->w), s->w, rgb);
		} else {
			canvas_lay(c, x, y + row, rgba, s->w);
		}
	}
	c->clip = clip;
	return true;
}
