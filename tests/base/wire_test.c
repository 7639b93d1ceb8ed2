/* The wire: what is sent arrives whole, nothing else counts, and a hostile side is caught by the sane checks. */
#include "base/change.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct ends {
	int host, visit;
};

static struct ends open_ends(void) {
	int fd[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
	return (struct ends){fd[0], fd[1]};
}

static void close_ends(struct ends e) {
	close(e.host);
	close(e.visit);
}

static void a_message_arrives_as_it_was_sent(void **state) {
	(void)state;
	struct ends e = open_ends();
	struct wire_message in = {.kind = WIRE_TALK,
	                          .talk = {WIRE_HOW_OTHER, WIRE_WHEN_SOON, "ar", "Your laundry is done."}};
	struct wire_message out;
	assert_int_equal(wire_receive(e.host, &out, false), WIRE_NOTHING);
	assert_true(wire_send(e.visit, &in));
	assert_int_equal(wire_receive(e.host, &out, true), WIRE_GOT);
	assert_int_equal(out.kind, WIRE_TALK);
	assert_memory_equal(&out.talk, &in.talk, sizeof in.talk);
	close_ends(e);
}

static void what_lies_behind_a_short_message_does_not_cross(void **state) {
	(void)state;
	struct ends e = open_ends();
	struct wire_message in, out;
	memset(&in, 'x', sizeof in);
	in.kind = WIRE_BELL;
	in.bell = WIRE_BELL_SENT;
	assert_true(wire_send(e.host, &in));
	assert_int_equal(wire_receive(e.visit, &out, true), WIRE_GOT);
	assert_int_equal(out.bell, WIRE_BELL_SENT);
	const char *bytes = (const char *)&out;
	for (size_t i = offsetof(struct wire_message, bell) + sizeof out.bell; i < sizeof out; i++)
		assert_int_equal(bytes[i], 0);
	close_ends(e);
}

static void another_size_counts_as_gone(void **state) {
	(void)state;
	static const size_t sizes[] = {0, 1, sizeof(struct wire_message) - 1, sizeof(struct wire_message) + 1, 60000};
	static char junk[60000];
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct ends e = open_ends();
		struct wire_message m;
		assert_int_equal(send(e.visit, junk, sizes[i], MSG_NOSIGNAL), sizes[i]);
		assert_int_equal(wire_receive(e.host, &m, false), WIRE_GONE);
		close_ends(e);
	}
}

static void a_closed_end_is_gone_and_kills_nobody(void **state) {
	(void)state;
	struct ends e = open_ends();
	close(e.visit);
	struct wire_message m = {.kind = WIRE_ASK};
	assert_false(wire_send(e.host, &m));
	assert_int_equal(wire_receive(e.host, &m, true), WIRE_GONE);
	close(e.host);
}

static void a_side_that_never_reads_fills_up_and_is_noticed(void **state) {
	(void)state;
	struct ends e = open_ends();
	struct wire_message m = {.kind = WIRE_ASK};
	int sent = 0;
	while (sent < 100000 && wire_send(e.host, &m))
		sent++;
	/* Room for a screen's worth of answers, but not for ever. */
	assert_in_range(sent, 64, 99999);
	close_ends(e);
}

/* --- what a visit may say --------------------------------------------------------------------------------------- */

static bool from_visit(struct wire_message m) {
	return wire_sane_from_visit(&m, 1280, 800);
}

static void only_a_visits_kinds_come_from_a_visit(void **state) {
	(void)state;
	struct wire_message m;
	for (uint32_t kind = 0; kind < 300; kind++) {
		memset(&m, 0, sizeof m);
		m.kind = kind;
		if (kind < WIRE_DONE || kind > WIRE_WANT)
			assert_false(wire_sane_from_visit(&m, 1280, 800));
		if (kind == 0 || kind > WIRE_SYSTEM)
			assert_false(wire_sane_from_host(&m));
	}
	assert_true(from_visit((struct wire_message){.kind = WIRE_CANCEL}));
	assert_true(from_visit((struct wire_message){.kind = WIRE_END}));
}

static void a_changed_rectangle_lies_on_the_glass(void **state) {
	(void)state;
	assert_true(from_visit((struct wire_message){.kind = WIRE_DONE, .done = {1, 0, 0, 1280, 800, 0}}));
	assert_true(from_visit((struct wire_message){.kind = WIRE_DONE, .done = {0, 0, 0, 0, 0, 900}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_DONE, .done = {1, 1, 0, 1280, 800, 0}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_DONE, .done = {1, 0, 65535, 1, 65535, 0}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_DONE, .done = {2, 0, 0, 1, 1, 0}}));
}

