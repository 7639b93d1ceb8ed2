/* Settings and options: what is right is taken, and everything else is refused with file, line and what to do. */
#include "host/options.h"
#include "host/place.h"
#include "host/secret.h"
#include "host/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char file[64];

static int make_file(void **state) {
	(void)state;
	snprintf(file, sizeof file, "/tmp/alcove-settings-XXXXXX");
	int fd = mkstemp(file);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
	(void)state;
	return unlink(file);
}

static void write_file(const char *text) {
	FILE *f = fopen(file, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static bool read_text(const char *text, struct settings *s, struct fault *f) {
	write_file(text);
	settings_default(s);
	f->says[0] = 0;
	return settings_read(s, file, f);
}

static void everything_can_be_set(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_true(read_text("; a comment\n[place]\nname = Salón 2\n[screen]\nfullscreen = yes\nwindow = 800x480\n"
	                      "px_per_mm = 5.19\n[time]\nidle_seconds = 300\nanswer_seconds = 45\n[staff]\n"
	                      "broker_host = localhost\nbroker_port = 1884\n[content]\npack = a.pack\npack = b.pack\n"
	                      "fonts = f.ini\nstore = /data/alcove/\nusb = /media/stick\nkeys = /\n[staff]\n"
	                      "corner = bottom-right\n",
	                      &s, &f));
	assert_string_equal(s.place, "Salón 2");
	assert_true(s.fullscreen);
	assert_int_equal(s.window_w, 800);
	assert_int_equal(s.window_h, 480);
	assert_int_equal(s.px_per_cm, 52);
	assert_int_equal(s.idle_seconds, 300);
	assert_int_equal(s.answer_seconds, 45);
	assert_string_equal(s.broker_host, "localhost");
	assert_int_equal(s.broker_port, 1884);
	assert_int_equal(s.pack_count, 2);
	assert_string_equal(s.packs[0], "a.pack");
	assert_string_equal(s.packs[1], "b.pack");
	assert_string_equal(s.fonts, "f.ini");
	assert_string_equal(s.store, "/data/alcove");
	assert_string_equal(s.usb, "/media/stick");
	assert_string_equal(s.keys, "/");
	assert_int_equal(s.corner, HOLD_BOTTOM_RIGHT);
}

static void a_network_is_whole_or_refused(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	static const char *const bad[] = {"address = 192.168.1.50\n",
	                                  "address = 192.168.1.50/31\n",
	                                  "address = 192.168.1.50/7\n",
	                                  "address = 192.168.1.500/24\n",
	                                  "address = 127.0.0.1/8\n",
	                                  "address = 0.0.0.0/24\n",
	                                  "address = 10.0.0.1/24/24\n",
	                                  "address = 10.0.0.1/24 x\n",
	                                  "address = fe80::1/64\n",
	                                  "gateway = 10.0.0.1\n",
	                                  "dns = 10.0.0.1\n",
	                                  "address = 10.0.0.2/24\ngateway = here\n",
	                                  "address = 10.0.0.2/24\ndns = 10.0.0\n",
	                                  "address = 10.0.0.2/24\ngateway = 10.0.0.1/24\n"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char text[256];
		snprintf(text, sizeof text, "[place]\nname = A\n[network]\n%s", bad[i]);
		if (read_text(text, &s, &f)) {
			fail_msg("taken: %s", bad[i]);
		}
	}
	assert_true(read_text("[place]\nname = A\n[network]\naddress = 10.0.0.2/8\ngateway = 10.0.0.1\ndns = 9.9.9.9\n",
	                      &s, &f));
	assert_string_equal(s.net_address, "10.0.0.2/8");
	assert_string_equal(s.net_gateway, "10.0.0.1");
	assert_string_equal(s.net_dns, "9.9.9.9");
	assert_false(s.broker_here);
	assert_true(
	    read_text("[place]\nname = A\n[staff]\nbroker_host = here\n[network]\naddress = 10.0.0.2/24\n", &s, &f));
	assert_true(s.broker_here);
	assert_string_equal(s.broker_host, "127.0.0.1");
	assert_int_equal(s.broker_port, 1883);
	assert_false(read_text("[place]\nname = A\n[staff]\nbroker_host = here\n", &s, &f));
	assert_non_null(strstr(f.says, "write it as address in [network]"));
}

static void the_rest_has_defaults(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_true(read_text("[place]\nname = Quiet room\n", &s, &f));
	assert_int_equal(s.idle_seconds, 120);
	assert_int_equal(s.answer_seconds, 30);
	assert_int_equal(s.px_per_cm, 0);
	assert_string_equal(s.broker_host, "");
	assert_false(s.fullscreen);
}

/* The file that we ship as an example holds exactly the defaults. */
static void the_example_is_right(void **state) {
	(void)state;
	struct settings s, d;
	struct fault f = {""};
	settings_default(&s);
	settings_default(&d);
	if (!settings_read(&s, "kiosk/host/alcove.ini", &f)) {
		fail_msg("%s", f.says);
	}
	assert_int_equal(s.idle_seconds, d.idle_seconds);
	assert_int_equal(s.answer_seconds, d.answer_seconds);
	assert_int_equal(s.window_w, d.window_w);
	assert_int_equal(s.window_h, d.window_h);
	assert_int_equal(s.px_per_cm, d.px_per_cm);
	assert_int_equal(s.rotation, d.rotation);
	assert_int_equal(s.broker_port, d.broker_port);
	assert_string_equal(s.broker_host, d.broker_host);
	assert_int_equal(s.mqtt, d.mqtt);
	assert_string_equal(s.state_folder, d.state_folder);
	assert_int_equal(s.home_assistant, d.home_assistant);
	assert_int_equal(s.lamp_line, d.lamp_line);
	assert_int_equal(s.lamp_alive_line, d.lamp_alive_line);
	assert_string_equal(s.broker_ca, "");
	assert_string_equal(s.fonts, d.fonts);
	assert_int_equal(s.pack_count, 2);
	assert_string_equal(s.store, d.store);
	assert_string_equal(s.usb, d.usb);
	assert_string_equal(s.keys, d.keys);
	assert_int_equal(s.corner, d.corner);
	assert_string_equal(s.sound, d.sound);
}

static const struct {
	const char *text; /* after a good [place] of two lines */
	const char *says; /* part of the sentence */
} refused[] = {
    {"[time]\nidle_seconds = 119\n", ":4: idle_seconds: \"119\" is not a whole number from 120 to 300"},
    {"[time]\nidle_seconds = 301\n", ":4:"},
    {"[time]\nidle_seconds = 2 min\n", ":4:"},
    {"[time]\nidle_seconds =\n", ":4:"},
    {"[time]\nidle_seconds = 99999999999999999999\n", ":4:"},
    {"[time]\n\n\nanswer_seconds = 19\n", ":6: answer_seconds: \"19\" is not a whole number from 20 to 45"},
    {"[time]\nanswer_seconds = 46\n", ":4:"},
    {"[screen]\nrotation = 45\n", ":4: rotation: write 0, 90, 180 or 270"},
    {"[screen]\nrotation =\n", ":4:"},
    {"[screen]\nfullscreen = maybe\n", ":4: fullscreen: \"maybe\" is neither yes nor no"},
    {"[screen]\nwindow = 1280\n", ":4: window: \"1280\" is not a size such as 1280x800"},
    {"[screen]\nwindow = 319x400\n", ":4:"},
    {"[screen]\nwindow = 4097x400\n", ":4:"},
    {"[screen]\nwindow = 800x480x2\n", ":4:"},
    {"[screen]\npx_per_mm = 1.9\n", ":4: px_per_mm: \"1.9\" is not a number from 2 to 20"},
    {"[screen]\npx_per_mm = 20.1\n", ":4:"},
    {"[screen]\npx_per_mm = nan\n", ":4:"},
    {"[screen]\npx_per_mm = fine\n", ":4:"},
    {"[staff]\nbroker_host = desk.example.org\n", "the broker \"desk.example.org\" is another machine"},
    {"[staff]\nbroker_host = 192.168.1.2\n", "another machine"},
    {"[staff]\nbroker_host = 127.evil.example\n", "another machine"},
    {"[staff]\nbroker_host = desk\nbroker_ca = ca.crt\n", "broker_user and broker_password_file are needed"},
    {"[staff]\nbroker_host = desk\nbroker_user = a\nbroker_password_file = b\n", "unprotected"},
    {"[staff]\nbroker_user = a\n", "belong together"},
    {"[staff]\nbroker_password_file = a\n", "belong together"},
    {"[staff]\nbroker_psk_file = a\n", "belong together"},
    {"[staff]\nbroker_psk_identity = a\n", "belong together"},
    {"[staff]\nbroker_key = a\nbroker_ca = b\n", "Please give all three"},
    {"[staff]\nbroker_key = a\nbroker_certificate = b\n", "Please give all three"},
    {"[staff]\nbroker_ca = a\nbroker_psk_file = b\nbroker_psk_identity = c\n", "Please leave one out"},
    {"[staff]\nmqtt = 4\n", ":4: mqtt: \"4\" is no version of MQTT"},
    {"[staff]\nhome_assistant = on\n", ":4: home_assistant: \"on\" is neither yes nor no"},
    {"[staff]\ncorner = top-right\n", ":4: corner: \"Hide this\" is at the top right"},
    {"[staff]\ncorner = middle\n", ":4: corner: write top-left, bottom-left, bottom-right, or none"},
    {"[sound]\ndevice = hw 0\n", "is no name of a sound card"},
    {"[sound]\ndevice = a\"b\n", "is no name of a sound card"},
    {"[lamp]\nline = 3\n", "a lamp needs its chip"},
    {"[lamp]\nchip = /dev/gpiochip0\n", "a lamp needs its chip"},
    {"[lamp]\nchip = /dev/gpiochip0\nline = 3\nalive_line = 3\n", "are the same"},
    {"[lamp]\nline = 1024\n", ":4: line: \"1024\" is not a whole number from 0 to 1023"},
    {"[staff]\nbroker_port = 0\n", ":4:"},
    {"[staff]\nbroker_port = 65536\n", ":4:"},
    {"[content]\npack =\n", ":4: pack: the pack has no file name"},
    {"[content]\npack=1\npack=2\npack=3\npack=4\npack=5\npack=6\npack=7\npack=8\npack=9\n",
     ":12: pack: there are more than 8"},
    {"[time]\nidle = 120\n", ":4: there is no setting \"idle\" in [time]"},
    {"[tine]\nidle_seconds = 120\n", ":4: there is no setting \"idle_seconds\" in [tine]"},
    {"[time]\nidle_seconds = 120\nidle_seconds = 120\n", ":5: \"idle_seconds\" is given a second time"},
    {"[time]\nthis is no setting\n", ":4: this is neither"},
    {"[time\nidle_seconds = 120\n", ":3: this [section] has no ]"},
};

static void each_wrong_value_has_its_sentence(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct settings s;
		struct fault f;
		char text[1024];
		snprintf(text, sizeof text, "[place]\nname = Quiet room\n%s", refused[i].text);
		if (read_text(text, &s, &f)) {
			fail_msg("taken: %s", refused[i].text);
		}
		if (strstr(f.says, refused[i].says) == NULL || strstr(f.says, file) != f.says) {
			fail_msg("%s\nsays: %s", refused[i].text, f.says);
		}
	}
}

static void places_have_plain_names(void **state) {
	(void)state;
	static const char *const bad[] = {
	    "",
	    "\xff",
	    "a\x01"
	    "b",
	    "\xed\xa0\x80",
	    "a\u2028b",
	    "a\u202eb",
	    "0123456789012345678901234567890123456789012345678901234567890",
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct settings s;
		struct fault f;
		char text[256];
		snprintf(text, sizeof text, "[place]\nname = %s\n", bad[i]);
		assert_false(read_text(text, &s, &f));
		assert_non_null(strstr(f.says, ":2: name: "));
	}
}

/* Whatever the name: it cannot reach the structure of a topic, and no two names meet. */
static void a_place_has_one_encoding(void **state) {
	(void)state;
	char topic[PLACE_TOPIC], object[PLACE_OBJECT];
	place_topic("Quiet room", topic);
	assert_string_equal(topic, "Quiet%20room");
	place_topic("Café + hall", topic);
	assert_string_equal(topic, "Caf%C3%A9%20%2B%20hall");
	place_topic("a/b#c$d%20-_.~", topic);
	assert_string_equal(topic, "a%2Fb%23c%24d%2520-_.~");
	place_topic("////////////////////////////////////////////////////////////", topic);
	assert_int_equal(strlen(topic), PLACE_TOPIC - 1);
	place_object("Quiet room_2", object);
	assert_string_equal(object, "alcove_Quiet_20room_5f2");
	place_object("////////////////////////////////////////////////////////////", object);
	assert_int_equal(strlen(object), 7 + 180);
}

/* --- the line to staff ------------------------------------------------------------------------------------------ */

static void a_protected_line_can_be_set(void **state) {
	(void)state;
	struct settings s;
	struct fault f = {""};
	assert_true(
	    read_text("[place]\nname = Quiet room\n[staff]\nbroker_host = desk.example.org\nbroker_ca = ca.crt\n"
	              "broker_certificate = kiosk.crt\nbroker_key = kiosk.key\nbroker_user = kiosk\n"
	              "broker_password_file = kiosk.password\nmqtt = 3.1.1\nstate_folder = /run/here\n"
	              "home_assistant = yes\n[lamp]\nchip = /dev/gpiochip0\nline = 17\nalive_line = 27\n",
	              &s, &f));
	assert_string_equal(s.broker_ca, "ca.crt");
	assert_string_equal(s.broker_user, "kiosk");
	assert_int_equal(s.broker_port, 8883);
	assert_int_equal(s.mqtt, 3);
	assert_true(s.home_assistant);
	assert_string_equal(s.state_folder, "/run/here");
	assert_string_equal(s.lamp_chip, "/dev/gpiochip0");
	assert_int_equal(s.lamp_line, 17);
	assert_int_equal(s.lamp_alive_line, 27);
	assert_true(read_text("[place]\nname = a\n[staff]\nbroker_host = 10.0.0.1\nbroker_psk_identity = kiosk\n"
	                      "broker_psk_file = psk\nbroker_port = 8884\nbroker_user = u\nbroker_password_file = p\n",
	                      &s, &f));
	assert_int_equal(s.broker_port, 8884);
	assert_int_equal(s.mqtt, 5);
}

/* --- sound ------------------------------------------------------------------------------------------------------ */

static void a_sound_card_can_be_named(void **state) {
	(void)state;
	struct settings s;
	struct fault f = {""};
	settings_default(&s);
	assert_string_equal(settings_sound(&s), ""); /* the likeliest */
	assert_true(read_text("[place]\nname = a\n[sound]\ndevice = plughw:CARD=Device,DEV=0\n", &s, &f));
	assert_string_equal(settings_sound(&s), "plughw:CARD=Device,DEV=0");
	assert_true(read_text("[place]\nname = a\n[sound]\ndevice =\n", &s, &f));
	assert_string_equal(settings_sound(&s), "");
	assert_true(read_text("[place]\nname = a\n[sound]\ndevice = none\n", &s, &f));
	assert_null(settings_sound(&s));
}

static void only_this_machine_is_loopback(void **state) {
	(void)state;
	assert_true(settings_loopback("127.0.0.1") && settings_loopback("127.1.2.3") && settings_loopback("::1") &&
	            settings_loopback("localhost"));
	assert_false(settings_loopback("127.0.0.1.example.org") || settings_loopback("127.example.org") ||
	             settings_loopback("::2") || settings_loopback("localhost.example.org") ||
	             settings_loopback("128.0.0.1"));
}

static const struct {
	int mode;
	const char *text, *says; /* NULL when it is fine */
} secrets[] = {
    {0600, "secret\n", NULL},
    {0400, "secret", NULL},
    {0640, "secret\nmore\n", NULL},
    {0644, "secret\n", "can be read or changed by others"},
    {0620, "secret\n", "can be read or changed by others"},
    {0600, "", "should hold one line"},
    {0600, "\nsecret", "should hold one line"},
};

static void a_secret_is_kept_from_others(void **state) {
	(void)state;
	char secret[SECRET_BYTES];
	struct fault f;
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		chmod(file, 0600);
		write_file(secrets[i].text);
		chmod(file, (mode_t)secrets[i].mode);
		if (secrets[i].says == NULL) {
			assert_true(secret_read(file, secret, &f));
			assert_string_equal(secret, "secret");
		} else {
			assert_false(secret_read(file, secret, &f));
			assert_non_null(strstr(f.says, secrets[i].says));
			assert_non_null(strstr(f.says, file));
		}
	}
	chmod(file, 0600);
	assert_false(secret_read("/tmp", secret, &f));
	assert_false(secret_read("/nowhere/secret", secret, &f));
}

