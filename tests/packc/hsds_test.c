/* Lists of others, as odd as they come: quotes and lines inside of cells, lists in a cell, Windows files, columns that are
 * missing or new, numbers in every form. What is taken must be right, and whatever is not must be told, with its line. */
#include "packc/hsds.h"

#include "packc/dial.h"
#include "packc/folder.h"

#include <sys/stat.h>

/* --- numbers ---------------------------------------------------------------------------------------------------- */

static const struct {
	const char *cell, *numbers; /* each number, "x" and its extension, parted by spaces */
	const char *left;
} dials[] = {
    {"1-888-373-7888", "1-888-373-7888", ""},
    {"(504) 555-0100", "504-555-0100", ""},
    {"+1 504 555 0100", "1-504-555-0100", ""},
    {"+1 (504) 555-0100", "1-504-555-0100", ""},
    {"1.504.555.0100", "1-504-555-0100", ""},
    {"5045550100", "504-555-0100", ""},
    {"855-435-STAR", "855-435-7827", ""},
    {"1-800-FLOWERS", "1-800-356-9377", ""},
    {"(855) 435-STAR (7827)", "855-435-7827", "(7827)"},
    {"504-555-0100 ext. 12", "504-555-0100x12", ""},
    {"504-555-0100 x12", "504-555-0100x12", ""},
    {"504-555-0100, extension 7", "504-555-0100x7", ""},
    {"504-555-0100 #3", "504-555-0100x3", ""},
    {"504-555-0100 / 504-555-0101", "504-555-0100 504-555-0101", ""},
    {"504-555-0100 or 1-888-373-7888", "504-555-0100 1-888-373-7888", ""},
    {"504-555-0100; 504-555-0101 ext 2", "504-555-0100 504-555-0101x2", ""},
    {"504-555-0100\n504-555-0101", "504-555-0100 504-555-0101", ""},
    {"\"504-555-0100\"", "504-555-0100", ""},
    {"[\"504-555-0100\", \"504-555-0101\"]", "504-555-0100 504-555-0101", ""},
    {"504\xe2\x80\x93"
     "555\xe2\x80\x93"
     "0100",
     "504-555-0100", ""},
    {"504\xc2\xa0"
     "555\xc2\xa0"
     "0100",
     "504-555-0100", ""},
    {"911", "911", ""},
    {"211", "211", ""},
    {"text 233733", "233733", "text"},
    {"555-0100", "555-0100", ""},
    {"call the office", "", "call the office"},
    {"+44 20 7946 0958", "", "+44 20 7946 0958"},
    {"504-555-010", "", "504-555-010"},
    {"504-555-01000", "", "504-555-01000"},
    {"", "", ""},
};

static void test_numbers(void **state) {
	(void)state;
	int failed = 0;
	for (size_t i = 0; i < sizeof dials / sizeof dials[0]; i++) {
		struct arena a = {0};
		struct dial_found found = dial_read(&a, dials[i].cell);
		const char *numbers = "";
		for (int k = 0; k < found.count; k++) {
			const struct dial *d = &found.numbers[k];
			numbers = arena_print(&a, "%s%s%s%s%s", numbers, k == 0 ? "" : " ", d->number,
			                      d->extension[0] == 0 ? "" : "x", d->extension);
		}
		if (strcmp(numbers, dials[i].numbers) != 0 || strcmp(found.left, dials[i].left) != 0) {
			print_error("'%s': '%s', left '%s'\n", dials[i].cell, numbers, found.left);
			failed++;
		}
		arena_free(&a);
	}
	assert_int_equal(failed, 0);
}

/* --- a package -------------------------------------------------------------------------------------------------- */

static const char services[] =
    "\xef\xbb\xbf"
    "id,organization_id,name,alternate_name,description,status,assured_date\r\n"
    "s1,o1,\"Help \"\"Now\"\" Line\",,\"Talk, day and night.\r\nNo name needed.\",active,2026-01-31\r\n"
    "s2,o1,Shelter desk,The desk,,active,\r\n"
    "s3,o2,Old line,,,defunct,2019-01-01\r\n"
    "s4,o2,No phone,,,,2026-02-01T10:00:00Z\r\n"
    "s5,o2,,,,,\r\n"
    "s6,o2,Shelter desk,,,active,soon\r\n";
static const char phones[] = "id,service_id,organization_id,number,extension,type,description\r\n"
                             "p1,s1,,\"(504) 555-0100 / 855-435-STAR\",,voice,\r\n"
                             "p2,s1,,233733,,text,\"Text \"\"HELP\"\"\"\r\n"
                             "p3,s2,,504-555-0102,21,,\r\n"
                             "p4,s2,,504-555-0103,,fax,\r\n"
                             "p5,,o1,504-555-0104,,voice,\r\n"
                             "p6,s9,,504-555-0105,,voice,\r\n"
                             "p7,s6,,call us,,voice,\r\n"
                             "p8,s6,,555-0106,,carrier pigeon,\r\n";
