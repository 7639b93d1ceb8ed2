/* Packs: a good one opens, every wrong one is refused with its own sentence, and no bytes whatever harm the reader. */
#include "make_pack.h"

#include <sys/mman.h>

#include "visit/glass/pack.h"
#include "visit/glass/shelf.h"

/* A descriptor with these bytes behind it. */
static int fd_with(const unsigned char *bytes, size_t size) {
	int fd = memfd_create("pack", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	return fd;
}

static struct making good_pack(void) {
	struct making m = making_begin(NULL);
	making_do(&m, "INSERT INTO fact VALUES ('id', 'test')");
	making_language(&m, 1, "en", "English", TAG_LATIN, 0, NULL);
	making_module(&m, "en", 1, "leave", "Planning", 3);
	return m;
}

static int end_to_fd(struct making m) {
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	int fd = fd_with(bytes, size);
	free(bytes);
	return fd;
}

static void a_good_pack_opens_and_passes(void **state) {
	(void)state;
	struct fault f = {""};
	int fd = end_to_fd(good_pack());
	struct pack *p = pack_open(fd, &f);
	assert_non_null(p);
	pack_close(p);
	assert_true(pack_try(fd, &f));
	assert_string_equal(f.says, "");
	close(fd);
}

/* --- refusals --------------------------------------------------------------------------------------------------- */

static void refused(int fd, const char *sentence) {
	struct fault f = {""};
	assert_false(pack_try(fd, &f));
	if (strstr(f.says, sentence) == NULL) {
		fail_msg("\"%s\" is not said in \"%s\"", sentence, f.says);
	}
	/* A next step, too: two sentences at least. */
	assert_true(strchr(f.says, '.') < strrchr(f.says, '.'));
	close(fd);
}

static void refused_bytes(const unsigned char *bytes, size_t size, const char *sentence) {
	refused(fd_with(bytes, size), sentence);
}

static void files_that_are_no_pack(void **state) {
	(void)state;
	static unsigned char zeros[8192];
	refused_bytes(zeros, 0, "is empty");
	refused_bytes(zeros, 10, "not a pack");
	refused_bytes(zeros, sizeof zeros, "not a pack");
	refused_bytes((const unsigned char *)"%PDF-1.4 and so on", 18, "not a pack");
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	close(pipes[1]);
	refused(pipes[0], "not a file");
}

/* A good pack with one change in its header. */
static void refused_with(size_t at, unsigned char value, const char *sentence) {
	struct making m = good_pack();
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	assert_int_not_equal(bytes[at], value);
	bytes[at] = value;
	refused_bytes(bytes, size, sentence);
	free(bytes);
}

static void headers_that_are_wrong(void **state) {
	(void)state;
	refused_with(0, 's', "not a pack");
	refused_with(15, 1, "not a pack");
	refused_with(71, 0x77, "but not a pack");
	refused_with(63, PACK_SCHEMA + 1, "newer Alcove");
	refused_with(60, 0x7f, "newer Alcove");
	refused_with(63, 0, "older Alcove");
	refused_with(16, 0x08, "Another program");
	refused_with(18, 2, "Another program");
	refused_with(19, 2, "Another program");
	refused_with(20, 32, "Another program");
	refused_with(59, 2, "Another program");
	refused_with(92, 1, "Another program");
}

static void files_that_are_cut_or_longer(void **state) {
	(void)state;
	struct making m = good_pack();
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	for (size_t cut = 16; cut < size; cut += 499) {
		refused_bytes(bytes, cut, "cut short");
	}
	for (size_t cut = PACK_PAGE_SIZE; cut < size; cut += PACK_PAGE_SIZE) {
		refused_bytes(bytes, cut, "cut short");
	}
	bytes[size] = 0;
	refused_bytes(bytes, size + 1, "added behind");
	free(bytes);
}

static void refused_after(const char *sql) {
	struct making m = good_pack();
	making_do(&m, "%s", sql);
	refused(end_to_fd(m), "not laid out");
}

static void schemas_that_are_not_ours(void **state) {
	(void)state;
	refused_after("CREATE TABLE extra (a)");
	refused_after("CREATE VIEW looks AS SELECT * FROM word");
	refused_after("CREATE TRIGGER acts AFTER INSERT ON word BEGIN SELECT 1; END");
	refused_after("CREATE INDEX helps ON word (t_text)");
	refused_after("CREATE VIRTUAL TABLE box USING rtree(id, a, b)");
	refused_after("DROP TABLE phrase");
	refused_after("DROP TABLE word; CREATE VIEW word AS SELECT 'en' lang, 'hide' id, x'00' t_text");
	refused_after("ALTER TABLE phrase ADD COLUMN more TEXT");
	refused_after("ANALYZE");
	refused_after(
	    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'lang TEXT', 'lang  TEXT') "
	    "WHERE name = 'word'");
	/* This one SQLite itself will not have. */
	struct making odd = good_pack();
	making_do(&odd, "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET tbl_name = 'page' WHERE name = 'word'");
	refused(end_to_fd(odd), "damaged");
	static const struct pack_table swap = {"word", "CREATE TABLE word (lang TEXT, id TEXT, t_text BLOB NOT NULL, "
	                                               "PRIMARY KEY (lang, id))"};
	struct making m = making_begin(&swap);
	refused(end_to_fd(m), "not laid out");
}

