/* The keeper against visits that behave, crash, hang and lie. This program is its own visit: the keeper runs it again
 * as `/proc/self/exe visit`, and what that visit does is told by its language (at the start) or by where it is touched.
 * Every frame is filled with one colour: START_COLOUR, or something else once it was touched. */
#include "base/clock.h"
#include "host/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { W = 640, H = 400, PIXELS = W * H };
enum { IDLE = 120000, ANSWER = 30000 };
#define START_COLOUR 0x00112233u
#define STAFF_COLOUR 0x00332211u
#define TOUCHED_COLOUR 0x00445566u
#define CLEARED_COLOUR 0x00778899u
#define WARNED_COLOUR 0x00AABBCCu

/* What the visit does when it is touched at this x. */
enum {
	AT_NORMAL = 10,
	AT_CRASH,
	AT_HANG,
	AT_GARBAGE,
	AT_SHORT, /* a message of a wrong size */
	AT_FLOOD,
	AT_END,
	AT_TALK,
	AT_CANCEL,
	AT_SPEAK_UP, /* sends a second DONE that nobody waits for */
	AT_ANSWER,   /* answers a question that was not asked */
	AT_OUTSIDE,  /* says it drew outside the glass */
	AT_PIN,
	AT_WANT,
};

/* --- the visit -------------------------------------------------------------------------------------------------- */

static void fill(uint32_t *frame, uint32_t colour) {
	for (int i = 0; i < PIXELS; i++) {
		frame[i] = colour;
	}
}

static void send_done(void) {
	struct wire_message m = {.kind = WIRE_DONE, .done = {.changed = 1, .w = W, .h = H}};
	wire_send(WIRE_FD_SOCKET, &m);
}

static void sleep_for_ever(void) {
	for (;;) {
		pause();
	}
}

static void misbehave(int x) {
	struct wire_message m = {.kind = WIRE_TALK,
	                         .talk = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"}};
	switch (x) {
	case AT_CRASH:
		_exit(3);
	case AT_HANG:
		sleep_for_ever();
		break;
	case AT_GARBAGE:
		memset(&m, 0xA5, sizeof m);
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_SHORT:
		if (write(WIRE_FD_SOCKET, "no", 2) != 2) {
			_exit(4);
		}
		break;
	case AT_FLOOD:
		for (;;) {
			wire_send(WIRE_FD_SOCKET, &m);
		}
	case AT_END:
		m.kind = WIRE_END;
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_TALK:
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_CANCEL:
		m.kind = WIRE_CANCEL;
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_SPEAK_UP:
		send_done();
		break;
	case AT_ANSWER:
		memset(&m, 0, sizeof m);
		m.kind = WIRE_SCREEN;
		strcpy(m.screen.name, "home");
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_PIN:
		m = (struct wire_message){.kind = WIRE_PIN, .pin = {.digits = "4711"}};
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_WANT:
		m = (struct wire_message){.kind = WIRE_WANT, .want = {.want = WIRE_WANT_LIST}};
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	case AT_OUTSIDE:
		m = (struct wire_message){.kind = WIRE_DONE, .done = {.changed = 1, .x = W, .w = 1, .h = 1}};
		wire_send(WIRE_FD_SOCKET, &m);
		break;
	default:
		break;
	}
}

/* Exactly what wire.h says is open, and no more: anything else is an inheritance. Exits with a crash otherwise. */
static void check_inheritance(int files) {
	extern char **environ;
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		int fd = atoi(e->d_name);
		if (fd != dirfd(dir) && fd >= WIRE_FD_FILES + files) {
			_exit(5);
		}
	}
	closedir(dir);
	/* The sanitizers put nothing into it either. */
	if (environ != NULL && environ[0] != NULL) {
		_exit(6);
	}
	for (int i = 0; i < files; i++) {
		/* A shared offset would tell the next visit what the last one did. */
		if (lseek(WIRE_FD_FILES + i, 0, SEEK_CUR) != 0 || lseek(WIRE_FD_FILES + i, 1, SEEK_SET) != 1) {
			_exit(7);
		}
	}
}

static void visit_starts(const struct wire_start *start) {
	check_inheritance(start->packs);
	if (strcmp(start->language, "mute") == 0) {
		sleep_for_ever();
	}
	if (strcmp(start->language, "dies") == 0) {
		_exit(1);
	}
	if (strcmp(start->language, "slow") == 0) {
		usleep(300000);
	}
}

