/* Everything that a build refuses: the file, the line, the sentence. Each case spoils a copy of the fixture in one place
 * and expects that finding (one mistake may have others in its train). */
#include "packc/folder.h"

struct refusal {
	const char *file, *was, *now; /* as folder_change takes them */
	const char *found;            /* the file that is named; NULL: the same */
	int line;
	const char *says; /* part of the sentence */
};

#define EN "modules/first/en.md"
#define SERVICE "numbers/service.csv"
#define PHONE "numbers/phone.csv"

static const struct refusal pack_cases[] = {
    {"pack.ini", "", NULL, NULL, 0, "cannot be read. Check that it is there."},
    {"pack.ini", "id = org", "id = Org", NULL, 3, "id is missing or is not made of"},
    {"pack.ini", "kind = house", "kind = home", NULL, 4, "kind is missing or not known"},
    {"pack.ini", "version = 3", "version = 3.1", NULL, 5, "version is missing or is not a whole number"},
    {"pack.ini", "publisher = Example House\n", "", NULL, 1, "no publisher"},
    {"pack.ini", "2026-11-20", "2026-02-30", NULL, 7, "'made' is missing or is not a date"},
    {"pack.ini", "title = Fixture\n", "", NULL, 1, "no title"},
    {"pack.ini", "title = Fixture", "name = Fixture\ntitle = Fixture", NULL, 8, "'name' is not known"},
    {"pack.ini", "title = Fixture", "title = Fixture\ntitle = Two", NULL, 9, "'title' is there twice"},
    {"pack.ini", "title = Fixture", "title = Fixture\nmumble", NULL, 9, "not 'key = value'"},
    {"pack.ini", "[reviewed]", "[checked]\nen = yes\n[reviewed]", NULL, 17, "[checked] is not known"},
    {"pack.ini", "th = ", "thai_language = x\nth = ", NULL, 13, "is not a language tag"},
    {"pack.ini", "th = ", "en = Inglés\nth = ", NULL, 13, "'en' is there twice"},
    {"pack.ini", "th = ไทย", "th =", NULL, 13, "'th' has no name"},
    {"pack.ini", "ar = no", "fr = no", NULL, 18, "'fr' is not under [languages]"},
    {"pack.ini", "ar = no", "ar = maybe", NULL, 18, "'maybe' is neither yes nor no"},
};

