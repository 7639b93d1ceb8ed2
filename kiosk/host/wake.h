/* On KMSDRM SDL has nothing to poll for: it would have to be asked every millisecond. So the input devices are opened a
 * second time, read-only, only to learn *that* something happened; what happened SDL reads from its own descriptors.
 * Nothing that is read here is looked at. */
#ifndef ALCOVE_HOST_WAKE_H
#define ALCOVE_HOST_WAKE_H

#include "base/fault.h"

#include <poll.h>

struct wake;

enum { WAKE_DEVICES = 31, WAKE_FDS = WAKE_DEVICES + 1 };

/* Waits up to ten seconds for something to touch; NULL with the sentence set when there is nothing then: a screen that
 * takes no touch must say so, not hang. */
struct wake *wake_new(struct fault *f);
void wake_free(struct wake *w);
int wake_fds(const struct wake *w, struct pollfd *fds, int room);
enum wake_got { WAKE_NOTHING, WAKE_INPUT, WAKE_CHANGED /* devices came or went */ };
/* Empties what is ready, and follows devices that came or went. */
enum wake_got wake_ready(struct wake *w, const struct pollfd *fds, int count);

#endif
