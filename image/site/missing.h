/* What the line to staff of a kiosk that has just started lacks: a network cable, an answer from its broker. Looks and waits
 * a little; changes nothing. */
#ifndef ALCOVE_IMAGE_SITE_MISSING_H
#define ALCOVE_IMAGE_SITE_MISSING_H

#include "host/settings.h"

/* `sys` is where sysfs is mounted. Each is true when the thing is there, at once or within `wait_ms`. */
bool missing_not_cable(const char *sys, int wait_ms);
/* The broker takes a connection; nothing is said to it. */
bool missing_not_broker(const struct settings *s, int wait_ms);

#endif