static void pages_that_are_damaged(void **state) {
	(void)state;
	struct making m = good_pack();
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	/* Every page but the first in turn: its kind of page becomes one that there is not. */
	for (size_t page = PACK_PAGE_SIZE; page < size; page += PACK_PAGE_SIZE) {
		unsigned char was = bytes[page];
		bytes[page] = 0x77;
		refused_bytes(bytes, size, "damaged");
		bytes[page] = was;
	}
	free(bytes);
}

/* --- the shelf: several packs as one book ----------------------------------------------------------------------- */

struct shelved {
	struct shelf *shelf;
	struct book book;
	struct arena arena;
	int first, count;
};

/* Puts packs on a shelf in this order. */
static struct shelved shelve(struct making *packs, int count) {
	struct shelved s = {.first = 40, .count = count};
	for (int i = 0; i < count; i++) {
		int fd = end_to_fd(packs[i]);
		assert_int_equal(dup2(fd, s.first + i), s.first + i);
		close(fd);
	}
	struct fault f = {""};
	s.shelf = shelf_open(s.first, count, &f);
	assert_string_equal(f.says, "");
	assert_non_null(s.shelf);
	s.book = shelf_book(s.shelf);
	return s;
}

static void unshelve(struct shelved *s) {
	shelf_close(s->shelf);
	arena_free(&s->arena);
	for (int i = 0; i < s->count; i++) {
		close(s->first + i);
	}
}

#define ASK(s, what, ...) ((s).book.what((s).book.self, &(s).arena, ##__VA_ARGS__))