static int fake_visit(void) {
	struct wire_message m;
	uint32_t *frame = NULL;
	uint32_t touched = TOUCHED_COLOUR, works = 0;
	while (wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		switch (m.kind) {
		case WIRE_START:
			visit_starts(&m.start);
			frame = mmap(NULL, PIXELS * 4, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_FD_FRAME, 0);
			if (frame == MAP_FAILED || ftruncate(WIRE_FD_FRAME, 4) == 0 /* it must be sealed */) {
				return 1;
			}
			fill(frame, m.start.audience == WIRE_STAFF ? STAFF_COLOUR : START_COLOUR);
			frame[PIXELS - 1] += (uint32_t)strlen(m.start.hidden[0]); /* so that a test can see it */
			break;
		case WIRE_WORK: /* each is counted: none may be lost, none may come before another */
			if (m.work.done != ++works) {
				return 3;
			}
			frame[1] = works;
			break;
		case WIRE_GATE: /* what staff's visit wants may follow */
			frame[0] = 200u + m.gate.gate;
			misbehave(m.gate.gate == WIRE_GATE_OPEN ? AT_WANT : 0);
			break;
		case WIRE_CLEARED:
			touched = CLEARED_COLOUR;
			break;
		case WIRE_WARN:
			fill(frame, WARNED_COLOUR);
			break;
		case WIRE_BELL:
			fill(frame, 0x00B00000u + m.bell);
			break;
		case WIRE_TOUCH:
			/* What was heard is readable in the frame: phase and a running time. */
			fill(frame, touched);
			frame[0] = m.touch.phase;
			frame[1] = m.touch.ms;
			misbehave(m.touch.phase == WIRE_DOWN ? m.touch.x : 0);
			break;
		case WIRE_KEY:
			fill(frame, touched);
			frame[0] = 100u + m.key.key;
			break;
		case WIRE_ASK: {
			struct wire_message name = {.kind = WIRE_SCREEN,
			                            .screen = {.name = "home", .parts = 1, .part = 1}};
			wire_send(WIRE_FD_SOCKET, &name);
			break;
		}
		default:
			return 2;
		}
		send_done();
	}
	return 0;
}

/* --- the glass and the clock ------------------------------------------------------------------------------------ */

struct world {
	struct keeper *k;
	int64_t now;
	uint32_t glass[PIXELS];
	int shows, talks, cancels, ends, dones, screens, wishes, staffs;
	bool staff;
	uint32_t wish;
	enum keeper_end why;
	int pack;
};

static void on_show(void *self, const uint32_t *pixels, int stride, struct rect r) {
	struct world *w = self;
	for (int y = r.y; y < r.y + r.h; y++) {
		memcpy(&w->glass[y * W + r.x], &pixels[y * stride + r.x], (size_t)r.w * 4);
	}
	w->shows++;
}

static void on_talk(void *self, const struct wire_talk *t) {
	struct world *w = self;
	assert_string_equal(t->language, "es");
	w->talks++;
}

static void on_cancel(void *self) {
	((struct world *)self)->cancels++;
}

static void on_answer(void *self, const struct wire_message *m) {
	struct world *w = self;
	w->dones += m->kind == WIRE_DONE;
	w->screens += m->kind == WIRE_SCREEN;
}

static void on_ended(void *self, enum keeper_end why) {
	struct world *w = self;
	w->ends++;
	w->why = why;
}

static void on_staff(void *self, bool here) {
	struct world *w = self;
	w->staff = here;
	w->staffs++;
}

static void on_wish(void *self, const struct wire_message *m) {
	struct world *w = self;
	w->wish = m->kind;
	w->wishes++;
}

static void poll_once(struct world *w, int ms) {
	struct pollfd fds[KEEPER_FDS];
	int count = keeper_fds(w->k, fds, KEEPER_FDS);
	poll(fds, (nfds_t)count, ms);
	keeper_ready(w->k, fds, count, w->now);
}

/* Runs, with the keeper's clock standing still, until nothing is under way (or ten real seconds have gone). */
static void settle(struct world *w) {
	for (int64_t until = clock_ms() + 10000; keeper_busy(w->k) && clock_ms() < until;) {
		poll_once(w, 50);
	}
	assert_false(keeper_busy(w->k));
}

/* Lets time pass the way the host does: from deadline to deadline. */
static void pass(struct world *w, int64_t ms) {
	int64_t end = w->now + ms;
	for (;;) {
		int64_t at = keeper_deadline(w->k);
		if (at < 0 || at > end) {
			break;
		}
		w->now = at > w->now ? at : w->now;
		keeper_tick(w->k, w->now);
		settle(w);
	}
	w->now = end;
	keeper_tick(w->k, w->now);
	settle(w);
}

static void touch(struct world *w, enum wire_phase phase, int finger, int x, int y) {
	keeper_touch(w->k, phase, finger, x, y, w->now);
}

/* A tap on the left, far from Hide. */
static void tap(struct world *w, int x) {
	touch(w, WIRE_DOWN, 0, x, 300);
	touch(w, WIRE_UP, 0, x, 300);
}

