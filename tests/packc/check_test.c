/* The linter: what it warns of, and what it leaves alone. */
#include "packc/check.h"

#include "packc/folder.h"

static void test_syllables(void **state) {
	(void)state;
	static const struct {
		enum grade_language language;
		const char *word;
		int syllables;
	} words[] = {
	    {GRADE_ENGLISH, "go", 1},        {GRADE_ENGLISH, "safe", 1},     {GRADE_ENGLISH, "table", 2},
	    {GRADE_ENGLISH, "tables", 2},    {GRADE_ENGLISH, "people", 2},   {GRADE_ENGLISH, "shelter", 2},
	    {GRADE_ENGLISH, "a", 1},         {GRADE_ENGLISH, "money", 2},    {GRADE_ENGLISH, "the", 1},
	    {GRADE_ENGLISH, "free", 1},      {GRADE_ENGLISH, "advocate", 3}, {GRADE_ENGLISH, "important", 3},
	    {GRADE_ENGLISH, "hmm", 1},       {GRADE_ENGLISH, "helped", 1},   {GRADE_ENGLISH, "wanted", 2},
	    {GRADE_ENGLISH, "makes", 1},     {GRADE_ENGLISH, "houses", 2},   {GRADE_ENGLISH, "going", 2},
	    {GRADE_ENGLISH, "being", 2},     {GRADE_ENGLISH, "violence", 3}, {GRADE_ENGLISH, "trying", 2},
	    {GRADE_ENGLISH, "You", 1},       {GRADE_ENGLISH, "beyond", 2},   {GRADE_ENGLISH, "social", 2},
	    {GRADE_ENGLISH, "need", 1},      {GRADE_SPANISH, "que", 1},      {GRADE_SPANISH, "ciudad", 2},
	    {GRADE_SPANISH, "guía", 2},      {GRADE_SPANISH, "leer", 2},     {GRADE_SPANISH, "ahora", 3},
	    {GRADE_SPANISH, "también", 2},   {GRADE_SPANISH, "muy", 1},      {GRADE_SPANISH, "yo", 1},
	    {GRADE_SPANISH, "seguridad", 4}, {GRADE_SPANISH, "Ayuda", 3},    {GRADE_SPANISH, "pingüino", 3},
	    {GRADE_SPANISH, "oír", 2},       {GRADE_SPANISH, "y", 1},        {GRADE_SPANISH, "número", 3},
	    {GRADE_SPANISH, "cuídese", 3},
	};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		int found = grade_syllables(words[i].language, words[i].word, strlen(words[i].word));
		if (found != words[i].syllables) {
			fail_msg("%s: %d", words[i].word, found);
		}
	}
}

static void test_grade(void **state) {
	(void)state;
	/* 0.39 * 10 + 11.8 * 1.5 - 15.59 = 6.01 */
	struct grade_count c = {.words = 20, .sentences = 2, .syllables = 30};
	assert_int_equal(grade_english(&c), 60);
	/* 206.84 - 60 * 1.5 - 1.02 * 10 = 106.64 */
	assert_int_equal(grade_spanish(&c), 1066);
	c = (struct grade_count){0};
	assert_int_equal(grade_english(&c), 0);
	assert_int_equal(grade_spanish(&c), 1000);
}

