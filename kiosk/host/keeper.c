#include "host/keeper.h"

#include "base/clock.h"
#include "host/child.h"
#include "host/fingers.h"
#include "host/idle.h"
#include "host/inbox.h"

#include <stdlib.h>
#include <string.h>

/* Waits between attempts to start a visit, when visits die untouched: from a fifth of a second up to half a minute. */
enum { RETRY_LEAST_MS = 200, RETRY_MOST_MS = 30000 };
/* Messages that are read in one go; the rest waits for the next poll, so that a flood cannot hold up the clock. */
enum { READ_AT_ONCE = 64 };

struct keeper {
	struct keeper_plan plan;
	struct keeper_sink sink;
	struct child active, spare; /* either may be empty (pid 0) */
	struct child coming;        /* staff's visit, until its first frame is drawn; else empty */
	struct graves graves;
	int failures;          /* visits in a row that died untouched */
	int64_t start_at;      /* no new spare before this */
	uint32_t *calm;        /* one row of ground colour */
	bool redraw;           /* show the whole frame at the next answer */
	int64_t cleared_until; /* until then the next person is told that the screen cleared itself */

	/* What is known about the visit on the glass; all of it is forgotten when it ends. */
	struct inbox inbox;
	struct idle idle;
	struct fingers fingers;
	bool touched;         /* a person has begun */
	int64_t touched_at;   /* when */
	bool asked_for_staff; /* it has sent WIRE_TALK */
	bool staff;           /* it is staff's */
	int64_t staff_until;  /* ms: then staff mode leaves; -1 while something is going on */
	struct hold hold;
};

/* --- the glass -------------------------------------------------------------------------------------------------- */

static void show_calm(struct keeper *k) {
	k->sink.show(k->sink.self, k->calm, 0, (struct rect){0, 0, k->plan.glass.w, k->plan.glass.h});
}

static void show_part(struct keeper *k, struct rect part) {
	k->sink.show(k->sink.self, k->active.frame, k->plan.glass.w, part);
}

static void show_whole(struct keeper *k) {
	k->redraw = false;
	show_part(k, (struct rect){0, 0, k->plan.glass.w, k->plan.glass.h});
}

/* --- visits come and go ----------------------------------------------------------------------------------------- */

static int retry_delay(int failures) {
	int delay = RETRY_LEAST_MS;
	for (int i = 1; i < failures && delay < RETRY_MOST_MS; i++) {
		delay *= 2;
	}
	return delay < RETRY_MOST_MS ? delay : RETRY_MOST_MS;
}

/* A visit died before anybody touched it: something is wrong with packs, fonts or memory, and trying at once again
 * would only heat the room. */
static void count_failure(struct keeper *k, int64_t now) {
	k->failures++;
	k->start_at = now + retry_delay(k->failures);
}

static void forget_person(struct keeper *k) {
	inbox_wipe(&k->inbox);
	idle_reset(&k->idle, k->plan.idle_ms, k->plan.answer_ms);
	k->touched = false;
	k->touched_at = 0;
	k->asked_for_staff = k->staff = false;
	k->staff_until = -1;
	hold_drop(&k->hold);
}

static bool start_spare(struct keeper *k, int64_t now, struct fault *f) {
	if (!child_start(&k->spare, &k->plan, f)) {
		return false;
	}
	if (!child_begin(&k->spare, &k->plan, now, f)) {
		child_kill(&k->spare, &k->graves);
		return false;
	}
	return true;
}

/* Puts the spare on the glass if there is one to put, and sees to it that there will be another. */
static void refill(struct keeper *k, int64_t now) {
	if (k->active.pid == 0 && k->spare.ready) {
		k->active = k->spare;
		k->spare = NO_CHILD;
		show_whole(k);
	}
	struct fault ignored;
	if (k->spare.pid == 0 && now >= k->start_at && !start_spare(k, now, &ignored)) {
		count_failure(k, now);
	}
}

/* The one way in which a visit ends. First the glass, then the rest: nothing below can keep the old frame in view. */
static void end_visit(struct keeper *k, enum keeper_end why, int64_t now) {
	struct child old = k->active;
	bool touched = k->touched, staff = k->staff;
	k->active = NO_CHILD;
	if (k->spare.ready) {
		k->active = k->spare;
		k->spare = NO_CHILD;
		show_whole(k);
	} else {
		show_calm(k);
	}
	child_kill(&old, &k->graves);
	forget_person(k);
	if (touched) {
		fingers_hush(&k->fingers, now + KEEPER_QUIET_MS);
		k->cleared_until = why == KEEPER_CLEARED_BY_TIME && !staff ? now + KEEPER_CLEARED_MS : INT64_MIN;
		if (k->sink.ended != NULL) {
			k->sink.ended(k->sink.self, why);
		}
		if (staff && k->sink.staff != NULL) {
			k->sink.staff(k->sink.self, false);
		}
	} else {
		count_failure(k, now);
	}
	refill(k, now);
}