static void tap_hide(struct world *w) {
	struct rect r = glass_hide((struct glass){W, H, 59});
	touch(w, WIRE_DOWN, 1, r.x + r.w / 2, r.y + r.h / 2);
	touch(w, WIRE_UP, 1, r.x + r.w / 2, r.y + r.h / 2);
}

static bool glass_is(const struct world *w, uint32_t colour) {
	for (int i = 0; i < PIXELS; i++) {
		if (w->glass[i] != colour) {
			return false;
		}
	}
	return true;
}

static uint32_t heard(const struct world *w) {
	return w->glass[0];
}

static struct keeper_plan plan_for(const struct world *w, const char *language) {
	struct keeper_plan plan = {
	    .program = "/proc/self/exe",
	    .glass = {W, H, 59},
	    .packs = {w->pack},
	    .pack_count = 1,
	    .bell = true,
	    .corner = HOLD_BOTTOM_LEFT,
	    .idle_ms = IDLE,
	    .answer_ms = ANSWER,
	};
	strcpy(plan.language, language);
	return plan;
}

static struct world *world_with(const char *language) {
	struct world *w = calloc(1, sizeof *w);
	struct fault f;
	assert_non_null(w);
	w->now = 1000000;
	w->pack = memfd_create("pack", MFD_CLOEXEC);
	struct keeper_plan plan = plan_for(w, language);
	struct keeper_sink sink = {w, on_show, on_talk, on_cancel, on_answer, on_ended, on_staff, on_wish};
	w->k = keeper_new(&plan, &sink, w->now, &f);
	assert_non_null(w->k);
	return w;
}

