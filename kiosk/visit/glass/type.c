#include "visit/glass/type.h"

#include <SDL_ttf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "visit/glass/hash.h"
#include "visit/glass/type_late.h"

enum {
	WIDTHS = 4096,    /* a power of two; a long page measures about 400 pieces */
	RUN_BYTES = 4000, /* of one run; a line of the widest glass has fewer */
	PX_MIN = 4,
	PX_MAX = 512,
};

/* The hinter learns a script from a hundred of its letters. In a font of many thousand they lie all over the file, which
 * costs every visit two megabytes; at the sizes here such letters are as sharp without it. */
enum { HINTED_BYTES = 1 << 20 };

/* One font for all its sizes: what the hinter and HarfBuzz learn of a file, they learn once, and that takes longer than to
 * draw a screen's letters again at another size. */
struct font_file {
	void *bytes; /* mapped */
	size_t size;
	struct wire_font row;
	TTF_Font *font; /* NULL until it is asked for */
	int px;         /* the size that it has now */
	int pad;        /* at that size: width of one space, in pixels */
	int pads;       /* width of two */
};

struct width {
	uint64_t key;
	int advance;
};

struct type {
	struct font_file files[WIRE_MAX_FONTS];
	int count;
	struct width widths[WIDTHS];
};

struct type *type_open(int first_fd, const struct wire_font *table, int count, struct fault *f) {
	if (count < 1 || count > WIRE_MAX_FONTS) {
		fault_say(f, "There is no font to draw with. Name at least one in the font table.");
		return NULL;
	}
	if (!type_late_load()) {
		fault_say(f, "The libraries that draw letters are missing. Install libfreetype6 and libharfbuzz0b.");
		return NULL;
	}
	struct type *t = calloc(1, sizeof *t);
	if (t == NULL || TTF_Init() != 0) {
		fault_say(f, "There is not enough memory to draw text.");
		free(t);
		return NULL;
	}
	for (; t->count < count; t->count++) {
		struct font_file *file = &t->files[t->count];
		struct stat s;
		if (fstat(first_fd + t->count, &s) != 0 || s.st_size <= 0 || s.st_size > INT32_MAX) {
			break;
		}
		file->size = (size_t)s.st_size;
		file->row = table[t->count];
		file->bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, first_fd + t->count, 0);
		if (file->bytes == MAP_FAILED) {
			break;
		}
	}
	if (t->count < count) {
		fault_say(f, "Font file %d of the font table cannot be read. Install it again.", t->count + 1);
		type_close(t);
		return NULL;
	}
	return t;
}

void type_rest(struct type *t) {
	for (int i = 0; i < t->count; i++) {
		if (t->files[i].font != NULL) {
			TTF_CloseFont(t->files[i].font);
			t->files[i].font = NULL;
		}
	}
}

void type_close(struct type *t) {
	if (t == NULL) {
		return;
	}
	type_rest(t);
	for (int i = 0; i < t->count; i++) {
		munmap(t->files[i].bytes, t->files[i].size);
	}
	TTF_Quit();
	free(t);
}

/* The file for a face: its bold one if asked for and there, else its regular one, else the first row's. */
static int file_for(const struct type *t, uint32_t face, bool bold) {
	int plain = -1, first = 0;
	for (int i = 0; i < t->count; i++) {
		const struct wire_font *row = &t->files[i].row;
		if (row->face == face && (row->bold != 0) == bold) {
			return i;
		}
		if (row->face == face && plain < 0) {
			plain = i;
		}
		if (row->face == t->files[0].row.face && (row->bold != 0) == bold) {
			first = i;
		}
	}
	return plain >= 0 ? plain : first;
}

static int width_of(TTF_Font *font, const char *utf8) {
	int w = 0, h = 0;
	return TTF_SizeUTF8(font, utf8, &w, &h) == 0 ? w : 0;
}

/* Opened when first asked for: a visit's first frame pays only for what it shows. NULL when the file is no font. */
static struct font_file *font_at(struct type *t, int file, int px) {
	struct font_file *from = &t->files[file];
	if (from->font == NULL) {
		SDL_RWops *bytes = SDL_RWFromConstMem(from->bytes, (int)from->size);
		from->font = bytes == NULL ? NULL : TTF_OpenFontIndexRW(bytes, 1, px, from->row.index);
		if (from->font == NULL) {
			return NULL;
		}
		TTF_SetFontHinting(from->font, from->size > HINTED_BYTES ? TTF_HINTING_NONE : TTF_HINTING_LIGHT);
		TTF_SetFontKerning(from->font, 1);
		from->px = 0;
	}
	if (from->px != px) {
		if (TTF_SetFontSize(from->font, px) != 0) {
			return NULL;
		}
		from->px = px;
		from->pad = width_of(from->font, " ");
		from->pads = width_of(from->font, "  ");
	}
	return from;
}

static int clamp_px(int px) {
	return px < PX_MIN ? PX_MIN : px > PX_MAX ? PX_MAX : px;
}

