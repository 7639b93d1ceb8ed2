#include "visit/pure/screens.h"

#include "visit/pure/screens_staff.h"

#include <string.h>

/* --- shared ------------------------------------------------------------------------------------------------------ */

struct text stage_word(const struct view *v, const struct stage *st, enum word w) {
	return st->book.word(st->book.self, v->arena, st->lang, w);
}

struct text stage_fill(const struct view *v, const struct stage *st, enum word w, struct text argument) {
	return text_fill(v->arena, stage_word(v, st, w), &argument, 1);
}

struct text stage_number(const struct view *v, int number) {
	return text_plain(v->arena, arena_print(v->arena, "%d", number));
}

/* Two digits or four as a number; -1 for anything else. */
static int date_part(const char *digits, int count) {
	int n = 0;
	for (int i = 0; i < count; i++) {
		if (digits[i] < '0' || digits[i] > '9') {
			return -1;
		}
		n = n * 10 + digits[i] - '0';
	}
	return n;
}

struct text stage_date(const struct view *v, const struct stage *st, const char *iso) {
	bool shaped = strlen(iso) == 10 && iso[4] == '-' && iso[7] == '-';
	int year = shaped ? date_part(iso, 4) : -1;
	int month = shaped ? date_part(iso + 5, 2) : -1;
	int day = shaped ? date_part(iso + 8, 2) : -1;
	if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
		return (struct text){.utf8 = ""};
	}
	struct text parts[3] = {stage_number(v, day), stage_word(v, st, (enum word)(W_MONTH_1 + month - 1)),
	                        stage_number(v, year)};
	return text_fill(v->arena, stage_word(v, st, W_DATE), parts, 3);
}

struct module stage_module(const struct view *v, const struct stage *st, const char *id) {
	struct module m = {.id = ""};
	if (!st->book.module(st->book.self, v->arena, st->lang, id, &m)) {
		m = (struct module){.id = ""};
	}
	return m;
}

/* The service's phones without those that are hidden. */
static void leave_out_hidden(struct arena *a, const struct session *s, struct service *service) {
	struct phone *seen = arena_array(a, (size_t)service->phone_count + 1, sizeof *seen);
	int count = 0;
	for (int i = 0; i < service->phone_count; i++) {
		if (!session_hides(s, service->phones[i].number)) {
			seen[count++] = service->phones[i];
		}
	}
	service->phones = seen;
	service->phone_count = count;
}

int stage_services(struct arena *a, const struct stage *st, const struct service **out) {
	const struct service *list = NULL;
	int count = st->book.services(st->book.self, a, st->lang, &list);
	*out = list;
	if (st->session->audience == WIRE_STAFF || st->session->hidden[0][0] == '\0') {
		return count;
	}
	struct service *mine = arena_array(a, (size_t)count + 1, sizeof *mine);
	for (int i = 0; i < count; i++) {
		mine[i] = list[i];
		leave_out_hidden(a, st->session, &mine[i]);
	}
	*out = mine;
	return count;
}

struct service stage_service(struct arena *a, const struct stage *st, const char *id) {
	const struct service *list = NULL;
	int count = stage_services(a, st, &list);
	for (int i = 0; i < count; i++) {
		if (strcmp(list[i].id, id) == 0) {
			return list[i];
		}
	}
	return (struct service){.id = ""};
}

const char *service_number(const struct service *s) {
	for (int i = 0; i < s->phone_count; i++) {
		if (strcmp(s->phones[i].type, "voice") == 0) {
			return s->phones[i].number;
		}
	}
	return s->phone_count > 0 ? s->phones[0].number : "";
}

void stage_title(struct view *v, const struct stage *st, enum word title, enum word lead) {
	view_add(v, NODE_HEADING, stage_word(v, st, title));
	if (lead != W_COUNT) {
		view_add(v, NODE_LEAD, stage_word(v, st, lead))->optional = true;
	}
}

static void bar_item(struct view *v, const struct stage *st, bool end, const char *id, const char *icon, enum word w,
                     enum word spoken, struct action action) {
	view_bar(v, end, icon, stage_word(v, st, w), view_choice(v, id, stage_word(v, st, spoken), action));
}

