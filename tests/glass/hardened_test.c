/* The reader of packs where everything goes wrong around it: memory that is refused, reads that fail, files that are
 * larger than life; and every limit that it sets, at the limit and one beyond. As SQLite tests itself
 * (https://www.sqlite.org/testing.html), and "Untrusted SQLite Database Files" of https://www.sqlite.org/security.html. */
#include "make_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The reader itself is part of this program under other names, so that its connection can be asked questions that nobody
 * else can ask. */
#define pack_open inside_open
#define pack_close inside_close
#define pack_try inside_try
#define pack_try_hard inside_try_hard
#define pack_ask inside_ask
#define pack_next inside_next
#define pack_enough inside_enough
#define pack_int inside_int
#define pack_string inside_string
#define pack_words inside_words
#define pack_text inside_text
#define pack_bytes inside_bytes
#include "visit/glass/pack.c"

/* --- memory and reads that fail --------------------------------------------------------------------------------- */

/* What SQLite and the reader are given; `fail_at` counts down to the one that fails, 0 for none. */
struct faults {
	long memory_at, reads_at;
	bool for_good; /* all that come after it, too */
	long memory, reads;
};
static struct faults faults;

static bool fails(long *count, long at) {
	++*count;
	return at > 0 && (*count == at || (faults.for_good && *count > at));
}

static sqlite3_mem_methods real_memory;

static void *failing_malloc(int size) {
	return fails(&faults.memory, faults.memory_at) ? NULL : real_memory.xMalloc(size);
}

static void *failing_realloc(void *p, int size) {
	return fails(&faults.memory, faults.memory_at) ? NULL : real_memory.xRealloc(p, size);
}

/* Stands in the place of the C library's. */
ssize_t pread(int fd, void *to, size_t size, off_t at) {
	if (fails(&faults.reads, faults.reads_at)) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_pread64, fd, to, size, at);
}

static int fd_of(struct making m) {
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	int fd = memfd_create("pack", MFD_CLOEXEC);
	assert_int_equal(write(fd, bytes, size), size);
	free(bytes);
	return fd;
}

static struct making small_pack(void) {
	struct making m = making_begin(NULL);
	making_do(&m, "INSERT INTO fact VALUES ('id', 'test'), ('version', '1')");
	making_word(&m, "en", "home", "Home", TAG_LATIN, 0);
	making_module(&m, "en", 1, "leave", "Planning", 3);
	making_do(&m, "INSERT INTO picture VALUES ('big', 0, zeroblob(300000))");
	return m;
}

/* Opens it, asks everything, closes. How many rows came. */
static int read_all(int fd) {
	static const char *const texts[][2] = {{"en", "home"}, {"en", "leave"}, {"big", ""}};
	struct fault f = {""};
	struct arena a = {0};
	int rows = 0;
	struct pack *p = inside_open(fd, &f);
	if (p == NULL) {
		assert_true(strlen(f.says) > 20);
		return -1;
	}
	for (int q = 0; q < ASK_COUNT; q++) {
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
			inside_ask(p, (enum ask)q, texts[i][0], texts[i][1], q == ASK_MODULES ? 0 : 1);
			for (; inside_next(p, (enum ask)q); rows++) {
				size_t size = 0;
				inside_words(p, (enum ask)q, 0, &a);
				inside_bytes(p, (enum ask)q, 1, &size);
				inside_int(p, (enum ask)q, 2);
			}
		}
	}
	arena_free(&a);
	inside_close(p);
	return rows;
}

static void nothing_is_left(void) {
	faults = (struct faults){0};
	assert_int_equal(sqlite3_memory_used(), 0);
}

