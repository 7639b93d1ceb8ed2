#include "host/settings.h"

#include "base/geom.h"
#include "host/slots.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void settings_default(struct settings *s) {
	*s = (struct settings){
	    .place = "Alcove",
	    .idle_seconds = 120,
	    .answer_seconds = 30,
	    .window_w = 1280,
	    .window_h = 800,
	    .broker_port = 1883,
	    .mqtt = 5,
	    .state_folder = "/run/alcove",
	    .lamp_line = -1,
	    .lamp_alive_line = -1,
	    .hurry = 1,
	    .fonts = "assets/fonts.ini",
	    .slots = SLOTS_SOCKET,
	    .corner = HOLD_TOP_LEFT,
	    .volume = 50,
	};
}

/* --- values ----------------------------------------------------------------------------------------------------- */

static bool whole_number(const char *text, int least, int most, int *out, struct fault *f) {
	char *end;
	errno = 0;
	long n = strtol(text, &end, 10);
	if (text[0] == 0 || *end != 0 || errno != 0 || n < least || n > most) {
		return fault_say(f, "\"%s\" is not a whole number from %d to %d.", text, least, most);
	}
	*out = (int)n;
	return true;
}

static bool copy_text(const char *text, char *out, size_t room, struct fault *f) {
	if (strlen(text) >= room) {
		return fault_say(f, "this is longer than %zu bytes. Please make it shorter.", room - 1);
	}
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool yes_or_no(const char *value, bool *out, struct fault *f) {
	*out = strcmp(value, "yes") == 0;
	return *out || strcmp(value, "no") == 0 || fault_say(f, "\"%s\" is neither yes nor no.", value);
}

static bool set_place(struct settings *s, const char *value, struct fault *f) {
	if (value[0] == 0) {
		return fault_say(f, "the place has no name. Write what staff call it, such as \"Quiet room\".");
	}
	if (!place_is_name(value)) {
		return fault_say(f, "a place's name is plain text of 1 to %d bytes. Please choose another.",
		                 PLACE_NAME - 1);
	}
	return copy_text(value, s->place, sizeof s->place, f);
}

static bool set_idle(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 120, 300, &s->idle_seconds, f);
}

static bool set_answer(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 20, 45, &s->answer_seconds, f);
}

static bool set_fullscreen(struct settings *s, const char *value, struct fault *f) {
	return yes_or_no(value, &s->fullscreen, f);
}

static bool set_px_per_mm(struct settings *s, const char *value, struct fault *f) {
	char *end;
	double n = strtod(value, &end);
	if (value[0] == 0 || *end != 0 || !(n == 0 || (n >= 2 && n <= 20))) {
		return fault_say(f, "\"%s\" is not a number from 2 to 20, or 0 to ask the display.", value);
	}
	s->px_per_cm = (int)(n * 10 + 0.5);
	return true;
}

static bool set_rotation(struct settings *s, const char *value, struct fault *f) {
	static const struct {
		const char *name;
		int rotation;
	} turns[] = {{"0", 0}, {"90", 90}, {"180", 180}, {"270", 270}};
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		if (strcmp(value, turns[i].name) == 0) {
			s->rotation = turns[i].rotation;
			return true;
		}
	}
	return fault_say(f, "write 0, 90, 180 or 270: how far the screen is turned, clockwise.");
}

/* --- the line to staff ------------------------------------------------------------------------------------------ */

bool settings_loopback(const char *host) {
	struct in_addr v4;
	struct in6_addr v6;
	return strcmp(host, "localhost") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127) ||
	       (inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

static bool set_broker_host(struct settings *s, const char *value, struct fault *f) {
	s->broker_here = strcmp(value, "here") == 0;
	return copy_text(s->broker_here ? "127.0.0.1" : value, s->broker_host, sizeof s->broker_host, f);
}

static bool set_broker_port(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 1, 65535, &s->broker_port, f);
}

static bool set_mqtt(struct settings *s, const char *value, struct fault *f) {
	s->mqtt = strcmp(value, "5") == 0 ? 5 : 3;
	return s->mqtt == 5 || strcmp(value, "3.1.1") == 0 ||
	       fault_say(f, "\"%s\" is no version of MQTT that Alcove speaks. Write 5 or 3.1.1.", value);
}

