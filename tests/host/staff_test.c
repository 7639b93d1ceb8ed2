/* The host's side of staff mode, with the real PIN child and the real handle of the store's worker. The worker itself is
 * this program again, and does what it is told to by the slot. */
#include "base/clock.h"
#include "host/pin_hash.h"
#include "host/staff.h"
#include "host/usb_watch.h"
#include "store/durable.h"
#include "store/work.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the worker ------------------------------------------------------------------------------------------------- */

/* What a worker does with a wish for this slot. */
enum { SLOT_FINE = 1, SLOT_SLOW, SLOT_MANY, SLOT_HANGS, SLOT_DIES };
enum { MANY = 3000 };

static void say(const struct wire_message *m) {
	struct pollfd p = {.fd = WIRE_FD_SOCKET, .events = POLLOUT};
	while (!wire_send(WIRE_FD_SOCKET, m)) {
		if (poll(&p, 1, -1) < 0 || (p.revents & (POLLHUP | POLLERR)) != 0) {
			_exit(1);
		}
	}
}

static void say_lists(void) {
	for (uint8_t where = WIRE_ON_KIOSK; where <= WIRE_ON_STICK; where++) {
		struct wire_message m = {.kind = WIRE_OFFER, .offer = {.where = where, .first = 1, .last = 1}};
		say(&m);
	}
}

static void say_work(enum wire_work_kind work, enum wire_work_state state) {
	struct wire_message m = {.kind = WIRE_WORK, .work = {.work = (uint8_t)work, .state = (uint8_t)state}};
	say(&m);
}

static void say_changes(void) {
	for (int i = 1; i <= MANY; i++) {
		struct wire_message m = {.kind = WIRE_CHANGE,
		                         .change = {.kind = 1, .last = i == MANY, .count = (uint16_t)i}};
		say(&m);
	}
}

static void carry_out(const struct wire_want_what *want) {
	enum wire_work_kind work = want->want == WIRE_WANT_INSTALL   ? WIRE_WORK_INSTALL
	                           : want->want == WIRE_WANT_RESTORE ? WIRE_WORK_RESTORE
	                           : want->want == WIRE_WANT_TRUST   ? WIRE_WORK_TRUST
	                                                             : WIRE_WORK_COPY;
	say_work(work, WIRE_WORK_GOING);
	if (want->slot == SLOT_SLOW) {
		usleep(500000);
	}
	if (want->slot == SLOT_DIES) {
		_exit(1);
	}
	if (want->slot == SLOT_HANGS) {
		return;
	}
	if (want->slot == SLOT_MANY) {
		say_changes();
	}
	say_work(work, WIRE_WORK_DONE);
}

static int fake_worker(void) {
	static struct work_order order;
	struct wire_message m;
	if (recv(WIRE_FD_SOCKET, &order, sizeof order, 0) != (ssize_t)sizeof order) {
		return 1;
	}
	while (wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		if (m.want.want == WIRE_WANT_LIST) {
			say_lists();
		} else if (m.want.want == WIRE_WANT_STOP) {
			say_work(WIRE_WORK_COPY, WIRE_WORK_FAILED);
		} else {
			carry_out(&m.want);
		}
	}
	return 0;
}

/* --- the tone --------------------------------------------------------------------------------------------------- */

/* What the child that plays does at this volume. */
enum { LOUD_PLAYED = 100, LOUD_TAKEN = 75, LOUD_NOTHING = 60, LOUD_BROKEN = 40, LOUD_HANGS = 25, LOUD_DIES = 10 };

static int fake_tone(void) {
	struct sound_ask ask;
	struct sound_answer answer = {.said = SOUND_THERE};
	if (recv(SOUND_FD, &ask, sizeof ask, 0) != (ssize_t)sizeof ask || ask.volume == LOUD_DIES) {
		return 1;
	}
	if (ask.wish == SOUND_LOOK) {
		answer.said = strcmp(ask.device, "missing") == 0 ? SOUND_NOTHING : SOUND_THERE;
	} else if (ask.volume == LOUD_HANGS) {
		pause();
	} else {
		answer.said = ask.volume == LOUD_PLAYED    ? SOUND_PLAYED
		              : ask.volume == LOUD_TAKEN   ? SOUND_TAKEN
		              : ask.volume == LOUD_NOTHING ? SOUND_NOTHING
		                                           : SOUND_BROKEN;
	}
	return send(SOUND_FD, &answer, sizeof answer, 0) == (ssize_t)sizeof answer ? 0 : 1;
}

/* --- the world -------------------------------------------------------------------------------------------------- */

struct world {
	char folder[40], store[56], usb[56];
	struct settings settings;
	struct staff *s;
	int64_t now;
	struct wire_message m; /* the one that was told last */
};

static void today(char out[WIRE_DATE]) {
	strcpy(out, "2026-11-20");
}

static void begin(struct world *w) {
	struct staff_plan plan = {.program = "/proc/self/exe", .settings = &w->settings, .today = today};
	w->s = staff_new(&plan, w->now);
	assert_non_null(w->s);
}

