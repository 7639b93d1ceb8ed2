#include "replay/play.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After a tap the visit ignores a second one for 500 ms (hand.h), and the keeper one after Hide for as long. */
enum { TAP_PAUSE_MS = 600, LISTEN_MS = 6000, LISTEN_STEP_MS = 50, DRAG_STEPS = 8, PALM_FINGERS = 5, UNTIL_MOST = 300 };

/* --- answers ---------------------------------------------------------------------------------------------------- */

static void put(struct answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct answer *a, const char *format, ...) {
	va_list args;
	va_start(args, format);
	char *more = NULL;
	int n = vasprintf(&more, format, args);
	va_end(args);
	char *grown = n < 0 ? NULL : realloc(a->text, a->len + (size_t)n + 1);
	if (grown == NULL) {
		abort(); /* as arenas do: nothing useful can be said without memory */
	}
	memcpy(grown + a->len, more, (size_t)n + 1);
	a->text = grown;
	a->len += (size_t)n;
	free(more);
}

void answer_free(struct answer *a) {
	free(a->text);
	*a = (struct answer){.one_line = a->one_line};
}

/* What comes from a visit has no control characters (wire_sane_from_visit), so two need care. */
static void put_json(struct answer *a, const char *s) {
	put(a, "\"");
	for (; *s != 0; s++) {
		put(a, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
	}
	put(a, "\"");
}

/* --- touching --------------------------------------------------------------------------------------------------- */

static const struct wire_choice *find_choice(const struct player *p, const char *id) {
	for (int i = 0; i < p->told.choice_count; i++) {
		if (strcmp(p->told.choices[i].id, id) == 0) {
			return &p->told.choices[i];
		}
	}
	return NULL;
}

static bool no_such_choice(const struct player *p, const char *id, struct fault *f) {
	char there[300] = "";
	for (int i = 0; i < p->told.choice_count; i++) {
		size_t used = strlen(there);
		snprintf(there + used, sizeof there - used, "%s%s", i > 0 ? ", " : "", p->told.choices[i].id);
	}
	return fault_say(f, "There is no choice \"%.60s\" on the screen \"%s\". There are: %s.", id,
	                 p->told.screen.name, there);
}

static bool down_and_up(struct player *p, int x, int y, struct fault *f) {
	return player_touch(p, WIRE_DOWN, 0, x, y, f) && player_touch(p, WIRE_UP, 0, x, y, f);
}

static bool play_tap(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	if (!player_wait(p, TAP_PAUSE_MS, f) || !player_ask(p, f)) {
		return false;
	}
	const struct wire_choice *c = find_choice(p, line->text);
	if (c == NULL) {
		return no_such_choice(p, line->text, f);
	}
	return down_and_up(p, c->x + c->w / 2, c->y + c->h / 2, f);
}

static bool play_touch(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return down_and_up(p, line->at[0], line->at[1], f);
}

static bool play_drag(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	const int *at = line->at;
	bool fine = player_touch(p, WIRE_DOWN, 0, at[0], at[1], f);
	for (int i = 1; i <= DRAG_STEPS && fine; i++) {
		int x = at[0] + (at[2] - at[0]) * i / DRAG_STEPS, y = at[1] + (at[3] - at[1]) * i / DRAG_STEPS;
		fine = player_touch(p, WIRE_MOVE, 0, x, y, f);
	}
	return fine && player_touch(p, WIRE_UP, 0, at[2], at[3], f);
}

static bool play_hold(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_touch(p, WIRE_DOWN, 0, line->at[0], line->at[1], f) && player_wait(p, line->ms, f) &&
	       player_touch(p, WIRE_UP, 0, line->at[0], line->at[1], f);
}

static bool play_stick_in(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_stick(p, line->text, true, f);
}

static bool play_stick_out(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_stick(p, line->text, false, f);
}

static bool play_palm(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	static const int spread[PALM_FINGERS][2] = {{0, 0}, {-40, 12}, {44, 8}, {84, 30}, {-70, 60}};
	bool fine = true;
	for (int i = 0; i < 2 * PALM_FINGERS && fine; i++) {
		int finger = i % PALM_FINGERS;
		fine = player_touch(p, i < PALM_FINGERS ? WIRE_DOWN : WIRE_UP, finger, line->at[0] + spread[finger][0],
		                    line->at[1] + spread[finger][1], f);
	}
	return fine;
}

static bool play_key(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_key(p, (enum wire_keycode)line->word, f);
}

static bool play_bell(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_bell(p, (enum wire_bell)line->word, f);
}

static bool play_wait(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return player_wait(p, line->ms, f);
}

/* --- looking ---------------------------------------------------------------------------------------------------- */

static void put_choices(struct answer *a, const struct told *t) {
	for (int i = 0; i < t->choice_count; i++) {
		const struct wire_choice *c = &t->choices[i];
		if (!a->one_line) {
			put(a, "%s%s\t%d\t%d\t%d\t%d\t%s", i > 0 ? "\n" : "", c->id, c->x, c->y, c->w, c->h, c->says);
			continue;
		}
		put(a, "%s{\"id\":\"%s\",\"x\":%d,\"y\":%d,\"w\":%d,\"h\":%d,\"says\":", i > 0 ? "," : "[", c->id, c->x,
		    c->y, c->w, c->h);
		put_json(a, c->says);
		put(a, ",\"focused\":%s,\"selected\":%s}", c->focused ? "true" : "false",
		    c->selected ? "true" : "false");
	}
	if (a->one_line) {
		put(a, t->choice_count > 0 ? "]" : "[]");
	}
}

static void put_texts(struct answer *a, const struct told *t) {
	for (int i = 0; i < t->text_count; i++) {
		if (a->one_line) {
			put(a, i > 0 ? "," : "[");
			put_json(a, t->texts[i]);
		} else {
			put(a, "%s%s", i > 0 ? "\n" : "", t->texts[i]);
		}
	}
	if (a->one_line) {
		put(a, t->text_count > 0 ? "]" : "[]");
	}
}

static bool play_choices(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line;
	bool fine = player_ask(p, f);
	put_choices(a, &p->told);
	return fine;
}

static bool play_texts(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line;
	bool fine = player_ask(p, f);
	put_texts(a, &p->told);
	return fine;
}

static bool play_look(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line;
	bool fine = player_ask(p, f), one_line = a->one_line;
	const struct wire_screen *s = &p->told.screen;
	a->one_line = true;
	put(a, "{\"screen\":\"%s\",\"part\":%d,\"parts\":%d,\"clipped\":%d,\"texts\":", s->name, s->part + 1, s->parts,
	    s->clipped);
	put_texts(a, &p->told);
	put(a, ",\"choices\":");
	put_choices(a, &p->told);
	put(a, "}");
	a->one_line = one_line;
	return fine;
}

static bool play_screen(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line;
	bool fine = player_ask(p, f);
	put(a, "%s", p->told.screen.name);
	return fine;
}

static bool play_parts(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line;
	bool fine = player_ask(p, f);
	const struct wire_screen *s = &p->told.screen;
	put(a, "%d/%d/%d", s->part + 1, s->parts, s->clipped);
	return fine;
}

static bool play_frame(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	put(a, "%s", line->text);
	return picture_save(player_picture(p), line->text, f);
}

static bool play_hash(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line, (void)f;
	put(a, "%016llx", (unsigned long long)picture_hash(player_picture(p)));
	return true;
}

/* --- expecting -------------------------------------------------------------------------------------------------- */

typedef bool holds(struct player *p, const char *what, struct fault *f);

/* With a broker what is expected may take a moment to come; without one it holds now or never. */
static bool expect(struct player *p, holds *check, const char *what, struct fault *f) {
	int rounds = p->bell != NULL ? LISTEN_MS / LISTEN_STEP_MS : 0;
	while (player_ask(p, f)) {
		if (check(p, what, f)) {
			return true;
		}
		if (rounds-- == 0 || !player_listen(p, LISTEN_STEP_MS, f)) {
			return false;
		}
	}
	return false;
}

static bool on_screen(struct player *p, const char *what, struct fault *f) {
	return strcmp(p->told.screen.name, what) == 0 ||
	       fault_say(f, "The screen is \"%s\", not \"%.60s\".", p->told.screen.name, what);
}

static bool has_choice(struct player *p, const char *what, struct fault *f) {
	return find_choice(p, what) != NULL || no_such_choice(p, what, f);
}

static bool has_no_choice(struct player *p, const char *what, struct fault *f) {
	return find_choice(p, what) == NULL ||
	       fault_say(f, "There is a choice \"%.60s\" on the screen \"%s\".", what, p->told.screen.name);
}

/* Bytes of the white space that `s` begins with, 0 for none. Those that do not break a line count too. */
static size_t space_length(const char *s) {
	static const char *const wide[] = {"\u00a0", "\u2002", "\u2003", "\u2007",
	                                   "\u2009", "\u200a", "\u202f", "\u3000"};
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		if (strncmp(s, wide[i], strlen(wide[i])) == 0) {
			return strlen(wide[i]);
		}
	}
	return isspace((unsigned char)*s) ? 1 : 0;
}

