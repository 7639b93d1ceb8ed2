#include "host/child.h"

#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What one answer may hold at most: a full screen's texts and choices, and the few wishes a touch can cause. */
enum { MOST_ANSWERS = 1024, MOST_WISHES = 4 };

/* --- starting --------------------------------------------------------------------------------------------------- */

/* Gives the frame its size for good: a frame that could shrink would kill its reader. */
static bool frame_seal(int fd, size_t bytes) {
	struct stat st;
	return ftruncate(fd, (off_t)bytes) == 0 &&
	       fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0 && fstat(fd, &st) == 0 &&
	       st.st_size == (off_t)bytes;
}

static bool reopen_all(const int *from, int count, int to, struct spawn_fd *fds, int *used) {
	for (int i = 0; i < count; i++) {
		int fd = spawn_reopen(from[i]);
		if (fd < 0) {
			return false;
		}
		fds[(*used)++] = (struct spawn_fd){fd, to + i};
	}
	return true;
}

static pid_t start_process(const struct keeper_plan *plan, int socket, int frame, struct fault *f) {
	struct spawn_fd fds[2 + WIRE_MAX_PACKS + WIRE_MAX_FONTS] = {{socket, WIRE_FD_SOCKET}, {frame, WIRE_FD_FRAME}};
	int used = 2;
	pid_t pid = -1;
	if (reopen_all(plan->packs, plan->pack_count, WIRE_FD_FILES, fds, &used) &&
	    reopen_all(plan->fonts, plan->font_count, WIRE_FD_FILES + plan->pack_count, fds, &used)) {
		pid = spawn_start(plan->program, "visit", fds, used, f);
	} else {
		fault_say(f, "A pack or font could not be opened again: %s. Is /proc mounted?", strerror(errno));
	}
	for (int i = 2; i < used; i++) {
		close(fds[i].from);
	}
	return pid;
}

static struct wire_message start_message(const struct keeper_plan *plan) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_START;
	m.start.version = WIRE_VERSION;
	m.start.w = (uint16_t)plan->glass.w;
	m.start.h = (uint16_t)plan->glass.h;
	m.start.px_per_cm = (uint16_t)plan->glass.px_per_cm;
	m.start.idle_s = (uint16_t)(plan->idle_ms / 1000);
	m.start.answer_s = (uint16_t)(plan->answer_ms / 1000);
	m.start.packs = (uint8_t)plan->pack_count;
	m.start.fonts = (uint8_t)plan->font_count;
	m.start.audience = (uint8_t)plan->audience;
	m.start.bell = plan->bell;
	memcpy(m.start.language, plan->language, sizeof m.start.language);
	memcpy(m.start.font, plan->font, sizeof m.start.font);
	memcpy(m.start.hidden, plan->hidden, sizeof m.start.hidden);
	return m;
}

static bool start_with_socket(struct child *c, const struct keeper_plan *plan, int ours, int theirs, struct fault *f) {
	int frame = spawn_raise(memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	if (frame < 0) {
		return fault_say(f, "There is no memory for a frame: %s.", strerror(errno));
	}
	pid_t pid = start_process(plan, theirs, frame, f);
	if (pid < 0) {
		close(frame);
		return false;
	}
	c->pid = pid;
	c->socket = ours;
	c->frame_fd = frame;
	return true;
}

bool child_start(struct child *c, const struct keeper_plan *plan, struct fault *f) {
	int pair[2];
	*c = NO_CHILD;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		return fault_say(f, "No socket for a visit: %s.", strerror(errno));
	}
	int theirs = spawn_raise(pair[1]);
	bool started = theirs >= 0 ? start_with_socket(c, plan, pair[0], theirs, f)
	                           : fault_say(f, "No socket for a visit: %s.", strerror(errno));
	if (theirs >= 0) {
		close(theirs);
	}
	if (!started) {
		close(pair[0]);
	}
	return started;
}

