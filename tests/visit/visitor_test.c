/* The pure half through its one door: messages in, what is there and what is asked of the host out. */
#include "fake.h"

#include "visit/pure/visitor.h"

/* What came back for one message. */
struct heard {
	char screen[WIRE_ID];
	struct wire_choice choice[64];
	int choices;
	char text[4000];
	uint32_t asked[4]; /* kinds of requests */
	struct wire_talk talk;
	int asks;
};

static void hear(void *to, const struct wire_message *m) {
	struct heard *h = to;
	assert_true(wire_sane_from_visit(m, 1280, 800));
	switch (m->kind) {
	case WIRE_SCREEN:
		strcpy(h->screen, m->screen.name);
		break;
	case WIRE_CHOICE:
		h->choice[h->choices++] = m->choice;
		break;
	case WIRE_TEXT:
		strcat(h->text, m->text.says);
		strcat(h->text, m->text.more ? "" : "\n");
		break;
	default:
		h->asked[h->asks++] = m->kind;
		h->talk = m->talk;
	}
}

struct desk {
	struct visitor *visitor;
	struct heard heard;
	uint32_t ms;
};

static void give(struct desk *d, struct wire_message m) {
	memset(&d->heard, 0, sizeof d->heard);
	visitor_take(d->visitor, &m, hear, &d->heard);
}

static const char *screen(struct desk *d) {
	give(d, (struct wire_message){.kind = WIRE_ASK});
	return d->heard.screen;
}

static void touch(struct desk *d, enum wire_phase phase, int x, int y) {
	struct wire_message m = {.kind = WIRE_TOUCH};
	m.touch = (struct wire_touch){(uint8_t)phase, 0, (int16_t)x, (int16_t)y, d->ms};
	give(d, m);
}

static struct wire_choice find(struct desk *d, const char *id) {
	give(d, (struct wire_message){.kind = WIRE_ASK});
	for (int i = 0; i < d->heard.choices; i++) {
		if (strcmp(d->heard.choice[i].id, id) == 0) {
			return d->heard.choice[i];
		}
	}
	fail_msg("no choice %s on %s", id, d->heard.screen);
	return (struct wire_choice){0};
}

/* Is it on the screen that the visit told of last? */
static bool offers(const struct desk *d, const char *id) {
	for (int i = 0; i < d->heard.choices; i++) {
		if (strcmp(d->heard.choice[i].id, id) == 0) {
			return true;
		}
	}
	return false;
}

static void tap(struct desk *d, const char *id) {
	struct wire_choice c = find(d, id);
	d->ms += 1000;
	touch(d, WIRE_DOWN, c.x + c.w / 2, c.y + c.h / 2);
	touch(d, WIRE_UP, c.x + c.w / 2, c.y + c.h / 2);
}

static int set_up(void **state) {
	static struct desk d;
	struct wire_start start = {
	    .version = WIRE_VERSION, .w = 1280, .h = 800, .px_per_cm = 59, .bell = 1, .idle_s = 150};
	start.answer_s = 25;
	d = (struct desk){.visitor = visitor_new(&start, fake_book(), fake_measure())};
	*state = &d;
	return 0;
}

static int tear_down(void **state) {
	visitor_free(((struct desk *)*state)->visitor);
	return 0;
}

static void warn(struct desk *d) {
	give(d, (struct wire_message){.kind = WIRE_WARN, .warn = {20000, 30000}});
}

static void any_touch_answers_still_here_as_it_comes_down(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "safe");
	warn(d);
	assert_string_equal(screen(d), "still-here");
	struct wire_choice next = find(d, "stay");
	d->ms += 1000;
	touch(d, WIRE_DOWN, 5, 500);
	assert_string_equal(screen(d), "modules");
	/* The rest of that touch does nothing to what is below it. */
	touch(d, WIRE_UP, next.x, next.y);
	assert_string_equal(screen(d), "modules");
}

static void a_finger_that_comes_down_on_a_hidden_card_does_not_open_it(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "safe");
	struct wire_choice card = find(d, "module:plan");
	warn(d);
	d->ms += 1000;
	touch(d, WIRE_DOWN, card.x + 5, card.y + 5);
	touch(d, WIRE_UP, card.x + 5, card.y + 5);
	assert_string_equal(screen(d), "modules");
}

static void clear_it_now_asks_the_host_to_end(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	warn(d);
	tap(d, "clear-now");
	assert_int_equal(d->heard.asks, 1);
	assert_int_equal(d->heard.asked[0], WIRE_END);
}