/* White space of any kind and length becomes one space. */
static char *folded(struct arena *a, const char *s) {
	char *out = arena_copy(a, s, strlen(s)), *to = out;
	while (*s != 0) {
		size_t space = space_length(s);
		if (space == 0) {
			*to++ = *s++;
		} else {
			if (to > out && to[-1] != ' ') {
				*to++ = ' ';
			}
			s += space;
		}
	}
	*to = 0;
	return out;
}

/* All that the screen says: what there is to read, then what the choices are called. */
static char *all_words(struct player *p) {
	struct answer all = {0};
	for (int i = 0; i < p->told.text_count; i++) {
		put(&all, "%s ", p->told.texts[i]);
	}
	for (int i = 0; i < p->told.choice_count; i++) {
		put(&all, "%s ", p->told.choices[i].says);
	}
	char *words = folded(&p->told.arena, all.text != NULL ? all.text : "");
	answer_free(&all);
	return words;
}

static bool has_text(struct player *p, const char *what, struct fault *f) {
	const char *all = all_words(p);
	return strstr(all, folded(&p->told.arena, what)) != NULL ||
	       fault_say(f, "The screen \"%s\" does not say \"%.80s\". It says \"%.280s\".", p->told.screen.name, what,
	                 all);
}

static bool has_no_text(struct player *p, const char *what, struct fault *f) {
	return strstr(all_words(p), folded(&p->told.arena, what)) == NULL ||
	       fault_say(f, "The screen \"%s\" says \"%.80s\".", p->told.screen.name, what);
}

