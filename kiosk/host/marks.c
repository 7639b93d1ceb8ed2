#include "host/marks.h"

#include "store/durable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FILE_NAME[] = "marks";

/* A line of the file at its longest: "wrong DIGITS PACK VERSION DATE". */
enum { LINE = 8 + WIRE_DIGITS + WIRE_ID + 12 + WIRE_DATE };

static void drop(struct marks *m, int i) {
	m->count--;
	memmove(&m->rows[i], &m->rows[i + 1], (size_t)(m->count - i) * sizeof m->rows[0]);
}

static int find(const struct marks *m, const char *digits) {
	for (int i = 0; i < m->count; i++) {
		if (strcmp(m->rows[i].digits, digits) == 0) {
			return i;
		}
	}
	return -1;
}

static int count_wrong(const struct marks *m) {
	int count = 0;
	for (int i = 0; i < m->count; i++) {
		count += m->rows[i].wrong;
	}
	return count;
}

/* There is one, for fewer are wrong than there is room. */
static void drop_oldest_right(struct marks *m) {
	int i = 0;
	while (m->rows[i].wrong) {
		i++;
	}
	drop(m, i);
}

bool marks_set(struct marks *m, const struct mark *mark) {
	int old = find(m, mark->digits);
	bool was_wrong = old >= 0 && m->rows[old].wrong;
	if (mark->wrong && !was_wrong && count_wrong(m) == WIRE_HIDDEN) {
		return false;
	}
	if (old >= 0) {
		drop(m, old);
	} else if (m->count == MARKS_ROOM) {
		drop_oldest_right(m);
	}
	m->rows[m->count++] = *mark;
	return true;
}

bool marks_settle(struct marks *m, const char *pack, uint32_t version) {
	bool any = false;
	for (int i = m->count - 1; i >= 0; i--) {
		if (strcmp(m->rows[i].pack, pack) == 0 && m->rows[i].version < version) {
			drop(m, i);
			any = true;
		}
	}
	return any;
}

void marks_hidden(const struct marks *m, char hidden[WIRE_HIDDEN][WIRE_DIGITS]) {
	int n = 0;
	memset(hidden, 0, (size_t)WIRE_HIDDEN * WIRE_DIGITS);
	for (int i = 0; i < m->count && n < WIRE_HIDDEN; i++) {
		if (m->rows[i].wrong) {
			memcpy(hidden[n++], m->rows[i].digits, WIRE_DIGITS);
		}
	}
}

/* --- kept ------------------------------------------------------------------------------------------------------- */

/* The next word of a line, ended by one space or the line's end; NULL when it is longer than there is room. */
static char *word(char **at, size_t room) {
	char *begin = *at;
	size_t n = strcspn(begin, " ");
	if (n == 0 || n >= room) {
		return NULL;
	}
	*at = begin + n + (begin[n] == ' ');
	begin[n] = 0;
	return begin;
}

static bool digits_only(const char *s) {
	return s[0] != 0 && strspn(s, "0123456789") == strlen(s);
}

static bool parse_line(char *line, struct mark *mark) {
	const char *kind = word(&line, 8), *digits = word(&line, WIRE_DIGITS), *pack = word(&line, WIRE_ID),
	           *version = word(&line, 12), *on = word(&line, WIRE_DATE);
	if (kind == NULL || digits == NULL || pack == NULL || version == NULL || on == NULL || line[0] != 0 ||
	    !digits_only(digits) || !digits_only(version) || strspn(on, "0123456789-") != strlen(on)) {
		return false;
	}
	mark->wrong = strcmp(kind, "wrong") == 0;
	mark->version = (uint32_t)strtoul(version, NULL, 10);
	snprintf(mark->digits, sizeof mark->digits, "%s", digits);
	snprintf(mark->pack, sizeof mark->pack, "%s", strcmp(pack, "-") == 0 ? "" : pack);
	snprintf(mark->on, sizeof mark->on, "%s", strcmp(on, "-") == 0 ? "" : on);
	return mark->wrong || strcmp(kind, "right") == 0;
}

static bool parse(struct marks *m, char *text) {
	while (text[0] != 0) {
		char *end = strchr(text, '\n');
		struct mark mark = {.version = 0};
		if (end == NULL) {
			return false;
		}
		*end = 0;
		if (!parse_line(text, &mark) || m->count == MARKS_ROOM || !marks_set(m, &mark)) {
			return false;
		}
		text = end + 1;
	}
	return true;
}

bool marks_read(struct marks *m, int dir) {
	enum { ROOM = MARKS_ROOM * LINE + 1 };
	char *text = malloc(ROOM);
	m->count = 0;
	bool read = text != NULL && durable_read(dir, FILE_NAME, text, ROOM) >= 0;
	bool fine = read ? parse(m, text) : text != NULL && errno == ENOENT;
	m->count = fine ? m->count : 0;
	free(text);
	return fine;
}

bool marks_write(const struct marks *m, int dir) {
	enum { ROOM = MARKS_ROOM * LINE + 1 };
	char *text = malloc(ROOM);
	size_t used = 0;
	for (int i = 0; i < m->count && text != NULL; i++) {
		const struct mark *r = &m->rows[i];
		used += (size_t)snprintf(text + used, ROOM - used, "%s %s %s %u %s\n", r->wrong ? "wrong" : "right",
		                         r->digits, r->pack[0] != 0 ? r->pack : "-", r->version,
		                         r->on[0] != 0 ? r->on : "-");
	}
	bool fine = text != NULL && durable_write(dir, FILE_NAME, text, used);
	free(text);
	return fine;
}
