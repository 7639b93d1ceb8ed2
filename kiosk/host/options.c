#include "host/options.h"

#include <getopt.h>
#include <string.h>

const char options_help[] =
    "Usage: alcove [--config FILE] [--window WxH] [--pack FILE]... [--store DIR [--usb DIR] [--keys DIR]]\n"
    "       alcove desk-init FOLDER --kiosk NAME...\n"
    "\n"
    "A private corner with a screen: shows packs of content to one person at a time and keeps nothing.\n"
    "\n"
    "  --config FILE   settings of this kiosk; kiosk/host/alcove.ini shows all of them\n"
    "  --window WxH    open a window of this many pixels, such as 1280x800\n"
    "  --pack FILE     a pack to show; give it again for more, the house's own last\n"
    "  --store DIR     staff mode: where new packs, the PIN and what staff set are kept; made when it is missing\n"
    "  --usb DIR       where a USB stick is shown; packs are looked for in its folder alcove/\n"
    "  --keys DIR      public keys (NAME.pub) of those whose packs are taken\n"
    "  desk-init       make what a site needs for its line to staff; alcove desk-init --help tells more\n"
    "  --version       print the version\n"
    "  --help          print this\n";

static const struct option known[] = {
    {"config", required_argument, NULL, 'c'},
    {"window", required_argument, NULL, 'w'},
    {"pack", required_argument, NULL, 'p'},
    {"version", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"store", required_argument, NULL, 's'},
    {"usb", required_argument, NULL, 'u'},
    {"keys", required_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

/* What was given, before any of it is looked at: the file comes first, wherever --config stands. */
struct given {
	const char *config, *window, *store, *usb, *keys;
	const char *packs[WIRE_MAX_PACKS];
	int pack_count;
};

static bool once(const char **slot, const char *name, struct fault *f) {
	if (*slot != NULL) {
		return fault_say(f, "--%s is given twice. Please give it once.", name);
	}
	*slot = optarg;
	return true;
}

static bool one_more_pack(struct given *g, struct fault *f) {
	if (g->pack_count == WIRE_MAX_PACKS) {
		return fault_say(f, "There are more than %d packs. Please leave some out.", WIRE_MAX_PACKS);
	}
	g->packs[g->pack_count++] = optarg;
	return true;
}

static bool take_all(int argc, char **argv, struct given *g, enum options_do *what, struct fault *f) {
	int c;
	opterr = 0;
	optind = 0; /* glibc: forget everything about an earlier command line */
	/* The ":" first: a missing value is told apart from an unknown option. */
	while ((c = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		bool fine = true;
		switch (c) {
		case 'c':
			fine = once(&g->config, "config", f);
			break;
		case 'w':
			fine = once(&g->window, "window", f);
			break;
		case 'p':
			fine = one_more_pack(g, f);
			break;
		case 's':
			fine = once(&g->store, "store", f);
			break;
		case 'u':
			fine = once(&g->usb, "usb", f);
			break;
		case 'k':
			fine = once(&g->keys, "keys", f);
			break;
		case 'v':
			*what = OPTIONS_VERSION;
			break;
		case 'h':
			*what = OPTIONS_HELP;
			break;
		case ':':
			fine = fault_say(f, "%s needs a value. alcove --help shows how.", argv[optind - 1]);
			break;
		default:
			fine =
			    fault_say(f, "There is no option %s. alcove --help shows all of them.", argv[optind - 1]);
		}
		if (!fine) {
			return false;
		}
	}
	return optind == argc ||
	       fault_say(f, "\"%s\" is not an option. A pack is given as --pack %s.", argv[optind], argv[optind]);
}

/* Staff mode's folders; each wins over the file's. */
static bool apply_folders(const struct given *g, struct settings *s, struct fault *f) {
	struct fault why;
	if (g->store != NULL && !settings_store(s, g->store, &why)) {
		return fault_say(f, "--store: %s", why.says);
	}
	if (g->usb != NULL && !settings_usb(s, g->usb, &why)) {
		return fault_say(f, "--usb: %s", why.says);
	}
	if (g->keys != NULL && !settings_keys(s, g->keys, &why)) {
		return fault_say(f, "--keys: %s", why.says);
	}
	return s->store[0] != 0 || (s->usb[0] == 0 && s->keys[0] == 0) ||
	       fault_say(f, "A folder for sticks or keys is given, but none to keep things in. Staff mode needs it: "
	                    "please give --store DIR, or store in [content].");
}

static bool apply(const struct given *g, struct settings *s, struct fault *f) {
	struct fault why;
	if (g->config != NULL && !settings_read(s, g->config, f)) {
		return false;
	}
	if (g->window != NULL) {
		if (!settings_window(s, g->window, &why)) {
			return fault_say(f, "--window: %s", why.says);
		}
		s->fullscreen = false;
	}
	if (!apply_folders(g, s, f)) {
		return false;
	}
	s->pack_count = g->pack_count > 0 ? 0 : s->pack_count;
	for (int i = 0; i < g->pack_count; i++) {
		if (!settings_add_pack(s, g->packs[i], &why)) {
			return fault_say(f, "--pack: %s", why.says);
		}
	}
	return s->pack_count > 0 ||
	       fault_say(f, "There is nothing to show. Name a pack with --pack FILE, or settings with --config FILE.");
}

bool options_read(int argc, char **argv, struct settings *s, enum options_do *what, struct fault *f) {
	struct given g = {0};
	*what = OPTIONS_RUN;
	settings_default(s);
	return take_all(argc, argv, &g, what, f) && (*what != OPTIONS_RUN || apply(&g, s, f));
}
