/* house.csv as people save it, and as they get it wrong: each mistake with its row and its column. The process around it is
 * in tests/store/worker_test.c. */
#include "packc/house_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "visit/glass/pack.h"

static const struct sheet_order order = {.version = 7,
                                         .id = "org.example.house",
                                         .made = "2026-11-20",
                                         .title = "Example House",
                                         .publisher = "Example House",
                                         .languages = "en es fr*"};

/* A sheet compiled: its pack on a descriptor, and what was wrong. */
struct tried {
	struct arena arena;
	struct report report;
	int fd; /* -1: there is none */
};

static struct tried *try(const void *bytes, size_t size) {
	struct fault f = {""};
	struct blob pack = {0};
	struct tried *t = calloc(1, sizeof *t);
	t->report.arena = &t->arena;
	t->fd = -1;
	struct house_sheet *s = house_sheet_open(&order, "assets", &f);
	if (s == NULL) {
		fail_msg("%s", f.says);
	}
	if (house_sheet_compile(s, &t->report, bytes, size, &pack)) {
		t->fd = memfd_create("pack", MFD_CLOEXEC);
		assert_int_equal(write(t->fd, pack.bytes, pack.size), pack.size);
		assert_true(pack_try_hard(t->fd, &f));
	}
	house_sheet_close(s);
	return t;
}

static struct tried *try_text(const char *text) {
	return try(text, strlen(text));
}

static void done(struct tried *t) {
	if (t->fd >= 0) {
		close(t->fd);
	}
	arena_free(&t->arena);
	free(t);
}

static void must_be_fine(const struct tried *t) {
	if (t->fd < 0) {
		report_print(&t->report, stderr);
		fail_msg("the sheet was refused");
	}
}

/* The one column of the first row of an answer, as words. */
static const char *words(struct tried *t, enum ask q, const char *a, int column) {
	struct fault f = {""};
	struct pack *p = pack_open(t->fd, &f);
	assert_non_null(p);
	pack_ask(p, q, a, "", 0);
	const char *out = "";
	if (pack_next(p, q)) {
		bool text = (q == ASK_BOARD && column > 1) || (q == ASK_SERVICES && column > 3 && column < 8);
		out = text ? pack_text(p, q, column, &t->arena).utf8 : pack_words(p, q, column, &t->arena);
	}
	pack_close(p);
	return out;
}

static int count(struct tried *t, enum ask q, const char *a) {
	struct fault f = {""};
	struct pack *p = pack_open(t->fd, &f);
	int n = 0;
	pack_ask(p, q, a, "", 0);
	while (pack_next(p, q)) {
		n++;
	}
	pack_close(p);
	return n;
}

static void the_template_is_a_pack(void **state) {
	(void)state;
	static char bytes[100000];
	FILE *file = fopen("content/house.csv", "rb");
	assert_non_null(file);
	size_t size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	struct tried *t = try(bytes, size);
	must_be_fine(t);
	assert_int_equal(count(t, ASK_LANGUAGES, ""), 7);
	assert_int_equal(count(t, ASK_BOARD, "en"), 3);
	assert_int_equal(count(t, ASK_BOARD, "ht"), 3);
	assert_int_equal(count(t, ASK_PHRASES, "ar"), 3);
	assert_int_equal(count(t, ASK_SERVICES, "zh-Hans"), 3);
	assert_string_equal(words(t, ASK_BOARD, "es", 2), "Comidas");
	done(t);
}

/* The same sheet in all the ways that spreadsheets save it. */
#define SHEET(S, END, E)                                                                                               \
	"what" S "picture" S "number" S "checked" S "how" S "en" S "es" END "card" S "meal" S S S S "Meals" S          \
	"Caf" E END "line" S S S S S "At 7" S "A las 7" END "phrase" S S S S S "\"A call, for you\"" S                 \
	"Hay una llamada" END "number" S S "(504) 555-0100" S "2026-11-01" S "call" S "Desk" S "Mesa" END "text" S S   \
	"504-555-0101" S S S S END

