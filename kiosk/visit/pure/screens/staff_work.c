/* What a pack would change, the work of installing it, and what became of it. Progress is what was told, never guessed. */
#include "visit/pure/screens_staff.h"

#include <stdio.h>
#include <string.h>

static const struct text nothing = {.utf8 = ""};

/* --- words for the numbers of the wire ---------------------------------------------------------------------------- */

static const enum word reason_words[WIRE_REASON_LAST + 1] = {
    [WIRE_FINE] = W_STAFF_FINE,
    [WIRE_NO_SIGNATURE] = W_STAFF_NO_SIGNATURE,
    [WIRE_BAD_SIGNATURE] = W_STAFF_BAD_SIGNATURE,
    [WIRE_UNKNOWN_KEY] = W_STAFF_UNKNOWN_KEY,
    [WIRE_REVOKED_KEY] = W_STAFF_REVOKED_KEY,
    [WIRE_WRONG_SIGNATURE] = W_STAFF_WRONG_SIGNATURE,
    [WIRE_NOT_A_PACK] = W_STAFF_NOT_A_PACK,
    [WIRE_OTHER_PRODUCT] = W_STAFF_OTHER_PRODUCT,
    [WIRE_NEWER_PROGRAM] = W_STAFF_NEWER_PROGRAM,
    [WIRE_DAMAGED] = W_STAFF_DAMAGED,
    [WIRE_TOO_BIG] = W_STAFF_TOO_BIG,
    [WIRE_NO_ROOM] = W_STAFF_NO_ROOM,
    [WIRE_OLDER] = W_STAFF_OLDER,
    [WIRE_SAME] = W_STAFF_SAME,
    [WIRE_VERSION_TOO_FAR] = W_STAFF_VERSION_TOO_FAR,
    [WIRE_PULLED] = W_STAFF_PULLED,
    [WIRE_CHANGED] = W_STAFF_CHANGED,
    [WIRE_STORE_FAILED] = W_STAFF_STORE_FAILED,
    [WIRE_STOPPED] = W_STAFF_STOPPED,
    [WIRE_TOO_MANY] = W_STAFF_TOO_MANY,
    [WIRE_SHEET_BAD] = W_STAFF_SHEET_BAD,
    [WIRE_NO_PREVIOUS] = W_STAFF_NO_PREVIOUS,
    [WIRE_NO_LINE] = W_STAFF_NO_LINE,
    [WIRE_NOT_HEARD] = W_STAFF_NOT_HEARD,
    [WIRE_UNKNOWN_WISH] = W_STAFF_UNKNOWN_WISH,
    [WIRE_FOUND_TRACE] = W_STAFF_FOUND_TRACE,
    [WIRE_OLD_PACK] = W_STAFF_OLD_PACK,
    [WIRE_NAME_FIXED] = W_STAFF_NAME_FIXED,
    [WIRE_NOT_LOOKED] = W_STAFF_NOT_LOOKED,
    [WIRE_NO_SOUND] = W_STAFF_NO_SOUND,
    [WIRE_SOUND_TAKEN] = W_STAFF_SOUND_TAKEN,
    [WIRE_SOUND_BROKEN] = W_STAFF_SOUND_BROKEN,
    [WIRE_NO_KEY] = W_STAFF_SYS_NO_KEY,
};

