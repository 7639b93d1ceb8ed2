#include "host/desk_site.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSWORD = 40 };

/* --- files and children ----------------------------------------------------------------------------------------- */

/* It stands in the broker's files, and these have no way to quote. */
bool site_open(struct site *site, const struct desk_plan *plan, struct fault *f) {
	char *real = realpath(plan->folder, NULL);
	bool found = real != NULL, fine = found && strlen(real) < DESK_FOLDER && strpbrk(real, " \t\r\n\"'#%") == NULL;
	snprintf(site->folder, sizeof site->folder, "%s", fine ? real : "");
	free(real);
	const struct group *g = geteuid() == 0 ? getgrnam("mosquitto") : NULL;
	site->plan = plan;
	site->broker = g != NULL ? g->gr_gid : getegid();
	if (!found) {
		return fault_say(f, "The folder %s could not be found.", plan->folder);
	}
	return fine || fault_say(f, "Please name a folder with a shorter path, without spaces, quotes, # and %%.");
}

void site_path(const struct site *site, char out[SITE_PATH], const char *format, ...) {
	va_list args;
	int at = snprintf(out, SITE_PATH, "%s/", site->folder);
	va_start(args, format);
	vsnprintf(out + at, (size_t)(SITE_PATH - at), format, args);
	va_end(args);
}

bool site_make_folder(const struct site *site, const char *name, bool for_broker, struct fault *f) {
	char path[SITE_PATH];
	site_path(site, path, "%s", name);
	return (mkdir(path, 0700) == 0 &&
	        (!for_broker || (chown(path, (uid_t)-1, site->broker) == 0 && chmod(path, 0750) == 0))) ||
	       fault_say(f, "The folder %s could not be made: %s.", path, strerror(errno));
}

