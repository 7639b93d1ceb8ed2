/* What becomes of a request, step by step, and then by the hundred thousand against a model of a broker that loses its
 * memory, connections that break in the middle, and hosts that are killed. */
#include "host/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct wire_talk come = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"};
#define ID "0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffff"

struct world {
	struct requests q;
	int64_t now;
	int mid;
};

static struct world fresh(void) {
	struct world w = {.now = 1000};
	requests_init(&w.q, &request_times, w.now);
	return w;
}

static struct world online(void) {
	struct world w = fresh();
	requests_line(&w.q, true, w.now);
	return w;
}

/* The next post must be this one. Returns its number. */
static int expect_post(struct world *w, enum post_what what) {
	struct post p;
	assert_true(requests_next(&w->q, &p));
	assert_int_equal(p.what, what);
	requests_posted(&w->q, &p, ++w->mid);
	return w->mid;
}

static void expect_silence(struct world *w) {
	struct post p;
	assert_false(requests_next(&w->q, &p));
}

static void hear(struct world *w, const char *id, enum heard_what what, bool empty, bool retained, int again) {
	struct heard h = {.what = what, .empty = empty, .retained = retained, .again = again};
	snprintf(h.id, sizeof h.id, "%s", id);
	h.talk = what == HEARD_REQUEST && !empty ? &come : NULL;
	requests_heard(&w->q, &h, w->now);
}

static void tick(struct world *w, int64_t ms) {
	w->now += ms;
	requests_tick(&w->q, w->now);
}

/* Sent, confirmed, heard back. */
static struct world with_sent(void) {
	struct world w = online();
	requests_add(&w.q, ID, &come, w.now);
	int mid = expect_post(&w, POST_REQUEST);
	requests_acked(&w.q, mid, true, w.now);
	assert_int_equal(w.q.state,
	                 WIRE_BELL_SENDING); /* a confirmation alone says little: some brokers confirm and drop */
	hear(&w, ID, HEARD_REQUEST, false, false, 0);
	assert_int_equal(w.q.state, WIRE_BELL_SENT);
	return w;
}

static void expect_emptied(struct world *w, bool notice, enum post_what first) {
	int mid = notice ? expect_post(w, first) : 0;
	mid = expect_post(w, POST_EMPTY_REQUEST);
	struct post p;
	while (requests_next(&w->q, &p)) {
		assert_true(p.what == POST_EMPTY_SEEN || p.what == POST_EMPTY_CLOSED);
		requests_posted(&w->q, &p, mid = ++w->mid);
	}
	requests_acked(&w->q, mid, true, w->now);
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		assert_int_equal(w->q.rows[i].stage, REQUEST_FREE);
	}
}

static void sent_seen_closed(void **state) {
	(void)state;
	struct world w = with_sent();
	expect_silence(&w);
	hear(&w, ID, HEARD_SEEN, false, false, 0);
	assert_int_equal(w.q.state, WIRE_BELL_SEEN);
	hear(&w, ID, HEARD_SEEN, true, false, 0); /* seen once is seen for good */
	assert_int_equal(w.q.state, WIRE_BELL_SEEN);
	tick(&w, 20 * request_times.again / 3);
	expect_silence(&w); /* nobody is asked again about what was seen */
	hear(&w, ID, HEARD_CLOSED, false, false, 0);
	assert_int_equal(w.q.state, WIRE_BELL_CLOSED);
	assert_int_equal(requests_open(&w.q), 0);
	expect_post(&w, POST_EMPTY_REQUEST);
	expect_post(&w, POST_EMPTY_SEEN);
	int mid = expect_post(&w, POST_EMPTY_CLOSED);
	requests_acked(&w.q, mid, true, w.now);
	expect_silence(&w);
	/* And it never comes back. */
	hear(&w, ID, HEARD_REQUEST, false, true, 0);
	assert_int_equal(requests_open(&w.q), 0);
	expect_emptied(&w, false, POST_CANCELLED);
}

