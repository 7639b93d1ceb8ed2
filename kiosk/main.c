/* The program `alcove`: the host. It runs itself again, in other roles, as its own children: `alcove visit` is one
 * person's visit, `alcove visit-check` looks at one pack at the start; `alcove visit-peek`, `visit-facts` and `visit-look`
 * tell what is in one; `alcove store` has the power over the packs while staff mode is open, `alcove tone` plays one tone.
 * And `alcove desk-init` makes what a site needs for its line to staff. */
#include "host/bell.h"
#include "host/desk_init.h"
#include "host/host.h"
#include "host/lamp_gpiod.h"
#include "host/options.h"
#include "host/pin_hash.h"
#include "host/placard.h"
#include "host/usb_watch.h"
#include "host/wiping.h"
#include "sound/player.h"
#include "store/worker.h"
#include "visit/glass/examine.h"
#include "visit/glass/visit.h"
#include "wire/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ALCOVE_VERSION "0.1.0"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* A child of ours is gone when we are: no visit outlives the kiosk that covers it. (Should we be gone before it asks for
 * this, it finds its socket closed.) */
static void end_with_parent(void) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "alcove-visit"); /* it was started as /proc/self/exe, and would be called that */
}

static int run_kiosk(int argc, char **argv) {
	struct settings settings;
	struct fault fault;
	enum options_do what;
	if (!options_read(argc, argv, &settings, &what, &fault)) {
		placard(fault.says);
		return EXIT_USAGE;
	}
	switch (what) {
	case OPTIONS_HELP:
		fputs(options_help, stdout);
		return EXIT_FINE;
	case OPTIONS_VERSION:
		puts("alcove " ALCOVE_VERSION);
		return EXIT_FINE;
	case OPTIONS_RUN:
		break;
	}
	wiping_begin();
	/* A broker's name that nobody knows must not hold up the end of the program for half a minute. */
	setenv("RES_OPTIONS", "timeout:2 attempts:1", 0);
	if (settings.broker_host[0] != 0 && !bell_keeps(&settings, &fault)) {
		fprintf(stderr, "alcove: %s\n", fault.says);
	}
	/* Not our name but our file: the same program, even when it was replaced on disk meanwhile. */
	if (!host_run(&settings, "/proc/self/exe", &fault)) {
		placard(fault.says);
		return EXIT_FAILED;
	}
	return EXIT_FINE;
}

static int run_desk_init(int argc, char **argv) {
	struct desk_plan plan;
	struct fault fault;
	char says[DESK_SAYS];
	if (!desk_init_read(argc, argv, &plan, &fault)) {
		fprintf(stderr, "alcove: %s\n", fault.says);
		return EXIT_USAGE;
	}
	if (!plan.help && !desk_init(&plan, says, &fault)) {
		fprintf(stderr, "alcove: %s\n", fault.says);
		return EXIT_FAILED;
	}
	fputs(plan.help ? desk_init_help : says, stdout);
	return EXIT_FINE;
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "visit") == 0) {
		end_with_parent();
		return visit_main();
	}
	if (argc == 2 && strcmp(argv[1], "visit-check") == 0) {
		end_with_parent();
		return visit_check(WIRE_FD_FILES);
	}
	if (argc == 2 && strcmp(argv[1], "visit-peek") == 0) {
		end_with_parent();
		return examine_main(EXAMINE_PEEK);
	}
	if (argc == 2 && strcmp(argv[1], "visit-facts") == 0) {
		end_with_parent();
		return examine_main(EXAMINE_CHECK);
	}
	if (argc == 2 && strcmp(argv[1], "visit-look") == 0) {
		end_with_parent();
		return examine_main(EXAMINE_WHOLE);
	}
	if (argc == 2 && strcmp(argv[1], "pin") == 0) {
		end_with_parent();
		return pin_main();
	}
	if (argc == 2 && strcmp(argv[1], "usb-watch") == 0) {
		end_with_parent();
		return usb_watch_main();
	}
	if (argc == 2 && strcmp(argv[1], "tone") == 0) {
		end_with_parent();
		return player_main();
	}
	if (argc == 2 && strcmp(argv[1], "store") == 0) {
		return worker_main();
	}
	if (argc == 2 && strcmp(argv[1], "lamp") == 0) {
		prctl(PR_SET_NAME, "alcove-lamp"); /* it outlives us by a moment, to let its lines fall */
		return lamp_gpiod_main();
	}
	if (argc >= 2 && strcmp(argv[1], "desk-init") == 0) {
		return run_desk_init(argc - 1, argv + 1);
	}
	return run_kiosk(argc, argv);
}
