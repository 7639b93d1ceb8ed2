/* Random visits: a person who taps what is there, taps where nothing is, drags, leans on the glass, uses keys, waits,
 * asks staff, and then hides, walks away or says that they are done. After each the whole glass must be, byte for byte,
 * what it was before anybody came. The visits are real processes over the real wire, the keeper is the host's own; the
 * glass takes over only what the keeper says has changed, as a window does. Time is the program's own.
 *
 *   visits COUNT FIRST WxH PX_PER_MM [ALCOVE_REPLAY_OPTIONS...]
 *
 * Visits have numbers, from FIRST on, and a number always says the same visit: a million can be played in pieces. Prints
 * what it did, and ends with 1 at the first glass that differs, with its number.
 *
 * With STARVE in the environment each visit gets, at some moment, not one page of memory more, or only a few: it dies at
 * whatever allocation comes then, and must be covered all the same.
 *
 * With FAIL=MOST in the environment (and --program build/proof/starving) each visit is one in which one of the first MOST
 * pieces of memory that it asks for is not given to it, anywhere from its start to its end: spread over all of them.
 *
 * COUNT as 30d is thirty days: forty visits each, and then a night. Behind each day it prints what the kiosk has, and waits
 * for a line on its standard input, so that somebody can break a thing or two meanwhile. With STICK in the environment (the
 * folder of a stick), staff come every third day, by turns to put in what is on the stick, and to take it back. */
#include "replay/player.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACTIONS_MOST = 24, DEEP = 4 /* one visit in so many asks what is on the screen and goes there */ };

struct trial {
	struct player player;
	uint64_t number; /* of the next visit */
	uint64_t seed;   /* of what happens next */
	long actions, asked, ends[KEEPER_INSANE + 1];
	bool deep, wants_staff, starve;
	rlim_t fail; /* 0, or how many pieces of memory a visit may ask for at most */
};

/* Far apart for numbers that are near: a multiplier of Steele and Vigna (2021). */
static void seed(struct trial *t) {
	t->seed = t->number++ * 0xD1342543DE82EF95u;
}

/* SplitMix64 (public domain, Steele, Lea, Flood 2014): small, and the same everywhere. */
static uint64_t draw(struct trial *t, uint64_t below) {
	uint64_t z = t->seed += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (z ^ z >> 31) % below;
}

static bool tap_at(struct trial *t, int x, int y, struct fault *f) {
	struct player *p = &t->player;
	return player_touch(p, WIRE_DOWN, 0, x, y, f) && player_wait(p, 80, f) &&
	       player_touch(p, WIRE_UP, 0, x, y, f) && player_wait(p, 600, f);
}

static bool tap_hide(struct trial *t, struct fault *f) {
	struct rect hide = glass_hide(t->player.plan.glass);
	return tap_at(t, hide.x + (int)draw(t, (uint64_t)hide.w), hide.y + (int)draw(t, (uint64_t)hide.h), f);
}

static bool tap_anywhere(struct trial *t, struct fault *f) {
	struct glass g = t->player.plan.glass;
	return tap_at(t, (int)draw(t, (uint64_t)g.w), (int)draw(t, (uint64_t)g.h), f);
}

