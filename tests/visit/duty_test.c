/* Staff mode in the visit: what it shows, what it asks for, what it never says. */
#include "fake.h"
#include "staff_scene.h"

#include "visit/pure/screens_staff.h"

static const struct wire_start usual = {.version = WIRE_VERSION,
                                        .w = 1280,
                                        .h = 800,
                                        .px_per_cm = 59,
                                        .idle_s = 120,
                                        .answer_s = 30,
                                        .packs = 1,
                                        .fonts = 1,
                                        .audience = WIRE_STAFF,
                                        .font = {{TAG_LATIN, 0, 0}}};

static struct staff_scene *begin(void) {
	struct staff_scene *s = calloc(1, sizeof *s);
	scene_open(s, &usual, fake_book(), fake_measure());
	return s;
}

static void end(struct staff_scene *s) {
	scene_close(s);
	free(s);
}

/* This screen is up. */
static void expect(struct staff_scene *s, const char *screen) {
	scene_ask(s);
	assert_string_equal(s->screen.name, screen);
}

/* --- the gate ------------------------------------------------------------------------------------------------------ */

static void nothing_opens_without_the_gate(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	expect(s, "staff-gate");
	assert_null(scene_find(s, "digit:1"));
	/* What is told before is no way in. */
	scene_house(s, true, true);
	scene_lists(s);
	scene_work(s, WIRE_WORK_COPY, WIRE_WORK_GOING, WIRE_FINE);
	expect(s, "staff-gate");
	scene_gate(s, WIRE_GATE_ENTER, 5, 0);
	/* Home, from the choice of a size, is the gate. */
	scene_tap(s, "size");
	expect(s, "size");
	scene_tap(s, "home");
	expect(s, "staff-gate");
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	expect(s, "staff-home");
	end(s);
}

static void keys_stand_as_the_host_says_and_digits_are_never_shown(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_gate(s, WIRE_GATE_ENTER, 5, 0);
	scene_ask(s);
	/* keys = 3 1 4 / 0 5 9 / 2 6 8 / erase 7 enter */
	static const char *const order[] = {"digit:3", "digit:1", "digit:4", "digit:0", "digit:5", "digit:9",
	                                    "digit:2", "digit:6", "digit:8", "erase",   "digit:7", "enter"};
	int at = 0;
	for (int i = 0; i < s->choice_count && at < 12; i++) {
		if (strcmp(s->choices[i].id, order[at]) == 0) {
			at++;
		}
	}
	assert_int_equal(at, 12);
	char before[sizeof s->texts];
	memcpy(before, s->texts, sizeof before);
	scene_tap(s, "digit:7");
	scene_tap(s, "digit:7");
	scene_tap(s, "digit:2");
	assert_true(scene_says(s, "\u2022\u2009\u2022\u2009\u2022\u2009_"));
	scene_tap(s, "erase");
	assert_true(scene_says(s, "\u2022\u2009\u2022\u2009_"));
	assert_false(scene_says(s, "\u2022\u2009\u2022\u2009\u2022"));
	/* The lines are those from before but for the dots: no line is a digit that was not on a key already. */
	assert_int_equal(s->wishes, 0);
	scene_tap(s, "digit:1");
	scene_tap(s, "enter");
	assert_int_equal(s->wish.kind, WIRE_PIN);
	assert_string_equal(s->wish.pin.digits, "771");
	/* Gone with the message: entering once more says nothing. */
	scene_tap(s, "enter");
	assert_int_equal(s->wishes, 1);
	assert_false(scene_says(s, "\u2022"));
	end(s);
}

static void a_pin_has_at_most_twelve_digits(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_gate(s, WIRE_GATE_CHOOSE, 0, 0);
	for (int i = 0; i < 15; i++) {
		scene_tap(s, i % 2 == 0 ? "digit:8" : "digit:3");
	}
	scene_tap(s, "enter");
	assert_string_equal(s->wish.pin.digits, "838383838383");
	end(s);
}