/* Where a publisher's key, or a system, needs other words than a pack. */
static const enum word key_words[WIRE_REASON_LAST + 1] = {
    [WIRE_SAME] = W_STAFF_KEY_SAME,
    [WIRE_BAD_SIGNATURE] = W_STAFF_KEY_BAD,
    [WIRE_NOT_A_PACK] = W_STAFF_KEY_BAD,
    [WIRE_UNKNOWN_KEY] = W_STAFF_KEY_OTHER,
};
static const enum word system_words[WIRE_REASON_LAST + 1] = {
    [WIRE_NO_SIGNATURE] = W_STAFF_SYS_NO_SIGNATURE,
    [WIRE_BAD_SIGNATURE] = W_STAFF_SYS_BAD_SIGNATURE,
    [WIRE_UNKNOWN_KEY] = W_STAFF_SYS_UNKNOWN_KEY,
    [WIRE_REVOKED_KEY] = W_STAFF_SYS_REVOKED_KEY,
    [WIRE_WRONG_SIGNATURE] = W_STAFF_SYS_WRONG_SIGNATURE,
    [WIRE_NOT_A_PACK] = W_STAFF_SYS_NOT_ONE,
    [WIRE_OTHER_PRODUCT] = W_STAFF_SYS_OTHER,
    [WIRE_NEWER_PROGRAM] = W_STAFF_SYS_NEWER,
    [WIRE_DAMAGED] = W_STAFF_SYS_DAMAGED,
    [WIRE_TOO_BIG] = W_STAFF_SYS_TOO_BIG,
    [WIRE_NO_ROOM] = W_STAFF_SYS_TOO_BIG,
    [WIRE_OLDER] = W_STAFF_SYS_OLDER,
    [WIRE_SAME] = W_STAFF_SYS_SAME,
    [WIRE_STORE_FAILED] = W_STAFF_SYS_CARD,
};

enum word staff_reason_word(enum wire_reason reason, enum wire_thing thing) {
	enum word w = 0;
	if (reason > WIRE_REASON_LAST) {
		return W_STAFF_UNKNOWN_WISH;
	}
	if (thing == WIRE_THING_KEY || thing == WIRE_THING_SYSTEM) {
		w = thing == WIRE_THING_KEY ? key_words[reason] : system_words[reason];
	}
	w = w != 0 ? w : reason_words[reason];
	return w != 0 ? w : W_STAFF_UNKNOWN_WISH;
}

static enum wire_thing thing_of(const struct wire_work *w) {
	return w->work == WIRE_WORK_TRUST    ? WIRE_THING_KEY
	       : w->work == WIRE_WORK_SYSTEM ? WIRE_THING_SYSTEM
	                                     : WIRE_THING_PACK;
}

enum word staff_work_word(enum wire_work_kind work, bool done) {
	switch (work) {
	case WIRE_WORK_COPY:
		return done ? W_STAFF_DONE_COPY : W_STAFF_WORK_COPY;
	case WIRE_WORK_READ:
		return done ? W_STAFF_DONE_READ : W_STAFF_WORK_READ;
	case WIRE_WORK_INSTALL:
		return done ? W_STAFF_DONE_INSTALL : W_STAFF_WORK_INSTALL;
	case WIRE_WORK_RESTORE:
		return done ? W_STAFF_DONE_RESTORE : W_STAFF_WORK_RESTORE;
	case WIRE_WORK_TRUST:
		return done ? W_STAFF_DONE_TRUST : W_STAFF_WORK_TRUST;
	case WIRE_WORK_LINE:
		return done ? W_STAFF_DONE_LINE : W_STAFF_WORK_LINE;
	case WIRE_WORK_PROOF:
		return done ? W_STAFF_DONE_PROOF : W_STAFF_WORK_PROOF;
	case WIRE_WORK_KEEP:
		return done ? W_STAFF_DONE_KEEP : W_STAFF_WORK_KEEP;
	case WIRE_WORK_TONE:
		return done ? W_STAFF_SOUND_PLAYED : W_STAFF_SOUND_NOW;
	case WIRE_WORK_SYSTEM:
		return done ? W_STAFF_DONE_SYSTEM : W_STAFF_WORK_SYSTEM;
	}
	return W_STAFF_MOMENT; /* nothing was told yet */
}