static void lose_spare(struct keeper *k, int64_t now) {
	child_kill(&k->spare, &k->graves);
	count_failure(k, now);
	if (k->active.pid == 0) {
		show_calm(k);
	}
	refill(k, now);
}

/* --- staff's visit ---------------------------------------------------------------------------------------------- */

void keeper_staff_open(struct keeper *k, int64_t now) {
	struct keeper_plan plan = k->plan;
	struct fault ignored;
	if (k->touched || k->coming.pid != 0 || plan.glass.w == 0) {
		return;
	}
	plan.audience = WIRE_STAFF;
	if (child_start(&k->coming, &plan, &ignored) && !child_begin(&k->coming, &plan, now, &ignored)) {
		child_kill(&k->coming, &k->graves);
	}
}

/* Whoever held the place is staff, and what they touched was nobody's visit. */
static void held(struct keeper *k, int64_t now) {
	end_visit(k, KEEPER_HELD, now);
	keeper_staff_open(k, now);
}

/* Its first frame is drawn: it takes the place of the board that nobody has touched. */
static void staff_arrives(struct keeper *k, int64_t now) {
	child_kill(&k->active, &k->graves);
	forget_person(k);
	k->active = k->coming;
	k->coming = NO_CHILD;
	k->staff = k->touched = true;
	k->touched_at = now;
	k->staff_until = now + KEEPER_STAFF_MS;
	show_whole(k);
	if (k->sink.staff != NULL) {
		k->sink.staff(k->sink.self, true);
	}
	refill(k, now);
}

static void read_coming(struct keeper *k, int64_t now) {
	struct wire_message m;
	enum child_got got = k->coming.pid != 0 ? child_receive(&k->coming, &m, k->plan.glass) : CHILD_NOTHING;
	if (got == CHILD_GOT) {
		staff_arrives(k, now);
	} else if (got != CHILD_NOTHING) {
		child_kill(&k->coming, &k->graves);
	}
}

void keeper_staff_leave(struct keeper *k, int64_t now) {
	if (k->staff) {
		end_visit(k, KEEPER_HIDDEN, now);
	}
}

void keeper_staff_work(struct keeper *k, bool going, int64_t now) {
	if (k->staff && going != (k->staff_until < 0)) {
		k->staff_until = going ? -1 : now + KEEPER_STAFF_MS;
	}
}

/* --- to the visit ----------------------------------------------------------------------------------------------- */

static void send_next(struct keeper *k, int64_t now) {
	struct wire_message m;
	if (k->active.pid != 0 && k->active.waiting == 0 && inbox_take(&k->inbox, &m) &&
	    !child_send(&k->active, &m, now)) {
		end_visit(k, KEEPER_CRASHED, now);
	}
}

static void tell(struct keeper *k, const struct wire_message *m, int64_t now) {
	inbox_put(&k->inbox, m);
	send_next(k, now);
}

static struct wire_message blank(enum wire_kind kind) {
	struct wire_message m;
	memset(&m, 0, sizeof m); /* padding too: what crosses the wire is all ours */
	m.kind = kind;
	return m;
}

/* The person did something. The first time, this is where their visit begins. */
static void person_acts(struct keeper *k, int64_t now) {
	if (!k->touched) {
		k->touched = true;
		k->touched_at = now;
		child_kill(&k->coming, &k->graves); /* staff mode waits for nobody to be here */
		if (now < k->cleared_until) {
			struct wire_message m = blank(WIRE_CLEARED);
			tell(k, &m, now);
		}
		k->cleared_until = INT64_MIN;
	}
	if (!k->staff) {
		idle_input(&k->idle, now);
	} else if (k->staff_until >= 0) {
		k->staff_until = now + KEEPER_STAFF_MS;
	}
}

static int clamp(int v, int size) {
	return v < 0 ? 0 : v >= size ? size - 1 : v;
}

