#include "host/request.h"

#include <stdio.h>
#include <string.h>

const struct request_times request_times = {
    .answer = 5000,
    .again = 180000,
    .expires = 3600000,
    .cut = 5000,
};

/* What is posted for a request that is over, in this order: a power cut in between may lose the tidying, but never bring
 * a request back. */
enum { STEP_NOTICE, STEP_REQUEST, STEP_SEEN, STEP_CLOSED, STEP_LAST };

void requests_init(struct requests *q, const struct request_times *times, int64_t now) {
	memset(q, 0, sizeof *q);
	q->times = *times;
	q->lost_at = now;
}

void requests_wipe(struct requests *q) {
	explicit_bzero(q, sizeof *q);
}

bool request_is_open(const struct request *r) {
	return r->stage == REQUEST_SENDING || r->stage == REQUEST_SENT || r->stage == REQUEST_SEEN;
}

bool request_is_over(const struct request *r) {
	return r->stage == REQUEST_CLOSED || r->stage == REQUEST_CANCELLED || r->stage == REQUEST_EXPIRED;
}

int requests_open(const struct requests *q) {
	int open = 0;
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		open += request_is_open(&q->rows[i]);
	}
	return open;
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

static struct request *find(struct requests *q, const char *id) {
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		if (q->rows[i].stage != REQUEST_FREE && strcmp(q->rows[i].id, id) == 0) {
			return &q->rows[i];
		}
	}
	return NULL;
}

static struct request *new_row(struct requests *q, const char *id, enum request_stage stage) {
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		struct request *r = &q->rows[i];
		if (r->stage == REQUEST_FREE) {
			r->stage = stage;
			snprintf(r->id, sizeof r->id, "%s", id);
			return r;
		}
	}
	return NULL;
}

/* FNV-1a. The ids are random already. */
static uint64_t hash_id(const char *id) {
	uint64_t hash = 0xcbf29ce484222325;
	for (; *id != 0; id++) {
		hash = (hash ^ (unsigned char)*id) * 0x100000001b3;
	}
	return hash;
}

static bool is_done(const struct requests *q, const char *id) {
	uint64_t hash = hash_id(id);
	for (int i = 0; i < REQUESTS_DONE; i++) {
		if (q->done[i] == hash) {
			return true;
		}
	}
	return false;
}

static void drop(struct requests *q, struct request *r) {
	q->done[q->done_next] = hash_id(r->id);
	q->done_next = (q->done_next + 1) % REQUESTS_DONE;
	q->dirty = true;
	explicit_bzero(r, sizeof *r);
}

static void set_state(struct requests *q, enum wire_bell state) {
	q->news = q->news || q->state != state;
	q->state = state;
}

static bool is_current(const struct requests *q, const struct request *r) {
	return strcmp(q->current, r->id) == 0;
}

static void say(struct requests *q, const struct request *r, enum wire_bell state) {
	if (is_current(q, r)) {
		set_state(q, state);
	}
}

/* Nothing of what was asked is needed any more; what is left is to take it away from the broker. */
static void end(struct requests *q, struct request *r, enum request_stage how) {
	r->has_seen = r->has_seen || r->stage == REQUEST_SEEN;
	r->stage = how;
	r->step = how == REQUEST_CLOSED ? STEP_REQUEST : STEP_NOTICE;
	r->mid = 0;
	r->answer_by = 0;
	explicit_bzero(&r->talk, sizeof r->talk);
	q->dirty = true;
	if (!r->handed) {
		drop(q, r);
	}
}

/* The broker has it: that is when, and only when, it is sent. */
static void confirm(struct requests *q, struct request *r, int64_t now) {
	if (r->stage == REQUEST_SENDING) {
		r->stage = REQUEST_SENT;
		r->answer_by = 0;
		r->again_at = now + q->times.again;
		q->dirty = true;
	}
	if (r->stage == REQUEST_SENT) {
		say(q, r, r->again > 0 ? WIRE_BELL_AGAIN : WIRE_BELL_SENT);
	}
}

static bool held(const struct request *r) {
	return r->acked && r->echoed;
}