static bool has_focus(struct player *p, const char *what, struct fault *f) {
	const char *on = "none";
	for (int i = 0; i < p->told.choice_count; i++) {
		on = p->told.choices[i].focused ? p->told.choices[i].id : on;
	}
	return strcmp(on, what) == 0 || fault_say(f, "The focus is on \"%s\", not on \"%.60s\".", on, what);
}

static holds *const checks[LINE_COUNT] = {
    [LINE_EXPECT_SCREEN] = on_screen, [LINE_EXPECT_CHOICE] = has_choice,   [LINE_EXPECT_NO_CHOICE] = has_no_choice,
    [LINE_EXPECT_TEXT] = has_text,    [LINE_EXPECT_NO_TEXT] = has_no_text, [LINE_EXPECT_FOCUS] = has_focus,
};

static bool play_expect(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return expect(p, checks[line->kind], line->text, f);
}

static bool play_expect_frame(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	return picture_same(player_picture(p), line->text, f);
}

static bool play_first_frame(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)line, (void)a;
	return player_first_again(p) || fault_say(f, "The glass does not show what it showed at the start.");
}

static bool play_request(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	static const char *const how[] = {"?", "come", "desk", "other"}, *const when[] = {"?", "now", "soon", "later"};
	const struct wire_talk *t = &p->talk;
	char is[LINE_TEXT] = "none";
	if (p->asked) {
		snprintf(is, sizeof is, "%s %s %s%s%s%s%s", how[t->how & 3], when[t->when & 3], t->language,
		         t->phrase[0] != 0 ? " " : "", t->phrase, t->phrase_staff[0] != 0 ? " = " : "",
		         t->phrase_staff);
	}
	return strcmp(is, line->text) == 0 ||
	       fault_say(f, "The request is \"%.200s\", not \"%.200s\".", is, line->text);
}