static void unreachable_is_never_delivered(void **state) {
	(void)state;
	struct world w = fresh();
	requests_add(&w.q, ID, &come, w.now);
	assert_int_equal(requests_deadline(&w.q), w.now + request_times.answer);
	tick(&w, request_times.answer - 1);
	assert_int_equal(w.q.state, WIRE_BELL_SENDING);
	tick(&w, 1);
	assert_int_equal(w.q.state, WIRE_BELL_UNREACHABLE);
	requests_line(&w.q, true, w.now);
	expect_silence(&w); /* it was never handed to anybody */

	/* Handed over, and no confirmation: it may be there, so it is taken away, in this connection and the next. */
	w = online();
	requests_add(&w.q, ID, &come, w.now);
	expect_post(&w, POST_REQUEST);
	tick(&w, request_times.answer);
	assert_int_equal(w.q.state, WIRE_BELL_UNREACHABLE);
	expect_post(&w, POST_CANCELLED);
	expect_post(&w, POST_EMPTY_REQUEST);
	requests_line(&w.q, false, w.now);
	hear(&w, ID, HEARD_REQUEST, false, true, 0);
	requests_line(&w.q, true, w.now);
	assert_int_equal(w.q.state, WIRE_BELL_UNREACHABLE);
	expect_emptied(&w, true, POST_CANCELLED);
}

/* The broker was stuck, the line was given up and made anew, all was taken away; and then the broker reads what the first
 * connection had said. */
static void a_broker_that_reads_it_late_is_told_again(void **state) {
	(void)state;
	struct world w = online();
	requests_add(&w.q, ID, &come, w.now);
	expect_post(&w, POST_REQUEST);
	tick(&w, request_times.answer);
	requests_line(&w.q, false, w.now);
	requests_line(&w.q, true, w.now);
	expect_emptied(&w, true, POST_CANCELLED);
	hear(&w, ID, HEARD_REQUEST, false, false, 0);
	assert_int_equal(requests_open(&w.q), 0);
	assert_int_equal(w.q.state, WIRE_BELL_UNREACHABLE);
	expect_emptied(&w, false, POST_CANCELLED);
	hear(&w, ID, HEARD_REQUEST, true, false, 0); /* what we have emptied ourselves */
	expect_silence(&w);
	hear(&w, OTHER, HEARD_REQUEST, false, false, 0); /* nobody's */
	expect_silence(&w);
}

static void a_refusal_is_told_at_once(void **state) {
	(void)state;
	struct world w = online();
	requests_add(&w.q, ID, &come, w.now);
	int mid = expect_post(&w, POST_REQUEST);
	requests_acked(&w.q, mid, false, w.now);
	assert_int_equal(w.q.state, WIRE_BELL_UNREACHABLE);
}

static void without_anybody_waiting_it_goes_on_trying(void **state) {
	(void)state;
	struct world w = fresh();
	requests_add(&w.q, ID, &come, w.now);
	requests_forget(&w.q);
	assert_int_equal(w.q.state, WIRE_BELL_NONE);
	tick(&w, 10 * request_times.answer);
	requests_line(&w.q, true, w.now);
	expect_post(&w, POST_REQUEST);
	assert_int_equal(w.q.state, WIRE_BELL_NONE);
}

static void cancel_takes_it_back(void **state) {
	(void)state;
	struct world w = with_sent();
	requests_cancel(&w.q);
	assert_int_equal(requests_open(&w.q), 0);
	expect_emptied(&w, true, POST_CANCELLED);
	/* A seen that crossed it on the way belongs to nothing: it is taken away too. */
	hear(&w, ID, HEARD_SEEN, false, false, 0);
	expect_emptied(&w, false, POST_CANCELLED);
	requests_cancel(&w.q);
	expect_silence(&w);
}