void keeper_touch(struct keeper *k, enum wire_phase phase, int finger, int x, int y, int64_t now) {
	/* Hide comes before everything else and asks nobody, so it works while the visit hangs. It acts on *down*, unlike
	 * every other target: whoever needs it has no time to lift the finger, and nothing can be lost by a slip. */
	bool on_hide = phase == WIRE_DOWN && rect_has(glass_hide(k->plan.glass), x, y);
	enum finger_says says = fingers_touch(&k->fingers, phase, finger, on_hide || k->active.pid == 0, now);
	if (on_hide) {
		if (k->touched) {
			end_visit(k, KEEPER_HIDDEN, now);
		}
		return;
	}
	hold_touch(&k->hold, hold_place(k->plan.glass, k->plan.corner), phase, finger, x, y,
	           says == FINGER_PASS && !k->touched, now);
	if (says == FINGER_NOTHING || k->active.pid == 0) {
		return;
	}
	person_acts(k, now);
	struct wire_message m = blank(WIRE_TOUCH);
	m.touch.phase = (uint8_t)(says == FINGER_CANCEL ? WIRE_LOST : phase);
	m.touch.x = (int16_t)clamp(x, k->plan.glass.w);
	m.touch.y = (int16_t)clamp(y, k->plan.glass.h);
	m.touch.ms = (uint32_t)(now - k->touched_at);
	tell(k, &m, now);
}

void keeper_key(struct keeper *k, enum wire_keycode key, int64_t now) {
	if (key == WIRE_HIDE) {
		if (k->touched) {
			end_visit(k, KEEPER_HIDDEN, now);
		}
		return;
	}
	if (k->active.pid == 0 || fingers_hushed(&k->fingers, now)) {
		return;
	}
	hold_drop(&k->hold);
	person_acts(k, now);
	struct wire_message m = blank(WIRE_KEY);
	m.key.key = (uint8_t)key;
	m.key.ms = (uint32_t)(now - k->touched_at);
	tell(k, &m, now);
}

void keeper_bell(struct keeper *k, enum wire_bell state, int64_t now) {
	/* Never what became of somebody else's request. */
	if (k->active.pid != 0 && k->asked_for_staff) {
		struct wire_message m = blank(WIRE_BELL);
		m.bell = state;
		tell(k, &m, now);
	}
}

bool keeper_staff_room(const struct keeper *k) {
	return k->staff && k->inbox.count < INBOX_ROOM / 2; /* the other half is for touches, which may be dropped */
}

void keeper_staff_tell(struct keeper *k, const struct wire_message *m, int64_t now) {
	if (keeper_staff_room(k)) {
		tell(k, m, now);
	}
}

void keeper_ask(struct keeper *k, int64_t now) {
	if (k->active.pid != 0) {
		struct wire_message m = blank(WIRE_ASK);
		tell(k, &m, now);
	}
}

void keeper_redraw(struct keeper *k) {
	if (k->active.pid == 0) {
		show_calm(k);
	} else if (k->active.waiting != 0) {
		k->redraw = true; /* the frame may be half drawn at this moment */
	} else {
		show_whole(k);
	}
}

/* --- from the visit --------------------------------------------------------------------------------------------- */

static void visit_done(struct keeper *k, const struct wire_message *m, int64_t now) {
	const struct wire_done *done = &m->done;
	if (k->redraw) {
		show_whole(k);
	} else if (done->changed) {
		show_part(k, (struct rect){done->x, done->y, done->w, done->h});
	}
	idle_reading(&k->idle, done->reading_ms);
	if (k->touched) {
		k->failures = 0;
	}
	if (k->sink.answer != NULL) {
		k->sink.answer(k->sink.self, m);
	}
	send_next(k, now);
}

static void visit_says(struct keeper *k, const struct wire_message *m, int64_t now) {
	const struct keeper_sink *sink = &k->sink;
	switch (m->kind) {
	case WIRE_TALK:
		/* Without a line the visit was told so and offers nothing to send. */
		if (k->plan.bell && !k->staff && sink->talk != NULL) {
			k->asked_for_staff = true;
			sink->talk(sink->self, &m->talk);
		}
		break;
	case WIRE_CANCEL:
		if (k->asked_for_staff && sink->cancel != NULL) {
			k->asked_for_staff = false;
			sink->cancel(sink->self);
		}
		break;
	case WIRE_END:
		end_visit(k, KEEPER_HIDDEN, now);
		break;
	case WIRE_PIN:
	case WIRE_WANT:
		if (k->staff && sink->wish != NULL) {
			sink->wish(sink->self, m);
		}
		break;
	case WIRE_DONE:
		visit_done(k, m, now);
		break;
	default:
		if (sink->answer != NULL) {
			sink->answer(sink->self, m);
		}
	}
}

