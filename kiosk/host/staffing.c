#include "host/staffing.h"

#include <string.h>

/* --- what visits are handed ------------------------------------------------------------------------------------- */

static void note_packs(struct staffing *st) {
	for (int i = 0; i < st->stock.used_count && st->staff != NULL; i++) {
		const struct stock_pack *p = &st->stock.used[i];
		if (p->known) {
			staff_in_use(st->staff, p->id, p->version);
		}
	}
}

static void note_settings(struct staffing *st) {
	st->plan->idle_ms = st->settings->idle_seconds * 1000;
	st->plan->answer_ms = st->settings->answer_seconds * 1000;
	if (st->staff != NULL) {
		staff_hidden(st->staff, st->plan->hidden);
	}
}

bool staffing_open(struct staffing *st, struct keeper_plan *plan, struct settings *settings,
                   void (*today)(char out[WIRE_DATE]), int64_t now, struct fault *f) {
	*st = (struct staffing){.plan = plan, .settings = settings};
	stock_open(&st->stock, settings, plan);
	if (settings->store[0] != 0) {
		struct staff_plan sp = {.program = plan->program, .settings = settings, .today = today};
		sp.pack_count = st->stock.own_count;
		for (int i = 0; i < sp.pack_count; i++) {
			sp.packs[i] = st->stock.own[i].fd;
		}
		st->staff = staff_new(&sp, now);
		if (st->staff == NULL) {
			return fault_say(f, "There is not enough memory to start.");
		}
		staff_settings(st->staff, settings);
		plan->corner = settings->corner;
	}
	bool facts = st->staff != NULL && staff_has_marks(st->staff);
	if (!stock_fill(&st->stock, plan, facts, f)) {
		return false;
	}
	note_packs(st);
	note_settings(st);
	return true;
}

void staffing_close(struct staffing *st) {
	staff_free(st->staff);
	if (st->plan != NULL) {
		stock_empty(st->plan);
	}
	stock_close(&st->stock);
	*st = (struct staffing){.staff = NULL};
}

/* False when there are no descriptors left: what there is stays in use until the next start. */
static bool change_packs(struct staffing *st) {
	struct keeper_plan next = *st->plan;
	struct fault ignored;
	next.pack_count = 0;
	if (!stock_fill(&st->stock, &next, true, &ignored)) {
		stock_empty(&next);
		return false;
	}
	*st->plan = next;
	note_packs(st);
	return true;
}

static void supply(struct staffing *st, struct keeper *k, bool packs, int64_t now) {
	struct keeper_plan before = *st->plan;
	bool changed = packs && change_packs(st);
	note_settings(st);
	keeper_supply(k, st->plan, now);
	if (changed) {
		stock_empty(&before);
	}
}

/* --- deeds ------------------------------------------------------------------------------------------------------ */

/* True when the kiosk has another name; that one is left to the caller, for others may be reading it just now. */
static bool take_settings(struct staffing *st) {
	struct settings set = *st->settings;
	staff_settings(st->staff, &set);
	st->settings->idle_seconds = set.idle_seconds;
	st->settings->answer_seconds = set.answer_seconds;
	st->settings->volume = set.volume;
	return strcmp(st->settings->place, set.place) != 0;
}

static unsigned do_deeds(struct staffing *st, struct keeper *k, int64_t now) {
	unsigned deeds = staff_deeds(st->staff), left = deeds & STAFF_LINE;
	if ((deeds & STAFF_SETTINGS) != 0 && take_settings(st)) {
		left |= STAFF_SETTINGS;
	}
	if ((deeds & (STAFF_PACKS | STAFF_HIDDEN | STAFF_SETTINGS)) != 0) {
		supply(st, k, (deeds & STAFF_PACKS) != 0, now);
	}
	if ((deeds & STAFF_LEAVE) != 0) {
		keeper_staff_leave(k, now);
	}
	return left;
}

unsigned staffing_tend(struct staffing *st, struct keeper *k, int64_t now) {
	struct wire_message m;
	if (st->staff == NULL) {
		return 0;
	}
	staff_tick(st->staff, now);
	unsigned left = do_deeds(st, k, now);
	while (keeper_staff_room(k) && staff_next(st->staff, &m)) {
		keeper_staff_tell(k, &m, now);
	}
	keeper_staff_work(k, staff_working(st->staff), now);
	return left;
}

bool staffing_distrust(struct staffing *st, struct keeper *k, int64_t now) {
	if (!stock_stored(&st->stock)) {
		return false;
	}
	st->stock.distrust = true;
	supply(st, k, true, now);
	return true;
}

/* --- passed on -------------------------------------------------------------------------------------------------- */

void staffing_here(struct staffing *st, bool here, int64_t now) {
	if (here) {
		staff_shown(st->staff, now);
	} else {
		staff_over(st->staff);
	}
}

void staffing_wish(struct staffing *st, const struct wire_message *m, int64_t now) {
	staff_wish(st->staff, m, now);
}

int staffing_fds(const struct staffing *st, struct pollfd fds[STAFF_FDS]) {
	return st->staff != NULL ? staff_fds(st->staff, fds) : 0;
}

void staffing_ready(struct staffing *st, const struct pollfd *fds, int count, int64_t now) {
	if (st->staff != NULL) {
		staff_ready(st->staff, fds, count, now);
	}
}

int64_t staffing_deadline(const struct staffing *st) {
	return st->staff != NULL ? staff_deadline(st->staff) : -1;
}

int staffing_wait_ms(const struct staffing *st) {
	return st->staff != NULL ? staff_wait_ms(st->staff) : -1;
}
