/* Gives the process's powers away, for good: no new files, no network, no other programs, no memory dumps. Called when
 * everything is open; whatever is asked of the kernel afterwards beyond a short list ends the process. */
#ifndef ALCOVE_GLASS_SANDBOX_H
#define ALCOVE_GLASS_SANDBOX_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Keeps descriptors 0 to `keep_fds` - 1 and closes all others. With `may_say` standard output may still be written to.
 * False with a sentence when any of it is refused: a visit without its sandbox must not go on. */
bool sandbox_enter(int keep_fds, bool may_say, struct fault *f);

/* The same, and the descriptor `scratch` below `keep_fds`, memory that has the form of a file, may be written to, up to
 * `most` bytes. For a process that makes something and has to look at it as a file; a visit has none. */
bool sandbox_enter_with(int keep_fds, bool may_say, int scratch, size_t most, struct fault *f);

/* For a process that has to open a device by its name: nothing but what is at these places or below them can be opened, to
 * be read, or also written to where it is there already. What else it asks of the kernel is refused and does not end it,
 * for a library in it may try more than it needs. No network, no other programs, nothing new on a disk, 10 s of a
 * processor. A place that is not there is left out; without Landlock in the kernel the filter alone holds. */
struct sandbox_place {
	const char *path;
	bool write;
};
bool sandbox_device(int keep_fds, const struct sandbox_place *places, int count, struct fault *f);

/* The filter alone, which sandbox_enter leaves out in a build with AddressSanitizer; for the test of it. */
bool sandbox_filter(bool may_say);

#endif