static const char *end_name(enum keeper_end end) {
	switch (end) {
	case KEEPER_HIDDEN:
		return "hidden";
	case KEEPER_CLEARED_BY_TIME:
		return "cleared";
	case KEEPER_HELD:
		return "held";
	case KEEPER_CRASHED:
		return "crashed";
	case KEEPER_HUNG:
		return "hung";
	case KEEPER_INSANE:
		return "insane";
	}
	return "none";
}

/* A visit that was killed from outside is noticed when its socket is read. */
static bool play_expect_end(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	(void)a;
	enum keeper_end want = (enum keeper_end)line->word;
	for (int ms = 0; ms < LISTEN_MS && p->ended != want && want != KEEPER_HIDDEN && want != KEEPER_CLEARED_BY_TIME;
	     ms += LISTEN_STEP_MS) {
		if (!player_listen(p, LISTEN_STEP_MS, f)) {
			return false;
		}
	}
	if (p->ended != want) {
		return fault_say(f, "The end of the last visit is \"%s\", not \"%s\".", end_name(p->ended),
		                 end_name(want));
	}
	p->ended = 0;
	return true;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

typedef bool play(struct player *p, const struct line *line, struct answer *a, struct fault *f);

static play *const plays[LINE_COUNT] = {
    [LINE_WAIT] = play_wait,
    [LINE_TAP] = play_tap,
    [LINE_TOUCH] = play_touch,
    [LINE_DRAG] = play_drag,
    [LINE_HOLD] = play_hold,
    [LINE_STICK_IN] = play_stick_in,
    [LINE_STICK_OUT] = play_stick_out,
    [LINE_PALM] = play_palm,
    [LINE_KEY] = play_key,
    [LINE_BELL] = play_bell,
    [LINE_CHOICES] = play_choices,
    [LINE_SCREEN] = play_screen,
    [LINE_TEXTS] = play_texts,
    [LINE_PARTS] = play_parts,
    [LINE_LOOK] = play_look,
    [LINE_FRAME] = play_frame,
    [LINE_FRAME_HASH] = play_hash,
    [LINE_EXPECT_SCREEN] = play_expect,
    [LINE_EXPECT_CHOICE] = play_expect,
    [LINE_EXPECT_NO_CHOICE] = play_expect,
    [LINE_EXPECT_TEXT] = play_expect,
    [LINE_EXPECT_NO_TEXT] = play_expect,
    [LINE_EXPECT_FRAME] = play_expect_frame,
    [LINE_EXPECT_FIRST_FRAME] = play_first_frame,
    [LINE_EXPECT_REQUEST] = play_request,
    [LINE_EXPECT_END] = play_expect_end,
};

static bool play_until(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	for (int i = 0; i < UNTIL_MOST; i++) {
		struct fault not_yet;
		if (!player_ask(p, f)) {
			return false;
		}
		if (checks[line->until](p, line->until_text, &not_yet)) {
			return true;
		}
		if (!plays[line->kind](p, line, a, f)) {
			return false;
		}
	}
	return fault_say(f, "After %d times \"%.60s\" still does not hold.", UNTIL_MOST, line->until_text);
}

bool play_ended_well(const struct player *p, struct fault *f) {
	switch (p->ended) {
	case KEEPER_CRASHED:
		return fault_say(f, "The visit crashed.");
	case KEEPER_HUNG:
		return fault_say(f, "The visit did not answer in time.");
	case KEEPER_INSANE:
		return fault_say(f, "The visit sent something that makes no sense.");
	case KEEPER_HIDDEN:
	case KEEPER_CLEARED_BY_TIME:
	case KEEPER_HELD:
		break;
	}
	return true;
}

bool play_line(struct player *p, const struct line *line, struct answer *a, struct fault *f) {
	put(a, "%s", "");
	if (plays[line->kind] == NULL) {
		return true;
	}
	if (line->kind != LINE_EXPECT_END && !play_ended_well(p, f)) {
		return false;
	}
	bool fine = (line->until != LINE_NOTHING ? play_until : plays[line->kind])(p, line, a, f);
	/* That a visit came to a bad end says more than that what it should have shown is not there. */
	if (!fine && line->kind != LINE_EXPECT_END) {
		(void)play_ended_well(p, f);
	}
	return fine;
}
