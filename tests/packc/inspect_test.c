/* What the checker sees by laying every screen out: words that are too wide, boards that are too full, in the file and
 * line where they stand; and stamping, which changes one line of a file and nothing else. */
#include "packc/inspect.h"

#include "packc/folder.h"
#include "packc/stamp.h"

#include <sys/stat.h>

struct bench {
	char folder[64], library[96];
};

static int set_up(void **state) {
	struct bench *b = calloc(1, sizeof *b);
	assert_non_null(b);
	snprintf(b->folder, sizeof b->folder, "/tmp/alcove-inspect-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->library, sizeof b->library, "%s/library.pack", b->folder);
	struct arena a = {0};
	struct report r;
	folder_compile("content/library", NULL, b->library, &a, &r);
	assert_int_equal(r.errors, 0);
	arena_free(&a);
	*state = b;
	return 0;
}

static int tear_down(void **state) {
	struct bench *b = *state;
	int left = unlink(b->library) | rmdir(b->folder);
	free(b);
	return left;
}

static struct inspected look(const char *dir, const char *library, struct arena *a, struct report *r) {
	struct inspected out;
	struct fault f = {{0}};
	*r = (struct report){.arena = a};
	struct inspect_options o = {.dir = dir, .assets = "assets", .today = "2026-11-20", .library = library};
	if (!inspect(o, a, r, &out, &f)) {
		fail_msg("%s", f.says);
	}
	return out;
}

#define WIDE "Donaudampfschifffahrtsgesellschaft"

static const struct {
	const char *file, *was, *now;
	int line;
	const char *says;
} cases[] = {
    {"modules/first/en.md", "- Keys", "- " WIDE, 15, "\"" WIDE "\" does not fit on the smallest screen"},
    {"modules/first/en.md", "title: A quiet start", "title: " WIDE "en", 2, "with the largest words (modules)"},
    {"modules/first/en.md", "# Where would you go?", "# " WIDE, 18, "\"" WIDE "\" does not fit"},
    {"modules/first/en.md", "[I have a place]", "[" WIDE "]", 22, "\"" WIDE "\" does not fit"},
    {"modules/first/ar.md", "- مفاتيح", "- مفاتيحمفاتيحمفاتيحمفاتيحمفاتيحمفاتيحمفاتيح", 14,
     "does not fit on the smallest screen"},
    {"numbers/service.csv", "Help line", WIDE, 2, "\"" WIDE "\" does not fit"},
    {"board/en.md", "Dinner at 6", WIDE "s" WIDE, 3, WIDE "\" does not fit on the smallest screen (idle)"},
    {"board/en.md", "# Quiet hours",
     "# One {icon=sun}\n\nA\nB\nC\nD\n\n# Two {icon=sun}\n\nA\nB\nC\nD\n\n# Three {icon=sun}\n\nA\nB\nC\nD\n\n"
     "# Four {icon=sun}\n\nA\nB\nC\nD\n\n# Five {icon=sun}\n\nA\nB\nC\nD\n\n# Quiet hours",
     1, "What begins here does not fit on the smallest screen (idle)."},
    {"phrases/en.csv", "Your laundry is ready.", WIDE WIDE, 2, "does not fit on the smallest screen"},
};

static void test_what_does_not_fit(void **state) {
	struct bench *b = *state;
	int failed = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct folder f = folder_new();
		struct arena a = {0};
		struct report r;
		folder_change(&f, cases[i].file, cases[i].was, cases[i].now);
		look(f.path, b->library, &a, &r);
		int hits = 0;
		bool picture = false; /* what a picture shows is spoken: no word of it can be too wide */
		for (int k = 0; k < r.count; k++) {
			const struct finding *found = &r.items[k];
			picture = picture || strstr(found->where.file, "/pictures/") != NULL;
			hits += found->warning && found->where.line == cases[i].line &&
			        strcmp(found->where.file + strlen(f.path) + 1, cases[i].file) == 0 &&
			        strstr(found->says, cases[i].says) != NULL;
		}
		if (hits == 0 || picture || r.errors != 0) {
			print_error("not found: %s:%d: %s\n", cases[i].file, cases[i].line, cases[i].says);
			report_print(&r, stderr);
			failed++;
		}
		arena_free(&a);
		folder_drop(&f);
	}
	assert_int_equal(failed, 0);
}

