#include "visit/glass/pack.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/schema.h"
#include "visit/glass/pack_vfs.h"

enum {
	HEAD_BYTES = 100,      /* of a SQLite file */
	PROGRESS_EVERY = 1000, /* virtual machine steps between two looks at the budget */
	BUDGET = 4000,         /* looks: four million steps; the longest list takes a tenth of that */
	CACHE_KB = 512,        /* of a pack's pages, kept in memory */
	HEAP_MAX = 32 << 20,   /* bytes for all of SQLite; a visit uses under two million */
};

/* Every question reads along a primary key, so a large pack answers as quickly as a small one. */
static const char *const questions[ASK_COUNT] = {
    [ASK_LANGUAGES] = "SELECT lang,direction,reviewed,t_name,t_begin FROM language ORDER BY position",
    [ASK_WORD] = "SELECT t_text FROM word WHERE lang=?1 AND id=?2",
    [ASK_WORDS] = "SELECT id FROM word WHERE lang=?1 ORDER BY id",
    [ASK_MODULES] =
        "SELECT id,icon,tint,pages,t_title,t_note FROM module WHERE lang=?1 AND audience=?3 ORDER BY position",
    [ASK_MODULE] = "SELECT id,icon,tint,pages,t_title,t_note FROM module WHERE lang=?1 AND id=?2",
    [ASK_PAGE] = "SELECT picture,urgent,t_title FROM page WHERE lang=?1 AND module=?2 AND number=?3",
    [ASK_BLOCKS] = "SELECT kind,target,t_text FROM block WHERE lang=?1 AND module=?2 AND page=?3 ORDER BY number",
    [ASK_SAYING] = "SELECT t_text FROM saying WHERE lang=?1 AND picture=?2",
    [ASK_SERVICES] =
        ("SELECT id,icon,tint,grouping,t_name,t_summary,t_what,t_languages,assured_date,assured_by,t_schedule "
         "FROM service WHERE lang=?1 ORDER BY position"),
    [ASK_PHONES] = "SELECT type,number FROM phone WHERE service=?1 ORDER BY position",
    [ASK_BOARD] = "SELECT icon,tint,t_title,t_lines FROM board WHERE lang=?1 ORDER BY position",
    [ASK_PHRASES] = "SELECT id,plain,t_text FROM phrase WHERE lang=?1 ORDER BY position",
    [ASK_PICTURE] = "SELECT mask,svg FROM picture WHERE name=?1",
    [ASK_FACTS] = "SELECT key,value FROM fact ORDER BY key",
    [ASK_PICTURES] = "SELECT name,mask FROM picture ORDER BY name",
};

struct pack {
	sqlite3_vfs *vfs;               /* owned */
	sqlite3 *db;                    /* owned */
	sqlite3_stmt *asked[ASK_COUNT]; /* owned; prepared when first asked */
	long budget;                    /* looks left for the present statement */
	bool checking;                  /* quick_check and integrity_check may run */
};

/* --- before SQLite sees it -------------------------------------------------------------------------------------- */

static const char copy_again[] = "Copy it again from the computer it was made on.";
static const char build_again[] = "Build it again with alcove-pack.";