void stage_bar(struct view *v, const struct stage *st, int what) {
	if (what & BAR_BACK) {
		bar_item(v, st, false, "back", "back", W_BACK, W_BACK, act(DO_BACK));
	}
	if (what & BAR_HOME) {
		bar_item(v, st, false, "home", "home", W_HOME, W_HOME, act(DO_HOME));
	}
	if (what & BAR_SIZE) {
		int choice = view_choice(v, "size", stage_word(v, st, W_SIZE), act_number(DO_GO, SCREEN_SIZE));
		view_bar(v, true, "", text_plain(v->arena, "Aa"), choice);
	}
	if (what & BAR_LANGUAGE) {
		bar_item(v, st, true, "language", "language", W_LANGUAGE, W_LANGUAGE,
		         act_number(DO_GO, SCREEN_LANGUAGE));
	}
	if ((what & BAR_TALK) != 0 && st->session->audience == WIRE_CLIENT) {
		bar_item(v, st, true, "talk", "talk", W_STAFF, W_TALK, act_number(DO_GO, SCREEN_TALK_HOW));
	}
}

void stage_next(struct view *v, const struct stage *st, enum turning turning, enum word label) {
	v->turning = turning;
	v->next = (struct node){.kind = NODE_BUTTON, .emphasis = STRONG, .text = stage_word(v, st, label)};
	strcpy(v->next.icon, "next");
	v->next.choice = view_choice(v, "next", v->next.text, act(DO_NEXT));
}

/* --- which screen ------------------------------------------------------------------------------------------------ */

typedef void describe(struct view *v, const struct stage *st);

static const struct {
	const char *name;
	describe *describe;
} screens[SCREEN_COUNT] = {
    [SCREEN_IDLE] = {"idle", screen_idle},
    [SCREEN_LANGUAGE] = {"language", screen_language},
    [SCREEN_HOME] = {"home", screen_home},
    [SCREEN_MODULES] = {"modules", screen_modules},
    [SCREEN_PAGE] = {"page", screen_page},
    [SCREEN_NUMBERS] = {"numbers", screen_numbers},
    [SCREEN_NUMBER] = {"number", screen_number},
    [SCREEN_LEARN] = {"learn", screen_learn},
    [SCREEN_TALK_HOW] = {"talk-how", screen_talk_how},
    [SCREEN_TALK_PHRASE] = {"talk-phrase", screen_talk_phrase},
    [SCREEN_TALK_WHEN] = {"talk-when", screen_talk_when},
    [SCREEN_TALK_SPEAK] = {"talk-language", screen_talk_speak},
    [SCREEN_TALK_CHECK] = {"talk-check", screen_talk_check},
    [SCREEN_TALK_STATUS] = {"talk-status", screen_talk_status},
    [SCREEN_SIZE] = {"size", screen_size},
    [SCREEN_ABOUT] = {"about", screen_about},
    [SCREEN_STAFF_GATE] = {"staff-gate", screen_staff_gate},
    [SCREEN_STAFF_HOME] = {"staff-home", screen_staff_home},
    [SCREEN_STAFF_PACKS] = {"staff-packs", screen_staff_packs},
    [SCREEN_STAFF_PACK] = {"staff-pack", screen_staff_pack},
    [SCREEN_STAFF_RESTORE] = {"staff-restore", screen_staff_restore},
    [SCREEN_STAFF_STICK] = {"staff-stick", screen_staff_stick},
    [SCREEN_STAFF_OFFER] = {"staff-offer", screen_staff_offer},
    [SCREEN_STAFF_WORK] = {"staff-work", screen_staff_work},
    [SCREEN_STAFF_CHANGES] = {"staff-changes", screen_staff_changes},
    [SCREEN_STAFF_RESULT] = {"staff-result", screen_staff_result},
    [SCREEN_STAFF_CALLS] = {"staff-calls", screen_staff_calls},
    [SCREEN_STAFF_CALL] = {"staff-call", screen_staff_call},
    [SCREEN_STAFF_KIOSK] = {"staff-kiosk", screen_staff_kiosk},
    [SCREEN_STAFF_LINE] = {"staff-line", screen_staff_line},
    [SCREEN_STAFF_TOUCH] = {"staff-touch", screen_staff_touch},
    [SCREEN_STAFF_DISPLAY] = {"staff-display", screen_staff_display},
    [SCREEN_STAFF_TIMES] = {"staff-times", screen_staff_times},
    [SCREEN_STAFF_SOUND] = {"staff-sound", screen_staff_sound},
    [SCREEN_STAFF_PLACE] = {"staff-place", screen_staff_place},
    [SCREEN_STAFF_PIN] = {"staff-pin", screen_staff_pin},
    [SCREEN_STAFF_KEEPS] = {"staff-keeps", screen_staff_keeps},
    [SCREEN_STAFF_SYSTEM] = {"staff-system", screen_staff_system},
    [SCREEN_STAFF_WELCOME] = {"staff-welcome", screen_staff_welcome},
    [SCREEN_STAFF_READY] = {"staff-ready", screen_staff_ready},
};

