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
    "  alcove-pack build DIR -o FILE       compile the content in DIR into the pack FILE\n"
    "  alcove-pack check DIR               say what is wrong with the content, and what could be better\n"
    "  alcove-pack preview DIR             show it in the kiosk's window, again whenever a file is saved;\n"
    "                                      DIR may also be the folder of one module\n"
    "  alcove-pack info FILE               say what is in a pack\n"
    "  alcove-pack diff OLD NEW            say what is different between two packs\n"
    "  alcove-pack stamp DIR LANG [ID]     note that the modules of a language (or the module ID) are translated\n"
    "                                      from the English that stands there now\n"
    "  alcove-pack import-hsds DIR -o OUT  read services and numbers from an Open Referral CSV package\n"
    "\n"
    "  -o FILE          where the pack goes; an old one stays if the content has errors\n"
    "  --strict         check: warnings count as errors\n"
    "  --with FILE      check, preview: the library's pack that a house pack is shown over\n"
    "                   (usual: library.pack beside this program)\n"
    "  --today DATE     check: as on that day (2026-11-20), for the age of numbers\n"
    "  --assets DIR     folder with fonts.ini and icons/ (usual: assets beside the program's folder)\n"
    "  --kiosk FILE     preview: the program alcove (usual: the one beside this program)\n"
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

/* A file beside this program, or one folder further up (build/san/); NULL when it is not there. */
static const char *find_beside(struct arena *a, const char *name) {
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	char *end = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
	static const char *const places[] = {"", "../"};
	for (size_t i = 0; end != NULL && i < sizeof places / sizeof places[0]; i++) {
		const char *file = arena_print(a, "%.*s/%s%s", (int)(end - self), self, places[i], name);
		if (source_exists(file)) {
			return file;
		}
	}
	return NULL;
}

static const char *today(struct arena *a) {
	time_t now = time(NULL);
	struct tm t;
	gmtime_r(&now, &t);
	char iso[16];
	strftime(iso, sizeof iso, "%Y-%m-%d", &t);
	return arena_copy(a, iso, strlen(iso));
}

static const struct known {
	const char *name;
	enum command command;
	int least, most; /* names */
	const char *lacking;
} known[] = {
    {"build", COMMAND_BUILD, 1, 1, "Say which folder. For example: alcove-pack build content/library -o library.pack"},
    {"check", COMMAND_CHECK, 1, 1, "Say which folder. For example: alcove-pack check content/library"},
    {"preview", COMMAND_PREVIEW, 1, 1, "Say which folder. For example: alcove-pack preview content/house"},
    {"info", COMMAND_INFO, 1, 1, "Say which pack. For example: alcove-pack info build/library.pack"},
    {"diff", COMMAND_DIFF, 2, 2, "Say which two packs. For example: alcove-pack diff old.pack new.pack"},
    {"stamp", COMMAND_STAMP, 2, 3, "Say which folder and language. For example: alcove-pack stamp content/library es"},
    {"import-hsds", COMMAND_IMPORT, 1, 1, "Say which folder. For example: alcove-pack import-hsds their-files"},
    {"house-sheet", COMMAND_SHEET, 0, 0, ""}, /* the kiosk's own; see house_sheet.h */
    {"--help", COMMAND_HELP, 0, 0, ""},
    {"-h", COMMAND_HELP, 0, 0, ""},
};

static const struct known *command_named(const char *name) {
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].name, name) == 0) {
			return &known[i];
		}
	}
	return NULL;
}

/* An option with a value; takes both. */
static bool take_value(int argc, char **argv, int *i, const char **to, struct fault *f) {
	if (*i + 1 >= argc) {
		return fault_say(f, "%s needs a value. See alcove-pack --help.", argv[*i]);
	}
	*to = argv[++*i];
	return true;
}

/* A name that is no option; an option that is only a value away is told of by take_value. */
static bool take_name(struct options *o, const char *name, int most, struct fault *f) {
	for (int i = 0; i < most; i++) {
		if (o->names[i] == NULL) {
			o->names[i] = name;
			return true;
		}
	}
	return fault_say(f, "'%s' is one name too many. See alcove-pack --help.", name);
}

static bool take_option(struct options *o, int argc, char **argv, int *i, struct fault *f) {
	const char *arg = argv[*i];
	bool looks = o->command == COMMAND_CHECK || o->command == COMMAND_PREVIEW;
	if (strcmp(arg, "--assets") == 0) {
		return take_value(argc, argv, i, &o->assets, f);
	}
	if (strcmp(arg, "-o") == 0 && (o->command == COMMAND_BUILD || o->command == COMMAND_IMPORT)) {
		return take_value(argc, argv, i, &o->out, f);
	}
	if (strcmp(arg, "--with") == 0 && looks) {
		return take_value(argc, argv, i, &o->library, f);
	}
	if (strcmp(arg, "--kiosk") == 0 && o->command == COMMAND_PREVIEW) {
		return take_value(argc, argv, i, &o->kiosk, f);
	}
	if (strcmp(arg, "--today") == 0 && looks) {
		return take_value(argc, argv, i, &o->today, f) &&
		       (source_date_ok(o->today) ||
		        fault_say(f, "'%s' is not a date. Write it as 2026-11-20.", o->today));
	}
	if (strcmp(arg, "--strict") == 0 && o->command == COMMAND_CHECK) {
		o->strict = true;
		return true;
	}
	return fault_say(f, "The option %s is not known here. See alcove-pack --help.", arg);
}

static void fill_usual(struct arena *a, struct options *o) {
	o->assets = o->assets == NULL ? find_assets(a) : o->assets;
	o->today = o->today == NULL ? today(a) : o->today;
	o->library = o->library == NULL ? find_beside(a, "library.pack") : o->library;
	o->kiosk = o->kiosk == NULL ? find_beside(a, "alcove") : o->kiosk;
}

bool options_read(struct arena *a, int argc, char **argv, struct options *out, struct fault *f) {
	*out = (struct options){.command = COMMAND_HELP};
	const char *words = "build, check, preview, info, diff, stamp or import-hsds";
	if (argc < 2) {
		return fault_say(f, "Say what to do: %s. See alcove-pack --help.", words);
	}
	const struct known *command = command_named(argv[1]);
	if (command == NULL) {
		return fault_say(f, "'%s' is not known. Use %s; see alcove-pack --help.", argv[1], words);
	}
	out->command = command->command;
	for (int i = 2; i < argc && out->command != COMMAND_HELP; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			out->command = COMMAND_HELP;
		} else if (!(argv[i][0] == '-' ? take_option(out, argc, argv, &i, f)
		                               : take_name(out, argv[i], command->most, f))) {
			return false;
		}
	}
	if (out->command == COMMAND_HELP) {
		return true;
	}
	if (command->least > 0 && out->names[command->least - 1] == NULL) {
		return fault_say(f, "%s", command->lacking);
	}
	if (out->command == COMMAND_BUILD && out->out == NULL) {
		return fault_say(f, "Say where the pack goes. For example: -o build/library.pack");
	}
	fill_usual(a, out);
	return true;
}