struct text staff_reason(const struct view *v, const struct stage *st, const struct wire_work *w) {
	if (w->reason != WIRE_SHEET_BAD) {
		return stage_word(v, st, staff_reason_word((enum wire_reason)w->reason, thing_of(w)));
	}
	struct text column = stage_name(v, st, w->what);
	struct text place[2] = {stage_number(v, w->row), column};
	struct text lines[3] = {text_fill(v->arena,
	                                  stage_word(v, st, text_empty(column) ? W_STAFF_SHEET_ROW : W_STAFF_SHEET_BAD),
	                                  place, 2),
	                        stage_name(v, st, w->says), nothing};
	if (w->total > 1) {
		lines[2] = stage_fill(v, st, W_STAFF_SHEET_ROWS, stage_number(v, (int)w->total));
	}
	return stage_lines(v, lines, 3);
}

/* --- what would change -------------------------------------------------------------------------------------------- */

static const struct change_words {
	enum change_kind kind;
	enum word word;
	bool dates; /* old and new are dates */
} change_words[] = {
    {CHANGE_NOTHING, W_STAFF_CH_NOTHING, false},
    {CHANGE_FIRST, W_STAFF_CH_FIRST, false},
    {CHANGE_OTHER_PACK, W_STAFF_CH_OTHER_PACK, false},
    {CHANGE_VERSION, W_STAFF_CH_VERSION, false},
    {CHANGE_MADE, W_STAFF_CH_MADE, true},
    {CHANGE_PUBLISHER, W_STAFF_CH_PUBLISHER, false},
    {CHANGE_TITLE, W_STAFF_CH_TITLE, false},
    {CHANGE_KIND, W_STAFF_CH_KIND, false},
    {CHANGE_LANGUAGE_ADDED, W_STAFF_CH_LANGUAGE_ADDED, false},
    {CHANGE_LANGUAGE_REMOVED, W_STAFF_CH_LANGUAGE_REMOVED, false},
    {CHANGE_LANGUAGE_REVIEWED, W_STAFF_CH_LANGUAGE_REVIEWED, false},
    {CHANGE_LANGUAGE_UNREVIEWED, W_STAFF_CH_LANGUAGE_UNREVIEWED, false},
    {CHANGE_NUMBER_ADDED, W_STAFF_CH_NUMBER_ADDED, false},
    {CHANGE_NUMBER_REMOVED, W_STAFF_CH_NUMBER_REMOVED, false},
    {CHANGE_NUMBER, W_STAFF_CH_NUMBER, false},
    {CHANGE_NUMBER_CHECKED, W_STAFF_CH_NUMBER_CHECKED, true},
    {CHANGE_NUMBER_TEXT, W_STAFF_CH_NUMBER_TEXT, false},
    {CHANGE_MODULE_ADDED, W_STAFF_CH_MODULE_ADDED, false},
    {CHANGE_MODULE_REMOVED, W_STAFF_CH_MODULE_REMOVED, false},
    {CHANGE_MODULE, W_STAFF_CH_MODULE, false},
    {CHANGE_WORDS, W_STAFF_CH_WORDS, false},
    {CHANGE_BOARD, W_STAFF_CH_BOARD, false},
    {CHANGE_PHRASES, W_STAFF_CH_PHRASES, false},
    {CHANGE_PICTURES, W_STAFF_CH_PICTURES, false},
    {CHANGE_CUT, W_STAFF_CH_CUT, false},
    {CHANGE_MORE, W_STAFF_CH_MORE, false},
};

static struct change_words words_of(enum change_kind kind) {
	for (size_t i = 0; i < sizeof change_words / sizeof change_words[0]; i++) {
		if (change_words[i].kind == kind) {
			return change_words[i];
		}
	}
	return (struct change_words){kind, W_STAFF_CH_DETAIL, false}; /* details do not cross the wire */
}

enum word staff_change_word(enum change_kind kind, int count) {
	bool checked = kind == CHANGE_LANGUAGE_ADDED && count == 1;
	return checked ? W_STAFF_CH_LANGUAGE_CHECKED : words_of(kind).word;
}

static struct text change_value(const struct view *v, const struct stage *st, const char *value, bool date) {
	struct text t = date ? stage_date(v, st, value) : nothing;
	return text_empty(t) ? stage_name(v, st, value) : t;
}

