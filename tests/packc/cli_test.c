/* The program itself, as a writer runs it: what it says and what it returns. */
#include "packc/folder.h"

#include <limits.h>
#include <sys/wait.h>

/* build/san/alcove-pack, found from build/san/tests/packc/cli_test. */
static const char *program(struct arena *a) {
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	assert_true(len > 0);
	char *end = memrchr(self, '/', (size_t)len);
	return arena_print(a, "%.*s/../../alcove-pack", (int)(end - self), self);
}

/* Runs it; returns what it said on both outputs, and its exit code. */
static const char *run(struct arena *a, const char *arguments, int *code) {
	FILE *p = popen(arena_print(a, "%s %s 2>&1", program(a), arguments), "r");
	assert_non_null(p);
	char *said = arena_get(a, 65536);
	size_t len = fread(said, 1, 65535, p);
	said[len] = 0;
	int status = pclose(p);
	assert_true(WIFEXITED(status));
	*code = WEXITSTATUS(status);
	return said;
}

#define LIBRARY "/tmp/alcove-cli-library.pack"

static const struct {
	const char *arguments;
	int code;
	const char *says;
} cases[] = {
    {"--help", 0, "alcove-pack build DIR -o FILE"},
    {"build --help", 0, "alcove-pack build DIR -o FILE"},
    {"", 1, "Say what to do: build, check, preview"},
    {"bake", 1, "'bake' is not known."},
    {"build", 1, "Say which folder."},
    {"build " FIXTURE, 1, "Say where the pack goes."},
    {"build " FIXTURE " -o", 1, "-o needs a value."},
    {"build " FIXTURE " -o /nowhere/x.pack", 1, "The folder of /nowhere/x.pack cannot be written to"},
    {"build /nowhere -o /tmp/alcove-cli-test.pack", 1, "There is no folder /nowhere."},
    {"build " FIXTURE " -o /tmp/alcove-cli-test.pack --fast", 1, "The option --fast is not known here."},
    {"build " FIXTURE " content -o /tmp/alcove-cli-test.pack", 1, "'content' is one name too many."},
    {"build " FIXTURE " -o /tmp/alcove-cli-test.pack --assets /nowhere", 1, "The font table /nowhere/fonts.ini"},
    {"check /nowhere", 1, "There is no folder /nowhere."},
    {"check " FIXTURE " --today tomorrow", 1, "'tomorrow' is not a date."},
    {"build content/library -o " LIBRARY, 0, "org.alcove.library"},
    {"check " FIXTURE " --strict --today 2026-11-20 --with " LIBRARY, 0, "errors: 0, warnings: 0"},
    {"check " FIXTURE " --today 2026-11-20 --with " LIBRARY, 0, "so nothing of them is shown: th"},
    {"check " FIXTURE " --with /nowhere.pack", 1, "/nowhere.pack cannot be opened. Build the library first"},
    {"check " FIXTURE " --today 2030-01-01 --with " LIBRARY, 0, "errors: 0, warnings: 2"},
    {"check " FIXTURE " --strict --today 2030-01-01 --with " LIBRARY, 1,
     "service.csv:2: warning: Nobody has looked at the source of 'line'"},
    {"info", 1, "Say which pack."},
    {"info /nowhere.pack", 1, "cannot be opened"},
    {"info Makefile", 1, "is not a pack."},
    {"build " FIXTURE " -o /tmp/alcove-cli-test.pack", 0,
     "org.example.fixture 3, languages: 4, modules: 2, numbers: 2"},
    {"info /tmp/alcove-cli-test.pack", 0, "title: Fixture"},
    {"diff", 1, "Say which two packs."},
    {"diff /tmp/alcove-cli-test.pack", 1, "Say which two packs."},
    {"diff /tmp/alcove-cli-test.pack Makefile", 1, "Makefile: This is not a pack."},
    {"diff /tmp/alcove-cli-test.pack /tmp/alcove-cli-test.pack", 0, "Nothing else is different."},
    {"diff " LIBRARY " /tmp/alcove-cli-test.pack", 0, "org.alcove.library and org.example.fixture."},
    {"stamp " FIXTURE, 1, "Say which folder and language."},
    {"stamp " FIXTURE " fr", 1, "'fr' is not a language that"},
    {"stamp " FIXTURE " en", 1, "'en' is not a language that"},
    {"stamp " FIXTURE " ar none", 1, "There is nothing to stamp"},
    {"stamp " FIXTURE " ar first", 0, "files stamped: 0"},
    {"import-hsds /nowhere -o /tmp/alcove-cli-import", 1, "There is no folder /nowhere."},
    {"preview " FIXTURE " --kiosk /nowhere --with " LIBRARY, 1, "/nowhere cannot be started"},
};

static void test_what_it_says(void **state) {
	(void)state;
	struct arena a = {0};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int code = -1;
		const char *said = run(&a, cases[i].arguments, &code);
		if (code != cases[i].code || strstr(said, cases[i].says) == NULL) {
			fail_msg("alcove-pack %s: %d\n%s", cases[i].arguments, code, said);
		}
	}
	assert_int_equal(unlink("/tmp/alcove-cli-test.pack"), 0);
	assert_int_equal(unlink(LIBRARY), 0);
	arena_free(&a);
}

static void test_a_build_with_errors(void **state) {
	(void)state;
	struct arena a = {0};
	struct folder f = folder_new();
	folder_change(&f, "modules/first/en.md", "tint: teal", "tint: red");
	int code = -1;
	const char *said = run(&a, arena_print(&a, "build %s -o %s/x.pack", f.path, f.path), &code);
	assert_int_equal(code, 1);
	assert_non_null(strstr(said, "/modules/first/en.md:4: 'red' is not a tint. Use teal, sky, sand or rose.\n"));
	assert_non_null(strstr(said, "x.pack was not written: errors: 1. Correct them and build again.\n"));
	assert_int_equal(access(arena_print(&a, "%s/x.pack", f.path), F_OK), -1);
	folder_drop(&f);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_it_says),
	    cmocka_unit_test(test_a_build_with_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
