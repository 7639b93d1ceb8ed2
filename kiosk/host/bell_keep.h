/* Open requests in a file that outlives the host but not the machine: in memory (tmpfs or ramfs), readable by nobody
 * else, replaced whole by one rename, gone when no request is left. It is never written to a disk: where the folder is
 * on one, nothing is kept. It knows nothing of what the bytes mean. */
#ifndef ALCOVE_HOST_BELL_KEEP_H
#define ALCOVE_HOST_BELL_KEEP_H

#include "base/fault.h"

#include <stddef.h>

enum { KEEP_MOST = 98304 }; /* bytes; 24 requests of 3 KB and less */

/* True when requests can be kept in this folder, which is made when it is not there. Else the sentence says why not. */
bool bell_keep_check(const char *folder, struct fault *f);
/* What is kept for this kiosk; NULL when there is nothing, or nothing that we have written. The caller wipes and frees
 * `*len` bytes. */
char *bell_keep_read(const char *folder, const char *place, size_t *len);
/* Replaces it; with len 0 nothing is kept any more. */
bool bell_keep_write(const char *folder, const char *place, const char *bytes, size_t len);

#endif