static void every_state_of_the_gate_has_its_words(void **state) {
	(void)state;
	for (int gate = WIRE_GATE_CHOOSE; gate <= WIRE_GATE_LAST; gate++) {
		struct gate_words w = staff_gate_words((enum wire_gate)gate);
		assert_true(w.title >= W_CLIENT_COUNT && w.body >= W_CLIENT_COUNT);
		for (int other = WIRE_GATE_CHOOSE; other < gate; other++) {
			assert_int_not_equal(staff_gate_words((enum wire_gate)other).title, w.title);
		}
	}
	struct staff_scene *s = begin();
	scene_gate(s, WIRE_GATE_WRONG, 3, 0);
	assert_true(scene_says(s, "Tries before a wait: 3"));
	scene_gate(s, WIRE_GATE_WAIT, 0, 45);
	assert_true(scene_says(s, "Seconds to wait: 45"));
	assert_null(scene_find(s, "digit:1"));
	scene_gate(s, WIRE_GATE_WAIT, 0, 301);
	assert_true(scene_says(s, "Minutes to wait: 6"));
	end(s);
}

static void changing_the_pin_has_a_way_back(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "kiosk");
	scene_tap(s, "pin");
	scene_tap(s, "begin");
	assert_int_equal(s->wish.want.want, WIRE_WANT_PIN);
	scene_gate(s, WIRE_GATE_CHOOSE, 0, 0);
	scene_tap(s, "digit:4");
	scene_tap(s, "back");
	assert_int_equal(s->wish.kind, WIRE_WANT);
	assert_int_equal(s->wish.want.want, WIRE_WANT_STOP);
	assert_false(scene_says(s, "\u2022"));
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	expect(s, "staff-kiosk");
	end(s);
}

/* --- packs --------------------------------------------------------------------------------------------------------- */

static void a_pack_is_looked_at_then_installed(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "stick");
	scene_tap(s, "offer:4");
	assert_int_equal(s->wish.want.want, WIRE_WANT_CHANGES);
	assert_int_equal(s->wish.want.slot, 4);
	expect(s, "staff-work");
	scene_work(s, WIRE_WORK_COPY, WIRE_WORK_GOING, WIRE_FINE);
	assert_true(scene_says(s, "62 %"));
	assert_true(scene_says(s, "Minutes left: about 4"));
	assert_true(scene_says(s, "The old pack stays until the new one is safe."));
	scene_tap(s, "stop");
	assert_int_equal(s->wish.want.want, WIRE_WANT_STOP);
	expect(s, "staff-work");
	scene_change(s, CHANGE_NUMBER, true);
	scene_done(s, WIRE_WORK_READ);
	expect(s, "staff-changes");
	assert_true(scene_says(s, "Human trafficking hotline is now 1-888-373-7888 and will be 1-888-373-7999"));
	scene_tap(s, "install");
	assert_int_equal(s->wish.want.want, WIRE_WANT_INSTALL);
	assert_int_equal(s->wish.want.slot, 4);
	scene_done(s, WIRE_WORK_INSTALL);
	expect(s, "staff-result");
	assert_true(scene_says(s, "The new pack is in use."));
	scene_tap(s, "done");
	expect(s, "staff-stick");
	end(s);
}

static void the_previous_pack_comes_back_when_it_is_confirmed(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "packs");
	assert_true(scene_says(s, "The one before: version 2026090"));
	scene_tap(s, "pack:2");
	assert_null(scene_find(s, "restore"));
	scene_tap(s, "back");
	scene_tap(s, "pack:1");
	int before = s->wishes;
	scene_tap(s, "restore");
	assert_int_equal(s->wishes, before);
	scene_tap(s, "restore-yes");
	assert_int_equal(s->wish.want.want, WIRE_WANT_RESTORE);
	assert_int_equal(s->wish.want.slot, 1);
	end(s);
}