/* --- the person ------------------------------------------------------------------------------------------------- */

void requests_add(struct requests *q, const char *id, const struct wire_talk *talk, int64_t now) {
	q->current[0] = 0;
	if (requests_open(q) >= REQUESTS_OPEN) {
		set_state(q, WIRE_BELL_FULL);
		return;
	}
	struct request *r = id[0] != 0 ? new_row(q, id, REQUEST_SENDING) : NULL;
	if (r == NULL) {
		set_state(q, WIRE_BELL_UNREACHABLE);
		return;
	}
	r->talk = *talk;
	r->answer_by = now + q->times.answer;
	r->expires = now + q->times.expires;
	memcpy(q->current, r->id, sizeof q->current);
	set_state(q, WIRE_BELL_SENDING);
	q->dirty = true;
}

void requests_cancel(struct requests *q) {
	struct request *r = q->current[0] != 0 ? find(q, q->current) : NULL;
	if (r != NULL && request_is_open(r)) {
		end(q, r, REQUEST_CANCELLED);
	}
	q->current[0] = 0;
	q->state = WIRE_BELL_NONE;
}

void requests_forget(struct requests *q) {
	struct request *r = q->current[0] != 0 ? find(q, q->current) : NULL;
	if (r != NULL) {
		/* Nobody was told that it could not be sent: so it may still be. */
		r->answer_by = 0;
	}
	q->current[0] = 0;
	q->state = WIRE_BELL_NONE;
}

void requests_resume(struct requests *q, const struct request *kept, int64_t left, int64_t now) {
	struct request *r = find(q, kept->id) == NULL ? new_row(q, kept->id, kept->stage) : NULL;
	if (r == NULL) {
		return;
	}
	r->talk = kept->talk;
	r->again = kept->again;
	r->handed = true; /* it may have been */
	r->has_seen = kept->stage == REQUEST_SEEN;
	r->expires = now + (left < q->times.expires ? left : q->times.expires);
	int64_t due = r->expires - q->times.expires + (r->again + 1) * q->times.again;
	r->again_at = due > now ? due : now;
	r->step = kept->stage == REQUEST_CLOSED ? STEP_REQUEST : STEP_NOTICE;
}

/* --- what is heard ---------------------------------------------------------------------------------------------- */

static void heard_own_request(struct requests *q, struct request *r, const struct heard *h, int64_t now) {
	if (h->empty) {
		/* We empty only what is over. Somebody else has: what the broker does not hold is not open. */
		if (request_is_open(r) && r->echoed) {
			say(q, r, WIRE_BELL_CLOSED);
			end(q, r, REQUEST_CLOSED);
		}
		return;
	}
	r->has_request = true;
	if (request_is_open(r) && h->talk != NULL && h->again >= r->again) {
		r->again = h->again;
		r->echoed = true;
		/* What the broker had before we listened needs no confirmation. */
		r->acked = r->acked || h->retained;
		r->posted = r->posted || h->retained;
		if (held(r)) {
			confirm(q, r, now);
		}
	}
}

static void heard_of_own(struct requests *q, struct request *r, const struct heard *h, int64_t now) {
	if (h->what == HEARD_REQUEST) {
		heard_own_request(q, r, h, now);
		return;
	}
	bool *has = h->what == HEARD_SEEN ? &r->has_seen : &r->has_closed;
	*has = !h->empty;
	if (h->empty) {
		return; /* somebody tidied up; seen once is seen for good */
	}
	if (request_is_over(r)) {
		r->step = STEP_REQUEST;
		r->mid = 0;
	} else if (request_is_open(r) && h->what == HEARD_CLOSED) {
		say(q, r, WIRE_BELL_CLOSED);
		end(q, r, REQUEST_CLOSED);
	} else if (request_is_open(r) && r->stage != REQUEST_SEEN) {
		r->stage = REQUEST_SEEN;
		q->dirty = true;
		say(q, r, WIRE_BELL_SEEN);
	}
}

/* All that the broker had is heard: a request that stands there and that we do not know is one of ours all the same,
 * from before the power was cut; what is closed, or belongs to nothing, is taken away. */
