/* The linter: what it warns of, and what it leaves alone. */
#include "packc/check.h"

#include "packc/folder.h"

static void test_syllables(void **state) {
	(void)state;
	static const struct {
		const char *word;
		int syllables;
	} words[] = {{"go", 1},    {"safe", 1},     {"table", 2}, {"people", 2}, {"shelter", 2},   {"a", 1},
	             {"money", 2}, {"advocate", 3}, {"the", 1},   {"free", 1},   {"important", 3}, {"hmm", 1}};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (check_syllables(words[i].word, strlen(words[i].word)) != words[i].syllables) {
			fail_msg("%s: %d", words[i].word, check_syllables(words[i].word, strlen(words[i].word)));
		}
	}
}

static void test_grade(void **state) {
	(void)state;
	/* 0.39 * 10 + 11.8 * 1.5 - 15.59 = 6.01 */
	assert_int_equal(check_grade_tenths(20, 2, 30), 60);
	assert_int_equal(check_grade_tenths(0, 0, 0), 0);
}

struct lint {
	const char *file, *was, *now;
	int line;
	const char *says;
};

#define EN "modules/first/en.md"
#define LONG_SENTENCE                                                                                                  \
	"You can put your keys and some of your money in a bag by the door so that you can go when you want to go."

static const struct lint cases[] = {
    {EN, "They stay with you.", LONG_SENTENCE, 12, "A sentence of 26 words."},
    {EN, "They stay with you.",
     "Organizational accommodation necessitates comprehensive documentation, including residential verification.\n"
     "Administrative professionals communicate eligibility determinations regarding transitional opportunities.",
     10, "This page reads at grade"},
    {EN, "They stay with you.",
     "One two. One two. One two. One two. One two. One two. One two. One two. One two. "
     "One two. One two. One two. One two. One two. One two. One two. One two. One two. "
     "One two. One two. One two. One two. One two. One two. One two. One two.",
     10, "This page has 63 words."},
    {EN, "A quiet start", "Signs of abuse", 2, "tells a bystander what this is about ('abus')"},
    {"numbers/service.csv", "2026-10-01", "2025-11-19", 3, "Nobody has called 'desk' since 2025-11-19."},
    {"numbers/service.csv", "2026-10-01", "2026-11-21", 3, "lies in the future"},
    {"pictures/th.po", "msgstr \"กระเป๋า\"", "msgstr \"\"", 5, "The picture 'bag' has no description."},
    {"words/ar.po", "msgid \"Touch to begin\"", "msgid \"Touch here\"", 5, "The English of 'begin' is now"},
    {"numbers/ar.po", "msgid \"House desk\"", "msgid \"Desk\"", 17, "The English of 'desk.name' has changed"},
    {"board/fr.md", "", "# Repas {icon=cup}\n\nMidi\n", 0, "The pack has no language 'fr'"},
};

static void test_warnings(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct folder f = folder_new();
		struct arena a = {0};
		struct report r;
		folder_change(&f, cases[i].file, cases[i].was, cases[i].now);
		folder_compile(f.path, "2026-11-20", NULL, &a, &r);
		int hits = 0;
		for (int k = 0; k < r.count; k++) {
			hits += r.items[k].warning && r.items[k].where.line == cases[i].line &&
			        strstr(r.items[k].says, cases[i].says) != NULL;
		}
		if (hits != 1 || r.errors != 0) {
			report_print(&r, stderr);
			fail_msg("not found: %s:%d: %s", cases[i].file, cases[i].line, cases[i].says);
		}
		arena_free(&a);
		folder_drop(&f);
	}
}

/* A year to the day is not yet old; and a build does not ask what day it is. */
static void test_a_year_is_not_old(void **state) {
	(void)state;
	struct folder f = folder_new();
	struct arena a = {0};
	struct report r;
	folder_change(&f, "numbers/service.csv", "2026-10-01", "2025-11-20");
	folder_compile(f.path, "2026-11-20", NULL, &a, &r);
	assert_int_equal(r.count, 0);
	folder_change(&f, "numbers/service.csv", "2025-11-20", "2019-11-20");
	folder_compile(f.path, NULL, NULL, &a, &r);
	assert_int_equal(r.count, 0);
	arena_free(&a);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_syllables),
	    cmocka_unit_test(test_grade),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_a_year_is_not_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
