/* The command line of alcove-pack as values. */
#ifndef ALCOVE_PACKC_OPTIONS_H
#define ALCOVE_PACKC_OPTIONS_H

#include "base/arena.h"
#include "base/fault.h"

enum command { COMMAND_HELP, COMMAND_BUILD, COMMAND_CHECK, COMMAND_INFO };

struct options {
	enum command command;
	const char *path;   /* a folder, or for info a file */
	const char *out;    /* build */
	const char *assets; /* never NULL */
	const char *today;  /* check: ISO date, today when not given */
	bool strict;        /* check: warnings count as errors */
};

extern const char *const options_help;

bool options_read(struct arena *a, int argc, char **argv, struct options *out, struct fault *f);

#endif