static void read_active(struct keeper *k, int64_t now) {
	struct wire_message m;
	pid_t who = k->active.pid;
	/* The visit that speaks may be ended by what it says; its successor has not been asked anything. */
	for (int i = 0; i < READ_AT_ONCE && k->active.pid != 0 && k->active.pid == who; i++) {
		switch (child_receive(&k->active, &m, k->plan.glass)) {
		case CHILD_NOTHING:
			return;
		case CHILD_GONE:
			end_visit(k, KEEPER_CRASHED, now);
			return;
		case CHILD_INSANE:
			end_visit(k, KEEPER_INSANE, now);
			return;
		case CHILD_GOT:
			visit_says(k, &m, now);
			break;
		}
	}
	explicit_bzero(&m, sizeof m);
}

static void read_spare(struct keeper *k, int64_t now) {
	if (k->spare.pid == 0) {
		return;
	}
	struct wire_message m;
	switch (child_receive(&k->spare, &m, k->plan.glass)) {
	case CHILD_NOTHING:
		break;
	case CHILD_GOT: /* the only thing it may say is that its first frame is drawn */
		refill(k, now);
		break;
	case CHILD_GONE:
	case CHILD_INSANE:
		lose_spare(k, now);
		break;
	}
}

int keeper_fds(const struct keeper *k, struct pollfd *fds, int room) {
	int count = 0;
	const struct child *all[] = {&k->active, &k->spare, &k->coming};
	for (int i = 0; i < 3; i++) {
		if (all[i]->pid != 0 && count < room) {
			fds[count++] = (struct pollfd){.fd = all[i]->socket, .events = POLLIN};
		}
	}
	for (int i = 0; i < k->graves.count && count < room; i++) {
		fds[count++] = (struct pollfd){.fd = k->graves.fds[i], .events = POLLIN};
	}
	return count;
}

void keeper_ready(struct keeper *k, const struct pollfd *fds, int count, int64_t now) {
	bool any = false;
	for (int i = 0; i < count; i++) {
		any = any || fds[i].revents != 0;
	}
	if (any) {
		graves_reap(&k->graves, false);
		read_active(k, now);
		read_spare(k, now);
		read_coming(k, now);
	}
}

/* --- time ------------------------------------------------------------------------------------------------------- */

static int64_t active_limit(const struct keeper *k) {
	return k->active.pid != 0 && k->active.waiting != 0 ? k->active.asked_at + k->plan.frame_limit_ms : -1;
}

static int64_t spare_limit(const struct keeper *k) {
	if (k->calm == NULL) {
		return -1; /* it waits for the glass, and the person for the window */
	}
	if (k->spare.pid == 0) {
		return k->start_at;
	}
	return k->spare.ready ? -1 : k->spare.asked_at + k->plan.start_limit_ms;
}

static int64_t coming_limit(const struct keeper *k) {
	return k->coming.pid != 0 ? k->coming.asked_at + k->plan.start_limit_ms : -1;
}

int64_t keeper_deadline(const struct keeper *k) {
	int64_t staff = clock_sooner(k->staff_until, clock_sooner(hold_deadline(&k->hold), coming_limit(k)));
	return clock_sooner(staff,
	                    clock_sooner(idle_deadline(&k->idle), clock_sooner(active_limit(k), spare_limit(k))));
}

static void tick_active(struct keeper *k, int64_t now) {
	int64_t limit = active_limit(k);
	if (limit >= 0 && now >= limit) {
		/* Perhaps it was we who slept, and the answer is there. */
		read_active(k, now);
		limit = active_limit(k);
		if (limit >= 0 && now >= limit) {
			end_visit(k, KEEPER_HUNG, now);
			return;
		}
	}
	uint32_t left_ms = 0;
	switch (idle_tick(&k->idle, now, &left_ms)) {
	case IDLE_NOTHING:
		break;
	case IDLE_WARN: {
		struct wire_message m = blank(WIRE_WARN);
		m.warn.left_ms = left_ms;
		m.warn.total_ms = (uint32_t)k->plan.answer_ms;
		tell(k, &m, now);
		break;
	}
	case IDLE_CLEAR:
		end_visit(k, KEEPER_CLEARED_BY_TIME, now);
		break;
	}
}

