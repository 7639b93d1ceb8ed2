/* alcove-store: the packs of a kiosk, for administrators and for tests. The same code as in staff mode, and the same
 * refusals. All that it prints is printed here. What is in a pack it has looked at by children of its own, which run this
 * program in the roles `visit-peek`, `visit-facts` and `visit-look`. */
#include "base/clock.h"
#include "store/durable.h"
#include "store/look.h"
#include "store/store.h"
#include "visit/glass/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char help[] =
    "Usage: alcove-store --store DIR [--keys DIR] [--pack FILE]... COMMAND\n"
    "\n"
    "The packs that were put on a kiosk. Nothing in the store is ever changed by halves: pull the plug at any time.\n"
    "\n"
    "  list              what is in use, what was before, and who is trusted\n"
    "  install FILE      takes FILE.pack, whose signature is FILE.pack.minisig, after looking at all of it\n"
    "  restore ID        goes back to the previous pack of this id; once more comes forward again\n"
    "  check             looks at everything that is kept; ends with 1 when something is wrong\n"
    "  trust FILE        takes a publisher's key, FILE.pub; compare its fingerprint first\n"
    "  fingerprint FILE  tells a key's fingerprint; changes nothing and needs no store\n"
    "\n"
    "  --store DIR       the kiosk's store\n"
    "  --keys DIR        the system's own folder of publishers' keys (*.pub, and the list of revoked ones)\n"
    "  --pack FILE       a pack that came with the system: older ones are then refused\n"
    "  --help            print this\n";

/* Ourselves, whatever becomes of our file. */
static const char self_program[] = "/proc/self/exe";
static const char *const slot_names[STORE_SLOTS] = {[STORE_LIBRARY] = "library", [STORE_HOUSE] = "house"};

struct options {
	const char *store, *keys, *packs[WIRE_MAX_PACKS];
	const char *command, *name;
	int pack_count;
	bool help;
};

static int sorry(const char *says) {
	fprintf(stderr, "alcove-store: %s\n", says);
	return EXIT_REFUSED;
}

static int refused(const char *what, enum wire_reason why) {
	fprintf(stderr, "alcove-store: %s: %s\n", what, store_says(why));
	return EXIT_REFUSED;
}

/* --- looking ---------------------------------------------------------------------------------------------------- */

static enum wire_reason look_with(enum look_depth depth, int fd, struct store_facts *facts) {
	struct look_how how = {.program = self_program, .depth = depth};
	return look_facts(&how, fd, facts);
}

/* A store_look, as a kiosk's start does it. */
static enum wire_reason look_at_start(void *self, int fd, struct store_facts *facts) {
	(void)self;
	return look_with(LOOK_FACTS, fd, facts);
}

static bool know_system(struct store *s, const struct options *o) {
	for (int i = 0; i < o->pack_count; i++) {
		struct store_facts facts;
		off_t size = 0;
		int fd = durable_open(AT_FDCWD, o->packs[i], &size);
		enum wire_reason why = fd < 0 ? WIRE_NOT_A_PACK : look_with(LOOK_PEEK, fd, &facts);
		if (fd >= 0) {
			close(fd);
		}
		if (why != WIRE_FINE) {
			refused(o->packs[i], why);
			return false;
		}
		store_know_system(s, &facts);
	}
	return true;
}

/* --- a bar on a terminal ---------------------------------------------------------------------------------------- */

struct bar {
	const char *what;
	int64_t began, shown; /* ms */
};

static void bar_begin(struct bar *b, const char *what) {
	*b = (struct bar){.what = what, .began = clock_ms()};
}

/* Ten times a second, and only where somebody sees it. The estimate is this step's own: what is left at the speed so
 * far, and nothing in its first second, when nobody can know. */