static bool set_user(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_user, sizeof s->broker_user, f);
}

static bool set_password_file(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_password_file, sizeof s->broker_password_file, f);
}

static bool set_ca(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_ca, sizeof s->broker_ca, f);
}

static bool set_certificate(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_certificate, sizeof s->broker_certificate, f);
}

static bool set_key(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_key, sizeof s->broker_key, f);
}

static bool set_psk_identity(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_psk_identity, sizeof s->broker_psk_identity, f);
}

static bool set_psk_file(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->broker_psk_file, sizeof s->broker_psk_file, f);
}

static bool set_state_folder(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->state_folder, sizeof s->state_folder, f);
}

static bool set_home_assistant(struct settings *s, const char *value, struct fault *f) {
	return yes_or_no(value, &s->home_assistant, f);
}

static bool set_lamp_chip(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->lamp_chip, sizeof s->lamp_chip, f);
}

static bool set_lamp_line(struct settings *s, const char *value, struct fault *f) {
	return value[0] == 0 || whole_number(value, 0, SETTINGS_LINES - 1, &s->lamp_line, f);
}

static bool set_lamp_alive_line(struct settings *s, const char *value, struct fault *f) {
	return value[0] == 0 || whole_number(value, 0, SETTINGS_LINES - 1, &s->lamp_alive_line, f);
}

/* --- the network of an image ------------------------------------------------------------------------------------ */

static bool is_v4(const char *text, size_t length) {
	char alone[INET_ADDRSTRLEN] = "";
	struct in_addr a;
	return length < sizeof alone && inet_pton(AF_INET, memcpy(alone, text, length), &a) == 1 && a.s_addr != 0 &&
	       ntohl(a.s_addr) >> 24 != 127;
}

static bool set_net_address(struct settings *s, const char *value, struct fault *f) {
	size_t n = strcspn(value, "/");
	int length;
	struct fault ignored;
	if (value[0] != 0 &&
	    (value[n] == 0 || !is_v4(value, n) || !whole_number(value + n + 1, 8, 30, &length, &ignored))) {
		return fault_say(
		    f,
		    "\"%.40s\" is no address with its net. Write it such as 192.168.1.50/24, or nothing for "
		    "the one that the network gives.",
		    value);
	}
	return copy_text(value, s->net_address, sizeof s->net_address, f);
}

static bool set_v4(const char *value, char out[SETTINGS_ADDRESS], struct fault *f) {
	if (value[0] != 0 && !is_v4(value, strlen(value))) {
		return fault_say(f, "\"%.40s\" is no address. Write it such as 192.168.1.1, or nothing.", value);
	}
	return copy_text(value, out, SETTINGS_ADDRESS, f);
}

static bool set_net_gateway(struct settings *s, const char *value, struct fault *f) {
	return set_v4(value, s->net_gateway, f);
}

static bool set_net_dns(struct settings *s, const char *value, struct fault *f) {
	return set_v4(value, s->net_dns, f);
}

static bool network_is_whole(const struct settings *s, struct fault *f) {
	if (s->net_address[0] == 0 && (s->net_gateway[0] != 0 || s->net_dns[0] != 0)) {
		return fault_say(f, "gateway and dns belong to an address. Please give that too, or leave them out.");
	}
	return !s->broker_here || s->net_address[0] != 0 ||
	       fault_say(f, "with broker_host = here staff open this screen's page by its address, so it must stay the "
	                    "same. Please ask whoever looks after the network for one, and write it as address in "
	                    "[network].");
}

#ifdef ALCOVE_DEVELOPER
static bool set_hurry(struct settings *s, const char *value, struct fault *f) {
	return whole_number(value, 1, 3600, &s->hurry, f);
}
#endif

