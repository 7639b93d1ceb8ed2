/* Packs and the system: what is on this kiosk, what was there before, what is on the stick. What cannot be taken says why,
 * and what to do. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct text nothing = {.utf8 = ""};

/* --- what an offer says of itself -------------------------------------------------------------------------------- */

/* The language's own name, if this kiosk shows it; else its code. */
static struct text language_name(const struct view *v, const struct stage *st, const char *code) {
	for (int i = 0; i < st->every_language_count; i++) {
		if (strcmp(st->every_language[i].code, code) == 0) {
			return st->every_language[i].name;
		}
	}
	return stage_name(v, st, code);
}

/* Of "en es* fr": those that nobody has reviewed, which have a star behind, or the others. */
static struct text offered_languages(const struct view *v, const struct stage *st, const char *codes, bool starred) {
	char code[16];
	struct text *names = arena_array(v->arena, WIRE_NAME, sizeof *names);
	int count = 0;
	while (*codes != '\0' && count < 9) {
		size_t len = strcspn(codes, " *"), use = len < sizeof code ? len : sizeof code - 1;
		memcpy(code, codes, use);
		code[use] = '\0';
		codes += len;
		bool star = *codes == '*';
		if (use > 0 && star == starred) {
			names[count++] = language_name(v, st, code);
		}
		codes += strspn(codes, " *");
	}
	return count > 0 ? text_join(v->arena, names, count, "\u00b7", v->rtl) : nothing;
}

static struct text filled(const struct view *v, const struct stage *st, enum word w, struct text value) {
	return text_empty(value) ? nothing : stage_fill(v, st, w, value);
}

struct text staff_facts(const struct view *v, const struct stage *st, const struct wire_offer *o) {
	struct text lines[8];
	int n = 0;
	struct text parts[3] = {nothing, nothing, nothing};
	if (o->version > 0) {
		parts[0] =
		    stage_fill(v, st, W_STAFF_VERSION, text_plain(v->arena, arena_print(v->arena, "%u", o->version)));
	}
	parts[1] = filled(v, st, W_STAFF_MADE, stage_date(v, st, o->made));
	lines[n++] = text_join(v->arena, parts, 2, "\u00b7", v->rtl);
	lines[n++] = filled(v, st, W_STAFF_FROM, stage_name(v, st, o->publisher));
	lines[n++] = filled(v, st, W_STAFF_REVIEWED, offered_languages(v, st, o->languages, false));
	lines[n++] = filled(v, st, W_STAFF_UNREVIEWED, offered_languages(v, st, o->languages, true));
	parts[0] = o->modules > 0 ? stage_fill(v, st, W_STAFF_MODULES, stage_number(v, o->modules)) : nothing;
	parts[1] = o->numbers > 0 ? stage_fill(v, st, W_STAFF_NUMBERS, stage_number(v, o->numbers)) : nothing;
	lines[n++] = text_join(v->arena, parts, 2, "\u00b7", v->rtl);
	lines[n++] = o->system ? stage_word(v, st, W_STAFF_SYSTEM) : nothing;
	return stage_lines(v, lines, n);
}

struct text staff_title(const struct view *v, const struct stage *st, const struct wire_offer *o) {
	struct text title = stage_name(v, st, o->title), file = stage_name(v, st, o->file);
	if (o->thing == WIRE_THING_SHEET) {
		return stage_word(v, st, W_STAFF_SHEET);
	}
	if (o->thing == WIRE_THING_KEY) {
		struct text parts[2] = {stage_word(v, st, W_STAFF_KEY), file};
		return text_join(v->arena, parts, 2, "\u00b7", v->rtl);
	}
	if (text_empty(title)) {
		title = text_empty(file) ? stage_name(v, st, o->id) : file;
	}
	/* A name that no face can show at all must not leave a choice without words. */
	return text_empty(title) ? stage_word(v, st, W_STAFF_STICK) : title;
}

/* --- the system itself ------------------------------------------------------------------------------------------- */

/* What there is to know before anything else. */
static enum word system_word(const struct wire_system *is) {
	switch (is->state) {
	case WIRE_SYSTEM_READY:
		return W_STAFF_SYS_READY;
	case WIRE_SYSTEM_ON_TRIAL:
		return W_STAFF_SYS_TRIAL;
	case WIRE_SYSTEM_TAKEN_BACK:
		return W_STAFF_SYS_TAKEN_BACK;
	case WIRE_SYSTEM_BROKEN:
		return W_STAFF_SYS_BROKEN;
	default:
		return W_STAFF_SYS_RUNS;
	}
}

static struct text system_runs(const struct view *v, const struct stage *st) {
	return filled(v, st, W_STAFF_SYS_RUNS, stage_date(v, st, stage_duty(st)->system.made));
}