static void bar_show(struct bar *b, uint64_t done, uint64_t total) {
	enum { WIDTH = 30, EVERY_MS = 100, SURE_MS = 1000 };
	int64_t now = clock_ms();
	if (!isatty(STDERR_FILENO) || total == 0 || done > total || (now - b->shown < EVERY_MS && done < total)) {
		return;
	}
	b->shown = now;
	char marks[WIDTH + 1], left[40] = "";
	memset(marks, '.', WIDTH);
	memset(marks, '#', (size_t)(done * WIDTH / total));
	marks[WIDTH] = 0;
	if (now - b->began >= SURE_MS && done > 0) {
		double ms = (double)(now - b->began) * (double)(total - done) / (double)done;
		snprintf(left, sizeof left, ", %d s left", ((int)ms + 999) / 1000);
	}
	fprintf(stderr, "\r%-22s [%s] %3d%%%s\033[K", b->what, marks, (int)(done * 100 / total), left);
	fflush(stderr);
}

static void bar_end(void) {
	if (isatty(STDERR_FILENO)) {
		fputs("\r\033[K", stderr);
	}
}

/* --- install ---------------------------------------------------------------------------------------------------- */

static enum wire_reason copy(struct stage *g) {
	struct bar bar;
	uint64_t done = 0, total = 1;
	enum wire_reason why = WIRE_FINE;
	bar_begin(&bar, "Copying and checking");
	while (why == WIRE_FINE && done < total) {
		why = stage_step(g, &done, &total);
		bar_show(&bar, done, total);
	}
	return why != WIRE_FINE ? why : stage_verify(g);
}

/* Everything in it, by a child that says how far it is. */
static enum wire_reason read_all(int fd, struct store_facts *facts) {
	struct look l;
	struct bar bar;
	struct fault f;
	struct wire_message m;
	enum look_heard heard = LOOK_NOTHING;
	if (!look_start(&l, self_program, LOOK_WHOLE, fd, -1, &f)) {
		return WIRE_STORE_FAILED;
	}
	bar_begin(&bar, "Reading all of it");
	while ((heard = look_hear(&l, &m)) != LOOK_OVER) {
		if (heard == LOOK_MESSAGE && m.kind == WIRE_WORK) {
			bar_show(&bar, m.work.done, m.work.total);
		} else if (heard == LOOK_NOTHING) {
			poll(&(struct pollfd){.fd = l.wire, .events = POLLIN}, 1, look_wait_ms(&l));
		}
	}
	look_to_facts(&l.offer, facts);
	return l.reason;
}

/* What is in use now is looked at as well: what is not fit for use need not be followed. */
static enum wire_reason admit(struct store *s, struct stage *g, const struct store_facts *facts) {
	struct store_pack p;
	struct store_facts used;
	enum wire_reason why = WIRE_FINE;
	if (store_live(s, facts->house ? STORE_HOUSE : STORE_LIBRARY, look_at_start, NULL, &p, &used, &why)) {
		close(p.fd);
	}
	return stage_admit(g, facts);
}

static enum wire_reason take(struct store *s, int from, const char *signature, size_t size, struct store_facts *facts) {
	struct stage *g = NULL;
	enum wire_reason why = stage_begin(s, from, signature, size, &g);
	why = why != WIRE_FINE ? why : copy(g);
	why = why != WIRE_FINE ? why : read_all(stage_fd(g), facts);
	why = why != WIRE_FINE ? why : admit(s, g, facts);
	why = why != WIRE_FINE ? why : stage_commit(g);
	bar_end();
	stage_end(g);
	return why;
}

/* The pack's file itself: never a link, and nothing that is not called a pack. */
static enum wire_reason open_pack(const char *name, int *from) {
	size_t len = strlen(name);
	off_t size = 0;
	*from = -1;
	if (len < 5 || strcmp(name + len - 5, ".pack") != 0) {
		return WIRE_NOT_A_PACK;
	}
	*from = durable_open(AT_FDCWD, name, &size);
	if (*from >= 0) {
		return WIRE_FINE;
	}
	return errno == EINVAL || errno == ELOOP ? WIRE_NOT_A_PACK : errno == ENOENT ? WIRE_UNKNOWN_WISH : WIRE_PULLED;
}

