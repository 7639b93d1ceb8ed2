/* The command line of `alcove`: options become settings, or a sentence that says what is wrong. Prints nothing. */
#ifndef ALCOVE_HOST_OPTIONS_H
#define ALCOVE_HOST_OPTIONS_H

#include "host/settings.h"

enum options_do { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

extern const char options_help[];

/* Options win over the file: --window means a window, and packs that are named replace the file's. */
bool options_read(int argc, char **argv, struct settings *s, enum options_do *what, struct fault *f);

#endif
