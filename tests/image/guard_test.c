/* Which devices are let in, by descriptors as real ones have them and as nobody honest has them. */
#include "guard/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* A device's descriptor, a configuration's, and for each interface its own: class, subclass, protocol. */
static size_t device(uint8_t *to, uint16_t vendor, uint16_t product, const uint8_t interfaces[][3], int count) {
	const uint8_t head[18] = {18,
	                          1,
	                          0,
	                          2,
	                          0,
	                          0,
	                          0,
	                          64,
	                          (uint8_t)vendor,
	                          (uint8_t)(vendor >> 8),
	                          (uint8_t)product,
	                          (uint8_t)(product >> 8),
	                          0,
	                          1,
	                          0,
	                          0,
	                          0,
	                          1};
	size_t n = sizeof head;
	memcpy(to, head, n);
	const uint8_t configuration[9] = {9, 2, 0, 0, (uint8_t)count, 1, 0, 0x80, 50};
	memcpy(to + n, configuration, sizeof configuration);
	n += sizeof configuration;
	for (int i = 0; i < count; i++) {
		const uint8_t interface[9] = {
		    9, 4, (uint8_t)i, 0, 1, interfaces[i][0], interfaces[i][1], interfaces[i][2], 0};
		const uint8_t endpoint[7] = {7, 5, 0x81, 3, 8, 0, 10};
		memcpy(to + n, interface, sizeof interface);
		memcpy(to + n + sizeof interface, endpoint, sizeof endpoint);
		n += sizeof interface + sizeof endpoint;
	}
	return n;
}

#define STICK                                                                                                          \
	{ 0x08, 0x06, 0x50 }
#define UAS                                                                                                            \
	{ 0x08, 0x06, 0x62 }
#define FLOPPY                                                                                                         \
	{ 0x08, 0x04, 0x00 }
#define TOUCH                                                                                                          \
	{ 0x03, 0x00, 0x00 }
#define MOUSE                                                                                                          \
	{ 0x03, 0x01, 0x02 }
#define KEYBOARD                                                                                                       \
	{ 0x03, 0x01, 0x01 }
#define SOUND                                                                                                          \
	{ 0x01, 0x01, 0x00 }
#define NETWORK                                                                                                        \
	{ 0x02, 0x06, 0x00 }
#define HUB                                                                                                            \
	{ 0x09, 0x00, 0x00 }

static void usb_devices(void **state) {
	(void)state;
	static const struct {
		uint16_t vendor, product;
		int count;
		uint8_t interfaces[3][3];
		enum policy_kind kind;
	} cases[] = {
	    {0x0781, 0x5567, 1, {STICK}, POLICY_STICK},
	    {0x0781, 0x5581, 2, {STICK, UAS}, POLICY_STICK},
	    {0x0781, 0x5567, 2, {STICK, KEYBOARD}, POLICY_REFUSED},
	    {0x0781, 0x5567, 2, {STICK, TOUCH}, POLICY_REFUSED},
	    {0x0781, 0x5567, 2, {STICK, NETWORK}, POLICY_REFUSED},
	    {0x0644, 0x0000, 1, {FLOPPY}, POLICY_REFUSED},
	    {0x0eef, 0x0001, 1, {TOUCH}, POLICY_TOUCH},
	    {0x0eef, 0xc000, 2, {TOUCH, MOUSE}, POLICY_TOUCH},
	    {0x046d, 0xc31c, 1, {KEYBOARD}, POLICY_REFUSED},
	    {0x046d, 0xc52b, 3, {TOUCH, KEYBOARD, TOUCH}, POLICY_REFUSED},
	    {0x0424, 0x2514, 1, {HUB}, POLICY_HUB},
	    {0x0424, 0x2514, 2, {HUB, KEYBOARD}, POLICY_REFUSED},
	    {0x0424, 0xec00, 1, {{0xff, 0x00, 0xff}}, POLICY_ON_BOARD},
	    {0x0bda, 0x8152, 1, {{0xff, 0xff, 0x00}}, POLICY_REFUSED},
	    {0x0d8c, 0x0014, 2, {SOUND, TOUCH}, POLICY_REFUSED},
	    {0x1234, 0x5678, 2, {KEYBOARD, TOUCH}, POLICY_LISTED_DEVICE},
	    {0xABCD, 0x0001, 2, {SOUND, TOUCH}, POLICY_LISTED_DEVICE},
	    {0x1234, 0x5678, 2, {KEYBOARD, STICK}, POLICY_REFUSED},
	    {0x1234, 0x5678, 2, {KEYBOARD, NETWORK}, POLICY_REFUSED},
	};
	struct policy policy;
	uint8_t d[256];
	policy_read(&policy,
	            "# a list\n\n1234:5678 the keypad of the quiet room\nabcd:0001\r\nkeypad\n12345:6789\n1:2\n");
	assert_int_equal(2, policy.count);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t n = device(d, cases[i].vendor, cases[i].product, cases[i].interfaces, cases[i].count);
		assert_int_equal(cases[i].kind, policy_usb(&policy, d, n));
	}
}

/* Cut short anywhere, and with lengths that lie: refused, or seen as no more than what is there. Each in memory of exactly
 * its size, where the sanitizers see a step beyond it. */
static void broken_descriptors(void **state) {
	(void)state;
	static const uint8_t stick[][3] = {STICK, UAS};
	struct policy policy = {0};
	uint8_t d[256];
	size_t n = device(d, 1, 2, stick, 2);
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *exact = malloc(cut + 1);
		memcpy(exact, d, cut);
		/* After a whole interface and before the next there is nothing that is missing. */
		bool whole = cut == 18 + 9 + 9 || cut == 18 + 9 + 16 || cut == 18 + 9 + 25;
		assert_int_equal(whole ? POLICY_STICK : POLICY_REFUSED, policy_usb(&policy, exact, cut));
		free(exact);
	}
	for (size_t at = 18; at < n; at += d[at]) {
		uint8_t was = d[at];
		for (int lie = 0; lie < 2; lie++) {
			d[at] = (uint8_t)lie;
			assert_int_equal(POLICY_REFUSED, policy_usb(&policy, d, n));
		}
		d[at] = 255;
		assert_int_equal(POLICY_REFUSED, policy_usb(&policy, d, n));
		d[at] = was;
	}
}

static void inputs(void **state) {
	(void)state;
	/* As sysfs writes them: an eGalax panel, a panel with a gesture key, a mouse, a keyboard, a power button. */
	assert_true(policy_is_touch("400 0 0 0 0 0", "260800000000003"));
	assert_true(policy_is_touch("0", "60800000000000"));
	assert_true(policy_is_touch("70000 0 0 0 0", "3"));
	assert_false(policy_is_touch("70000 0 0 0 0", "0"));
	assert_false(policy_is_touch("402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe", "0"));
	assert_false(policy_is_touch("402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe", "3"));
	assert_false(policy_is_touch("10000000000000 0", "0"));
	assert_false(policy_is_touch("", ""));
	assert_false(policy_is_touch("400 0 0 0 0 2", "3"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(usb_devices),
	    cmocka_unit_test(broken_descriptors),
	    cmocka_unit_test(inputs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