static struct wire_message talk(uint8_t how, uint8_t when, const char *language, const char *phrase) {
	struct wire_message m = {.kind = WIRE_TALK, .talk = {.how = how, .when = when}};
	strncpy(m.talk.language, language, sizeof m.talk.language);
	strncpy(m.talk.phrase, phrase, sizeof m.talk.phrase);
	return m;
}

static void a_request_is_one_that_staff_can_read(void **state) {
	(void)state;
	assert_true(from_visit(talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "en", "")));
	assert_true(from_visit(talk(WIRE_HOW_OTHER, WIRE_WHEN_LATER, "zh-Hans", "غسيلك جاهز. \U0001F9FA")));
	assert_false(from_visit(talk(0, WIRE_WHEN_NOW, "en", "")));
	assert_false(from_visit(talk(4, WIRE_WHEN_NOW, "en", "")));
	assert_false(from_visit(talk(WIRE_HOW_COME, 0, "en", "")));
	assert_false(from_visit(talk(WIRE_HOW_COME, 4, "en", "")));
	assert_false(from_visit(talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "", "")));
	assert_false(from_visit(talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "e n", "")));
	assert_false(from_visit(talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "abcdefghijklmnop", "")));
	/* Words only go with the way of asking that has words. */
	assert_false(from_visit(talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "en", "hello")));
	char long_phrase[WIRE_SAYS + 1];
	memset(long_phrase, 'a', sizeof long_phrase - 1);
	long_phrase[WIRE_SAYS] = 0;
	assert_false(from_visit(talk(WIRE_HOW_OTHER, WIRE_WHEN_NOW, "en", long_phrase)));
	long_phrase[WIRE_SAYS - 1] = 0;
	assert_true(from_visit(talk(WIRE_HOW_OTHER, WIRE_WHEN_NOW, "en", long_phrase)));
	struct wire_message both = talk(WIRE_HOW_OTHER, WIRE_WHEN_NOW, "es", "Su ropa");
	strcpy(both.talk.phrase_staff, "Your laundry");
	assert_true(from_visit(both));
	both.talk.phrase_staff[4] = '\n';
	assert_false(from_visit(both));
	memset(both.talk.phrase_staff, 'a', WIRE_SAYS);
	assert_false(from_visit(both));
	/* What staff read never goes without what the person chose. */
	both = talk(WIRE_HOW_COME, WIRE_WHEN_NOW, "es", "");
	strcpy(both.talk.phrase_staff, "Your laundry");
	assert_false(from_visit(both));
}