/* What belongs together is there together. */
static bool line_is_whole(const struct settings *s, struct fault *f) {
	bool ca = s->broker_ca[0] != 0, psk = s->broker_psk_file[0] != 0;
	if (ca && psk) {
		return fault_say(
		    f, "broker_ca and broker_psk_file are two ways to protect one line. Please leave one out.");
	}
	if (psk != (s->broker_psk_identity[0] != 0)) {
		return fault_say(f, "broker_psk_identity and broker_psk_file belong together. Please give both.");
	}
	if ((s->broker_certificate[0] != 0) != (s->broker_key[0] != 0) || (s->broker_key[0] != 0 && !ca)) {
		return fault_say(
		    f, "broker_certificate, broker_key and broker_ca belong together. Please give all three.");
	}
	if ((s->broker_user[0] != 0) != (s->broker_password_file[0] != 0)) {
		return fault_say(f, "broker_user and broker_password_file belong together. Please give both.");
	}
	if (s->broker_host[0] == 0 || settings_loopback(s->broker_host)) {
		return true;
	}
	if (!ca && !psk) {
		return fault_say(
		    f,
		    "the broker \"%.64s\" is another machine, and requests would cross the network unprotected. "
		    "Give broker_ca (alcove desk-init makes one), or use a broker on this machine.",
		    s->broker_host);
	}
	return s->broker_user[0] != 0 ||
	       fault_say(f, "the broker \"%.64s\" is another machine: broker_user and broker_password_file are needed.",
	                 s->broker_host);
}

static bool lamp_is_whole(const struct settings *s, struct fault *f) {
	bool lines = s->lamp_line >= 0 || s->lamp_alive_line >= 0;
	if (lines != (s->lamp_chip[0] != 0)) {
		return fault_say(f,
		                 "a lamp needs its chip and a line or alive_line. Please give them, or leave all out.");
	}
	return s->lamp_line < 0 || s->lamp_line != s->lamp_alive_line ||
	       fault_say(f, "line and alive_line are the same. Please give each its own.");
}

/* What ALSA's names are made of. */
static bool set_sound(struct settings *s, const char *value, struct fault *f) {
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:=,.+";
	if (value[strspn(value, allowed)] != 0) {
		return fault_say(
		    f, "\"%.60s\" is no name of a sound card. `aplay -l` lists them; none is for no sound.", value);
	}
	return copy_text(value, s->sound, sizeof s->sound, f);
}

const char *settings_sound(const struct settings *s) {
	return strcmp(s->sound, "none") == 0 ? NULL : s->sound;
}

static bool set_fonts(struct settings *s, const char *value, struct fault *f) {
	return copy_text(value, s->fonts, sizeof s->fonts, f);
}

static bool set_corner(struct settings *s, const char *value, struct fault *f) {
	static const struct {
		const char *name;
		enum hold_corner corner;
	} corners[] = {{"top-left", HOLD_TOP_LEFT},
	               {"bottom-left", HOLD_BOTTOM_LEFT},
	               {"bottom-right", HOLD_BOTTOM_RIGHT},
	               {"none", HOLD_NOWHERE}};
	for (size_t i = 0; i < sizeof corners / sizeof corners[0]; i++) {
		if (strcmp(value, corners[i].name) == 0) {
			s->corner = corners[i].corner;
			return true;
		}
	}
	return fault_say(f, strcmp(value, "top-right") == 0
	                        ? "\"Hide this\" is at the top right. Write top-left, bottom-left or bottom-right."
	                        : "write top-left, bottom-left, bottom-right, or none for no staff mode.");
}

/* A folder that need not be there yet: a stick comes and goes, and the rest is looked at when it is needed. */
static bool set_folder(const char *value, char out[SETTINGS_PATH], struct fault *f) {
	size_t n = strlen(value);
	while (n > 1 && value[n - 1] == '/') {
		n--;
	}
	if (n >= SETTINGS_PATH) {
		return fault_say(f, "this is longer than %d bytes. Please make it shorter.", SETTINGS_PATH - 1);
	}
	memcpy(out, value, n);
	out[n] = 0;
	return true;
}

bool settings_store(struct settings *s, const char *folder, struct fault *f) {
	return set_folder(folder, s->store, f);
}

bool settings_usb(struct settings *s, const char *folder, struct fault *f) {
	return set_folder(folder, s->usb, f);
}

