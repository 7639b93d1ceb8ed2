#include "packc/options.h"

#include "packc/source.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const options_help =
    "alcove-pack turns a folder of content into a pack for the kiosk.\n"
    "\n"
    "  alcove-pack build DIR -o FILE     compile the content in DIR into the pack FILE\n"
    "  alcove-pack check DIR             say what is wrong with the content, and what could be better\n"
    "  alcove-pack info FILE             say what is in a pack\n"
    "\n"
    "  -o FILE          where the pack goes; an old one stays if the content has errors\n"
    "  --strict         check: warnings count as errors\n"
    "  --today DATE     check: as on that day (2026-11-20), for the age of numbers\n"
    "  --assets DIR     folder with fonts.ini and icons/ (usual: assets beside the program's folder)\n"
    "  --help           this text\n";

/* The assets lie beside the folder of the program (build/), or one further up (build/san/), or where they are installed. */
static const char *find_assets(struct arena *a) {
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	char *end = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
	if (end == NULL) {
		return "assets";
	}
	static const char *const places[] = {"../assets", "../../assets", "../../../../assets",
	                                     "../share/alcove/assets"};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		const char *folder = arena_print(a, "%.*s/%s", (int)(end - self), self, places[i]);
		if (source_exists(source_path(a, folder, "fonts.ini"))) {
			char whole[PATH_MAX];
			return realpath(folder, whole) == NULL ? folder : arena_copy(a, whole, strlen(whole));
		}
	}
	return "assets";
}

static const char *today(struct arena *a) {
	time_t now = time(NULL);
	struct tm t;
	gmtime_r(&now, &t);
	char iso[16];
	strftime(iso, sizeof iso, "%Y-%m-%d", &t);
	return arena_copy(a, iso, strlen(iso));
}

static bool command_named(const char *name, enum command *out) {
	static const struct {
		const char *name;
		enum command command;
	} known[] = {{"build", COMMAND_BUILD},
	             {"check", COMMAND_CHECK},
	             {"info", COMMAND_INFO},
	             {"--help", COMMAND_HELP},
	             {"-h", COMMAND_HELP}};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].name, name) == 0) {
			*out = known[i].command;
			return true;
		}
	}
	return false;
}

/* An option with a value; takes both. */
static bool take_value(int argc, char **argv, int *i, const char **to, struct fault *f) {
	if (*i + 1 >= argc) {
		return fault_say(f, "%s needs a value. See alcove-pack --help.", argv[*i]);
	}
	*to = argv[++*i];
	return true;
}

static bool take(struct options *o, int argc, char **argv, int *i, struct fault *f) {
	const char *arg = argv[*i];
	if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
		o->command = COMMAND_HELP;
		return true;
	}
	if (strcmp(arg, "--assets") == 0) {
		return take_value(argc, argv, i, &o->assets, f);
	}
	if (strcmp(arg, "-o") == 0 && o->command == COMMAND_BUILD) {
		return take_value(argc, argv, i, &o->out, f);
	}
	if (strcmp(arg, "--today") == 0 && o->command == COMMAND_CHECK) {
		return take_value(argc, argv, i, &o->today, f) &&
		       (source_date_ok(o->today) ||
		        fault_say(f, "'%s' is not a date. Write it as 2026-11-20.", o->today));
	}
	if (strcmp(arg, "--strict") == 0 && o->command == COMMAND_CHECK) {
		o->strict = true;
		return true;
	}
	if (arg[0] == '-') {
		return fault_say(f, "The option %s is not known here. See alcove-pack --help.", arg);
	}
	if (o->path != NULL) {
		return fault_say(f, "'%s' is one name too many. See alcove-pack --help.", arg);
	}
	o->path = arg;
	return true;
}

bool options_read(struct arena *a, int argc, char **argv, struct options *out, struct fault *f) {
	*out = (struct options){.command = COMMAND_HELP};
	if (argc < 2) {
		return fault_say(f, "Say what to do: build, check or info. See alcove-pack --help.");
	}
	if (!command_named(argv[1], &out->command)) {
		return fault_say(f, "'%s' is not known. Use build, check or info; see alcove-pack --help.", argv[1]);
	}
	for (int i = 2; i < argc; i++) {
		if (!take(out, argc, argv, &i, f)) {
			return false;
		}
	}
	if (out->command == COMMAND_HELP) {
		return true;
	}
	if (out->path == NULL) {
		return fault_say(f, out->command == COMMAND_INFO
		                        ? "Say which pack. For example: alcove-pack info build/library.pack"
		                        : "Say which folder. For example: alcove-pack check content/library");
	}
	if (out->command == COMMAND_BUILD && out->out == NULL) {
		return fault_say(f, "Say where the pack goes. For example: -o build/library.pack");
	}
	if (out->assets == NULL) {
		out->assets = find_assets(a);
	}
	if (out->today == NULL) {
		out->today = today(a);
	}
	return true;
}
