/* For the tests of alcove-pack: a copy of the fixture that may be spoiled, and packs read back.
 * Tests run from the top of the tree, as `make test` does. */
#ifndef ALCOVE_TESTS_PACKC_FOLDER_H
#define ALCOVE_TESTS_PACKC_FOLDER_H

#include "packc/compile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FIXTURE "tests/packc/fixture"

struct folder {
	char path[64];
};

static inline void folder_run(const char *format, const char *a, const char *b) {
	char command[512];
	snprintf(command, sizeof command, format, a, b);
	assert_int_equal(system(command), 0);
}

/* A copy of the fixture in a folder of its own. */
static inline struct folder folder_new(void) {
	struct folder f = {"/tmp/alcove-packc-XXXXXX"};
	assert_non_null(mkdtemp(f.path));
	folder_run("cp -r %s/. %s", FIXTURE, f.path);
	return f;
}

static inline void folder_drop(struct folder *f) {
	folder_run("rm -r %s%s", f->path, "");
}

static inline char *folder_read(const char *path, size_t *len) {
	FILE *in = fopen(path, "rb");
	if (in == NULL) {
		fail_msg("cannot read %s", path);
	}
	char *bytes = calloc(1, 1 << 20);
	assert_non_null(bytes);
	*len = fread(bytes, 1, (1 << 20) - 1, in);
	fclose(in);
	return bytes;
}

static inline void folder_write(const struct folder *f, const char *name, const char *bytes, size_t len) {
	char path[256];
	snprintf(path, sizeof path, "%s/%s", f->path, name);
	FILE *out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

/* Puts `now` in the place of the first `was` in a file; `was` "" puts it at the end; `now` NULL deletes the file. */
static inline void folder_change(const struct folder *f, const char *name, const char *was, const char *now) {
	char path[256];
	snprintf(path, sizeof path, "%s/%s", f->path, name);
	if (now == NULL) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	size_t len = 0;
	char *bytes = access(path, F_OK) == 0 ? folder_read(path, &len) : calloc(1, 1);
	char *at = was[0] == 0 ? bytes + len : strstr(bytes, was);
	if (at == NULL) {
		free(bytes);
		fail_msg("'%s' is not in %s", was, path);
		return;
	}
	char *changed = calloc(1, len + strlen(now) + 1);
	assert_non_null(changed);
	memcpy(changed, bytes, (size_t)(at - bytes));
	strcat(changed, now);
	strcat(changed, at + strlen(was));
	folder_write(f, name, changed, strlen(changed));
	free(changed);
	free(bytes);
}

/* Walks the content; a pack is written when `out` is not NULL and nothing was wrong. `places` may be NULL. */
static inline void folder_compile_noting(const char *dir, const char *today, const char *out, struct places *places,
                                         struct arena *a, struct report *r) {
	struct fault f = {{0}};
	struct compile c;
	struct writer *w = out == NULL ? NULL : write_open(out, &f);
	*r = (struct report){.arena = a};
	if (!compile_walk((struct compile_options){.dir = dir, .assets = "assets", .today = today, .places = places}, a,
	                  r, w, &c, &f)) {
		fail_msg("%s", f.says);
	}
	if (out != NULL && r->errors == 0 && !write_finish(w, &f)) {
		fail_msg("%s", f.says);
	} else if (out != NULL && r->errors > 0) {
		write_drop(w);
	}
}

static inline void folder_compile(const char *dir, const char *today, const char *out, struct arena *a,
                                  struct report *r) {
	folder_compile_noting(dir, today, out, NULL, a, r);
}

#endif
