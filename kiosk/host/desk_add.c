/* `alcove desk-init FOLDER --add NAME`: one more kiosk for a site that is there. All that is new is made aside, in the
 * folder "adding"; then three renames put it in place, the broker's list of users last. Whatever fails before that leaves
 * the site as it was. */
#include "host/desk_site.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = 1024 };

/* --- what is there ---------------------------------------------------------------------------------------------- */

static bool is_there(const struct site *site, const char *name) {
	char path[SITE_PATH];
	struct stat st;
	site_path(site, path, "%s", name);
	return lstat(path, &st) == 0;
}

static bool is_site(const struct site *site, struct fault *f) {
	static const char *const parts[] = {"broker/passwords", "broker/access", "ca.crt", "kiosks"};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (!is_there(site, parts[i])) {
			return fault_say(
			    f,
			    "%s is no site that desk-init has made: there is no %s in it. Please name the site's own "
			    "folder, or make a new one with --kiosk.",
			    site->folder, parts[i]);
		}
	}
	return true;
}

/* Whether a line of the file begins with `head`. */
static bool has_line(const struct site *site, const char *name, const char *head) {
	char path[SITE_PATH], line[LINE];
	site_path(site, path, "%s", name);
	FILE *in = fopen(path, "re");
	bool found = false;
	while (in != NULL && !found && fgets(line, sizeof line, in) != NULL) {
		found = strncmp(line, head, strlen(head)) == 0;
	}
	if (in != NULL) {
		fclose(in);
	}
	return found;
}

static bool are_new(const struct site *site, struct fault *f) {
	for (int i = 0; i < site->plan->kiosk_count; i++) {
		const char *kiosk = site->plan->kiosks[i];
		char user[SITE_USER], topic[PLACE_TOPIC], head[SITE_USER + 2], folder[PLACE_TOPIC + 8];
		site_user(kiosk, user);
		place_topic(kiosk, topic);
		snprintf(head, sizeof head, "%s:", user);
		snprintf(folder, sizeof folder, "kiosks/%s", topic);
		if (has_line(site, "broker/passwords", head)) {
			return fault_say(
			    f, "There is already a kiosk \"%s\" in this site. Please give the new one another name.",
			    kiosk);
		}
		if (is_there(site, folder)) {
			return fault_say(
			    f,
			    "%s/%s is there, but the broker does not know that kiosk. Please remove it and try again.",
			    site->folder, folder);
		}
	}
	return true;
}

/* How another kiosk reaches the broker, which its certificate is made for. */
struct address {
	char host[DESK_HOST];
	int port;
};

static bool read_address(const char *path, struct address *a) {
	char line[LINE];
	FILE *in = fopen(path, "re");
	*a = (struct address){.port = SITE_PORT_TLS};
	while (in != NULL && fgets(line, sizeof line, in) != NULL) {
		line[strcspn(line, "\r\n")] = 0;
		if (strncmp(line, "broker_host = ", 14) == 0 && strlen(line + 14) < sizeof a->host) {
			memcpy(a->host, line + 14, strlen(line + 14) + 1);
		} else if (strncmp(line, "broker_port = ", 14) == 0) {
			a->port = (int)strtol(line + 14, NULL, 10);
		}
	}
	if (in != NULL) {
		fclose(in);
	}
	return a->host[0] != 0 && a->port > 0 && a->port <= 65535;
}

static bool find_address(const struct site *site, struct address *a, struct fault *f) {
	char path[SITE_PATH];
	site_path(site, path, "kiosks");
	DIR *all = opendir(path);
	bool found = false;
	for (const struct dirent *one; all != NULL && !found && (one = readdir(all)) != NULL;) {
		if (one->d_name[0] != '.') {
			site_path(site, path, "kiosks/%.200s/staff.ini", one->d_name);
			found = read_address(path, a);
		}
	}
	if (all != NULL) {
		closedir(all);
	}
	return found ||
	       fault_say(f,
	                 "No kiosk is left in %s/kiosks whose staff.ini tells how to reach the broker. Please put one "
	                 "back, and try again.",
	                 site->folder);
}

/* --- what is new ------------------------------------------------------------------------------------------------ */

static bool ends_its_line(const char *path) {
	FILE *in = fopen(path, "re");
	bool fine = in != NULL && fseek(in, -1, SEEK_END) == 0 && fgetc(in) == '\n';
	if (in != NULL) {
		fclose(in);
	}
	return fine;
}

/* A copy of the file at "broker/NAME", open for more. It may have been edited by hand, and end in the middle of a line. */
static FILE *begin_copy(const struct site *site, const char *name, struct fault *f) {
	char from[SITE_PATH], to[64];
	site_path(site, from, "broker/%s", name);
	snprintf(to, sizeof to, "adding/%s", name);
	FILE *out = site_make_file(site, to, f);
	if (out != NULL && !site_append(out, from, f)) {
		fclose(out);
		return NULL;
	}
	if (out != NULL && !ends_its_line(from)) {
		fputc('\n', out);
	}
	return out;
}

static bool end_copy(const struct site *site, FILE *out, const char *name, struct fault *f) {
	char file[64];
	snprintf(file, sizeof file, "adding/%s", name);
	bool fine = fflush(out) == 0 && fsync(fileno(out)) == 0;
	return site_end_file(out, f) &&
	       (fine || fault_say(f, "A file could not be written to its end. Is the disk full?")) &&
	       site_for_broker(site, file, f);
}