/* The 1st, the 2nd, ... of something fails, once and then for good, until it is no more needed so often. */
static void every_one_fails(int fd, long *at, const long *count) {
	int whole = read_all(fd);
	assert_true(whole > 10);
	long needed = *count, less = 0;
	assert_true(needed > 20);
	for (int for_good = 0; for_good < 2; for_good++) {
		for (long n = 1; n <= needed; n++) {
			faults = (struct faults){.for_good = for_good == 1};
			*at = n;
			int rows = read_all(fd);
			assert_true(rows <= whole);
			less += rows < whole;
			nothing_is_left();
			/* And the check that lets packs in says no, or has not needed it. */
			struct fault f = {""};
			faults = (struct faults){.for_good = for_good == 1};
			*at = n;
			if (!inside_try_hard(fd, &f)) {
				assert_true(strlen(f.says) > 20);
			}
			nothing_is_left();
		}
	}
	/* It was not for nothing. */
	assert_true(less > needed / 2);
	assert_int_equal(read_all(fd), whole);
}

static void every_allocation_fails(void **state) {
	(void)state;
	int fd = fd_of(small_pack());
	faults = (struct faults){0};
	every_one_fails(fd, &faults.memory_at, &faults.memory);
	close(fd);
}

static void every_read_fails(void **state) {
	(void)state;
	int fd = fd_of(small_pack());
	faults = (struct faults){0};
	every_one_fails(fd, &faults.reads_at, &faults.reads);
	close(fd);
}

/* --- limits ----------------------------------------------------------------------------------------------------- */

/* Whether SQLite still takes this question; what else forbids it is taken off first. */
static bool takes(struct pack *p, const char *sql) {
	sqlite3_stmt *s = NULL;
	sqlite3_set_authorizer(p->db, NULL, NULL);
	p->budget = BUDGET;
	bool good = sqlite3_prepare_v2(p->db, sql, -1, &s, NULL) == SQLITE_OK;
	int step = SQLITE_ROW;
	while (good && step == SQLITE_ROW) {
		step = sqlite3_step(s);
	}
	sqlite3_finalize(s);
	return good && step == SQLITE_DONE;
}

/* "BEFORE, then MIDDLE n times, then AFTER". */
static bool takes_many(struct pack *p, const char *before, const char *middle, int n, const char *after) {
	size_t len = strlen(middle);
	char *sql = calloc(1, strlen(before) + len * (size_t)n + strlen(after) + 1), *end = stpcpy(sql, before);
	for (int i = 0; i < n; i++) {
		end = stpcpy(end, middle);
	}
	memcpy(end, after, strlen(after) + 1);
	bool good = takes(p, sql);
	free(sql);
	return good;
}

static void each_limit_and_one_beyond(void **state) {
	(void)state;
	struct fault f = {""};
	int fd = fd_of(small_pack());
	struct pack *p = inside_open(fd, &f);
	assert_non_null(p);
	/* LENGTH */
	assert_true(takes(p, "SELECT zeroblob(1000000)"));
	assert_false(takes(p, "SELECT zeroblob(1000001)"));
	/* SQL_LENGTH: 7 letters, then spaces, then 1 */
	assert_true(takes_many(p, "SELECT ", " ", 100000 - 8, "1"));
	assert_false(takes_many(p, "SELECT ", " ", 100000 - 7, "1"));
	/* COLUMN */
	assert_true(takes_many(p, "SELECT 1", ",1", 99, ""));
	assert_false(takes_many(p, "SELECT 1", ",1", 100, ""));
	/* EXPR_DEPTH: "1" is one deep, each "+1" one more */
	assert_true(takes_many(p, "SELECT 1", "+1", 9, ""));
	assert_false(takes_many(p, "SELECT 1", "+1", 10, ""));
	/* COMPOUND_SELECT */
	assert_true(takes_many(p, "SELECT 1", " UNION SELECT 1", 2, ""));
	assert_false(takes_many(p, "SELECT 1", " UNION SELECT 1", 3, ""));
	/* FUNCTION_ARG */
	assert_true(takes_many(p, "SELECT max(1", ",1", 7, ")"));
	assert_false(takes_many(p, "SELECT max(1", ",1", 8, ")"));
	/* LIKE_PATTERN */
	assert_true(takes_many(p, "SELECT 'a' LIKE '", "a", 50, "'"));
	assert_false(takes_many(p, "SELECT 'a' LIKE '", "a", 51, "'"));
	/* VARIABLE */
	assert_true(takes(p, "SELECT ?10"));
	assert_false(takes(p, "SELECT ?11"));
	/* ATTACH: not one */
	assert_false(takes(p, "ATTACH ':memory:' AS more"));
	assert_int_equal(sqlite3_limit(p->db, SQLITE_LIMIT_VDBE_OP, -1), 25000);
	assert_int_equal(sqlite3_limit(p->db, SQLITE_LIMIT_TRIGGER_DEPTH, -1), 10);
	assert_int_equal(sqlite3_limit(p->db, SQLITE_LIMIT_WORKER_THREADS, -1), 0);
	inside_close(p);
	close(fd);
}

