#include "replay/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char replay_help[] =
    "alcove-replay [OPTIONS] --pack FILE... SCRIPT\n"
    "Plays a script to a real visit, over the real wire, with the time that the script says. SCRIPT may be -.\n"
    "Ends with 0 when every line held; with 1 at the first that did not, naming it; with 2 when it could not begin.\n"
    "\n"
    "  --size WxH           the glass in pixels (default 1280x800)\n"
    "  --px-per-mm N        pixels per millimetre (default 5.19 when the shorter side is 480 or less, else 5.9)\n"
    "  --lang CODE          begin at home in this language\n"
    "  --audience client|staff\n"
    "  --pack FILE          a pack; again for each, the most important last\n"
    "  --broker HOST:PORT   send requests to staff over a real broker; lines that expect then wait up to 6 s\n"
    "  --place NAME         what staff call this kiosk (default Alcove)\n"
    "  --config FILE        settings of a kiosk, such as kiosk/host/alcove.ini: its place and its line to staff\n"
    "  --store DIR          staff mode: where packs, the PIN and what staff set are kept; a script's `hold` opens it\n"
    "  --usb DIR            where a stick is shown\n"
    "  --keys DIR           public keys of those whose packs are taken\n"
    "  --first-start        begin with the kiosk's first start, as when it is switched on, if that is still to come\n"
    "  --slots SOCKET       the service that changes systems (image/slots), where one listens\n"
    "  --no-line            as if no line to staff were configured (default: configured, but nothing is sent)\n"
    "  --program FILE       the visit's program (default: alcove, beside this one)\n"
    "  --fonts FILE         the font table (default assets/fonts.ini)\n"
    "  --help\n"
    "\n";

/* A whole number from `least` to `most` that ends with `end`; NULL when it is not there, else what is behind it. */
static const char *read_whole(const char *s, long least, long most, char end, int *out) {
	char *rest;
	long n = strtol(s, &rest, 10);
	if (rest == s || *rest != end || n < least || n > most) {
		return NULL;
	}
	*out = (int)n;
	return rest + 1;
}

static bool read_size(const char *s, struct glass *g, struct fault *f) {
	const char *height = read_whole(s, GLASS_MIN, GLASS_MAX, 'x', &g->w);
	if (height == NULL || read_whole(height, GLASS_MIN, GLASS_MAX, 0, &g->h) == NULL) {
		return fault_say(f, "\"%.40s\" is no size. Write it like 1280x800; each side from %d to %d.", s,
		                 GLASS_MIN, GLASS_MAX);
	}
	return true;
}

static bool read_density(const char *s, struct glass *g, struct fault *f) {
	char *end;
	double per_mm = strtod(s, &end);
	if (end == s || *end != 0 || !(per_mm >= 2 && per_mm <= 20)) {
		return fault_say(f, "\"%.40s\" is no number of pixels per millimetre from 2 to 20.", s);
	}
	g->px_per_cm = (int)(per_mm * 10 + 0.5);
	return true;
}

static bool read_broker(const char *s, struct replay_options *o, struct fault *f) {
	const char *colon = strrchr(s, ':');
	if (colon == NULL || colon == s || colon - s >= (int)sizeof o->settings.broker_host ||
	    read_whole(colon + 1, 1, 65535, 0, &o->settings.broker_port) == NULL) {
		return fault_say(f, "\"%.60s\" is no broker. Write it like 127.0.0.1:1883.", s);
	}
	snprintf(o->settings.broker_host, sizeof o->settings.broker_host, "%.*s", (int)(colon - s), s);
	return true;
}

static bool read_place(const char *s, struct replay_options *o, struct fault *f) {
	if (!place_is_name(s)) {
		return fault_say(f, "\"%.60s\" is no name of a place.", s);
	}
	snprintf(o->settings.place, sizeof o->settings.place, "%s", s);
	return true;
}

static bool read_settings(const char *s, struct replay_options *o, struct fault *f) {
	bool fine = settings_read(&o->settings, s, f);
	o->line = o->settings.broker_host[0] != 0;
	return fine;
}

static bool read_language(const char *s, struct replay_options *o, struct fault *f) {
	if (s[0] == 0 || strlen(s) >= sizeof o->language) {
		return fault_say(f, "\"%.40s\" is no language code. Write it like en or zh-Hans.", s);
	}
	memcpy(o->language, s, strlen(s) + 1);
	return true;
}