static void as_spreadsheets_save_it(void **state) {
	(void)state;
	static const struct {
		const char *what, *text;
	} ways[] = {
	    {"commas", SHEET(",", "\n", "é")},
	    {"Excel's CSV UTF-8", "\xef\xbb\xbf" SHEET(",", "\r\n", "é")},
	    {"semicolons, Windows-1252", SHEET(";", "\r\n", "\xe9")},
	    {"tabs, old line ends", SHEET("\t", "\r", "é")},
	    {"sep=;", "sep=;\r\n" SHEET(";", "\r\n", "é")},
	    {"empty rows and columns", "\n,,,\n" SHEET(",", ",,\n", "é") ",,,,,,,,\n\n"},
	};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct tried *t = try_text(ways[i].text);
		print_message("# %s\n", ways[i].what);
		must_be_fine(t);
		assert_string_equal(words(t, ASK_BOARD, "es", 2), "Café");
		assert_string_equal(words(t, ASK_BOARD, "en", 3), "At 7");
		assert_string_equal(words(t, ASK_PHRASES, "en", 1), "A call, for you");
		assert_string_equal(words(t, ASK_SERVICES, "en", 4), "Desk");
		assert_string_equal(words(t, ASK_SERVICES, "en", 8), "2026-11-01");
		const char *id = words(t, ASK_SERVICES, "en", 0);
		assert_int_equal(count(t, ASK_PHONES, id), 2);
		assert_string_equal(words(t, ASK_PHONES, id, 1), "504-555-0100");
		done(t);
	}
	/* And as UTF-16, both ways round. */
	const char *text = SHEET("\t", "\r\n", "e");
	for (int big = 0; big < 2; big++) {
		char wide[2000] = {big ? '\xfe' : '\xff', big ? '\xff' : '\xfe'};
		for (size_t i = 0; i < strlen(text); i++) {
			wide[2 + 2 * i + (size_t)big] = text[i];
		}
		struct tried *t = try(wide, 2 + 2 * strlen(text));
		must_be_fine(t);
		assert_string_equal(words(t, ASK_BOARD, "es", 2), "Cafe");
		done(t);
	}
}

static void what_it_says_about_itself(void **state) {
	(void)state;
	struct tried *t = try_text("what,fr,de,en\ncard,Repas,Essen,Meals\n");
	must_be_fine(t);
	struct fault f = {""};
	struct pack *p = pack_open(t->fd, &f);
	/* The house's own first language counts as checked; the others if they were before. */
	int reviewed = 0, row = 0;
	pack_ask(p, ASK_LANGUAGES, "", "", 0);
	while (pack_next(p, ASK_LANGUAGES)) {
		reviewed = reviewed * 10 + pack_int(p, ASK_LANGUAGES, 2);
		row++;
	}
	assert_int_equal(row, 3);
	assert_int_equal(reviewed, 101);
	pack_ask(p, ASK_FACTS, "", "", 0);
	for (row = 0; pack_next(p, ASK_FACTS); row++) {
		const char *key = pack_words(p, ASK_FACTS, 0, &t->arena);
		const char *value = pack_words(p, ASK_FACTS, 1, &t->arena);
		assert_true(strcmp(key, "version") != 0 || strcmp(value, "7") == 0);
		assert_true(strcmp(key, "kind") != 0 || strcmp(value, "house") == 0);
	}
	assert_int_equal(row, 6);
	pack_close(p);
	done(t);
	/* The same sheet is the same pack. */
	struct tried *one = try_text(SHEET(",", "\n", "é"));
	struct tried *two = try_text(SHEET(",", "\n", "é"));
	off_t size = lseek(one->fd, 0, SEEK_END);
	assert_int_equal(size, lseek(two->fd, 0, SEEK_END));
	void *a = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, one->fd, 0);
	void *b = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, two->fd, 0);
	assert_memory_equal(a, b, (size_t)size);
	munmap(a, (size_t)size);
	munmap(b, (size_t)size);
	done(one);
	done(two);
}

#define HEAD "what,picture,colour,number,checked,how,en,es\n"

