#include "packc/write.h"

#include "base/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer {
	char file[PATH_MAX], aside[PATH_MAX];
	sqlite3 *db;
	sqlite3_stmt *inserts[PACK_TABLES];
	struct arena scratch; /* of one row */
	unsigned char *bytes; /* of a pack in memory; owned, SQLite's */
	struct fault fault;   /* the first failure */
	bool failed;
};

static bool fail(struct writer *w, const char *what) {
	if (!w->failed) {
		w->failed = true;
		fault_say(&w->fault, "%s cannot be written (%s). Check the free space and try again.", w->file, what);
	}
	return false;
}

static bool run(struct writer *w, const char *sql) {
	return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(w, sqlite3_errmsg(w->db));
}

/* INSERT with as many ? as the table has columns: the columns are counted by SQLite itself. */
static bool prepare(struct writer *w, size_t table) {
	char sql[256];
	snprintf(sql, sizeof sql, "SELECT * FROM %s", pack_tables[table].name);
	sqlite3_stmt *all = NULL;
	if (sqlite3_prepare_v2(w->db, sql, -1, &all, NULL) != SQLITE_OK) {
		return fail(w, sqlite3_errmsg(w->db));
	}
	int columns = sqlite3_column_count(all);
	sqlite3_finalize(all);
	int len = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", pack_tables[table].name);
	for (int i = 1; i < columns; i++) {
		len += snprintf(sql + len, sizeof sql - (size_t)len, ",?");
	}
	snprintf(sql + len, sizeof sql - (size_t)len, ")");
	return sqlite3_prepare_v2(w->db, sql, -1, &w->inserts[table], NULL) == SQLITE_OK ||
	       fail(w, sqlite3_errmsg(w->db));
}

static bool create(struct writer *w) {
	char settings[256];
	/* The file is ours alone until the rename, so it needs no journal; and a journal beside it could outlive us. */
	snprintf(settings, sizeof settings,
	         "PRAGMA page_size=%d; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
	         "PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN",
	         PACK_PAGE_SIZE, PACK_APPLICATION_ID, PACK_SCHEMA);
	if (!run(w, settings)) {
		return false;
	}
	for (size_t i = 0; i < PACK_TABLES; i++) {
		if (!run(w, pack_tables[i].sql)) {
			return false;
		}
	}
	for (size_t i = 0; i < PACK_TABLES; i++) {
		if (!prepare(w, i)) {
			return false;
		}
	}
	return true;
}

