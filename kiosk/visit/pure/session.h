/* What this person is doing: a value, and one function that takes a choice and returns the next value and what is to be
 * asked of the host. No clock, no content, no memory of its own. A session dies with its process. */
#ifndef ALCOVE_VISIT_SESSION_H
#define ALCOVE_VISIT_SESSION_H

#include "visit/pure/view.h"

struct duty; /* staff.h */

enum screen {
	SCREEN_IDLE,
	SCREEN_LANGUAGE,
	SCREEN_HOME,
	SCREEN_MODULES,
	SCREEN_PAGE,
	SCREEN_NUMBERS,
	SCREEN_NUMBER,
	SCREEN_LEARN,
	SCREEN_TALK_HOW,
	SCREEN_TALK_PHRASE,
	SCREEN_TALK_WHEN,
	SCREEN_TALK_SPEAK,
	SCREEN_TALK_CHECK,
	SCREEN_TALK_STATUS,
	SCREEN_SIZE,
	SCREEN_ABOUT,
	SCREEN_STAFF_GATE,
	SCREEN_STAFF_HOME,
	SCREEN_STAFF_PACKS,
	SCREEN_STAFF_PACK,
	SCREEN_STAFF_RESTORE,
	SCREEN_STAFF_STICK,
	SCREEN_STAFF_OFFER,
	SCREEN_STAFF_WORK,
	SCREEN_STAFF_CHANGES,
	SCREEN_STAFF_RESULT,
	SCREEN_STAFF_CALLS,
	SCREEN_STAFF_CALL,
	SCREEN_STAFF_KIOSK,
	SCREEN_STAFF_LINE,
	SCREEN_STAFF_TOUCH,
	SCREEN_STAFF_DISPLAY,
	SCREEN_STAFF_TIMES,
	SCREEN_STAFF_SOUND,
	SCREEN_STAFF_PLACE,
	SCREEN_STAFF_PIN,
	SCREEN_STAFF_KEEPS,
	SCREEN_STAFF_SYSTEM,
	SCREEN_STAFF_WELCOME,
	SCREEN_STAFF_READY,
	SCREEN_COUNT
};

/* Where a person is: enough to come back to. */
struct place {
	enum screen screen;
	char module[WIRE_ID];
	int page; /* from 1; of a staff screen: which one, or a slot */
	int all;  /* of the numbers to check: 1 for more than those that are due */
	char service[WIRE_ID];
	int part; /* of a screen that does not fit at once, from 0 */
};

struct learn {
	int step;       /* 0..2, how much is hidden; 3 when all is known */
	char typed[32]; /* digits filled in on this step */
	int typed_count;
	bool wrong, shown;
};

struct talk_form {
	enum wire_how how;
	enum wire_when when;
	char language[16];
	char phrase[WIRE_ID];
};

enum { TRAIL = 64 };

struct session {
	struct place at;
	struct place trail[TRAIL]; /* where Back leads, the newest last */
	int trail_count;
	char language[16];
	int size; /* 1..4 */
	enum theme theme;
	enum wire_audience audience;
	struct duty *duty;                     /* of a staff visit; the visitor owns it. NULL for clients */
	char hidden[WIRE_HIDDEN][WIRE_DIGITS]; /* numbers that staff marked as wrong; "" ends the list */
	int idle_s, answer_s;                  /* how long the host waits, in seconds: said on the About screen */
	bool line;                             /* there is a line to staff */
	bool cleared;                          /* the visit before was cleared by time a moment ago */
	bool name_hidden;                      /* on a number's screen */
	struct learn learn;
	struct talk_form talk;
	bool asked;                     /* this visit has sent a request */
	bool cancelled;                 /* and has taken it back */
	enum wire_bell bell;            /* what became of it */
	uint32_t warn_left, warn_total; /* "Still here?" is up while total is not 0 */
};

struct session session_start(const struct wire_start *start);

enum effect {
	EFFECT_NONE,
	EFFECT_TALK,
	EFFECT_CANCEL,
	EFFECT_END,
	EFFECT_PIN,  /* duty->pin, which is then forgotten */
	EFFECT_WANT, /* duty->want */
	EFFECT_STOP, /* WIRE_WANT_STOP */
};

/* What the session has to know of the screen that was up: how many parts it had, and for a page what comes after. */
struct around {
	int parts;
	int pages;          /* of this module */
	const char *number; /* being learnt, or to be checked by a call (digits alone) */
	const char *pack;   /* that has the number to be checked, and its version */
	uint32_t version;
	int calls; /* numbers to be checked */
};

/* Carries out a choice. */
enum effect session_act(struct session *s, struct action action, struct around around);

/* Back, by key: the same as choosing Back where the screen has it, else Home. */
bool session_has_back(const struct session *s);

/* Moving about, for staff.c: to a place that Back leads away from, and back. */
void session_go(struct session *s, struct place to);
void session_back(struct session *s);

/* True when staff have marked the number as wrong: a client sees nothing of it. */
bool session_hides(const struct session *s, const char *number);

/* How many digits a number has, and how many of them step `step` of learning hides (from the end). */
int learn_digits(const char *number);
int learn_hidden(const char *number, int step);

#endif