static void add_system_card(struct view *v, const struct stage *st) {
	const struct wire_system *is = &stage_duty(st)->system;
	bool back = is->state == WIRE_SYSTEM_TAKEN_BACK;
	if (is->state != 0) {
		staff_card(v, st, "system", "desk", back ? TINT_SAND : TINT_TEAL, W_STAFF_SYS,
		           back ? stage_word(v, st, W_STAFF_SYS_BACK_CARD) : system_runs(v, st),
		           act_number(DO_STAFF, SCREEN_STAFF_SYSTEM));
	}
}

static void add_system_offer(struct view *v, const struct stage *st) {
	const struct wire_system *is = &stage_duty(st)->system;
	bool fine = is->reason == WIRE_FINE;
	staff_card(v, st, "system", "desk", fine ? TINT_TEAL : TINT_SAND, W_STAFF_SYS_NEW,
	           fine ? filled(v, st, W_STAFF_MADE, stage_date(v, st, is->offer_made))
	                : stage_word(v, st, W_STAFF_SEE_WHY),
	           act_number(DO_STAFF, SCREEN_STAFF_SYSTEM));
}

/* What is on the stick, and what would happen. */
static void add_offer(struct view *v, const struct stage *st, const struct wire_system *is) {
	if (is->reason != WIRE_FINE) {
		view_add(v, NODE_PARAGRAPH,
		         stage_word(v, st, staff_reason_word((enum wire_reason)is->reason, WIRE_THING_SYSTEM)));
		view_add(v, NODE_SOFT, stage_name(v, st, is->file));
		return;
	}
	view_add(v, NODE_PARAGRAPH, filled(v, st, W_STAFF_SYS_OFFER, stage_date(v, st, is->offer_made)));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_SYS_WHAT));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_SYS_BACK_ALONE));
	staff_button(v, st, "install", W_STAFF_INSTALL, act_number(DO_ASK, WIRE_WANT_SYSTEM))->emphasis = STRONG;
}

void screen_staff_system(struct view *v, const struct stage *st) {
	const struct wire_system *is = &stage_duty(st)->system;
	view_add(v, NODE_HEADING, stage_word(v, st, is->offer ? W_STAFF_SYS_NEW : W_STAFF_SYS));
	if (system_word(is) != W_STAFF_SYS_RUNS) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, system_word(is)));
	}
	if (is->state == WIRE_SYSTEM_READY) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_SYS_BACK_ALONE));
		staff_button(v, st, "restart", W_STAFF_SYS_RESTART, act_number(DO_ASK, WIRE_WANT_RESTART))->emphasis =
		    STRONG;
	} else if (is->state == WIRE_SYSTEM_TAKEN_BACK) {
		staff_button(v, st, "read", W_STAFF_SYS_READ, act_number(DO_ASK, WIRE_WANT_READ))->emphasis = STRONG;
	}
	view_add(v, NODE_PARAGRAPH, system_runs(v, st));
	if (is->state == WIRE_SYSTEM_SETTLED && is->offer) {
		add_offer(v, st, is);
	}
	staff_bar(v, st);
}

/* --- on this kiosk ------------------------------------------------------------------------------------------------ */

void screen_staff_packs(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct duty_list *now = duty_list(f, WIRE_ON_KIOSK);
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_PACKS));
	add_system_card(v, st);
	if (now->count == 0) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, now->known ? W_STAFF_NO_PACKS : W_STAFF_MOMENT));
	}
	for (int i = 0; i < now->count; i++) {
		const struct wire_offer *o = &now->items[i];
		const struct wire_offer *before = duty_offer_of(f, WIRE_BEFORE, o->id);
		char *id = arena_print(v->arena, "pack:%d", o->slot);
		struct text title = staff_title(v, st, o);
		struct text parts[2] = {nothing, nothing};
		parts[0] =
		    stage_fill(v, st, W_STAFF_VERSION, text_plain(v->arena, arena_print(v->arena, "%u", o->version)));
		parts[1] = filled(v, st, W_STAFF_MADE, stage_date(v, st, o->made));
		struct text more[2] = {text_join(v->arena, parts, 2, "\u00b7", v->rtl), nothing};
		if (before != NULL) {
			more[1] = stage_fill(v, st, W_STAFF_BEFORE,
			                     text_plain(v->arena, arena_print(v->arena, "%u", before->version)));
		}
		view_card(v, "paper", TINT_SKY, title, stage_lines(v, more, 2),
		          view_choice(v, id, title, act_number(DO_PACK, o->slot)));
	}
	staff_bar(v, st);
}

/* What was named is not there any more: pulled out, or another list came. */
static void gone(struct view *v, const struct stage *st, enum word title) {
	view_add(v, NODE_HEADING, stage_word(v, st, title));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_UNKNOWN_WISH));
	staff_bar(v, st);
}

/* Facts as paragraphs, so that they flow on where they do not fit. */
static void add_facts(struct view *v, const struct stage *st, const struct wire_offer *o) {
	view_add(v, NODE_PARAGRAPH, staff_facts(v, st, o));
}