static void mistakes_are_told_with_row_and_column(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int row;
		const char *column, *says;
	} bad[] = {
	    {"", 1, "", "empty"},
	    {"\n\n\n", 1, "", "empty"},
	    {"a,b,c\n", 1, "a", "no column of this sheet"},
	    {"en,es\nHello,Hola\n", 1, "what", "no column 'what'"},
	    {"what,number\ncard,1\n", 1, "", "no language"},
	    {"what,en,en\n", 1, "en", "twice"},
	    {"what,what,en\n", 1, "what", "twice"},
	    {HEAD, 2, "", "nothing below"},
	    {HEAD "# only a remark,,,,,,,\n", 2, "", "nothing below"},
	    {HEAD "menu,,,,,,Meals,Comidas\n", 2, "what", "not known"},
	    {HEAD "\nline,,,,,,At 7,A las 7\n", 3, "what", "no card"},
	    {HEAD "card,,,,,,,\n", 2, "en", "no text"},
	    {HEAD "card,piano,,,,,Meals,Comidas\n", 2, "picture", "no picture 'piano'"},
	    {HEAD "card,,red,,,,Meals,Comidas\n", 2, "colour", "not a colour"},
	    {HEAD "card,,,,,,Meals,Comidas\ncard,,,,,,Beds,????? ??\n", 3, "es", "question marks"},
	    {HEAD "card,,,,,,\"Meals\nand more\",Comidas\n", 2, "en", "more than one line"},
	    {HEAD "number,,,555-0100 or 555-0101,2026-11-01,call,Desk,Mesa\n", 2, "number", "not one number"},
	    {HEAD "number,,,call us,2026-11-01,call,Desk,Mesa\n", 2, "number", "not one number"},
	    {HEAD "number,,,504-555-0100,,call,Desk,Mesa\n", 2, "checked", "not a day"},
	    {HEAD "number,,,504-555-0100,1/2/2026,call,Desk,Mesa\n", 2, "checked", "for certain"},
	    {HEAD "number,,,504-555-0100,2026-02-30,call,Desk,Mesa\n", 2, "checked", "not a day"},
	    {HEAD "number,,,504-555-0100,2027-01-01,call,Desk,Mesa\n", 2, "checked", "yet to come"},
	    {HEAD "number,,,504-555-0100,2026-11-01,,Desk,Mesa\n", 2, "how", "call"},
	    {HEAD "card,,,,,,Meals,Comidas\ntext,,,504-555-0100,,,,\n", 3, "what", "no number above"},
	    {HEAD "card,,,,,,\"Meals,Comidas\n", 2, "", "quotation mark"},
	    {HEAD "card,,,,,,Me\x01"
	          "als,Comidas\n",
	     2, "", "cannot be shown"},
	    {HEAD "card,,,,,,\xf0\x93\x80\x80,Comidas\n", 2, "en", ""},
	};
	int failed = 0;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct tried *t = try_text(bad[i].text);
		const struct finding *first = NULL;
		for (int k = t->report.count - 1; k >= 0; k--) {
			first = t->report.items[k].warning ? first : &t->report.items[k];
		}
		if (t->fd >= 0 || first == NULL || first->where.line != bad[i].row ||
		    strcmp(first->where.file, bad[i].column) != 0 || strstr(first->says, bad[i].says) == NULL) {
			print_error("%s\n--- instead of row %d, %s: %s:\n", bad[i].text, bad[i].row, bad[i].column,
			            bad[i].says);
			report_print(&t->report, stderr);
			failed++;
		} else if (strchr(first->says, '.') == strrchr(first->says, '.') && bad[i].says[0] != 0) {
			print_error("no next step: %s\n", first->says);
			failed++;
		}
		done(t);
	}
	assert_int_equal(failed, 0);
}

static void days_as_countries_write_them(void **state) {
	(void)state;
	static const char *const days[] = {"2026-11-03", "3.11.2026", "03.11.2026", "2026/11/03"};
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		char text[200];
		snprintf(text, sizeof text, HEAD "number,,,504-555-0100,%s,call,Desk,Mesa\n", days[i]);
		struct tried *t = try_text(text);
		must_be_fine(t);
		assert_string_equal(words(t, ASK_SERVICES, "en", 8), "2026-11-03");
		done(t);
	}
	struct tried *t = try_text(HEAD "number,,,504-555-0100,10/31/2026,call,Desk,Mesa\n");
	must_be_fine(t);
	assert_string_equal(words(t, ASK_SERVICES, "en", 8), "2026-10-31");
	done(t);
}

