/* Two packs compared: each change of the sources comes out as its sentence, and nothing else does. */
#include "packc/diff.h"

#include "packc/folder.h"
#include "packc/look.h"

struct change {
	const char *file, *was, *now;
	const char *says; /* all that must be said, but for the sentences of the version */
};

#define EN "modules/first/en.md"
#define SERVICE "numbers/service.csv"

static const struct change changes[] = {
    {"pack.ini", "version = 3", "version = 4",
     "Version 3, made on 2026-11-20, is now version 4, made on 2026-11-20.\nNothing else is different.\n"},
    {"pack.ini", "id = org.example.fixture", "id = org.example.other",
     "These are two different packs: org.example.fixture and org.example.other.\nNothing else is different.\n"},
    {"pack.ini", "publisher = Example House", "publisher = Another House",
     "The publisher changed: Example House is now Another House.\nNothing else is different.\n"},
    {"pack.ini", "ar = no", "ar = yes", "العربية has been checked by a speaker.\n"},
    {"pack.ini", "th = ไทย\n", "", "A language was removed: ไทย.\n"},

    {EN, "They stay with you.", "They stay with you now.",
     "A module changed: A quiet start (English).\n  page 1 changed: A bag, ready to go\n"},
    {EN, "title: A quiet start", "title: A start",
     "A module changed: A start (English).\n  its title was: A quiet start\n"},
    {EN, "note:", "note: Short",
     "A module changed: A quiet start (English).\n  its note, its icon or whom it is for changed\n"},
    {EN, "# Where would you go?", "# A new page\n\nWords.\n\n# Where would you go?",
     "A module changed: A quiet start (English).\n  pages: 3, before: 2\n  page 2 is new: A new page\n"},
    {EN, "# Where would you go? {id=where}\n\nChoose one.\n", "",
     "A module changed: A quiet start (English).\n  pages: 1, before: 2\n  page 1 changed: A bag, ready to go\n"
     "  page 2 was removed: Where would you go?\n"},
    {"modules/second/zh-Hans.md", "", NULL, "A module was removed: 还有一件事 (简体中文).\n"},
    {"modules/third/en.md", "",
     "---\ntitle: Third\nicon: bag\ntint: sky\norder: 3\nsources: none\n---\n# One\n\nWords.\n",
     "A module was added: Third (English, pages: 1).\n"},
    {"numbers/phone.csv", "1-888-373-7888", "1-888-373-7889",
     "A number changed: Help line: 1-888-373-7888, text 233733 is now 1-888-373-7889, text 233733.\n"},
    {"numbers/phone.csv", "line,text,233733\n", "",
     "A number changed: Help line: 1-888-373-7888, text 233733 is now 1-888-373-7888.\n"},
    {"board/en.md", "Dinner at 6", "Dinner at 7", "The board changed (English; entries: 2, before: 2).\n"},
    {"phrases/ar.csv", "mail,\"لديك بريد عند المكتب.\"\n", "",
     "The list of phrases for staff changed (العربية; entries: 1, before: 2).\n"},
    {"words/ar.po", "msgstr \"المس للبدء\"", "msgstr \"ابدأ\"",
     "A word of the screen changed (العربية): \"المس للبدء\" is now \"ابدأ\".\n"},
    {"pictures/bag.svg", "<svg", "<svg id=\"x\"", "A picture changed: bag.\n"},
    {"pictures/bag.svg", "<svg", "<svg", "Nothing else is different.\n"},
};

static const char *compare(struct arena *a, const struct folder *f, bool *refused) {
	struct report r;
	struct fault fault = {{0}};
	char old[128];
	char new[128];
	snprintf(old, sizeof old, "%s/old.pack", f->path);
	snprintf(new, sizeof new, "%s/new.pack", f->path);
	folder_compile(FIXTURE, NULL, old, a, &r);
	folder_compile(f->path, NULL, new, a, &r);
	*refused = r.errors > 0;
	if (*refused) {
		report_print(&r, stderr);
		return "";
	}
	struct look one;
	struct look two;
	if (!look_open(old, &one, &fault) || !look_open(new, &two, &fault)) {
		fail_msg("%s", fault.says);
	}
	const char *lines = diff_lines(a, one.pack, two.pack);
	look_close(&one);
	look_close(&two);
	return lines;
}

static void make_folder_for(const struct folder *f, const char *file) {
	char command[256];
	snprintf(command, sizeof command, "mkdir -p $(dirname %s/%s)", f->path, file);
	assert_int_equal(system(command), 0);
}

static void test_changes(void **state) {
	(void)state;
	int failed = 0;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct folder f = folder_new();
		struct arena a = {0};
		bool refused = false;
		make_folder_for(&f, changes[i].file);
		folder_change(&f, changes[i].file, changes[i].was, changes[i].now);
		const char *lines = compare(&a, &f, &refused);
		if (refused || strcmp(lines, changes[i].says) != 0) {
			print_error("%s, '%s':\n%s--- instead of\n%s", changes[i].file, changes[i].was, lines,
			            changes[i].says);
			failed++;
		}
		arena_free(&a);
		folder_drop(&f);
	}
	assert_int_equal(failed, 0);
}

/* A date is told once, and in each language that it is another sentence there. */
static void test_a_date(void **state) {
	(void)state;
	struct folder f = folder_new();
	struct arena a = {0};
	bool refused = false;
	folder_change(&f, SERVICE, "2026-10-01", "2026-11-02");
	const char *lines = compare(&a, &f, &refused);
	assert_string_equal(lines, "House desk was called on 2026-11-02, before called on 2026-10-01.\n");
	arena_free(&a);
	folder_drop(&f);
}

/* A line end in what a pack says must not make a line of ours. */
static void test_no_false_lines(void **state) {
	(void)state;
	struct folder f = folder_new();
	struct arena a = {0};
	bool refused = false;
	folder_change(&f, "pack.ini", "publisher = Example House", "publisher = Example\\nNothing else is different.");
	folder_change(&f, EN, "title: A quiet start", "title: A start");
	const char *lines = compare(&a, &f, &refused);
	assert_null(strstr(lines, "\nNothing else"));
	arena_free(&a);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_a_date),
	    cmocka_unit_test(test_no_false_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
