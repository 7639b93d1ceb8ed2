/* The checker's measure against the kiosk's own: HarfBuzz alone and through SDL2_ttf must agree to a pixel a run, or a
 * writer would be told that a word fits which does not. Every piece of our own packs, at the sizes that are drawn. */
#include "packc/shaper.h"

#include "packc/folder.h"
#include "packc/typeset.h"
#include "visit/glass/type.h"
#include "visit/pure/layout.h"

#include <fcntl.h>

struct bench {
	struct font_table table;
	struct cover *cover;
	struct typeset *typeset;
	struct shaper *shaper;
	struct type *type;
	struct arena a;
	struct report report;
	long runs, apart;
};

/* The descriptors of all fonts, one behind the other, as a visit gets them. */
static struct type *open_type(const struct font_table *table) {
	enum { FIRST = 100 };
	struct wire_font rows[WIRE_MAX_FONTS];
	int count = 0;
	for (int i = 0; i < table->count; i++) {
		for (int bold = 0; bold < 2; bold++) {
			const char *path = bold ? table->rows[i].bold : table->rows[i].regular;
			if (path[0] == 0) {
				continue;
			}
			int fd = open(path, O_RDONLY);
			assert_true(fd >= 0);
			assert_int_equal(dup2(fd, FIRST + count), FIRST + count);
			close(fd);
			rows[count] = (struct wire_font){.face = table->rows[i].face};
			rows[count].bold = (uint16_t)bold;
			rows[count].index = (uint16_t)table->rows[i].index;
			count++;
		}
	}
	struct fault f;
	struct type *t = type_open(FIRST, rows, count, &f);
	assert_non_null(t);
	return t;
}

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof *b);
	assert_non_null(b);
	struct fault f;
	assert_true(fonts_read("assets/fonts.ini", &b->table, &f));
	/* The kiosk's half first: it loads libfreetype and libharfbuzz, here for both. */
	b->type = open_type(&b->table);
	b->cover = cover_open(&b->table, &f);
	b->typeset = typeset_open(&b->table, b->cover, &f);
	b->shaper = shaper_open(&b->table, &f);
	assert_non_null(b->typeset);
	assert_non_null(b->shaper);
	b->report.arena = &b->a;
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;
	type_close(b->type);
	shaper_close(b->shaper);
	typeset_close(b->typeset);
	cover_close(b->cover);
	arena_free(&b->a);
	free(b);
	return 0;
}

static void compare_run(struct bench *b, const struct run *r) {
	struct measure ours = shaper_measure(b->shaper);
	struct measure theirs = type_measure(b->type);
	int apart = ours.advance(ours.self, r) - theirs.advance(theirs.self, r);
	b->runs++;
	b->apart += apart != 0;
	if (apart < -1 || apart > 1) {
		fail_msg("'%.*s' at %d px is %d wide here and %d wide there", r->len, r->utf8, r->px,
		         ours.advance(ours.self, r), theirs.advance(theirs.self, r));
	}
}

static void compare(struct bench *b, const char *lang, bool rtl, const char *words) {
	struct manner manner = {.lang = lang, .rtl = rtl};
	struct text t = typeset_text(b->typeset, &b->a, &b->report, (struct where){"test", 1}, manner, words);
	const struct glass smallest = {800, 480, 52};
	for (int size = 1; size <= 4; size++) {
		for (int i = 0; i < t.count; i++) {
			const struct piece *p = &t.pieces[i];
			struct run r = {.utf8 = p->utf8,
			                .len = p->len,
			                .rtl = p->level & 1,
			                .script = p->script,
			                .face = p->face,
			                .px = layout_em(smallest, size)};
			compare_run(b, &r);
			r.bold = true;
			compare_run(b, &r);
			r.px = r.px * 125 / 100;
			compare_run(b, &r);
		}
	}
}

static const struct {
	const char *lang;
	bool rtl;
	const char *words;
} texts[] = {
    {"en", false, "WAVE Today AVAtar fluffy office 1-888-373-7888 If I am still there \xe2\x80\x9cTo\xe2\x80\x9d"},
    {"es", false,
     "¿Qué le ayudaría ahora? Señales, teléfonos; 7\xe2\x80\x93"
     "9 y más"},
    {"fr", false, "Où êtes-vous ? L’hébergement d’urgence, cœur"},
    {"vi", false, "Bạn đang ở đâu? Những trang ngắn về sự an toàn"},
    {"ht", false, "Kisa ki ta ede w kounye a? Nimewo pou rele"},
    {"ar", true, "إذا كنت ما زلت هناك 1-888-373-7888 لا تظهر"},
    {"zh-Hans", false, "现在什么会有帮助？拨打911，离开。"},
    {"th", false, "คุณสามารถขอความช่วยเหลือได้"},
    {"ru", false, "Что помогло бы сейчас?"},
};

static void test_words_of_all_scripts(void **state) {
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		compare(b, texts[i].lang, texts[i].rtl, texts[i].words);
	}
	assert_int_equal(b->report.errors, 0);
	assert_true(b->runs > 500);
}

/* Our own words and pages, line by line as they stand in the files: marks and all. */
static void test_our_own_words(void **state) {
	struct bench *b = *state;
	static const char *const files[][2] = {
	    {"en", "content/library/modules/planning/en.md"},
	    {"es", "content/library/modules/planning/es.md"},
	    {"ar", "content/library/modules/planning/ar.md"},
	};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct source s;
		assert_true(source_read(&b->a, &b->report, files[i][1], &s));
		compare(b, files[i][0], strcmp(files[i][0], "ar") == 0, s.bytes);
	}
	assert_int_equal(b->report.errors, 0);
	assert_true(b->runs > 10000);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_words_of_all_scripts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_our_own_words, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