static void nobody_sees_it_staff_are_asked_again(void **state) {
	(void)state;
	struct world w = with_sent();
	for (int again = 1; again <= 3; again++) {
		assert_int_equal(requests_deadline(&w.q), w.now + request_times.again);
		tick(&w, request_times.again - 1);
		expect_silence(&w);
		tick(&w, 1);
		int mid = expect_post(&w, POST_REQUEST);
		assert_int_equal(w.q.rows[0].again, again);
		assert_int_equal(w.q.state, again == 1 ? WIRE_BELL_SENT : WIRE_BELL_AGAIN);
		hear(&w, ID, HEARD_REQUEST, false, false, again - 1); /* an old one, late */
		requests_acked(&w.q, mid, true, w.now);
		assert_int_equal(w.q.state, again == 1 ? WIRE_BELL_SENT : WIRE_BELL_AGAIN);
		assert_false(w.q.rows[0].echoed);
		hear(&w, ID, HEARD_REQUEST, false, false, again);
		assert_int_equal(w.q.state, WIRE_BELL_AGAIN);
	}
}

static void an_hour_is_enough(void **state) {
	(void)state;
	struct world w = with_sent();
	hear(&w, ID, HEARD_SEEN, false, false, 0);
	assert_int_equal(requests_deadline(&w.q), w.now + request_times.expires);
	tick(&w, request_times.expires - 1);
	assert_int_equal(w.q.state, WIRE_BELL_SEEN);
	tick(&w, 1);
	assert_int_equal(w.q.state, WIRE_BELL_EXPIRED);
	expect_emptied(&w, true, POST_EXPIRED);
	assert_int_equal(requests_deadline(&w.q), INT64_MAX);
}

static void three_are_enough(void **state) {
	(void)state;
	struct world w = fresh();
	char id[REQUEST_ID] = ID;
	for (int i = 0; i < REQUESTS_OPEN; i++) {
		id[0] = (char)('a' + i);
		requests_add(&w.q, id, &come, w.now);
		assert_int_equal(w.q.state, WIRE_BELL_SENDING);
		requests_forget(&w.q);
	}
	requests_add(&w.q, ID, &come, w.now);
	assert_int_equal(w.q.state, WIRE_BELL_FULL);
	assert_int_equal(requests_open(&w.q), REQUESTS_OPEN);
	requests_cancel(&w.q); /* takes back nothing of the others */
	assert_int_equal(requests_open(&w.q), REQUESTS_OPEN);
}

static void a_broken_line_is_told(void **state) {
	(void)state;
	struct world w = with_sent();
	requests_line(&w.q, false, w.now);
	tick(&w, request_times.cut - 1);
	assert_int_equal(w.q.state, WIRE_BELL_SENT); /* a broker may start again */
	tick(&w, 1);
	assert_int_equal(w.q.state, WIRE_BELL_CUT);
	/* While it is down nobody is asked again; when it is back the request goes there as it was. */
	tick(&w, 2 * request_times.again);
	requests_line(&w.q, true, w.now);
	assert_int_equal(w.q.state, WIRE_BELL_CUT);
	int mid = expect_post(&w, POST_REQUEST);
	assert_int_equal(w.q.rows[0].again, 0);
	requests_acked(&w.q, mid, true, w.now);
	hear(&w, ID, HEARD_REQUEST, false, false, 0);
	assert_int_equal(w.q.state, WIRE_BELL_SENT);
	tick(&w, 0);
	expect_post(&w, POST_REQUEST);
	assert_int_equal(w.q.rows[0].again, 1);
	/* Who has seen it comes, line or not. */
	hear(&w, ID, HEARD_SEEN, false, false, 0);
	requests_line(&w.q, false, w.now);
	tick(&w, 2 * request_times.cut);
	assert_int_equal(w.q.state, WIRE_BELL_SEEN);
}