static struct text language_of(const struct view *v, const struct stage *st, const char *code) {
	for (int i = 0; i < st->every_language_count; i++) {
		if (strcmp(st->every_language[i].code, code) == 0) {
			return st->every_language[i].name;
		}
	}
	return stage_name(v, st, code);
}

static struct text change_sentence(const struct view *v, const struct stage *st, const struct wire_change *c) {
	enum change_kind kind = (enum change_kind)c->kind;
	bool dates = words_of(kind).dates;
	struct text values[5] = {stage_name(v, st, c->name), change_value(v, st, c->old, dates),
	                         change_value(v, st, c->new, dates), stage_number(v, c->count),
	                         language_of(v, st, c->language)};
	return text_fill(v->arena, stage_word(v, st, staff_change_word(kind, c->count)), values, 5);
}

/* What is in use beside what is on the stick. */
static void add_both(struct view *v, const struct stage *st, const struct wire_offer *new) {
	const struct wire_offer *now = duty_offer_of(stage_duty(st), WIRE_ON_KIOSK, new->id);
	v->columns = 2;
	if (now != NULL) {
		view_card(v, "", TINT_NONE, stage_word(v, st, W_STAFF_NOW), staff_facts(v, st, now), -1);
	}
	view_card(v, "", TINT_TEAL, stage_word(v, st, W_STAFF_ON_STICK), staff_facts(v, st, new), -1);
}

void screen_staff_changes(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct wire_offer *o = duty_offer(f, WIRE_ON_STICK, f->want.slot);
	v->crumb = stage_word(v, st, W_STAFF_NEW_TITLE);
	if (o != NULL) {
		view_add(v, NODE_HEADING, staff_title(v, st, o));
	}
	staff_button(v, st, "install", W_STAFF_INSTALL, act_number(DO_ASK, WIRE_WANT_INSTALL))->emphasis = STRONG;
	for (int i = 0; i < f->change_count; i++) {
		view_add(v, NODE_ITEM, change_sentence(v, st, &f->changes[i]));
	}
	if (f->left_out > 0) {
		view_add(v, NODE_ITEM, stage_fill(v, st, W_STAFF_CH_MORE, stage_number(v, f->left_out)));
	}
	if (o != NULL) {
		add_both(v, st, o);
	}
	staff_bar(v, st);
}

/* --- while it goes on --------------------------------------------------------------------------------------------- */

/* An estimate is said in steps: ten seconds, then minutes. A number that jumps says more than is known. */
static struct text time_left(const struct view *v, const struct stage *st, uint32_t s) {
	if (s == 0) {
		return nothing;
	}
	bool minutes = s > 90;
	uint32_t shown = minutes ? (s + 59) / 60 : (s + 9) / 10 * 10;
	return stage_fill(v, st, minutes ? W_STAFF_LEFT_MINUTES : W_STAFF_LEFT_SECONDS, stage_number(v, (int)shown));
}

/* The promise of a pack that is being put in; the rest is short. */
static bool promises(const struct duty *f) {
	return f->want.want == WIRE_WANT_CHANGES || f->want.want == WIRE_WANT_INSTALL;
}

/* Before the first word of it has come: the work that was asked for. */
static enum wire_work_kind work_wanted(const struct duty *f) {
	switch ((int)f->want.want) {
	case WIRE_WANT_CHANGES:
		return WIRE_WORK_COPY;
	case WIRE_WANT_INSTALL:
		return WIRE_WORK_INSTALL;
	case WIRE_WANT_RESTORE:
		return WIRE_WORK_RESTORE;
	case WIRE_WANT_TRUST:
		return WIRE_WORK_TRUST;
	case WIRE_WANT_LINE:
		return WIRE_WORK_LINE;
	case WIRE_WANT_PROOF:
		return WIRE_WORK_PROOF;
	case WIRE_WANT_SYSTEM:
		return WIRE_WORK_SYSTEM;
	default:
		return WIRE_WORK_KEEP;
	}
}

