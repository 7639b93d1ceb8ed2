#include "host/staffing.h"

#include "base/clock.h"

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
		struct staff_plan sp = {.program = plan->program, .settings = settings, .today = today, .proof = true};
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
	proof_free(st->proof);
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

/* --- looking for traces ----------------------------------------------------------------------------------------- */

static void drop_proof(struct staffing *st) {
	proof_free(st->proof);
	st->proof = NULL;
}

static void tell_proof(struct staffing *st, enum proof_said said) {
	struct wire_work work = {.state = WIRE_WORK_FAILED};
	switch (said) {
	case PROOF_GOING:
		work.state = WIRE_WORK_GOING;
		work.done = (uint64_t)proof_progress(st->proof);
		work.total = 1000;
		break;
	case PROOF_CLEAN:
		work.state = WIRE_WORK_DONE;
		break;
	case PROOF_TRACE:
		work.reason = WIRE_FOUND_TRACE;
		break;
	case PROOF_VOID:
		work.reason = WIRE_NOT_LOOKED;
		break;
	}
	if (st->proof != NULL) {
		memcpy(work.what, proof_what(st->proof), strlen(proof_what(st->proof)) + 1);
	}
	staff_proof(st->staff, &work);
}

static void start_proof(struct staffing *st, const struct keeper *k, int64_t now) {
	const struct proof_plan plan = {k, st->settings->store, st->settings->state_folder};
	st->proof_told = 0;
	st->proof = proof_new(&plan, now);
	if (st->proof == NULL) {
		tell_proof(st, PROOF_VOID);
	}
}

/* A little of it, and a word whenever a hundredth more is done. */
static void tend_proof(struct staffing *st, int64_t now) {
	if (st->proof == NULL || !staff_proving(st->staff)) {
		drop_proof(st);
		return;
	}
	enum proof_said said = proof_turn(st->proof, now);
	int hundredths = proof_progress(st->proof) / 10;
	if (said != PROOF_GOING || hundredths > st->proof_told) {
		st->proof_told = hundredths;
		tell_proof(st, said);
	}
	if (said != PROOF_GOING) {
		drop_proof(st);
	}
}

static void supply(struct staffing *st, struct keeper *k, bool packs, int64_t now) {
	if (st->proof != NULL) { /* its two visits would not be alike */
		staff_proof(st->staff, &(struct wire_work){.state = WIRE_WORK_FAILED, .reason = WIRE_STOPPED});
		drop_proof(st);
	}
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
	if ((deeds & STAFF_PROOF) != 0 && st->proof == NULL) {
		start_proof(st, k, now);
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
	tend_proof(st, now);
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

void staffing_offer(struct staffing *st, struct keeper *k, int64_t now) {
	if (st->staff != NULL && staff_first_start(st->staff)) {
		staff_guide(st->staff);
		keeper_staff_open(k, now);
	}
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

int staffing_fds(const struct staffing *st, struct pollfd fds[STAFFING_FDS]) {
	int count = st->staff != NULL ? staff_fds(st->staff, fds) : 0;
	return st->proof != NULL ? count + proof_fds(st->proof, fds + count) : count;
}

void staffing_ready(struct staffing *st, const struct pollfd *fds, int count, int64_t now) {
	if (st->staff != NULL) {
		staff_ready(st->staff, fds, count, now);
	}
}

int64_t staffing_deadline(const struct staffing *st) {
	int64_t staff = st->staff != NULL ? staff_deadline(st->staff) : -1;
	return clock_sooner(staff, st->proof != NULL ? proof_deadline(st->proof) : -1);
}

int staffing_wait_ms(const struct staffing *st) {
	int staff = st->staff != NULL ? staff_wait_ms(st->staff) : -1;
	return (int)clock_sooner(staff, st->proof != NULL ? proof_wait_ms(st->proof) : -1);
}