bool settings_keys(struct settings *s, const char *folder, struct fault *f) {
	return set_folder(folder, s->keys, f);
}

bool settings_add_pack(struct settings *s, const char *path, struct fault *f) {
	if (s->pack_count == WIRE_MAX_PACKS) {
		return fault_say(f, "there are more than %d packs. Please leave some out.", WIRE_MAX_PACKS);
	}
	if (path[0] == 0) {
		return fault_say(f, "the pack has no file name.");
	}
	if (!copy_text(path, s->packs[s->pack_count], sizeof s->packs[0], f)) {
		return false;
	}
	s->pack_count++;
	return true;
}

/* Digits up to `stop`, within what a glass may measure; 0 when it is anything else. */
static int pixels(const char *text, char stop, const char **after) {
	char *end;
	long n = text[0] >= '0' && text[0] <= '9' ? strtol(text, &end, 10) : 0;
	if (n < GLASS_MIN || n > GLASS_MAX || *end != stop) {
		return 0;
	}
	*after = end + 1;
	return (int)n;
}

bool settings_window(struct settings *s, const char *size, struct fault *f) {
	const char *rest = NULL;
	int w = pixels(size, 'x', &rest);
	int h = w > 0 ? pixels(rest, 0, &rest) : 0;
	if (h == 0) {
		return fault_say(f, "\"%s\" is not a size such as 1280x800 (each from %d to %d).", size, GLASS_MIN,
		                 GLASS_MAX);
	}
	s->window_w = w;
	s->window_h = h;
	return true;
}

/* --- the file --------------------------------------------------------------------------------------------------- */

struct setting {
	const char *section, *name;
	bool (*set)(struct settings *s, const char *value, struct fault *f);
	enum { MAY_BE, MUST_BE, MAY_REPEAT } times;
};

static const struct setting known[] = {
    {"place", "name", set_place, MUST_BE},
    {"screen", "fullscreen", set_fullscreen, MAY_BE},
    {"screen", "window", settings_window, MAY_BE},
    {"screen", "px_per_mm", set_px_per_mm, MAY_BE},
    {"screen", "rotation", set_rotation, MAY_BE},
    {"time", "idle_seconds", set_idle, MAY_BE},
    {"time", "answer_seconds", set_answer, MAY_BE},
    {"staff", "broker_host", set_broker_host, MAY_BE},
    {"staff", "broker_port", set_broker_port, MAY_BE},
    {"staff", "mqtt", set_mqtt, MAY_BE},
    {"staff", "broker_user", set_user, MAY_BE},
    {"staff", "broker_password_file", set_password_file, MAY_BE},
    {"staff", "broker_ca", set_ca, MAY_BE},
    {"staff", "broker_certificate", set_certificate, MAY_BE},
    {"staff", "broker_key", set_key, MAY_BE},
    {"staff", "broker_psk_identity", set_psk_identity, MAY_BE},
    {"staff", "broker_psk_file", set_psk_file, MAY_BE},
    {"staff", "state_folder", set_state_folder, MAY_BE},
    {"staff", "home_assistant", set_home_assistant, MAY_BE},
    {"staff", "corner", set_corner, MAY_BE},
#ifdef ALCOVE_DEVELOPER
    {"staff", "hurry", set_hurry, MAY_BE},
#endif
    {"sound", "device", set_sound, MAY_BE},
    {"network", "address", set_net_address, MAY_BE},
    {"network", "gateway", set_net_gateway, MAY_BE},
    {"network", "dns", set_net_dns, MAY_BE},
    {"lamp", "chip", set_lamp_chip, MAY_BE},
    {"lamp", "line", set_lamp_line, MAY_BE},
    {"lamp", "alive_line", set_lamp_alive_line, MAY_BE},
    {"content", "pack", settings_add_pack, MAY_REPEAT},
    {"content", "fonts", set_fonts, MAY_BE},
    {"content", "store", settings_store, MAY_BE},
    {"content", "usb", settings_usb, MAY_BE},
    {"content", "keys", settings_keys, MAY_BE},
};
enum { KNOWN = sizeof known / sizeof known[0] };

