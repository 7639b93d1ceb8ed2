/* The sound, the host's side: is there anything that can be heard, and the tone that tests it. Both are found out by
 * children (`alcove tone`, sound/player.h) that live for a moment; the host waits for neither, and ends one that hangs.
 * Alive only while staff's visit is on the glass: a person's visit has no sound, and none comes into it. */
#ifndef ALCOVE_HOST_TONE_H
#define ALCOVE_HOST_TONE_H

#include "base/fault.h"
#include "sound/ask.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	TONE_GIVE_UP_MS = 6000, /* a tone takes 1.3 s; a card that was asleep wakes up in one or two */
	TONE_SETTLE_MS = 300,   /* a card that is plugged in is several devices, and udev gives each to its group */
	TONE_FDS = 3,
};

struct tone_child {
	pid_t pid; /* 0 when there is none */
	int socket;
	int64_t until; /* ms: when it is given up */
	pid_t ended;   /* one that was killed and is not gone yet: it waits inside the kernel for its card */
};

struct tone {
	const char *program, *device; /* the caller's; device as in struct sound_ask */
	struct tone_child look, play;
	int notify;      /* tells when a card comes or goes; -1 without */
	int64_t look_at; /* ms: when to look (again); -1 for never */
	int next;        /* percent of the tone that is played when the one that is going on is over; -1 for none */
	bool known;      /* the first look is over */
	bool there;      /* what it found */
	enum sound_said said; /* what became of the last tone; 0 before it is over */
};
#define NO_TONE ((struct tone){.look = {.socket = -1}, .play = {.socket = -1}, .notify = -1, .look_at = -1, .next = -1})

/* What has changed, as bits. */
enum tone_news { TONE_CARDS = 1 /* `known` or `there` */, TONE_OVER = 2 /* `said` */ };

/* `t` is NO_TONE, or one that was closed. Begins to look. Without `device` (NULL) there is no sound. */
void tone_open(struct tone *t, const char *program, const char *device, int64_t now_ms);
/* Ends both children; a tone that is going on breaks off. May be called more than once. */
void tone_close(struct tone *t);

/* Plays it, or, while one is going on, as soon as that is over: broken off it would click. Of several that wait the last
 * one is played. Its end is told by TONE_OVER. False when it could not begin: `said` then says why. */
bool tone_play(struct tone *t, int percent, int64_t now_ms);
bool tone_playing(const struct tone *t);

int tone_fds(const struct tone *t, struct pollfd fds[TONE_FDS]);
/* Call when one of them is readable, or when the deadline has come; returns the news. Reads what there is and never waits. */
unsigned tone_tend(struct tone *t, int64_t now_ms);
/* ms, or -1. */
int64_t tone_deadline(const struct tone *t);

#endif