static void what_is_missing_is_named(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	assert_false(read_text("[time]\nidle_seconds = 120\n", &s, &f));
	assert_non_null(strstr(f.says, "\"name\" in [place] is missing"));
	assert_false(read_text("", &s, &f));
	settings_default(&s);
	assert_false(settings_read(&s, "/nowhere/alcove.ini", &f));
	assert_non_null(strstr(f.says, "/nowhere/alcove.ini"));
	assert_false(settings_read(&s, "/tmp", &f));
}

/* A line that the parser's buffer would cut in two is refused, not read as something else. */
static void long_lines_are_refused(void **state) {
	(void)state;
	char text[2000] = "[place]\nname = Quiet room\n[content]\npack = ";
	size_t len = strlen(text);
	memset(text + len, 'a', 1000);
	strcpy(text + len + 1000, "\n");
	struct settings s;
	struct fault f;
	assert_false(read_text(text, &s, &f));
	assert_non_null(strstr(f.says, ":4: this line is too long"));
}

/* --- options ---------------------------------------------------------------------------------------------------- */

static bool options(struct settings *s, enum options_do *what, struct fault *f, const char *a, const char *b,
                    const char *c, const char *d) {
	char words[5][64] = {"alcove"};
	const char *given[] = {a, b, c, d};
	char *argv[6] = {words[0]};
	int argc = 1;
	for (int i = 0; i < 4 && given[i] != NULL; i++) {
		snprintf(words[argc], sizeof words[argc], "%s", given[i]);
		argv[argc] = words[argc];
		argc++;
	}
	f->says[0] = 0;
	return options_read(argc, argv, s, what, f);
}