static void tick_staff(struct keeper *k, int64_t now) {
	if (hold_over(&k->hold, now)) {
		held(k, now);
	}
	if (k->staff && k->staff_until >= 0 && now >= k->staff_until) {
		end_visit(k, KEEPER_CLEARED_BY_TIME, now);
	}
	if (k->coming.pid != 0 && now >= coming_limit(k)) {
		read_coming(k, now); /* perhaps it was we who slept */
	}
	if (k->coming.pid != 0 && now >= coming_limit(k)) {
		child_kill(&k->coming, &k->graves);
	}
}

static void tick_spare(struct keeper *k, int64_t now) {
	if (k->spare.pid != 0 && !k->spare.ready && now >= spare_limit(k)) {
		read_spare(k, now);
	}
	if (k->spare.pid != 0 && !k->spare.ready && now >= spare_limit(k)) {
		lose_spare(k, now);
	}
	refill(k, now);
}

void keeper_tick(struct keeper *k, int64_t now) {
	tick_active(k, now);
	tick_staff(k, now);
	tick_spare(k, now);
}

/* --- the keeper itself ------------------------------------------------------------------------------------------ */

struct keeper *keeper_new(const struct keeper_plan *plan, const struct keeper_sink *sink, int64_t now,
                          struct fault *f) {
	struct keeper *k = calloc(1, sizeof *k);
	if (k == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	*k = (struct keeper){.plan = *plan, .sink = *sink, .cleared_until = INT64_MIN, .start_at = now};
	k->active = k->spare = k->coming = NO_CHILD;
	k->plan.frame_limit_ms = plan->frame_limit_ms > 0 ? plan->frame_limit_ms : KEEPER_FRAME_LIMIT_MS;
	k->plan.start_limit_ms = plan->start_limit_ms > 0 ? plan->start_limit_ms : KEEPER_START_LIMIT_MS;
	fingers_reset(&k->fingers);
	forget_person(k);
	if (!child_start(&k->spare, &k->plan, f) || (plan->glass.w > 0 && !keeper_glass(k, plan->glass, now, f))) {
		keeper_free(k);
		return NULL;
	}
	return k;
}

bool keeper_glass(struct keeper *k, struct glass glass, int64_t now, struct fault *f) {
	uint32_t *calm = calloc((size_t)glass.w, sizeof *calm);
	if (calm == NULL) {
		return fault_say(f, "There is not enough memory to start.");
	}
	for (int x = 0; x < glass.w; x++) {
		calm[x] = KEEPER_GROUND;
	}
	k->calm = calm;
	k->plan.glass = glass;
	return child_begin(&k->spare, &k->plan, now, f);
}

void keeper_supply(struct keeper *k, const struct keeper_plan *plan, int64_t now) {
	struct keeper_plan was = k->plan;
	k->plan = *plan;
	k->plan.program = was.program;
	k->plan.glass = was.glass;
	k->plan.frame_limit_ms = was.frame_limit_ms;
	k->plan.start_limit_ms = was.start_limit_ms;
	k->failures = 0;
	k->start_at = now;
	if (k->plan.glass.w == 0) {
		return;
	}
	child_kill(&k->spare, &k->graves);
	child_kill(&k->coming, &k->graves);
	if (!k->touched) {
		child_kill(&k->active, &k->graves);
		forget_person(k);
		show_calm(k);
	}
	refill(k, now);
}

void keeper_free(struct keeper *k) {
	if (k == NULL) {
		return;
	}
	child_kill(&k->active, &k->graves);
	child_kill(&k->spare, &k->graves);
	child_kill(&k->coming, &k->graves);
	graves_reap(&k->graves, true);
	free(k->calm);
	explicit_bzero(k, sizeof *k);
	free(k);
}

bool keeper_busy(const struct keeper *k) {
	return k->active.pid == 0 || k->active.waiting != 0 || k->inbox.count > 0 || !k->spare.ready ||
	       k->coming.pid != 0;
}

bool keeper_touched(const struct keeper *k) {
	return k->touched;
}

int keeper_failures(const struct keeper *k) {
	return k->failures;
}

bool keeper_starting(const struct keeper *k) {
	return k->spare.pid != 0 && !k->spare.ready;
}

const struct keeper_plan *keeper_next_plan(const struct keeper *k) {
	return &k->plan;
}

int keeper_frames(const struct keeper *k, const uint32_t *frames[KEEPER_FRAMES]) {
	const struct child *all[KEEPER_FRAMES] = {&k->active, &k->spare};
	int count = 0;
	for (int i = 0; i < KEEPER_FRAMES; i++) {
		if (all[i]->frame != NULL) {
			frames[count++] = all[i]->frame;
		}
	}
	return count;
}
