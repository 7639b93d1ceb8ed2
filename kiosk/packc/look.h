/* Opens a pack's file to look into it, with the reader that visits use (visit/glass/pack.h): the file may come from
 * anywhere. It never writes. */
#ifndef ALCOVE_PACKC_LOOK_H
#define ALCOVE_PACKC_LOOK_H

#include "base/fault.h"

struct pack;

struct look {
	int fd;            /* owned */
	struct pack *pack; /* owned; as of visit/glass/pack.h */
};

/* Every page of the file is looked at first. False with the sentence set, the file's name in front. */
bool look_open(const char *file, struct look *out, struct fault *f);
void look_close(struct look *l);

#endif
