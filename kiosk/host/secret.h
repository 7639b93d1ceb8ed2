/* A secret of one line in a file of its own: a password, a key. Refuses a file that others could read or change. */
#ifndef ALCOVE_HOST_SECRET_H
#define ALCOVE_HOST_SECRET_H

#include "base/fault.h"

enum { SECRET_BYTES = 256 };

/* The first line, without its end. Whoever called wipes it. */
bool secret_read(const char *path, char out[SECRET_BYTES], struct fault *f);

#endif
