#include "packc/preview.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* An editor writes a file in several steps: what follows within this time belongs together. */
enum { TOGETHER_MS = 80, FOLDERS_DEEP = 8 };

struct preview {
	char dir[PATH_MAX], program[PATH_MAX];
	char work[64], pack[96];
	int saved, signals; /* descriptors: inotify, signalfd */
	pid_t kiosk;        /* 0: none */
	int gone;           /* descriptor that says when the kiosk has ended; -1: none */
};

/* --- watching --------------------------------------------------------------------------------------------------- */

static void watch(struct preview *p, const char *path, int deep) {
	const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR;
	DIR *d = inotify_add_watch(p->saved, path, events) < 0 || deep == 0 ? NULL : opendir(path);
	if (d == NULL) {
		return;
	}
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		char inner[PATH_MAX];
		int len = snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		if (e->d_type == DT_DIR && e->d_name[0] != '.' && len > 0 && len < (int)sizeof inner) {
			watch(p, inner, deep - 1);
		}
	}
	closedir(d);
}

/* Whether an event is about a writer's file; editors leave others behind. A new folder is watched from then on. */
static bool matters(struct preview *p, const struct inotify_event *e) {
	if ((e->mask & IN_ISDIR) != 0 && (e->mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
		watch(p, p->dir, FOLDERS_DEEP);
		return true;
	}
	size_t len = e->len == 0 ? 0 : strlen(e->name);
	bool other = len == 0 || e->name[0] == '.' || e->name[len - 1] == '~' || strstr(e->name, ".sw") != NULL ||
	             strstr(e->name, ".stamp-") != NULL;
	return !other && (e->mask & IN_CREATE) == 0; /* a file that is made is then written and closed */
}

/* Takes all events that are there. */
static bool take_events(struct preview *p) {
	_Alignas(struct inotify_event) char bytes[8192];
	bool any = false;
	for (ssize_t n = read(p->saved, bytes, sizeof bytes); n > 0; n = read(p->saved, bytes, sizeof bytes)) {
		for (char *at = bytes; at < bytes + n;) {
			const struct inotify_event *e = (const struct inotify_event *)(void *)at;
			any = matters(p, e) || any;
			at += sizeof *e + e->len;
		}
	}
	return any;
}

/* --- the kiosk -------------------------------------------------------------------------------------------------- */

static void end_kiosk(struct preview *p) {
	if (p->kiosk == 0) {
		return;
	}
	kill(p->kiosk, SIGTERM);
	struct pollfd over = {.fd = p->gone, .events = POLLIN};
	if (p->gone < 0 || poll(&over, 1, 2000) == 0) {
		kill(p->kiosk, SIGKILL);
	}
	waitpid(p->kiosk, NULL, 0);
	if (p->gone >= 0) {
		close(p->gone);
	}
	p->kiosk = 0;
	p->gone = -1;
}

bool preview_show(struct preview *p, const char *library, struct fault *f) {
	end_kiosk(p);
	char *words[6] = {p->program};
	int count = 1;
	if (library != NULL) {
		words[count++] = "--pack";
		words[count++] = (char *)library; /* posix_spawn changes no argument */
	}
	words[count++] = "--pack";
	words[count++] = p->pack;
	/* The signals that we wait for are blocked here, and must not be in the kiosk. */
	posix_spawnattr_t attributes;
	sigset_t none;
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	int error = posix_spawn(&p->kiosk, p->program, NULL, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	if (error != 0) {
		p->kiosk = 0;
		return fault_say(f, "%s cannot be started (%s). Build it first: make.", p->program, strerror(error));
	}
	p->gone = pidfd_open(p->kiosk, 0);
	return true;
}

/* --- opening and closing ---------------------------------------------------------------------------------------- */

static bool open_signals(struct preview *p) {
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	p->signals = sigprocmask(SIG_BLOCK, &stop, NULL) == 0 ? signalfd(-1, &stop, SFD_CLOEXEC) : -1;
	return p->signals >= 0;
}

struct preview *preview_open(const char *dir, const char *program, struct fault *f) {
	struct preview *p = calloc(1, sizeof *p);
	if (p == NULL || strlen(dir) >= sizeof p->dir || strlen(program) >= sizeof p->program) {
		free(p);
		fault_say(f, "The names are too long. Move the folder.");
		return NULL;
	}
	p->gone = -1;
	snprintf(p->dir, sizeof p->dir, "%s", dir);
	snprintf(p->program, sizeof p->program, "%s", program);
	snprintf(p->work, sizeof p->work, "/tmp/alcove-preview-XXXXXX");
	p->saved = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!open_signals(p) || p->saved < 0 || mkdtemp(p->work) == NULL) {
		fault_say(f, "The folder %s cannot be watched (%s). Close other programs.", dir, strerror(errno));
		free(p);
		return NULL;
	}
	snprintf(p->pack, sizeof p->pack, "%s/preview.pack", p->work);
	watch(p, dir, FOLDERS_DEEP);
	return p;
}

void preview_close(struct preview *p) {
	if (p == NULL) {
		return;
	}
	end_kiosk(p);
	unlink(p->pack);
	rmdir(p->work);
	close(p->saved);
	close(p->signals);
	free(p);
}

const char *preview_pack(const struct preview *p) {
	return p->pack;
}

enum preview_event preview_wait(struct preview *p) {
	bool saved = false;
	for (;;) {
		struct pollfd fds[] = {{.fd = p->saved, .events = POLLIN},
		                       {.fd = p->signals, .events = POLLIN},
		                       {.fd = p->gone, .events = POLLIN}};
		int ready = poll(fds, 3, saved ? TOGETHER_MS : -1);
		if (ready < 0 && errno != EINTR) {
			return PREVIEW_STOPPED;
		}
		if (fds[1].revents != 0) {
			return PREVIEW_STOPPED;
		}
		if (fds[2].revents != 0) {
			end_kiosk(p);
			return PREVIEW_CLOSED;
		}
		if (ready == 0) {
			return PREVIEW_SAVED;
		}
		saved = take_events(p) || saved;
	}
}