static const struct refusal module_cases[] = {
    {EN, "title: A quiet start\n", "", NULL, 1, "'title' is missing"},
    {EN, "icon: home\n", "", NULL, 1, "'icon' is missing"},
    {EN, "icon: home", "icon: hoem", NULL, 3, "There is no icon 'hoem'"},
    {EN, "tint: teal", "tint: red", NULL, 4, "'red' is not a tint"},
    {EN, "order: 2", "order: two", NULL, 5, "'two' is not a whole number"},
    {EN, "audience: client", "audience: all", NULL, 7, "'all' is not an audience"},
    {EN, "sources: example 1, section 2\n", "", NULL, 1, "'sources' is missing"},
    {EN, "note:", "colour: red\nnote:", NULL, 6, "'colour' is not known"},
    {EN, "note:", "icon: home\nnote:", NULL, 6, "'icon' is there twice"},
    {EN, "note:", "note", NULL, 6, "is not 'key: value'"},
    {EN, "They stay with you.", "They stay with you.\n\n---", NULL, 15, "A line across."},
    {EN, "They stay with you.", "They stay with you.\n\n## More", NULL, 15, "A heading of a lower rank"},
    {EN, "They stay with you.", "They stay with you.\n\n> Said she", NULL, 15, "A quotation"},
    {EN, "They stay with you.", "They stay with you.\n\n1. One", NULL, 15, "A numbered list"},
    {EN, "They stay with you.", "They stay with you.\n\n    code", NULL, 15, "Code: a block"},
    {EN, "They stay with you.", "They stay with you.\n\n```\ncode\n```", NULL, 15, "Code: a block"},
    {EN, "They stay with you.", "They `stay` with you.", NULL, 13, "Code in `marks`"},
    {EN, "They stay with you.", "They *stay* with you.", NULL, 13, "Words in *single marks*"},
    {EN, "They stay with you.", "They <b>stay</b> with you.", NULL, 13, "HTML."},
    {EN, "They stay with you.", "They stay.\n\n<div>x</div>", NULL, 15, "HTML."},
    {EN, "They stay with you.", "![bag](bag.png)", NULL, 13, "An image."},
    {EN, "They stay with you.", "See [this](numbers).", NULL, 12, "A link outside of a list"},
    {EN, "They stay with you.", "a&eacute;b", NULL, 13, "'&eacute;' is not known"},
    {EN, "They stay with you.", "They stay.\n\n|a|b|\n|---|---|\n|1|2|", NULL, 15, "A table."},
    {EN, "- Keys\n", "- Keys\n  - House key\n", NULL, 16, "A list inside a list"},
    {EN, "- Keys\n", "- Keys\n\n  and more\n", NULL, 17, "A second paragraph in a list item"},
    {EN, "- Keys\n", "-\n", NULL, 15, "The list item is empty"},
    {EN, "- Keys\n", "- Keys, see [this](numbers)\n", NULL, 15, "A link in the middle of text"},
    {EN, "id=bag urgent}", "id=bag loud}", NULL, 10, "'loud' is not known in the braces"},
    {EN, "id=bag urgent}", "id=Bag}", NULL, 10, "'id=Bag' is not a name"},
    {EN, "{picture=bag", "{picture=sack", NULL, 10, "There is no picture 'sack'"},
    {EN, "{id=where}", "{id=bag}", NULL, 18, "Another page has the id 'bag'"},
    {EN, "# A bag, ready to go {picture=bag id=bag urgent}\n", "", NULL, 11, "stands before the first heading"},
    {EN, "# Where would you go? {id=where}", "# {id=where}", NULL, 18, "The heading is empty"},
    {EN, "# Where would you go? {id=where}", "# Empty\n\n# Where?", NULL, 18, "The page is empty"},
    {EN, "(#bag)", "(#sack)", NULL, 22, "No page of this file has the id 'sack'"},
    {EN, "(module:second)", "(module:third)", NULL, 24, "There is no module 'third'"},
    {EN, "(numbers)", "(https://example.org)", NULL, 23, "leads nowhere"},
    {EN, "You can pack", "You can \U00013000 pack", NULL, 12, "(U+13000)"},
    {EN, "You can pack", "You can \x07 pack", NULL, 12, "control character (U+0007)"},
    {EN, "You can pack", "You can \xff pack", NULL, 12, "not UTF-8"},
};

static const struct refusal number_cases[] = {
    {SERVICE, "line,\"Help line\"", "Line,\"Help line\"", NULL, 2, "'Line' is not an id"},
    {SERVICE, "desk,\"House desk\"", "line,\"House desk\"", NULL, 3, "The service 'line' is there twice"},
    {SERVICE, "desk,\"House desk\"", "desk,", NULL, 3, "'desk' has no name"},
    {SERVICE, "2026-10-01", "", NULL, 3, "'desk' has no assured_date"},
    {SERVICE, "2026-10-01", "2026-13-01", NULL, 3, "'desk' has no assured_date"},
    {SERVICE, "2026-10-01,call", "2026-10-01,", NULL, 3, "'desk' does not say what was done on its assured_date"},
    {SERVICE, "2026-11-03,source", "2026-11-03,yes", NULL, 2, "'line' does not say what was done"},
    {SERVICE, "2026-10-01,call,\"example 2\"", "2026-10-01,call,", NULL, 3, "'desk' has no source"},
    {SERVICE, "home,,house", "hoem,,house", NULL, 3, "There is no icon 'hoem'"},
    {SERVICE, "home,,house", "home,,our house", NULL, 3, "'our house' is not a grouping"},
    {SERVICE, "home,,house", "home,house", NULL, 3, "This row has 11 cells, the first row has 12"},
    {SERVICE, "\"House desk\"", "\"House desk", NULL, 3, "quotation mark"},
    {SERVICE, "grouping,", "group,", NULL, 1, "The column 'group' is not known"},
    {SERVICE, "", NULL, NULL, 0, "cannot be read"},
    {PHONE, "line,text,233733", "lien,text,233733", NULL, 3, "There is no service 'lien'"},
    {PHONE, "line,text,233733", "line,fax,233733", NULL, 3, "'fax' is not a type"},
    {PHONE, "233733", "BEFREE", NULL, 3, "'BEFREE' is not a number"},
    {PHONE, "555-0100", "555--0100", NULL, 4, "'555--0100' is not a number"},
    {PHONE, "desk,voice,555-0100\n", "", "numbers/service.csv", 3, "'desk' has no number"},
    {"numbers/ar.po", "msgstr \"مكتب البيت\"", "msgstr \"\"", NULL, 25, "'desk.name' is not translated"},
    {"numbers/ar.po", "msgctxt \"desk.name\"", "#, fuzzy\nmsgctxt \"desk.name\"", NULL, 26, "is marked fuzzy"},
};

