#include "packc/po.h"

#include <gettext-po.h>
#include <setjmp.h>
#include <string.h>
#ifdef ALCOVE_DEVELOPER
#include <sanitizer/lsan_interface.h>
#endif

/* libgettextpo tells its errors to functions without any argument of ours, and a fatal one must not return: so, here
 * alone, what they need is a static. It is set for the length of one po_file_read. */
static struct {
	struct report *report;
	const char *file;
	jmp_buf out;
} telling;

static void tell(int severity, const char *file, size_t line, const char *message) {
	if (severity != PO_SEVERITY_WARNING) {
		size_t len = strcspn(message, "\n");
		struct where where = {telling.file, file == NULL || line == (size_t)-1 ? 0 : (int)line};
		report_error(telling.report, where, "%.*s. Correct this entry of the .po file.", (int)len, message);
	}
	if (severity == PO_SEVERITY_FATAL_ERROR) {
		longjmp(telling.out, 1);
	}
}

static void on_error(int severity, po_message_t message, const char *file, size_t line, size_t column, int multiline,
                     const char *text) {
	(void)message;
	(void)column;
	(void)multiline;
	tell(severity, file, line, text);
}

static void on_pair(int severity, po_message_t message1, const char *file1, size_t line1, size_t column1,
                    int multiline1, const char *text1, po_message_t message2, const char *file2, size_t line2,
                    size_t column2, int multiline2, const char *text2) {
	(void)message1;
	(void)column1;
	(void)multiline1;
	(void)message2;
	(void)file2;
	(void)line2;
	(void)column2;
	(void)multiline2;
	(void)text2;
	tell(severity, file1, line1, text1);
}

/* libgettextpo 0.21 never gives back some of what it reads into: no fault of ours, and it is not to hide one of ours. */
static void quiet_leaks(bool quiet) {
#ifdef ALCOVE_DEVELOPER
	if (quiet) {
		__lsan_disable();
	} else {
		__lsan_enable();
	}
#else
	(void)quiet;
#endif
}

/* The file, or NULL after a fatal error, which is in the report. */
static po_file_t open_po(struct report *r, const char *file) {
	static const struct po_xerror_handler handler = {on_error, on_pair};
	telling.report = r;
	telling.file = file;
	if (setjmp(telling.out) != 0) {
		quiet_leaks(false);
		return NULL; /* what the library had taken is lost; the program is about to end anyway */
	}
	quiet_leaks(true);
	po_file_t po = po_file_read(file, &handler);
	quiet_leaks(false);
	return po;
}

/* The library keeps no line of a message, so it is looked for: the line that reads msgctxt "ID"; with `key` msgid, one
 * that begins so. */
static int line_of(struct arena *a, const struct source *s, const char *key, const char *id) {
	bool whole = strcmp(key, "msgctxt") == 0;
	const char *line = arena_print(a, "%s \"%.*s%s", key, (int)strcspn(id, "\"\\\n"), id, whole ? "\"" : "");
	for (const char *at = strstr(s->bytes, line); at != NULL; at = strstr(at + 1, line)) {
		if (at == s->bytes || at[-1] == '\n') {
			return source_line(s->bytes, at);
		}
	}
	return 1; /* written in another way: somewhere in this file */
}

static bool take(struct arena *a, struct report *r, const struct source *s, po_message_t m, struct po_entry *e) {
	const char *id = po_message_msgctxt(m);
	const char *english = po_message_msgid(m);
	if (id == NULL) {
		return english[0] == 0 /* the header */ ||
		       report_error(
		           r, (struct where){s->file, line_of(a, s, "msgid", english)},
		           "The entry \"%.60s\" has no msgctxt. Add a line msgctxt with its id before its msgid.",
		           english);
	}
	const char *text = po_message_msgstr(m);
	e->id = arena_copy(a, id, strlen(id));
	e->english = arena_copy(a, english, strlen(english));
	e->text = arena_copy(a, text, strlen(text));
	e->line = line_of(a, s, "msgctxt", id);
	if (po_message_is_fuzzy(m)) {
		return report_error(r, (struct where){s->file, e->line},
		                    "'%s' is marked fuzzy. Check the translation, then delete the word fuzzy.", id);
	}
	return true;
}

static int count_messages(po_file_t po) {
	int count = 0;
	po_message_iterator_t it = po_message_iterator(po, NULL);
	while (po_next_message(it) != NULL) {
		count++;
	}
	po_message_iterator_free(it);
	return count;
}

bool po_read(struct arena *a, struct report *r, const char *file, struct po *out) {
	*out = (struct po){.file = file, .lines = source_exists(file) ? 1 : 0};
	struct source s;
	if (!source_read(a, r, file, &s)) {
		return false;
	}
	out->lines = source_line(s.bytes, s.bytes + s.len);
	int errors = r->errors;
	po_file_t po = open_po(r, file);
	if (po == NULL) {
		return r->errors > errors ||
		       report_error(r, (struct where){file, 0}, "The file cannot be read. Check that it is there.");
	}
	out->entries = arena_array(a, (size_t)count_messages(po) + 1, sizeof *out->entries);
	po_message_iterator_t it = po_message_iterator(po, NULL);
	for (po_message_t m = po_next_message(it); m != NULL; m = po_next_message(it)) {
		struct po_entry e = {0};
		if (!po_message_is_obsolete(m) && take(a, r, &s, m, &e) && e.id != NULL) {
			out->entries[out->count++] = e;
		}
	}
	po_message_iterator_free(it);
	po_file_free(po);
	return r->errors == errors;
}

const struct po_entry *po_find(const struct po *po, const char *id) {
	for (int i = 0; i < po->count; i++) {
		if (strcmp(po->entries[i].id, id) == 0) {
			return &po->entries[i];
		}
	}
	return NULL;
}
