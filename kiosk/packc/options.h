/* The command line of alcove-pack as values. */
#ifndef ALCOVE_PACKC_OPTIONS_H
#define ALCOVE_PACKC_OPTIONS_H

#include "base/arena.h"
#include "base/fault.h"

enum command {
	COMMAND_HELP,
	COMMAND_BUILD,
	COMMAND_CHECK,
	COMMAND_PREVIEW,
	COMMAND_INFO,
	COMMAND_DIFF,
	COMMAND_STAMP,
	COMMAND_IMPORT,
	COMMAND_SHEET,
};

enum { OPTIONS_NAMES = 3 };

struct options {
	enum command command;
	const char *names[OPTIONS_NAMES]; /* folders, packs, a language: as the command has them; NULL when not given */
	const char *out;                  /* build, import-hsds */
	const char *assets;               /* never NULL */
	const char *today;                /* check: ISO date, today when not given */
	const char *library;              /* check, preview: a library's pack, for a house; NULL when there is none */
	const char *kiosk;                /* preview: the program alcove */
	bool strict;                      /* check: warnings count as errors */
};

extern const char *const options_help;

bool options_read(struct arena *a, int argc, char **argv, struct options *out, struct fault *f);

#endif