static const struct refusal other_cases[] = {
    {"words/en.po", "msgctxt \"begin\"", "msgctxt \"start\"", NULL, 5, "The kiosk has no word 'start'"},
    {"words/en.po", "msgctxt \"begin\"\n", "", NULL, 5, "has no msgctxt"},
    {"words/ar.po", "صفحة {0} من {1}", "صفحة {0}", NULL, 9, "the same places in braces"},
    {"words/ar.po", "\"المس للبدء\"", "\"\"", NULL, 5, "The word 'begin' is missing"},
    {"words/ar.po", "\"المس للبدء\"", "\"المس", NULL, 8, "end-of-line within string"},
    {"pictures/en.po", "msgctxt \"bag\"", "msgctxt \"sack\"", NULL, 5, "There is no picture 'sack'"},
    {"pictures/bag.svg", "<rect", "<script/>\n<rect", NULL, 1, "<script cannot be shown"},
    {"pictures/bag.svg", "<svg", "<gvs", NULL, 1, "not an SVG picture"},
    {"pictures/Big Bag.svg", "", "<svg></svg>", NULL, 0, "cannot be a picture's name"},
    {"modules/first/en.md", "---\ntitle", "title", NULL, 1, "does not begin with a line of ---"},
    {"board/en.md", "{icon=sun}", "", NULL, 6, "The card has no icon"},
    {"board/en.md", "{icon=sun}", "{icon=sun tint=red}", NULL, 6, "'red' is not a tint"},
    {"board/en.md", "Dinner at 6", "\n- Dinner at 6", NULL, 5, "A list."},
    {"phrases/en.csv", "mail,", "laundry,", NULL, 3, "The phrase 'laundry' is there twice"},
    {"phrases/en.csv", "\"Your laundry is ready.\"", "", NULL, 2, "must be one line"},
};

static bool found(const struct report *r, const struct folder *f, const struct refusal *c) {
	char path[128];
	snprintf(path, sizeof path, "%s/%s", f->path, c->found == NULL ? c->file : c->found);
	for (int i = 0; i < r->count; i++) {
		const struct finding *got = &r->items[i];
		if (!got->warning && strcmp(got->where.file, path) == 0 && got->where.line == c->line &&
		    strstr(got->says, c->says) != NULL) {
			return true;
		}
	}
	return false;
}

static void run(const struct refusal *cases, size_t count) {
	int failed = 0;
	for (size_t i = 0; i < count; i++) {
		struct folder f = folder_new();
		struct arena a = {0};
		struct report r;
		folder_change(&f, cases[i].file, cases[i].was, cases[i].now);
		folder_compile(f.path, NULL, NULL, &a, &r);
		if (!found(&r, &f, &cases[i])) {
			failed++;
			fprintf(stderr, "not found: %s:%d: %s; but:\n", cases[i].file, cases[i].line, cases[i].says);
			report_print(&r, stderr);
		}
		for (int k = 0; k < r.count; k++) {
			/* Two sentences at least: what is wrong, and what to do. */
			const char *stop = strchr(r.items[k].says, '.');
			assert_non_null(stop);
			assert_int_equal(r.items[k].says[strlen(r.items[k].says) - 1] == '.' ||
			                     r.items[k].says[strlen(r.items[k].says) - 1] == ')',
			                 1);
		}
		arena_free(&a);
		folder_drop(&f);
	}
	assert_int_equal(failed, 0);
}

