/* Writes a pack: one SQLite file, beside its place and then renamed into it, so that a failed build leaves the old one.
 * It knows the schema and nothing of what the rows mean. */
#ifndef ALCOVE_PACKC_WRITE_H
#define ALCOVE_PACKC_WRITE_H

#include "base/fault.h"
#include "packc/typeset.h"

struct writer;

/* NULL with the sentence set when the folder cannot be written to. */
struct writer *write_open(const char *file, struct fault *f);

/* A writer that opens no file, now or later: the pack is in memory. For a process that may not open any. */
struct writer *write_memory(struct fault *f);
/* Its bytes, which stay until write_drop; of size 0 with the sentence set on failure. In place of write_finish. */
struct blob write_bytes(struct writer *w, struct fault *f);

/* One row. `kinds`: a letter for each column in the order of the schema: s a const char *, i an int, t a struct text *
 * (stored as base/text.h says), b a struct blob *. The first failure is kept and told by write_finish. */
void write_row(struct writer *w, const char *table, const char *kinds, ...);

/* Makes the file whole and puts it in its place. Frees the writer, also on failure. */
bool write_finish(struct writer *w, struct fault *f);

/* Throws away what was written. NULL is fine. */
void write_drop(struct writer *w);

#endif
