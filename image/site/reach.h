/* How far a kiosk that has just started reaches: to the other end of a network cable, to its broker. Looks and waits a
 * little; changes nothing. */
#ifndef ALCOVE_IMAGE_SITE_REACH_H
#define ALCOVE_IMAGE_SITE_REACH_H

#include "host/settings.h"

/* Each is true at once, or as soon as it is so within `wait_ms`. `sys` is where sysfs is mounted. */
bool reach_cable(const char *sys, int wait_ms);
/* The broker takes a connection; nothing is said to it. */
bool reach_broker(const struct settings *s, int wait_ms);

#endif
