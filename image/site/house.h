/* The house's spreadsheet on the card: house.csv in the folder alcove of the boot partition, as on a stick. On a kiosk that
 * has had no house's pack of its own yet it becomes that pack, by the worker that does it in staff mode (store/worker.h):
 * compiled and checked by processes without power, and put in use whole or not at all. */
#ifndef ALCOVE_IMAGE_SITE_HOUSE_H
#define ALCOVE_IMAGE_SITE_HOUSE_H

#include "host/settings.h"

struct house_places {
	const char *boot;    /* the boot partition */
	const char *program; /* alcove */
	const char *packer;  /* alcove-pack */
};

/* Takes it into the store of these settings. False with the sentence when it cannot be used; nothing has changed then. */
bool house_take(const struct house_places *at, const struct settings *s, struct fault *f);

#endif
