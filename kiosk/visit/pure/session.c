#include "visit/pure/session.h"

#include "visit/pure/duty.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct session session_start(const struct wire_start *start) {
	struct session s = {
	    .at = {.screen = SCREEN_IDLE},
	    .size = 2,
	    .audience = start->audience == WIRE_STAFF ? WIRE_STAFF : WIRE_CLIENT,
	    .line = start->bell != 0,
	    .idle_s = start->idle_s,
	    .answer_s = start->answer_s,
	};
	snprintf(s.language, sizeof s.language, "%s", start->language);
	memcpy(s.hidden, start->hidden, sizeof s.hidden);
	if (s.audience == WIRE_STAFF) {
		s.at.screen = SCREEN_STAFF_GATE;
	} else if (s.language[0] != '\0') {
		s.at.screen = SCREEN_HOME;
	}
	return s;
}

bool session_has_back(const struct session *s) {
	return s->trail_count > 0;
}

/* --- moving about ----------------------------------------------------------------------------------------------- */

static void trail_push(struct session *s) {
	if (s->trail_count == TRAIL) {
		memmove(s->trail, s->trail + 1, (TRAIL - 1) * sizeof s->trail[0]);
		s->trail_count--;
	}
	s->trail[s->trail_count++] = s->at;
}

static void go(struct session *s, struct place to) {
	trail_push(s);
	s->at = to;
}

static bool request_open(const struct session *s) {
	bool over = s->bell == WIRE_BELL_CLOSED || s->bell == WIRE_BELL_UNREACHABLE || s->bell == WIRE_BELL_EXPIRED ||
	            s->bell == WIRE_BELL_FULL;
	return s->asked && !s->cancelled && !over;
}

static void go_screen(struct session *s, enum screen screen) {
	/* A request that is under way has one screen: its status. */
	if (screen == SCREEN_TALK_HOW && request_open(s)) {
		screen = SCREEN_TALK_STATUS;
	}
	/* A page for staff may point where a client's does. */
	if (s->audience == WIRE_STAFF && screen == SCREEN_NUMBERS) {
		screen = SCREEN_STAFF_CALLS;
	} else if (s->audience == WIRE_STAFF && screen == SCREEN_TALK_HOW) {
		return;
	}
	if (screen != s->at.screen) {
		go(s, (struct place){.screen = screen});
	}
}

static enum screen home_of(const struct session *s) {
	if (s->duty != NULL && s->duty->guided) {
		return duty_guide(s->duty);
	}
	if (s->audience == WIRE_STAFF) {
		bool open = s->duty != NULL && s->duty->gate.gate == WIRE_GATE_OPEN;
		return open ? SCREEN_STAFF_HOME : SCREEN_STAFF_GATE;
	}
	return s->language[0] != '\0' ? SCREEN_HOME : SCREEN_LANGUAGE;
}

static void go_home(struct session *s) {
	s->trail_count = 0;
	s->at = (struct place){.screen = home_of(s)};
}

static void go_back(struct session *s) {
	if (s->trail_count == 0) {
		go_home(s);
		return;
	}
	s->at = s->trail[--s->trail_count];
}

void session_go(struct session *s, struct place to) {
	go(s, to);
}

void session_back(struct session *s) {
	go_back(s);
}

static void go_page(struct session *s, const char *module, int page) {
	struct place to = {.screen = SCREEN_PAGE, .page = page};
	snprintf(to.module, sizeof to.module, "%s", module);
	go(s, to);
}