static void judge(struct requests *q, struct request *r, int64_t now) {
	r->handed = true;
	if (r->has_closed || !r->has_request || is_done(q, r->id)) {
		end(q, r, REQUEST_CLOSED);
		return;
	}
	r->stage = r->has_seen ? REQUEST_SEEN : REQUEST_SENT;
	r->posted = r->acked = r->echoed = true;
	r->expires = now + q->times.expires;
	r->again_at = now + q->times.again;
	q->dirty = true;
}

static void heard_of_another(struct requests *q, const struct heard *h, int64_t now) {
	/* A request that comes while we listen is not ours, or it is over: then a broker that was stuck has had it from a
	 * connection that we have long given up, and it must not stand there. */
	bool request = h->what == HEARD_REQUEST, over = is_done(q, h->id);
	if (h->empty || (request && !over && (!h->retained || h->talk == NULL))) {
		return;
	}
	struct request *r = new_row(q, h->id, REQUEST_HEARSAY);
	if (r == NULL) {
		return; /* it is told again after the next connection */
	}
	r->has_request = request;
	r->has_seen = h->what == HEARD_SEEN;
	r->has_closed = h->what == HEARD_CLOSED;
	if (request && !over) {
		r->talk = *h->talk;
		r->again = h->again;
	}
	if (q->ready) {
		judge(q, r, now);
	}
}

static void heard_hearsay(struct request *r, const struct heard *h) {
	if (h->what == HEARD_SEEN) {
		r->has_seen = !h->empty;
	} else if (h->what == HEARD_CLOSED) {
		r->has_closed = !h->empty;
	} else {
		r->has_request = !h->empty && h->talk != NULL;
		if (r->has_request) {
			r->talk = *h->talk;
			r->again = h->again;
		}
	}
}

void requests_heard(struct requests *q, const struct heard *h, int64_t now) {
	struct request *r = find(q, h->id);
	if (r == NULL) {
		heard_of_another(q, h, now);
	} else if (r->stage == REQUEST_HEARSAY) {
		heard_hearsay(r, h);
	} else {
		heard_of_own(q, r, h, now);
	}
}

/* --- the line --------------------------------------------------------------------------------------------------- */

static void begin_anew(struct request *r) {
	r->posted = r->acked = r->echoed = false;
	r->has_request = false;
	r->mid = 0;
	r->step = r->stage == REQUEST_CLOSED ? STEP_REQUEST : STEP_NOTICE;
}

void requests_line(struct requests *q, bool ready, int64_t now) {
	if (q->ready && !ready) {
		q->lost_at = now;
	}
	q->ready = ready;
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		struct request *r = &q->rows[i];
		if (r->stage == REQUEST_HEARSAY && ready) {
			judge(q, r, now);
		} else if (r->stage == REQUEST_HEARSAY) {
			explicit_bzero(r, sizeof *r); /* the next connection tells it again */
		} else if (!ready) {
			begin_anew(r);
		}
	}
}

static bool next_of_open(const struct request *r, enum post_what *what) {
	if (r->posted) {
		return false;
	}
	*what = r->stage == REQUEST_SEEN && r->step == 0 ? POST_SEEN : POST_REQUEST;
	return true;
}

/* Also moves on over steps that are not needed. */
static bool next_of_over(const struct request *r, enum post_what *what) {
	bool all = r->stage == REQUEST_CLOSED;
	switch (r->step) {
	case STEP_NOTICE:
		*what = r->stage == REQUEST_EXPIRED ? POST_EXPIRED : POST_CANCELLED;
		return true;
	case STEP_REQUEST:
		*what = POST_EMPTY_REQUEST;
		return true;
	case STEP_SEEN:
		if (all || r->has_seen) {
			*what = POST_EMPTY_SEEN;
			return true;
		}
		/* fall through */
	case STEP_CLOSED:
		*what = POST_EMPTY_CLOSED;
		return all || r->has_closed;
	default:
		return false;
	}
}