static struct world *world_new(void) {
	struct world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	strcpy(w->folder, "/tmp/alcove-staff-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->store, sizeof w->store, "%s/store", w->folder);
	snprintf(w->usb, sizeof w->usb, "%s/usb", w->folder);
	settings_default(&w->settings);
	strcpy(w->settings.store, w->store);
	strcpy(w->settings.sound, "none");
	w->settings.slots[0] = 0;
	w->now = 5000000;
	return w;
}

static void world_free(struct world *w) {
	char command[80];
	staff_free(w->s);
	/* The worker is killed and not waited for; a millisecond later it is gone. */
	for (int i = 0; i < 1000 && waitpid(-1, NULL, WNOHANG) >= 0; i++) {
		usleep(1000);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	snprintf(command, sizeof command, "rm -r %s", w->folder);
	assert_int_equal(system(command), 0);
	free(w);
}

/* Off and on again. */
static void restart(struct world *w) {
	staff_free(w->s);
	begin(w);
	staff_shown(w->s, w->now);
}

static int kept(const struct world *w, const char *name, char *out, size_t room) {
	char path[80];
	snprintf(path, sizeof path, "%s/kept", w->store);
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int n = (int)durable_read(dir, name, out, room);
	close(dir);
	return n;
}

static int kept_misses(const struct world *w) {
	char text[256];
	return kept(w, "pin", text, sizeof text) > 0 ? atoi(text + strlen("misses ")) : -1;
}

static void poll_once(struct world *w, int ms) {
	struct pollfd fds[STAFF_FDS];
	int count = staff_fds(w->s, fds), wait = staff_wait_ms(w->s);
	poll(fds, (nfds_t)count, wait >= 0 && wait < ms ? wait : ms);
	staff_ready(w->s, fds, count, w->now);
}

/* The next thing that is told, of any kind or of this one (those before it are passed over). */
static const struct wire_message *hear(struct world *w, uint32_t kind) {
	for (int64_t until = clock_ms() + 30000; clock_ms() < until;) {
		while (staff_next(w->s, &w->m)) {
			if (!wire_sane_from_host(&w->m)) {
				fail_msg("a message of kind %u makes no sense", w->m.kind);
			}
			if (kind == 0 || w->m.kind == kind) {
				return &w->m;
			}
		}
		poll_once(w, 50);
	}
	fail_msg("nothing of kind %u is told", kind);
	return NULL;
}

static void expect_gate(struct world *w, enum wire_gate gate) {
	assert_int_equal(hear(w, WIRE_GATE)->gate.gate, gate);
}

static void expect_work(struct world *w, enum wire_work_kind work, enum wire_work_state state,
                        enum wire_reason reason) {
	const struct wire_work *told = &hear(w, WIRE_WORK)->work;
	assert_int_equal(told->work, work);
	assert_int_equal(told->state, state);
	assert_int_equal(told->reason, reason);
}

static void expect_silence(struct world *w) {
	struct wire_message m;
	poll_once(w, 50);
	assert_false(staff_next(w->s, &m));
}

static void type(struct world *w, const char *digits) {
	struct wire_message m = {.kind = WIRE_PIN};
	snprintf(m.pin.digits, sizeof m.pin.digits, "%s", digits);
	staff_wish(w->s, &m, w->now);
}

static void want(struct world *w, struct wire_want_what what) {
	struct wire_message m = {.kind = WIRE_WANT, .want = what};
	staff_wish(w->s, &m, w->now);
}

static void settle(struct world *w) {
	for (int64_t until = clock_ms() + 30000; staff_busy(w->s) && clock_ms() < until;) {
		while (staff_next(w->s, &w->m)) {
		}
		poll_once(w, 50);
	}
	assert_false(staff_busy(w->s));
}

#define GOOD "471108"
#define OTHER "902817"

/* Somebody has chosen a PIN, and the gate is open. */
static struct world *world_open_with(const char *sound) {
	struct world *w = world_new();
	strcpy(w->settings.sound, sound);
	begin(w);
	staff_shown(w->s, w->now);
	type(w, GOOD);
	type(w, GOOD);
	settle(w);
	return w;
}

static struct world *world_open(void) {
	return world_open_with("none");
}

/* --- the gate --------------------------------------------------------------------------------------------------- */

static void a_pin_is_chosen_twice(void **state) {
	(void)state;
	struct world *w = world_new();
	begin(w);
	assert_true(staff_first_start(w->s));
	staff_shown(w->s, w->now);
	expect_gate(w, WIRE_GATE_CHOOSE);
	assert_int_equal(w->m.gate.from_start, 1);
	type(w, "123456");
	expect_gate(w, WIRE_GATE_WEAK);
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_AGAIN);
	type(w, OTHER);
	expect_gate(w, WIRE_GATE_DIFFERENT);
	type(w, OTHER); /* it begins anew: this is the first of two */
	expect_gate(w, WIRE_GATE_AGAIN);
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_DIFFERENT);
	assert_int_equal(kept_misses(w), -1); /* nothing is kept yet */
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_AGAIN);
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_CHECKING);
	type(w, GOOD); /* while it is looked at nothing else is taken */
	expect_gate(w, WIRE_GATE_OPEN);
	/* In this order: then the house, marks, and the three lists. */
	assert_int_equal(hear(w, 0)->kind, WIRE_HOUSE);
	assert_int_equal(hear(w, 0)->kind, WIRE_MARK);
	for (int where = WIRE_ON_KIOSK; where <= WIRE_ON_STICK; where++) {
		assert_int_equal(hear(w, 0)->kind, WIRE_OFFER);
		assert_int_equal(w->m.offer.where, where);
	}
	assert_false(staff_busy(w->s));
	assert_false(staff_first_start(w->s));
	char text[256];
	assert_true(kept(w, "pin", text, sizeof text) > 0);
	assert_null(strstr(text, GOOD));
	world_free(w);
}

