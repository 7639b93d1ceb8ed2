/* Any edit of good content is either compiled into a pack that the kiosk opens and walks whole, or refused with file and
 * line. Never a crash: the sanitizers watch. Seeded, so a failure comes again; MUTATIONS=10000 in the environment tries
 * more. */
#include "packc/folder.h"

#include "packc/fits.h"
#include "packc/info.h"
#include "packc/shaper.h"
#include "visit/glass/shelf.h"

#include <fcntl.h>

/* Where a shelf finds the library, whose words the edited house is shown with, and the house. */
enum { FIRST_FD = 300 };

static uint32_t next(uint32_t *seed) {
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static const char *const files[] = {
    "pack.ini",
    "words/en.po",
    "words/ar.po",
    "modules/first/en.md",
    "modules/first/ar.md",
    "modules/first/th.md",
    "modules/second/en.md",
    "modules/second/zh-Hans.md",
    "numbers/service.csv",
    "numbers/phone.csv",
    "numbers/ar.po",
    "numbers/zh-Hans.po",
    "pictures/bag.svg",
    "pictures/en.po",
    "board/en.md",
    "board/ar.md",
    "phrases/en.csv",
    "phrases/ar.csv",
};

/* What writers and broken editors put into files. */
static const char *const pieces[] = {"\n",
                                     "---\n",
                                     "# ",
                                     "- ",
                                     "**",
                                     "{",
                                     "}",
                                     "[",
                                     "](#x)",
                                     "\"",
                                     ",",
                                     "msgid",
                                     "\\",
                                     "<",
                                     "&",
                                     "`",
                                     "|",
                                     "\t",
                                     "\xff",
                                     "\xe2\x81\xa6",
                                     "\xe2\x80\xae",
                                     "1-888-373-7888",
                                     "{0}",
                                     "\xf0\x9f\x8c\x99",
                                     "    ",
                                     "\x01",
                                     "=",
                                     "[a]",
                                     ";",
                                     "\r\n",
                                     "> ",
                                     "1. ",
                                     "\xef\xbb\xbf"};

/* Cuts some bytes out and puts a few others in. */
static void mutate(const struct folder *f, uint32_t *seed, const char *name) {
	char path[256];
	snprintf(path, sizeof path, "%s/%s", f->path, name);
	size_t len = 0;
	char *bytes = folder_read(path, &len);
	for (uint32_t edits = 1 + next(seed) % 3; edits > 0; edits--) {
		size_t at = len == 0 ? 0 : next(seed) % len;
		size_t gone = next(seed) % 3 == 0 ? next(seed) % 40 : next(seed) % 3;
		gone = gone > len - at ? len - at : gone;
		const char *piece = pieces[next(seed) % (sizeof pieces / sizeof pieces[0])];
		size_t added = next(seed) % 4 == 0 ? 0 : strlen(piece);
		memmove(bytes + at + added, bytes + at + gone, len - at - gone);
		memcpy(bytes + at, piece, added);
		len = len - gone + added;
	}
	folder_write(f, name, bytes, len);
	free(bytes);
}

struct bench {
	struct font_table table;
	struct shaper *shaper;
	char folder[64], library[96];
	int edit; /* which, for a failure */
};

static void put(const char *file, int fd) {
	int opened = open(file, O_RDONLY | O_CLOEXEC);
	assert_true(opened >= 0);
	assert_int_equal(dup2(opened, fd), fd);
	close(opened);
}

/* Every page of every module is there and says something. */
static void walk_modules(const struct bench *b, struct book book, const char *lang) {
	struct arena a = {0};
	for (int audience = 0; audience < 2; audience++) {
		const struct module *modules = NULL;
		int count = book.modules(book.self, &a, lang, (enum wire_audience)audience, &modules);
		for (int i = 0; i < count; i++) {
			for (int n = 1; n <= modules[i].pages; n++) {
				struct page page;
				if (!book.page(book.self, &a, lang, modules[i].id, n, &page) ||
				    text_empty(page.title) || page.block_count == 0 ||
				    text_empty(page.blocks[0].text)) {
					fail_msg("edit %d: %s/%s has no page %d", b->edit, lang, modules[i].id, n);
				}
			}
		}
	}
	arena_free(&a);
}

static void walk_rest(const struct bench *b, struct book book, const char *lang) {
	struct arena a = {0};
	const struct service *services = NULL;
	for (int i = book.services(book.self, &a, lang, &services) - 1; i >= 0; i--) {
		if (services[i].phone_count == 0 || text_empty(services[i].name)) {
			fail_msg("edit %d: %s: %s has no number or no name", b->edit, lang, services[i].id);
		}
	}
	const struct card *cards = NULL;
	for (int i = book.board(book.self, &a, lang, &cards) - 1; i >= 0; i--) {
		assert_false(text_empty(cards[i].title));
	}
	const struct phrase *phrases = NULL;
	for (int i = book.phrases(book.self, &a, lang, &phrases) - 1; i >= 0; i--) {
		assert_false(text_empty(phrases[i].text));
	}
	arena_free(&a);
}

/* As a visit does it: both packs on one shelf, all that is in them, every screen of the edited one. */
static void walk_whole(const struct bench *b, const char *pack, const struct places *places, struct report *r) {
	struct fault fault = {{0}};
	put(b->library, FIRST_FD);
	put(pack, FIRST_FD + 1);
	struct shelf *shelf = shelf_open(FIRST_FD, 2, &fault);
	if (shelf == NULL) {
		fail_msg("edit %d: %s", b->edit, fault.says);
		return;
	}
	struct fits fits = {
	    .book = shelf_book(shelf), .measure = shaper_measure(b->shaper), .places = places, .report = r};
	fits_walk(&fits);
	assert_true(fits.screens > 0);
	struct arena a = {0};
	const struct language *languages = NULL;
	int count = fits.book.languages(fits.book.self, &a, &languages);
	for (int i = 0; i < count; i++) {
		walk_modules(b, fits.book, languages[i].code);
		walk_rest(b, fits.book, languages[i].code);
	}
	arena_free(&a);
	shelf_close(shelf);
	close(FIRST_FD);
	close(FIRST_FD + 1);
}

/* True when a pack came of it. */
static bool try_edit(const struct bench *b, const struct folder *f, const char *name) {
	struct arena a = {0};
	struct report r;
	char out[128];
	snprintf(out, sizeof out, "%s/out.pack", f->path);
	struct places *places = places_new(&a);
	folder_compile_noting(f->path, "2026-11-20", out, places, &a, &r);
	bool built = r.errors == 0;
	struct fault fault = {{0}};
	if (built && info_lines(&a, out, &fault) == NULL) {
		fail_msg("edit %d of %s: %s", b->edit, name, fault.says);
	}
	for (int k = 0; k < r.count; k++) {
		assert_int_equal(strncmp(r.items[k].where.file, f->path, strlen(f->path)), 0);
		/* Only a file that is not there has no line. */
		bool there = source_exists(r.items[k].where.file);
		if (!r.items[k].warning && there && r.items[k].where.line == 0) {
			fail_msg("edit %d: no line: %s: %s", b->edit, r.items[k].where.file, r.items[k].says);
		}
		assert_non_null(strstr(r.items[k].says, ". ")); /* what is wrong, and what to do */
	}
	if (built) {
		walk_whole(b, out, places, &r);
	}
	arena_free(&a);
	return built;
}

static void test_random_edits(void **state) {
	struct bench *b = *state;
	const char *wanted = getenv("MUTATIONS");
	int count = wanted == NULL ? 200 : (int)strtol(wanted, NULL, 10);
	struct folder f = folder_new();
	int built = 0;
	for (b->edit = 0; b->edit < count; b->edit++) {
		uint32_t seed = (uint32_t)b->edit * 7919u + 1;
		const char *name = files[next(&seed) % (sizeof files / sizeof files[0])];
		mutate(&f, &seed, name);
		built += try_edit(b, &f, name);
		char back[128];
		snprintf(back, sizeof back, FIXTURE "/%s", name);
		size_t len = 0;
		char *good = folder_read(back, &len);
		folder_write(&f, name, good, len);
		free(good);
	}
	print_message("%d edits: %d built and walked, %d refused\n", count, built, count - built);
	/* Both must happen, or the edits are too tame or too wild to say anything. */
	assert_in_range(built, count / 20, count - count / 20);
	folder_drop(&f);
}

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof *b);
	struct arena a = {0};
	struct report r;
	struct fault f;
	assert_non_null(b);
	snprintf(b->folder, sizeof b->folder, "/tmp/alcove-mutate-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->library, sizeof b->library, "%s/library.pack", b->folder);
	folder_compile("content/library", NULL, b->library, &a, &r);
	assert_int_equal(r.errors, 0);
	arena_free(&a);
	assert_true(fonts_read("assets/fonts.ini", &b->table, &f));
	b->shaper = shaper_open(&b->table, &f);
	assert_non_null(b->shaper);
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;
	shaper_close(b->shaper);
	int left = unlink(b->library) | rmdir(b->folder);
	free(b);
	return left;
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_random_edits, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
