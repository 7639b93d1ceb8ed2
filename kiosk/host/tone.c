#include "host/tone.h"

#include "base/clock.h"
#include "host/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 50 };

/* --- one child -------------------------------------------------------------------------------------------------- */

static void end_child(struct tone_child *c) {
	pid_t pid = c->pid > 0 ? c->pid : c->ended;
	bool gone = pid <= 0 || spawn_end(pid, c->pid > 0 ? END_MS : 0);
	if (c->pid > 0) {
		close(c->socket); /* killed first, so that it does not begin to end by itself */
	}
	*c = (struct tone_child){.socket = -1, .ended = gone ? 0 : pid};
}

/* False when no process could be started, or when the one before is not gone yet. */
static bool start_child(struct tone *t, struct tone_child *c, enum sound_wish wish, int percent, int64_t now) {
	struct sound_ask ask;
	const char *config = getenv("ALSA_CONFIG_PATH");
	int socket = -1;
	end_child(c);
	if (c->ended != 0) {
		return false;
	}
	memset(&ask, 0, sizeof ask);
	ask.wish = (uint8_t)wish;
	ask.volume = (uint8_t)percent;
	snprintf(ask.device, sizeof ask.device, "%s", t->device);
	snprintf(ask.config, sizeof ask.config, "%s", config != NULL ? config : "");
	pid_t pid = spawn_ask(t->program, "tone", SOUND_FD, &ask, sizeof ask, &socket);
	if (pid < 0) {
		return false;
	}
	*c = (struct tone_child){.pid = pid, .socket = socket, .until = now + TONE_GIVE_UP_MS};
	return true;
}

/* What it said; 0 while it says nothing. One that hangs, dies or says nonsense has found that the sound is broken. */
static enum sound_said hear_child(struct tone_child *c, int64_t now) {
	struct sound_answer answer;
	if (c->pid == 0) {
		return 0;
	}
	ssize_t n = recv(c->socket, &answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR) && now < c->until) {
		return 0;
	}
	end_child(c);
	bool sane = n == (ssize_t)sizeof answer && answer.said >= SOUND_THERE && answer.said <= SOUND_LAST;
	return sane ? (enum sound_said)answer.said : SOUND_BROKEN;
}

/* --- cards that come and go ------------------------------------------------------------------------------------- */

/* The folder is made with the first card. Watching again what is watched already changes nothing. */
static void watch(const struct tone *t) {
	if (inotify_add_watch(t->notify, "/dev/snd", IN_CREATE | IN_DELETE | IN_ATTRIB | IN_ONLYDIR) < 0) {
		inotify_add_watch(t->notify, "/dev", IN_CREATE | IN_ONLYDIR);
	}
}

static bool cards_changed(const struct tone *t) {
	char events[4096];
	bool any = false;
	while (t->notify >= 0 && read(t->notify, events, sizeof events) > 0) {
		any = true;
	}
	if (any) {
		watch(t);
	}
	return any;
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

void tone_open(struct tone *t, const char *program, const char *device, int64_t now) {
	tone_close(t);
	if (device == NULL) {
		t->known = true;
		return;
	}
	t->program = program;
	t->device = device;
	t->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (t->notify >= 0) {
		watch(t);
	}
	t->look_at = now;
}

void tone_close(struct tone *t) {
	struct tone none = NO_TONE;
	end_child(&t->look);
	end_child(&t->play);
	if (t->notify >= 0) {
		close(t->notify);
	}
	none.look = t->look;
	none.play = t->play;
	*t = none;
}

bool tone_play(struct tone *t, int percent, int64_t now) {
	if (tone_playing(t)) {
		t->next = percent;
		return true;
	}
	bool begun = t->device != NULL && start_child(t, &t->play, SOUND_PLAY, percent, now);
	t->said = begun ? 0 : t->device == NULL ? SOUND_NOTHING : SOUND_BROKEN;
	return begun;
}

bool tone_playing(const struct tone *t) {
	return t->play.pid != 0;
}

int tone_fds(const struct tone *t, struct pollfd fds[TONE_FDS]) {
	int count = 0;
	if (t->notify >= 0) {
		fds[count++] = (struct pollfd){.fd = t->notify, .events = POLLIN};
	}
	if (t->look.pid != 0) {
		fds[count++] = (struct pollfd){.fd = t->look.socket, .events = POLLIN};
	}
	if (t->play.pid != 0) {
		fds[count++] = (struct pollfd){.fd = t->play.socket, .events = POLLIN};
	}
	return count;
}

/* Nobody is asked while somebody is being asked: what came meanwhile is looked at afterwards. */
static void begin_look(struct tone *t, int64_t now) {
	if (t->look_at < 0 || now < t->look_at || t->look.pid != 0) {
		return;
	}
	t->look_at = -1;
	if (!start_child(t, &t->look, SOUND_LOOK, 0, now)) {
		t->known = true;
	}
}

/* True when a tone is over and none waits for that. */
static bool tend_play(struct tone *t, int64_t now) {
	enum sound_said played = hear_child(&t->play, now);
	int next = t->next;
	if (played == 0) {
		return false;
	}
	t->said = played;
	t->next = -1;
	return next < 0 || !tone_play(t, next, now);
}

unsigned tone_tend(struct tone *t, int64_t now) {
	bool known = t->known, there = t->there, over = tend_play(t, now);
	enum sound_said looked = hear_child(&t->look, now);
	if (looked != 0) {
		t->known = true;
		t->there = looked == SOUND_THERE;
	}
	if (cards_changed(t)) {
		t->look_at = now + TONE_SETTLE_MS;
	}
	begin_look(t, now);
	return (known != t->known || there != t->there ? TONE_CARDS : 0u) | (over ? TONE_OVER : 0u);
}

int64_t tone_deadline(const struct tone *t) {
	int64_t look = t->look.pid != 0 ? t->look.until : t->look_at;
	return clock_sooner(look, t->play.pid != 0 ? t->play.until : -1);
}