static void one_pack_is_read_back(void **state) {
	(void)state;
	struct making m = good_pack();
	making_do(
	    &m,
	    "INSERT INTO service VALUES ('en', 1, 'ndvh', 'phone', 2, 'dv', '2026-11-03', 'call', t('Hotline', %u, 0), "
	    "t('All day', %u, 0), t('They ask', %u, 0), t('Spanish', %u, 0), t('By day', %u, 0))",
	    TAG_LATIN, TAG_LATIN, TAG_LATIN, TAG_LATIN, TAG_LATIN);
	making_do(&m, "INSERT INTO phone VALUES ('ndvh', 2, 'text', '88788'), ('ndvh', 1, 'voice', '1-800-799-7233'), "
	              "('other', 1, 'voice', '911')");
	making_do(&m, "INSERT INTO board VALUES ('en', 1, 'meal', 3, t('Meals', %u, 0), t('At 8', %u, 0))", TAG_LATIN,
	          TAG_LATIN);
	making_do(&m, "INSERT INTO phrase VALUES ('en', 1, 'laundry', 'Your laundry is done.', t('Laundry', %u, 0))",
	          TAG_LATIN);
	making_do(&m, "INSERT INTO saying VALUES ('en', 'house', t('A house', %u, 0))", TAG_LATIN);
	making_do(&m, "INSERT INTO block VALUES ('en', 'leave', 1, 2, 3, 'page:3', t('Yes', %u, 0))", TAG_LATIN);
	struct shelved s = shelve(&m, 1);

	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 1);
	assert_string_equal(languages[0].code, "en");
	assert_true(languages[0].reviewed);
	assert_false(languages[0].rtl);
	assert_string_equal(languages[0].name.utf8, "English");
	assert_string_equal(languages[0].begin.utf8, "Begin en");
	assert_string_equal(ASK(s, word, "en", W_STILL_TITLE).utf8, "Still here?");
	assert_true(text_empty(ASK(s, word, "fr", W_STILL_TITLE)));

	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 1);
	assert_string_equal(modules[0].id, "leave");
	assert_int_equal(modules[0].pages, 3);
	assert_int_equal(modules[0].tint, TINT_TEAL);
	assert_int_equal(ASK(s, modules, "en", WIRE_STAFF, &modules), 0);
	struct module module;
	assert_true(ASK(s, module, "en", "leave", &module));
	assert_string_equal(module.title.utf8, "Planning");
	assert_false(ASK(s, module, "es", "leave", &module));

	struct page page;
	assert_true(ASK(s, page, "en", "leave", 1, &page));
	assert_string_equal(page.title.utf8, "Planning 1");
	assert_string_equal(page.picture, "house");
	assert_string_equal(page.picture_says.utf8, "A house");
	assert_int_equal(page.block_count, 2);
	assert_int_equal(page.blocks[1].kind, BLOCK_ANSWER);
	assert_string_equal(page.blocks[1].target, "page:3");
	assert_false(ASK(s, page, "en", "leave", 0, &page));
	assert_false(ASK(s, page, "en", "leave", 4, &page));
	assert_false(ASK(s, page, "en", "stay", 1, &page));

	const struct service *services = NULL;
	assert_int_equal(ASK(s, services, "en", &services), 1);
	assert_string_equal(services[0].grouping, "dv");
	assert_string_equal(services[0].languages.utf8, "Spanish");
	assert_string_equal(services[0].schedule.utf8, "By day");
	assert_string_equal(services[0].assured, "2026-11-03");
	assert_true(services[0].called);
	assert_int_equal(services[0].phone_count, 2);
	assert_string_equal(services[0].phones[0].number, "1-800-799-7233");
	assert_string_equal(services[0].phones[1].type, "text");

	const struct card *board = NULL;
	assert_int_equal(ASK(s, board, "en", &board), 1);
	assert_string_equal(board[0].lines.utf8, "At 8");
	const struct phrase *phrases = NULL;
	assert_int_equal(ASK(s, phrases, "en", &phrases), 1);
	assert_string_equal(phrases[0].plain, "Your laundry is done.");
	unshelve(&s);
}

static void the_later_pack_wins_by_id(void **state) {
	(void)state;
	struct making packs[2] = {good_pack(), making_begin(NULL)};
	making_module(&packs[0], "en", 2, "after", "After", 2);
	making_word(&packs[1], "en", "home", "Start", TAG_LATIN, 0);
	making_module(&packs[1], "en", 9, "leave", "Ours", 1);
	making_module(&packs[1], "en", 1, "new", "New", 1);
	making_do(&packs[1], "INSERT INTO language VALUES (1, 'en', 0, 1, t('', 0, 0), t('Come in', %u, 0))",
	          TAG_LATIN);
	making_do(&packs[0], "INSERT INTO picture VALUES ('house', 0, x'3132'), ('tree', 0, x'33')");
	making_do(&packs[1], "INSERT INTO picture VALUES ('house', 1, x'3435')");
	struct shelved s = shelve(packs, 2);

	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 1);
	assert_string_equal(languages[0].name.utf8, "English");
	assert_string_equal(languages[0].begin.utf8, "Come in");
	assert_string_equal(ASK(s, word, "en", W_HOME).utf8, "Start");
	assert_string_equal(ASK(s, word, "en", W_BACK).utf8, "Back");

	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 3);
	assert_string_equal(modules[0].title.utf8, "Ours");
	assert_string_equal(modules[1].title.utf8, "After");
	assert_string_equal(modules[2].title.utf8, "New");
	struct page page;
	assert_true(ASK(s, page, "en", "leave", 1, &page));
	assert_string_equal(page.title.utf8, "Ours 1");
	/* Not the page 2 of the module that was replaced. */
	assert_false(ASK(s, page, "en", "leave", 2, &page));
	assert_true(ASK(s, page, "en", "after", 2, &page));

	struct picture_source pictures = shelf_pictures(s.shelf);
	const void *svg = NULL;
	size_t size = 0;
	bool mask = false;
	assert_true(pictures.find(pictures.self, "house", &svg, &size, &mask));
	assert_int_equal(size, 2);
	assert_memory_equal(svg, "45", 2);
	assert_true(mask);
	assert_true(pictures.find(pictures.self, "tree", &svg, &size, &mask));
	assert_false(mask);
	assert_false(pictures.find(pictures.self, "sea", &svg, &size, &mask));
	unshelve(&s);
}

