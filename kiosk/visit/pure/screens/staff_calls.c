/* Numbers that somebody has to call: nobody has looked at them for a year. One a page, the oldest first. What staff say
 * counts at once: a number that is wrong is hidden from the next visit on. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not called to see whether they work: a call there may keep somebody in danger waiting. */
static const char *const emergency[] = {"911", "112", "999"};

static bool take_digits(char out[WIRE_DIGITS], const char *number) {
	size_t n = 0;
	for (; *number != '\0'; number++) {
		if (*number >= '0' && *number <= '9') {
			if (n + 1 == WIRE_DIGITS) {
				return false;
			}
			out[n++] = *number;
		}
	}
	out[n] = '\0';
	return n > 0;
}

static bool is_emergency(const char *digits) {
	for (size_t i = 0; i < sizeof emergency / sizeof emergency[0]; i++) {
		if (strcmp(digits, emergency[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* True when `date` is a year or more before `today`; also when it is no date at all. ISO dates sort as letters do. */
static bool year_old(const char *date, const char *today) {
	char then[WIRE_DATE];
	if (strlen(date) != 10 || strlen(today) != 10) {
		return true;
	}
	int year = (int)strtol(today, NULL, 10) - 1;
	snprintf(then, sizeof then, "%04d%s", year >= 0 && year <= 9999 ? year : 0, today + 4);
	return strcmp(date, then) <= 0;
}

/* What was marked today stays due for today: the list must not move under the hand. */
static bool is_due(const struct call *c, const char *today) {
	const char *last = c->service->assured;
	if (c->mark != NULL && strcmp(c->mark->on, today) != 0 && strcmp(c->mark->on, last) > 0) {
		last = c->mark->on;
	}
	return year_old(last, today);
}

static bool among(const struct call *calls, int count, const char *digits) {
	for (int i = 0; i < count; i++) {
		if (strcmp(calls[i].digits, digits) == 0) {
			return true;
		}
	}
	return false;
}

/* Puts the call where its date belongs; equal dates stay in the book's order. */
static void insert(struct call *calls, int count, struct call c) {
	int i = count;
	while (i > 0 && strcmp(calls[i - 1].service->assured, c.service->assured) > 0) {
		calls[i] = calls[i - 1];
		i--;
	}
	calls[i] = c;
}

int stage_calls(struct arena *a, const struct stage *st, bool all, const struct call **out) {
	const struct duty *f = stage_duty(st);
	const struct service *services = NULL;
	int service_count = st->book.services(st->book.self, a, st->lang, &services);
	int room = 0, count = 0;
	for (int i = 0; i < service_count; i++) {
		room += services[i].phone_count;
	}
	struct call *calls = arena_array(a, (size_t)room + 1, sizeof *calls);
	for (int i = 0; i < service_count; i++) {
		for (int k = 0; k < services[i].phone_count; k++) {
			struct call c = {.service = &services[i], .phone = &services[i].phones[k]};
			if (!take_digits(c.digits, c.phone->number) || is_emergency(c.digits) ||
			    among(calls, count, c.digits)) {
				continue;
			}
			c.mark = duty_mark(f, c.digits);
			c.due = is_due(&c, f->house.today);
			if (all || c.due) {
				insert(calls, count++, c);
			}
		}
	}
	*out = calls;
	return count;
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

void screen_staff_calls(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct call *calls = NULL;
	bool dated = f->house.today[0] != '\0';
	int due = stage_calls(v->arena, st, !dated, &calls);
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_CALLS));
	if (!dated) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_CALLS_NO_DATE));
	} else if (due > 0) {
		view_add(v, NODE_PARAGRAPH, stage_fill(v, st, W_STAFF_CALLS_DUE, stage_number(v, due)));
	} else {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_CALLS_NONE));
	}
	view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_CALLS_HOW));
	if (due > 0) {
		staff_button(v, st, "begin", W_STAFF_CALLS_BEGIN, act_number(DO_CALLS, !dated))->emphasis = STRONG;
	}
	if (dated) {
		staff_button(v, st, "all", W_STAFF_CALLS_ALL, act_number(DO_CALLS, 1));
	}
	staff_bar(v, st);
}

/* --- one number --------------------------------------------------------------------------------------------------- */

static void add_mark(struct view *v, const struct stage *st, const struct wire_mark *m) {
	if (m == NULL) {
		return;
	}
	struct text on = stage_date(v, st, m->on);
	struct text says = text_empty(on) ? stage_word(v, st, m->wrong ? W_STAFF_MARK_HIDDEN : W_STAFF_MARK_FINE)
	                                  : stage_fill(v, st, m->wrong ? W_STAFF_MARK_WRONG : W_STAFF_MARK_RIGHT, on);
	struct node *n = view_add(v, NODE_PARAGRAPH, says);
	snprintf(n->mark, sizeof n->mark, "%s", m->wrong ? "hide" : "check");
}

static void add_facts(struct view *v, const struct stage *st, const struct call *c) {
	if (strcmp(c->phone->type, "text") == 0) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_CALL_TEXT));
	} else if (strcmp(c->phone->type, "textphone") == 0) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_CALL_TTY));
	}
	struct text on = stage_date(v, st, c->service->assured);
	if (!text_empty(on)) {
		view_add(v, NODE_SOFT, stage_fill(v, st, W_STAFF_CHECKED_ON, on));
	}
}

void screen_staff_call(struct view *v, const struct stage *st) {
	const struct place *at = &st->session->at;
	const struct call *calls = NULL;
	int count = stage_calls(v->arena, st, at->all != 0, &calls);
	struct text of[2] = {stage_number(v, at->page), stage_number(v, count)};
	v->crumb = text_fill(v->arena, stage_word(v, st, W_PAGE_OF), of, 2);
	if (at->page < 1 || at->page > count) {
		view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_CALLS_NONE));
		staff_bar(v, st);
		return;
	}
	const struct call *c = &calls[at->page - 1];
	view_add(v, NODE_HEADING, c->service->name);
	view_add(v, NODE_NUMBER, text_plain(v->arena, c->phone->number));
	struct node *right = staff_button(v, st, "right", W_STAFF_CALL_RIGHT, act_number(DO_MARK, WIRE_WANT_RIGHT));
	v->choices[right->choice].selected = c->mark != NULL && !c->mark->wrong;
	struct node *wrong = staff_button(v, st, "wrong", W_STAFF_CALL_WRONG, act_number(DO_MARK, WIRE_WANT_WRONG));
	v->choices[wrong->choice].selected = c->mark != NULL && c->mark->wrong;
	add_mark(v, st, c->mark);
	add_facts(v, st, c);
	stage_bar(v, st, BAR_BACK | BAR_HOME | BAR_SIZE | BAR_LANGUAGE);
	stage_next(v, st, TURN_ALWAYS, at->page < count ? W_NEXT : W_DONE);
}