static void a_miss_is_counted_before_it_is_looked_at(void **state) {
	(void)state;
	struct world *w = world_open();
	for (int i = 1; i <= 3; i++) {
		restart(w);
		expect_gate(w, WIRE_GATE_ENTER);
		assert_int_equal(w->m.gate.tries, 6 - i);
		type(w, OTHER);
		/* The child has not said anything, and the power goes. */
		assert_int_equal(kept_misses(w), i);
	}
	restart(w);
	expect_gate(w, WIRE_GATE_ENTER);
	type(w, GOOD);
	assert_int_equal(kept_misses(w), 4);
	expect_gate(w, WIRE_GATE_CHECKING);
	expect_gate(w, WIRE_GATE_OPEN);
	assert_int_equal(kept_misses(w), 0);
	world_free(w);
}

static void miss(struct world *w) {
	type(w, OTHER);
	expect_gate(w, WIRE_GATE_CHECKING);
	hear(w, WIRE_GATE);
}

static void after_five_misses_there_is_a_wait(void **state) {
	(void)state;
	struct world *w = world_open();
	restart(w);
	expect_gate(w, WIRE_GATE_ENTER);
	for (int i = 1; i < 5; i++) {
		miss(w);
		assert_int_equal(w->m.gate.gate, WIRE_GATE_WRONG);
		assert_int_equal(w->m.gate.tries, 5 - i);
	}
	assert_int_equal(staff_deadline(w->s), -1);
	miss(w);
	assert_int_equal(w->m.gate.gate, WIRE_GATE_WAIT);
	assert_int_equal(w->m.gate.wait_s, 30);
	/* The right one is not even looked at. */
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_WAIT);
	assert_int_equal(kept_misses(w), 5);
	/* Told again every second, and over when it is over. */
	for (int left = 29; left > 0; left--) {
		assert_int_equal(staff_deadline(w->s), w->now + 1000);
		w->now += 1000;
		staff_tick(w->s, w->now);
		expect_gate(w, WIRE_GATE_WAIT);
		assert_int_equal(w->m.gate.wait_s, left);
	}
	/* Off and on: the whole wait again, whatever time it is said to be. */
	w->now += 1000;
	restart(w);
	expect_gate(w, WIRE_GATE_WAIT);
	assert_int_equal(w->m.gate.wait_s, 30);
	/* To leave and come back changes nothing, and the wait goes on meanwhile. */
	staff_over(w->s);
	assert_int_equal(staff_deadline(w->s), -1);
	w->now += 29999;
	staff_shown(w->s, w->now);
	expect_gate(w, WIRE_GATE_WAIT);
	assert_int_equal(w->m.gate.wait_s, 1);
	w->now += 1;
	staff_tick(w->s, w->now);
	expect_gate(w, WIRE_GATE_ENTER);
	assert_int_equal(w->m.gate.tries, 1);
	miss(w);
	assert_int_equal(w->m.gate.wait_s, 60);
	w->now += 60000;
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_CHECKING);
	expect_gate(w, WIRE_GATE_OPEN);
	world_free(w);
}

static void what_cannot_be_counted_is_not_tried(void **state) {
	(void)state;
	struct world *w = world_open();
	char aside[80];
	restart(w);
	/* Nothing can be written any more: a folder that is not empty is in the way. */
	snprintf(aside, sizeof aside, "%s/kept/pin.new", w->store);
	assert_int_equal(mkdir(aside, 0700), 0);
	strcat(aside, "/x");
	assert_int_equal(mkdir(aside, 0700), 0);
	expect_gate(w, WIRE_GATE_ENTER);
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_BROKEN);
	assert_false(staff_busy(w->s));
	world_free(w);
}

static void a_store_that_cannot_be_used_is_said(void **state) {
	(void)state;
	struct world *w = world_new();
	int fd = open(w->store, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); /* a file where a folder should be */
	assert_true(fd >= 0 && close(fd) == 0);
	begin(w);
	assert_false(staff_first_start(w->s));
	staff_shown(w->s, w->now);
	expect_gate(w, WIRE_GATE_BROKEN);
	type(w, GOOD);
	expect_silence(w);
	world_free(w);
	/* A PIN that is there and cannot be read is not one that nobody has chosen. */
	w = world_open();
	char path[80];
	snprintf(path, sizeof path, "%s/kept/pin", w->store);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0 && close(fd) == 0);
	restart(w);
	expect_gate(w, WIRE_GATE_BROKEN);
	type(w, GOOD);
	expect_silence(w);
	assert_false(staff_first_start(w->s));
	world_free(w);
}