static void a_broker_without_memory_gets_it_again(void **state) {
	(void)state;
	struct world w = with_sent();
	requests_line(&w.q, false, w.now);
	/* One that still has it does not. */
	hear(&w, ID, HEARD_REQUEST, false, true, 0);
	requests_line(&w.q, true, w.now);
	expect_silence(&w);
	/* Seen goes before it, so that no desk alerts. */
	hear(&w, ID, HEARD_SEEN, false, false, 0);
	requests_line(&w.q, false, w.now);
	requests_line(&w.q, true, w.now);
	expect_post(&w, POST_SEEN);
	expect_post(&w, POST_REQUEST);
	expect_silence(&w);
}

static void a_host_that_starts_again_goes_on(void **state) {
	(void)state;
	struct world before = with_sent(), w = fresh();
	before.q.rows[0].again = 2;
	requests_resume(&w.q, &before.q.rows[0], request_times.expires - request_times.again * 5 / 2, w.now);
	assert_int_equal(requests_open(&w.q), 1);
	assert_int_equal(w.q.state, WIRE_BELL_NONE); /* it belongs to no visit */
	hear(&w, ID, HEARD_REQUEST, false, true, 2);
	requests_line(&w.q, true, w.now);
	expect_silence(&w);
	/* Two and a half waits have gone: half a wait is left. */
	assert_int_equal(requests_deadline(&w.q), w.now + request_times.again / 2);
	requests_cancel(&w.q);
	assert_int_equal(requests_open(&w.q), 1);
	/* What was being taken away is still taken away. */
	w = fresh();
	before.q.rows[0].stage = REQUEST_CANCELLED;
	requests_resume(&w.q, &before.q.rows[0], 0, w.now);
	requests_line(&w.q, true, w.now);
	expect_emptied(&w, true, POST_CANCELLED);
	w = fresh();
	before.q.rows[0].stage = REQUEST_CLOSED;
	requests_resume(&w.q, &before.q.rows[0], 0, w.now);
	requests_line(&w.q, true, w.now);
	expect_post(&w, POST_EMPTY_REQUEST);
	expect_post(&w, POST_EMPTY_SEEN);
	expect_post(&w, POST_EMPTY_CLOSED);
}

static void what_the_broker_knows_of_an_earlier_life(void **state) {
	(void)state;
	/* A request that stands there: the power was cut, and somebody still waits. */
	struct world w = fresh();
	hear(&w, ID, HEARD_SEEN, false, true, 0); /* in any order */
	hear(&w, ID, HEARD_REQUEST, false, true, 1);
	expect_silence(&w);
	requests_line(&w.q, true, w.now);
	assert_int_equal(requests_open(&w.q), 1);
	assert_int_equal(w.q.rows[0].stage, REQUEST_SEEN);
	expect_silence(&w);
	hear(&w, ID, HEARD_CLOSED, false, false, 0);
	expect_emptied(&w, false, POST_CANCELLED);
	/* One that was closed meanwhile, and a seen that belongs to nothing. */
	w = fresh();
	hear(&w, ID, HEARD_CLOSED, false, true, 0);
	hear(&w, ID, HEARD_REQUEST, false, true, 0);
	requests_line(&w.q, true, w.now);
	assert_int_equal(requests_open(&w.q), 0);
	expect_emptied(&w, false, POST_CANCELLED);
	w = fresh();
	hear(&w, OTHER, HEARD_SEEN, false, true, 0);
	requests_line(&w.q, true, w.now);
	expect_emptied(&w, false, POST_CANCELLED);
	/* One that comes while we listen is not ours. */
	w = online();
	hear(&w, ID, HEARD_REQUEST, false, false, 0);
	expect_silence(&w);
	assert_int_equal(requests_open(&w.q), 0);
}

static void what_somebody_else_empties_is_over(void **state) {
	(void)state;
	struct world w = with_sent();
	hear(&w, ID, HEARD_REQUEST, true, false, 0);
	assert_int_equal(w.q.state, WIRE_BELL_CLOSED);
	expect_emptied(&w, false, POST_CANCELLED);
}

