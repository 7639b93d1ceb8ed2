/* A place to install on, for tests: a folder with a store, the system's keys and a stick. Packs are signed by Debian's
 * minisign, never by code of ours; what is in one is a line of facts that `site_look` reads, so that these tests are
 * about the store alone. */
#ifndef ALCOVE_TESTS_STORE_SITE_H
#define ALCOVE_TESTS_STORE_SITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

struct site {
	char path[64];
};

static inline int site_try(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline int site_try(const char *format, ...) {
	char command[1200];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(command, sizeof command, format, args);
	va_end(args);
	assert_in_range(len, 1, sizeof command - 1);
	return system(command);
}

#define site_run(...) assert_int_equal(site_try(__VA_ARGS__), 0)

/* "BASE/NAME", good until the eighth call after this one. */
static inline const char *site_file(const struct site *s, const char *name) {
	static char paths[8][200];
	static int next;
	char *p = paths[next++ % 8];
	snprintf(p, sizeof paths[0], "%s/%s", s->path, name);
	return p;
}

/* A pair of keys: the public one in FOLDER/NAME.pub, the secret one aside. */
static inline void site_key(const struct site *s, const char *folder, const char *name) {
	site_run("minisign -G -W -f -p %s/%s/%s.pub -s %s/secret/%s >/dev/null", s->path, folder, name, s->path, name);
}

static inline struct site site_new(void) {
	struct site s = {"/tmp/alcove-site-XXXXXX"};
	assert_non_null(mkdtemp(s.path));
	site_run("cd %s && mkdir store keys stick secret", s.path);
	site_key(&s, "keys", "ours");
	return s;
}

static inline void site_drop(struct site *s) {
	site_run("rm -rf %s", s->path);
}

static inline void site_write(const struct site *s, const char *name, const void *bytes, size_t size) {
	FILE *file = fopen(site_file(s, name), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* Free it. */
static inline char *site_read(const struct site *s, const char *name, size_t *size) {
	FILE *file = fopen(site_file(s, name), "rb");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	char *bytes = calloc(1, *size + 1);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

/* stick/NAME.pack that says this about itself, with `more` bytes behind it. */
static inline void site_pack(const struct site *s, const char *name, const char *id, unsigned version, bool house,
                             size_t more) {
	char *bytes = calloc(1, more + 200), file[100];
	int len = snprintf(bytes, 200, "pack %s %u %s\n", id, version, house ? "house" : "library");
	for (size_t i = 0; i < more; i++) {
		bytes[(size_t)len + i] = (char)(version * 31 + i * 7 + (i >> 8));
	}
	snprintf(file, sizeof file, "stick/%s.pack", name);
	site_write(s, file, bytes, (size_t)len + more);
	free(bytes);
}

static inline void site_sign(const struct site *s, const char *name, const char *key) {
	site_run("minisign -S -s %s/secret/%s -m %s/stick/%s.pack >/dev/null", s->path, key, s->path, name);
}

static inline void site_signed_pack(const struct site *s, const char *name, const char *id, unsigned version) {
	site_pack(s, name, id, version, strstr(id, "house") != NULL, 5000);
	site_sign(s, name, "ours");
}

/* What a process without power would answer. */
static inline enum wire_reason site_look(void *self, int fd, struct store_facts *facts) {
	char line[201] = "", kind[16];
	(void)self;
	*facts = (struct store_facts){.made = "2026-11-20", .title = "A pack", .publisher = "Somebody"};
	if (pread(fd, line, sizeof line - 1, 0) <= 0 ||
	    sscanf(line, "pack %47s %u %15s", facts->id, &facts->version, kind) != 3) {
		return WIRE_NOT_A_PACK;
	}
	facts->house = strcmp(kind, "house") == 0;
	return WIRE_FINE;
}

static inline struct store *site_open(const struct site *s, enum store_mode mode) {
	struct fault f = {""};
	struct store *store = store_open(site_file(s, "store"), site_file(s, "keys"), mode, &f);
	if (store == NULL) {
		fail_msg("%s", f.says);
	}
	return store;
}

static inline int site_stick_file(const struct site *s, const char *name) {
	char file[100];
	snprintf(file, sizeof file, "stick/%s.pack", name);
	return open(site_file(s, file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* NAME.pack.minisig; the size is 0 and the answer NULL when there is none. Free it. */
static inline char *site_signature(const struct site *s, const char *name, size_t *size) {
	char file[100];
	snprintf(file, sizeof file, "stick/%s.pack.minisig", name);
	*size = 0;
	return access(site_file(s, file), F_OK) == 0 ? site_read(s, file, size) : NULL;
}

/* The whole of it, as the program does it: WIRE_FINE or why not. */
static inline enum wire_reason site_take(struct store *store, int from, const char *signature, size_t size) {
	struct stage *g = NULL;
	struct store_facts facts;
	uint64_t done = 0, total = 1;
	enum wire_reason why = stage_begin(store, from, signature, size, &g);
	while (why == WIRE_FINE && done < total) {
		why = stage_step(g, &done, &total);
	}
	why = why != WIRE_FINE ? why : stage_verify(g);
	why = why != WIRE_FINE ? why : site_look(NULL, stage_fd(g), &facts);
	why = why != WIRE_FINE ? why : stage_admit(g, &facts);
	why = why != WIRE_FINE ? why : stage_commit(g);
	stage_end(g);
	return why;
}

static inline enum wire_reason site_install(const struct site *s, struct store *store, const char *name) {
	size_t size = 0;
	char *signature = site_signature(s, name, &size);
	int from = site_stick_file(s, name);
	assert_true(from >= 0);
	enum wire_reason why = signature == NULL ? WIRE_NO_SIGNATURE : site_take(store, from, signature, size);
	close(from);
	free(signature);
	return why;
}

/* The version in use; 0 for the system's. */
static inline unsigned site_version(struct store *store, enum store_slot slot) {
	struct store_pack p;
	struct store_facts facts;
	enum wire_reason why = WIRE_FINE;
	if (!store_live(store, slot, site_look, NULL, &p, &facts, &why)) {
		assert_int_equal(p.fd, -1);
		return 0;
	}
	assert_int_equal(facts.version, p.version);
	close(p.fd);
	return p.version;
}

/* How many files are in a folder of the site's. */
static inline int site_count(const struct site *s, const char *folder) {
	DIR *list = opendir(site_file(s, folder));
	assert_non_null(list);
	int count = 0;
	for (const struct dirent *e; (e = readdir(list)) != NULL;) {
		count += e->d_name[0] != '.';
	}
	closedir(list);
	return count;
}

#endif
