#include "host/host.h"

#include "base/clock.h"
#include "host/bell.h"
#include "host/keeper.h"
#include "host/lamp.h"
#include "host/notify.h"
#include "host/slots.h"
#include "host/staffing.h"
#include "host/supply.h"
#include "host/window.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct host {
	struct window *window;
	struct keeper *keeper;
	struct bell *bell; /* NULL without a line to staff */
	struct lamp *lamp; /* NULL without a lamp */
	struct keeper_plan plan;
	struct settings own; /* as they were read, and what staff have set since */
	const struct settings *settings;
	struct staffing staffing;
	bool offered;    /* the first start, if it is still to come */
	bool testing;    /* the line to staff is being tested */
	bool rename_due; /* the kiosk gets another name once no request is open under the old one */
	struct supply_check checks[WIRE_MAX_PACKS];
	bool shown;         /* something has been shown */
	bool bell_open;     /* the line and the lamp have been opened, if there are any */
	bool begun;         /* a visit has shown its first frame */
	bool checked;       /* the checks have been started */
	int64_t check_by;   /* ms; 0 when none is under way */
	int signals, timer; /* descriptors */
	int64_t timer_at;   /* what the timer is set to; -1 for off */
	int64_t beat_at;    /* when the desk and the lamp are told next that we are alive */
	struct notify notify;
	/* From then on a frame that is presented shows that the board is here to stay; -1: it was told. */
	int64_t steady_at;
	bool stop;
};

enum { YEAR_LEAST = 2026, STEADY_MS = 30000 /* as long as the watchdog waits on an image */ };

/* --- from the window to the keeper, from the keeper to window and bell ------------------------------------------ */

static void on_touch(void *self, enum wire_phase phase, int finger, int x, int y) {
	struct host *h = self;
	keeper_touch(h->keeper, phase, finger, x, y, clock_ms());
}

static void on_key(void *self, enum wire_keycode key) {
	struct host *h = self;
	keeper_key(h->keeper, key, clock_ms());
}

static void on_redraw(void *self) {
	struct host *h = self;
	keeper_redraw(h->keeper);
}

static void on_close(void *self) {
	struct host *h = self;
	h->stop = true;
}

static void on_show(void *self, const uint32_t *pixels, int stride_px, struct rect changed) {
	struct host *h = self;
	h->shown = true;
	h->begun = h->begun || stride_px != 0; /* the calm frame has no rows of its own */
	window_show(h->window, pixels, stride_px, changed);
}

static void on_talk(void *self, const struct wire_talk *talk) {
	struct host *h = self;
	bell_send(h->bell, talk);
}

static void on_cancel(void *self) {
	struct host *h = self;
	bell_cancel(h->bell);
}

static void on_ended(void *self, enum keeper_end why) {
	struct host *h = self;
	(void)why;
	if (h->bell != NULL) {
		bell_forget(h->bell);
	}
}

static void on_staff(void *self, bool here) {
	struct host *h = self;
	staffing_here(&h->staffing, here, clock_ms());
	h->testing = h->testing && here;
}

static void on_wish(void *self, const struct wire_message *m) {
	struct host *h = self;
	staffing_wish(&h->staffing, m, clock_ms());
}

/* --- packs ------------------------------------------------------------------------------------------------------ */

/* Every page of every pack is looked at, at every start, but only once the first frame is on the glass: a visit reads
 * packs behind the same locks, and a person should not wait for what nobody has asked for. */
static bool start_checks(struct host *h, struct fault *f) {
	h->checked = true;
	h->check_by = clock_ms() + SUPPLY_CHECK_MS;
	for (int i = 0; i < h->staffing.stock.used_count; i++) {
		const struct stock_pack *p = &h->staffing.stock.used[i];
		/* What staff have put in was read to its last page then, and has the same hash now. */
		if (p->system && !supply_check_start(&h->checks[p->setting], h->plan.program, p->fd, f)) {
			return false;
		}
	}
	return true;
}

static int check_fds(const struct host *h, struct pollfd *fds) {
	int count = 0;
	for (int i = 0; i < WIRE_MAX_PACKS && h->check_by != 0; i++) {
		if (h->checks[i].pid != 0) {
			fds[count++] = (struct pollfd){.fd = h->checks[i].over, .events = POLLIN};
		}
	}
	return count;
}

/* Hears those that are over, or `all`; the first refusal is told and ends the kiosk. */
static bool hear_checks(struct host *h, bool all, struct fault *f) {
	bool left = false;
	for (int i = 0; i < WIRE_MAX_PACKS; i++) {
		struct supply_check *check = &h->checks[i];
		struct pollfd over = {.fd = check->over, .events = POLLIN};
		if (check->pid == 0) {
			continue;
		}
		if (!all && poll(&over, 1, 0) == 0) {
			left = true;
		} else if (!supply_check_end_now(check, h->settings->packs[i], f)) {
			return false;
		}
	}
	h->check_by = left ? h->check_by : 0;
	return true;
}