static bool read_audience(const char *s, struct replay_options *o, struct fault *f) {
	o->audience = strcmp(s, "staff") == 0 ? WIRE_STAFF : WIRE_CLIENT;
	return o->audience == WIRE_STAFF || strcmp(s, "client") == 0 ||
	       fault_say(f, "\"%.40s\" is no audience. Use client or staff.", s);
}

static bool add_pack(const char *s, struct replay_options *o, struct fault *f) {
	if (o->pack_count == WIRE_MAX_PACKS) {
		return fault_say(f, "There are more than %d packs. Please leave some out.", WIRE_MAX_PACKS);
	}
	o->packs[o->pack_count++] = s;
	return true;
}

static const struct option long_options[] = {
    {"size", required_argument, NULL, 's'},    {"px-per-mm", required_argument, NULL, 'd'},
    {"lang", required_argument, NULL, 'l'},    {"audience", required_argument, NULL, 'a'},
    {"pack", required_argument, NULL, 'p'},    {"broker", required_argument, NULL, 'b'},
    {"place", required_argument, NULL, 'n'},   {"store", required_argument, NULL, 'S'},
    {"usb", required_argument, NULL, 'U'},     {"keys", required_argument, NULL, 'K'},
    {"no-line", no_argument, NULL, 'N'},       {"config", required_argument, NULL, 'c'},
    {"program", required_argument, NULL, 'P'}, {"fonts", required_argument, NULL, 'f'},
    {"first-start", no_argument, NULL, 'F'},   {"slots", required_argument, NULL, 'L'},
    {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

static bool take(int option, struct replay_options *o, char **argv, struct fault *f) {
	switch (option) {
	case 's':
		return read_size(optarg, &o->glass, f);
	case 'd':
		return read_density(optarg, &o->glass, f);
	case 'l':
		return read_language(optarg, o, f);
	case 'a':
		return read_audience(optarg, o, f);
	case 'p':
		return add_pack(optarg, o, f);
	case 'b':
		return read_broker(optarg, o, f);
	case 'n':
		return read_place(optarg, o, f);
	case 'c':
		return read_settings(optarg, o, f);
	case 'S':
		return settings_store(&o->settings, optarg, f);
	case 'U':
		return settings_usb(&o->settings, optarg, f);
	case 'K':
		return settings_keys(&o->settings, optarg, f);
	case 'L':
		snprintf(o->settings.slots, sizeof o->settings.slots, "%s", optarg);
		return true;
	case 'N':
		o->line = false;
		return true;
	case 'F':
		o->first_start = true;
		return true;
	case 'P':
		o->program = optarg;
		return true;
	case 'f':
		o->fonts = optarg;
		return true;
	case 'h':
		o->help = true;
		return true;
	case ':':
		return fault_say(f, "The option %.60s needs a value. See --help.", argv[optind - 1]);
	default:
		return fault_say(f, "There is no option %.60s. See --help.", argv[optind - 1]);
	}
}

/* 5.19 is the Pi's 7-inch panel at 800x480, 5.9 a 10.1-inch panel at 1280x800. */
static int usual_density(struct glass g) {
	return (g.w < g.h ? g.w : g.h) <= 480 ? 52 : 59;
}

bool replay_options_read(int argc, char **argv, struct replay_options *o, struct fault *f) {
	*o = (struct replay_options){.glass = {.w = 1280, .h = 800}, .line = true, .fonts = "assets/fonts.ini"};
	settings_default(&o->settings);
	o->settings.state_folder[0] = 0; /* a replay leaves nothing behind */
	o->settings.slots[0] = 0;        /* and changes no system but for one that it is told of */
	int option;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (!take(option, o, argv, f)) {
			return false;
		}
	}
	if (o->help) {
		return true;
	}
	if (optind + 1 != argc) {
		return fault_say(f, "Please name one script, or - for standard input. See --help.");
	}
	if (o->pack_count == 0) {
		return fault_say(f, "Please name at least one pack: --pack FILE.");
	}
	o->script = argv[optind];
	if (o->glass.px_per_cm == 0) {
		o->glass.px_per_cm = usual_density(o->glass);
	}
	return true;
}