static int one_number(struct pack *p, const char *sql) {
	sqlite3_stmt *s = NULL;
	assert_int_equal(sqlite3_prepare_v2(p->db, sql, -1, &s, NULL), SQLITE_OK);
	int is = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
	sqlite3_finalize(s);
	return is;
}

static void everything_is_off_that_is_not_needed(void **state) {
	(void)state;
	static const struct {
		int option, is;
	} switches[] = {
	    {SQLITE_DBCONFIG_DEFENSIVE, 1},
	    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
	    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	    {SQLITE_DBCONFIG_DQS_DML, 0},
	    {SQLITE_DBCONFIG_DQS_DDL, 0},
	    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
	};
	struct fault f = {""};
	int fd = fd_of(small_pack());
	struct pack *p = inside_open(fd, &f);
	assert_non_null(p);
	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
		int is = -1;
		assert_int_equal(sqlite3_db_config(p->db, switches[i].option, -1, &is), SQLITE_OK);
		assert_int_equal(is, switches[i].is);
	}
	/* Nothing but reading our tables: with the authorizer, as everybody has it. */
	static const char *const denied[] = {
	    "PRAGMA integrity_check",
	    "PRAGMA quick_check",
	    "PRAGMA user_version",
	    "SELECT load_extension('x')",
	    "SELECT max(1, 2)",
	    "ATTACH 'x' AS y",
	    "CREATE TABLE t (a)",
	    "CREATE TEMP TABLE t (a)",
	    "DELETE FROM word",
	    "INSERT INTO fact VALUES ('a', 'b')",
	    "BEGIN",
	    "VACUUM",
	    "SELECT * FROM pragma_page_size",
	    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT n FROM r",
	};
	for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
		sqlite3_stmt *s = NULL;
		/* Some are understood, and denied when they begin. */
		int step =
		    sqlite3_prepare_v2(p->db, denied[i], -1, &s, NULL) == SQLITE_OK ? sqlite3_step(s) : SQLITE_ERROR;
		sqlite3_finalize(s);
		if (step == SQLITE_ROW || step == SQLITE_DONE) {
			fail_msg("%s is not denied", denied[i]);
		}
	}
	sqlite3_set_authorizer(p->db, NULL, NULL);
	assert_int_equal(one_number(p, "PRAGMA cell_size_check"), 1);
	assert_int_equal(one_number(p, "PRAGMA temp_store"), 2); /* memory */
	assert_int_equal(one_number(p, "PRAGMA query_only"), 1);
	assert_true(one_number(p, "PRAGMA mmap_size") <= 0); /* our files cannot be mapped at all: no answer, or 0 */
	assert_int_equal(sqlite3_hard_heap_limit64(-1), HEAP_MAX);
	/* A question without end is ended by the budget. */
	p->budget = BUDGET;
	assert_false(takes(p, "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT n FROM r"));
	inside_close(p);
	close(fd);
}

/* --- content at the limits -------------------------------------------------------------------------------------- */