bool child_begin(struct child *c, const struct keeper_plan *plan, int64_t now_ms, struct fault *f) {
	size_t bytes = (size_t)plan->glass.w * (size_t)plan->glass.h * sizeof(uint32_t);
	/* All of it at once: a thousand page faults, here and in the visit, cost more than the pages. */
	void *mapped = frame_seal(c->frame_fd, bytes)
	                   ? mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, c->frame_fd, 0)
	                   : MAP_FAILED;
	if (mapped == MAP_FAILED) {
		return fault_say(f, "There is no memory for a frame: %s.", strerror(errno));
	}
	close(c->frame_fd);
	c->frame_fd = -1;
	c->frame = mapped;
	c->frame_bytes = bytes;
	c->audience = plan->audience;
	struct wire_message m = start_message(plan);
	/* A visit that is gone already is found by its closed socket, like any other crash. */
	child_send(c, &m, now_ms);
	return true;
}

/* --- talking ---------------------------------------------------------------------------------------------------- */

bool child_send(struct child *c, const struct wire_message *m, int64_t now_ms) {
	c->waiting = m->kind;
	c->asked_at = now_ms;
	c->answers = c->wishes = 0;
	return wire_send(c->socket, m);
}

/* What may be said depends on what was asked: only a person's input can lead to a wish, only a question to an answer.
 * A visit that speaks up by itself is broken or hostile. */
static bool may_say(struct child *c, uint32_t kind) {
	switch (kind) {
	case WIRE_DONE:
		return c->waiting != 0;
	case WIRE_TALK:
	case WIRE_CANCEL:
	case WIRE_END:
		return (c->waiting == WIRE_TOUCH || c->waiting == WIRE_KEY) && ++c->wishes <= MOST_WISHES;
	case WIRE_PIN:
	case WIRE_WANT:
		return c->audience == WIRE_STAFF &&
		       (c->waiting == WIRE_TOUCH || c->waiting == WIRE_KEY || c->waiting == WIRE_GATE) &&
		       ++c->wishes <= MOST_WISHES;
	case WIRE_SCREEN:
	case WIRE_TEXT:
	case WIRE_CHOICE:
		return c->waiting == WIRE_ASK && ++c->answers <= MOST_ANSWERS;
	default:
		return false;
	}
}

enum child_got child_receive(struct child *c, struct wire_message *m, struct glass glass) {
	switch (wire_receive(c->socket, m, false)) {
	case WIRE_NOTHING:
		return CHILD_NOTHING;
	case WIRE_GONE:
		return CHILD_GONE;
	case WIRE_GOT:
		break;
	}
	if (!wire_sane_from_visit(m, glass.w, glass.h) || !may_say(c, m->kind)) {
		return CHILD_INSANE;
	}
	if (m->kind == WIRE_DONE) {
		c->waiting = 0;
		c->ready = true;
	}
	return CHILD_GOT;
}

/* --- ending ----------------------------------------------------------------------------------------------------- */

void child_kill(struct child *c, struct graves *graves) {
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		graves_reap(graves, graves->count == GRAVES);
		graves->pids[graves->count] = c->pid;
		graves->fds[graves->count] = pidfd_open(c->pid, 0);
		graves->count++;
		if (graves->fds[graves->count - 1] < 0) {
			/* Nothing would tell when it is gone. */
			graves_reap(graves, true);
		}
		if (c->frame != NULL) {
			munmap((void *)(uintptr_t)c->frame, c->frame_bytes);
		}
		if (c->frame_fd >= 0) {
			close(c->frame_fd);
		}
		close(c->socket);
	}
	*c = NO_CHILD;
}

static bool reap(pid_t pid, bool wait) {
	pid_t got;
	do {
		got = waitpid(pid, NULL, wait ? 0 : WNOHANG);
	} while (got < 0 && errno == EINTR);
	return got != 0;
}

void graves_reap(struct graves *graves, bool wait) {
	int left = 0;
	for (int i = 0; i < graves->count; i++) {
		if (reap(graves->pids[i], wait)) {
			if (graves->fds[i] >= 0) {
				close(graves->fds[i]);
			}
		} else {
			graves->pids[left] = graves->pids[i];
			graves->fds[left++] = graves->fds[i];
		}
	}
	graves->count = left;
}