static void what_is_over_is_wiped(void **state) {
	(void)state;
	struct world w = with_sent();
	struct wire_talk other = {
	    .how = WIRE_HOW_OTHER, .when = WIRE_WHEN_NOW, .language = "es", .phrase = "canaryphrase"};
	requests_forget(&w.q);
	requests_add(&w.q, OTHER, &other, w.now);
	const char *bytes = (const char *)&w.q;
	assert_non_null(memmem(bytes, sizeof w.q, "canaryphrase", 12)); /* it can be found while it is there */
	expect_post(&w, POST_REQUEST);
	requests_cancel(&w.q);
	assert_null(memmem(bytes, sizeof w.q, "canaryphrase", 12));
}

/* --- a model ---------------------------------------------------------------------------------------------------- */

enum { IDS = 400, QUEUE = 512 };

/* What a broker holds for one id, and what was told to the person who asked. */
struct truth {
	bool request, seen, closed;
	int again, alerts, alerted_again;
	bool desk_over; /* the desk knows that it is over */
	bool told_sent, told_unreachable, cancelled;
	bool desk_closed;
};
struct packet {
	int id, mid, again;
	enum post_what what;
};
struct model {
	struct world w;
	struct truth ids[IDS];
	int used, current; /* -1 for none */
	struct packet wire[QUEUE];
	int wired;
	bool up;
	uint32_t seed;
};

static uint32_t roll(struct model *m, uint32_t sides) {
	m->seed = m->seed * 1664525u + 1013904223u;
	return (m->seed >> 8) % sides;
}

static void name(int id, char out[REQUEST_ID]) {
	snprintf(out, REQUEST_ID, "%032x", id + 1);
}

static int number(const char *id) {
	unsigned n;
	assert_int_equal(sscanf(id + 24, "%8x", &n), 1);
	return (int)n - 1;
}

static void echo(struct model *m, int id, enum heard_what what, bool empty, bool retained, int again) {
	char text[REQUEST_ID];
	name(id, text);
	if (m->up) {
		hear(&m->w, text, what, empty, retained, again);
	}
}

/* The desk: one alert for an id and each `again` of it, none for what it knows to be over or seen. */
static void desk_hears(struct truth *t, int again) {
	if (t->desk_over || t->desk_closed || t->seen || (t->alerts > 0 && again <= t->alerted_again)) {
		return;
	}
	t->alerts++;
	t->alerted_again = again;
}

static void broker_takes(struct model *m, const struct packet *p) {
	struct truth *t = &m->ids[p->id];
	switch (p->what) {
	case POST_SEEN:
		t->seen = true;
		echo(m, p->id, HEARD_SEEN, false, false, 0);
		break;
	case POST_REQUEST:
		t->request = true;
		t->again = p->again;
		desk_hears(t, p->again);
		echo(m, p->id, HEARD_REQUEST, false, false, p->again);
		break;
	case POST_CANCELLED:
	case POST_EXPIRED:
		t->desk_over = true;
		break;
	case POST_EMPTY_REQUEST:
		t->request = false;
		t->desk_over = true;
		echo(m, p->id, HEARD_REQUEST, true, false, 0);
		break;
	case POST_EMPTY_SEEN:
		t->seen = false;
		echo(m, p->id, HEARD_SEEN, true, false, 0);
		break;
	case POST_EMPTY_CLOSED:
		t->closed = false;
		echo(m, p->id, HEARD_CLOSED, true, false, 0);
		break;
	}
	if (m->up) {
		requests_acked(&m->w.q, p->mid, true, m->w.now);
	}
}

static void post_all(struct model *m) {
	struct post p;
	while (requests_next(&m->w.q, &p) && m->wired < QUEUE) {
		const struct request *r = &m->w.q.rows[p.row];
		m->wire[m->wired++] = (struct packet){number(r->id), ++m->w.mid, r->again, p.what};
		requests_posted(&m->w.q, &p, m->w.mid);
	}
}