static void nothing_is_carried_out_before_the_gate_is_open(void **state) {
	(void)state;
	struct world *w = world_open();
	restart(w);
	expect_gate(w, WIRE_GATE_ENTER);
	for (int i = 1; i <= WIRE_WANT_LAST; i++) {
		if (i != WIRE_WANT_LEAVE) {
			want(w, (struct wire_want_what){.want = (uint8_t)i,
			                                .slot = SLOT_FINE,
			                                .number = 200,
			                                .digits = "18005550100",
			                                .says = "Elsewhere"});
		}
	}
	expect_silence(w);
	assert_int_equal(staff_deeds(w->s), 0);
	assert_false(staff_busy(w->s));
	char text[64];
	assert_int_equal(kept(w, "marks", text, sizeof text), -1);
	assert_int_equal(kept(w, "settings", text, sizeof text), -1);
	want(w, (struct wire_want_what){.want = WIRE_WANT_LEAVE});
	assert_int_equal(staff_deeds(w->s), STAFF_LEAVE);
	world_free(w);
}

static void another_pin_can_be_chosen(void **state) {
	(void)state;
	struct world *w = world_open();
	want(w, (struct wire_want_what){.want = WIRE_WANT_PIN});
	expect_gate(w, WIRE_GATE_CHOOSE);
	assert_int_equal(w->m.gate.from_start, 1);
	/* Nothing else meanwhile. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_RESTORE, .slot = SLOT_FINE});
	expect_silence(w);
	type(w, OTHER);
	expect_gate(w, WIRE_GATE_AGAIN);
	want(w, (struct wire_want_what){.want = WIRE_WANT_STOP});
	expect_gate(w, WIRE_GATE_OPEN);
	restart(w);
	expect_gate(w, WIRE_GATE_ENTER);
	type(w, GOOD); /* the old one stays */
	settle(w);
	want(w, (struct wire_want_what){.want = WIRE_WANT_PIN});
	type(w, OTHER);
	type(w, OTHER);
	settle(w);
	restart(w);
	expect_gate(w, WIRE_GATE_ENTER);
	assert_int_equal(w->m.gate.from_start, 0);
	miss(w);
	assert_int_equal(w->m.gate.gate, WIRE_GATE_OPEN);
	world_free(w);
}

/* --- to the worker and back ------------------------------------------------------------------------------------- */

static void nothing_that_the_worker_says_is_dropped(void **state) {
	(void)state;
	struct world *w = world_open();
	want(w, (struct wire_want_what){.want = WIRE_WANT_CHANGES, .slot = SLOT_MANY});
	assert_true(staff_working(w->s));
	for (int i = 0; i < 20; i++) {
		poll_once(w, 10); /* nobody takes anything for a while */
	}
	expect_work(w, WIRE_WORK_COPY, WIRE_WORK_GOING, WIRE_FINE);
	for (int i = 1; i <= MANY; i++) {
		assert_int_equal(hear(w, 0)->kind, WIRE_CHANGE);
		assert_int_equal(w->m.change.count, i);
		assert_int_equal(w->m.change.last, i == MANY);
	}
	expect_work(w, WIRE_WORK_COPY, WIRE_WORK_DONE, WIRE_FINE);
	assert_false(staff_working(w->s));
	assert_int_equal(staff_deeds(w->s), 0); /* to look changes nothing */
	world_free(w);
}

static void what_was_switched_is_read_again(void **state) {
	(void)state;
	struct world *w = world_open();
	static const uint8_t wants[] = {WIRE_WANT_INSTALL, WIRE_WANT_RESTORE};
	for (size_t i = 0; i < 2; i++) {
		want(w, (struct wire_want_what){.want = wants[i], .slot = SLOT_FINE});
		assert_int_equal(hear(w, WIRE_WORK)->work.state, WIRE_WORK_GOING);
		assert_int_equal(hear(w, WIRE_WORK)->work.state, WIRE_WORK_DONE);
		assert_int_equal(staff_deeds(w->s), STAFF_PACKS);
		assert_int_equal(hear(w, WIRE_OFFER)->offer.where, WIRE_ON_KIOSK);
		settle(w);
	}
	world_free(w);
}

static void a_wish_waits_for_the_list(void **state) {
	(void)state;
	struct world *w = world_open();
	want(w, (struct wire_want_what){.want = WIRE_WANT_LIST});
	want(w, (struct wire_want_what){.want = WIRE_WANT_INSTALL, .slot = SLOT_SLOW});
	assert_true(staff_working(w->s));
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_GOING, WIRE_FINE);
	/* Pressed once more while it goes on: that is no second wish. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_INSTALL, .slot = SLOT_HANGS});
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_DONE, WIRE_FINE);
	settle(w);
	/* Stopped before it began. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_LIST});
	want(w, (struct wire_want_what){.want = WIRE_WANT_INSTALL, .slot = SLOT_HANGS});
	want(w, (struct wire_want_what){.want = WIRE_WANT_STOP});
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_FAILED, WIRE_STOPPED);
	settle(w);
	world_free(w);
}

static void a_worker_that_dies_is_a_failure(void **state) {
	(void)state;
	struct world *w = world_open();
	want(w, (struct wire_want_what){.want = WIRE_WANT_INSTALL, .slot = SLOT_DIES});
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_GOING, WIRE_FINE);
	assert_int_equal(hear(w, WIRE_WORK)->work.state, WIRE_WORK_FAILED);
	assert_int_equal(staff_deeds(w->s), 0);
	settle(w);
	/* The next wish finds another one. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_INSTALL, .slot = SLOT_FINE});
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_GOING, WIRE_FINE);
	expect_work(w, WIRE_WORK_INSTALL, WIRE_WORK_DONE, WIRE_FINE);
	/* And one that hangs ends with staff's visit. */
	settle(w);
	want(w, (struct wire_want_what){.want = WIRE_WANT_CHANGES, .slot = SLOT_HANGS});
	expect_work(w, WIRE_WORK_COPY, WIRE_WORK_GOING, WIRE_FINE);
	staff_over(w->s);
	assert_false(staff_busy(w->s));
	struct pollfd fds[STAFF_FDS];
	assert_int_equal(staff_fds(w->s, fds), 0);
	assert_int_equal(staff_wait_ms(w->s), -1);
	world_free(w);
}