static void test_counting(void **state) {
	(void)state;
	struct grade_count c = {0};
	grade_add(&c, GRADE_ENGLISH, "Don\u2019t go. \u201cCall 911\u201d at 5.30! A well-made \x01plan\x02: yes");
	assert_int_equal(c.words, 8);
	assert_int_equal(c.sentences, 4);
	assert_int_equal(c.longest, 3);
	c = (struct grade_count){0};
	grade_add(&c, GRADE_SPANISH, "¿Qué le ayudaría ahora? Señales — y más.");
	assert_int_equal(c.words, 7);
	assert_int_equal(c.sentences, 2);
	c = (struct grade_count){0};
	grade_add(&c, GRADE_OTHER, "هل أنت بخير؟ نعم.");
	assert_int_equal(c.words, 4);
	assert_int_equal(c.sentences, 2);
	assert_int_equal(grade_language("en-GB"), GRADE_ENGLISH);
	assert_int_equal(grade_language("es"), GRADE_SPANISH);
	assert_int_equal(grade_language("est"), GRADE_OTHER);
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
     10, "This page is urgent and reads at grade"},
    {EN, "They stay with you.",
     "One two. One two. One two. One two. One two. One two. One two. One two. One two. "
     "One two. One two. One two. One two. One two. One two. One two. One two. One two. "
     "One two. One two. One two. One two. One two. One two. One two. One two.",
     10, "This page has 63 words."},
    {EN, "A quiet start", "Signs of abuse", 2, "tells a bystander what this is about ('abus')"},
    {"numbers/service.csv", "2026-10-01", "2025-11-19", 3, "Nobody has called 'desk' since 2025-11-19."},
    {"numbers/service.csv", "2026-11-03", "2025-11-19", 2, "Nobody has looked at the source of 'line' since"},
    {"numbers/service.csv", "2026-10-01", "2026-11-21", 3, "lies in the future"},
    {"pictures/th.po", "msgstr \"กระเป๋า\"", "msgstr \"\"", 5, "The picture 'bag' has no description."},
    {"words/ar.po", "msgid \"Touch to begin\"", "msgid \"Touch here\"", 5, "The English of 'begin' is now"},
    {"numbers/ar.po", "msgid \"House desk\"", "msgid \"Desk\"", 25, "The English of 'desk.name' has changed"},
    {"numbers/phone.csv", "1-888-373-7888", "1-888-373-788", 2, "'1-888-373-788' has 10 digits, in groups"},
    {"numbers/phone.csv", "555-0100", "555-010-01000", 4, "in groups that no number here has"},
    {"board/en.md", "Quiet hours", "Police hours", 6, "The title \"Police hours\" tells a bystander"},
    {"board/ar.md", "من الساعة 10 ليلا", "هنا ضحية", 7, "The card \"هنا ضحية\" tells a bystander"},
    {"pictures/ar.po", "msgid \"A bag by a door\"", "msgid \"A bag\"", 5, "The English of 'bag' has changed"},
    {"modules/first/ar.md", "id=where", "id=there", 16, "This page has the id 'there', in en.md:18 it has 'where'"},
    {"modules/first/ar.md", "picture=bag ", "", 10, "This page has the picture '', in en.md:10 it has 'bag'"},
    {"modules/first/ar.md", " urgent", "", 10, "This page is not urgent, in en.md:10 it is"},
    {"modules/first/ar.md", "- [أحتاج إلى رقم](numbers)\n", "", 16, "the answer of en.md:23, which leads to 'numbers'"},
    {"modules/first/ar.md", "(numbers)", "(talk)", 19, "the answer of en.md:23, which leads to 'numbers'"},
    {"modules/first/ar.md", "(numbers)", "(numbers)\n- [بيت](home)", 20, "This answer is not in en.md:18"},
    {"modules/first/ar.md", "order: 2", "order: 3", 5, "order is '3' here and '2' in en.md:5"},
    {"modules/first/ar.md", "\n# إلى أين؟ {id=where}\n", "", 0, "This file has 1 pages, en.md has 2."},
    {"modules/first/ar.md", "translated-from: 9bdf 9d60", "translated-from: 9bdf 0000", 10,
     "en.md:10 has changed since this page was translated. Check the translation, then run: alcove-pack stamp"},
    {"modules/first/ar.md", "translated-from: 9bdf", "translated-from: 0000", 2, "Title or note of en.md have changed"},
    {"modules/first/ar.md", " 7f36\n", "\n", 8, "had another number of pages when this was translated"},
    {"modules/second/zh-Hans.md", "translated-from: 08b8 f25f\n", "", 1, "Nothing says which text this was translated"},
    {"phrases/ar.csv", "mail,", "post,", 0, "The phrase 'mail' of en.csv is missing."},
    {"pack.ini", "[reviewed]", "[complete]\nth = yes\n\n[reviewed]", 0, "There is no th.md beside this file"},
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
	    cmocka_unit_test(test_syllables),         cmocka_unit_test(test_grade),
	    cmocka_unit_test(test_counting),          cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_a_year_is_not_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