/* The last that is seen before it is dark. */
static void add_restart(struct view *v, const struct stage *st) {
	view_add(v, NODE_HEADING, stage_word(v, st, W_STAFF_SYS_STARTING));
	view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_SYS_DARK));
	staff_bar(v, st);
}

void screen_staff_work(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct wire_work *w = &f->work;
	if (f->want.want == WIRE_WANT_RESTART) {
		add_restart(v, st);
		return;
	}
	v->whole = true;
	enum wire_work_kind work = w->work != 0 ? (enum wire_work_kind)w->work : work_wanted(f);
	view_add(v, NODE_HEADING, stage_word(v, st, staff_work_word(work, false)));
	if (w->total > 0) {
		/* A thousandth is less than a pixel of any meter here. */
		uint64_t done = w->done < w->total ? w->done : w->total;
		int thousandths = (int)((double)done * 1000.0 / (double)w->total);
		struct text says[2] = {stage_fill(v, st, W_STAFF_PERCENT, stage_number(v, thousandths / 10)),
		                       time_left(v, st, w->left_s)};
		view_add(v, NODE_PARAGRAPH, text_join(v->arena, says, 2, "\u00b7", v->rtl));
		struct node *meter = view_add(v, NODE_METER, nothing);
		meter->value = thousandths;
		meter->total = 1000;
	} else {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_MOMENT));
	}
	if (promises(f)) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_PROMISE));
	} else if (work == WIRE_WORK_SYSTEM) {
		view_add(v, NODE_SOFT, stage_word(v, st, W_STAFF_SYS_PROMISE));
	}
	struct text stop = stage_word(v, st, W_STAFF_STOP);
	stage_bar(v, st, st->session->at.part > 0 ? BAR_BACK : 0);
	view_bar(v, false, "", stop, view_choice(v, "stop", stop, act_number(DO_ASK, WIRE_WANT_STOP)));
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}

static enum word result_title(const struct wire_work *w) {
	if (w->state == WIRE_WORK_DONE) {
		return W_STAFF_RESULT_FINE;
	}
	switch ((int)w->reason) {
	case WIRE_STOPPED:
		return W_STAFF_RESULT_STOPPED;
	case WIRE_SAME:
		return W_STAFF_RESULT_SAME;
	case WIRE_FOUND_TRACE:
		return W_STAFF_RESULT_FOUND;
	default:
		return W_STAFF_RESULT_BAD;
	}
}

void screen_staff_result(struct view *v, const struct stage *st) {
	const struct duty *f = stage_duty(st);
	const struct wire_work *w = &f->work;
	bool fine = w->state == WIRE_WORK_DONE;
	view_add(v, NODE_HEADING, stage_word(v, st, result_title(w)));
	if (fine) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, staff_work_word((enum wire_work_kind)w->work, true)));
	} else {
		view_add(v, NODE_PARAGRAPH, staff_reason(v, st, w));
	}
	bool system = fine && w->work == WIRE_WORK_SYSTEM;
	if (system) {
		view_add(v, NODE_PARAGRAPH, stage_word(v, st, W_STAFF_SYS_DARK));
		staff_button(v, st, "restart", W_STAFF_SYS_RESTART, act_number(DO_ASK, WIRE_WANT_RESTART))->emphasis =
		    STRONG;
	} else {
		staff_button(v, st, "done", W_DONE, act(DO_DONE))->emphasis = STRONG;
	}
	struct node *picture = view_add_side(v, NODE_PICTURE, nothing);
	snprintf(picture->icon, sizeof picture->icon, "%s", fine ? "icon:check" : "icon:about");
	picture->tint = fine ? TINT_TEAL : TINT_SAND;
	v->side_first = true;
	stage_bar(v, st, (st->session->at.part > 0 ? BAR_BACK : 0) | BAR_HOME | BAR_SIZE | BAR_LANGUAGE);
	stage_next(v, st, TURN_WHEN_LONG, W_NEXT);
}
