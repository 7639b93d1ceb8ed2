#include "packc/shaper.h"

#include <hb-ft.h>
#include <hb.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDTHS = 1 << 15, /* a power of two; most words of a language come again and again */
	RUN_BYTES = 4000, /* as in visit/glass/type: longer runs are cut there too */
	PX_MIN = 4,
	PX_MAX = 512,
};

struct heavy {
	FT_Face face; /* NULL: the row has none */
	hb_font_t *font;
	int px; /* the size it is set to */
	int two_spaces;
};

struct width {
	uint64_t key;
	int advance;
};

struct shaper {
	const struct font_table *table;
	FT_Library library;
	struct heavy faces[FONT_ROWS][2]; /* regular, bold */
	hb_buffer_t *buffer;
	struct width widths[WIDTHS];
};

static bool open_face(struct shaper *s, const char *path, int index, struct heavy *out, struct fault *f) {
	if (FT_New_Face(s->library, path, index, &out->face) != 0) {
		out->face = NULL;
		return fault_say(
		    f, "The font %s cannot be opened. Install it (make setup) or correct assets/fonts.ini.", path);
	}
	out->font = hb_ft_font_create(out->face, NULL);
	/* Light hinting, as visit/glass/type asks for it. */
	hb_ft_font_set_load_flags(out->font, FT_LOAD_DEFAULT | FT_LOAD_TARGET_LIGHT);
	return true;
}

struct shaper *shaper_open(const struct font_table *table, struct fault *f) {
	struct shaper *s = calloc(1, sizeof *s);
	if (s == NULL || FT_Init_FreeType(&s->library) != 0) {
		free(s);
		fault_say(f, "There is not enough memory. Close other programs.");
		return NULL;
	}
	s->table = table;
	s->buffer = hb_buffer_create();
	for (int i = 0; i < table->count; i++) {
		const struct font_row *row = &table->rows[i];
		if (!open_face(s, row->regular, row->index, &s->faces[i][0], f) ||
		    (row->bold[0] != 0 && !open_face(s, row->bold, row->index, &s->faces[i][1], f))) {
			shaper_close(s);
			return NULL;
		}
	}
	return s;
}

void shaper_close(struct shaper *s) {
	if (s == NULL) {
		return;
	}
	for (int i = 0; i < FONT_ROWS; i++) {
		for (int k = 0; k < 2; k++) {
			hb_font_destroy(s->faces[i][k].font);
		}
	}
	hb_buffer_destroy(s->buffer);
	FT_Done_FreeType(s->library); /* closes the faces too */
	free(s);
}

/* The file for a run, chosen as visit/glass/type chooses it. */
static struct heavy *face_for(struct shaper *s, const struct run *r) {
	int row = 0;
	for (int i = 0; i < s->table->count; i++) {
		if (s->table->rows[i].face == r->face) {
			row = i;
			break;
		}
	}
	struct heavy *bold = &s->faces[row][1];
	return r->bold && bold->face != NULL ? bold : &s->faces[row][0];
}

/* How far the pen goes, in 1/64 pixels. */
static long shape(struct shaper *s, struct heavy *h, const char *utf8, int len, const struct run *r) {
	hb_buffer_clear_contents(s->buffer);
	hb_buffer_set_direction(s->buffer, r->rtl ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
	hb_buffer_set_script(s->buffer, r->script == 0 ? HB_SCRIPT_COMMON : hb_script_from_iso15924_tag(r->script));
	hb_buffer_add_utf8(s->buffer, utf8, len, 0, len);
	static const hb_feature_t kerning = {HB_TAG('k', 'e', 'r', 'n'), 1, 0, (unsigned)-1};
	hb_shape(h->font, s->buffer, &kerning, 1);
	unsigned count = 0;
	const hb_glyph_position_t *at = hb_buffer_get_glyph_positions(s->buffer, &count);
	long pen = 0;
	for (unsigned i = 0; i < count; i++) {
		pen += at[i].x_advance;
	}
	return pen;
}

static bool set_size(struct shaper *s, struct heavy *h, int px) {
	if (h->px == px) {
		return true;
	}
	if (FT_Set_Char_Size(h->face, 0, px * 64L, 0, 0) != 0) {
		return false;
	}
	hb_ft_font_changed(h->font);
	h->px = px;
	const struct run plain = {.script = TAG_LATIN};
	h->two_spaces = (int)(shape(s, h, "  ", 2, &plain) >> 6);
	return true;
}

static uint64_t hash(const struct run *r) {
	const uint64_t prime = 1099511628211u;
	uint64_t key = 14695981039346656037u;
	for (int i = 0; i < r->len; i++) {
		key = (key ^ (unsigned char)r->utf8[i]) * prime;
	}
	const uint32_t rest[] = {r->script, r->face, (uint32_t)r->px << 2 | (uint32_t)r->bold << 1 | (uint32_t)r->rtl};
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
		key = (key ^ rest[i]) * prime;
	}
	return key | 1; /* 0 is an empty place */
}

static int advance(void *self, const struct run *r) {
	struct shaper *s = self;
	uint64_t key = hash(r);
	struct width *known = &s->widths[(key ^ key >> 32) % WIDTHS];
	if (known->key == key) {
		return known->advance;
	}
	int len = r->len < RUN_BYTES ? r->len : RUN_BYTES;
	char spaced[RUN_BYTES + 2];
	int px = r->px < PX_MIN ? PX_MIN : r->px > PX_MAX ? PX_MAX : r->px;
	struct heavy *h = face_for(s, r);
	int wide = 0;
	/* Between two spaces and without them again, as visit/glass/type measures: so the rounding is the same. */
	if (len > 0 && set_size(s, h, px)) {
		spaced[0] = ' ';
		memcpy(spaced + 1, r->utf8, (size_t)len);
		spaced[len + 1] = ' ';
		wide = (int)(shape(s, h, spaced, len + 2, r) >> 6) - h->two_spaces;
	}
	*known = (struct width){key, wide < 0 ? 0 : wide};
	return known->advance;
}

struct measure shaper_measure(struct shaper *s) {
	return (struct measure){s, advance};
}
