/* alcove-slots: systems from a stick into the slot that is not in use, and which of the two slots is started. It runs on
 * a kiosk that was made from an image, as root, in a small room of its own: see root/etc/systemd/system/alcove-slots.service.
 *
 *     alcove-slots [OPTION VALUE]... serve     answers the kiosk on the socket that systemd hands over, or on --socket
 *     alcove-slots [OPTION VALUE]... trial     watches over a system that is tried
 *     alcove-slots [OPTION VALUE]... install   installs what is on the stick, without a kiosk */
#include "slots/service.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#if defined __x86_64__
#define MACHINE "amd64"
#elif defined __aarch64__
#define MACHINE "arm64"
#endif

enum { IDLE_S = 20, TRIAL_S = 180, SYSTEMD_FD = 3 };

struct options {
	struct service_plan plan;
	const char *running, *command_line, *user, *socket, *trial;
	const char *role;
};

static bool take_option(struct options *o, const char *name, const char *value) {
	struct install_place *p = &o->plan.place;
	const struct {
		const char *name, **to;
	} all[] = {{"--usb", &p->usb},       {"--keys", &p->keys},
	           {"--boot", &p->boot},     {"--slot", &p->slot},
	           {"--arch", &p->arch},     {"--running", &o->running},
	           {"--user", &o->user},     {"--command-line", &o->command_line},
	           {"--socket", &o->socket}, {"--trial-seconds", &o->trial}};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (strcmp(name, all[i].name) == 0 && value != NULL) {
			*all[i].to = value;
			return true;
		}
	}
	return false;
}

static bool read_options(struct options *o, char **argv, struct fault *f) {
	for (int i = 1; argv[i] != NULL; i++) {
		if (strcmp(argv[i], "--remount") == 0) {
			o->plan.place.remount = true;
		} else if (strcmp(argv[i], "--init") == 0) {
			o->plan.init = true;
		} else if (take_option(o, argv[i], argv[i + 1])) {
			i++;
		} else if (argv[i][0] != '-' && argv[i + 1] == NULL) {
			o->role = argv[i];
		} else {
			return fault_say(f, "%s is not understood.", argv[i]);
		}
	}
	return o->role != NULL || fault_say(f, "It has to be said what to do: serve, trial or install.");
}

static ssize_t read_text(const char *path, char *out, size_t room) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, room - 1);
	if (fd >= 0) {
		close(fd);
	}
	out[n > 0 ? n : 0] = 0;
	return n;
}

/* What runs: its slot, as the first program has noted it, and its version, as it stands on the kernel's command line. */
static bool read_running(struct options *o, struct fault *f) {
	static const char name[] = "alcove.version=";
	char slot[4], line[4096];
	read_text(o->running, slot, sizeof slot);
	read_text(o->command_line, line, sizeof line);
	const char *at = strstr(line, name);
	unsigned long version = at == NULL ? 0 : strtoul(at + strlen(name), NULL, 10);
	o->plan.place.running = slot[0];
	o->plan.place.version = (uint32_t)version;
	return ((slot[0] == 'a' || slot[0] == 'b') && version > 0 && version <= UINT32_MAX) ||
	       fault_say(f, "What runs here is not known, so nothing can take its place.");
}

static bool open_listener(struct options *o, struct fault *f) {
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	const struct passwd *user = getpwnam(o->user);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	if (user == NULL) {
		return fault_say(f, "There is no user %s.", o->user);
	}
	o->plan.user = user->pw_uid;
	if (fds != NULL && pid != NULL && strcmp(fds, "1") == 0 && strtol(pid, NULL, 10) == getpid()) {
		o->plan.listener = SYSTEMD_FD;
		return true;
	}
	if (o->socket == NULL || strlen(o->socket) >= sizeof at.sun_path) {
		return fault_say(f, "There is no socket to listen on.");
	}
	memcpy(at.sun_path, o->socket, strlen(o->socket) + 1);
	o->plan.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return (o->plan.listener >= 0 && bind(o->plan.listener, (const struct sockaddr *)&at, sizeof at) == 0 &&
	        listen(o->plan.listener, 1) == 0) ||
	       fault_say(f, "The socket %s cannot be opened.", o->socket);
}

static bool install_now(const struct install_place *p, struct fault *f) {
	struct install_offer offer;
	uint64_t done = 0, total = 1;
	enum wire_reason why;
	install_look(p, &offer);
	struct install *g = install_begin(p, offer.head.version, &why);
	while (why == WIRE_FINE && done < total) {
		why = install_step(g, &done, &total);
	}
	install_end(g);
	return why == WIRE_FINE || fault_say(f, "It was not installed; the reason has the number %d.", (int)why);
}

static bool run(struct options *o, struct fault *f) {
	if (!minisig_begin() || !read_running(o, f)) {
		return false;
	}
	if (strcmp(o->role, "install") == 0) {
		return install_now(&o->plan.place, f);
	}
	if (strcmp(o->role, "trial") == 0) {
		return service_watch_trial(&o->plan, (int)strtol(o->trial, NULL, 10), f);
	}
	if (strcmp(o->role, "serve") != 0) {
		return fault_say(f, "%s is not understood.", o->role);
	}
	/* On a socket of its own nobody would start it again. */
	return open_listener(o, f) && service_run(&o->plan, o->socket != NULL ? -1 : IDLE_S, f);
}

int main(int argc, char **argv) {
	struct fault f = {"It could not start."};
	char trial[8];
	(void)argc;
	snprintf(trial, sizeof trial, "%d", TRIAL_S);
	struct options o = {.plan = {.place = {.usb = "/run/alcove-usb",
	                                       .keys = "/usr/share/alcove/system-keys",
	                                       .boot = "/boot",
	                                       .slot = "/dev/alcove-other-slot",
	                                       .arch = MACHINE}},
	                    .running = "/run/alcove-system",
	                    .command_line = "/proc/cmdline",
	                    .user = "alcove",
	                    .trial = trial};
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (read_options(&o, argv, &f) && run(&o, &f)) {
		return 0;
	}
	fprintf(stderr, "alcove-slots: %s\n", f.says);
	return 1;
}