static void go_next(struct session *s, struct around around) {
	if (s->at.part + 1 < around.parts) {
		trail_push(s);
		s->at.part++;
	} else if (s->at.screen == SCREEN_PAGE && s->at.page < around.pages) {
		char module[WIRE_ID];
		memcpy(module, s->at.module, sizeof module);
		go_page(s, module, s->at.page + 1);
	} else if (s->at.screen == SCREEN_PAGE) {
		/* Behind the last page: the list again, and Back leads home from there. */
		go_home(s);
		go(s, (struct place){.screen = SCREEN_MODULES});
	} else if (s->at.screen == SCREEN_STAFF_CALL && s->at.page < around.calls) {
		go(s, (struct place){.screen = SCREEN_STAFF_CALL, .page = s->at.page + 1, .all = s->at.all});
	} else if (s->at.screen == SCREEN_STAFF_CALL) {
		go_home(s);
		go(s, (struct place){.screen = SCREEN_STAFF_CALLS});
	}
}

static void go_service(struct session *s, const char *id) {
	struct place to = {.screen = SCREEN_NUMBER};
	snprintf(to.service, sizeof to.service, "%s", id);
	s->name_hidden = false;
	go(s, to);
}

static void set_language(struct session *s, const char *code) {
	bool first = s->language[0] == '\0' && s->audience == WIRE_CLIENT;
	snprintf(s->language, sizeof s->language, "%.15s", code);
	if (first || s->trail_count == 0) {
		go_home(s);
	} else {
		go_back(s);
		/* A module may not exist in the new language, and parts differ: begin its page again. */
		s->at.part = 0;
	}
}

/* --- learning a number by heart --------------------------------------------------------------------------------- */

int learn_digits(const char *number) {
	int n = 0;
	for (; *number != '\0'; number++) {
		n += isdigit((unsigned char)*number) != 0;
	}
	return n;
}

int learn_hidden(const char *number, int step) {
	int all = learn_digits(number);
	int some = step <= 0 ? 4 : step == 1 ? 7 : all;
	return some < all ? some : all;
}

bool session_hides(const struct session *s, const char *number) {
	char digits[WIRE_DIGITS] = "";
	size_t n = 0;
	for (; *number != '\0' && n + 1 < sizeof digits; number++) {
		if (isdigit((unsigned char)*number)) {
			digits[n++] = *number;
		}
	}
	for (int i = 0; i < WIRE_HIDDEN && n > 0 && s->hidden[i][0] != '\0'; i++) {
		if (strcmp(s->hidden[i], digits) == 0) {
			return true;
		}
	}
	return false;
}

static char digit_at(const char *number, int index) {
	for (; *number != '\0'; number++) {
		if (isdigit((unsigned char)*number) && index-- == 0) {
			return *number;
		}
	}
	return '\0';
}

static void learn_begin(struct session *s) {
	s->learn = (struct learn){0};
	struct place to = {.screen = SCREEN_LEARN};
	memcpy(to.service, s->at.service, sizeof to.service);
	go(s, to);
}

static void learn_type(struct session *s, int digit, const char *number) {
	struct learn *l = &s->learn;
	if (number == NULL || l->step > 2) {
		return;
	}
	int hidden = learn_hidden(number, l->step);
	char want = digit_at(number, learn_digits(number) - hidden + l->typed_count);
	l->shown = false;
	l->wrong = want != '0' + digit;
	if (l->wrong) {
		return;
	}
	l->typed[l->typed_count++] = want;
	if (l->typed_count == hidden || l->typed_count + 1 == (int)sizeof l->typed) {
		*l = (struct learn){.step = l->step + 1};
	}
}

static void learn_erase(struct session *s) {
	if (s->learn.typed_count > 0) {
		s->learn.typed[--s->learn.typed_count] = '\0';
	}
	s->learn.wrong = false;
}

/* --- asking staff ----------------------------------------------------------------------------------------------- */

static void talk_how(struct session *s, enum wire_how how) {
	s->talk.how = how;
	s->talk.phrase[0] = '\0';
	go(s, (struct place){.screen = how == WIRE_HOW_OTHER ? SCREEN_TALK_PHRASE : SCREEN_TALK_WHEN});
}

