/* A pack from the fixture: what is in it, and that the same sources are the same bytes. */
#include "base/schema.h"
#include "packc/folder.h"
#include "packc/info.h"

#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>

#define PACK "/tmp/alcove-build-test.pack"

static void build(const char *dir, const char *out) {
	struct arena a = {0};
	struct report r;
	folder_compile(dir, NULL, out, &a, &r);
	if (r.errors > 0) {
		report_print(&r, stderr);
	}
	assert_int_equal(r.errors, 0);
	arena_free(&a);
}

static sqlite3 *open_pack(void) {
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(PACK, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return db;
}

/* All rows of a query as text: cells parted by '|', rows by a new line; a BLOB in the form of base/text.h as its text. */
static const char *ask(struct arena *a, const char *sql) {
	sqlite3 *db = open_pack();
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	const char *out = "";
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			const char *cell = NULL;
			if (sqlite3_column_type(s, i) == SQLITE_BLOB) {
				struct text t;
				assert_true(
				    text_decode(a, sqlite3_column_blob(s, i), (size_t)sqlite3_column_bytes(s, i), &t));
				cell = t.utf8;
			} else {
				cell = (const char *)sqlite3_column_text(s, i);
			}
			out = arena_print(a, "%s%s%s", out, i == 0 ? "" : "|", cell);
		}
		out = arena_print(a, "%s\n", out);
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	return out;
}

static int set_up(void **state) {
	(void)state;
	build(FIXTURE, PACK);
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	return unlink(PACK);
}

static void test_header_and_schema(void **state) {
	(void)state;
	size_t len = 0;
	uint8_t *h = (uint8_t *)folder_read(PACK, &len);
	assert_memory_equal(h, "SQLite format 3", 16);
	assert_int_equal(h[16] << 8 | h[17], PACK_PAGE_SIZE);
	assert_int_equal(h[18], 1);
	assert_int_equal(h[19], 1);
	assert_int_equal(h[60] << 24 | h[61] << 16 | h[62] << 8 | h[63], PACK_SCHEMA);
	assert_int_equal((uint32_t)h[68] << 24 | (uint32_t)h[69] << 16 | (uint32_t)h[70] << 8 | h[71],
	                 PACK_APPLICATION_ID);
	assert_int_equal(len % PACK_PAGE_SIZE, 0);
	free(h);
	struct arena a = {0};
	const char *expect = "";
	for (size_t i = 0; i < PACK_TABLES; i++) {
		expect = arena_print(&a, "%stable|%s|%s\n", expect, pack_tables[i].name, pack_tables[i].sql);
	}
	assert_string_equal(ask(&a, "SELECT type, name, sql FROM sqlite_schema ORDER BY rowid"), expect);
	assert_string_equal(ask(&a, "PRAGMA integrity_check"), "ok\n");
	arena_free(&a);
}