static void a_stick_makes_a_new_list(void **state) {
	(void)state;
	struct world *w = world_new();
	char folder[80];
	strcpy(w->settings.usb, w->usb);
	assert_int_equal(mkdir(w->usb, 0700), 0);
	begin(w);
	assert_false(staff_watches(w->s));
	staff_shown(w->s, w->now);
	type(w, GOOD);
	type(w, GOOD);
	settle(w);
	assert_true(staff_watches(w->s));
	assert_false(staff_stick(w->s));
	snprintf(folder, sizeof folder, "%s/alcove", w->usb);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(hear(w, 0)->kind, WIRE_HOUSE);
	assert_int_equal(w->m.house.stick, 1);
	assert_int_equal(hear(w, 0)->kind, WIRE_OFFER);
	settle(w);
	staff_over(w->s);
	assert_false(staff_watches(w->s));
	world_free(w);
}

/* --- marks and settings ----------------------------------------------------------------------------------------- */

static void wrong_numbers_are_hidden_and_kept(void **state) {
	(void)state;
	struct world *w = world_open();
	char hidden[WIRE_HIDDEN][WIRE_DIGITS];
	struct wire_want_what call = {
	    .want = WIRE_WANT_WRONG, .digits = "18005550100", .pack = "org.alcove.library", .version = 3};
	want(w, call);
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_DONE, WIRE_FINE);
	assert_int_equal(hear(w, WIRE_MARK)->mark.wrong, 1);
	assert_string_equal(w->m.mark.on, "2026-11-20");
	assert_true(w->m.mark.first && w->m.mark.last);
	assert_int_equal(staff_deeds(w->s), STAFF_HIDDEN);
	call.digits[0] = 0;
	want(w, call);
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_FAILED, WIRE_UNKNOWN_WISH);
	for (int i = 1; i < WIRE_HIDDEN; i++) {
		snprintf(call.digits, sizeof call.digits, "1800555%04d", i);
		want(w, call);
		expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_DONE, WIRE_FINE);
	}
	strcpy(call.digits, "18005559999");
	want(w, call);
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_FAILED, WIRE_TOO_MANY);
	restart(w);
	assert_true(staff_has_marks(w->s));
	staff_hidden(w->s, hidden);
	assert_string_equal(hidden[0], "18005550100");
	assert_string_not_equal(hidden[WIRE_HIDDEN - 1], "");
	staff_in_use(w->s, "org.alcove.library", 3);
	assert_int_equal(staff_deeds(w->s), 0);
	staff_in_use(w->s, "org.alcove.library", 4);
	assert_int_equal(staff_deeds(w->s), STAFF_HIDDEN);
	restart(w);
	assert_false(staff_has_marks(w->s));
	world_free(w);
}

static void settings_have_bounds_and_are_kept(void **state) {
	(void)state;
	struct world *w = world_open();
	static const struct {
		struct wire_want_what want;
		bool fine;
	} tries[] = {
	    {{.want = WIRE_WANT_IDLE, .number = 119}, false},  {{.want = WIRE_WANT_IDLE, .number = 300}, true},
	    {{.want = WIRE_WANT_ANSWER, .number = 46}, false}, {{.want = WIRE_WANT_ANSWER, .number = 20}, true},
	    {{.want = WIRE_WANT_PLACE, .says = ""}, false},    {{.want = WIRE_WANT_PLACE, .says = "Salón"}, true},
	    {{.want = WIRE_WANT_SOUND, .number = 101}, false}, {{.want = WIRE_WANT_SOUND, .number = 10}, true},
	};
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		want(w, tries[i].want);
		expect_work(w, WIRE_WORK_KEEP, tries[i].fine ? WIRE_WORK_DONE : WIRE_WORK_FAILED,
		            tries[i].fine ? WIRE_FINE : WIRE_UNKNOWN_WISH);
		assert_int_equal(staff_deeds(w->s), tries[i].fine ? STAFF_SETTINGS : 0);
	}
	const struct wire_house *house = &hear(w, WIRE_HOUSE)->house;
	assert_int_equal(house->idle_s, 300);
	assert_int_equal(house->answer_s, 20);
	assert_int_equal(house->volume, 10);
	assert_string_equal(house->place, "Salón");
	restart(w);
	struct settings set = w->settings;
	staff_settings(w->s, &set);
	assert_int_equal(set.idle_seconds, 300);
	assert_int_equal(set.answer_seconds, 20);
	assert_string_equal(set.place, "Salón");
	/* A broker that lets this kiosk speak under one name alone. */
	strcpy(w->settings.broker_user, "kiosk");
	expect_gate(w, WIRE_GATE_ENTER);
	type(w, GOOD);
	settle(w);
	want(w, (struct wire_want_what){.want = WIRE_WANT_PLACE, .says = "Elsewhere"});
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_FAILED, WIRE_NAME_FIXED);
	world_free(w);
}