struct reading {
	struct settings *settings;
	struct fault *fault;
	const char *path;
	FILE *file;
	int line;
	bool failed;
	bool seen[KNOWN];
};

/* The first thing that is wrong is the one that is told. */
static int refuse(struct reading *r, const char *says) {
	if (!r->failed) {
		r->failed = true;
		fault_say(r->fault, "%s:%d: %s", r->path, r->line, says);
	}
	return 0;
}

/* inih calls this for every line, in the way of fgets; it counts, and refuses lines that inih would cut in two. */
static char *next_line(char *str, int room, void *stream) {
	struct reading *r = stream;
	if (fgets(str, room, r->file) == NULL) {
		return NULL;
	}
	r->line++;
	if (strchr(str, '\n') == NULL && !feof(r->file)) {
		refuse(r, "this line is too long. Please shorten it.");
		return NULL;
	}
	/* inih would tell this only after the lines below it have been taken for another section's. */
	if (str[strspn(str, " \t")] == '[' && strchr(str, ']') == NULL) {
		refuse(r, "this [section] has no ]. Please add it.");
		return NULL;
	}
	return str;
}

static int known_index(const char *section, const char *name) {
	for (int i = 0; i < KNOWN; i++) {
		if (strcmp(known[i].section, section) == 0 && strcmp(known[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

static int take_setting(void *user, const char *section, const char *name, const char *value) {
	struct reading *r = user;
	struct fault why;
	int i = known_index(section, name);
	if (r->failed) {
		return 0;
	}
	if (i < 0) {
		fault_say(&why, "there is no setting \"%s\" in [%s]. kiosk/host/alcove.ini shows all of them.", name,
		          section);
		return refuse(r, why.says);
	}
	if (r->seen[i] && known[i].times != MAY_REPEAT) {
		fault_say(&why, "\"%s\" is given a second time. Please leave one of them out.", name);
		return refuse(r, why.says);
	}
	r->seen[i] = true;
	if (!known[i].set(r->settings, value, &why)) {
		char says[sizeof why.says + 64];
		snprintf(says, sizeof says, "%s: %s", name, why.says);
		return refuse(r, says);
	}
	return 1;
}

static bool all_needed(struct reading *r) {
	for (int i = 0; i < KNOWN; i++) {
		if (known[i].times == MUST_BE && !r->seen[i]) {
			return fault_say(r->fault, "%s: the setting \"%s\" in [%s] is missing. Please add it.", r->path,
			                 known[i].name, known[i].section);
		}
	}
	return true;
}

static bool was_given(const struct reading *r, const char *section, const char *name) {
	return r->seen[known_index(section, name)];
}

static bool makes_sense(const struct reading *r) {
	struct settings *s = r->settings;
	struct fault why;
	bool tls = s->broker_ca[0] != 0 || s->broker_psk_file[0] != 0;
	if (tls && !was_given(r, "staff", "broker_port")) {
		s->broker_port = 8883; /* MQTT over TLS (IANA) */
	}
	return (line_is_whole(s, &why) && network_is_whole(s, &why) && lamp_is_whole(s, &why)) ||
	       fault_say(r->fault, "%.200s: %s", r->path, why.says);
}

bool settings_read(struct settings *s, const char *path, struct fault *f) {
	struct reading r = {.settings = s, .fault = f, .path = path, .file = fopen(path, "re")};
	if (r.file == NULL) {
		return fault_say(f, "The settings %s could not be read: %s.", path, strerror(errno));
	}
	s->pack_count = 0;
	int bad_line = ini_parse_stream(next_line, &r, take_setting, &r);
	bool broken = ferror(r.file) != 0;
	fclose(r.file);
	if (r.failed) {
		return false;
	}
	if (broken) {
		return fault_say(f, "The settings %s could not be read to the end.", path);
	}
	if (bad_line != 0) {
		return fault_say(f, "%s:%d: this is neither a [section], nor name = value, nor a ; comment.", path,
		                 bad_line);
	}
	return all_needed(&r) && makes_sense(&r);
}
