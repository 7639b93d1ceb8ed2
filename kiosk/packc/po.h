/* Translations from a gettext .po file: id (msgctxt), the English it was made from (msgid), the translation (msgstr).
 * It never decides what must be there. */
#ifndef ALCOVE_PACKC_PO_H
#define ALCOVE_PACKC_PO_H

#include "packc/source.h"

struct po_entry {
	const char *id, *english, *text; /* text: "" when not translated */
	int line;                        /* of the msgctxt */
};

struct po {
	const char *file;
	struct po_entry *entries;
	int count;
	int lines; /* of the file: what is missing is told at its end; 0 when it is not there */
};

bool po_read(struct arena *a, struct report *r, const char *file, struct po *out);
const struct po_entry *po_find(const struct po *po, const char *id);

#endif