static bool offers(const struct stage *st, const char *lang) {
	for (int i = 0; i < st->language_count; i++) {
		if (strcmp(st->languages[i].code, lang) == 0) {
			return true;
		}
	}
	return false;
}

/* Staff mode is offered in the languages that have its words; a visit in another one goes on in the first of them. */
static void keep_staff_languages(struct arena *a, struct stage *st) {
	struct language *mine = arena_array(a, (size_t)st->language_count + 1, sizeof *mine);
	int count = 0;
	for (int i = 0; i < st->language_count; i++) {
		if (st->languages[i].staff) {
			mine[count++] = st->languages[i];
		}
	}
	st->languages = mine;
	st->language_count = count;
	if (!offers(st, st->lang)) {
		st->lang = count > 0 ? mine[0].code : "";
	}
}

static struct stage stage_set(struct arena *a, const struct session *s, struct book book) {
	struct stage st = {.session = s, .book = book, .lang = s->language};
	st.language_count = book.languages(book.self, a, &st.languages);
	st.every_language = st.languages;
	st.every_language_count = st.language_count;
	if (s->language[0] == '\0') {
		st.lang = st.language_count > 0 ? st.languages[0].code : "";
	}
	if (s->duty != NULL) {
		keep_staff_languages(a, &st);
	}
	return st;
}

/* Before the gate is open there is the gate, and what size and language it has; or a first start, in which there is no gate
 * before somebody has chosen a PIN. */
static enum screen screen_of(const struct session *s) {
	bool closed = s->duty != NULL && s->duty->gate.gate != WIRE_GATE_OPEN && !s->duty->guided;
	bool aside = s->at.screen == SCREEN_SIZE || s->at.screen == SCREEN_LANGUAGE;
	return closed && !aside ? SCREEN_STAFF_GATE : s->at.screen;
}

static bool language_rtl(const struct stage *st) {
	for (int i = 0; i < st->language_count; i++) {
		if (strcmp(st->languages[i].code, st->lang) == 0) {
			return st->languages[i].rtl;
		}
	}
	return false;
}

void screens_describe(struct view *v, struct arena *a, const struct session *s, struct book book) {
	struct stage st = stage_set(a, s, book);
	bool still = s->warn_total > 0;
	enum screen screen = screen_of(s);
	view_start(v, a, still ? "still-here" : screens[screen].name);
	v->rtl = language_rtl(&st);
	v->theme = s->theme;
	v->size = s->size;
	if (s->at.screen != SCREEN_IDLE || still) {
		v->hide = stage_word(v, &st, s->duty != NULL ? W_STAFF_LEAVE : W_HIDE);
	}
	(still ? screen_still : screens[screen].describe)(v, &st);
}

struct around screens_around(struct arena *a, const struct session *s, struct book book, int parts) {
	struct stage st = stage_set(a, s, book);
	struct around around = {.parts = parts, .number = "", .pack = ""};
	struct view v = {.arena = a};
	if (s->at.screen == SCREEN_PAGE) {
		around.pages = stage_module(&v, &st, s->at.module).pages;
	}
	if (s->at.screen == SCREEN_LEARN) {
		struct service service = stage_service(a, &st, s->at.service);
		around.number = arena_print(a, "%s", service_number(&service));
	}
	if (s->at.screen == SCREEN_STAFF_CALL) {
		const struct call *calls = NULL;
		around.calls = stage_calls(a, &st, s->at.all != 0, &calls);
		if (s->at.page >= 1 && s->at.page <= around.calls) {
			const struct call *c = &calls[s->at.page - 1];
			around.number = c->digits;
			around.pack = c->service->pack;
			around.version = c->service->version;
		}
	}
	return around;
}
