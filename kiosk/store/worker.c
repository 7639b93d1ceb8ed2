#include "store/worker.h"

#include "base/clock.h"
#include "host/spawn.h"
#include "store/look.h"
#include "store/work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STICK_MS =
	    12000, /* silence while a stick is read: a good one answers in milliseconds, a tired one in seconds */
	CARD_MS = 180000, /* while the kiosk's own card is written or read whole: 500 MB at 3 MB a second */
	STOP_MS = 5000,   /* after STOP */
	END_MS = 100,     /* until a process that was killed is gone, when nothing holds it */
	UNREAPED =
	    8, /* workers that were ended and are not gone yet: one that hangs in the kernel goes when it wakes */
};

struct worker {
	struct worker_plan plan;
	pid_t pid; /* 0: none */
	int wire;  /* -1: none */
	pid_t ended[UNREAPED];
	struct wire_want_what owed; /* the wish that is not answered yet; want 0: none */
	enum wire_work_kind kind;   /* of what it last told */
	bool stick;                 /* it reads the stick just now, as far as we know */
	bool stopped;
	bool failed; /* it is gone, and what is owed has to be told in its place */
	int64_t until;
};

/* --- its process ------------------------------------------------------------------------------------------------ */

static void reap(struct worker *w) {
	for (int i = 0; i < UNREAPED; i++) {
		if (w->ended[i] != 0 && waitpid(w->ended[i], NULL, WNOHANG) != 0) {
			w->ended[i] = 0;
		}
	}
}

/* Kills it, and waits only for as long as that takes when nothing is wrong: one that waits for a stick inside the kernel
 * goes when the kernel lets it. */
static void end_process(struct worker *w) {
	if (w->wire >= 0) {
		close(w->wire);
		w->wire = -1;
	}
	if (w->pid == 0) {
		return;
	}
	reap(w);
	bool gone = spawn_end(w->pid, END_MS);
	for (int i = 0; i < UNREAPED && !gone; i++) {
		if (w->ended[i] == 0) {
			w->ended[i] = w->pid;
			gone = true;
		}
	}
	w->pid = 0;
}

static bool put(char out[PATH_MAX], const char *path) {
	return snprintf(out, PATH_MAX, "%s", path == NULL ? "" : path) < PATH_MAX;
}

static bool send_order(const struct worker *w, struct fault *f) {
	struct work_order *o = calloc(1, sizeof *o);
	const struct worker_plan *p = &w->plan;
	bool good = o != NULL && put(o->store, p->store) && put(o->keys, p->keys) && put(o->usb, p->usb) &&
	            put(o->packer, p->packer) && put(o->assets, p->assets);
	if (good) {
		o->packs = (uint32_t)p->pack_count;
		good = send(w->wire, o, sizeof *o, MSG_NOSIGNAL) == (ssize_t)sizeof *o;
	}
	free(o);
	return good || fault_say(f, "The store's process could not be told what to do: %s.", strerror(errno));
}

static bool start_process(struct worker *w, struct fault *f) {
	struct spawn_fd places[1 + WIRE_MAX_PACKS];
	int ends[2], count = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		return fault_say(f, "The store's process could not be started: %s.", strerror(errno));
	}
	w->wire = spawn_raise(ends[0]);
	places[count++] = (struct spawn_fd){spawn_raise(ends[1]), WIRE_FD_SOCKET};
	for (int i = 0; i < w->plan.pack_count; i++, count++) {
		places[count] = (struct spawn_fd){spawn_reopen(w->plan.packs[i]), WIRE_FD_FILES + i};
	}
	bool good = true;
	for (int i = 0; i < count; i++) {
		good = good && places[i].from >= 0;
	}
	pid_t pid = good ? spawn_start(w->plan.program, "store", places, count, f) : -1;
	for (int i = 0; i < count; i++) {
		if (places[i].from >= 0) {
			close(places[i].from);
		}
	}
	w->pid = pid < 0 ? 0 : pid;
	if (!good) {
		fault_say(f, "The packs could not be opened again: %s. Is /proc mounted?", strerror(errno));
	}
	if (w->pid == 0 || !send_order(w, f)) {
		end_process(w);
		return false;
	}
	return true;
}

struct worker *worker_start(const struct worker_plan *plan, struct fault *f) {
	struct worker *w = calloc(1, sizeof *w);
	if (w == NULL) {
		fault_say(f, "There is not enough memory to open the store.");
		return NULL;
	}
	w->plan = *plan;
	w->wire = -1;
	if (!start_process(w, f)) {
		free(w);
		return NULL;
	}
	return w;
}

pid_t worker_end(struct worker *w) {
	pid_t left = 0;
	if (w != NULL) {
		end_process(w);
		reap(w);
		for (int i = 0; i < UNREAPED; i++) {
			left = w->ended[i] != 0 ? w->ended[i] : left;
		}
		free(w);
	}
	return left;
}

/* --- wishes ----------------------------------------------------------------------------------------------------- */

bool worker_busy(const struct worker *w) {
	return w->owed.want != 0;
}

static void expect_within(struct worker *w, int ms) {
	w->until = clock_ms() + ms;
}

static int stick_ms(const struct worker *w) {
	return w->plan.patience_ms > 0 ? w->plan.patience_ms : STICK_MS;
}