static uint32_t big_endian(const unsigned char *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool right_version(uint32_t user_version, struct fault *f) {
	if (user_version > PACK_SCHEMA) {
		return fault_say(f, "The pack was made for a newer Alcove. Update Alcove first, or build the pack with "
		                    "the alcove-pack of this version.");
	}
	if (user_version < PACK_SCHEMA) {
		return fault_say(f, "The pack was made for an older Alcove. %s", build_again);
	}
	return true;
}

/* The header's bytes: https://www.sqlite.org/fileformat.html, "The Database Header". */
static bool right_head(const unsigned char *h, off_t size, struct fault *f) {
	if (memcmp(h, "SQLite format 3", 16) != 0) {
		return fault_say(f, "This is not a pack. Give a file that alcove-pack made.");
	}
	if (big_endian(h + 68) != PACK_APPLICATION_ID) {
		return fault_say(f, "This is a database, but not a pack. Give a file that alcove-pack made.");
	}
	if (!right_version(big_endian(h + 60), f)) {
		return false;
	}
	/* Page size; no write-ahead log; nothing reserved in a page; UTF-8; the length was noted by the last writer. */
	if ((h[16] << 8 | h[17]) != PACK_PAGE_SIZE || h[18] != 1 || h[19] != 1 || h[20] != 0 ||
	    big_endian(h + 56) != 1 || big_endian(h + 24) != big_endian(h + 92)) {
		return fault_say(f, "Another program has changed the pack since it was made. %s", build_again);
	}
	off_t pages = big_endian(h + 28);
	if (size < pages * PACK_PAGE_SIZE) {
		return fault_say(f, "The pack is cut short: its end is missing. %s", copy_again);
	}
	if (size > pages * PACK_PAGE_SIZE) {
		return fault_say(f, "Something was added behind the end of the pack. %s", copy_again);
	}
	return true;
}

static bool right_file(int fd, struct fault *f) {
	struct stat s;
	unsigned char head[HEAD_BYTES];
	if (!pack_vfs_stat(fd, &s) || !S_ISREG(s.st_mode)) {
		return fault_say(f, "The pack is not a file that can be read. Give the file itself, not a folder.");
	}
	if (s.st_size == 0) {
		return fault_say(f, "The pack is empty. %s", copy_again);
	}
	ssize_t n = pread(fd, head, sizeof head, 0);
	if (n < 0) {
		return fault_say(f, "The pack cannot be read. %s", copy_again);
	}
	if (n < HEAD_BYTES) {
		bool begins_well = memcmp(head, "SQLite format 3", n < 16 ? (size_t)n : 16) == 0;
		return begins_well ? fault_say(f, "The pack is cut short: its end is missing. %s", copy_again)
		                   : fault_say(f, "This is not a pack. Give a file that alcove-pack made.");
	}
	return right_head(head, s.st_size, f);
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

static bool own_table(const char *name) {
	for (size_t i = 0; name != NULL && i < PACK_TABLES; i++) {
		if (strcmp(name, pack_tables[i].name) == 0) {
			return true;
		}
	}
	return false;
}

/* Asked for every thing a statement would do: reading our tables and the list of tables, and nothing else. */
static int allow(void *self, int action, const char *a, const char *b, const char *database, const char *trigger) {
	(void)b, (void)database;
	const struct pack *p = self;
	if (trigger != NULL) {
		return SQLITE_DENY;
	}
	switch (action) {
	case SQLITE_SELECT:
		return SQLITE_OK;
	case SQLITE_READ:
		return own_table(a) || (a != NULL && strcmp(a, "sqlite_master") == 0) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_PRAGMA:
		return p->checking && a != NULL && (strcmp(a, "quick_check") == 0 || strcmp(a, "integrity_check") == 0)
		           ? SQLITE_OK
		           : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int look_at_budget(void *self) {
	struct pack *p = self;
	return --p->budget < 0;
}

static bool switch_off(sqlite3 *db) {
	static const struct {
		int option, value;
	} switches[] = {
	    {SQLITE_DBCONFIG_DEFENSIVE, 1},
	    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
	    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
	    {SQLITE_DBCONFIG_DQS_DML, 0},
	    {SQLITE_DBCONFIG_DQS_DDL, 0},
	    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
	};
	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
		int is = -1;
		if (sqlite3_db_config(db, switches[i].option, switches[i].value, &is) != SQLITE_OK ||
		    is != switches[i].value) {
			return false;
		}
	}
	return true;
}

/* https://www.sqlite.org/security.html, "Untrusted SQLite Database Files". */
static void lower_limits(sqlite3 *db) {
	static const struct {
		int limit, value;
	} limits[] = {
	    {SQLITE_LIMIT_LENGTH, 1000000},
	    {SQLITE_LIMIT_SQL_LENGTH, 100000},
	    {SQLITE_LIMIT_COLUMN, 100},
	    {SQLITE_LIMIT_EXPR_DEPTH, 10},
	    {SQLITE_LIMIT_COMPOUND_SELECT, 3},
	    {SQLITE_LIMIT_VDBE_OP, 25000},
	    {SQLITE_LIMIT_FUNCTION_ARG, 8},
	    {SQLITE_LIMIT_ATTACHED, 0},
	    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
	    {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
	    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
	    {SQLITE_LIMIT_WORKER_THREADS, 0},
	};
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		sqlite3_limit(db, limits[i].limit, limits[i].value);
	}
}

static bool harden(struct pack *p) {
	char pragmas[200];
	sqlite3_snprintf(
	    (int)sizeof pragmas, pragmas,
	    "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA query_only=ON; "
	    "PRAGMA cache_size=-%d;",
	    CACHE_KB);
	lower_limits(p->db);
	return switch_off(p->db) && sqlite3_exec(p->db, pragmas, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_set_authorizer(p->db, allow, p) == SQLITE_OK;
}

static sqlite3_stmt *prepare(struct pack *p, const char *sql) {
	sqlite3_stmt *s = NULL;
	p->budget = BUDGET;
	return sqlite3_prepare_v3(p->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) == SQLITE_OK ? s : NULL;
}

static bool column_is(sqlite3_stmt *s, int column, const char *expected) {
	const char *is = (const char *)sqlite3_column_text(s, column);
	return is != NULL && strcmp(is, expected) == 0;
}

/* The tables that were found: a bit for each, and the page where each begins. */
struct found {
	uint32_t seen;
	int roots[PACK_TABLES];
};

/* No two tables begin on one page, and none on the first, which is the list's own, or nowhere. */
static bool root_of_its_own(const struct found *found, int root) {
	for (size_t i = 0; i < PACK_TABLES; i++) {
		if ((found->seen & 1u << i) != 0 && found->roots[i] == root) {
			return false;
		}
	}
	return root > 1;
}

/* Whether the present row of the list of tables is one of ours, to the letter, and not there before. */
static bool table_as_shipped(sqlite3_stmt *s, struct found *found) {
	for (size_t i = 0; i < PACK_TABLES; i++) {
		if (column_is(s, 1, pack_tables[i].name)) {
			int root = sqlite3_column_int(s, 4);
			if ((found->seen & 1u << i) != 0 || !root_of_its_own(found, root)) {
				return false;
			}
			found->seen |= 1u << i;
			found->roots[i] = root;
			return column_is(s, 0, "table") && column_is(s, 2, pack_tables[i].name) &&
			       column_is(s, 3, pack_tables[i].sql);
		}
	}
	return false;
}

static bool right_schema(struct pack *p, struct fault *f) {
	_Static_assert(PACK_TABLES < 32, "a bit for each table");
	struct found found = {0};
	sqlite3_stmt *s = prepare(p, "SELECT type,name,tbl_name,sql,rootpage FROM sqlite_schema");
	/* Stepping NULL is an error to SQLite as well, and not undefined. */
	int step = sqlite3_step(s);
	bool right = true;
	for (; right && step == SQLITE_ROW; step = sqlite3_step(s)) {
		right = table_as_shipped(s, &found);
	}
	sqlite3_finalize(s);
	if (right && step != SQLITE_DONE) {
		return fault_say(f, "The pack is damaged. %s", copy_again);
	}
	if (!right || found.seen != (1u << PACK_TABLES) - 1) {
		return fault_say(f, "The pack is not laid out as this Alcove expects. %s", build_again);
	}
	return true;
}

struct pack *pack_open(int fd, struct fault *f) {
	if (!right_file(fd, f)) {
		return NULL;
	}
	struct pack *p = calloc(1, sizeof *p);
	if (p == NULL || (p->vfs = pack_vfs_add()) == NULL) {
		fault_say(f, "There is not enough memory to open the pack.");
		free(p);
		return NULL;
	}
	sqlite3_hard_heap_limit64(HEAP_MAX);
	char name[64];
	sqlite3_snprintf((int)sizeof name, name, "file:%d?mode=ro&immutable=1", fd);
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	if (sqlite3_open_v2(name, &p->db, flags, PACK_VFS_NAME) != SQLITE_OK || !harden(p)) {
		fault_say(f, "The pack is damaged. %s", copy_again);
		pack_close(p);
		return NULL;
	}
	sqlite3_progress_handler(p->db, PROGRESS_EVERY, look_at_budget, p);
	if (!right_schema(p, f)) {
		pack_close(p);
		return NULL;
	}
	return p;
}

void pack_close(struct pack *p) {
	if (p == NULL) {
		return;
	}
	for (int i = 0; i < ASK_COUNT; i++) {
		sqlite3_finalize(p->asked[i]);
	}
	sqlite3_close(p->db);
	pack_vfs_remove(p->vfs);
	free(p);
}

static bool prepare_question(struct pack *p, enum ask q) {
	if (p->asked[q] == NULL) {
		p->asked[q] = prepare(p, questions[q]);
	}
	return p->asked[q] != NULL;
}

static bool try_with(int fd, const char *check, struct fault *f) {
	struct pack *p = pack_open(fd, f);
	if (p == NULL) {
		return false;
	}
	p->checking = true;
	sqlite3_stmt *s = prepare(p, check);
	p->budget = 1000L * BUDGET; /* looks at all of it */
	bool good = s != NULL && sqlite3_step(s) == SQLITE_ROW && column_is(s, 0, "ok");
	sqlite3_finalize(s);
	for (int q = 0; good && q < ASK_COUNT; q++) {
		good = prepare_question(p, (enum ask)q);
	}
	pack_close(p);
	return good || fault_say(f, "The pack is damaged. %s", copy_again);
}

bool pack_try(int fd, struct fault *f) {
	return try_with(fd, "PRAGMA quick_check(1)", f);
}

bool pack_try_hard(int fd, struct fault *f) {
	return try_with(fd, "PRAGMA integrity_check(1)", f);
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

void pack_ask(struct pack *p, enum ask q, const char *a, const char *b, int n) {
	if (!prepare_question(p, q)) {
		return;
	}
	sqlite3_stmt *s = p->asked[q];
	sqlite3_reset(s);
	/* Numbers beyond what the question has are refused, which is as good. The strings outlive the answer. */
	sqlite3_bind_text(s, 1, a, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(s, 2, b, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(s, 3, n);
	p->budget = BUDGET;
}

bool pack_next(struct pack *p, enum ask q) {
	sqlite3_stmt *s = p->asked[q];
	if (s == NULL) {
		return false;
	}
	if (sqlite3_step(s) == SQLITE_ROW) {
		return true;
	}
	sqlite3_reset(s);
	return false;
}

void pack_enough(struct pack *p, enum ask q) {
	sqlite3_reset(p->asked[q]);
}

int pack_int(struct pack *p, enum ask q, int column) {
	return sqlite3_column_int(p->asked[q], column);
}

bool pack_string(struct pack *p, enum ask q, int column, char *out, size_t size) {
	const char *is = (const char *)sqlite3_column_text(p->asked[q], column);
	size_t len = is == NULL ? size : strlen(is);
	out[0] = 0;
	if (len >= size) {
		return false;
	}
	memcpy(out, is, len + 1);
	return true;
}

const char *pack_words(struct pack *p, enum ask q, int column, struct arena *a) {
	const char *is = (const char *)sqlite3_column_text(p->asked[q], column);
	return is == NULL ? "" : arena_copy(a, is, strlen(is));
}

struct text pack_text(struct pack *p, enum ask q, int column, struct arena *a) {
	size_t size = 0;
	const void *bytes = pack_bytes(p, q, column, &size);
	struct text t;
	text_decode(a, bytes, size, &t); /* an empty text when it is not one */
	return t;
}

const void *pack_bytes(struct pack *p, enum ask q, int column, size_t *size) {
	const void *bytes = sqlite3_column_blob(p->asked[q], column);
	*size = bytes == NULL ? 0 : (size_t)sqlite3_column_bytes(p->asked[q], column);
	return bytes == NULL ? "" : bytes;
}
