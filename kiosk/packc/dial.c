#include "packc/dial.h"

#include "packc/prose.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct reading {
	const char *p;
	struct dial_found *found;
	struct prose left;
};

static bool digit(char c) {
	return c >= '0' && c <= '9';
}

static bool letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of a dash that is not the ASCII one (U+2010 to U+2015), or 0. */
static size_t long_dash(const char *p) {
	return strncmp(p, "\xe2\x80", 2) == 0 && (unsigned char)p[2] >= 0x90 && (unsigned char)p[2] <= 0x95 ? 3 : 0;
}

/* What may stand between two groups of one number. */
static size_t divider(const char *p) {
	if (strncmp(p, "\xc2\xa0", 2) == 0) {
		return 2; /* a space that does not break */
	}
	return *p != 0 && strchr(" -.()", *p) != NULL ? 1 : long_dash(p);
}

/* As on a telephone's keys. */
static char key_of(char c) {
	static const char keys[] = "22233344455566677778889999";
	return keys[toupper((unsigned char)c) - 'A'];
}

/* "ext. 12", "x12", "#12" at p: bytes up to the digits, or 0. */
static size_t extension_at(const char *p) {
	static const char *const names[] = {"extension", "ext.", "ext", "x.", "x", "#"};
	size_t skip = strspn(p, " ,;.(");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t len = strlen(names[i]);
		if (strncasecmp(p + skip, names[i], len) == 0) {
			size_t all = skip + len + strspn(p + skip + len, " :.");
			return digit(p[all]) ? all : 0;
		}
	}
	return 0;
}

/* One number's digits from p on. A group of letters counts when it stands behind digits and a divider: 855-435-STAR. */
static size_t digits_at(const char *p, char *digits, size_t room, bool *letters) {
	const char *at = p;
	size_t count = 0;
	size_t end = 0;
	while (*at != 0 && count + 1 < room) {
		bool word = letter(*at) && count >= 3 && at > p && (!letter(at[-1]) || *letters) && count < 11 &&
		            extension_at(at) == 0 && !(at[-1] == ' ' && !isupper((unsigned char)*at));
		if (digit(*at) || word) {
			*letters = *letters || word;
			digits[count++] = *at;
			if (word) {
				digits[count - 1] = key_of(*at);
			}
			end = (size_t)(++at - p);
			continue;
		}
		size_t step = divider(at);
		if (step == 0 || (*at == '(' && count >= 7)) {
			break;
		}
		at += step;
	}
	digits[count] = 0;
	return end + (p[end] == ')');
}

/* Ours of the digits; false when no number has so many. */
static bool grouped(const char *d, bool plus, struct dial *out) {
	size_t n = strlen(d);
	int len = -1;
	if (n == 11 && d[0] == '1') {
		len = snprintf(out->number, sizeof out->number, "1-%.3s-%.3s-%.4s", d + 1, d + 4, d + 7);
	} else if (n == 10 && !plus) {
		len = snprintf(out->number, sizeof out->number, "%.3s-%.3s-%.4s", d, d + 3, d + 6);
	} else if (n == 7 && !plus) {
		len = snprintf(out->number, sizeof out->number, "%.3s-%.4s", d, d + 3);
		out->no_area = true;
	} else if ((n == 3 || n == 5 || n == 6) && !plus) {
		len = snprintf(out->number, sizeof out->number, "%s", d);
	}
	return len > 0;
}

static void leave(struct reading *r, const char *bytes, size_t len) {
	prose_add(&r->left, "%.*s", (int)len, bytes);
}

static void take_number(struct reading *r) {
	bool plus = *r->p == '+';
	const char *from = r->p + plus + (r->p[plus] == '(');
	char digits[24];
	struct dial d = {.number = ""};
	size_t len = digits_at(from, digits, sizeof digits, &d.letters);
	const char *end = from + len;
	size_t skip = extension_at(end);
	const char *extension = end + skip;
	size_t width = skip > 0 ? strspn(extension, "0123456789") : 0;
	bool fits = width < sizeof d.extension && r->found->count < DIAL_MAX;
	/* More letters than a number has: the keys beyond the eleventh are not needed to call. */
	if (d.letters && strlen(digits) > 10) {
		digits[digits[0] == '1' ? 11 : 10] = 0;
	}
	if (fits && grouped(digits, plus, &d)) {
		memcpy(d.extension, extension, width);
		r->found->numbers[r->found->count++] = d;
	} else {
		leave(r, r->p, (size_t)(extension + width - r->p));
	}
	r->p = skip > 0 ? extension + width : end;
}

/* What stands between numbers and says nothing. */
static size_t nothing_at(const char *p) {
	static const char *const words[] = {" or ", " and ", " y ", " o ", "\"", "'", ";",
	                                    ",",    "/",     "|",   "\n",  " ",  "[", "]"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strncasecmp(p, words[i], strlen(words[i])) == 0) {
			return strlen(words[i]);
		}
	}
	return 0;
}

struct dial_found dial_read(struct arena *a, const char *cell) {
	struct dial_found found = {.count = 0};
	struct reading r = {.p = cell, .found = &found, .left.arena = a};
	while (*r.p != 0) {
		size_t nothing = nothing_at(r.p);
		if (nothing > 0 && !(*r.p == ' ' && r.left.len > 0 && nothing == 1)) {
			r.p += nothing;
		} else if (digit(*r.p) || ((*r.p == '+' || *r.p == '(') && digit(r.p[1]))) {
			take_number(&r);
		} else {
			leave(&r, r.p++, 1);
		}
	}
	while (r.left.len > 0 && r.left.bytes[r.left.len - 1] == ' ') {
		r.left.bytes[--r.left.len] = 0;
	}
	found.left = prose_bytes(&r.left);
	return found;
}
