#include "host/staff.h"

#include "base/clock.h"
#include "host/gate.h"
#include "host/kept.h"
#include "host/marks.h"
#include "host/slots.h"
#include "host/told.h"
#include "host/tone.h"
#include "host/usb_watch.h"
#include "store/durable.h"
#include "store/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct staff {
	struct staff_plan plan;
	char packer[SETTINGS_PATH]; /* alcove-pack beside our own program, for house.csv; "" when it is not there */
	int dir;                    /* the store's folder `kept`; -1 when there is none to write in */
	struct gate gate;
	struct marks marks;
	struct kept kept;
	unsigned deeds;
	bool guide; /* the next visit of staff's, or the one that is here, is led through the first start */

	/* While staff's visit is on the glass. */
	bool here;
	bool open; /* the gate has been opened */
	struct worker *worker;
	struct slots slots;
	pid_t left; /* a worker that was killed and is not gone yet; 0 for none. Also when staff are not here */
	struct usb_watch watch;
	struct tone tone;
	bool watching; /* its first word is still to come, and then the lists */
	bool stick;
	bool list_due;               /* the lists are to be told again */
	bool listing;                /* what the worker is busy with is a list */
	struct wire_want_what wants; /* what waits for the list to be over; its `want` is 0 for nothing */
	bool line_going;
	bool proving;
	struct told told;
};

/* --- telling ---------------------------------------------------------------------------------------------------- */

bool staff_next(struct staff *s, struct wire_message *m) {
	return told_next(&s->told, m);
}

static void tell_gate(struct staff *s, int64_t now) {
	struct wire_message m;
	if (gate_tell(&s->gate, &m, now)) {
		told_instead(&s->told, &m);
	}
}

/* The steps of the first start that are still to do, as bits. A name that the broker fixes is nobody's to choose. */
static unsigned steps_left(const struct staff *s) {
	unsigned over = s->kept.steps;
	over |= gate_has_pin(&s->gate) ? 1u << WIRE_STEP_PIN : 0;
	over |= s->plan.settings->broker_user[0] != 0 ? 1u << WIRE_STEP_PLACE : 0;
	return WIRE_STEPS_ALL & ~over;
}

static enum wire_corner corner_of(const struct settings *set) {
	switch (set->corner) {
	case HOLD_TOP_LEFT:
		return WIRE_CORNER_TOP_LEFT;
	case HOLD_BOTTOM_LEFT:
		return WIRE_CORNER_BOTTOM_LEFT;
	case HOLD_BOTTOM_RIGHT:
		return WIRE_CORNER_BOTTOM_RIGHT;
	case HOLD_NOWHERE:
		break;
	}
	return WIRE_CORNER_NONE;
}

static void tell_house(struct staff *s) {
	const struct settings *set = s->plan.settings;
	const struct kept *kept = &s->kept;
	const char *place = kept->place[0] != 0 ? kept->place : set->place;
	struct wire_message m = told_blank(WIRE_HOUSE);
	m.house.idle_s = (uint16_t)(kept->idle_s > 0 ? kept->idle_s : set->idle_seconds);
	m.house.answer_s = (uint16_t)(kept->answer_s > 0 ? kept->answer_s : set->answer_seconds);
	m.house.volume = (uint16_t)(kept->volume >= 0 ? kept->volume : set->volume);
	m.house.line = set->broker_host[0] != 0;
	m.house.stick = s->stick;
	m.house.sound = s->tone.there;
	m.house.proof = s->plan.proof;
	m.house.steps = (uint8_t)(s->guide ? steps_left(s) : 0);
	m.house.corner = (uint8_t)corner_of(set);
	s->plan.today(m.house.today);
	memcpy(m.house.place, place, strlen(place) + 1);
	told_instead(&s->told, &m);
}