#define RUN(cases) run(cases, sizeof(cases) / sizeof((cases)[0]))

static void test_pack(void **state) {
	(void)state;
	RUN(pack_cases);
}

static void test_modules(void **state) {
	(void)state;
	RUN(module_cases);
}

static void test_numbers(void **state) {
	(void)state;
	RUN(number_cases);
}

static void test_others(void **state) {
	(void)state;
	RUN(other_cases);
}

/* The good fixture has no finding at all: else the cases above would prove nothing. */
static void test_the_fixture_is_clean(void **state) {
	(void)state;
	struct arena a = {0};
	struct report r;
	folder_compile(FIXTURE, "2026-11-20", NULL, &a, &r);
	report_print(&r, stderr);
	assert_int_equal(r.count, 0);
	arena_free(&a);
}

static void test_a_library_needs_every_word(void **state) {
	(void)state;
	struct folder f = folder_new();
	folder_change(&f, "pack.ini", "kind = house", "kind = library");
	struct arena a = {0};
	struct report r;
	folder_compile(f.path, NULL, NULL, &a, &r);
	struct refusal word = {"words/en.po", "", "", NULL, 16, "The word 'hide' is missing. Translate \"Hide this\"."};
	assert_true(found(&r, &f, &word));
	word = (struct refusal){"words/th.po", "", "", NULL, 0, "cannot be read. Check that it is there."};
	assert_true(found(&r, &f, &word));
	/* Staff mode's are not asked of a language that has none of them. */
	word = (struct refusal){"words/en.po", "", "", NULL, 16, "The word 'staff-home' is missing."};
	assert_false(found(&r, &f, &word));
	arena_free(&a);
	folder_drop(&f);
}

static void test_a_language_has_all_words_of_staff_mode_or_none(void **state) {
	(void)state;
	struct folder f = folder_new();
	folder_change(&f, "pack.ini", "kind = house", "kind = library");
	folder_change(&f, "words/en.po", "msgctxt \"begin\"",
	              "msgctxt \"staff-leave\"\nmsgid \"Leave\"\nmsgstr \"\"\n\nmsgctxt \"begin\"");
	struct arena a = {0};
	struct report r;
	folder_compile(f.path, NULL, NULL, &a, &r);
	struct refusal word = {"words/en.po", "", "",
	                       NULL,          20, "The word 'staff-home' is missing. Translate \"Staff\"."};
	assert_true(found(&r, &f, &word));
	word.says = "'staff-leave'";
	assert_false(found(&r, &f, &word));
	arena_free(&a);
	folder_drop(&f);
}

/* A writer sees all that is wrong at once, not only the first. */
static void test_every_error_is_told(void **state) {
	(void)state;
	struct folder f = folder_new();
	folder_change(&f, EN, "(#bag)", "(#sack)");
	folder_change(&f, EN, "tint: teal", "tint: red");
	folder_change(&f, PHONE, "233733", "BEFREE");
	folder_change(&f, "board/en.md", "{icon=sun}", "");
	struct arena a = {0};
	struct report r;
	folder_compile(f.path, NULL, NULL, &a, &r);
	assert_int_equal(r.errors, 4);
	arena_free(&a);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_fixture_is_clean),
	    cmocka_unit_test(test_pack),
	    cmocka_unit_test(test_modules),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_a_library_needs_every_word),
	    cmocka_unit_test(test_a_language_has_all_words_of_staff_mode_or_none),
	    cmocka_unit_test(test_every_error_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