static void test_what_fits(void **state) {
	struct bench *b = *state;
	struct arena a = {0};
	struct report r;
	struct inspected i = look(FIXTURE, b->library, &a, &r);
	if (r.count > 0) {
		report_print(&r, stderr);
	}
	assert_int_equal(r.count, 0);
	assert_true(i.screens > 50);
	assert_string_equal(i.unseen, "th"); /* the library has no words in it */
	assert_false(i.built);               /* nothing is left behind */
	assert_int_equal(i.compile.written[0], 2);
	arena_free(&a);
}

/* Without a library the words of the screens are not known, and that is said. */
static void test_a_house_alone(void **state) {
	(void)state;
	struct arena a = {0};
	struct report r;
	struct inspected i = look(FIXTURE, NULL, &a, &r);
	assert_int_equal(i.screens, 0);
	assert_int_equal(r.warnings, 1);
	assert_non_null(strstr(r.items[0].says, "Whether everything fits was not looked at"));
	arena_free(&a);
}

/* --- stamp ------------------------------------------------------------------------------------------------------ */

static int stamp(const struct folder *f, const char *lang, const char *module, struct arena *a, struct report *r) {
	struct fault fault = {{0}};
	*r = (struct report){.arena = a};
	struct stamp_options o = {.dir = f->path, .lang = lang, .module = module};
	return stamp_folder(a, r, o, &fault);
}

static bool same_file(const struct folder *f, const char *name) {
	char own[128];
	char other[128];
	size_t len = 0;
	size_t other_len = 0;
	snprintf(own, sizeof own, "%s/%s", f->path, name);
	snprintf(other, sizeof other, FIXTURE "/%s", name);
	char *bytes = folder_read(own, &len);
	char *expected = folder_read(other, &other_len);
	bool same = len == other_len && memcmp(bytes, expected, len) == 0;
	free(bytes);
	free(expected);
	return same;
}

static void test_stamp(void **state) {
	(void)state;
	struct folder f = folder_new();
	struct arena a = {0};
	struct report r;
	const char *file = "modules/first/ar.md";
	assert_int_equal(stamp(&f, "ar", NULL, &a, &r), 0);
	/* Gone, or old: it comes back, byte for byte. */
	folder_change(&f, file, "translated-from: 9bdf 9d60 7f36\n", "");
	assert_int_equal(stamp(&f, "ar", "first", &a, &r), 1);
	assert_true(same_file(&f, file));
	folder_change(&f, file, "9bdf 9d60 7f36", "0000");
	assert_int_equal(stamp(&f, "ar", NULL, &a, &r), 1);
	assert_true(same_file(&f, file));
	/* A file of Windows stays one. */
	folder_run("sed -i 's/$/\\r/; /translated-from/d' %s/%s", f.path, file);
	assert_int_equal(stamp(&f, "ar", NULL, &a, &r), 1);
	folder_run("grep -q 'translated-from: 9bdf 9d60 7f36\r$' %s/%s", f.path, file);
	folder_run("sed -i 's/\\r$//' %s/%s", f.path, file);
	assert_true(same_file(&f, file));
	/* Another number of pages is not a translation of it. */
	folder_change(&f, file, "\n# إلى أين؟ {id=where}\n", "");
	assert_int_equal(stamp(&f, "ar", NULL, &a, &r), 0);
	assert_int_equal(r.errors, 1);
	arena_free(&a);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_what_does_not_fit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_fits, set_up, tear_down),
	    cmocka_unit_test(test_a_house_alone),
	    cmocka_unit_test(test_stamp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