static void any_key_answers_still_here(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	warn(d);
	give(d, (struct wire_message){.kind = WIRE_KEY, .key = {WIRE_BACK, 0}});
	assert_string_equal(screen(d), "language");
}

static void keys_walk_every_choice_and_choose(void **state) {
	struct desk *d = *state;
	const struct wire_message next = {.kind = WIRE_KEY, .key = {WIRE_NEXT, 0}};
	give(d, next);
	give(d, (struct wire_message){.kind = WIRE_KEY, .key = {WIRE_CHOOSE, 0}});
	assert_string_equal(screen(d), "language");
	int choices = d->heard.choices;
	char seen[1000] = "";
	for (int i = 0; i < choices; i++) {
		give(d, next);
		give(d, (struct wire_message){.kind = WIRE_ASK});
		for (int k = 0; k < d->heard.choices; k++) {
			if (d->heard.choice[k].focused) {
				assert_null(strstr(seen, d->heard.choice[k].id));
				strcat(strcat(seen, d->heard.choice[k].id), " ");
			}
		}
	}
	/* All of them, the first drawn first, Hide last. */
	assert_non_null(strstr(seen, "lang:en"));
	assert_non_null(strstr(seen, "hide"));
	assert_string_equal(d->heard.choice[choices - 1].id, "hide");
}

static void a_request_carries_only_what_was_chosen(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "talk");
	tap(d, "how:other");
	tap(d, "phrase:laundry");
	tap(d, "when:soon");
	tap(d, "speak:ar");
	tap(d, "send");
	assert_int_equal(d->heard.asks, 1);
	assert_int_equal(d->heard.asked[0], WIRE_TALK);
	struct wire_talk expected = {.how = WIRE_HOW_OTHER, .when = WIRE_WHEN_SOON, .language = "ar"};
	strcpy(expected.phrase, "Your laundry is ready.");
	assert_memory_equal(&d->heard.talk, &expected, sizeof expected);
}

/* How often the mark of a language that nobody has checked stands in a box. */
static int marks_in(const struct desk *d, struct rect box) {
	const struct draw_list *draws = visitor_draws(d->visitor);
	int marks = 0;
	for (int i = 0; i < draws->count; i++) {
		const struct draw *p = &draws->items[i];
		bool inside = p->box.x >= box.x && p->box.y >= box.y && p->box.x + p->box.w <= box.x + box.w &&
		              p->box.y + p->box.h <= box.y + box.h;
		marks += p->kind == DRAW_PICTURE && strcmp(p->picture, "icon:unchecked") == 0 && inside;
	}
	return marks;
}

static struct rect box_of(struct wire_choice c) {
	return (struct rect){c.x, c.y, c.w, c.h};
}

static void a_language_that_nobody_checked_has_a_mark(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	for (int round = 0; round < 2; round++) {
		/* English is not checked, Arabic is. One mark more belongs to the line that says what it means. */
		struct wire_choice english = find(d, "lang:en"), arabic = find(d, "lang:ar");
		assert_int_equal(marks_in(d, box_of(english)), 1);
		assert_string_equal(english.says, "English - Not checked by a speaker yet");
		assert_int_equal(marks_in(d, box_of(arabic)), 0);
		assert_string_equal(arabic.says, "Arabic");
		assert_int_equal(marks_in(d, (struct rect){0, 0, 1280, 800}), 2);
		assert_non_null(strstr(d->heard.text, "Not checked by a speaker yet"));
		tap(d, "lang:ar");
		tap(d, "language");
	}
	/* About says what it is that was not checked, in that language alone. */
	tap(d, "home");
	tap(d, "about");
	assert_string_equal(screen(d), "about");
	while (offers(d, "next")) {
		tap(d, "next");
		screen(d);
	}
	assert_null(strstr(d->heard.text, "not checked"));
}

static void a_number_says_what_is_known_of_it(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "numbers");
	tap(d, "number:line");
	screen(d);
	/* Beside the number what is known, and nothing of what is not. */
	assert_non_null(strstr(d->heard.text, "Languages: English and more"));
	assert_null(strstr(d->heard.text, "When you can call"));
	while (strstr(d->heard.text, "Compared with its source on November 20, 2026. Nobody has called") == NULL) {
		assert_true(offers(d, "next"));
		tap(d, "next");
		screen(d);
	}
	tap(d, "back");
	tap(d, "name");
	screen(d);
	assert_null(strstr(d->heard.text, "November"));
	assert_null(strstr(d->heard.text, "Languages: "));
}

