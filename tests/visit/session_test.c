/* What choices do to a session, and what a hand does to the glass. */
#include "fake.h"

#include "visit/pure/hand.h"
#include "visit/pure/screens.h"

static struct session begun(void) {
	struct wire_start start = {.version = WIRE_VERSION, .bell = 1};
	struct session s = session_start(&start);
	session_act(&s, act(DO_BEGIN), (struct around){.parts = 1});
	session_act(&s, act_id(DO_LANGUAGE, "en"), (struct around){.parts = 1});
	return s;
}

static const struct around whole = {.parts = 1, .pages = 3, .number = "1-888-373-7888"};

static void a_visit_begins_with_the_language(void **state) {
	(void)state;
	struct wire_start start = {.version = WIRE_VERSION};
	struct session s = session_start(&start);
	assert_int_equal(s.at.screen, SCREEN_IDLE);
	session_act(&s, act(DO_BEGIN), whole);
	assert_int_equal(s.at.screen, SCREEN_LANGUAGE);
	session_act(&s, act_id(DO_LANGUAGE, "ar"), whole);
	assert_int_equal(s.at.screen, SCREEN_HOME);
	assert_string_equal(s.language, "ar");
	assert_false(session_has_back(&s));
}

static void next_turns_parts_then_pages_then_ends_at_the_list(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_MODULE, "plan"), whole);
	struct around long_page = {.parts = 2, .pages = 2};
	session_act(&s, act(DO_NEXT), long_page);
	assert_int_equal(s.at.part, 1);
	assert_int_equal(s.at.page, 1);
	session_act(&s, act(DO_NEXT), long_page);
	assert_int_equal(s.at.part, 0);
	assert_int_equal(s.at.page, 2);
	session_act(&s, act(DO_BACK), long_page);
	assert_int_equal(s.at.part, 1);
	assert_int_equal(s.at.page, 1);
	session_act(&s, act(DO_NEXT), long_page);
	session_act(&s, act(DO_NEXT), (struct around){.parts = 1, .pages = 2});
	assert_int_equal(s.at.screen, SCREEN_MODULES);
	session_act(&s, act(DO_BACK), whole);
	assert_int_equal(s.at.screen, SCREEN_HOME);
}

static void back_from_an_answer_leads_to_the_question(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_MODULE, "plan"), whole);
	session_act(&s, act_number(DO_PAGE, 3), whole);
	assert_int_equal(s.at.page, 3);
	session_act(&s, act(DO_BACK), whole);
	assert_int_equal(s.at.page, 1);
}

static void a_long_walk_keeps_the_newest_places(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_MODULE, "plan"), whole);
	for (int i = 0; i < 500; i++) {
		session_act(&s, act_number(DO_PAGE, 1 + i % 3), whole);
	}
	for (int i = 498; i > 498 - TRAIL; i--) {
		session_act(&s, act(DO_BACK), whole);
		assert_int_equal(s.at.page, 1 + i % 3);
	}
	session_act(&s, act(DO_BACK), whole);
	assert_int_equal(s.at.screen, SCREEN_HOME);
}

static void type(struct session *s, const char *digits) {
	for (; *digits != '\0'; digits++) {
		session_act(s, act_number(DO_DIGIT, *digits - '0'), whole);
	}
}

static void a_number_is_learnt_in_three_steps(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_SERVICE, "line"), whole);
	session_act(&s, act(DO_LEARN), whole);
	assert_int_equal(s.at.screen, SCREEN_LEARN);
	type(&s, "78");
	assert_int_equal(s.learn.typed_count, 2);
	type(&s, "1");
	assert_true(s.learn.wrong);
	assert_int_equal(s.learn.typed_count, 2);
	session_act(&s, act(DO_ERASE), whole);
	assert_false(s.learn.wrong);
	type(&s, "888");
	assert_int_equal(s.learn.step, 1);
	type(&s, "3737888");
	assert_int_equal(s.learn.step, 2);
	type(&s, "18883737888");
	assert_int_equal(s.learn.step, 3);
	type(&s, "5");
	assert_int_equal(s.learn.step, 3);
	session_act(&s, act(DO_AGAIN), whole);
	assert_int_equal(s.learn.step, 0);
}