bool requests_next(const struct requests *q, struct post *out) {
	for (int i = 0; i < REQUESTS_ROOM && q->ready; i++) {
		const struct request *r = &q->rows[i];
		out->row = i;
		if ((request_is_open(r) && next_of_open(r, &out->what)) ||
		    (request_is_over(r) && next_of_over(r, &out->what))) {
			return true;
		}
	}
	return false;
}

void requests_posted(struct requests *q, const struct post *p, int mid) {
	struct request *r = &q->rows[p->row];
	r->mid = mid;
	r->handed = true;
	switch (p->what) {
	case POST_SEEN:
		r->step = 1;
		break;
	case POST_REQUEST:
		r->posted = true;
		break;
	case POST_CANCELLED:
	case POST_EXPIRED:
		r->step = STEP_REQUEST;
		break;
	case POST_EMPTY_REQUEST:
		r->step = STEP_SEEN;
		break;
	case POST_EMPTY_SEEN:
		r->step = STEP_CLOSED;
		break;
	case POST_EMPTY_CLOSED:
		r->step = STEP_LAST;
		break;
	}
}

static void open_acked(struct requests *q, struct request *r, bool fine, int64_t now) {
	if (!fine && r->stage == REQUEST_SENDING) {
		/* The broker does not let us: that will not change within seconds. */
		say(q, r, WIRE_BELL_UNREACHABLE);
		end(q, r, REQUEST_CANCELLED);
	} else if (fine && r->posted) {
		r->acked = true;
		if (held(r)) {
			confirm(q, r, now);
		}
	}
}

void requests_acked(struct requests *q, int mid, bool fine, int64_t now) {
	enum post_what left;
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		struct request *r = &q->rows[i];
		if (r->stage == REQUEST_FREE || mid == 0 || r->mid != mid) {
			continue;
		}
		r->mid = 0;
		if (request_is_open(r)) {
			open_acked(q, r, fine, now);
		} else if (fine && !next_of_over(r, &left)) {
			drop(q, r);
		}
	}
}

/* --- time ------------------------------------------------------------------------------------------------------- */

static void tick_one(struct requests *q, struct request *r, int64_t now) {
	if (r->stage == REQUEST_SENDING && r->answer_by != 0 && now >= r->answer_by) {
		say(q, r, WIRE_BELL_UNREACHABLE);
		end(q, r, REQUEST_CANCELLED);
	} else if (now >= r->expires) {
		say(q, r, WIRE_BELL_EXPIRED);
		end(q, r, REQUEST_EXPIRED);
	} else if (r->stage == REQUEST_SENT && q->ready && held(r) && now >= r->again_at) {
		r->again++;
		r->again_at = now + q->times.again;
		r->posted = r->acked = r->echoed = false;
		q->dirty = true;
	}
}

/* What the person was told last is that it is at the desk; with the line down that may not be so any more. */
static bool cut_matters(const struct requests *q, const struct request *r) {
	return !q->ready && r->stage == REQUEST_SENT && is_current(q, r) && q->state != WIRE_BELL_CUT;
}

void requests_tick(struct requests *q, int64_t now) {
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		struct request *r = &q->rows[i];
		if (request_is_open(r)) {
			tick_one(q, r, now);
		}
		if (cut_matters(q, r) && now >= q->lost_at + q->times.cut) {
			say(q, r, WIRE_BELL_CUT);
		}
	}
}

static int64_t sooner(int64_t a, int64_t b) {
	return a < b ? a : b;
}

int64_t requests_deadline(const struct requests *q) {
	int64_t at = INT64_MAX;
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		const struct request *r = &q->rows[i];
		if (!request_is_open(r)) {
			continue;
		}
		at = sooner(at, r->expires);
		if (r->stage == REQUEST_SENDING && r->answer_by != 0) {
			at = sooner(at, r->answer_by);
		}
		if (r->stage == REQUEST_SENT && q->ready && held(r)) {
			at = sooner(at, r->again_at);
		}
		if (cut_matters(q, r)) {
			at = sooner(at, q->lost_at + q->times.cut);
		}
	}
	return at;
}
