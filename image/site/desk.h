/* The broker's files for a kiosk that is its own broker: on the boot partition, in the folder site/desk, where a person
 * finds the desk's address and password with any computer. They are made here at the first start, by `alcove desk-init`,
 * or put there by somebody who has made them elsewhere. */
#ifndef ALCOVE_IMAGE_SITE_DESK_H
#define ALCOVE_IMAGE_SITE_DESK_H

#include "host/settings.h"

/* What the programs and folders are called. */
struct desk_places {
	const char *boot;    /* the boot partition */
	const char *work;    /* a folder in memory, which is there; what is made is made in it first */
	const char *program; /* alcove */
	const char *page;    /* the desk's page */
};

/* They are there, whole, and for this address; or they are now. `unlock` lets the boot partition be written to and locks
 * it again; it is called when something has to be made and only then. False with the sentence when there is no broker. */
bool desk_ready(const struct desk_places *at, const struct settings *s, bool (*unlock)(const char *boot, bool open),
                struct fault *f);

#endif