static void the_line_is_tested_by_others(void **state) {
	(void)state;
	struct world *w = world_open();
	static const enum wire_reason said[] = {WIRE_FINE, WIRE_NO_LINE, WIRE_NOT_HEARD};
	for (size_t i = 0; i < 3; i++) {
		want(w, (struct wire_want_what){.want = WIRE_WANT_LINE});
		want(w, (struct wire_want_what){.want = WIRE_WANT_LINE});
		expect_work(w, WIRE_WORK_LINE, WIRE_WORK_GOING, WIRE_FINE);
		assert_int_equal(staff_deeds(w->s), STAFF_LINE);
		assert_true(staff_working(w->s));
		staff_line(w->s, said[i]);
		expect_work(w, WIRE_WORK_LINE, said[i] == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED, said[i]);
		assert_false(staff_working(w->s));
	}
	staff_line(w->s, WIRE_FINE); /* nobody asked */
	want(w, (struct wire_want_what){.want = WIRE_WANT_PROOF});
	expect_work(w, WIRE_WORK_PROOF, WIRE_WORK_FAILED, WIRE_UNKNOWN_WISH);
	world_free(w);
}

/* --- sound ------------------------------------------------------------------------------------------------------ */

static void choose_volume(struct world *w, int percent) {
	want(w, (struct wire_want_what){.want = WIRE_WANT_SOUND, .number = (uint16_t)percent});
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_DONE, WIRE_FINE);
}

static void a_tone_tests_each_volume(void **state) {
	(void)state;
	struct world *w = world_open_with("");
	static const struct {
		int volume;
		enum wire_reason reason;
	} tries[] = {{LOUD_PLAYED, WIRE_FINE},
	             {LOUD_TAKEN, WIRE_SOUND_TAKEN},
	             {LOUD_NOTHING, WIRE_NO_SOUND},
	             {LOUD_BROKEN, WIRE_SOUND_BROKEN},
	             {LOUD_DIES, WIRE_SOUND_BROKEN}};
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		choose_volume(w, tries[i].volume);
		expect_work(w, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
		expect_work(w, WIRE_WORK_TONE, tries[i].reason == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED,
		            tries[i].reason);
		/* Nobody is kept in staff mode by it. */
		assert_false(staff_working(w->s));
	}
	/* Off: it is kept, and nothing is played. */
	choose_volume(w, 0);
	assert_int_equal(hear(w, WIRE_HOUSE)->house.volume, 0);
	expect_silence(w);
	world_free(w);
}

/* The host's clock gives it up, and the one that hangs is gone. */
static void a_tone_that_hangs_is_given_up(void **state) {
	(void)state;
	struct world *w = world_open_with("");
	choose_volume(w, LOUD_HANGS);
	expect_work(w, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	assert_int_equal(staff_deadline(w->s), w->now + TONE_GIVE_UP_MS);
	w->now += TONE_GIVE_UP_MS - 1;
	staff_tick(w->s, w->now);
	assert_true(staff_busy(w->s));
	w->now++;
	staff_tick(w->s, w->now);
	expect_work(w, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_SOUND_BROKEN);
	assert_int_equal(staff_deadline(w->s), -1);
	assert_false(staff_busy(w->s));
	/* Whoever leaves in the middle ends it: nothing of staff's sounds into a visit. */
	choose_volume(w, LOUD_HANGS);
	expect_work(w, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	staff_over(w->s);
	assert_int_equal(staff_deadline(w->s), -1);
	world_free(w); /* which sees that nobody is left */
}

/* Whether there is a sound at all is looked at behind the gate, and not before. */
static void sound_is_there_when_a_card_is(void **state) {
	(void)state;
	struct world *w = world_new();
	w->settings.sound[0] = 0;
	begin(w);
	staff_shown(w->s, w->now);
	want(w, (struct wire_want_what){.want = WIRE_WANT_SOUND, .number = LOUD_PLAYED});
	expect_gate(w, WIRE_GATE_CHOOSE);
	expect_silence(w);
	type(w, GOOD);
	type(w, GOOD);
	assert_int_equal(hear(w, WIRE_HOUSE)->house.sound, 0); /* nobody has looked yet */
	assert_int_equal(hear(w, WIRE_HOUSE)->house.sound, 1);
	/* The settings name one that is not there, or say that there is none. */
	static const char *const without[] = {"missing", "none"};
	for (int i = 0; i < 2; i++) {
		strcpy(w->settings.sound, without[i]);
		restart(w);
		type(w, GOOD);
		settle(w);
		want(w, (struct wire_want_what){.want = WIRE_WANT_LIST});
		assert_int_equal(hear(w, WIRE_HOUSE)->house.sound, 0);
	}
	choose_volume(w, LOUD_PLAYED);
	expect_work(w, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_NO_SOUND);
	world_free(w);
}

/* --- the first start -------------------------------------------------------------------------------------------- */

static unsigned steps_told(struct world *w) {
	return hear(w, WIRE_HOUSE)->house.steps;
}

static void pass(struct world *w, enum wire_step step) {
	want(w, (struct wire_want_what){.want = WIRE_WANT_STEP, .number = (uint16_t)step});
}

/* Off and on again, as the host does it: the first start is offered if it is still to come. */
static bool start_again(struct world *w) {
	staff_free(w->s);
	begin(w);
	if (!staff_first_start(w->s)) {
		return false;
	}
	staff_guide(w->s);
	staff_shown(w->s, w->now);
	return true;
}

static struct world *world_first(void) {
	struct world *w = world_new();
	begin(w);
	assert_true(start_again(w));
	assert_int_equal(steps_told(w), WIRE_STEPS_ALL);
	expect_gate(w, WIRE_GATE_CHOOSE);
	return w;
}

static unsigned without(unsigned steps, enum wire_step step) {
	return steps & ~(1u << step);
}

static void a_first_start_needs_no_pin_before_there_is_one(void **state) {
	(void)state;
	struct world *w = world_first();
	want(w, (struct wire_want_what){.want = WIRE_WANT_PLACE, .says = "Front hall"});
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_DONE, WIRE_FINE);
	assert_int_equal(steps_told(w), without(WIRE_STEPS_ALL, WIRE_STEP_PLACE));
	want(w, (struct wire_want_what){.want = WIRE_WANT_LINE});
	expect_work(w, WIRE_WORK_LINE, WIRE_WORK_GOING, WIRE_FINE);
	staff_line(w->s, WIRE_NO_LINE);
	expect_work(w, WIRE_WORK_LINE, WIRE_WORK_FAILED, WIRE_NO_LINE);
	choose_volume(w, 50);
	expect_work(w, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_NO_SOUND); /* `none` in these settings */
	/* That, and nothing else: what needs staff needs a PIN. */
	static const enum wire_want closed[] = {
	    WIRE_WANT_LIST,  WIRE_WANT_CHANGES, WIRE_WANT_INSTALL, WIRE_WANT_RESTORE, WIRE_WANT_TRUST, WIRE_WANT_RIGHT,
	    WIRE_WANT_WRONG, WIRE_WANT_IDLE,    WIRE_WANT_ANSWER,  WIRE_WANT_PIN,     WIRE_WANT_PROOF};
	(void)staff_deeds(w->s);
	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
		want(w, (struct wire_want_what){.want = closed[i], .number = 180, .digits = "18005550100"});
		expect_silence(w);
		assert_int_equal(staff_deeds(w->s), 0);
	}
	world_free(w);
}

