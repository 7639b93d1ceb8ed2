/* One visit process, seen from the host: its socket, its frame, and the rule that one message waits for one answer.
 * Decides nothing; the keeper does. */
#ifndef ALCOVE_HOST_CHILD_H
#define ALCOVE_HOST_CHILD_H

#include "host/keeper.h"

#include <stddef.h>
#include <sys/types.h>

struct child {
	pid_t pid;             /* 0 when there is none */
	int socket;            /* ours */
	int frame_fd;          /* until it is told to begin; then -1 */
	const uint32_t *frame; /* mapped, read-only for us */
	size_t frame_bytes;
	bool ready;       /* the first frame is drawn */
	uint32_t waiting; /* the kind of message (enum wire_kind) that it has not answered yet; 0 for none */
	int64_t asked_at; /* ms; with `waiting` */
	enum wire_audience audience;
	int answers, wishes; /* how many of each kind this answer has had; neither can be without end */
};

#define NO_CHILD ((struct child){.socket = -1, .frame_fd = -1})

/* Starts a process that waits to be told how large the glass is. On failure `c` is empty. */
bool child_start(struct child *c, const struct keeper_plan *plan, struct fault *f);
/* Makes its frame and sends WIRE_START: from now on it has so long to draw. False when there is no memory. */
bool child_begin(struct child *c, const struct keeper_plan *plan, int64_t now_ms, struct fault *f);
/* Sends a message; nothing may be waiting. False when the visit is gone or does not read. */
bool child_send(struct child *c, const struct wire_message *m, int64_t now_ms);

enum child_got { CHILD_NOTHING, CHILD_GOT, CHILD_GONE, CHILD_INSANE };
/* The next message, checked: sane, and something that may be said now. Never blocks. */
enum child_got child_receive(struct child *c, struct wire_message *m, struct glass glass);

/* Those that were killed and are not gone yet. The kernel needs about a millisecond, which nobody has to wait for. */
enum { GRAVES = 8 };
struct graves {
	pid_t pids[GRAVES];
	int fds[GRAVES]; /* pidfds: readable when the process is gone */
	int count;
};
/* Kills the child and forgets it: `c` is empty afterwards. */
void child_kill(struct child *c, struct graves *graves);
/* Reaps those that are gone, or with `wait` all of them. */
void graves_reap(struct graves *graves, bool wait);

#endif
