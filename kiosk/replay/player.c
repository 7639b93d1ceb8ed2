#include "replay/player.h"

#include "base/clock.h"
#include "host/bell.h"
#include "host/supply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long a visit may really take before the script's clock goes on without it, and before the replay gives up. The
 * sanitizers on a loaded machine are slow; the kiosk itself is not asked here. */
enum { PATIENCE_MS = 8000, GIVE_UP_MS = 30000, POLL_MS = 50, STILLBORN = 3 };
/* What staff have started (a PIN, a list, an install) goes on in real time, and is waited for. */
enum { STAFF_GIVE_UP_MS = 300000, STICK_GIVE_UP_MS = 10000 };
/* The day that it is in a replay; near the days on which our content was looked at. */
static const char TODAY[WIRE_DATE] = "2026-12-01";

/* --- what the keeper says --------------------------------------------------------------------------------------- */

/* Only the part that is said to have changed, as a window would: a visit that forgets some of it is found out. */
static void on_show(void *self, const uint32_t *pixels, int stride, struct rect changed) {
	struct player *p = self;
	for (int y = changed.y; y < changed.y + changed.h; y++) {
		memcpy(p->glass + (size_t)y * (size_t)p->plan.glass.w + (size_t)changed.x,
		       pixels + (size_t)y * (size_t)stride + (size_t)changed.x, (size_t)changed.w * sizeof *pixels);
	}
}

static void on_talk(void *self, const struct wire_talk *talk) {
	struct player *p = self;
	p->talk = *talk;
	p->asked = true;
	if (p->bell != NULL) {
		bell_send(p->bell, talk);
	}
}

static void on_cancel(void *self) {
	struct player *p = self;
	p->asked = false;
	if (p->bell != NULL) {
		bell_cancel(p->bell);
	}
}

static void on_ended(void *self, enum keeper_end why) {
	struct player *p = self;
	p->ended = why;
	p->asked = false;
	if (p->bell != NULL) {
		bell_forget(p->bell);
	}
}

static void on_staff(void *self, bool here) {
	struct player *p = self;
	staffing_here(&p->staffing, here, p->now_ms);
	p->testing = p->testing && here;
}

static void on_wish(void *self, const struct wire_message *m) {
	struct player *p = self;
	staffing_wish(&p->staffing, m, p->now_ms);
}

static void today(char out[WIRE_DATE]) {
	memcpy(out, TODAY, sizeof TODAY);
}

static void add_text(struct told *t, const struct wire_text *text) {
	if (t->going_on && t->text_count > 0) {
		t->texts[t->text_count - 1] = arena_print(&t->arena, "%s%s", t->texts[t->text_count - 1], text->says);
	} else if (t->text_count < PLAYER_ITEMS) {
		t->texts[t->text_count++] = arena_print(&t->arena, "%s", text->says);
	}
	t->going_on = text->more != 0;
}

static void on_answer(void *self, const struct wire_message *m) {
	struct player *p = self;
	struct told *t = &p->told;
	switch (m->kind) {
	case WIRE_SCREEN:
		t->screen = m->screen;
		break;
	case WIRE_TEXT:
		add_text(t, &m->text);
		break;
	case WIRE_CHOICE:
		if (t->choice_count < PLAYER_ITEMS) {
			t->choices[t->choice_count++] = m->choice;
		}
		break;
	default:
		t->whole = t->screen.name[0] != 0;
	}
}

/* --- until the visit has answered ------------------------------------------------------------------------------- */

static void hear_bell(struct player *p) {
	enum wire_bell state = bell_state(p->bell);
	if (state != WIRE_BELL_NONE) {
		keeper_bell(p->keeper, state, p->now_ms);
	}
	if (p->testing && bell_tested(p->bell) != BELL_TESTING) {
		p->testing = false;
		staff_line(p->staffing.staff, bell_tested(p->bell) == BELL_HEARD ? WIRE_FINE : WIRE_NOT_HEARD);
	}
}

/* The deeds that are left are a host's: a replay has no name that a desk knows, and a line only with a broker. */
static void tend_staff(struct player *p) {
	unsigned deeds = staffing_tend(&p->staffing, p->keeper, p->now_ms);
	if ((deeds & STAFF_SETTINGS) != 0) {
		staff_settings(p->staffing.staff, &p->settings);
	}
	if ((deeds & STAFF_LINE) != 0 && p->bell != NULL) {
		p->testing = true;
		bell_test(p->bell);
	} else if ((deeds & STAFF_LINE) != 0) {
		staff_line(p->staffing.staff, p->plan.bell ? WIRE_NOT_HEARD : WIRE_NO_LINE);
		staffing_tend(&p->staffing, p->keeper, p->now_ms);
	}
}