static const struct {
	const char *sql, *rows;
} facts[] = {
    {"SELECT value FROM fact ORDER BY key", "org.example.fixture\nhouse\n2026-11-20\nExample House\nFixture\n3\n"},
    {"SELECT position, lang, direction, reviewed, t_name, t_begin FROM language",
     "1|en|0|1|English|Touch to begin\n2|ar|1|0|العربية|المس للبدء\n3|th|0|0|ไทย|\n4|zh-Hans|0|0|简体中文|\n"},
    {"SELECT id, t_text FROM word WHERE lang = 'ar'",
     "begin|المس للبدء\nchecked|قورن بمصدره في {0}. لم يتصل به أحد.\npage-of|صفحة {0} من {1}\n"},
    {"SELECT id, audience, position, icon, tint, pages, t_title, t_note, sources FROM module WHERE lang = 'en' "
     "ORDER BY position",
     "second|0|1|check|4|1|One more thing||example 1, section 3\n"
     "first|0|2|home|1|2|A quiet start||example 1, section 2\n"},
    {"SELECT t_note FROM module WHERE lang = 'ar'", "ملاحظة\n"},
    {"SELECT lang, id FROM module ORDER BY lang, id", "ar|first\nen|first\nen|second\nth|first\nzh-Hans|second\n"},
    {"SELECT number, anchor, picture, urgent, t_title FROM page WHERE lang = 'en' AND module = 'first'",
     "1|bag|bag|1|A bag, ready to go\n2|where||0|Where would you go?\n"},
    {"SELECT page, number, kind, target, t_text FROM block WHERE lang = 'en' AND module = 'first'",
     "1|1|1||You can pack a few things & keep them near. They stay with you.\n1|2|2||Keys\n1|3|2||Money\n"
     "2|1|1||Choose one.\n2|2|3|page:1|I have a place\n2|3|3|numbers|I need a number\n"
     "2|4|3|module:second|Tell me more\n"},
    {"SELECT position, id, icon, tint, grouping, assured_date, assured_by, t_name, t_summary, t_what, t_languages, "
     "t_schedule FROM service WHERE lang = 'en'",
     "1|line|phone|2|crisis|2026-11-03|source|Help line|National|A person answers.\nYou can stay on the line, or "
     "hang up.|English, Arabic|24 hours\n2|desk|home|0|house|2026-10-01|call|House desk||||\n"},
    {"SELECT t_name, t_languages, t_schedule FROM service WHERE lang = 'ar' AND id = 'line'",
     "خط المساعدة|الإنجليزية، العربية|24 ساعة\n"},
    {"SELECT service, position, type, number FROM phone",
     "desk|1|voice|555-0100\nline|1|voice|1-888-373-7888\nline|2|text|233733\n"},
    {"SELECT position, icon, tint, t_title, t_lines FROM board WHERE lang = 'en'",
     "1|cup|3|Meals|Breakfast 7 to 9\nDinner at 6\n2|sun|0|Quiet hours|From 10 at night\n"},
    {"SELECT position, id, plain, t_text FROM phrase WHERE lang = 'en'",
     "1|laundry|Your laundry is ready.|Your laundry is ready.\n"
     "2|mail|There is mail for you, at the desk.|There is mail for you, at the desk.\n"},
    {"SELECT lang, picture, t_text FROM saying ORDER BY lang",
     "ar|bag|حقيبة\nen|bag|A bag by a door\nth|bag|กระเป๋า\nzh-Hans|bag|一个包\n"},
    {"SELECT mask, count(*) > 5 FROM picture GROUP BY mask", "0|0\n1|1\n"},
    {"SELECT name, mask FROM picture WHERE name IN ('bag', 'icon:bag')", "bag|0\nicon:bag|1\n"},
};

static void test_rows(void **state) {
	(void)state;
	struct arena a = {0};
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		assert_string_equal(ask(&a, facts[i].sql), facts[i].rows);
	}
	arena_free(&a);
}

static void test_bold_is_kept(void **state) {
	(void)state;
	sqlite3 *db = open_pack();
	sqlite3_stmt *s = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(db,
	                       "SELECT t_text FROM block WHERE lang = 'en' AND module = 'first' AND page = 1 "
	                       "AND number = 1",
	                       -1, &s, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	struct arena a = {0};
	struct text t;
	assert_true(text_decode(&a, sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0), &t));
	sqlite3_finalize(s);
	sqlite3_close(db);
	const char *bold = "";
	for (int i = 0; i < t.count; i++) {
		if ((t.pieces[i].flags & PIECE_BOLD) != 0) {
			bold = arena_print(&a, "%s%.*s,", bold, t.pieces[i].len, t.pieces[i].utf8);
		}
	}
	assert_string_equal(bold, "a,few,things,");
	arena_free(&a);
}

static void assert_same_bytes(const char *one, const char *other) {
	size_t len = 0;
	size_t other_len = 0;
	char *bytes = folder_read(one, &len);
	char *other_bytes = folder_read(other, &other_len);
	assert_int_equal(len, other_len);
	assert_memory_equal(bytes, other_bytes, len);
	free(bytes);
	free(other_bytes);
}