void screen_staff_pack(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct wire_offer *o = duty_offer(f, WIRE_ON_KIOSK, st->session->at.page);
	if (o == NULL) {
		gone(v, st, W_STAFF_PACKS);
		return;
	}
	const struct wire_offer *before = duty_offer_of(f, WIRE_BEFORE, o->id);
	v->crumb = stage_word(v, st, W_STAFF_PACKS);
	view_add(v, NODE_HEADING, staff_title(v, st, o));
	add_facts(v, st, o);
	if (before != NULL) {
		staff_button(v, st, "restore", W_STAFF_RESTORE, act_number(DO_PACK_BEFORE, before->slot));
	} else {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_NO_BEFORE));
	}
	staff_bar(v, st);
}

void screen_staff_restore(struct view *v, const struct stage *st) {
	const struct wire_offer *o = duty_offer(stage_duty(st), WIRE_BEFORE, st->session->at.page);
	if (o == NULL) {
		gone(v, st, W_STAFF_RESTORE_TITLE);
		return;
	}
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_RESTORE_TITLE));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_RESTORE_SUB));
	staff_button(v, st, "restore-yes", W_STAFF_RESTORE_YES, act_number(DO_ASK, WIRE_WANT_RESTORE))->emphasis =
	    STRONG;
	view_add(v, NODE_PARAGRAPH, staff_title(v, st, o));
	add_facts(v, st, o);
	staff_bar(v, st);
}

/* --- on the stick ------------------------------------------------------------------------------------------------- */

static const char *thing_icon(const struct wire_offer *o) {
	switch (o->thing) {
	case WIRE_THING_SHEET:
		return "calendar";
	case WIRE_THING_KEY:
		return "key";
	default:
		return "paper";
	}
}

/* What choosing it leads to, or a line on why it cannot be used. */
static struct text invitation(const struct view *v, const struct stage *st, const struct wire_offer *o) {
	if (o->reason != WIRE_FINE) {
		return stage_word(v, st, W_STAFF_SEE_WHY);
	}
	struct text parts[2] = {nothing, nothing};
	if (o->version > 0) {
		parts[0] =
		    stage_fill(v, st, W_STAFF_VERSION, text_plain(v->arena, arena_print(v->arena, "%u", o->version)));
	}
	parts[1] = stage_word(v, st, o->thing == WIRE_THING_KEY ? W_STAFF_KEY_TITLE : W_STAFF_SEE_NEW);
	return text_join(v->arena, parts, 2, "\u00b7", v->rtl);
}

void screen_staff_stick(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct duty_list *list = duty_list(f, WIRE_ON_STICK);
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_ON_STICK));
	if (!f->house.stick) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_NO_STICK));
	} else if (!list->known) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_STICK_READING));
	} else if (list->count == 0 && !f->system.offer) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_STICK_EMPTY));
	}
	for (int i = 0; list->known && i < list->count; i++) {
		const struct wire_offer *o = &list->items[i];
		char *id = arena_print(v->arena, "offer:%d", o->slot);
		struct text title = staff_title(v, st, o);
		view_card(v, thing_icon(o), o->reason == WIRE_FINE ? TINT_TEAL : TINT_SAND, title, invitation(v, st, o),
		          view_choice(v, id, title, act_number(DO_OFFER, o->slot)));
	}
	if (f->house.stick && f->system.offer) {
		add_system_offer(v, st);
	}
	staff_button(v, st, "look-again", W_STAFF_LOOK_AGAIN, act_number(DO_ASK, WIRE_WANT_LIST));
	staff_bar(v, st);
}

static void add_key(struct view *v, const struct stage *st, const struct wire_offer *o) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_KEY_TITLE));
	view_add(v, NODE_PARAGRAPH, staff_title(v, st, o));
	view_add(v, NODE_NUMBER, text_plain(v->arena, o->fingerprint));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_KEY_SUB));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_KEY_ONLY));
	staff_button(v, st, "trust", W_STAFF_KEY_TRUST, act_number(DO_ASK, WIRE_WANT_TRUST));
}

void screen_staff_offer(struct view *v, const struct stage *st) {
	const struct wire_offer *o = duty_offer(stage_duty(st), WIRE_ON_STICK, st->session->at.page);
	if (o == NULL) {
		gone(v, st, W_STAFF_ON_STICK);
		return;
	}
	v->crumb = stage_word(v, st, W_STAFF_ON_STICK);
	if (o->reason == WIRE_FINE && o->thing == WIRE_THING_KEY) {
		add_key(v, st, o);
	} else {
		view_add(v, NODE_HEADING, staff_title(v, st, o));
		view_add(v, NODE_PARAGRAPH,
		         stage_word(v, st, staff_reason_word((enum wire_reason)o->reason, (enum wire_thing)o->thing)));
		view_add(v, NODE_SOFT, staff_facts(v, st, o));
	}
	staff_bar(v, st);
}
