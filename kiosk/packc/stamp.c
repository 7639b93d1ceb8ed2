#include "packc/stamp.h"

#include "packc/pack.h"
#include "packc/twin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where line `number` (from 1) begins. */
static const char *line_at(const char *bytes, int number) {
	for (; number > 1; number--) {
		const char *end = strchr(bytes, '\n');
		if (end == NULL) {
			return bytes + strlen(bytes);
		}
		bytes = end + 1;
	}
	return bytes;
}

/* The line that the mark goes into: its own, or the one before which it is put. */
static int line_for(const struct md_file *f, const char *bytes, bool *there) {
	struct where where;
	*there = markdown_head(f, TWIN_KEY, &where)[0] != 0;
	if (*there) {
		return where.line;
	}
	int line = 2;
	while (strncmp(line_at(bytes, line), "---", 3) != 0 && *line_at(bytes, line) != 0) {
		line++;
	}
	return line;
}

static char *read_whole(struct arena *a, const char *file) {
	FILE *in = fopen(file, "rb");
	char *bytes = arena_get(a, SOURCE_MAX_FILE + 2);
	size_t len = in == NULL ? 0 : fread(bytes, 1, SOURCE_MAX_FILE + 1, in);
	bool whole = in != NULL && ferror(in) == 0 && len <= SOURCE_MAX_FILE;
	if (in != NULL) {
		fclose(in);
	}
	return whole ? bytes : NULL;
}

/* Beside its place and then renamed, so that a full disk leaves the old file. */
static bool replace_file(const char *file, const char *head, size_t head_len, const char *line, const char *rest) {
	char aside[4096];
	if (snprintf(aside, sizeof aside, "%s.stamp-XXXXXX", file) >= (int)sizeof aside) {
		return false;
	}
	int fd = mkstemp(aside);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");
	if (out == NULL) {
		return false;
	}
	bool written = fwrite(head, 1, head_len, out) == head_len && fputs(line, out) >= 0 && fputs(rest, out) >= 0;
	written = fclose(out) == 0 && written;
	if (!written || chmod(aside, 0644) != 0 || rename(aside, file) != 0) {
		unlink(aside);
		return false;
	}
	return true;
}

/* True when the file was changed. */
static bool stamp_file(struct arena *a, struct report *r, const struct md_file *original, const struct md_file *t) {
	const char *file = t->where.file;
	if (original->page_count != t->page_count) {
		return report_error(r, t->where,
		                    "This file has %d pages, the original has %d. Make them the same first.",
		                    t->page_count, original->page_count);
	}
	struct where where;
	const char *marks = twin_marks(a, original);
	if (strcmp(markdown_head(t, TWIN_KEY, &where), marks) == 0) {
		return false;
	}
	const char *bytes = read_whole(a, file);
	if (bytes == NULL) {
		return report_error(r, (struct where){file, 0}, "The file cannot be read. Check that it is there.");
	}
	bool there = false;
	int number = line_for(t, bytes, &there);
	const char *at = line_at(bytes, number);
	const char *first_end = strchr(bytes, '\n');
	const char *end = first_end != NULL && first_end > bytes && first_end[-1] == '\r' ? "\r\n" : "\n";
	const char *line = arena_print(a, TWIN_KEY ": %s%s", marks, end);
	if (!replace_file(file, bytes, (size_t)(at - bytes), line, there ? line_at(bytes, number + 1) : at)) {
		return report_error(r, (struct where){file, 0}, "The file cannot be written (%s). Check who owns it.",
		                    strerror(errno));
	}
	return true;
}

static bool has_language(const struct pack *p, const char *code) {
	for (int i = 0; i < p->language_count; i++) {
		if (strcmp(p->languages[i].code, code) == 0) {
			return true;
		}
	}
	return false;
}

static const char *file_of(struct arena *a, const struct stamp_options *o, const char *module, const char *lang) {
	return arena_print(a, "%s/modules/%s/%s.md", o->dir, module, lang);
}

int stamp_folder(struct arena *a, struct report *r, struct stamp_options o, struct fault *f) {
	struct pack pack;
	if (!pack_read(a, r, o.dir, &pack) || r->errors > 0) {
		fault_say(f, "pack.ini of %s cannot be read. Run alcove-pack check %s first.", o.dir, o.dir);
		return -1;
	}
	const char *original = pack_original(&pack)->code;
	if (!has_language(&pack, o.lang) || strcmp(o.lang, original) == 0) {
		fault_say(f, "'%s' is not a language that %s is translated into. Use one of those in pack.ini.", o.lang,
		          o.dir);
		return -1;
	}
	struct source_list modules = source_folder(a, source_path(a, o.dir, "modules"), "");
	int changed = 0;
	int seen = 0;
	for (int i = 0; i < modules.count; i++) {
		const char *from = file_of(a, &o, modules.names[i], original);
		const char *to = file_of(a, &o, modules.names[i], o.lang);
		bool wanted = o.module == NULL || strcmp(o.module, modules.names[i]) == 0;
		struct md_file english;
		struct md_file translation;
		if (wanted && source_exists(from) && source_exists(to) &&
		    markdown_read(a, r, from, MD_MODULE, &english) &&
		    markdown_read(a, r, to, MD_MODULE, &translation)) {
			seen++;
			changed += stamp_file(a, r, &english, &translation);
		}
	}
	if (seen == 0) {
		fault_say(f, "There is nothing to stamp: no module that is there in %s and in %s.", original, o.lang);
		return -1;
	}
	return changed;
}