static int install(struct store *s, const struct options *o) {
	char name[4096], signature[MINISIG_FILE_MOST + 1];
	struct store_facts facts;
	int from = -1;
	snprintf(name, sizeof name, "%s.minisig", o->name);
	enum wire_reason why = open_pack(o->name, &from);
	if (why == WIRE_UNKNOWN_WISH) {
		fprintf(stderr, "alcove-store: %s: There is no such file. Check its name.\n", o->name);
		return EXIT_REFUSED;
	}
	if (why == WIRE_FINE) {
		ssize_t size = durable_read(AT_FDCWD, name, signature, sizeof signature);
		why = size >= 0         ? take(s, from, signature, (size_t)size, &facts)
		      : errno == ENOENT ? WIRE_NO_SIGNATURE
		                        : WIRE_BAD_SIGNATURE;
		close(from);
	}
	if (why != WIRE_FINE) {
		return refused(o->name, why);
	}
	printf("Installed: %s version %u. The kiosk shows it when it is started again.\n", facts.id, facts.version);
	return EXIT_FINE;
}

/* --- list and check --------------------------------------------------------------------------------------------- */

/* Since a date such as 2026-11-20, by this machine's clock; -1 when it is not one. */
static int months_since(const char *made) {
	struct tm now;
	time_t t = time(NULL);
	char *end = NULL;
	long year = strtol(made, &end, 10);
	long month = *end == '-' ? strtol(end + 1, NULL, 10) : 0;
	if (year < 1 || year > 9999 || month < 1 || month > 12 || localtime_r(&t, &now) == NULL) {
		return -1;
	}
	return (now.tm_year + 1900 - (int)year) * 12 + now.tm_mon + 1 - (int)month;
}

static void print_facts(const struct store *s, const struct store_pack *p, const struct store_facts *facts) {
	char id[MINISIG_ID_TEXT];
	int months = months_since(facts->made);
	minisig_id_text(p->key_id, id);
	printf("  %s version %u, made on %s by %s: %s\n", p->id, p->version, facts->made, facts->publisher,
	       facts->title);
	printf("  languages: %s (* not yet reviewed by a person)\n", facts->languages);
	if (p->own) {
		puts("  made on this kiosk, from house.csv");
	}
	for (int i = 0; !p->own && i < store_keys(s)->count; i++) {
		const struct keys_one *k = &store_keys(s)->list[i];
		if (memcmp(k->key.id, p->key_id, sizeof p->key_id) == 0) {
			printf("  signed with the key %s (%s)\n", id, k->name);
		}
	}
	if (months > 12) {
		printf("  %d months old: ask the publisher whether there is a newer one\n", months);
	}
}

/* One of the two; false when there is one and it is not whole. */
static bool print_one(struct store *s, enum store_slot slot, enum store_which which) {
	struct store_pack p;
	struct store_facts facts;
	enum wire_reason why = store_get(s, slot, which, &p);
	const char *what = which == STORE_CURRENT ? "in use" : "before";
	if (why == WIRE_NO_PREVIOUS) {
		if (which == STORE_CURRENT) {
			printf("%s, %s: the system's own\n", slot_names[slot], what);
		}
		return true;
	}
	if (why == WIRE_FINE) {
		why = look_with(LOOK_FACTS, p.fd, &facts);
		close(p.fd);
	}
	if (why != WIRE_FINE) {
		printf("%s, %s: not usable. %s\n", slot_names[slot], what, store_says(why));
		return false;
	}
	printf("%s, %s:\n", slot_names[slot], what);
	print_facts(s, &p, &facts);
	return true;
}

/* What the kiosk will show, when that is not what is noted as in use. */
static void print_fallback(struct store *s, enum store_slot slot) {
	struct store_pack p;
	struct store_facts facts;
	enum wire_reason why = WIRE_FINE;
	bool live = store_live(s, slot, look_at_start, NULL, &p, &facts, &why);
	if (live) {
		close(p.fd);
	}
	if (why != WIRE_FINE) {
		printf("%s: the kiosk shows %s instead\n", slot_names[slot],
		       live ? "the one before" : "the system's own");
	}
}

static void print_keys(const struct store *s) {
	for (int i = 0; i < store_keys(s)->count; i++) {
		const struct keys_one *k = &store_keys(s)->list[i];
		char id[MINISIG_ID_TEXT], print[MINISIG_PRINT];
		const struct minisig_key *good = NULL;
		minisig_id_text(k->key.id, id);
		minisig_fingerprint(&k->key, print);
		printf("key %s, fingerprint %s: %s, %s\n", id, print, k->name,
		       keys_find(store_keys(s), k->key.id, &good) == WIRE_REVOKED_KEY ? "revoked"
		       : k->system                                                    ? "came with the system"
		                                                                      : "added on this kiosk");
	}
}