/* Once there is a PIN the same asks for it, whether a first start goes on or not. */
static void with_a_pin_it_is_asked_for(void **state) {
	(void)state;
	struct world *w = world_first();
	pass(w, WIRE_STEP_PLACE);
	type(w, GOOD);
	type(w, GOOD);
	settle(w);
	assert_true(start_again(w)); /* the power failed */
	expect_gate(w, WIRE_GATE_ENTER);
	want(w, (struct wire_want_what){.want = WIRE_WANT_PLACE, .says = "Elsewhere"});
	pass(w, WIRE_STEP_LINE);
	expect_silence(w);
	/* Whoever leaves the gate has not finished anything. */
	staff_over(w->s);
	assert_true(start_again(w));
	expect_gate(w, WIRE_GATE_ENTER);
	type(w, GOOD);
	assert_int_equal(steps_told(w), without(without(WIRE_STEPS_ALL, WIRE_STEP_PLACE), WIRE_STEP_PIN));
	pass(w, WIRE_STEP_TOUCH);
	settle(w);
	assert_true(start_again(w)); /* and once more */
	type(w, GOOD);
	assert_int_equal(steps_told(w), 1u << WIRE_STEP_SOUND | 1u << WIRE_STEP_LINE);
	settle(w);
	/* Whoever is in and leaves has left out the rest. */
	staff_over(w->s);
	assert_false(start_again(w));
	world_free(w);
}

static void a_first_start_that_is_over_never_comes_back(void **state) {
	(void)state;
	struct world *w = world_first();
	for (int step = WIRE_STEP_PLACE; step <= WIRE_STEP_LAST; step++) {
		if (step != WIRE_STEP_SOUND &&
		    step != WIRE_STEP_PIN) { /* no card: no step, and none that is waited for */
			pass(w, (enum wire_step)step);
		}
	}
	/* The PIN was left out: without one it is asked for at each start, and that alone. */
	staff_over(w->s);
	assert_true(start_again(w));
	assert_int_equal(steps_told(w), 1u << WIRE_STEP_PIN);
	expect_gate(w, WIRE_GATE_CHOOSE);
	type(w, GOOD);
	expect_gate(w, WIRE_GATE_AGAIN);
	/* One that was begun is forgotten when it is left out. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_STOP});
	expect_gate(w, WIRE_GATE_CHOOSE);
	type(w, OTHER);
	expect_gate(w, WIRE_GATE_AGAIN);
	type(w, OTHER);
	settle(w);
	assert_false(start_again(w));
	/* What is no step, and a step of a start that is over. */
	staff_shown(w->s, w->now);
	type(w, OTHER);
	settle(w);
	pass(w, WIRE_STEP_TOUCH);
	expect_work(w, WIRE_WORK_KEEP, WIRE_WORK_FAILED, WIRE_UNKNOWN_WISH);
	world_free(w);
}

/* A kiosk from before there were steps, with its PIN. */
static void an_older_kiosk_has_had_its_first_start(void **state) {
	(void)state;
	struct world *w = world_open();
	assert_false(start_again(w));
	/* A name that the broker fixes is no step. */
	strcpy(w->settings.broker_user, "kiosk");
	char path[80];
	snprintf(path, sizeof path, "%s/kept/pin", w->store);
	assert_int_equal(unlink(path), 0); /* the PIN was lost, and is forgotten */
	assert_true(start_again(w));
	assert_int_equal(steps_told(w), without(WIRE_STEPS_ALL, WIRE_STEP_PLACE));
	world_free(w);
}

