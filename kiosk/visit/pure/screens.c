#include "visit/pure/screens.h"

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

struct service stage_service(struct arena *a, const struct stage *st, const char *id) {
	const struct service *list = NULL;
	int count = st->book.services(st->book.self, a, st->lang, &list);
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
	if (what & BAR_TALK) {
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
};

static struct stage stage_set(struct arena *a, const struct session *s, struct book book) {
	struct stage st = {.session = s, .book = book, .lang = s->language};
	st.language_count = book.languages(book.self, a, &st.languages);
	if (s->language[0] == '\0') {
		st.lang = st.language_count > 0 ? st.languages[0].code : "";
	}
	return st;
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
	view_start(v, a, still ? "still-here" : screens[s->at.screen].name);
	v->rtl = language_rtl(&st);
	v->theme = s->theme;
	v->size = s->size;
	if (s->at.screen != SCREEN_IDLE || still) {
		v->hide = stage_word(v, &st, W_HIDE);
	}
	(still ? screen_still : screens[s->at.screen].describe)(v, &st);
}

struct around screens_around(struct arena *a, const struct session *s, struct book book, int parts) {
	struct stage st = stage_set(a, s, book);
	struct around around = {.parts = parts, .number = ""};
	struct view v = {.arena = a};
	if (s->at.screen == SCREEN_PAGE) {
		around.pages = stage_module(&v, &st, s->at.module).pages;
	}
	if (s->at.screen == SCREEN_LEARN) {
		struct service service = stage_service(a, &st, s->at.service);
		around.number = arena_print(a, "%s", service_number(&service));
	}
	return around;
}
