/* Small packs made straight with SQLite from the shipped schema, for tests of the reader. A real pack comes from
 * alcove-pack; these are for what it would never make. */
#ifndef ALCOVE_TESTS_MAKE_PACK_H
#define ALCOVE_TESTS_MAKE_PACK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/schema.h"
#include "base/text.h"
#include "visit/pure/words.h"

struct making {
	sqlite3 *db;
	char path[64];
};

static inline void making_do(struct making *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void making_do(struct making *m, const char *format, ...) {
	char sql[4000], *error = NULL;
	va_list args;
	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	if (sqlite3_exec(m->db, sql, NULL, NULL, &error) != SQLITE_OK) {
		fail_msg("%s: %s", error, sql);
	}
}

/* t(words, script, rtl): the words as a text in the form of base/text.h, one piece a word. */
static inline void sql_text(sqlite3_context *c, int count, sqlite3_value **value) {
	(void)count;
	const char *utf8 = (const char *)sqlite3_value_text(value[0]);
	uint32_t script = (uint32_t)sqlite3_value_int64(value[1]), len = (uint32_t)strlen(utf8);
	uint8_t level = (uint8_t)sqlite3_value_int(value[2]), blob[4000] = {1, level};
	uint16_t pieces = 0;
	for (uint32_t at = 0; at < len; pieces++) {
		uint16_t word = (uint16_t)strcspn(utf8 + at, " "), space = utf8[at + word] == ' ' ? 1 : 0;
		uint8_t *p = blob + TEXT_HEAD_BYTES + TEXT_PIECE_BYTES * pieces;
		memcpy(p, &at, 4);
		memcpy(p + 4, &word, 2);
		memcpy(p + 6, &space, 2);
		p[8] = level;
		p[9] = PIECE_BREAK;
		memcpy(p + 12, &script, 4);
		memcpy(p + 16, &script, 4);
		at += word + (uint32_t)space;
	}
	memcpy(blob + 2, &pieces, 2);
	memcpy(blob + 4, &len, 4);
	size_t head = TEXT_HEAD_BYTES + (size_t)TEXT_PIECE_BYTES * pieces;
	memcpy(blob + head, utf8, len);
	sqlite3_result_blob(c, blob, (int)(head + len), SQLITE_TRANSIENT);
}

/* An empty pack with the shipped schema, except that `swap`, if not NULL, stands for the table of its name. */
static inline struct making making_begin(const struct pack_table *swap) {
	struct making m = {.path = "/tmp/alcove-test-XXXXXX"};
	int fd = mkstemp(m.path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sqlite3_open_v2(m.path, &m.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix"), SQLITE_OK);
	assert_int_equal(sqlite3_create_function(m.db, "t", 3, SQLITE_UTF8, NULL, sql_text, NULL, NULL), SQLITE_OK);
	making_do(&m, "PRAGMA page_size=%d; PRAGMA application_id=%d; PRAGMA user_version=%d; PRAGMA synchronous=OFF",
	          PACK_PAGE_SIZE, PACK_APPLICATION_ID, PACK_SCHEMA);
	for (size_t i = 0; i < PACK_TABLES; i++) {
		bool swapped = swap != NULL && strcmp(swap->name, pack_tables[i].name) == 0;
		making_do(&m, "%s", swapped ? swap->sql : pack_tables[i].sql);
	}
	return m;
}

static inline void making_word(struct making *m, const char *lang, const char *id, const char *says, uint32_t script,
                               int rtl) {
	char *quoted = sqlite3_mprintf("%Q", says); /* a word may have an apostrophe */
	making_do(m, "INSERT INTO word VALUES ('%s', '%s', t(%s, %u, %d))", lang, id, quoted, script, rtl);
	sqlite3_free(quoted);
}

/* A language with all its words, each the English one behind the code, except the one called `without`. */
static inline void making_language(struct making *m, int position, const char *lang, const char *name, uint32_t script,
                                   int rtl, const char *without) {
	static const char *const words[][2] = {
#define X(constant, id, english) {id, english},
	    WORDS(X)
#undef X
	};
	making_do(m, "INSERT INTO language VALUES (%d, '%s', %d, 1, t('%s', %u, %d), t('Begin %s', %u, %d))", position,
	          lang, rtl, name, script, rtl, lang, script, rtl);
	for (int i = 0; i < W_COUNT; i++) {
		if (without == NULL || strcmp(words[i][0], without) != 0) {
			making_word(m, lang, words[i][0], words[i][1], script, rtl);
		}
	}
}

/* A module whose pages say "TITLE N" and "PARAGRAPH N". */
static inline void making_module(struct making *m, const char *lang, int position, const char *id, const char *title,
                                 int pages) {
	making_do(m,
	          "INSERT INTO module VALUES ('%s', '%s', 0, %d, 'home', 1, %d, t('%s', %u, 0), t('', 0, 0), 'none')",
	          lang, id, position, pages, title, TAG_LATIN);
	for (int i = 1; i <= pages; i++) {
		making_do(m, "INSERT INTO page VALUES ('%s', '%s', %d, '', 'house', 0, t('%s %d', %u, 0))", lang, id, i,
		          title, i, TAG_LATIN);
		making_do(m, "INSERT INTO block VALUES ('%s', '%s', %d, 1, 1, '', t('Paragraph %d of %s', %u, 0))",
		          lang, id, i, i, title, TAG_LATIN);
	}
}

/* Closes it and gives the file's bytes; the file is gone. Free them. */
static inline unsigned char *making_end(struct making *m, size_t *size) {
	assert_int_equal(sqlite3_close(m->db), SQLITE_OK);
	FILE *file = fopen(m->path, "rb");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	unsigned char *bytes = malloc(*size + 1);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	unlink(m->path);
	return bytes;
}

#endif