static void tell_marks(struct staff *s) {
	struct wire_message m = told_blank(WIRE_MARK);
	told_drop(&s->told, WIRE_MARK);
	m.mark.first = m.mark.last = 1;
	for (int i = 0; i < s->marks.count; i++) {
		const struct mark *row = &s->marks.rows[i];
		m.mark.first = i == 0;
		m.mark.last = i == s->marks.count - 1;
		m.mark.wrong = row->wrong;
		memcpy(m.mark.digits, row->digits, sizeof m.mark.digits);
		memcpy(m.mark.on, row->on, sizeof m.mark.on);
		told_put(&s->told, &m);
	}
	if (s->marks.count == 0) {
		told_put(&s->told, &m);
	}
}

static void tell_work(struct staff *s, enum wire_work_kind work, enum wire_work_state state, enum wire_reason reason) {
	struct wire_message m = told_blank(WIRE_WORK);
	m.work.work = (uint8_t)work;
	m.work.state = (uint8_t)state;
	m.work.reason = (uint8_t)reason;
	told_put(&s->told, &m);
}

static void tell_result(struct staff *s, enum wire_work_kind work, enum wire_reason reason) {
	tell_work(s, work, reason == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED, reason);
}

/* --- the worker ------------------------------------------------------------------------------------------------- */

static void start_worker(struct staff *s) {
	const struct settings *set = s->plan.settings;
	struct worker_plan plan = {.program = s->plan.program,
	                           .store = set->store,
	                           .keys = set->keys[0] != 0 ? set->keys : NULL,
	                           .usb = set->usb[0] != 0 ? set->usb : NULL,
	                           .packer = s->packer[0] != 0 ? s->packer : NULL,
	                           .pack_count = s->plan.pack_count};
	struct fault ignored;
	memcpy(plan.packs, s->plan.packs, (size_t)s->plan.pack_count * sizeof plan.packs[0]);
	s->worker = worker_start(&plan, &ignored);
}

/* What the worker is asked of; the work that its answer is about. */
static enum wire_work_kind work_of(uint8_t want) {
	return want == WIRE_WANT_INSTALL   ? WIRE_WORK_INSTALL
	       : want == WIRE_WANT_RESTORE ? WIRE_WORK_RESTORE
	       : want == WIRE_WANT_TRUST   ? WIRE_WORK_TRUST
	                                   : WIRE_WORK_COPY;
}

/* One thing at a time: first what somebody waits for, then the lists. */
static void feed_worker(struct staff *s) {
	if (s->worker == NULL || worker_busy(s->worker)) {
		return;
	}
	if (s->wants.want != 0) {
		struct wire_want_what wants = s->wants;
		s->wants.want = 0;
		s->listing = false;
		if (!worker_want(s->worker, &wants)) {
			tell_result(s, work_of(wants.want), WIRE_STORE_FAILED);
		}
	} else if (s->list_due) {
		s->list_due = false;
		s->listing = true;
		worker_want(s->worker, &(struct wire_want_what){.want = WIRE_WANT_LIST});
	}
}

static void ask_worker(struct staff *s, const struct wire_want_what *want) {
	if (s->worker == NULL) {
		tell_result(s, work_of(want->want), WIRE_STORE_FAILED);
	} else if (s->listing || !worker_busy(s->worker)) { /* else: pressed once more while it goes on */
		s->wants = *want;
		feed_worker(s);
	}
}

/* Packs were switched, or a key was added: the lists are others, and so is what visits are handed. */
static void note_result(struct staff *s, const struct wire_work *work) {
	bool switched = work->work == WIRE_WORK_INSTALL || work->work == WIRE_WORK_RESTORE;
	if (work->state != WIRE_WORK_DONE) {
		return;
	}
	if (switched) {
		s->deeds |= STAFF_PACKS;
	}
	s->list_due = s->list_due || switched || work->work == WIRE_WORK_TRUST;
}

static void hear_worker(struct staff *s) {
	struct wire_message m;
	while (s->worker != NULL && !told_full(&s->told) && worker_hear(s->worker, &m)) {
		if (m.kind == WIRE_WORK) {
			note_result(s, &m.work);
		}
		told_put(&s->told, &m);
	}
	feed_worker(s);
}

/* --- the system itself ------------------------------------------------------------------------------------------ */

