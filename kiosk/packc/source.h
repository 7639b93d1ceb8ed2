/* A writer's files as they lie on the disk: read whole, checked to be clean UTF-8, folders in a fixed order.
 * It never writes and never looks outside the folder it is given. */
#ifndef ALCOVE_PACKC_SOURCE_H
#define ALCOVE_PACKC_SOURCE_H

#include "packc/report.h"

#include <stddef.h>

#define SOURCE_MAX_FILE 900000 /* bytes: a blob of a pack stays under 1 MB */
#define SOURCE_MAX_ID 39       /* with "module:" before it, it must fit WIRE_ID */

struct source {
	const char *file;
	const char *bytes; /* zero-terminated; lines end in \n, no byte order mark, no control characters */
	size_t len;
};

/* NULL bytes and an error in the report when it cannot be read or is not clean text. */
bool source_read(struct arena *a, struct report *r, const char *file, struct source *out);

bool source_exists(const char *file);
bool source_is_folder(const char *path);

struct source_list {
	const char **names;
	int count;
};

/* Names in a folder that end in `suffix` ("" for folders), without it, in the order of their bytes. Names that begin
 * with a dot are left out. An absent folder is an empty one. */
struct source_list source_folder(struct arena *a, const char *path, const char *suffix);

/* DIR/NAME.SUFFIX and the like. */
const char *source_path(struct arena *a, const char *folder, const char *name);

/* Lower-case letters, digits, '-', '.', '_'; at most SOURCE_MAX_ID bytes. */
bool source_id_ok(const char *id);

/* Line of a place in the text, from 1. */
int source_line(const char *bytes, const char *at);

/* "2026-11-20", a day that exists. */
bool source_date_ok(const char *iso);

struct source_day {
	int year, month, day; /* from 1 */
};

/* Its parts; only for a date that is ok. */
struct source_day source_day(const char *iso);

/* A copy without white space at its ends. */
char *source_trim(struct arena *a, const char *bytes, size_t len);

#endif
