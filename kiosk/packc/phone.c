/* Phone numbers in running text. Numbers are isolated and never broken (field notes: 1-888-373-7888 comes out as
 * 7888-373-888-1 inside Arabic otherwise). Only ASCII digits: that is how numbers are dialled and printed here. */
#include "packc/typeset.h"

#include <string.h>

enum { DIGITS_MIN = 3 };

static bool digit(char c) {
	return c >= '0' && c <= '9';
}

static bool letter(char c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* U+2011, the hyphen that does not break. */
static bool firm_hyphen(const char *p) {
	return memcmp(p, "\u2011", 3) == 0;
}

/* Bytes of a sign that parts two groups at p, or 0. It counts only with a digit or parenthesis behind it. */
static size_t divider(const char *p) {
	size_t len = *p == '-' || *p == '.' ? 1 : strlen(p) >= 3 && firm_hyphen(p) ? 3 : 0;
	return len > 0 && (digit(p[len]) || p[len] == '(') ? len : 0;
}

/* A space belongs to the number only beside a parenthesis: "(888) 373-7888", "1 (888) 373". */
static bool inner_space(const char *before, const char *p) {
	if (*p != ' ') {
		return false;
	}
	return (before[0] == ')' && digit(p[1]) && digit(p[2]) && digit(p[3])) ||
	       (digit(before[0]) && p[1] == '(' && digit(p[2]) && digit(p[3]) && digit(p[4]));
}

/* A digit or letter right before, or a sign that makes a figure of it (10,000; 12:300): not a phone number. */
static bool begins(const char *start, const char *at) {
	if (at == start) {
		return true;
	}
	char before = at[-1];
	bool figure = strchr(",.:/-", before) != NULL && at - start >= 2 && digit(at[-2]);
	return !digit(before) && !letter(before) && !figure;
}

static bool ends(const char *p) {
	return !digit(*p) && !letter(*p) && !(*p != 0 && strchr(",:/", *p) != NULL && digit(p[1]));
}

size_t typeset_phone(const char *start, const char *at) {
	if (!(digit(*at) || ((*at == '+' || *at == '(') && digit(at[1]))) || !begins(start, at)) {
		return 0;
	}
	int digits = 0;
	bool open = false;
	const char *p = at + (*at == '+');
	while (*p != 0) {
		size_t step = 0;
		if (digit(*p)) {
			digits++;
			step = 1;
		} else if (*p == '(' && !open && digit(p[1])) {
			open = true;
			step = 1;
		} else if (*p == ')' && open) {
			open = false;
			step = 1;
		} else if (p > at && inner_space(p - 1, p)) {
			step = 1;
		} else {
			step = divider(p);
		}
		if (step == 0) {
			break;
		}
		p += step;
	}
	return digits >= DIGITS_MIN && !open && ends(p) ? (size_t)(p - at) : 0;
}