/* The service takes leave of us when somebody else asks; then it is called once more. What staff wait for and cannot be
 * asked for is told. */
static void ask_system(struct staff *s, const struct wire_want_what *want) {
	bool there = s->slots.wire >= 0 || slots_open(&s->slots, s->plan.settings->slots);
	bool asked = there && slots_want(&s->slots, want);
	bool awaited = want->want == WIRE_WANT_SYSTEM || want->want == WIRE_WANT_RESTART;
	if (!asked && awaited && !s->slots.working) {
		tell_result(s, WIRE_WORK_SYSTEM, WIRE_UNKNOWN_WISH);
	}
}

static void look_for_system(struct staff *s) {
	ask_system(s, &(struct wire_want_what){.want = WIRE_WANT_LIST});
}

static void hear_system(struct staff *s) {
	struct wire_message m;
	while (!told_full(&s->told) && slots_hear(&s->slots, &m)) {
		if (m.kind == WIRE_SYSTEM) {
			told_instead(&s->told, &m);
		} else {
			told_put(&s->told, &m);
		}
	}
}

/* More steps of the first start are over; false when that could not be made durable. */
static bool keep_steps(struct staff *s, unsigned over) {
	struct kept kept = s->kept;
	if ((kept.steps & over) == over) {
		return true;
	}
	if (!kept_steps(&kept, over) || !kept_write(&kept, s->dir)) {
		return false;
	}
	s->kept = kept;
	return true;
}

/* --- the gate --------------------------------------------------------------------------------------------------- */

/* The gate was opened: for the first time, or another PIN was chosen behind it. */
static void enter(struct staff *s, int64_t now) {
	if (s->guide) {
		(void)keep_steps(s, 1u << WIRE_STEP_PIN);
	}
	if (s->open) {
		return;
	}
	s->open = true;
	tell_house(s);
	tell_marks(s);
	start_worker(s);
	if (s->worker == NULL) {
		tell_result(s, WIRE_WORK_READ, WIRE_STORE_FAILED);
	}
	s->watching =
	    s->plan.settings->usb[0] != 0 && usb_watch_start(&s->watch, s->plan.program, s->plan.settings->usb);
	s->list_due = !s->watching;
	feed_worker(s);
	if (s->tone.program == NULL) { /* a first start has begun to look already */
		tone_open(&s->tone, s->plan.program, settings_sound(s->plan.settings), now);
	}
	look_for_system(s);
}

static void hear_gate(struct staff *s, int64_t now) {
	bool opened = gate_hear(&s->gate, now);
	tell_gate(s, now);
	if (opened) {
		enter(s, now);
	}
}

/* --- marks and what staff set ----------------------------------------------------------------------------------- */

static enum wire_reason keep_mark(struct staff *s, const struct wire_want_what *want) {
	struct mark mark = {.version = want->version, .wrong = want->want == WIRE_WANT_WRONG};
	struct marks *was = malloc(sizeof *was);
	enum wire_reason reason = WIRE_FINE;
	if (was == NULL) {
		return WIRE_STORE_FAILED;
	}
	*was = s->marks;
	memcpy(mark.digits, want->digits, sizeof mark.digits);
	memcpy(mark.pack, want->pack, sizeof mark.pack);
	s->plan.today(mark.on);
	if (want->digits[0] == 0) {
		reason = WIRE_UNKNOWN_WISH;
	} else if (!marks_set(&s->marks, &mark)) {
		reason = WIRE_TOO_MANY;
	} else if (!marks_write(&s->marks, s->dir)) {
		s->marks = *was;
		reason = WIRE_STORE_FAILED;
	}
	free(was);
	return reason;
}

static void take_mark(struct staff *s, const struct wire_want_what *want) {
	enum wire_reason reason = keep_mark(s, want);
	tell_result(s, WIRE_WORK_KEEP, reason);
	if (reason == WIRE_FINE) {
		s->deeds |= STAFF_HIDDEN;
		tell_marks(s);
	}
}