static enum effect talk_send(struct session *s) {
	s->asked = true;
	s->cancelled = false;
	s->bell = WIRE_BELL_SENDING;
	/* Back from the status leads to where the person was before they asked, not into the questions again. */
	while (s->trail_count > 0 && s->at.screen >= SCREEN_TALK_HOW && s->at.screen <= SCREEN_TALK_STATUS) {
		s->at = s->trail[--s->trail_count];
	}
	go(s, (struct place){.screen = SCREEN_TALK_STATUS});
	return EFFECT_TALK;
}

static enum effect talk_cancel(struct session *s) {
	if (!s->asked || s->cancelled) {
		return EFFECT_NONE;
	}
	s->cancelled = true;
	return EFFECT_CANCEL;
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static enum effect act_talk(struct session *s, struct action a) {
	switch ((int)a.verb) {
	case DO_HOW:
		talk_how(s, (enum wire_how)a.number);
		return EFFECT_NONE;
	case DO_PHRASE:
		snprintf(s->talk.phrase, sizeof s->talk.phrase, "%s", a.id);
		go(s, (struct place){.screen = SCREEN_TALK_WHEN});
		return EFFECT_NONE;
	case DO_WHEN:
		s->talk.when = (enum wire_when)a.number;
		go(s, (struct place){.screen = SCREEN_TALK_SPEAK});
		return EFFECT_NONE;
	case DO_SPEAK:
		snprintf(s->talk.language, sizeof s->talk.language, "%.15s", a.id);
		go(s, (struct place){.screen = SCREEN_TALK_CHECK});
		return EFFECT_NONE;
	case DO_SEND:
		return talk_send(s);
	case DO_CANCEL:
		return talk_cancel(s);
	default:
		return EFFECT_NONE;
	}
}

static void act_learn(struct session *s, struct action a, struct around around) {
	switch ((int)a.verb) {
	case DO_LEARN:
		learn_begin(s);
		break;
	case DO_DIGIT:
		learn_type(s, a.number, around.number);
		break;
	case DO_ERASE:
		learn_erase(s);
		break;
	case DO_REVEAL:
		s->learn.shown = !s->learn.shown;
		s->learn.wrong = false;
		break;
	case DO_AGAIN:
		s->learn = (struct learn){0};
		break;
	default:
		break;
	}
}

enum effect session_act(struct session *s, struct action a, struct around around) {
	switch ((int)a.verb) {
	case DO_NOTHING:
	case DO_HIDE:
		break;
	case DO_BEGIN:
		go_home(s);
		break;
	case DO_BACK:
		go_back(s);
		break;
	case DO_HOME:
		go_home(s);
		break;
	case DO_NEXT:
		go_next(s, around);
		break;
	case DO_GO:
		go_screen(s, (enum screen)a.number);
		break;
	case DO_LANGUAGE:
		set_language(s, a.id);
		break;
	case DO_MODULE:
		go_page(s, a.id, 1);
		break;
	case DO_PAGE: {
		char module[WIRE_ID];
		memcpy(module, s->at.module, sizeof module);
		go_page(s, module, a.number);
		break;
	}
	case DO_SERVICE:
		go_service(s, a.id);
		break;
	case DO_NAME:
		s->name_hidden = !s->name_hidden;
		break;
	case DO_SIZE:
		s->size = a.number;
		break;
	case DO_THEME:
		s->theme = (enum theme)a.number;
		break;
	case DO_LEARN:
	case DO_DIGIT:
	case DO_ERASE:
	case DO_REVEAL:
	case DO_AGAIN:
		act_learn(s, a, around);
		break;
	case DO_HOW:
	case DO_PHRASE:
	case DO_WHEN:
	case DO_SPEAK:
	case DO_SEND:
	case DO_CANCEL:
		return act_talk(s, a);
	case DO_STAY:
		s->warn_total = 0;
		break;
	case DO_END:
		return EFFECT_END;
	default:
		return duty_act(s, a, around);
	}
	return EFFECT_NONE;
}
