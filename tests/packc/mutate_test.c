/* Any edit of good content is either compiled into a pack that is whole, or refused with file and line. Never a crash:
 * the sanitizers watch. Seeded, so a failure comes again; MUTATIONS=10000 in the environment tries more. */
#include "packc/folder.h"

#include "packc/info.h"

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
    "numbers/service.csv",
    "numbers/phone.csv",
    "numbers/ar.po",
    "numbers/zh-Hans.po",
    "pictures/bag.svg",
    "pictures/en.po",
    "board/en.md",
    "phrases/en.csv",
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

static void test_random_edits(void **state) {
	(void)state;
	const char *wanted = getenv("MUTATIONS");
	int count = wanted == NULL ? 400 : (int)strtol(wanted, NULL, 10);
	struct folder f = folder_new();
	char out[128];
	snprintf(out, sizeof out, "%s/out.pack", f.path);
	int built = 0;
	for (int i = 0; i < count; i++) {
		uint32_t seed = (uint32_t)i * 7919u + 1;
		const char *name = files[next(&seed) % (sizeof files / sizeof files[0])];
		mutate(&f, &seed, name);
		struct arena a = {0};
		struct report r;
		folder_compile(f.path, "2026-11-20", out, &a, &r);
		struct fault fault = {{0}};
		if (r.errors == 0 && info_lines(&a, out, &fault) == NULL) {
			fail_msg("edit %d of %s: %s", i, name, fault.says);
		}
		built += r.errors == 0;
		for (int k = 0; k < r.count; k++) {
			assert_int_equal(strncmp(r.items[k].where.file, f.path, strlen(f.path)), 0);
		}
		arena_free(&a);
		char back[128];
		snprintf(back, sizeof back, FIXTURE "/%s", name);
		size_t len = 0;
		char *good = folder_read(back, &len);
		folder_write(&f, name, good, len);
		free(good);
	}
	/* Both must happen, or the edits are too tame or too wild to say anything. */
	assert_in_range(built, count / 20, count - count / 20);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_edits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