static void a_blob_at_the_limit_and_one_beyond(void **state) {
	(void)state;
	static const struct {
		int size;
		bool fits;
	} blobs[] = {{999900, true}, {1000001, false}, {5000000, false}};
	for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
		struct fault f = {""};
		struct making m = small_pack();
		making_do(&m, "INSERT INTO picture VALUES ('huge', 0, zeroblob(%d))", blobs[i].size);
		int fd = fd_of(m);
		struct pack *p = inside_open(fd, &f);
		assert_non_null(p);
		size_t size = 0;
		inside_ask(p, ASK_PICTURE, "huge", "", 0);
		bool row = inside_next(p, ASK_PICTURE);
		if (row) {
			inside_bytes(p, ASK_PICTURE, 1, &size);
		}
		assert_int_equal(size, blobs[i].fits ? blobs[i].size : 0);
		/* What else is in it can still be read. */
		inside_ask(p, ASK_WORD, "en", "home", 0);
		assert_true(inside_next(p, ASK_WORD));
		inside_close(p);
		close(fd);
	}
}

static void refused_after(const char *sql) {
	struct fault f = {""};
	struct making m = small_pack();
	making_do(&m, "%s", sql);
	int fd = fd_of(m);
	assert_null(inside_open(fd, &f));
	assert_true(strstr(f.says, "not laid out") != NULL || strstr(f.says, "damaged") != NULL);
	close(fd);
}

static void things_that_are_named_like_tables(void **state) {
	(void)state;
	refused_after("CREATE TRIGGER word AFTER INSERT ON fact BEGIN SELECT 1; END");
	refused_after("CREATE INDEX \"WORD \" ON word (t_text)");
	refused_after("DROP TABLE saying; CREATE VIEW saying AS SELECT 1 lang, 2 picture, 3 t_text");
	refused_after("DROP TABLE saying; CREATE VIRTUAL TABLE saying USING fts5(lang, picture, t_text)");
	refused_after("DROP TABLE saying; CREATE TABLE SAYING (lang TEXT, picture TEXT, t_text BLOB NOT NULL, "
	              "PRIMARY KEY (lang, picture)) WITHOUT ROWID");
	/* The same name twice, one of them a view. */
	refused_after("PRAGMA writable_schema=ON; INSERT INTO sqlite_schema VALUES ('view', 'word', 'word', 0, "
	              "'CREATE VIEW word AS SELECT 1')");
	refused_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET type = 'view' WHERE name = 'word'");
	refused_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'word'");
	refused_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'word'");
	/* Two tables in one tree, and one in the list of tables. */
	refused_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = "
	              "(SELECT rootpage FROM sqlite_schema WHERE name = 'picture') WHERE name = 'saying'");
	refused_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'word'");
	refused_after("CREATE TABLE sqlite (a)");
	char many[4000] = "CREATE TABLE wide (c0";
	for (int i = 1; i <= 100; i++) {
		snprintf(many + strlen(many), sizeof many - strlen(many), ",c%d", i);
	}
	snprintf(many + strlen(many), sizeof many - strlen(many), ")");
	refused_after(many);
}

/* --- files ------------------------------------------------------------------------------------------------------ */

/* The header says so many pages, and the file is that long: but there is nothing in it. */
static void a_file_of_a_terabyte(void **state) {
	(void)state;
	struct fault f = {""};
	char path[] = "/tmp/alcove-huge-XXXXXX";
	size_t size = 0;
	struct making m = small_pack();
	unsigned char *bytes = making_end(&m, &size);
	const uint32_t pages = 1u << 28;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	unlink(path);
	for (int i = 0; i < 4; i++) {
		bytes[28 + i] = (unsigned char)(pages >> (24 - 8 * i));
	}
	assert_int_equal(write(fd, bytes, size), size);
	free(bytes);
	if (ftruncate(fd, (off_t)pages * PACK_PAGE_SIZE) != 0) {
		print_message("# no file system for files of 1 TB: %s\n", strerror(errno));
		skip();
	}
	assert_false(inside_try_hard(fd, &f));
	assert_non_null(strstr(f.says, "damaged"));
	assert_false(inside_try(fd, &f));
	assert_true(read_all(fd) > 0);
	close(fd);
}

