/* The command line of `alcove-replay`: options become a plan, or a sentence that says what is wrong. Prints nothing. */
#ifndef ALCOVE_REPLAY_OPTIONS_H
#define ALCOVE_REPLAY_OPTIONS_H

#include "base/fault.h"
#include "base/geom.h"
#include "host/settings.h"
#include "wire/wire.h"

struct replay_options {
	bool help;
	const char *script;  /* a file, or "-" */
	const char *program; /* NULL: `alcove` beside this program */
	const char *fonts;   /* the font table */
	const char *packs[WIRE_MAX_PACKS];
	int pack_count;
	struct glass glass;
	char language[16];
	enum wire_audience audience;
	bool line;        /* a line to staff is configured */
	bool first_start; /* begin as a kiosk does that is switched on: with its first start, when that is to come */
	struct settings settings; /* the line to staff: its broker_host is "" for none */
};

extern const char replay_help[];

bool replay_options_read(int argc, char **argv, struct replay_options *o, struct fault *f);

#endif