static int poll_once(struct player *p, int timeout_ms) {
	struct pollfd fds[KEEPER_FDS + STAFFING_FDS + 1];
	int count = keeper_fds(p->keeper, fds, KEEPER_FDS);
	int staffs = staffing_fds(&p->staffing, fds + count), all = count + staffs;
	fds[all] = (struct pollfd){.fd = p->bell != NULL ? bell_fd(p->bell) : -1, .events = POLLIN};
	int soon = staffing_wait_ms(&p->staffing);
	int ready = poll(fds, (nfds_t)all + 1, soon >= 0 && soon < timeout_ms ? soon : timeout_ms);
	bool news = fds[all].revents != 0;
	keeper_ready(p->keeper, fds, count, p->now_ms);
	staffing_ready(&p->staffing, fds + count, staffs, p->now_ms);
	if (news) {
		hear_bell(p);
	}
	tend_staff(p);
	return ready;
}

static bool staff_waits(const struct player *p) {
	return p->staffing.staff != NULL && staff_busy(p->staffing.staff);
}

static int64_t next_deadline(const struct player *p) {
	int64_t keeper = keeper_deadline(p->keeper), staff = staffing_deadline(&p->staffing);
	return keeper < 0 || (staff >= 0 && staff < keeper) ? staff : keeper;
}

/* Moves the script's clock to what is waited for. */
static void tick_next(struct player *p) {
	int64_t deadline = next_deadline(p);
	if (deadline > p->now_ms) {
		p->now_ms = deadline;
	}
	keeper_tick(p->keeper, p->now_ms);
	tend_staff(p);
}

static bool settle(struct player *p, struct fault *f) {
	/* What staff wait for takes its time; the visit's own begins behind it. */
	int64_t began = clock_ms(), alone = began, patience = began + PATIENCE_MS;
	tend_staff(p);
	while (keeper_busy(p->keeper) || staff_waits(p)) {
		int ready = poll_once(p, POLL_MS);
		if (keeper_failures(p->keeper) >= STILLBORN) {
			return fault_say(f, "The visit dies before its first frame. Try `%.200s --help`.", p->program);
		}
		bool staff = staff_waits(p);
		int64_t now = clock_ms();
		if (now > (staff ? began + STAFF_GIVE_UP_MS : alone + GIVE_UP_MS)) {
			return fault_say(f, "The visit has not answered for %d seconds.",
			                 (staff ? STAFF_GIVE_UP_MS : GIVE_UP_MS) / 1000);
		}
		alone = staff ? now : alone;
		patience = staff ? now + PATIENCE_MS : patience;
		/* A visit that died is tried again after a while of the script's time; one that only starts slowly, as on a
		 * busy machine, is waited for: it would be taken for one that dies. */
		bool starting = keeper_starting(p->keeper), late = now > patience && !starting;
		bool due = keeper_failures(p->keeper) > 0 && !starting;
		if (late || (ready == 0 && due)) {
			tick_next(p);
			patience = late ? clock_ms() + PATIENCE_MS : patience;
		}
	}
	return true;
}

/* --- what a script does ----------------------------------------------------------------------------------------- */

bool player_wait(struct player *p, int64_t ms, struct fault *f) {
	int64_t until = p->now_ms + ms;
	for (int64_t deadline = next_deadline(p); deadline >= 0 && deadline <= until; deadline = next_deadline(p)) {
		tick_next(p);
		if (!settle(p, f)) {
			return false;
		}
	}
	p->now_ms = p->now_ms > until ? p->now_ms : until;
	return settle(p, f);
}

bool player_touch(struct player *p, enum wire_phase phase, int finger, int x, int y, struct fault *f) {
	keeper_touch(p->keeper, phase, finger, x, y, p->now_ms);
	return settle(p, f);
}

bool player_key(struct player *p, enum wire_keycode key, struct fault *f) {
	keeper_key(p->keeper, key, p->now_ms);
	return settle(p, f);
}

bool player_bell(struct player *p, enum wire_bell state, struct fault *f) {
	if (!p->asked) {
		return fault_say(f, "Nothing was asked of staff in this visit.");
	}
	keeper_bell(p->keeper, state, p->now_ms);
	return settle(p, f);
}

bool player_ask(struct player *p, struct fault *f) {
	struct told *t = &p->told;
	if (!settle(p, f)) {
		return false;
	}
	arena_reset(&t->arena);
	t->screen = (struct wire_screen){.name = ""};
	t->text_count = t->choice_count = 0;
	t->whole = t->going_on = false;
	keeper_ask(p->keeper, p->now_ms);
	return settle(p, f) && (t->whole || fault_say(f, "The visit did not say what is on the screen."));
}