/* What lies beside a file is no part of it: a journal that would roll it back, a log that would go on. */
static void what_lies_beside_it_is_not_looked_at(void **state) {
	(void)state;
	static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
	size_t size = 0;
	struct making m = small_pack();
	unsigned char *bytes = making_end(&m, &size);
	char path[] = "/tmp/alcove-beside-XXXXXX", other[64];
	int fd = mkstemp(path);
	assert_int_equal(write(fd, bytes, size), size);
	int whole = read_all(fd);
	for (int i = 0; i < 3; i++) {
		snprintf(other, sizeof other, "%s%s", path, suffixes[i]);
		int beside = open(other, O_WRONLY | O_CREAT, 0600);
		/* The beginning of a hot journal (https://www.sqlite.org/fileformat.html, "The Rollback Journal"). */
		static const unsigned char hot[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 1};
		assert_int_equal(write(beside, hot, sizeof hot), sizeof hot);
		assert_int_equal(write(beside, bytes, size), size);
		close(beside);
	}
	struct fault f = {""};
	assert_true(inside_try_hard(fd, &f));
	assert_int_equal(read_all(fd), whole);
	for (int i = 0; i < 3; i++) {
		struct stat st;
		snprintf(other, sizeof other, "%s%s", path, suffixes[i]);
		assert_int_equal(stat(other, &st), 0);
		unlink(other);
	}
	unlink(path);
	close(fd);
	free(bytes);
}

/* Thousands of packs with a few bytes changed where the structure is: page heads, pointers to cells, the schema. (Changes
 * in content are in pack_test.c.) */
static void changed_structure_does_no_harm(void **state) {
	(void)state;
	enum { ROUNDS = 3000, HEAD = 48 };
	size_t size = 0;
	struct making m = small_pack();
	unsigned char *good = making_end(&m, &size), *bytes = malloc(size);
	uint32_t seed = 7;
	int opened = 0, passed = 0;
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(bytes, good, size);
		for (int k = 0; k < 1 + round % 4; k++) {
			seed = seed * 1664525u + 1013904223u;
			size_t page = (seed >> 8) % (size / PACK_PAGE_SIZE), at = page * PACK_PAGE_SIZE;
			seed = seed * 1664525u + 1013904223u;
			/* The first page's own head stands behind the file's, and then comes the schema. */
			at += page == 0 ? 100 + (seed >> 8) % (PACK_PAGE_SIZE - 100) : (seed >> 8) % HEAD;
			seed = seed * 1664525u + 1013904223u;
			bytes[at] = (unsigned char)(seed >> 16);
		}
		struct fault f;
		int fd = memfd_create("pack", MFD_CLOEXEC);
		assert_int_equal(write(fd, bytes, size), size);
		opened += read_all(fd) >= 0;
		passed += inside_try_hard(fd, &f);
		close(fd);
	}
	assert_in_range(opened, ROUNDS / 10, ROUNDS);
	assert_true(passed < opened);
	free(bytes);
	free(good);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_allocation_fails),
	    cmocka_unit_test(every_read_fails),
	    cmocka_unit_test(each_limit_and_one_beyond),
	    cmocka_unit_test(everything_is_off_that_is_not_needed),
	    cmocka_unit_test(a_blob_at_the_limit_and_one_beyond),
	    cmocka_unit_test(things_that_are_named_like_tables),
	    cmocka_unit_test(a_file_of_a_terabyte),
	    cmocka_unit_test(what_lies_beside_it_is_not_looked_at),
	    cmocka_unit_test(changed_structure_does_no_harm),
	};
	/* Before SQLite starts: its memory is ours to refuse. */
	sqlite3_mem_methods failing;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) {
		return 1;
	}
	failing = real_memory;
	failing.xMalloc = failing_malloc;
	failing.xRealloc = failing_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