static void deliver(struct model *m, int count) {
	int done = count < m->wired ? count : m->wired;
	for (int i = 0; i < done; i++) {
		broker_takes(m, &m->wire[i]);
	}
	m->wired -= done;
	memmove(m->wire, m->wire + done, (size_t)m->wired * sizeof m->wire[0]);
}

/* What was on its way may still arrive, or part of it. */
static void line_down(struct model *m) {
	m->up = false;
	deliver(m, (int)roll(m, (uint32_t)m->wired + 1));
	m->wired = 0;
	requests_line(&m->w.q, false, m->w.now);
}

static void line_up(struct model *m) {
	m->up = true;
	for (int i = 0; i < m->used; i++) {
		struct truth *t = &m->ids[i];
		if (t->closed) {
			echo(m, i, HEARD_CLOSED, false, true, 0);
		}
		if (t->request) {
			echo(m, i, HEARD_REQUEST, false, true, t->again);
		}
		if (t->seen) {
			echo(m, i, HEARD_SEEN, false, true, 0);
		}
	}
	requests_line(&m->w.q, true, m->w.now);
}

static void broker_forgets(struct model *m) {
	if (m->up) {
		line_down(m);
	}
	for (int i = 0; i < m->used; i++) {
		m->ids[i].request = m->ids[i].seen = m->ids[i].closed = false;
		/* The desk publishes again what it knows. */
		m->ids[i].closed = m->ids[i].desk_closed && !m->ids[i].desk_over;
	}
}

/* Killed at this moment: what was kept is what the rows were. */
static void host_dies(struct model *m) {
	struct requests old = m->w.q;
	if (m->up) {
		line_down(m);
		old = m->w.q;
	}
	requests_init(&m->w.q, &request_times, m->w.now);
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		if (request_is_open(&old.rows[i]) || request_is_over(&old.rows[i])) {
			requests_resume(&m->w.q, &old.rows[i], old.rows[i].expires - m->w.now, m->w.now);
		}
	}
	m->current = -1;
}

static void desk_acts(struct model *m, bool close) {
	for (int i = 0; i < m->used; i++) {
		struct truth *t = &m->ids[i];
		if (t->request && !t->desk_closed && roll(m, 3) == 0) {
			t->seen = t->seen || !close;
			t->closed = t->desk_closed = close;
			echo(m, i, close ? HEARD_CLOSED : HEARD_SEEN, false, false, 0);
		}
	}
}

static void note_what_was_told(struct model *m) {
	enum wire_bell s = m->w.q.state;
	if (m->current < 0) {
		return;
	}
	struct truth *t = &m->ids[m->current];
	if (s == WIRE_BELL_SENT && !t->told_sent) {
		assert_true(t->request || !m->up || t->desk_closed);
		t->told_sent = true;
	}
	t->told_unreachable = t->told_unreachable || s == WIRE_BELL_UNREACHABLE;
	if (s == WIRE_BELL_SEEN) {
		assert_true(t->alerts > 0);
	}
	if (s == WIRE_BELL_CLOSED) {
		assert_true(t->desk_closed);
	}
}

static void person_acts(struct model *m) {
	char id[REQUEST_ID];
	switch (roll(m, 4)) {
	case 0:
		if (m->current >= 0) {
			m->ids[m->current].cancelled = m->w.q.state == WIRE_BELL_SENDING ||
			                               m->w.q.state == WIRE_BELL_SENT || m->w.q.state == WIRE_BELL_SEEN;
		}
		requests_cancel(&m->w.q);
		m->current = -1;
		break;
	case 1:
		requests_forget(&m->w.q);
		m->current = -1;
		break;
	default:
		if (m->used < IDS) {
			requests_forget(&m->w.q);
			name(m->used, id);
			requests_add(&m->w.q, id, &come, m->w.now);
			m->current = m->w.q.state == WIRE_BELL_SENDING ? m->used : -1;
			m->used += m->current >= 0;
		}
	}
}