static void too_much_is_told(void **state) {
	(void)state;
	char *text = calloc(1, 3000000);
	size_t len = (size_t)sprintf(text, "what,en\n");
	for (int i = 0; i < 50; i++) {
		len += (size_t)sprintf(text + len, "phrase,Phrase %d\n", i);
	}
	struct tried *t = try_text(text);
	assert_int_equal(t->report.errors, 1);
	assert_int_equal(t->report.items[t->report.count - 1].where.line, 42);
	done(t);
	len = (size_t)sprintf(text, "what,en\n");
	for (int i = 0; i < 100000; i++) {
		len += (size_t)sprintf(text + len, "#,%d\n", i);
	}
	t = try_text(text);
	assert_int_equal(t->report.errors, 1);
	done(t);
	memset(text, ',', 100000);
	text[100000] = 0;
	t = try_text(text);
	assert_true(t->report.errors > 0);
	done(t);
	free(text);
}

/* A sheet compiled over the library, as the kiosk does it. */
static bool fits_over_library(const char *text, struct report *report) {
	enum { PACKS = 250 };
	struct fault f = {""};
	struct blob pack = {0};
	struct house_sheet *s = house_sheet_open(&order, "assets", &f);
	int library = open("build/library.pack", O_RDONLY | O_CLOEXEC), memory = memfd_create("house", MFD_CLOEXEC);
	assert_true(library >= 0 && memory >= 0);
	assert_int_equal(dup2(library, PACKS), PACKS);
	assert_int_equal(dup2(memory, PACKS + 1), PACKS + 1);
	bool good =
	    house_sheet_compile(s, report, text, strlen(text), &pack) && house_sheet_fits(s, report, pack, PACKS);
	close(PACKS);
	close(PACKS + 1);
	close(library);
	close(memory);
	house_sheet_close(s);
	return good;
}

#define LONG_LINE                                                                                                      \
	"line,At the long table in the big room behind the kitchen every day at seven and once more in the evening\n"
#define LONG_CARD "card,Meals of the day\n" LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE

#define LONG_FOUR LONG_CARD LONG_CARD LONG_CARD LONG_CARD

static void what_does_not_fit_is_told_with_its_row(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int row; /* 0: it fits */
	} sheets[] = {
	    {"what,picture,en,es\ncard,meal,Meals,Comidas\nline,,At 7,A las 7\nphrase,,A call for you.,Una llamada.\n",
	     0},
	    {"what,en\nphrase,A call for you.\nphrase,Well-without-end-and-still-parted\n", 0},
	    {"what,en\nphrase,A call for you.\nphrase,Incomprehensibilitieswithoutendareheretoday\n", 3},
	    {"what,en\n" LONG_FOUR LONG_FOUR LONG_FOUR, 2},
	};
	for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
		struct arena arena = {0};
		struct report report = {.arena = &arena};
		bool good = fits_over_library(sheets[i].text, &report);
		int row = 0;
		for (int k = report.count - 1; k >= 0; k--) {
			row = report.items[k].warning ? row : report.items[k].where.line;
		}
		if (good != (sheets[i].row == 0) || row != sheets[i].row) {
			report_print(&report, stderr);
			fail_msg("sheet %zu: row %d instead of %d", i, row, sheets[i].row);
		}
		arena_free(&arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_template_is_a_pack),
	    cmocka_unit_test(as_spreadsheets_save_it),
	    cmocka_unit_test(what_it_says_about_itself),
	    cmocka_unit_test(mistakes_are_told_with_row_and_column),
	    cmocka_unit_test(days_as_countries_write_them),
	    cmocka_unit_test(too_much_is_told),
	    cmocka_unit_test(what_does_not_fit_is_told_with_its_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
