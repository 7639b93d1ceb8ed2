/* The host: joins window, keeper and bell with a clock and one poll() over everything that can happen. It wakes for
 * nothing else, and it never looks into content. */
#ifndef ALCOVE_HOST_HOST_H
#define ALCOVE_HOST_HOST_H

#include "host/settings.h"

/* Runs until it is told to stop (SIGTERM, SIGINT, or a closed desktop window). False with the sentence set when it
 * could not start or not go on. `program` is what visits are started from. */
bool host_run(const struct settings *s, const char *program, struct fault *f);

#endif