/* A run ready for SDL2_ttf: the font at its size, turned to the run's direction and script, and the letters between
 * two spaces. SDL2_ttf tells only the width of the ink's box, which overhanging letters make larger than the pen's
 * way, and starts drawing at the box's edge, wherever that is. A space on either side takes up the overhang, so that
 * the pen's place is known. */
struct ready {
	struct font_file *font;
	char utf8[RUN_BYTES + 3];
};

static bool make_ready(struct type *t, const struct run *r, struct ready *out) {
	out->font = font_at(t, file_for(t, r->face, r->bold), clamp_px(r->px));
	size_t len = r->len;
	if (len > RUN_BYTES) {
		/* Cut between characters: continuation bytes are 10xxxxxx. */
		for (len = RUN_BYTES; len > 0 && ((unsigned char)r->utf8[len] & 0xc0) == 0x80;) {
			len--;
		}
	}
	if (out->font == NULL || len == 0) {
		return false;
	}
	const char script[5] = {(char)(r->script >> 24), (char)(r->script >> 16), (char)(r->script >> 8),
	                        (char)r->script, 0};
	TTF_SetFontDirection(out->font->font, r->rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
	TTF_SetFontScriptName(out->font->font, r->script == 0 ? "Zyyy" : script);
	out->utf8[0] = ' ';
	memcpy(out->utf8 + 1, r->utf8, len);
	memcpy(out->utf8 + 1 + len, " ", 2);
	return true;
}

int type_advance(struct type *t, const struct run *r) {
	uint64_t key = hash_run(HASH_START, r) | 1; /* 0 is an empty place */
	struct width *known = &t->widths[(key ^ key >> 32) % WIDTHS];
	if (known->key == key) {
		return known->advance;
	}
	struct ready ready;
	int advance = 0;
	if (make_ready(t, r, &ready)) {
		advance = width_of(ready.font->font, ready.utf8) - ready.font->pads;
	}
	*known = (struct width){key, advance < 0 ? 0 : advance};
	return known->advance;
}

static int measure_advance(void *self, const struct run *r) {
	return type_advance(self, r);
}

struct measure type_measure(struct type *t) {
	return (struct measure){t, measure_advance};
}

struct rect type_box(struct type *t, const struct run *r, int x, int baseline) {
	int px = clamp_px(r->px), side = px / 2;
	return (struct rect){x - side, baseline - 2 * px, type_advance(t, r) + 2 * side, 3 * px + px / 2};
}

/* First row of the surface with ink in its first `columns` columns; -1 when there is none. */
static int first_ink(const SDL_Surface *s, int columns) {
	for (int y = 0; y < s->h; y++) {
		const uint8_t *row = (const uint8_t *)s->pixels + (long)y * s->pitch;
		for (int x = 0; x < columns && x < s->w; x++) {
			if (row[x] != 0) {
				return y;
			}
		}
	}
	return -1;
}

/* One byte of coverage a pixel: "shaded" gives indices into 256 steps from background to ink. */
static SDL_Surface *render(TTF_Font *font, const char *utf8) {
	return TTF_RenderUTF8_Shaded(font, utf8, (SDL_Color){255, 255, 255, 255}, (SDL_Color){0, 0, 0, 255});
}

/* How many rows of the surface lie above the font's ascent. A surface is as high as the font, unless marks are stacked
 * above it or below it, and SDL2_ttf does not tell which. Then a letter whose place is known is drawn in front. */
static int rows_above(const struct ready *ready, const struct run *r, const SDL_Surface *drawn) {
	TTF_Font *font = ready->font->font;
	if (drawn->h <= TTF_FontHeight(font)) {
		return 0;
	}
	char both[RUN_BYTES + 8];
	snprintf(both, sizeof both, r->rtl ? "%s  H" : "H  %s", ready->utf8);
	SDL_Surface *alone = render(font, "H"), *joined = render(font, both);
	int above = 0;
	if (alone != NULL && joined != NULL) {
		/* An H cannot itself stand out of the font's height, so alone its surface has no extra rows. */
		above = first_ink(joined, alone->w) - first_ink(alone, alone->w);
	}
	SDL_FreeSurface(alone);
	SDL_FreeSurface(joined);
	return above > 0 && above <= drawn->h ? above : 0;
}

void type_draw(struct type *t, struct canvas *c, const struct run *r, int x, int baseline, uint32_t rgb) {
	struct ready ready;
	if (!make_ready(t, r, &ready)) {
		return;
	}
	SDL_Surface *s = render(ready.font->font, ready.utf8);
	if (s == NULL) {
		return;
	}
	int left = x - ready.font->pad;
	int top = baseline - TTF_FontAscent(ready.font->font) - rows_above(&ready, r, s);
	struct rect clip = c->clip;
	c->clip = rect_cut(type_box(t, r, x, baseline), clip);
	for (int row = 0; row < s->h; row++) {
		canvas_cover(c, left, top + row, (const uint8_t *)s->pixels + (long)row * s->pitch, s->w, rgb);
	}
	c->clip = clip;
	SDL_FreeSurface(s);
}