static void staff_get_the_phrase_in_a_language_they_read(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:ar");
	tap(d, "talk");
	tap(d, "how:other");
	tap(d, "phrase:laundry");
	tap(d, "when:now");
	tap(d, "speak:ar");
	tap(d, "send");
	assert_string_equal(d->heard.talk.phrase, "Your laundry is ready.");
	assert_string_equal(d->heard.talk.phrase_staff, "Your laundry is ready, in English.");
}

static void the_status_says_what_happened_and_no_more(void **state) {
	struct desk *d = *state;
	static const char *const says[] = {[WIRE_BELL_SENDING] = "It is not there yet",
	                                   [WIRE_BELL_SENT] = "Nobody has answered it yet",
	                                   [WIRE_BELL_SEEN] = "Staff have seen it",
	                                   [WIRE_BELL_CLOSED] = "Staff have finished",
	                                   [WIRE_BELL_UNREACHABLE] = "Staff cannot be reached",
	                                   [WIRE_BELL_AGAIN] = "asked once more",
	                                   [WIRE_BELL_CUT] = "Staff may not see your request now",
	                                   [WIRE_BELL_EXPIRED] = "it was taken back",
	                                   [WIRE_BELL_FULL] = "Your request was not sent"};
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "talk");
	tap(d, "how:come");
	tap(d, "when:now");
	tap(d, "speak:en");
	tap(d, "send");
	for (uint32_t bell = WIRE_BELL_SENDING; bell <= WIRE_BELL_LAST; bell++) {
		give(d, (struct wire_message){.kind = WIRE_BELL, .bell = bell});
		give(d, (struct wire_message){.kind = WIRE_ASK});
		for (uint32_t other = WIRE_BELL_SENDING; other <= WIRE_BELL_LAST; other++) {
			bool there = strstr(d->heard.text, says[other]) != NULL;
			assert_int_equal(there, other == bell);
		}
		/* It can be taken back while it stands; where staff may not come, there are the numbers to call. */
		bool over = bell == WIRE_BELL_CLOSED || bell == WIRE_BELL_UNREACHABLE || bell == WIRE_BELL_EXPIRED ||
		            bell == WIRE_BELL_FULL;
		bool alone = (over && bell != WIRE_BELL_CLOSED) || bell == WIRE_BELL_CUT;
		assert_int_equal(offers(d, "cancel"), !over);
		assert_int_equal(offers(d, "try-again"), over && bell != WIRE_BELL_CLOSED);
		assert_int_equal(offers(d, "numbers"), alone);
	}
}

static void about_says_how_long_this_screen_waits(void **state) {
	struct desk *d = *state;
	tap(d, "begin");
	tap(d, "lang:en");
	tap(d, "about");
	give(d, (struct wire_message){.kind = WIRE_ASK});
	assert_non_null(strstr(d->heard.text, "150 seconds"));
	assert_non_null(strstr(d->heard.text, "25 seconds"));
}

static void the_same_messages_give_the_same_list(void **state) {
	struct desk *d = *state;
	struct desk other = {0};
	struct wire_start start = {.version = WIRE_VERSION, .w = 1280, .h = 800, .px_per_cm = 59, .bell = 1};
	other.visitor = visitor_new(&start, fake_book(), fake_measure());
	static const char *const way[] = {"begin", "lang:ar", "numbers", "number:line", "learn"};
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		tap(d, way[i]);
		tap(&other, way[i]);
		const struct draw_list *a = visitor_draws(d->visitor), *b = visitor_draws(other.visitor);
		assert_int_equal(a->count, b->count);
		for (int k = 0; k < a->count; k++) {
			assert_memory_equal(&a->items[k].box, &b->items[k].box, sizeof a->items[k].box);
			assert_int_equal(a->items[k].colour, b->items[k].colour);
		}
	}
	visitor_free(other.visitor);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(any_touch_answers_still_here_as_it_comes_down),
	    TEST(a_finger_that_comes_down_on_a_hidden_card_does_not_open_it),
	    TEST(clear_it_now_asks_the_host_to_end),
	    TEST(any_key_answers_still_here),
	    TEST(keys_walk_every_choice_and_choose),
	    TEST(a_request_carries_only_what_was_chosen),
	    TEST(a_language_that_nobody_checked_has_a_mark),
	    TEST(a_number_says_what_is_known_of_it),
	    TEST(staff_get_the_phrase_in_a_language_they_read),
	    TEST(the_status_says_what_happened_and_no_more),
	    TEST(about_says_how_long_this_screen_waits),
	    TEST(the_same_messages_give_the_same_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