static void options_win_over_the_file(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	enum options_do what;
	write_file("[place]\nname = Here\n[screen]\nfullscreen = yes\n[content]\npack = one\npack = two\n");
	char config[80];
	snprintf(config, sizeof config, "--config=%s", file);
	assert_true(options(&s, &what, &f, "--pack", "mine", "--window=640x480", config));
	assert_int_equal(what, OPTIONS_RUN);
	assert_string_equal(s.place, "Here");
	assert_false(s.fullscreen);
	assert_int_equal(s.window_w, 640);
	assert_int_equal(s.pack_count, 1);
	assert_string_equal(s.packs[0], "mine");
	assert_true(options(&s, &what, &f, config, NULL, NULL, NULL));
	assert_int_equal(s.pack_count, 2);
	assert_true(options(&s, &what, &f, config, "--store=s", "--usb=u/", "--keys=k"));
	assert_string_equal(s.store, "s");
	assert_string_equal(s.usb, "u");
	assert_string_equal(s.keys, "k");
}

static void each_wrong_option_has_its_sentence(void **state) {
	(void)state;
	static const struct {
		const char *a, *b, *c, *d, *says;
	} wrong[] = {
	    {"--colour", NULL, NULL, NULL, "There is no option --colour"},
	    {"-x", NULL, NULL, NULL, "There is no option -x"},
	    {"--pack", NULL, NULL, NULL, "--pack needs a value"},
	    {"a.pack", NULL, NULL, NULL, "\"a.pack\" is not an option"},
	    {"--window", "big", "--pack", "a", "--window: \"big\" is not a size"},
	    {"--window", "640x480", "--window", "640x480", "--window is given twice"},
	    {"--config", "a", "--config", "b", "--config is given twice"},
	    {"--config", "/nowhere/x.ini", NULL, NULL, "/nowhere/x.ini"},
	    {"--pack", "", NULL, NULL, "--pack: the pack has no file name"},
	    {"--store", "a", "--store", "b", "--store is given twice"},
	    {"--store", NULL, NULL, NULL, "--store needs a value"},
	    {"--pack", "a", "--usb", "b", "please give --store DIR"},
	    {"--pack", "a", "--keys", "b", "please give --store DIR"},
	    {NULL, NULL, NULL, NULL, "nothing to show"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct settings s;
		struct fault f;
		enum options_do what;
		assert_false(options(&s, &what, &f, wrong[i].a, wrong[i].b, wrong[i].c, wrong[i].d));
		if (strstr(f.says, wrong[i].says) == NULL) {
			fail_msg("expected \"%s\", got \"%s\"", wrong[i].says, f.says);
		}
	}
}

static void help_and_version_need_nothing_else(void **state) {
	(void)state;
	struct settings s;
	struct fault f;
	enum options_do what;
	assert_true(options(&s, &what, &f, "--help", NULL, NULL, NULL));
	assert_int_equal(what, OPTIONS_HELP);
	assert_true(options(&s, &what, &f, "--version", NULL, NULL, NULL));
	assert_int_equal(what, OPTIONS_VERSION);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_can_be_set),
	    cmocka_unit_test(a_network_is_whole_or_refused),
	    cmocka_unit_test(the_rest_has_defaults),
	    cmocka_unit_test(the_example_is_right),
	    cmocka_unit_test(each_wrong_value_has_its_sentence),
	    cmocka_unit_test(places_have_plain_names),
	    cmocka_unit_test(a_place_has_one_encoding),
	    cmocka_unit_test(a_protected_line_can_be_set),
	    cmocka_unit_test(a_sound_card_can_be_named),
	    cmocka_unit_test(only_this_machine_is_loopback),
	    cmocka_unit_test(a_secret_is_kept_from_others),
	    cmocka_unit_test(what_is_missing_is_named),
	    cmocka_unit_test(long_lines_are_refused),
	    cmocka_unit_test(options_win_over_the_file),
	    cmocka_unit_test(each_wrong_option_has_its_sentence),
	    cmocka_unit_test(help_and_version_need_nothing_else),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