static bool put_setting(struct kept *k, const struct wire_want_what *want) {
	switch (want->want) {
	case WIRE_WANT_IDLE:
		return kept_idle(k, want->number);
	case WIRE_WANT_ANSWER:
		return kept_answer(k, want->number);
	case WIRE_WANT_SOUND:
		return kept_volume(k, want->number);
	default:
		return kept_place(k, want->says);
	}
}

/* With the last step all of them are over: one that is not there on this kiosk is not waited for. */
static void take_step(struct staff *s, int step) {
	if (!s->guide || step < WIRE_STEP_PLACE || step > WIRE_STEP_LAST) {
		tell_result(s, WIRE_WORK_KEEP, WIRE_UNKNOWN_WISH);
	} else if (!keep_steps(s, step == WIRE_STEP_LAST ? WIRE_STEPS_ALL & ~(1u << WIRE_STEP_PIN) : 1u << step)) {
		tell_result(s, WIRE_WORK_KEEP, WIRE_STORE_FAILED);
	}
}

static enum wire_reason tone_reason(enum sound_said said) {
	switch (said) {
	case SOUND_PLAYED:
		return WIRE_FINE;
	case SOUND_NOTHING:
		return WIRE_NO_SOUND;
	case SOUND_TAKEN:
		return WIRE_SOUND_TAKEN;
	case SOUND_THERE:
	case SOUND_BROKEN:
		break;
	}
	return WIRE_SOUND_BROKEN;
}