/* A library of the system, this house's pack, and a newer library: nothing of the old library shows, and the new one
 * stands where the old one stood, below the house. */
static void a_pack_takes_the_place_of_its_older_version(void **state) {
	(void)state;
	struct making packs[3] = {good_pack(), making_begin(NULL), good_pack()};
	making_module(&packs[0], "en", 2, "gone", "Gone", 2);
	making_language(&packs[0], 2, "es", "Español", TAG_LATIN, 0, NULL);
	making_do(&packs[0], "INSERT INTO picture VALUES ('old', 0, x'33')");
	making_do(&packs[1], "INSERT INTO fact VALUES ('id', 'house')");
	making_word(&packs[1], "en", "home", "House", TAG_LATIN, 0);
	making_do(&packs[2], "UPDATE word SET t_text = t('Library', %u, 0) WHERE id IN ('home', 'back')", TAG_LATIN);
	making_module(&packs[2], "en", 2, "added", "Added", 1);
	struct shelved s = shelve(packs, 3);
	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 2);
	assert_string_equal(modules[1].id, "added");
	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 1);
	assert_string_equal(ASK(s, word, "en", W_BACK).utf8, "Library");
	assert_string_equal(ASK(s, word, "en", W_HOME).utf8, "House");
	struct picture_source pictures = shelf_pictures(s.shelf);
	const void *svg = NULL;
	size_t size = 0;
	bool mask = false;
	assert_false(pictures.find(pictures.self, "old", &svg, &size, &mask));
	unshelve(&s);
}

/* Packs that do not say who they are, or say it at too great a length, are nobody's older version. */
static void a_house_takes_the_place_of_the_example(void **state) {
	(void)state;
	struct making packs[3] = {good_pack(), making_begin(NULL), making_begin(NULL)};
	for (int i = 1; i < 3; i++) {
		making_do(&packs[i], "INSERT INTO fact VALUES ('id', 'house%d'), ('kind', 'house')", i);
		making_do(&packs[i], "INSERT INTO phone VALUES ('s%d', 1, 'voice', '91%d')", i, i);
		making_do(
		    &packs[i],
		    "INSERT INTO service VALUES ('en', 1, 's%d', 'phone', 2, '', '', '', x'', x'', x'', x'', x'')", i);
	}
	struct shelved s = shelve(packs, 3);
	const struct service *services = NULL;
	assert_int_equal(ASK(s, services, "en", &services), 1);
	assert_string_equal(services[0].id, "s2");
	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 1);
	unshelve(&s);
}

static void packs_without_an_id_stay_beside_each_other(void **state) {
	(void)state;
	struct making packs[4] = {good_pack(), making_begin(NULL), making_begin(NULL), making_begin(NULL)};
	for (int i = 0; i < 2; i++) {
		making_do(&packs[1 + i], "INSERT INTO fact VALUES ('id', '')");
	}
	making_do(&packs[0], "UPDATE fact SET value = hex(zeroblob(60)) WHERE key = 'id'");
	making_do(&packs[3], "INSERT INTO fact VALUES ('id', hex(zeroblob(60)))");
	making_module(&packs[1], "en", 2, "one", "One", 1);
	making_module(&packs[2], "en", 3, "two", "Two", 1);
	making_module(&packs[3], "en", 4, "three", "Three", 1);
	struct shelved s = shelve(packs, 4);
	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 4);
	unshelve(&s);
}

static void the_last_board_that_has_anything_is_the_board(void **state) {
	(void)state;
	struct making packs[3] = {good_pack(), making_begin(NULL), making_begin(NULL)};
	for (int i = 0; i < 2; i++) {
		making_do(&packs[i], "INSERT INTO board VALUES ('en', 1, 'meal', 3, t('Board %d', %u, 0), t('', 0, 0))",
		          i, TAG_LATIN);
		making_do(&packs[i], "INSERT INTO phrase VALUES ('en', 1, 'p%d', 'Hello', t('Hello', %u, 0))", i,
		          TAG_LATIN);
	}
	struct shelved s = shelve(packs, 3);
	const struct card *board = NULL;
	assert_int_equal(ASK(s, board, "en", &board), 1);
	assert_string_equal(board[0].title.utf8, "Board 1");
	const struct phrase *phrases = NULL;
	assert_int_equal(ASK(s, phrases, "en", &phrases), 1);
	assert_string_equal(phrases[0].id, "p1");
	unshelve(&s);
}