static bool prepare_passwords(const struct site *site, struct fault *f) {
	char fresh[SITE_PATH];
	FILE *o = site_make_file(site, "adding/fresh", f);
	bool fine = o != NULL;
	for (int i = 0; fine && i < site->plan->kiosk_count; i++) {
		fine = site_add_kiosk_user(site, o, "adding", site->plan->kiosks[i], f);
	}
	fine = o != NULL && site_end_file(o, f) && fine && site_hash(site, "adding/fresh", f);
	o = fine ? begin_copy(site, "passwords", f) : NULL;
	site_path(site, fresh, "adding/fresh");
	fine = o != NULL && site_append(o, fresh, f);
	return o != NULL && end_copy(site, o, "passwords", f) && fine;
}

static bool prepare_access(const struct site *site, struct fault *f) {
	FILE *o = begin_copy(site, "access", f);
	for (int i = 0; o != NULL && i < site->plan->kiosk_count; i++) {
		char user[SITE_USER], head[SITE_USER + 8];
		site_user(site->plan->kiosks[i], user);
		snprintf(head, sizeof head, "user %s\n", user);
		if (!has_line(site, "broker/access", head)) {
			site_write_access(o, site->plan->kiosks[i]);
		}
	}
	return o != NULL && end_copy(site, o, "access", f);
}

static bool prepare(const struct site *site, const struct address *a, struct fault *f) {
	bool fine = prepare_passwords(site, f) && prepare_access(site, f);
	for (int i = 0; fine && i < site->plan->kiosk_count; i++) {
		fine = site_make_kiosk(site, "adding", site->plan->kiosks[i], a->host, a->port, f);
	}
	return fine;
}

static bool move(const struct site *site, const char *name, const char *where, struct fault *f) {
	char from[SITE_PATH], to[SITE_PATH];
	site_path(site, from, "adding/%s", name);
	site_path(site, to, "%s/%s", where, name);
	return rename(from, to) == 0 || fault_say(f, "%s could not be put in place: %s.", to, strerror(errno));
}

static bool put_in_place(const struct site *site, struct fault *f) {
	bool fine = move(site, "access", "broker", f);
	for (int i = 0; fine && i < site->plan->kiosk_count; i++) {
		char topic[PLACE_TOPIC];
		place_topic(site->plan->kiosks[i], topic);
		fine = move(site, topic, "kiosks", f);
	}
	return fine && move(site, "passwords", "broker", f);
}

/* What was not put in place. */
static void clean_up(const struct site *site) {
	static const char *const files[] = {"password", "ca.crt", "staff.ini"};
	static const char *const lists[] = {"fresh", "passwords", "access"};
	char path[SITE_PATH], topic[PLACE_TOPIC];
	for (int i = 0; i < site->plan->kiosk_count; i++) {
		place_topic(site->plan->kiosks[i], topic);
		for (size_t n = 0; n < sizeof files / sizeof files[0]; n++) {
			site_path(site, path, "adding/%s/%s", topic, files[n]);
			unlink(path);
		}
		site_path(site, path, "adding/%s", topic);
		rmdir(path);
	}
	for (size_t n = 0; n < sizeof lists / sizeof lists[0]; n++) {
		site_path(site, path, "adding/%s", lists[n]);
		unlink(path);
	}
	site_path(site, path, "adding");
	rmdir(path);
}

static bool add_all(const struct site *site, const struct address *a, struct fault *f) {
	char path[SITE_PATH];
	site_path(site, path, "adding");
	if (mkdir(path, 0700) != 0) {
		return errno == EEXIST ? fault_say(f,
		                                   "%s is there: another desk-init is adding to this site, or one was "
		                                   "interrupted. If none is running, remove that folder and try again.",
		                                   path)
		                       : fault_say(f, "The folder %s could not be made: %s.", path, strerror(errno));
	}
	bool fine = prepare(site, a, f) && put_in_place(site, f);
	clean_up(site);
	return fine;
}

static void tell(const struct site *site, char says[DESK_SAYS]) {
	snprintf(says, DESK_SAYS,
	         "%s has %d more: %s%s.\n\n"
	         "Tell the broker. It keeps every request; screens and desks connect again by themselves:\n"
	         "  systemctl kill --signal=HUP alcove-broker\n"
	         "The new kiosk: copy the three files of its folder below %s/kiosks to\n"
	         "  /etc/alcove on that kiosk, and put the lines of staff.ini into its settings.\n",
	         site->folder, site->plan->kiosk_count, site->plan->kiosks[0],
	         site->plan->kiosk_count > 1 ? " and others" : "", site->folder);
}

bool desk_add(const struct desk_plan *plan, char says[DESK_SAYS], struct fault *f) {
	struct site site;
	struct address address = {.port = 0};
	mode_t before = umask(077); /* also for what the children write */
	bool fine = site_open(&site, plan, f) && is_site(&site, f) && are_new(&site, f) &&
	            find_address(&site, &address, f) && add_all(&site, &address, f);
	umask(before);
	if (fine) {
		tell(&site, says);
	}
	return fine;
}
