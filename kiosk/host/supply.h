/* The files that every visit is handed: packs and fonts, opened for reading once at the start. And the check of a pack,
 * which a sandboxed child does: the host itself never reads a byte of content. */
#ifndef ALCOVE_HOST_SUPPLY_H
#define ALCOVE_HOST_SUPPLY_H

#include "host/keeper.h"

#include <sys/types.h>

/* Opens packs and the fonts of the table into `plan` (its packs, fonts and font only). On failure nothing stays open,
 * and the sentence names the file. */
bool supply_open(struct keeper_plan *plan, const char *const *packs, int pack_count, const char *font_table,
                 struct fault *f);
void supply_close(struct keeper_plan *plan);

/* A check that is under way: `program visit-check` looks at one pack. All of them run side by side. */
struct supply_check {
	pid_t pid; /* 0 when there is none */
	int says;  /* where it writes its sentence */
	int over;  /* readable when it is over */
};
enum { SUPPLY_CHECK_MS = 30000 }; /* as long as any pack may take */
bool supply_check_start(struct supply_check *check, const char *program, int pack, struct fault *f);
/* Waits for it, at most SUPPLY_CHECK_MS. False with the sentence when the pack is refused; it begins with `name`. */
bool supply_check_end(struct supply_check *check, const char *name, struct fault *f);
/* The same without waiting: one that is not over is ended, and refused. */
bool supply_check_end_now(struct supply_check *check, const char *name, struct fault *f);

#endif
