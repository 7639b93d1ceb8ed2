#include "visit/glass/type_late.h"

#include "base/late.h"

#include <SDL_rwops.h>
#include <ft2build.h>
#include <string.h>
#include FT_FREETYPE_H

/* clang-format off */
#define FREETYPE(X) \
	X(FT_Done_Face) X(FT_Done_FreeType) X(FT_Done_Glyph) X(FT_Get_Char_Index) X(FT_Get_Glyph) \
	X(FT_Get_Kerning) X(FT_Glyph_Stroke) X(FT_Glyph_To_Bitmap) X(FT_Init_FreeType) X(FT_Library_Version) \
	X(FT_Load_Glyph) X(FT_MulFix) X(FT_Outline_Transform) X(FT_Outline_Translate) X(FT_Render_Glyph) \
	X(FT_Select_Size) X(FT_Set_Char_Size) X(FT_Set_Charmap) X(FT_Stroker_Done) X(FT_Stroker_New) \
	X(FT_Stroker_Set)
#define OPEN(X) \
	X(FT_Open_Face)
#define HARFBUZZ(X) \
	X(hb_buffer_add_utf8) X(hb_buffer_create) X(hb_buffer_destroy) X(hb_buffer_get_glyph_infos) \
	X(hb_buffer_get_glyph_positions) X(hb_buffer_set_direction) X(hb_buffer_set_script) X(hb_font_destroy) \
	X(hb_ft_font_changed) X(hb_ft_font_create) X(hb_ft_font_set_load_flags) X(hb_shape) X(hb_version)
/* clang-format on */

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows)[0]

#ifdef LATE_JUMP
LATE_DOORS(FREETYPE)
LATE_DOORS(HARFBUZZ)
OPEN(LATE_PLACE)

static const struct late freetype[] = {FREETYPE(LATE_ROW) OPEN(LATE_ROW)};
static const struct late harfbuzz[] = {HARFBUZZ(LATE_ROW)};

bool type_late_load(void) {
	return late_load("libfreetype.so.6", ROWS(freetype)) && late_load("libharfbuzz.so.0", ROWS(harfbuzz));
}

/* SDL2_ttf hands every font over as a stream to read from, and a stream's tables are copied piece by piece. Ours are in
 * memory already, mapped from their files, and FreeType and HarfBuzz can look at them where they are: half a millisecond
 * of a visit's start, and memory that every visit would have of its own. */
FT_Error FT_Open_Face(FT_Library library, const FT_Open_Args *args, FT_Long index, FT_Face *face) {
	FT_Open_Args mapped = *args;
	const SDL_RWops *from = args->flags == FT_OPEN_STREAM ? args->stream->descriptor.pointer : NULL;
	if (from != NULL && from->type == SDL_RWOPS_MEMORY_RO) {
		mapped.flags = FT_OPEN_MEMORY;
		mapped.memory_base = from->hidden.mem.base;
		mapped.memory_size = from->hidden.mem.stop - from->hidden.mem.base;
	}
	FT_Error (*open)(FT_Library, const FT_Open_Args *, FT_Long, FT_Face *);
	memcpy(&open, &late_FT_Open_Face, sizeof open);
	return open(library, &mapped, index, face);
}

#else

bool type_late_load(void) {
	return true;
}

#endif