static void what_is_refused_is_never_asked_for(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "stick");
	int before = s->wishes;
	scene_tap(s, "offer:5");
	assert_int_equal(s->wishes, before);
	assert_true(scene_says(s, "Copy both files again"));
	assert_null(scene_find(s, "install"));
	/* A key is trusted only from the screen that shows its fingerprint. */
	scene_tap(s, "back");
	scene_tap(s, "offer:6");
	assert_int_equal(s->wishes, before);
	assert_true(scene_says(s, "E7620F1842B4E81F"));
	scene_tap(s, "trust");
	assert_int_equal(s->wish.want.want, WIRE_WANT_TRUST);
	assert_int_equal(s->wish.want.slot, 6);
	end(s);
}

static void a_stick_that_is_pulled_takes_its_screens_along(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "stick");
	scene_tap(s, "offer:6");
	scene_house(s, false, true);
	scene_offer(s, WIRE_ON_STICK, true, true, (struct wire_offer){.thing = 0});
	assert_null(scene_find(s, "trust"));
	assert_true(scene_says(s, "That is not there any more."));
	scene_tap(s, "back");
	assert_true(scene_says(s, "No stick is in."));
	end(s);
}

/* A finger that rests on one screen's choice while a message brings another screen chooses nothing there. */
static void a_screen_that_changes_under_the_finger_chooses_nothing(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "stick");
	scene_tap(s, "offer:4");
	const struct wire_choice *stop = scene_find(s, "stop");
	assert_non_null(stop);
	int x = stop->x + stop->w / 2, y = stop->y + stop->h / 2;
	scene_touch(s, WIRE_DOWN, x, y);
	scene_changes(s);
	scene_done(s, WIRE_WORK_READ);
	int before = s->wishes;
	for (int down = 0; down < s->glass.h; down += 20) {
		/* Wherever it lifts. */
		scene_touch(s, WIRE_UP, x, down);
	}
	assert_int_equal(s->wishes, before);
	expect(s, "staff-changes");
	end(s);
}

static void every_reason_every_work_and_every_change_has_its_words(void **state) {
	(void)state;
	for (int reason = WIRE_FINE; reason <= WIRE_REASON_LAST; reason++) {
		enum word w = staff_reason_word((enum wire_reason)reason, WIRE_THING_PACK);
		assert_true(w >= W_CLIENT_COUNT);
		assert_true(staff_reason_word((enum wire_reason)reason, WIRE_THING_KEY) >= W_CLIENT_COUNT);
		assert_true(staff_reason_word((enum wire_reason)reason, WIRE_THING_SYSTEM) >= W_CLIENT_COUNT);
		for (int other = WIRE_FINE; other < reason; other++) {
			assert_int_not_equal(staff_reason_word((enum wire_reason)other, WIRE_THING_PACK), w);
		}
	}
	for (int work = WIRE_WORK_COPY; work <= WIRE_WORK_LAST; work++) {
		for (int other = WIRE_WORK_COPY; other < work; other++) {
			assert_int_not_equal(staff_work_word((enum wire_work_kind)other, true),
			                     staff_work_word((enum wire_work_kind)work, true));
		}
		assert_int_not_equal(staff_work_word((enum wire_work_kind)work, true),
		                     staff_work_word((enum wire_work_kind)work, false));
		assert_int_not_equal(staff_work_word((enum wire_work_kind)work, false), W_STAFF_MOMENT);
	}
	for (int kind = CHANGE_NOTHING; kind <= CHANGE_LAST; kind++) {
		bool detail = (kind >= CHANGE_MODULE_TITLE && kind <= CHANGE_PAGE_REMOVED) ||
		              (kind >= CHANGE_WORD_ADDED && kind <= CHANGE_WORD) ||
		              (kind >= CHANGE_PICTURE_ADDED && kind <= CHANGE_PICTURE);
		assert_int_equal(staff_change_word((enum change_kind)kind, 0) == W_STAFF_CH_DETAIL, detail);
	}
}

/* --- numbers ------------------------------------------------------------------------------------------------------- */

