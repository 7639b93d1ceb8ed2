#include "packc/info.h"

#include "base/schema.h"
#include "base/text.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Offsets in the header of an SQLite file (fileformat2, 1.3). */
enum { HEADER = 100, AT_WRITE_VERSION = 18, AT_USER_VERSION = 60, AT_APPLICATION_ID = 68 };

static uint32_t big_endian(const uint8_t *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool header_ok(const char *file, struct fault *f) {
	uint8_t h[HEADER];
	FILE *in = fopen(file, "rb");
	if (in == NULL) {
		return fault_say(f, "%s cannot be opened (%s). Check the name.", file, strerror(errno));
	}
	size_t len = fread(h, 1, sizeof h, in);
	fclose(in);
	if (len < sizeof h || memcmp(h, "SQLite format 3", 16) != 0 ||
	    big_endian(h + AT_APPLICATION_ID) != PACK_APPLICATION_ID) {
		return fault_say(f, "%s is not a pack. Give a file that alcove-pack build has made.", file);
	}
	if (big_endian(h + AT_USER_VERSION) != PACK_SCHEMA || h[AT_WRITE_VERSION] != 1 ||
	    h[AT_WRITE_VERSION + 1] != 1) {
		return fault_say(f, "%s was made by another version of alcove-pack. Build it again with this one.",
		                 file);
	}
	return true;
}

struct printing {
	struct arena *a;
	sqlite3 *db;
	const char *lines;
	bool failed;
};

/* Appends a line for every row; `format` takes the first three columns as strings. */
static void each(struct printing *p, const char *sql, const char *label) {
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(p->db, sql, -1, &s, NULL) != SQLITE_OK) {
		p->failed = true;
		return;
	}
	int step = 0;
	while ((step = sqlite3_step(s)) == SQLITE_ROW) {
		p->lines = arena_print(p->a, "%s%s", p->lines, label);
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			const char *cell = NULL;
			if (sqlite3_column_type(s, i) != SQLITE_BLOB) {
				cell = (const char *)sqlite3_column_text(s, i);
			} else {
				struct text t;
				text_decode(p->a, sqlite3_column_blob(s, i), (size_t)sqlite3_column_bytes(s, i), &t);
				cell = t.utf8;
			}
			p->lines = arena_print(p->a, "%s %s", p->lines, cell == NULL ? "" : cell);
		}
		p->lines = arena_print(p->a, "%s\n", p->lines);
	}
	p->failed = p->failed || step != SQLITE_DONE;
	sqlite3_finalize(s);
}

const char *info_lines(struct arena *a, const char *file, struct fault *f) {
	if (!header_ok(file, f)) {
		return NULL;
	}
	struct printing p = {.a = a, .lines = ""};
	if (sqlite3_open_v2(file, &p.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		sqlite3_close(p.db);
		fault_say(f, "%s cannot be opened. Check the name.", file);
		return NULL;
	}
	sqlite3_db_config(p.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(p.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	each(&p, "SELECT key || ':', value FROM fact ORDER BY key", "");
	each(&p,
	     "SELECT lang || ':', t_name, iif(reviewed, '(reviewed)', '(not reviewed)') || ', modules: ' || "
	     "(SELECT count(*) FROM module m WHERE m.lang = l.lang) || ', pages: ' || "
	     "(SELECT count(*) FROM page g WHERE g.lang = l.lang) || ', words: ' || "
	     "(SELECT count(*) FROM word w WHERE w.lang = l.lang) FROM language l ORDER BY position",
	     "language");
	each(&p,
	     "SELECT lang || '/' || id || ':', t_title, '(pages: ' || pages || iif(audience, ', for staff', '') || ')' "
	     "FROM module ORDER BY lang, audience, position",
	     "module");
	each(&p,
	     "SELECT s.id || ':', s.t_name, (SELECT group_concat(p.type || ' ' || p.number, ', ') FROM phone p "
	     "WHERE p.service = s.id), '(assured ' || s.assured_date || ')' FROM service s "
	     "WHERE lang = (SELECT lang FROM language ORDER BY position LIMIT 1) ORDER BY s.position",
	     "number");
	each(&p, "SELECT count(*) FROM picture", "pictures:");
	sqlite3_close(p.db);
	if (p.failed) {
		fault_say(f, "%s is damaged. Build it or copy it again.", file);
		return NULL;
	}
	return p.lines;
}
