#include "guard/policy.h"

#include <stdlib.h>
#include <string.h>

/* USB 2.0, 9.6; class codes at usb.org/defined-class-codes. */
enum { DESCRIPTOR_DEVICE = 1, DESCRIPTOR_INTERFACE = 4 };
enum { DEVICE_BYTES = 18, INTERFACE_BYTES = 9 };
enum { CLASS_AUDIO = 0x01, CLASS_HID = 0x03, CLASS_STORAGE = 0x08, CLASS_HUB = 0x09 };
enum { STORAGE_SCSI = 0x06, STORAGE_BULK = 0x50, STORAGE_UAS = 0x62, HID_KEYBOARD = 1 };

/* The Ethernet of a Raspberry Pi 3 and 3+ is a USB device on the board. */
static const struct policy_device on_board[] = {{0x0424, 0xec00}, {0x0424, 0x7800}};

void policy_read(struct policy *p, const char *text) {
	p->count = 0;
	while (*text != 0) {
		static const char hex[] = "0123456789abcdefABCDEF";
		if (strspn(text, hex) == 4 && text[4] == ':' && strspn(text + 5, hex) == 4 &&
		    strchr(" \t\r\n", text[9]) != NULL && p->count < POLICY_LISTED) {
			p->listed[p->count++] = (struct policy_device){(uint16_t)strtoul(text, NULL, 16),
			                                               (uint16_t)strtoul(text + 5, NULL, 16)};
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

struct policy_device policy_device_of(const uint8_t *d, size_t length) {
	if (length < DEVICE_BYTES) {
		return (struct policy_device){0};
	}
	return (struct policy_device){(uint16_t)(d[8] | d[9] << 8), (uint16_t)(d[10] | d[11] << 8)};
}

static bool among(const struct policy_device *list, size_t count, struct policy_device d) {
	for (size_t i = 0; i < count; i++) {
		if (list[i].vendor == d.vendor && list[i].product == d.product) {
			return true;
		}
	}
	return false;
}

bool policy_is_listed(const struct policy *p, struct policy_device d) {
	return among(p->listed, (size_t)p->count, d);
}

/* What all interfaces together are: each kind that was seen. */
struct seen {
	int interfaces, storage, touch, input_or_sound, hub;
};

static void look_at(struct seen *s, const uint8_t *d) {
	int class = d[5], subclass = d[6], protocol = d[7];
	s->interfaces++;
	s->storage +=
	    class == CLASS_STORAGE && subclass == STORAGE_SCSI && (protocol == STORAGE_BULK || protocol == STORAGE_UAS);
	s->touch += class == CLASS_HID && protocol != HID_KEYBOARD;
	s->input_or_sound += class == CLASS_HID || class == CLASS_AUDIO;
	s->hub += class == CLASS_HUB;
}

/* False when a descriptor does not fit in what is there: nobody honest sends that. */
static bool walk(struct seen *s, const uint8_t *d, size_t length) {
	size_t at = 0;
	while (at < length) {
		size_t size = d[at];
		if (size < 2 || size > length - at) {
			return false;
		}
		if (d[at + 1] == DESCRIPTOR_INTERFACE) {
			if (size < INTERFACE_BYTES) {
				return false;
			}
			look_at(s, d + at);
		}
		at += size;
	}
	return s->interfaces > 0;
}

enum policy_kind policy_usb(const struct policy *p, const uint8_t *d, size_t length) {
	struct seen s = {0};
	if (length < DEVICE_BYTES || d[0] != DEVICE_BYTES || d[1] != DESCRIPTOR_DEVICE) {
		return POLICY_REFUSED;
	}
	struct policy_device device = policy_device_of(d, length);
	if (!walk(&s, d, length)) {
		return POLICY_REFUSED;
	}
	if (among(on_board, sizeof on_board / sizeof on_board[0], device)) {
		return POLICY_ON_BOARD;
	}
	if (s.hub == s.interfaces) {
		return POLICY_HUB;
	}
	if (s.storage == s.interfaces) {
		return POLICY_STICK;
	}
	if (s.touch == s.interfaces) {
		return POLICY_TOUCH;
	}
	return policy_is_listed(p, device) && s.input_or_sound == s.interfaces ? POLICY_LISTED_DEVICE : POLICY_REFUSED;
}

/* --- input ------------------------------------------------------------------------------------------------------ */

/* Bit `n` of a bitmap as sysfs writes it: words of a long in hexadecimal, the highest first. */
static bool bit(const char *bitmap, unsigned n) {
	enum { WORD = 8 * sizeof(long), WORDS = 32 };
	unsigned long words[WORDS] = {0};
	unsigned count = 0;
	char *end;
	for (const char *at = bitmap; count < WORDS; at = end) {
		unsigned long word = strtoul(at, &end, 16);
		if (end == at) {
			break;
		}
		memmove(words + 1, words, sizeof words - sizeof words[0]);
		words[0] = word;
		count++;
	}
	return n / WORD < count && (words[n / WORD] >> n % WORD & 1) != 0;
}

/* linux/input-event-codes.h: keys below BTN_MISC are a keyboard's, from KEY_OK to BTN_DPAD_UP they are a remote's. */
enum { AXIS_X = 0x00, AXIS_Y = 0x01, AXIS_MT_X = 0x35, AXIS_MT_Y = 0x36, BTN_FIRST = 0x100 };
enum { MORE_KEYS = 0x160, MORE_KEYS_END = 0x220 };

bool policy_is_touch(const char *keys, const char *axes) {
	for (unsigned n = 1; n < MORE_KEYS_END; n++) {
		if ((n < BTN_FIRST || n >= MORE_KEYS) && bit(keys, n)) {
			return false;
		}
	}
	return (bit(axes, AXIS_X) && bit(axes, AXIS_Y)) || (bit(axes, AXIS_MT_X) && bit(axes, AXIS_MT_Y));
}