static void something_happens(struct model *m) {
	switch (roll(m, 12)) {
	case 0:
	case 1:
		person_acts(m);
		break;
	case 2:
		m->up ? line_down(m) : line_up(m);
		break;
	case 3:
		broker_forgets(m);
		break;
	case 4:
		host_dies(m);
		break;
	case 5:
		desk_acts(m, false);
		break;
	case 6:
		desk_acts(m, true);
		break;
	case 7:
		tick(&m->w, roll(m, 8000));
		break;
	case 8:
		tick(&m->w, roll(m, 200000));
		break;
	default:
		deliver(m, (int)roll(m, 4));
	}
	note_what_was_told(m);
	if (m->up) {
		post_all(m);
	}
	assert_true(requests_open(&m->w.q) <= REQUESTS_OPEN);
}

/* At last all is well for a while: then the truth must be everywhere. */
static void come_to_rest(struct model *m) {
	if (!m->up) {
		line_up(m);
	}
	for (int i = 0; i < 200; i++) {
		post_all(m);
		deliver(m, QUEUE);
		tick(&m->w, 100);
	}
	for (int i = 0; i < m->used; i++) {
		const struct truth *t = &m->ids[i];
		char id[REQUEST_ID];
		name(i, id);
		bool open = false;
		for (int k = 0; k < REQUESTS_ROOM; k++) {
			open = open || (strcmp(m->w.q.rows[k].id, id) == 0 && request_is_open(&m->w.q.rows[k]));
		}
		assert_int_equal(t->request, open); /* the broker holds what is open, and nothing else */
		if (!open) {
			assert_false(t->seen || t->closed);
		}
		if (t->told_unreachable || t->cancelled || t->desk_closed) {
			assert_false(t->request);
		}
		assert_true(t->alerts <= t->alerted_again + 1); /* one for each time of asking, never two */
	}
}

static void whatever_happens(void **state) {
	(void)state;
	static struct model m;
	int requests = 0, alerts = 0, sent = 0, unreachable = 0;
	for (uint32_t seed = 1; seed <= 3000; seed++) {
		memset(&m, 0, sizeof m);
		m.seed = seed;
		m.w = fresh();
		m.current = -1;
		for (int i = 0; i < 150; i++) {
			something_happens(&m);
		}
		come_to_rest(&m);
		for (int i = 0; i < m.used; i++) {
			requests++;
			alerts += m.ids[i].alerts > 0;
			sent += m.ids[i].told_sent;
			unreachable += m.ids[i].told_unreachable;
		}
	}
	/* The model does reach all of it. */
	assert_true(requests > 15000 && alerts > 5000 && sent > 500 && unreachable > 500);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sent_seen_closed),
	    cmocka_unit_test(unreachable_is_never_delivered),
	    cmocka_unit_test(a_broker_that_reads_it_late_is_told_again),
	    cmocka_unit_test(a_refusal_is_told_at_once),
	    cmocka_unit_test(without_anybody_waiting_it_goes_on_trying),
	    cmocka_unit_test(cancel_takes_it_back),
	    cmocka_unit_test(nobody_sees_it_staff_are_asked_again),
	    cmocka_unit_test(an_hour_is_enough),
	    cmocka_unit_test(three_are_enough),
	    cmocka_unit_test(a_broken_line_is_told),
	    cmocka_unit_test(a_broker_without_memory_gets_it_again),
	    cmocka_unit_test(a_host_that_starts_again_goes_on),
	    cmocka_unit_test(what_the_broker_knows_of_an_earlier_life),
	    cmocka_unit_test(what_somebody_else_empties_is_over),
	    cmocka_unit_test(what_is_over_is_wiped),
	    cmocka_unit_test(whatever_happens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