static void staff_read_the_first_language_of_the_pack_with_the_phrases(void **state) {
	(void)state;
	struct making packs[2] = {good_pack(), making_begin(NULL)};
	making_language(&packs[1], 1, "es", "Español", TAG_LATIN, 0, NULL);
	making_language(&packs[1], 2, "en", "English", TAG_LATIN, 0, NULL);
	making_do(&packs[1], "INSERT INTO phrase VALUES ('en', 1, 'mail', 'Mail', t('Mail', %u, 0))", TAG_LATIN);
	making_do(&packs[1], "INSERT INTO phrase VALUES ('en', 2, 'only', 'Only', t('Only', %u, 0))", TAG_LATIN);
	making_do(&packs[1], "INSERT INTO phrase VALUES ('es', 1, 'mail', 'Correo', t('Correo', %u, 0))", TAG_LATIN);
	struct shelved s = shelve(packs, 2);
	assert_string_equal(ASK(s, phrase_for_staff, "en", "mail"), "Correo");
	/* The same language, a phrase that staff's language lacks, one that is not there: nothing. */
	assert_string_equal(ASK(s, phrase_for_staff, "es", "mail"), "");
	assert_string_equal(ASK(s, phrase_for_staff, "en", "only"), "");
	assert_string_equal(ASK(s, phrase_for_staff, "en", "laundry"), "");
	assert_string_equal(ASK(s, phrase_for_staff, "ar", "mail"), "");
	unshelve(&s);
}

static void a_language_with_a_word_missing_is_not_offered(void **state) {
	(void)state;
	struct making packs[2] = {good_pack(), making_begin(NULL)};
	making_language(&packs[0], 2, "es", "Español", TAG_LATIN, 0, "clear-now");
	making_language(&packs[0], 3, "ar", "العربية", TAG('A', 'r', 'a', 'b'), 1, "hide");
	struct shelved s = shelve(packs, 2);
	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 1);
	unshelve(&s);

	/* Another pack may bring the word. */
	packs[0] = good_pack();
	packs[1] = making_begin(NULL);
	making_language(&packs[0], 2, "es", "Español", TAG_LATIN, 0, "clear-now");
	making_language(&packs[0], 3, "ar", "العربية", TAG('A', 'r', 'a', 'b'), 1, "hide");
	making_word(&packs[1], "ar", "hide", "إخفاء", TAG('A', 'r', 'a', 'b'), 1);
	s = shelve(packs, 2);
	assert_int_equal(ASK(s, languages, &languages), 2);
	assert_string_equal(languages[1].code, "ar");
	assert_true(languages[1].rtl);
	unshelve(&s);
}

static void a_language_without_the_words_of_staff_mode_is_still_a_clients(void **state) {
	(void)state;
	struct making m = good_pack();
	making_language(&m, 2, "es", "Español", TAG_LATIN, 0, "staff-enter");
	struct shelved s = shelve(&m, 1);
	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 2);
	assert_true(languages[0].staff);
	assert_string_equal(languages[1].code, "es");
	assert_false(languages[1].staff);
	unshelve(&s);
}

static void strange_values_are_left_out_or_made_harmless(void **state) {
	(void)state;
	struct making m = good_pack();
	char long_id[200];
	memset(long_id, 'x', sizeof long_id - 1);
	long_id[sizeof long_id - 1] = 0;
	making_do(&m, "INSERT INTO module VALUES ('en', '%s', 0, 5, 'i', 1, 1, x'', x'', '')", long_id);
	making_do(&m, "INSERT INTO module VALUES ('en', 'nopages', 0, 6, 'i', 1, -4, x'', x'', '')");
	making_do(&m,
	          "INSERT INTO module VALUES ('en', 'odd', 0, 7, '%s', 99, 1, x'0102030405060708090a', 'words', '')",
	          long_id);
	making_do(&m,
	          "INSERT INTO phone VALUES ('s', 1, 'voice', '%s'), ('s', 2, 'voice', ''), ('s', 3, 'voice', '911')",
	          long_id);
	making_do(&m, "INSERT INTO service VALUES ('en', 1, 's', 'phone', 2, 'dv', '', '', x'', x'', x'', x'', x'')");
	making_do(&m, "INSERT INTO phrase VALUES ('en', 1, 'long', '%s%s%s', x'')", long_id, long_id, long_id);
	making_do(&m, "INSERT INTO language VALUES (8, 'e;n', 0, 1, x'', x''), (9, '%s', 0, 1, x'', x'')", long_id);
	struct shelved s = shelve(&m, 1);
	const struct language *languages = NULL;
	assert_int_equal(ASK(s, languages, &languages), 1);
	const struct module *modules = NULL;
	assert_int_equal(ASK(s, modules, "en", WIRE_CLIENT, &modules), 2);
	assert_string_equal(modules[1].id, "odd");
	assert_string_equal(modules[1].icon, "");
	assert_int_equal(modules[1].tint, TINT_NONE);
	assert_true(text_empty(modules[1].title));
	const struct service *services = NULL;
	assert_int_equal(ASK(s, services, "en", &services), 1);
	assert_int_equal(services[0].phone_count, 1);
	assert_string_equal(services[0].phones[0].number, "911");
	const struct phrase *phrases = NULL;
	assert_int_equal(ASK(s, phrases, "en", &phrases), 0);
	unshelve(&s);
}