FILE *site_make_file(const struct site *site, const char *name, struct fault *f) {
	char path[SITE_PATH];
	site_path(site, path, "%s", name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (file == NULL) {
		fault_say(f, "The file %s could not be made: %s.", path, strerror(errno));
	}
	return file;
}

bool site_end_file(FILE *file, struct fault *f) {
	bool fine = ferror(file) == 0;
	return (fclose(file) == 0 && fine) || fault_say(f, "A file could not be written to its end. Is the disk full?");
}

bool site_for_broker(const struct site *site, const char *name, struct fault *f) {
	char path[SITE_PATH];
	site_path(site, path, "%s", name);
	return (chown(path, (uid_t)-1, site->broker) == 0 && chmod(path, 0640) == 0) ||
	       fault_say(f, "The file %s could not be given to the broker: %s.", path, strerror(errno));
}

bool site_run(const struct site *site, char *const argv[], struct fault *f) {
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", home[] = "HOME=/nonexistent";
	char *envp[] = {path, home, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status = -1;
	if (posix_spawn_file_actions_init(&actions) != 0) {
		return fault_say(f, "There is not enough memory.");
	}
	posix_spawn_file_actions_addchdir_np(&actions, site->folder);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int err = posix_spawnp(&pid, argv[0], &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	if (err != 0) {
		return fault_say(f, "%s could not be started: %s. Please install the packages openssl and mosquitto.",
		                 argv[0], strerror(err));
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
	       (site->plan->adding
	            ? fault_say(f, "%s %s failed. The site is as it was.", argv[0], argv[1])
	            : fault_say(f, "%s %s failed. Please remove %s and try again.", argv[0], argv[1], site->folder));
}

bool site_append(FILE *out, const char *from, struct fault *f) {
	char block[16384];
	size_t n;
	FILE *in = fopen(from, "re");
	if (in == NULL) {
		return fault_say(f, "%s could not be read: %s.", from, strerror(errno));
	}
	while ((n = fread(block, 1, sizeof block, in)) > 0) {
		fwrite(block, 1, n, out);
	}
	bool fine = ferror(in) == 0;
	fclose(in);
	return fine || fault_say(f, "%s could not be read to its end.", from);
}

bool site_copy(const struct site *site, const char *from, const char *to, struct fault *f) {
	FILE *out = site_make_file(site, to, f);
	bool fine = out != NULL && site_append(out, from, f);
	return out != NULL && site_end_file(out, f) && fine;
}

/* --- users and what they may do --------------------------------------------------------------------------------- */

/* Letters and digits that nobody mistakes for others, in groups: a person types one of them once. 100 bits. */
static bool make_password(char out[PASSWORD], struct fault *f) {
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789x"; /* 32, so that each of 5 bits has one */
	unsigned char bytes[20];
	size_t at = 0;
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		return fault_say(f, "The kernel gives no random numbers.");
	}
	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i > 0 && i % 5 == 0) {
			out[at++] = '-';
		}
		out[at++] = letters[bytes[i] & 31];
	}
	out[at] = 0;
	return true;
}

void site_user(const char *kiosk, char out[SITE_USER]) {
	char topic[PLACE_TOPIC];
	place_topic(kiosk, topic);
	snprintf(out, SITE_USER, "kiosk-%s", topic);
}

bool site_add_user(const struct site *site, FILE *passwords, const char *user, const char *file, struct fault *f) {
	char password[PASSWORD];
	FILE *o = make_password(password, f) ? site_make_file(site, file, f) : NULL;
	if (o == NULL) {
		return false;
	}
	fprintf(passwords, "%s:%s\n", user, password);
	fprintf(o, "%s\n", password);
	explicit_bzero(password, sizeof password);
	return site_end_file(o, f);
}

bool site_add_kiosk_user(const struct site *site, FILE *passwords, const char *where, const char *kiosk,
                         struct fault *f) {
	char user[SITE_USER], topic[PLACE_TOPIC], folder[PLACE_TOPIC + 16], file[PLACE_TOPIC + 32];
	site_user(kiosk, user);
	place_topic(kiosk, topic);
	snprintf(folder, sizeof folder, "%s/%s", where, topic);
	snprintf(file, sizeof file, "%s/password", folder);
	return site_make_folder(site, folder, false, f) && site_add_user(site, passwords, user, file, f);
}

bool site_hash(const struct site *site, const char *list, struct fault *f) {
	char name[64];
	snprintf(name, sizeof name, "%s", list);
	char *const hash[] = {"mosquitto_passwd", "-U", name, NULL};
	return site_run(site, hash, f);
}

void site_write_access(FILE *out, const char *kiosk) {
	char user[SITE_USER], topic[PLACE_TOPIC], object[PLACE_OBJECT];
	site_user(kiosk, user);
	place_topic(kiosk, topic);
	place_object(kiosk, object);
	fprintf(out, "\nuser %s\ntopic write alcove/v1/%s/#\ntopic read alcove/v1/%s/request/#\n", user, topic, topic);
	fprintf(out, "topic write homeassistant/binary_sensor/%s/config\n", object);
}

/* --- what goes to a kiosk ----------------------------------------------------------------------------------------- */

bool site_make_kiosk(const struct site *site, const char *where, const char *kiosk, const char *host, int port,
                     struct fault *f) {
	char ca[SITE_PATH], topic[PLACE_TOPIC], user[SITE_USER], name[PLACE_TOPIC + 32];
	site_path(site, ca, "ca.crt");
	place_topic(kiosk, topic);
	site_user(kiosk, user);
	snprintf(name, sizeof name, "%s/%s/ca.crt", where, topic);
	if (!site_copy(site, ca, name, f)) {
		return false;
	}
	snprintf(name, sizeof name, "%s/%s/staff.ini", where, topic);
	FILE *o = site_make_file(site, name, f);
	if (o == NULL) {
		return false;
	}
	fprintf(
	    o,
	    "; Put these lines in place of [place] and [staff] in this kiosk's settings.\n[place]\nname = %s\n[staff]\n"
	    "broker_host = %s\nbroker_port = %d\nbroker_user = %s\nbroker_password_file = /etc/alcove/password\n"
	    "broker_ca = /etc/alcove/ca.crt\n",
	    kiosk, host, port, user);
	return site_end_file(o, f);
}