static void numbers_are_due_after_a_year(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "calls");
	scene_tap(s, "begin");
	/* fake.h: a TTY line, a voice line, a line for texts, looked at on 2026-11-20 */
	assert_true(scene_says(s, "Page 1 of 3"));
	assert_true(scene_says(s, "711"));
	scene_tap(s, "next");
	scene_tap(s, "wrong");
	assert_int_equal(s->wish.want.want, WIRE_WANT_WRONG);
	assert_string_equal(s->wish.want.digits, "18883737888");
	assert_string_equal(s->wish.want.pack, "org.example");
	assert_int_equal(s->wish.want.version, 7);
	/* Marked today: it stays where it is. */
	scene_mark(s, "18883737888", true);
	assert_true(scene_says(s, "Page 2 of 3"));
	assert_true(scene_says(s, "Clients do not see it."));
	scene_tap(s, "right");
	assert_int_equal(s->wish.want.want, WIRE_WANT_RIGHT);
	scene_mark(s, "18883737888", false);
	assert_true(scene_says(s, "It was right."));
	scene_tap(s, "next");
	scene_tap(s, "next");
	expect(s, "staff-calls");
	end(s);
}

static void a_number_that_was_called_is_not_due_again(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	struct wire_message m = {.kind = WIRE_MARK};
	m.mark = (struct wire_mark){.digits = "711", .on = "2027-06-01", .first = 1, .last = 1};
	scene_tell(s, m);
	scene_tap(s, "calls");
	scene_tap(s, "begin");
	assert_true(scene_says(s, "Page 1 of 2"));
	scene_tap(s, "back");
	scene_tap(s, "all");
	assert_true(scene_says(s, "Page 1 of 3"));
	end(s);
}

/* --- what clients see of it ---------------------------------------------------------------------------------------- */

static void clients_see_nothing_of_a_number_that_is_wrong(void **state) {
	(void)state;
	struct staff_scene *s = calloc(1, sizeof *s);
	struct wire_start start = usual;
	start.audience = WIRE_CLIENT;
	snprintf(start.language, sizeof start.language, "en");
	snprintf(start.hidden[0], sizeof start.hidden[0], "18883737888");
	scene_open(s, &start, fake_book(), fake_measure());
	scene_tap(s, "numbers");
	assert_false(scene_says(s, "1-888-373-7888"));
	scene_tap(s, "number:line");
	assert_false(scene_says(s, "1-888-373-7888"));
	assert_true(scene_says(s, "233733"));
	scene_close(s);
	/* All of them: the service stays, says so calmly, and there is nothing to call or to learn. */
	snprintf(start.hidden[1], sizeof start.hidden[1], "711");
	snprintf(start.hidden[2], sizeof start.hidden[2], "233733");
	scene_open(s, &start, fake_book(), fake_measure());
	scene_tap(s, "numbers");
	scene_tap(s, "number:line");
	assert_true(scene_says(s, "This number may be wrong, so it is not shown."));
	assert_null(scene_find(s, "learn"));
	assert_false(scene_says(s, "233733"));
	end(s);
}

/* --- settings ------------------------------------------------------------------------------------------------------ */

static void settings_are_asked_for_within_bounds(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "kiosk");
	scene_tap(s, "times");
	for (int i = 0; i < s->choice_count; i++) {
		int n = 0;
		if (sscanf(s->choices[i].id, "idle:%d", &n) == 1) {
			assert_in_range(n, 120, 300); /* VVSG 2.0 7.2-O */
		} else if (sscanf(s->choices[i].id, "answer:%d", &n) == 1) {
			assert_in_range(n, 20, 45);
		}
	}
	scene_tap(s, "answer:45");
	assert_int_equal(s->wish.want.want, WIRE_WANT_ANSWER);
	assert_int_equal(s->wish.want.number, 45);
	scene_done(s, WIRE_WORK_KEEP);
	assert_true(scene_says(s, "It is kept."));
	scene_tap(s, "idle:300");
	scene_work(s, WIRE_WORK_KEEP, WIRE_WORK_FAILED, WIRE_STORE_FAILED);
	assert_true(scene_says(s, "cannot write to its own storage"));
	end(s);
}

