/* The service for updates of the system itself: the kiosk, which has no power over any disk, asks for them over one
 * socket, in the messages of wire/wire.h, and only the kiosk's user is answered. It is started when somebody asks, does one
 * thing at a time, and is over when nobody has asked for a while.
 *
 * It hears WIRE_WANT (LIST, SYSTEM, STOP, RESTART, READ) and WIRE_STEADY, and tells WIRE_SYSTEM and WIRE_WORK. Whoever
 * goes away stops what they asked for. */
#ifndef ALCOVE_IMAGE_SLOTS_SERVICE_H
#define ALCOVE_IMAGE_SLOTS_SERVICE_H

#include "base/fault.h"
#include "slots/install.h"

#include <sys/types.h>

struct service_plan {
	struct install_place place;
	uid_t user;   /* who is answered, beside root */
	bool init;    /* process 1 is systemd: a restart is asked of it */
	int listener; /* a listening SOCK_SEQPACKET socket, owned */
};

/* Until nobody has asked for `idle_s` seconds; for ever where that is below 0. */
bool service_run(const struct service_plan *plan, int idle_s, struct fault *f);

/* For a system that is tried: gives it `seconds` to show that it is well (WIRE_STEADY, which the service keeps), and starts
 * the machine anew if it does not: then the old system runs. Returns at once where nothing is tried. */
bool service_watch_trial(const struct service_plan *plan, int seconds, struct fault *f);

#endif