static bool leads_to_staff(const char *id) {
	static const char *const way[] = {"talk", "how:", "phrase:", "when:", "speak:", "send", "lang:"};
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		if (strncmp(id, way[i], strlen(way[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* What is on the screen, by its choices: this is how a visit gets far. Some want staff, and mostly go straight there. */
static bool tap_choice(struct trial *t, struct fault *f) {
	const struct wire_choice *some[PLAYER_ITEMS];
	struct told *told = &t->player.told;
	if (!player_ask(&t->player, f)) {
		return false;
	}
	bool straight = t->wants_staff && draw(t, 4) != 0;
	int count = 0;
	for (int i = 0; i < told->choice_count; i++) {
		if (straight && leads_to_staff(told->choices[i].id)) {
			some[count++] = &told->choices[i];
		}
	}
	for (int i = 0; count == 0 && i < told->choice_count; i++) {
		some[i] = &told->choices[i];
	}
	count = count == 0 ? told->choice_count : count;
	if (count == 0) {
		return true;
	}
	const struct wire_choice *c = some[draw(t, (uint64_t)count)];
	return tap_at(t, c->x + c->w / 2, c->y + c->h / 2, f);
}

static bool drag(struct trial *t, struct fault *f) {
	struct player *p = &t->player;
	struct glass g = p->plan.glass;
	int x = (int)draw(t, (uint64_t)g.w), y = (int)draw(t, (uint64_t)g.h);
	bool fine = player_touch(p, WIRE_DOWN, 0, x, y, f);
	for (int i = 0; i < 3 && fine; i++) {
		x = (int)draw(t, (uint64_t)g.w);
		y = (int)draw(t, (uint64_t)g.h);
		fine = player_touch(p, WIRE_MOVE, 0, x, y, f);
	}
	return fine && player_touch(p, WIRE_UP, 0, x, y, f);
}

static bool lean(struct trial *t, struct fault *f) {
	struct player *p = &t->player;
	int fingers = 2 + (int)draw(t, 4), h = p->plan.glass.h;
	bool fine = true;
	for (int i = 0; i < fingers && fine; i++) {
		fine = player_touch(p, WIRE_DOWN, i, 40 * i, h / 2, f);
	}
	for (int i = 0; i < fingers && fine; i++) {
		fine = player_touch(p, WIRE_UP, i, 40 * i, h / 2, f);
	}
	return fine;
}

static bool hear_of_staff(struct trial *t, struct fault *f) {
	struct player *p = &t->player;
	if (!p->asked) {
		return tap_anywhere(t, f);
	}
	return player_bell(p, (enum wire_bell)(WIRE_BELL_SENT + draw(t, WIRE_BELL_LAST - WIRE_BELL_SENT + 1)), f);
}

/* All children that are there now: the visit on the glass, and the spare, which the next person gets. */
static bool starve(struct trial *t, struct fault *f) {
	char path[64];
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *children = fopen(path, "r");
	int pid = 0;
	bool fine = children != NULL;
	while (fine && fscanf(children, "%d", &pid) == 1) {
		long kb = 0;
		char line[128];
		snprintf(path, sizeof path, "/proc/%d/status", pid);
		FILE *status = fopen(path, "r");
		while (status != NULL && fgets(line, sizeof line, status) != NULL) {
			sscanf(line, "VmData: %ld", &kb);
		}
		if (status != NULL) {
			fclose(status);
		}
		rlim_t most = (rlim_t)kb * 1024 + (rlim_t)draw(t, 64) * 4096;
		struct rlimit now;
		if (prlimit(pid, RLIMIT_DATA, NULL, &now) == 0 && most > now.rlim_max) {
			most = now.rlim_max; /* what was taken is not given back */
		}
		/* One that is over meanwhile needs no memory. */
		fine = prlimit(pid, RLIMIT_DATA, &(struct rlimit){most, most}, NULL) == 0 || errno == ESRCH;
	}
	if (children != NULL) {
		fclose(children);
	}
	return fine || fault_say(f, "The memory of a visit cannot be limited from outside (this needs root).");
}

static bool act(struct trial *t, struct fault *f) {
	uint64_t what = draw(t, 100);
	t->actions++;
	if (t->starve && draw(t, 4) == 0 && !starve(t, f)) {
		return false;
	}
	if (what < (t->deep ? 60 : 0)) {
		return tap_choice(t, f);
	}
	if (what < 65) {
		return tap_anywhere(t, f);
	}
	if (what < 80) {
		return player_key(&t->player, (enum wire_keycode)(WIRE_NEXT + draw(t, 3)), f);
	}
	if (what < 86) {
		return drag(t, f);
	}
	if (what < 90) {
		return lean(t, f);
	}
	if (what < 95) {
		return hear_of_staff(t, f);
	}
	return player_wait(&t->player, (int64_t)draw(t, 140000), f);
}

/* However it ends. Walking away takes as long as the longest reading that the host grants, and the answer. */
static bool leave(struct trial *t, struct fault *f) {
	struct player *p = &t->player;
	switch (draw(t, 4)) {
	case 0:
		return player_key(p, WIRE_HIDE, f);
	case 1:
		return player_wait(p, 3600000, f);
	case 2: { /* in the middle of a touch */
		struct glass g = p->plan.glass;
		return player_touch(p, WIRE_DOWN, 0, g.w / 3, g.h / 3, f) && player_key(p, WIRE_HIDE, f) &&
		       player_touch(p, WIRE_UP, 0, g.w / 3, g.h / 3, f);
	}
	default:
		return tap_hide(t, f);
	}
}

static bool visit(struct trial *t, struct fault *f) {
	struct player *p = &t->player;
	struct glass g = p->plan.glass;
	int actions = 1 + (int)draw(t, ACTIONS_MOST);
	t->deep = draw(t, DEEP) == 0;
	t->wants_staff = t->deep && draw(t, 2) == 0;
	p->ended = (enum keeper_end)0;
	/* Past the moment in which a nervous second tap begins nothing; anywhere begins. */
	bool fine = player_wait(p, 1000, f) && tap_at(t, g.w / 2, g.h / 2, f);
	for (int i = 0; i < actions && fine && p->ended == 0; i++) {
		bool had = p->asked;
		fine = act(t, f);
		t->asked += p->asked && !had;
	}
	if (fine && p->ended == 0) {
		fine = leave(t, f);
	}
	if (!fine) {
		return false;
	}
	t->ends[p->ended]++;
	bool by_itself = p->ended == KEEPER_CRASHED && (t->starve || t->fail > 0);
	if (p->ended == 0 || (p->ended > KEEPER_CLEARED_BY_TIME && !by_itself)) {
		return fault_say(f, "The visit ended in way %d, which no person can bring about.", (int)p->ended);
	}
	/* An end in the middle of an action, and the rest of it: the next visit may have begun already. */
	if (keeper_touched(p->keeper)) {
		return player_key(p, WIRE_HIDE, f);
	}
	return true;
}

/* The next process that is started has this limit (starving.c); RLIM_INFINITY: all that it may. */
static bool limit_next(rlim_t what, struct fault *f) {
	struct rlimit limit;
	bool fine = getrlimit(RLIMIT_MSGQUEUE, &limit) == 0;
	limit.rlim_cur = what < limit.rlim_max ? what : limit.rlim_max;
	return (fine && setrlimit(RLIMIT_MSGQUEUE, &limit) == 0) ||
	       fault_say(f, "The next visit cannot be told to fail.");
}

/* Brings a visit to the glass, or as far as it gets, to which the `i`th of `count` pieces of memory is not given; once, or
 * that and no other from then on. It is told so when it is started, as a spare: so it is the one after the next. */
static bool bring_failing(struct trial *t, long i, long count, struct fault *f) {
	struct player *p = &t->player;
	struct glass g = p->plan.glass;
	rlim_t which = 1 + (rlim_t)i * t->fail / (rlim_t)count;
	if (!player_wait(p, 1000, f) || !tap_at(t, g.w / 2, g.h / 2, f) || !limit_next(2 * which + draw(t, 2), f)) {
		return false;
	}
	keeper_key(p->keeper, WIRE_HIDE, p->now_ms); /* here the one is started */
	return limit_next(RLIM_INFINITY, f) && player_wait(p, 1000, f) && tap_at(t, g.w / 2, g.h / 2, f) &&
	       player_key(p, WIRE_HIDE, f);
}

static bool play(struct trial *t, long count, struct fault *f) {
	for (long i = 0; i < count; i++) {
		unsigned long long number = t->number;
		seed(t);
		if ((t->fail > 0 && !bring_failing(t, i, count, f)) || !visit(t, f)) {
			fprintf(stderr, "visit %llu (end %d): %s\n", number, (int)t->player.ended, f->says);
			return false;
		}
		if (!player_first_again(&t->player)) {
			fprintf(stderr, "visit %llu: the glass is not what it was at the start\n", number);
			return false;
		}
		if (isatty(STDERR_FILENO) && i % 100 == 0) {
			fprintf(stderr, "\r%ld of %ld", i, count);
		}
	}
	return true;
}

/* --- staff ------------------------------------------------------------------------------------------------------ */

enum { EVERY_DAYS = 3, PARTS_MOST = 20 };

/* What may be on a later part of the screen. */
static bool tap(struct trial *t, const char *id, struct fault *f) {
	struct told *told = &t->player.told;
	for (int part = 0; part < PARTS_MOST; part++) {
		const struct wire_choice *found = NULL, *next = NULL;
		if (!player_ask(&t->player, f)) {
			return false;
		}
		for (int i = 0; i < told->choice_count; i++) {
			const struct wire_choice *c = &told->choices[i];
			found = strcmp(c->id, id) == 0 ? c : found;
			next = strcmp(c->id, "next") == 0 ? c : next;
		}
		const struct wire_choice *c = found != NULL ? found : next;
		if (c == NULL || !tap_at(t, c->x + c->w / 2, c->y + c->h / 2, f)) {
			break;
		}
		if (found != NULL) {
			return true;
		}
	}
	return fault_say(f, "Staff do not find %s on the screen %s.", id, told->screen.name);
}

static bool tap_all(struct trial *t, const char *const *ids, struct fault *f) {
	bool fine = true;
	for (; *ids != NULL && fine; ids++) {
		fine = tap(t, *ids, f);
	}
	return fine;
}

static bool open_staff(struct trial *t, bool first, struct fault *f) {
	static const char *const pin[] = {"digit:4", "digit:7", "digit:1", "digit:1",
	                                  "digit:0", "digit:8", "enter",   NULL};
	struct player *p = &t->player;
	return player_wait(p, 1000, f) && player_touch(p, WIRE_DOWN, 0, 30, 30, f) && player_wait(p, 3000, f) &&
	       player_touch(p, WIRE_UP, 0, 30, 30, f) && player_wait(p, 1000, f) && tap_all(t, pin, f) &&
	       (!first || tap_all(t, pin, f));
}

static bool at_screen(struct trial *t, const char *name, const char *text, struct fault *f) {
	struct told *told = &t->player.told;
	bool found = false;
	if (!player_ask(&t->player, f)) {
		return false;
	}
	for (int i = 0; i < told->text_count; i++) {
		found = found || strstr(told->texts[i], text) != NULL;
	}
	return (found && strcmp(told->screen.name, name) == 0) ||
	       fault_say(f, "Staff see the screen %s, and not \"%s\".", told->screen.name, text);
}

static bool install(struct trial *t, const char *stick, struct fault *f) {
	static const char *const way[] = {"stick", "offer:0", "install", NULL};
	return player_stick(&t->player, stick, true, f) && tap_all(t, way, f) &&
	       at_screen(t, "staff-result", "in use", f) && player_stick(&t->player, stick, false, f);
}

static bool restore(struct trial *t, struct fault *f) {
	static const char *const way[] = {"packs", "pack:0", "restore", "restore-yes", NULL};
	return tap_all(t, way, f) && at_screen(t, "staff-result", "in use", f);
}

/* Staff's `turn`th coming, from 0. */
static bool staff_come(struct trial *t, const char *stick, long turn, struct fault *f) {
	bool fine = open_staff(t, turn == 0, f) && (turn % 2 == 0 ? install(t, stick, f) : restore(t, f)) &&
	            player_key(&t->player, WIRE_HIDE, f) && player_wait(&t->player, 1000, f);
	return fine && (player_first_again(&t->player) ||
	                fault_say(f, "After staff the glass is not what it was at the start."));
}

/* --- days ------------------------------------------------------------------------------------------------------- */

enum { VISITS_A_DAY = 40, NIGHT_MS = 10 * 3600 * 1000 };

static int entries(const char *folder) {
	DIR *dir = opendir(folder);
	int count = 0;
	while (dir != NULL && readdir(dir) != NULL) {
		count++;
	}
	if (dir != NULL) {
		closedir(dir);
	}
	return count - 3; /* itself, the folder above, and what reads it */
}

/* Memory of this process that is its own, in kilobytes. */
static long own_kb(void) {
	long size = 0, resident = 0, shared = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file != NULL) {
		if (fscanf(file, "%ld %ld %ld", &size, &resident, &shared) != 3) {
			resident = shared = 0;
		}
		fclose(file);
	}
	return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Children that are over and were not taken leave of. */
static int zombies(void) {
	siginfo_t over = {0};
	return waitid(P_ALL, 0, &over, WEXITED | WNOHANG | WNOWAIT) == 0 && over.si_pid != 0 ? 1 : 0;
}

static bool days(struct trial *t, long count, struct fault *f) {
	struct player *p = &t->player;
	const char *stick = getenv("STICK");
	for (long day = 1; day <= count; day++) {
		char line[16];
		if (!play(t, VISITS_A_DAY, f) ||
		    (stick != NULL && day % EVERY_DAYS == 0 && !staff_come(t, stick, day / EVERY_DAYS - 1, f))) {
			return false;
		}
		int64_t evening = p->now_ms;
		if (!player_wait(p, NIGHT_MS, f)) {
			return false;
		}
		player_listen(p, 50, f);
		int64_t due = keeper_deadline(p->keeper);
		if (p->now_ms != evening + NIGHT_MS || (due >= 0 && due < p->now_ms)) {
			return fault_say(f, "After night %ld the clock is wrong, or a deadline was missed.", day);
		}
		printf("day %ld own_kb %ld fds %d zombies %d\n", day, own_kb(), entries("/proc/self/fd"), zombies());
		fflush(stdout);
		if (fgets(line, sizeof line, stdin) == NULL) {
			return fault_say(f, "Nobody says to go on.");
		}
	}
	return true;
}

int main(int argc, char **argv) {
	static struct trial t;
	struct replay_options o;
	struct fault f = {""};
	char name[] = "visits", script[] = "-", size[] = "--size", per_mm[] = "--px-per-mm";
	char *options[64] = {name, size, argc > 4 ? argv[3] : NULL, per_mm, argc > 4 ? argv[4] : NULL};
	int option_count = 5;
	if (argc < 5 || argc > 50) {
		fprintf(stderr, "usage: visits COUNT FIRST WxH PX_PER_MM [ALCOVE_REPLAY_OPTIONS...]\n");
		return 2;
	}
	for (int i = 5; i < argc; i++) {
		options[option_count++] = argv[i];
	}
	options[option_count++] = script;
	if (!replay_options_read(option_count, options, &o, &f) || !player_start(&t.player, &o, &f)) {
		fprintf(stderr, "%s\n", f.says);
		return 2;
	}
	t.starve = getenv("STARVE") != NULL;
	t.fail = getenv("FAIL") != NULL ? strtoul(getenv("FAIL"), NULL, 10) : 0;
	t.number = strtoull(argv[2], NULL, 10);
	long count = strtol(argv[1], NULL, 10);
	bool fine = strchr(argv[1], 'd') != NULL ? days(&t, count, &f) : play(&t, count, &f);
	if (!fine) {
		fprintf(stderr, "%s\n", f.says);
	}
	printf("visits %ld\nactions %ld\nasked %ld\nhidden %ld\ncleared_by_time %ld\ndied %ld\n", count, t.actions,
	       t.asked, t.ends[KEEPER_HIDDEN], t.ends[KEEPER_CLEARED_BY_TIME], t.ends[KEEPER_CRASHED]);
	player_stop(&t.player);
	return fine ? 0 : 1;
}