/* Whether all of it is whole. */
static bool print_all(struct store *s) {
	bool good = true;
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		good = print_one(s, (enum store_slot)slot, STORE_CURRENT) && good;
		good = print_one(s, (enum store_slot)slot, STORE_PREVIOUS) && good;
		print_fallback(s, (enum store_slot)slot);
	}
	return good;
}

static int list(struct store *s, const struct options *o) {
	(void)o;
	print_all(s);
	print_keys(s);
	return EXIT_FINE;
}

static int check(struct store *s, const struct options *o) {
	(void)o;
	bool good = print_all(s);
	puts(good ? "All of it is whole, and signed by somebody who is trusted."
	          : "Install a good pack again: see above.");
	return good ? EXIT_FINE : EXIT_REFUSED;
}

/* --- restore, trust, fingerprint -------------------------------------------------------------------------------- */

static int tell_restored(struct store *s, enum store_slot slot) {
	struct store_pack p;
	if (store_get(s, slot, STORE_CURRENT, &p) == WIRE_FINE) {
		printf("Restored: %s version %u. The kiosk shows it when it is started again.\n", p.id, p.version);
		close(p.fd);
	} else {
		puts("Restored: the system's own. The kiosk shows it when it is started again.");
	}
	return EXIT_FINE;
}

static int restore(struct store *s, const struct options *o) {
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		for (int which = 0; which < 2; which++) {
			struct store_pack p;
			enum wire_reason why = store_get(s, (enum store_slot)slot, (enum store_which)which, &p);
			if (why == WIRE_FINE) {
				close(p.fd);
			}
			if (strcmp(p.id, o->name) != 0) {
				continue;
			}
			why = store_restore(s, (enum store_slot)slot);
			if (why != WIRE_FINE) {
				return refused(o->name, why);
			}
			return tell_restored(s, (enum store_slot)slot);
		}
	}
	fprintf(stderr,
	        "alcove-store: %s: No pack with this id is in the store. alcove-store list tells those that are.\n",
	        o->name);
	return EXIT_REFUSED;
}

static ssize_t read_key(const char *name, char *bytes, size_t room, struct minisig_key *key) {
	ssize_t size = durable_read(AT_FDCWD, name, bytes, room);
	return size >= 0 && minisig_key_read(bytes, (size_t)size, key) ? size : -1;
}

static int fingerprint(struct store *s, const struct options *o) {
	(void)s;
	char bytes[MINISIG_PUB_MOST + 1], id[MINISIG_ID_TEXT], print[MINISIG_PRINT];
	struct minisig_key key;
	if (!minisig_begin() || read_key(o->name, bytes, sizeof bytes, &key) < 0) {
		return sorry("This is not a publisher's key. Give the file that ends in .pub.");
	}
	minisig_id_text(key.id, id);
	minisig_fingerprint(&key, print);
	printf("key %s, fingerprint %s\n", id, print);
	return EXIT_FINE;
}

static int trust(struct store *s, const struct options *o) {
	char bytes[MINISIG_PUB_MOST + 1], print[MINISIG_PRINT];
	struct minisig_key key;
	ssize_t size = read_key(o->name, bytes, sizeof bytes, &key);
	if (size < 0) {
		return sorry("This is not a publisher's key. Give the file that ends in .pub.");
	}
	enum wire_reason why = store_trust(s, bytes, (size_t)size);
	if (why == WIRE_FINE) {
		minisig_fingerprint(&key, print);
		printf("Trusted from now on: the key with the fingerprint %s.\n", print);
		return EXIT_FINE;
	}
	if (why == WIRE_SAME) {
		puts("This key is trusted already. There is nothing to do.");
		return EXIT_FINE;
	}
	return sorry(
	    why == WIRE_UNKNOWN_KEY   ? "Another key with the same id is trusted already. Ask the publisher which of "
	                                "the two is right, and compare fingerprints."
	    : why == WIRE_REVOKED_KEY ? "This key was taken back. Ask the publisher for the new one."
	    : why == WIRE_TOO_MANY ? "There are more keys than a kiosk keeps. Remove one from the store's folder keys."
	                           : store_says(why));
}