static void words_are_utf8_without_control_characters(void **state) {
	(void)state;
	static const char *const good[] = {"",
	                                   "abc",
	                                   "\xc2\xa0",
	                                   "\u2066"
	                                   "1-888\u2069",
	                                   "\xf4\x8f\xbf\xbf",
	                                   "ไทย"};
	static const char *const bad[] = {
	    "a\nb",
	    "\t",
	    "\x1b[2J",
	    "\x7f",
	    "\xc2\x85", /* control characters */
	    "\x80",
	    "\xff",
	    "\xfe",
	    "a\xc3",
	    "\xe0\xa4", /* no start, never used, cut */
	    "\xc0\xaf",
	    "\xe0\x80\xaf",
	    "\xf0\x80\x80\xaf", /* longer than need be */
	    "\xed\xa0\x80",
	    "\xf4\x90\x80\x80",
	    "\xf8\x88\x80\x80\x80", /* surrogate, too large, five bytes */
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(from_visit(talk(WIRE_HOW_OTHER, WIRE_WHEN_NOW, "en", good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(from_visit(talk(WIRE_HOW_OTHER, WIRE_WHEN_NOW, "en", bad[i])));
}

static void a_choice_lies_on_the_glass_and_has_an_id(void **state) {
	(void)state;
	struct wire_message good = {.kind = WIRE_CHOICE,
	                            .choice = {"module/leave-1", 0, 0, 1280, 800, 0, 1, "Planning to leave"}};
	assert_true(from_visit(good));
	struct wire_message m = good;
	m.choice.id[0] = 0;
	assert_false(from_visit(m));
	m = good;
	m.choice.id[0] = ' ';
	assert_false(from_visit(m));
	m = good;
	strcpy(m.choice.id, "lang:zh-Hans");
	assert_true(from_visit(m));
	m = good;
	memset(m.choice.id, 'a', WIRE_ID);
	assert_false(from_visit(m));
	m = good;
	m.choice.x = -1;
	assert_false(from_visit(m));
	m = good;
	m.choice.y = 1;
	assert_false(from_visit(m));
	m = good;
	m.choice.w = 0;
	assert_false(from_visit(m));
	m = good;
	m.choice.focused = 2;
	assert_false(from_visit(m));
}

static void a_screen_has_a_name_and_a_part_that_exists(void **state) {
	(void)state;
	assert_true(from_visit((struct wire_message){.kind = WIRE_SCREEN, .screen = {"home", 1, 1}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_SCREEN, .screen = {"", 1, 1}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_SCREEN, .screen = {"home", 1, 2}}));
	assert_true(from_visit((struct wire_message){.kind = WIRE_TEXT, .text = {"Hello", 1}}));
	assert_false(from_visit((struct wire_message){.kind = WIRE_TEXT, .text = {"Hello", 7}}));
}

/* --- what a host may say ---------------------------------------------------------------------------------------- */

static struct wire_message good_start(void) {
	return (struct wire_message){
	    .kind = WIRE_START,
	    .start = {.version = WIRE_VERSION, .w = 1280, .h = 800, .px_per_cm = 59, .packs = 2, .fonts = 3}};
}

static void a_start_is_checked_for_all_its_bounds(void **state) {
	(void)state;
	struct wire_message m = good_start();
	assert_true(wire_sane_from_host(&m));
	m.start.version++;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.w = 319;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.h = 4097;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.px_per_cm = 0;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.packs = WIRE_MAX_PACKS + 1;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.fonts = WIRE_MAX_FONTS + 1;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	m.start.font[2].bold = 2;
	assert_false(wire_sane_from_host(&m));
	m = good_start();
	memset(m.start.language, 'a', sizeof m.start.language);
	assert_false(wire_sane_from_host(&m));
}

static void events_are_checked_for_their_bounds(void **state) {
	(void)state;
	struct wire_message m = {.kind = WIRE_TOUCH, .touch = {WIRE_UP, 0, -5, 3000, 1}};
	assert_true(wire_sane_from_host(&m));
	m.touch.phase = 5;
	assert_false(wire_sane_from_host(&m));
	m = (struct wire_message){.kind = WIRE_KEY, .key = {WIRE_HIDE, 0}};
	assert_true(wire_sane_from_host(&m));
	m.key.key = 0;
	assert_false(wire_sane_from_host(&m));
	m = (struct wire_message){.kind = WIRE_WARN, .warn = {30000, 30000}};
	assert_true(wire_sane_from_host(&m));
	m.warn.left_ms++;
	assert_false(wire_sane_from_host(&m));
	m = (struct wire_message){.kind = WIRE_BELL, .bell = WIRE_BELL_LAST};
	assert_true(wire_sane_from_host(&m));
	m.bell++;
	assert_false(wire_sane_from_host(&m));
}

static struct wire_message gate(uint8_t state) {
	return (struct wire_message){.kind = WIRE_GATE,
	                             .gate = {.gate = state, .keys = {3, 1, 4, 0, 5, 9, 2, 6, 8, 7}}};
}

static void a_keypad_has_each_digit_once(void **state) {
	(void)state;
	struct wire_message m = gate(WIRE_GATE_ENTER);
	assert_true(wire_sane_from_host(&m));
	m.gate.keys[1] = 3;
	assert_false(wire_sane_from_host(&m));
	m.gate.keys[1] = 10;
	assert_false(wire_sane_from_host(&m));
	m = gate(WIRE_GATE_LAST + 1);
	assert_false(wire_sane_from_host(&m));
	m = gate(0);
	assert_false(wire_sane_from_host(&m));
}

static struct wire_message pin(const char *digits) {
	struct wire_message m = {.kind = WIRE_PIN};
	memcpy(m.pin.digits, digits, strnlen(digits, sizeof m.pin.digits));
	return m;
}

static void a_pin_is_digits_that_end(void **state) {
	(void)state;
	assert_true(from_visit(pin("295817")));
	assert_true(from_visit(pin("295817295817")));
	assert_false(from_visit(pin("")));
	assert_false(from_visit(pin("2958a7")));
	assert_false(from_visit(pin("2958172958172"))); /* no room for the end */
}

static void what_staff_want_is_known_and_readable(void **state) {
	(void)state;
	struct wire_message m = {.kind = WIRE_WANT, .want = {.want = WIRE_WANT_WRONG, .digits = "18883737888"}};
	assert_true(from_visit(m));
	strcpy(m.want.pack, "org.alcove.library");
	strcpy(m.want.says, "Comedor, 2\u00ba piso");
	assert_true(from_visit(m));
	strcpy(m.want.pack, "../store");
	assert_true(from_visit(m)); /* an id may have dots and slashes: nobody makes a path of it */
	strcpy(m.want.pack, "a pack");
	assert_false(from_visit(m));
	m.want.pack[0] = 0;
	strcpy(m.want.says, "line\nbreak");
	assert_false(from_visit(m));
	m.want.says[0] = 0;
	strcpy(m.want.digits, "1-888");
	assert_false(from_visit(m));
	m.want.digits[0] = 0;
	m.want.want = WIRE_WANT_LAST + 1;
	assert_false(from_visit(m));
	m.want.want = 0;
	assert_false(from_visit(m));
}

/* It is sane, and with this value it is not. */
#define refuses(m, field, value)                                                                                       \
	do {                                                                                                           \
		struct wire_message other = m;                                                                         \
		assert_true(wire_sane_from_host(&other));                                                              \
		other.field = value;                                                                                   \
		assert_false(wire_sane_from_host(&other));                                                             \
	} while (0)
/* The same of a text that is full to its last byte. */
#define refuses_endless(m, field)                                                                                      \
	do {                                                                                                           \
		struct wire_message other = m;                                                                         \
		assert_true(wire_sane_from_host(&other));                                                              \
		memset(other.field, 'x', sizeof other.field);                                                          \
		assert_false(wire_sane_from_host(&other));                                                             \
	} while (0)

static void staff_are_told_what_is_in_bounds(void **state) {
	(void)state;
	struct wire_message m = {.kind = WIRE_OFFER, .offer = {.where = WIRE_ON_STICK, .thing = WIRE_THING_PACK}};
	strcpy(m.offer.title, "Alcove");
	refuses(m, offer.reason, WIRE_REASON_LAST + 1);
	refuses_endless(m, offer.title);
	m = (struct wire_message){.kind = WIRE_WORK, .work = {.work = WIRE_WORK_COPY, .state = WIRE_WORK_GOING}};
	refuses_endless(m, work.says);
	refuses(m, work.state, WIRE_WORK_FAILED + 1);
	m = (struct wire_message){.kind = WIRE_CHANGE, .change = {.kind = CHANGE_LAST, .language = "en"}};
	refuses(m, change.language[1], ' ');
	m = (struct wire_message){
	    .kind = WIRE_HOUSE, .house = {.today = "2026-12-01", .steps = WIRE_STEPS_ALL, .corner = WIRE_CORNER_LAST}};
	refuses(m, house.steps, 1);
	refuses(m, house.corner, WIRE_CORNER_LAST + 1);
	refuses(m, house.proof, 2);
	m = (struct wire_message){.kind = WIRE_MARK, .mark = {.digits = "911", .on = "2026-12-01"}};
	refuses(m, mark.wrong, 2);
	m = (struct wire_message){.kind = WIRE_SYSTEM, .system = {.state = WIRE_SYSTEM_LAST, .made = "2026-12-01"}};
	refuses(m, system.reason, WIRE_REASON_LAST + 1);
	refuses(m, system.state, WIRE_SYSTEM_LAST + 1);
	refuses_endless(m, system.file);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_arrives_as_it_was_sent),
	    cmocka_unit_test(what_lies_behind_a_short_message_does_not_cross),
	    cmocka_unit_test(another_size_counts_as_gone),
	    cmocka_unit_test(a_closed_end_is_gone_and_kills_nobody),
	    cmocka_unit_test(a_side_that_never_reads_fills_up_and_is_noticed),
	    cmocka_unit_test(only_a_visits_kinds_come_from_a_visit),
	    cmocka_unit_test(a_changed_rectangle_lies_on_the_glass),
	    cmocka_unit_test(a_request_is_one_that_staff_can_read),
	    cmocka_unit_test(words_are_utf8_without_control_characters),
	    cmocka_unit_test(a_choice_lies_on_the_glass_and_has_an_id),
	    cmocka_unit_test(a_screen_has_a_name_and_a_part_that_exists),
	    cmocka_unit_test(a_start_is_checked_for_all_its_bounds),
	    cmocka_unit_test(events_are_checked_for_their_bounds),
	    cmocka_unit_test(a_keypad_has_each_digit_once),
	    cmocka_unit_test(a_pin_is_digits_that_end),
	    cmocka_unit_test(what_staff_want_is_known_and_readable),
	    cmocka_unit_test(staff_are_told_what_is_in_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