struct writer *write_memory(struct fault *f) {
	struct writer *w = calloc(1, sizeof *w);
	if (w == NULL) {
		fault_say(f, "There is not enough memory. Close other programs.");
		return NULL;
	}
	memcpy(w->file, "The pack", sizeof "The pack");
	char seed;
	sqlite3_randomness(1, &seed); /* asks the kernel for it once: now, and not when that is forbidden */
	if (sqlite3_open_v2(":memory:", &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
		fail(w, "it cannot be opened");
	} else if (run(w, "PRAGMA temp_store=MEMORY") && create(w)) {
		return w;
	}
	*f = w->fault;
	write_drop(w);
	return NULL;
}

struct blob write_bytes(struct writer *w, struct fault *f) {
	sqlite3_int64 size = 0;
	bool ok = !w->failed && run(w, "COMMIT") && run(w, "VACUUM");
	w->bytes = ok ? sqlite3_serialize(w->db, "main", &size, 0) : NULL;
	if (w->bytes == NULL) {
		fail(w, "there is not enough memory");
		*f = w->fault;
		return (struct blob){0};
	}
	return (struct blob){w->bytes, (size_t)size};
}

/* A rename would put the pack in the place of whatever is there: a device too, such as /dev/null. */
static bool may_replace(const char *file, struct fault *f) {
	struct stat there;
	return lstat(file, &there) != 0 || S_ISREG(there.st_mode) || S_ISLNK(there.st_mode) ||
	       fault_say(f, "%.400s is there and is no file. Give the pack another name.", file);
}

struct writer *write_open(const char *file, struct fault *f) {
	if (!may_replace(file, f)) {
		return NULL;
	}
	struct writer *w = calloc(1, sizeof *w);
	if (w == NULL || strlen(file) + 16 > sizeof w->file) {
		free(w);
		fault_say(f, "The name of the pack to write is too long. Choose a shorter one.");
		return NULL;
	}
	memcpy(w->file, file, strlen(file) + 1);
	char folder[PATH_MAX];
	memcpy(folder, file, strlen(file) + 1);
	snprintf(w->aside, sizeof w->aside, "%.4000s/.pack-XXXXXX", dirname(folder));
	int fd = mkstemp(w->aside);
	if (fd < 0) {
		fault_say(f, "The folder of %s cannot be written to (%s). Choose another place with -o.", file,
		          strerror(errno));
		free(w);
		return NULL;
	}
	close(fd);
	if (sqlite3_open_v2(w->aside, &w->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		fail(w, "it cannot be opened");
	} else if (create(w)) {
		return w;
	}
	*f = w->fault;
	write_drop(w);
	return NULL;
}

static int table_named(const char *name) {
	for (size_t i = 0; i < PACK_TABLES; i++) {
		if (strcmp(pack_tables[i].name, name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static void bind_blob(sqlite3_stmt *s, int column, struct blob b) {
	sqlite3_bind_blob64(s, column, b.size > 0 ? b.bytes : "", b.size, SQLITE_STATIC);
}

void write_row(struct writer *w, const char *table, const char *kinds, ...) {
	int index = table_named(table);
	if (w->failed || index < 0 || (int)strlen(kinds) != sqlite3_bind_parameter_count(w->inserts[index])) {
		fail(w, "a row does not fit its table");
		return;
	}
	sqlite3_stmt *s = w->inserts[index];
	va_list args;
	va_start(args, kinds);
	for (int i = 0; kinds[i] != 0; i++) {
		if (kinds[i] == 's') {
			sqlite3_bind_text(s, i + 1, va_arg(args, const char *), -1, SQLITE_STATIC);
		} else if (kinds[i] == 'i') {
			sqlite3_bind_int(s, i + 1, va_arg(args, int));
		} else if (kinds[i] == 't') {
			bind_blob(s, i + 1, typeset_bytes(&w->scratch, *va_arg(args, const struct text *)));
		} else {
			bind_blob(s, i + 1, *va_arg(args, const struct blob *));
		}
	}
	va_end(args);
	if (sqlite3_step(s) != SQLITE_DONE) {
		fail(w, sqlite3_errmsg(w->db));
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	arena_reset(&w->scratch);
}

static void close_db(struct writer *w) {
	for (size_t i = 0; i < PACK_TABLES; i++) {
		sqlite3_finalize(w->inserts[i]);
		w->inserts[i] = NULL;
	}
	sqlite3_close(w->db);
	w->db = NULL;
}

static bool sync_path(struct writer *w, const char *path, int flags) {
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return ok || fail(w, strerror(errno));
}

/* mkstemp's file is for its owner alone; a pack is for everyone to read. */
static bool open_to_all(struct writer *w) {
	mode_t mask = umask(0);
	umask(mask);
	return chmod(w->aside, 0666 & ~mask) == 0 || fail(w, strerror(errno));
}

bool write_finish(struct writer *w, struct fault *f) {
	/* VACUUM writes all rows anew in the order of their keys: the same rows make the same file. */
	bool ok = !w->failed && run(w, "COMMIT") && run(w, "VACUUM");
	close_db(w);
	char folder[PATH_MAX];
	memcpy(folder, w->file, sizeof folder);
	ok = ok && open_to_all(w) && sync_path(w, w->aside, 0);
	ok = ok && (rename(w->aside, w->file) == 0 || fail(w, strerror(errno)));
	ok = ok && sync_path(w, dirname(folder), O_DIRECTORY);
	if (!ok) {
		*f = w->fault;
	}
	write_drop(w);
	return ok;
}

void write_drop(struct writer *w) {
	if (w != NULL) {
		close_db(w);
		sqlite3_free(w->bytes);
		if (w->aside[0] != 0) {
			unlink(w->aside); /* nothing is there after a rename */
		}
		arena_free(&w->scratch);
		free(w);
	}
}