static const char languages[] = "id,service_id,phone_id,name,code\n"
                                "l1,s1,,\"[\"\"English\"\", \"\"Spanish\"\"]\",\n"
                                "l2,s1,,,vi\n"
                                "l3,,p1,French,fr\n";
static const char schedules[] = "id,service_id,byday,opens_at,closes_at,description\n"
                                "h1,s1,,,,24 hours\n"
                                "h2,s2,\"MO,TU\",09:00,17:00,\n"
                                "h3,s2,,,,\n"
                                "h4,s8,SA,10:00,12:00,\n";
static const char organizations[] = "id,name\no1,\"Helpers, Inc.\"\no2,Others\n";

static const char expected_services[] =
    "id,name,description,what,languages,schedule,icon,tint,grouping,assured_date,assured_by,source\n"
    "help-now-line,\"Help \"\"Now\"\" Line\",,\"Talk, day and night. | No name needed. | "
    "233733: Text \"\"HELP\"\"\",\"English, Spanish, Vietnamese\",24 hours,phone,,imported,2026-01-31,,"
    "\"HSDS package: Helpers, Inc., service s1\"\n"
    "shelter-desk,Shelter desk,,\"At 504-555-0102, ask for extension 21.\",,\"Mon, Tue 09:00\xe2\x80\x93"
    "17:00\",phone,,imported,,,\"HSDS package: Helpers, Inc., service s2\"\n"
    "no-phone,No phone,,,,,phone,,imported,2026-02-01,,\"HSDS package: Others, service s4\"\n"
    "shelter-desk-2,Shelter desk,,,,,phone,,imported,,,\"HSDS package: Others, service s6\"\n";
static const char expected_phones[] = "service_id,type,number\n"
                                      "help-now-line,voice,504-555-0100\n"
                                      "help-now-line,voice,855-435-7827\n"
                                      "help-now-line,text,233733\n"
                                      "shelter-desk,voice,504-555-0102\n"
                                      "help-now-line,voice,504-555-0104\n"
                                      "shelter-desk,voice,504-555-0104\n"
                                      "shelter-desk-2,voice,555-0106\n";

/* Everything that must be told: file, line, part of the sentence. */
static const struct {
	const char *file;
	int line;
	const char *says;
} told[] = {
    {"services.csv", 4, "The column 'alternate_name' is not taken over (here: \"The desk\")"},
    {"services.csv", 4, "'Shelter desk' has no assured_date. Call it, then put the date"},
    {"services.csv", 5, "'Old line' is defunct. It was left out."},
    {"services.csv", 6, "'No phone' has no number that could be taken."},
    {"services.csv", 7, "This service has no name. It was left out."},
    {"services.csv", 8, "has an assured_date that is not a date. Call it"},
    {"phones.csv", 2, "holds 2 numbers; each got a row of its own."},
    {"phones.csv", 2, "Letters became digits"},
    {"phones.csv", 4, "504-555-0102 has the extension 21"},
    {"phones.csv", 5, "504-555-0103 is a fax number. It was left out."},
    {"phones.csv", 6, "504-555-0104 is the organization's; it was given to 'Help \"Now\" Line'."},
    {"phones.csv", 6, "504-555-0104 is the organization's; it was given to 'Shelter desk'."},
    {"phones.csv", 7, "504-555-0105 belongs to no service that was taken."},
    {"phones.csv", 8, "could not be read as a number and nothing was taken."},
    {"phones.csv", 9, "'carrier pigeon' is a type of number that is not known; it is taken as voice."},
    {"phones.csv", 9, "555-0106 has no area code. Add it."},
    {"languages.csv", 4, "This language (French) belongs to a phone alone. It was left out."},
    {"schedules.csv", 4, "These hours say nothing. Ask the service."},
    {"schedules.csv", 5, "These hours belong to no service that was taken."},
};

static struct folder package(void) {
	struct folder f = {"/tmp/alcove-hsds-XXXXXX"};
	assert_non_null(mkdtemp(f.path));
	folder_write(&f, "services.csv", services, strlen(services));
	folder_write(&f, "phones.csv", phones, strlen(phones));
	folder_write(&f, "languages.csv", languages, strlen(languages));
	folder_write(&f, "schedules.csv", schedules, strlen(schedules));
	folder_write(&f, "organizations.csv", organizations, strlen(organizations));
	return f;
}

static bool import(const struct folder *f, struct arena *a, struct report *r, struct fault *fault) {
	*r = (struct report){.arena = a};
	struct hsds_result result = {0};
	return hsds_import(a, r, f->path, arena_print(a, "%s/out", f->path), &result, fault);
}

static void assert_file(const struct folder *f, const char *name, const char *expected) {
	char path[128];
	size_t len = 0;
	snprintf(path, sizeof path, "%s/%s", f->path, name);
	char *bytes = folder_read(path, &len);
	assert_string_equal(bytes, expected);
	free(bytes);
}

