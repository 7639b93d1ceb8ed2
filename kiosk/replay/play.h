/* Carries out one line of a script on a player and says what came of it. Prints nothing. */
#ifndef ALCOVE_REPLAY_PLAY_H
#define ALCOVE_REPLAY_PLAY_H

#include "replay/player.h"
#include "replay/script.h"

/* What a line prints. The text is the answer's own; free it with answer_free. */
struct answer {
	bool one_line; /* in: JSON arrays in place of a line for each */
	char *text;    /* "" or lines without a last newline */
	size_t len;
};

/* False with the sentence when the line does not hold. `a` is set in either case. */
bool play_line(struct player *p, const struct line *line, struct answer *a, struct fault *f);
/* False when the last visit crashed, hung or sent nonsense and nobody expected that. */
bool play_ended_well(const struct player *p, struct fault *f);
void answer_free(struct answer *a);

#endif