static void a_short_number_hides_no_more_than_it_has(void **state) {
	(void)state;
	assert_int_equal(learn_hidden("911", 0), 3);
	assert_int_equal(learn_hidden("504-866-9554", 1), 7);
	assert_int_equal(learn_hidden("504-866-9554", 2), 10);
}

static void asking_staff_sends_once_and_back_leads_to_the_page(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_MODULE, "plan"), whole);
	session_act(&s, act_number(DO_GO, SCREEN_TALK_HOW), whole);
	session_act(&s, act_number(DO_HOW, WIRE_HOW_OTHER), whole);
	assert_int_equal(s.at.screen, SCREEN_TALK_PHRASE);
	session_act(&s, act_id(DO_PHRASE, "laundry"), whole);
	session_act(&s, act_number(DO_WHEN, WIRE_WHEN_SOON), whole);
	session_act(&s, act_id(DO_SPEAK, "ar"), whole);
	assert_int_equal(s.at.screen, SCREEN_TALK_CHECK);
	assert_int_equal(session_act(&s, act(DO_SEND), whole), EFFECT_TALK);
	assert_int_equal(s.at.screen, SCREEN_TALK_STATUS);
	assert_int_equal(s.bell, WIRE_BELL_SENDING);
	assert_int_equal(session_act(&s, act(DO_BACK), whole), EFFECT_NONE);
	assert_int_equal(s.at.screen, SCREEN_PAGE);
	/* While it is open, asking again shows what became of it. */
	session_act(&s, act_number(DO_GO, SCREEN_TALK_HOW), whole);
	assert_int_equal(s.at.screen, SCREEN_TALK_STATUS);
	assert_int_equal(session_act(&s, act(DO_CANCEL), whole), EFFECT_CANCEL);
	assert_int_equal(session_act(&s, act(DO_CANCEL), whole), EFFECT_NONE);
}

/* --- the hand ----------------------------------------------------------------------------------------------------- */

struct scene {
	struct arena a;
	struct view view;
	struct layout layout;
	struct hand hand;
	int pressed;
};

static void scene_set(struct scene *sc, struct session *s) {
	memset(sc, 0, sizeof *sc);
	screens_describe(&sc->view, &sc->a, s, fake_book());
	layout_make(&sc->layout, &sc->a, &sc->view, (struct glass){1280, 800, 59}, fake_measure(), 0, NO_TARGET,
	            NO_TARGET);
	sc->hand.on = NO_TARGET;
}

static struct rect box_of(const struct scene *sc, const char *id) {
	for (int i = 0; i < sc->layout.target_count; i++) {
		int c = sc->layout.targets[i].choice;
		if (c >= 0 && strcmp(sc->view.choices[c].id, id) == 0) {
			return sc->layout.targets[i].box;
		}
	}
	fail_msg("no target %s", id);
	return (struct rect){0};
}

static const char *touch(struct scene *sc, enum wire_phase phase, struct rect box, uint32_t ms) {
	struct wire_touch t = {(uint8_t)phase, 0, (int16_t)(box.x + box.w / 2), (int16_t)(box.y + box.h / 2), ms};
	int chosen = hand_touch(&sc->hand, &sc->view, &sc->layout, &t, &sc->pressed);
	return chosen >= 0 ? sc->view.choices[chosen].id : "";
}

static void a_choice_acts_when_the_finger_lifts_on_it(void **state) {
	(void)state;
	struct session s = begun();
	struct scene sc;
	scene_set(&sc, &s);
	struct rect safe = box_of(&sc, "safe"), numbers = box_of(&sc, "numbers");
	assert_string_equal(touch(&sc, WIRE_DOWN, safe, 1000), "");
	assert_true(sc.pressed >= 0);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 1100), "safe");
	/* Down on one, up on another; off and back. */
	assert_string_equal(touch(&sc, WIRE_DOWN, safe, 3000), "");
	assert_string_equal(touch(&sc, WIRE_UP, numbers, 3100), "");
	touch(&sc, WIRE_DOWN, safe, 4000);
	touch(&sc, WIRE_MOVE, numbers, 4050);
	assert_int_equal(sc.pressed, NO_TARGET);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 4100), "safe");
	arena_free(&sc.a);
}

