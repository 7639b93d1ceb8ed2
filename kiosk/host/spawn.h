/* Starts a child of ours that inherits nothing: an empty environment, default signals, its own process group, standard
 * streams that lead nowhere, and exactly the descriptors that are named. Knows nothing about what the child does. */
#ifndef ALCOVE_HOST_SPAWN_H
#define ALCOVE_HOST_SPAWN_H

#include "base/fault.h"

#include <stddef.h>
#include <sys/types.h>

/* Descriptors of ours that are given to children live at or above this number, so that putting them in the child's
 * places can never overwrite one that is still to be placed. Above all of wire.h's. */
#define SPAWN_FD_LEAST 64

struct spawn_fd {
	int from; /* ours; at or above SPAWN_FD_LEAST */
	int to;   /* the child's; below it */
};

/* Runs `program` with the one argument `role`; descriptors above the largest `to` are closed. Returns -1 with the
 * sentence set on failure. In a developer build the child keeps our stderr. */
pid_t spawn_start(const char *program, const char *role, const struct spawn_fd *fds, int count, struct fault *f);

/* Runs `program` for one question: it finds `ask` when it reads from its descriptor `to`, one end of a SOCK_SEQPACKET pair.
 * `ours` becomes the other end. -1 when no process could be started. One that is over at once is heard of
 * later, like any other that ends. */
pid_t spawn_ask(const char *program, const char *role, int to, const void *ask, size_t size, int *ours);

/* The same descriptor at or above SPAWN_FD_LEAST, close-on-exec; takes `fd` over (closes it). -1 stays -1. */
int spawn_raise(int fd);
/* The same file opened once more, read-only, at or above SPAWN_FD_LEAST: two children must not share an offset, which
 * one could set and the other read. -1 on failure. */
int spawn_reopen(int fd);

/* Kills the child and waits at most so many milliseconds until it is gone. A killed process is gone in one, except one
 * that waits inside the kernel for a device; whoever waited for that would stand still with it. False when it is not gone
 * yet: then call again later. */
bool spawn_end(pid_t pid, int ms);

/* Kills the child for certain and waits until it is gone. */
void spawn_kill(pid_t pid);

#endif
