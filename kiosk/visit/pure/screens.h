/* The screens: each describes what is there, in one function, from the session and the book. screens/NAME.c has one
 * screen or one family of them. They say nothing about places or pixels and change nothing. */
#ifndef ALCOVE_VISIT_SCREENS_H
#define ALCOVE_VISIT_SCREENS_H

#include "visit/pure/session.h"

/* What a screen is described from. */
struct stage {
	const struct session *session;
	struct book book;
	const char *lang;                 /* of the interface; the book's first language before one is chosen */
	const struct language *languages; /* to choose from: in staff mode, those that have all its words */
	int language_count;
	const struct language *every_language; /* that the book has */
	int every_language_count;
};

/* Describes the screen that the session is on (or "Still here?" over it). Everything lives in `a`. */
void screens_describe(struct view *v, struct arena *a, const struct session *s, struct book book);

/* Facts that session_act needs about what is on the screen now. */
struct around screens_around(struct arena *a, const struct session *s, struct book book, int parts);

/* One a screen. */
void screen_idle(struct view *v, const struct stage *st);
void screen_language(struct view *v, const struct stage *st);
void screen_home(struct view *v, const struct stage *st);
void screen_modules(struct view *v, const struct stage *st);
void screen_page(struct view *v, const struct stage *st);
void screen_numbers(struct view *v, const struct stage *st);
void screen_number(struct view *v, const struct stage *st);
void screen_learn(struct view *v, const struct stage *st);
void screen_talk_how(struct view *v, const struct stage *st);
void screen_talk_phrase(struct view *v, const struct stage *st);
void screen_talk_when(struct view *v, const struct stage *st);
void screen_talk_speak(struct view *v, const struct stage *st);
void screen_talk_check(struct view *v, const struct stage *st);
void screen_talk_status(struct view *v, const struct stage *st);
void screen_size(struct view *v, const struct stage *st);
void screen_about(struct view *v, const struct stage *st);
void screen_still(struct view *v, const struct stage *st);
void screen_staff_gate(struct view *v, const struct stage *st);
void screen_staff_home(struct view *v, const struct stage *st);
void screen_staff_packs(struct view *v, const struct stage *st);
void screen_staff_pack(struct view *v, const struct stage *st);
void screen_staff_restore(struct view *v, const struct stage *st);
void screen_staff_stick(struct view *v, const struct stage *st);
void screen_staff_offer(struct view *v, const struct stage *st);
void screen_staff_work(struct view *v, const struct stage *st);
void screen_staff_changes(struct view *v, const struct stage *st);
void screen_staff_result(struct view *v, const struct stage *st);
void screen_staff_calls(struct view *v, const struct stage *st);
void screen_staff_call(struct view *v, const struct stage *st);
void screen_staff_kiosk(struct view *v, const struct stage *st);
void screen_staff_line(struct view *v, const struct stage *st);
void screen_staff_touch(struct view *v, const struct stage *st);
void screen_staff_display(struct view *v, const struct stage *st);
void screen_staff_times(struct view *v, const struct stage *st);
void screen_staff_sound(struct view *v, const struct stage *st);
void screen_staff_place(struct view *v, const struct stage *st);
void screen_staff_pin(struct view *v, const struct stage *st);
void screen_staff_keeps(struct view *v, const struct stage *st);
void screen_staff_system(struct view *v, const struct stage *st);
void screen_staff_welcome(struct view *v, const struct stage *st);
void screen_staff_ready(struct view *v, const struct stage *st);

/* Shared by them. */
struct text stage_word(const struct view *v, const struct stage *st, enum word w);
struct text stage_fill(const struct view *v, const struct stage *st, enum word w, struct text argument);
struct text stage_number(const struct view *v, int number);
/* An ISO date in the words of the language; empty for anything that is no date. */
struct text stage_date(const struct view *v, const struct stage *st, const char *iso);
/* The services, without what staff have marked as wrong; a service may so be left without a number. Staff see all. */
int stage_services(struct arena *a, const struct stage *st, const struct service **out);
/* The module or service with this id, or one with an empty id when it is not there in this language. */
struct module stage_module(const struct view *v, const struct stage *st, const char *id);
struct service stage_service(struct arena *a, const struct stage *st, const char *id);
/* The number to show first: a voice line, else whatever there is; "" for none. */
const char *service_number(const struct service *s);
/* A heading with a quiet line under it (which goes first when room is short). */
void stage_title(struct view *v, const struct stage *st, enum word title, enum word lead);

/* Which of the usual things the bar has. */
enum bar { BAR_BACK = 1, BAR_HOME = 2, BAR_SIZE = 4, BAR_LANGUAGE = 8, BAR_TALK = 16 };
#define BAR_USUAL (BAR_BACK | BAR_HOME | BAR_SIZE | BAR_LANGUAGE | BAR_TALK)
void stage_bar(struct view *v, const struct stage *st, int what);
/* "Next", at the end of the bar. */
void stage_next(struct view *v, const struct stage *st, enum turning turning, enum word label);

#endif