/* What the host tells of the tone, and nothing else: that somebody heard it, nobody can know but they. */
static void a_tone_is_told_truthfully(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "kiosk");
	scene_tap(s, "sound");
	assert_false(scene_says(s, "It was played."));
	scene_tap(s, "sound:100");
	assert_int_equal(s->wish.want.want, WIRE_WANT_SOUND);
	assert_int_equal(s->wish.want.number, 100);
	scene_done(s, WIRE_WORK_KEEP);
	assert_true(scene_says(s, "It is kept."));
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	assert_true(scene_says(s, "Listen now"));
	assert_false(scene_says(s, "It was played."));
	scene_done(s, WIRE_WORK_TONE);
	assert_true(scene_says(s, "It was played. Did you hear two notes?"));
	assert_true(scene_says(s, "If not:"));
	static const struct {
		enum wire_reason reason;
		const char *says;
	} bad[] = {{WIRE_NO_SOUND, "Plug in a USB sound adapter"},
	           {WIRE_SOUND_TAKEN, "Another program"},
	           {WIRE_SOUND_BROKEN, "could not be played"}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		/* The next choice takes back what was said of the one before. */
		scene_tap(s, "sound:25");
		assert_false(scene_says(s, "It was played."));
		scene_work(s, WIRE_WORK_TONE, WIRE_WORK_FAILED, bad[i].reason);
		expect(s, "staff-sound");
		assert_true(scene_says(s, bad[i].says));
	}
	/* Whoever went on is not called back by it, and who comes back is not told of an old one. */
	scene_tap(s, "sound:50");
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_GOING, WIRE_FINE);
	scene_tap(s, "back");
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_SOUND_BROKEN);
	expect(s, "staff-kiosk");
	scene_tap(s, "sound");
	assert_false(scene_says(s, "could not be played"));
	end(s);
}

/* --- the first start ---------------------------------------------------------------------------------------------- */

static void expect_step(struct staff_scene *s, const char *screen, const char *progress) {
	expect(s, screen);
	assert_true(scene_says(s, progress));
	assert_non_null(scene_find(s, "hide"));
	assert_null(scene_find(s, "home")); /* there is no staff mode yet that one could go home to */
}

static void expect_wish_step(const struct staff_scene *s, enum wire_step step) {
	assert_int_equal(s->wish.kind, WIRE_WANT);
	assert_int_equal(s->wish.want.want, WIRE_WANT_STEP);
	assert_int_equal(s->wish.want.number, step);
}

static struct staff_scene *begin_first(unsigned steps, bool sound, bool line) {
	struct staff_scene *s = begin();
	scene_first(s, steps, sound, line);
	scene_gate(s, WIRE_GATE_CHOOSE, 5, 0);
	expect(s, "staff-welcome");
	assert_int_equal(s->wishes, 0);
	return s;
}