bool worker_want(struct worker *w, const struct wire_want_what *want) {
	bool ours = (want->want >= WIRE_WANT_LIST && want->want <= WIRE_WANT_TRUST);
	bool stop = want->want == WIRE_WANT_STOP;
	struct fault f;
	if (!ours || (worker_busy(w) && !stop)) {
		return false;
	}
	if (stop && w->wire < 0) {
		return true; /* nothing is going on */
	}
	struct wire_message m;
	if (!worker_busy(w) && w->wire >= 0 && wire_receive(w->wire, &m, false) != WIRE_NOTHING) {
		end_process(w); /* it has died meanwhile, or speaks without being asked */
	}
	if (w->wire < 0 && !start_process(w, &f)) {
		/* Told by worker_hear, as any failure is. */
		w->owed = *want;
		w->failed = true;
		return true;
	}
	m = (struct wire_message){.kind = WIRE_WANT};
	m.want = *want;
	bool sent = wire_send(w->wire, &m);
	if (stop) {
		w->stopped = worker_busy(w);
		if (w->stopped && clock_ms() + STOP_MS < w->until) {
			expect_within(w, STOP_MS);
		}
		return true;
	}
	w->owed = *want;
	w->stopped = false;
	w->failed = !sent;
	w->kind = want->want == WIRE_WANT_RESTORE   ? WIRE_WORK_RESTORE
	          : want->want == WIRE_WANT_INSTALL ? WIRE_WORK_INSTALL
	          : want->want == WIRE_WANT_TRUST   ? WIRE_WORK_TRUST
	                                            : WIRE_WORK_COPY;
	w->stick = want->want == WIRE_WANT_CHANGES;
	expect_within(w, w->stick ? stick_ms(w) : CARD_MS);
	return true;
}

/* --- hearing ---------------------------------------------------------------------------------------------------- */

/* Tells what the worker owes, once it is gone. */
static bool tell_failure(struct worker *w, struct wire_message *m) {
	enum wire_reason why = w->stopped ? WIRE_STOPPED : w->stick ? WIRE_PULLED : WIRE_STORE_FAILED;
	memset(m, 0, sizeof *m);
	if (w->owed.want == WIRE_WANT_LIST) {
		m->kind = WIRE_OFFER;
		m->offer.where = WIRE_ON_STICK;
		m->offer.first = m->offer.last = 1;
		m->offer.reason = (uint8_t)why;
	} else {
		m->kind = WIRE_WORK;
		m->work.work = (uint8_t)w->kind;
		m->work.state = WIRE_WORK_FAILED;
		m->work.reason = (uint8_t)why;
		m->work.slot = w->owed.slot;
	}
	w->owed.want = 0;
	w->failed = false;
	return true;
}

static bool sane(const struct worker *w, const struct wire_message *m) {
	if (!wire_sane_from_host(m) || !worker_busy(w)) {
		return false;
	}
	bool list = w->owed.want == WIRE_WANT_LIST;
	switch (m->kind) {
	case WIRE_OFFER:
		return list || w->owed.want == WIRE_WANT_CHANGES;
	case WIRE_CHANGE:
		return w->owed.want == WIRE_WANT_CHANGES;
	case WIRE_WORK:
		return !list && m->work.work <= WIRE_WORK_TRUST;
	default:
		return false;
	}
}

/* How long the next message may take, and whether this was the last one of what is owed. */
static void follow(struct worker *w, const struct wire_message *m) {
	if (m->kind == WIRE_OFFER && w->owed.want == WIRE_WANT_LIST) {
		w->stick = w->stick || (m->offer.where == WIRE_BEFORE && m->offer.last == 1) ||
		           m->offer.where == WIRE_ON_STICK;
		w->owed.want = m->offer.where == WIRE_ON_STICK && m->offer.last == 1 ? 0 : w->owed.want;
	}
	if (m->kind == WIRE_WORK) {
		w->kind = (enum wire_work_kind)m->work.work;
		/* When all is copied, the kiosk's card has the word. */
		w->stick = w->kind == WIRE_WORK_COPY && (m->work.total == 0 || m->work.done < m->work.total);
		w->owed.want = m->work.state != WIRE_WORK_GOING ? 0 : w->owed.want;
	}
	if (!w->stopped) {
		expect_within(w, w->stick ? stick_ms(w) : CARD_MS);
	}
}

bool worker_hear(struct worker *w, struct wire_message *m) {
	reap(w);
	if (w->failed) {
		end_process(w);
		return tell_failure(w, m);
	}
	if (w->wire < 0) {
		return false;
	}
	enum wire_got got = wire_receive(w->wire, m, false);
	if (got == WIRE_GOT && sane(w, m)) {
		follow(w, m);
		return true;
	}
	bool late = got == WIRE_NOTHING && worker_busy(w) && clock_ms() >= w->until;
	if (got == WIRE_NOTHING && !late) {
		return false;
	}
	end_process(w);
	return worker_busy(w) && tell_failure(w, m);
}

int worker_fd(const struct worker *w) {
	return w->wire;
}

int worker_wait_ms(const struct worker *w) {
	if (w->failed) {
		return 0;
	}
	int64_t left = w->until - clock_ms();
	return !worker_busy(w) ? -1 : left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}
