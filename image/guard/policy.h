/* Which devices may be used on a kiosk: hubs, sticks that are nothing but a stick, touchscreens, and what the site has
 * listed by its number (a keypad, a pair of headphones). Everything else, keyboards first of all, is left outside, as is
 * anything that pretends to be two things at once. Values in, an answer out; opens nothing. */
#ifndef ALCOVE_IMAGE_GUARD_POLICY_H
#define ALCOVE_IMAGE_GUARD_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy_device {
	uint16_t vendor, product; /* as `lsusb` shows them */
};

enum { POLICY_LISTED = 32 };

/* What the site has listed, and with it what is soldered onto the boards that we support. */
struct policy {
	struct policy_device listed[POLICY_LISTED];
	int count;
};

enum policy_kind { POLICY_REFUSED, POLICY_HUB, POLICY_STICK, POLICY_TOUCH, POLICY_LISTED_DEVICE, POLICY_ON_BOARD };

/* Reads lines of "VVVV:PPPP" (hexadecimal); what follows a space, and lines that begin with # or are empty, are for
 * people. A line that is none of these is left out. */
void policy_read(struct policy *p, const char *text);

/* Decides by a device's descriptors, as the kernel has them in sysfs: the device's, then each configuration's. */
enum policy_kind policy_usb(const struct policy *p, const uint8_t *descriptors, size_t length);
/* The same numbers from the descriptors; {0, 0} when they are too short. */
struct policy_device policy_device_of(const uint8_t *descriptors, size_t length);
bool policy_is_listed(const struct policy *p, struct policy_device d);

/* Decides about something that gives input, by what it says it can do (`capabilities/key` and `capabilities/abs` in
 * sysfs): a place on a surface and no keys of a keyboard. */
bool policy_is_touch(const char *keys, const char *axes);

#endif