/* Everything a visit could ask, whatever the answer. */
static void read_all(struct shelf *shelf) {
	struct shelved s = {.shelf = shelf, .book = shelf_book(shelf)};
	const struct language *languages = NULL;
	const struct module *modules = NULL;
	const struct service *services = NULL;
	const struct card *board = NULL;
	const struct phrase *phrases = NULL;
	ASK(s, languages, &languages);
	for (int i = 0; i < W_COUNT; i++) {
		ASK(s, word, "en", (enum word)i);
	}
	int count = ASK(s, modules, "en", WIRE_CLIENT, &modules);
	for (int i = 0; i < count; i++) {
		struct page page;
		for (int n = 1; n < 5; n++) {
			ASK(s, page, "en", modules[i].id, n, &page);
		}
	}
	ASK(s, services, "en", &services);
	ASK(s, board, "en", &board);
	ASK(s, phrases, "en", &phrases);
	arena_free(&s.arena);
}

static void changed_bytes_do_no_harm(void **state) {
	(void)state;
	struct making m = good_pack();
	size_t size = 0;
	unsigned char *good = making_end(&m, &size), *bytes = malloc(size);
	uint32_t seed = 1;
	int opened = 0;
	for (int round = 0; round < 1000; round++) {
		memcpy(bytes, good, size);
		for (int k = 0; k < 1 + round % 8; k++) {
			seed = seed * 1664525u + 1013904223u;
			size_t at = 100 + (seed >> 4) % (size - 100);
			seed = seed * 1664525u + 1013904223u;
			bytes[at] = (unsigned char)(seed >> 16);
		}
		struct fault f;
		int fd = fd_with(bytes, size);
		assert_int_equal(dup2(fd, 40), 40);
		struct shelf *shelf = shelf_open(40, 1, &f);
		if (shelf != NULL) {
			opened++;
			read_all(shelf);
		}
		shelf_close(shelf);
		close(40);
		close(fd);
	}
	/* Most changes are in content and pass the door: this test is about what comes behind it. */
	assert_in_range(opened, 100, 1000);
	free(bytes);
	free(good);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_pack_opens_and_passes),
	    cmocka_unit_test(files_that_are_no_pack),
	    cmocka_unit_test(headers_that_are_wrong),
	    cmocka_unit_test(files_that_are_cut_or_longer),
	    cmocka_unit_test(schemas_that_are_not_ours),
	    cmocka_unit_test(pages_that_are_damaged),
	    cmocka_unit_test(one_pack_is_read_back),
	    cmocka_unit_test(the_later_pack_wins_by_id),
	    cmocka_unit_test(a_pack_takes_the_place_of_its_older_version),
	    cmocka_unit_test(a_house_takes_the_place_of_the_example),
	    cmocka_unit_test(packs_without_an_id_stay_beside_each_other),
	    cmocka_unit_test(the_last_board_that_has_anything_is_the_board),
	    cmocka_unit_test(staff_read_the_first_language_of_the_pack_with_the_phrases),
	    cmocka_unit_test(a_language_with_a_word_missing_is_not_offered),
	    cmocka_unit_test(a_language_without_the_words_of_staff_mode_is_still_a_clients),
	    cmocka_unit_test(strange_values_are_left_out_or_made_harmless),
	    cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