/* How many visits may die at the very start before somebody has to hear of it. */
enum { ATTEMPTS = 3 };

static bool tend_checks(struct host *h, struct fault *f) {
	if (!h->checked) {
		/* No frame, but a visit that died: then the check says why. */
		return (!h->shown && keeper_failures(h->keeper) == 0) || start_checks(h, f);
	}
	if (h->check_by != 0) {
		return hear_checks(h, clock_ms() >= h->check_by, f);
	}
	/* Every pack is good by itself, and still no visit can begin. Later on a kiosk never gives up. */
	if (!h->begun && keeper_failures(h->keeper) >= ATTEMPTS &&
	    staffing_distrust(&h->staffing, h->keeper, clock_ms())) {
		h->checked = false; /* what came with the system has not been looked at */
		return true;
	}
	return h->begun || keeper_failures(h->keeper) < ATTEMPTS ||
	       fault_say(f, "No visit can be shown from these packs and fonts. Is the library pack among the packs?");
}

static void drop_checks(struct host *h) {
	struct fault ignored;
	for (int i = 0; i < WIRE_MAX_PACKS; i++) {
		if (h->checks[i].pid != 0) {
			supply_check_end_now(&h->checks[i], "", &ignored);
		}
	}
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

static bool has_pulse(const struct host *h) {
	return h->bell != NULL || h->lamp != NULL;
}

/* An absolute timer, and not a timeout of poll: it also fires when its moment passed while the machine slept. */
static void set_timer(struct host *h) {
	int64_t at = keeper_deadline(h->keeper);
	if (h->check_by != 0 && (at < 0 || at > h->check_by)) {
		at = h->check_by;
	}
	if (has_pulse(h) && (at < 0 || at > h->beat_at)) {
		at = h->beat_at;
	}
	if (h->notify.at >= 0 && (at < 0 || at > h->notify.at)) {
		at = h->notify.at;
	}
	int64_t staff_at = staffing_deadline(&h->staffing);
	if (staff_at >= 0 && (at < 0 || at > staff_at)) {
		at = staff_at;
	}
	if (at != h->timer_at) {
		/* A time of zero would mean off. */
		struct itimerspec spec = {.it_value = {at < 0 ? 0 : at / 1000, at < 0 ? 0 : at % 1000 * 1000000 + 1}};
		timerfd_settime(h->timer, TFD_TIMER_ABSTIME, &spec, NULL);
		h->timer_at = at;
	}
}

static void take_timer(struct host *h) {
	uint64_t times;
	if (read(h->timer, &times, sizeof times) == (ssize_t)sizeof times) {
		h->timer_at = -1;
	}
}

static void take_signal(struct host *h) {
	struct signalfd_siginfo info;
	if (read(h->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		h->stop = true;
	}
}

static void tell_lamp(struct host *h) {
	if (h->lamp != NULL) {
		lamp_tell(h->lamp, h->bell != NULL ? bell_open(h->bell) : 0);
	}
}

/* A new system that is tried may stay once the watchdog has been fed by frames for a while. */
static void tell_steady(struct host *h, int64_t now) {
	if (h->steady_at >= 0 && now >= h->steady_at) {
		h->steady_at = -1;
		slots_steady(h->settings->slots, SLOTS_TRIAL);
	}
}

/* What has hung on the way to the glass shows itself there: so the same frame is put on it again from time to time, and
 * only when the display has taken it is the watchdog told. */
static void tell_watchdog(struct host *h) {
	int64_t now = clock_ms();
	if (notify_due(&h->notify, now)) {
		if (window_again(h->window)) {
			notify_presented(&h->notify, clock_ms());
			tell_steady(h, now);
		} else {
			h->notify.at = now + h->notify.every_ms;
		}
	} else if (h->begun && !h->notify.ready) {
		notify_presented(&h->notify, now);
		h->steady_at = now + STEADY_MS;
	}
}

/* Only from here: what stands still in this loop must not be called alive. */
static void beat(struct host *h) {
	int64_t now = clock_ms();
	if (!has_pulse(h) || now < h->beat_at) {
		return;
	}
	h->beat_at = now + BELL_BEAT_MS;
	if (h->bell != NULL) {
		bell_beat(h->bell);
	}
	tell_lamp(h);
}

static void hear_bell(struct host *h) {
	enum wire_bell state = bell_state(h->bell);
	if (state != WIRE_BELL_NONE) {
		keeper_bell(h->keeper, state, clock_ms());
	}
	if (h->testing && bell_tested(h->bell) != BELL_TESTING) {
		h->testing = false;
		staff_line(h->staffing.staff, bell_tested(h->bell) == BELL_HEARD ? WIRE_FINE : WIRE_NOT_HEARD);
	}
	tell_lamp(h);
}

enum { FIXED_FDS = 3, ALL_FDS = FIXED_FDS + WINDOW_FDS + KEEPER_FDS + WIRE_MAX_PACKS + STAFFING_FDS };

static bool wait_and_serve(struct host *h, struct fault *f) {
	struct pollfd fds[ALL_FDS] = {
	    {.fd = h->timer, .events = POLLIN},
	    {.fd = h->signals, .events = POLLIN},
	    {.fd = h->bell != NULL ? bell_fd(h->bell) : -1, .events = POLLIN},
	};
	struct pollfd *windows = fds + FIXED_FDS;
	int window_count = window_fds(h->window, windows, WINDOW_FDS);
	struct pollfd *keepers = windows + window_count;
	int keeper_count = keeper_fds(h->keeper, keepers, KEEPER_FDS);
	int check_count = check_fds(h, keepers + keeper_count);
	struct pollfd *staffs = keepers + keeper_count + check_count;
	int staff_count = staffing_fds(&h->staffing, staffs);

	nfds_t count = (nfds_t)(staffs + staff_count - fds);
	int wait = (int)clock_sooner(window_again_ms(h->window), staffing_wait_ms(&h->staffing));
	if (poll(fds, count, wait) < 0 && errno != EINTR) {
		return fault_say(f, "Waiting failed: %s.", strerror(errno));
	}
	window_ready(h->window, windows, window_count);
	keeper_ready(h->keeper, keepers, keeper_count, clock_ms());
	staffing_ready(&h->staffing, staffs, staff_count, clock_ms());
	if (fds[0].revents != 0) {
		take_timer(h);
	}
	if (fds[1].revents != 0) {
		take_signal(h);
	}
	if (fds[2].revents != 0) {
		hear_bell(h);
	}
	return true;
}

/* The line and the lamp: opened once the first frame is on the glass, because loading libmosquitto and its OpenSSL takes
 * as long as opening the window. Nobody can have asked for staff by then. */
static bool open_bell(struct host *h, struct fault *f) {
	const struct settings *s = h->settings;
	if (h->bell_open || (!h->shown && keeper_failures(h->keeper) == 0)) {
		return true;
	}
	h->bell_open = true;
	if (s->broker_host[0] != 0 && (h->bell = bell_new(s, f)) == NULL) {
		return false;
	}
	return s->lamp_chip[0] == 0 || (h->lamp = lamp_new(s, h->plan.program, f)) != NULL;
}

/* --- staff mode ------------------------------------------------------------------------------------------------- */

static void offer_first_start(struct host *h) {
	if (!h->offered && h->begun) {
		h->offered = true;
		staffing_offer(&h->staffing, h->keeper, clock_ms());
	}
}

static void test_line(struct host *h) {
	if (h->bell == NULL) {
		staff_line(h->staffing.staff, WIRE_NO_LINE);
	} else {
		h->testing = true;
		bell_test(h->bell);
	}
}

/* The line begins anew under the new name. Requests that are open keep the old one, so it waits for them. */
static bool rename_kiosk(struct host *h, struct fault *f) {
	if (h->bell != NULL && bell_open(h->bell) > 0) {
		return true;
	}
	h->rename_due = h->testing = false;
	bool rings = h->bell != NULL;
	if (rings) {
		bell_leave(h->bell);
		bell_free(h->bell);
		h->bell = NULL;
	}
	staff_settings(h->staffing.staff, &h->own);
	staff_line(h->staffing.staff, WIRE_NOT_HEARD);
	return !rings || (h->bell = bell_new(h->settings, f)) != NULL;
}

static bool tend_staff(struct host *h, struct fault *f) {
	offer_first_start(h);
	unsigned deeds = staffing_tend(&h->staffing, h->keeper, clock_ms());
	h->rename_due = h->rename_due || (deeds & STAFF_SETTINGS) != 0;
	if ((deeds & STAFF_LINE) != 0) {
		test_line(h);
		staffing_tend(&h->staffing, h->keeper, clock_ms());
	}
	return !h->rename_due || rename_kiosk(h, f);
}

static bool loop(struct host *h, struct fault *f) {
	const struct window_sink sink = {h, on_touch, on_key, on_redraw, on_close};
	bool fine = true;
	while (fine && !h->stop) {
		window_pump(h->window, &sink);
		int64_t at = keeper_deadline(h->keeper), now = clock_ms();
		if (at >= 0 && now >= at) {
			keeper_tick(h->keeper, now);
		}
		window_settle(h->window);
		fine = open_bell(h, f) && tend_checks(h, f) && tend_staff(h, f);
		beat(h);
		tell_watchdog(h);
		set_timer(h);
		if (fine && !h->stop) {
			fine = wait_and_serve(h, f);
		}
	}
	return fine;
}

/* --- starting and stopping -------------------------------------------------------------------------------------- */

/* What is in our memory for a moment (where somebody touches, whom they ask for) must not end in a file. */
static void leave_no_trace(void) {
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef ALCOVE_DEVELOPER
	/* The leak checker of developer builds has to look into its own process. */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static bool open_clocks(struct host *h, struct fault *f) {
	sigset_t stops;
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGHUP);
	sigprocmask(SIG_BLOCK, &stops, NULL); /* before any thread is there; they inherit it */
	signal(SIGPIPE, SIG_IGN);
	h->signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
	h->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	h->timer_at = -1;
	return (h->signals >= 0 && h->timer >= 0) || fault_say(f, "No clock could be opened: %s.", strerror(errno));
}

/* By the kiosk's clock. A Raspberry Pi has none that goes on without power: before this was written it cannot be. */
static void today(char out[WIRE_DATE]) {
	struct tm tm;
	time_t t = time(NULL);
	out[0] = 0;
	if (localtime_r(&t, &tm) != NULL && tm.tm_year >= YEAR_LEAST - 1900 && tm.tm_year <= 9999 - 1900) {
		/* The remainders are for the compiler, which does not know how long a month is. */
		snprintf(out, WIRE_DATE, "%04u-%02u-%02u", (unsigned)(tm.tm_year + 1900) % 10000U,
		         (unsigned)(tm.tm_mon + 1) % 100U, (unsigned)tm.tm_mday % 100U);
	}
}

static bool open_keeper(struct host *h, struct fault *f) {
	const struct settings *s = h->settings;
	const struct keeper_sink sink = {.self = h,
	                                 .show = on_show,
	                                 .talk = on_talk,
	                                 .cancel = on_cancel,
	                                 .ended = on_ended,
	                                 .staff = on_staff,
	                                 .wish = on_wish};
	h->plan.bell = s->broker_host[0] != 0;
	h->keeper = keeper_new(&h->plan, &sink, clock_ms(), f);
	return h->keeper != NULL;
}

/* The first visit loads while the window opens, and draws too where the settings say what it draws for. */
static bool open_glass(struct host *h, struct fault *f) {
	struct glass known, got;
	bool early = window_known(h->settings, &known);
	if (early && !keeper_glass(h->keeper, known, clock_ms(), f)) {
		return false;
	}
	if ((h->window = window_new(h->settings, f)) == NULL) {
		return false;
	}
	got = window_glass(h->window);
	if (early && (got.w != known.w || got.h != known.h)) {
		/* A desktop that knows better: begin again. */
		keeper_free(h->keeper);
		if (!open_keeper(h, f)) {
			return false;
		}
		early = false;
	}
	return early || keeper_glass(h->keeper, got, clock_ms(), f);
}

static bool start(struct host *h, const char *program, struct fault *f) {
	const struct settings *s = h->settings;
	const char *packs[WIRE_MAX_PACKS];
	for (int i = 0; i < s->pack_count; i++) {
		packs[i] = s->packs[i];
	}
	h->plan.program = program;
	if (!open_clocks(h, f) || !supply_open(&h->plan, packs, s->pack_count, s->fonts, f) ||
	    !staffing_open(&h->staffing, &h->plan, &h->own, today, clock_ms(), f) || !open_keeper(h, f) ||
	    !open_glass(h, f)) {
		return false;
	}
	window_prepare(h->window);
	return true;
}

static void stop(struct host *h) {
	drop_checks(h);
	keeper_free(h->keeper);
	bell_free(h->bell);
	lamp_free(h->lamp);
	window_free(h->window);
	notify_close(&h->notify);
	staffing_close(&h->staffing);
	supply_close(&h->plan);
	if (h->signals >= 0) {
		close(h->signals);
	}
	if (h->timer >= 0) {
		close(h->timer);
	}
}

bool host_run(const struct settings *s, const char *program, struct fault *f) {
	struct host h = {.own = *s, .signals = -1, .timer = -1, .steady_at = -1};
	h.settings = &h.own;
	leave_no_trace();
	notify_open(&h.notify);
	mallopt(M_ARENA_MAX, 1); /* two threads that allocate little need no heap each */
	bool fine = start(&h, program, f) && loop(&h, f);
	stop(&h);
	return fine;
}