/* --- the command line ------------------------------------------------------------------------------------------- */

static const struct command {
	const char *name;
	bool named;  /* takes a FILE or an ID */
	bool stored; /* wants a store */
	enum store_mode mode;
	int (*run)(struct store *s, const struct options *o);
} commands[] = {
    {"list", false, true, STORE_READ, list},      {"install", true, true, STORE_KEEP, install},
    {"restore", true, true, STORE_KEEP, restore}, {"check", false, true, STORE_READ, check},
    {"trust", true, true, STORE_KEEP, trust},     {"fingerprint", true, false, STORE_READ, fingerprint},
};

static const struct command *find_command(const char *name) {
	for (size_t i = 0; name != NULL && i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(name, commands[i].name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static bool read_flags(int argc, char **argv, struct options *o, struct fault *f) {
	static const struct option known[] = {{"store", required_argument, NULL, 's'},
	                                      {"keys", required_argument, NULL, 'k'},
	                                      {"pack", required_argument, NULL, 'p'},
	                                      {"help", no_argument, NULL, 'h'},
	                                      {NULL, 0, NULL, 0}};
	int c;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		switch (c) {
		case 's':
			o->store = optarg;
			break;
		case 'k':
			o->keys = optarg;
			break;
		case 'p':
			if (o->pack_count == WIRE_MAX_PACKS) {
				return fault_say(f, "There are more than %d packs. Please leave some out.",
				                 WIRE_MAX_PACKS);
			}
			o->packs[o->pack_count++] = optarg;
			break;
		case 'h':
			o->help = true;
			break;
		case ':':
			return fault_say(f, "%s needs a value. alcove-store --help shows how.", argv[optind - 1]);
		default:
			return fault_say(f, "%s is not an option. alcove-store --help lists them.", argv[optind - 1]);
		}
	}
	return true;
}

static bool read_options(int argc, char **argv, struct options *o, struct fault *f) {
	if (!read_flags(argc, argv, o, f) || o->help) {
		return o->help;
	}
	o->command = optind < argc ? argv[optind] : NULL;
	const struct command *c = find_command(o->command);
	if (c == NULL) {
		return fault_say(
		    f, "Say what to do: list, install, restore, check, trust or fingerprint. alcove-store --help "
		       "tells more.");
	}
	if (argc - optind != (c->named ? 2 : 1)) {
		return fault_say(f, "%s takes %s. alcove-store --help shows how.", c->name,
		                 c->named ? "exactly one name" : "no name");
	}
	o->name = c->named ? argv[optind + 1] : NULL;
	if (o->store == NULL && c->stored) {
		return fault_say(f, "Which store? Give its folder: --store DIR.");
	}
	return true;
}

static int run(const struct options *o) {
	struct fault f;
	const struct command *c = find_command(o->command);
	if (!c->stored) {
		return c->run(NULL, o);
	}
	struct store *s = store_open(o->store, o->keys, c->mode, &f);
	if (s == NULL) {
		return sorry(f.says);
	}
	int result = know_system(s, o) ? c->run(s, o) : EXIT_REFUSED;
	store_close(s);
	return result;
}

/* The roles of our children, who are gone when we are. */
static bool child_role(const char *role, int *status) {
	static const struct {
		const char *name;
		enum examine_depth depth;
	} roles[] = {{"visit-peek", EXAMINE_PEEK}, {"visit-facts", EXAMINE_CHECK}, {"visit-look", EXAMINE_WHOLE}};
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		if (strcmp(role, roles[i].name) == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			*status = examine_main(roles[i].depth);
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv) {
	struct options o = {0};
	struct fault f;
	int status = EXIT_FINE;
	if (argc == 2 && child_role(argv[1], &status)) {
		return status;
	}
	if (!read_options(argc, argv, &o, &f)) {
		fprintf(stderr, "alcove-store: %s\n", f.says);
		return EXIT_USAGE;
	}
	if (o.help) {
		fputs(help, stdout);
		return EXIT_FINE;
	}
	return run(&o);
}