static bool was_told(const struct report *r, const char *file, int line, const char *says) {
	for (int i = 0; i < r->count; i++) {
		const struct finding *f = &r->items[i];
		const char *name = strrchr(f->where.file, '/');
		if (name != NULL && strcmp(name + 1, file) == 0 && f->where.line == line &&
		    strstr(f->says, says) != NULL) {
			return true;
		}
	}
	return false;
}

static void test_a_package(void **state) {
	(void)state;
	struct folder f = package();
	struct arena a = {0};
	struct report r;
	struct fault fault = {{0}};
	if (!import(&f, &a, &r, &fault)) {
		fail_msg("%s", fault.says);
	}
	assert_file(&f, "out/service.csv", expected_services);
	assert_file(&f, "out/phone.csv", expected_phones);
	int failed = 0;
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
		if (!was_told(&r, told[i].file, told[i].line, told[i].says)) {
			print_error("not told: %s:%d: %s\n", told[i].file, told[i].line, told[i].says);
			failed++;
		}
	}
	if (failed > 0 || r.count != (int)(sizeof told / sizeof told[0])) {
		report_print(&r, stderr);
		fail_msg("%d findings, %zu expected", r.count, sizeof told / sizeof told[0]);
	}
	/* What is there is never written over. */
	assert_false(import(&f, &a, &r, &fault));
	assert_non_null(strstr(fault.says, "service.csv is there already."));
	arena_free(&a);
	folder_drop(&f);
}

static void test_missing_files_and_columns(void **state) {
	(void)state;
	struct folder f = package();
	folder_change(&f, "languages.csv", "", NULL);
	folder_change(&f, "services.csv", ",assured_date\r\n", ",checked\r\n");
	folder_change(&f, "phones.csv", "p8,s6,,555-0106,,carrier pigeon,\r\n",
	              "p8,s6,,504-555-0106\r\np9,s6,,1,2,3,4,5,6\r\n");
	struct arena a = {0};
	struct report r;
	struct fault fault = {{0}};
	assert_true(import(&f, &a, &r, &fault));
	assert_true(was_told(&r, "languages.csv", 0, "There is no such file."));
	assert_true(was_told(&r, "services.csv", 1, "There is no column 'assured_date'."));
	assert_true(was_told(&r, "services.csv", 2, "The column 'checked' is not taken over (here: \"2026-01-31\")"));
	assert_true(was_told(&r, "services.csv", 2, "has no assured_date. Call it"));
	assert_true(was_told(&r, "phones.csv", 9, "This row has 4 cells, the first row has 7. The missing ones"));
	assert_true(was_told(&r, "phones.csv", 10, "This row has 9 cells, the first row has 7. It was left out"));
	folder_run("rm -r %s/out%s", f.path, "");
	folder_change(&f, "phones.csv", "", NULL);
	assert_false(import(&f, &a, &r, &fault));
	assert_true(was_told(&r, "phones.csv", 0, "This file is missing."));
	assert_non_null(strstr(fault.says, "Nothing was written"));
	assert_false(source_is_folder(arena_print(&a, "%s/out", f.path)));
	arena_free(&a);
	folder_drop(&f);
}

/* What comes out is what goes in: our own reader takes it, and asks only for what the package does not say: what was done
 * on the day that a number was assured. */
static void test_it_compiles(void **state) {
	(void)state;
	struct folder f = package();
	struct folder content = folder_new();
	folder_change(&f, "services.csv", "s4,o2,No phone,,,,2026-02-01T10:00:00Z\r\n", "");
	folder_change(&f, "services.csv", "s6,o2,Shelter desk,,,active,soon\r\n", "");
	folder_change(&f, "services.csv", "The desk,,active,\r\n", "The desk,,active,2026-03-01\r\n");
	struct arena a = {0};
	struct report r;
	struct fault fault = {{0}};
	assert_true(import(&f, &a, &r, &fault));
	folder_run("cp %s/out/*.csv %s/numbers/ ", f.path, content.path);
	folder_run("rm %s/numbers/*.po; sed -i '/^ar\\|^th\\|^zh/d' %s/pack.ini", content.path, content.path);
	folder_compile(content.path, "2026-11-20", NULL, &a, &r);
	assert_int_equal(r.errors, 2);
	assert_true(was_told(&r, "service.csv", 2, "'help-now-line' does not say what was done on its assured_date"));
	folder_run("sed -i 's/\\(,imported,2026-..-..,\\),/\\1source,/' %s/numbers/service.csv%s", content.path, "");
	folder_compile(content.path, "2026-11-20", NULL, &a, &r);
	if (r.errors > 0) {
		report_print(&r, stderr);
	}
	assert_int_equal(r.errors, 0);
	arena_free(&a);
	folder_drop(&content);
	folder_drop(&f);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_a_package),
	    cmocka_unit_test(test_missing_files_and_columns),
	    cmocka_unit_test(test_it_compiles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