/* Twice, from two folders, one of them written in another order and at another time. */
static void test_same_sources_same_bytes(void **state) {
	(void)state;
	struct folder f = folder_new();
	const char *again = "/tmp/alcove-build-test-again.pack";
	folder_run("rm %s/modules/first/en.md; cp " FIXTURE "/modules/first/en.md %s/modules/first/", f.path, f.path);
	build(f.path, again);
	assert_same_bytes(PACK, again);
	build(f.path, again); /* over an old one */
	assert_same_bytes(PACK, again);
	folder_change(&f, "modules/first/en.md", "Keys", "Key");
	build(f.path, again);
	struct stat one;
	struct stat other;
	assert_int_equal(stat(PACK, &one) | stat(again, &other), 0);
	size_t len = 0;
	char *bytes = folder_read(PACK, &len);
	char *changed = folder_read(again, &len);
	assert_int_not_equal(memcmp(bytes, changed, len), 0);
	free(bytes);
	free(changed);
	unlink(again);
	folder_drop(&f);
}

static int left_aside(const char *folder) {
	DIR *d = opendir(folder);
	assert_non_null(d);
	int count = 0;
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		count += strncmp(e->d_name, ".pack-", 6) == 0;
	}
	closedir(d);
	return count;
}

static void test_a_failed_build_leaves_the_old_pack(void **state) {
	(void)state;
	struct folder f = folder_new();
	char out[128];
	snprintf(out, sizeof out, "%s/out.pack", f.path);
	build(f.path, out);
	folder_change(&f, "modules/first/en.md", "- Keys", "> Keys");
	struct arena a = {0};
	struct report r;
	folder_compile(f.path, NULL, out, &a, &r);
	assert_int_equal(r.errors, 1);
	assert_same_bytes(PACK, out);
	assert_int_equal(left_aside(f.path), 0);
	arena_free(&a);
	folder_drop(&f);
}

static void test_info(void **state) {
	(void)state;
	struct arena a = {0};
	struct fault f = {{0}};
	const char *lines = info_lines(&a, PACK, &f);
	assert_non_null(lines);
	assert_non_null(strstr(lines, "publisher: Example House"));
	assert_non_null(strstr(lines, "module ar/first: "));
	assert_non_null(strstr(lines, "module en/first: A quiet start (pages: 2)"));
	assert_non_null(strstr(lines, "language en: English (reviewed), modules: 2, pages: 3, words: 3"));
	assert_non_null(strstr(lines, "language ar: العربية (not reviewed), modules: 1, pages: 2, words: 3"));
	assert_non_null(strstr(
	    lines,
	    "number line: Help line voice 1-888-373-7888, text 233733 (compared with its source on 2026-11-03)"));
	assert_null(info_lines(&a, "/nowhere.pack", &f));
	assert_non_null(strstr(f.says, "Check the name."));
	assert_null(info_lines(&a, "Makefile", &f));
	assert_non_null(strstr(f.says, "This is not a pack."));
	arena_free(&a);
}

/* For a preview: the module being written stands first, and the sources' own order is not changed by it. */
static void test_a_module_that_comes_first(void **state) {
	(void)state;
	struct arena a = {0};
	struct report r = {.arena = &a};
	struct fault f = {{0}};
	struct compile c;
	struct writer *w = write_open(PACK, &f);
	struct compile_options o = {.dir = FIXTURE, .assets = "assets", .first = "first"};
	assert_true(compile_walk(o, &a, &r, w, &c, &f) && r.errors == 0 && write_finish(w, &f));
	assert_string_equal(ask(&a, "SELECT id FROM module WHERE lang = 'en' ORDER BY position"), "first\nsecond\n");
	build(FIXTURE, PACK);
	assert_string_equal(ask(&a, "SELECT id FROM module WHERE lang = 'en' ORDER BY position"), "second\nfirst\n");
	arena_free(&a);
}

static void test_our_own_content(void **state) {
	(void)state;
	build("content/library", "/tmp/alcove-build-test-own.pack");
	build("content/house", "/tmp/alcove-build-test-own.pack");
	assert_int_equal(unlink("/tmp/alcove-build-test-own.pack"), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_header_and_schema),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_bold_is_kept),
	    cmocka_unit_test(test_same_sources_same_bytes),
	    cmocka_unit_test(test_a_failed_build_leaves_the_old_pack),
	    cmocka_unit_test(test_info),
	    cmocka_unit_test(test_a_module_that_comes_first),
	    cmocka_unit_test(test_our_own_content),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
