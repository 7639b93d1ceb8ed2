/* Every screen of staff mode as it is shipped: our own library, the real fonts, in English and in Spanish, on three
 * glasses at four sizes of text. STAFF_PICTURES=FOLDER also draws those of the usual size there, as PNG.
 * The golden ones are tests/golden/staff/; `make golden` draws them anew. */
#include "visit/staff_scene.h"

#include <fcntl.h>
#include <unistd.h>

#include "replay/picture.h"
#include "visit/glass/paint.h"
#include "visit/glass/shelf.h"
#include "visit/glass/type.h"

#define NOTO "/usr/share/fonts/truetype/noto/NotoSans"

static const struct {
	const char *file;
	struct wire_font row;
} fonts[] = {
    {NOTO "-Regular.ttf", {TAG_LATIN, 0, 0}},
    {NOTO "-Bold.ttf", {TAG_LATIN, 0, 1}},
    {NOTO "Arabic-Regular.ttf", {TAG('A', 'r', 'a', 'b'), 0, 0}},
    {NOTO "Arabic-Bold.ttf", {TAG('A', 'r', 'a', 'b'), 0, 1}},
    {"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", {TAG('H', 'a', 'n', 's'), 0, 0}},
};

enum { FONTS = sizeof fonts / sizeof fonts[0], FIRST = 60 };

struct station {
	struct shelf *shelf;
	struct type *type;
	const char *where, *lang;
	int size; /* of text */
};

static void open_as(const char *file, int fd) {
	int from = open(file, O_RDONLY | O_CLOEXEC);
	if (from < 0) {
		fail_msg("%s is not there: make packs", file);
	}
	assert_int_equal(dup2(from, fd), fd);
	close(from);
}

static struct station station_open(void) {
	struct station st = {0};
	struct fault f;
	struct wire_font rows[FONTS];
	open_as("build/library.pack", FIRST);
	for (int i = 0; i < FONTS; i++) {
		open_as(fonts[i].file, FIRST + 1 + i);
		rows[i] = fonts[i].row;
	}
	st.shelf = shelf_open(FIRST, 1, &f);
	st.type = type_open(FIRST + 1, rows, FONTS, &f);
	assert_non_null(st.shelf);
	assert_non_null(st.type);
	return st;
}

static void station_close(struct station *st) {
	type_close(st->type);
	shelf_close(st->shelf);
	for (int i = 0; i <= FONTS; i++) {
		close(FIRST + i);
	}
}

/* Draws what is up and hands it to `use`. */
typedef bool use_picture(struct picture p, const char *path, struct fault *f);

static void draw(struct staff_scene *s, const struct station *st, use_picture *use, const char *path) {
	uint32_t *pixels = calloc((size_t)s->glass.w * (size_t)s->glass.h, sizeof *pixels);
	struct pictures *pictures = pictures_new(shelf_pictures(st->shelf));
	struct paint *paint = paint_new(canvas_on(pixels, s->glass.w, s->glass.h), st->type, pictures);
	struct fault f;
	int missing = 0;
	paint_list(paint, visitor_draws(s->visitor), visitor_theme(s->visitor), &missing);
	assert_int_equal(missing, 0);
	if (!use((struct picture){s->glass.w, s->glass.h, pixels}, path, &f)) {
		fail_msg("%s", f.says);
	}
	paint_free(paint);
	pictures_free(pictures);
	free(pixels);
}

static bool one_of(const char *name, const char *const *names) {
	while (*names != NULL && strcmp(*names, name) != 0) {
		names++;
	}
	return *names != NULL;
}

/* Golden are all of them on the usual glass, in English, but those that show much of the content; and a few elsewhere. */
static bool golden_name(const struct station *st, const char *name, char *out, size_t size) {
	static const char *const elsewhere[] = {"home", "gate", "place", "call", "work", "stick", "sound-played", NULL};
	bool usual = strcmp(st->where, "1280x800-2") == 0 && strcmp(st->lang, "en") == 0;
	bool small = strcmp(st->where, "800x480-2") == 0 && strcmp(st->lang, "es") == 0;
	bool upright = strcmp(st->where, "720x1280-2") == 0 && strcmp(st->lang, "en") == 0;
	if (usual) {
		snprintf(out, size, "tests/golden/staff/%s.png", name);
		return strncmp(name, "reason-", 7) != 0 && strcmp(name, "pages") != 0;
	}
	snprintf(out, size, "tests/golden/staff/%s-%s.png", small ? "800x480-es" : "720x1280", name);
	return (small || upright) && one_of(name, elsewhere);
}