static void a_second_tap_within_half_a_second_is_the_same_tap(void **state) {
	(void)state;
	struct session s = begun();
	struct scene sc;
	scene_set(&sc, &s);
	struct rect safe = box_of(&sc, "safe");
	touch(&sc, WIRE_DOWN, safe, 1000);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 1050), "safe");
	touch(&sc, WIRE_DOWN, safe, 1549);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 1600), "");
	touch(&sc, WIRE_DOWN, safe, 1550);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 1600), "safe");
	arena_free(&sc.a);
}

static void digits_may_follow_each_other_quickly(void **state) {
	(void)state;
	struct session s = begun();
	session_act(&s, act_id(DO_SERVICE, "line"), whole);
	session_act(&s, act(DO_LEARN), whole);
	struct scene sc;
	scene_set(&sc, &s);
	struct rect eight = box_of(&sc, "digit:8");
	for (uint32_t ms = 1000; ms < 1500; ms += 100) {
		touch(&sc, WIRE_DOWN, eight, ms);
		assert_string_equal(touch(&sc, WIRE_UP, eight, ms + 50), "digit:8");
	}
	arena_free(&sc.a);
}

static void a_palm_does_nothing(void **state) {
	(void)state;
	struct session s = begun();
	struct scene sc;
	scene_set(&sc, &s);
	struct rect safe = box_of(&sc, "safe");
	touch(&sc, WIRE_DOWN, safe, 1000);
	struct wire_touch second = {WIRE_DOWN, 1, 10, 10, 1010};
	hand_touch(&sc.hand, &sc.view, &sc.layout, &second, &sc.pressed);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 1100), "");
	touch(&sc, WIRE_DOWN, safe, 2000);
	touch(&sc, WIRE_LOST, safe, 2050);
	assert_string_equal(touch(&sc, WIRE_UP, safe, 2100), "");
	arena_free(&sc.a);
}

static void on_the_idle_board_a_touch_anywhere_begins_but_not_where_hide_was(void **state) {
	(void)state;
	struct wire_start start = {.version = WIRE_VERSION};
	struct session s = session_start(&start);
	struct scene sc;
	scene_set(&sc, &s);
	struct rect corner = {5, 5, 2, 2};
	touch(&sc, WIRE_DOWN, corner, 1000);
	assert_string_equal(touch(&sc, WIRE_UP, corner, 1100), "begin");
	struct rect hide = glass_hide((struct glass){1280, 800, 59});
	touch(&sc, WIRE_DOWN, hide, 3000);
	assert_string_equal(touch(&sc, WIRE_UP, hide, 3100), "");
	arena_free(&sc.a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_visit_begins_with_the_language),
	    cmocka_unit_test(next_turns_parts_then_pages_then_ends_at_the_list),
	    cmocka_unit_test(back_from_an_answer_leads_to_the_question),
	    cmocka_unit_test(a_long_walk_keeps_the_newest_places),
	    cmocka_unit_test(a_number_is_learnt_in_three_steps),
	    cmocka_unit_test(a_short_number_hides_no_more_than_it_has),
	    cmocka_unit_test(asking_staff_sends_once_and_back_leads_to_the_page),
	    cmocka_unit_test(a_choice_acts_when_the_finger_lifts_on_it),
	    cmocka_unit_test(a_second_tap_within_half_a_second_is_the_same_tap),
	    cmocka_unit_test(digits_may_follow_each_other_quickly),
	    cmocka_unit_test(a_palm_does_nothing),
	    cmocka_unit_test(on_the_idle_board_a_touch_anywhere_begins_but_not_where_hide_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
