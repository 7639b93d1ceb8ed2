/* The program `alcove-site`, at each start of a kiosk:
 *   alcove-site set-up BOOT RUN   as root, before the kiosk: writes into RUN what systemd needs for what alcove.ini on the
 *                                 partition BOOT asks for. Nothing is asked for: writes nothing, and all stays shut.
 *   alcove-site check BOOT SYS    as the kiosk's user: says on standard error, which is the screen, what the line to
 *                                 staff lacks, and waits until it can have been read. (That there is no touchscreen
 *                                 the kiosk says itself.)
 *   alcove-site house BOOT        as the kiosk's user: makes house.csv on the card this kiosk's house's pack, or says what
 *                                 is wrong with it, in the same way.
 * Settings with a mistake are the kiosk's to tell about; here they are like none. */
#include "host/placard.h"
#include "site/desk.h"
#include "site/house.h"
#include "site/plan.h"
#include "site/reach.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256 /* linux/mount.h */
#endif

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
/* A cable is felt, and an address had, within some seconds. */
enum { CABLE_MS = 8000, BROKER_MS = 10000, READ_S = 8 /* more than the placard waits */ };
/* FAT knows no time zone: what it says may be wrong by so much. */
enum { ZONES_S = 14 * 3600 };

/* On the bare console, as the kiosk itself would say it. Then the board covers it. */
static void say(const char *what) {
	char text[1024];
	snprintf(text, sizeof text, "%s The screen starts in a moment all the same.", what);
	placard(text);
	sleep(READ_S);
}

static bool read_settings(struct settings *s, const char *boot) {
	char ini[PATH_MAX];
	struct fault theirs;
	snprintf(ini, sizeof ini, "%s/alcove.ini", boot);
	settings_default(s);
	return settings_read(s, ini, &theirs);
}

/* --- set-up ------------------------------------------------------------------------------------------------------ */

static bool write_file(const char *run, const char *folder, const char *name, const char *text) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s/", run, folder);
	for (char *at = strchr(path + strlen(run) + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
		*at = 0;
		mkdir(path, 0755);
		*at = '/';
	}
	strncat(path, name, sizeof path - strlen(path) - 1);
	FILE *out = fopen(path, "we");
	bool fine = out != NULL && fputs(text, out) >= 0;
	return out != NULL && fclose(out) == 0 && fine;
}

static bool write_plan(const char *run, const struct plan *p) {
	return write_file(run, "systemd/network", "10-alcove.network", p->wires) &&
	       write_file(run, "systemd/system/alcove.service.d", "site.conf", p->kiosk) &&
	       write_file(run, "systemd/system/alcove-check.service.d", "site.conf", p->kiosk) &&
	       (!p->names || (write_file(run, "systemd/resolved.conf.d", "alcove.conf", p->resolve) &&
	                      write_file(run, "alcove-site", "names", ""))) &&
	       (!p->here || write_file(run, "alcove-site", "here", "")) &&
	       write_file(run, "alcove-site", "network", "");
}

static bool unlock(const char *boot, bool open) {
	unsigned long flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | (open ? 0 : MS_RDONLY);
	return mount(NULL, boot, NULL, flags, NULL) == 0;
}

/* When somebody last wrote into this folder. */
static time_t last_written(const char *folder, time_t newest) {
	struct stat st;
	DIR *all = opendir(folder);
	for (const struct dirent *one; all != NULL && (one = readdir(all)) != NULL;) {
		if (fstatat(dirfd(all), one->d_name, &st, 0) == 0 && S_ISREG(st.st_mode) && st.st_mtime > newest) {
			newest = st.st_mtime;
		}
	}
	if (all != NULL) {
		closedir(all);
	}
	return newest;
}

/* A Raspberry Pi has no clock that runs while it is off, and starts with the day on which its system was made. But a
 * certificate is good only from the day on which it was made, and that was later; and staff are told which numbers nobody
 * has called for a year. So the clock is set forward to when the card was last written to: a little later for a broker
 * elsewhere, whose certificate we must find good; a little sooner where we make one, which browsers must find good. */
static void set_clock(const char *boot, const struct plan *p) {
	char site[PATH_MAX];
	snprintf(site, sizeof site, "%s/site", boot);
	time_t at = last_written(site, last_written(boot, 0)) + (p->here ? -ZONES_S : p->network ? ZONES_S : 0);
	if (at > time(NULL)) {
		const struct timespec t = {.tv_sec = at};
		clock_settime(CLOCK_REALTIME, &t);
	}
}

static int set_up(const char *boot, const char *run) {
	struct settings s;
	struct plan plan;
	struct fault f;
	char work[PATH_MAX];
	if (!read_settings(&s, boot)) {
		return EXIT_FINE;
	}
	if (!plan_make(&plan, &s, &f)) {
		say(f.says);
		return EXIT_FAILED;
	}
	set_clock(boot, &plan);
	if (!plan.network) {
		return EXIT_FINE;
	}
	snprintf(work, sizeof work, "%s/alcove-site", run);
	mkdir(work, 0755);
	const struct desk_places at = {boot, work, "/usr/bin/alcove", "/usr/share/alcove/desk/index.html"};
	if (plan.here && !desk_ready(&at, &s, unlock, &f)) {
		say(f.says);
		return EXIT_FAILED;
	}
	if (!write_plan(run, &plan)) {
		say("The network could not be set up.");
		return EXIT_FAILED;
	}
	return EXIT_FINE;
}

/* --- check ------------------------------------------------------------------------------------------------------- */

static void check_line(const struct settings *s, const char *sys) {
	char text[512];
	if (!reach_cable(sys, CABLE_MS)) {
		say("There is a broker in alcove.ini, but no network cable. Is it plugged in at both ends?");
	} else if (!reach_broker(s, BROKER_MS)) {
		snprintf(text, sizeof text,
		         "The line to staff does not answer yet (%.64s). Is that machine on, and is its name right in "
		         "alcove.ini?",
		         s->broker_here ? "this screen's own broker" : s->broker_host);
		say(text);
	}
}

static int check(const char *boot, const char *sys) {
	struct settings s;
	struct plan plan;
	struct fault f;
	if (read_settings(&s, boot) && plan_make(&plan, &s, &f) && plan.network) {
		check_line(&s, sys);
	}
	return EXIT_FINE;
}

/* --- house ------------------------------------------------------------------------------------------------------- */

static int house(const char *boot) {
	const struct house_places at = {boot, "/usr/bin/alcove", "/usr/bin/alcove-pack"};
	struct settings s;
	struct fault f;
	if (read_settings(&s, boot) && !house_take(&at, &s, &f)) {
		say(f.says);
		return EXIT_FAILED;
	}
	return EXIT_FINE;
}

int main(int argc, char **argv) {
	if (argc == 4 && strcmp(argv[1], "set-up") == 0) {
		return set_up(argv[2], argv[3]);
	}
	if (argc == 4 && strcmp(argv[1], "check") == 0) {
		return check(argv[2], argv[3]);
	}
	if (argc == 3 && strcmp(argv[1], "house") == 0) {
		return house(argv[2]);
	}
	fputs("Usage: alcove-site set-up BOOT RUN | check BOOT SYS | house BOOT\n", stderr);
	return EXIT_USAGE;
}