bool player_stick(struct player *p, const char *folder, bool in, struct fault *f) {
	char inside[SETTINGS_PATH + 16];
	const struct staff *staff = p->staffing.staff;
	if (staff == NULL || p->settings.usb[0] == 0) {
		return fault_say(f, "A stick needs --store DIR and --usb DIR.");
	}
	snprintf(inside, sizeof inside, "%s/alcove", p->settings.usb);
	if (rename(in ? folder : inside, in ? inside : folder) != 0) {
		return fault_say(f, "The folder %.200s could not be renamed: %s.", in ? folder : inside,
		                 strerror(errno));
	}
	int64_t until = clock_ms() + STICK_GIVE_UP_MS;
	while (staff_watches(staff) && staff_stick(staff) != in) {
		if (clock_ms() > until) {
			return fault_say(f, "Staff mode has not noticed the stick.");
		}
		poll_once(p, POLL_MS);
	}
	return settle(p, f);
}

bool player_listen(struct player *p, int ms, struct fault *f) {
	poll_once(p, ms);
	return settle(p, f);
}

struct picture player_picture(const struct player *p) {
	return (struct picture){p->plan.glass.w, p->plan.glass.h, p->glass};
}

bool player_first_again(const struct player *p) {
	return memcmp(p->glass, p->first, (size_t)p->plan.glass.w * (size_t)p->plan.glass.h * sizeof *p->glass) == 0;
}

/* --- starting and stopping -------------------------------------------------------------------------------------- */

/* The program that is named, or `alcove` beside our own. */
static bool find_program(struct player *p, const char *named, struct fault *f) {
	char own[sizeof p->program - sizeof "alcove"];
	ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
	own[n > 0 ? n : 0] = 0;
	int folder = (int)strlen(own);
	while (folder > 0 && own[folder - 1] != '/') {
		folder--;
	}
	if (named != NULL && strlen(named) >= sizeof p->program) {
		return fault_say(f, "The name of the program is too long.");
	}
	snprintf(p->program, sizeof p->program, "%.*s%s", named == NULL ? folder : 0, own,
	         named == NULL ? "alcove" : named);
	return access(p->program, X_OK) == 0 ||
	       fault_say(f, "There is no program %.300s. Please build it: make build/alcove.", p->program);
}

static bool check_packs(struct player *p, const struct replay_options *o, struct fault *f) {
	struct supply_check checks[WIRE_MAX_PACKS];
	int started = 0;
	bool fine = true;
	while (started < o->pack_count && fine) {
		fine = supply_check_start(&checks[started], p->program, p->staffing.stock.own[started].fd, f);
		started += fine;
	}
	for (int i = 0; i < started; i++) {
		struct fault second;
		fine = supply_check_end(&checks[i], o->packs[i], fine ? f : &second) && fine;
	}
	return fine;
}

static bool start_keeper(struct player *p, struct fault *f) {
	struct keeper_sink sink = {.self = p,
	                           .show = on_show,
	                           .talk = on_talk,
	                           .cancel = on_cancel,
	                           .answer = on_answer,
	                           .ended = on_ended,
	                           .staff = on_staff,
	                           .wish = on_wish};
	size_t bytes = (size_t)p->plan.glass.w * (size_t)p->plan.glass.h * sizeof *p->glass;
	p->glass = malloc(bytes);
	p->first = malloc(bytes);
	if (p->glass == NULL || p->first == NULL) {
		return fault_say(f, "There is no memory for a glass.");
	}
	p->keeper = keeper_new(&p->plan, &sink, p->now_ms, f);
	if (p->keeper == NULL || !settle(p, f)) {
		return false;
	}
	memcpy(p->first, p->glass, bytes);
	return true;
}

bool player_start(struct player *p, const struct replay_options *o, struct fault *f) {
	*p = (struct player){
	    .plan = {.program = p->program, .glass = o->glass, .audience = o->audience, .bell = o->line}};
	p->settings = o->settings;
	memcpy(p->plan.language, o->language, sizeof p->plan.language);
	if (o->settings.broker_host[0] != 0) {
		p->bell = bell_new(&o->settings, f);
		if (p->bell == NULL) {
			return false;
		}
	}
	bool fine = find_program(p, o->program, f) && supply_open(&p->plan, o->packs, o->pack_count, o->fonts, f) &&
	            staffing_open(&p->staffing, &p->plan, &p->settings, today, p->now_ms, f) && check_packs(p, o, f) &&
	            start_keeper(p, f);
	if (fine && o->first_start) {
		staffing_offer(&p->staffing, p->keeper, p->now_ms);
		fine = settle(p, f);
	}
	if (!fine) {
		player_stop(p);
	}
	return fine;
}

void player_stop(struct player *p) {
	keeper_free(p->keeper);
	bell_free(p->bell);
	staffing_close(&p->staffing);
	supply_close(&p->plan);
	arena_free(&p->told.arena);
	free(p->glass);
	free(p->first);
	*p = (struct player){0};
}
