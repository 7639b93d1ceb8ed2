/* `alcove desk-init`: everything that a site needs for its line to staff. A certificate authority, the broker's
 * certificate, users with passwords for the desk and each kiosk, access lists, the broker's configuration, and for each
 * kiosk what has to be copied there. The cryptography is done by Debian's `openssl` and `mosquitto_passwd`, run as
 * children without a shell. It overwrites nothing, and no password ever stands on a command line. */
#ifndef ALCOVE_HOST_DESK_INIT_H
#define ALCOVE_HOST_DESK_INIT_H

#include "base/fault.h"
#include "host/place.h"

enum { DESK_KIOSKS = 256, DESK_HOSTS = 8, DESK_HOST = 64, DESK_FOLDER = 512, DESK_SAYS = 4096 };

extern const char desk_init_help[];

struct desk_plan {
	const char *folder;
	const char *kiosks[DESK_KIOSKS];
	int kiosk_count;
	char hosts[DESK_HOSTS][DESK_HOST]; /* names and addresses of the broker's machine */
	int host_count;
	const char *page;    /* the desk's page; NULL for the one beside the program */
	bool making, adding; /* --kiosk, or --add: then there are kiosks and nothing else */
	bool home_assistant, help;
};

/* `argv[0]` is "desk-init". */
bool desk_init_read(int argc, char **argv, struct desk_plan *plan, struct fault *f);
/* Makes it all; `says` tells in plain words what was made, and what to copy where. */
bool desk_init(const struct desk_plan *plan, char says[DESK_SAYS], struct fault *f);
/* Its other half, for a plan that is `adding` (desk_add.c). */
bool desk_add(const struct desk_plan *plan, char says[DESK_SAYS], struct fault *f);

#endif