static void world_free(struct world *w) {
	keeper_free(w->k);
	close(w->pack);
	free(w);
	/* Nobody of ours is left, dead or alive. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static struct world *world_new(void) {
	struct world *w = world_with("");
	settle(w);
	assert_true(glass_is(w, START_COLOUR));
	return w;
}

/* A visit that somebody has begun. */
static struct world *world_touched(void) {
	struct world *w = world_new();
	tap(w, AT_NORMAL);
	settle(w);
	assert_true(keeper_touched(w->k));
	assert_int_equal(heard(w), WIRE_UP);
	return w;
}

static void expect_clean(struct world *w, enum keeper_end why) {
	assert_int_equal(w->ends, 1);
	assert_int_equal(w->why, why);
	assert_true(glass_is(w, START_COLOUR));
	assert_false(keeper_touched(w->k));
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void an_untouched_visit_needs_no_time(void **state) {
	(void)state;
	struct world *w = world_new();
	assert_int_equal(keeper_deadline(w->k), -1);
	int shows = w->shows;
	pass(w, 100000000);
	assert_int_equal(w->shows, shows);
	tap_hide(w);
	keeper_key(w->k, WIRE_HIDE, w->now);
	assert_int_equal(keeper_deadline(w->k), -1);
	assert_int_equal(w->shows, shows);
	assert_false(keeper_touched(w->k));
	world_free(w);
}

static void hide_shows_the_start_at_once(void **state) {
	(void)state;
	struct world *w = world_touched();
	int shows = w->shows;
	tap_hide(w); /* no poll in between: the very next thing shown is clean */
	assert_int_equal(w->shows, shows + 1);
	expect_clean(w, KEEPER_HIDDEN);
	settle(w);
	world_free(w);
}

static void the_hide_key_does_the_same(void **state) {
	(void)state;
	struct world *w = world_touched();
	keeper_key(w->k, WIRE_HIDE, w->now);
	expect_clean(w, KEEPER_HIDDEN);
	world_free(w);
}

static void hide_works_while_the_visit_hangs(void **state) {
	(void)state;
	struct world *w = world_touched();
	tap(w, AT_HANG);
	for (int i = 0; i < 100; i++) {
		tap(w, AT_NORMAL); /* more than any queue holds */
	}
	poll_once(w, 20);
	tap_hide(w);
	expect_clean(w, KEEPER_HIDDEN);
	world_free(w);
}

static void a_hang_is_covered_after_a_second(void **state) {
	(void)state;
	struct world *w = world_touched();
	tap(w, AT_HANG);
	assert_int_equal(keeper_deadline(w->k), w->now + KEEPER_FRAME_LIMIT_MS);
	keeper_tick(w->k, w->now + KEEPER_FRAME_LIMIT_MS - 1);
	assert_int_equal(w->ends, 0);
	w->now += KEEPER_FRAME_LIMIT_MS;
	keeper_tick(w->k, w->now);
	expect_clean(w, KEEPER_HUNG);
	world_free(w);
}

static void ends_by_itself(int x, enum keeper_end why) {
	struct world *w = world_touched();
	touch(w, WIRE_DOWN, 0, x, 300);
	for (int64_t until = clock_ms() + 10000; w->ends == 0 && clock_ms() < until;) {
		poll_once(w, 50);
	}
	expect_clean(w, why);
	touch(w, WIRE_UP, 0, x, 300);
	settle(w);
	/* And the next person finds everything in order. */
	w->now += KEEPER_QUIET_MS;
	tap(w, AT_NORMAL);
	settle(w);
	assert_true(keeper_touched(w->k));
	assert_int_equal(w->ends, 1);
	world_free(w);
}

static void a_crash_is_covered(void **state) {
	(void)state;
	ends_by_itself(AT_CRASH, KEEPER_CRASHED);
}

static void nonsense_ends_a_visit(void **state) {
	(void)state;
	ends_by_itself(AT_GARBAGE, KEEPER_INSANE);
	ends_by_itself(AT_SHORT, KEEPER_CRASHED);
	ends_by_itself(AT_FLOOD, KEEPER_INSANE);
	ends_by_itself(AT_SPEAK_UP, KEEPER_INSANE);
	ends_by_itself(AT_ANSWER, KEEPER_INSANE);
	ends_by_itself(AT_OUTSIDE, KEEPER_INSANE);
}

static void a_visit_may_end_itself(void **state) {
	(void)state;
	ends_by_itself(AT_END, KEEPER_HIDDEN);
}

static void time_clears(void **state) {
	(void)state;
	struct world *w = world_touched();
	pass(w, IDLE - 1);
	assert_int_equal(heard(w), WIRE_UP);
	pass(w, 1);
	assert_true(glass_is(w, WARNED_COLOUR));
	pass(w, ANSWER - 1);
	assert_true(glass_is(w, WARNED_COLOUR));
	assert_int_equal(w->ends, 0);
	pass(w, 1);
	expect_clean(w, KEEPER_CLEARED_BY_TIME);
	assert_int_equal(keeper_deadline(w->k), -1);
	world_free(w);
}

static void a_touch_answers_still_here(void **state) {
	(void)state;
	struct world *w = world_touched();
	for (int times = 0; times < 11; times++) {
		pass(w, IDLE + ANSWER - 1);
		assert_true(glass_is(w, WARNED_COLOUR));
		if (times % 2 == 0) {
			tap(w, AT_NORMAL);
		} else {
			keeper_key(w->k, WIRE_NEXT, w->now);
		}
		settle(w);
		assert_int_equal(w->ends, 0);
	}
	world_free(w);
}

static void the_next_person_is_told_that_it_cleared(void **state) {
	(void)state;
	struct world *w = world_touched();
	pass(w, IDLE + ANSWER);
	pass(w, KEEPER_CLEARED_MS - 1);
	tap(w, AT_NORMAL);
	settle(w);
	assert_int_equal(w->glass[5], CLEARED_COLOUR);
	/* Not after a Hide, and not for ever. */
	tap_hide(w);
	pass(w, 1000);
	tap(w, AT_NORMAL);
	settle(w);
	assert_int_equal(w->glass[5], TOUCHED_COLOUR);
	pass(w, IDLE + ANSWER);
	pass(w, KEEPER_CLEARED_MS);
	tap(w, AT_NORMAL);
	settle(w);
	assert_int_equal(w->glass[5], TOUCHED_COLOUR);
	world_free(w);
}

static void a_nervous_second_tap_begins_nothing(void **state) {
	(void)state;
	struct world *w = world_touched();
	tap_hide(w);
	settle(w);
	pass(w, KEEPER_QUIET_MS - 1);
	tap(w, AT_NORMAL);
	keeper_key(w->k, WIRE_CHOOSE, w->now);
	settle(w);
	assert_false(keeper_touched(w->k));
	/* A finger that was down through the end does not begin one either, however long it stays. */
	touch(w, WIRE_DOWN, 3, 20, 300);
	pass(w, 5000);
	touch(w, WIRE_MOVE, 3, 30, 300);
	touch(w, WIRE_DOWN, 0, AT_NORMAL, 300);
	touch(w, WIRE_UP, 0, AT_NORMAL, 300);
	touch(w, WIRE_UP, 3, 30, 300);
	settle(w);
	assert_false(keeper_touched(w->k));
	tap(w, AT_NORMAL);
	settle(w);
	assert_true(keeper_touched(w->k));
	world_free(w);
}

static void a_palm_cancels(void **state) {
	(void)state;
	struct world *w = world_touched();
	touch(w, WIRE_DOWN, 0, AT_NORMAL, 300);
	settle(w);
	assert_int_equal(heard(w), WIRE_DOWN);
	for (int finger = 1; finger < 5; finger++) {
		touch(w, WIRE_DOWN, finger, 100 + finger, 200);
	}
	settle(w);
	assert_int_equal(heard(w), WIRE_LOST);
	int dones = w->dones;
	for (int finger = 0; finger < 5; finger++) {
		touch(w, WIRE_UP, finger, 100 + finger, 200);
	}
	settle(w);
	assert_int_equal(w->dones, dones); /* nothing of it was heard */
	tap(w, AT_NORMAL);
	settle(w);
	assert_int_equal(heard(w), WIRE_UP);
	world_free(w);
}

static void a_lost_up_does_not_block_the_glass(void **state) {
	(void)state;
	struct world *w = world_touched();
	touch(w, WIRE_DOWN, 0, AT_NORMAL, 300);
	settle(w);
	touch(w, WIRE_DOWN, 0, AT_NORMAL, 300);
	settle(w);
	assert_int_equal(heard(w), WIRE_DOWN);
	touch(w, WIRE_LOST, 0, AT_NORMAL, 300);
	settle(w);
	assert_int_equal(heard(w), WIRE_LOST);
	world_free(w);
}

static void two_hides_in_a_row_show_the_calm_frame(void **state) {
	(void)state;
	struct world *w = world_with("slow");
	settle(w);
	tap(w, AT_NORMAL);
	settle(w);
	tap_hide(w);
	expect_clean(w, KEEPER_HIDDEN);
	w->now += KEEPER_QUIET_MS;
	tap(w, AT_NORMAL); /* the next spare is not ready yet */
	tap_hide(w);
	assert_int_equal(w->ends, 2);
	assert_true(glass_is(w, KEEPER_GROUND));
	assert_true(keeper_busy(w->k));
	tap(w, AT_NORMAL); /* touching nothing does no harm */
	settle(w);
	assert_true(glass_is(w, START_COLOUR));
	assert_false(keeper_touched(w->k));
	world_free(w);
}

static void talk_and_bell_belong_to_one_visit(void **state) {
	(void)state;
	struct world *w = world_touched();
	keeper_bell(w->k, WIRE_BELL_SENT, w->now); /* it never asked */
	settle(w);
	assert_int_equal(heard(w), WIRE_UP);
	tap(w, AT_CANCEL);
	settle(w);
	assert_int_equal(w->cancels, 0);
	tap(w, AT_TALK);
	settle(w);
	assert_int_equal(w->talks, 1);
	keeper_bell(w->k, WIRE_BELL_SENDING, w->now);
	keeper_bell(w->k, WIRE_BELL_SENT, w->now);
	settle(w);
	assert_true(glass_is(w, 0x00B00000u + WIRE_BELL_SENT));
	tap_hide(w);
	settle(w);
	int shows = w->shows;
	keeper_bell(w->k, WIRE_BELL_SEEN, w->now); /* of the visit before: nobody else hears of it */
	settle(w);
	assert_int_equal(w->shows, shows);
	pass(w, 1000);
	tap(w, AT_TALK);
	tap(w, AT_CANCEL);
	settle(w);
	assert_int_equal(w->talks, 2);
	assert_int_equal(w->cancels, 1);
	world_free(w);
}

static void a_question_is_not_an_input(void **state) {
	(void)state;
	struct world *w = world_new();
	keeper_ask(w->k, w->now);
	settle(w);
	assert_int_equal(w->screens, 1);
	assert_false(keeper_touched(w->k));
	assert_int_equal(keeper_deadline(w->k), -1);
	world_free(w);
}

static void damage_is_shown_again(void **state) {
	(void)state;
	struct world *w = world_touched();
	memset(w->glass, 0, sizeof w->glass);
	keeper_redraw(w->k);
	assert_int_equal(w->glass[5], TOUCHED_COLOUR);
	memset(w->glass, 0, sizeof w->glass);
	tap(w, AT_NORMAL);
	keeper_redraw(w->k); /* mid-drawing: not before it is whole */
	assert_int_equal(w->glass[5], 0);
	settle(w);
	assert_int_equal(w->glass[PIXELS - 1], TOUCHED_COLOUR);
	world_free(w);
}

/* Polls until so many descriptors are left: what was killed is buried, and whoever should live does. */
static void wait_for_fds(struct world *w, int want) {
	struct pollfd fds[KEEPER_FDS];
	for (int64_t until = clock_ms() + 5000; keeper_fds(w->k, fds, KEEPER_FDS) != want && clock_ms() < until;) {
		poll_once(w, 50);
	}
	assert_int_equal(keeper_fds(w->k, fds, KEEPER_FDS), want);
}

/* Every attempt to start comes later than the one before, up to half a minute. */
static void expect_growing_delays(struct world *w, bool mute) {
	int64_t last = 0;
	for (int n = 1; n <= 10; n++) {
		for (int64_t until = clock_ms() + 10000; keeper_failures(w->k) < n && clock_ms() < until;) {
			if (mute) {
				w->now = keeper_deadline(w->k);
				keeper_tick(w->k, w->now);
			}
			poll_once(w, mute ? 0 : 50);
		}
		assert_int_equal(keeper_failures(w->k), n);
		int64_t wait = keeper_deadline(w->k) - w->now;
		assert_true(wait >= last && wait >= 200 && wait <= 30000);
		assert_true(n == 1 || wait > last || wait == 30000);
		last = wait;
		w->now += wait - 1;
		keeper_tick(w->k, w->now);
		wait_for_fds(w, 0); /* nobody was started early */
		assert_int_equal(keeper_failures(w->k), n);
		w->now++;
		keeper_tick(w->k, w->now);
	}
	assert_true(glass_is(w, KEEPER_GROUND));
}

static void visits_that_die_at_once_are_no_busy_loop(void **state) {
	(void)state;
	struct world *w = world_with("dies");
	expect_growing_delays(w, false);
	world_free(w);
}

static void visits_that_never_draw_are_replaced(void **state) {
	(void)state;
	struct world *w = world_with("mute");
	assert_int_equal(keeper_deadline(w->k), w->now + KEEPER_START_LIMIT_MS);
	expect_growing_delays(w, true);
	world_free(w);
}

static void a_program_that_is_not_there_is_a_sentence(void **state) {
	(void)state;
	struct world w = {.pack = memfd_create("pack", MFD_CLOEXEC)};
	struct keeper_plan plan = plan_for(&w, "");
	struct keeper_sink sink = {.self = &w, .show = on_show};
	struct fault f = {""};
	plan.program = "/nowhere/alcove";
	assert_null(keeper_new(&plan, &sink, 0, &f));
	assert_non_null(strstr(f.says, "/nowhere/alcove"));
	close(w.pack);
}

/* --- staff's visit ---------------------------------------------------------------------------------------------- */

enum { HOLD_X = 60, HOLD_Y = H - 60 }; /* inside 20 mm of the corner */

static void hold(struct world *w, int64_t ms) {
	touch(w, WIRE_DOWN, 0, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, ms);
}

static struct world *world_staff(void) {
	struct world *w = world_new();
	hold(w, HOLD_MS);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	pass(w, KEEPER_QUIET_MS);
	assert_true(w->staff);
	return w;
}

static void a_long_press_opens_staff_mode(void **state) {
	(void)state;
	struct world *w = world_new();
	hold(w, HOLD_MS - 1);
	assert_int_equal(heard(w), WIRE_DOWN);
	assert_int_equal(w->ends, 0);
	pass(w, 1);
	assert_int_equal(w->ends, 1);
	assert_int_equal(w->why, KEEPER_HELD);
	assert_true(w->staff);
	assert_true(glass_is(w, STAFF_COLOUR));
	/* The finger that opened it is still down, and says nothing to it. */
	touch(w, WIRE_MOVE, 0, HOLD_X + 1, HOLD_Y);
	touch(w, WIRE_UP, 0, HOLD_X + 1, HOLD_Y);
	settle(w);
	assert_true(glass_is(w, STAFF_COLOUR));
	/* And the clock that is left is that of staff mode alone. */
	assert_int_equal(keeper_deadline(w->k), w->now + KEEPER_STAFF_MS);
	tap_hide(w);
	assert_int_equal(w->ends, 2);
	assert_false(w->staff);
	assert_true(glass_is(w, START_COLOUR));
	settle(w);
	assert_int_equal(keeper_deadline(w->k), -1);
	world_free(w);
}

static void nothing_but_a_long_press_does(void **state) {
	(void)state;
	struct world *w = world_new();
	/* It slips off the place. */
	touch(w, WIRE_DOWN, 0, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, HOLD_MS - 1);
	touch(w, WIRE_MOVE, 0, HOLD_X + 200, HOLD_Y);
	touch(w, WIRE_MOVE, 0, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	/* Somebody's visit is going on now: the place is a place like any other. */
	hold(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	tap_hide(w);
	settle(w);
	pass(w, 1000);
	/* Two fingers. */
	hold(w, HOLD_MS - 1);
	touch(w, WIRE_DOWN, 1, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	touch(w, WIRE_UP, 1, HOLD_X, HOLD_Y);
	tap_hide(w);
	settle(w);
	pass(w, 1000);
	/* Somewhere else. */
	touch(w, WIRE_DOWN, 0, W / 2, H / 2);
	settle(w);
	pass(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	touch(w, WIRE_UP, 0, W / 2, H / 2);
	tap_hide(w);
	settle(w);
	/* A nervous finger that stays on it after Hide. */
	touch(w, WIRE_DOWN, 0, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	/* Lifted in time. */
	pass(w, 1000);
	hold(w, HOLD_MS - 1);
	touch(w, WIRE_UP, 0, HOLD_X, HOLD_Y);
	settle(w);
	pass(w, 2 * HOLD_MS);
	assert_int_equal(w->staffs, 0);
	world_free(w);
}

static void staff_mode_leaves_by_itself(void **state) {
	(void)state;
	struct world *w = world_staff();
	pass(w, KEEPER_STAFF_MS - KEEPER_QUIET_MS - 1);
	tap(w, AT_NORMAL);
	settle(w);
	pass(w, KEEPER_STAFF_MS - 1);
	assert_true(w->staff);
	keeper_staff_work(w->k, true, w->now);
	pass(w, 10 * KEEPER_STAFF_MS);
	assert_true(w->staff);
	keeper_staff_work(w->k, false, w->now);
	pass(w, KEEPER_STAFF_MS - 1);
	assert_true(w->staff);
	pass(w, 1);
	assert_false(w->staff);
	assert_true(glass_is(w, START_COLOUR));
	/* No client is told that *their* screen cleared itself. */
	pass(w, 1000);
	tap(w, AT_NORMAL);
	settle(w);
	assert_int_equal(w->glass[5], TOUCHED_COLOUR);
	world_free(w);
}

static void staff_mode_ends_like_any_visit(void **state) {
	(void)state;
	static const int ways[] = {AT_CRASH, AT_GARBAGE, AT_FLOOD, AT_END};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct world *w = world_staff();
		touch(w, WIRE_DOWN, 0, ways[i], 300);
		for (int64_t until = clock_ms() + 10000; w->staff && clock_ms() < until;) {
			poll_once(w, 50);
		}
		assert_false(w->staff);
		assert_true(glass_is(w, START_COLOUR));
		settle(w);
		assert_int_equal(keeper_failures(w->k), 0);
		world_free(w);
	}
	struct world *w = world_staff();
	tap(w, AT_HANG);
	w->now += KEEPER_FRAME_LIMIT_MS;
	keeper_tick(w->k, w->now);
	assert_false(w->staff);
	assert_int_equal(w->why, KEEPER_HUNG);
	assert_true(glass_is(w, START_COLOUR));
	world_free(w);
}

static void only_staff_may_wish(void **state) {
	(void)state;
	ends_by_itself(AT_PIN, KEEPER_INSANE);
	ends_by_itself(AT_WANT, KEEPER_INSANE);
	struct world *w = world_staff();
	tap(w, AT_PIN);
	settle(w);
	assert_int_equal(w->wishes, 1);
	assert_int_equal(w->wish, WIRE_PIN);
	tap(w, AT_WANT);
	settle(w);
	assert_int_equal(w->wish, WIRE_WANT);
	/* And nobody's request to staff: they are here. */
	tap(w, AT_TALK);
	settle(w);
	assert_int_equal(w->talks, 0);
	assert_true(w->staff);
	world_free(w);
}

static void staff_are_told_everything_in_order(void **state) {
	(void)state;
	struct world *w = world_new();
	struct wire_message m = {.kind = WIRE_WORK};
	keeper_staff_tell(w->k, &m, w->now); /* nobody is there to be told */
	assert_false(keeper_staff_room(w->k));
	world_free(w);
	w = world_staff();
	for (int i = 1; i <= 500; i++) {
		for (int64_t until = clock_ms() + 10000; !keeper_staff_room(w->k) && clock_ms() < until;) {
			tap(w, AT_NORMAL); /* more touches than there is room for take no place from what is told */
			poll_once(w, 50);
		}
		m.work.done = (uint64_t)i;
		keeper_staff_tell(w->k, &m, w->now);
	}
	settle(w);
	assert_true(w->staff);
	assert_int_equal(w->glass[1], 500);
	m = (struct wire_message){.kind = WIRE_GATE, .gate = {.gate = WIRE_GATE_OPEN}};
	keeper_staff_tell(w->k, &m, w->now);
	settle(w);
	assert_int_equal(heard(w), 200 + WIRE_GATE_OPEN);
	assert_int_equal(w->wish, WIRE_WANT);
	world_free(w);
}

static void new_packs_are_for_the_next_visit(void **state) {
	(void)state;
	struct world *w = world_staff();
	struct keeper_plan plan = plan_for(w, "");
	strcpy(plan.hidden[0], "123");
	keeper_supply(w->k, &plan, w->now);
	settle(w);
	assert_true(w->staff);
	assert_int_equal(w->glass[PIXELS - 1], STAFF_COLOUR);
	keeper_staff_leave(w->k, w->now);
	assert_false(w->staff);
	assert_int_equal(w->glass[PIXELS - 1], START_COLOUR + 3);
	settle(w);
	/* Nobody is here: the board itself is made anew, and nothing of the old one stays in view meanwhile. */
	plan.hidden[0][0] = 0;
	keeper_supply(w->k, &plan, w->now);
	assert_true(glass_is(w, KEEPER_GROUND));
	settle(w);
	assert_int_equal(w->glass[PIXELS - 1], START_COLOUR);
	assert_int_equal(keeper_failures(w->k), 0);
	/* Somebody is: theirs stays. */
	pass(w, 1000);
	tap(w, AT_NORMAL);
	settle(w);
	keeper_supply(w->k, &plan, w->now);
	settle(w);
	assert_true(keeper_touched(w->k));
	assert_int_equal(heard(w), WIRE_UP);
	world_free(w);
}

static void staff_mode_waits_for_nobody_to_be_here(void **state) {
	(void)state;
	struct world *w = world_new();
	keeper_staff_open(w->k, w->now);
	tap(w, AT_NORMAL); /* a person was faster */
	settle(w);
	assert_false(w->staff);
	assert_true(keeper_touched(w->k));
	keeper_staff_open(w->k, w->now);
	settle(w);
	assert_false(w->staff);
	tap_hide(w);
	settle(w);
	keeper_staff_open(w->k, w->now);
	settle(w);
	assert_true(w->staff);
	world_free(w);
}

static int count_fds(void) {
	int count = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (readdir(dir) != NULL) {
		count++;
	}
	closedir(dir);
	return count;
}

static void nothing_leaks_over_many_visits(void **state) {
	(void)state;
	struct world *w = world_new();
	wait_for_fds(w, 2);
	int before = count_fds();
	for (int i = 0; i < 60; i++) {
		pass(w, 1000);
		tap(w, i % 3 == 0 ? AT_CRASH : AT_NORMAL);
		for (int64_t until = clock_ms() + 5000; i % 3 == 0 && w->ends <= i && clock_ms() < until;) {
			poll_once(w, 20);
		}
		tap_hide(w);
		settle(w);
		assert_int_equal(w->ends, i + 1);
		assert_true(glass_is(w, START_COLOUR));
	}
	wait_for_fds(w, 2);
	assert_int_equal(count_fds(), before);
	/* No zombie: of our children only the two living are left. */
	siginfo_t info = {0};
	assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	assert_int_equal(info.si_pid, 0);
	world_free(w);
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "visit") == 0) {
		return fake_visit();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_untouched_visit_needs_no_time),
	    cmocka_unit_test(hide_shows_the_start_at_once),
	    cmocka_unit_test(the_hide_key_does_the_same),
	    cmocka_unit_test(hide_works_while_the_visit_hangs),
	    cmocka_unit_test(a_hang_is_covered_after_a_second),
	    cmocka_unit_test(a_crash_is_covered),
	    cmocka_unit_test(nonsense_ends_a_visit),
	    cmocka_unit_test(a_visit_may_end_itself),
	    cmocka_unit_test(time_clears),
	    cmocka_unit_test(a_touch_answers_still_here),
	    cmocka_unit_test(the_next_person_is_told_that_it_cleared),
	    cmocka_unit_test(a_nervous_second_tap_begins_nothing),
	    cmocka_unit_test(a_palm_cancels),
	    cmocka_unit_test(a_lost_up_does_not_block_the_glass),
	    cmocka_unit_test(two_hides_in_a_row_show_the_calm_frame),
	    cmocka_unit_test(talk_and_bell_belong_to_one_visit),
	    cmocka_unit_test(a_question_is_not_an_input),
	    cmocka_unit_test(damage_is_shown_again),
	    cmocka_unit_test(visits_that_die_at_once_are_no_busy_loop),
	    cmocka_unit_test(visits_that_never_draw_are_replaced),
	    cmocka_unit_test(a_program_that_is_not_there_is_a_sentence),
	    cmocka_unit_test(a_long_press_opens_staff_mode),
	    cmocka_unit_test(nothing_but_a_long_press_does),
	    cmocka_unit_test(staff_mode_leaves_by_itself),
	    cmocka_unit_test(staff_mode_ends_like_any_visit),
	    cmocka_unit_test(only_staff_may_wish),
	    cmocka_unit_test(staff_are_told_everything_in_order),
	    cmocka_unit_test(new_packs_are_for_the_next_visit),
	    cmocka_unit_test(staff_mode_waits_for_nobody_to_be_here),
	    cmocka_unit_test(nothing_leaks_over_many_visits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
