/* On KMSDRM SDL has nothing to poll for: it would have to be asked every millisecond. So the input devices are opened a
 * second time, read-only, only to learn *that* something happened; what happened SDL reads from its own descriptors.
 * Nothing that is read here is looked at. */
#ifndef ALCOVE_HOST_WAKE_H
#define ALCOVE_HOST_WAKE_H

#include "base/fault.h"

#include <poll.h>

struct wake;

enum { WAKE_DEVICES = 31, WAKE_FDS = WAKE_DEVICES + 1 };

/* NULL with the sentence set when no input device may be read: a screen that takes no touch must say so, not hang. */
struct wake *wake_new(struct fault *f);
void wake_free(struct wake *w);
int wake_fds(const struct wake *w, struct pollfd *fds, int room);
/* Empties what is ready, follows devices that came or went; true when anything happened. */
bool wake_ready(struct wake *w, const struct pollfd *fds, int count);

#endif
