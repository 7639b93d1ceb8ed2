#include "slots/system.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char digits[] = "0123456789";
static const char names[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

/* What is left of the head: lines, each ended by a new line. */
struct rest {
	const char *at;
};

static bool take_word(struct rest *r, const char *word) {
	size_t len = strlen(word);
	if (strncmp(r->at, word, len) != 0) {
		return false;
	}
	r->at += len;
	return true;
}

/* Letters out of `of`, and the one that ends them. */
static bool take_name(struct rest *r, const char *of, char end, char *out, size_t room) {
	size_t len = strspn(r->at, of);
	if (len == 0 || len >= room || r->at[len] != end) {
		return false;
	}
	memcpy(out, r->at, len);
	out[len] = 0;
	r->at += len + 1;
	return true;
}

/* A number in the one way in which it can be written, up to `most`, at the end of its line. */
static bool take_number(struct rest *r, uint64_t most, uint32_t *out) {
	char text[12];
	uint64_t n = 0;
	if (!take_name(r, digits, '\n', text, sizeof text) || (text[0] == '0' && text[1] != 0)) {
		return false;
	}
	for (const char *c = text; *c != 0; c++) {
		n = n * 10 + (uint64_t)(*c - '0');
	}
	*out = (uint32_t)n;
	return n <= most;
}

/* The name becomes one of a file on FAT: no two alike, and nothing that leads elsewhere. */
static bool take_part(struct rest *r, struct system_head *h) {
	struct system_part *p = &h->boot[h->boot_count];
	if (h->boot_count == SYSTEM_PARTS || !take_name(r, names, ' ', p->name, sizeof p->name) || p->name[0] == '.' ||
	    !take_number(r, SYSTEM_BOOT_MOST, &p->size) || p->size == 0) {
		return false;
	}
	for (int i = 0; i < h->boot_count; i++) {
		if (strcmp(h->boot[i].name, p->name) == 0) {
			return false;
		}
	}
	h->boot_count++;
	return true;
}

static bool take_parts(struct rest *r, struct system_head *h) {
	uint64_t boot = 0;
	while (take_word(r, "boot ")) {
		if (!take_part(r, h)) {
			return false;
		}
		boot += h->boot[h->boot_count - 1].size;
	}
	h->total = SYSTEM_HEAD + (uint64_t)h->slot + boot;
	return h->boot_count > 0 && boot <= SYSTEM_BOOT_MOST && take_word(r, "end\n");
}

static bool take_all(struct rest *r, struct system_head *h) {
	return take_word(r, "arch ") && take_name(r, names, '\n', h->arch, sizeof h->arch) &&
	       take_word(r, "version ") && take_number(r, UINT32_MAX, &h->version) && h->version > 0 &&
	       take_word(r, "least ") && take_number(r, UINT32_MAX, &h->least) && take_word(r, "slot ") &&
	       take_number(r, SYSTEM_SLOT_MOST, &h->slot) && h->slot > 0 && h->slot % SYSTEM_BLOCK == 0 &&
	       take_parts(r, h);
}

enum wire_reason system_read(const char head[SYSTEM_HEAD], struct system_head *out) {
	char text[SYSTEM_HEAD + 1];
	struct rest r = {text};
	memset(out, 0, sizeof *out);
	memcpy(text, head, SYSTEM_HEAD);
	text[SYSTEM_HEAD] = 0;
	if (!take_word(&r, "alcove-system ")) {
		return WIRE_NOT_A_PACK;
	}
	if (!take_word(&r, "1\n")) {
		uint32_t format = 0;
		return take_number(&r, UINT32_MAX, &format) && format > 1 ? WIRE_NEWER_PROGRAM : WIRE_DAMAGED;
	}
	if (!take_all(&r, out)) {
		return WIRE_DAMAGED;
	}
	while (r.at < text + SYSTEM_HEAD && *r.at == 0) {
		r.at++;
	}
	return r.at == text + SYSTEM_HEAD ? WIRE_FINE : WIRE_DAMAGED;
}

enum wire_reason system_fits(const struct system_head *h, const char *arch, uint32_t running) {
	if (strcmp(h->arch, arch) != 0) {
		return WIRE_OTHER_PRODUCT;
	}
	if (h->version <= running) {
		return h->version == running ? WIRE_SAME : WIRE_OLDER;
	}
	return h->least > running ? WIRE_NEWER_PROGRAM : WIRE_FINE;
}

void system_made(uint32_t version, char out[WIRE_DATE]) {
	time_t t = (time_t)version;
	struct tm tm;
	memset(out, 0, WIRE_DATE);
	if (gmtime_r(&t, &tm) != NULL) {
		strftime(out, WIRE_DATE, "%Y-%m-%d", &tm);
	}
}
