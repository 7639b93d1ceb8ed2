/* Staff mode joined with the keeper and the packs: what the host and the replay do alike. It passes on what staff's visit
 * asks and is told, hands new packs, times and hidden numbers to all visits that follow, and ends staff's visit when they
 * want to leave. What only a host can do (the line to staff, the kiosk's name) it leaves to whoever calls. */
#ifndef ALCOVE_HOST_STAFFING_H
#define ALCOVE_HOST_STAFFING_H

#include "host/proof.h"
#include "host/staff.h"
#include "host/stock.h"

struct staffing {
	struct staff *staff; /* NULL without a store: then there is no staff mode */
	struct stock stock;
	struct proof *proof; /* NULL while nobody looks for traces */
	int proof_told;      /* hundredths */
	struct keeper_plan *plan;
	struct settings *settings;
};

/* Before the keeper is there. `plan` has its program, and its packs and fonts are open (supply_open): the packs become
 * those that are to be used, and the hidden numbers, the times and the corner are filled in. `settings` get what staff
 * have set. Both are the caller's, and live as long. */
bool staffing_open(struct staffing *st, struct keeper_plan *plan, struct settings *settings,
                   void (*today)(char out[WIRE_DATE]), int64_t now_ms, struct fault *f);
/* After the keeper is gone; the plan's packs are closed. */
void staffing_close(struct staffing *st);

/* Whoever sets a kiosk up is the one who chooses its PIN, so they are asked at once. To be called when the first visit has
 * shown its first frame. */
void staffing_offer(struct staffing *st, struct keeper *k, int64_t now_ms);

/* For the keeper's sink. */
void staffing_here(struct staffing *st, bool here, int64_t now_ms);
void staffing_wish(struct staffing *st, const struct wire_message *m, int64_t now_ms);

/* After everything that may have changed something. Returns the deeds that are left to the caller: STAFF_LINE, and
 * STAFF_SETTINGS when the kiosk has another name now (then: staff_settings). */
unsigned staffing_tend(struct staffing *st, struct keeper *k, int64_t now_ms);
/* No visit can be shown with the store's packs: back to the system's. False when those were not in use. */
bool staffing_distrust(struct staffing *st, struct keeper *k, int64_t now_ms);

/* As those of host/staff.h, but also without staff mode. */
enum { STAFFING_FDS = STAFF_FDS + PROOF_FDS };
int staffing_fds(const struct staffing *st, struct pollfd fds[STAFFING_FDS]);
void staffing_ready(struct staffing *st, const struct pollfd *fds, int count, int64_t now_ms);
int64_t staffing_deadline(const struct staffing *st);
int staffing_wait_ms(const struct staffing *st);

#endif