static void play_tone(struct staff *s, int percent, int64_t now) {
	if (tone_play(&s->tone, percent, now)) {
		tell_work(s, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	} else {
		tell_result(s, WIRE_WORK_TONE, tone_reason(s->tone.said));
	}
}

static void tend_tone(struct staff *s, int64_t now) {
	unsigned news = tone_tend(&s->tone, now);
	if ((news & TONE_CARDS) != 0) {
		tell_house(s);
	}
	if ((news & TONE_OVER) != 0) {
		tell_result(s, WIRE_WORK_TONE, tone_reason(s->tone.said));
	}
}

static void take_setting(struct staff *s, const struct wire_want_what *want, int64_t now) {
	struct kept kept = s->kept;
	bool within = put_setting(&kept, want);
	if (want->want == WIRE_WANT_PLACE && s->plan.settings->broker_user[0] != 0) {
		/* The broker's access list lets it speak under this name alone: with another one nobody would hear it. */
		tell_result(s, WIRE_WORK_KEEP, WIRE_NAME_FIXED);
		return;
	}
	if (!within || !kept_write(&kept, s->dir)) {
		tell_result(s, WIRE_WORK_KEEP, within ? WIRE_STORE_FAILED : WIRE_UNKNOWN_WISH);
		return;
	}
	s->kept = kept;
	if (s->guide && want->want == WIRE_WANT_PLACE) {
		keep_steps(s, 1u << WIRE_STEP_PLACE);
	}
	s->deeds |= STAFF_SETTINGS;
	tell_result(s, WIRE_WORK_KEEP, WIRE_FINE);
	tell_house(s);
	if (want->want == WIRE_WANT_SOUND && want->number > 0) {
		play_tone(s, want->number, now);
	}
}

/* --- wishes ----------------------------------------------------------------------------------------------------- */

/* One thing at a time: what the store writes meanwhile would be taken for a trace. */
static void want_proof(struct staff *s) {
	if (!s->plan.proof || s->wants.want != 0 || s->slots.working ||
	    (s->worker != NULL && !s->listing && worker_busy(s->worker))) {
		tell_result(s, WIRE_WORK_PROOF, WIRE_UNKNOWN_WISH);
	} else if (!s->proving) {
		s->proving = true;
		s->deeds |= STAFF_PROOF;
		tell_work(s, WIRE_WORK_PROOF, WIRE_WORK_GOING, WIRE_FINE);
	}
}

bool staff_proving(const struct staff *s) {
	return s->proving;
}

void staff_proof(struct staff *s, const struct wire_work *work) {
	struct wire_message m = told_blank(WIRE_WORK);
	if (s->proving) {
		m.work = *work;
		m.work.work = WIRE_WORK_PROOF;
		s->proving = work->state == WIRE_WORK_GOING;
		told_put(&s->told, &m);
	}
}

static void stop_work(struct staff *s, const struct wire_want_what *want) {
	if (s->proving) {
		staff_proof(s, &(struct wire_work){.state = WIRE_WORK_FAILED, .reason = WIRE_STOPPED});
	} else if (s->slots.working) {
		slots_want(&s->slots, want);
	} else if (s->wants.want != 0) { /* it had not even begun */
		tell_result(s, work_of(s->wants.want), WIRE_STOPPED);
		s->wants.want = 0;
	} else if (s->worker != NULL && !s->listing) {
		worker_want(s->worker, want);
	}
}

static void want_line(struct staff *s) {
	if (s->line_going) {
		return;
	}
	s->line_going = true;
	s->deeds |= STAFF_LINE;
	tell_work(s, WIRE_WORK_LINE, WIRE_WORK_GOING, WIRE_FINE);
}

void staff_line(struct staff *s, enum wire_reason said) {
	if (s->line_going) {
		s->line_going = false;
		tell_result(s, WIRE_WORK_LINE, said);
	}
}

static void take_want(struct staff *s, const struct wire_want_what *want, int64_t now) {
	switch ((enum wire_want)want->want) {
	case WIRE_WANT_LIST:
		tell_house(s);
		tell_marks(s);
		s->list_due = true;
		feed_worker(s);
		look_for_system(s);
		break;
	case WIRE_WANT_SYSTEM:
	case WIRE_WANT_RESTART:
	case WIRE_WANT_READ:
		ask_system(s, want);
		break;
	case WIRE_WANT_CHANGES:
	case WIRE_WANT_INSTALL:
	case WIRE_WANT_RESTORE:
	case WIRE_WANT_TRUST:
		ask_worker(s, want);
		break;
	case WIRE_WANT_STOP:
		stop_work(s, want);
		break;
	case WIRE_WANT_RIGHT:
	case WIRE_WANT_WRONG:
		take_mark(s, want);
		break;
	case WIRE_WANT_LINE:
		want_line(s);
		break;
	case WIRE_WANT_IDLE:
	case WIRE_WANT_ANSWER:
	case WIRE_WANT_SOUND:
	case WIRE_WANT_PLACE:
		take_setting(s, want, now);
		break;
	case WIRE_WANT_PIN:
		gate_choose(&s->gate, now);
		break;
	case WIRE_WANT_PROOF:
		want_proof(s);
		break;
	case WIRE_WANT_STEP:
		take_step(s, want->number);
		break;
	case WIRE_WANT_LEAVE:
		break;
	}
}

/* Before anybody has chosen a PIN whoever stands there may also do what the first start needs, and nothing else. */
static bool may_begin(const struct staff *s, uint8_t want) {
	return s->guide && !s->open && !gate_has_pin(&s->gate) && !gate_busy(&s->gate) &&
	       (want == WIRE_WANT_PLACE || want == WIRE_WANT_SOUND || want == WIRE_WANT_LINE || want == WIRE_WANT_STEP);
}

/* Before the gate is open nothing is carried out but a PIN; and while another PIN is chosen, only that. */
void staff_wish(struct staff *s, const struct wire_message *m, int64_t now) {
	if (!s->here) {
		return;
	}
	if (m->kind == WIRE_PIN) {
		gate_type(&s->gate, m->pin.digits, now);
	} else if (m->want.want == WIRE_WANT_LEAVE) {
		s->deeds |= STAFF_LEAVE;
	} else if (s->gate.is == WIRE_GATE_OPEN || may_begin(s, m->want.want)) {
		take_want(s, &m->want, now);
	} else if (m->want.want == WIRE_WANT_STOP && (s->open || s->gate.from_start)) {
		gate_give_up(&s->gate, s->open, now);
	}
	tell_gate(s, now);
}

/* --- staff's visit comes and goes ------------------------------------------------------------------------------- */

void staff_shown(struct staff *s, int64_t now) {
	s->here = told_begin(&s->told);
	if (!s->here) {
		s->deeds |= STAFF_LEAVE;
		return;
	}
	gate_show(&s->gate, now);
	if (s->guide && s->gate.is == WIRE_GATE_CHOOSE) {
		tone_open(&s->tone, s->plan.program, settings_sound(s->plan.settings), now);
		tell_house(s);
	}
	tell_gate(s, now);
}

/* Staff have a PIN, and have left: what they left out stays left out. */
static void end_guide(struct staff *s) {
	if (s->here && s->open && s->kept.steps != 0) {
		(void)keep_steps(s, WIRE_STEPS_ALL); /* should it fail: it is offered once more */
	}
	s->guide = false;
}

void staff_over(struct staff *s) {
	end_guide(s);
	gate_over(&s->gate);
	pid_t left = worker_end(s->worker); /* to the store this is a power cut, and it is made for those */
	s->left = left != 0 ? left : s->left;
	usb_watch_end(&s->watch);
	tone_close(&s->tone);
	slots_close(&s->slots);
	s->worker = NULL;
	told_end(&s->told);
	explicit_bzero(&s->wants, sizeof s->wants);
	s->here = s->open = s->watching = s->stick = s->list_due = s->listing = s->line_going = s->proving = false;
	s->deeds &= ~(unsigned)(STAFF_LEAVE | STAFF_LINE | STAFF_PROOF);
}

/* --- what others ask -------------------------------------------------------------------------------------------- */

/* A kiosk that has a PIN and knows of no step had its first start before there were any. */
bool staff_first_start(const struct staff *s) {
	return !s->gate.broken && (!gate_has_pin(&s->gate) || (s->kept.steps != 0 && steps_left(s) != 0));
}

void staff_guide(struct staff *s) {
	s->guide = true;
}

void staff_settings(const struct staff *s, struct settings *out) {
	kept_apply(&s->kept, out);
}

void staff_hidden(const struct staff *s, char hidden[WIRE_HIDDEN][WIRE_DIGITS]) {
	marks_hidden(&s->marks, hidden);
}

bool staff_has_marks(const struct staff *s) {
	return s->marks.count > 0;
}

void staff_in_use(struct staff *s, const char *pack, uint32_t version) {
	if (marks_settle(&s->marks, pack, version)) {
		(void)marks_write(&s->marks, s->dir); /* should it fail: it is done again at the next start */
		s->deeds |= STAFF_HIDDEN;
		if (s->open) {
			tell_marks(s);
		}
	}
}

unsigned staff_deeds(struct staff *s) {
	unsigned deeds = s->deeds;
	s->deeds = 0;
	return deeds;
}

bool staff_working(const struct staff *s) {
	return s->line_going || s->proving || s->slots.working || s->wants.want != 0 ||
	       (s->worker != NULL && !s->listing && worker_busy(s->worker));
}

bool staff_busy(const struct staff *s) {
	return staff_working(s) || gate_busy(&s->gate) || s->told.count > 0 || s->watching || s->slots.asked ||
	       tone_playing(&s->tone) || (s->tone.program != NULL && !s->tone.known) ||
	       (s->worker != NULL && (s->list_due || worker_busy(s->worker)));
}

bool staff_stick(const struct staff *s) {
	return s->stick;
}

bool staff_watches(const struct staff *s) {
	return s->watch.pid != 0;
}

/* --- time and what can be heard --------------------------------------------------------------------------------- */

int staff_fds(const struct staff *s, struct pollfd fds[STAFF_FDS]) {
	int count = gate_fds(&s->gate, fds);
	if (s->watch.pid != 0) {
		fds[count++] = (struct pollfd){.fd = s->watch.socket, .events = POLLIN};
	}
	if (s->worker != NULL && !told_full(&s->told) && worker_fd(s->worker) >= 0) {
		fds[count++] = (struct pollfd){.fd = worker_fd(s->worker), .events = POLLIN};
	}
	if (s->slots.wire >= 0 && !told_full(&s->told)) {
		fds[count++] = (struct pollfd){.fd = s->slots.wire, .events = POLLIN};
	}
	return count + tone_fds(&s->tone, fds + count);
}

static void hear_watch(struct staff *s) {
	enum usb_heard heard;
	while (s->watch.pid != 0 && (heard = usb_watch_hear(&s->watch)) != USB_NOTHING) {
		s->stick = heard == USB_IN;
		s->list_due = true;
		s->watching = false;
		tell_house(s);
		look_for_system(s);
	}
	if (s->watching && s->watch.pid == 0) { /* it died */
		s->list_due = true;
		s->watching = false;
	}
}

void staff_ready(struct staff *s, const struct pollfd *fds, int count, int64_t now) {
	(void)fds, (void)count; /* asking all of them costs less than finding out which */
	if (!s->here) {
		return;
	}
	if (gate_busy(&s->gate)) {
		hear_gate(s, now);
	}
	if (s->open) {
		hear_watch(s);
		hear_worker(s);
		hear_system(s);
	}
	tend_tone(s, now);
}

int64_t staff_deadline(const struct staff *s) {
	return clock_sooner(gate_deadline(&s->gate), tone_deadline(&s->tone));
}

/* Those that were killed and took their time. */
static void bury(struct staff *s) {
	if (s->left != 0 && waitpid(s->left, NULL, WNOHANG) != 0) {
		s->left = 0;
	}
	if (s->watch.pid == 0 && s->watch.ended != 0) {
		usb_watch_end(&s->watch);
	}
	if (!s->here) {
		tone_close(&s->tone);
	}
}

void staff_tick(struct staff *s, int64_t now) {
	bury(s);
	if (s->here) {
		tend_tone(s, now);
	}
	gate_tick(&s->gate, now);
	tell_gate(s, now);
}

int staff_wait_ms(const struct staff *s) {
	if (told_full(&s->told)) {
		return -1;
	}
	int worker = s->worker != NULL ? worker_wait_ms(s->worker) : -1;
	return (int)clock_sooner(worker, slots_wait_ms(&s->slots));
}

/* --- beginning and end ------------------------------------------------------------------------------------------ */

static void find_packer(struct staff *s) {
	static const char name[] = "alcove-pack";
	ssize_t n = readlink("/proc/self/exe", s->packer, sizeof s->packer - sizeof name);
	while (n > 0 && s->packer[n - 1] != '/') {
		n--;
	}
	memcpy(s->packer + (n > 0 ? n : 0), name, sizeof name);
	if (n <= 0 || access(s->packer, X_OK) != 0) {
		s->packer[0] = 0;
	}
}

/* The host's own folder in the store; -1 when there is none that can be used. */
static int open_folder(const char *store) {
	if (mkdir(store, 0700) != 0 && errno != EEXIST) {
		return -1;
	}
	int dir = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int kept = dir >= 0 ? durable_folder(dir, "kept") : -1;
	if (dir >= 0) {
		close(dir);
	}
	return kept;
}

struct staff *staff_new(const struct staff_plan *plan, int64_t now) {
	struct staff *s = calloc(1, sizeof *s);
	if (s == NULL) {
		return NULL;
	}
	s->plan = *plan;
	s->watch = NO_USB_WATCH;
	s->tone = NO_TONE;
	s->slots = NO_SLOTS;
	s->kept.volume = -1;
	find_packer(s);
	s->dir = open_folder(plan->settings->store);
	gate_init(&s->gate, plan->program, s->dir, now);
	if (s->dir >= 0) {
		(void)marks_read(&s->marks, s->dir); /* what cannot be read is as if it had never been set */
		(void)kept_read(&s->kept, s->dir);
	}
	return s;
}

void staff_free(struct staff *s) {
	if (s == NULL) {
		return;
	}
	s->here = false; /* nobody has left: a first start that was going on goes on at the next one */
	staff_over(s);
	if (s->dir >= 0) {
		close(s->dir);
	}
	explicit_bzero(s, sizeof *s);
	free(s);
}
