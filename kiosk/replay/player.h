/* A kiosk without a window, a clock or a person: a keeper with its visits, a glass in memory, and the time that others
 * say. It waits until the visit has answered before it returns, so that what follows sees a finished screen.
 *
 * It plays no scripts (play.h does) and prints nothing. */
#ifndef ALCOVE_REPLAY_PLAYER_H
#define ALCOVE_REPLAY_PLAYER_H

#include "base/arena.h"
#include "host/keeper.h"
#include "host/staffing.h"
#include "replay/options.h"
#include "replay/picture.h"

enum { PLAYER_ITEMS = 512 };

/* What is on the screen, as the visit told. */
struct told {
	struct arena arena;
	bool whole; /* the visit has said all */
	struct wire_screen screen;
	const char *texts[PLAYER_ITEMS];
	int text_count;
	struct wire_choice choices[PLAYER_ITEMS];
	int choice_count;
	bool going_on; /* the next WIRE_TEXT belongs to the text before it */
};

struct player {
	struct keeper_plan plan;
	struct keeper *keeper;
	int64_t now_ms;          /* the script's time */
	uint32_t *glass, *first; /* w * h pixels: what is shown, and what was shown at the start */
	struct told told;
	bool asked;            /* a request stands */
	struct wire_talk talk; /* the last one */
	enum keeper_end ended; /* how the last visit ended; 0 when none did, or when that was looked at */
	struct bell *bell;     /* NULL without a broker */
	struct settings settings;
	struct staffing staffing;
	bool testing; /* the line to staff is being tested */
	char program[4096];
};

/* Starts it and waits for the first frame. On failure nothing is left to free. `p` and `o` must stay where they are. */
bool player_start(struct player *p, const struct replay_options *o, struct fault *f);
void player_stop(struct player *p);

/* All of these return when the visit has answered and a spare is ready, or say why not. */
bool player_wait(struct player *p, int64_t ms, struct fault *f);
bool player_touch(struct player *p, enum wire_phase phase, int finger, int x, int y, struct fault *f);
bool player_key(struct player *p, enum wire_keycode key, struct fault *f);
bool player_bell(struct player *p, enum wire_bell state, struct fault *f);
/* Fills in `told`. */
bool player_ask(struct player *p, struct fault *f);
/* Puts a stick in: `folder` is renamed to the folder `alcove` of --usb; or takes it out, which is the way back. Returns
 * when staff mode, if it is open, has noticed. */
bool player_stick(struct player *p, const char *folder, bool in, struct fault *f);
/* With a broker: lets it work for `ms` of real time. */
bool player_listen(struct player *p, int ms, struct fault *f);

struct picture player_picture(const struct player *p);
bool player_first_again(const struct player *p);

#endif