static void a_first_start_is_a_row_of_steps(void **state) {
	(void)state;
	struct staff_scene *s = begin_first(WIRE_STEPS_ALL, true, true);
	scene_tap(s, "begin");
	assert_int_equal(s->wishes, 0);
	expect_step(s, "staff-place", "1 of 5");
	scene_tap(s, "keep");
	assert_int_equal(s->wish.want.want, WIRE_WANT_PLACE);
	assert_string_equal(s->wish.want.says, "Quiet room");
	expect_step(s, "staff-place", "1 of 5"); /* until it is kept */
	scene_done(s, WIRE_WORK_KEEP);
	expect_step(s, "staff-gate", "2 of 5: Choose a PIN");
	scene_tap(s, "size");
	scene_tap(s, "home");
	expect_step(s, "staff-gate", "2 of 5");
	scene_tap(s, "digit:4");
	scene_tap(s, "enter");
	assert_int_equal(s->wish.kind, WIRE_PIN);
	scene_gate(s, WIRE_GATE_AGAIN, 5, 0);
	expect_step(s, "staff-gate", "2 of 5: The same PIN once more");
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	scene_first(s, WIRE_STEPS_ALL & ~3u, true, true); /* told again: nothing jumps */
	expect_step(s, "staff-touch", "3 of 5");
	assert_null(scene_find(s, "go-on"));
	scene_spots(s);
	assert_null(scene_find(s, "skip"));
	scene_tap(s, "go-on");
	expect_wish_step(s, WIRE_STEP_TOUCH);
	expect_step(s, "staff-sound", "4 of 5");
	scene_tap(s, "sound:25");
	scene_done(s, WIRE_WORK_KEEP);
	scene_work(s, WIRE_WORK_TONE, WIRE_WORK_FAILED, WIRE_SOUND_BROKEN);
	expect_step(s, "staff-sound", "could not be played");
	assert_null(scene_find(s, "go-on")); /* what did not work was left out, and is not called done */
	scene_tap(s, "sound:50");
	scene_done(s, WIRE_WORK_TONE);
	scene_tap(s, "go-on");
	expect_wish_step(s, WIRE_STEP_SOUND);
	expect_step(s, "staff-line", "5 of 5");
	scene_tap(s, "test");
	scene_work(s, WIRE_WORK_LINE, WIRE_WORK_FAILED, WIRE_NOT_HEARD);
	assert_true(scene_says(s, "The desk did not answer."));
	scene_tap(s, "home");
	expect_step(s, "staff-line", "5 of 5");
	assert_null(scene_find(s, "go-on"));
	scene_tap(s, "test");
	scene_done(s, WIRE_WORK_LINE);
	scene_tap(s, "done");
	scene_tap(s, "go-on");
	expect_wish_step(s, WIRE_STEP_LINE);
	expect_step(s, "staff-ready", "top left corner");
	assert_false(scene_says(s, "Nobody has chosen a PIN"));
	scene_tap(s, "board");
	assert_int_equal(s->wish.kind, WIRE_END);
	end(s);
}

static void each_step_can_be_skipped(void **state) {
	(void)state;
	struct staff_scene *s = begin_first(WIRE_STEPS_ALL, false, false);
	scene_tap(s, "begin");
	expect_step(s, "staff-place", "1 of 4");
	scene_tap(s, "skip");
	expect_wish_step(s, WIRE_STEP_PLACE);
	expect_step(s, "staff-gate", "2 of 4");
	/* What was typed of a PIN is forgotten, here and by the host. */
	scene_tap(s, "digit:4");
	scene_tap(s, "skip");
	assert_int_equal(s->wish.want.want, WIRE_WANT_STOP);
	scene_gate(s, WIRE_GATE_CHOOSE, 5, 0);
	expect_step(s, "staff-touch", "3 of 4");
	scene_tap(s, "skip");
	expect_wish_step(s, WIRE_STEP_TOUCH);
	expect_step(s, "staff-line", "4 of 4");
	assert_true(scene_says(s, "no line to staff"));
	assert_null(scene_find(s, "test"));
	scene_tap(s, "skip");
	expect_wish_step(s, WIRE_STEP_LINE);
	expect_step(s, "staff-ready", "Nobody has chosen a PIN");
	end(s);
}

/* The power failed, and there is a PIN: it is asked for, and then it goes on with what is missing. */
static void a_first_start_goes_on_where_something_is_missing(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_gate(s, WIRE_GATE_ENTER, 5, 0);
	expect(s, "staff-gate");
	assert_null(scene_find(s, "skip"));
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	scene_first(s, 1u << WIRE_STEP_SOUND | 1u << WIRE_STEP_LINE, true, false);
	expect_step(s, "staff-sound", "4 of 5");
	/* The headphones' adapter is pulled out: one step less, and this one is still left. */
	scene_first(s, 1u << WIRE_STEP_SOUND | 1u << WIRE_STEP_LINE, false, false);
	scene_tap(s, "skip");
	expect_wish_step(s, WIRE_STEP_SOUND);
	expect_step(s, "staff-line", "4 of 4");
	end(s);
	/* Without a PIN, and all else is over. */
	s = begin_first(1u << WIRE_STEP_PIN, true, true);
	scene_tap(s, "begin");
	expect_step(s, "staff-gate", "2 of 5");
	scene_gate(s, WIRE_GATE_OPEN, 0, 0);
	expect(s, "staff-ready");
	end(s);
}