/* STAFF_GOLDEN=remake draws the golden pictures anew; look at each before it is committed. */
static void look(struct staff_scene *s, const char *name, void *to) {
	const struct station *st = to;
	const char *folder = getenv("STAFF_PICTURES"), *golden = getenv("STAFF_GOLDEN");
	char path[512];
	scene_check(s, name, st->where);
	if (golden_name(st, name, path, sizeof path)) {
		draw(s, st, golden != NULL && strcmp(golden, "remake") == 0 ? picture_save : picture_same, path);
	}
	if (folder != NULL && st->size == 2) {
		snprintf(path, sizeof path, "%s/%s-%s-%s.png", folder, st->where, st->lang, name);
		draw(s, st, picture_save, path);
	}
}

static void walk(const char *lang) {
	static const struct glass glasses[] = {{1280, 800, 59}, {800, 480, 52}, {720, 1280, 59}};
	struct station st = station_open();
	struct staff_scene *s = calloc(1, sizeof *s);
	for (size_t g = 0; g < sizeof glasses / sizeof glasses[0]; g++) {
		for (int size = 1; size <= 4; size++) {
			struct wire_start start = {.version = WIRE_VERSION,
			                           .w = (uint16_t)glasses[g].w,
			                           .h = (uint16_t)glasses[g].h,
			                           .px_per_cm = (uint16_t)glasses[g].px_per_cm,
			                           .idle_s = 120,
			                           .answer_s = 30,
			                           .packs = 1,
			                           .fonts = FONTS,
			                           .audience = WIRE_STAFF};
			char where[64];
			for (int i = 0; i < FONTS; i++) {
				start.font[i] = fonts[i].row;
			}
			snprintf(start.language, sizeof start.language, "%s", lang);
			snprintf(where, sizeof where, "%dx%d-%d", glasses[g].w, glasses[g].h, size);
			st.where = where;
			st.lang = lang;
			st.size = size;
			struct scene_tour tour = {s,    &start, shelf_book(st.shelf), type_measure(st.type), size,
			                          look, &st};
			scene_tour(&tour);
		}
	}
	free(s);
	station_close(&st);
}

static void every_screen_in_english(void **state) {
	(void)state;
	walk("en");
}

static void every_screen_in_spanish(void **state) {
	(void)state;
	walk("es");
}

/* A language without the words of staff mode: the visit goes on in one that has them, and offers those alone. */
static void other_languages_are_not_offered_to_staff(void **state) {
	(void)state;
	struct station st = station_open();
	struct staff_scene *s = calloc(1, sizeof *s);
	struct wire_start start = {.version = WIRE_VERSION,
	                           .w = 1280,
	                           .h = 800,
	                           .px_per_cm = 59,
	                           .packs = 1,
	                           .fonts = FONTS,
	                           .audience = WIRE_STAFF,
	                           .language = "ar"};
	scene_open(s, &start, shelf_book(st.shelf), type_measure(st.type));
	scene_gate(s, WIRE_GATE_ENTER, 5, 0);
	assert_true(scene_says(s, "Enter the PIN"));
	scene_tap(s, "language");
	assert_non_null(scene_find(s, "lang:es"));
	assert_null(scene_find(s, "lang:ar"));
	scene_tap(s, "lang:es");
	assert_string_equal(s->screen.name, "staff-gate");
	assert_true(scene_says(s, "Escriba el PIN"));
	scene_close(s);
	/* And to clients it is there as before. */
	start.audience = WIRE_CLIENT;
	scene_open(s, &start, shelf_book(st.shelf), type_measure(st.type));
	scene_tap(s, "language");
	assert_non_null(scene_find(s, "lang:ar"));
	scene_close(s);
	free(s);
	station_close(&st);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_in_english),
	    cmocka_unit_test(every_screen_in_spanish),
	    cmocka_unit_test(other_languages_are_not_offered_to_staff),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
