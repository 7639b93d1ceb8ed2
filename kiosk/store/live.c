#include "store/live.h"

#include "store/durable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "alcove store 1";

enum { LIVE_FILE_MOST = 1024 };

static bool sane_id(const char *id) {
	return id[0] != 0 && strlen(id) < WIRE_ID &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:/._") == strlen(id);
}

/* A whole number without anything around it. */
static bool read_version(const char *text, uint32_t *out) {
	if (text[0] == 0 || strlen(text) > 10 || strspn(text, "0123456789") != strlen(text)) {
		return false;
	}
	unsigned long long v = strtoull(text, NULL, 10);
	*out = (uint32_t)v;
	return v <= UINT32_MAX;
}

/* "NAME none" or "NAME VERSION ID signed|own HASH". */
static bool read_entry(char *line, const char *name, struct live_entry *e) {
	char *rest = NULL, *word[6] = {0};
	int count = 0;
	for (char *w = strtok_r(line, " ", &rest); w != NULL && count < 6; w = strtok_r(NULL, " ", &rest)) {
		word[count++] = w;
	}
	unsigned char hash[MINISIG_HASH];
	if (count < 2 || strcmp(word[0], name) != 0) {
		return false;
	}
	if (count == 2) {
		return strcmp(word[1], "none") == 0;
	}
	if (count != 5 || !read_version(word[1], &e->version) || !sane_id(word[2]) || !minisig_unhex(word[4], hash)) {
		return false;
	}
	e->own = strcmp(word[3], "own") == 0;
	snprintf(e->id, sizeof e->id, "%s", word[2]);
	minisig_hex(hash, e->hash);
	e->there = e->own || strcmp(word[3], "signed") == 0;
	return e->there;
}

enum live_state live_read(int dir, struct live *out) {
	char text[LIVE_FILE_MOST], *rest = NULL;
	*out = (struct live){0};
	ssize_t size = durable_read(dir, "live", text, sizeof text);
	if (size < 0) {
		return errno == ENOENT ? LIVE_NONE : LIVE_BROKEN;
	}
	/* The last line's end is there, so nothing of it is missing. */
	if (size == 0 || text[size - 1] != '\n') {
		return LIVE_BROKEN;
	}
	struct live l = {0};
	char *line[4] = {0};
	int count = 0;
	for (char *w = strtok_r(text, "\n", &rest); w != NULL && count < 4; w = strtok_r(NULL, "\n", &rest)) {
		line[count++] = w;
	}
	if (count != 3 || strcmp(line[0], head) != 0 || !read_entry(line[1], "current", &l.current) ||
	    !read_entry(line[2], "previous", &l.previous)) {
		return LIVE_BROKEN;
	}
	*out = l;
	return LIVE_READ;
}

static int print_entry(char *out, size_t room, const char *name, const struct live_entry *e) {
	if (!e->there) {
		return snprintf(out, room, "%s none\n", name);
	}
	return snprintf(out, room, "%s %u %s %s %s\n", name, e->version, e->id, e->own ? "own" : "signed", e->hash);
}

bool live_write(int dir, const struct live *l) {
	char text[LIVE_FILE_MOST];
	int len = snprintf(text, sizeof text, "%s\n", head);
	len += print_entry(text + len, sizeof text - (size_t)len, "current", &l->current);
	len += print_entry(text + len, sizeof text - (size_t)len, "previous", &l->previous);
	return durable_write(dir, "live", text, (size_t)len);
}
