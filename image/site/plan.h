/* What a site's settings ask of the system around the kiosk: its network, and whom the kiosk may speak to. Settings in,
 * files' texts out; opens nothing. Without a broker on another machine or on this one nothing is asked for, and then
 * nothing listens and no packet leaves. */
#ifndef ALCOVE_IMAGE_SITE_PLAN_H
#define ALCOVE_IMAGE_SITE_PLAN_H

#include "host/settings.h"

struct plan {
	bool network;      /* the wired network comes up */
	bool names;        /* names of machines are asked for */
	bool here;         /* this machine is the broker, and serves the desk's page */
	char wires[1024];  /* for systemd-networkd, a .network file */
	char kiosk[1024];  /* added to alcove.service */
	char resolve[512]; /* for systemd-resolved */
};

/* False with the sentence when the settings ask for what this image cannot do; the plan is then for no network. */
bool plan_make(struct plan *p, const struct settings *s, struct fault *f);

#endif