/* --- the system itself ------------------------------------------------------------------------------------------- */

/* Where a service for systems listens; this test is that service. */
static int listen_for(struct world *w) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	snprintf(w->settings.slots, sizeof w->settings.slots, "%s/slots", w->folder);
	strcpy(at.sun_path, w->settings.slots);
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(listener, 1), 0);
	return listener;
}

static int answered(int listener) {
	int line = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(line >= 0);
	return line;
}

static void expect_asked(int line, enum wire_want what) {
	struct wire_message m;
	assert_int_equal(wire_receive(line, &m, true), WIRE_GOT);
	assert_int_equal(m.kind, WIRE_WANT);
	assert_int_equal(m.want.want, what);
}

/* Its line is lost, and staff's side has noticed. */
static void hang_up(struct world *w, int line) {
	close(line);
	for (int64_t until = clock_ms() + 30000; w->s != NULL && clock_ms() < until;) {
		struct pollfd fds[STAFF_FDS];
		int count = staff_fds(w->s, fds);
		poll_once(w, 10);
		if (staff_fds(w->s, fds) < count) {
			return;
		}
	}
	fail_msg("nobody notices that the service is gone");
}

static void the_system_is_asked_of_its_service(void **state) {
	(void)state;
	struct world *w = world_new();
	struct wire_message is = {.kind = WIRE_SYSTEM, .system = {.state = WIRE_SYSTEM_SETTLED, .version = 7}};
	int listener = listen_for(w);
	begin(w);
	staff_shown(w->s, w->now);
	type(w, GOOD);
	type(w, GOOD);
	hear(w, WIRE_HOUSE);
	int line = answered(listener);
	expect_asked(line, WIRE_WANT_LIST);
	assert_true(wire_send(line, &is));
	assert_int_equal(hear(w, WIRE_SYSTEM)->system.version, 7);
	settle(w);
	/* It is gone in the middle of its work. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_SYSTEM, .version = 8});
	expect_asked(line, WIRE_WANT_SYSTEM);
	assert_true(staff_working(w->s));
	hang_up(w, line);
	expect_work(w, WIRE_WORK_SYSTEM, WIRE_WORK_FAILED, WIRE_PULLED);
	assert_false(staff_working(w->s));
	/* It is there again when it is asked. */
	want(w, (struct wire_want_what){.want = WIRE_WANT_RESTART});
	line = answered(listener);
	expect_asked(line, WIRE_WANT_RESTART);
	expect_silence(w);
	/* And when it is not, nobody waits for what does not come. */
	close(listener);
	hang_up(w, line);
	static const enum wire_want awaited[] = {WIRE_WANT_SYSTEM, WIRE_WANT_RESTART};
	for (int i = 0; i < 2; i++) {
		want(w, (struct wire_want_what){.want = (uint8_t)awaited[i]});
		expect_work(w, WIRE_WORK_SYSTEM, WIRE_WORK_FAILED, WIRE_UNKNOWN_WISH);
	}
	assert_false(staff_working(w->s));
	world_free(w);
}

int main(int argc, char **argv) {
	if (argc == 2) {
		return strcmp(argv[1], "pin") == 0     ? pin_main()
		       : strcmp(argv[1], "store") == 0 ? fake_worker()
		       : strcmp(argv[1], "tone") == 0  ? fake_tone()
		                                       : usb_watch_main();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pin_is_chosen_twice),
	    cmocka_unit_test(a_miss_is_counted_before_it_is_looked_at),
	    cmocka_unit_test(after_five_misses_there_is_a_wait),
	    cmocka_unit_test(what_cannot_be_counted_is_not_tried),
	    cmocka_unit_test(a_store_that_cannot_be_used_is_said),
	    cmocka_unit_test(nothing_is_carried_out_before_the_gate_is_open),
	    cmocka_unit_test(another_pin_can_be_chosen),
	    cmocka_unit_test(nothing_that_the_worker_says_is_dropped),
	    cmocka_unit_test(what_was_switched_is_read_again),
	    cmocka_unit_test(a_wish_waits_for_the_list),
	    cmocka_unit_test(a_worker_that_dies_is_a_failure),
	    cmocka_unit_test(a_stick_makes_a_new_list),
	    cmocka_unit_test(wrong_numbers_are_hidden_and_kept),
	    cmocka_unit_test(settings_have_bounds_and_are_kept),
	    cmocka_unit_test(the_line_is_tested_by_others),
	    cmocka_unit_test(a_tone_tests_each_volume),
	    cmocka_unit_test(a_tone_that_hangs_is_given_up),
	    cmocka_unit_test(sound_is_there_when_a_card_is),
	    cmocka_unit_test(a_first_start_needs_no_pin_before_there_is_one),
	    cmocka_unit_test(with_a_pin_it_is_asked_for),
	    cmocka_unit_test(a_first_start_that_is_over_never_comes_back),
	    cmocka_unit_test(an_older_kiosk_has_had_its_first_start),
	    cmocka_unit_test(the_system_is_asked_of_its_service),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