static void a_place_is_typed_letter_by_letter(void **state) {
	(void)state;
	struct staff_scene *s = begin();
	scene_home(s);
	scene_tap(s, "kiosk");
	scene_tap(s, "place");
	assert_true(scene_says(s, "Second floor, by the window_"));
	for (int i = 0; i < 40; i++) {
		scene_tap(s, "erase");
	}
	assert_true(scene_says(s, "_"));
	scene_tap(s, "letter:space"); /* no space in front */
	scene_tap(s, "shift");
	scene_tap(s, "letter:N");
	scene_tap(s, "letter:i");
	scene_tap(s, "signs");
	scene_tap(s, "letter:u00f1");
	scene_tap(s, "letter:space");
	scene_tap(s, "letter:2");
	scene_tap(s, "letter:u00e1");
	scene_tap(s, "erase");
	scene_tap(s, "letter:space");
	assert_true(scene_says(s, "Ni\u00f1 2 _"));
	scene_tap(s, "keep");
	assert_int_equal(s->wish.want.want, WIRE_WANT_PLACE);
	assert_string_equal(s->wish.want.says, "Ni\u00f1 2");
	/* No more than the desk takes. */
	scene_tap(s, "place");
	for (int i = 0; i < 80; i++) {
		scene_tap(s, "letter:m");
	}
	scene_tap(s, "keep");
	assert_int_equal(strlen(s->wish.want.says), DUTY_PLACE);
	end(s);
}

/* --- every screen -------------------------------------------------------------------------------------------------- */

static void check_here(struct staff_scene *s, const char *name, void *to) {
	scene_check(s, name, to);
}

static void every_screen_of_staff_mode_fits(void **state) {
	(void)state;
	static const struct glass glasses[] = {{1280, 800, 59}, {800, 480, 52}, {720, 1280, 59}};
	struct staff_scene *s = calloc(1, sizeof *s);
	for (size_t g = 0; g < sizeof glasses / sizeof glasses[0]; g++) {
		for (int size = 1; size <= 4; size++) {
			struct wire_start start = usual;
			char where[64];
			start.w = (uint16_t)glasses[g].w;
			start.h = (uint16_t)glasses[g].h;
			start.px_per_cm = (uint16_t)glasses[g].px_per_cm;
			snprintf(where, sizeof where, "%dx%d size %d", glasses[g].w, glasses[g].h, size);
			struct scene_tour tour = {s, &start, fake_book(), fake_measure(), size, check_here, where};
			scene_tour(&tour);
		}
	}
	free(s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_opens_without_the_gate),
	    cmocka_unit_test(keys_stand_as_the_host_says_and_digits_are_never_shown),
	    cmocka_unit_test(a_pin_has_at_most_twelve_digits),
	    cmocka_unit_test(every_state_of_the_gate_has_its_words),
	    cmocka_unit_test(changing_the_pin_has_a_way_back),
	    cmocka_unit_test(a_pack_is_looked_at_then_installed),
	    cmocka_unit_test(the_previous_pack_comes_back_when_it_is_confirmed),
	    cmocka_unit_test(what_is_refused_is_never_asked_for),
	    cmocka_unit_test(a_stick_that_is_pulled_takes_its_screens_along),
	    cmocka_unit_test(a_screen_that_changes_under_the_finger_chooses_nothing),
	    cmocka_unit_test(every_reason_every_work_and_every_change_has_its_words),
	    cmocka_unit_test(numbers_are_due_after_a_year),
	    cmocka_unit_test(a_number_that_was_called_is_not_due_again),
	    cmocka_unit_test(clients_see_nothing_of_a_number_that_is_wrong),
	    cmocka_unit_test(settings_are_asked_for_within_bounds),
	    cmocka_unit_test(a_tone_is_told_truthfully),
	    cmocka_unit_test(a_first_start_is_a_row_of_steps),
	    cmocka_unit_test(each_step_can_be_skipped),
	    cmocka_unit_test(a_first_start_goes_on_where_something_is_missing),
	    cmocka_unit_test(a_place_is_typed_letter_by_letter),
	    cmocka_unit_test(every_screen_of_staff_mode_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
