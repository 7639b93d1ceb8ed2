#include "site/house.h"

#include "store/store.h"
#include "store/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is kept of all that the worker tells. */
struct heard {
	struct wire_offer sheet; /* of house.csv; thing is 0 when there is none */
	struct wire_work work;
};

static void hear(struct worker *w, struct heard *h) {
	struct wire_message m;
	while (worker_hear(w, &m)) {
		if (m.kind == WIRE_OFFER && m.offer.where == WIRE_ON_STICK && m.offer.thing == WIRE_THING_SHEET) {
			h->sheet = m.offer;
		} else if (m.kind == WIRE_WORK) {
			h->work = m.work;
		}
	}
}

/* Until the worker owes nothing any more. It never hangs: the handle ends a worker that is silent for too long. */
static bool ask(struct worker *w, enum wire_want want, struct heard *h) {
	if (!worker_want(w, &(struct wire_want_what){.want = (uint8_t)want, .slot = h->sheet.slot})) {
		return false;
	}
	while (worker_busy(w)) {
		poll(&(struct pollfd){.fd = worker_fd(w), .events = POLLIN}, 1, worker_wait_ms(w));
		hear(w, h);
	}
	return true;
}

static bool done(struct worker *w, enum wire_want want, struct heard *h) {
	return ask(w, want, h) && h->work.state == WIRE_WORK_DONE;
}

static bool explain(const struct heard *h, struct fault *f) {
	const struct wire_work *w = &h->work;
	if (w->state != WIRE_WORK_FAILED || w->reason != WIRE_SHEET_BAD) {
		enum wire_reason why = w->state == WIRE_WORK_FAILED ? (enum wire_reason)w->reason : WIRE_STORE_FAILED;
		return fault_say(f, "house.csv on this card is not used. %.300s", store_says(why));
	}
	return fault_say(f, "Row %u of house.csv on this card cannot be used%s%.60s%s. %.200s", w->row,
	                 w->what[0] != 0 ? ", column \"" : "", w->what, w->what[0] != 0 ? "\"" : "", w->says);
}

static bool take(struct worker *w, struct fault *f) {
	struct heard h = {.work = {.state = 0}};
	if (!ask(w, WIRE_WANT_LIST, &h) || h.sheet.thing == 0) {
		return fault_say(f, "There is no house.csv in the folder alcove on this card.");
	}
	if (h.sheet.reason != WIRE_FINE) {
		return fault_say(f, "house.csv on this card is not used. %.300s",
		                 store_says((enum wire_reason)h.sheet.reason));
	}
	return (done(w, WIRE_WANT_CHANGES, &h) && done(w, WIRE_WANT_INSTALL, &h)) || explain(&h, f);
}

bool house_take(const struct house_places *at, const struct settings *s, struct fault *f) {
	struct worker_plan plan = {.program = at->program,
	                           .store = s->store,
	                           .keys = s->keys[0] != 0 ? s->keys : NULL,
	                           .usb = at->boot,
	                           .packer = at->packer};
	bool fine = true;
	for (int i = 0; i < s->pack_count && fine; i++) {
		int fd = open(s->packs[i], O_RDONLY | O_CLOEXEC);
		fine = fd >= 0 || fault_say(f, "The pack %.300s cannot be read.", s->packs[i]);
		if (fine) {
			plan.packs[plan.pack_count++] = fd;
		}
	}
	mkdir(s->store, 0700); /* of a new card it is not there yet; what is wrong with it the worker says */
	struct worker *w = fine ? worker_start(&plan, f) : NULL;
	fine = w != NULL && take(w, f);
	worker_end(w);
	for (int i = 0; i < plan.pack_count; i++) {
		close(plan.packs[i]);
	}
	return fine;
}
