/* `alcove-pack preview`: the kiosk's window beside a writer's files. It waits for a file to be saved (inotify, no
 * looking again and again), and shows a pack by starting the kiosk anew. It compiles and prints nothing. */
#ifndef ALCOVE_PACKC_PREVIEW_H
#define ALCOVE_PACKC_PREVIEW_H

#include "base/fault.h"

struct preview;

enum preview_event { PREVIEW_SAVED, PREVIEW_CLOSED /* the window */, PREVIEW_STOPPED /* Ctrl-C */ };

/* Watches `dir` and all folders in it; `program` is the kiosk. NULL with the sentence set. */
struct preview *preview_open(const char *dir, const char *program, struct fault *f);
void preview_close(struct preview *p); /* ends the kiosk too, and deletes the pack */

/* Where the pack has to be written. */
const char *preview_pack(const struct preview *p);

/* Shows the pack, over `library` unless that is NULL; a window from before closes. */
bool preview_show(struct preview *p, const char *library, struct fault *f);

/* Waits until something happens. Files that are saved together count once. */
enum preview_event preview_wait(struct preview *p);

#endif
